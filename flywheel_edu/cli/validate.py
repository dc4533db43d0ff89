"""`flywheel validate`: the library's models held against the figures and against common sense."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from flywheel_edu.cli.checks import tell, verdict
from flywheel_edu.cli.say import say


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "validate",
        help="hold the library's models against the figures",
        description="Fit the models of the library on early years and judge them on later ones, "
        "and see that each behaves as it says: in extremes, at rest, with each loop cut. Takes "
        "some seconds. The exit code is 1 if anything fails.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Validate every model, and print what was found under the name of each."""
    from flywheel_edu.flywheels import validate

    found = validate(progress=sys.stderr.isatty())
    for name, checks in found.items():
        say(name, strong=True)
        tell(checks)
        say()
    return verdict([check for checks in found.values() for check in checks])
