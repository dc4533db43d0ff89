"""Two answers held against each other, and an answer in few words."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Mapping
from typing import Any

from flywheel_edu.charts.amounts import in_full
from flywheel_edu.errors import printable

_LONGEST_ARGUMENT = 40  # characters of what a function was tried with


def close(one: Any, other: Any, tolerance: float = 1e-6) -> bool:
    """Whether two answers are the same but for rounding; numbers, sequences, arrays, mappings.

    Examples
    --------
    >>> close([1, 2.0000001], (1.0, 2)), close(1, "1"), close({"a": 1}, {"a": 2})
    (True, False, False)
    """
    if hasattr(one, "tolist"):
        one = one.tolist()
    if hasattr(other, "tolist"):
        other = other.tolist()
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(other, str):
        return type(one) is type(other) and bool(one == other)
    if isinstance(one, numbers.Real) and isinstance(other, numbers.Real):
        return math.isclose(float(one), float(other), rel_tol=tolerance, abs_tol=1e-12)
    if isinstance(other, Mapping):
        return (
            isinstance(one, Mapping)
            and set(one) == set(other)
            and all(close(one[key], other[key], tolerance) for key in other)
        )
    if isinstance(other, (list, tuple)) and isinstance(one, (list, tuple)):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(close(a, b, tolerance) for a, b in pairs)
    return type(one) is type(other) and bool(one == other)


def shown(value: Any) -> str:
    """A value in few words, for a sentence.

    Examples
    --------
    >>> shown(2 / 3), shown((1, 2 / 3)), shown("a"), shown(object())
    ('0.666667', '(1, 0.666667)', "'a'", 'something of type object')
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> shown(read_sketch("guests -> crowding + delayed"))
    'guests -> crowding + delayed'
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # numpy's own number or truth
    if isinstance(value, float):
        return in_full(value, 6).replace(",", "")  # a comma parts what a function is given
    if isinstance(value, tuple) and 1 < len(value) <= 6:
        return f"({', '.join(shown(each) for each in value)})"
    if isinstance(value, list) and any(hasattr(each, "item") for each in value[:6]):
        return one_line(f"[{', '.join(shown(each) for each in value)}]", 120)
    if callable(value):
        return f"the function {getattr(value, '__name__', '')}".strip()
    try:
        if hasattr(value, "number_of_edges"):
            return one_line(", ".join(_arrows(value)) or "a drawing without arrows", 400)
        words = repr(value)
    except Exception:
        words = " object at 0x"
    is_bare = " object at 0x" in words
    return f"something of type {type(value).__name__}" if is_bare else one_line(words, 120)


def one_line(text: object, longest: int) -> str:
    """One line of a stranger's text, its control characters shown as question marks."""
    return printable(" ".join(str(text).split()))[:longest]


def _arrows(graph: Any) -> Iterator[str]:
    for cause, effect, says in graph.edges(data=True):
        mark = {1: "+", -1: "-"}.get(says.get("sign"), "?")
        yield f"{cause} -> {effect} {mark}" + (" delayed" if says.get("delay") else "")


def short(words: str) -> str:
    """A long row of values cut after one of them, and closed again."""
    closes = {"[": "]", "(": ")", "{": "}"}.get(words[:1])
    if len(words) <= _LONGEST_ARGUMENT or closes is None:
        return words
    return f"{words[:_LONGEST_ARGUMENT].rpartition(', ')[0]}, ...{closes}"
