"""Feedback loops: every closed path of arrows, lettered, named and told as a story."""

from __future__ import annotations

import heapq
import itertools
import re
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import fill
from typing import Protocol, Self, SupportsIndex, overload

import networkx as nx

from flywheel_edu.causal.need import need_graph
from flywheel_edu.errors import DiagramError
from flywheel_edu.words import Several, said

MANY = re.compile(r" ×\d+\b")  # behind a list that is drawn as one


@dataclass(frozen=True)
class Loop:
    """A closed path of arrows that meets no quantity twice.

    Parameters
    ----------
    quantities : tuple of str
        From cause to effect; the last one acts on the first.
    signs : tuple of 1, -1 or None
        Of the arrow that leaves each quantity; None where the sign is open.
    delays : tuple of bool
        Whether the arrow that leaves each quantity acts late.
    name : str
        ``R1``, ``R2``, ... for reinforcing loops, ``B1``, ... for balancing ones, ``U1``, ... for
        loops with an arrow whose sign is open; empty for a loop outside a list.
    title : str
        What the model's author calls it, or the empty string.
    doc : str
        What the model's author says about it, or the empty string.
    count : int
        How many loops of the model it stands for: more than one where lists are drawn as one.

    Examples
    --------
    >>> loop = Loop(("price", "visits", "orders", "unit_cost"), (-1, 1, -1, 1), name="R1")
    >>> loop.kind
    'reinforcing'
    >>> print(loop)
    R1 (reinforcing): price -> visits -> orders -> unit_cost -> price
    >>> print(loop.story)
    Price up, so visits down, so orders down, so unit cost up, so price up: the push comes back \
the same way, and the loop reinforces it.
    """

    quantities: tuple[str, ...]
    signs: tuple[int | None, ...]
    delays: tuple[bool, ...] = ()
    name: str = ""
    title: str = ""
    doc: str = ""
    count: int = 1

    @property
    def sign(self) -> int | None:
        """1 where a push comes back the same way, -1 where it comes back reversed, None if open."""
        product = 1
        for sign in self.signs:
            if sign is None:
                return None
            product *= sign
        return product

    @property
    def kind(self) -> str:
        """``reinforcing``, ``balancing`` or ``undetermined``."""
        return {1: "reinforcing", -1: "balancing"}.get(self.sign or 0, "undetermined")

    @property
    def label(self) -> str:
        """The author's title, else the letter and number."""
        return self.title or self.name

    @cached_property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The arrows, each as (cause, effect), in the order of the quantities."""
        return tuple(itertools.pairwise((*self.quantities, self.quantities[0])))

    @property
    def way(self) -> str:
        """The quantities round to the first, such as "sales -> cash -> sales"."""
        names = (*self.quantities, self.quantities[0])
        return " -> ".join(MANY.sub("", name) for name in names)

    @property
    def delayed(self) -> bool:
        """Whether some arrow of the loop acts late."""
        return any(self.delays)

    @property
    def story(self) -> str:
        """What one push does on its way round, in a sentence."""
        told, going, end = [f"{MANY.sub('', in_words(self.quantities[0]))} up"], 1, ""
        late = self.delays or (False,) * len(self.quantities)
        for (_, effect), sign, waits in zip(self.edges, self.signs, late, strict=True):
            effect = MANY.sub("", in_words(effect))
            if sign is None:
                end = (
                    f"whether {effect} then rises or falls is open, and with it what the loop does."
                )
                break
            going *= sign
            link = "so, after a delay," if waits else "so"
            told.append(f"{link} {effect} {'up' if going == 1 else 'down'}")
        if not end and self.sign == 1:
            end = "the push comes back the same way, and the loop reinforces it."
        elif not end:
            end = "the push comes back reversed, and the loop resists it."
        sentence = f"{', '.join(told)}: {end}"
        return said(sentence[0].upper() + sentence[1:])

    def __str__(self) -> str:
        title = f'"{self.title}"' if self.title else ""
        head = " ".join(part for part in (self.name, title, f"({said(self.kind)})") if part)
        return f"{head}: {' -> '.join((*self.quantities, self.quantities[0]))}"


class Loops(Several[Loop]):
    """The loops of one graph: a tuple that can also be asked by name or title.

    Attributes
    ----------
    truncated : bool
        True if the search stopped at its budget, so that the graph has more loops than these.

    Examples
    --------
    >>> graph = nx.DiGraph([("sales", "cash", {"sign": 1}), ("cash", "sales", {"sign": 1})])
    >>> loops = find_loops(graph)
    >>> loops["R1"].quantities
    ('sales', 'cash')
    >>> loops.truncated
    False
    """

    truncated: bool

    def __new__(cls, loops: Iterable[Loop] = (), *, truncated: bool = False) -> Self:
        made = super().__new__(cls, loops)
        made.truncated = truncated
        return made

    @overload
    def __getitem__(self, which: SupportsIndex | str) -> Loop: ...
    @overload
    def __getitem__(self, which: slice) -> tuple[Loop, ...]: ...
    def __getitem__(self, which: SupportsIndex | slice | str) -> Loop | tuple[Loop, ...]:
        if not isinstance(which, str):
            return super().__getitem__(which)
        for loop in self:
            if which in (loop.name, loop.title):
                return loop
        labels = {loop.label.lower(): loop.label for loop in self}
        known = ", ".join(labels.values()) or "none, for there is no loop"
        near = labels.get(which.lower())
        hint = f"did you mean '{near}'?" if near else f"the loops are: {known}"
        raise DiagramError(f"no loop is called '{which}'", hint=hint)

    def __str__(self) -> str:
        lines = [str(loop) for loop in self]
        if self.truncated:
            lines.append(said("... and more: the search stopped at its budget"))
        return "\n".join(lines) if lines else said("no loops")

    @property
    def stories(self) -> str:
        """Each loop's letter, name and story, in lines short enough for a page of a notebook.

        Examples
        --------
        >>> graph = nx.DiGraph([("sales", "cash", {"sign": 1}), ("cash", "sales", {"sign": 1})])
        >>> print(find_loops(graph).stories)
        R1 Sales up, so cash up, so sales up: the push comes back the same way, and the loop
           reinforces it.
        """
        led = [f"{loop.name} {loop.title and f'{loop.title}: '}{loop.story}" for loop in self]
        told = [fill(each, 88, subsequent_indent="   ") for each in led]
        return "\n".join(told) if told else said("no loops")


def find_loops(graph: nx.DiGraph[str], *, most: int = 1000, seconds: float = 1.0) -> Loops:
    """Every feedback loop of a causal graph, lettered R1, R2, ..., B1, B2, ...

    Named loops come first, in their author's order; then short loops before long ones. Letters and
    order depend on the graph alone, never on the run of Python. In every view of one model a loop
    has the same letter: that of the first of the model's loops that look like it there, or a U
    where the view leaves its sign open.

    Parameters
    ----------
    graph : networkx.DiGraph
        Arrows may carry ``sign`` (1, -1 or None) and ``delay`` (bool). ``graph.graph["loops"]``
        may hold named loops: things with ``name``, ``quantities`` and ``doc``. Their steps may
        skip quantities that lie between; the shortest loop that passes the listed ones in order
        gets the name. Where the graph hides some of them, two must be left, and what is hidden
        must lie within one arrow.
    most : int
        Stop after so many loops.
    seconds : float
        Stop after so long. Finding them all can take for ever: a graph of 60 quantities where
        everything acts on everything has more than 10**80 loops.

    Returns
    -------
    Loops
        ``.truncated`` is True where the budget ended the search; then the loops are the named
        ones and the shortest of the others.

    Notes
    -----
    All loops by Johnson's algorithm (in networkx). If that meets the budget, a best-first search
    takes over: partial paths in order of the length that they need at least to close.

    References
    ----------
    Johnson, "Finding all the elementary circuits of a directed graph", SIAM Journal on Computing
    4(1), 1975.

    Examples
    --------
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> graph = read_sketch('''
    ... customers -> sellers +
    ... sellers -> customers +
    ... customers -> crowding +
    ... crowding -> customers -
    ... ''')
    >>> print(find_loops(graph))
    R1 (reinforcing): customers -> sellers -> customers
    B1 (balancing): customers -> crowding -> customers
    """
    graph = need_graph(graph, "find_loops looks at")
    started = time.monotonic()
    cycles, truncated = _all_cycles(graph, most, started + seconds / 2)
    named: Sequence[NamedPath] = graph.graph.get("loops", ())
    if truncated:
        cycles = _shortest_cycles(graph, most, started + seconds)
        routes = (_route(graph, loop.quantities) for loop in named)
        cycles += [route for route in routes if route is not None]
    place = {quantity: number for number, quantity in enumerate(graph)}
    cycles = sorted(
        {turned(cycle, min(cycle, key=place.__getitem__)) for cycle in cycles},
        key=lambda cycle: (len(cycle), [place[quantity] for quantity in cycle]),
    )
    alphabet = graph.graph.get("alphabet")
    if alphabet is not None:
        return Loops(_as_in_model(graph, cycles, alphabet())[:most], truncated=truncated)
    loops, claimed = [], set()
    for path in named:
        cycle = next((c for c in cycles if c not in claimed and _fits(c, path, graph)), None)
        if cycle is not None:
            claimed.add(cycle)
            first = next(quantity for quantity in path.quantities if quantity in cycle)
            loop = loop_along(graph, turned(cycle, first))
            loops.append(replace(loop, title=path.name, doc=path.doc))
    loops += [loop_along(graph, cycle) for cycle in cycles if cycle not in claimed]
    return Loops(lettered(loops[:most]), truncated=truncated)


def _as_in_model(
    graph: nx.DiGraph[str], cycles: Sequence[tuple[str, ...]], whole: Loops
) -> list[Loop]:
    """The loops of a view of a model, with the letters and titles they have in the whole model."""
    arrows = graph.graph["arrows"]
    looks: dict[frozenset[tuple[str, str]], list[Loop]] = {}
    for loop in whole:
        links = frozenset(link for link, _ in ways(loop, graph))
        looks.setdefault(links, []).append(loop)
    known, rest = [], []
    for cycle in cycles:
        loop = loop_along(graph, cycle)
        members = looks.get(frozenset(loop.edges))
        if not members:
            # Round in the drawing, but by meeting a hidden quantity twice: no loop of the model.
            if whole.truncated or not arrows.issuperset(loop.edges):
                rest.append(loop)
            continue
        titled = members[0]
        if titled.title:  # told from the quantity that its author begins with
            loop = loop_along(graph, turned(cycle, ways(titled, graph)[0][0][0]))
        name = letter_among(loop.sign, members, whole)
        count = next((member.count for member in members if member.name == name), 1)
        known.append(replace(loop, name=name, title=titled.title, doc=titled.doc, count=count))
    place = {id(loop): number for number, loop in enumerate(whole)}
    known.sort(key=lambda loop: place[id(looks[frozenset(loop.edges)][0])])
    return [*known, *lettered(rest, after=whole if known else ())]


def letter_among(sign: int | None, members: Sequence[Loop], whole: Sequence[Loop]) -> str:
    """The letter of what several loops of a model look like together.

    It is that of the first of them with this sign. Where ways of both signs were put together none
    may have it: then it is a U beyond those of the whole model.
    """
    same = next((loop.name for loop in members if loop.sign == sign), "")
    if same:
        return same
    open_ones = sum(loop.sign is None for loop in whole)
    return f"U{open_ones + 1 + [loop.name for loop in whole].index(members[0].name)}"


def ways(
    loop: Loop, shown: Container[str] | None
) -> list[tuple[tuple[str, str], list[tuple[str, str]]]]:
    """The loop's steps between shown quantities, each with the links it consists of."""
    edges = loop.edges
    if shown is None:
        return [(link, [link]) for link in edges]
    met = [i for i, name in enumerate(loop.quantities) if name in shown]
    steps = []
    for i, j in zip(met, [*met[1:], *met[:1]], strict=True):
        count = (j - i) % len(edges) or len(edges)
        way = [edges[(i + k) % len(edges)] for k in range(count)]
        steps.append(((loop.quantities[i], loop.quantities[j]), way))
    return steps


