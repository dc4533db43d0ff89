"""The clean style: a diagram as in a well-printed book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import BoxStyle
from matplotlib.path import Path

from flywheel_edu.charts.lettering import families
from flywheel_edu.charts.look import INK, QUIET, colour
from flywheel_edu.drawing.emphasis import Emphasis
from flywheel_edu.drawing.geometry import Floats, Point
from flywheel_edu.drawing.labels import LEADING
from flywheel_edu.drawing.page import KeyEntry, Plan
from flywheel_edu.drawing.symbols import LETTER, TITLE, TURN_RADIUS, LoopMark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALE = "#CDD2D6"
_LINE = 1.9  # width of an arrow, points
_BOX, _RIM = "#F1F4F6", "#8A939B"
COLOURS = {  # of arrows, signs and letters; "text" is of names and delays
    "+": colour("blue"),
    "-": colour("vermillion"),
    "?": QUIET,
    "R": colour("blue", text=True),
    "B": colour("vermillion", text=True),
    "U": QUIET,
    "text": INK,
}
_SIGNS = {1: "+", -1: "-", None: "?"}


def print_plan(
    plan: Plan, emphasis: Emphasis, colours: Mapping[str, str], axes: Axes, scale: float
) -> None:
    """Put a plan on axes, `scale` points of them for each of its own, with letters of print."""
    axes.set(xlim=(0, plan.width), ylim=(0, plan.height), aspect="equal")
    axes.axis("off")
    press = _Press(axes, scale, plan.lettering.face, {**COLOURS, **colours})
    _arrows(press, plan, emphasis)
    _items(press, plan, emphasis)
    for sign in plan.signs:
        tone = PALE if sign.edge in emphasis.pale_arrows else press.tones[_SIGNS[sign.sign]]
        press.sign(sign.place, sign.sign, tone, sign.radius)
    for bars in plan.delays:
        tone = PALE if bars.edge in emphasis.pale_arrows else press.tones["text"]
        press.bars(np.array(bars.place), np.array(bars.direction), tone)
    for mark in plan.loops:
        tone = PALE if mark.loop.name in emphasis.pale_loops else press.tones[mark.loop.name[:1]]
        press.turn(mark, tone)
        for number, line in enumerate(mark.lines):
            y = mark.place[1] - mark.times * (TURN_RADIUS + 4 + TITLE * LEADING * (number + 0.5))
            press.text(mark.place[0], y, line, TITLE * mark.times, tone)
    x, top = plan.title_place
    for over in plan.title:
        tone = press.tones["text"] if over.bold else QUIET
        press.text(x, top - over.down, over.text, over.size, tone, bold=over.bold, side="left")
    for entry in plan.key:
        _key_entry(press, entry, plan.lettering.key)
    press.finish()


def _arrows(press: _Press, plan: Plan, emphasis: Emphasis) -> None:
    for arrow in plan.arrows:
        wide = emphasis.width(arrow.edge, _LINE)
        pale = arrow.edge in emphasis.pale_arrows
        tone = PALE if pale else press.tones[_SIGNS[arrow.sign]]
        press.arrow(arrow.path, wide, tone, dashed=arrow.sign is None, order=1 if pale else 2)


def _items(press: _Press, plan: Plan, emphasis: Emphasis) -> None:
    for item in plan.items:
        x, y = item.box[:2]
        pale = item.name in emphasis.pale_items
        stock, given = item.kind == "stock", item.kind in ("given", "data")
        if not given:
            rim = (PALE if pale else press.tones["text"]) if stock else "none"
            press.box(item.box, "white" if pale or stock else _BOX, rim)
        lines = item.label.lines
        for number, line in enumerate(lines):
            level = y + item.label.size * LEADING * ((len(lines) - 1) / 2 - number)
            tone = PALE if pale else QUIET if given else press.tones["text"]
            press.text(x, level, line, item.label.size, tone, bold=True)


def _key_entry(press: _Press, entry: KeyEntry, size: float) -> None:
    at = np.array([entry.x + 0.65 * size, entry.y])
    if entry.mark in "+-?":
        sign = {"+": 1, "-": -1, "?": None}[entry.mark]
        press.sign((at[0], at[1]), sign, press.tones[entry.mark], 0.555 * size)
    elif entry.mark == "delay":
        press.bars(at, np.array([1.0, 0.0]), press.tones["text"], 0.75)
    elif entry.mark == "stock":
        press.box(np.array([*at, 0.62 * size, 0.42 * size]), "white", press.tones["text"])
    else:
        press.text(at[0], at[1], entry.mark, size + 1.5, press.tones[entry.mark], bold=True)
    press.text(entry.x + 1.65 * size, entry.y, entry.text, size, QUIET, side="left")


class _Press:
    """Lines and shapes gathered by kind, so that each kind is drawn in one go."""

    def __init__(self, axes: Axes, scale: float, face: str, tones: Mapping[str, str]) -> None:
        self._axes, self._scale, self._face, self.tones = axes, scale, face, tones
        self._lines: list[tuple[int, Floats, float, str, Any]] = []
        self._shapes: list[tuple[float, Path, str, str, float]] = []

    def arrow(self, path: Floats, wide: float, tone: str, dashed: bool, order: int) -> None:
        """A line with a filled head whose tip is the end of the path."""
        long, broad = 5.2 + 2.6 * wide, 2.4 + 1.15 * wide
        tip = path[-1]
        reach = np.hypot(*(path - tip).T)
        back = path[max(int(np.argmax(reach < long)), 1) - 1]  # the head points along its line
        along = (tip - back) / max(float(np.hypot(*(tip - back))), 1e-9)
        left = np.array([-along[1], along[0]])
        neck = tip - 0.72 * long * along
        head = [tip, tip - long * along + broad * left, neck, tip - long * along - broad * left]
        line = np.concatenate([path[reach > 0.8 * long], neck[None]])
        style: Any = (0, (3.2, 2.2)) if dashed else "solid"
        self._lines.append((order, line, wide, tone, style))
        self._shapes.append((order + 0.5, Path(head, closed=True), tone, tone, 0.4))

    def sign(self, place: Point, sign: int | None, tone: str, radius: float) -> None:
        """A plus, a minus or a question mark, white on a disc."""
        self._shapes.append((5, Path.circle(place, radius), tone, "white", 0.8))
        middle, arm = np.array(place), 0.52 * radius
        if sign is None:
            self.text(place[0], place[1] - 0.04 * radius, "?", 1.5 * radius, "white", bold=True)
            return
        for way in [(arm, 0.0), (0.0, arm)] if sign == 1 else [(arm, 0.0)]:
            line = np.array([middle - way, middle + way])
            self._lines.append((6, line, 0.26 * radius, "white", "solid"))

    def bars(self, middle: Floats, along: Floats, tone: str, scale: float = 1.0) -> None:
        """The two bars of a delay, across the way of an arrow; white between them."""
        left = np.array([-along[1], along[0]])
        gap = np.array([middle - 2.0 * scale * along, middle + 2.0 * scale * along])
        self._lines.append((3, gap, 6.0 * scale, "white", "butt"))
        for shift in (-2.6, 2.6):
            foot = middle + shift * scale * along
            line = np.array([foot - 6.2 * scale * left, foot + 6.2 * scale * left])
            self._lines.append((4, line, 1.6 * scale, tone, "solid"))

    def turn(self, mark: LoopMark, tone: str) -> None:
        """A loop's letter inside an arrow that turns as the loop does."""
        way = -1 if mark.clockwise else 1
        swing = np.deg2rad(90 + way * (35 + np.linspace(0, 290, 60)))
        radius = TURN_RADIUS * mark.times
        circle = np.array(mark.place) + radius * np.stack([np.cos(swing), np.sin(swing)], 1)
        self.arrow(circle, 1.3 * mark.times, tone, dashed=False, order=2)
        self.text(*mark.place, mark.loop.name, LETTER * mark.times, tone, bold=True)

    def box(self, box: Floats, fill: str, rim: str) -> None:
        x, y, wide, high = box
        round_off = BoxStyle.Round(pad=3, rounding_size=4)
        shape = round_off(x - wide + 3, y - high + 3, 2 * wide - 6, 2 * high - 6, 1)
        self._shapes.append((3, shape, fill, rim, 1.1))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        tone: str,
        bold: bool = False,
        side: str = "center",
    ) -> None:
        """A line of text whose middle is level with `y`."""
        self._axes.text(
            x,
            y - 0.31 * size,
            words,
            ha=side,
            va="baseline",
            fontfamily=families(self._face),
            fontsize=size * self._scale,
            fontweight="bold" if bold else "normal",
            color=tone,
            zorder=7,
            parse_math=False,
        )

    def finish(self) -> None:
        for order in sorted({shape[0] for shape in self._shapes}):
            shapes = [shape[1:] for shape in self._shapes if shape[0] == order]
            # Lists: older matplotlib takes a pair for a colour and how much shows through it.
            paths, fills, rims, wides = map(list, zip(*shapes, strict=True))
            wides = [self._scale * wide for wide in wides]
            collection = PathCollection(
                paths, facecolors=fills, edgecolors=rims, linewidths=wides, zorder=order
            )
            self._axes.add_collection(collection, autolim=False)
        for order in sorted({line[0] for line in self._lines}):
            lines = [line for line in self._lines if line[0] == order]
            self._axes.add_collection(
                LineCollection(
                    [line[1] for line in lines],
                    linewidths=[line[2] * self._scale for line in lines],
                    colors=[line[3] for line in lines],
                    linestyles=["solid" if line[4] == "butt" else line[4] for line in lines],
                    capstyle="butt" if any(line[4] == "butt" for line in lines) else "round",
                    zorder=order,
                ),
                autolim=False,
            )
