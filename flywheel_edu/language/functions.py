"""The functions an equation may call: one row each.

Whatever knows functions reads it here: the reader, the units check, bounds and arrows' signs, the
four engines, loop dominance, XMILE, the page on the language. To add a function, add its row, and
a line that uses it to ``tests/models/everything.flywheel``, which all engines are tested on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Bounds = tuple[float, float]
ANY: Bounds = (-math.inf, math.inf)

# What each rule asks of the units: what a function takes, in words.
UNIT_RULES = {
    "same": "both in one unit, which the result has",
    "keep": "any unit, which the result has",
    "plain": "a pure number, and gives one",
    "root": "any unit; the result has its root",
    "share": "any units, and gives the first per the second",
    "chance": "a pure number, then a length of time, and gives a pure number",
    "over_time": "any unit, which the result has; then a time",
    "step": "any unit, which the result has; then a time",
    "pulse": "any unit, and gives it per unit of time; then a time",
    "ramp": "any unit per time, and gives the unit; then two times",
}


@dataclass(frozen=True)
class Refusal:
    """Where a function has no answer, and the words for it.

    ``when`` holds comparisons with its argument, of which one is true there.
    """

    when: tuple[tuple[str, float], ...]
    called: str
    hint: str


@dataclass(frozen=True)
class Engines:
    """How each engine computes a function; none can be left out."""

    python: Callable[..., float]  # raises ValueError or OverflowError where there is no answer
    numpy: Callable[..., Any]
    # The C library's function of that name, whose last bit may not be NumPy's; or what writes
    # LLVM's own code for it.
    machine: str | Callable[..., str]
    # Code over the names of the arguments. A result that is no number is refused around it.
    javascript: str
    refusal: Refusal | None = None
    passes_on: bool = False  # whether the result is never finite where an argument is not
    total: bool = False  # whether the result is finite wherever all arguments are
    # Whether the last bit of an argument can decide between two results far apart.
    jumps: bool = False


@dataclass(frozen=True)
class Defined:
    """A function that the language can say itself: over its arguments, ``time`` and ``dt``.

    ``before`` holds names and equations that the text may use, each after those it uses itself.
    """

    text: str
    before: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Unfolded:
    """A function that the model unfolds into stocks and flows one can see."""


@dataclass(frozen=True)
class Function:
    """All that is known of one function."""

    name: str
    arguments: tuple[str, ...]
    meaning: str  # one line for the reader of a model
    example: str
    units: str  # one of ``UNIT_RULES``
    # For each argument the sign of the result's response: 1 rises, -1 falls, 0 none, None not
    # settled; or an argument whose own sign it has, ``"-height"`` the opposite one.
    slopes: tuple[int | str | None, ...]
    # What XMILE calls it; with ``{}`` for each argument where it is no call there; nothing if it
    # is written out there by its definition.
    xmile: str
    how: Engines | Defined | Unfolded
    # Between which values the result lies. Where it is left out, they follow from the definition,
    # or from the ends of an argument that the result rises or falls with.
    bounds: Callable[..., Bounds] | None = None

    @property
    def usage(self) -> str:
        """How it is written: ``step(height, at)``."""
        return f"{self.name}({', '.join(self.arguments)})"


# -- what some rows need


def _smaller(a: float, b: float) -> float:
    return b if b < a else a


def _larger(a: float, b: float) -> float:
    return b if b > a else a


def _whole(x: float) -> float:
    return float(math.floor(x))


def _second_if(how: str) -> Callable[..., str]:
    """As Python: the second if it is smaller, or larger, else the first."""
    return lambda lanes, a, b: lanes.select(lanes.compare(how, b, a), b, a)


def _intrinsic(name: str) -> Callable[..., str]:
    return lambda lanes, x: lanes.intrinsic(name, x)


def _without_sign(x: Bounds) -> Bounds:
    low, high = sorted(map(abs, x))
    return (0.0 if x[0] <= 0 <= x[1] else low, high)


def _left_over(a: Bounds, b: Bounds) -> Bounds:
    return (0.0, b[1]) if b[0] >= 0 else (b[0], 0.0) if b[1] <= 0 else ANY


def _swings(x: Bounds) -> Bounds:
    return (-1.0, 1.0)


def _logarithm(name: str) -> Refusal:
    return Refusal((("<=", 0.0),), f"{name} of", "a logarithm needs a value above zero")


def _arc(name: str) -> Refusal:
    outside = (("<", -1.0), (">", 1.0))
    return Refusal(outside, f"{name} of", "it needs a value between -1 and 1")


_NEGATIVE = Refusal(
    (("<", 0.0),), "the square root of", "a square root needs a value at or above zero"
)

# Numbers mixed as in a cipher: twice the cube plus a constant, modulo a prime below 2 ** 26, by
# which the cube takes every value once. All are whole and below 2 ** 53, so engines agree exactly.
# Albrecht and others, "MiMC", ASIACRYPT 2016, with two rounds in place of dozens: it hides nothing.
_PRIME = "67108859"
_MIXED = (
    ("turn", f"mod(int(time / every + 0.000001), {_PRIME})"),
    ("own", f"mod(int(seed), {_PRIME})"),
    ("begun", f"mod(turn * 7919 + own * 40692 + 12345, {_PRIME})"),
    ("once", f"mod(mod(begun * begun, {_PRIME}) * begun + 2654435, {_PRIME})"),
    ("mixed", f"mod(mod(once * once, {_PRIME}) * once + 5308870, {_PRIME})"),
)


def _share(seed: Bounds, every: Bounds) -> Bounds:
    return (0.0, 1.0)


# -- the rows

_ROWS = (
    Function(
        "min", ("a", "b"), "the smaller of two values, or of more", "min(demand, capacity)",
        "same", (1, 1), "MIN",
        Engines(_smaller, np.minimum, _second_if("olt"), "b < a ? b : a", total=True),
        lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    ),
    Function(
        "max", ("a", "b"), "the larger of two values, or of more", "max(0, target - staff)",
        "same", (1, 1), "MAX",
        Engines(_larger, np.maximum, _second_if("ogt"), "b > a ? b : a", total=True),
        lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    ),
    Function(
        "exp", ("x",), "e to the power of x", "exp(-wait / patience)", "plain", (1,), "EXP",
        Engines(math.exp, np.exp, "exp", "Math.exp(x)"),
    ),
    Function(
        "ln", ("x",), "the natural logarithm of x", "ln(sales / usual_sales)",
        "plain", (1,), "LN",
        Engines(math.log, np.log, "log", "Math.log(x)", _logarithm("ln"), passes_on=True),
    ),
    Function(
        "log10", ("x",), "the logarithm of x to base 10", "log10(reach / one_reader)",
        "plain", (1,), "LOG10",
        Engines(
            math.log10, np.log10, "log10", "Math.log10(x)", _logarithm("log10"), passes_on=True
        ),
    ),
    Function(
        "sqrt", ("x",), "the square root of x", "sqrt(sellers / usual_sellers)",
        "root", (1,), "SQRT",
        Engines(math.sqrt, np.sqrt, _intrinsic("sqrt"), "Math.sqrt(x)", _NEGATIVE, passes_on=True),
    ),
    Function(
        "abs", ("x",), "x without its sign", "abs(stock_level - target)", "keep", ("x",), "ABS",
        Engines(abs, np.absolute, _intrinsic("fabs"), "Math.abs(x)", passes_on=True, total=True),
        _without_sign,
    ),
    Function(
        "int", ("x",), "the largest whole number not above x", "int(orders / lot) * lot",
        "keep", (1,), "INT",
        Engines(
            _whole, np.floor, _intrinsic("floor"), "whole(x)",
            passes_on=True, total=True, jumps=True,
        ),
    ),
    Function(
        "mod", ("a", "b"), "what is left of a after whole b's", "mod(time, year_length)",
        "same", (None, None), "{} mod {}", Defined("a - b * int(a / b)"), _left_over,
    ),
    Function(
        "divide", ("a", "b"), "a / b, and nothing where there is nothing to divide by",
        "divide(revenue, orders)", "share", ("b", None), "SAFEDIV",
        Defined("a / b if b != 0 else 0"),
    ),
    Function(
        "sin", ("x",), "the sine of x, an angle in radians", "sin(2 * pi * time / season)",
        "plain", (None,), "SIN",
        Engines(math.sin, np.sin, "sin", "Math.sin(x)", passes_on=True), _swings,
    ),
    Function(
        "cos", ("x",), "the cosine of x, an angle in radians", "cos(2 * pi * time / season)",
        "plain", (None,), "COS",
        Engines(math.cos, np.cos, "cos", "Math.cos(x)", passes_on=True), _swings,
    ),
    Function(
        "tan", ("x",), "the tangent of x, an angle in radians", "tan(slope_angle)",
        "plain", (None,), "TAN", Engines(math.tan, np.tan, "tan", "Math.tan(x)", passes_on=True),
    ),
    Function(
        "arcsin", ("x",), "the angle whose sine is x", "arcsin(share)", "plain", (1,), "ARCSIN",
        Engines(math.asin, np.arcsin, "asin", "Math.asin(x)", _arc("arcsin"), passes_on=True),
    ),
    Function(
        "arccos", ("x",), "the angle whose cosine is x", "arccos(share)", "plain", (-1,), "ARCCOS",
        Engines(math.acos, np.arccos, "acos", "Math.acos(x)", _arc("arccos"), passes_on=True),
    ),
    Function(
        "arctan", ("x",), "the angle whose tangent is x", "arctan(load)", "plain", (1,), "ARCTAN",
        Engines(math.atan, np.arctan, "atan", "Math.atan(x)", total=True),
    ),
    # What a step may miss its moment by is told in steps: times carry rounding.
    Function(
        "step", ("height", "at"), "0 before a time, then height", "step(extra_staff, launch)",
        "step", (1, "-height"), "STEP", Defined("height if time >= at - dt * 0.000001 else 0"),
    ),
    Function(
        "pulse", ("amount", "at"), "an amount let in at one time", "pulse(gift, opening_day)",
        "pulse", (1, None), "PULSE",
        Defined(
            "amount / dt if time - at >= -0.000001 * dt and time - at < dt * 0.999999 else 0"
        ),
    ),
    Function(
        "pulses", ("amount", "first", "every"), "an amount let in again and again",
        "pulses(fee, 1, 12)", "pulse", (1, None, None), "PULSE",
        Defined(
            "amount / dt if since >= 0 and mod(since, every) < dt * 0.999999 else 0",
            (("since", "time - first + 0.000001 * dt"),),
        ),
    ),
    Function(
        "ramp", ("slope", "start", "stop"), "a rise from one time to another",
        "ramp(growth, launch, launch_over)", "ramp", (1, "-slope", "slope"), "RAMP",
        Defined("slope * max(0, min(time, stop) - start) if stop > start else 0"),
    ),
    Function(
        "random", ("seed", "every"), "chance: a number between 0 and 1, drawn anew every so often",
        "1 if random(dice, 1) < failure_rate else 0", "chance", (None, None), "",
        Defined("(mixed + 0.5) / 67108859", _MIXED), _share,
    ),
    Function(
        "noise", ("seed", "every"),
        "chance: around 0, two thirds between -1 and 1, drawn anew every so often",
        "demand * max(0, 1 + spread * noise(dice, 1))", "chance", (None, None), "",
        Defined(
            "sqrt(-2 * ln(random(seed, every))) * cos(2 * pi * random(-1 - seed, every))"
        ),
    ),
    Function(
        "smooth", ("x", "over"), "x as it is noticed later", "smooth(quality, word_spreads)",
        "over_time", (1, None), "SMTH1", Unfolded(),
    ),
    Function(
        "smooth3", ("x", "over"), "smooth in three steps", "smooth3(quality, word_spreads)",
        "over_time", (1, None), "SMTH3", Unfolded(),
    ),
    Function(
        "delay", ("x", "by"), "x as it comes out of a queue", "delay(orders, build_time)",
        "over_time", (1, None), "DELAY1", Unfolded(),
    ),
    Function(
        "delay3", ("x", "by"), "delay in three steps", "delay3(orders, build_time)",
        "over_time", (1, None), "DELAY3", Unfolded(),
    ),
    Function(
        "pipeline", ("x", "by"), "x as it was, so long ago", "pipeline(orders, 2)",
        "over_time", (1, None), "DELAY", Unfolded(),
    ),
    Function(
        "init", ("x",), "x as it was at the start", "customers / init(customers)",
        "keep", (0,), "INIT", Unfolded(),
    ),
)  # fmt: skip

KNOWN = {row.name: row for row in _ROWS}
UNFOLDED = {name: row for name, row in KNOWN.items() if isinstance(row.how, Unfolded)}
FUNCTIONS = {name: row for name, row in KNOWN.items() if name not in UNFOLDED}
ENGINES = {name: row.how for name, row in KNOWN.items() if isinstance(row.how, Engines)}
POWER = Engines(math.pow, np.power, "pow", "power(a, b)")  # of the operator **
CONSTANTS = {"pi": math.pi}
