"""Natural wrong answers: at least four in five are named, in every exercise; and no hand-in of
what the installed checks hold earns a point."""

from __future__ import annotations

import contextlib
import gc
import inspect
import io
import linecache
import math
import random
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


@pytest.fixture
def _no_collection() -> Iterator[None]:
    """A helper that asks itself without end leaves no room for what a collection calls."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@each_exercise
@pytest.mark.usefixtures("_no_collection")
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


YEARS = "years = [y for y in real if y > last_fitted]\n    return "


@pytest.mark.parametrize(
    ("name", "head", "body", "called"),
    [
        ("02_stocks", "months_to_double(rate)", "return 70 / rate", "the rule of thumb"),
        ("02_stocks", "months_to_double(rate)", "return 70 / (100 * rate)", "the rule of thumb"),
        ("02_stocks", "turns_by_itself(first_traffic)",
         "return fw.simulate(fw.load('napkin'))['traffic']", "a whole row for True or False"),
        ("02_stocks", "level(opening, inflow, outflow, minutes)",
         "return [opening + (inflow - outflow) * m for m in range(minutes + 1)]",
         "a list for one number"),
        ("03_retail", "hidden_error(real, guess, last_fitted)",
         YEARS + "(sum((real[y] - guess[y]) ** 2 for y in years) / len(years)) ** 0.5",
         "squares for sizes"),
        ("03_retail", "share_without(lever)",
         "run = fw.simulate(fw.load('retail').change(**{lever: 0}))\n"
         "    return 1 - run['third_party_share'][-1]", "what is left for what is gone"),
        ("03_retail",
         "cost_of_an_order(variable_cost, fixed_cost, own_orders, seller_orders, sent_by_us)",
         "return variable_cost + fixed_cost / (own_orders + seller_orders * sent_by_us / 100)",
         "percent for fraction"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_not_called_by_another_ones_name(
    name: str, head: str, body: str, called: str
):
    scope = begun(name)
    put(scope, f"def {head}:\n    {body}\n")
    assert scope["check"](head.split("(")[0]).misconception == called


@pytest.mark.parametrize(
    ("name", "task"),
    [("05_cash", "my_machine"), ("06_cycle", "cash_from_growth"), ("08_data", "moat"),
     ("07_aws", "least_weight"), ("08_data", "hits")],
)  # fmt: skip
def test_a_number_out_of_the_blue_is_called_nothing(name: str, task: str):
    scope, luck = begun(name), random.Random(task)
    numbers = [luck.choice((1, -1)) * 10 ** luck.uniform(-3, 6) for _ in range(60)]
    named = []
    for number in (*numbers, 3, 5, 10, 1, 0.5):
        scope[task] = eval("lambda: number", {"number": number})
        if called := scope["check"](task).misconception:
            named.append((number, called))
    assert len(named) <= 1, named


def test_a_month_is_no_gap_between_two_shares():
    scope = begun("08_data", 30)
    put(scope, "def moat():\n"
               "    own, other = (use(steady_records(n, given.records_each, given.useful_life), "
               "given.needs)\n"
               "                  for n in (given.buyers, given.rival_buyers))\n"
               "    return own / other - 1\n")  # fmt: skip
    assert scope["check"]("moat").misconception != "in another unit"


def test_what_is_left_after_the_price_is_a_change():
    scope = begun("05_cash")
    put(scope, "def self_funding(price, cash_each):\n    return (cash_each - price) / price\n")
    assert "'the change for the ratio': how much more is it, or how many times as much?" in str(
        scope["check"]("self_funding")
    )


# Right answers that empty what they are given.
EMPTIES = {
    "levels": "def levels(opening, inflows, outflows):\n"
    "    found = [opening]\n"
    "    while inflows:\n"
    "        found.append(found[-1] + inflows.pop(0) - outflows.pop(0))\n"
    "    return found\n",
    "present_value": "def present_value(flows, rate):\n"
    "    worth = 0\n"
    "    while flows:\n"
    "        worth = worth / (1 + rate) + flows.pop()\n"
    "    return worth\n",
    "hidden_error": "def hidden_error(real, guess, last_fitted):\n"
    "    for year in list(real):\n"
    "        if year <= last_fitted:\n"
    "            del real[year]\n"
    "    return sum(abs(real[y] - guess[y]) for y in real) / len(real)\n",
}


@pytest.mark.parametrize(
    ("name", "task"),
    [("02_stocks", "levels"), ("03_retail", "hidden_error"), ("05_cash", "present_value")],
)
def test_an_answer_may_empty_what_it_is_given(name: str, task: str):
    scope = begun(name)
    put(scope, EMPTIES[task])
    assert scope["check"](task).passed
    assert scope["check"](task).passed, "the next time, too"
    earned, most = Student(scope, compiled(name)[1]).points(task)
    assert earned == most


def test_a_curve_is_no_straight_line():
    scope = begun("03_retail")
    put(scope, "def straight_line(series, last_fitted, year):\n"
               "    years = [y for y in series if y <= last_fitted]\n"
               "    values = [series[y] for y in years]\n"
               "    return np.polyval(np.polyfit(years, values, 2), year)\n")  # fmt: skip
    said = scope["check"]("straight_line")
    assert "A line climbs by as much in each year." in str(said)


def test_every_exercise_has_its_natural_wrong_answers():
    assert re.findall(r"^== (\w+)$", WRONG, re.M) == NAMES
    assert all(len(list(wrong_answers(name))) >= 18 for name in NAMES)
