"""`flywheel teacher`: what only a teacher has, in a folder to grade from; `flywheel exercises`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from flywheel_edu.cli.handout import FOR_TEACHERS, hand_out, material
from flywheel_edu.cli.lab import tell
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError
from flywheel_edu.files import handed_out_from, joined_folders

FOLDER = "my-class"
CLASS_LIST = "class.csv"
PAGE = "for_the_teacher.md"


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser(
        "teacher",
        help="lay out solutions, checks and the teacher's page",
        description="Lay out what a teacher needs in one folder: the solutions with their hidden "
        "tests, the exercises with their checks, the page for the teacher, and an empty class "
        "list. What you changed there is never overwritten.",
    )
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, default=Path(FOLDER),
        help=f"where to lay it out (usually {FOLDER}, in the current folder)",
    )  # fmt: skip
    parser.set_defaults(run=run)
    parser = commands.add_parser(
        "exercises", help="list the exercises, those of installed packages too"
    )
    parser.set_defaults(run=run_exercises)


def run(args: argparse.Namespace) -> int:
    """Lay it out, and say how to go on."""
    folder = args.to.expanduser().resolve()
    tell(hand_out(teachers_material(), folder), folder)
    say(f"Begin with {PAGE}. To make the students' versions, in that folder:")
    print("\n    flywheel release --out handout\n")
    return 0


def run_exercises(args: argparse.Namespace) -> int:
    """Print each exercise's name and the heading of its notebook."""
    books = {name: path for name, path in material().items() if name.startswith("exercises/")}
    rows = []
    for path in (path for name, path in sorted(books.items()) if name.endswith(".ipynb")):
        first = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
        rows.append((path.stem, "".join(first).partition("\n")[0].lstrip("# ")))
    say("Exercises: in a notebook, exercise(name, ...) takes their names.", strong=True)
    say_table(("", " "), rows)
    return 0


def teachers_material() -> dict[str, Path]:
    """Every file for a teacher: its path below their folder, and where it lies."""
    base = handed_out_from()
    found = {
        path.relative_to(home).as_posix(): path
        for home in (*joined_folders("exercises"), base)  # ours win
        for path in sorted((home / "solutions").glob("*.ipynb"))
    }
    if not any((base / name).is_file() for name in found):
        raise CommandError(
            f"the solutions are missing: none lies in {base / 'solutions'}",
            "install flywheel-edu again, or clone the whole project",
        )
    exercises = {name: path for name, path in material().items() if name.startswith("exercises/")}
    page = {PAGE: base / "course" / FOR_TEACHERS}
    return found | exercises | page | {CLASS_LIST: Path(__file__).with_name(CLASS_LIST)}
