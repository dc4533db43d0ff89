"""What is measured for the page: five dials, cash at its lowest, what binds, and what drives."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from flywheel_edu.causal.cut import each_cut
from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.limits import limits
from flywheel_edu.causal.loops import MANY, in_words, listed
from flywheel_edu.causal.scores import Array
from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.errors import FlywheelError, ModelError
from flywheel_edu.flywheels.properties import FlywheelTest, flywheel_test
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run
from flywheel_edu.simulate.run_options import dates
from flywheel_edu.study.measured import Measured
from flywheel_edu.units import MONEY, Unit, in_many

LITTLE = 0.01  # a change by less than this decides little


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
    among: int  # so many stocks of money, of which this one falls lowest
    value: float
    amount: str
    need: str
    when: str
    falls: bool  # still, when the run ends: that is not the lowest it will be
    runs: int  # with guesses a fifth off
    below: int  # in so many of them it falls below zero
    deepest: str  # how far the band goes down then


def count(value: float, unit: Unit) -> str:
    """A number with its unit.

    Examples
    --------
    >>> count(1250.0, Unit.parse("USD/week")), count(0.07, Unit.parse("1/week"))
    ('1,250 USD/week', '0.07 a week')
    >>> count(20_000, Unit.parse("person")), count(5, Unit.parse("order/person"))
    ('20,000 people', '5 orders/person')
    """
    shown, said = amount(value), re.sub(r"^1/", "a ", str(unit))
    if shown != "1":
        said = re.sub(r"^[a-z]{3,}(?=/|$)", lambda word: in_many(word[0]), said)
    return shown if said in ("1", "?") else f"{shown} {said}"


def five(model: Model, of: str) -> tuple[tuple[Dial, ...], str]:
    """The five properties, and the verdict; or no dial, and why not."""
    try:
        test = flywheel_test(model, output=of)
    except FlywheelError as problem:
        told = problem.message if isinstance(problem, ModelError) else str(problem)
        return (), f"The five properties were not measured: {told.splitlines()[0]}."
    says = (each.split(": ", 1) for each in test.sentences())
    dials = [
        Dial(name, min(1.0, max(0.0, needle)), said)
        for (name, said), needle in zip(says, _needles(test), strict=True)
    ]
    return tuple(dials), test.verdict


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


def cash_of(run: Run) -> tuple[str, int]:
    """The stock of money: called so, or the one that falls lowest; and among how many."""
    own = list(run.model.own_stocks)
    for word in MONEY:
        if found := [word] if word in own else [n for n in own if word in n.split("_")]:
            return min(found, key=lambda name: run[name].min()), len(found)
    return "", 0


def dated(model: Model, measured: Iterable[Measured]) -> Callable[[float], str]:
    """Moments as dates, where the data's own were counted from one; else as numbers say nothing."""
    since = next((each.since for each in measured if each.since), "")
    clock = model.clock
    return lambda at: since and _date(since, at - clock.start, str(clock.unit))


def _date(first: str, count: float, unit: str) -> str:
    (when,) = dates(np.array([count]), unit, first)
    return f"{when.round('D'):%Y-%m-%d}" if unit in ("day", "week") else f"{when:%Y-%m}"


def _now(model: Model, measured: Iterable[Measured]) -> float:
    """What lies before is the past: the last moment counted, or 0 where time begins before it."""
    now = max((float(each.time[-1]) for each in measured if each.time.size), default=0.0)
    return now if model.clock.start < now < model.clock.stop else model.clock.start


def lowest_of(
    run: Run,
    name: str,
    among: int,
    measured: Mapping[str, Measured],
    guessed: Array | None = None,
) -> Lowest | None:
    """Where a stock of money is lowest from now on, in the model's own units."""
    if not name:
        return None
    model, calendar = run.model, dated(run.model, measured.values())
    begun = int(np.searchsorted(run.time, _now(model, measured.values()) - 1e-9))
    at = begun + int(run[name][begun:].argmin())
    value, unit = float(run[name][at]), model[name].unit
    on = calendar(float(run.time[at]))
    guessed = (run[name][:, None] if guessed is None else guessed)[begun:]
    below, lowest = int((guessed.min(axis=0) < 0).sum()), float(band(guessed)[0].min())
    return Lowest(
        name=model[name].label,
        among=among,
        value=value,
        amount=count(value, unit),
        need=count(max(0.0, -value), unit),
        when=f"{model.clock.unit} {moment(float(run.time[at]))}{on and f' ({on})'}",
        falls=at > 0 and at == len(run.time) - 1,
        runs=guessed.shape[1],
        below=below,
        deepest=count(lowest, unit) if lowest < 0 else "",
    )


def band(values: Array) -> Array:
    """The lowest and the highest of the middle nine tenths of runs, over time."""
    return np.quantile(values, (0.05, 0.95), axis=1)


def what_binds(model: Model, of: str) -> tuple[tuple[str, ...], str]:
    """What holds the outcome back, in sentences, and the name of the limit that binds now."""
    try:
        found = limits(model, of)
    except FlywheelError as problem:
        return (f"What binds was not measured: {str(problem).splitlines()[0]}.",), ""
    lines = str(found).replace("\n  ", " ").splitlines()
    return tuple(lines[:3]), in_words(found.binding.name) if found.binding else ""


def what_drives(run: Run, of: str) -> tuple[list[str], list[tuple[str, float, str]]]:
    """Which loop leads, and when, in the sentences of `dominance`; and what is without each.

    That is by what share the outcome at the end changes if it is cut, and which others go with it.
    Where it shares each arrow with others, only a cut that changes next to nothing tells of it.
    """
    try:
        driven = dominance(run)
        told = str(driven).splitlines()
    except FlywheelError:
        return [], []
    lines = [MANY.sub("", in_words(line)) for line in told[:5] if line[0] != "("]
    leads = dict.fromkeys(lead.loop for lead in driven.lead())
    named = [loop for loop in leads if loop.label.replace("_", " ") in " ".join(lines)]
    end, cuts = run[of][-1], []
    for loop, ends in zip(named, each_cut(run.model, named, of, once=True), strict=True):
        for point, without in ends.items():
            change = without / end - 1 if end else math.nan
            if not point.also or abs(change) < LITTLE:
                also = listed(point.also) if 0 < len(point.also) < 4 else ""
                if len(point.also) > 3:
                    also = f"{len(point.also)} other loops"
                cuts.append((loop.label, change, also))
                break
    return lines, [cut for cut in cuts if not math.isnan(cut[1])]
