"""How the arrows run: along the circle, or on the arc that is least in the way of others.

Arrows that meet at one label are spread along its rim, so that each can be followed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import networkx as nx
import numpy as np

from flywheel_edu.causal.loops import Loop
from flywheel_edu.drawing.geometry import (
    Floats,
    arcs,
    around_box,
    crossings,
    distance_to_boxes,
    distance_to_points,
    evenly,
    rim_length,
    rim_place,
)
from flywheel_edu.drawing.layout import Layout, Ring
from flywheel_edu.drawing.ways import Edge, Ways, frame, near_boxes

LEAVES, ARRIVES = 3.0, 5.0  # the free way between a label and its arrow's tail and head
_APART = 13.0  # between the ends of two arrows at one label
_BOWS = np.array([s * b for b in (0.06, 0.13, 0.2, 0.28, 0.37, 0.47, 0.6) for s in (1, -1)])
_POINTS = 31  # on an arc while arcs are compared
_SIDES = 8  # places on a label's rim from which a stubborn arrow may start
_PROMISING = 120  # of the ways between all those places, the short free ones looked at closely
_CONTESTED = 7.0  # the cost from which on an arrow is looked at again
_MOST_LED = 24  # stubborn arrows that are given so much time; more are beyond help
_MANY = 100  # arrows from which on people may have to wait
_PATIENCE = 2.0  # seconds without a word
_FINE = 3.0  # between the points of a finished arrow


def route(
    graph: nx.DiGraph[str],
    layout: Layout,
    boxes: Mapping[str, Floats],
    loops: Sequence[Loop],
    deadline: float = np.inf,
) -> dict[Edge, Floats]:
    """The way of each arrow, from the rim of its cause to the rim of its effect.

    Arrows of a loop bend around its middle, the first loop they belong to counting. From the
    `deadline`, a processor time of this program, on each arrow keeps the way it has.
    """
    router = _Router(graph, layout, boxes, loops, deadline)
    with router.shown():
        router.choose()
        router.spread()
        router.choose_again()
    return {edge: router.finished(edge) for edge in graph.edges}


def draft(
    graph: nx.DiGraph[str], layout: Layout, boxes: Mapping[str, Floats], loops: Sequence[Loop]
) -> tuple[float, dict[Edge, Floats]]:
    """A first try at the arrows of a layout: how much they are in one another's way, and where."""
    router = _Router(graph, layout, boxes, loops)
    strain = router.choose(passes=1)
    return strain, dict(router.paths)


