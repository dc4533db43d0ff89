"""The comments of quantities, as one ``<doc>`` in a file and back."""

from __future__ import annotations

import re
import textwrap

_WIDTH = 96
_UNIT = re.compile(r"^(?P<doc>.*?)\s*\(unit: (?P<unit>.*)\)$")


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something, each on one line and without invisible signs."""
    lines = (" ".join(_shown(line).split()) for line in text.splitlines())
    return [line for line in lines if line]


def as_comment(text: str) -> tuple[tuple[str, ...], str]:
    """A text of another program as the notes above a quantity, and the comment on its line."""
    lines = lines_of(text)
    joined = " ".join(lines)
    if len(joined) <= _WIDTH:
        return (), joined
    return tuple(part for line in lines for part in textwrap.wrap(line, _WIDTH)), ""


def with_unit(doc: str, unit: str) -> str:
    """A comment that ends in a unit which could not be checked."""
    unit = " ".join(_shown(unit).split())
    return f"{doc} (unit: {unit})".strip() if unit else doc


def unit_in(doc: str) -> tuple[str, str]:
    """What `with_unit` put together: the comment and the unit, which may be empty."""
    found = _UNIT.match(doc)
    return (found["doc"], found["unit"]) if found else (doc, "")


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
