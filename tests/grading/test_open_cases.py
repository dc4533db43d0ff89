"""An open case that fails tells what was asked, what came back and what was wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from notebooks import answer, check, code, notebook, save, solved

from flywheel_grader.judging.batch import grade
from flywheel_grader.judging.results import TaskResult
from flywheel_grader.telling.feedback import feedback_page

RIGHT = "def growth(visits, rate=0.0):\n    return visits * (1 + rate)\ntotal = 3"


def told(tmp_path: Path, answered: str, *tests: str) -> list[TaskResult]:
    """The marks for an answer to these tests, the first of which is called t0."""
    source = notebook(
        code("import math\nfrom flywheel_edu.exercises import Cases, close", "setup"),
        answer(f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION", "growth"),
        *[check(text, f"t{number}") for number, text in enumerate(tests)],
    )
    path = save(source, tmp_path / "own.ipynb")
    save(solved(source, growth=answered), tmp_path / "in" / "ada" / "own.ipynb")
    (result,) = grade(tmp_path / "in", tmp_path / "out", [path]).results
    page = feedback_page([result])
    for task in result.tasks:
        assert all(str(escape(line)) in page for line in task.shown)
    return result.tasks


WRONG = (
    "def growth(visits, rate=0.0):\n    return visits * 2 if visits < 999 else 1 / 0\ntotal = [4]"
)
OPEN = [
    ("assert growth(100, 0.5) == 150", ["growth(100, 0.5): you gave 200, wanted 150"]),
    ("assert 150 == growth(100, rate=1 / 2)", ["growth(100, rate=0.5): you gave 200, wanted 150"]),
    ("v = 10\nassert close(float(growth(v)), v)", ["growth(10): you gave 20, wanted 10"]),
    ("assert abs(growth(3) - math.pi) < 1", ["growth(3): you gave 6, wanted 3.141592654"]),
    ("assert math.isclose(growth(2.5), 2.5)", ["growth(2.5): you gave 5, wanted 2.5"]),
    ("assert total == 3", ["total: you gave [4], wanted 3"]),
    ("import numpy as np\nassert np.array_equal(growth(np.ones((2, 2))), np.ones((2, 2)))",
     ["growth(a table of 2 rows) stopped with ValueError: The truth value of an array with more "
      "than one element is ambiguous. Use a.any() or a.all()"]),
    ("assert growth(5000) == 5000",
     ["growth(5000) stopped with ZeroDivisionError: division by zero"]),
    # What is no single answer held against one thing is told by its own text alone.
    ("assert growth(1) == growth(0.5, 1)", []),
    ("assert growth(1) == 1 and growth(2) == 2", []),
    ("assert not growth(1) == 2", []),
    ("assert abs(growth(1) - 2) > 0.5", []),
    ("assert [growth(1)][0] == 1", []),
    ("assert round(growth(1), 1) == 1", []),
    ("assert growth(0) == 0", []),  # it holds
]  # fmt: skip


def test_an_open_case_tells_what_was_asked_what_came_back_and_what_was_wanted(tmp_path: Path):
    found = told(tmp_path, WRONG, *[text for text, _ in OPEN])
    assert [task.shown for task in found] == [wanted for _, wanted in OPEN]
    assert [task.points for task in found] == [0] * (len(OPEN) - 1) + [1]


CASES = """cases = Cases(1)
with cases("shown"):
    wanted = 150
    assert growth(100, 0.5) == wanted
### BEGIN HIDDEN TESTS
wanted = 4242
with cases("not shown"):
    assert growth(4242) == wanted
### END HIDDEN TESTS
with cases("shown, too"):
    assert growth(1, 1) == 2
cases.points"""


def test_each_case_has_its_own_numbers_and_a_hidden_one_none(tmp_path: Path):
    (task,) = told(tmp_path, WRONG.replace("* 2", "* 3"), CASES)
    assert task.shown == [
        "growth(100, 0.5): you gave 300, wanted 150",
        "growth(1, 1): you gave 3, wanted 2",
    ]


REMEMBERS = """seen = []
def growth(visits, rate=0.0):
    seen.append(visits)
    open("seen.txt", "a").write(f"{visits} ")
    return seen, open("seen.txt").read()
total = 3"""


def test_what_a_hidden_test_asked_with_is_not_told_by_an_open_one_after_it(tmp_path: Path):
    hidden = "### BEGIN HIDDEN TESTS\nassert growth(4242) == 4242\n### END HIDDEN TESTS"
    tasks = told(tmp_path, REMEMBERS, hidden, CASES)
    assert [task.points for task in tasks] == [0, 0]
    assert tasks[0].shown == []
    assert tasks[1].shown[0] == "growth(100, 0.5): you gave ([100], '100 '), wanted 150"
    assert not any("4242" in text for task in tasks for text in [*task.shown, task.message])


@pytest.mark.parametrize("text", ["<b>bold</b>", "\x1b[31mred", "x" * 9999])
def test_an_answers_text_stays_text(tmp_path: Path, text: str):
    made: Any = told(tmp_path, f"def growth(v):\n    return {text!r}", "assert growth(1) == 1")
    (line,) = made[0].shown
    assert line.startswith("growth(1): you gave '")
    assert line.endswith("wanted 1")
    assert len(line) < 250
