"""Places for many quantities: as far apart on the page as they are along the arrows.

Stress majorization (Gansner, Koren and North, 2005), from the places that classical scaling gives;
then labels that lie too near one another are pushed apart.
"""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import numpy as np

from flywheel_edu.drawing.geometry import Floats, Point

_ROUNDS = 150
_SETTLED = 0.5  # a step, in points, that is no longer worth taking
_PAGE = (1.15, 0.95)  # a page is wider than high


def spread_out(
    graph: nx.DiGraph[str],
    halves: Mapping[str, tuple[float, float]],
    arrow: float,
    gap: float,
    tall: bool = False,
) -> dict[str, Point]:
    """Places for a connected graph whose labels have halves of that width and height.

    `arrow` is the free way wanted between two labels that an arrow joins, `gap` between any two;
    a `tall` page is higher than wide.
    """
    row = {name: i for i, name in enumerate(graph)}
    half = np.array([halves[name] for name in graph])
    ends = np.array([(row[a], row[b]) for a, b in graph.edges if a != b]).reshape(-1, 2)
    joined = np.zeros((len(row), len(row)), dtype=bool)
    joined[ends[:, 0], ends[:, 1]] = joined[ends[:, 1], ends[:, 0]] = True
    length = 1.1 * (arrow + 1.4 * np.median(half.sum(axis=1)))  # of an arrow, with half its labels
    # Who have the same neighbours belong together: an arrow is as long as the neighbours are many
    # that only one of its ends has, which untangles a crowd (as WebCola's lengths of links do).
    near = joined + np.eye(len(row))
    alone = near.sum(axis=0) + near.sum(axis=1)[:, None] - 2 * near @ near
    lengths = np.where(joined, 0.5 + alone, 0)
    lengths *= length / lengths[joined].mean()
    places = _least_stress(nx.floyd_warshall_numpy(nx.from_numpy_array(lengths)))
    places = (places[:, ::-1] if tall else places) * _PAGE[:: -1 if tall else 1]
    places = _pushed_apart(places, half, np.where(joined, 0.8 * arrow, 1.5 * gap), gap)
    return {name: (float(x), float(y)) for name, (x, y) in zip(graph, places, strict=True)}


def _least_stress(away: Floats) -> Floats:
    """Places whose distances miss the wanted ones least, a near pair counting most."""
    count = len(away)
    centred = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centred @ away**2 @ centred)
    places: Floats = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))
    places = places[:, ::-1]
    top = places[np.abs(places).argmax(axis=0), [0, 1]]
    places = places * np.where(top < 0, -1, 1)  # a machine's linear algebra may turn the page round
    weights = 1 / np.maximum(away, 1) ** 2
    np.fill_diagonal(weights, 0)
    pull = np.linalg.inv(np.diag(weights.sum(axis=1)) - weights + 1 / count) - 1 / count
    for _ in range(_ROUNDS):
        apart = np.maximum(np.hypot(*(places[:, None] - places).transpose(2, 0, 1)), 1e-9)
        push = -weights * away / apart
        np.fill_diagonal(push, 0)
        np.fill_diagonal(push, -push.sum(axis=1))
        before, places = places, pull @ (push @ places)
        if np.abs(places - before).max() < _SETTLED:
            break
    return places


def _pushed_apart(places: Floats, half: Floats, need: Floats, least: float) -> Floats:
    """The places with each two labels as far apart as they need, or at least `least`."""
    first = np.sign(np.arange(len(places))[:, None] - np.arange(len(places)))  # where two coincide
    grown = half[:, None] + half
    for _ in range(_ROUNDS):
        across = places[:, None] - places
        gaps = np.abs(across) - grown
        outside = np.maximum(gaps, 0)
        free = np.hypot(outside[..., 0], outside[..., 1])
        short = np.maximum(need - free, 0)
        np.fill_diagonal(short, 0)
        if short.max() < _SETTLED:
            break
        side = np.where(across == 0, first[..., None], np.sign(across))
        nearer = gaps == gaps.max(axis=-1, keepdims=True)  # boxes that overlap part the short way
        overlap = free < 1e-6
        way = np.where(overlap[..., None], nearer, outside / np.maximum(free, 1e-6)[..., None])
        depth = short - np.where(overlap, gaps.max(axis=-1), 0)
        np.fill_diagonal(depth, 0)
        places = places + 0.25 * (depth[..., None] * way * side).sum(axis=1)
    others = ~np.eye(len(places), dtype=bool)
    while True:  # a crowd that would not part has a larger page
        gaps = np.abs(places[:, None] - places) - grown
        free = np.hypot(*np.maximum(gaps, 0).transpose(2, 0, 1))
        if not (others & (free < least)).any():
            return places
        places = places * 1.05
