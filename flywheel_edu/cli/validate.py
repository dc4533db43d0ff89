"""`flywheel validate`: models held against what is expected of them, and against the figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flywheel_edu.cli.models import model_of
from flywheel_edu.cli.say import say, say_checks, verdict

if TYPE_CHECKING:
    from flywheel_edu.facts import Check


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "validate",
        help="hold models against what is expected of them, and against the figures",
        description="See that a model behaves as is written down beside it, in MODEL.expected: in "
        "extremes, at rest, with each loop cut. Those of the library are also fitted on early "
        "years and judged on later ones, which takes some seconds. The exit code is 1 if anything "
        "fails.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "models",
        metavar="MODEL",
        nargs="*",
        help="names from `flywheel models`, or files; all of the library if left out",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Validate each model, and print what was found under its name."""
    from flywheel_edu.flywheels import behaviour, expected_of, library, validate

    found: list[Check] = []
    for named in args.models or library():
        say(named, strong=True)
        if named in library():
            found += (checks := validate(named, progress=sys.stderr.isatty()))
            say_checks(checks)
        else:
            model = model_of(argparse.Namespace(model=named))
            expected = expected_of(model, Path(named))
            found += (checks := behaviour(model, expected))
            say_checks(checks)
            if expected is None:
                say(
                    f"What is expected of it is written down nowhere. {Path(named).stem}.expected, "
                    "beside it, would say it as bass.expected does in the library."
                )
        say()
    return verdict(found)
