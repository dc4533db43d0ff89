"""What a row of payments is worth: net present value, internal rate of return, payback."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def npv(cash_flows: ArrayLike, rate: float, *, first_at: float = 0.0) -> float:
    """What a row of payments is worth today (net present value).

    Parameters
    ----------
    cash_flows : array of shape (periods,), in one currency
        One amount for each period: above 0 comes in, below 0 goes out.
    rate : float, 1/period
        Discount rate for one period, as a fraction: 0.12 for 12 % a year.
    first_at : float, periods
        When the first amount falls: 0 is today, 1 the end of the first period.

    Returns
    -------
    float, in the currency of ``cash_flows``

    Raises
    ------
    ValueError
        If ``rate`` is -1 or below, where a discounted sum has no meaning.

    Notes
    -----
    Fix the timing before you compare. Excel's ``NPV`` is this one with ``first_at=1``.

    References
    ----------
    Brealey, Myers, Allen, *Principles of Corporate Finance*, 13th ed., ch. 2.

    Examples
    --------
    One machine of Amazon's 2004 letter, in USD million at 12 %. Paid for at once, then four
    years of 50:

    >>> round(npv([-160, 50, 50, 50, 50], 0.12), 2)
    -8.13

    The letter's row of yearly free cash flow for the same machine, each at the end of its year:

    >>> round(npv([-110, 50, 50, 50], 0.12, first_at=1), 2)
    9.01
    """
    if rate <= -1:
        raise ValueError(f"rate must be above -1, got {rate:g}; 5 % a period is written 0.05")
    amounts = np.atleast_1d(np.asarray(cash_flows, dtype=float))
    return float(np.sum(amounts / (1 + rate) ** (first_at + np.arange(amounts.size))))


def irr(cash_flows: ArrayLike) -> float:
    """The internal rate of return: the discount rate at which a row of payments is worth nothing.

    Parameters
    ----------
    cash_flows : array of shape (periods,), in one currency
        One amount for each period.

    Returns
    -------
    float, 1/period
        As a fraction: 0.0956 for 9.56 % a period.

    Raises
    ------
    ValueError
        If no rate above -100 % does it, or more than one does: the figure would then mean nothing,
        and `npv` at a chosen rate says what you want to know.

    Notes
    -----
    Rates from -99.9 % to 100,000 % a period are searched for changes of sign of the net present
    value and for the places where it only touches zero; each is closed in on by halving.

    Examples
    --------
    >>> round(irr([-160, 50, 50, 50, 50]), 4)
    0.0956
    """
    amounts = np.atleast_1d(np.asarray(cash_flows, dtype=float))
    if not (np.any(amounts > 0) and np.any(amounts < 0)):
        raise ValueError(
            "a rate of return needs payments both ways: "
            "give money that goes out (below 0) and money that comes in (above 0)"
        )
    amounts = np.trim_zeros(amounts)  # waiting changes no root
    powers = np.arange(float(amounts.size))
    # Sums and slopes in log(1 + rate), scaled by the far end: rates near -100 % do not overflow.
    grid = np.linspace(math.log(1e-3), math.log(1001.0), 5001)

    def value(at: Any, slope: int = 0, sizes: Any = amounts) -> Any:
        away = np.multiply.outer(at, powers) + np.multiply.outer(np.maximum(0, -at), powers[-1:])
        return np.exp(-away) @ (sizes * powers**slope)

    slopes = value(grid, 1)
    edges = [float(at) for at in grid]
    for i in np.flatnonzero(slopes[:-1] * slopes[1:] < 0):  # where the curve turns, it may touch 0
        edges.append(_closed_in(lambda at: value(at, 1), grid[i], grid[i + 1]))
    edges.sort()
    heights = value(np.array(edges))
    heights[np.abs(heights) <= 1e-13 * value(np.array(edges), sizes=np.abs(amounts))] = 0
    found = [math.expm1(at) for at, height in zip(edges, heights, strict=True) if height == 0]
    for (one, below), (other, above) in pairwise(zip(edges, heights, strict=True)):
        if below * above < 0:
            found.append(math.expm1(_closed_in(value, one, other)))
    if not found:
        raise ValueError("no rate of return makes these payments worth nothing today")
    if len(found) > 1:
        listed = " and ".join(f"{rate:.2%}" for rate in sorted(found))
        raise ValueError(
            f"{listed} all make these payments worth nothing today, because their sign changes "
            "more than once: use npv at a rate you choose"
        )
    return float(found[0])


def _closed_in(value: Callable[[float], float], low: float, high: float) -> float:
    """Where a curve that changes sign between two places is 0, to the last digit."""
    rising = value(high) > 0
    while low < (middle := (low + high) / 2) < high:
        if (value(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return middle


def payback(cash_flows: ArrayLike) -> float:
    """Periods until what came in has covered what went out, undiscounted.

    Parameters
    ----------
    cash_flows : array of shape (periods,), in one currency
        The first amount now, the next over the first period, and so on. Within a period money is
        taken to come evenly.

    Returns
    -------
    float, periods
        Infinite if it is never covered.

    Notes
    -----
    Payback says how long you are exposed, not what you gain: what comes after it does not count.

    Examples
    --------
    The machine of the 2004 letter is paid back within its fourth and last year:

    >>> payback([-160, 50, 50, 50, 50])
    3.2
    """
    amounts = np.atleast_1d(np.asarray(cash_flows, dtype=float))
    total = np.cumsum(amounts)
    if np.all(total >= 0):
        return 0.0
    out = int(np.argmax(total < 0))  # what came in before the first debt covers nothing yet
    covered = np.flatnonzero(total[out:] >= 0)
    if covered.size == 0:
        return math.inf
    first = out + int(covered[0])
    return first - float(total[first] / amounts[first])
