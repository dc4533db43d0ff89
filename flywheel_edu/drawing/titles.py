"""A title over a diagram: a heading, and below it in smaller letters what follows its colon."""

from __future__ import annotations

from dataclasses import dataclass

from flywheel_edu.charts.lettering import broken, width

_BELOW = 0.66  # the size of what follows the colon, in sizes of the heading
_LEADING = 1.3
_SHORT = 40  # letters of a title that stays on one line


@dataclass(frozen=True)
class TitleLine:
    """One line of a title; `down` is how far its middle lies below the top of the title."""

    text: str
    size: float
    bold: bool
    down: float
    width: float


def title_lines(title: str, size: float, face: str, room: float) -> tuple[TitleLine, ...]:
    """A title on lines no wider than the room, save for a single word that is.

    >>> [line.text for line in title_lines("Scale: more use, lower cost", 16, "Open Sans", 180)]
    ['Scale', 'more use, lower cost']
    >>> [line.text for line in title_lines("Scale: lower cost", 16, "Open Sans", 400)]
    ['Scale: lower cost']
    """
    heading, _, below = title.partition(": ")
    if len(title) <= _SHORT and width(title, size, face, True) <= room:
        heading, below = title, ""
    lines: list[TitleLine] = []
    down = 0.0
    for words, letters, bold in ((heading, size, True), (below, _BELOW * size, False)):
        down += 0 if bold else 0.12 * size
        for text in broken(words, letters, room, face, bold=bold, cuts=False):
            down += letters * _LEADING / 2
            lines.append(TitleLine(text, letters, bold, down, width(text, letters, face, bold)))
            down += letters * _LEADING / 2
    return tuple(lines)


def title_height(lines: tuple[TitleLine, ...]) -> float:
    """How much room above the diagram the lines need."""
    return lines[-1].down + 1.2 * lines[0].size if lines else 0.0
