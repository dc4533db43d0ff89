"""What `flywheel` does with its arguments: find the command, run it, say what went wrong.

Each command module has `add(commands)`, which adds its parser and names the function that runs it.
A command returns its exit code: 0 when all is well, 1 when something is wrong. Whatever it cannot
do it raises as a `FlywheelError`, which is printed here, in one place, without a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from functools import partial
from importlib.metadata import distributions, entry_points
from typing import Any

from flywheel_edu import __version__
from flywheel_edu.cli import (
    doctor,
    export,
    games,
    lab,
    models,
    show_facts,
    teacher,
    tell,
    validate,
    write,
)
from flywheel_edu.cli.say import complain, make_safe
from flywheel_edu.errors import CommandError, FlywheelError, closest

MORE = "flywheel_edu.commands"  # where other packages enter a function like `add` of ours

# In the order of the help text.
COMMANDS = (
    lab, teacher, doctor, models, tell, write,
    games, show_facts, validate, export,
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `flywheel` command and give its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after `flywheel`; those of the process if left out.

    Returns
    -------
    int
        0 when all is well, 1 when something is wrong, 2 when the command cannot be understood,
        130 when it was interrupted.
    """
    make_safe()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _understood(arguments)
        code: int = args.run(args)
        sys.stdout.flush()  # here, where a reader who has left is noticed
        return code
    except SystemExit as end:  # argparse has already said why
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    except BrokenPipeError:  # as in `flywheel models | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FlywheelError as problem:
        complain(str(problem))
    except OSError as problem:
        complain(_in_words(problem))
    except Exception as problem:
        if os.environ.get("FLYWHEEL_TRACEBACK"):
            raise
        other = _another_package(problem)
        complain(
            f"this is a fault in {other or 'flywheel_edu'}, not in what you typed: "
            f"{type(problem).__name__}: {problem}\n"
            "  hint: set FLYWHEEL_TRACEBACK=1, run it again and send "
            f"{f'those who made {other}' if other else 'us'} what it prints"
        )
    return 1


def _another_package(problem: Exception) -> str:
    """Which package that joined by an entry point the fault lies in; the empty string if none."""
    frames = traceback.walk_tb(problem.__traceback__)
    rooms = {str(frame.f_globals.get("__name__")).partition(".")[0] for frame, _ in frames}
    for package in distributions():
        for entry in package.entry_points:
            room = entry.value.partition(":")[0].partition(".")[0]
            joins = entry.group.startswith("flywheel_edu.") and not room.startswith("flywheel_")
            if joins and room in rooms:
                return str(package.name)
    return ""


def _understood(arguments: list[str]) -> argparse.Namespace:
    """The arguments as a namespace whose `run` is the command, `rest` what it hands on."""
    parser = argparse.ArgumentParser(
        prog="flywheel",
        description="Flywheels in business: a course and the models that carry it.",
        epilog="`flywheel COMMAND --help` tells more about one of them.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"flywheel_edu {__version__}")
    exact: Any = partial(argparse.ArgumentParser, allow_abbrev=False)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", parser_class=exact)
    for command in COMMANDS:
        command.add(commands)
    for entry in sorted(entry_points(group=MORE), key=lambda each: each.name):
        entry.load()(commands)
    if not arguments:
        parser.print_help()
        raise SystemExit(0)
    if not arguments[0].startswith("-") and arguments[0] not in commands.choices:
        raise CommandError(
            f"no command is called '{arguments[0]}'",
            closest(arguments[0], commands.choices) or "flywheel --help lists them",
        )
    args, rest = parser.parse_known_args(arguments)
    if rest and not getattr(args, "passes_on", False):
        commands.choices[args.command].error(f"this makes no sense here: {' '.join(rest)}")
    args.rest = [argument for argument in rest if argument != "--"]
    return args


def _in_words(problem: OSError) -> str:
    reason = problem.strerror or str(problem) or type(problem).__name__
    where = f"{problem.filename}: " if problem.filename else ""
    return f"{where}{reason[:1].lower()}{reason[1:]}"
