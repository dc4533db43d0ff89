"""What makes one wonder whose work it is: leads for a conversation, never verdicts."""

from __future__ import annotations

import math
import numbers
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import combinations
from typing import Any

from flywheel_grader import courses
from flywheel_grader.judging.results import Result
from flywheel_grader.words import named, safe, same_id

_MOST_NUMBERS = 20  # of one answer
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s\w]")
_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"#[^\n]*")

_CODE_RUN, _WORD_RUN = 6, 5  # tokens, words
_LEAST_RUNS = {_CODE_RUN: 12, _WORD_RUN: 6}
_LONGEST = 50_000  # characters that are looked at


def leads(result: Result, right: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """A sentence if the notebook is another's, and if a number is right for others alone.

    `right` has for each student of the class the numbers that the teacher's solution gives them.
    """
    for student in right if same_id(result.ticket) != same_id(result.student) else ():
        if same_id(student) == same_id(result.ticket):
            yield f"the notebook has the ticket of {safe(student, 40)}"
    own = right.get(result.student, {})
    for name, value in result.numbers.items():
        if name not in own or _same(value, own[name]):
            continue
        theirs = {each: right[each][name] for each in sorted(right) if name in right[each]}
        if others := [each for each, number in theirs.items() if _same(value, number)]:
            yield f"{name} is what the numbers of {named(others, 3)} give"
            return  # one number that fits says it; the others would only say it again


def numbers_in(name: str, answer: Any) -> dict[str, float]:
    """The numbers of an answer, each with a name; none if it holds none that could be compared.

    Of an object of a course's they are what the course says.

    >>> numbers_in("saved()", 0.25), numbers_in("shares()", (0.5, 2))
    ({'saved()': 0.25}, {'shares()[0]': 0.5, 'shares()[1]': 2.0})
    >>> numbers_in("word()", "push"), numbers_in("rows()", {"a": 1, "b": float("nan")})
    ({}, {"rows()['a']": 1.0})
    """
    found = {f"{name}{where}": finite(each) for where, each in _parts(answer)}
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


def finite(value: Any) -> float | None:
    """A number that can be compared; None for anything else, and for one too large for that."""
    with suppress(OverflowError):
        if not isinstance(value, bool) and isinstance(value, numbers.Real):
            return number if math.isfinite(number := float(value)) else None
    return None


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)


def similar(
    answers: Mapping[str, str], kind: str, known: Iterable[str] = (), least: float = 0.7
) -> list[dict[str, Any]]:
    """The pairs whose answers share at least this much, the most alike first.

    Of each student a text, and of all its `kind`: "code", or the name of a written task. Of a pair
    the `share` of the shorter text's runs of words that the other has too, from 0 to 1. What
    everyone has or may have (`known`), and what every fourth student or more has, tells nothing and
    is left out: short tasks have one natural answer.
    """
    run = _CODE_RUN if kind == "code" else _WORD_RUN
    given = set().union(*(_runs(text, run) for text in known)) if known else set()
    runs = {student: _runs(text, run) - given for student, text in answers.items()}
    spread = Counter(each for own in runs.values() for each in own)
    common = {each for each, times in spread.items() if times > max(2, len(runs) // 4)}
    rare = {student: own - common for student, own in runs.items()}
    found: list[dict[str, Any]] = []
    for first, second in combinations(sorted(rare), 2):
        smaller = min(len(rare[first]), len(rare[second]))
        if smaller < _LEAST_RUNS[run]:
            continue
        share = len(rare[first] & rare[second]) / smaller
        if share >= least:
            found.append({"first": first, "second": second, "share": share, "kind": kind})
    return sorted(found, key=lambda pair: (-pair["share"], pair["first"], pair["second"]))


def _runs(text: str, length: int) -> set[int]:
    text = text[:_LONGEST]
    of_code = length == _CODE_RUN
    tokens = _TOKEN.findall(_COMMENT.sub("", text)) if of_code else _WORD.findall(text.casefold())
    return {hash(tuple(tokens[n : n + length])) for n in range(len(tokens) - length + 1)}
