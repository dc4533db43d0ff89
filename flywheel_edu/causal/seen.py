"""The loops of a model as a drawing of some of its quantities shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import Loop, Loops, find_loops, letter_among, ways
from flywheel_edu.model import Model

Link = tuple[str, str]


def seen_loops(
    model: Model, found: Loops, show: Iterable[str] | None = None, whole: Loops | None = None
) -> tuple[Loops, list[list[int]]]:
    """The loops of a drawing that these loops look like, and for each the rows of its loops.

    ``show`` are the quantities of the drawing, those of the model's own view if not given;
    ``whole`` are all loops of the model, if ``found`` are only some of them.
    """
    shown = tuple(model.shown if show is None else show)
    drawn = {frozenset(loop.edges): loop for loop in find_loops(causal_graph(model, shown))}
    members: dict[frozenset[Link] | str, list[int]] = {}
    for row, loop in enumerate(found):
        links = frozenset(link for link, _ in ways(loop, shown))
        if loop.title and (len(links) < 2 or links in members):
            members[loop.title] = [row]  # what its author named is told by itself
        elif links:
            members.setdefault(links, []).append(row)
    order: list[frozenset[Link] | str] = [links for links in drawn if links in members]
    order += [links for links in members if links not in order]
    seen = []
    for key in order:
        own = [found[row] for row in members[key]]
        in_drawing = drawn.get(key) if isinstance(key, frozenset) else None
        seen.append(in_drawing or _undrawn(own, shown, whole or found))
    return Loops(seen, truncated=found.truncated), [members[links] for links in order]


def _undrawn(members: list[Loop], shown: tuple[str, ...], found: Loops) -> Loop:
    """What loops that the drawing does not show as one are together."""
    first, signs = members[0], {loop.sign for loop in members}
    sign = signs.pop() if len(signs) == 1 else None
    around = tuple(link[0] for link, _ in ways(first, shown)) or first.quantities
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
