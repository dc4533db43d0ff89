"""What pays for a wheel besides its push: what comes in whatever the wheel does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import networkx as nx

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.errors import FlywheelError
from flywheel_edu.language import (
    Binary,
    Choice,
    Compare,
    Expression,
    Name,
    Number,
    names_in,
    text_of,
)
from flywheel_edu.model import Model, Quantity
from flywheel_edu.simulate import Run, simulate

# What one pays to have more come is called so, or is money in each unit of time.
_EFFORT = re.compile(
    r"ads?|advert\w*|marketing|campaigns?|promotions?|subsid\w*|grants?|donations?"
)
_MONEY = frozenset(("USD", "EUR", "GBP", "CHF", "$", "€", "£", "money", "dollar", "euro"))


def paid_from_outside(
    model: Model, push: str, ends: str, output: str, holds: Callable[[Run], bool]
) -> tuple[str, ...]:
    """What must go on besides the push for the output to hold; nothing if it holds without all.

    Looked at are flows, or summands of flows, into stocks that no stock acts on, and givens that
    pay for something. Stopped from the moment ``ends`` on are those without which there is less.
    """
    less: dict[str, str] = {}  # and how it is called
    whole = simulate(model)[output][-1]
    for name, called in _candidates(model, push):
        try:
            if simulate(_stopped(model, (name,), ends))[output][-1] < whole * (1 - 1e-3):
                less[name] = called
        except FlywheelError:
            continue  # it is measured by: nothing can be divided by 0
    try:
        holding = not less or holds(simulate(_stopped(model, less, ends)))
    except FlywheelError:
        holding = False
    graph = causal_graph(model)
    first = (name for name in less if less.keys().isdisjoint(nx.ancestors(graph, name)))
    return () if holding else tuple(less[name] for name in first)


def _candidates(model: Model, push: str) -> Iterator[tuple[str, str]]:
    moved = _moved(model)
    filling = {flow for name in model.stocks for flow in model[name].inflows}
    for name, quantity in model.written.items():
        outside = [
            part
            for part in _summands(quantity.equation)
            if moved.isdisjoint(names_in(part)) and push not in names_in(part)
        ]
        pays = quantity.kind == "given" and (
            any(map(_EFFORT.fullmatch, name.split("_"))) or _is_spending(model, quantity)
        )
        if name != push and (pays or (name in filling and name not in moved)):
            yield name, quantity.label
        elif name in filling and name in moved and outside:
            yield name, " + ".join(map(text_of, outside)).replace("_", " ")


def _is_spending(model: Model, quantity: Quantity) -> bool:
    powers = dict((quantity.unit * model.clock.unit).powers)
    return len(powers) == 1 and not _MONEY.isdisjoint(powers) and {*powers.values()} == {1}


def _moved(model: Model) -> set[str]:
    """The quantities that a stock acts on."""
    moved = {*model.stocks}
    for name in model.order:
        if not moved.isdisjoint(names_in(model[name].equation)):
            moved.add(name)
    return moved


def _summands(equation: Expression) -> list[Expression]:
    if isinstance(equation, Binary) and equation.op == "+":
        return [*_summands(equation.left), *_summands(equation.right)]
    return [equation]


def _stopped(model: Model, names: Iterable[str], ends: str) -> Model:
    """The model in which these come to an end at a moment."""
    moved = _moved(model)

    def until(part: Expression) -> Expression:
        return Choice(Compare("<", Name("time"), Name(ends)), part, Number(0.0))

    def summed(part: Expression) -> Expression:
        if isinstance(part, Binary) and part.op == "+":
            return replace(part, left=summed(part.left), right=summed(part.right))
        return part if moved.intersection(names_in(part)) else until(part)

    parts, written = model.parts(), dict(model.written)
    for name in names:
        quantity = written[name]
        if isinstance(number := quantity.equation, Number):
            quantity = replace(quantity, equation=replace(number, unit=quantity.unit))
        now = summed(quantity.equation) if name in moved else until(quantity.equation)
        written[name] = replace(quantity, kind="computed", equation=now, range=None)
    return Model(replace(parts, quantities=written))
