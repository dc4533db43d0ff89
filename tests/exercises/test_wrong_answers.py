"""Natural wrong answers: at least four in five are named, in every exercise; and no hand-in of
what the installed checks hold earns a point."""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flywheel_edu.exercises import asking, variants
from tests.exercises.test_exercises import (
    NAMES,
    Student,
    compiled,
    each_exercise,
    exercise_of,
    seed_of,
)

WRONG = Path(__file__).with_name("wrong_answers.txt").read_text("utf-8")


def wrong_answers(name: str) -> Iterator[tuple[str, str]]:
    """Of an exercise: each task, with the source of a function that is wrong."""
    (part,) = re.findall(rf"^== {name}\n(.*?)(?=^== |\Z)", WRONG, re.M | re.S)
    for head, body in re.findall(r"^(\w+\(.*?\))\n((?:    .*\n)+)", part, re.M):
        for one in re.findall(r"^    (?:>.*\n(?:    \|.*\n)*|[^>|].*\n)", body, re.M):
            if one.startswith("    >"):
                lines = [line[5:] for line in one.splitlines()]
            else:
                lines = ["return " + one.strip()]
            yield head.split("(")[0], f"def {head}:\n" + "".join(f"    {x}\n" for x in lines)


def begun(name: str, number: int = 0) -> dict[str, Any]:
    """The names of a notebook in which every task is solved."""
    cells, _ = compiled(name)
    variants.become(variants.Identity(seed_of(name, number), judge_seed="0" * 32))
    scope: dict[str, Any] = {"__name__": "__main__", "math": math}
    for cell in cells:
        cell.run(scope)
    return scope


@pytest.fixture(autouse=True)
def _nobody() -> Iterator[None]:
    yield
    variants.become(None)


def put(scope: dict[str, Any], source: str) -> None:
    """Run a student's cell, so that its lines can be shown as in a notebook."""
    place = f"<cell {abs(hash(source))}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    exec(compile(source, place, "exec"), scope)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LONGEST", 0.5)


def told(name: str) -> list[tuple[str, str, str]]:
    """Each wrong answer, and what it was called; right where it was found right."""
    scope = begun(name)
    exercise = exercise_of(name)
    found = []
    for task, source in wrong_answers(name):
        right = scope[task]
        put(scope, source)
        said = scope["check"](task)
        found.append((task, source, "RIGHT" if said.passed else said.misconception))
        scope[task] = right
    assert {task for task, *_ in found} == {task.name for task in exercise.tasks}
    return found


@each_exercise
def test_four_in_five_natural_wrong_answers_are_named(name: str):
    found = told(name)
    unnamed = [(task, source) for task, source, said in found if said in ("", "RIGHT")]
    assert len(unnamed) <= len(found) / 5, unnamed


@each_exercise
def test_nothing_in_the_installed_checks_is_an_answer(name: str):
    """The helpers and what they hold, handed in as they stand, earn nothing."""
    exercise, scope = exercise_of(name), begun(name)
    student = Student(scope, compiled(name)[1])
    wrong = [each.wrong for task in exercise.tasks for each in task.misconceptions]
    helpers = [each for each in _functions_in(exercise) if each not in wrong]
    for task in exercise.tasks:
        right = scope[task.name]
        for helper in helpers:
            for answer in (helper, partial(helper, scope["given"])):
                scope[task.name] = answer
                with contextlib.redirect_stdout(io.StringIO()):
                    earned, _ = student.points(task.name)
                assert earned == 0, (task.name, helper)
        scope[task.name] = right


def _functions_in(exercise: Any) -> list[Callable[..., Any]]:
    """Every function that the checks define, or that one of them holds."""
    todo: list[Any] = [
        each
        for task in exercise.tasks
        for wrong in task.misconceptions
        for each in (wrong.wrong, wrong.looks_like)
    ]
    todo += [each.holds for task in exercise.tasks for each in task.properties]
    found: dict[int, Callable[..., Any]] = {}
    while todo:
        each = inspect.unwrap(todo.pop()) if callable(todo[-1]) else todo.pop()
        if inspect.isfunction(each) and id(each) not in found:
            found[id(each)] = each
            todo += [cell.cell_contents for cell in each.__closure__ or ()]
            todo += [
                other
                for other in each.__globals__.values()
                if inspect.isfunction(other) and "checks" in Path(inspect.getfile(other)).parts
            ]
    holds = {id(each.holds) for task in exercise.tasks for each in task.properties}
    return [each for key, each in found.items() if key not in holds]


def test_every_exercise_has_its_natural_wrong_answers():
    assert re.findall(r"^== (\w+)$", WRONG, re.M) == NAMES
    assert all(len(list(wrong_answers(name))) >= 18 for name in NAMES)
