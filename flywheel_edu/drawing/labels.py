"""How a quantity's name is written: its words on one to four even lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from textwrap import fill

from flywheel_edu.charts.lettering import width

LEADING = 1.12  # from line to line, in letter sizes
_EASY = 13  # letters that read well on one line
_LONGEST = 22  # letters after which a single word is broken
_MOST_WORDS = 20  # up to which all ways to break them are compared


@dataclass(frozen=True)
class Label:
    """A name broken into lines, and the room it takes in points."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and half its height."""
        return self.width / 2, self.height / 2


@cache
def label(name: str, size: float, face: str, bold: bool = True) -> Label:
    """A name as it is written in letters of that size."""
    lines = wrapped(name)
    widest = max(width(line, size, face, bold) for line in lines)
    return Label(lines, size, widest, size * (0.86 + LEADING * (len(lines) - 1)))


@cache
def wrapped(name: str, easy: int = _EASY) -> tuple[str, ...]:
    """A name's words on lines as even as they can be; underscores become spaces.

    >>> wrapped("customer_experience")
    ('customer', 'experience')
    >>> wrapped("unit_cost")
    ('unit cost',)
    >>> wrapped("share of parcels delivered within one day")
    ('share of parcels', 'delivered', 'within one day')
    """
    words = [part for word in name.replace("_", " ").split() for part in _parts(word)] or [" "]
    letters = len(" ".join(words))
    if letters <= easy:
        return (" ".join(words),)
    count = min(len(words), 4, max(2, round(letters / easy)))
    if len(words) > _MOST_WORDS:
        return (*fill(" ".join(words), letters // count + easy).split("\n"),)
    return min(
        _breaks(words, count), key=lambda lines: (max(map(len, lines)), -min(map(len, lines)))
    )


def _breaks(words: list[str], count: int) -> list[tuple[str, ...]]:
    if count == 1:
        return [(" ".join(words),)]
    return [
        (" ".join(words[:first]), *rest)
        for first in range(1, len(words) - count + 2)
        for rest in _breaks(words[first:], count - 1)
    ]


def _parts(word: str) -> list[str]:
    """A word, broken with hyphens where it is too long for any line."""
    if len(word) <= _LONGEST:
        return [word]
    step = _LONGEST - 6
    parts = [word[i : i + step] for i in range(0, len(word), step)]
    return [part + "-" for part in parts[:-1]] + parts[-1:]
