"""`flywheel export`: notebooks as a web site, or grades for other programs."""

from __future__ import annotations

import argparse
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError, closest, printable
from flywheel_edu.files import handed_out_from

MOST_NAMED = 10


def add(commands: Any) -> None:
    """Add the command to the parser."""
    grades = _grader()
    parser = commands.add_parser(
        "export",
        help="write notebooks as a web site, or grades for other programs",
        description="With a notebook or a folder of notebooks: run them and write a web site in "
        "which the widgets work with no Python behind them, for any web server or a memory stick. "
        "With --lite each page also opens its notebook in the browser's own Python. "
        "With --out: write the grades for a spreadsheet, Moodle, Canvas or nbgrader.",
    )
    parser.add_argument(
        "source", metavar="NOTEBOOK_OR_FOLDER", type=Path, nargs="?",
        help="what to make a site of; a folder's index.md or README.md is its front page",
    )  # fmt: skip
    parser.add_argument(
        "--to", metavar="SITE",
        help=f"the folder of the site; or, for grades, one of {', '.join(grades.FORMATS)}",
    )  # fmt: skip
    parser.add_argument(
        "--lite", action="store_true", help="add the course in the browser's own Python"
    )
    parser.add_argument(
        "--slides", action="store_true",
        help="add a deck a chapter for the front of the class; N shows the speaker's notes",
    )  # fmt: skip
    parser.add_argument(
        "--pyodide", metavar="FOLDER", type=Path,
        help="with --lite: a folder with a Pyodide to put into the site, for a school without a "
        "network; otherwise a reader's browser fetches most of it",
    )  # fmt: skip
    grades.add_grades(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Export the one or the other."""
    if args.source is not None and args.out is not None:
        raise CommandError(
            "a site or grades, not both at once",
            "leave out --out for a site, or the notebook for grades",
        )
    if args.source is not None:
        return _site(args)
    if args.out is not None:
        return _grades(args)
    raise CommandError(
        "there is nothing to export",
        "name a notebook or a folder for a site, or with --out where the grades are",
    )


def _site(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from flywheel_edu import site

    if not args.to:
        raise CommandError(
            "the site needs a folder",
            f"name it: flywheel export {printable(str(args.source))} --to public",
        )
    with tqdm(desc="running the cells", leave=False, disable=None) as bar:

        def tell(done: int, of: int) -> None:
            bar.total, bar.n = of, done
            bar.refresh()

        ours = handed_out_from() / args.source  # where nothing of that name lies here
        made = site.export_site(
            ours if ours.is_dir() and not args.source.exists() else args.source,
            args.to,
            tell,
            lite=args.lite or bool(args.pyodide),
            pyodide=args.pyodide,
            slides=args.slides,
        )
    for complaint in made.complaints[:MOST_NAMED]:
        say(f"not quite right: {printable(complaint)}")
    if len(made.complaints) > MOST_NAMED:
        say(f"and {len(made.complaints) - MOST_NAMED} more like these")
    pages = "1 page" if made.pages == 1 else f"{made.pages} pages"
    say(f"{pages} written: {made.folder / 'index.html'}")
    if args.lite or args.pyodide:
        say(
            "The pages lead to the course in the browser's own Python, which needs a web server: "
            f"python -m http.server -d {made.folder}"
        )
    return 0


def _grades(args: argparse.Namespace) -> int:
    grades = _grader()
    kind = args.to or grades.FORMATS[0]
    if kind not in grades.FORMATS:
        raise CommandError(
            f"grades cannot be written for '{printable(kind)}'",
            closest(kind, grades.FORMATS) or f"--to is one of {', '.join(grades.FORMATS)}",
        )
    return int(grades.export_grades(args))


def _grader() -> Any:
    """What writes grades: `FORMATS`, `add_grades` for the parser, `export_grades` to run."""
    for entry in entry_points(group="flywheel_edu.grades"):
        return entry.load()
    raise CommandError("the grader is not there", "install the package again: pip install -e .")
