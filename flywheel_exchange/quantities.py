"""From the variables of a file to quantities of ours."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import partial

from flywheel_edu.errors import EquationError, ExchangeError, UnitsError, printable
from flywheel_edu.language import (
    Expression,
    Name,
    Number,
    Source,
    Table,
    read_expression,
    text_of,
    walk,
)
from flywheel_edu.model import Clock, Entry, Kind, Quantity
from flywheel_edu.model.lines import LONGEST_LINE, LONGEST_NAME, read_parts
from flywheel_edu.model.unit_check import check_equation
from flywheel_edu.units import UNCHECKED, Unit
from flywheel_exchange.builtins import at_start
from flywheel_exchange.comments import as_comment, note_count, noted, own_lines, with_unit
from flywheel_exchange.document import Document, Element
from flywheel_exchange.equations import read_equation
from flywheel_exchange.labels import plain_label, same_name, with_label
from flywheel_exchange.scope import EquationScope
from flywheel_exchange.time_line import own_unit
from flywheel_exchange.unit_text import UnitReader
from flywheel_exchange.variables import Draft, Variables

_ANY = (-math.inf, math.inf)


class Builder:
    """Reads the variables of one file, one after the other.

    Parameters
    ----------
    document : Document
    variables : Variables
    clock : Clock
    units : UnitReader
    vensim : bool
        Whether Vensim wrote the file, whose INT and MOD are others.

    Attributes
    ----------
    quantities : dict of str to Quantity
        What was read so far, with the parts that had to be written out, each before its owner.
    """

    def __init__(
        self,
        document: Document,
        variables: Variables,
        clock: Clock,
        units: UnitReader,
        vensim: bool,
    ) -> None:
        self.document, self.clock, self.units, self.vensim = document, clock, units, vensim
        self.names, self.drafts, self.graphs = variables.names, variables.drafts, variables.graphs
        self.quantities: dict[str, Quantity] = {}
        # Tables inside equations: those that are being read, and those that were, by name and
        # whether they stand in an opening value.
        self.inside: list[str] = []
        self.tables: dict[tuple[str, bool], Expression] = {}

    def read_all(self) -> None:
        """Read every equation, then what flows into and out of the stocks."""
        for draft in self.drafts.values():
            self.read_quantity(draft)
        for draft in self.drafts.values():
            if draft.element.name == "stock":
                self.read_flows(draft)

    def read_quantity(self, draft: Draft) -> None:
        if draft.kind == "part":  # read where it is used
            return
        element = draft.element
        stock = element.name == "stock"
        scope = EquationScope(self, draft.name, opening=stock)
        equation = self.equation(draft, scope)
        if stock:
            equation = at_start(equation)
        elif draft.graph is not None:
            equation = draft.graph.at(equation, element.place)
        kind: Kind = "stock" if stock else "given" if isinstance(equation, Number) else "computed"
        span = _ANY if stock else None
        if draft.kind:
            kind, span = self.own_kind(draft, equation)
        elif kind == "given":
            span = self.slider(element, equation)
        unit, unread = self.unit(draft)
        notes, doc = self.comment(draft)
        if unread:
            doc = with_unit(doc, unread)
        self.quantities[draft.name] = Quantity(
            draft.name, unit, equation, kind, (), span, doc, notes, place=element.place
        )

    def equation(self, draft: Draft, scope: EquationScope) -> Expression:
        """The equation of a variable."""
        element = draft.element
        shown = printable(draft.label[:60])
        found = list(element.all("eqn"))
        if len(found) > 1:
            raise ExchangeError(
                f"'{shown}' has several equations, as an array has, and our models have no arrays",
                found[1].place,
            )
        text = found[0].text if found else ""
        if not re.sub(r"\{[^{}]*\}", "", text).strip():
            raise ExchangeError(
                f"'{shown}' has no equation", (found[0] if found else element).place
            )
        tree = read_equation(text, scope, partial(self.document.place, found[0]))
        for node in walk(tree):
            if isinstance(node, Name) and node.name in self.graphs and node.name not in self.drafts:
                raise ExchangeError(
                    f"'{self.names.labels[node.name][:60]}' is a graphical function "
                    "and needs a value in brackets",
                    node.place,
                )
        return tree

    def check_texts(self) -> None:
        """Refuse an equation that our own language could not read again."""
        for quantity in self.quantities.values():
            self.check_text(quantity)

    def check_text(self, quantity: Quantity) -> None:
        written = text_of(quantity.equation)
        try:
            if len(written) > LONGEST_LINE - 3 * LONGEST_NAME:
                raise EquationError("it is too long")
            read_expression(written, Source((written,)))
        except EquationError as error:
            raise ExchangeError(
                f"the equation of '{quantity.name}' is more than ours can be: {error.message}",
                quantity.place,
                "give a part of it a name of its own",
            ) from None

    def own_kind(
        self, draft: Draft, equation: Expression
    ) -> tuple[Kind, tuple[float, float] | None]:
        """The kind and the range of a quantity that flywheel_edu wrote."""
        element = draft.element
        fits: dict[Kind, bool] = {
            "stock": element.name == "stock",
            "given": isinstance(equation, Number),
            "data": isinstance(equation, Table) and equation.x == Name("time"),
        }
        # Another program may have changed the equation since we wrote it.
        kind: Kind = "stock" if fits["stock"] else "computed"
        for said, holds in fits.items():
            if holds and said == draft.kind:
                kind = said
        limits = element.attributes.get("flywheel:range", "")
        if not limits:
            return kind, self.slider(element, equation) if kind == "given" else None
        head = {"stock": "stock x", "given": "given x"}.get(kind, "x")
        value = text_of(equation) if kind == "given" else "0"
        try:
            parts = read_parts(f"{head} [1] = {value} in {limits}")
        except EquationError as error:
            raise ExchangeError(error.message, element.place) from None
        return kind, parts.quantities["x"].range

    def slider(self, element: Element, equation: Expression) -> tuple[float, float] | None:
        """The range of a number, which makes it a slider."""
        span = element.child("range")
        if span is None or not isinstance(equation, Number):
            return None
        try:
            low, high = (float(span.attributes[name]) for name in ("min", "max"))
        except (KeyError, ValueError):
            return None
        fits = math.isfinite(low) and math.isfinite(high) and low <= equation.value <= high
        return (low, high) if fits and low < high else None

    def unit(self, draft: Draft) -> tuple[Unit, str]:
        """The unit, and its text where our language cannot say it."""
        said = draft.element.said("units")
        own = draft.element.attributes.get("flywheel:unit")
        if draft.ours:
            return own_unit(own or said or "?", draft.element), said if own == "?" else ""
        if not said:
            return UNCHECKED, ""
        unit = self.units.read(said)
        return (UNCHECKED, said) if unit is None else (unit, "")

    def comment(self, draft: Draft) -> tuple[tuple[str, ...], str]:
        found = draft.element.child("doc")
        text = "" if found is None else found.text
        notes, doc = as_comment(text)
        if found is not None and (count := note_count(found.attributes)) is not None:
            notes, doc = noted(text, count)
        if "flywheel:renamed" in draft.element.attributes:
            return notes, doc
        return notes, with_label(draft.label, draft.name, doc)

    def read_flows(self, draft: Draft) -> None:
        ledger: list[Entry] = []
        for element in draft.element.all("inflow", "outflow"):
            name = self.names.known.get(same_name(element.text))
            if name is None or name not in self.quantities:
                raise ExchangeError(
                    f"nothing is called '{printable(plain_label(element.text)[:60])}'",
                    self.document.place(element, 0, len(element.text)),
                    self.names.closest(element.text),
                )
            if self.quantities[name].kind == "stock":
                raise ExchangeError(
                    f"'{name}' is a stock and cannot flow into '{draft.name}'", element.place
                )
            if any(entry.flow == name for entry in ledger):
                raise ExchangeError(
                    f"'{name}' flows twice through '{draft.name}'", element.place, "keep one"
                )
            sign = 1 if element.name == "inflow" else -1
            doc = " ".join(own_lines(element.attributes.get("flywheel:doc", "")))
            ledger.append(Entry(sign, name, doc, element.place))
        stock = self.quantities[draft.name]
        self.quantities[draft.name] = replace(stock, ledger=tuple(ledger))

    def time_step(self) -> Name:
        """The step of the time line as a quantity."""
        for name, quantity in self.quantities.items():
            wanted = same_name(self.names.labels.get(name, name)) == "time_step"
            if wanted and quantity.equation == Number(self.clock.step):
                return Name(name)
        for name, draft in self.drafts.items():  # one that is not read yet
            said = draft.element.said("eqn")
            if same_name(draft.label) == "time_step" and said == f"{self.clock.step:g}":
                return Name(name)
        name = self.names.free("time_step")
        self.quantities[name] = Quantity(
            name,
            self.clock.unit,
            Number(self.clock.step),
            "given",
            doc="the step of the time line",
            place=self.document.root.place,
        )
        return Name(name)

    def check_units(self) -> None:
        """Leave unchecked what does not agree; its unit goes into the comment."""
        for quantity in list(self.quantities.values()):
            try:
                check_equation(quantity, self.quantities, self.clock)
            except UnitsError:
                self.uncheck(quantity)
        for stock in [q for q in self.quantities.values() if q.kind == "stock"]:
            for entry in stock.ledger:
                flow = self.quantities[entry.flow]
                if not flow.unit.fits(self.quantities[stock.name].unit / self.clock.unit):
                    self.uncheck(flow)

    def uncheck(self, quantity: Quantity) -> None:
        draft = self.drafts.get(quantity.name)
        said = "" if draft is None else draft.element.said("units")
        self.quantities[quantity.name] = replace(
            quantity, unit=UNCHECKED, doc=with_unit(quantity.doc, said or str(quantity.unit))
        )
