"""System archetypes: stories that recur in business, found by the shape of a causal graph."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx

from flywheel_edu.causal.archetype_shapes import SHAPES
from flywheel_edu.causal.archetype_view import View
from flywheel_edu.causal.loops import Loop, find_loops
from flywheel_edu.causal.need import need_graph
from flywheel_edu.words import Several

_LINE = 88  # characters printed: a notebook breaks a longer line in the middle of a word


@dataclass(frozen=True)
class Archetype:
    """One archetype found in a graph.

    Attributes
    ----------
    name : str
        One of ``SHAPES``: "limits to growth", "success to the successful", ...
    roles : tuple of (role, quantity)
        Which quantity plays which part, such as ("limit", "floor_space").
    loops : tuple of Loop
        The loops that make it.
    story : str
        What happens, in words.
    remedy : str
        What one does about it.
    """

    name: str
    roles: tuple[tuple[str, str], ...]
    loops: tuple[Loop, ...]
    story: str
    remedy: str

    @property
    def quantities(self) -> tuple[str, ...]:
        """All quantities that take part, the main ones first."""
        named = [quantity for _, quantity in self.roles]
        around = [quantity for loop in self.loops for quantity in loop.quantities]
        return tuple(dict.fromkeys([*named, *around]))

    def __str__(self) -> str:
        name = f"{self.name[0].upper()}{self.name[1:]}"
        story = textwrap.fill(f"{name}. {self.story}", _LINE)
        remedy = f"  what to do: {self.remedy}"
        return f"{story}\n{textwrap.fill(remedy, _LINE, subsequent_indent='    ')}"


def archetypes(graph: nx.DiGraph[str], *, most: int = 150) -> Several[Archetype]:
    """The system archetypes in a causal graph, each with its story and what one does about it.

    Parameters
    ----------
    graph : networkx.DiGraph
        Arrows with ``sign`` and ``delay``, from ``read_sketch`` or ``causal_graph``. Loops with an
        arrow of open sign take no part.
    most : int
        How many loops to look at, the shortest ones.

    Returns
    -------
    tuple of Archetype
        In the order of ``SHAPES``.

    Notes
    -----
    Each archetype is a few loops that share or touch each other in a certain way (see the function
    of its name below). Some look, as signs alone, like something more common, and are told apart
    by their names. The two parties of an escalation must pair up ("threat to A", "threat to B"),
    and those of success to the successful where they share one quantity. Eroding goals needs a
    goal or a gap: a name with "goal", "target", "standard", "gap" or the like.

    Where named loops of a graph make an archetype, only those are told of; else a limit to growth
    of which one loop is named. In the graph of a model, capacity that is built is a stock, passing
    a stock counts as waiting for it, and neither a stock that drains by itself nor a mere rate or
    time is a limit to growth.

    References
    ----------
    Senge, "The Fifth Discipline", 1990, appendix 2. Kim & Anderson, "Systems Archetype Basics",
    1998. Braun, "The System Archetypes", 2002.

    Examples
    --------
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> graph = read_sketch('''
    ... customers -> word of mouth + -> customers +
    ... customers -> waiting + -> customers -
    ... staff -> waiting -
    ... ''')
    >>> for found in archetypes(graph):
    ...     print(found)
    Limits to growth. R1 makes customers grow (customers -> word of mouth -> customers). The
    further this goes, the harder B1 pushes back by way of waiting; how far it can go hangs
    on staff.
      what to do: Pushing customers harder only brings the limit sooner. See to staff before
        the limit is felt.
    """
    graph = need_graph(graph, "archetypes looks at")
    settled = [loop for loop in find_loops(graph, most=most) if loop.sign is not None]
    named = [loop for loop in settled if loop.title]
    if not named:
        return _among(settled, settled, graph)
    return _among(named, settled, graph) or Several(
        hit
        for hit in _among(settled, settled, graph)
        if hit.name == "limits to growth" and any(loop.title for loop in hit.loops)
    )


def _among(
    loops: Sequence[Loop], settled: Sequence[Loop], graph: nx.DiGraph[str]
) -> Several[Archetype]:
    view = View(
        graph,
        [loop for loop in loops if loop.sign == 1],
        [loop for loop in loops if loop.sign == -1],
        [loop for loop in settled if loop.sign == 1],
    )
    found: dict[tuple[str, frozenset[str]], Archetype] = {}
    for name, look in SHAPES.items():
        for roles, own_loops, story, remedy in look(view):
            told_by = _TOLD_BY.get(name, [role for role, _ in roles])
            key = (name, frozenset(quantity for role, quantity in roles if role in told_by))
            if key not in found:  # shorter loops come first
                found[key] = Archetype(name, roles, own_loops, story, remedy)
    return Several(hit for hit in found.values() if not _told_better(hit, found.values()))


def _told_better(hit: Archetype, hits: Iterable[Archetype]) -> bool:
    """Whether another archetype tells the same loops with more in them."""
    main = {quantity for _, quantity in hit.roles[:2]}
    brakes = {loop for loop in hit.loops if loop.sign == -1}
    return any(
        brakes.intersection(other.loops) and main <= set(other.quantities)
        for other in hits
        if other.name in _FULLER.get(hit.name, ())
    )


# What is told once, however many loops tell it.
_TOLD_BY = {
    "limits to growth": ["slowing"],
    "growth and underinvestment": ["capacity"],
    "shifting the burden": ["symptom"],
    "fixes that fail": ["symptom", "fix"],
    "tragedy of the commons": ["commons"],
}
# Growth meets a brake in most of them. A side effect on the cure also brings the symptom back, and
# so does a goal that sinks; two repairs that hurt also race.
_FULLER = {
    "limits to growth": [name for name in SHAPES if name != "limits to growth"],
    "fixes that fail": ["shifting the burden", "eroding goals"],
    "escalation": ["accidental adversaries"],
}
