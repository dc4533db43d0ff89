"""`flywheel models` and `flywheel show`: what the library has, and a model as text."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flywheel_edu as fw
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError, FlywheelNotice, closest

if TYPE_CHECKING:
    import networkx as nx

    from flywheel_edu.model import Model


def add(commands: Any) -> None:
    """Add both commands to the parser."""
    parser = commands.add_parser("models", help="list the flywheels of the library")
    parser.set_defaults(run=run_models)
    parser = commands.add_parser(
        "show",
        help="print a model's text",
        description="Print a model as text, with its quantities, units and named loops.",
    )
    add_model(parser)
    parser.set_defaults(run=run_show)


def run_models(args: argparse.Namespace) -> int:
    """Print each model's name and first line, then the published drawings."""
    from flywheel_edu.flywheels import library, sketch, sketches

    say("Models: show, loops, run, draw and convert take their names.", strong=True)
    say_table(("", " "), [(name, fw.load(name).title) for name in library()])
    say()
    say("Published drawings: loops and draw take their names.", strong=True)
    say_table(("", " "), [(name, sketch(name).graph["title"]) for name in sketches()])
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Print the text; what it prints can be read again."""
    print(str(model_of(args)), end="")
    return 0


def add_model(parser: argparse.ArgumentParser) -> None:
    """Let the command take a model: a name from the library, or a file."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a name from `flywheel models`, or a file (.flywheel, .xmile, .stmx, .mdl)",
    )


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Let the command take other numbers for the model's givens."""
    parser.add_argument(
        "--set", metavar="NAME=VALUE", dest="changes", nargs="+", action="extend", default=[],
        help="another number for one of its givens; as many as you like",
    )  # fmt: skip


def model_of(args: argparse.Namespace) -> Model:
    """The model the command was given, with its changes if it takes any."""
    from flywheel_edu.flywheels import library, sketches

    named: str = args.model
    if named in library():
        model = fw.load(named)
    elif any(mark in named for mark in "/\\.") or Path(named).is_file():
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", FlywheelNotice)
            model = fw.read(named)
        for notice in told:  # beside what the command prints, so that it can be piped on
            print(f"{named}: {notice.message}", file=sys.stderr)
    elif named in sketches():
        raise CommandError(
            f"'{named}' is a published drawing: it has arrows but no numbers",
            "flywheel loops and flywheel draw take it",
        )
    else:
        raise CommandError(
            f"the library has no model called '{named}'",
            closest(named, (*library(), *sketches()))
            or "flywheel models lists them; a file of your own needs its ending",
        )
    return model.change(**dict(map(_change, getattr(args, "changes", []))))


def graph_of(args: argparse.Namespace, *, whole: bool = False) -> nx.DiGraph:
    """The causal graph of what the command was given: a model's view, or a published drawing."""
    from flywheel_edu.flywheels import library, sketch, sketches

    if args.model in sketches() and args.model not in library():
        return sketch(args.model)
    model = model_of(args)
    return fw.causal_graph(model, show=None if whole else model.shown)


def _change(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise CommandError(
            f"'{text}' does not say what to set", "write NAME=VALUE, as in --set price=20"
        )
    try:
        return name.strip(), float(value)
    except ValueError:
        raise CommandError(f"'{value.strip()}' is no number for {name.strip()}") from None
