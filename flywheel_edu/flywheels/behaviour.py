"""Does each model of the library behave? The tests that the field puts a model to.

Units, the step, loops cut one by one, extreme conditions, rest: see Sterman, *Business Dynamics*
(2000), ch. 21, on validation. What each model should do is written down in `expected`, so that a
changed equation that breaks it is a failing check.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.causal.cut import cut
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.facts import Check
from flywheel_edu.flywheels.expected import EXPECTED, Extreme
from flywheel_edu.flywheels.loading import load
from flywheel_edu.language import number_text
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

MOST_CHANGE = 0.01  # of any shown number, when the step is halved
_RESTING = 1e-4  # the most that a stock at rest may move, as a share of itself
_LONG = 60  # times the model's own time line, until it has come to rest
_PEAK_SHARE = 0.1  # numbers below a tenth of their own peak are judged against that tenth


def behaviour(name: str) -> tuple[Check, ...]:
    """All behaviour checks of one model of the library.

    Parameters
    ----------
    name : str
        One of `library()`.

    Returns
    -------
    tuple of Check
        Each a sentence that holds or does not, with the figures that were found.

    Examples
    --------
    >>> [check.says for check in behaviour("bass") if not check.holds]
    []
    """
    model = load(name)
    return (
        _units(model),
        _arrows(model),
        _step(model),
        *_loops(name, model),
        *_extremes(name, model),
        _rest(name, model),
    )


def with_numbers(
    model: Model,
    givens: Mapping[str, float] | None = None,
    openings: Mapping[str, float] | None = None,
) -> Model:
    """The model with other numbers, for an experiment beyond the ranges of its sliders.

    Parameters
    ----------
    model : Model
    givens : mapping of str to float
        New numbers for givens, in their own units. Their ranges are dropped.
    openings : mapping of str to float
        New opening values for stocks, in their own units.

    Examples
    --------
    >>> empty = with_numbers(load("word_of_mouth"), openings={"users": 0})
    >>> float(simulate(empty)["users"][-1])
    0.0
    """
    lines = []
    for name, value in (givens or {}).items():
        lines.append(f"given {name} [{model[name].unit}] = {number_text(value)}")
    for name, value in (openings or {}).items():
        stock = model.written[name]
        limits = stock.range
        span = (
            f" in {number_text(limits[0])} .. {number_text(limits[1])}"
            if limits is not None
            else ""
        )
        lines.append(f"stock {name} [{stock.unit}] = {number_text(value)}{span}")
        lines += [f"    {'+' if e.sign > 0 else '-'} {e.flow}" for e in stock.ledger]
    return model.revise("\n".join(lines) + "\n") if lines else model


def _units(model: Model) -> Check:
    unchecked = [q.name for q in model.values() if not q.unit.checked]
    return Check(
        "every quantity has a unit, and all equations agree in theirs",
        not unchecked,
        ", ".join(unchecked) or f"{len(model)} quantities",
    )


def _arrows(model: Model) -> Check:
    graph = causal_graph(model, show=model.shown)
    open_signs = [f"{a} -> {b}" for a, b, sign in graph.edges(data="sign") if sign is None]
    return Check(
        "the equations settle every arrow of its drawing",
        not open_signs,
        ", ".join(open_signs) or f"{graph.number_of_edges()} arrows",
    )


def _step(model: Model) -> Check:
    clock = model.clock
    finer = model.revise(
        f"time {clock.unit} from {number_text(clock.start)} to {number_text(clock.stop)} "
        f"step {number_text(clock.step / 2)} method {clock.method}\n"
    )
    coarse, fine = simulate(model), simulate(finer)
    moved = {name: _moved(coarse[name], fine[name][::2]) for name in model.shown}
    worst = max(moved, key=lambda name: moved[name])
    return Check(
        f"halving the step moves no shown number by over {MOST_CHANGE:.0%}",
        moved[worst] <= MOST_CHANGE,
        f"at most {moved[worst]:.2%} ({worst})",
    )


def _moved(coarse: NDArray[np.float64], fine: NDArray[np.float64]) -> float:
    size = np.maximum(np.abs(coarse), _PEAK_SHARE * np.max(np.abs(coarse)))
    if not np.any(size):
        return 0.0
    return float(np.max(np.abs(coarse - fine) / np.where(size > 0, size, 1.0)))


def _loops(name: str, model: Model) -> Iterator[Check]:
    expected = EXPECTED[name]
    model = model.change(**expected.setting)
    base = simulate(model)
    for loop in model.loops:
        sign, quantity = expected.loops[loop.name]
        without = simulate(cut(model, loop.name))
        size = "larger" if sign > 0 else "smaller"
        ratio = float(np.mean(without[quantity]) / np.mean(base[quantity]))
        yield Check(
            f"without the loop {loop.name}, {quantity} would be {size}",
            (ratio - 1) * sign > 0.001,
            f"{ratio:.3g} times as much" if ratio < 1e3 else "beyond all bounds",
        )


def _extremes(name: str, model: Model) -> Iterator[Check]:
    for extreme in EXPECTED[name].extremes:
        yield _extreme(model, extreme)


def _extreme(model: Model, extreme: Extreme) -> Check:
    ends = float(simulate(model)[extreme.quantity][-1])
    then = float(
        simulate(with_numbers(model, extreme.givens, extreme.openings))[extreme.quantity][-1]
    )
    share = then / ends if ends else math.nan
    return Check(
        extreme.says,
        extreme.low <= share <= extreme.high,
        f"{extreme.quantity} ends at {then:.4g}, otherwise at {ends:.4g}",
    )


def _rest(name: str, model: Model) -> Check:
    """Settled by a long run and opened there, the model must stay where it is."""
    expected, clock = EXPECTED[name], model.clock
    model = model.change(**expected.at_rest)
    stop = clock.start + _LONG * (clock.stop - clock.start)
    long = model.revise(
        f"time {clock.unit} from {number_text(clock.start)} to {number_text(stop)} "
        f"step {number_text(clock.step)}\n"
    )
    settled = simulate(long)
    stocks = [n for n, q in model.written.items() if q.kind == "stock"]
    resting = with_numbers(model, openings={n: float(settled[n][-1]) for n in stocks})
    run = simulate(resting)
    moved = {
        n: float(np.ptp(run[n]) / max(abs(float(run[n][0])), 1e-9))
        for n in stocks
        if n not in expected.piles
    }
    worst = max(moved, key=lambda n: moved[n])
    return Check(
        "opened where it comes to rest, it stays there",
        moved[worst] <= _RESTING,
        f"{worst} moves by {moved[worst]:.1e} of itself",
    )
