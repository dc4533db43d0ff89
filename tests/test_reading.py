"""`read` takes a file of any kind we know, and says in words why it does not take another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flywheel_edu import FlywheelError, load, read
from flywheel_exchange import write_xmile

TEXT = "time month from 0 to 2 step 1\nstock customers [person] = 7\n"


def refusal(path: str | Path) -> str:
    with pytest.raises(FlywheelError) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize("suffix", [".xmile", ".stmx", ".itmx", ".xml", ".STMX"])
def test_a_file_is_read_by_its_suffix(tmp_path, suffix):
    napkin = load("napkin")
    assert read(write_xmile(napkin, tmp_path / f"napkin{suffix}")) == napkin


def test_a_text_of_ours_is_read_with_the_files_beside_it(tmp_path):
    (tmp_path / "seen.csv").write_text("time,seen\n0,1\n2,3\n")
    path = tmp_path / "shop.flywheel"
    path.write_text("\ufeff" + TEXT + "data seen [person] from seen.csv\n", encoding="utf-8")
    assert str(read(str(path))["seen"]) == "data seen [person] = 0: 1, 2: 3"


def test_a_file_that_is_not_there_is_named_with_those_that_are(tmp_path):
    (tmp_path / "retail.flywheel").write_text(TEXT)
    assert refusal(tmp_path / "retial.flywheel") == (
        f"there is no file '{tmp_path / 'retial.flywheel'}'\n"
        "  hint: did you mean 'retail.flywheel'?"
    )
    assert refusal(tmp_path / "xyz.xmile").endswith("hint: models in that folder: retail.flywheel")
    nowhere = tmp_path / "nowhere"
    assert refusal(nowhere / "a.flywheel") == f"there is no folder '{nowhere}'"


def test_a_suffix_that_is_no_models_is_refused(tmp_path):
    assert refusal("notes.txt") == (
        "'notes.txt' does not end in the suffix of a model\n"
        "  hint: the suffixes are: .flywheel, .xmile, .stmx, .itmx, .xml"
    )
    assert refusal(".").startswith("'.' does not end in the suffix of a model")


def test_a_folder_is_refused(tmp_path):
    path = tmp_path / "folder.flywheel"
    path.mkdir()
    assert refusal(path) == f"the file '{path}' cannot be read: it is a folder"
    assert refusal("a\0b.flywheel").startswith("the file 'a")


def test_a_text_in_another_encoding_is_refused_with_its_line(tmp_path):
    path = tmp_path / "old.flywheel"
    path.write_bytes(TEXT.encode() + "given größe [1] = 2".encode("latin-1"))
    assert refusal(path) == (
        "the file 'old.flywheel' is not in UTF-8: line 3 holds a sign that cannot be read\n"
        "  hint: save it again and choose UTF-8 as the encoding"
    )


def test_a_text_too_large_to_be_a_model_is_refused(tmp_path):
    path = tmp_path / "large.flywheel"
    with path.open("wb") as file:
        file.truncate(30_000_000)
    assert refusal(path) == "the file 'large.flywheel' is larger than 20 MB"


def test_what_is_wrong_inside_a_file_is_shown_where_it_stands(tmp_path):
    path = tmp_path / "shop.flywheel"
    path.write_text(TEXT + "x [1] = custmers\n")
    assert refusal(path).startswith("nothing is called 'custmers'\n  line 3: x [1] = custmers\n")
    shutil.copy(path, tmp_path / "shop.xmile")
    assert refusal(tmp_path / "shop.xmile").startswith("this file is not well-formed XML")
