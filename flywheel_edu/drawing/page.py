"""The plan of a diagram: every label, arrow and mark with its place on the page, before any ink.

Both styles ink the same kind of plan, so that what must hold of a picture (no label over another,
no sign on a label) is decided and tested here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import networkx as nx
import numpy as np

from flywheel_edu.causal.loops import Loop
from flywheel_edu.charts.lettering import HAND, PRINT, width
from flywheel_edu.drawing.geometry import Floats, Point
from flywheel_edu.drawing.labels import Label, label
from flywheel_edu.drawing.layout import Layout, lay_out
from flywheel_edu.drawing.leaves import settle_leaves
from flywheel_edu.drawing.routes import draft, route
from flywheel_edu.drawing.symbols import (
    DelayMark,
    LoopMark,
    SignMark,
    mark_delays,
    mark_loops,
    mark_signs,
)
from flywheel_edu.drawing.titles import TitleLine, title_height, title_lines
from flywheel_edu.drawing.ways import Edge
from flywheel_edu.words import said

_WIDENINGS = (1.0, 1.2, 1.4, 1.6)  # of the main circle, to be compared
_FEW = 18  # quantities up to which all of them are
_PAD = (5.0, 4.0)  # between a label's letters and its box


@dataclass(frozen=True)
class Lettering:
    """The font, and sizes in points."""

    face: str
    name: float
    title: float
    key: float
    margin: float
    marks: float = 1.0  # how many times their usual size the loops' marks have

    def grown(self, times: float) -> Lettering:
        """The same with larger letters: the smallest grow most, the title least."""
        name, title, key = times * self.name, times**0.9 * self.title, times**1.1 * self.key
        return Lettering(self.face, name, title, key, self.margin, times * self.marks)


PRINTED = Lettering(PRINT, name=11.5, title=16.0, key=9.5, margin=18.0)
WRITTEN = Lettering(HAND, name=13.5, title=18.5, key=9.8, margin=34.0)


@dataclass(frozen=True)
class Item:
    """A quantity on the page."""

    name: str
    label: Label
    box: Floats  # x, y, half width, half height
    kind: str


@dataclass(frozen=True)
class Arrow:
    """An arrow on the page: its way from tail to head."""

    edge: Edge
    path: Floats
    sign: int | None
    delay: bool


@dataclass(frozen=True)
class KeyEntry:
    """One sign of the key and what it says; `x` is where it starts."""

    mark: str  # "+", "-", "?", "delay", "R", "B", "U" or "stock"
    text: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Plan:
    """A diagram ready to be inked. Lengths are points, y up from the lower left corner."""

    lettering: Lettering
    width: float
    height: float
    title: tuple[TitleLine, ...]
    title_place: Point  # the upper left corner of the title
    items: tuple[Item, ...]
    arrows: tuple[Arrow, ...]
    signs: tuple[SignMark, ...]
    delays: tuple[DelayMark, ...]
    loops: tuple[LoopMark, ...]
    key: tuple[KeyEntry, ...]


def plan(
    graph: nx.DiGraph[str],
    loops: Sequence[Loop],
    marked: Sequence[Loop],
    *,
    lettering: Lettering,
    title: str,
    given: Mapping[str, Point],
    key: bool,
    seconds: float = inf,
    tall: bool = False,
) -> Plan:
    """Lay a graph out on a page.

    All `loops` decide the circle and how arrows bend; those `marked` get a letter. `given` places
    are settled, 0 to 1, y up. After so many `seconds` of processor time arrows are no longer
    bettered. Many quantities are spread over a `tall` page if one is asked for.
    """
    deadline = time.process_time() + seconds
    labels = {name: label(name, lettering.name, lettering.face) for name in graph}
    halves = {name: (one.half[0] + _PAD[0], one.half[1] + _PAD[1]) for name, one in labels.items()}
    layout, boxes = _easiest(graph, halves, loops, given, tall)
    walls = np.array(list(boxes.values()))
    paths = route(graph, layout, boxes, loops, deadline)
    signs = {(a, b): sign for a, b, sign in graph.edges(data="sign")}
    late = [(a, b) for a, b, delay in graph.edges(data="delay") if delay]
    bars = mark_delays(late, paths)
    rounds = mark_signs(signs, paths, walls, bars, lettering.marks**0.5)
    letters = mark_loops(marked, paths, walls, rounds, lettering.marks, lettering.face)

    edge = lettering.margin
    frames = [walls, *(mark.box[None] for mark in letters)]
    corners = np.concatenate(
        [f[:, :2] - f[:, 2:] for f in frames]
        + [f[:, :2] + f[:, 2:] for f in frames]
        + list(paths.values())
        + [np.array([s.place for s in rounds]).reshape(-1, 2) + d for d in (-8, 8)]
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = max(high[0] - low[0], 240.0)
    entries = _key(graph, marked, lettering, room) if key else ()
    length = max((entry.x + entry.width for entry in entries), default=0.0)
    room = max(room, length)
    foot = edge + (2.8 * lettering.key + entries[0].y if entries else 0)
    over = title_lines(title, lettering.title, lettering.face, room)
    head = edge + title_height(over)
    wide = max(room, *(line.width for line in over)) + 2 * edge if over else room + 2 * edge
    tall = high[1] - low[1] + foot + head
    shift = np.array([(wide - low[0] - high[0]) / 2, foot - low[1]])
    start = np.array([(wide - length) / 2, edge + 0.2 * lettering.key])
    return Plan(
        lettering=lettering,
        width=float(wide),
        height=float(tall),
        title=over,
        title_place=(edge, float(tall - edge)),
        items=tuple(
            Item(
                name,
                labels[name],
                np.r_[boxes[name][:2] + shift, boxes[name][2:]],
                str(graph.nodes[name].get("kind", "")),
            )
            for name in graph
        ),
        arrows=tuple(Arrow(pair, paths[pair] + shift, signs[pair], pair in late) for pair in paths),
        signs=tuple(replace(mark, place=_moved(mark.place, shift)) for mark in rounds),
        delays=tuple(replace(mark, place=_moved(mark.place, shift)) for mark in bars),
        loops=tuple(replace(mark, place=_moved(mark.place, shift)) for mark in letters),
        key=tuple(replace(entry, x=entry.x + start[0], y=entry.y + start[1]) for entry in entries),
    )


def _easiest(
    graph: nx.DiGraph[str],
    halves: Mapping[str, tuple[float, float]],
    loops: Sequence[Loop],
    given: Mapping[str, Point],
    tall: bool,
) -> tuple[Layout, dict[str, Floats]]:
    """The layout whose arrows are least in one another's way, of a few with wider circles."""

    def boxed(layout: Layout) -> dict[str, Floats]:
        return {name: np.array([*layout.places[name], *halves[name]]) for name in graph}

    first, *wider = _WIDENINGS if len(graph) <= _FEW else _WIDENINGS[1:3]
    layout = lay_out(graph, halves, loops, given, first, tall)
    if all(name in given for name in graph) or not (given or layout.rings):
        return layout, boxed(layout)  # no circle to be widened, and none that a leaf hangs on
    tries: list[tuple[float, Layout, dict[Edge, Floats]]] = []
    for widening in [first] if given else [first, *wider]:
        if widening != first:
            layout = lay_out(graph, halves, loops, given, widening)
        if tries and layout == tries[-1][1]:
            break  # nothing stands off the circle
        boxes = boxed(layout)
        spots = np.array(list(boxes.values()))
        page = (spots[:, :2] + spots[:, 2:]).max(0) - (spots[:, :2] - spots[:, 2:]).min(0)
        strain, paths = draft(graph, layout, boxes, loops)
        tries.append((strain + 0.012 * float(page.sum()), layout, paths))
    _, layout, paths = min(tries, key=lambda one: round(one[0], 6))
    layout = settle_leaves(graph, layout, boxed(layout), paths, given)
    return layout, boxed(layout)


