"""What a drawn curve and the run it was drawn for have in common, and what sets them apart.

A rule for each way in which people usually go wrong about change: stocks drawn in the shape of
their inflows (Cronin, Gonzalez & Sterman 2009), straight lines where something compounds
(Wagenaar & Sagaria 1975), delays and limits left out (Sterman 2000). The same rules run in the
browser (shapes.js); a test holds the two to one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Curve = NDArray[np.float64]

MOMENTS = 61  # at which the curves are compared, from the start of the run to its end

# The bounds of the rules, as shares of the run's own range, of a curve's own range, or of the time.
# They are the authors' judgement, tried on the drawings in tests/widgets/drawings.txt.
BOUNDS = {
    "near": 0.06,  # a mean difference that is as good as none
    "near_end": 0.25,  # and that much at the end
    "moves": 0.1,  # a drawing that moves less stays level
    "turns": 0.3,  # a run that ends so far from its start goes somewhere
    "opposite": 0.03,  # a drawing that ends so far on the other side goes the other way
    "like": 0.12,  # one curve has the shape of another
    "changing": 0.1,  # a flow that changes by less is level
    "rests": 0.1,  # of the run's pace: a drawing that rises no more
    "corner": 0.5,  # what its pace changes by where it turns, over the whole time
    "asleep": 0.02,  # a run has not yet begun to move
    "late": 0.06,  # of the time: a wait that one sees
    "early": 0.1,  # a drawing has moved by the time the run wakes
    "swing": 0.12,  # a turn that one sees
    "slower": 0.4,  # of its fastest pace: a curve that levels off
    "onward": 0.5,  # of its mean pace: a curve that goes on
    "beyond": 0.12,  # and is then past the run
    "straight": 0.06,  # away from its own straight line
    "straighter": 0.7,  # of the run's own bend
    "bent": 0.05,
    "compounding": 0.4,  # of the fastest rate of growth: a growth by shares
    "shift": 4,  # moments
    "better": 0.5,  # what a shift or a stretch must take off the difference
    "stretch": 0.2,
}


@dataclass(frozen=True)
class Judgement:
    """How a drawing differs from the run."""

    kind: str  # a head in sayings.toml
    difference: float  # the mean absolute one, as a share of the range of the run
    furthest: int  # the moment, out of ``MOMENTS``, at which the two are furthest apart


def judge(drawn: ArrayLike, run: ArrayLike, flows: Sequence[ArrayLike], waits: bool) -> Judgement:
    """How a drawing differs from a run, both at ``MOMENTS`` even moments, in the quantity's unit.

    ``flows``, of shape (MOMENTS,) each, are what flows into a stock and its inflow less its
    outflow; empty for other quantities. ``waits`` where a delay lies on the way to the quantity.
    """
    drawn, run = np.asarray(drawn, float), np.asarray(run, float)
    size = float(np.abs(run).max()) or 1.0
    still = bool(np.ptp(run) <= 1e-6 * size)
    scale = size if still else np.ptp(run)
    y, z = (drawn - run[0]) / scale, (run - run[0]) / scale
    apart = np.abs(y - z)
    difference = float(apart.mean())
    whole = [np.asarray(flow, float) for flow in flows]
    kind = "still" if still else _kind(y, z, run, whole, waits, difference)
    if difference <= BOUNDS["near"] and apart[-1] <= BOUNDS["near_end"]:
        kind = "right"
    return Judgement(kind, difference, int(np.argmax(apart)))


def _kind(
    y: Curve, z: Curve, run: Curve, flows: list[Curve], waits: bool, difference: float
) -> str:
    span = np.ptp(y)
    if any(_turns_with(flow, y, z) or _ends_with(flow, y, z) for flow in flows):
        return "inflow"
    if abs(z[-1]) >= BOUNDS["turns"] and y[-1] * np.sign(z[-1]) <= -BOUNDS["opposite"]:
        return "direction"
    # A little in the run's range may still be half as much again of what there was.
    if span < BOUNDS["moves"] and span * np.ptp(run) < 0.5 * abs(run[0] or np.inf):
        return "flat"
    if any(_shaped_like(flow, y, z) for flow in flows):
        return "inflow"
    if waits and not _grows_at_once(run):
        woken = int(np.argmax(np.abs(z) > BOUNDS["asleep"]))
        if woken >= BOUNDS["late"] * MOMENTS and abs(y[woken]) >= BOUNDS["early"]:
            return "wait"
    if _turns(z) >= 2 and _turns(y / span) == 0:
        return "swing"
    if _levels(z) and _goes_on(y, z, span):
        return "limit"
    straight = min(BOUNDS["straight"], BOUNDS["straighter"] * _bend(z))
    if _bend(y) <= straight * span and _bend(z) >= BOUNDS["bent"]:
        if _compounds(run):
            return "compounds"
        return "shrinks" if _shrinks(z) else "straight"
    # Where each step makes the next one larger, more and sooner look alike: people think of more.
    rules = (_stretched, _shifted) if _compounds(run) else (_shifted, _stretched)
    return rules[0](y, z, difference) or rules[1](y, z, difference) or "other"


def _turns_with(flow: Curve, y: Curve, z: Curve) -> bool:
    last = MOMENTS - 1
    spread = np.ptp(flow)
    top = int(np.flatnonzero(flow >= flow.max() - 0.05 * spread)[-1])
    if spread < BOUNDS["changing"] * np.abs(flow).max() or top > last - 6:
        return False
    if z[last] - z[top] < BOUNDS["moves"] or np.diff(z[top:]).min() < 0:
        return False
    for turn in range(max(5, top - 6), min(last - 6, top + 9) + 1):
        before = (y[turn] - y[0]) / turn
        after = (y[last] - y[turn]) / (last - turn)
        onward = (z[last] - z[turn]) / (last - turn)
        falls = y[turn] - y[last] > BOUNDS["opposite"]
        rests = after <= BOUNDS["rests"] * onward and y[turn] - y[turn - 5] >= 2.5 * before
        peak = y.max() - y[turn] <= 0.02
        if peak and (falls or rests) and last * (before - after) >= BOUNDS["corner"]:
            return True
    return False


def _ends_with(flow: Curve, y: Curve, z: Curve) -> bool:
    """Whether a drawing is back where it began soon after a flow has ceased, and the run is not."""
    running = np.flatnonzero(np.abs(flow) > 0.1 * np.abs(flow).max())
    late = int(running[-1]) + 11 if running.size else MOMENTS
    if late >= MOMENTS or abs(z[late]) < BOUNDS["turns"]:
        return False
    rose = np.abs(y).max()
    return bool(rose >= BOUNDS["moves"] and np.abs(y[late:]).max() <= BOUNDS["like"] * rose)


def _shaped_like(flow: Curve, y: Curve, z: Curve) -> bool:
    if np.ptp(flow) < BOUNDS["changing"] * np.abs(flow).max():
        return False
    likeness = _misfit(y, flow)
    alike = likeness < BOUNDS["like"] < _misfit(z, flow)
    return alike and _misfit(y, z) > 2 * likeness


def _misfit(curve: Curve, shape: Curve) -> float:
    """How far a curve is from the best a + b * shape with b > 0, as a share of its own range."""
    c, s = curve - curve.mean(), shape - shape.mean()
    square = float(s @ s)
    slope = max(0.0, float(c @ s) / square) if square else 0.0
    return float(np.sqrt(np.mean((c - slope * s) ** 2)) / (np.ptp(curve) or 1.0))


def _bend(curve: Curve) -> float:
    """How far a curve is from its own best straight line (root mean square)."""
    c, i = curve - curve.mean(), np.arange(MOMENTS) - (MOMENTS - 1) / 2
    return float(np.sqrt(np.mean((c - i * (c @ i) / (i @ i)) ** 2)))


def _rates(run: Curve) -> Curve:
    """The growth of a run over each sixth of the time, as a logarithm; none if it does not grow."""
    if run.min() <= 0 or run[-1] < 1.5 * run[0]:
        return np.empty(0)
    return np.log(run[10:] / run[:-10])


def _grows_at_once(run: Curve) -> bool:
    rates = _rates(run)
    return bool(rates.size) and bool(rates[0] >= BOUNDS["compounding"] * rates.max())


def _compounds(run: Curve) -> bool:
    """Whether a run grows by shares from the start to the end."""
    rates = _rates(run)
    return bool(rates.size) and bool(rates.min() >= BOUNDS["compounding"] * rates.max())


def _shrinks(z: Curve) -> bool:
    first, second, third = np.diff(z[::20])
    return bool(first < second <= third <= 0)


def _turns(curve: Curve) -> int:
    turns, way, extreme = 0, 0.0, curve[0]
    for value in curve:
        if way == 0:
            if abs(value - curve[0]) > BOUNDS["swing"]:
                way, extreme = np.sign(value - curve[0]), value
        elif (value - extreme) * way > 0:
            extreme = value
        elif (extreme - value) * way > BOUNDS["swing"]:
            turns, way, extreme = turns + 1, -way, value
    return turns


def _levels(z: Curve) -> bool:
    """Whether a run has slowed down at its end, or has turned back."""
    paces = z[15:] - z[:-15]
    fastest = paces[np.argmax(np.abs(paces))]
    return bool(paces[-1] * np.sign(fastest) < BOUNDS["slower"] * abs(fastest))


def _goes_on(y: Curve, z: Curve, span: float) -> bool:
    way = np.sign(z[np.argmax(np.abs(z))])
    onward = way * (y[-1] - y[-16]) >= BOUNDS["onward"] * span / 4
    return bool(onward and way * (y[-1] - z[-1]) >= BOUNDS["beyond"])


def _shifted(y: Curve, z: Curve, difference: float) -> str:
    """Whether a drawing would be right if all happened sooner or later; compared where both are."""
    best, by = difference, 0
    for shift in range(-30, 31):
        mine = y[max(0, -shift) : MOMENTS - max(0, shift)]
        apart = float(np.abs(mine - z[max(0, shift) : MOMENTS + min(0, shift)]).mean())
        if apart < best - 1e-12:
            best, by = apart, shift
    if abs(by) < BOUNDS["shift"] or best > min(BOUNDS["near"], BOUNDS["better"] * difference):
        return ""
    return "later" if by > 0 else "sooner"


def _stretched(y: Curve, z: Curve, difference: float) -> str:
    """Whether a drawing would be right if it went further, or less far."""
    by = float(y @ z) / float(z @ z)
    if by <= 0 or abs(by - 1) < BOUNDS["stretch"]:
        return ""
    apart = float(np.abs(y - by * z).mean())
    if apart > BOUNDS["near"] * max(by, 0.5) or apart > BOUNDS["better"] * difference:
        return ""
    return "larger" if by < 1 else "smaller"


def at_moments(points: Sequence[tuple[float, float]], start: float, stop: float) -> list[float]:
    """A curve through points, in order of time, read at ``MOMENTS`` even moments."""
    times, values = np.asarray(points, float).T
    read: list[float] = np.interp(np.linspace(start, stop, MOMENTS), times, values).tolist()
    return read
