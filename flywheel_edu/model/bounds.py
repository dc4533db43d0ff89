"""Between which values a quantity must stay, from the equations and the model's promises.

The only premises are the ranges of quantities, the signs of givens without a range, and that
stocks stay within their limits. Every run enforces them, so what follows here holds in every run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from flywheel_edu.language import ANY, KNOWN, Bounds, Engines, definition_of, tree
from flywheel_edu.model.parts import Clock, Quantity


def bounds_of(expression: tree.Expression, known: Mapping[str, Bounds], clock: Clock) -> Bounds:
    """The lowest and highest value an expression can take, given those of the names in it."""

    def again(node: tree.Expression) -> Bounds:
        return bounds_of(node, known, clock)

    match expression:
        case tree.Number(value=value):
            return (value, value)
        case tree.Name(name="time"):
            return (clock.start, clock.stop)
        case tree.Name(name=name):
            return known.get(name, ANY)
        case tree.Minus(operand=operand):
            low, high = again(operand)
            return (-high, -low)
        case tree.Binary(op="+", left=a, right=b):
            return _add(again(a), again(b))
        case tree.Binary(op="-", left=a, right=b):
            low, high = again(b)
            return _add(again(a), (-high, -low))
        case tree.Binary(op="*", left=a, right=b):
            if a == b:
                return _even(again(a))
            return _multiply(again(a), again(b))
        case tree.Binary(op="/", left=a, right=b):
            found = _multiply(again(a), _inverse(again(b)))
            terms, factors = flat(b, "+"), flat(a, "*")
            part = next((factor for factor in factors if factor in terms), None)
            if part is not None and all(again(term)[0] >= 0 for term in terms):
                share: Bounds = (0.0, 1.0)  # x / (x + y), both at or above zero
                factors.remove(part)
                for factor in factors:
                    share = _multiply(share, again(factor))
                found = (max(found[0], share[0]), min(found[1], share[1]))
            return found
        case tree.Binary(left=a, right=b):  # **
            return _power(again(a), b, again(b))
        case tree.Table(points=points):
            heights = [height for _, height in points]
            return (min(heights), max(heights))
        case tree.Choice(then=a, other=b):
            one, other = again(a), again(b)
            return (min(one[0], other[0]), max(one[1], other[1]))
    return _call(expression, [again(arg) for arg in expression.args], clock)


def flat(node: tree.Expression, op: str) -> list[tree.Expression]:
    """The terms of a sum, or the factors of a product."""
    if isinstance(node, tree.Binary) and node.op == op:
        return [*flat(node.left, op), *flat(node.right, op)]
    return [node]


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


def _sign_only(equation: tree.Expression) -> Bounds:
    value = equation.value if isinstance(equation, tree.Number) else math.nan
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
    squares = (_times(a[0], a[0]), _times(a[1], a[1]))
    return (0.0 if a[0] < 0 < a[1] else min(squares), max(squares))


def _inverse(b: Bounds) -> Bounds:
    low, high = b
    if low >= 0:
        return (1 / high if high else 0.0, math.inf if low == 0 else 1 / low)
    if high <= 0:
        return (-math.inf if high == 0 else 1 / high, 1 / low)
    return ANY


def _power(base: Bounds, exponent: tree.Expression, span: Bounds) -> Bounds:
    whole = isinstance(exponent, tree.Number) and exponent.value == int(exponent.value)
    if base[0] < 0:
        even = whole and isinstance(exponent, tree.Number) and exponent.value % 2 == 0
        return (0.0, math.inf) if even else ANY
    if base[0] >= 1 and span[0] >= 0:
        return (1.0, math.inf)
    if base[1] <= 1 and span[0] >= 0:
        return (0.0, 1.0)
    return (0.0, math.inf)


def _call(node: tree.Call, args: list[Bounds], clock: Clock) -> Bounds:
    row = KNOWN[node.function]
    if row.bounds is not None:
        return row.bounds(*args)
    if isinstance(row.how, Engines):
        if row.slopes not in ((1,), (-1,)):
            return ANY
        first, last = args[0] if row.slopes == (1,) else args[0][::-1]
        return (_at_end(row.how, first), _at_end(row.how, last))
    inside = dict(zip((*row.arguments, "dt"), (*args, (clock.step, clock.step)), strict=True))
    for name, equation in definition_of(row.name):
        inside[name] = bounds_of(equation, inside, clock)
    return inside.get("result", ANY)  # what waits is unfolded before bounds are asked for


def _at_end(engines: Engines, x: float) -> float:
    """The value of a function at an end of its argument, or at the nearest where it has one."""
    for sign, limit in engines.refusal.when if engines.refusal else ():
        x = max(x, limit) if sign[0] == "<" else min(x, limit)
    try:
        return engines.python(x)
    except OverflowError:
        return math.copysign(math.inf, x)
    except ValueError:
        return -math.inf  # where a logarithm begins
