"""From the variables of a file to quantities of ours."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import partial

from flywheel_edu.errors import ExchangeError, printable
from flywheel_edu.language import Expression, Name, Number, names_in, with_values
from flywheel_edu.model import Clock, Entry, Kind, Quantity
from flywheel_edu.units import UNCHECKED
from flywheel_exchange.arrays import Dimension
from flywheel_exchange.comments import as_comment, with_unit
from flywheel_exchange.constants import constant
from flywheel_exchange.conveyors import leaving
from flywheel_exchange.document import MOST_QUANTITIES, Element, number_in
from flywheel_exchange.grammar import Called, Tree, Word, read_tree
from flywheel_exchange.labels import name_of, plain_label, same_name, with_label
from flywheel_exchange.meaning import Meaning
from flywheel_exchange.unit_text import UnitReader
from flywheel_exchange.unrolling import Unrolled
from flywheel_exchange.variables import Draft, Space
from flywheel_exchange.written import at_start

_ANY = (-math.inf, math.inf)
_COMMENT = re.compile(r"\{([^{}]*)\}")
_ASKED = re.compile(r"\{\s*(GET[_ ][A-Z_ ]*[A-Z])")  # as xmutil keeps it


class Builder:
    """Reads the variables of one file, one after the other."""

    def __init__(
        self, unrolled: Unrolled, clock: Clock, units: UnitReader, told: list[str], vensim: bool
    ) -> None:
        self.unrolled, self.clock, self.units, self.vensim = unrolled, clock, units, vensim
        self.names, self.drafts = unrolled.names, unrolled.drafts
        self.dims: dict[str, Dimension] = unrolled.dims
        # What was read so far, with the parts that had to be written out, each before its owner.
        self.quantities: dict[str, Quantity] = {}
        self.notices = dict.fromkeys(told)  # what the reader is to be told, each once
        self.own_step = ""  # the quantity that is the step of the time line, once it is asked for
        self.looked = 0
        self.reading: list[str] = []  # quantities whose equations are being read
        self.trees: dict[int, tuple[Element, Tree]] = {}
        self.prices: dict[object, tuple[Expression, Expression]] = {}  # and all that is asked for
        # What a quantity is called at the very start, where that is another than later.
        self.starts: dict[str, str] = {}
        self.may_start = any(draft.child("init_eqn") for draft in self.drafts.values())

    def read_all(self) -> None:
        for draft in list(self.drafts.values()):
            self.read(draft)
        for draft in self.drafts.values():
            if draft.stock:
                self.read_flows(draft)

    def read(self, draft: Draft) -> None:
        name = draft.name
        if name in self.quantities or name in self.reading or draft.only_called:
            return
        self.reading.append(name)
        element, stock = draft.element, draft.stock
        equation = self.equation(draft, opening=stock)
        if stock:
            equation = self.started(at_start(equation))
        elif draft.graph is not None:
            owner = self.meaning(draft, stock, draft.variable.space, draft.source)
            equation = draft.graph.at(equation, element.place, owner.part)
        kind: Kind = "stock" if stock else "given" if isinstance(equation, Number) else "computed"
        span = _ANY if stock else slider_of(element, equation)
        said = element.said("units")
        unit = self.units.read(said) if said else None
        notes, doc = as_comment(element.said("doc"))
        label, own = draft.variable.label, name_of(draft.variable.label)
        if own not in self.unrolled.lists:
            label, own = draft.label, name
        elif any(draft.index):
            notes = ()  # they stand above the first of the list
        doc = with_label(label, own, doc)
        if unit is None:
            unit, doc = UNCHECKED, with_unit(doc, said)
        made = Quantity(name, unit, equation, kind, (), span, doc, notes, place=element.place)
        self.quantities[name] = made
        self.reading.pop()

    def meaning(self, draft: Draft, opening: bool, space: Space, text: Element) -> Meaning:
        return Meaning(self, draft, opening, space, draft.at(), text)

    def equation(self, draft: Draft, opening: bool) -> Expression:
        return leaving(self, draft) or self.said(draft, opening)

    def said(self, draft: Draft, opening: bool) -> Expression:
        variable = draft.variable
        if variable.wired is not None:
            outer, connect = variable.wired
            said = connect.attributes.get("from", "")
            found = outer.find(said)
            if found is None:
                raise outer.unknown(said, connect.place)
            word = Word(said, None, (0, 0))
            return self.meaning(draft, opening, outer, connect).equation(word)
        source = draft.child("eqn")
        text = "" if source is None else source.text
        if source is None or not _COMMENT.sub("", text).strip():
            place = (source or draft.element).place
            raise ExchangeError(f"'{variable.shown}' has no equation{_elsewhere(text)}", place)
        if asked := _ASKED.search(text):
            self.tell(f"{asked[1]} asks for data, which was not read; the number beside it stands")
        holder = draft.source if draft.source.child("eqn") else draft.element
        for second in list(holder.all("eqn"))[1:]:
            raise ExchangeError(f"'{variable.shown}' has several equations", second.place)
        tree = self.tree(source, variable.space)
        return self.meaning(draft, opening, variable.space, source).equation(tree)

    def tree(self, source: Element, space: Space) -> Tree:
        if id(source) not in self.trees:
            place = partial(space.document.place, source)
            self.trees[id(source)] = source, read_tree(source.text, place, vensim=self.vensim)
        return self.trees[id(source)][1]

    def macro(self, meaning: Meaning, called: Called) -> Expression | None:
        macro = self.unrolled.macros.get(same_name(called.word.said))
        if macro is None:
            return None
        owner, place = meaning.draft, meaning.place(called)
        shown = plain_label(macro.attributes.get("name", ""))
        parameters, count = list(macro.all("parm")), len(called.args)
        if len(parameters) < count or any(
            "default" not in p.attributes for p in parameters[count:]
        ):
            takes = f"takes {len(parameters)} values, not {count}"
            raise ExchangeError(f"the macro '{printable(shown[:60])}' {takes}", place)
        space = self.unrolled.macro(meaning.space, macro, f"{owner.label}.{shown}")
        for parameter, arg in zip(parameters, called.args, strict=False):
            value = meaning.short(name_of(parameter.text), meaning.value(arg))
            space.parameters[same_name(parameter.text)] = value
        for parameter in parameters[count:]:
            value = Number(number_in(parameter.attributes["default"], parameter))
            space.parameters[same_name(parameter.text)] = value
        for variable in space.variables.values():
            for draft in variable.drafts.values():
                self.read(draft)
        source = macro.child("eqn")
        if source is None:
            raise ExchangeError(f"the macro '{printable(shown[:60])}' has no equation", macro.place)
        inner = Meaning(self, owner, meaning.opening, space, meaning.at, source)
        return inner.equation(self.tree(source, space))

    def added(
        self, owner: Draft, about: str, equation: Expression, kind: Kind, opening: bool
    ) -> Name:
        equation = self.started(equation) if opening else equation
        if len(self.quantities) > 2 * MOST_QUANTITIES:
            told = "and what it is written out with are too much for one model"
            raise ExchangeError(f"'{owner.variable.shown}' {told}", owner.element.place)
        name, place = self.names.free(f"{owner.name}_{about}"), owner.element.place
        span, doc = _ANY if kind == "stock" else None, f"for {owner.name}"
        made = Quantity(name, UNCHECKED, equation, kind, (), span, doc, place=place)
        self.quantities[name] = made
        return Name(name)

    def flows(self, stock: Name, *ledger: Entry) -> None:
        self.quantities[stock.name] = replace(self.quantities[stock.name], ledger=ledger)

    def time_step(self) -> Name:
        step = self.clock.step
        for name, draft in self.drafts.items():
            if same_name(draft.label) == "time_step" and draft.element.said("eqn") == f"{step:g}":
                self.own_step = name
        if not self.own_step:
            self.own_step = name = self.names.free("time_step")
            unit, doc = self.clock.unit, "the step of the time line"
            place = self.unrolled.root.document.root.place
            given = Quantity(name, unit, Number(step), "given", (), None, doc, place=place)
            self.quantities[name] = given
        return Name(self.own_step)

    def constant(self, node: Expression) -> float | None:
        return constant(node, self.settled)

    def settled(self, name: str) -> Quantity | None:
        if name not in self.quantities and name in self.drafts:
            self.read(self.drafts[name])
        return self.quantities.get(name)

    def is_stock(self, name: str) -> bool:
        if name in self.drafts:
            return self.drafts[name].stock
        return name in self.quantities and self.quantities[name].kind == "stock"

    def tell(self, notice: str) -> None:
        self.notices[notice] = None

    def started(self, node: Expression) -> Expression:
        if not self.may_start:
            return node
        named = {name: self.at_start(name) for name in names_in(node) if name != "time"}
        others: dict[str, Expression] = {n: Name(to) for n, to in named.items() if n != to}
        found: Expression = with_values(node, others) if others else node
        return found

    def at_start(self, name: str) -> str:
        if name in self.starts:
            return self.starts[name]
        self.starts[name] = name  # should it wait for itself
        draft, quantity = self.drafts.get(name), None
        if draft is not None and (first := draft.child("init_eqn")):
            space = draft.variable.space
            meaning = self.meaning(draft, True, space, first)
            value = self.started(at_start(meaning.equation(self.tree(first, space))))
        else:
            quantity = self.settled(name)
            if quantity is None or quantity.kind != "computed" or draft is None:
                return name
            value = self.started(quantity.equation)
        if quantity is None or value is not quantity.equation:
            self.starts[name] = self.added(draft, "at_start", value, "computed", False).name
        return self.starts[name]

    def flow(self, draft: Draft, element: Element) -> str:
        said, space = element.text.strip(), draft.variable.space
        meaning = self.meaning(draft, False, space, element)
        variable, given = space.find(said), space.parameters.get(same_name(said))
        if given is not None:  # what a macro is given flows into a stock of its own
            return (meaning.flow_of(given) or meaning.part(name_of(said), given)).name
        if variable is None:
            raise space.unknown(said, space.document.place(element, 0, len(element.text)))
        index, _ = meaning.index(variable, Word(said, None, (0, len(element.text))))
        return variable.drafts[index].name

    def read_flows(self, draft: Draft) -> None:
        ledger: list[Entry] = []
        for element in draft.element.all("inflow", "outflow"):
            name = self.flow(draft, element)
            if name not in self.quantities or self.quantities[name].kind == "stock":
                told = f"'{name}' is a stock and cannot flow into '{draft.name}'"
                raise ExchangeError(told, element.place)
            if any(entry.flow == name for entry in ledger):
                name = self.added(draft, "again", Name(name), "computed", False).name
            sign = 1 if element.name == "inflow" else -1
            ledger.append(Entry(sign, name, place=element.place))
        stock = self.quantities[draft.name]
        self.quantities[draft.name] = replace(stock, ledger=tuple(ledger))


def _elsewhere(text: str) -> str:
    found = _COMMENT.search(text)
    if found is None or not found[1].lstrip().startswith("GET "):
        return ""
    return f"; in its place stands: {printable(' '.join(found[1].split())[:80])}"


def slider_of(element: Element, equation: Expression) -> tuple[float, float] | None:
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
