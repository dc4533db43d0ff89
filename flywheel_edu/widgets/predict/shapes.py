"""What a drawn curve and the run it was drawn for have in common, and what sets them apart.

A rule for each way in which people usually go wrong about change: straight lines where something
compounds (Wagenaar & Sagaria 1975), stocks drawn in the shape of their inflows (Cronin, Gonzalez &
Sterman 2009), delays and limits left out (Sterman 2000). The same rules run in the browser
(``static/shapes.js``); a test holds the two to one another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOMENTS = 61  # at which the curves are compared, from the start of the run to its end

# The bounds of the rules, as shares of the run's own range, of a curve's own range, or of the time.
# They are the authors' judgement, tried on drawings made to fit each description.
BOUNDS = {
    "near": 0.06,  # a mean difference that is as good as none
    "near_end": 0.25,  # and that much at the end
    "moves": 0.1,  # a drawing that moves less stays level
    "turns": 0.3,  # a run that ends so far from its start goes somewhere
    "opposite": 0.03,  # a drawing that ends so far on the other side goes the other way
    "like": 0.12,  # one curve has the shape of another
    "changing": 0.1,  # a flow that changes by less is level
    "asleep": 0.02,  # a run has not yet begun to move
    "late": 0.06,  # of the time: a wait that one sees
    "early": 0.1,  # a drawing has moved by the time the run wakes
    "swing": 0.12,  # a turn that one sees
    "slower": 0.4,  # of its fastest pace: a curve that levels off
    "onward": 0.5,  # of its mean pace: a curve that goes on
    "beyond": 0.12,  # and is then past the run
    "straight": 0.06,  # away from its own straight line
    "bent": 0.08,
    "compounding": 0.4,  # of the fastest rate of growth: a growth by shares
    "shift": 4,  # moments
    "better": 0.5,  # what a shift or a stretch must take off the difference
    "stretch": 0.2,
}


@dataclass(frozen=True)
class Judgement:
    """How a drawing differs from the run.

    Attributes
    ----------
    kind : str
        A key of ``SAYINGS``.
    difference : float
        The mean absolute difference as a share of the range the run moves through.
    furthest : int
        The moment, out of ``MOMENTS``, at which the two are furthest apart.
    """

    kind: str
    difference: float
    furthest: int


# For each kind a name and a sentence. {it} is the quantity, {time} the model's time unit.
SAYINGS = {
    "right": ("As it runs", "You saw where {it} goes, and how."),
    "still": (
        "Nothing changes here",
        "{it} stays where it is: what drives it up and what drives it down are equal.",
    ),
    "flat": (
        "No change expected",
        "You left {it} where it was, but something drives it: follow the arrows that lead to it.",
    ),
    "direction": (
        "The other way",
        "You and the run end on different sides of the start. Count the minus signs on the way "
        "to {it}: two of them make a plus.",
    ),
    "inflow": (
        "Shaped like its inflow",
        "You drew {it} in the shape of what flows. But a stock rises as long as more flows in "
        "than out, even while the inflow falls.",
    ),
    "wait": (
        "No delay",
        "You let {it} answer at once. Something on the way takes time, so at first nothing is "
        "seen.",
    ),
    "swing": (
        "No delay",
        "You let {it} settle smoothly. A late answer overshoots: by the time it works, too much "
        "has been done.",
    ),
    "limit": (
        "No limit",
        "You let {it} go on. Something runs out or fills up and holds it: look for the balancing "
        "loop.",
    ),
    "compounds": (
        "A straight line for compounding",
        "You added the same each {time}. Here each step makes the next one larger: growth on "
        "growth.",
    ),
    "shrinks": (
        "A straight line for a share",
        "You took the same away each {time}. Here a share of what is left goes, so each step is "
        "smaller than the last.",
    ),
    "straight": (
        "A straight line",
        "You drew the same change each {time}. What drives {it} changes itself, so the curve "
        "bends.",
    ),
    "later": (
        "Right shape, too early",
        "You saw what happens, but it takes longer: look for what must fill up first.",
    ),
    "sooner": (
        "Right shape, too late",
        "You saw what happens, but it goes faster: look for what feeds itself from the start.",
    ),
    "larger": (
        "Right shape, too small",
        "You saw the shape, but {it} goes further than you thought. Most people underrate growth.",
    ),
    "smaller": (
        "Right shape, too large",
        "You saw the shape, but {it} does not go as far: look for what holds it back.",
    ),
    "other": (
        "Another shape",
        "Compare the two where they part, and ask what drives {it} just before.",
    ),
}


def judge(
    drawn: Sequence[float], run: Sequence[float], flows: Sequence[Sequence[float]], waits: bool
) -> Judgement:
    """How a drawing differs from a run, both at ``MOMENTS`` even moments.

    Parameters
    ----------
    drawn, run : sequence of float (MOMENTS,)
        In the quantity's unit.
    flows : sequence of sequences (MOMENTS,)
        What flows into a stock, and its inflow less its outflow; empty for other quantities.
    waits : bool
        Whether a delay lies on the way to the quantity.
    """
    low, high = min(run), max(run)
    size = max(abs(low), abs(high)) or 1.0
    still = high - low <= 1e-6 * size
    scale = size if still else high - low
    y = [(value - run[0]) / scale for value in drawn]
    z = [(value - run[0]) / scale for value in run]
    apart = [abs(a - b) for a, b in zip(y, z, strict=True)]
    difference = sum(apart) / MOMENTS
    kind = _kind(y, z, still, run, flows, waits, difference)
    return Judgement(kind, difference, apart.index(max(apart)))


def _kind(
    y: list[float],
    z: list[float],
    still: bool,
    run: Sequence[float],
    flows: Sequence[Sequence[float]],
    waits: bool,
    difference: float,
) -> str:
    bound = BOUNDS
    if difference <= bound["near"] and abs(y[-1] - z[-1]) <= bound["near_end"]:
        return "right"
    if still:
        return "still"
    if abs(z[-1]) >= bound["turns"] and y[-1] * _sign(z[-1]) <= -bound["opposite"]:
        return "direction"
    span = max(y) - min(y)
    if span < bound["moves"]:
        return "flat"
    own = _misfit(y, z)
    for flow in flows:
        spread = max(flow) - min(flow)
        if spread < bound["changing"] * max(abs(value) for value in flow):
            continue
        likeness = _misfit(y, flow)
        if likeness < bound["like"] and own > 2 * likeness and _misfit(z, flow) > bound["like"]:
            return "inflow"
    if waits and not _grows_at_once(run):
        woken = next(i for i, value in enumerate(z) if abs(value) > bound["asleep"])
        if woken >= bound["late"] * MOMENTS and abs(y[woken]) >= bound["early"]:
            return "wait"
    if _turns(z) >= 2 and _turns([value / span for value in y]) == 0:
        return "swing"
    if _levels(z) and _goes_on(y, z, span):
        return "limit"
    if _bend(y) <= bound["straight"] * span and _bend(z) >= bound["bent"]:
        if _compounds(run):
            return "compounds"
        return "shrinks" if _shrinks(z) else "straight"
    return _shifted(y, z, difference) or _stretched(y, z, difference) or "other"


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _misfit(curve: Sequence[float], shape: Sequence[float]) -> float:
    """How far a curve is from the best a + b * shape with b > 0, as a share of its own range."""
    mean, middle = sum(curve) / MOMENTS, sum(shape) / MOMENTS
    both = sum((c - mean) * (s - middle) for c, s in zip(curve, shape, strict=True))
    square = sum((s - middle) ** 2 for s in shape)
    slope = max(0.0, both / square) if square else 0.0
    rest = sum((c - mean - slope * (s - middle)) ** 2 for c, s in zip(curve, shape, strict=True))
    return math.sqrt(rest / MOMENTS) / ((max(curve) - min(curve)) or 1.0)


def _bend(curve: Sequence[float]) -> float:
    """How far a curve is from its own best straight line (root mean square)."""
    middle, mean = (MOMENTS - 1) / 2, sum(curve) / MOMENTS
    both = sum((i - middle) * (value - mean) for i, value in enumerate(curve))
    slope = both / sum((i - middle) ** 2 for i in range(MOMENTS))
    rest = sum((value - mean - slope * (i - middle)) ** 2 for i, value in enumerate(curve))
    return math.sqrt(rest / MOMENTS)


def _rates(run: Sequence[float]) -> list[float]:
    """The growth of a run over each sixth of the time, as a logarithm; none if it does not grow."""
    if min(run) <= 0 or run[-1] < 1.5 * run[0]:
        return []
    return [math.log(run[i + 10] / run[i]) for i in range(MOMENTS - 10)]


def _grows_at_once(run: Sequence[float]) -> bool:
    """Whether a run grows from the start, by a good part of its fastest rate."""
    rates = _rates(run)
    return bool(rates) and rates[0] >= BOUNDS["compounding"] * max(rates)


def _compounds(run: Sequence[float]) -> bool:
    """Whether a run grows by shares from the start to the end."""
    rates = _rates(run)
    return bool(rates) and min(rates) >= BOUNDS["compounding"] * max(rates)


def _shrinks(z: Sequence[float]) -> bool:
    """Whether a run falls ever more slowly towards a floor."""
    thirds = [z[20] - z[0], z[40] - z[20], z[60] - z[40]]
    return thirds[0] < thirds[1] <= thirds[2] <= 0


def _turns(curve: Sequence[float]) -> int:
    """How often a curve turns round by as much as one sees."""
    turns, way, extreme = 0, 0, curve[0]
    for value in curve:
        if way == 0:
            if abs(value - curve[0]) > BOUNDS["swing"]:
                way, extreme = _sign(value - curve[0]), value
        elif (value - extreme) * way > 0:
            extreme = value
        elif (extreme - value) * way > BOUNDS["swing"]:
            turns, way, extreme = turns + 1, -way, value
    return turns


def _pace(curve: Sequence[float], end: int) -> float:
    """The change over the quarter of the time that ends at a moment."""
    return curve[end] - curve[end - 15]


def _levels(z: Sequence[float]) -> bool:
    """Whether a run has slowed down at its end, or has turned back."""
    fastest = max((_pace(z, end) for end in range(15, MOMENTS)), key=abs)
    return _pace(z, MOMENTS - 1) * _sign(fastest) < BOUNDS["slower"] * abs(fastest)


def _goes_on(y: Sequence[float], z: Sequence[float], span: float) -> bool:
    """Whether a drawing goes on at its end, in the run's main direction and past it."""
    way = _sign(max(z, key=abs))
    onward = way * _pace(y, MOMENTS - 1) >= BOUNDS["onward"] * span / 4
    return onward and way * (y[-1] - z[-1]) >= BOUNDS["beyond"]


