"""What is likely: the normal distribution, and in how many ways one can choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flywheel_edu.errors import Place
from flywheel_edu.language import Binary, Expression, Name, Node, Number
from flywheel_exchange.pieces import as_value, folded
from flywheel_exchange.written import Row, Written, rows_in

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning

# How likely a draw from NORMAL(0, 1) is above h, from 0 on: J. F. Hart's formula to fifteen digits,
# as in G. West, "Better approximations to cumulative normal functions" (Wilmott, 2005).
_ABOVE = """exp(-h ** 2 / 2) * ((((((0.0352624965998911 * h + 0.700383064443688) * h
    + 6.37396220353165) * h + 33.912866078383) * h + 112.079291497871) * h + 221.213596169931) * h
    + 220.206867912376) / (((((((0.0883883476483184 * h + 1.75566716318264) * h + 16.064177579207)
    * h + 86.7807322029461) * h + 296.564248779674) * h + 637.333633378831) * h
    + 793.826512519948) * h + 440.413735824752)"""
# Wichura's algorithm AS 241, to seven digits: q from the middle, r and s how far from the ends.
# LOG is of the gamma function: Stirling's series seven further on, to eleven digits.
_EQUATIONS = rows_in(f"""
ABOVE(x) = (1 if x < 0 else 0) + (-1 if x < 0 else 1) * {_ABOVE.replace("h", "abs(x)")}
Q(p) = p - 0.5
R(q) = 0.180625 - q ** 2
S(q) = sqrt(-ln(0.5 - abs(q))) - 1.6
INVNORM(q, r, s) = q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
    / (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1) if r >= 0
    else (1 if q > 0 else -1) * (((0.17023821103 * s + 1.3067284816) * s + 2.75681539) * s
    + 1.4234372777) / ((0.12021132975 * s + 0.7370016425) * s + 1)
GAP(x, mean, spread) = (x - mean) / spread
LOG(x) = (x + 6.5) * ln(x + 7) - x - 7 + ln(2 * pi) / 2
    + (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / (x + 7) ** 2) / (x + 7) ** 2) / (x + 7) ** 2)
    / (x + 7) - ln(x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6))
ROUNDED(x) = int(exp(x) + 0.5)
""")
above = _EQUATIONS["ABOVE"][1]


def _part(context: Meaning, name: str, *args: Expression) -> Name:
    found = _EQUATIONS[name][1](context, list(args), context.draft.element.place)
    return context.part(name.lower(), as_value(found))


def _normal_quantile(context: Meaning, args: list[Expression], place: Place) -> Node:
    """INVNORM: what a draw from NORMAL(0, 1) stays below with the probability p."""
    q = _part(context, "Q", args[0])
    given: list[Expression] = [q, _part(context, "R", q), _part(context, "S", q)]
    return _EQUATIONS["INVNORM"][1](context, given, place)


def _between(context: Meaning, args: list[Expression], place: Place) -> Node:
    """NORMALCDF: how likely a draw from NORMAL is between two values."""
    law = args[2:] or (Number(0.0), Number(1.0))
    low, high = (_part(context, "ABOVE", _part(context, "GAP", x, *law)) for x in args[:2])
    return Binary("-", low, high, place)


def _ways(count: int) -> Written:
    """FACTORIAL, PERMUTATIONS, COMBINATIONS: n! over (n - r)! over r!, up to the one counted."""

    def ways(context: Meaning, args: list[Expression], place: Place) -> Node:
        n, r = args[0], args[-1]
        sizes = (Binary("+", x, Number(1.0)) for x in (n, Binary("-", n, r), r)[:count])
        each: list[Expression] = [_part(context, "LOG", size) for size in sizes]
        return _EQUATIONS["ROUNDED"][1](context, [folded("-", each)], place)

    return ways


LIKELY: dict[str, Row] = {
    "COMBINATIONS": ((2,), _ways(3)),
    "FACTORIAL": ((1,), _ways(1)),
    "INVNORM": ((1,), _normal_quantile),
    "NORMALCDF": ((2, 4), _between),
    "PERMUTATIONS": ((2,), _ways(2)),
    **dict.fromkeys(("GAMMALN", "GAMMA_LN"), _EQUATIONS["LOG"]),
}
