"""The numbers that the chapters quote are the numbers that their cells print today."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import flywheel_edu as fw
from tests.course.printed import COURSE, KEPT, MARK, beside_its_files, printed

CHAPTERS = sorted(path.stem for path in COURSE.glob("[0-9][0-9]_*.ipynb"))


@cache
def ran(chapter):
    """What its checked cells print, and the charts of figures that all cells draw."""
    plot, drawn = fw.facts.plot, []
    with (
        TemporaryDirectory() as folder,
        beside_its_files(Path(folder)) as course,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(fw.facts, "plot", lambda *a, **k: drawn.append(plot(*a, **k)) or drawn[-1])
        return printed(course / f"{chapter}.ipynb"), drawn


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_checked_cells_print_what_was_kept(chapter):
    said, _ = ran(chapter)
    kept = KEPT / f"{chapter[:2]}.txt"
    assert said == (kept.read_text("utf-8") if kept.exists() else "")


CHARTED = [
    name for name in CHAPTERS if "fw.facts.plot(" in (COURSE / f"{name}.ipynb").read_text("utf-8")
]


@pytest.mark.parametrize("chapter", CHARTED)
def test_every_chart_of_figures_carries_its_source(chapter):
    """A series that has been computed with may have lost it on the way."""
    _, drawn = ran(chapter)
    assert drawn
    assert [picture.alt for picture in drawn if " Source: " not in picture.alt] == []


def notebook(path, **cells):
    rows = []
    for name, text in cells.items():
        tags = [MARK] if MARK in text else []
        rows.append({"id": name, "cell_type": "code", "source": text, "metadata": {"tags": tags}})
    path.write_text(json.dumps({"cells": rows}), "utf-8")
    return path


def test_only_checked_cells_are_kept_and_they_share_their_names(tmp_path):
    path = notebook(tmp_path / "a.ipynb", one="x = 2\nprint(x)", two=f"# {MARK}\nprint(x * 21)\nx")
    assert printed(path) == "== two\n42\n"


def test_a_table_at_the_end_of_a_cell_is_kept_as_shown(tmp_path):
    text = f"# {MARK}\nimport pandas as pd\npd.Series([1, 2], name='orders').to_frame()"
    assert printed(notebook(tmp_path / "a.ipynb", one=text)) == (
        "== one\n   orders\n0       1\n1       2\n"
    )
