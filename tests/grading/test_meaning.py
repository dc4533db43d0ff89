"""Tests that mean what they say: none costs more than itself, and no student answers for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from notebooks import answer, check, code, notebook, save, solved
from notebooks import graded as graded_cell

from flywheel_edu.cli import main
from flywheel_grader.jail import levels as jail
from flywheel_grader.judging.batch import Batch, grade
from flywheel_grader.judging.judge import judge, learn_kinds
from flywheel_grader.judging.results import TaskResult
from flywheel_grader.limits import Limits
from flywheel_grader.notebooks.cells import read_notebook
from flywheel_grader.notebooks.doubts import doubts
from flywheel_grader.notebooks.source import Source
from flywheel_grader.words import GradingError

LIMITS = Limits(cell=5, call=2, submission=20)
TWO = (
    "### BEGIN SOLUTION\ndef two(n):\n    if n < 0:\n        raise ValueError(n)\n"
    "    return 2 * n\n### END SOLUTION"
)


@pytest.fixture(scope="module")
def warm() -> Iterator[jail.Jail]:
    with jail.start(None, [], LIMITS) as found:
        yield found


def source_of(made: dict[str, Any], folder: Path) -> Source:
    return Source.read(save(made, folder / "08_meaning.ipynb"))


def marks(warm: jail.Jail, made: dict[str, Any], folder: Path, **answers: str) -> list[TaskResult]:
    """What one student earns, whose solution cells hold these answers."""
    source = source_of(made, folder)
    kinds, own = learn_kinds(source, warm, {})
    assert all(mark.points == mark.max_points for mark in own.marks), own.marks
    handed_in = save(solved(made, **answers), folder / "ada.ipynb")
    return judge(read_notebook(handed_in), source, warm, kinds).marks


def graded(made: dict[str, Any], folder: Path, **answers: str) -> Batch:
    source = save(made, folder / "08_meaning.ipynb")
    save(solved(made, **answers), folder / "in" / "ada" / source.name)
    return grade(folder / "in", folder / "out", [source], limits=LIMITS)


# ---- one test, and no more

ENDS = {
    "import pytest\nwith pytest.raises(ValueError):\n    two(-1)": (
        "this did not hold: with pytest.raises(ValueError): (DID NOT RAISE ValueError)"
    ),
    "import pytest\nif two(3) == 9: pytest.fail('no')": (
        "this did not hold: if two(3) == 9: pytest.fail('no') (no)"
    ),
    "import pytest\nif two(3) == 9: pytest.skip('later')": (
        "a check stopped with Skipped: later at: if two(3) == 9: pytest.skip('later')"
    ),
    "import sys\nif two(3) == 9: sys.exit(1)": (
        "a check stopped with SystemExit: 1 at: if two(3) == 9: sys.exit(1)"
    ),
    "if two(3) == 9: raise GeneratorExit": (
        "a check stopped with GeneratorExit at: if two(3) == 9: raise GeneratorExit"
    ),
}


@pytest.mark.parametrize("test", ENDS)
def test_whatever_ends_a_test_ends_no_other(warm: jail.Jail, tmp_path: Path, test: str):
    made = notebook(
        answer(TWO, "two"),
        check("assert two(1) == 2", "before"),
        check(test, "ends"),
        check("assert two(2) == 4", "after"),
    )
    wrong = "def two(n):\n    return n * n if n in (3, -1) else 2 * n"
    before, ends, after = marks(warm, made, tmp_path, two=wrong)
    assert (before.points, ends.points, after.points) == (1, 0, 1)
    assert ends.message.replace("<class 'ValueError'>", "ValueError") == ENDS[test]


def test_what_ends_a_case_ends_no_other_case(warm: jail.Jail, tmp_path: Path):
    cases = (
        "import pytest, sys\nfrom flywheel_edu.exercises import Cases\ncases = Cases(4)\n"
        "with cases('below 0 is refused'):\n    with pytest.raises(ValueError):\n        two(-1)\n"
        "with cases('it ends'):\n    two(1) == 2 or sys.exit(1)\n"
        "with cases('zero'):\n    assert two(0) == 0\n"
        "with cases('two'):\n    assert two(2) == 4\ncases.points"
    )
    made = notebook(answer(TWO, "two"), check(cases, "cases", 4))
    (mark,) = marks(warm, made, tmp_path, two="def two(n):\n    return 3 if n == 1 else 2 * n")
    assert mark.points == 2
    assert mark.message == "not yet: below 0 is refused; not yet: it ends"


# ---- why it was lost

ASKS = "### BEGIN HIDDEN TESTS\nassert {}\n### END HIDDEN TESTS"


def test_what_an_error_says_is_told_until_a_hidden_test_has_given_something(
    warm: jail.Jail, tmp_path: Path
):
    made = notebook(
        answer("### BEGIN SOLUTION\ndef one():\n    return 1\n### END SOLUTION", "one"),
        answer(TWO, "two"),
        check(ASKS.format("one() == 1"), "first"),
        check(ASKS.format("one() + 1 == 2"), "second"),
        check(ASKS.format("two(3) == 6"), "gives"),
        check(ASKS.format("one() == 1"), "last"),
    )
    stops = "def one():\n    raise ValueError('line 3: ^^^ of mine ^^^^')"
    found = marks(warm, made, tmp_path, one=stops, two="def two(n):\n    return 2 * n")
    told = "your code stopped with {} in a check that is not shown"
    first = told.format("ValueError: line 3: of mine")
    assert [each.message for each in found] == [first, first, "", told.format("an error")]


@pytest.mark.parametrize(
    ("line", "wrong", "points", "says", "where"),
    [
        ("reputation    [1] ", "reputation    [week] ", 19,
         "UnitsError: 'regulars * word_of_mouth * reputation' is in [person",
         "line 15: newcomers"),
        ("/ busy_week", "/ bsy_week", 0, "EquationError: nothing is called 'bsy_week' ",
         "line 20: practice"),
    ],
)  # fmt: skip
def test_one_slip_in_the_capstone_is_named_and_a_wrong_unit_costs_its_own_points(
    line: str, wrong: str, points: float, says: str, where: str, tmp_path: Path
):
    path = Path(__file__).parents[2] / "solutions" / "11_own.ipynb"
    made = json.loads(path.read_text("utf-8"))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"]).replace(line, wrong)
    save(made, tmp_path / "in" / "ada" / path.name)
    (result,) = grade(tmp_path / "in", tmp_path / "out", [path]).results
    assert result.points == points
    for part in (says, where, "hint: "):
        assert part in result.tasks[0].message


def test_what_was_typed_into_the_capstone_is_told_from_what_was_measured_wrong(tmp_path: Path):
    """As `check` tells it beside the notebook."""
    path = Path(__file__).parents[2] / "solutions" / "11_own.ipynb"
    measured = "t = fw.flywheel_test(my_model(), blow=given.blow)\n    return "
    numbers = '"push_needed": 0, "momentum": 0.1, "stored": 2667, "recovered": 0.99'
    hand_ins = {
        "ada": ("return {" + numbers + "}", 'return ["word_of_mouth", 0.123]'),
        "bob": (measured + "{" + numbers.replace("0.1", "t.stored") + "}", 'return ["", 0]'),
    }
    for student, (properties, weakest) in hand_ins.items():
        made = json.loads(path.read_text("utf-8"))
        for cell in made["cells"]:
            if cell["id"] in ("properties", "weakest"):
                body = properties if cell["id"] == "properties" else weakest
                cell["source"] = f"def {cell['id']}():\n    {body}\n"
        save(made, tmp_path / "in" / student / path.name)
    typed, other = grade(tmp_path / "in", tmp_path / "out", [path]).results
    assert [task.misconception for task in typed.tasks[4:6]] == ["typed in", "typed in"]
    assert [task.misconception for task in other.tasks[4:6]] == ["", ""]
    assert "It gives two things: the name of a given with a range" in other.tasks[5].message


# ---- what only IPython understands

TIMED = {
    "%%time\nassert two(2) == 4": "assert two(2) == 4",
    "%time assert two(2) == 4": "%time assert two(2) == 4",
    "%timeit -n 1 -r 1 check = two(2); assert check == 4": (
        "%timeit -n 1 -r 1 check = two(2); assert check == 4"
    ),
    "%%capture said\n%matplotlib inline\nassert two(2) == 4": "assert two(2) == 4",
}


@pytest.mark.parametrize("test", TIMED)
def test_a_timed_test_is_run(warm: jail.Jail, tmp_path: Path, test: str):
    made = notebook(answer(TWO, "two"), check(test, "timed"))
    (right,) = marks(warm, made, tmp_path, two="def two(n):\n    return n + n")
    (wrong,) = marks(warm, made, tmp_path, two="def two(n):\n    return n")
    assert (right.points, wrong.points) == (1, 0)
    assert wrong.message == f"this did not hold: {TIMED[test]}"


def test_a_test_of_which_nothing_would_run_is_refused_by_release_and_grade(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = notebook(answer(TWO, "two"), check("%%bash\ntest -f x", "shell"))
    source = save(made, tmp_path / "08_meaning.ipynb")
    with pytest.raises(GradingError) as caught:
        graded(made, tmp_path)
    assert str(caught.value) == (
        "the test 'shell' of 08_meaning.ipynb begins with %%bash, so nothing in it would be run\n"
        "  hint: write it as Python, without this line"
    )
    assert main(["release", str(source), "--out", str(tmp_path / "x")]) == 1
    assert capsys.readouterr().err == f"flywheel: {caught.value}\n"
    assert not (tmp_path / "x").exists()


def test_a_line_that_is_left_out_of_a_test_is_told(tmp_path: Path):
    test = "%matplotlib inline\n%run checks.py\n!pytest -q\nassert two(2) == 4"
    made = notebook(answer(TWO, "two"), check(test, "some"))
    assert doubts(source_of(made, tmp_path)) == [
        "08_meaning: some has a line that is left out of it: %run checks.py",
        "08_meaning: some has a line that is left out of it: !pytest -q",
    ]


# ---- names that a student could supply

TRUE = "isclose = near = lambda a, b: True\nsqrt = lambda n: 0"


@pytest.mark.parametrize(
    ("setup", "test"),
    [
        ("from math import *", "assert isclose(root, sqrt(2))"),
        ("%%capture\ndef near(a, b):\n    return abs(a - b) < 1e-9", "assert near(root ** 2, 2)"),
        ("%%time\nimport math\nnear = math.isclose", "assert near(root ** 2, 2)"),
    ],
)
def test_what_the_set_up_defines_no_student_supplies(
    warm: jail.Jail, tmp_path: Path, setup: str, test: str
):
    solution = "### BEGIN SOLUTION\nroot = 2 ** 0.5\n### END SOLUTION"
    made = notebook(code(setup, "setup"), answer(solution, "root"), check(test, "test"))
    (right,) = marks(warm, made, tmp_path, root="root = pow(2, 0.5)")
    (wrong,) = marks(warm, made, tmp_path, root=f"root = 3\n{TRUE}")
    assert (right.points, wrong.points) == (1, 0)
    assert doubts(source_of(made, tmp_path)) == []


def test_a_name_of_one_test_is_not_the_students_to_give_in_the_next(
    warm: jail.Jail, tmp_path: Path
):
    made = notebook(
        answer(TWO, "two"),
        check("assert two(1) == 2\nwanted = 4", "first"),
        check("assert two(2) == wanted", "second"),
    )
    first, second = marks(warm, made, tmp_path, two="wanted = 7\ndef two(n):\n    return 7")
    assert (first.points, second.points) == (0, 0)
    assert second.message == "'wanted' is not defined"


def test_a_name_that_a_student_can_supply_is_told_by_release_and_by_grade(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = notebook(
        answer(TWO.replace("### END", "wanted = 1\n### END"), "two"),
        code("both = {'own': two(5), 'right': 10}", "both"),
        check("wanted = 4\nassert two(2) == wanted", "sets"),
        check("assert both['own'] == both['right']", "mixes"),
        check("def holds(n):\n    return n == ten\nassert not holds(two(1)) or ten", "nowhere"),
    )
    told = [
        "08_meaning: sets sets 'wanted', which an answer defines too, so the student's program has "
        "the last word on it; use another name in the test",
        "08_meaning: mixes uses 'both', which the student's program gives, since a cell works it "
        "out with an answer; define it in the test",
        "08_meaning: nowhere uses 'ten', which the student's program gives, since nothing else "
        "defines it; define it in the test",
    ]
    batch = graded(made, tmp_path, two="def two(n):\n    return 2 * n\nwanted = 1")
    assert batch.notes[:3] == told
    source = tmp_path / "08_meaning.ipynb"
    assert main(["release", str(source), "--out", str(tmp_path / "x")]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == told


def test_a_line_of_the_set_up_that_does_not_run_beside_the_tests_is_told(tmp_path: Path):
    made = notebook(
        code("import sys\nlimit = 3 if 'IPython' in sys.modules else sys.exit(2)", "setup"),
        answer(TWO, "two"),
        check("assert two(2) == 4 and limit == 3", "test"),
    )
    batch = graded(made, tmp_path, two="def two(n):\n    return 2 * n")
    assert [result.points for result in batch.results] == [1]
    assert batch.notes == [
        "08_meaning: \"limit = 3 if 'IPython' in sys.modules else sys.exit(2)\" does not run where "
        "the tests do, so the student's program gives what it defines: SystemExit: 2"
    ]


# ---- a source that is not right itself


def test_a_test_that_the_source_does_not_pass_counts_for_nobody_and_the_teacher_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = notebook(
        answer(TWO, "two"),
        check("assert two(1) == 2", "right"),
        check("assert two(2) == 5", "slip", 3),
    )
    batch = graded(made, tmp_path, two="def two(n):\n    return n + n")
    assert batch.notes == [
        "08_meaning: the source's own solution gets 0 of 3 points for slip, so it counts for "
        "nobody until the one or the other is mended: line 1: assert two(2) == 5 AssertionError:"
    ]
    (result,) = batch.results
    assert (result.points, result.max_points) == (1, 1)
    assert [(task.points, task.max_points) for task in result.tasks] == [(1, 1), (0, 0)]
    assert result.tasks[1].message == "this check does not count: your teacher will look at it"
    assert main(["feedback", "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "feedback" / "ada.html").read_text("utf-8")
    assert "not counted" in page
    assert "1 of 1 points" in page


def test_a_cell_whose_marks_were_taken_off_means_nothing(tmp_path: Path):
    off = graded_cell("code", "x = 1", "")
    del off["metadata"]["nbgrader"]["grade_id"]
    made = notebook(off, answer(TWO, "two"), check("assert two(1) == 2", "test"))
    batch = graded(made, tmp_path, two="def two(n):\n    return n + n")
    assert (batch.results[0].points, batch.notes) == (1, [])


def test_a_function_of_a_module_does_not_change_the_module(warm: jail.Jail, tmp_path: Path):
    (tmp_path / "data").mkdir()
    np.save(tmp_path / "data" / "x.npy", np.array([3.0, 1.0]))
    made = notebook(
        code("import numpy as np\nvals = np.load('data/x.npy')\nnp.sort(vals)", "setup"),
        answer("### BEGIN SOLUTION\nnp.sort(vals)\nlow = vals.min()\n### END SOLUTION", "low"),
        check("assert low == np.sort(vals)[0]", "test"),
    )
    lies = "low = 7\nnp.sort = lambda v: [7]"
    batch = graded(made, tmp_path, low=lies)
    assert source_of(made, tmp_path).students_names == {"low"}
    assert (batch.results[0].points, batch.notes) == (0, [])
    batch = graded(made, tmp_path, low="low = min(vals)")
    assert (batch.results[0].points, batch.notes) == (1, [])


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[2].glob("solutions/*.ipynb")))
def test_no_test_of_the_course_leaves_such_a_doubt(path: Path):
    assert doubts(Source.read(path)) == []
