"""What pays for a wheel besides its push: what comes in whatever the wheel does."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.errors import FlywheelError
from flywheel_edu.language import Binary, Call, Choice, Compare, Expression, Name, Number, text_of
from flywheel_edu.language.tree import names_in, with_children
from flywheel_edu.model import Model, Quantity
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.units import CURRENCIES

# What one pays to have more come is called so, or is money in each unit of time.
_EFFORT = re.compile(
    r"ads?|advert\w*|marketing|campaigns?|promotions?|subsid\w*|grants?|donations?"
)
_MONEY = frozenset((*CURRENCIES, *CURRENCIES.values(), "CHF", "money", "dollar", "euro"))
# An inflow that goes with less than this power of its stock is as good as constant: where there is
# twice as much, it brings less than 15 % more.
_FLAT = 0.2


def paid_from_outside(
    pushed: Run, hit: Run, push: str, ends: str, output: str, holds: Callable[[Run], bool]
) -> tuple[str, ...]:
    """What must go on besides the push for the output to hold; nothing if it holds without all.

    Looked at are flows, or summands of flows, into stocks that no stock acts on, flows that hardly
    move with their stock at a level of ``init(stock)``, and givens that pay for something. Stopped
    from the moment ``ends`` on are those without which there is less.
    """
    model, whole = pushed.model, pushed[output][-1]
    less: dict[str, str] = {}  # and how it is called
    flat = _flat(pushed, hit, model.given_values[ends])
    for name, called in (*_candidates(model, push), *flat.items()):
        try:
            if simulate(_stopped(model, (name,), ends, flat))[output][-1] < whole * (1 - 1e-3):
                less[name] = called
        except FlywheelError:
            continue  # it is measured by: nothing can be divided by 0
    try:
        holding = not less or holds(simulate(_stopped(model, less, ends, flat)))
    except FlywheelError:
        holding = False
    graph = causal_graph(model)
    before = {name: nx.ancestors(graph, name) & less.keys() for name in less}
    first = (name for name in less if all(name in before[other] for other in before[name]))
    return () if holding else tuple(less[name] for name in first)


def _flat(pushed: Run, hit: Run, since: float) -> dict[str, str]:
    """The inflows that hardly move with their stock, and the level they stay at, as written."""
    model, late = pushed.model, pushed.time > since
    moved = _moved(model)

    def moves(name: str) -> float:
        seen = np.concatenate([pushed[name][late], hit[name][late]])
        return math.log(seen.max() / seen.min()) if seen.min() > 0 else math.nan

    return {
        flow: level.replace("_", " ")
        for stock in model.stocks
        for flow in model[stock].inflows
        if flow in model.written and moves(flow) < _FLAT * moves(stock) - 1e-6
        for level in (_level(part, moved) for part in _summands(model.written[flow].equation))
        if "init(" in level
    }


def _level(part: Expression, moved: set[str]) -> str:
    """The factors that no stock acts on, as written."""
    if isinstance(part, Binary) and part.op == "*":
        return " * ".join(filter(None, (_level(part.left, moved), _level(part.right, moved))))
    return text_of(part) if moved.isdisjoint(_acting(part)) else ""


def _candidates(model: Model, push: str) -> Iterator[tuple[str, str]]:
    moved = _moved(model)
    filling = {flow for name in model.stocks for flow in model[name].inflows}
    for name, quantity in model.written.items():
        outside = [
            part
            for part in _summands(quantity.equation)
            if moved.isdisjoint(_acting(part)) and push not in names_in(part)
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
    moved = {name for name in model.stocks if model[name].ledger}  # not what init() keeps
    for name in model.order:
        if not moved.isdisjoint(names_in(model[name].equation)):
            moved.add(name)
    return moved


def _acting(node: Any) -> tuple[str, ...]:
    """The names that act all along, not only by what they opened with."""

    def running(below: Any) -> Any:
        opening = isinstance(below, Call) and below.function == "init"
        return Number(1.0) if opening else with_children(below, running)

    return names_in(running(node))


def _summands(equation: Expression) -> list[Expression]:
    if isinstance(equation, Binary) and equation.op == "+":
        return [*_summands(equation.left), *_summands(equation.right)]
    return [equation]


def _stopped(model: Model, names: Iterable[str], ends: str, whole: Container[str]) -> Model:
    """The model in which these come to an end at a moment."""
    moved = _moved(model)

    def until(part: Expression) -> Expression:
        return Choice(Compare("<", Name("time"), Name(ends)), part, Number(0.0))

    def summed(part: Expression) -> Expression:
        if isinstance(part, Binary) and part.op == "+":
            return replace(part, left=summed(part.left), right=summed(part.right))
        return part if moved.intersection(_acting(part)) else until(part)

    parts, written = model.parts(), dict(model.written)
    for name in names:
        quantity = written[name]
        if isinstance(number := quantity.equation, Number):
            quantity = replace(quantity, equation=replace(number, unit=quantity.unit))
        apart = name in moved and name not in whole
        now = summed(quantity.equation) if apart else until(quantity.equation)
        written[name] = replace(quantity, kind="computed", equation=now, range=None)
    return Model(replace(parts, quantities=written))