def _shifted(y: Sequence[float], z: Sequence[float], difference: float) -> str:
    """Whether a drawing would be right if all happened sooner or later; compared where both are."""
    best, by = difference, 0
    for shift in range(-30, 31):
        kept = [i for i in range(MOMENTS) if 0 <= i + shift < MOMENTS]
        apart = sum(abs(y[i] - z[i + shift]) for i in kept) / len(kept)
        if apart < best - 1e-12:
            best, by = apart, shift
    if abs(by) < BOUNDS["shift"] or best > min(BOUNDS["near"], BOUNDS["better"] * difference):
        return ""
    return "later" if by > 0 else "sooner"


def _stretched(y: Sequence[float], z: Sequence[float], difference: float) -> str:
    """Whether a drawing would be right if it went further, or less far."""
    by = sum(a * b for a, b in zip(y, z, strict=True)) / sum(value**2 for value in z)
    if by <= 0 or abs(by - 1) < BOUNDS["stretch"]:
        return ""
    apart = sum(abs(a - by * b) for a, b in zip(y, z, strict=True)) / MOMENTS
    if apart > BOUNDS["near"] * max(by, 0.5) or apart > BOUNDS["better"] * difference:
        return ""
    return "larger" if by < 1 else "smaller"


def at_moments(points: Sequence[tuple[float, float]], start: float, stop: float) -> list[float]:
    """A curve through points, in order of time, read at ``MOMENTS`` even moments."""
    values, k = [], 0
    for i in range(MOMENTS):
        time = start + (stop - start) * i / (MOMENTS - 1)
        while k < len(points) - 2 and points[k + 1][0] < time:
            k += 1
        (before, low), (after, high) = points[k], points[k + 1]
        share = (time - before) / (after - before)
        values.append(low + (high - low) * max(0.0, min(1.0, share)))
    return values
