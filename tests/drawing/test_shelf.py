"""The shelf spares us drawing a napkin twice, and never costs us a picture."""

from __future__ import annotations

import os

import pytest

from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.drawing import draw, napkin, shelf

GRAPH = "price -> demand -\ndemand -> price +"


def drawn():
    return draw(read_sketch(GRAPH), "napkin")


@pytest.fixture
def count(monkeypatch):
    """How often a napkin was really drawn."""
    times = []
    real = napkin.small_png

    def counted(*asked):
        times.append(asked)
        return real(*asked)

    monkeypatch.setattr(napkin, "small_png", counted)
    return times


def test_a_napkin_is_drawn_once_in_a_session(count):
    assert drawn().png() == drawn().png()
    assert len(count) == 1


def test_a_napkin_is_drawn_once_over_sessions(count):
    first = drawn().png()
    shelf.forget()
    assert drawn().png() == first
    assert len(count) == 1


def test_a_damaged_picture_is_drawn_again(count):
    whole = drawn().png()
    (file,) = shelf.folder().glob("*.png")
    for damage in (b"", whole[:-20], b"not a picture" + whole[-12:]):
        file.write_bytes(damage)
        shelf.forget()
        assert drawn().png() == whole
        assert file.read_bytes() == whole
    assert len(count) == 4


def test_the_disk_is_left_alone_when_it_is_told_so(count, monkeypatch, tmp_path):
    monkeypatch.setenv("FLYWHEEL_CACHE", "off")
    drawn().png()
    shelf.forget()
    drawn().png()
    assert len(count) == 2
    assert shelf.folder() is None
    assert list(tmp_path.iterdir()) == []


def test_a_shelf_that_cannot_be_written_costs_no_picture(count, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("where a folder should be")
    monkeypatch.setenv("FLYWHEEL_CACHE", str(tmp_path / "file"))
    assert drawn().png().startswith(b"\x89PNG")


def test_another_drawing_is_not_taken_for_this_one(count):
    drawn().png()
    draw(read_sketch(GRAPH), "napkin", title="other").png()
    assert len(count) == 2


def test_the_oldest_pictures_make_room(monkeypatch):
    monkeypatch.setattr(shelf, "_KEPT_ON_DISK", 8)
    png = drawn().png()
    for number in range(12):
        shelf.put(f"{number:064x}", png)
        os.utime(shelf.folder() / f"{number:064x}.png", (number, number))
    kept = {file.stem for file in shelf.folder().glob("*.png")}
    assert len(kept) <= 9
    assert f"{11:064x}" in kept
    assert f"{0:064x}" not in kept


@pytest.mark.parametrize(
    ("system", "setting", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/flywheel_edu/drawings"),
        ("linux", {"HOME": "/h"}, "/h/.cache/flywheel_edu/drawings"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/flywheel_edu/drawings"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/flywheel_edu/drawings"),
    ],
)
def test_pictures_are_kept_where_the_system_keeps_such_things(
    monkeypatch, system, setting, expected
):
    for name in ("FLYWHEEL_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(shelf.sys, "platform", system)
    assert shelf.folder().as_posix() == expected
