"""The text of an equation cut into words, and where each stands in a longer text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from flywheel_edu.errors import EquationError, Place
from flywheel_edu.language.elsewhere import strange_sign

LONGEST_EQUATION = 4_000  # characters

_WORDS = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?%?)"
    r"|(?P<unit>\[[^\[\]\n]*\])"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<mark>\*\*|<=|>=|==|!=|\.\.|[-+*/<>(),:])"
    r"|(?P<space>[ \t\n]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an equation stands in a longer text, so that a message can point there.

    ``lines`` are whole lines of that text, ``first`` is the number of the first of them, and the
    equation begins in it at column ``column``.
    """

    lines: tuple[str, ...]
    first: int = 1
    column: int = 0

    def place(self, start: int, end: int) -> Place:
        """The place of the characters from start to end, counted from the equation's beginning."""
        if len(self.lines) == 1:
            return Place(self.first, self.lines[0], self.column + start, self.column + end)
        starts = [-self.column]
        for line in self.lines[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        row = max(0, bisect_right(starts, start) - 1)
        text = self.lines[row]
        left = min(start - starts[row], len(text))
        return Place(self.first + row, text, left, max(left, min(end - starts[row], len(text))))


def words_of(text: str, source: Source) -> list[tuple[str, str, int]]:
    """Each word: its kind, what it says, where it starts; the last is of the kind "end"."""
    if len(text) > LONGEST_EQUATION:
        raise EquationError(
            f"this equation has {len(text):,} characters; {LONGEST_EQUATION:,} are allowed",
            source.place(0, 1),
            "give a part of it a name of its own",
        )
    words, at = [], 0
    while at < len(text):
        found = _WORDS.match(text, at)
        if found is None:
            raise EquationError(*strange_sign(text, at, source.place(at, at + 1)))
        kind = found.lastgroup or ""
        if kind != "space":
            words.append((kind, found[0], at))
        at = found.end()
    return [*words, ("end", "", len(text.rstrip()))]
