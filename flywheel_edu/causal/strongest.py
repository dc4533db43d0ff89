"""The loops that drive a run, where there are too many loops to list them all."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import networkx as nx
import numpy as np

from flywheel_edu.causal.loops import Loop, Loops, lettered, loop_along, turned
from flywheel_edu.causal.need import need_graph
from flywheel_edu.causal.scores import Array

_MOMENTS = 60  # that are looked at
_MOST, _SECONDS = 1000, 1.0  # loops that are added, and how long they are looked for


def strongest_loops(
    graph: nx.DiGraph[str],
    scores: Mapping[tuple[str, str], Array],
    known: Sequence[Loop] = (),
) -> Loops:
    """The loops known already, and those found by following the strongest links of a run.

    ``scores`` are those of ``link_scores``, of shape (times,) each, looked at in moments that are
    evenly spread over the run. There may be more: ``truncated`` is True.

    The search of Eberlein & Schoenberg, "Finding the Loops that Matter", 2020: at each moment and
    from each stock, follow the links, strongest first, multiply their scores, and turn back at a
    quantity that was reached with a higher score before. It finds loops that are strong, not
    surely the strongest.

    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> graph = read_sketch("a -> b + -> a +\\nb -> c + -> a -")
    >>> score = {arrow: np.array([0.0, 1.0]) for arrow in graph.edges}
    >>> score["c", "a"] = np.array([0.0, 0.0])
    >>> print(strongest_loops(graph, score))
    R1 (reinforcing): a -> b -> a
    ... and more: the search stopped at its budget
    """
    graph = need_graph(graph, "strongest_loops looks at")
    place = {name: number for number, name in enumerate(graph)}
    stocks = [name for name in graph if graph.nodes[name].get("kind") == "stock"] or list(graph)
    length = len(next(iter(scores.values()))) if scores else 0
    rows = np.unique(np.linspace(1, max(1, length - 1), _MOMENTS).astype(int))
    seen = {frozenset(loop.edges) for loop in known}
    added: list[Loop] = []
    deadline = time.monotonic() + _SECONDS
    for row in rows if length > 1 else ():
        after = _links_at(scores, int(row), graph)
        for stock in stocks:
            if len(added) >= _MOST or time.monotonic() > deadline:
                break
            for around in _strong_cycles(after, stock, deadline):
                first = min(around, key=place.__getitem__)
                loop = loop_along(graph, turned(around, first))
                if frozenset(loop.edges) not in seen:
                    seen.add(frozenset(loop.edges))
                    added.append(loop)
    fresh = [replace(loop, name="") for loop in added[:_MOST]]
    return Loops([*known, *lettered(fresh, after=known)], truncated=True)


def _links_at(
    scores: Mapping[tuple[str, str], Array], row: int, graph: nx.DiGraph[str]
) -> dict[str, list[tuple[float, str]]]:
    """For each quantity the links that leave it at one moment, strongest first."""
    after: dict[str, list[tuple[float, str]]] = {name: [] for name in graph}
    for (cause, effect), score in scores.items():
        size = abs(float(score[row]))
        if size > 0:
            after[cause].append((size, effect))
    for links in after.values():
        links.sort(key=lambda link: -link[0])
    return after


def _strong_cycles(
    after: Mapping[str, list[tuple[float, str]]], target: str, deadline: float
) -> list[tuple[str, ...]]:
    best: dict[str, float] = {}
    found: list[tuple[str, ...]] = []
    path: list[str] = []
    on_path: set[str] = set()
    # Each level of the walk: the links still to try from the last quantity of the path.
    levels = []

    def enter(name: str, score: float) -> None:
        if name in on_path:
            if name == target:
                found.append(tuple(path))
            return
        if score < best.get(name, 0.0):
            return
        best[name] = score
        path.append(name)
        on_path.add(name)
        levels.append((score, iter(after[name])))

    enter(target, 1.0)
    while levels and time.monotonic() < deadline:
        score, links = levels[-1]
        link = next(links, None)
        if link is None:
            levels.pop()
            on_path.discard(path.pop())
        else:
            enter(link[1], score * link[0])
    return found
