"""Quantities with one neighbour, moved to where the drawn arrows leave room.

The layout takes arrows as straight. Once they are arcs, a quantity that hangs on one arrow alone
can still go elsewhere without disturbing anything.
"""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import numpy as np

from flywheel_edu.drawing.geometry import (
    Floats,
    Point,
    crossings,
    distance_to_boxes,
    distance_to_points,
)
from flywheel_edu.drawing.layout import Layout
from flywheel_edu.drawing.ways import Edge, Ways, near_boxes

_ANGLES = 36
_GAPS = (58.0, 72.0, 90.0, 112.0)
_WORTH_MOVING = 2.0


def settle_leaves(
    graph: nx.DiGraph[str],
    layout: Layout,
    boxes: Mapping[str, Floats],
    paths: Mapping[Edge, Floats],
    settled: Mapping[str, Point],
) -> Layout:
    """The layout with each such quantity at its best place, those in `settled` left alone."""
    boxes, links, ways = dict(boxes), graph.to_undirected(as_view=True), Ways(paths)
    on_ring = {name for ring in layout.rings for name in ring.quantities}
    for name in graph:
        near = {*graph.pred[name], *graph[name]} - {name}
        if len(near) != 1 or name in on_ring or name in settled:
            continue
        (neighbour,) = near
        if not on_ring.intersection(nx.node_connected_component(links, name)):
            continue  # in a part without loops all stands in steps
        walls = np.array([box for other, box in boxes.items() if other != name])
        spots, gaps = _around(boxes[neighbour], boxes[name])
        here, half = boxes[name][:2], boxes[name][2:]
        spots, gaps = np.concatenate([here[None], spots]), np.r_[90.0, gaps]
        reach = 16 + float(half.max())
        drawn = [paths[edge] for edge in ways.near(spots, reach) if name not in edge]
        beside = near_boxes(walls, spots, reach)
        cost = _cost(spots, half, boxes[neighbour], beside, drawn) + 0.05 * gaps
        cost += 0.008 * np.hypot(*(spots - walls[:, :2].mean(axis=0)).T)
        cost[0] -= _WORTH_MOVING
        best = spots[int(np.argmin(np.round(cost, 6)))]
        boxes[name] = np.r_[best, boxes[name][2:]]
    places = {name: (float(box[0]), float(box[1])) for name, box in boxes.items()}
    return Layout({name: places[name] for name in graph}, layout.rings)


def _around(neighbour: Floats, box: Floats) -> tuple[Floats, Floats]:
    """Places round a label at a few free distances from it, and those distances."""
    angles = np.pi / 2 - 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    way = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    reach = (neighbour[2:] + box[2:]) / np.maximum(np.abs(way), 1e-9)
    touching = reach.min(axis=1)
    gaps = np.repeat(_GAPS, _ANGLES)
    far = np.tile(touching, len(_GAPS)) + gaps
    return neighbour[:2] + far[:, None] * np.tile(way, (len(_GAPS), 1)), gaps


def _cost(
    spots: Floats, half: Floats, neighbour: Floats, walls: Floats, drawn: list[Floats]
) -> Floats:
    """What is wrong with a label of that size at each place, joined to its neighbour."""
    grown = np.concatenate([spots, np.broadcast_to(half, spots.shape)], axis=1)
    beyond = np.abs(spots[:, None] - walls[:, :2]) - walls[:, 2:] - half
    free = np.hypot(*np.maximum(beyond, 0).transpose(2, 0, 1)).min(axis=1)
    cost = np.where(free < 16, 30 + 16 - free, 0)
    others = walls[(walls != neighbour).any(axis=1)]
    line = spots + np.linspace(0.06, 0.8, 12)[:, None, None] * (neighbour[:2] - spots)
    if len(others):
        cost = cost + 8.0 * (distance_to_boxes(line, others).min(axis=0) < 6).sum(axis=1)
    if drawn:
        dots = np.concatenate([path[::2] for path in drawn])
        cost = cost + 1.6 * np.maximum(0, 10 - distance_to_boxes(dots, grown).min(axis=0))
        starts = np.concatenate([path[:-1:2] for path in drawn])
        ends = np.concatenate([path[1::2] for path in drawn])
        ways = np.stack([spots, np.broadcast_to(neighbour[:2], spots.shape)], axis=1)
        # The neighbour's own arrows start where this one ends, and count only farther out.
        away = (distance_to_boxes(starts, neighbour[None])[:, 0] > 10) & (
            distance_to_boxes(ends, neighbour[None])[:, 0] > 10
        )
        cost = cost + 8.0 * crossings(ways, starts[away], ends[away])
        cost = cost + 0.25 * np.maximum(0, 12 - distance_to_points(line, dots)).sum(axis=0)
    return np.asarray(cost)
