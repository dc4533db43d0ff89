"""`flywheel models` and `flywheel show`: what the library has, and a model as text."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError

if TYPE_CHECKING:
    from flywheel_edu.model import Model


def add(commands: Any) -> None:
    """Add both commands to the parser."""
    parser = commands.add_parser(
        "models", help="list the flywheels of the library", allow_abbrev=False
    )
    parser.set_defaults(run=run_models)
    parser = commands.add_parser(
        "show",
        help="print a model's text",
        description="Print a model as text, with its quantities, units and named loops.",
        allow_abbrev=False,
    )
    add_model(parser)
    parser.set_defaults(run=run_show)


def run_models(args: argparse.Namespace) -> int:
    """Print each model's name and its first line."""
    from flywheel_edu import flywheels

    rows = [(name, flywheels.load(name).title) for name in flywheels.names()]
    say_table(("MODEL", "what it is about"), rows)
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
        help="a name from `flywheel models`, or a file (.flywheel, .xmile, .stmx)",
    )


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Let the command take other numbers for the model's givens."""
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        dest="changes",
        nargs="+",
        action="extend",
        default=[],
        help="another number for one of its givens; as many as you like",
    )


def model_of(args: argparse.Namespace) -> Model:
    """The model the command was given, with its changes if it takes any.

    Raises
    ------
    FlywheelError
        If there is no such model or file, if it cannot be read, or if a change does not fit.
    """
    from flywheel_edu import flywheels

    named: str = args.model
    is_file = any(mark in named for mark in "/\\.") or Path(named).is_file()
    model = flywheels.read(named) if is_file else flywheels.load(named)
    return model.change(**dict(map(_change, getattr(args, "changes", []))))


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


def tell_title(model: Model) -> None:
    """Say which model it is."""
    say(model.title, strong=True)
