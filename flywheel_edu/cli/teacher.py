"""`flywheel teacher`, `exercises` and `hub`: what only a teacher has, to grade from and to host."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flywheel_edu.cli.handout import FOR_TEACHERS, hand_out, material
from flywheel_edu.cli.lab import tell
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError
from flywheel_edu.files import handed_out_from, joined_folders

FOLDER = "my-class"
CLASS_LIST = "class.csv"
PAGE = "for_the_teacher.md"
_TEMPLATES = Path(__file__).with_name("jupyterhub")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")  # of an account, and of a course on a hub


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
    parser = commands.add_parser(
        "hub",
        help="lay out a JupyterHub for a class, with nbgrader's exchange",
        description="Lay out what a JupyterHub with nbgrader's exchange needs: the configuration "
        "of both, a container file, an empty class list, and a page that leads through them. "
        "What you changed there is never overwritten.",
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, required=True)
    parser.add_argument("--course", metavar="NAME", default="flywheel", help="nbgrader's name")
    parser.add_argument(
        "--teacher", metavar="NAME", action="append", help="who collects; again for each further"
    )
    parser.set_defaults(run=run_hub)


def run(args: argparse.Namespace) -> int:
    """Lay it out, and say how to go on."""
    folder = args.to.expanduser().resolve()
    files = teachers_material()
    solutions = (path for name, path in sorted(files.items()) if name.startswith("solutions/"))
    theirs = [path for path in solutions if not path.is_relative_to(handed_out_from())]
    rows = "".join(f"- `{path.stem}`: {_heading(path)}\n" for path in theirs)
    others = f"\n## Exercises of other packages\n\n{rows}" if theirs else ""
    with TemporaryDirectory() as room:
        page = Path(room, PAGE)
        page.write_text(files[PAGE].read_text("utf-8") + others, "utf-8")
        tell(hand_out({**files, PAGE: page}, folder), folder, "What you teach with")
    say(f"Begin with {PAGE}. To make the students' versions, in that folder:")
    print("\n    flywheel release --out handout\n")
    return 0


def run_exercises(args: argparse.Namespace) -> int:
    """Print each exercise's name and the heading of its notebook."""
    books = {name: path for name, path in material().items() if name.startswith("exercises/")}
    rows = [(p.stem, _heading(p)) for name, p in sorted(books.items()) if name.endswith(".ipynb")]
    say("Exercises: in a notebook, exercise(name, ...) takes their names.", strong=True)
    say_table(("", " "), rows)
    return 0


def _heading(notebook: Path) -> str:
    first = json.loads(notebook.read_text("utf-8"))["cells"][0]["source"]
    return "".join(first).partition("\n")[0].lstrip("# ")


def run_hub(args: argparse.Namespace) -> int:
    """Lay it out, and say how to go on."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    teachers = args.teacher or ["teacher"]
    for name in (args.course, *teachers):
        if not _NAME.fullmatch(name):
            raise CommandError(
                f"{name!r} cannot be the name of an account or a course",
                "use small letters, digits, - and _, and begin with a letter",
            )
    folder = args.out.expanduser().resolve()
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    with TemporaryDirectory() as room:
        files = {CLASS_LIST: Path(__file__).with_name(CLASS_LIST)}
        for template in sorted(_TEMPLATES.glob("*.jinja")):
            made = Path(room, template.stem)
            says = pages.get_template(template.name).render(
                course=args.course, teachers=teachers, folder=FOLDER
            )
            made.write_text(says, encoding="utf-8")
            files[made.name] = made
        tell(hand_out(files, folder), folder, "What your hub needs")
    say("Go on with its README.md.")
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