def loop_along(graph: nx.DiGraph[str], quantities: Sequence[str]) -> Loop:
    """The loop that passes these quantities in turn, by arrows the graph has; not yet lettered."""
    arrows = [graph.edges[pair] for pair in itertools.pairwise((*quantities, quantities[0]))]
    return Loop(
        tuple(quantities),
        tuple(arrow.get("sign") for arrow in arrows),
        tuple(bool(arrow.get("delay")) for arrow in arrows),
    )


def in_words(name: str) -> str:
    """A quantity's name as it is said: ``unit_cost`` becomes ``unit cost``."""
    return name.replace("_", " ")


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def turned(cycle: Sequence[str], start: str) -> tuple[str, ...]:
    """The same cycle, told from another quantity."""
    at = cycle.index(start)
    return (*cycle[at:], *cycle[:at])


class NamedPath(Protocol):
    """What a graph may hold under ``"loops"``: a loop's title and the quantities it passes."""

    @property
    def name(self) -> str: ...
    @property
    def quantities(self) -> tuple[str, ...]: ...
    @property
    def doc(self) -> str: ...


def _all_cycles(
    graph: nx.DiGraph[str], most: int, deadline: float
) -> tuple[list[tuple[str, ...]], bool]:
    # Numbers instead of names: networkx walks through sets, whose order depends on the hash of
    # the names and so on the run; the hash of a small number is itself.
    names = list(graph)
    number = {name: i for i, name in enumerate(names)}
    bare = nx.DiGraph((number[cause], number[effect]) for cause, effect in graph.edges)
    cycles: list[tuple[str, ...]] = []
    for cycle in nx.simple_cycles(bare):
        if len(cycles) >= most or time.monotonic() > deadline:
            return cycles, True
        cycles.append(tuple(names[i] for i in cycle))
    return cycles, False


