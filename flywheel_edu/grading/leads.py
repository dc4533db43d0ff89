"""Whose numbers an answer fits, where each student was handed numbers of their own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from flywheel_edu.grading.results import Result
from flywheel_edu.grading.words import safe

_MOST_NAMED = 3


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
            yield f"{name!r} is what the numbers of {named}{more} give"


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)
