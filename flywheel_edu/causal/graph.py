"""The causal-loop graph of a model, computed from its equations, and the loops seen in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from weakref import WeakKeyDictionary

import networkx as nx

from flywheel_edu.causal.loops import Loop, Loops, find_loops, letter_among, lettered, ways
from flywheel_edu.causal.signs import plus, slope, times
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.language import names_in
from flywheel_edu.model import Model, Structure, need_model

Link = tuple[str, str]


class _About(dict[str, Any]):
    """What a graph says of itself: texts and numbers, which any writer takes, the rest aside."""

    aside: dict[str, Any]

    def __new__(cls, *args: Any, **given: Any) -> _About:
        new = super().__new__(cls)
        new.aside = {}
        return new

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, (str, int, float)):
            super().__setitem__(name, value)
        else:
            self.aside[name] = value

    def __missing__(self, name: str) -> Any:
        return self.aside[name]

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, self.aside.get(name, default))

    def update(self, other: Any = (), /, **more: Any) -> None:
        for name, value in dict(other, **getattr(other, "aside", {}), **more).items():
            self[name] = value


class _Arrow(dict[str, Any]):
    """What an arrow says of itself; an open sign is not written, and read as None."""

    def __missing__(self, name: str) -> None:
        if name != "sign":
            raise KeyError(name)

    def update(self, *other: Any, **more: Any) -> None:
        super().update(*other, **more)
        if self.get("sign", 0) is None:
            del self["sign"]


class CausalGraph(nx.DiGraph):  # type: ignore[misc]  # networkx has no types
    """A networkx ``DiGraph`` that networkx's own writers take as it is: GraphML, GEXF, GML, JSON.

    What is no text and no number, such as the loops that the author named, is read from ``graph``
    as ever, and not written.

    >>> graph = CausalGraph([("price", "visits", {"sign": None})], loops=())
    >>> graph.graph["loops"], graph.edges["price", "visits"]["sign"]
    ((), None)
    >>> dict(graph.graph), dict(graph.edges["price", "visits"])
    ({}, {})
    """

    graph_attr_dict_factory = _About
    edge_attr_dict_factory = _Arrow


def causal_graph(
    model: Model, show: str | Iterable[str] | None = None, *, plain: bool = False
) -> nx.DiGraph:
    """Who acts on whom in a model, in which direction, and where it waits.

    Parameters
    ----------
    model : Model
    show : str or iterable of str, optional
        The quantities to keep, such as ``model.shown``. The others are folded into the arrows: an
        arrow a -> b then means that b responds to a by way of quantities that are not shown.
        Everything is kept if not given.
    plain : bool, optional
        For a file: an open sign is 0, and named loops and places are texts and numbers as well;
        see `plain_graph`.

    Returns
    -------
    networkx.DiGraph
        Each arrow has ``sign``: 1 if the effect moves the same way as the cause, -1 if the other
        way, None if the equations alone do not settle it; and ``delay``: whether it acts late, by
        way of a ``smooth`` or ``delay``. Each node has ``kind``, ``unit`` and ``doc``. The graph
        itself has ``title``, ``loops`` (those the author named), ``view`` (places by name) and
        ``alphabet``: a function that gives the whole model's loops, lettered once for all views.
        ``arrows`` are those that the equations have between the shown quantities, ``called`` the
        name that each of a list was written by, ``whole`` a function that gives the graph of all
        that was written. networkx's own writers take the graph; they write what is a text or a
        number, and no open sign.

    Raises
    ------
    ModelError
        If something is to be shown that the model does not have.

    Notes
    -----
    A flow acts on its stock; an opening value does not count as an arrow, since it acts only once.
    With ``show``, what a quantity does to itself by way of hidden ones, such as a stock that drains
    through a flow nobody drew, is left out: show the flow to see that loop.

    Examples
    --------
    >>> from flywheel_edu.model import Model
    >>> model = Model.parse('''time month from 0 to 12 step 1
    ... stock customers [customer] = 100
    ...     + joiners
    ...     - leavers
    ... joiners [customer/month] = customers * word_of_mouth
    ... leavers [customer/month] = customers / stay
    ... given word_of_mouth [1/month] = 0.1 in 0 .. 1
    ... given stay [month] = 20 in 1 .. 60
    ... ''')
    >>> graph = causal_graph(model)
    >>> graph.edges["leavers", "customers"]["sign"], graph.edges["stay", "leavers"]["sign"]
    (-1, -1)
    >>> list(causal_graph(model, show=["customers", "stay"]).edges(data="sign"))
    [('stay', 'customers', 1)]
    >>> import networkx as nx
    >>> "leavers" in "".join(nx.generate_gml(graph))
    True
    """
    need_model(model, "causal_graph reads")
    asked = (show,) if isinstance(show, str) else show
    keep = None if asked is None else tuple(dict.fromkeys(map(model.called, asked)))
    for name in keep or ():
        if name not in model:
            raise ModelError(f"there is no '{name}' to show", hint=closest(name, model))
    graph = _unlettered(model, keep)
    graph.graph.update(
        alphabet=partial(alphabet, model),
        arrows=frozenset(graph.edges),
        called=lists_of(model),
        whole=partial(_unlettered, model, tuple(model.written)),
    )
    return plain_graph(graph) if plain else graph


def plain_graph(graph: nx.DiGraph) -> nx.DiGraph:
    """The same arrows with numbers and texts alone: for GraphML, GEXF, GML, JSON.

    An open sign is 0. The graph keeps its title and, as texts, its named loops; a quantity that has
    a place keeps it as ``x`` and ``y``.
    """
    told = {"title": str(graph.graph.get("title") or "")}
    for number, loop in enumerate(graph.graph.get("loops", ()), 1):
        told[f"loop{number}"] = f"{loop.name}: {' -> '.join(loop.quantities)}"
    places = graph.graph.get("view") or {}
    found = nx.DiGraph(**told)
    for name, known in graph.nodes(data=True):
        place = {k: float(v) for k, v in zip("xy", places.get(name, ()), strict=False)}
        found.add_node(name, **{key: str(value) for key, value in known.items()}, **place)
    for cause, effect, known in graph.edges(data=True):
        found.add_edge(cause, effect, sign=known["sign"] or 0, delay=int(bool(known.get("delay"))))
    return found


def _unlettered(model: Model, keep: tuple[str, ...] | None) -> nx.DiGraph:
    graph = CausalGraph(
        title=model.title,
        loops=model.loops,
        view={s.name: (s.x, s.y) for s in model.view if s.x is not None and s.y is not None},
    )
    for quantity in model.values():
        graph.add_node(quantity.name, kind=quantity.kind, unit=str(quantity.unit), doc=quantity.doc)
    for quantity in model.values():
        if quantity.kind == "stock":
            for entry in quantity.ledger:
                graph.add_edge(entry.flow, quantity.name, sign=entry.sign, delay=quantity.waits)
        elif quantity.kind == "computed":
            for cause in names_in(quantity.equation):
                if cause != "time":
                    sign = slope(quantity.equation, cause, model.bounds, model.clock)
                    graph.add_edge(cause, quantity.name, sign=sign or None, delay=False)
    return graph if keep is None else _folded(graph, model, keep)


@dataclass(frozen=True)
class KnownLoops:
    """A model's causal graph and its loops, found once for all values of the givens."""

    graph: nx.DiGraph[str]
    loops: Loops
    parts: tuple[int, ...]  # for each loop, the number of its strongly connected part

    @cached_property
    def passing(self) -> dict[Link, set[int]]:
        """For each arrow, the rows of the loops that pass it."""
        found: dict[Link, set[int]] = {}
        for row, loop in enumerate(self.loops):
            for arrow in loop.edges:
                found.setdefault(arrow, set()).add(row)
        return found


