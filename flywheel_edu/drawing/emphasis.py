"""What stands out in a diagram: arrows as strong as their loops drive, the rest pale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import networkx as nx

from flywheel_edu.causal.loops import Loop
from flywheel_edu.drawing.ways import Edge
from flywheel_edu.errors import DiagramError, closest

Highlight = str | Loop | Iterable[str]


@dataclass(frozen=True)
class Emphasis:
    """How strong each arrow is, and what is pale because something else is highlighted."""

    strengths: Mapping[Edge, float] = field(default_factory=dict)
    pale_arrows: frozenset[Edge] = frozenset()
    pale_items: frozenset[str] = frozenset()
    pale_loops: frozenset[str] = frozenset()

    def width(self, edge: Edge, plain: float) -> float:
        """The width of an arrow's line: `plain`, or by its strength from thin to thick."""
        if not self.strengths:
            return plain
        return plain * (0.45 + 2.05 * min(max(self.strengths.get(edge, 0.0), 0.0), 1.0))


def emphasis(
    graph: nx.DiGraph[str],
    loops: Sequence[Loop],
    widths: Mapping[Edge, float] | None,
    highlight: Highlight | None,
) -> Emphasis:
    """What stands out, from what the caller asked for; arrows without a width are the thinnest."""
    strengths = dict(widths or {})
    for edge in strengths:
        if edge not in graph.edges:
            raise DiagramError(
                f"the diagram has no arrow {edge[0]} -> {edge[1]} to give a width",
                hint="name arrows as ('cause', 'effect'), as graph.edges lists them",
            )
    if highlight is None:
        return Emphasis(strengths)
    loop = _loop(highlight, loops)
    if loop is not None:
        arrows, items, letters = set(loop.edges), set(loop.quantities), {loop.name}
    else:
        names = (
            [highlight] if isinstance(highlight, str) else list(cast("Iterable[str]", highlight))
        )
        for name in names:
            if name not in graph:
                hint = closest(name, [*graph, *(loop.label for loop in loops)])
                raise DiagramError(f"the diagram has no loop or quantity '{name}'", hint=hint)
        items = set(names)
        letters = {one.name for one in loops if set(one.quantities) <= items}
        # One quantity stands out with all its arrows, several with those between them.
        arrows = {
            (a, b) for a, b in graph.edges if (a in items) + (b in items) >= min(2, len(items))
        }
        items |= {name for arrow in arrows for name in arrow}
    return Emphasis(
        strengths,
        pale_arrows=frozenset(edge for edge in graph.edges if edge not in arrows),
        pale_items=frozenset(name for name in graph if name not in items),
        pale_loops=frozenset(one.name for one in loops if one.name not in letters),
    )


def _loop(highlight: Highlight, loops: Sequence[Loop]) -> Loop | None:
    if isinstance(highlight, Loop):
        for loop in loops:
            if set(loop.edges) == set(highlight.edges):
                return loop
        raise DiagramError(
            f"the diagram has no such loop: {highlight}",
            hint="take the loop from find_loops of the same graph",
        )
    if isinstance(highlight, str):
        return next((loop for loop in loops if highlight in (loop.name, loop.title)), None)
    return None
