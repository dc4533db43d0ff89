"""What is measured for the page: five dials, cash at its lowest, what binds, and what drives."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.limits import limits
from flywheel_edu.causal.loops import in_words
from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.errors import FlywheelError, ModelError
from flywheel_edu.flywheels.properties import FlywheelTest, flywheel_test
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run
from flywheel_edu.units import Unit

_MONEY = ("cash", "money", "bank", "funds", "treasury")


@dataclass(frozen=True)
class Dial:
    """A property with its needle, from 0 to 1, and what is said of it."""

    name: str
    needle: float
    says: str

    @property
    def arc(self) -> str:
        """The way of the needle's end along a half circle, as the path of an SVG picture."""
        angle = math.pi * (1 - self.needle)
        return (
            f"M 8 50 A 42 42 0 0 1 {50 + 42 * math.cos(angle):.1f} {50 - 42 * math.sin(angle):.1f}"
        )


@dataclass(frozen=True)
class Lowest:
    """Cash where it is lowest."""

    name: str
    value: float
    amount: str
    need: str
    when: str


def count(value: float, unit: Unit) -> str:
    """A number with its unit.

    Examples
    --------
    >>> count(1250.0, Unit.parse("USD/week")), count(0.07, Unit.parse("1/week"))
    ('1,250 USD/week', '0.07 a week')
    """
    said = re.sub(r"^1/", "a ", str(unit))
    return amount(value) if said in ("1", "?") else f"{amount(value)} {said}"


def five(model: Model, of: str) -> tuple[tuple[Dial, ...], str]:
    """The five properties, and the verdict; or no dial, and why not."""
    try:
        test = flywheel_test(model, output=of)
    except FlywheelError as problem:
        told = problem.message if isinstance(problem, ModelError) else str(problem)
        return (), f"The five properties were not measured: {told.splitlines()[0]}."
    names, says = zip(*(each.split(": ", 1) for each in test.sentences()), strict=True)
    needles = _needles(test)
    dials = tuple(
        Dial(name, min(1.0, max(0.0, needle)), said)
        for name, needle, said in zip(names, needles, says, strict=True)
    )
    return dials, test.verdict


def _needles(test: FlywheelTest) -> tuple[float, ...]:
    """Each property from 0, none of it, to 1."""
    clock, span = test.model.clock, test.model[test.push].range
    most = span[1] if span and math.isfinite(span[1]) else 2 * max(test.strength, 1e-12)
    rest = clock.stop - test.push_ends
    ratio = test.stored_ratio if math.isfinite(test.stored_ratio) else 1.0
    return (
        0.0 if math.isinf(test.push_needed) else 1 - test.push_needed / (most or 1.0),
        0.5 + 0.5 * math.tanh(test.momentum * rest / 4),
        ratio / (1 + ratio) if test.stored > 0 and ratio > 0 else 0.0,
        test.release / rest if test.stored > 0 and math.isfinite(test.release) else 0.0,
        test.recovered if math.isfinite(test.recovered) else 0.0,
    )


def cash_of(model: Model) -> str:
    """The stock of money: called so, or the first in a name; empty if there is none."""
    own = [name for name in model.stocks if not model[name].part_of]
    return next((n for word in _MONEY for n in own if word in n.split("_")), "")


def lowest_of(run: Run, name: str) -> Lowest | None:
    """Where a stock of money is lowest, in the model's own units."""
    if not name:
        return None
    model = run.model
    at = int(run[name].argmin())
    value, unit = float(run[name][at]), model[name].unit
    when = f"{model.clock.unit} {moment(float(run.time[at]))}"
    return Lowest(model[name].label, value, count(value, unit), count(max(0.0, -value), unit), when)


def what_binds(model: Model, of: str) -> tuple[tuple[str, ...], str]:
    """What holds the outcome back, in sentences, and the name of the limit that binds now."""
    try:
        found = limits(model, of)
    except FlywheelError as problem:
        return (f"What binds was not measured: {str(problem).splitlines()[0]}.",), ""
    lines = str(found).replace("\n  ", " ").splitlines()
    return tuple(lines[:3]), in_words(found.binding.name) if found.binding else ""


def what_drives(run: Run) -> Iterator[str]:
    """Which loop leads, and when, in the sentences of `dominance`; never another word."""
    try:
        told = str(dominance(run)).splitlines()
    except FlywheelError:
        return
    yield from (line.replace("_", " ") for line in told[:5] if line[0] != "(")
