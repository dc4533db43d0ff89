"""Least squares within limits from many places at once: one block of trials a round."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
# From places (places, numbers), each between 0 and 1, and which search each belongs to, the misses
# (places, points).
Misses = Callable[[Values, NDArray[np.int64]], Values]

SAME = 1e-3  # the share of a sum of squares below which two searches came to the same

_STEP = 1e-5  # of a finite difference
_FACTORS = np.array([0.04, 0.4, 4.0, 40.0])  # of the damping, tried side by side


def descend(
    misses: Misses, starts: Values, *, rounds: int = 150, exact: float = 1e-11, same: float = 0.0
) -> tuple[Values, Values]:
    """The places, one for each start, where the sum of squares is smallest nearby, and the sums.

    ``starts`` are of shape (searches, numbers), between 0 and 1. A search ends after so many
    rounds, or when two in a row gain less than the share ``exact``; where all have one aim, as well
    when another has ended that is better by no more than the share ``same`` while its last round
    gained less.

    The method is that of Marquardt, "An algorithm for least-squares estimation of nonlinear
    parameters", SIAM Journal on Applied Mathematics 11(2), 1963. The differences for all searches
    are one block of trials, the steps under four dampings another; numbers that push against a
    limit rest there.

    >>> at, squares = descend(lambda x, which: x - [[0.3, 2.0]], np.array([[0.5, 0.5]]))
    >>> at.round(6).tolist(), float(squares[0].round(6))
    ([[0.3, 1.0]], 1.0)
    """
    places = np.clip(np.asarray(starts, float), 0, 1)
    count, numbers = places.shape
    which = np.arange(count)
    now = misses(places, which)
    squares = np.einsum("sm,sm->s", now, now)
    damping, idle = np.full(count, 1e-2), np.zeros(count, int)
    for _ in range(rounds):
        busy = np.flatnonzero(idle < 2)
        if not busy.size:
            break
        slopes = jacobian(misses, places[busy], now[busy], busy)
        pull = np.einsum("smn,sm->sn", slopes, now[busy])
        curve = np.einsum("smn,sml->snl", slopes, slopes)
        at_low, at_high = places[busy] <= 0, places[busy] >= 1
        rests = (at_low & (pull >= 0)) | (at_high & (pull <= 0))
        pull[rests] = 0
        curve[rests[:, :, None] | rests[:, None, :]] = 0
        size = np.einsum("snn->sn", curve)
        size = np.maximum(size, 1e-12 * size.max(axis=1, keepdims=True) + 1e-300)
        tried = damping[busy, None] * _FACTORS
        walls = tried[:, :, None, None] * (size[:, None, :, None] * np.eye(numbers))
        walls = curve[:, None] + walls + np.eye(numbers) * rests[:, None, :, None]
        down = np.broadcast_to(-pull[:, None, :, None], (*tried.shape, numbers, 1))
        step = np.linalg.solve(walls, down)
        trial = np.clip(places[busy, None] + step[..., 0], 0, 1)
        found = misses(trial.reshape(-1, numbers), np.repeat(busy, len(_FACTORS)))
        found = found.reshape(*tried.shape, -1)
        sums = np.einsum("sfm,sfm->sf", found, found)
        best = np.argmin(sums, axis=1)
        rows = np.arange(len(busy))
        gain = squares[busy] - sums[rows, best]
        better = gain > 0
        small = gain <= exact * squares[busy] + 1e-300
        moved = busy[better]
        places[moved] = trial[rows, best][better]
        now[moved] = found[rows, best][better]
        squares[moved] = sums[rows, best][better]
        damping[busy] = np.where(better, tried[rows, best], damping[busy] * 1e3).clip(1e-12, 1e12)
        idle[busy] = np.where(small & (better | (damping[busy] > 1e4)), idle[busy] + 1, 0)
        if same and (idle >= 2).any():
            above = squares[busy] - (best_ended := squares[idle >= 2].min())
            idle[busy[(above >= gain) & (above <= same * best_ended)]] = 2
    return places, squares


def jacobian(misses: Misses, places: Values, now: Values, which: NDArray[np.int64]) -> Values:
    """How the misses respond to each number, by differences: array (places, points, numbers)."""
    count, numbers = places.shape
    sides = np.where(places > 0.5, -_STEP, _STEP)
    moved = places[:, None] + sides[:, :, None] * np.eye(numbers)
    there = misses(moved.reshape(-1, numbers), np.repeat(which, numbers))
    slopes = (there.reshape(count, numbers, -1) - now[:, None]) / sides[:, :, None]
    return slopes.transpose(0, 2, 1)
