"""The variables of one place: of a model, of one use of a module, of one use of a macro."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flywheel_edu.errors import ExchangeError, Place, closest, printable
from flywheel_edu.language import Expression
from flywheel_exchange.arrays import Dimension
from flywheel_exchange.document import Document, Element
from flywheel_exchange.graphs import Graph
from flywheel_exchange.labels import plain_label, same_name

VARIABLES = ("stock", "flow", "aux", "gf")

# What our models do not have, by the element that shows it, and a way round.
_BEYOND = {
    "queue": (
        "a queue",
        "make it a plain stock, and let its outflow be MIN(what can be served, stock/DT)",
    ),
    "oven": ("an oven", "make it a plain stock that PULSE empties"),
    "overflow": ("the overflow of a queue", "leave it out, or write it out in stocks and flows"),
}


@dataclass(eq=False)
class Variable:
    """One variable of the file, in one place."""

    element: Element
    label: str  # as it was written, behind the modules it stands in: Market.Customers
    space: Space
    dims: tuple[Dimension, ...]  # empty unless it is an array
    drafts: dict[tuple[int, ...], Draft] = field(default_factory=dict)  # by its elements, from 0
    # For an input of a module: where the ``from`` of its ``<connect>`` is looked up, and that.
    wired: tuple[Space, Element] | None = None
    conveyor: Variable | None = None  # that it flows out of

    @property
    def shown(self) -> str:
        return printable(self.label[:60])


@dataclass(eq=False)
class Draft:
    """One quantity to be, before its equation is read."""

    variable: Variable
    index: tuple[int, ...]
    name: str
    label: str
    source: Element  # where its equation stands: the variable, or an ``<element>`` of it
    graph: Graph | None

    @property
    def stock(self) -> bool:
        return self.variable.element.name == "stock"

    @property
    def element(self) -> Element:
        return self.variable.element

    def child(self, name: str) -> Element | None:
        return self.source.child(name) or self.element.child(name)

    @property
    def only_called(self) -> bool:
        bare = self.graph is not None and self.child("eqn") is None and not self.variable.wired
        return bare or self.element.name == "gf"

    def at(self) -> dict[str, int]:
        dims = self.variable.dims
        return {dim.key: at for dim, at in zip(dims, self.index, strict=True)}


@dataclass(eq=False)
class Space:
    """Where names are looked up."""

    path: str  # what stands before the labels of its variables: ``Market.``, or nothing
    document: Document
    outer: Space | None = None  # what it stands in
    using: tuple[Element, ...] = ()  # the models and macros around it, itself among them
    variables: dict[str, Variable] = field(default_factory=dict)
    inner: dict[str, Space] = field(default_factory=dict)
    parameters: dict[str, Expression] = field(default_factory=dict)  # of a macro

    @property
    def root(self) -> Space:
        return self if self.outer is None else self.outer.root

    def find(self, said: str) -> Variable | None:
        """``Market.demand`` is in a module, ``.price`` in the main one; dots are looked at last."""
        if said.startswith("."):
            return self.root.find(said[1:]) or self.find(said[1:])
        found = self.variables.get(same_name(said))
        if found is not None or "." not in said or said[:1] + said[-1:] == '""':
            return found
        first, rest = split(said)
        inner = self.inner.get(same_name(first))
        if inner is not None and rest:
            return inner.find(rest)
        return None if self.outer is None else self.outer.find(said)

    def everything(self) -> Iterator[Variable]:
        yield from self.variables.values()
        for inner in self.inner.values():
            yield from inner.everything()

    def unknown(self, said: str, place: Place) -> ExchangeError:
        labels = [variable.label[:60] for variable in self.root.everything()]
        told = f"nothing is called '{printable(plain_label(said)[:60])}'"
        return ExchangeError(told, place, closest(plain_label(said)[:60], labels))


def split(said: str) -> tuple[str, str]:
    """The first part of a name with dots, and the others; dots in quotes do not count."""
    found = re.match(r'((?:"(?:[^"\\]|\\.)*"|[^."])*)\.?(.*)', said, re.DOTALL)
    assert found is not None  # it matches any text
    return found[1], found[2]


def label_of(element: Element) -> str:
    """The name of a variable as it was written."""
    label = element.attributes.get("name", "")
    if not plain_label(label):
        raise ExchangeError(f"this <{element.name}> has no name", element.place)
    return label


def listed(model: Element) -> Iterator[Element]:
    """The variables and modules of a model; files from before the standard hold them directly."""
    container = model.child("variables")
    for element in (container or model).children:
        if element.name in VARIABLES:
            for child in element.children:
                _refuse_beyond(child, element.attributes.get("name", ""))
            yield element
        elif element.name == "module":
            yield element
        elif container:
            _refuse_beyond(element, element.attributes.get("name", ""))
            if ":" not in element.name and element.name != "group":
                told = f"a model of ours has nothing like <{printable(element.name[:40])}>"
                raise ExchangeError(told, element.place)


def _refuse_beyond(element: Element, owner: str) -> None:
    if element.name in _BEYOND:
        shown = printable(plain_label(owner)[:60]) or f"<{element.name}>"
        what, hint = _BEYOND[element.name]
        message = f"'{shown}' is {what}, and our models have no {what.split()[-1]}s"
        raise ExchangeError(message, element.place, hint)
