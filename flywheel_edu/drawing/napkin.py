"""The napkin style: a diagram drawn by hand in ink, as such ideas begin."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from flywheel_edu.charts.lettering import quiet_about_letters
from flywheel_edu.drawing.emphasis import Emphasis
from flywheel_edu.drawing.geometry import Floats
from flywheel_edu.drawing.labels import LEADING
from flywheel_edu.drawing.page import KeyEntry, Plan
from flywheel_edu.drawing.paper import COLOUR, DPI, paper, shades
from flywheel_edu.drawing.pen import Pen
from flywheel_edu.drawing.routes import tangent
from flywheel_edu.drawing.symbols import LETTER, SIGN_RADIUS, TITLE, TURN_RADIUS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, PALE = "#1b2440", "#b9b6ab"
UNIT = 1.4  # points of paper to a point of the plan: a hand writes large
DOTS = DPI * UNIT  # of the picture to an inch of the plan
_SQUEEZE = 6  # of 9: how hard a picture file is packed
_LINE = 1.95  # width of an arrow, points of the plan
_SIGNS = {1: "#12508f", -1: "#c4451a", None: "#5f5a4e"}
_LETTERS = {"R": _SIGNS[1], "B": _SIGNS[-1], "U": _SIGNS[None]}


def draw_plan(plan: Plan, emphasis: Emphasis) -> Figure:
    """A plan as a figure of its own size, in ink on paper."""
    figure = _inked(plan, emphasis)
    across, up = _dots(plan)
    figure.axes[0].imshow(
        shades()[paper(across, up)],
        extent=(0, plan.width, 0, plan.height),
        zorder=0,
        interpolation="nearest",
        aspect="auto",
    )
    return figure


def small_png(plan: Plan, emphasis: Emphasis) -> bytes:
    """The same as a PNG file of 256 colours: the paper's tones, and each ink blending in."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(_inked(plan, emphasis))
    with quiet_about_letters():
        canvas.draw()
    ink = np.asarray(canvas.buffer_rgba())
    dots = paper(ink.shape[1], ink.shape[0])
    wet = ink[..., 3] > 0
    cover = ink[wet, 3:].astype(np.float32) / 255
    blend = ink[wet, :3] * cover + shades()[dots[wet]] * (1 - cover)
    few = Image.new("P", (1, 1))
    few.putpalette(_colours().tobytes())
    line = Image.fromarray(blend.round().astype(np.uint8)[None])
    dots[wet] = np.asarray(line.quantize(palette=few, dither=Image.Dither.NONE))[0]
    picture, sheet = Image.fromarray(dots, "P"), io.BytesIO()
    picture.putpalette(_colours().tobytes())
    picture.save(sheet, "PNG", dpi=(DPI, DPI), compress_level=_SQUEEZE)
    return sheet.getvalue()


def _dots(plan: Plan) -> tuple[int, int]:
    return round(plan.width * DOTS / 72), round(plan.height * DOTS / 72)


