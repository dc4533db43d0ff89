"""`flywheel language`: the language of the models on one page, or one word of it."""

from __future__ import annotations

import argparse
from typing import Any

from flywheel_edu.cli.say import say_page


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "language",
        help="tell the language that models are written in",
        description="Print the language on one page: every form, function and rule of units, and "
        "eleven patterns. With a word, what it says of that word: flywheel language season.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "word", metavar="WORD", nargs="*", help="a form, a function or a pattern, such as smooth"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the page, or the part of it that was asked for."""
    import flywheel_edu as fw

    say_page(fw.language(" ".join(args.word)).text)
    return 0
