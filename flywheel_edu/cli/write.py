"""`flywheel draw`, `page` and `convert`: a model written as a picture, a page, another file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import flywheel_edu as fw
from flywheel_edu.charts.picture import SUFFIXES
from flywheel_edu.cli.models import add_model, graph_of, model_of
from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError
from flywheel_edu.files import write_beside
from flywheel_edu.reading import OURS, joined, loaded


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser(
        "draw",
        help="draw a model's causal-loop diagram",
        description="Draw the causal-loop diagram of a model, or a published drawing, into a file.",
    )
    add_model(parser)
    parser.add_argument(
        "--out", metavar="FILE", required=True, type=Path,
        help=f"where to draw; its ending ({', '.join(SUFFIXES)}, or one that an installed package "
        "draws) says how",
    )  # fmt: skip
    parser.add_argument(
        "--style", choices=("clean", "napkin"), default="clean", help="printed, or ink on paper"
    )
    parser.set_defaults(run=run_draw)
    parser = commands.add_parser(
        "page",
        help="print a model on one page",
        description="Write a model as one page to show: its drawing, its loops in words, curves "
        "with a band, cash at its lowest, what binds, and what a critic would ask.",
    )
    add_model(parser)
    parser.add_argument(
        "--out", metavar="FILE", required=True, type=Path,
        help="where to write it: .html, or .pdf where a browser is installed",
    )  # fmt: skip
    parser.add_argument("--of", metavar="NAME", help="what counts; its first stock if not given")
    parser.add_argument("--data", metavar="FILE", type=Path, help="what was measured, as a CSV")
    parser.add_argument(
        "--story", default="", metavar="TEXT", help="what customers get only here, in a sentence"
    )
    parser.set_defaults(run=run_page)
    parser = commands.add_parser(
        "convert",
        help="write a model as another kind of file",
        description="Read a model and write it as the ending of the new name says: .flywheel is "
        "text of ours; .xmile and .stmx open in Stella, simlin and PySD; .graphml, .dot, .mmd "
        "(Mermaid) and .json (Kumu) are its causal diagram. Installed packages may add others.",
    )
    add_model(parser)
    parser.add_argument("to", metavar="FILE", type=Path, help="the file to write")
    parser.set_defaults(run=run_convert)


def run_draw(args: argparse.Namespace) -> int:
    """Draw the model, write the file, and say in words what the picture shows."""
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


def run_page(args: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    leaf = fw.page(model_of(args), args.data, args.story, of=args.of)
    leaf.save(args.out)
    for told in leaf.told:
        say(f"({told})")
    say(f"Written: {args.out}")
    return 0


def run_convert(args: argparse.Namespace) -> int:
    """Convert one model."""
    ending = args.to.suffix.lower()
    writers, drawers = joined("writers"), joined("drawers")
    if ending not in (OURS, *writers, *drawers):
        raise CommandError(
            f"there is no kind of model file that ends in '{args.to.suffix}'",
            f"end the name in one of {', '.join((OURS, *{**writers, **drawers}))}",
        )
    if args.to.exists() and Path(args.model).exists() and args.to.samefile(args.model):
        raise CommandError(
            f"'{args.to}' cannot be written over itself", "give the new file another name"
        )
    if ending == OURS:
        write_beside(args.to, str(model_of(args)))
    elif ending in writers:
        loaded(writers[ending])(model_of(args), args.to)
    else:
        loaded(drawers[ending])(graph_of(args), args.to)
    say(f"Written: {args.to}")
    return 0
