"""`flywheel teacher`: what only a teacher has, in a folder to release and grade from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flywheel_edu.cli.handout import FOR_TEACHERS, hand_out, material
from flywheel_edu.cli.lab import tell
from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError
from flywheel_edu.files import handed_out_from

FOLDER = "my-class"
CLASS_LIST = "class.csv"
PAGE = "for_the_teacher.md"


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "teacher",
        help="lay out solutions, checks and the teacher's page",
        description="Lay out what a teacher needs in one folder: the solutions with their hidden "
        "tests, the exercises with their checks, the page for the teacher, and an empty class "
        "list. What you changed there is never overwritten.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, default=Path(FOLDER),
        help=f"where to lay it out (usually {FOLDER}, in the current folder)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lay it out, and say how to go on."""
    folder = args.to.expanduser().resolve()
    tell(hand_out(teachers_material(), folder), folder)
    say(f"Begin with {PAGE}. To make the students' versions, in that folder:")
    print("\n    flywheel release --out handout\n")
    return 0


def teachers_material() -> dict[str, Path]:
    """Every file for a teacher: its path below their folder, and where it lies.

    Raises
    ------
    CommandError
        If the solutions are not where this installation should have them.
    """
    base = handed_out_from()
    found = {
        path.relative_to(base).as_posix(): path
        for path in sorted((base / "solutions").glob("[0-9]*.ipynb"))
    }
    if not found:
        raise CommandError(
            f"the solutions are missing: none lies in {base / 'solutions'}",
            "install flywheel-edu again, or clone the whole project",
        )
    exercises = {name: path for name, path in material().items() if name.startswith("exercises/")}
    page = {PAGE: base / "course" / FOR_TEACHERS}
    return found | exercises | page | {CLASS_LIST: Path(__file__).with_name(CLASS_LIST)}
