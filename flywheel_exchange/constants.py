"""Which expressions stay the same for the whole run, and at which number."""

from __future__ import annotations

import math
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

    match node:
        case Number(value=value):
            return value
        case Name(name=name):
            found = known(name)
            steady = found is not None and found.kind in ("given", "computed")
            return again(found.equation) if found is not None and steady else None
        case Minus(operand=operand):
            inner = again(operand)
            return None if inner is None else -inner
        case Binary(op=op, left=left, right=right):
            a, b = again(left), again(right)
            return None if a is None or b is None else _joined(op, a, b)
        case Call(function="int" | "min" | "max" as function, args=args):
            values = [again(arg) for arg in args]
            numbers = [value for value in values if value is not None]
            if len(numbers) < len(values):
                return None
            if function == "int":
                return float(math.floor(numbers[0])) if math.isfinite(numbers[0]) else None
            return min(numbers) if function == "min" else max(numbers)
    return None


def _joined(op: str, a: float, b: float) -> float | None:
    try:
        match op:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
            case "/":
                return a / b
        found = a**b
    except (ZeroDivisionError, OverflowError):
        return None
    return found if isinstance(found, float) else None
