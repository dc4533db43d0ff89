"""`read` takes a file of any kind we know, and says in words why it does not take another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import flywheel_edu
from flywheel_edu import FlywheelError, ModelError, load, read
from flywheel_edu.cli import main
from flywheel_exchange import write_xmile
from tests import needs

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
        "  hint: the suffixes are: .flywheel, .itmx, .mdl, .stmx, .xmile, .xml"
    )
    assert refusal("run.isdb") == (
        "'run.isdb' holds results of Stella, not a model; the model is the .stmx file"
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


FOREIGN = """
import json
from pathlib import Path
from flywheel_edu import Model

def read(path):
    said = json.loads(Path(path).read_text())
    return Model.parse(f"time month from 0 to 2 step 1\\nstock boxes [box] = {said['boxes']}")

def write(model, path):
    Path(path).write_text(json.dumps({"boxes": model["boxes"].equation.value}))

def draw(graph, path):
    Path(path).write_text("".join(f"{a} > {b}\\n" for a, b in graph.edges))

def faulty(model, path):
    return model.horizon

def nothing(path):
    return 3
"""
DECLARED = """
[flywheel_edu.readers]
boxes = boxes_of_another:read
nothing = boxes_of_another:nothing
broken = boxes_of_another:not_there
gone = a_package_that_is_gone:read
[flywheel_edu.writers]
boxes = boxes_of_another:write
faulty = boxes_of_another:faulty
[flywheel_edu.drawers]
arrows = boxes_of_another:draw
"""


@pytest.fixture
def another_package(tmp_path, monkeypatch):
    """A stranger's package, installed on the path with its own dist-info."""
    site = tmp_path / "site"
    info = site / "boxes_of_another-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "boxes_of_another.py").write_text(FOREIGN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: boxes-of-another\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(DECLARED)
    monkeypatch.syspath_prepend(site)
    yield tmp_path
    sys.modules.pop("boxes_of_another", None)


def test_a_package_of_another_reads_writes_and_draws_as_ours_does(another_package, capsys):
    shop, copy, drawn = (another_package / name for name in ("a.boxes", "b.boxes", "c.arrows"))
    shop.write_text('{"boxes": 7}')
    assert str(read(shop)["boxes"]) == "stock boxes [box] = 7"
    assert main(["convert", str(shop), str(copy)]) == 0
    assert copy.read_text() == '{"boxes": 7.0}'
    assert main(["draw", "napkin", "--out", str(drawn)]) == 0
    napkin = load("napkin")
    arrows = flywheel_edu.causal_graph(napkin, show=napkin.shown).edges
    assert drawn.read_text().splitlines() == [f"{a} > {b}" for a, b in arrows]
    assert main(["convert", "napkin", str(drawn.with_name("d.arrows"))]) == 0
    assert drawn.with_name("d.arrows").read_text() == drawn.read_text()
    capsys.readouterr()


def test_a_fault_in_another_package_is_told_with_its_name(another_package, capsys, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_TRACEBACK", raising=False)
    assert main(["convert", "napkin", str(another_package / "a.faulty")]) == 1
    assert capsys.readouterr().err == (
        "flywheel: this is a fault in boxes-of-another, not in what you typed: "
        "AttributeError: 'Model' object has no attribute 'horizon'\n"
        "  hint: set FLYWHEEL_TRACEBACK=1, run it again and send those who made boxes-of-another "
        "what it prints\n"
    )


def test_what_another_package_does_not_keep_is_told_with_its_name(another_package):
    assert refusal(another_package / "a.nothing") == (
        "what reads '.nothing' files, boxes_of_another:nothing of boxes-of-another, gave no model "
        "but int"
    )
    assert refusal(another_package / "a.broken") == (
        "what is installed for '.broken' files cannot be used: "
        "module 'boxes_of_another' has no attribute 'not_there'\n"
        "  hint: it is boxes_of_another:not_there of boxes-of-another; install that anew"
    )
    assert refusal(another_package / "a.gone").startswith(
        "what is installed for '.gone' files cannot be used: No module named"
    )


def test_what_stops_a_reader_of_another_is_told_and_not_laid_on_the_name(another_package):
    path = another_package / "a.boxes"
    path.write_text("{")
    told = f"the file '{path}' cannot be read: "
    assert refusal(path).startswith(f"{told}expecting property name")
    nameless = another_package / "a\0b.boxes"
    assert refusal(nameless).endswith("cannot be read: its name is not a file's name")


def test_without_the_rooms_next_door_texts_of_ours_are_read(tmp_path):
    """With nothing installed but this package's own folder, and no entry points."""
    (tmp_path / "shop.flywheel").write_text(TEXT)
    code = (
        "import importlib.metadata, sys; sys.modules['flywheel_exchange'] = None\n"
        "importlib.metadata.entry_points = lambda **_: ()\n"
        "import flywheel_edu as fw\n"
        "print(fw.read('shop.flywheel')['customers'])\n"
        "try: fw.read('shop.xmile')\n"
        "except fw.FlywheelError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, cwd=tmp_path, check=True,
    ).stdout  # fmt: skip
    assert said == (
        "stock customers [person] = 7\n'shop.xmile' does not end in the suffix of a model\n"
        "  hint: the suffixes are: .flywheel\n"
    )


@needs.pipes
@pytest.mark.parametrize("suffix", ["flywheel", "xmile", "mdl"])
def test_a_named_pipe_is_not_waited_for(suffix, tmp_path):
    path = tmp_path / f"model.{suffix}"
    os.mkfifo(path)
    with pytest.raises(ModelError) as caught:
        read(path)
    said = "it is not an ordinary file; it was not opened"
    assert str(caught.value) == f"the file '{path}' cannot be read: {said}"
