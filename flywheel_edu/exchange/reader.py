"""From an XMILE file to a model."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import (
    EquationError,
    ExchangeError,
    FlywheelError,
    Place,
    UnitsError,
    printable,
)
from ..language import (
    Both,
    Compare,
    Either,
    Expression,
    Name,
    Node,
    Not,
    Number,
    Source,
    Table,
    read_expression,
    text_of,
    walk,
)
from ..model import Clock, Entry, Kind, Model, NamedLoop, Quantity, Shown
from ..model.reader import LONGEST_LINE, LONGEST_NAME, RESERVED, Parts, read_parts
from ..model.unit_check import check_equation
from ..units import UNCHECKED, Unit
from .builtins import at_start, call, rest, safe_division, word_of_xmile
from .clamps import Clamps
from .comments import as_comment, lines_of, own_lines, with_unit
from .document import Document, Element, read_document
from .equations import read_equation
from .graphs import Graph, read_graph
from .names import Names, plain_label, same_name, with_label
from .unit_text import UnitReader
from .views import read_view

MOST_QUANTITIES = 2_000
_VARIABLES = ("stock", "flow", "aux", "gf")
_ANY = (-math.inf, math.inf)
_NOTHING: tuple[str, ...] = ()
_CONDITIONS = (Compare, Both, Either, Not)

# What our models do not have, by the element that shows it.
_BEYOND = {
    "module": "is a module, and our models have no modules",
    "macro": "is a macro, and our models have no macros",
    "dim": "is a dimension of arrays, and our models have no arrays",
    "dimensions": "is an array, and our models have no arrays",
    "element": "is an array, and our models have no arrays",
    "conveyor": "is a conveyor, and our models have no conveyors",
    "queue": "is a queue, and our models have no queues",
    "oven": "is an oven, and our models have no ovens",
    "leak": "is a leak of a conveyor, and our models have no conveyors",
    "leak_integers": "is a leak of a conveyor, and our models have no conveyors",
    "overflow": "is the overflow of a queue, and our models have no queues",
    "init_eqn": "has an equation of its own for the start, and our models have none",
    "import": "is data from another file, which is not read from here",
}


def read_xmile(path: str | os.PathLike[str]) -> Model:
    """Read a model from an XMILE file, such as Stella, simlin and PySD use.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Model
        Names are plain lower-case words; a name that was written otherwise, and a unit that does
        not agree with the equations, stand in the comments. A stock that may not go below zero
        there has its outflows limited in their equations here.

    Raises
    ------
    ExchangeError
        If the file is no XMILE, or holds what our models do not have, such as arrays or modules;
        the message names it and its line.
    EquationError
        If its quantities wait for each other, or its time line does not come out even.
    OSError
        If there is no such file.
    """
    path = Path(path)
    return _Reader(read_document(path), path.stem).model()


@dataclass
class _Draft:
    """One variable of the file, before its equation is read."""

    element: Element
    name: str
    label: str
    ours: bool  # written by flywheel_edu, with what XMILE has no word for
    graph: Graph | None = None

    @property
    def kind(self) -> str:
        return self.element.attributes.get("flywheel:kind", "")


class _Reader:
    def __init__(self, document: Document, stem: str) -> None:
        self.document, self.stem = document, stem
        self.names = Names()
        self.drafts: dict[str, _Draft] = {}
        self.graphs: dict[str, Graph] = {}  # those that stand alone and are called by name
        self.quantities: dict[str, Quantity] = {}
        self.inside: list[str] = []  # tables inside equations that are being read

    def model(self) -> Model:
        root = self.document.root
        if root.name != "xmile":
            raise ExchangeError(
                f"this is not an XMILE file: it begins with <{printable(root.name[:40])}>",
                root.place,
                "an XMILE file begins with <xmile version=...>",
            )
        inner = self.only_model(root)
        self.units = UnitReader(self.aliases(root))
        self.clock = self.read_clock(root, inner)
        self.vensim = "vensim" in " ".join(
            element.text.lower()
            for header in root.all("header")
            for element in header.all("product", "vendor")
        )
        variables = list(self.variables(inner))
        self.take_names(variables)
        for draft in self.drafts.values():
            self.read_quantity(draft)
        for draft in self.drafts.values():
            if draft.element.name == "stock":
                self.read_flows(draft)
        self.limit(inner, root)
        for quantity in self.quantities.values():
            self.check_text(quantity)
        self.check_units()
        return self.checked(inner, root)

    # -- the file as a whole

    def only_model(self, root: Element) -> Element:
        models = list(root.all("model"))
        if not models:
            raise ExchangeError("this file holds no <model>", root.place)
        for element in root.children:
            if element.name == "macro":
                raise self.beyond(element)
            if element.name == "data" and (found := element.child("import")):
                raise self.beyond(found)
            if element.name == "dimensions" and (found := element.child("dim")):
                raise self.beyond(found)
        for other in models[1:]:
            shown = printable(other.attributes.get("name", "")[:60])
            raise ExchangeError(
                f"the file holds a second model '{shown}', which is a module, "
                "and our models have no modules",
                other.place,
                "bring the quantities of the modules into one model",
            )
        return models[0]

    def beyond(self, element: Element, owner: str = "") -> ExchangeError:
        shown = owner or element.attributes.get("name", "") or f"<{element.name}>"
        return ExchangeError(
            f"'{printable(plain_label(shown)[:60])}' {_BEYOND[element.name]}",
            element.place,
            "leave it out there, or write it out in stocks and flows",
        )

    def variables(self, inner: Element) -> Iterator[Element]:
        """The variables of the model; files from before the standard have them directly in it."""
        container = inner.child("variables")
        for element in (container or inner).children:
            if element.name in _VARIABLES:
                yield element
            elif element.name in _BEYOND and (container or element.name == "module"):
                raise self.beyond(element)
            elif container and ":" not in element.name and element.name != "group":
                raise ExchangeError(
                    f"a model of ours has nothing like <{printable(element.name[:40])}>",
                    element.place,
                )

    def read_clock(self, root: Element, inner: Element) -> Clock:
        specs = inner.child("sim_specs") or root.child("sim_specs")
        if specs is None:
            raise ExchangeError(
                "this file does not say over which time it runs", root.place, "it needs <sim_specs>"
            )
        start, stop = (self.number(specs, name) for name in ("start", "stop"))
        dt = specs.child("dt")
        step = 1.0 if dt is None else self.number(specs, "dt")
        if dt is not None and dt.attributes.get("reciprocal", "").strip().lower() == "true":
            if step == 0:
                raise ExchangeError("the step is 1 divided by 0", dt.place)
            step = 1 / step
        save = 0.0
        for name in ("save_step", "savestep"):
            if specs.child(name) is not None:
                save = self.number(specs, name)
        if interval := specs.attributes.get("isee:save_interval", "").strip():
            save = self.plain_number(interval, specs)
        word = specs.attributes.get("time_units", "").strip()
        unit = self.units.read(word) if word else Unit.parse("period")
        if specs.attributes.get("flywheel:unit") is not None:
            word = specs.attributes["flywheel:unit"]
            unit = self.own_unit(word, specs)
        unit = unit if unit is not None and (unit.powers or not unit.checked) else UNCHECKED
        clock = Clock(unit, start, stop, step, 0.0 if save == step else save, self.method(specs))
        try:
            found = read_parts(str(clock)).clock
        except EquationError as error:
            raise ExchangeError(error.message, specs.place) from None
        assert found is not None
        return found

    def method(self, specs: Element) -> str:
        """The first method that we have too; XMILE may list others to fall back on."""
        named = specs.attributes.get("method", "euler").lower()
        for method in re.split(r"[,\s]+", named.strip()):
            if method in ("", "euler", "rk4"):
                return method or "euler"
        raise ExchangeError(
            f"there is no method '{printable(named[:40])}' here",
            specs.place,
            "the methods are: euler, rk4",
        )

    def number(self, element: Element, name: str) -> float:
        found = element.child(name)
        if found is None:
            raise ExchangeError(f"<{element.name}> does not say its <{name}>", element.place)
        return self.plain_number(found.text, found)

    def plain_number(self, text: str, element: Element) -> float:
        try:
            value = float(text.strip().replace("_", "x"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ExchangeError(f"'{printable(text.strip()[:40])}' is not a number", element.place)
        return value

    def aliases(self, root: Element) -> dict[str, str]:
        """Units that the file declares to be the same."""
        found: dict[str, str] = {}
        for listed in root.all("model_units"):
            for unit in listed.all("unit"):
                name = unit.attributes.get("name", "").strip()
                for alias in unit.all("alias"):
                    found[alias.text.strip()] = name
        return found

    # -- names

    def take_names(self, variables: list[Element]) -> None:
        if len(variables) > MOST_QUANTITIES:
            raise ExchangeError(
                f"the model has {len(variables):,} quantities; {MOST_QUANTITIES:,} are allowed"
            )
        for element in variables:
            label = element.attributes.get("name", "")
            if not plain_label(label):
                raise ExchangeError(f"this <{element.name}> has no name", element.place)
            ours = element.attributes.get("flywheel:name", "")
            if ours and (
                not re.fullmatch(r"[A-Za-z]\w*", ours, re.ASCII)
                or len(ours) > LONGEST_NAME
                or ours in RESERVED
            ):
                raise ExchangeError(
                    f"'{printable(ours[:60])}' cannot be a name here", element.place
                )
            own = "flywheel:kind" in element.attributes
            if own and not ours and plain_label(label) not in RESERVED:
                ours = label if re.fullmatch(r"[A-Za-z]\w{0,59}", label, re.ASCII) else ""
            name = self.names.add(label, element.place, ours)
            for child in element.children:
                if child.name in _BEYOND and (child.name != "dimensions" or child.children):
                    raise self.beyond(child, label)
            drawn = element if element.name == "gf" else element.child("gf")
            draft = _Draft(element, name, plain_label(label), own)
            if drawn is not None:
                draft.graph = read_graph(drawn)
                self.graphs[name] = draft.graph
            if element.name != "gf" and (drawn is None or element.child("eqn") is not None):
                self.drafts[name] = draft

    # -- equations

    def read_quantity(self, draft: _Draft) -> None:
        if draft.kind == "part":  # read where it is used
            return
        element = draft.element
        stock = element.name == "stock"
        scope = _Scope(self, draft.name, opening=stock)
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

    def equation(self, draft: _Draft, scope: _Scope) -> Expression:
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
        place = lambda start, end: self.document.place(found[0], start, end)  # noqa: E731
        tree = read_equation(text, scope, place)
        for node in walk(tree):
            if isinstance(node, Name) and node.name in self.graphs and node.name not in self.drafts:
                raise ExchangeError(
                    f"'{self.names.labels[node.name][:60]}' is a graphical function "
                    "and needs a value in brackets",
                    node.place,
                )
        return tree

    def check_text(self, quantity: Quantity) -> None:
        """Refuse an equation that our own language could not read again."""
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
        self, draft: _Draft, equation: Expression
    ) -> tuple[Kind, tuple[float, float] | None]:
        """The kind and the range of a quantity that flywheel_edu wrote."""
        element = draft.element
        kinds: dict[str, Kind] = {kind: kind for kind in ("stock", "computed", "given", "data")}
        kind = kinds.get(draft.kind)
        fits = {
            "stock": element.name == "stock",
            "given": isinstance(equation, Number),
            "data": isinstance(equation, Table) and equation.x == Name("time"),
            "computed": element.name != "stock",
        }
        if kind is None or not fits[kind]:
            raise ExchangeError(
                f"'{printable(draft.label[:60])}' is not of the kind it says", element.place
            )
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

    def unit(self, draft: _Draft) -> tuple[Unit, str]:
        """The unit, and its text where our language cannot say it."""
        said = draft.element.said("units")
        own = draft.element.attributes.get("flywheel:unit")
        if draft.ours:
            return self.own_unit(own or said or "?", draft.element), said if own == "?" else ""
        if not said:
            return UNCHECKED, ""
        unit = self.units.read(said)
        return (UNCHECKED, said) if unit is None else (unit, "")

    def own_unit(self, text: str, element: Element) -> Unit:
        try:
            return Unit.parse(text)
        except ValueError as error:
            raise ExchangeError(str(error), element.place) from None

    def comment(self, draft: _Draft) -> tuple[tuple[str, ...], str]:
        found = draft.element.child("doc")
        text = "" if found is None else found.text
        notes, doc = as_comment(text)
        if found is not None and (count := _count(found)) is not None:
            notes, doc = _noted(text, count)
        if "flywheel:renamed" in draft.element.attributes:
            return notes, doc
        return notes, with_label(draft.label, draft.name, doc)

    def read_flows(self, draft: _Draft) -> None:
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

    def limit(self, inner: Element, root: Element) -> None:
        """Write out what may not go below zero."""
        everywhere = _behaviour(inner) | _behaviour(root)
        at_zero: dict[str, set[str]] = {"stock": set(), "flow": set()}
        for draft in self.drafts.values():
            tag = draft.element.name
            if tag in at_zero and not draft.ours and _non_negative(draft.element, tag, everywhere):
                at_zero[tag].add(draft.name)
        clamps = Clamps(self.quantities, self.clock, self.time_step, self.names.free)
        clamps.keep(at_zero["stock"], at_zero["flow"])

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

    # -- the model

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

    def checked(self, inner: Element, root: Element) -> Model:
        header = root.child("header")
        title, about, ending = self.stem, _NOTHING, _NOTHING
        if header is not None:
            title = " ".join(lines_of(header.said("name"))) or title
            about = tuple(lines_of(header.said("caption")))
            if titled := header.attributes.get("flywheel:titled"):
                title = " ".join(own_lines(header.said("name"))) if titled == "yes" else ""
                about = self.own_texts(header, "flywheel:about")
                ending = self.own_texts(header, "flywheel:ending")
        parts = Parts(
            title=title,
            about=about,
            clock=self.clock,
            quantities=self.quantities,
            loops={loop.name: loop for loop in self.loops(inner)},
            ending=ending,
        )
        parts.view, parts.view_notes = self.view(inner)
        try:
            return Model(parts)
        except (ExchangeError, EquationError):
            raise
        except FlywheelError as error:
            raise ExchangeError(str(error)) from None

    def own_texts(self, element: Element, name: str) -> tuple[str, ...]:
        found = element.child(name)
        return () if found is None else tuple(own_lines(found.text))

    def loops(self, inner: Element) -> Iterator[NamedLoop]:
        listed = inner.child("flywheel:loops")
        for element in listed.all("flywheel:loop") if listed else ():
            name = " ".join(own_lines(element.attributes.get("name", ""))).replace('"', "'")
            steps = element.attributes.get("through", "").split()
            if not 1 <= len(name) <= 80 or len(set(steps)) != len(steps) or not steps:
                raise ExchangeError("this loop cannot be read", element.place)
            notes, doc = _noted(element.text, _count(element) or 0)
            yield NamedLoop(name, tuple(steps), doc, notes, (element.place,) * (len(steps) + 1))

    def view(self, inner: Element) -> tuple[tuple[Shown, ...], tuple[str, ...]]:
        found = inner if inner.child("views") is None else inner.child("views")
        assert found is not None
        return read_view(found, self.names, self.quantities)


class _Scope:
    """What names and functions mean in one equation of the file."""

    def __init__(self, reader: _Reader, owner: str, opening: bool) -> None:
        self.reader, self.owner, self.opening = reader, owner, opening
        self.clock, self.vensim = reader.clock, reader.vensim

    def value(self, label: str, place: Place) -> Expression:
        reader = self.reader
        name = reader.names.known.get(same_name(label))
        if name in reader.drafts:
            draft = reader.drafts[name]
            return self.inlined(draft, place) if draft.kind == "part" else Name(name, place)
        if label[0] != '"':
            if same_name(label) == "dt":
                return Name(reader.time_step().name, place)
            if (found := word_of_xmile(self, label)) is not None:
                return replace(found, place=place)
        if name in reader.graphs:  # only a function may take it; `equation` sees to that
            return Name(name, place)
        raise ExchangeError(
            f"nothing is called '{printable(plain_label(label)[:60])}'",
            place,
            reader.names.closest(label),
        )

    def inlined(self, draft: _Draft, place: Place) -> Expression:
        """A table that stands inside the equation of another quantity."""
        if draft.name in (self.owner, *self.reader.inside) or draft.graph is None:
            raise ExchangeError(f"'{draft.name}' is not part of an equation", draft.element.place)
        self.reader.inside.append(draft.name)
        inner = self.reader.equation(draft, _Scope(self.reader, draft.name, self.opening))
        self.reader.inside.pop()
        return draft.graph.at(inner, place)

    def call(self, label: str, args: list[Node], places: list[Place], place: Place) -> Node:
        key = same_name(label)
        graph = self.reader.graphs.get(self.reader.names.known.get(key, ""))
        if key == "lookup" and len(args) == 2 and isinstance(args[0], Name):
            graph, args = self.reader.graphs.get(args[0].name), args[1:]
        if graph is not None and len(args) == 1 and not isinstance(args[0], _CONDITIONS):
            return graph.at(args[0], place)
        if not args and key != "dt":
            found = word_of_xmile(self, label)
            if found is not None:
                return replace(found, place=place)
        if not args and key == "dt":
            return Name(self.reader.time_step().name, place)
        return call(self, label, args, places, place)

    def rest(self, left: Expression, right: Expression, place: Place) -> Expression:
        return rest(self, left, right, place)

    def safe_division(self, left: Expression, right: Expression, place: Place) -> Expression:
        return safe_division(left, right, place)

    # -- for what is written out

    def constant(self, node: Expression) -> float | None:
        if isinstance(node, Number):
            return node.value
        if not isinstance(node, Name):
            return None
        found = self.reader.quantities.get(node.name)
        if found is not None and isinstance(found.equation, Number):
            return None if found.kind == "stock" else found.equation.value
        if found is not None:
            return None
        if node.name in self.reader.drafts:  # not read yet
            draft = self.reader.drafts[node.name]
            if draft.element.name == "stock" or draft.graph is not None:
                return None
            try:
                return float(draft.element.said("eqn").replace("_", "x"))
            except ValueError:
                return None
        return None

    def part(self, about: str, equation: Expression) -> Name:
        return self.added(about, equation, "computed")

    def stock(self, about: str, opening: Expression) -> Name:
        return self.added(about, opening, "stock")

    def added(self, about: str, equation: Expression, kind: Kind) -> Name:
        name = self.reader.names.free(f"{self.owner}_{about}")
        self.reader.quantities[name] = Quantity(
            name,
            UNCHECKED,
            equation,
            kind,
            range=_ANY if kind == "stock" else None,
            doc=f"for {self.owner}",
            place=self.reader.drafts[self.owner].element.place,
        )
        return Name(name)

    def flows(self, stock: Name, *ledger: Entry) -> None:
        quantities = self.reader.quantities
        quantities[stock.name] = replace(quantities[stock.name], ledger=ledger)


def _behaviour(element: Element) -> set[str]:
    """Which kinds of variables a file or a model holds at or above zero throughout."""
    found: set[str] = set()
    for behaviour in element.all("behavior"):
        if behaviour.child("non_negative") is not None:
            found |= {"stock", "flow"}
        for kind in behaviour.all("stock", "flow", "all"):
            if kind.child("non_negative") is not None:
                found |= {"stock", "flow"} if kind.name == "all" else {kind.name}
    return found


def _non_negative(element: Element, tag: str, everywhere: set[str]) -> bool:
    found = element.child("non_negative")
    if found is None:
        return tag in everywhere
    return "false" not in found.text.lower()


def _count(element: Element) -> int | None:
    """How many lines of a comment of ours stand above the quantity."""
    said = element.attributes.get("flywheel:notes", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else None


def _noted(text: str, count: int) -> tuple[tuple[str, ...], str]:
    """The notes above a quantity of ours, and the comment on its line."""
    lines = own_lines(text)
    return tuple(lines[:count]), " ".join(lines[count:])
