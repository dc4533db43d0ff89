"""What a student reads when they check themselves, word for word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flywheel_edu
from flywheel_edu.errors import GradingError
from flywheel_edu.exercises import (
    Cases,
    Exercise,
    Misconception,
    Parameter,
    Property,
    Task,
    close,
    exercise,
    variants,
)
from flywheel_edu.exercises.parts import MIME

GROWTH = Exercise(
    "01_growth",
    [
        Task(
            "growth",
            [
                Property(
                    "With a rate of 0 nothing is gained.",
                    lambda f, g: close(f(100, 0), 100),
                    lambda f, g: f"For 100 visits and a rate of 0 you gave {f(100, 0)}.",
                ),
                Property(
                    "Twice the visits give twice the result.",
                    lambda f, g: close(f(200, 0.1), 2 * f(100, 0.1)),
                ),
            ],
            [
                Misconception(
                    "linear for compound growth",
                    lambda v, r: v + r,
                    "a rate is a share of what is there, not an amount.",
                ),
                Misconception(
                    "percent for fraction",
                    lambda v, r: v * (1 + r / 100),
                    "0.1 already means 10 %.",
                ),
                Misconception("stops", lambda v, r: 1 / 0, "never met."),
            ],
            ["What does one visitor become?", "Write old plus gain."],
            probes=[(100, 0.1), (37.0, 0.25)],
        ),
        Task(
            "level",
            [Property("The tub cannot be below empty.", lambda x, g: x >= 0)],
            [Misconception("stock for flow", lambda g: -g["inflow"], "think of what is in it.")],
        ),
    ],
    [Parameter("inflow", 20, 60, 0.5, "litre/minute"), Parameter("share", 0.1, 0.3, 0.05)],
)


def _begun(**names: Any) -> tuple[Any, Any]:
    fresh = Exercise(GROWTH.id, GROWTH.tasks, GROWTH.parameters)
    return fresh.begin("ada", names)


def test_a_wrong_answer_of_a_function_without_arguments_is_named_too():
    diagnosed = GROWTH.diagnose("level", lambda: -30.0, {"inflow": 30.0})
    assert diagnosed is not None
    assert diagnosed.name == "stock for flow"
    assert GROWTH.diagnose("level", lambda: 30.0, {"inflow": 30.0}) is None


def test_a_grader_is_told_what_check_says_where_an_answer_looks_like_nothing_known():
    assert GROWTH.said_of("growth", lambda visits, rate: visits + 7, {}) == (
        "",
        'check("growth") says: not yet. This should hold: With a rate of 0 nothing is gained. '
        "For 100 visits and a rate of 0 you gave 107.",
    )
    looks = GROWTH.said_of("level", lambda: -30.0, {"inflow": 30.0})
    assert looks == ("stock for flow", "think of what is in it.")
    for quiet in (lambda visits, rate: visits * (1 + rate), lambda visits, rate: 1 / 0):
        assert GROWTH.said_of("growth", quiet, {}) is None  # it holds, or could not be tried


def test_a_wrong_answer_is_named_after_its_misconception_with_a_hint_that_goes_further_each_time():
    check, _ = _begun(growth=lambda visits, rate: visits + rate)
    assert str(check("growth")) == (
        "growth: not yet. This should hold: Twice the visits give twice the result.\n"
        "You gave 200.1 for growth(200, 0.1) and 100.1 for growth(100, 0.1).\n"
        "This looks like 'linear for compound growth': a rate is a share of what is there, not an "
        "amount.\n"
        "Hint 1 of 2: What does one visitor become?\n"
        'The next hint: check("growth", hint=2)'
    )
    assert str(check("growth")).endswith("Hint 2 of 2: Write old plus gain.")
    assert str(check("growth")).endswith("Hint 2 of 2: Write old plus gain.")


def test_a_misconception_is_named_even_where_every_property_holds():
    check, _ = _begun(growth=lambda visits, rate: visits * (1 + rate / 100))
    verdict = check("growth")
    assert not verdict.passed
    assert str(verdict) == (
        "growth: all that is checked here holds, but look again.\n"
        "This looks like 'percent for fraction': 0.1 already means 10 %.\n"
        "Hint 1 of 2: What does one visitor become?\n"
        'The next hint: check("growth", hint=2)'
    )


def test_a_long_row_that_a_function_was_tried_with_is_cut():
    last = Property("It is the last.", lambda f, g: f({n: float(n) for n in range(99)}, [1]) == 98)
    exercise = Exercise("x", [Task("last", [last])])
    check, _ = exercise.begin("", {"last": lambda series, more: 0})
    assert str(check("last")) == (
        "last: not yet. This should hold: It is the last.\n"
        "You gave 0 for last({0: 0.0, 1: 1.0, 2: 2.0, 3: 3.0, ...}, [1])."
    )


def test_what_was_tried_is_shown_with_what_came_out():
    check, _ = _begun(growth=lambda visits, rate: visits * rate)
    assert str(check("growth")) == (
        "growth: not yet. This should hold: With a rate of 0 nothing is gained.\n"
        "For 100 visits and a rate of 0 you gave 0.\n"
        "Hint 1 of 2: What does one visitor become?\n"
        'The next hint: check("growth", hint=2)'
    )


def test_a_right_answer_is_told_that_this_is_not_yet_full_marks():
    check, _ = _begun(growth=lambda visits, rate: visits * (1 + rate))
    verdict = check("growth")
    assert verdict.passed
    assert str(verdict) == (
        "growth: all that is checked here holds. Passing here is not yet full marks."
    )


def _not_yet(visits: float, rate: float) -> float:
    raise NotImplementedError


def _crash(visits: float, rate: float) -> float:
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({}, "growth: nothing is called 'growth' yet."),
        ({"growth": _not_yet}, "growth: not answered yet."),
        (
            {"growth": _crash},
            "growth: not yet. This should hold: With a rate of 0 nothing is gained.\n"
            "Trying it stopped with ZeroDivisionError: division by zero\n"
            f"  line {_crash.__code__.co_firstlineno + 1}: "
            'raise ZeroDivisionError("division by zero")',
        ),
        (
            {"growth": 3},
            "growth: it is no function: begin it with def growth(...): and end it with return.",
        ),
    ],
)
def test_an_unfinished_answer_gets_a_sentence_and_no_traceback(names: dict[str, Any], says: str):
    check, _ = _begun(**names)
    assert str(check("growth")) == says


def test_a_value_is_shown_and_compared_with_the_students_own_numbers():
    check, given = _begun()
    check, _ = _begun(level=-given.inflow)
    assert str(check("level")) == (
        "level: not yet. This should hold: The tub cannot be below empty.\n"
        f"You gave {-given.inflow:g}.\n"
        "This looks like 'stock for flow': think of what is in it."
    )


def test_a_task_that_does_not_exist_is_refused_with_the_nearest():
    check, _ = _begun()
    with pytest.raises(GradingError) as caught:
        check("growht")
    assert str(caught.value) == (
        "this exercise has no task 'growht'\n  hint: did you mean 'growth'?"
    )


def test_every_try_is_logged_with_the_cell_that_made_it():
    check, _ = _begun(growth=lambda visits, rate: visits + rate)
    check("growth")
    bundle = check("growth")._repr_mimebundle_()
    assert bundle["text/plain"].startswith("growth: not yet. This should hold: Twice the visits")
    assert json.loads(json.dumps(bundle[MIME]))["task"] == "growth"
    tries = bundle[MIME]["attempts"]
    assert [each["misconception"] for each in tries] == ["linear for compound growth"] * 2
    assert not any(each["passed"] for each in tries)


def test_numbers_are_asked_by_name_and_shown_with_their_units():
    _, given = _begun()
    assert given.inflow == given["inflow"]
    assert list(given) == ["inflow", "share"]
    assert repr(given).splitlines()[0] == f"inflow = {given.inflow:g} litre/minute"
    with pytest.raises(AttributeError, match="no number is called 'outflow'"):
        _ = given.outflow
    with pytest.raises(KeyError, match="no number is called 'outflow'; there are: inflow, share"):
        _ = given["outflow"]


def test_large_numbers_are_shown_in_full_and_a_year_as_a_year():
    shop = Exercise(
        "03_shop",
        [],
        parameters=[
            Parameter("fixed_cost", 2.6e8, 2.6e8, 1e7, "USD/year"),
            Parameter("year", 2009, 2009, 1, "year"),
            Parameter("rate", 0.0075, 0.0075, 0.0005, "1"),
        ],
    )
    _check, numbers = shop.begin("ada", {})
    assert (
        repr(numbers)
        == """\
