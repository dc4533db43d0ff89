"""Does a model behave? The tests that the field puts a model to.

Units, the step, loops cut one by one, extreme conditions, rest: see Sterman, *Business Dynamics*
(2000), ch. 21, on validation. What a model should do is written down beside it, so that a changed
equation that breaks it is a failing check.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.causal.cut import Shared, cut
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.errors import FlywheelError
from flywheel_edu.facts import Check
from flywheel_edu.flywheels.expected import Expected, Extreme, Known
from flywheel_edu.flywheels.replaced import losses, replaced
from flywheel_edu.language import Number
from flywheel_edu.later import pd
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.sample import ranges_of, sample
from flywheel_edu.simulate.sweep import sweep

MOST_CHANGE = 0.01  # of any shown number, when the step is halved
_RESTING = 1e-4  # the most that a stock at rest may move, as a share of itself
_LONG = 60  # times the model's own time line, until it has come to rest
EXPLODES = 1e9  # times as high as in the model's own run
_EACH = 64  # scenarios spread over the ranges of the sliders, and as many at their ends
_PEAK_SHARE = 0.1  # numbers below a tenth of their own peak are judged against that tenth

Found = tuple[bool, str]
"""Whether something holds, and the figures that were found."""


def behaviour(
    model: Model, expected: Expected | None = None, *, progress: bool = False
) -> tuple[Check, ...]:
    """All checks of how a model behaves.

    Parameters
    ----------
    model : Model
    expected : Expected, optional
        What is expected of it beyond what must hold of any model.
    progress : bool
        Show a progress bar.

    Returns
    -------
    tuple of Check
        Each a sentence that holds or does not, with the figures that were found. Where a run
        breaks down, that is what was found.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> [check.says for check in behaviour(load("bass")) if not check.holds]
    []
    """
    from tqdm.auto import tqdm

    trials = list(_trials(model, expected or Expected()))
    shown = tqdm(trials, desc="checks", leave=False, disable=not progress)
    return tuple(_tried(says, find) for says, find in shown)


def _trials(model: Model, expected: Expected) -> Iterator[tuple[str, Callable[[], Found]]]:
    yield "every quantity has a unit, and all equations agree in theirs", partial(_units, model)
    yield "the equations settle every arrow of its drawing", partial(_arrows, model)
    finer = f"halving the step moves no shown number by over {MOST_CHANGE:.0%}"
    yield finer, partial(_step, model)
    for lost in losses(model):
        yield f"what {lost[0]} loses by {lost[1]} is replaced", partial(replaced, model, *lost)
    for loop, (sign, quantity) in expected.loops.items():
        size = "larger" if sign > 0 else "smaller"
        says = f"without the loop {loop}, {quantity} would be {size}"
        yield says, partial(_without, model, expected.awake, loop, sign, quantity)
    for name in [each.name for each in model.loops if each.name not in expected.loops]:
        yield f"the loop {name} does something", partial(_does, model, expected, name)
    for extreme in expected.extremes:
        yield extreme.says, partial(_extreme, model, extreme)
    if (rest := expected.rest) is not None:
        resting = partial(_rest, model, rest, expected.piles)
        yield "opened where it comes to rest, it stays there", resting
    for known in expected.known:
        yield known.says, partial(_known, model, known)
    if has_ranges(model):
        says = "wherever its sliders stand, it neither breaks down nor explodes"
        yield says, partial(corners, model)


def _tried(says: str, find: Callable[[], Found]) -> Check:
    try:
        return Check(says, *find())
    except FlywheelError as problem:
        return Check(says, False, str(problem).partition("\n")[0])


def with_numbers(model: Model, numbers: Mapping[str, float]) -> Model:
    """The model with other numbers, for an experiment beyond the ranges of its sliders.

    Parameters
    ----------
    model : Model
    numbers : mapping of str to float
        New numbers for givens, whose ranges are dropped, and new opening values for stocks, each
        in its own unit.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> empty = with_numbers(load("word_of_mouth"), {"users": 0})
    >>> float(simulate(empty)["users"][-1])
    0.0
    """
    lines = []
    for name, value in numbers.items():
        quantity, number = model.written[name], Number(float(value))
        if quantity.kind == "stock":
            lines.append(str(replace(quantity, equation=number)))
            lines += [f"    {'+' if e.sign > 0 else '-'} {e.flow}" for e in quantity.ledger]
        else:
            lines.append(str(replace(quantity, kind="given", equation=number, range=None)))
    return model.revise("\n".join(lines) + "\n") if lines else model


def _units(model: Model) -> Found:
    unchecked = [q.name for q in model.values() if not q.unit.checked]
    return not unchecked, ", ".join(unchecked) or f"{len(model)} quantities"


def _arrows(model: Model) -> Found:
    graph = causal_graph(model, show=model.shown)
    open_signs = [f"{a} -> {b}" for a, b, sign in graph.edges(data="sign") if sign is None]
    return not open_signs, ", ".join(open_signs) or f"{graph.number_of_edges()} arrows"


def _step(model: Model) -> Found:
    coarse, fine = simulate(model), simulate(model, step=model.clock.step / 2)
    moved = {name: _moved(coarse[name], fine[name][::2]) for name in model.shown}
    worst = max(moved, key=lambda name: moved[name])
    return moved[worst] <= MOST_CHANGE, f"at most {moved[worst]:.2%} ({worst})"


def _moved(coarse: NDArray[np.float64], fine: NDArray[np.float64]) -> float:
    size = np.maximum(np.abs(coarse), _PEAK_SHARE * np.max(np.abs(coarse)))
    if not np.any(size):
        return 0.0
    return float(np.max(np.abs(coarse - fine) / np.where(size > 0, size, 1.0)))


def _opened(model: Model, loop: str) -> Model:
    with catch_warnings():
        simplefilter("ignore", Shared)  # what goes with a loop is meant, too
        return cut(model, loop)


def _without(
    model: Model, awake: Mapping[str, float], loop: str, sign: int, quantity: str
) -> Found:
    model = model.change(**awake)
    without, base = simulate(_opened(model, loop)), simulate(model)
    ratio = float(np.mean(without[quantity]) / np.mean(base[quantity]))
    found = f"{ratio:.3g} times as much" if ratio < 1e3 else "beyond all bounds"
    return (ratio - 1) * sign > 0.001, found


def _does(model: Model, expected: Expected, loop: str) -> Found:
    model = model.change(**expected.awake)
    without, base = simulate(_opened(model, loop)), simulate(model)
    moved = {name: _moved(base[name], without[name]) for name in model.shown}
    most = max(moved, key=lambda name: moved[name])
    return moved[most] > 0.001, f"without it, {most} differs by {moved[most]:.2%}"


def _known(model: Model, known: Known) -> Found:
    run = simulate(model)
    value = float(np.interp(known.at, run.time, run[known.quantity]))
    found = f"{known.quantity} is {value:.4g}, to lie between {known.low:.4g} and {known.high:.4g}"
    return known.low <= value <= known.high, found


def _extreme(model: Model, extreme: Extreme) -> Found:
    ends = float(simulate(model)[extreme.quantity][-1])
    then = float(simulate(with_numbers(model, extreme.numbers))[extreme.quantity][-1])
    share = then / ends if ends else math.nan
    found = f"{extreme.quantity} ends at {then:.4g}, otherwise at {ends:.4g}"
    return extreme.low <= share <= extreme.high, found


def _rest(model: Model, at_rest: Mapping[str, float], piles: tuple[str, ...]) -> Found:
    """Settled by a long run and opened there, the model must stay where it is."""
    model, clock = model.change(**at_rest), model.clock
    stop = clock.start + _LONG * (clock.stop - clock.start)
    settled = simulate(model, until=stop)
    stocks = [name for name, q in model.written.items() if q.kind == "stock"]
    run = simulate(with_numbers(model, {n: float(settled[n][-1]) for n in stocks}))
    moved = {n: float(np.ptp(run[n]) / max(abs(float(run[n][0])), 1e-9)) for n in stocks}
    worst = max((n for n in stocks if n not in piles), key=lambda n: moved[n])
    return moved[worst] <= _RESTING, f"{worst} moves by {moved[worst]:.1e} of itself"


def has_ranges(model: Model) -> bool:
    """Whether there is anything to vary."""
    ranges = [model[name].range for name in model.givens]
    return any(limits is not None and np.all(np.isfinite(limits)) for limits in ranges)


def corners(model: Model, seed: int = 1) -> tuple[bool, str]:
    """Whether a model neither breaks down nor explodes wherever its sliders stand.

    The scenarios are a Latin hypercube over the ranges, and a second one of which each given takes
    the nearer end of its range; the same seed visits the same. Also what was found: the first run
    that breaks down, or what rises most.

    >>> from flywheel_edu.flywheels import load
    >>> holds, found = corners(load("bass"))
    >>> holds, found.partition(":")[0]
    (True, 'in 128 runs')
    """
    inside, ends = sample(model, _EACH, seed), sample(model, _EACH, seed + 1)
    for name, (low, high) in ranges_of(model, {}).items():
        ends[name] = np.where(ends[name] > (low + high) / 2, high, low)
    visited = pd.concat([inside, ends], ignore_index=True)
    shown = [name for name in model.shown if model[name].kind in ("stock", "computed")]
    # A mere number, such as a strength, may be huge and do little: what counts is what it leads to.
    shown = [name for name in shown if str(model[name].unit) != "1"] or shown
    swept = sweep(model, visited, keep=shown, statistic="max", failures="skip")
    if swept.failures:
        first = str(next(iter(swept.failures.values()))).partition("\n")[0]
        return False, f"{len(swept.failures)} of {len(visited)} runs break down: {first}"
    own = simulate(model)
    rises = {}
    for name in shown:
        highest, usual = float(np.max(swept[name])), float(np.max(np.abs(own[name])))
        rises[name] = highest / usual if usual else 0.0
    most = max(rises, key=lambda name: rises[name])
    found = f"in {len(visited)} runs: {most} rises to {rises[most]:.3g} times what it usually does"
    return rises[most] <= EXPLODES, found
