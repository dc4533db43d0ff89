"""Which expressions stay the same for the whole run, and at which number."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from flywheel_edu.language import Binary, Call, Expression, Minus, Name, Number
from flywheel_edu.model import Quantity

_DEEPEST = 30  # quantities one behind another, and parts of equations


def constant(
    node: Expression, known: Callable[[str], Quantity | None], depth: int = 0
) -> float | None:
    """The number that an expression is throughout the run; None if it is none, or nobody knows."""
    if depth > _DEEPEST:
        return None

    def again(inner: Expression) -> float | None:
        return constant(inner, known, depth + 1)

    args: tuple[Expression, ...]
    match node:
        case Number(value=value):
            return value
        case Name(name=name):
            found = known(name)
            steady = found is not None and found.kind in ("given", "computed")
            return again(found.equation) if found is not None and steady else None
        case Minus(operand=operand):
            function, args = "-", (Number(0.0), operand)
        case Binary(op=function, left=left, right=right):
            args = (left, right)
        case Call(function=function, args=args) if function in _SUMS:
            pass
        case _:
            return None
    values = [again(arg) for arg in args]
    try:
        number = None if None in values else _SUMS[function](*values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return float(number) if isinstance(number, int | float) else None


_SUMS: dict[str, Callable[..., object]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": pow,
    "int": math.floor, "min": min, "max": max,
}  # fmt: skip
