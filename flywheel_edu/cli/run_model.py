"""`flywheel run`: a model's numbers over time, on the screen and as a file."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from flywheel_edu.cli.models import add_changes, add_model, model_of, tell_title
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError, closest
from flywheel_edu.files import write_beside

if TYPE_CHECKING:
    from flywheel_edu.model import Model

MOMENTS = 5  # how many columns of numbers a narrow console has room for


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "run",
        help="run a model and print its numbers",
        description="Run a model and print its stocks, and what its author shows, at "
        f"{MOMENTS} moments; --csv writes every quantity at every moment.",
        allow_abbrev=False,
    )
    add_model(parser)
    add_changes(parser)
    parser.add_argument(
        "--show", metavar="NAME", nargs="+", default=[], help="print these quantities instead"
    )
    parser.add_argument("--csv", metavar="FILE", help="write the numbers to FILE; - prints them")
    parser.add_argument("--method", choices=("euler", "rk4"), help="how a step is taken")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the model once."""
    import flywheel_edu as fw
    from flywheel_edu.charts.amounts import amount

    model = model_of(args)
    names = _names(model, args.show)
    done = fw.simulate(model, method=args.method)
    if args.csv:
        csv = done.table(*args.show).to_csv(lineterminator="\n")
        if args.csv == "-":
            sys.stdout.write(csv)
            return 0
        write_beside(args.csv, csv)
    tell_title(model)
    last = len(done.time) - 1
    moments = [round(last * part / (MOMENTS - 1)) for part in range(MOMENTS)]
    heads = [f"{model.clock.unit} {done.time[moment]:g}" for moment in moments]
    rows = [
        (name, f"[{model[name].unit}]", *(amount(done[name][moment]) for moment in moments))
        for name in names
    ]
    say()
    say_table(("quantity", "unit", *heads), rows, right=heads)
    if args.csv:
        say()
        say(f"Written: {args.csv}")
    return 0


def _names(model: Model, wanted: list[str]) -> list[str]:
    """What to print: what was asked for, else the stocks and what the model's author shows."""
    for name in wanted:
        if name not in model:
            raise CommandError(f"this model has no quantity '{name}'", closest(name, model))
    shown = [name for name in model.shown if model[name].kind != "given"]
    written = [name for name in model.stocks if not model[name].part_of]
    return wanted or list(dict.fromkeys([*written, *shown]))