def _inked(plan: Plan, emphasis: Emphasis) -> Figure:
    from matplotlib.figure import Figure

    across, up = _dots(plan)
    figure = Figure(figsize=(across / DPI, up / DPI), dpi=DPI, facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set(xlim=(0, plan.width), ylim=(0, plan.height))
    hand = _Hand(Pen(axes))
    for number, arrow in enumerate(plan.arrows):
        pale = arrow.edge in emphasis.pale_arrows
        wide = emphasis.width(arrow.edge, _LINE)
        tone = PALE if pale else _SIGNS[arrow.sign]
        hand.arrow(arrow.path, wide, tone, default_rng([1, number]), arrow.sign is None)
    for number, sign in enumerate(plan.signs):
        tone = PALE if sign.edge in emphasis.pale_arrows else _SIGNS[sign.sign]
        hand.sign(np.array(sign.place), sign.sign, tone, default_rng([2, number]))
    for number, bars in enumerate(plan.delays):
        tone = PALE if bars.edge in emphasis.pale_arrows else INK
        hand.bars(np.array(bars.place), np.array(bars.direction), tone, default_rng([3, number]))
    for number, item in enumerate(plan.items):
        tone = PALE if item.name in emphasis.pale_items else INK
        chance, lines = default_rng([4, number]), item.label.lines
        for row, line in enumerate(lines):
            level = item.box[1] + item.label.size * LEADING * ((len(lines) - 1) / 2 - row)
            hand.pen.write(np.array([item.box[0], level]), line, item.label.size, tone, chance)
    for number, mark in enumerate(plan.loops):
        tone = PALE if mark.loop.name in emphasis.pale_loops else _LETTERS[mark.loop.name[:1]]
        chance = default_rng([5, number])
        hand.turn(np.array(mark.place), mark.clockwise, tone, chance)
        hand.pen.write(np.array(mark.place), mark.loop.name, LETTER, tone, chance)
        for row, line in enumerate(mark.lines):
            level = mark.place[1] - TURN_RADIUS - 4 - TITLE * LEADING * (row + 0.5)
            hand.pen.write(np.array([mark.place[0], level]), line, TITLE, tone, chance, bold=False)
    if plan.title:
        hand.title(plan)
    for number, entry in enumerate(plan.key):
        hand.key_entry(entry, plan.lettering.key, default_rng([6, number]))
    hand.pen.finish()
    return figure


@cache
def _colours() -> NDArray[np.uint8]:
    """The colours of a small picture; array (256, 3)."""
    from matplotlib.colors import to_rgb

    inks = np.array([to_rgb(tone) for tone in sorted({INK, PALE, *_SIGNS.values()})])
    each = (256 - len(shades())) // len(inks)
    share = np.linspace(0, 0.94, each)[:, None, None]
    blends = 255 * (inks * (1 - share) + COLOUR * share)
    colours = np.zeros((256, 3), np.uint8)
    colours[: len(shades())] = shades()
    colours[-each * len(inks) :] = blends.reshape(-1, 3).round()
    return colours


class _Hand:
    """What the hand can draw: arrows, signs, bars, turning arrows, an underlined title."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen

    def arrow(
        self, path: Floats, wide: float, tone: str, chance: Generator, dashed: bool = False
    ) -> None:
        """A stroke and two quick ones for its open head."""
        dashes = [path[i : i + 4] for i in range(0, len(path) - 2, 6)]
        for piece in dashes if dashed else [path]:
            self.pen.stroke(piece, wide, tone, chance, wander=0.3 if dashed else 0.75)
        tip, along = path[-1], tangent(path, len(path) - 1, 4)
        facing = np.arctan2(along[1], along[0]) + np.pi
        for side in (1, -1):
            turn = facing - side * chance.uniform(0.42, 0.52)
            long = (6.0 + 1.9 * wide) * chance.uniform(0.93, 1.07)
            bend = turn - side * 0.05
            head = np.array(
                [
                    tip + 0.8 * along,
                    tip + 0.55 * long * np.array([np.cos(bend), np.sin(bend)]),
                    tip + long * np.array([np.cos(turn), np.sin(turn)]),
                ]
            )
            self.pen.stroke(head, 0.9 * wide, tone, chance, wander=0.3, taper=(2, 5))

    def sign(
        self, middle: Floats, sign: int | None, tone: str, chance: Generator, scale: float = 1.0
    ) -> None:
        """A plus, a minus or a question mark in a ring drawn in one go."""
        radius = SIGN_RADIUS * scale
        start = chance.uniform(0.2, 1.2)
        swing = start + np.linspace(0, 2 * np.pi * 1.04, 46)
        ring = middle + radius * (1 + 0.03 * np.linspace(-1, 1, 46))[:, None] * np.stack(
            [np.cos(swing), np.sin(swing)], 1
        )
        self.pen.stroke(ring, 0.95 * scale, tone, chance, wander=0.2, taper=(3, 5), layer=3)
        if sign is None:
            self.pen.write(middle, "?", 10 * scale, tone, chance)
            return
        arm = 3.7 * scale
        for way in [(arm, 0.25), (0.25, -arm)] if sign == 1 else [(arm, 0.25)]:
            line = np.array([middle - way, middle + way])
            self.pen.stroke(line, 1.5 * scale, tone, chance, wander=0.1, taper=(0.8, 1.2), layer=3)

    def bars(
        self, middle: Floats, along: Floats, tone: str, chance: Generator, scale: float = 1.0
    ) -> None:
        left = np.array([-along[1], along[0]])
        for shift in (-2.2, 2.2):
            foot = middle + scale * (shift * along + chance.uniform(-0.4, 0.4) * left)
            slant = 0.9 * scale * along
            line = np.array([foot - 6.6 * scale * left - slant, foot + 6.6 * scale * left + slant])
            self.pen.stroke(line, 1.55 * scale, tone, chance, wander=0.2, layer=3)

    def turn(self, middle: Floats, clockwise: bool, tone: str, chance: Generator) -> None:
        way = -1 if clockwise else 1
        swing = np.deg2rad(90 + way * (30 + np.linspace(0, 300, 60)))
        circle = middle + TURN_RADIUS * np.stack([np.cos(swing), np.sin(swing)], 1)
        went = self.pen.stroke(circle, 1.4, tone, chance, wander=0.45)
        along = tangent(went, len(went) - 1, 3)
        facing = np.arctan2(along[1], along[0]) + np.pi
        for turn in (facing + 0.55, facing - 0.55):
            head = np.array([went[-1], went[-1] + 6.4 * np.array([np.cos(turn), np.sin(turn)])])
            self.pen.stroke(head, 1.4, tone, chance, wander=0.15, taper=(1.5, 4))

    def title(self, plan: Plan) -> None:
        chance = default_rng(7)
        x, top = plan.title_place
        for line in plan.title:
            middle = np.array([x, top - line.down])
            self.pen.write(middle, line.text, line.size, INK, chance, bold=line.bold, side="left")
        last = [line for line in plan.title if line.bold][-1]
        level = top - last.down - 0.6 * last.size
        under = np.array([[x, level - 0.03 * last.size], [x + last.width, level]])
        self.pen.stroke(under, 1.5, INK, chance)

    def key_entry(self, entry: KeyEntry, size: float, chance: Generator) -> None:
        """A mark of the key as it looks in the diagram, and what it says."""
        middle = np.array([entry.x + 0.65 * size, entry.y])
        if entry.mark in "+-?":
            sign = {"+": 1, "-": -1, "?": None}[entry.mark]
            self.sign(middle, sign, _SIGNS[sign], chance, 0.85)
        elif entry.mark == "delay":
            self.bars(middle, np.array([1.0, 0.0]), INK, chance, 0.75)
        else:
            self.pen.write(middle, entry.mark, size + 3, _LETTERS[entry.mark], chance)
        self.pen.write(
            middle + np.array([size, 0]), entry.text, size, INK, chance, bold=False, side="left"
        )
