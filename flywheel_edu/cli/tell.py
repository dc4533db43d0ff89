"""`flywheel language`, `loops` and `run`: what is told of the language and of a model."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

import flywheel_edu as fw
from flywheel_edu.cli.models import add_changes, add_model, graph_of, model_of
from flywheel_edu.cli.say import say, say_page, say_table
from flywheel_edu.errors import CommandError, closest
from flywheel_edu.files import write_beside

if TYPE_CHECKING:
    from flywheel_edu.model import Model

MOMENTS = 5  # how many columns of numbers a narrow console has room for
MOST_TOLD = 12  # loops: the named ones come first, then the shortest


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser(
        "language",
        help="tell the language that models are written in",
        description="Print the language on one page: every form, function and rule of units, and "
        "eleven patterns. With a word, what it says of that word: flywheel language season.",
    )
    parser.add_argument(
        "word", metavar="WORD", nargs="*", help="a form, a function or a pattern, such as smooth"
    )
    parser.set_defaults(run=run_language)
    parser = commands.add_parser(
        "loops",
        help="tell the causal loops of a model",
        description="Find the causal loops of a model or a published drawing, and tell each one's "
        "story. A model's are those of its own view, where what it does not show is folded into "
        "the arrows.",
    )
    add_model(parser)
    parser.add_argument(
        "--whole", action="store_true", help="the loops among all quantities, hidden ones too"
    )
    parser.add_argument("--all", action="store_true", help=f"tell all, not only {MOST_TOLD}")
    parser.set_defaults(run=run_loops)
    parser = commands.add_parser(
        "run",
        help="run a model and print its numbers",
        description="Run a model and print its stocks, and what its author shows, at "
        f"{MOMENTS} moments; --csv writes every quantity at every moment.",
    )
    add_model(parser)
    add_changes(parser)
    parser.add_argument(
        "--show", metavar="NAME", nargs="+", default=[], help="print these quantities instead"
    )
    parser.add_argument("--csv", metavar="FILE", help="write the numbers to FILE; - prints them")
    parser.add_argument("--method", choices=("euler", "rk4"), help="how a step is taken")
    parser.set_defaults(run=run_run)


def run_language(args: argparse.Namespace) -> int:
    """Print the page, or the part of it that was asked for."""
    say_page(fw.language(" ".join(args.word)).text)
    return 0


def run_loops(args: argparse.Namespace) -> int:
    """Print every loop that was found, and whether there are more."""
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


def run_run(args: argparse.Namespace) -> int:
    """Run the model once."""
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
    say(model.title, strong=True)
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
    wanted = [model.called(name) for name in wanted]
    for name in wanted:
        if name not in model:
            raise CommandError(f"this model has no quantity '{name}'", closest(name, model))
    shown = [name for name in model.shown if model[name].kind != "given"]
    written = list(model.own_stocks)
    return wanted or list(dict.fromkeys([*written, *shown]))
