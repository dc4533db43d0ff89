"""`flywheel convert`: a model from one kind of file to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flywheel_edu.cli.models import add_model, model_of
from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError
from flywheel_edu.files import write_beside
from flywheel_edu.reading import OURS, joined, loaded


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "convert",
        help="write a model as another kind of file",
        description="Read a model and write it as the ending of the new name says: .flywheel is "
        "text of ours; .xmile and .stmx open in Stella, simlin and PySD; .graphml, .dot, .mmd "
        "(Mermaid) and .json (Kumu) are its causal diagram. Installed packages may add others.",
        allow_abbrev=False,
    )
    add_model(parser)
    parser.add_argument("to", metavar="FILE", type=Path, help="the file to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert one model."""
    ending = args.to.suffix.lower()
    writers = joined("writers")
    if ending not in (OURS, *writers):
        raise CommandError(
            f"there is no kind of model file that ends in '{args.to.suffix}'",
            f"end the name in one of {', '.join((OURS, *writers))}",
        )
    if args.to.exists() and Path(args.model).exists() and args.to.samefile(args.model):
        raise CommandError(
            f"'{args.to}' cannot be written over itself", "give the new file another name"
        )
    model = model_of(args)
    if ending == OURS:
        write_beside(args.to, str(model))
    else:
        loaded(writers[ending])(model, args.to)
    say(f"Written: {args.to}")
    return 0
