"""An error in an earlier answer costs nothing in a later one that builds on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flywheel_edu.exercises import variants
from tests.exercises.test_exercises import NAMES, Student, compiled
from tests.exercises.test_wrong_answers import begun

# A wrong answer, and a later task that a right answer of its own builds on it: nobody's error is
# the same in both, so each is one that a student may make.
BUILT_ON = [
    ("02_stocks", "levels", "highest",
     lambda o, i, d: [o, *(o + a - b for a, b in zip(i, d, strict=True))]),
    ("03_retail", "cost_of_an_order", "saved", lambda v, f, o, s, sent: v + f / (o + s)),
    ("05_cash", "present_value", "machine_value",
     lambda flows, rate: sum(x / (1 + rate * t) for t, x in enumerate(flows))),
    ("05_cash", "machine_value", "my_machine", lambda price, cash, rate: 4 * cash - price),
    ("06_cycle", "other_peoples_money", "cash_from_growth",
     lambda i, r, p, sales, cost: (p - i - r) * sales / 365),
    ("08_data", "use", "moat", lambda records, needs: records / (records + needs)),
    ("08_data", "steady_records", "moat", lambda buyers, each, life: buyers * each / life),
    ("10_limits", "compound_rate", "years_left",
     lambda first, last, years: (last / first - 1) / years),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody() -> Iterator[None]:
    yield
    variants.become(None)  # what `begun` became would give tests after these its numbers


@pytest.mark.parametrize(("name", "earlier", "later", "wrong"), BUILT_ON)
def test_an_error_is_paid_once(name: str, earlier: str, later: str, wrong: Any):
    assert name in NAMES
    student = Student(begun(name), compiled(name)[1])
    student.scope[earlier] = wrong
    lost, worth = student.points(earlier)
    assert lost < worth
    assert student.points(later) == (worth_of(student, later), worth_of(student, later))


@pytest.mark.parametrize(("name", "later"), sorted({(row[0], row[2]) for row in BUILT_ON}))
def test_an_answer_that_is_wrong_by_itself_still_costs_points(name: str, later: str):
    student = Student(begun(name), compiled(name)[1])
    right = student.scope[later]
    student.scope[later] = lambda *asked: 1.5 * right(*asked) + 1
    assert student.points(later)[0] == 0


def worth_of(student: Student, task: str) -> float:
    return student.tests[task][1]