def _shortest_cycles(graph: nx.DiGraph[str], most: int, deadline: float) -> list[tuple[str, ...]]:
    names = list(graph)
    number = {name: i for i, name in enumerate(names)}
    after = [sorted(number[effect] for effect in graph[name]) for name in names]
    before = [sorted(number[cause] for cause in graph.pred[name]) for name in names]
    # A cycle is looked for from its first quantity, among the later ones.
    to_start: dict[int, list[int]] = {}
    waiting: list[tuple[int, tuple[int, ...]]] = []
    for start in range(len(names)):
        if time.monotonic() > deadline:
            break
        to_start[start] = _steps_to(start, before)
        waiting += [(1, (start,))] if start in after[start] else []
        for step in after[start]:
            if step > start and to_start[start][step] < _NEVER:
                waiting.append((1 + to_start[start][step], (start, step)))
    heapq.heapify(waiting)
    cycles: list[tuple[str, ...]] = []
    while waiting and len(cycles) < most and time.monotonic() < deadline:
        _, path = heapq.heappop(waiting)
        start, end = path[0], path[-1]
        if start in after[end]:
            cycles.append(tuple(names[i] for i in path))
        for step in after[end] if len(path) > 1 else ():
            if step > start and step not in path and to_start[start][step] < _NEVER:
                length = len(path) + to_start[start][step]
                heapq.heappush(waiting, (length, (*path, step)))
    return cycles


