"""What was read, held against our own language: equations that it can write, units that agree."""

from __future__ import annotations

from dataclasses import replace

from flywheel_edu.errors import EquationError, ExchangeError, UnitsError
from flywheel_edu.language import Source, read_expression, text_of
from flywheel_edu.model import Quantity
from flywheel_edu.model.lines import LONGEST_NAME
from flywheel_edu.model.statements import LONGEST_LINE
from flywheel_edu.model.unit_check import check_equation
from flywheel_edu.units import UNCHECKED
from flywheel_exchange.comments import with_unit
from flywheel_exchange.quantities import Builder


def check_texts(builder: Builder) -> None:
    """Refuse an equation that our own language could not read again."""
    for quantity in builder.quantities.values():
        written = text_of(quantity.equation)
        try:
            if len(written) > LONGEST_LINE - 3 * LONGEST_NAME:
                raise EquationError("it is too long")
            read_expression(written, Source((written,)))
        except EquationError as error:
            told = f"the equation of '{quantity.name}' is more than ours can be: {error.message}"
            hint = "give a part of it a name of its own"
            raise ExchangeError(told, quantity.place, hint) from None


def check_units(builder: Builder) -> None:
    """Leave unchecked what does not agree; its unit goes into the comment."""
    quantities, clock = builder.quantities, builder.clock
    for quantity in list(quantities.values()):
        try:
            check_equation(quantity, quantities, clock)
        except UnitsError:
            _uncheck(builder, quantity)
    for stock in [q for q in quantities.values() if q.kind == "stock"]:
        for entry in stock.ledger:
            flow = quantities[entry.flow]
            if not flow.unit.fits(quantities[stock.name].unit / clock.unit):
                _uncheck(builder, flow)


def _uncheck(builder: Builder, quantity: Quantity) -> None:
    draft = builder.drafts.get(quantity.name)
    said = "" if draft is None else draft.element.said("units")
    doc = with_unit(quantity.doc, said or str(quantity.unit))
    builder.quantities[quantity.name] = replace(quantity, unit=UNCHECKED, doc=doc)