fixed_cost = 260,000,000 USD/year
year       = 2009 year
rate       = 0.0075"""
    )


@given(st.text(min_size=1, max_size=20), st.binary(min_size=1, max_size=20))
def test_a_ticket_gives_the_numbers_that_the_teacher_draws(student: str, secret: bytes):
    ticket = variants.ticket(student, GROWTH.id, secret)
    seed = variants.seed(student, GROWTH.id, secret)
    assert variants.seed_of(ticket, GROWTH.id) == seed
    drawn = GROWTH.given(seed)
    assert 20 <= drawn["inflow"] <= 60
    assert (drawn["inflow"] * 2).is_integer()
    assert drawn["share"] in (0.1, 0.15, 0.2, 0.25, 0.3)


def test_on_a_hub_one_notebook_for_everybody_gives_each_their_own_numbers(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert variants.seed_of("", GROWTH.id) == variants.seed("ada", GROWTH.id)
    assert variants.seed_of("bob", GROWTH.id) == variants.seed("bob", GROWTH.id)


def test_the_numbers_of_a_student_never_change_from_one_machine_to_the_next():
    # Handed-out notebooks hold the seeds; a change here would fail everyone's work.
    # printf 'flywheel_edu\x1f03_retail\x1fada' | openssl dgst -sha256 -hmac secret
    assert variants.seed("ada", "03_retail", b"secret") == "2fe06829217141a7e3b35e08a286316f"


def test_the_secret_the_student_and_the_exercise_all_count():
    seeds = {
        variants.seed(student, name, secret)
        for student in ("ada", "bob")
        for name in ("01", "02")
        for secret in (b"", b"one", b"two")
    }
    seeds.add(variants.judge_seed("ada", "01", b"one"))
    assert len(seeds) == 13


def test_a_broken_ticket_is_refused_in_words():
    with pytest.raises(GradingError) as caught:
        GROWTH.begin("ada:123", {})
    assert str(caught.value) == (
        "the ticket 'ada:123' is not one that was handed out\n"
        "  hint: copy it from the notebook as you got it, or write your id alone"
    )


def test_an_exercise_without_checks_is_refused_with_where_they_were_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "own").mkdir()
    monkeypatch.chdir(tmp_path / "own")
    with pytest.raises(GradingError) as caught:
        exercise("99_nothing", "", {})
    root = Path(flywheel_edu.__file__).resolve().parents[1]
    assert (
        str(caught.value)
        == f"""\
