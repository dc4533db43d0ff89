"""Between which values a quantity must stay, from the equations and the model's promises.

The only premises are the ranges of quantities, the signs of givens without a range, and that
stocks stay within their limits. Every run enforces them, so what follows here holds in every run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from flywheel_edu.language import Binary, Choice, Expression, Minus, Name, Number, Table
from flywheel_edu.model.parts import Clock, Quantity

Bounds = tuple[float, float]
ANY: Bounds = (-math.inf, math.inf)


def bounds_of(expression: Expression, known: Mapping[str, Bounds], clock: Clock) -> Bounds:
    """The lowest and highest value an expression can take, given those of the names in it."""

    def again(node: Expression) -> Bounds:
        return bounds_of(node, known, clock)

    match expression:
        case Number(value=value):
            return (value, value)
        case Name(name="time"):
            return (clock.start, clock.stop)
        case Name(name=name):
            return known.get(name, ANY)
        case Minus(operand=operand):
            low, high = again(operand)
            return (-high, -low)
        case Binary(op="+", left=a, right=b):
            return _add(again(a), again(b))
        case Binary(op="-", left=a, right=b):
            low, high = again(b)
            return _add(again(a), (-high, -low))
        case Binary(op="*", left=a, right=b):
            if a == b:
                return _even(again(a))
            return _multiply(again(a), again(b))
        case Binary(op="/", left=a, right=b):
            return _multiply(again(a), _inverse(again(b)))
        case Binary(left=a, right=b):  # **
            return _power(again(a), b, again(b))
        case Table(points=points):
            heights = [height for _, height in points]
            return (min(heights), max(heights))
        case Choice(then=a, other=b):
            one, other = again(a), again(b)
            return (min(one[0], other[0]), max(one[1], other[1]))
    return _call(expression.function, [again(arg) for arg in expression.args])


def quantity_bounds(
    quantities: Mapping[str, Quantity], order: tuple[str, ...], clock: Clock
) -> dict[str, Bounds]:
    """The bounds of every quantity; ``order`` is the computing order of the computed ones."""
    known: dict[str, Bounds] = {}
    smoothed = []
    for quantity in quantities.values():
        if quantity.kind == "given":
            known[quantity.name] = quantity.range or _sign_only(quantity.equation)
        elif quantity.kind == "stock":
            known[quantity.name] = quantity.limits
            if quantity.part_of or quantity.waits or not quantity.ledger:
                smoothed.append(quantity)
    # What was smoothed or is in transit stays within the bounds of what came in: find them from
    # nothing known upwards. Each round can only narrow; three cover the third-order forms.
    for _ in range(4 if smoothed else 1):
        for name in order:
            quantity = quantities[name]
            found = bounds_of(quantity.equation, known, clock)
            known[name] = _within(found, quantity.limits)
        for stock in smoothed:
            opening = bounds_of(stock.equation, known, clock)
            known[stock.name] = _within(opening, stock.limits)
    return known


def _within(found: Bounds, limits: Bounds) -> Bounds:
    low, high = max(found[0], limits[0]), min(found[1], limits[1])
    return (low, high) if low <= high else limits


def _sign_only(equation: Expression) -> Bounds:
    value = equation.value if isinstance(equation, Number) else math.nan
    if value > 0:
        return (0.0, math.inf)
    return (-math.inf, 0.0) if value < 0 else (0.0, 0.0) if value == 0 else ANY


def _add(a: Bounds, b: Bounds) -> Bounds:
    return (a[0] + b[0], a[1] + b[1])


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _multiply(a: Bounds, b: Bounds) -> Bounds:
    corners = [_times(x, y) for x in a for y in b]
    return (min(corners), max(corners))


def _even(a: Bounds) -> Bounds:
    """A value times itself."""
    squares = (_times(a[0], a[0]), _times(a[1], a[1]))
    return (0.0 if a[0] < 0 < a[1] else min(squares), max(squares))


def _inverse(b: Bounds) -> Bounds:
    low, high = b
    if low >= 0:
        return (1 / high if high else 0.0, math.inf if low == 0 else 1 / low)
    if high <= 0:
        return (-math.inf if high == 0 else 1 / high, 1 / low)
    return ANY


def _power(base: Bounds, exponent: Expression, span: Bounds) -> Bounds:
    whole = isinstance(exponent, Number) and exponent.value == int(exponent.value)
    if base[0] < 0:
        even = whole and isinstance(exponent, Number) and exponent.value % 2 == 0
        return (0.0, math.inf) if even else ANY
    if base[0] >= 1 and span[0] >= 0:
        return (1.0, math.inf)
    if base[1] <= 1 and span[0] >= 0:
        return (0.0, 1.0)
    return (0.0, math.inf)


def _call(function: str, args: list[Bounds]) -> Bounds:
    first = args[0]
    match function:
        case "min":
            return (min(first[0], args[1][0]), min(first[1], args[1][1]))
        case "max":
            return (max(first[0], args[1][0]), max(first[1], args[1][1]))
        case "exp":
            return (_exp(first[0]), _exp(first[1]))
        case "ln":
            return (_ln(first[0]), _ln(first[1]))
        case "log10":
            return (_ln(first[0]) / math.log(10), _ln(first[1]) / math.log(10))
        case "sqrt":
            return (math.sqrt(max(0.0, first[0])), math.sqrt(max(0.0, first[1])))
        case "abs":
            inside = 0.0 if first[0] <= 0 <= first[1] else min(abs(first[0]), abs(first[1]))
            return (inside, max(abs(first[0]), abs(first[1])))
        case "int":
            return (_floor(first[0]), _floor(first[1]))
        case "mod":
            low, high = args[1]
            return (0.0, high) if low >= 0 else (low, 0.0) if high <= 0 else ANY
        case "sin" | "cos":
            return (-1.0, 1.0)
        case "arcsin" | "arctan":
            return (-math.pi / 2, math.pi / 2)
        case "arccos":
            return (0.0, math.pi)
        case "step" | "pulse" | "ramp":
            high = first[1] if function == "step" else math.inf if first[1] > 0 else 0.0
            low = first[0] if function == "step" else -math.inf if first[0] < 0 else 0.0
            return (min(0.0, low), max(0.0, high))
    return ANY


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf


def _ln(x: float) -> float:
    if x <= 0:
        return -math.inf
    return math.log(x) if math.isfinite(x) else math.inf


def _floor(x: float) -> float:
    return math.floor(x) if math.isfinite(x) else x