class _Router:
    """The arrows of one diagram while their ways are being chosen."""

    def __init__(
        self,
        graph: nx.DiGraph[str],
        layout: Layout,
        boxes: Mapping[str, Floats],
        loops: Sequence[Loop],
        deadline: float = np.inf,
    ) -> None:
        self._graph, self._boxes, self._deadline = graph, boxes, deadline
        self._told: Callable[[], object] = lambda: None
        self._row = {name: row for row, name in enumerate(graph)}
        self._walls = np.array([boxes[name] for name in graph])
        self._ring = {edge: ring for ring in layout.rings for edge in ring.edges}
        self.paths = Ways()
        self._bows: dict[Edge, float] = {}
        self._ends: dict[Edge, tuple[Floats, Floats]] = {}
        self._around = self._middles(loops)
        self._loose = [
            edge for edge in graph.edges if edge not in self._ring and edge[0] != edge[1]
        ]
        # Short arrows have the least choice and go first.
        self._loose.sort(key=lambda edge: float(np.hypot(*(boxes[edge[0]] - boxes[edge[1]])[:2])))

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show how far the arrows are, where that takes longer than people wait without a word."""
        if len(self._loose) < _MANY:
            yield
            return
        from tqdm.auto import tqdm

        about = {"desc": "drawing", "unit": "arrow", "delay": _PATIENCE, "leave": False}
        with tqdm(total=4 * len(self._loose), **about) as bar:
            self._told = bar.update
            yield

    def _again(self, turn: int, edge: Edge) -> bool:
        """Whether an arrow's way is looked for: the first time always, later if it is crowded."""
        self._told()
        late = turn and time.process_time() > self._deadline
        return not late and (not turn or self._contested(edge))

    def choose(self, passes: int = 2) -> float:
        """The least bad arc for each arrow, from middle to middle.

        Further passes look again at arrows that later ones came near. What is handed back is how
        bad all arrows were when first chosen.
        """
        for edge, ring in self._ring.items():
            if self._graph.has_edge(*edge):
                self.paths[edge] = _along_ring(edge, ring, self._boxes)
        total = 0.0
        for turn in range(passes):
            for edge in self._loose:
                if not self._again(turn, edge):
                    continue
                self.paths.pop(edge, None)
                a, b = self._boxes[edge[0]], self._boxes[edge[1]]
                raw = arcs(a[:2], b[:2], _BOWS, np.linspace(0, 1, 61))
                start, end = _free_part(raw, a, b)
                along = start[:, None] + (end - start)[:, None] * np.linspace(0, 1, _POINTS)
                paths = arcs(a[:2], b[:2], _BOWS, along)
                cost = self._cost(edge, paths) + 40 * (end - start < 0.15)
                best = int(np.argmin(np.round(cost, 6)))
                self.paths[edge], self._bows[edge] = paths[best], float(_BOWS[best])
                total += 0.0 if turn else float(cost[best])
        return total

    def spread(self) -> None:
        """Ends that meet at one label are moved apart along its rim."""
        at: dict[str, list[tuple[float, bool, Edge, bool]]] = {name: [] for name in self._row}
        for edge in self._graph.edges:
            if edge not in self.paths:
                continue
            path, fixed = self.paths[edge], edge in self._ring
            for name, point, arrives in ((edge[0], path[0], False), (edge[1], path[-1], True)):
                pad = ARRIVES if arrives else LEAVES
                box = self._boxes[name]
                share = rim_place(box, pad, point) / rim_length(box, pad)
                at[name].append((share, fixed, edge, arrives))
        moved: dict[tuple[Edge, bool], Floats] = {}
        for name, ends in at.items():
            box = self._boxes[name]
            around = rim_length(box, LEAVES)
            ends.sort(key=lambda end: (end[0], end[2]))
            places = _spread_round(
                [end[0] * around for end in ends], [end[1] for end in ends], around
            )
            for place, (_old, _fixed, edge, arrives) in zip(places, ends, strict=True):
                pad = ARRIVES if arrives else LEAVES
                where = place / around * rim_length(box, pad)
                moved[edge, arrives] = around_box(box, pad, np.array([where]))[0]
        self._ends = {edge: (moved[edge, False], moved[edge, True]) for edge in self._loose}

    def choose_again(self) -> None:
        """The least bad arc between the spread ends; then the loops of one arrow."""
        led = 0
        for turn in range(2):
            for edge in self._loose:
                if not self._again(turn, edge):
                    continue
                self.paths.pop(edge)
                start, end = self._ends[edge]
                bows = np.r_[self._bows[edge], _BOWS]
                paths = arcs(start, end, bows, np.linspace(0, 1, _POINTS))
                cost = self._cost(edge, paths) + 6 * np.abs(bows - self._bows[edge])
                for name in edge:  # not through its own label on the way out or in
                    cost += 5 * self._dips(paths, self._boxes[name])
                best = int(np.argmin(np.round(cost, 6)))
                self.paths[edge], self._bows[edge] = paths[best], float(bows[best])
                in_time = led < _MOST_LED and time.process_time() <= self._deadline
                if in_time and self._clearance(edge, self.paths[edge][None]).min() < 2:
                    self._lead_round(edge)  # it lies over a label
                    led += 1
        for edge in self._graph.edges:
            if edge[0] == edge[1]:
                self.paths[edge] = self._round_itself(edge[0])

    def _contested(self, edge: Edge) -> bool:
        """Whether another arrow or a label has come into an arrow's way since it was chosen."""
        path = self.paths.pop(edge)
        cost = float(self._cost(edge, path[None])[0])
        self.paths[edge] = path
        return cost > _CONTESTED

    def _clearance(self, edge: Edge, paths: Floats) -> Floats:
        """How far each way for an arrow keeps from the labels of others; inf for far."""
        walls = near_boxes(self._others(edge), paths, 2)
        return np.asarray(distance_to_boxes(paths, walls).min(axis=(1, 2), initial=np.inf))

    def _others(self, edge: Edge) -> Floats:
        return np.delete(self._walls, [self._row[name] for name in edge], axis=0)

    def _lead_round(self, edge: Edge) -> None:
        """For an arrow that found no free way: arcs from and to any side of its labels."""
        starts, ends = (
            around_box(box, pad, np.arange(_SIDES) / _SIDES * rim_length(box, pad))
            for box, pad in ((self._boxes[edge[0]], LEAVES), (self._boxes[edge[1]], ARRIVES))
        )
        i, j, k = (
            chosen.ravel()
            for chosen in np.meshgrid(range(_SIDES), range(_SIDES), range(len(_BOWS)))
        )
        starts, ends, bows = starts[i], ends[j], _BOWS[k]
        paths = arcs(starts, ends, bows, np.linspace(0, 1, _POINTS))
        length = np.hypot(*(ends - starts).T) * (1 + np.abs(bows))
        own = np.array([self._boxes[name] for name in edge])
        through = distance_to_boxes(paths[:, 1:-1], own).min(axis=(1, 2)) < 1.5
        free = (self._clearance(edge, paths) >= 2) & ~through
        some = np.argsort(np.where(free, length, np.inf), kind="stable")[:_PROMISING]
        some = some[free[some]]
        if not len(some):
            return  # a crowd so dense that the plain way is as good
        del self.paths[edge]
        cost = self._cost(edge, paths[some])
        tails = np.array([p[q] for p in self.paths.values() for q in (0, -1)]).reshape(-1, 2)
        for tips in (starts[some], ends[some]):
            cost += 2.0 * np.maximum(0, 11 - distance_to_points(tips, tails))
        best = some[int(np.argmin(np.round(cost, 6)))]
        self.paths[edge], self._bows[edge] = paths[best], float(bows[best])
        self._ends[edge] = starts[best], ends[best]

    def finished(self, edge: Edge) -> Floats:
        if edge in self._ends:
            start, end = self._ends[edge]
            path = arcs(start, end, np.array([self._bows[edge]]), np.linspace(0, 1, 120))[0]
        else:
            path = self.paths[edge]
        return evenly(path, _FINE)

    def _cost(self, edge: Edge, paths: Floats) -> Floats:
        """What is wrong with each of many ways for one arrow."""
        walls = near_boxes(self._others(edge), paths, 9)
        bows = _bow_of(paths)
        cost = 9 * np.abs(np.abs(bows) - 0.16)
        if len(walls):
            deep = 9 - distance_to_boxes(paths, walls).min(axis=2)
            cost += np.where(deep > 9, 60, 0).max(axis=1) + 0.25 * np.maximum(deep, 0).sum(axis=1)
        coarse = paths[:, ::3]
        others = [self.paths[other][::3] for other in self.paths.near(paths, 12)]
        if others:
            starts = np.concatenate([other[:-1] for other in others])
            ends = np.concatenate([other[1:] for other in others])
            low, high = frame(paths, 12)
            here = (np.maximum(starts, ends) >= low) & (np.minimum(starts, ends) <= high)
            starts, ends = (points[here.all(axis=1)] for points in (starts, ends))
            cost += 11 * crossings(coarse, starts, ends)
            near = distance_to_points(paths[:, 1:-1], (starts + ends) / 2)
            cost += 0.07 * np.maximum(12 - near, 0).sum(axis=1)
        # Around the middle of its loop.
        middle = self._around.get(edge)
        if middle is not None:
            start, end = paths[0, 0], paths[0, -1]
            (x, y), (u, v) = end - start, middle - start
            cost += 5.0 * (bows * (x * v - y * u) > 0)
        length = np.sqrt((np.diff(paths, axis=1) ** 2).sum(axis=2)).sum(axis=1)
        # Room for a sign and, where the arrow acts late, for two bars.
        wanted = 66.0 if self._graph.edges[edge].get("delay") else 50.0
        return np.asarray(cost + 0.02 * length + 0.15 * np.maximum(0, wanted - length))

    def _dips(self, paths: Floats, box: Floats) -> Floats:
        """How many inner points of each way lie in a box."""
        return np.asarray((distance_to_boxes(paths[:, 1:-1], box[None]) < 1.5).sum(axis=(1, 2)))

    def _middles(self, loops: Sequence[Loop]) -> dict[Edge, Floats]:
        """For each arrow the middle of the shortest loop that it belongs to."""
        middles: dict[Edge, Floats] = {}
        for loop in sorted(loops, key=lambda loop: len(loop.quantities)):
            spots = [self._boxes[name][:2] for name in loop.quantities if name in self._boxes]
            if len(spots) == len(loop.quantities) > 2:
                for edge in loop.edges:
                    middles.setdefault(edge, np.mean(spots, axis=0))
            elif len(spots) == 2:  # both bend to their left: the two make a lens
                for cause, effect in loop.edges:
                    way = self._boxes[effect][:2] - self._boxes[cause][:2]
                    middle = (self._boxes[effect][:2] + self._boxes[cause][:2]) / 2
                    middles[cause, effect] = middle + 0.3 * np.array([way[1], -way[0]])
        return middles

    def _round_itself(self, name: str) -> Floats:
        box = self._boxes[name]
        walls = np.delete(self._walls, self._row[name], axis=0)
        others = np.concatenate([np.zeros((0, 2)), *self.paths.values()])
        best, room = None, -np.inf
        radius = 17.0
        for side, facing in enumerate((np.pi / 2, 0.0, -np.pi / 2, np.pi)):
            way = np.array([np.cos(facing), np.sin(facing)])
            rim = box[:2] + way * (box[2:] + 4.0)
            middle = rim + way * radius * 0.72
            swing = np.linspace(facing + np.pi - 0.72, facing - np.pi + 0.72, 60)
            path = middle + radius * np.stack([np.cos(swing), np.sin(swing)], 1)
            free = distance_to_points(path, others).min() - 0.01 * side
            if len(walls):
                free = min(free, distance_to_boxes(path, walls).min() - 0.01 * side)
            if free > room + 1e-9:
                best, room = path, free
        assert best is not None
        return best


