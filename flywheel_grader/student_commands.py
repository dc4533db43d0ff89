"""The commands of `flywheel` for students: is a notebook ready, and the one file to hand in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

from flywheel_grader.handing_in.pack import NO_ID, begun_in, pack, readiness, restore
from flywheel_grader.handing_in.submissions import Submission
from flywheel_grader.jail.levels import start
from flywheel_grader.jail.own_run import only_asks, self_checks
from flywheel_grader.judging.judge import judge, learn_kinds
from flywheel_grader.limits import Limits
from flywheel_grader.notebooks.cells import named_in
from flywheel_grader.notebooks.source import Source
from flywheel_grader.telling.html_pages import points
from flywheel_grader.words import GradingError, safe, safe_block

Run = Callable[[argparse.Namespace], int]  # a command; its exit code


def add_check(commands: Any) -> None:
    """`flywheel check`: is a notebook ready to be handed in?"""
    _of_notebooks(
        commands, "check", "run an exercise and say what is ready and what is not",
        "Run an exercise from the top in a fresh program, with the checks you can see in it.",
        _check,
    )  # fmt: skip


def add_pack(commands: Any) -> None:
    """`flywheel pack`: make the one file to hand in."""
    parser = _of_notebooks(
        commands, "pack", "make the one file to hand in",
        "Put a notebook and the files it reads into one file to hand in; or, with --restore, put "
        "the files of such a file back, each beside what is there.",
        _pack,
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", type=Path, help="where to put it")
    parser.add_argument("--student", metavar="ID", default="", help="your id, if it is not in it")
    parser.add_argument("--anyway", action="store_true", help="even if something is missing")
    parser.add_argument("--restore", action="store_true", help="NOTEBOOK is a packed file: open it")


def _check(args: argparse.Namespace) -> int:
    found = readiness(args.notebook)
    source = Source.read(args.notebook)
    code = [cell.source for cell in source.cells if cell.kind == "code"]
    if name := named_in(source.cells):
        source = replace(source, exercise=name)  # whatever the file is called by now
    beside = Submission("", source.exercise, args.notebook, found.files)
    # A cell that only asks says more in the student's own Python than a judge without tests could.
    asking = {name for name, cell in source.tests.items() if only_asks(cell.source)}
    said = []
    if any("check(" in cell.source for cell in source.tests.values()):
        said = self_checks(args.notebook, code)
    for task, passed, text in said:
        first, *more = [f"{task}: holds"] if passed else safe_block(text).split("\n")
        say(found.named(task) + first.removeprefix(task))
        for line in more:
            say(f"  {line}")
    with start(None, source.modules, Limits()) as jail:
        kinds, _ = learn_kinds(source, jail, {})
        kinds.uncounted = frozenset()  # this is no teacher's: every check counts
        judgement = judge(source.cells, source, jail, kinds, beside.contents(source))
    marks = [mark for mark in judgement.marks if mark.id not in asking]
    for mark in marks:
        held = mark.points >= mark.max_points
        say(f"{found.named(mark.id)}: {'holds' if held else mark.message or 'not yet'}")
    told = {found.named(task) for task, _, _ in said}
    lacking = [each for each in found.lacking if each.split(": ")[1] not in told]
    for line in dict.fromkeys([*map(found.renamed, judgement.problems), *lacking]):
        say(line)
    if said:
        say("passing here is not yet full marks; further checks decide")
    earned = sum(mark.points for mark in marks)
    most = sum(mark.max_points for mark in marks)
    if most:
        say(
            f"what you can see of the checks gives {points(earned)} of {points(most)} points; "
            "further checks decide the mark"
        )
    complete = not (found.lacking or judgement.problems)
    ready = complete and earned >= most and all(passed for _, passed, _ in said)
    return 0 if ready else 1


def _pack(args: argparse.Namespace) -> int:
    if args.restore:
        for path in restore(args.notebook, args.out or args.notebook.parent):
            say(f"restored {path}")
        return 0
    packed = pack(args.notebook, args.out, args.student, anyway=args.anyway)
    found = readiness(args.notebook)
    for each in found.lacking:
        say(each)
    if not (args.student or found.student):
        say(NO_ID)
    say(f"hand in this file: {packed}")
    return 0


def _of_notebooks(
    commands: Any, name: str, text: str, description: str, run: Run
) -> argparse.ArgumentParser:
    parser = command(commands, name, text, description, partial(_each, run))
    parser.add_argument(
        "notebooks", metavar="NOTEBOOK", type=Path, nargs="*",
        help="or a folder: every exercise in it that you have begun; this folder if left out",
    )  # fmt: skip
    return parser


def _each(run: Run, args: argparse.Namespace) -> int:
    paths: list[Path] = []
    for place in args.notebooks or [Path()]:
        paths += begun_in(place) if place.is_dir() else [place]
        if not paths:
            raise GradingError(
                f"no exercise in {safe(place.resolve())} has been begun",
                "give the notebook that you worked in, and save it first",
            )
    failed = 0
    for args.notebook in paths:
        if len(paths) > 1:
            say(f"{args.notebook}:")
        try:
            failed |= run(args)
        except GradingError as problem:
            if len(paths) == 1:
                raise
            print(problem)  # whose parts are safe to print, line by line
            failed = 1
    return failed


def told(run: Run) -> Run:
    """The command, with what it refuses to do printed in words."""

    @wraps(run)
    def run_told(args: argparse.Namespace) -> int:
        try:
            return run(args)
        except GradingError as problem:
            print(f"flywheel: {problem}", file=sys.stderr)
            return 1

    return run_told


def command(
    commands: Any, name: str, text: str, description: str, run: Run
) -> argparse.ArgumentParser:
    """A command of `flywheel`, to be given its arguments."""
    description = description or f"{text.capitalize()}."
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=description, allow_abbrev=False
    )
    made.set_defaults(run=told(run))
    return made


def say(words: str) -> None:
    """Print a sentence with nothing in it that a terminal would obey."""
    print("".join(each if each.isprintable() else "?" for each in words))
