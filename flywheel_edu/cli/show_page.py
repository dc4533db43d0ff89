"""`flywheel page`: a model on one printed page, as one would show it to a lender."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flywheel_edu.cli.models import add_model, model_of
from flywheel_edu.cli.say import say


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "page",
        help="print a model on one page",
        description="Write a model as one page to show: its drawing, its loops in words, curves "
        "with a band, cash at its lowest, what binds, and what a critic would ask.",
        allow_abbrev=False,
    )
    add_model(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        required=True,
        type=Path,
        help="where to write it: .html, or .pdf where a browser is installed",
    )
    parser.add_argument("--of", metavar="NAME", help="what counts; its first stock if not given")
    parser.add_argument("--data", metavar="FILE", type=Path, help="what was measured, as a CSV")
    parser.add_argument(
        "--story", default="", metavar="TEXT", help="what customers get only here, in a sentence"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    import flywheel_edu as fw

    leaf = fw.page(model_of(args), args.data, args.story, of=args.of)
    leaf.save(args.out)
    say(f"Written: {args.out}")
    return 0
