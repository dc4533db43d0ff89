"""Units on both sides of every equation."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flywheel_edu.errors import UnitsError
from flywheel_edu.language import KNOWN, text_of, tree
from flywheel_edu.model.parts import Clock, Quantity
from flywheel_edu.units import ONE, Unit, written_twice

_JOINED = {"+": "added", "-": "subtracted"}


def check_units(quantities: Mapping[str, Quantity], clock: Clock) -> None:
    """Refuse the model if the two sides of an equation, or of a ledger, differ in units."""
    for quantity in quantities.values():
        check_equation(quantity, quantities, clock)
        wanted = quantity.unit / clock.unit
        for entry in quantity.ledger:
            flow = quantities[entry.flow]
            if not flow.unit.fits(wanted):
                way = "into" if entry.sign > 0 else "out of"
                raise UnitsError(
                    f"'{flow.name}' is in [{flow.unit}], but what flows {way} '{quantity.name}' "
                    f"is in [{wanted}]",
                    entry.place,
                    written_twice(flow.unit, wanted)
                    or f"a flow is what it changes, per {clock.unit}",
                )


def unit_of(
    expression: tree.Expression, quantities: Mapping[str, Quantity], clock: Clock
) -> Unit | None:
    """The unit of an expression; None for a bare zero, which fits any unit."""
    return _Units(quantities, clock).of(expression)


def check_equation(quantity: Quantity, quantities: Mapping[str, Quantity], clock: Clock) -> None:
    """Refuse one quantity whose equation gives another unit than it declares.

    In the equation of a quantity in ``[?]`` nothing is checked.
    """
    if not quantity.unit.checked:
        return
    equation = quantity.equation
    units = _Units(quantities, clock)
    if isinstance(equation, tree.Table):  # its numbers carry the quantity's own unit
        units.of(equation.x)
        return
    if isinstance(equation, tree.Number) and equation.unit is None:
        return
    found = units.of(equation)
    if found is not None and not found.fits(quantity.unit):
        raise UnitsError(
            f"'{quantity.name}' is declared in [{quantity.unit}] but its equation gives [{found}]",
            equation.place,
            written_twice(quantity.unit, found) or _missing_factor(quantity.unit, found, clock),
        )


def _missing_factor(declared: Unit, found: Unit, clock: Clock) -> str:
    factor = declared / found
    if factor == clock.unit or factor == ONE / clock.unit:
        way = "times" if factor == clock.unit else "divided by"
        return (
            f"the equation lacks a length of time: it should be {way} something in [{clock.unit}]"
        )
    return f"change the unit, or bring in a factor in [{factor}]"


class _Units:
    def __init__(self, quantities: Mapping[str, Quantity], clock: Clock) -> None:
        self.quantities, self.clock = quantities, clock

    def of(self, node: tree.Expression) -> Unit | None:
        match node:
            case tree.Number(unit=unit) if unit is not None:
                return unit
            case tree.Number(value=value):
                return None if value == 0 else ONE
            case tree.Name(name="time"):
                return self.clock.unit
            case tree.Name(name=name):
                return self.quantities[name].unit
            case tree.Minus(operand=operand):
                return self.of(operand)
            case tree.Binary(op="**"):
                return self.power(node)
            case tree.Binary(op="*", left=left, right=right):
                return (self.of(left) or ONE) * (self.of(right) or ONE)
            case tree.Binary(op="/", left=left, right=right):
                return (self.of(left) or ONE) / (self.of(right) or ONE)
            case tree.Binary(op=op, left=left, right=right):
                return self.same(left, right, _JOINED[op], node)
            case tree.Choice(condition=condition, then=then, other=other):
                self.condition(condition)
                return self.same(then, other, "two cases of one choice", node)
            case tree.Table(x=x):
                self.of(x)
                return ONE
            case tree.Call():
                return self.call(node)

    def condition(self, node: tree.Condition) -> None:
        match node:
            case tree.Compare(left=left, right=right):
                self.same(left, right, "compared", node)
            case tree.Both(left=a, right=b) | tree.Either(left=a, right=b):
                self.condition(a)
                self.condition(b)
            case tree.Not(operand=operand):
                self.condition(operand)

    def same(
        self,
        left: tree.Expression,
        right: tree.Expression,
        verb: str,
        whole: tree.Expression | tree.Condition,
    ) -> Unit | None:
        one, other = self.of(left), self.of(right)
        if one is None or other is None:
            return one or other
        if not one.fits(other):
            hint = written_twice(one, other)
            for number, unit in ((left, other), (right, one)):
                if isinstance(number, tree.Number):
                    hint = (
                        "give the number a name and a unit: "
                        f"given NAME [{unit}] = {text_of(number)}"
                    )
            raise UnitsError(
                f"'{_short(left)}' is in [{one}] and '{_short(right)}' is in [{other}]; "
                f"they cannot be {verb}",
                whole.place,
                hint or "nothing is converted silently: bring both to one unit by a named factor",
            )
        return one if one.checked else other

    def power(self, node: tree.Binary) -> Unit | None:
        base, exponent = self.of(node.left), self.of(node.right)
        if exponent is not None and not exponent.fits(ONE):
            raise UnitsError(
                f"the exponent '{_short(node.right)}' is in [{exponent}]; "
                "an exponent is a pure number",
                node.right.place,
                written_twice(exponent) or "divide it by a usual value in the same unit",
            )
        if base is None or base.fits(ONE):
            return base
        if isinstance(node.right, tree.Number):
            power = Fraction(node.right.value).limit_denominator(12)
            if abs(float(power) - node.right.value) < 1e-12 and abs(power) <= 12:
                return base**power
        raise UnitsError(
            f"'{_short(node.left)}' is in [{base}]; only a pure number can be raised to "
            f"'{_short(node.right)}'",
            node.place,
            written_twice(base) or "divide it by a usual value in the same unit first",
        )

    def call(self, node: tree.Call) -> Unit | None:
        rule, args = KNOWN[node.function].units, node.args
        if rule == "same":
            return self.same(args[0], args[1], f"put into one '{node.function}'", node)
        if rule == "keep":
            return self.of(args[0])
        if rule == "root":
            unit = self.of(args[0])
            return None if unit is None else unit ** Fraction(1, 2)
        if rule == "share":
            return (self.of(args[0]) or ONE) / (self.of(args[1]) or ONE)
        if rule in ("plain", "chance"):
            self.plain(args[0], node.function)
            for moment in args[1:]:
                self.moment(moment, node.function)
            return ONE
        for moment in args[1:]:
            self.moment(moment, node.function)
        unit = self.of(args[0])
        if unit is None or rule in ("over_time", "step"):
            return unit
        return unit / self.clock.unit if rule == "pulse" else unit * self.clock.unit

    def plain(self, arg: tree.Expression, function: str) -> None:
        unit = self.of(arg)
        if unit is not None and not unit.fits(ONE):
            raise UnitsError(
                f"'{_short(arg)}' is in [{unit}], but '{function}' takes a pure number",
                arg.place,
                written_twice(unit) or "divide it by a usual value in the same unit",
            )

    def moment(self, arg: tree.Expression, function: str) -> None:
        """A time, or a length of time. A bare number stands for the model's own time unit."""
        unit = self.of(arg)
        if unit is None or (isinstance(arg, tree.Number) and arg.unit is None):
            return
        if not unit.fits(self.clock.unit):
            raise UnitsError(
                f"'{_short(arg)}' is in [{unit}], but '{function}' needs a time in "
                f"[{self.clock.unit}]",
                arg.place,
                written_twice(unit, self.clock.unit)
                or f"the model's time line is in [{self.clock.unit}]",
            )


def _short(node: tree.Expression) -> str:
    text = text_of(node)
    return text if len(text) <= 40 else text[:37] + "..."
