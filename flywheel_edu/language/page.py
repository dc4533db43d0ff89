"""The language on one page: its forms and patterns as written, its functions from their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flywheel_edu.asking import answering
from flywheel_edu.errors import FlywheelError, closest, printable
from flywheel_edu.language.elsewhere import written_here
from flywheel_edu.language.functions import KNOWN, UNFOLDED, UNIT_RULES, Function

_LISTED_HERE = "`flywheel language` lists them here, each with what it takes and gives."


@dataclass(frozen=True)
class Page:
    """A text in Markdown: shown as a page in a notebook, printed as it is elsewhere."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


@answering
def language(word: str = "") -> Page:
    """The language that models are written in: on one page, or what it says of one word.

    Parameters
    ----------
    word : str, optional
        A form (``stock``, ``if``), a function (``smooth``), or a pattern (``season``).

    Returns
    -------
    Page
        A notebook shows it; ``print`` prints it.

    Raises
    ------
    FlywheelError
        If the page does not tell of such a word.

    Examples
    --------
    >>> print(language("smooth").text.splitlines()[0])
    `smooth(x, over)`: x as it is noticed later, as in `smooth(quality, word_spreads)`
    """
    if not word:
        table = "\n".join(map(_row, KNOWN.values()))
        head = "| write | it gives | it takes |\n|---|---|---|"
        return Page(_written().replace(_LISTED_HERE, f"{head}\n{table}"))
    asked = word.strip().strip("`()").lower()
    told = [_line(KNOWN[asked])] if asked in KNOWN else []
    sections = _sections()
    told += [text for names, text in sections if asked in names]
    if asked in KNOWN:  # and where it is used
        told += [text for names, text in sections if re.search(rf"\b{asked}\(", text)]
    if not told:
        theirs = written_here(asked.replace("_", " "))
        known = [*KNOWN, *(name for names, _ in sections for name in names)]
        raise FlywheelError(
            f"the language has no word '{printable(word)}'\n"
            f"  hint: {theirs or closest(asked, known) or 'language() shows the whole page'}"
        )
    return Page("\n\n".join(dict.fromkeys(told)) + "\n")


def at_hand() -> list[dict[str, str]]:
    """What an editor offers to write: forms and patterns as whole lines, then functions."""
    form = re.compile(
        r"### ([^\n:]*)[^\n]*\n\n([^\n]*?[.:])(?: [^\n]*)?\n\n```text\n(.*?\n)```", re.DOTALL
    )
    read = (form.match(text) for _, text in _sections())
    forms = [found.groups() for found in read if found and found[1] != "Units"]
    rows = ((row.name, row.meaning, row.usage) for row in KNOWN.values())
    return [{"name": n, "says": says, "write": write} for n, says, write in (*forms, *rows)]


def _row(function: Function) -> str:
    stocks = "; adds stocks" if function.name in UNFOLDED else ""
    return f"| `{function.usage}` | {function.meaning} | {UNIT_RULES[function.units]}{stocks} |"


def _line(row: Function) -> str:
    return (
        f"`{row.usage}`: {row.meaning}, as in `{row.example}`\n\nIt takes {UNIT_RULES[row.units]}."
    )


@cache
def _written() -> str:
    return Path(__file__).with_name("page.md").read_text(encoding="utf-8")


def _sections() -> list[tuple[tuple[str, ...], str]]:
    """Each section with the words it is found by: its heading, and each word or mark in that."""
    found = re.split(r"^#{2,3} ", _written(), flags=re.MULTILINE)[1:]
    sections = []
    for text in found:
        heading = text.split("\n", 1)[0].lower()
        names = (heading, *re.findall(r"[a-z]{2,}", heading))
        if _LISTED_HERE not in text:
            sections.append((names, f"### {text.strip()}"))
    return sections
