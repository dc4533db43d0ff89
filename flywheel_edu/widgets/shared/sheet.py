"""A sheet of text as a figure: the still picture of a widget that is made of words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flywheel_edu.charts.lettering import font, width
from flywheel_edu.charts.look import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.0  # inches
_SIZE = 10.5  # points
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
        for line in broken(paragraph.text, room, paragraph.bold):
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
            1 - (top + _SIZE) / (72 * height),
            line,
            fontproperties=font(bold=paragraph.bold),
            size=_SIZE,
            color=paragraph.tone,
            parse_math=False,
        )
    return figure


def broken(text: str, room: float, bold: bool = False) -> list[str]:
    """A text in lines that fit into so many points; a word that is wider is cut.

    Examples
    --------
    >>> broken("customers draw sellers", 100)
    ['customers draw', 'sellers']
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:6000])
    lines: list[str] = []
    for word in shown.split():
        while width(word, _SIZE, bold=bold) > room and len(word) > 1:
            cut = max(1, int(len(word) * room / width(word, _SIZE, bold=bold)) - 1)
            lines.append(word[:cut])
            word = word[cut:]
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, _SIZE, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines or [""]