def _along_ring(edge: Edge, ring: Ring, boxes: Mapping[str, Floats]) -> Floats:
    a, b = boxes[edge[0]], boxes[edge[1]]
    centre = np.array(ring.centre)
    start, end = (np.arctan2(*(box[:2] - centre)[::-1]) for box in (a, b))
    turn = -((start - end) % (2 * np.pi) or 2 * np.pi)
    angles = start + turn * np.linspace(0, 1, 400)
    path = centre + ring.radius * np.stack([np.cos(angles), np.sin(angles)], 1)
    first, last = _free_part(path[None], a, b)
    steps = np.linspace(first[0], last[0], 40) * 399
    return np.stack([np.interp(steps, np.arange(400), path[:, k]) for k in (0, 1)], 1)


def _free_part(paths: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Where each way, from 0 to 1, has left the first box and meets the second."""
    count = paths.shape[1]
    within_a = distance_to_boxes(paths, a[None])[..., 0] < LEAVES
    within_b = distance_to_boxes(paths, b[None])[..., 0] < ARRIVES
    start = np.argmin(within_a, axis=1)
    # The last point outside the second box, seen from the end.
    end = count - 1 - np.argmin(within_b[:, ::-1], axis=1)
    return start / (count - 1), np.maximum(end, start + 1) / (count - 1)


def _bow_of(paths: Floats) -> Floats:
    """How far each way swings to the left of its chord, as a share of the chord."""
    chord = paths[:, -1] - paths[:, 0]
    length = np.maximum(np.hypot(*chord.T), 1e-9)
    out = paths[:, paths.shape[1] // 2] - (paths[:, 0] + paths[:, -1]) / 2
    return np.asarray((chord[:, 0] * out[:, 1] - chord[:, 1] * out[:, 0]) / length**2)


def _spread_round(places: Sequence[float], fixed: Sequence[bool], around: float) -> list[float]:
    """Places on a closed rim moved at least `_APART` apart, the fixed ones not at all."""
    count = len(places)
    if count < 2:
        return list(places)
    gap = min(_APART, 0.9 * around / count)
    spots = np.array(places, float)
    loose = 1.0 - np.array(fixed, float)
    following = np.roll(loose, -1)
    back = loose / np.maximum(loose + following, 1.0)  # the share of a push that goes backwards
    on = following / np.maximum(loose + following, 1.0)
    for _ in range(200):  # push each too close pair apart; settles quickly
        ahead = np.roll(spots, -1)
        ahead[-1] += around
        push = 0.5 * np.maximum(0, gap - (ahead - spots)) * (back + on)
        if push.max() < 1e-3:
            break
        spots = spots - push * back + np.roll(push * on, 1)
    return [float(spot) for spot in spots]


def tangent(path: Floats, at: int, reach: int = 2) -> Floats:
    """The direction of a way at one of its points, of length 1."""
    way = path[min(at + reach, len(path) - 1)] - path[max(at - reach, 0)]
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9))