_KNOWN: WeakKeyDictionary[Structure, tuple[Any, KnownLoops]] = WeakKeyDictionary()


def alphabet(model: Model) -> Loops:
    """All loops of a model under the letters they have everywhere.

    Named ones come first, then those its own view shows, in that view's order, then the others.
    """
    return known_loops(model).loops


def known_loops(model: Model, most: int = 1000, seconds: float = 1.0) -> KnownLoops:
    """The loops of a model, from memory where a model of the same structure and signs was asked."""
    asked = (tuple(model.given_values.values()), model.loops, model.view, most)
    kept = _KNOWN.get(model.structure)
    if kept and kept[0] == asked:
        return kept[1]
    graph = _unlettered(model, None)
    # The numbers of givens without a range may decide a sign, and so a letter.
    if kept and kept[0][1:] == asked[1:] and dict(kept[1].graph.edges) == dict(graph.edges):
        loops, parts = kept[1].loops, kept[1].parts
    else:
        loops = _in_order(model, find_loops(graph, most=most, seconds=seconds))
        parts = parts_of(graph, loops)
    # The graph kept here does not know the model, which would never be forgotten then.
    known = KnownLoops(graph, loops, parts)
    _KNOWN[model.structure] = (asked, known)
    return known


def _in_order(model: Model, found: Loops) -> Loops:
    view = find_loops(_unlettered(model, model.shown))
    rank = {frozenset(loop.edges): number for number, loop in enumerate(view)}
    seen = [frozenset(link for link, _ in ways(loop, model.shown)) for loop in found]
    first = {links: number for number, links in reversed([*enumerate(seen)])}

    def place(number: int) -> tuple[int, int]:
        if found[number].title:
            return 0, number
        shown = first[seen[number]] == number and seen[number] in rank
        return (1, rank[seen[number]]) if shown else (2, number)

    order = sorted(range(len(found)), key=place)
    return Loops(
        lettered(replace(found[number], name="") for number in order), truncated=found.truncated
    )


