"""How commands speak: plain lines and tables, on any console, with nothing a name could style."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flywheel_edu.errors import printable

if TYPE_CHECKING:
    from flywheel_edu.facts import Check


def make_safe() -> None:
    """Let a console that knows few letters show '?' for the others rather than stop the command.

    Where a console is closed, as with ``>&-``, what is said goes nowhere.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(words: str = "", *, strong: bool = False) -> None:
    """Print a paragraph, broken to the width of the console; a file or a pipe gets it whole."""
    console = _console(sys.stdout)
    console.print(Text(words, style="bold" if strong else ""), soft_wrap=not console.is_terminal)


def say_page(text: str) -> None:
    """Print a page of Markdown: laid out on a console, as it was written into a file or a pipe."""
    console = _console(sys.stdout)
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(text))
    else:
        print(text, end="")


def complain(words: str) -> None:
    """Print what went wrong where errors belong."""
    text = Text.assemble(("flywheel: ", "bold red"), words)
    _console(sys.stderr).print(text, soft_wrap=True)  # a caret stays under what it points at


def say_table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()
) -> None:
    """Print a table without lines, its last column wrapped to the width of the console.

    With every head blank no line of heads is printed. Columns named in ``right``, of numbers, end
    at the right; control characters are shown as question marks.
    """
    has_heads = any(map(str.strip, heads))
    table = Table(box=None, pad_edge=False, show_header=has_heads, padding=(0, 2, 0, 0))
    for head in heads:
        last = head == heads[-1]
        table.add_column(
            Text(head, style="bold"),
            justify="right" if head in right else "left",
            no_wrap=not last,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = _console(sys.stdout)
    if not console.is_terminal:
        console.width = 10_000  # a pipe or a file takes a row as long as it is
    console.print(table)


def say_checks(checks: Sequence[Check]) -> None:
    """Print a row for each check."""
    say_table(
        ("", "what must hold", "found"),
        [("holds" if each.holds else "FAILS", each.says, each.found) for each in checks],
    )


def verdict(checks: Sequence[Check]) -> int:
    """Print how many checks fail, and give the exit code: 1 if any does."""
    failing = sum(not each.holds for each in checks)
    say()
    say(f"{failing} of {len(checks)} fail." if failing else f"All {len(checks)} hold.", strong=True)
    return 1 if failing else 0


def _console(stream: TextIO) -> Console:
    """A console that reads nothing into the words: no markup, no emoji, no guessed colours."""
    return Console(file=stream, markup=False, emoji=False, highlight=False)
