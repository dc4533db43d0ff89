"""Arrows' ways on the page, and which of them come near a place.

Only what is near can be in an arrow's way, so that a page of many arrows takes little longer an
arrow than a page of few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping

import numpy as np

from flywheel_edu.drawing.geometry import Floats

Edge = tuple[str, str]


class Ways(MutableMapping[Edge, Floats]):
    """The way of each arrow, array (points, 2)."""

    def __init__(self, paths: Mapping[Edge, Floats] | None = None) -> None:
        self._paths: dict[Edge, Floats] = {}
        self._row: dict[Edge, int] = {}
        self._edges: list[Edge] = []
        self._frames = np.full((16, 4), np.nan)  # left, bottom, right, top of each way
        self.update(paths or {})

    def __getitem__(self, edge: Edge) -> Floats:
        return self._paths[edge]

    def __setitem__(self, edge: Edge, path: Floats) -> None:
        if edge not in self._row:
            self._row[edge] = len(self._edges)
            self._edges.append(edge)
            if len(self._edges) > len(self._frames):
                self._frames = np.pad(
                    self._frames, ((0, len(self._frames)), (0, 0)), constant_values=np.nan
                )
        self._paths[edge] = path
        self._frames[self._row[edge]] = *path.min(axis=0), *path.max(axis=0)

    def __delitem__(self, edge: Edge) -> None:
        del self._paths[edge]
        self._frames[self._row[edge]] = np.nan  # is near nothing

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def near(self, points: Floats, reach: float) -> list[Edge]:
        """The arrows that may come within `reach` of the rectangle round some points."""
        (left, bottom), (right, top) = frame(points, reach)
        frames = self._frames[: len(self._edges)]
        meet = (frames[:, 0] <= right) & (frames[:, 2] >= left)
        meet &= (frames[:, 1] <= top) & (frames[:, 3] >= bottom)
        return [self._edges[row] for row in np.flatnonzero(meet)]


def frame(points: Floats, reach: float) -> tuple[Floats, Floats]:
    """The lower left and upper right corner of the rectangle round some points, grown."""
    flat = points.reshape(-1, 2)
    return flat.min(axis=0) - reach, flat.max(axis=0) + reach


def near_boxes(boxes: Floats, points: Floats, reach: float) -> Floats:
    """The boxes that may come within `reach` of the rectangle round some points."""
    low, high = frame(points, reach)
    middles, halves = boxes[:, :2], boxes[:, 2:]
    return boxes[((middles - halves <= high) & (middles + halves >= low)).all(axis=1)]
