"""What may not go below zero there, written out here.

In XMILE a stock can be ``non_negative``: what flows out of it is limited to what there is, the
flow named first having the first call on it. Here a stock that would go below zero stops the run,
so the limit is written into the equations of the flows: ``min(flow, stock / time_step + inflows)``.
It is left out where the equations show that the flows cannot empty the stock within one step; and a
flow that may not be negative becomes ``max(flow, 0)``, unless it is never below zero anyway.

A flow that drains two stocks at once cannot be limited for the sake of one of them. Then it is the
stock that is held: a flow of its own puts back what was drawn too much.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from flywheel_edu.errors import ExchangeError
from flywheel_edu.language import Bounds, names_in, read_expression, tree
from flywheel_edu.model import Entry, Quantity
from flywheel_edu.model.bounds import bounds_of
from flywheel_edu.units import UNCHECKED
from flywheel_exchange.pieces import minus
from flywheel_exchange.quantities import Builder

_DEEPEST = 12  # quantities one behind another, and parts of equations, that are looked through
_MOST_FLOWS = 60  # of one stock that is kept at or above zero
_ANY = (-math.inf, math.inf)


class Clamps:
    """Limits flows among the quantities that were read, in place."""

    def __init__(self, builder: Builder) -> None:
        self.quantities = quantities = builder.quantities
        self.clock, self.step, self.free = builder.clock, builder.time_step, builder.names.free
        self.positive: set[str] = set()  # stocks that stay at or above zero
        self.drained = Counter(f for q in quantities.values() for f in q.outflows)
        self.filled = Counter(f for q in quantities.values() for f in q.inflows)
        # What was found out, until an equation is rewritten.
        self.known_bounds: dict[str, Bounds] = {}
        self.known_shares: dict[tuple[str, bool, str], float] = {}

    def keep(self, stocks: set[str], flows: set[str]) -> None:
        for name in stocks:
            self.positive.add(name)
            if self.quantities[name].range == _ANY:
                self.quantities[name] = replace(self.quantities[name], range=None)
        for name in [name for name in self.quantities if name in flows]:
            if self.bounds(name)[0] < 0:
                equation = self.quantities[name].equation
                self.rewrite(name, tree.Call("max", (equation, tree.Number(0.0))))
        for name in [name for name in self.quantities if name in stocks]:
            self.limit(self.quantities[name])

    def limit(self, stock: Quantity) -> None:
        fills = [flow for flow in stock.inflows if self.bounds(flow)[0] >= 0]
        drains = [(entry.flow, entry.sign) for entry in stock.ledger if entry.flow not in fills]
        try:
            drawn = [(tree.Name(flow), sign) for flow, sign in drains]
            shares = [self.share(x if sign < 0 else minus(x), stock.name) for x, sign in drawn]
        except RecursionError:  # deep equations one behind another: nothing is known
            shares = [math.inf]
        if sum(shares) <= (1 + 1e-9) / self.clock.step:
            return
        if len(stock.ledger) > _MOST_FLOWS:
            told = f"flows and may not go below zero; {_MOST_FLOWS} can be limited here"
            told = f"'{stock.name}' has {len(stock.ledger)} {told}"
            raise ExchangeError(told, stock.place, "gather some of its flows into one")
        if any((self.drained if sign < 0 else self.filled)[flow] > 1 for flow, sign in drains):
            self.hold(stock)
            return
        for position, (flow, sign) in enumerate(drains):
            there, equation = f"{stock.name} / {self.step().name}", self.quantities[flow].equation
            for other, way in (*((fill, 1) for fill in fills), *drains[:position]):
                if not self.waits_for(other, flow):
                    there += f" {'-' if way < 0 else '+'} {other}"
            if sign < 0:
                self.rewrite(flow, tree.Call("min", (equation, read_expression(there))))
            else:  # an inflow that may be negative: it takes no more than there is
                self.rewrite(flow, tree.Call("max", (equation, minus(read_expression(there)))))

    def hold(self, stock: Quantity) -> None:
        drains = sorted(stock.ledger, key=lambda entry: entry.sign)
        drawn = " ".join(f"{'+' if each.sign < 0 else '-'} {each.flow}" for each in drains)
        short = f"{drawn.removeprefix('+ ')} - {stock.name} / {self.step().name}"
        name = self.free(f"{stock.name}_held")
        self.quantities[name] = Quantity(
            name,
            UNCHECKED,
            read_expression(f"max(0, {short})"),
            doc=f"holds {stock.name} at zero, as its outflows empty other stocks too",
            place=stock.place,
        )
        self.quantities[stock.name] = replace(stock, ledger=(*stock.ledger, Entry(1, name)))

    def rewrite(self, name: str, equation: tree.Expression) -> None:
        was = self.quantities[name]
        self.quantities[name] = replace(was, equation=equation, kind="computed", range=None)
        self.known_bounds.clear()
        self.known_shares.clear()

    def waits_for(self, name: str, other: str) -> bool:
        seen, waiting = set(), [name]
        while waiting:
            at = waiting.pop()
            if at == other:
                return True
            if at not in seen and at in self.quantities and self.quantities[at].kind != "stock":
                seen.add(at)
                waiting.extend(names_in(self.quantities[at].equation))
        return False

    def known(self, node: tree.Expression, depth: int) -> dict[str, Bounds]:
        return {name: self.bounds(name, depth) for name in names_in(node)}

    def bounds(self, name: str, depth: int = 0) -> Bounds:
        quantity = self.quantities.get(name)
        if quantity is None or depth > _DEEPEST:
            return _ANY
        if quantity.kind == "stock":
            return (0.0, math.inf) if name in self.positive else _ANY
        if name not in self.known_bounds:
            self.known_bounds[name] = _ANY  # should it wait for itself
            try:
                found = bounds_of(
                    quantity.equation, self.known(quantity.equation, depth + 1), self.clock
                )
            except RecursionError:  # deep equations one behind another: nothing is known
                found = _ANY
            self.known_bounds[name] = found
        return self.known_bounds[name]

    def share(self, node: tree.Expression, stock: str, depth: int = 0) -> float:
        """At most how many times what is in the stock an expression can be; infinite if unknown."""
        if depth > _DEEPEST:
            return math.inf

        def again(inner: tree.Expression) -> float:
            return self.share(inner, stock, depth + 1)

        known = self.known(node, depth + 1)
        if bounds_of(node, known, self.clock)[1] <= 0:
            return 0.0
        match node:
            case tree.Name(name=name) if name == stock:
                return 1.0
            case tree.Name(name=name) | tree.Minus(operand=tree.Name(name=name)) if (
                name in self.quantities
            ):
                inner = self.quantities[name]
                key = (name, isinstance(node, tree.Name), stock)
                if key not in self.known_shares:
                    self.known_shares[key] = math.inf  # should it wait for itself
                    if inner.kind != "stock":
                        equation = inner.equation if key[1] else minus(inner.equation)
                        self.known_shares[key] = again(equation)
                return self.known_shares[key]
            case tree.Minus(operand=tree.Minus(operand=inner)):
                return again(inner)
            case tree.Minus(operand=tree.Binary(op="-", left=left, right=right)):
                return again(tree.Binary("-", right, left))
            case tree.Minus(operand=tree.Binary(op="*" | "/" as op, left=left, right=right)):
                return again(tree.Binary(op, minus(left), right))
            case tree.Binary(op="+", left=left, right=right):
                return again(left) + again(right)
            case tree.Binary(op="-", left=left, right=right):
                return again(left) + again(minus(right))
            case tree.Binary(op="*", left=left, right=right):
                spans = [bounds_of(factor, known, self.clock) for factor in (left, right)]
                return min(_times(again(left), spans[1]), _times(again(right), spans[0]))
            case tree.Binary(op="/", left=left, right=right):
                low, _ = bounds_of(right, known, self.clock)
                return again(left) / low if low > 0 else math.inf
            case tree.Call(function="min", args=args):
                return min(again(arg) for arg in args)
            case tree.Call(function="max", args=args):
                return max(again(arg) for arg in args)
            case tree.Choice(then=then, other=other):
                return max(again(then), again(other))
        return math.inf


def _times(share: float, factor: Bounds) -> float:
    if factor[0] < 0:
        return math.inf
    return 0.0 if share == 0 or factor[1] == 0 else share * factor[1]
