"""A causal-loop diagram against the published guidelines for drawing one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import networkx as nx

from flywheel_edu.causal.loops import listed
from flywheel_edu.causal.need import need_graph
from flywheel_edu.causal.vocabulary import (
    action_in,
    direction_in,
    essence,
    is_a_step,
    is_one_thing,
    lacks_something,
    parts_of,
    takes_time,
)
from flywheel_edu.words import Several, said


@dataclass(frozen=True)
class Finding:
    """One thing to mend in a diagram.

    Parameters
    ----------
    rule : str
        Which guideline: a key of ``RULES``.
    about : tuple of str
        The quantities it is about; for an arrow, its cause and its effect.
    what : str
        What is there, in a sentence.
    why : str
        Why it matters.
    mend : str
        What to do about it.
    """

    rule: str
    about: tuple[str, ...]
    what: str
    why: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what}\n  {said('why')}: {self.why}\n  {said('mend')}: {self.mend}"


def lint(graph: nx.DiGraph[str]) -> Several[Finding]:
    """What a diagram could do better: its shape first, then its arrows, then its names.

    An empty answer means that no guideline here is broken, not that the diagram is true.

    Parameters
    ----------
    graph : networkx.DiGraph
        From ``read_sketch``, from ``causal_graph``, or made by hand; ``sign`` and ``delay`` on its
        arrows are read. In the graph of a model, a stock counts as a place where things wait.

    Notes
    -----
    Names are judged by short lists of English words, so that a name in another language passes.
    What is written once for several, under a ``for``, is judged once, by its name there.

    References
    ----------
    Kim, "Guidelines for Drawing Causal Loop Diagrams", The Systems Thinker 3(1), 1992.
    Sterman, "Business Dynamics", McGraw-Hill 2000, chapter 5.
    Harary, "On the notion of balance of a signed graph", Michigan Mathematical Journal 2, 1953:
    all loops of a strongly connected part reinforce exactly if its quantities can be put on two
    sides so that ``+`` joins like sides and ``-`` unlike ones.

    Examples
    --------
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> for finding in lint(read_sketch("lower prices -> visits + -> orders + -> lower prices +")):
    ...     print(finding.what)
    No loop balances: as drawn, this turns faster and faster for ever.
    'lower prices' has a direction in its name.
    """
    graph = need_graph(graph, "lint looks at")
    return Several(
        Finding(rule, about, *(said(text.format(*words)) for text in texts))
        for rule, (found_in, *texts) in RULES.items()
        for about, words in found_in(graph)
    )


_FALLS = (  # of an arrow in a model
    " Or what it is multiplied by may fall below zero, as 1 + spread * noise(...) may: "
    "write max(0, ...)."
)
_HIDDEN = " Put into the show line what is hidden on the way: {0}."
# What a finding is about, and the words for the places in its texts.
_Found = Iterator[tuple[tuple[str, ...], tuple[str, ...]]]


def _no_loop(graph: nx.DiGraph[str]) -> _Found:
    if len(graph) and nx.is_directed_acyclic_graph(graph):
        ends = tuple(name for name in graph if graph.in_degree(name) and not graph.out_degree(name))
        yield ends, (_listed(ends or graph),)


def _islands(graph: nx.DiGraph[str]) -> _Found:
    place = {name: number for number, name in enumerate(graph)}
    parts = [sorted(part, key=place.__getitem__) for part in nx.weakly_connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), place[part[0]]))
    # Those that stand alone are told together: a drawing begins with many of them.
    alone = [name for part in parts[1:] if len(part) == 1 for name in part]
    for part in [*filter(None, [alone]), *(part for part in parts[1:] if len(part) > 1)]:
        yield tuple(part), (_listed(part),)


def _nothing_balances(graph: nx.DiGraph[str]) -> _Found:
    if not (nx.is_directed_acyclic_graph(graph) or _some_loop_may_balance(graph)):
        yield (), ()


def _open_signs(graph: nx.DiGraph[str]) -> _Found:
    called = graph.graph.get("called", {})
    opened: dict[tuple[str, str], tuple[str, str]] = {}
    for cause, effect, sign in graph.edges(data="sign"):
        if sign is None:
            own = called.get(cause, cause), called.get(effect, effect)
            opened.setdefault(own, (cause, effect))
    whole = graph.graph.get("whole", nx.DiGraph)() if opened else nx.DiGraph()
    for own, (cause, effect) in opened.items():
        drawn = graph.nodes[effect].get("kind", "drawn") == "drawn"
        hidden = _hidden_between(graph, whole, cause, effect)
        how = _HIDDEN.format(", ".join(hidden)) if hidden else "" if drawn else _FALLS
        yield (cause, effect), (*own, how)


def _hidden_between(
    graph: nx.DiGraph[str], whole: nx.DiGraph[str], cause: str, effect: str
) -> tuple[str, ...]:
    """The quantities of the whole model on the ways that an arrow of its drawing stands for."""
    if not {cause, effect} <= {*whole}:
        return ()
    called = graph.graph.get("called", {})
    ways = nx.DiGraph(whole.subgraph((whole.nodes - graph.nodes) | {cause, effect}))
    ways.remove_edges_from([*ways.in_edges(cause), *ways.out_edges(effect)])
    between = nx.descendants(ways, cause) & nx.ancestors(ways, effect)
    return tuple(dict.fromkeys(called.get(name, name) for name in whole if name in between))


def _names(graph: nx.DiGraph[str]) -> dict[str, str]:
    """The names in a diagram as they were written, each with the first quantity called so."""
    called, names = graph.graph.get("called", {}), dict[str, str]()
    for name in graph:
        names.setdefault(called.get(name, name), name)
    return names


def _missing_delays(graph: nx.DiGraph[str]) -> _Found:
    for own, name in _names(graph).items():
        arrows = [*graph.in_edges(name, data="delay"), *graph.out_edges(name, data="delay")]
        waits = graph.nodes[name].get("kind") in ("stock", "given") or any(d for *_, d in arrows)
        if takes_time(own) and graph.in_degree(name) and not waits:
            yield (name,), (own,)


def _actions(graph: nx.DiGraph[str]) -> _Found:
    for own, name in _names(graph).items():
        if verb := action_in(own):
            yield (name,), (own, verb)


def _directions(graph: nx.DiGraph[str]) -> _Found:
    for own, name in _names(graph).items():
        word, rest = direction_in(own)
        if word and not action_in(own):
            yield (name,), (own, word, rest)


def _named(so: Callable[[str], bool]) -> Callable[[nx.DiGraph[str]], _Found]:
    return lambda graph: (((name,), (own,)) for own, name in _names(graph).items() if so(own))


def _two_in_one(graph: nx.DiGraph[str]) -> _Found:
    on_a_loop = set().union(
        *(part for part in nx.strongly_connected_components(graph) if len(part) > 1)
    )
    for own, name in _names(graph).items():
        if parts := parts_of(own):
            loops = ", and so two loops drawn as one" if name in on_a_loop else ""
            yield (name,), (own, str(len(parts)), loops, _listed(parts))


def _twice(graph: nx.DiGraph[str]) -> _Found:
    names = _names(graph)
    for one, other in itertools.combinations(names, 2):
        if _alike(essence(one), essence(other)):
            yield (names[one], names[other]), (one, other)


# For each guideline where a diagram breaks it; then what is there, why it matters, how to mend it.
RULES: dict[str, tuple[Callable[[nx.DiGraph[str]], _Found], str, str, str]] = {
    "loop": (
        _no_loop,
        "No loop closes: no way along the arrows leads back to where it began.",
        "A chain of causes runs once and stops. A flywheel turns because an effect comes back to "
        "its cause.",
        "Ask of {0}: what does it change in turn? Draw that arrow.",
    ),
    "island": (
        _islands,
        "No arrow joins {0} to the rest.",
        "What neither acts on the rest nor is acted on by it explains nothing here.",
        "Draw the arrow that joins them, use one name for one thing, or leave it out.",
    ),
    "balancing": (
        _nothing_balances,
        "No loop balances: as drawn, this turns faster and faster for ever.",
        "Nothing grows for ever. What will slow it is the most useful thing to know about it.",
        "Ask what gets scarce, crowded or dear as it grows, and draw the loop through that.",
    ),
    "sign": (
        _open_signs,
        "{0} -> {1} has no settled sign.",
        "Without it nobody can tell whether a loop through this arrow reinforces or balances.",
        "Ask: with more '{0}', and all else as it is, is there more '{1}' (+) or less (-)? If "
        "both, two ways are drawn as one: name a quantity on each way.{2}",
    ),
    "delay": (
        _missing_delays,
        "'{0}' is built up slowly, but no arrow at it is marked as delayed.",
        "A delay decides whether a loop settles, overshoots or swings, and how long one must hold "
        "out.",
        "Mark the arrow into it: ... -> {0} + delayed.",
    ),
    "action": (
        _actions,
        "'{0}' is an action: '{1}' is a verb.",
        "Between actions an arrow only means 'and then', as in a list of things to do. The arrows "
        "carry the action; what they join must be able to go up and down.",
        "Name the quantity that the action changes, with a noun.",
    ),
    "direction": (
        _directions,
        "'{0}' has a direction in its name.",
        "What is a fall in '{0}'? A name with '{1}' in it turns every sentence about it round, and "
        "signs come out wrong.",
        "Call it '{2}' and let the signs tell the direction. If '{1}' meant less, change the sign "
        "of every arrow at it.",
    ),
    "step": (
        _named(is_a_step),
        "'{0}' is a moment or a step, not a quantity.",
        "An arrow says that one thing changes another, not that one comes after another.",
        "Ask what is different afterwards, and name that quantity.",
    ),
    "thing": (
        _named(is_one_thing),
        "'{0}' is one thing or one person, not a quantity.",
        "An arrow joins what can rise and fall, and there is no more or less of one.",
        "Name what moves: how many there are, how much of it, or what it costs.",
    ),
    "two in one": (
        _two_in_one,
        "'{0}' is {1} quantities under one name{2}.",
        "They may move apart, work at different speeds and have different limits; drawn as one, "
        "none of this can be seen.",
        "Draw {3} each with its own arrows.",
    ),
    "twice": (
        _twice,
        "'{0}' and '{1}' look like one quantity drawn twice.",
        "A loop that should close at the one ends at the other.",
        "Use one name for one thing. If they differ, say in the names how.",
    ),
    "lack": (
        _named(lacks_something),
        "'{0}' names a lack.",
        "'Less of a lack' makes everyone stop and think twice, and signs come out wrong.",
        "Name the thing itself, and change the sign of every arrow at it.",
    ),
}


def _some_loop_may_balance(graph: nx.DiGraph[str]) -> bool:
    for part in nx.strongly_connected_components(graph):
        inside = graph.subgraph(part)
        signs = {(cause, effect): sign for cause, effect, sign in inside.edges(data="sign")}
        if None in signs.values():
            return True
        start = next(iter(part))
        side = {start: 1}
        for cause, effect in nx.bfs_edges(inside, start):
            side[effect] = side[cause] if signs[cause, effect] == 1 else -side[cause]
        if any((side[a] == side[b]) != (sign == 1) for (a, b), sign in signs.items()):
            return True
    return False


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names, without their directions and plurals, are the same or one slip apart."""
    if not one or not other:
        return False
    if sorted(one) == sorted(other):
        return True
    apart = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    if len(one) != len(other) or len(apart) != 1:
        return False
    (a, b) = apart[0]
    return min(len(a), len(b)) > 5 and (a.isalpha() and b.isalpha()) and _one_slip(a, b)


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter too many, too few, wrong, or two swapped ones part two words."""
    if len(a) == len(b):
        wrong = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        swapped = len(wrong) == 2 and wrong[1] - wrong[0] == 1
        return len(wrong) == 1 or (
            swapped and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
        )
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    )


def _listed(names: Iterable[str]) -> str:
    return listed([f"'{name}'" for name in names])
