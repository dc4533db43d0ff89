"""`flywheel loops`: the causal loops of a model, each with its story."""

from __future__ import annotations

import argparse
from typing import Any

from flywheel_edu.cli.models import add_model, graph_of
from flywheel_edu.cli.say import say

MOST_TOLD = 12  # the named ones come first, then the shortest


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "loops",
        help="tell the causal loops of a model",
        description="Find the causal loops of a model or a published drawing, and tell each one's "
        "story. A model's are those of its own view, where what it does not show is folded into "
        "the arrows.",
        allow_abbrev=False,
    )
    add_model(parser)
    parser.add_argument(
        "--whole", action="store_true", help="the loops among all quantities, hidden ones too"
    )
    parser.add_argument("--all", action="store_true", help=f"tell all, not only {MOST_TOLD}")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every loop that was found, and whether there are more."""
    import flywheel_edu as fw

    graph = graph_of(args, whole=args.whole)
    found = fw.find_loops(graph)
    say(graph.graph["title"], strong=True)
    told = found if args.all else found[:MOST_TOLD]
    for loop in told:
        say()
        say(str(loop), strong=True)
        say(loop.story)
    say()
    if found.truncated:
        say(f"{len(told)} of more than {len(found)} loops; the search stopped at its budget.")
    elif len(told) < len(found):
        say(f"{len(told)} of {len(found)} loops; --all tells them all.")
    else:
        say(f"{len(found)} loop{'' if len(found) == 1 else 's'}.")
    return 0
