"""The promises of a model, checked on every run, and the sentences when one is broken.

Python checks them by all values of a run; the fast engines watch the extremes of each quantity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import SimulationError
from flywheel_edu.language import ANY, Binary, names_in, walk
from flywheel_edu.model import Model, Quantity

Limits = Mapping[str, tuple[float, float]]
Watched = tuple[tuple[str, bool, bool], ...]

# A stock that should stop at zero may miss it by rounding, as a share of its largest value so far.
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


def seem_outside(low: Any, high: Any, least: float, most: float, *, surely: bool = False) -> Any:
    """Whether the extremes of a quantity, of one scenario or of many, lie outside its limits.

    With no more room than `check_promises` gives: that knows the largest value so far. Or
    ``surely``, with no less. A side that is not watched has no limit to be outside of.
    """
    down, up = np.maximum(1.0, np.abs(low)), np.maximum(1.0, np.abs(high))
    if surely:
        down = up = np.maximum(down, up)  # without end where the other side is not watched
    return (low < least - ROUNDING * down) | (high > most + ROUNDING * up)


def check_promises(
    model: Model,
    limits: Limits,
    time: NDArray[np.float64],
    column: Callable[[str], NDArray[np.float64]],
) -> None:
    """Stop with the first promise that a run broke: which quantity, when, and what to try.

    ``limits`` is what is promised, ``column`` gives a quantity's values, of shape (times,); what is
    no number breaks no promise.
    """
    broken: list[tuple[int, str, float]] = []
    for name, (low, high) in limits.items():
        values = column(name)
        room = ROUNDING * np.fmax(1.0, np.fmax.accumulate(np.abs(values)))
        outside = np.flatnonzero((values < low - room) | (values > high + room))
        if outside.size:
            first = int(outside[0])
            broken.append((first, name, float(values[first])))
    if broken:
        first, name, value = min(broken)
        told = broken_promise(model, name, at_start=first == 0)
        when = f"at {model.clock.unit} {time[first]:g}"
        message = told.message.format(value=f"{value:g}", when=when)
        raise SimulationError(message, told.hint, quantity=told.quantity, time=float(time[first]))


@dataclass(frozen=True)
class Broken:
    """What is said of a broken promise, with ``{value}`` and ``{when}`` where it tells those."""

    quantity: str
    message: str
    hint: str


def broken_promise(model: Model, name: str, *, at_start: bool) -> Broken:
    """What is said when a quantity breaks its promise, at the start of a run or later."""
    quantity = model[name]
    if is_unfolded(quantity):
        owner = quantity.part_of or name
        flows = [node for entry in quantity.ledger for node in walk(model[entry.flow].equation)]
        over = [node.right for node in flows if isinstance(node, Binary) and node.op == "/"]
        for time in sorted({name for part in over for name in names_in(part)}):
            if (value := model.given_values.get(time, 0.0)) < 0:
                return Broken(
                    owner,
                    f"the delay in '{owner}' runs backwards {{when}}",
                    f"'{time}' is {value:g}: give it a value above zero",
                )
        return Broken(
            owner,
            f"the delay in '{owner}' overshoots {{when}}",
            "take a step shorter than the time of the delay",
        )
    if quantity.kind == "stock" and quantity.range is None:
        if at_start:
            return Broken(
                name,
                f"the stock '{name}' opens below zero",
                "open it at zero or above, or let it go below zero: in -inf .. inf",
            )
        outflows = " or ".join(f"'{flow}'" for flow in quantity.outflows) or "its flows"
        return Broken(
            name,
            f"the stock '{name}' falls below zero {{when}}",
            f"limit {outflows} by what is there, take a smaller step, "
            "or let it go below zero: in -inf .. inf",
        )
    low, high = quantity.limits
    return Broken(
        name,
        f"'{name}' is {{value}} {{when}}, outside its range {low:g} .. {high:g}",
        "widen the range, or look at what drives it there",
    )


def is_unfolded(quantity: Quantity) -> bool:
    """Whether this stock came of a ``smooth``, ``delay`` or ``init``, not of a stock's own line."""
    return quantity.kind == "stock" and bool(quantity.waits or quantity.part_of)
