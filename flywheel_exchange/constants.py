"""Which expressions stay the same for the whole run, and at which number."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from flywheel_edu.language import Minus, Name, Node, Number, children
from flywheel_edu.model import Quantity

Known = Callable[[str], Quantity | None]
_DEEPEST = 30  # quantities one behind another, and parts of equations


def constant(node: Node, known: Known, depth: int = 0) -> float | None:
    """The number that an expression is throughout the run; None if it is none, or nobody knows."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name) and depth <= _DEEPEST:
        found = known(node.name)
        steady = found is not None and found.kind in ("given", "computed")
        return constant(found.equation, known, depth + 1) if found is not None and steady else None
    op = "-x" if isinstance(node, Minus) else getattr(node, "op", getattr(node, "function", ""))
    if op not in _SUMS or depth > _DEEPEST:
        return None
    values = [constant(inner, known, depth + 1) for inner in children(node)]
    try:
        number = None if None in values else _SUMS[op](*values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return float(number) if isinstance(number, int | float) else None


_SUMS: dict[str, Callable[..., object]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": pow,
    "-x": operator.neg, "int": math.floor, "min": min, "max": max,
}  # fmt: skip