def _key(
    graph: nx.DiGraph[str], marked: Sequence[Loop], lettering: Lettering, room: float
) -> tuple[KeyEntry, ...]:
    """The signs that occur, each with its meaning, on lines that fit the room; the lowest at 0."""
    signs = [sign for _, _, sign in graph.edges(data="sign")]
    kinds = {loop.name[:1] for loop in marked}
    kept = [kind for _, kind in graph.nodes(data="kind")]
    known = [
        ("+", "same way", 1 in signs),
        ("-", "opposite way", -1 in signs),
        ("?", "either way", None in signs),
        ("delay", "takes time", any(late for _, _, late in graph.edges(data="delay"))),
        ("R", "feeds itself", "R" in kinds),
        ("B", "holds itself back", "B" in kinds),
        ("U", "either of the two", "U" in kinds),
        ("stock", "builds up", "stock" in kept and lettering.face != HAND),
    ]
    entries: list[KeyEntry] = []
    x = y = 0.0
    for mark, english, occurs in known:
        if occurs:
            text = said(english)
            wide = 1.65 * lettering.key + width(text, lettering.key, lettering.face)
            if x and x + wide > room:
                x, y = 0.0, y - 1.7 * lettering.key
            entries.append(KeyEntry(mark, text, x, y, wide))
            x += wide + 1.8 * lettering.key
    return tuple(replace(entry, y=entry.y - y) for entry in entries)


def _moved(place: Point, shift: Floats) -> Point:
    return float(place[0] + shift[0]), float(place[1] + shift[1])
