"""A causal graph as the search for archetypes sees it: its loops, and how they touch."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

from flywheel_edu.causal.loops import Loop, in_words, turned

_CALENDAR = frozenset("year quarter month week day hour minute".split())
_SMALL_WORDS = frozenset("a an the of to for in on by from at and our their its us them".split())


@dataclass(frozen=True)
class View:
    """A graph with its settled loops: those to tell of, and all that reinforce."""

    graph: nx.DiGraph[str]
    reinforcing: Sequence[Loop]
    balancing: Sequence[Loop]
    all_reinforcing: Sequence[Loop]

    def sign(self, cause: str, effect: str) -> int | None:
        sign: int | None = self.graph.edges[cause, effect].get("sign")
        return sign

    def waits(self, path: Sequence[str]) -> bool:
        """Whether something on a path acts late: a marked arrow, or a stock inside it."""
        inside = (self.graph.nodes[q].get("kind") == "stock" for q in path[1:-1])
        return self.marked(path) or any(inside)

    def marked(self, path: Sequence[str]) -> bool:
        """Whether an arrow of a path is marked as delayed."""
        return any(self.graph.edges[arrow].get("delay") for arrow in itertools.pairwise(path))

    def way(
        self, start: str, end: str, sign: int, avoid: set[str], *, longest: int = 4
    ) -> tuple[str, ...] | None:
        """The shortest path of a sign, of a few arrows, that avoids some quantities on its way."""
        paths: list[tuple[tuple[str, ...], int]] = [((start,), 1)]
        for _ in range(longest):
            longer = []
            for path, going in paths:
                for after, arrow in self.graph[path[-1]].items():
                    turn = arrow.get("sign")
                    if turn is None or after in path:
                        continue
                    if after == end and going * turn == sign:
                        return (*path, after)
                    if after != end and after not in avoid:
                        longer.append(((*path, after), going * turn))
            paths = longer
        return None

    def eases(self, loop: Loop, state: str, outside: str, inside: str) -> int | None:
        """1 if an arrow from outside onto a balancing loop lets its state go higher, else -1."""
        pushes = self.sign(outside, inside)
        return pushes and pushes * between(loop, inside, state)

    @cached_property
    def is_a_model(self) -> bool:
        return any(kind == "stock" for _, kind in self.graph.nodes(data="kind"))

    @cached_property
    def has_givens(self) -> bool:
        return any(kind == "given" for _, kind in self.graph.nodes(data="kind"))

    @cached_property
    def growing(self) -> frozenset[str]:
        """What lies on a reinforcing loop."""
        return frozenset(name for loop in self.all_reinforcing for name in loop.quantities)

    def is_a_drain(self, loop: Loop) -> bool:
        """Whether a loop is no more than a stock of a model and its own outflow."""
        stock = any(self.graph.nodes[q].get("kind") == "stock" for q in loop.quantities)
        return stock and len(loop.quantities) == 2

    def is_an_amount(self, name: str) -> bool:
        """Whether there can be much or little of a quantity, as of no rate, share or time."""
        return is_an_amount(str(self.graph.nodes[name].get("unit", "")))

    def piles_up(self, path: Sequence[str]) -> bool:
        """Whether a stock that its author wrote stands on a path."""
        stocks = [q for q in path if self.graph.nodes[q].get("kind") == "stock"]
        return any(not any(d for *_, d in self.graph.in_edges(q, data="delay")) for q in stocks)

    def can_be_built(self, name: str) -> bool:
        """Whether a quantity builds up: in the graph of a model, a stock; else any."""
        return not self.is_a_model or self.graph.nodes[name].get("kind") == "stock"

    def crossing(self, one: Loop, other: Loop, sign: int) -> str:
        """The quantity of one loop from which an arrow of this sign leads into the other, or ""."""
        busy = {*one.quantities, *other.quantities}
        return next(
            (
                start
                for start, end in itertools.product(one.quantities, other.quantities)
                if self.way(start, end, sign, busy, longest=1)
            ),
            "",
        )

    def unsettling(self, one: Loop, other: Loop) -> str:
        """The quantity of one loop that acts on the other against the other's own effect, or ""."""
        busy = {*one.quantities, *other.quantities}
        for end in other.quantities:
            own = self.sign(turned(other.quantities, end)[-1], end)
            for start in one.quantities:
                if own is not None and self.way(start, end, -own, busy, longest=1):
                    return start
        return ""

    def harming(self, repairs: Sequence[str], victim: str, busy: set[str]) -> str:
        """The repair that lowers the victim, or ""."""
        return next((r for r in repairs if self.way(r, victim, -1, busy, longest=2)), "")


def is_an_amount(unit: str) -> bool:
    """Whether a unit is one of which there can be much or little: no rate, share or time."""
    words = set(re.findall("[a-z]+", unit.lower()))
    return not unit.startswith("1") and not (words and words <= _CALENDAR)


def shared_part(one: Loop, other: Loop) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What two loops share, and the own part of each, if they share one stretch; else nothing."""
    shared = set(one.quantities) & set(other.quantities)
    for start in one.quantities:
        if start not in shared:
            continue
        mine, theirs = turned(one.quantities, start), turned(other.quantities, start)
        size = len(shared)
        if mine[:size] == theirs[:size]:
            return mine[:size], mine[size:], theirs[size:]
    return (), (), ()


def between(loop: Loop, start: str, end: str) -> int:
    """The sign of the way along a settled loop from one quantity to another."""
    at = loop.quantities.index(start)
    steps = (loop.quantities.index(end) - at) % len(loop.quantities)
    signs = (*loop.signs[at:], *loop.signs[:at])[:steps]
    return math.prod(sign or 0 for sign in signs)


def resisting(view: View, one: Loop, other: Loop) -> list[Loop]:
    """The balancing loops that leave one loop and come back to it without meeting the other."""
    return [
        loop
        for loop in view.balancing
        if set(loop.quantities) & set(one.quantities)
        and not set(loop.quantities) & set(other.quantities)
        and not set(loop.quantities) <= set(one.quantities)
    ]


def entry(loop: Loop, home: Loop) -> str:
    """Where a loop comes back to another one."""
    return next(
        now
        for before, now in loop.edges
        if now in home.quantities and before not in home.quantities
    )


def mirrored(one: Loop, other: Loop) -> bool:
    """Whether two loops are apart and as long as each other, as those of two parties are."""
    apart = not set(one.quantities) & set(other.quantities)
    return apart and len(one.quantities) == len(other.quantities) > 1


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two chains pair up: as long, and each pair of names with a word in common."""
    return len(one) == len(other) and all(
        _words(a) & _words(b) and a != b for a, b in zip(one, other, strict=True)
    )


def pair_up(one: Loop, other: Loop) -> bool:
    """Whether two loops tell the same of two parties."""
    return any(alike(one.quantities, turned(other.quantities, q)) for q in other.quantities)


def _words(name: str) -> set[str]:
    return {w for w in in_words(name).lower().split() if len(w) > 1} - _SMALL_WORDS