_NEVER = 10**9  # longer than any path


def _steps_to(start: int, before: list[list[int]]) -> list[int]:
    """For each quantity the fewest arrows from it to the start, by way of later ones only."""
    steps = [_NEVER] * len(before)
    steps[start], edge = 0, [start]
    while edge:
        reached = []
        for effect in edge:
            for cause in before[effect]:
                if cause > start and steps[cause] == _NEVER:
                    steps[cause] = steps[effect] + 1
                    reached.append(cause)
        edge = reached
    return steps


def _route(graph: nx.DiGraph[str], stops: Sequence[str]) -> tuple[str, ...] | None:
    """A short cycle by way of these stops in order, or None where going stop by stop finds none."""
    stops = [stop for stop in stops if stop in graph]
    if len(stops) < 2:
        return None
    route: list[str] = []
    for stop, following in zip(stops, [*stops[1:], stops[0]], strict=True):
        barred = {*route, *stops} - {stop, following}
        open_part = graph.subgraph([quantity for quantity in graph if quantity not in barred])
        try:
            route += nx.shortest_path(open_part, stop, following)[:-1]
        except nx.NetworkXNoPath:
            return None
    return tuple(route)


def _fits(cycle: tuple[str, ...], path: NamedPath, graph: nx.DiGraph[str]) -> bool:
    """Whether a cycle meets a named loop's quantities in order, two of them at least.

    A quantity that the graph hides lies within an arrow: the two about it must follow each other.
    """
    stops = [quantity for quantity in path.quantities if quantity in graph]
    if len(stops) < 2 or not set(stops) <= set(cycle):
        return False
    around = turned(cycle, stops[0])
    if stops != [quantity for quantity in around if quantity in stops]:
        return False
    listed = turned(path.quantities, stops[0])
    after = dict(itertools.pairwise((*around, stops[0])))
    for stop, following in itertools.pairwise((*stops, stops[0])):
        hides = listed[(listed.index(stop) + 1) % len(listed)] != following
        if hides and after[stop] != following:
            return False
    return True


def lettered(loops: Iterable[Loop], *, after: Sequence[Loop] = ()) -> Iterator[Loop]:
    """The loops with their names, a letter for the kind and a number within it.

    A loop that has a name keeps it; the others are numbered on from those in ``after``.
    """
    count = {
        letter: itertools.count(1 + sum(loop.name.startswith(letter) for loop in after))
        for letter in "RBU"
    }
    for loop in loops:
        letter = {1: "R", -1: "B"}.get(loop.sign or 0, "U")
        yield loop if loop.name else replace(loop, name=f"{letter}{next(count[letter])}")
