"""Where the quantities stand: the main loop on a circle, the others where their arrows are short.

Many quantities have no circle: they are spread out by how far the arrows lead from one to another.

Deterministic: the same graph gets the same places on every run and machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np

from flywheel_edu.causal.loops import Loop
from flywheel_edu.drawing.geometry import Booleans, Floats, Point, crossings, distance_to_boxes
from flywheel_edu.drawing.stress import spread_out

_ARROW = 62.0  # the least free way between two labels that an arrow joins, with its sign
_GAP = 16.0  # the least free way between two labels that nothing joins
_LONGEST_RING = 9  # a circle of more quantities is too wide to read
_CROWD = 28  # quantities up to which a circle with the others round it is easy to read
_ANGLES = 48
_SWEEPS = 4
_MANY = 40  # quantities off the circle, from which on one sweep must do
_PROMISING = 70  # spots, out of hundreds, that are looked at closely


@dataclass(frozen=True)
class Ring:
    """The circle of a main loop: its quantities clockwise from the top."""

    quantities: tuple[str, ...]
    centre: Point
    radius: float

    @property
    def edges(self) -> frozenset[tuple[str, str]]:
        """The arrows that run along the circle."""
        return frozenset(pairwise((*self.quantities, self.quantities[0])))


@dataclass(frozen=True)
class Layout:
    """The middle of each label, in points, and the circles that loops run on."""

    places: Mapping[str, Point]
    rings: tuple[Ring, ...]


def lay_out(
    graph: nx.DiGraph[str],
    halves: Mapping[str, tuple[float, float]],
    loops: Sequence[Loop],
    given: Mapping[str, Point],
    widening: float = 1.0,
    tall: bool = False,
) -> Layout:
    """Places for all quantities of a graph, whose labels have halves of that width and height.

    The main loop is chosen from `loops`, which come in order of importance. `given` places are
    settled, x and y from 0 to 1 with y up; the page is made as wide as they need and the others are
    placed around them. A circle `widening` times as wide as need be has room within.
    """
    given = {name: place for name, place in given.items() if name in graph}
    if given:
        places = _spaced(graph, halves, given)
        if len(places) < len(graph):
            places = _place_others(graph, halves, places, None)
        return Layout(places, ())
    parts = []
    number = {name: i for i, name in enumerate(graph)}
    for members in nx.weakly_connected_components(graph):
        parts.append(_part(graph, members))
    parts.sort(key=lambda part: (-len(part), min(number[name] for name in part)))
    return _packed([_one_part(part, halves, loops, widening, tall) for part in parts], halves)


def main_loop(graph: nx.DiGraph[str], loops: Sequence[Loop]) -> Loop | None:
    """The loop that goes on the circle.

    The first loop its author named, if it passes at least three quantities; else the longest
    reinforcing one that fits a circle and has few arrows across it; else the longest of any kind.
    """
    mine = [loop for loop in loops if all(name in graph for name in loop.quantities)]
    named = [loop for loop in mine if loop.title and len(loop.quantities) > 2]
    if named:
        return named[0]

    def worth(loop: Loop) -> tuple[float, ...]:
        across = graph.subgraph(loop.quantities).number_of_edges() - len(loop.quantities)
        length = len(loop.quantities)
        fits = length if length <= _LONGEST_RING else _LONGEST_RING - (length - _LONGEST_RING)
        busy = sum(graph.degree(name) for name in loop.quantities) / length
        return (length > 1, loop.sign == 1, fits - 1.5 * across, busy)

    return max(mine, key=worth, default=None)


def _one_part(
    graph: nx.DiGraph[str],
    halves: Mapping[str, tuple[float, float]],
    loops: Sequence[Loop],
    widening: float,
    tall: bool,
) -> Layout:
    if len(graph) > _CROWD:
        return Layout(spread_out(graph, halves, _ARROW, _GAP, tall), ())
    main = main_loop(graph, loops)
    if main is None or len(main.quantities) < 2:
        return Layout(_in_steps(graph, halves), ())
    quantities = main.quantities
    others = len(graph) - len(quantities)
    radius, ways = _radius(quantities, halves)
    if others:
        radius = max(radius, 118.0) * widening
    places = {
        name: (float(radius * x), float(radius * y))
        for name, (x, y) in zip(quantities, ways, strict=True)
    }
    ring = Ring(quantities, (0.0, 0.0), radius)
    return Layout(_place_others(graph, halves, places, ring), (ring,))


def _radius(
    quantities: Sequence[str], halves: Mapping[str, tuple[float, float]]
) -> tuple[float, Floats]:
    """The least circle with room for an arrow between each two labels, and the ways to them."""
    boxes = np.array([halves[name] for name in quantities])
    count = len(boxes)
    start = np.pi if count == 2 else np.pi / 2
    angles = start - 2 * np.pi * np.arange(count) / count
    directions = np.stack([np.cos(angles), np.sin(angles)], 1)
    wanted = _ARROW * (1.0 if count > 2 else 1.35)
    radius = 100.0 if count > 2 else 80.0
    while radius < 2000:
        middles = radius * directions
        apart = np.abs(middles - np.roll(middles, -1, axis=0)) - boxes - np.roll(boxes, -1, axis=0)
        free = np.hypot(*np.maximum(apart, 0).T)
        if free.min() >= wanted:
            break
        radius *= 1.04
    return radius, directions


def _place_others(
    graph: nx.DiGraph[str],
    halves: Mapping[str, tuple[float, float]],
    settled: Mapping[str, Point],
    ring: Ring | None,
) -> dict[str, Point]:
    places = dict(settled)
    others = [name for name in graph if name not in places]
    if not others:
        return places
    near = {name: sorted({*graph.pred[name], *graph[name]} - {name}) for name in graph}
    # From the circle outwards: a quantity is placed once a neighbour of its has a place.
    order: list[str] = []
    while len(order) < len(others):
        order.append(
            max(
                (name for name in others if name not in order),
                key=lambda name: (
                    sum(other in settled or other in order for other in near[name]),
                    -others.index(name),
                ),
            )
        )
    spots = _spots(np.array(list(settled.values())), ring, len(others))
    page = _Page(graph, halves, near, ring)
    for name in order:
        places[name] = page.best(name, places, spots)
    amid: dict[str, Mapping[str, Point]] = {}  # which places each was last looked at
    for _ in range(_SWEEPS if len(others) <= _MANY else 1):
        for name in order:
            place = places.pop(name)
            if amid.get(name) != places:
                amid[name] = dict(places)
                place = page.best(name, places, spots)
            places[name] = place
    return {name: places[name] for name in graph}


def _spots(settled: Floats, ring: Ring | None, others: int) -> Floats:
    """Where a quantity off the circle may stand: around the circle, and in its middle."""
    centre = (settled.min(axis=0) + settled.max(axis=0)) / 2
    radius = ring.radius if ring else max(90.0, float(np.hypot(*(settled - centre).T).max()))
    angles = np.pi / 2 - 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    farther = [84.0, 116.0, 152.0, 192.0, 240.0] + [300.0, 370.0, 450.0] * (others > 10)
    circles = [(radius + more) for more in farther]
    rounds = [
        np.stack([1.22 * far * np.cos(angles), 0.94 * far * np.sin(angles)], 1) for far in circles
    ]
    inner = [np.zeros((1, 2))]
    if ring is None or radius > 150:
        inner += [
            share * radius * np.stack([np.cos(angles[::4]), np.sin(angles[::4])], 1)
            for share in (0.25, 0.45)
        ]
    return np.asarray(np.concatenate([*inner, *rounds]) + centre)


class _Page:
    """What it costs to put a label at each of many spots, all others being where they are."""

    def __init__(
        self,
        graph: nx.DiGraph[str],
        halves: Mapping[str, tuple[float, float]],
        near: Mapping[str, Sequence[str]],
        ring: Ring | None,
    ) -> None:
        self._graph, self._halves, self._near, self._ring = graph, halves, near, ring
        self._on_ring = ring.edges if ring else frozenset()
        self._rim = _ring_segments(ring) if ring else np.zeros((0, 2, 2))

    def best(self, name: str, places: Mapping[str, Point], spots: Floats) -> Point:
        """The cheapest spot; the first of equals."""
        names = list(places)
        boxes = np.array([(*places[other], *self._halves[other]) for other in names])
        at = {other: i for i, other in enumerate(names)}
        rough = self._rough_cost(name, spots, boxes, at)
        # What costs time to tell is asked of the promising spots only.
        some = np.sort(np.argsort(np.round(rough, 6), kind="stable")[:_PROMISING])
        cost = rough[some] + self._fine_cost(name, spots[some], boxes, at)
        x, y = spots[some][int(np.argmin(np.round(cost, 6)))]
        return float(x), float(y)

    def _rough_cost(self, name: str, spots: Floats, boxes: Floats, at: Mapping[str, int]) -> Floats:
        """Labels apart, arrows of a good length, a compact page."""
        half = np.array(self._halves[name])
        grown = boxes + np.array([0, 0, *half])
        apart = distance_to_boxes(spots, grown)
        free = np.maximum(apart, 0)
        cost = np.where(free < _GAP, 30 + 2.0 * (_GAP - free), 0).sum(axis=1)
        cost += np.where(apart < 0, 60 - apart, 0).sum(axis=1)
        if self._ring:  # off the circle itself
            cost += 25 * _covers(self._rim[:, 0], spots, half + 12).any(axis=1)
        for other in self._near[name]:
            if other in at:
                # Neither too short for a sign and a delay mark nor long.
                short = np.maximum(0, self._need(name, other) - free[:, at[other]])
                cost += 0.06 * short**1.5 + 0.030 * free[:, at[other]]
        centre = boxes[:, :2].mean(axis=0)  # wider than high, as a page is
        cost += 0.006 * np.hypot(spots[:, 0] - centre[0], 1.25 * (spots[:, 1] - centre[1]))
        return np.asarray(cost)

    def _fine_cost(self, name: str, spots: Floats, boxes: Floats, at: Mapping[str, int]) -> Floats:
        """Arrows, taken as straight, keep off labels and off one another."""
        half, names = np.array(self._halves[name]), list(at)
        middles = boxes[:, :2]
        others = np.array(
            [
                (at[a], at[b])
                for a, b in self._graph.edges
                if a in at and b in at and a != b and (a, b) not in self._on_ring
            ],
            dtype=int,
        ).reshape(-1, 2)
        a, b = middles[others[:, 0]], middles[others[:, 1]]
        on_arrows = a + np.linspace(0.12, 0.88, 7)[:, None, None] * (b - a)
        hits = _covers(on_arrows.reshape(-1, 2), spots, half + 5).reshape(len(spots), 7, -1)
        cost = 6.0 * hits.any(axis=1).sum(axis=1)
        near = np.array([at[other] for other in self._near[name] if other in at], dtype=int)
        to = middles[near, None]
        starts = np.concatenate([self._rim[:, 0], a])
        ends = np.concatenate([self._rim[:, 1], b])
        # A label on the circle may be left in any direction.
        reach = boxes[near, None, 2:] + 14
        left, met = np.abs(starts - to) < reach, np.abs(ends - to) < reach
        own = (left[..., 0] & left[..., 1]) | (met[..., 0] & met[..., 1])
        own[:, len(self._rim) :] |= np.any(others == near[:, None, None], axis=2)
        mine = np.stack(np.broadcast_arrays(spots, to), axis=2)
        cost += 4.5 * crossings(mine, starts, ends, ~own[:, None]).sum(axis=0)
        along = spots + np.linspace(0.1, 0.9, 9)[:, None, None, None] * (to - spots)
        over = np.asarray(np.any(distance_to_boxes(along, boxes) < 4, axis=0))
        over[np.arange(len(near)), :, near] = False
        cost += 6 * over.sum(axis=(0, 2))
        # Two arrows leave one label in different directions.
        for i, seen in zip(near, _directions(spots - to), strict=True):
            joined = [at[other] for other in self._near[names[i]] if other in at]
            ways = _directions(middles[joined] - middles[i])
            cost += 12.5 * np.maximum(0, seen @ ways.T - 0.8).sum(axis=1)
        return np.asarray(cost)

    def _need(self, one: str, other: str) -> float:
        """The free way that the arrows between two quantities need for their marks."""
        late = any(
            self._graph.get_edge_data(*pair, {}).get("delay")
            for pair in ((one, other), (other, one))
        )
        return _ARROW + (16.0 if late else 0.0)


def _directions(ways: Floats) -> Floats:
    """Ways of length 1, shorter only if they are shorter than a point."""
    return np.asarray(ways / np.maximum(np.sqrt((ways**2).sum(axis=-1)), 1)[..., None])


def _covers(points: Floats, middles: Floats, half: Floats) -> Booleans:
    """Whether each point lies in a box of that size at each place; array (places, points)."""
    across = np.abs(points[:, 0] - middles[:, None, 0]) < half[0]
    return np.asarray(across & (np.abs(points[:, 1] - middles[:, None, 1]) < half[1]))


def _ring_segments(ring: Ring) -> Floats:
    angles = np.linspace(0, 2 * np.pi, 33)
    rim = ring.radius * np.stack([np.cos(angles), np.sin(angles)], 1) + ring.centre
    return np.stack([rim[:-1], rim[1:]], axis=1)


def _in_steps(
    graph: nx.DiGraph[str], halves: Mapping[str, tuple[float, float]]
) -> dict[str, Point]:
    bare = nx.DiGraph((a, b) for a, b in graph.edges if a != b)
    bare.add_nodes_from(graph)
    number = {name: i for i, name in enumerate(graph)}
    if not nx.is_directed_acyclic_graph(bare):  # its loops were not among those handed in
        bare = nx.DiGraph((a, b) for a, b in bare.edges if number[a] < number[b])
        bare.add_nodes_from(graph)
    steps = enumerate(nx.topological_generations(bare))
    rank = {name: step for step, names in steps for name in names}
    for name in sorted(rank, key=lambda n: -rank[n]):  # causes stand right before their effects
        if bare[name] and not bare.pred[name]:
            rank[name] = min(rank[effect] for effect in bare[name]) - 1
    columns = [
        [name for name in graph if rank[name] == step] for step in range(max(rank.values()) + 1)
    ]
    height = dict.fromkeys(graph, 0.0)
    for _ in range(8):  # each quantity level with those it is joined to, in both directions
        for column in [*columns, *reversed(columns)]:
            wanted = {
                name: float(np.mean([height[o] for o in (*bare.pred[name], *bare[name])] or [0]))
                for name in column
            }
            column.sort(key=lambda name: (-wanted[name], number[name]))
            level = sum(wanted.values()) / len(column)
            need = [2 * halves[name][1] + 34 for name in column]
            top = level + sum(need) / 2
            for name, room in zip(column, need, strict=True):
                height[name] = top - room / 2
                top -= room
    places: dict[str, Point] = {}
    x = 0.0
    for column in columns:
        wide = max(halves[name][0] for name in column)
        for name in column:
            places[name] = (x + wide, height[name])
        x += 2 * wide + _ARROW + 14
    return {name: places[name] for name in graph}


def _spaced(
    graph: nx.DiGraph[str],
    halves: Mapping[str, tuple[float, float]],
    given: Mapping[str, Point],
) -> dict[str, Point]:
    """Given places, 0 to 1, on the smallest page on which labels and arrows have room."""
    names = list(given)
    spots = np.array([given[name] for name in names], float)
    boxes = np.array([halves[name] for name in names])
    joined = np.array(
        [[graph.has_edge(a, b) or graph.has_edge(b, a) for b in names] for a in names]
    )
    need = np.where(joined, 0.75 * _ARROW, _GAP)
    upper = np.triu(np.ones_like(joined, dtype=bool), 1)
    wide, high = 480.0, 400.0
    for _ in range(24):
        beyond = np.abs(spots[:, None] - spots) * [wide, high] - boxes[:, None] - boxes
        free = np.hypot(*np.maximum(beyond, 0).transpose(2, 0, 1))
        if not (upper & (free < need)).any():
            break
        wide, high = wide * 1.06, high * 1.06
    return {
        name: (float(x * wide), float(y * high)) for name, (x, y) in zip(names, spots, strict=True)
    }


def _part(graph: nx.DiGraph[str], members: Set[str]) -> nx.DiGraph[str]:
    """A part of a graph with quantities and arrows in the order of the whole."""
    part: nx.DiGraph[str] = nx.DiGraph()
    part.add_nodes_from(name for name in graph if name in members)
    part.add_edges_from((a, b) for a, b in graph.edges if a in members)
    return part


def _packed(parts: Sequence[Layout], halves: Mapping[str, tuple[float, float]]) -> Layout:
    """Separate parts side by side, in rows no wider than a page or the widest part."""
    frames = []
    for part in parts:
        boxes = np.array([(*place, *halves[name]) for name, place in part.places.items()])
        low, high = (boxes[:, :2] - boxes[:, 2:]).min(0), (boxes[:, :2] + boxes[:, 2:]).max(0)
        for ring in part.rings:
            low = np.minimum(low, np.array(ring.centre) - ring.radius)
            high = np.maximum(high, np.array(ring.centre) + ring.radius)
        margin = 30.0 if part.rings else 18.0
        frames.append((low - margin, high + margin))
    widest = max(700.0, *(float(high[0] - low[0]) for low, high in frames))
    rows: list[list[int]] = [[]]
    taken = 0.0
    for number, (low, high) in enumerate(frames):
        if rows[-1] and taken + high[0] - low[0] > widest:
            rows.append([])
            taken = 0.0
        rows[-1].append(number)
        taken += float(high[0] - low[0])
    places: dict[str, Point] = {}
    rings: list[Ring] = []
    y = 0.0
    for row in rows:
        tall = max(float(frames[number][1][1] - frames[number][0][1]) for number in row)
        x = 0.0
        for number in row:
            low, high = frames[number]
            shift = np.array([x - low[0], y - (tall + high[1] + low[1]) / 2])
            for name, place in parts[number].places.items():
                places[name] = (float(place[0] + shift[0]), float(place[1] + shift[1]))
            for ring in parts[number].rings:
                centre = float(ring.centre[0] + shift[0]), float(ring.centre[1] + shift[1])
                rings.append(Ring(ring.quantities, centre, ring.radius))
            x += float(high[0] - low[0])
        y -= tall
    return Layout(places, tuple(rings))