def parts_of(graph: nx.DiGraph[str], loops: Iterable[Loop]) -> tuple[int, ...]:
    """For each loop, which strongly connected part it lies in, numbered as the loops come."""
    part_of = {
        name: part
        for part, names in enumerate(nx.strongly_connected_components(graph))
        for name in names
    }
    parts = [part_of[loop.quantities[0]] for loop in loops]
    order = {part: number for number, part in enumerate(dict.fromkeys(parts))}
    return tuple(order[part] for part in parts)


def seen_loops(
    model: Model, found: Loops, show: Iterable[str] | None = None, whole: Loops | None = None
) -> tuple[Loops, list[list[int]]]:
    """The loops of a drawing that these loops look like, and for each the rows of its loops.

    ``show`` are the quantities of the drawing. If not given, it is the model's own, in which each
    list is drawn once. ``whole`` are all loops of the model, if ``found`` are only some of them.
    """
    shown = tuple(model.shown if show is None else show)
    graph = causal_graph(model, shown)
    one = in_one(model, graph) if show is None else {}
    alike = found
    if one:
        graph = together(model, graph)
        alike, shown = _as_one(model, found, one), tuple(graph)
    drawn = {frozenset(loop.edges): loop for loop in find_loops(graph)}
    members: dict[frozenset[Link] | str, list[int]] = {}
    titles: dict[frozenset[Link], str] = {}
    for row, loop in enumerate(alike):
        links = frozenset(link for link, _ in ways(loop, shown) if not one or link[0] != link[1])
        if loop.title and (len(links) < 2 or titles.get(links, loop.title) != loop.title):
            members.setdefault(loop.title, []).append(row)  # what its author named is by itself
        elif len(dict(links)) < len(links) and one:
            continue  # twice through a list, by more than one loop of the drawing
        elif links:
            titles.setdefault(links, loop.title)
            members.setdefault(links, []).append(row)
    order: list[frozenset[Link] | str] = [links for links in drawn if links in members]
    order += [links for links in members if links not in order]
    seen = []
    for key in order:
        own = [alike[row] for row in members[key]]
        in_drawing = drawn.get(key) if isinstance(key, frozenset) else None
        seen.append(in_drawing or put_together(own, shown, whole or found))
    return Loops(seen, truncated=found.truncated), [members[links] for links in order]


def put_together(members: list[Loop], shown: tuple[str, ...], found: Loops) -> Loop:
    """What loops that the drawing does not show as one are together."""
    first, signs = members[0], {loop.sign for loop in members}
    sign = signs.pop() if len(signs) == 1 else None
    steps = [link[0] for link, _ in ways(first, shown)] or first.quantities
    around = tuple(dict.fromkeys(steps))
    return replace(
        first,
        name=letter_among(sign, members, found),
        quantities=around,
        signs=(sign, *[1] * (len(around) - 1)),
        delays=(),
    )


def inside_a_delay(loop: Loop, model: Model) -> bool:
    """Whether a loop lies within what one ``smooth``, ``delay`` or ``pipeline`` unfolds into."""
    owners = {model[name].part_of or name for name in loop.quantities}
    return len(owners) == 1 and any(model[name].part_of for name in loop.quantities)


def _folded(graph: nx.DiGraph, model: Model, keep: tuple[str, ...]) -> nx.DiGraph:
    # Stocks last: by then what each does to itself by way of its flows is an arrow of its own.
    hidden = sorted((n for n in graph if n not in keep), key=lambda n: model[n].kind == "stock")
    for name in hidden:
        for before, _, first in list(graph.in_edges(name, data=True)):
            for _, after, second in list(graph.out_edges(name, data=True)):
                if name in (before, after):
                    continue  # a hidden stock that answers to itself turns no sign on the way
                if before == after and model[name].part_of:
                    continue  # a delay catching up with itself is no loop of the business
                _join(graph, before, after, first, second)
        graph.remove_node(name)
    ordered = CausalGraph()
    ordered.graph.update(graph.graph)
    ordered.add_nodes_from((name, graph.nodes[name]) for name in keep)
    ordered.add_edges_from((a, b, data) for a, b, data in graph.edges(data=True) if a != b)
    return ordered


