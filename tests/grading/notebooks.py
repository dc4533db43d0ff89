"""Making small notebooks for the tests: a source, and what students hand in."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from flywheel_grader.notebooks.students_version import student_version

Notebook = dict[str, Any]


def cell(kind: str, source: str, name: str = "", **metadata: Any) -> dict[str, Any]:
    """One cell; its id is its name, so that tests can find it."""
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": name or f"c{abs(hash(source)) % 10**8}",
        "metadata": metadata,
        "source": source,
    }
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def graded(kind: str, source: str, name: str, points: float | None = None, **says: bool) -> Any:
    """A cell with nbgrader's metadata, schema 3."""
    nbgrader: dict[str, Any] = {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
        **says,
    }
    if points is not None:
        nbgrader["points"] = points
    return cell(kind, source, name, nbgrader=nbgrader)


def words(source: str) -> Any:
    """A text cell."""
    return cell("markdown", source)


def code(source: str, name: str = "") -> Any:
    """An ordinary code cell."""
    return cell("code", source, name)


def locked(source: str, name: str) -> Any:
    """A code cell of the teacher's."""
    return graded("code", source, name, locked=True)


def answer(source: str, name: str) -> Any:
    """A solution cell."""
    return graded("code", source, name, solution=True)


def check(source: str, name: str, points: float = 1) -> Any:
    """A test cell."""
    return graded("code", source, name, points, grade=True, locked=True)


def written(source: str, name: str, points: float = 5) -> Any:
    """An answer in words, marked by a person."""
    return graded("markdown", source, name, points, grade=True, solution=True)


def notebook(*cells: Any) -> Notebook:
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": list(cells),
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def released(source: Notebook) -> Notebook:
    """The student's version."""
    return student_version(source)


def solved(source: Notebook, **answers: str) -> Notebook:
    """The student's version with these answers in its solution cells; the others stay blank."""
    made = student_version(source)
    for each in made["cells"]:
        if each["id"] in answers:
            each["source"] = answers[each["id"]]
    missing = set(answers) - {each["id"] for each in made["cells"]}
    assert not missing, missing
    return made


def changed(made: Notebook) -> Notebook:
    """A copy to change."""
    return copy.deepcopy(made)


def save(made: Notebook, path: Path) -> Path:
    """Write a notebook, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def position(made: Notebook, name: str) -> int:
    """Where the cell of that id stands."""
    return next(i for i, each in enumerate(made["cells"]) if each["id"] == name)
