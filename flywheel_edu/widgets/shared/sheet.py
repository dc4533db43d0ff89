"""A sheet of text as a figure: the still picture of a widget that is made of words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flywheel_edu.charts.lettering import broken, font
from flywheel_edu.charts.look import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.0  # inches
SIZE = 10.5  # points
_LINE = 16.0  # points from line to line
_MARGIN = 16.0
_MOST_LINES = 120


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its text, and how it stands."""

    text: str
    bold: bool = False
    indent: float = 0.0  # points
    tone: str = INK
    space: float = 4.0  # points above it


def sheet(paragraphs: Iterable[Paragraph]) -> Figure:
    """The paragraphs one below another, lines broken to fit."""
    from matplotlib.figure import Figure

    placed: list[tuple[float, str, Paragraph]] = []
    down = _MARGIN
    for paragraph in paragraphs:
        down += paragraph.space
        room = 72 * WIDTH - 2 * _MARGIN - paragraph.indent
        for line in broken(paragraph.text, SIZE, room, bold=paragraph.bold) or [""]:
            placed.append((down, line, paragraph))
            down += _LINE
    if len(placed) > _MOST_LINES:
        placed = placed[:_MOST_LINES]
        down = placed[-1][0] + _LINE
    height = (down + _MARGIN) / 72
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    for top, line, paragraph in placed:
        figure.text(
            (_MARGIN + paragraph.indent) / (72 * WIDTH),
            1 - (top + SIZE) / (72 * height),
            line,
            fontproperties=font(bold=paragraph.bold),
            size=SIZE,
            color=paragraph.tone,
            parse_math=False,
        )
    return figure
