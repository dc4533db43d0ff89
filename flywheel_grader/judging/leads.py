"""Whose numbers an answer fits, where each student was handed numbers of their own."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Mapping
from typing import Any

from flywheel_grader import courses
from flywheel_grader.judging.results import Result
from flywheel_grader.words import safe, same_id

_MOST_NAMED = 3
_MOST_NUMBERS = 20  # of one answer


def ticket_of_another(result: Result, right: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """A sentence if the notebook was handed out to another student of the class."""
    if same_id(result.ticket) != same_id(result.student):
        for student in right:
            if same_id(student) == same_id(result.ticket):
                yield f"the notebook has the ticket of {safe(student, 40)}"


def fits_of_others(result: Result, right: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """A sentence for each number of a student that is wrong for them and right for others.

    Parameters
    ----------
    result : Result
    right : mapping
        For each student the numbers that the teacher's solution gives them.
    """
    own = right.get(result.student, {})
    for name, value in result.numbers.items():
        if name not in own or _same(value, own[name]):
            continue
        others = [
            student
            for student in sorted(right)
            if student != result.student
            and name in right[student]
            and _same(value, right[student][name])
        ]
        if others:
            named = ", ".join(safe(each, 40) for each in others[:_MOST_NAMED])
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            yield f"{name} is what the numbers of {named}{more} give"
            return  # one number that fits says it; the others would only say it again


def numbers_in(name: str, answer: Any) -> dict[str, float]:
    """The numbers of an answer, each with a name; none if it holds none that could be compared.

    Of an object of a course's they are what the course says.

    Examples
    --------
    >>> numbers_in("saved()", 0.25), numbers_in("shares()", (0.5, 2))
    ({'saved()': 0.25}, {'shares()[0]': 0.5, 'shares()[1]': 2.0})
    >>> numbers_in("word()", "push"), numbers_in("rows()", {"a": 1, "b": float("nan")})
    ({}, {"rows()['a']": 1.0})
    """
    found = {f"{name}{where}": _finite(each) for where, each in _parts(answer)}
    return {key: value for key, value in found.items() if value is not None}


def _parts(answer: Any) -> list[tuple[str, Any]]:
    if kind := courses.kind_of(answer):
        course = next(each for each in courses.known() if kind in each.kinds)
        return list((course.numbers(answer) or {}).items())
    if isinstance(answer, Mapping):
        return [(f"[{key!r}]", each) for key, each in list(answer.items())[:_MOST_NUMBERS]]
    if isinstance(answer, (list, tuple)):
        return [(f"[{n}]", each) for n, each in enumerate(answer[:_MOST_NUMBERS])]
    return [("", answer)]


def _finite(value: Any) -> float | None:
    """A number that can be compared; None for anything else, and for one too large for that."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)
