"""A package of somebody else's brings exercises by an entry point."""

from __future__ import annotations

import json

import pytest

from flywheel_edu.cli import main
from flywheel_edu.errors import GradingError
from flywheel_edu.exercises import exercise, for_grader

CHECKS = """
from flywheel_edu.exercises import Exercise, Property, Task

def doubles(answer, given):
    return answer(3) == 6

EXERCISE = Exercise("tram", [Task("twice", [Property("it doubles", doubles)])])
"""


def book(title):
    cell = {
        "cell_type": "markdown",
        "id": "a",
        "metadata": {},
        "source": [f"# {title}\n", "\n", "x"],
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A stranger's distribution, with an exercise of its own and one that has a name of ours."""
    info, home = tmp_path / "town-1.0.dist-info", tmp_path / "town_exercises"
    for folder in (info, home / "exercises" / "checks", home / "solutions"):
        folder.mkdir(parents=True)
    (home / "__init__.py").touch()
    for name, title in (("tram", "The tram"), ("01_napkin", "Another napkin")):
        for room in ("exercises", "solutions"):
            (home / room / f"{name}.ipynb").write_text(book(title))
        (home / "exercises" / "checks" / f"{name}.py").write_text(CHECKS)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: town\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[flywheel_edu.exercises]\ntown = town_exercises\n")
    monkeypatch.syspath_prepend(tmp_path)
    return home


def test_a_student_checks_an_exercise_of_another_package(town, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    check, _given = exercise("tram", "", {"twice": lambda x: 2 * x})
    assert check("twice").passed
    check, _given = exercise("tram", "", {"twice": lambda x: x})
    assert not check("twice").passed
    assert main(["exercises"]) == 0
    assert "The tram" in capsys.readouterr().out


def test_a_teacher_gets_it_with_its_solution_and_checks(town, tmp_path):
    mine = tmp_path / "class"
    assert main(["teacher", "--to", str(mine)]) == 0
    for name in ("solutions/tram.ipynb", "exercises/tram.ipynb", "exercises/checks/tram.py"):
        assert (mine / name).read_bytes() == (town / name).read_bytes()
    page = (mine / "for_the_teacher.md").read_text("utf-8")
    assert page.endswith("\n## Exercises of other packages\n\n- `tram`: The tram\n")


def test_a_name_of_ours_stays_ours(town, tmp_path):
    mine = tmp_path / "class"
    assert main(["teacher", "--to", str(mine)]) == 0
    assert "Another napkin" not in (mine / "solutions" / "01_napkin.ipynb").read_text("utf-8")
    _check, given = exercise("01_napkin", "", {})
    assert given is not None


def test_its_checks_are_out_of_reach_of_work_that_is_graded(town):
    assert town in for_grader.out_of_reach()


def test_without_that_package_it_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GradingError, match="there are no checks for an exercise called 'tram'"):
        exercise("tram", "", {})
