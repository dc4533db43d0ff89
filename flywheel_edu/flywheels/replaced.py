"""Is what wears out, or leaves, ordered again? Sterman, *Business Dynamics* (2000), ch. 17."""

from __future__ import annotations

from collections.abc import Iterator

from flywheel_edu.language.tree import Binary, Name, names_in, walk
from flywheel_edu.model import Model


def losses(model: Model) -> Iterator[tuple[str, str, str]]:
    """Each stock that wears out and is ordered, with the flow that is lost and that of the order.

    Only where both can be said surely. A loss is the stock times or over a given number. An order
    closes the gap to a goal that is computed from some stock: ``(wanted - stock) / time``. It may
    reach the stock through others, such as what is under way, which are not looked at themselves.

    >>> from flywheel_edu.flywheels import load
    >>> list(losses(load("limits")))
    [('staff', 'left', 'hired'), ('sites', 'closed', 'opened')]
    """
    orders = {stock: _orders(model, stock) for stock in model.stocks}
    on_the_way = {flow for name, found in orders.items() if found for flow in model[name].inflows}
    for stock, found in orders.items():
        for flow in model[stock].outflows:
            if found and flow not in on_the_way and _rate(model, stock, flow):
                yield stock, flow, found[0]


def replaced(model: Model, stock: str, flow: str, order: str) -> tuple[bool, str]:
    """Whether what is lost is ordered, by its flow or by its rate, and what was found."""
    counted = {n for each in _upstream(model, stock) for n in _chain(model, each)}
    if counted & {flow, _rate(model, stock, flow)}:
        return True, f"{flow} is ordered again"
    return False, f"{order} orders nothing for {flow}, so {stock} stays short of what is wanted"


def _rate(model: Model, stock: str, flow: str) -> str:
    """The given in ``stock * rate`` or ``stock / life``; empty for any other flow."""
    match model[flow].equation:
        case Binary("*" | "/", Name(one), Name(other)) if one == stock:
            return other if model[other].kind == "given" else ""
        case Binary("*", Name(other), Name(one)) if one == stock:
            return other if model[other].kind == "given" else ""
    return ""


def _chain(model: Model, name: str) -> list[str]:
    """A quantity and what it is computed from, up to the stocks; what is only noticed is passed."""
    found = [name]
    for each in found:
        quantity = model[each]
        below = names_in(quantity.equation) if quantity.kind == "computed" else ()
        if quantity.kind == "stock" and len(quantity.ledger) == 1:
            below = quantity.inflows
        found += [n for n in below if n != "time" and n not in found]
    return found


def _upstream(model: Model, stock: str) -> list[str]:
    """The flows that fill a stock, and those that fill what they come from."""
    flows = list(model[stock].inflows)
    for flow in flows:
        for other in model.stocks:
            if flow in model[other].outflows:
                flows += [each for each in model[other].inflows if each not in flows]
    return flows


def _orders(model: Model, stock: str) -> list[str]:
    """The flows that close a gap of the stock."""
    return [
        flow
        for flow in _upstream(model, stock)
        if any(_closes_a_gap(model, each, stock) for each in _chain(model, flow))
    ]


def _closes_a_gap(model: Model, name: str, stock: str) -> bool:
    if model[name].kind != "computed":
        return False
    for node in walk(model[name].equation):
        match node:
            case Binary("/", above, Name(over)) if model[over].unit == model.clock.unit:
                for gap in walk(above):
                    match gap:
                        case Binary("-", wanted, Name(other)) if other == stock:
                            return any(
                                model[each].kind == "stock"
                                for read in names_in(wanted)
                                if read != "time"
                                for each in _chain(model, read)
                            )
    return False
