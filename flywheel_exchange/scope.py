"""What names and functions mean in one equation of a file."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Protocol

from flywheel_edu.errors import ExchangeError, Place, printable
from flywheel_edu.language import Expression, Name, Node, Number
from flywheel_edu.model import Clock, Entry, Kind, Quantity
from flywheel_edu.units import UNCHECKED
from flywheel_exchange.builtins import call, rest, safe_division, word_of_xmile
from flywheel_exchange.equations import as_value
from flywheel_exchange.graphs import Graph
from flywheel_exchange.labels import Names, plain_label, same_name
from flywheel_exchange.variables import Draft

_ANY = (-math.inf, math.inf)


class Reading(Protocol):
    """What has been read of a file so far, and the means to read on."""

    clock: Clock
    vensim: bool
    names: Names
    drafts: dict[str, Draft]
    graphs: dict[str, Graph]
    quantities: dict[str, Quantity]
    inside: list[str]
    tables: dict[tuple[str, bool], Expression]

    def equation(self, draft: Draft, scope: EquationScope) -> Expression:
        """The equation of a variable."""

    def time_step(self) -> Name:
        """The step of the time line as a quantity."""


class EquationScope:
    """The `Scope` of an equation, and the `Context` of the functions in it.

    Parameters
    ----------
    builder : Reading
    owner : str
        The quantity whose equation it is.
    opening : bool
        Whether it is the opening value of a stock.
    """

    def __init__(self, builder: Reading, owner: str, opening: bool) -> None:
        self.builder, self.owner, self.opening = builder, owner, opening
        self.clock, self.vensim = builder.clock, builder.vensim

    def value(self, label: str, place: Place) -> Expression:
        builder = self.builder
        name = builder.names.known.get(same_name(label))
        if name in builder.drafts:
            draft = builder.drafts[name]
            return self.inlined(draft, place) if draft.kind == "part" else Name(name, place)
        if label[0] != '"':
            if same_name(label) == "dt":
                return Name(builder.time_step().name, place)
            if (found := word_of_xmile(self, label)) is not None:
                return replace(found, place=place)
        if name in builder.graphs:  # only a function may take it; `equation` sees to that
            return Name(name, place)
        raise ExchangeError(
            f"nothing is called '{printable(plain_label(label)[:60])}'",
            place,
            builder.names.closest(label),
        )

    def inlined(self, draft: Draft, place: Place) -> Expression:
        """A table that stands inside the equation of another quantity."""
        tables, inside = self.builder.tables, self.builder.inside
        if (draft.name, self.opening) in tables:
            return tables[draft.name, self.opening]
        if draft.name in (self.owner, *inside) or draft.graph is None:
            raise ExchangeError(f"'{draft.name}' is not part of an equation", draft.element.place)
        inside.append(draft.name)
        scope = EquationScope(self.builder, draft.name, self.opening)
        found = draft.graph.at(self.builder.equation(draft, scope), place)
        inside.pop()
        tables[draft.name, self.opening] = found
        return found

    def call(self, label: str, args: list[Node], places: list[Place], place: Place) -> Node:
        key = same_name(label)
        graph = self.builder.graphs.get(self.builder.names.known.get(key, ""))
        if key == "lookup" and len(args) == 2 and isinstance(args[0], Name):
            graph, args = self.builder.graphs.get(args[0].name), args[1:]
        if graph is not None and len(args) == 1:
            return graph.at(as_value(args[0]), place)
        if not args and key != "dt":
            found = word_of_xmile(self, label)
            if found is not None:
                return replace(found, place=place)
        if not args and key == "dt":
            return Name(self.builder.time_step().name, place)
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
        found = self.builder.quantities.get(node.name)
        if found is not None and isinstance(found.equation, Number):
            return None if found.kind == "stock" else found.equation.value
        if found is not None:
            return None
        if node.name in self.builder.drafts:  # not read yet
            draft = self.builder.drafts[node.name]
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
        name = self.builder.names.free(f"{self.owner}_{about}")
        self.builder.quantities[name] = Quantity(
            name,
            UNCHECKED,
            equation,
            kind,
            range=_ANY if kind == "stock" else None,
            doc=f"for {self.owner}",
            place=self.builder.drafts[self.owner].element.place,
        )
        return Name(name)

    def flows(self, stock: Name, *ledger: Entry) -> None:
        quantities = self.builder.quantities
        quantities[stock.name] = replace(quantities[stock.name], ledger=ledger)
