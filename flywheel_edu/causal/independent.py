"""A few short loops that cover every arrow on a loop: the shortest independent loop set."""

from __future__ import annotations

import heapq
import itertools

import networkx as nx

from flywheel_edu.causal.loops import Loop, Loops, find_loops, lettered, loop_along, turned
from flywheel_edu.causal.need import need_graph


def independent_loops(graph: nx.DiGraph[str]) -> Loops:
    """The shortest independent loop set of Oliva (2004): the loops to tell first.

    A graph may have thousands of loops, most of them detours of others. This set is small, covers
    every arrow that lies on a loop, and consists of loops that no shortcut makes shorter.

    Returns
    -------
    Loops
        In each strongly connected part at most as many as it has arrows, less its quantities,
        plus one. Loops that ``find_loops`` also lists have the same letters and titles here;
        the others are lettered after those.

    Notes
    -----
    Candidates are the geodetic loops: for each two quantities, the shortest way there and the
    shortest way back. Again and again the candidate joins that brings the fewest new arrows, the
    shorter one where two bring as many, the earlier one where they are as short.

    Short is not the same as strong: Eberlein & Schoenberg (2020) give a model that is driven by a
    loop outside this set. ``dominance`` tells which loops drive.

    References
    ----------
    Oliva, "Model structure analysis through graph theory: partition heuristics and feedback
    structure decomposition", System Dynamics Review 20(4), 2004, doi 10.1002/sdr.298.

    Examples
    --------
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> graph = read_sketch("a -> b + -> c + -> a +\\nb -> a -\\na -> c +")
    >>> len(find_loops(graph)), len(independent_loops(graph))
    (3, 3)
    """
    graph = need_graph(graph, "independent_loops looks at")
    listed = find_loops(graph, seconds=0.5)
    known = {frozenset(loop.edges): (number, loop) for number, loop in enumerate(listed)}
    found = []
    for part in nx.strongly_connected_components(graph):
        inside = graph.subgraph([quantity for quantity in graph if quantity in part])
        found += _fewest_new_arrows(_geodetic_loops(inside))
    place = {quantity: number for number, quantity in enumerate(graph)}
    found.sort(key=lambda loop: (len(loop.edges), [place[name] for name in loop.quantities]))
    told = [known.get(frozenset(loop.edges), (len(listed), loop)) for loop in found]
    told.sort(key=lambda pair: pair[0])
    return Loops(lettered((loop for _, loop in told), after=listed), truncated=False)


def _geodetic_loops(graph: nx.DiGraph[str]) -> list[Loop]:
    """For each two quantities the loop of the shortest ways between them, short ones first."""
    place = {quantity: number for number, quantity in enumerate(graph)}
    ways = {start: nx.single_source_shortest_path(graph, start) for start in graph}
    found: set[tuple[str, ...]] = {
        (quantity,) for quantity in graph if graph.has_edge(quantity, quantity)
    }
    for one, other in itertools.combinations(graph, 2):
        around = (*ways[one][other][:-1], *ways[other][one][:-1])
        if len(set(around)) == len(around):
            found.add(turned(around, min(around, key=place.__getitem__)))
    order = sorted(found, key=lambda around: (len(around), [place[name] for name in around]))
    return [loop_along(graph, around) for around in order]


def _fewest_new_arrows(candidates: list[Loop]) -> list[Loop]:
    passing: dict[tuple[str, str], list[int]] = {}
    for number, loop in enumerate(candidates):
        for arrow in loop.edges:
            passing.setdefault(arrow, []).append(number)
    new = [len(loop.edges) for loop in candidates]
    waiting = [(arrows, number) for number, arrows in enumerate(new)]
    heapq.heapify(waiting)
    chosen: list[Loop] = []
    covered: set[tuple[str, str]] = set()
    while waiting:
        arrows, number = heapq.heappop(waiting)
        if arrows != new[number] or arrows == 0:
            continue  # counted before other loops covered some of its arrows
        chosen.append(candidates[number])
        for arrow in set(candidates[number].edges) - covered:
            covered.add(arrow)
            for other in passing[arrow]:
                new[other] -= 1
                heapq.heappush(waiting, (new[other], other))
    return chosen
