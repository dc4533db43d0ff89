"""`flywheel hub`: what a JupyterHub with nbgrader's exchange needs, in a folder of its own."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flywheel_edu.cli.handout import hand_out
from flywheel_edu.cli.lab import tell
from flywheel_edu.cli.say import say
from flywheel_edu.cli.teacher import CLASS_LIST, FOLDER
from flywheel_edu.errors import CommandError

TEMPLATES = Path(__file__).with_name("jupyterhub")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def add(commands: Any) -> None:
    """Add the command to the parser."""
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
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
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
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    with TemporaryDirectory() as room:
        files = {CLASS_LIST: Path(__file__).with_name(CLASS_LIST)}
        for template in sorted(TEMPLATES.glob("*.jinja")):
            made = Path(room, template.stem)
            says = pages.get_template(template.name).render(
                course=args.course, teachers=teachers, folder=FOLDER
            )
            made.write_text(says, encoding="utf-8")
            files[made.name] = made
        tell(hand_out(files, folder), folder, "What your hub needs")
    say("Go on with its README.md.")
    return 0
