"""How far a student is, read from what they saved."""

from __future__ import annotations

import json

import pytest

from flywheel_edu.cli.progress import as_page, in_short, progress
from flywheel_edu.exercises.parts import Attempt, Verdict


def heading(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(source, count=None, said=None):
    data = said._repr_mimebundle_() if said else None
    outputs = [{"output_type": "execute_result", "data": data}] if data else []
    return {
        **{"cell_type": "code", "metadata": {}, "source": [source]},
        **{"execution_count": count, "outputs": outputs},
    }


def in_words(text):
    return {**heading(text), "metadata": {"nbgrader": {"solution": True}}}


def asked(*passed):
    return Verdict("growth", passed[-1], "...", "", tuple(Attempt("now", each) for each in passed))


@pytest.fixture
def mine(tmp_path):
    """A student's folder: one chapter run, one half run; an exercise packed, one begun."""
    books = {
        "course/00_start.ipynb": [heading("# 0 Start"), code("1", 4), code("# mine", 2), code("")],
        "course/01_next.ipynb": [heading("# 1 Next\n\nWhy?"), code("1", 1), code("2")],
        "course/02_last.ipynb": [heading("# 2 Last"), code("1")],
        "course/glossary.ipynb": [heading("# Words"), code("1", 1)],
        "exercises/00_easy.ipynb": [
            heading("# Exercise 0: Easy"),
            code("def growth(): ...", 3),
            code('check("growth")', 4, asked(False, True)),
            in_words("They come because others came."),
        ],
        "exercises/01_hard.ipynb": [
            heading("# Exercise 1: Hard"),
            code('check("growth")', 1, asked(True)),
            code('check("level")', 2, asked(True, False)),
            code('check("never_asked")'),
            in_words("YOUR ANSWER HERE"),
        ],
    }
    for name, cells in books.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (tmp_path / "exercises/00_easy-ada.zip").touch()
    return tmp_path, list(books)


def test_what_was_run_answered_and_packed_is_told_in_words(mine):
    folder, names = mine
    assert {each.title: each.words for each in progress(names, folder)} == {
        "0 Start": "run",
        "1 Next": "1 of 2 cells run",
        "2 Last": "not begun",
        "Exercise 0: Easy": "done, packed to hand in",
        "Exercise 1: Hard": "1 of 4 tasks done",
    }


def test_the_console_has_one_line_once_something_is_begun(mine):
    folder, names = mine
    assert in_short(progress(names, folder)) == (
        "Run: 1 of 3 chapters. Done: 3 of 6 tasks of the exercises. how_far.md has each."
    )
    assert in_short(progress(["course/02_last.ipynb"], folder)) == ""


def test_the_page_links_each_notebook(mine):
    folder, names = mine
    assert (
        as_page(progress(names[2:5], folder))
        == """\
# How far you are

Renewed whenever you save, from what you saved.

| | Chapters | |
|---|---|---|
|  | [2 Last](course/02_last.ipynb) | not begun |

| | Exercises | |
|---|---|---|
| ✓ | [Exercise 0: Easy](exercises/00_easy.ipynb) | done, packed to hand in |
"""
    )


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"cells": [3]}', '{"cells": []}'])
def test_a_notebook_that_cannot_be_read_is_left_out(tmp_path, text):
    (tmp_path / "course").mkdir()
    (tmp_path / "course/00_start.ipynb").write_text(text, encoding="utf-8")
    assert progress(["course/00_start.ipynb", "course/01_gone.ipynb"], tmp_path) == []
