"""`flywheel draw`: a model's causal-loop diagram as a picture file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flywheel_edu.charts.picture import SUFFIXES
from flywheel_edu.cli.models import add_model, graph_of
from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError
from flywheel_edu.reading import joined, loaded


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "draw",
        help="draw a model's causal-loop diagram",
        description="Draw the causal-loop diagram of a model, or a published drawing, into a file.",
        allow_abbrev=False,
    )
    add_model(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        required=True,
        type=Path,
        help=f"where to draw; its ending ({', '.join(SUFFIXES)}, or one that an installed package "
        "draws) says how",
    )
    parser.add_argument(
        "--style", choices=("clean", "napkin"), default="clean", help="printed, or ink on paper"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw the model, write the file, and say in words what the picture shows."""
    import flywheel_edu as fw

    ending, drawers = args.out.suffix.lower(), joined("drawers")
    if ending not in (*SUFFIXES, *drawers):
        raise CommandError(
            f"a picture cannot be written to '{args.out}'",
            f"end the name in one of {', '.join((*SUFFIXES, *drawers))}",
        )
    graph = graph_of(args)
    if ending not in SUFFIXES:
        loaded(drawers[ending])(graph, args.out)
        say(f"Drawn: {args.out}")
        return 0
    drawn = fw.draw(graph, style=args.style)
    drawn.save(args.out)
    say(f"Drawn: {args.out}")
    say(drawn.alt)
    return 0
