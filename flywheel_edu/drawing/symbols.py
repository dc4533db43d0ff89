"""Where the marks stand: signs by the arrow heads, bars on delayed arrows, letters in the loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flywheel_edu.causal.loops import Loop
from flywheel_edu.charts.lettering import width
from flywheel_edu.drawing.geometry import (
    Floats,
    Point,
    distance_to_boxes,
    distance_to_points,
    inside,
    turning,
)
from flywheel_edu.drawing.labels import LEADING, wrapped
from flywheel_edu.drawing.routes import tangent
from flywheel_edu.drawing.ways import Edge, Ways, near_boxes

SIGN_RADIUS = 6.6
_ENOUGH = 7.0  # the free way round a sign beyond which more is no better
TURN_RADIUS = 15.0  # of the turning arrow round a loop's letter
LETTER, TITLE = 12.5, 11.0  # letter sizes
_REACH = 70.0  # how far outside its loop a mark is looked for, points
_GRID = 6.0  # points between the places where a loop's mark is tried


@dataclass(frozen=True)
class SignMark:
    """The sign of one arrow: 1, -1 or None, in a round mark at a place."""

    edge: Edge
    sign: int | None
    place: Point
    radius: float = SIGN_RADIUS


@dataclass(frozen=True)
class DelayMark:
    """Two bars across an arrow: their middle and the arrow's direction there."""

    edge: Edge
    place: Point
    direction: Point


@dataclass(frozen=True)
class LoopMark:
    """A loop's letter within a turning arrow; below its title, and how many loops it stands for."""

    loop: Loop
    place: Point
    clockwise: bool
    lines: tuple[str, ...]
    times: float  # its usual size
    face: str

    @property
    def box(self) -> Floats:
        """The room it takes."""
        return _mark_box(self.place, self.lines, self.times, self.face)


def mark_delays(delayed: Sequence[Edge], paths: Mapping[Edge, Floats]) -> tuple[DelayMark, ...]:
    """Bars near the middle of each delayed arrow, where no other arrow passes."""
    marks, ways = [], Ways(paths)
    for edge in delayed:
        path = paths[edge]
        beside = [paths[e] for e in ways.near(path, 14) if e != edge]
        others = np.concatenate([np.zeros((0, 2)), *beside])
        shares = np.array([0.45, 0.4, 0.5, 0.35, 0.55, 0.3, 0.6])
        steps = np.clip(np.round(shares * (len(path) - 1)).astype(int), 1, len(path) - 2)
        free = np.minimum(distance_to_points(path[steps], others), 14)
        best = int(np.argmax(np.round(free - 8 * np.abs(shares - 0.45), 3)))
        at = int(steps[best])
        marks.append(DelayMark(edge, _point(path[at]), _point(tangent(path, at))))
    return tuple(marks)


def mark_signs(
    signs: Mapping[Edge, int | None],
    paths: Mapping[Edge, Floats],
    boxes: Floats,
    delays: Sequence[DelayMark],
    times: float = 1.0,
) -> tuple[SignMark, ...]:
    """A mark, of so many times its usual size, beside each arrow near its head, where room is most.

    Where an arrow has no free place beside it, its mark is put on it.
    """
    radius = times * SIGN_RADIUS
    enough = radius + _ENOUGH
    bars = np.array([mark.place for mark in delays]).reshape(-1, 2)
    ways, spots = Ways(paths), Ways()
    rooms: dict[Edge, Floats] = {}
    dear: dict[Edge, Floats] = {}
    for edge in signs:
        spots[edge], dear[edge] = _sign_spots(paths[edge], radius)
        beside = [paths[e] for e in ways.near(spots[edge], enough) if e != edge]
        walls = near_boxes(boxes, spots[edge], enough)
        rooms[edge] = np.minimum.reduce(
            [
                distance_to_points(spots[edge], np.concatenate([np.zeros((0, 2)), *beside])),
                distance_to_boxes(spots[edge], walls).min(axis=1, initial=np.inf),
                distance_to_points(spots[edge], bars) - 5,
            ]
        )
        rooms[edge] -= radius

    def worth(edge: Edge) -> Floats:
        room = rooms[edge]
        return np.round(np.minimum(room, _ENOUGH) - np.where(room < 1.5, 40, 0) - dear[edge], 6)

    best = {edge: float(worth(edge).max()) for edge in signs}
    marks: dict[Edge, SignMark] = {}
    while best:
        edge = min(best, key=best.__getitem__)  # the arrow with the least room chooses first
        place = spots.pop(edge)[int(np.argmax(worth(edge)))]
        marks[edge] = SignMark(edge, signs[edge], _point(place), radius)
        del best[edge]
        for other in spots.near(place, enough + radius):
            apart = np.hypot(*(spots[other] - place).T) - 2 * radius
            rooms[other] = np.minimum(rooms[other], apart)
            best[other] = float(worth(other).max())
    return tuple(marks[edge] for edge in signs)


