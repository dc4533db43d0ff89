"""Arcs, boxes and crossings: the plane geometry under a diagram, on whole arrays at once.

Lengths are points (1/72 inch), y runs up. A box is (x, y, half width, half height).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Booleans: TypeAlias = NDArray[np.bool_]
Point: TypeAlias = tuple[float, float]


def arcs(start: Floats, end: Floats, bows: Floats, along: Floats) -> Floats:
    """Points on circular arcs between two points; array (arcs, points, 2).

    `bows` tells how far each arc swings out to the left of its chord, as a share of the chord: 0 is
    straight, 0.5 half a circle. `along` is where on the arc, from 0 to 1.
    """
    chord = np.broadcast_to(np.asarray(end) - np.asarray(start), (len(bows), 2))
    middle = np.broadcast_to((np.asarray(end) + np.asarray(start)) / 2, (len(bows), 2))
    bows = np.where(np.abs(bows) < 1e-4, 1e-4, bows)
    turn = 4 * np.arctan(2 * bows)[:, None]  # the angle of the arc seen from its centre
    swing = turn * (np.broadcast_to(along, (len(bows), np.shape(along)[-1])) - 0.5)
    forward = np.sin(swing) / (2 * np.sin(turn / 2))
    left = (np.cos(swing) - np.cos(turn / 2)) / (2 * np.sin(turn / 2))
    normal = np.stack([-chord[:, 1], chord[:, 0]], axis=1)
    return np.asarray(
        middle[:, None] + forward[..., None] * chord[:, None] + left[..., None] * normal[:, None]
    )


def distance_to_boxes(points: Floats, boxes: Floats) -> Floats:
    """How far each point (..., 2) lies outside each box (boxes, 4); inside, minus its depth."""
    across = np.abs(points[..., None, 0] - boxes[:, 0]) - boxes[:, 2]
    up = np.abs(points[..., None, 1] - boxes[:, 1]) - boxes[:, 3]
    deep = np.minimum(np.maximum(across, up), 0)
    outside = np.maximum(across, 0, out=across) ** 2
    outside += np.maximum(up, 0, out=up) ** 2
    return np.asarray(np.sqrt(outside, out=outside) + deep)


def distance_to_points(points: Floats, others: Floats) -> Floats:
    """The distance of each point (..., 2) to the nearest of the others (others, 2)."""
    if not len(others):
        return np.full(points.shape[:-1], np.inf)
    # |p - o|^2 = |p|^2 - 2 p.o + |o|^2 lets one matrix product do the work.
    least = (points @ (-2 * others.T) + (others**2).sum(-1)).min(axis=-1)
    return np.asarray(np.sqrt(np.maximum((points**2).sum(-1) + least, 0)))


def crossings(
    paths: Floats, starts: Floats, ends: Floats, counted: Booleans | None = None
) -> NDArray[np.int64]:
    """How many of some segments each path (..., points, 2) crosses.

    `counted`, like (..., segments), tells which segments count for each path.
    """
    # Which side of a line through two points another lies on: matrix products, with what they say
    # of the first of the two as the border.
    turned = np.diff(paths, axis=-2)[..., ::-1] * [-1, 1]
    border = (turned * paths[..., :-1, :]).sum(axis=-1)[..., None]
    parted = (_products(turned, starts) > border) != (_products(turned, ends) > border)
    across = (ends - starts)[:, ::-1] * [-1, 1]
    beside = _products(paths, across) > (across * starts).sum(axis=1)
    met = parted & (beside[..., 1:, :] != beside[..., :-1, :])
    if counted is not None:
        met &= counted[..., None, :]
    return np.asarray(np.count_nonzero(met, axis=(-2, -1)))


def _products(vectors: Floats, others: Floats) -> Floats:
    return np.asarray((vectors.reshape(-1, 2) @ others.T).reshape(*vectors.shape[:-1], -1))


def inside(points: Floats, outline: Floats) -> Booleans:
    """Whether each point lies within a closed outline."""
    from matplotlib.path import Path

    return np.asarray(Path(outline).contains_points(points))


def turning(outline: Floats) -> float:
    """Twice the area within a closed outline: above zero where it runs anticlockwise."""
    x, y = outline.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def evenly(path: Floats, step: float) -> Floats:
    """The path again, with points about `step` apart."""
    run = np.r_[0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    places = np.linspace(0, run[-1], max(4, round(run[-1] / step) + 1))
    return np.stack([np.interp(places, run, path[:, 0]), np.interp(places, run, path[:, 1])], 1)


def around_box(box: Floats, pad: float, where: Floats) -> Floats:
    """Points on the rim of a grown box, by their way along it, anticlockwise from the right."""
    corners, run = _rim(box, pad)
    where = np.mod(where, run[-1])
    return np.stack([np.interp(where, run, corners[:, k]) for k in (0, 1)], axis=1)


def rim_length(box: Floats, pad: float) -> float:
    """The way once round a box grown by `pad`."""
    return float(_rim(box, pad)[1][-1])


def rim_place(box: Floats, pad: float, toward: Floats) -> float:
    """Where the ray from the middle of a box toward a point leaves the grown box."""
    wide, high = box[2] + pad, box[3] + pad
    dx, dy = toward - box[:2]
    if abs(dx) * high >= abs(dy) * wide:
        up = dy / abs(dx) * wide if dx else 0.0
        return float(up) if dx >= 0 else float(2 * high + 2 * wide - up)
    across = dx / abs(dy) * high
    return float(high + wide - across) if dy > 0 else float(3 * high + 3 * wide + across)


def _rim(box: Floats, pad: float) -> tuple[Floats, Floats]:
    x, y, wide, high = box
    wide, high = wide + pad, high + pad
    corners = np.array(
        [
            (x + wide, y),
            (x + wide, y + high),
            (x - wide, y + high),
            (x - wide, y - high),
            (x + wide, y - high),
            (x + wide, y),
        ]
    )
    return corners, np.cumsum([0, high, 2 * wide, 2 * high, 2 * wide, high])
