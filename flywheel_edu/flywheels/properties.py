"""Is it a flywheel? Five properties, measured on any model: push it, let go, hit it.

A wheel of steel has them, and so has a business that deserves the name: it needs a push, it gathers
momentum, it stores what the push put in, it gives that out again, and it is hard to stop.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.causal.graph import known_loops
from flywheel_edu.causal.loops import listed
from flywheel_edu.causal.whole import as_a_whole
from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import ModelError, SimulationError, closest
from flywheel_edu.flywheels.outside import paid_from_outside
from flywheel_edu.language import Number, number_text
from flywheel_edu.later import pd
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.words import Told

_PUSHES = 13  # of rising strength that are tried
_TRIALS = 20  # bisections between one that is too weak and the first that is enough
_LINE = 88  # characters printed: a notebook breaks a longer line in the middle of a word
_STILL = 1e-3  # a growth of so little in the whole rest of the time counts as standing still
_REGAINED = 0.9  # of what it would have been, at the end: the blow counts as made good


@dataclass(frozen=True, repr=False)
class FlywheelTest(Told):
    """The five properties of one model, and the runs they were measured on.

    Attributes
    ----------
    model : Model
    push, output, wheel : str
        The given that drives from outside, the quantity that counts, and the stock that is hit.
    strength : float
        Of the push that was given, in its own unit.
    push_ends, hit_at : float
        When the push stops and when the wheel is hit, in the model's time.
    blow : float
        Share of the wheel that the blow takes away.
    push_needed : float
        The smallest push after which the output turns by itself; 0 if it needs none, infinite if
        none in its range is enough. In the push's unit.
    momentum : float
        Growth rate of the output once the push has ended, over the first quarter of what is left:
        a fraction for one unit of time. Below 0, it runs down.
    stored : float
        Output delivered after the push stops, less what would have come without any push; in the
        output's unit times the unit of time.
    stored_ratio : float
        The same against the extra output while the push lasted: above 1, it gives back more than
        it gave while it was pushed.
    release : float
        How long it takes, from the end of the push, until half of what is stored is delivered.
    recovery_time : float
        How long after the blow the output is back where it was; infinite if it is not by the end.
    recovered : float
        Output at the end against the same run without the blow, as a fraction.
    paid_by : tuple of str
        What else comes in or is paid whatever the wheel does, and without which it runs down:
        marketing at a fixed budget, say; as it is read aloud. Empty if there is none.
    """

    model: Model
    push: str
    output: str
    wheel: str
    strength: float
    push_ends: float
    hit_at: float
    blow: float
    push_needed: float
    momentum: float
    stored: float
    stored_ratio: float
    release: float
    recovery_time: float
    recovered: float
    paid_by: tuple[str, ...]
    pushed: Run
    unpushed: Run
    hit: Run

    @property
    def turns_by_itself(self) -> bool:
        """Whether some push is enough, and a blow without any push is made good."""
        return math.isfinite(self.push_needed) and (
            self.recovered >= _REGAINED or math.isfinite(self.recovery_time)
        )

    def sentences(self) -> tuple[str, ...]:
        """One sentence for each property, in order."""
        unit, output = self.model[self.push].unit, self.model[self.output].label
        if self.push_needed == 0:
            push = "it needs none, it turns by itself from where it stands"
        elif math.isinf(self.push_needed):
            strong = f"however strong '{self.model[self.push].label}' is"
            push = f"{strong}, once it ends the wheel does not hold by itself"
        else:
            push = f"it turns by itself after one of {_short(self.push_needed)} {unit}"
        if self.paid_by and math.isfinite(self.push_needed):
            push += f", as long as there is {listed(self.paid_by)}"
        way = "growth" if self.momentum > 0 else "decline"
        moves = f"the {way} of {output} is {abs(self.momentum):.1%} a {self.model.clock.unit}"
        if abs(self.momentum) <= _STILL:
            moves = f"there is no growth of {output}"
        if self.stored > 0:
            stored = f"{_short(self.stored)} {self._more()} than if never pushed"
            if math.isfinite(self.stored_ratio):
                stored += f", {self.stored_ratio:.1f} times the extra while the push lasted"
            release = f"half of that is out after {self._time(self.release)}"
        else:
            stored = "no more than if it had never been pushed"
            release = "there is nothing to give out"
        if math.isfinite(self.recovery_time):
            back = f"the loss of {output} is made good after {self._time(self.recovery_time)}"
        else:
            nearly = "nearly" if self.recovered >= _REGAINED else "not"
            back = f"the loss of {output} is {nearly} made good by the end"
        return (
            f"Push: {push}.",
            f"Momentum: once the push has ended, {moves}.",
            f"Energy stored: once the push has ended it delivers {stored}.",
            f"Release: {release}.",
            f"Hard to stop: {self.blow:.0%} of {self.model[self.wheel].label} taken away, {back}, "
            f"and the end is at {self.recovered:.0%} of what it would have been.",
        )

    @property
    def verdict(self) -> str:
        """The five together, in one sentence."""
        holds = math.isfinite(self.push_needed)
        if self.turns_by_itself and all(loop.sign == -1 for loop in known_loops(self.model).loops):
            return "It keeps on, but is no flywheel: no loop in it reinforces what it does."
        if self.paid_by and holds:
            return (
                "It is no flywheel of its own: it keeps on as long as there is "
                f"{listed(self.paid_by)}, and runs down without."
            )
        if self.turns_by_itself:
            return "It is a flywheel: it keeps turning when nobody pushes."
        if holds:
            return (
                "It turns by itself, but is easily stopped: the blow is not made good by the end."
            )
        return "It is not a flywheel of its own: it turns as long as somebody pushes."

    def __str__(self) -> str:
        told = (*self.sentences(), self.verdict)
        return "\n".join(textwrap.fill(each, _LINE, subsequent_indent="    ") for each in told)

    def table(self) -> pd.DataFrame:
        """The five properties as numbers, one row each."""
        clock = str(self.model.clock.unit)
        rows = {
            "push needed": (self.push_needed, str(self.model[self.push].unit)),
            "momentum": (self.momentum, f"1/{clock}"),
            "energy stored": (self.stored, self._stored_unit()),
            "release": (self.release, clock),
            "recovery time": (self.recovery_time, clock),
            "recovered": (self.recovered, "1"),
        }
        return pd.DataFrame(rows.values(), index=list(rows), columns=["value", "unit"])

    def plot(self) -> Picture:
        """Draw the output pushed, never pushed, and hit."""
        quantity = self.model[self.output]
        unit = str(quantity.unit)
        page = chart(f"Let go and hit: {quantity.label}", across=str(self.model.clock.unit))
        page.line(self.unpushed.time, self.unpushed[self.output], "never pushed", unit, order=1)
        page.line(self.pushed.time, self.pushed[self.output], "pushed, then let go", unit, order=0)
        after = self.hit.time >= self.hit_at
        page.line(self.hit.time[after], self.hit[self.output][after], "hit", unit, order=3)
        page.event(self.push_ends, "push ends")
        page.event(self.hit_at, "hit")
        return page.picture()

    def _time(self, length: float) -> str:
        unit = str(self.model.clock.unit)
        return f"{_short(length)} {unit}{'s' if unit.isalpha() and length != 1 else ''}"

    def _more(self) -> str:
        """ "more visits"; a unit that is no plain word comes first: "USD more"."""
        unit = self._stored_unit()
        return f"more {unit}s" if unit.isalpha() and unit.islower() else f"{unit} more"

    def _stored_unit(self) -> str:
        unit, time = self.model[self.output].unit, self.model.clock.unit
        return f"{unit}·{time}" if str(unit).isalpha() else str(unit * time).replace("*", "·")


def flywheel_test(
    model: Model,
    *,
    push: str = "push",
    output: str | None = None,
    wheel: str | None = None,
    strength: float | None = None,
    push_until: float | None = None,
    blow: float = 0.5,
) -> FlywheelTest:
    """Measure the five properties of a flywheel on a model.

    The push is given from the start until ``push_until``, then it is 0. In a second run there is
    none at all. In a third, the wheel is also hit, a quarter of the remaining time after the push
    has ended.

    Parameters
    ----------
    model : Model
    push : str
        The given that drives the model from outside and is 0 when nobody pushes: advertising, a
        budget, users won by hand.
    output : str, optional
        What counts. The first stock of the model if not given; under a list, all of them together.
    wheel : str, optional
        The stock that is hit. The output itself if it is a stock or a list, else the first stock.
    strength : float, optional
        Of the push, in its unit. If not given: the model's own number, if that is above 0; else
        half as much again as is needed; else, where none is needed, a tenth of its range.
    push_until : float, optional
        When the push ends, in the model's time. A quarter of the time if not given.
    blow : float
        Share of the wheel that the blow takes away, between 0 and 1.

    Returns
    -------
    FlywheelTest
        Prints as a sentence for each property and a verdict; ``.plot()`` shows the three runs.

    Raises
    ------
    ModelError
        If a name is not there, or the push is not a given that may be 0.
    SimulationError
        If a moment or a share makes no sense, or a run breaks down.

    Notes
    -----
    The push that is needed is found by trying stronger and stronger ones, and then by bisection.
    "Turns by itself" means that at the end of the run the output is no lower than at the start,
    and has not sunk over the last quarter of the time without a push. All five depend on how long
    the model runs: a wheel that runs down slowly may look as if it held. What else is paid, or
    comes in whatever the stocks are, is stopped with the push: see ``paid_by``.

    References
    ----------
    The five words follow the physical wheel of Collins, *Good to Great* (2001), ch. 8: a first
    push, momentum, stored energy, release, and how hard it is to stop.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> print(flywheel_test(load("word_of_mouth")).verdict)
    It is a flywheel: it keeps turning when nobody pushes.
    """
    need_model(model, "flywheel_test runs")
    model, output = as_a_whole(model, output, push)
    clock = model.clock
    push = _push_of(model, push, output)
    _check_push(model, push, strength)
    output = _output(model, output)
    wheel = _wheel(model, wheel, output)
    ends = _end_of_push(model, push_until, blow)
    hit_at = ends + (clock.stop - ends) / 4
    driven = _pushed_until(model, push, ends)
    needed = _push_needed(driven, push, model, output, ends)
    strength = strength or model.given_values[push] or _enough(model, push, needed)
    pushed = simulate(driven.change(**{_STRENGTH: strength}))
    unpushed = simulate(driven.change(**{_STRENGTH: 0.0}))
    hit = simulate(_hit(driven.change(**{_STRENGTH: strength}), wheel, hit_at, blow))

    time, out, extra = pushed.time, pushed[output], pushed[output] - unpushed[output]
    after = time >= ends - clock.step / 2
    stored = float(_areas(time[after], extra[after]).sum())
    during = float(_areas(time[~after], extra[~after]).sum())
    return FlywheelTest(
        model, push, output, wheel, strength, ends, hit_at, blow, needed,
        momentum=_growth(time, out, ends, ends + (clock.stop - ends) / 4),
        stored=stored,
        stored_ratio=stored / during if during > 0 else math.inf,
        release=_half_time(time[after], extra[after]) if stored > 0 else 0.0,
        recovery_time=_recovery_time(hit, output, hit_at, clock.step),
        recovered=float(hit[output][-1] / out[-1]) if out[-1] != 0 else math.nan,
        paid_by=paid_from_outside(
            pushed, hit, push, _ENDS, output, lambda run: _holds(run, output, ends)
        ),
        pushed=pushed,
        unpushed=unpushed,
        hit=hit,
    )  # fmt: skip


def _push_of(model: Model, push: str, output: str | None) -> str:
    """The push; under a list, where each has its own, that of what is watched."""
    push = push if push in model.together else model.called(push)
    own = [name for name in model.givens if name.startswith(f"{push}_")]
    if push in model or not own:
        return push
    at = output or _first_stock(model)
    return next((name for name in own if at.endswith(name.removeprefix(push))), own[0])


def _end_of_push(model: Model, push_until: float | None, blow: float) -> float:
    clock = model.clock
    ends = clock.start + (clock.stop - clock.start) / 4 if push_until is None else push_until
    if not clock.start < ends < clock.stop:
        raise SimulationError(
            f"the push cannot end at {ends:g}: "
            f"the model runs from {clock.start:g} to {clock.stop:g}",
            hint="choose a moment in between, so that something is left to watch",
        )
    if not 0 < blow < 1:
        raise SimulationError(
            f"a blow takes away a share between 0 and 1, not {blow:g}", hint="0.5 is half of it"
        )
    return ends


# Names of the parts that a test adds to the model; a reader meets them in the runs.
_STRENGTH, _ENDS = "strength_of_push", "end_of_push"
_BLOW, _BLOW_SHARE, _BLOW_AT = "blow_taken", "share_of_blow", "moment_of_blow"


def _pushed_until(model: Model, push: str, ends: float) -> Model:
    quantity = model[push]
    strength = replace(quantity, name=_STRENGTH, equation=Number(0.0))
    return model.revise(
        f"{push} [{quantity.unit}] = {_STRENGTH} if time < {_ENDS} else 0\n{strength}\n"
        f"given {_ENDS} [{model.clock.unit}] = {number_text(ends)}\n"
    )


def _hit(model: Model, wheel: str, hit_at: float, blow: float) -> Model:
    text = f"given {_BLOW_SHARE} [1] = {number_text(blow)}\n"
    text += f"given {_BLOW_AT} [{model.clock.unit}] = {number_text(hit_at)}\n"
    own = model.together[wheel].members(wheel) if wheel in model.together else (wheel,)
    for stock in map(model.written.__getitem__, own):
        taken = _BLOW + stock.name.removeprefix(wheel)
        ledger = "".join(f"    {'+' if e.sign > 0 else '-'} {e.flow}\n" for e in stock.ledger)
        text += f"{stock}\n{ledger}    - {taken}\n{taken} [{stock.unit / model.clock.unit}] = "
        text += f"pulse({stock.name} * {_BLOW_SHARE}, {_BLOW_AT})\n"
    return model.revise(text)


def _push_needed(driven: Model, push: str, model: Model, output: str, ends: float) -> float:
    def holds(strength: float) -> bool:
        try:
            return _holds(simulate(driven.change(**{_STRENGTH: strength})), output, ends)
        except SimulationError:
            return False  # a push that breaks the model is no push that it needed

    if holds(0.0):
        return 0.0
    # From weak to strong: one that is far too strong overshoots, and then sinks back for long.
    low, high = 0.0, math.inf
    for strength in _top(model, push) * np.geomspace(1e-3, 1, _PUSHES):
        if holds(float(strength)):
            high = float(strength)
            break
        low = float(strength)
    if math.isinf(high):
        return math.inf
    for _ in range(_TRIALS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _holds(run: Run, output: str, ends: float) -> bool:
    late = float(np.interp((ends + 3 * run.model.clock.stop) / 4, run.time, run[output]))
    least = max(late, float(run[output][0])) * (1 - _STILL)
    return bool(run[output][-1] >= least and run[output][-1] > 0)


def _growth(
    time: NDArray[np.float64], out: NDArray[np.float64], start: float, stop: float
) -> float:
    first, last = np.interp([start, stop], time, out)
    if first <= 0 or last <= 0:
        return 0.0 if first == last else math.copysign(math.inf, last - first)
    return float(math.log(last / first) / (stop - start))


def _areas(time: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.diff(time) * (height[1:] + height[:-1]) / 2


def _half_time(time: NDArray[np.float64], extra: NDArray[np.float64]) -> float:
    """From the first moment until half of the whole area lies behind."""
    behind = np.concatenate([[0.0], np.cumsum(_areas(time, extra))])
    first = int(np.flatnonzero(behind >= behind[-1] / 2)[0])
    return float(time[first] - time[0])


def _recovery_time(hit: Run, output: str, hit_at: float, step: float) -> float:
    before = float(np.interp(hit_at, hit.time, hit[output]))
    later = hit.time > hit_at + 1.5 * step
    back = np.flatnonzero(later & (hit[output] >= before))
    return float(hit.time[back[0]] - hit_at) if back.size else math.inf


def _check_push(model: Model, push: str, strength: float | None) -> None:
    quantity = model.get(push)
    if quantity is None:
        stock = model[_first_stock(model)]
        write = f"write: given {push} [{stock.unit / model.clock.unit}] = 0 in 0 .. 10"
        raise ModelError(
            f"this model has no given '{push}', so nobody can push it",
            hint=closest(push, model.givens) or f"{write}, and add it to what fills {stock.name}",
        )
    if quantity.kind != "given":
        raise ModelError(
            f"'{push}' is no given of this model, so nobody can set how hard it is pushed",
            hint=f"name one: {', '.join(model.givens)}",
        )
    flowing = {entry.flow for each in model.written.values() for entry in each.ledger}
    if push not in flowing | model.structure.readers.keys():
        first = _first_stock(model)
        raise ModelError(
            f"'{push}' is in no equation, so pushing it moves nothing",
            hint=f"add it to what fills {first}, or name another given: push='...'",
        )
    span = quantity.range
    if span is not None and not span[0] <= 0 <= span[1]:
        raise ModelError(
            f"'{push}' cannot be 0, so nobody can stop pushing",
            hint=f"choose a given that may be 0, or widen its range {span[0]:g} .. {span[1]:g}",
        )
    if strength is not None and not strength > 0:
        raise SimulationError(
            f"a push has a strength above 0, not {strength:g}", hint="the test lets go by itself"
        )
    if strength is not None:
        model.change(**{push: strength})  # refused here if it lies outside the range
    elif model.given_values[push] <= 0 and not _top(model, push) > 0:
        raise ModelError(
            f"'{push}' is 0 and has no range to push within", hint="say how hard: strength=100"
        )


def _enough(model: Model, push: str, needed: float) -> float:
    """A push to show the wheel with, where the model has none of its own."""
    top = _top(model, push)
    if math.isinf(needed):
        return top
    return min(1.5 * needed, top) if needed > 0 else top / 10


def _top(model: Model, push: str) -> float:
    span = model[push].range
    return span[1] if span and math.isfinite(span[1]) else 10 * model.given_values[push]


def _output(model: Model, output: str | None) -> str:
    if output is None:
        return _first_stock(model)
    output = model.called(output)
    if output not in model:
        raise ModelError(
            f"the model has no quantity '{output}' to watch", hint=closest(output, model)
        )
    return output


def _wheel(model: Model, wheel: str | None, output: str) -> str:
    if wheel is None:
        written = model.written.get(output)
        hit = output in model.together or (written is not None and written.kind == "stock")
        return output if hit else _first_stock(model)
    wheel = model.called(wheel)
    if wheel not in model.written or model.written[wheel].kind != "stock":
        stocks = [name for name, each in model.written.items() if each.kind == "stock"]
        raise ModelError(
            f"only a stock can be hit, and '{wheel}' is none", hint=closest(wheel, stocks)
        )
    return wheel


def _first_stock(model: Model) -> str:
    for name, quantity in model.written.items():
        if quantity.kind == "stock":
            return name
    raise ModelError("a model without a stock has nothing that could turn")


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
