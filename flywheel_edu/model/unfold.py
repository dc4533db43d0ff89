"""``smooth``, ``delay`` and ``init``, unfolded into stocks and flows that one can see.

A smoothed quantity *is* a stock: it takes time to move. Unfolding it makes a loop show where the
waiting is, and lets every engine stay free of memory of its own.

``y = smooth(x, over)``
    the stock y, opening at x, with the flow ``y_adjustment = (x - y) / over``.
``y = smooth3(x, over)``
    three of them in a row, each with a third of the time: ``y_stage_1``, ``y_stage_2`` and y.
``y = delay(x, by)``
    the stock ``y_in_transit``, opening at ``x * by``, filled by x and emptied by ``y``, which is
    ``y_in_transit / by``.
``y = delay3(x, by)``
    three of them in a row: ``y_in_transit_1`` to ``_3``, joined by ``y_leaving_1`` and ``_2``.
``y = pipeline(x, by)``
    one stock for each step of the time line that ``by`` holds, in a row: ``y_stage_1`` and so on,
    the last of them y. Each hands on in one step what it holds, so that y is x as it was.
``y = init(x)``
    the stock y, opening at x, without a flow.

Inside a longer equation the call becomes a quantity of its own first, such as ``price_smooth``.

References
----------
Sterman, *Business Dynamics* (2000), ch. 11: first- and third-order material and information
delays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flywheel_edu.errors import EquationError
from flywheel_edu.language import UNFOLDED, text_of, tree, walk, with_children
from flywheel_edu.model.parts import Clock, Entry, Quantity
from flywheel_edu.model.unit_check import unit_of
from flywheel_edu.units import ONE, UNCHECKED, Unit

_ANY = (-math.inf, math.inf)
MOST_STAGES = 500  # of one pipeline


def unfold(written: Mapping[str, Quantity], clock: Clock) -> dict[str, Quantity]:
    """All quantities of a model: those written, with what their delays unfold into."""
    unfolder = _Unfolder(written, clock)
    for quantity in written.values():
        unfolder.take(quantity)
    return unfolder.out


class _Unfolder:
    def __init__(self, written: Mapping[str, Quantity], clock: Clock) -> None:
        self.written, self.clock = written, clock
        self.out: dict[str, Quantity] = {}
        self.units: dict[str, Unit] = {}

    def take(self, quantity: Quantity) -> None:
        equation = quantity.equation
        if not any(
            isinstance(node, tree.Call) and node.function in UNFOLDED for node in walk(equation)
        ):
            self.out[quantity.name] = quantity
            return
        if quantity.kind == "stock":
            raise EquationError(
                f"the opening value of '{quantity.name}' cannot wait for anything",
                equation.place,
                "use smooth, delay and init in a computed quantity",
            )
        if isinstance(equation, tree.Call) and equation.function in UNFOLDED:
            self.replace_call(quantity, equation, quantity)
            return
        inner = self.without_calls(equation, quantity)
        self.out[quantity.name] = replace(quantity, equation=inner)

    def without_calls(self, node: tree.Node, owner: Quantity) -> Any:
        """The equation with a name in the place of each delay in it."""
        if not (isinstance(node, tree.Call) and node.function in UNFOLDED):
            return with_children(node, lambda below: self.without_calls(below, owner))
        unit = self.unit_of(node, owner)
        # What waits inside it is named first, so that no two take one name.
        inner = with_children(node, lambda below: self.without_calls(below, owner))
        name = self.free_name(f"{owner.name}_{node.function}")
        doc = f"{text_of(node)}, in {owner.name}"
        part = Quantity(name, unit, inner, doc=doc, part_of=owner.name, place=owner.place)
        self.replace_call(part, inner, owner)
        return tree.Name(name, node.place)

    def unit_of(self, node: tree.Expression, owner: Quantity) -> Unit:
        if not owner.unit.checked:  # nobody has checked what stands in its equation
            return UNCHECKED
        return unit_of(node, {**self.written, **self.out}, self.clock) or ONE

    def replace_call(self, quantity: Quantity, call: tree.Call, owner: Quantity) -> None:
        x = self.without_calls(call.args[0], owner)
        if call.function == "init":
            self.out[quantity.name] = replace(
                quantity, kind="stock", equation=x, range=quantity.range or _ANY
            )
            return
        time = self.without_calls(call.args[1], owner)
        third = tree.Binary("/", time, tree.Number(3.0))
        match call.function:
            case "smooth":
                self.smooth(quantity, x, time)
            case "smooth3":
                self.in_a_row(3, quantity, x, third)
            case "delay":
                self.delay(quantity, f"{quantity.name}_in_transit", x, time, quantity)
            case "delay3":
                for stage in (1, 2):
                    leaving = self.part(f"{quantity.name}_leaving_{stage}", quantity)
                    flow = self.unfolded(leaving, quantity.unit, x, quantity)
                    self.delay(flow, f"{quantity.name}_in_transit_{stage}", x, third, quantity)
                    x = tree.Name(leaving)
                self.delay(quantity, f"{quantity.name}_in_transit_3", x, third, quantity)
            case "pipeline":
                self.in_a_row(self.stages(call), quantity, x, tree.Number(self.clock.step))

    def stages(self, call: tree.Call) -> int:
        """How many steps of the time line a pipeline is long."""
        by, step = call.args[1], self.clock.step
        if not isinstance(by, tree.Number):
            raise EquationError(
                "the length of a pipeline is a plain number",
                by.place,
                "write: pipeline(x, 2), or use delay for a time that has a name",
            )
        stages = round(by.value / step) if abs(by.value) < step * 2 * MOST_STAGES else 0
        if not 1 <= stages <= MOST_STAGES or abs(by.value / step - stages) > 1e-6 * stages:
            raise EquationError(
                f"a pipeline is 1 to {MOST_STAGES} whole steps of {step:g} long, "
                f"and {by.value:g} is not",
                by.place,
                "choose another length or another step, or use delay or delay3",
            )
        if self.clock.method != "euler":
            raise EquationError(
                "a pipeline moves on by whole steps, which only the method euler takes",
                call.place,
                "leave out 'method' in the time line, or use delay or delay3",
            )
        return stages

    def in_a_row(
        self, many: int, quantity: Quantity, x: tree.Expression, over: tree.Expression
    ) -> None:
        for stage in range(1, many):
            name = self.part(f"{quantity.name}_stage_{stage}", quantity)
            self.smooth(self.unfolded(name, quantity.unit, x, quantity), x, over)
            x = tree.Name(name)
        self.smooth(quantity, x, over)

    def smooth(self, quantity: Quantity, x: tree.Expression, over: tree.Expression) -> None:
        flow = self.part(f"{quantity.name}_adjustment", quantity)
        self.out[quantity.name] = replace(
            quantity,
            kind="stock",
            equation=x,
            ledger=(Entry(1, flow),),
            range=quantity.range or _ANY,
            waits=True,
        )
        gap = tree.Binary("/", tree.Binary("-", x, tree.Name(quantity.name)), over)
        rate = quantity.unit / self.clock.unit
        self.out[flow] = self.unfolded(flow, rate, gap, quantity)

    def delay(
        self, flow: Quantity, transit: str, x: tree.Expression, by: tree.Expression, owner: Quantity
    ) -> None:
        stock = self.part(transit, owner)
        if isinstance(x, tree.Name):
            entering = x.name
        else:
            entering = self.part(transit.replace("_in_transit", "_entering"), owner)
            self.out[entering] = self.unfolded(entering, flow.unit, x, owner)
        self.out[stock] = replace(
            self.unfolded(stock, flow.unit * self.clock.unit, tree.Binary("*", x, by), owner),
            kind="stock",
            ledger=(Entry(1, entering), Entry(-1, flow.name)),
            range=_ANY,
            waits=True,
        )
        self.out[flow.name] = replace(flow, equation=tree.Binary("/", tree.Name(stock), by))

    def unfolded(
        self, name: str, unit: Unit, equation: tree.Expression, owner: Quantity
    ) -> Quantity:
        return Quantity(
            name, unit, equation, part_of=owner.part_of or owner.name, place=owner.place
        )

    def free_name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.written or name in self.out:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def part(self, name: str, owner: Quantity) -> str:
        if name in self.written or name in self.out:
            raise EquationError(
                f"the name '{name}' is needed for the delay in '{owner.name}'",
                self.written[name].place if name in self.written else owner.place,
                "choose another name for this quantity",
            )
        return name