there are no checks for an exercise called '99_nothing'; looked for
  {tmp_path}/own/checks/99_nothing.py
  {tmp_path}/exercises/checks/99_nothing.py
  {root}/flywheel_edu/_handout/exercises/checks/99_nothing.py
  {root}/exercises/checks/99_nothing.py
  hint: write checks/99_nothing.py beside the notebook, with a line that begins \
EXERCISE = Exercise("99_nothing", [Task(...), ...])"""
    )


def test_checks_without_an_exercise_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checks").mkdir()
    path = tmp_path / "checks" / "12_mine.py"
    path.write_text("tasks = []\n", "utf-8")
    with pytest.raises(GradingError) as caught:
        exercise("12_mine", "", {})
    assert str(caught.value) == (
        f"{path} holds no EXERCISE\n  hint: it needs a line that begins "
        'EXERCISE = Exercise("12_mine", [Task(...), ...])'
    )


def test_an_exercise_itself_is_begun_as_it_is():
    check, given = exercise(GROWTH, "ada", {})
    assert given == GROWTH.begin("ada", {})[1]
    assert check("growth").text == "growth: nothing is called 'growth' yet."


def test_cases_print_what_is_not_yet_right_and_count_what_is(capsys: pytest.CaptureFixture[str]):
    cases = Cases(3)
    with cases("one and one"):
        assert 1 + 1 == 2
    with cases("two and two", worth=2):
        raise ValueError("no")
    assert cases.points == 1
    assert capsys.readouterr().out == "not yet: two and two\n"
    assert Cases(3).points == 0


def test_a_self_check_needs_no_library_that_a_browser_lacks():
    heavy = "pandas matplotlib IPython nbformat ipykernel multiprocessing".split()
    code = (
        "import sys, flywheel_edu.exercises as g\n"
        "e = g.Exercise('x', [g.Task('n', [g.Property('even', lambda n, given: n % 2 == 0)])])\n"
        "check, given = e.begin('', {'n': 3})\n"
        "print(check('n'))\n"
        f"print(sorted(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "n: not yet. This should hold: even\nYou gave 3.\n[]\n"


def test_notebooks_handed_out_with_the_first_version_go_on():
    import flywheel_edu.exercises as now
    import flywheel_edu.grading as then

    assert set(then.__all__) == {"Cases", "close", "exercise", "hidden_random"}
    assert all(getattr(then, name) is getattr(now, name) for name in then.__all__)
