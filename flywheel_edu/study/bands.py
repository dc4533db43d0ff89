"""Bands about a fit's forecasts: by refits to misses dealt anew, and by profiles."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from flywheel_edu.errors import SimulationError
from flywheel_edu.later import pd
from flywheel_edu.study.search import Values, descend, jacobian

if TYPE_CHECKING:
    from flywheel_edu.study.fitted import Fit

_FAR = 1e3  # how much harder than a point a profile pulls at its target


def predict(
    found: Fit, series: str, when: Values, level: float, method: str, refits: int, seed: int
) -> pd.DataFrame:
    """See `Fit.predict`."""
    if not 0 < level < 1:
        raise SimulationError(
            f"a band holds a share between 0 and 1 of the measurements, not {level:g}",
            hint="level=0.9 holds nine in ten",
        )
    if method not in ("bootstrap", "profile"):
        raise SimulationError(f"bands are made by 'bootstrap' or 'profile', not {method[:40]!r}")
    if series not in found.objective.points:
        raise SimulationError(f"'{series}' has no points up to {found.until:g}")
    middle = found.answers(series, when)["this model"]
    if method == "bootstrap":
        low, high = _bootstrap(found, series, when, level, refits, seed)
    else:
        low, high = _profile(found, series, when, level)
    index = pd.Index(when, name=str(found.model.clock.unit))
    return pd.DataFrame({"low": low, "this model": middle, "high": high}, index=index)


def _bootstrap(
    found: Fit, series: str, when: Values, level: float, refits: int, seed: int
) -> tuple[Values, Values]:
    """Quantiles of refitted curves, each moved by a miss drawn anew.

    Misses are widened by what the fit itself took out of them, and as Student's t is wider than
    the normal law where they are few. Refits are made in longer steps where these move the fitted
    curve by less than its misses: how far a refit ends from the fit hardly depends on the step.
    """
    objective, chance = found.objective, np.random.default_rng(seed)
    at = objective(found.place[None])[0]
    spare = max(1, len(at) - len(found.place))
    end = (1 + level) / 2
    wide = np.sqrt(len(at) / spare) * student(end, spare) / NormalDist().inv_cdf(end)
    dealt = np.empty((refits, len(at)))
    for rows in objective.rows.values():
        own = (at[rows] - at[rows].mean()) * wide
        dealt[:, rows] = chance.choice(own, (refits, len(own)))

    near = objective.near
    quick = near.in_longer_steps or near
    fitted = quick(found.place[None])[0]
    if np.abs(fitted - at).max() >= np.sqrt(np.mean(at**2)):
        quick, fitted = near, at

    def misses(parts: Values, which: np.ndarray) -> Values:
        return np.asarray(quick(parts) - fitted - dealt[which])

    starts = np.repeat(np.clip(found.place, 1e-6, 1 - 1e-6)[None], refits, axis=0)
    ended, _ = descend(misses, starts, rounds=25, exact=1e-5)
    curves = objective.answers(ended, {series: when})[series]
    rows = objective.rows[series]
    own = (at[rows] - at[rows].mean()) * wide / objective.weights[series]
    drawn = objective.moved(series, curves, chance.choice(own, curves.shape))
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _profile(found: Fit, series: str, when: Values, level: float) -> tuple[Values, Values]:
    """What refits reach at each time until their misses grow too large, and the misses."""
    objective = found.objective
    at = objective(found.place[None])[0]
    spare = max(1, len(at) - len(found.place))
    # Each series is judged by its own spread.
    scale = np.empty(len(at))
    for name, own in objective.rows.items():
        scale[own] = max(found.spreads[name] * objective.weights[name], 1e-12)
    spread = found.spreads[series]
    bound = student((1 + level) / 2, spare)
    middle = objective.answers(found.place[None], {series: when})[series][0]

    def away(answers: Values) -> Values:
        """Answers less the fitted ones, as a miss."""
        if objective.kinds[series] == "relative":
            with np.errstate(all="ignore"):
                return np.asarray(np.log(np.maximum(answers, 1e-12 * np.abs(middle)) / middle))
        return np.asarray((answers - middle) / objective.size(series))

    def moves(parts: Values, which: object) -> Values:
        return np.nan_to_num(away(objective.answers(parts, {series: when})[series]))

    begun = found.place[None]
    none = np.zeros(1, int)
    slopes = jacobian(lambda p, w: objective(p) / scale, begun, (at / scale)[None], none)[0]
    reach = jacobian(moves, begun, moves(begun, none), none)[0]
    inverse = np.linalg.pinv(slopes.T @ slopes, rcond=1e-10)
    width = bound * np.sqrt(np.maximum(np.einsum("tn,nl,tl->t", reach, inverse, reach), 1e-20))
    count = len(when)
    target = np.concatenate([-width, width])
    column = np.tile(np.arange(count), 2)
    base = float(np.sum((at / scale) ** 2))

    def pulled(parts: Values, which: np.ndarray) -> Values:
        every = {name: p.time for name, p in objective.points.items()}
        both = objective.answers(parts, {series: np.concatenate([every[series], when])})[series]
        there = np.nan_to_num(away_at(both[:, len(every[series]) :], column[which]), nan=1e3)
        pull = _FAR * (there - target[which]) / np.maximum(np.abs(target[which]), 1e-12)
        return np.column_stack([objective(parts) / scale, pull])

    def away_at(answers: Values, columns: np.ndarray) -> Values:
        return np.asarray(away(answers)[np.arange(len(answers)), columns])

    places = np.repeat(begun, 2 * count, axis=0)
    for _ in range(4):
        places, squares = descend(pulled, places, rounds=20, exact=1e-6)
        cost = np.maximum(squares - base, 1e-9)
        target = target * np.clip(bound / np.sqrt(cost), 0.5, 2.0)
    noise = bound * spread
    down = -np.sqrt(target[:count] ** 2 + noise**2)
    up = np.sqrt(target[count:] ** 2 + noise**2)
    return objective.moved(series, middle, down), objective.moved(series, middle, up)


def student(share: float, spare: int) -> float:
    """The value that a share of Student's t, above a half, lies below; `spare` degrees of freedom.

    Its distribution is a finite sum in an angle (Abramowitz and Stegun, 26.7.3 and 26.7.4), which
    is halved in on.

    >>> round(student(0.975, 10), 4)
    2.2281
    """
    low, high = 0.0, math.pi / 2
    while low < (angle := (low + high) / 2) < high:
        sine, cosine = math.sin(angle), math.cos(angle)
        term, total = cosine if spare % 2 else 1.0, 0.0
        for k in range(2 + spare % 2, spare + 1, 2):
            total += term
            term *= cosine**2 * (k - 1) / k
        within = (angle + sine * total) * 2 / math.pi if spare % 2 else sine * total
        low, high = (low, angle) if within > 2 * share - 1 else (angle, high)
    return math.sqrt(spare) * math.tan(angle)
