"""The sign of an arrow: how an equation responds to one of the quantities in it.

The rules are those of the derivative of sums, products, quotients and powers, with signs in the
place of numbers. What they cannot settle stays open; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import pairwise, product

from flywheel_edu.language import FUNCTIONS, Bounds, names_in, tree
from flywheel_edu.model import Clock
from flywheel_edu.model.bounds import bounds_of, flat

Sign = int | None  # 1, -1, 0 for no response, None where the rules do not settle it


def slope(
    expression: tree.Expression, name: str, bounds: Mapping[str, Bounds], clock: Clock
) -> Sign:
    """The sign of an expression's response to one quantity, everything else as it is.

    1 if the expression never falls when the quantity rises, -1 if it never rises, 0 if it does not
    respond, None if the rules do not settle it, with what ``bounds`` knows of the other values.

    >>> from flywheel_edu.language import read_expression
    >>> from flywheel_edu.model import Clock
    >>> from flywheel_edu.units import Unit
    >>> clock = Clock(Unit.parse("month"), 0, 12, 1)
    >>> known = {"data": (0, float("inf")), "half": (1, 9)}
    >>> slope(read_expression("data / (data + half)"), "data", known, clock)
    1
    >>> slope(read_expression("data * (1 - data / half)"), "data", known, clock) is None
    True
    """
    return _Slopes(name, bounds, clock).of(expression)


def times(a: Sign, b: Sign) -> Sign:
    """The sign of a product."""
    if a == 0 or b == 0:
        return 0
    return None if a is None or b is None else a * b


def plus(a: Sign, b: Sign) -> Sign:
    """The sign of a sum."""
    if a == 0:
        return b
    if b == 0:
        return a
    return a if a == b else None


def minus(a: Sign) -> Sign:
    """The sign of the opposite."""
    return None if a is None else -a


class _Slopes:
    def __init__(self, name: str, bounds: Mapping[str, Bounds], clock: Clock) -> None:
        self.name, self.bounds, self.clock = name, bounds, clock

    def sign(self, node: tree.Expression) -> Sign:
        """The sign an expression's value keeps: 1 never below zero, -1 never above, 0 always 0."""
        low, high = bounds_of(node, self.bounds, self.clock)
        if low == high == 0:
            return 0
        return 1 if low >= 0 else -1 if high <= 0 else None

    def of(self, node: tree.Expression) -> Sign:
        match node:
            case tree.Number():
                return 0
            case tree.Name(name=found):
                return int(found == self.name)
            case tree.Minus(operand=operand):
                return minus(self.of(operand))
            case tree.Binary(op="+", left=a, right=b):
                return plus(self.of(a), self.of(b))
            case tree.Binary(op="-", left=a, right=b):
                return plus(self.of(a), minus(self.of(b)))
            case tree.Binary(op="*", left=a, right=b):
                if a == b:
                    return times(self.sign(a), self.of(a))
                return plus(times(self.of(a), self.sign(b)), times(self.sign(a), self.of(b)))
            case tree.Binary(op="/", left=a, right=b):
                return self.quotient(a, b)
            case tree.Binary(left=a, right=b):  # **
                return self.power(a, b)
            case tree.Table(x=x, points=points):
                return times(self.table(x, points), self.of(x))
            case tree.Choice():
                return self.choice(node)
        return self.call(node)

    def quotient(self, above: tree.Expression, below: tree.Expression) -> Sign:
        if below == above:
            return 0
        share = self.share(above, below)
        if share is not None:
            return share
        first = times(self.of(above), self.sign(below))
        responds = self.of(below)
        if responds != 0 and self.sign(below) is None:
            return None  # below may pass through zero, where the quotient jumps
        return plus(first, minus(times(self.sign(above), responds)))

    def share(self, above: tree.Expression, below: tree.Expression) -> Sign:
        """The response of ``rest * u / (u + w)``, which the rule for quotients leaves open.

        The response of u / (u + w) has the sign of u' w - u w', where u + w stays above zero.
        """
        sums, beside = _ratio(below)
        for tops, bottoms in (([above], []), (flat(above, "*"), []), _ratio(above)):
            found = self._share([*tops, *beside], [*bottoms, *sums])
            if found is not None:
                return found
        return None

    def _share(self, tops: list[tree.Expression], bottoms: list[tree.Expression]) -> Sign:
        for (at, bottom), (own, top) in product(enumerate(bottoms), enumerate(tops)):
            others = _without(flat(bottom, "+"), flat(top, "+"))
            if not others or self.sign(bottom) != 1:
                continue
            w = _joined("+", others)
            moves = plus(
                times(self.of(top), self.sign(w)), minus(times(self.sign(top), self.of(w)))
            )
            rest = _joined("*", [*tops[:own], *tops[own + 1 :]])
            if divisors := [*bottoms[:at], *bottoms[at + 1 :]]:
                rest = tree.Binary("/", rest, _joined("*", divisors))
            found = plus(times(moves, self.sign(rest)), times(self.sign(top), self.of(rest)))
            if found is not None:
                return found
        return None

    def power(self, base: tree.Expression, exponent: tree.Expression) -> Sign:
        sign = self.sign(base)
        if isinstance(exponent, tree.Number):
            n = exponent.value
            if sign in (0, 1):
                return times(self.of(base), (n > 0) - (n < 0))
            if n > 0 and n % 2 == 1:
                return self.of(base)
            if n > 0 and n % 2 == 0:
                return times(self.of(base), sign)
            return None if self.of(base) != 0 else 0
        if self.of(base) == 0 and self.of(exponent) == 0:
            return 0
        if sign != 1:
            return None
        low, high = bounds_of(base, self.bounds, self.clock)
        grows: Sign = 1 if low >= 1 else -1 if high <= 1 else None
        return plus(times(self.of(base), self.sign(exponent)), times(grows, self.of(exponent)))

    def table(self, x: tree.Expression, points: tuple[tuple[float, float], ...]) -> Sign:
        """The one direction in which a table runs where its argument can be, if there is one."""
        low, high = bounds_of(x, self.bounds, self.clock)
        total: Sign = 0
        for (x0, y0), (x1, y1) in pairwise(points):
            if x1 > low and x0 < high:
                total = plus(total, (y1 > y0) - (y1 < y0))
        return total

    def choice(self, node: tree.Choice) -> Sign:
        if self.name in names_in(node.condition):
            return None
        return plus(self.of(node.then), self.of(node.other))

    def call(self, node: tree.Call) -> Sign:
        row, args = FUNCTIONS[node.function], node.args
        total: Sign = 0
        for arg, told in zip(args, row.slopes, strict=True):
            own: Sign
            if isinstance(told, str):  # the sign of an argument, or its opposite
                own = self.sign(args[row.arguments.index(told.removeprefix("-"))])
                own = minus(own) if told[0] == "-" else own
            else:
                own = told
            total = plus(total, times(own, self.of(arg)))
        return total


def _ratio(node: tree.Expression) -> tuple[list[tree.Expression], list[tree.Expression]]:
    """The factors above and below the line of products and quotients in one another."""
    if not isinstance(node, tree.Binary) or node.op not in ("*", "/"):
        return [node], []
    (top, bottom), (more, less) = _ratio(node.left), _ratio(node.right)
    if node.op == "/":
        more, less = less, more
    return top + more, bottom + less


def _without(terms: list[tree.Expression], some: list[tree.Expression]) -> list[tree.Expression]:
    """The terms that are left; none if not all of some are among them."""
    left = list(terms)
    for each in some:
        if each not in left:
            return []
        left.remove(each)
    return left


def _joined(op: str, parts: list[tree.Expression]) -> tree.Expression:
    """A sum or a product; 1 of nothing."""
    if not parts:
        return tree.Number(1.0)
    return reduce(lambda so_far, each: tree.Binary(op, so_far, each), parts)
