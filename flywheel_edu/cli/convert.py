"""`flywheel convert`: a model from one kind of file to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flywheel_edu.cli.models import add_model, model_of
from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError
from flywheel_edu.files import write_beside

XMILE = (".xmile", ".stmx")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "convert",
        help="write a model as another kind of file",
        description="Read a model and write it as the ending of the new name says: .flywheel is "
        "text of ours; .xmile and .stmx open in Stella, simlin and PySD.",
        allow_abbrev=False,
    )
    add_model(parser)
    parser.add_argument("to", metavar="FILE", type=Path, help="the file to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert one model."""
    ending = args.to.suffix.lower()
    if ending not in (".flywheel", *XMILE):
        raise CommandError(
            f"there is no kind of model file that ends in '{args.to.suffix}'",
            f"end the name in one of .flywheel, {', '.join(XMILE)}",
        )
    if args.to.exists() and Path(args.model).exists() and args.to.samefile(args.model):
        raise CommandError(
            f"'{args.to}' cannot be written over itself", "give the new file another name"
        )
    model = model_of(args)
    if ending in XMILE:
        from flywheel_exchange import write_xmile

        write_xmile(model, args.to)
    else:
        write_beside(args.to, str(model))
    say(f"Written: {args.to}")
    return 0
