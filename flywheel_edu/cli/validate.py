"""`flywheel validate`: models held against what is expected of them, and against the figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flywheel_edu.cli.models import model_of
from flywheel_edu.cli.say import say, say_checks, say_table, verdict

if TYPE_CHECKING:
    from flywheel_edu.facts import Check
    from flywheel_edu.model import Model
    from flywheel_edu.study.measured import Measured


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "validate",
        help="hold models against what is expected of them, and against the figures",
        description="See that a model behaves as is written down beside it, in MODEL.expected: in "
        "extremes, at rest, with each loop cut, in the corners of its sliders' ranges. Those of "
        "the library are also fitted on early years and judged on later ones, beside simple "
        "curves, which takes some seconds. Promises kept beside a model (MODEL_2026.json) are "
        "compared with what came. The exit code is 1 if anything fails.",
    )
    parser.add_argument(
        "models", metavar="MODEL", nargs="*",
        help="names from `flywheel models`, or files; all of the library if left out",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Validate each model, and print what was found under its name."""
    from flywheel_edu.flywheels import behaviour, expected_of, library, validate
    from flywheel_edu.flywheels.loading import file_of
    from flywheel_edu.flywheels.validation import fit_of, standing
    from flywheel_edu.study.measured import read_data

    found: list[Check] = []
    shown = sys.stderr.isatty()
    for named in args.models or library():
        say(named, strong=True)
        model = model_of(argparse.Namespace(model=named))
        if named in library():
            found += (checks := validate(named, progress=shown))
            say_checks(checks)
            for each in standing(named, progress=shown):
                origins = each.forecasts["origin"].nunique()
                say(f"{each.series}, {origins} times one to three points ahead: {each.verdict}")
            fitted = fit_of(named, progress=shown)
            _say_promises(model, file_of(named), fitted.measured if fitted else {})
        else:
            expected = expected_of(model, Path(named))
            found += (checks := behaviour(model, expected, progress=shown))
            say_checks(checks)
            if expected is None:
                say(
                    f"What is expected of it is written down nowhere. {Path(named).stem}.expected, "
                    "beside it, would say it as bass.expected does in the library."
                )
            table = expected.measured if expected else None
            _say_promises(model, Path(named), read_data(model, table)[0] if table else {})
        say()
    return verdict(found)


def _say_promises(model: Model, file: Path, measured: Mapping[str, Measured]) -> None:
    """What was promised beside a model, and what came of it: compared, and never adjusted."""
    from flywheel_edu.flywheels.validation import came_of, promises

    for name, promise in promises(file):
        say(f"{name}, promised on {promise.made}:")
        say_table(("", "promised", "came"), came_of(promise, model, measured))