def mark_loops(
    loops: Sequence[Loop],
    paths: Mapping[Edge, Floats],
    boxes: Floats,
    signs: Sequence[SignMark],
    times: float,
    face: str,
) -> tuple[LoopMark, ...]:
    """A mark for each loop in the roomiest place it encloses and, if it can be, no other does."""
    if not loops:
        return ()
    outlines = {loop: np.concatenate([paths[edge] for edge in loop.edges]) for loop in loops}
    room = _Room(np.concatenate([*paths.values(), boxes[:, :2]]))
    room.ink(np.concatenate(list(paths.values())))
    for box in boxes:
        room.fill(box)
    for sign in signs:
        room.fill(np.array([*sign.place, sign.radius, sign.radius]))
    within = {loop: inside(room.spots, outlines[loop][::4]) for loop in loops}
    covered = np.sum(list(within.values()), axis=0)
    marks: list[LoopMark] = []
    # Small loops have the least choice.
    order = sorted(loops, key=lambda loop: (abs(turning(outlines[loop])), loops.index(loop)))
    for loop in order:
        outline = outlines[loop]
        below = f"{loop.title} ×{loop.count}".strip() if loop.count > 1 else loop.title
        lines = wrapped(below, easy=16) if below else ()
        mark = _mark_box((0.0, 0.0), lines, times, face)
        free = room.around(mark)
        outside = ~within[loop]
        low, high = outline.min(axis=0) - _REACH, outline.max(axis=0) + _REACH
        near = outside & (free > 0) & ((room.spots > low) & (room.spots < high)).all(axis=1)
        far = np.where(outside, 2 * _REACH, 0.0)
        far[near] = distance_to_points(room.spots[near], outline[::6])
        away = np.hypot(*(room.spots - outline.mean(axis=0)).T)
        worth = free - 9 * outside - 0.35 * far - 2.5 * np.minimum(covered - 1, 4) * ~outside
        best = int(np.argmax(np.round(worth - 0.03 * away, 6)))
        place = _point(room.spots[best])
        room.fill(_mark_box(place, lines, times, face))
        marks.append(LoopMark(loop, place, turning(outline) < 0, lines, times, face))
    return tuple(sorted(marks, key=lambda mark: loops.index(mark.loop)))


class _Room:
    """A fine grid over the page that knows which of its cells are taken.

    Attributes
    ----------
    spots : array (cells, 2)
        The middle of each cell.
    """

    def __init__(self, drawn: Floats) -> None:
        self._low = drawn.min(axis=0) - 90
        across, up = np.ceil((drawn.max(axis=0) + 90 - self._low) / _GRID).astype(int)
        self._taken = np.zeros((across, up), dtype=int)
        cells = np.stack(np.meshgrid(np.arange(across), np.arange(up), indexing="ij"), -1)
        self.spots: Floats = self._low + (cells.reshape(-1, 2) + 0.5) * _GRID

    def ink(self, points: Floats) -> None:
        at = ((points - self._low) / _GRID).astype(int)
        self._taken[at[:, 0], at[:, 1]] = 1

    def fill(self, box: Floats) -> None:
        low = np.floor((box[:2] - box[2:] - self._low) / _GRID).astype(int).clip(0)
        high = np.ceil((box[:2] + box[2:] - self._low) / _GRID).astype(int).clip(0)
        self._taken[low[0] : high[0], low[1] : high[1]] = 1

    def around(self, box: Floats) -> Floats:
        """For each cell the free way round a box put there, up to 14; far below 0 for none.

        The box is given for the cell at (0, 0). Sums over rectangles come from a table of sums.
        """
        across, up = self._taken.shape
        free = np.full((across, up), -60.0)
        for pad in (1.0, 4.0, 7.0, 10.5, 14.0):
            low = np.floor((box[:2] - box[2:] - pad) / _GRID + 0.5).astype(int)
            high = np.ceil((box[:2] + box[2:] + pad) / _GRID + 0.5).astype(int)
            # Outside the page nothing is taken.
            sums = np.pad(self._taken, [(1 - low[0], high[0]), (1 - low[1], high[1])])
            sums = sums.cumsum(axis=0).cumsum(axis=1)
            wide, tall = high - low
            right, left = sums[wide : wide + across], sums[:across]
            within = (right - left)[:, tall : tall + up] - (right - left)[:, :up]
            free[within == 0] = pad
        return free.ravel()


def _mark_box(place: Point, lines: Sequence[str], times: float, face: str) -> Floats:
    wide = max([TURN_RADIUS + 2, *(width(line, TITLE, face) / 2 for line in lines)])
    low = TURN_RADIUS + (4 + TITLE * LEADING * len(lines) if lines else 2)
    high = TURN_RADIUS + 2
    wide, low, high = times * wide, times * low, times * high
    return np.array([place[0], place[1] + (high - low) / 2, wide, (high + low) / 2])


def _sign_spots(path: Floats, radius: float) -> tuple[Floats, Floats]:
    """Places for a sign along an arrow, and how unwelcome each is."""
    count = len(path) - 1
    length = np.hypot(*np.diff(path, axis=0).T).sum()
    spots: list[Floats] = []
    dear: list[float] = []
    for away in (20.0, 27.0, 35.0, 44.0, 56.0, 70.0, 90.0):  # from the head
        share = 1 - away / length
        if share < 0.12 and spots:
            break
        at = min(max(round(share * count), 1), count - 1)
        along = tangent(path, at)
        left = np.array([-along[1], along[0]])
        for offset, extra in ((radius + 4.9, 0.0), (radius + 7.9, 0.6), (0.0, 9.0)):
            for side in (1, -1) if offset else (1,):
                spots.append(path[at] + side * offset * left)
                dear.append(0.09 * abs(away - 27) + extra)
    return np.array(spots), np.array(dear)


def _point(place: Floats) -> Point:
    return float(place[0]), float(place[1])
