"""A file is there whole, or as it was before."""

from __future__ import annotations

import os
import stat

import pytest

from flywheel_edu.files import write_beside
from tests import needs


def test_text_keeps_its_line_ends_and_is_utf8(tmp_path):
    write_beside(tmp_path / "a.txt", "zwölf\nRäder\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "zwölf\nRäder\r\n".encode()


def test_bytes_are_written_as_they_are(tmp_path):
    write_beside(str(tmp_path / "a.bin"), b"\x00\xff")
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\xff"


def test_the_path_that_was_given_comes_back(tmp_path):
    assert write_beside(tmp_path / "a.txt", "") == tmp_path / "a.txt"


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("old", encoding="utf-8")

    def full_disk(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_beside(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_missing_folder_is_an_oserror_that_names_the_file_asked_for(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        write_beside(tmp_path / "nowhere" / "a.txt", "new")
    assert caught.value.filename == str(tmp_path / "nowhere" / "a.txt")


def test_a_file_where_a_folder_should_be_is_an_oserror(tmp_path):
    (tmp_path / "a").write_text("a file", encoding="utf-8")
    with pytest.raises(NotADirectoryError):
        write_beside(tmp_path / "a" / "b.txt", "new")


def test_the_longest_names_a_file_system_takes_are_fine(tmp_path):
    name = "n" * 251 + ".txt"
    write_beside(tmp_path / name, "new")
    assert (tmp_path / name).read_text(encoding="utf-8") == "new"


@needs.posix
def test_a_rewritten_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path):
    (tmp_path / "a.sh").write_text("old", encoding="utf-8")
    (tmp_path / "a.sh").chmod(0o750)
    (tmp_path / "link").symlink_to(tmp_path / "a.sh")
    write_beside(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a.sh").read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE((tmp_path / "a.sh").stat().st_mode) == 0o750