def _join(
    graph: nx.DiGraph,
    before: str,
    after: str,
    first: dict[str, int | bool | None],
    second: dict[str, int | bool | None],
) -> None:
    """Two arrows in a row as one, beside one that may be there already."""
    sign = times(first["sign"], second["sign"])
    delay = bool(first["delay"] or second["delay"])
    if graph.has_edge(before, after):
        old = graph.edges[before, after]
        # Two ways with different signs: which wins, the equations alone do not say.
        sign = plus(old["sign"], sign)
        delay = delay and old["delay"]
    graph.add_edge(before, after, sign=sign, delay=delay)


def together(model: Model, graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The graph of a model with each list that it shows whole as one quantity, such as "fans ×3".

    An arrow among lists is that from each to its own, such as from a club's fans to its own fame;
    where there is none, the arrow to the others.

    >>> model = Model.parse('''time month from 0 to 12 step 1
    ... for side in north, south:
    ...     fans [1] = sum(seats) / seats
    ...     given seats [1] = 100''')
    >>> list(together(model, causal_graph(model)).edges(data="sign"))
    [('seats ×2', 'fans ×2', None)]
    """
    one = in_one(model, graph)
    if not one:
        return graph
    member = _items(model)
    view: dict[str, tuple[float, float]] = {}
    for name, place in graph.graph["view"].items():
        view.setdefault(one.get(name, name), place)
    letters = partial(_letters_of, model, one)
    loops = tuple(loop for loop in letters() if loop.title)
    folded = CausalGraph(title=model.title, loops=loops, view=view)
    for name, about in graph.nodes(data=True):
        folded.add_node(one.get(name, name), **about)
    for own in (True, False):
        for cause, effect, arrow in graph.edges(data=True):
            pair = one.get(cause, cause), one.get(effect, effect)
            same = member.get(cause) == member.get(effect) or not {cause, effect} <= set(one)
            if same is own and pair[0] != pair[1] and not folded.has_edge(*pair):
                folded.add_edge(*pair, **arrow)
    folded.graph.update(
        alphabet=letters,
        arrows=frozenset(folded.edges),
        called={drawn: drawn.partition(" ")[0] for drawn in one.values()},
    )
    return folded


def in_one(model: Model, among: Container[str]) -> dict[str, str]:
    """What each quantity of a list is drawn as, such as "fans ×3", where all of them are there."""
    return {
        each: f"{name} ×{len(several.items)}"
        for name, several in model.together.items()
        if all(each in among for each in several.members(name))
        for each in several.members(name)
    }


def alike_in_lists(model: Model, found: Loops) -> tuple[Loops, list[list[int]]]:
    """Loops with those of each item of a list put together, and for each the rows of its loops."""
    once = _as_one(model, found, in_one(model, model))
    rows: dict[frozenset[Link], list[int]] = {}
    for row, loop in enumerate(once):
        rows.setdefault(frozenset(loop.edges), []).append(row)
    return Loops(once[own[0]] for own in rows.values()), [*rows.values()]


def arrows_alike(model: Model, arrow: Link) -> tuple[Link, ...]:
    """The arrows that are drawn as one with this one where each list is drawn once."""
    one = in_one(model, model)

    def drawn(link: Link) -> list[str]:
        owners = [model[name].part_of or name for name in link]
        return [one.get(name, name) for name in owners]

    return tuple(link for link in known_loops(model).graph.edges if drawn(link) == drawn(arrow))


def _items(model: Model) -> dict[str, str]:
    """For each quantity of a list, of which item it is."""
    return {
        f"{name}_{item}": item for name, several in model.together.items() for item in several.items
    }


def lists_of(model: Model) -> dict[str, str]:
    """For each quantity of a list, what it is called there."""
    return {each: name for name, of in model.together.items() for each in of.members(name)}


def _letters_of(model: Model, one: dict[str, str]) -> Loops:
    return _as_one(model, alphabet(model), one)


def _as_one(model: Model, found: Loops, one: dict[str, str]) -> Loops:
    """Loops of a model under their letters, by way of what stands for each list."""
    member, said = _items(model), {each.name: each.said or each.name for each in model.loops}
    lists = lists_of(model)
    seen, kinds = [], []
    for loop in found:
        around = tuple(one.get(name, name) for name in loop.quantities)
        title = said.get(loop.title, loop.title)
        seen.append(replace(loop, quantities=around, title=title))
        of = {member[name] for name in loop.quantities if name in one}
        owners = [model[name].part_of or name for name in loop.quantities]
        kinds.append((len(of) < 2, loop.sign, frozenset(lists.get(name, name) for name in owners)))
    alike = Counter(kinds)
    counted = (replace(loop, count=alike[kind]) for loop, kind in zip(seen, kinds, strict=True))
    return Loops(counted, truncated=found.truncated)
