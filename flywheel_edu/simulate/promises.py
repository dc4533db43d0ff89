"""The promises of a model, checked on every run, and the sentences when one is broken.

Python checks them by all values of a run; the fast engines watch the extremes of each quantity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import SimulationError
from flywheel_edu.language import ANY
from flywheel_edu.model import Model, Quantity

Limits = Mapping[str, tuple[float, float]]
Watched = tuple[tuple[str, bool, bool], ...]

# A stock that should stop at zero may miss it by rounding, as a share of its largest value.
ROUNDING = 1e-9


def promised(model: Model) -> Limits:
    """The limits every run must keep, for the quantities that have any.

    Those are the ranges of stocks and computed quantities, zero for other stocks, and for
    unfolded stocks the bounds of what flows through them.
    """
    out: dict[str, tuple[float, float]] = {}
    for quantity in model.values():
        if quantity.kind in ("given", "data"):
            continue
        limits = model.bounds[quantity.name] if is_unfolded(quantity) else quantity.limits
        if limits != ANY:
            out[quantity.name] = limits
    return out


def watched_of(model: Model) -> tuple[Watched, tuple[str, ...]]:
    """What fast engines watch: each quantity with a promise, and whether its low and high side.

    And the givens on whose signs the limits of what is delayed rest.
    """
    watched = []
    for name in (*model.stocks, *model.order):
        quantity = model[name]
        low, high = ANY if quantity.kind == "data" else quantity.limits
        if is_unfolded(quantity):
            watched.append((name, True, True))
        elif (low, high) != ANY:
            watched.append((name, low > -math.inf, high < math.inf))
    unfolded = any(is_unfolded(model[name]) for name in model.stocks)
    unranged = tuple(n for n in model.givens if unfolded and model[n].range is None)
    return tuple(watched), unranged


def check_promises(
    model: Model, time: NDArray[np.float64], column: Callable[[str], NDArray[np.float64]]
) -> None:
    """Stop with the first promise that a finished run broke.

    Parameters
    ----------
    model : Model
    time : array of shape (times,)
    column : function
        Gives the values of a quantity, shape (times,).

    Raises
    ------
    SimulationError
        Naming the quantity, the time, and what to try.
    """
    broken: list[tuple[int, str, float, float]] = []
    for name, (low, high) in promised(model).items():
        values = column(name)
        room = ROUNDING * max(1.0, float(np.max(np.abs(values))))
        outside = np.flatnonzero((values < low - room) | (values > high + room))
        if outside.size:
            first = int(outside[0])
            broken.append((first, name, float(values[first]), low))
    if broken:
        first, name, value, low = min(broken)
        raise _left(model, name, float(time[first]), value, low)


def _left(model: Model, name: str, time: float, value: float, low: float) -> SimulationError:
    quantity = model[name]
    when = f"at {model.clock.unit} {time:g}"
    below = quantity.kind == "stock" and quantity.range is None and value < 0
    if below and time == model.clock.start:
        return SimulationError(
            f"the stock '{name}' opens below zero",
            "open it at zero or above, or let it go below zero: in -inf .. inf",
            quantity=name,
            time=time,
        )
    if below:
        outflows = " or ".join(f"'{flow}'" for flow in quantity.outflows) or "its flows"
        return SimulationError(
            f"the stock '{name}' falls below zero {when}",
            f"limit {outflows} by what is there, take a smaller step, "
            f"or let it go below zero: in -inf .. inf",
            quantity=name,
            time=time,
        )
    if is_unfolded(quantity):
        owner = quantity.part_of or name
        return SimulationError(
            f"the delay in '{owner}' overshoots {when}",
            "take a step shorter than the time of the delay",
            quantity=owner,
            time=time,
        )
    low, high = quantity.limits
    return SimulationError(
        f"'{name}' is {value:g} {when}, outside its range {low:g} .. {high:g}",
        "widen the range, or look at what drives it there",
        quantity=name,
        time=time,
    )


def is_unfolded(quantity: Quantity) -> bool:
    """Whether this stock came of a ``smooth``, ``delay`` or ``init``, not of a stock's own line."""
    return quantity.kind == "stock" and bool(quantity.waits or quantity.part_of)
