"""Conveyors: what enters one leaves at its end a fixed time later, less what leaks on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError
from flywheel_edu.language import Binary, Expression, Name, Number
from flywheel_edu.model import Entry
from flywheel_exchange.builtins import need_euler, pipeline, whole_steps
from flywheel_exchange.pieces import as_value, folded
from flywheel_exchange.variables import Draft

if TYPE_CHECKING:
    from flywheel_exchange.quantities import Builder

_HINT = (
    "make it a plain stock, and let its outflow be DELAY(inflow, length), or DELAY3 where things "
    "spread out on the way"
)


def leaving(reading: Builder, flow: Draft) -> Expression | None:
    """What flows out of a conveyor, at its end or as a leak; None for all else.

    What enters in one step stays together. A linear leak takes as much of it in each step, its
    fraction in all; an exponential one takes that fraction a time of what is left. What is there
    at the start is spread as if the same had always flowed in.
    """
    conveyor = flow.variable.conveyor or flow.variable
    belt, leak = conveyor.element.child("conveyor"), flow.element.child("leak")
    if belt is None:
        if leak:
            raise ExchangeError(f"'{conveyor.shown}' leaks from no conveyor", leak.place)
        return None
    stock, space = conveyor.drafts[flow.index], conveyor.space
    outflows = [reading.drafts[reading.flow(stock, e)] for e in stock.element.all("outflow")]
    leaks = [each for each in outflows if each.element.child("leak")]
    length, step = belt.child("len"), reading.clock.step
    context = reading.meaning(flow, False, space, length or belt)
    said = context.equation(reading.tree(length, space)) if length else None
    time = None if said is None else context.constant(said)
    fractions = {each.name: context.constant(reading.said(each, False)) for each in leaks}
    wrong = {
        "has not one end": len(outflows) != len(leaks) + 1,
        "is discrete": "true" in belt.attributes.get("discrete", "").lower(),
        "has a capacity or a gate": {each.name for each in belt.children} - {"len", "sample"},
        "has a transit time that is computed, or none": time is None,
        "has a leak that is computed, whole or in one part of it": None in fractions.values()
        or any({"leak_start", "leak_end"} & each.element.attributes.keys() for each in leaks)
        or any(each.element.child("leak_integers") for each in leaks),
    }
    for what in filter(wrong.get, wrong):
        message = f"'{conveyor.shown}' is a conveyor that {what}, which is not read"
        raise ExchangeError(message, belt.place, _HINT)
    if flow.variable is conveyor or said is None or time is None:
        return None
    need_euler(context, "a conveyor", belt.place)
    steps, there = whole_steps(context, time), Name(stock.name)
    own, lost = fractions.get(flow.name), sum(filter(None, fractions.values()))
    # How much is there, and leaves at the end, if 1 a time flows in.
    held, kept = steps * step - lost * (steps - 1) * step / 2, 1 - lost
    if exponential := "true" in belt.attributes.get("exponential_leak", "").lower():
        kept = (1 - lost * step) ** steps
        held = (1 - kept) / lost if lost else held
    if exponential and own is not None:
        return Binary("*", Number(own), there)
    fills: list[Expression] = [Name(reading.flow(stock, e)) for e in stock.element.all("inflow")]
    entering, before = folded("+", fills or [Number(0.0)]), Binary("/", there, Number(held))
    late = as_value(pipeline(context, [entering, said, before], belt.place))
    if own is None:
        return Binary("*", Number(kept), late) if lost else late
    entered = context.stock("entered", Binary("*", before, Number(steps * step)))
    ways = [Entry(1, context.part("in", entering).name), Entry(-1, context.part("out", late).name)]
    context.flows(entered, *ways)
    return Binary("*", Number(own / (steps * step)), entered)
