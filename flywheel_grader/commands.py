"""The commands of `flywheel` for exercises: check and pack for the student, the rest for teachers.

Each `add_...` adds one command to the parser and names the function that runs it. The `flywheel`
command finds `add`, `level` and the names for grades by entry points.
"""

from __future__ import annotations

import argparse
import datetime
import getpass
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from flywheel_grader.handing_in.collect import aliases, collect, read_roster
from flywheel_grader.handing_in.release import is_up_to_date, read_secret, release, release_to
from flywheel_grader.jail import levels as jail
from flywheel_grader.judging.batch import grade
from flywheel_grader.judging.decisions import Rule, read_rules, when, write_rule
from flywheel_grader.judging.results import of_class, read_results
from flywheel_grader.limits import Limits
from flywheel_grader.notebooks.doubts import doubts
from flywheel_grader.notebooks.source import Source
from flywheel_grader.student_commands import Run, add_check, add_pack, command, say, told
from flywheel_grader.telling import feedback
from flywheel_grader.telling.grade_files import export, export_to_nbgrader
from flywheel_grader.telling.marking import Desk, markings, write_pages
from flywheel_grader.telling.report import write_report
from flywheel_grader.words import GradingError, count, safe

FORMATS = ("csv", "moodle", "canvas", "nbgrader")

_SOLUTIONS = Path("solutions")
_SECRET = Path("secret.key")


def add(commands: Any) -> None:
    """Add every command for exercises, in the order in which they are used."""
    for each in (add_check, add_pack, _add_release, _add_collect, _add_grade, _add_mark):
        each(commands)
    text = "write one page for each student, with no hidden test in it"
    parser = _command(commands, "feedback", text, "", _feedback, "out", "students")
    _path(parser, "--moodle", "ZIP", "put the pages into a zip for Moodle, too")
    _path(parser, "--nbgrader", "COURSE", "put them where `nbgrader release_feedback` looks, too")
    text = "write the grade book as a page, with what was hard and what is alike"
    _command(commands, "report", text, "", _report, "out", "source", "students")


def _add_release(commands: Any) -> None:
    text = "make the students' versions of source notebooks"
    description = "Cut solutions, hidden tests and mark schemes out of source notebooks."
    parser = _command(commands, "release", text, description, _release)
    parser.add_argument("notebooks", metavar="NOTEBOOK", type=Path, nargs="*")
    _path(parser, "--out", "DIR", default=Path("exercises"))
    _path(parser, "--students", "CSV", "one version for each, with their own numbers")
    instead = "write COURSE/release/NAME/NAME.ipynb, for nbgrader's exchange, instead"
    _path(parser, "--nbgrader", "COURSE", instead)
    _path(parser, "--secret", "FILE", "what the numbers are drawn from; made if new")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; 1 if a version is out of date"
    )
    rule = parser.add_argument_group(
        "a rule for late work, kept in rules.csv beside the source notebooks for grade"
    )
    rule.add_argument("--due", metavar="DATE", help='as "2026-12-01 23:59", in local time')
    for name, unit, text in (
        ("a-day", "POINTS", "taken for each day that has begun since then"),
        ("grace", "DAYS", "in which nothing is taken"),
        ("cap", "POINTS", "no more than these are taken"),
        ("out-of", "POINTS", "what full marks give, such as 100"),
    ):
        rule.add_argument(f"--{name}", metavar=unit, type=_amount, help=text)


def _add_collect(commands: Any) -> None:
    text = "put handed-in work into one folder for each student"
    description = "Take a folder, the zip of an assignment from Moodle or Canvas, or an nbgrader "
    parser = _command(commands, "collect", text, description + "course.", _collect, "students")
    parser.add_argument("handed_in", metavar="FROM", type=Path)
    _path(parser, "--out", "DIR", default=Path("submissions"))


def _add_grade(commands: Any) -> None:
    text = "run everyone's work in a jail and judge it"
    description = (
        "Grade DIR/STUDENT/NOTEBOOK.ipynb and write DIR/results.json. What has not changed since "
        "last time is not run again."
    )
    parser = _command(commands, "grade", text, description, _grade, "source")
    _path(parser, "--submissions", "DIR", required=True)
    _path(parser, "--out", "DIR", required=True)
    parser.add_argument(
        "--level", metavar="LEVEL", choices=jail.LEVELS,
        help=f"of the jail, instead of the strongest that works: {', '.join(jail.LEVELS)}",
    )  # fmt: skip
    _path(parser, "--secret", "FILE", "as for release")
    for name, default in (("cell", 10), ("call", 5), ("submission", 60)):
        parser.add_argument(
            f"--{name}-seconds", metavar="S", default=float(default),
            type=partial(_amount, least=0.01, most=3600.0),
            help=f"the most that a {name} may take; {default} if left out",
        )  # fmt: skip
    parser.add_argument("--again", action="store_true", help="run what has not changed, too")


def _add_mark(commands: Any) -> None:
    description = (
        "Serve one page for each written task, on this machine alone, until Ctrl+C. Marks "
        "are written beside the results as you type."
    )
    text = "mark the written answers in a browser"
    parser = _command(commands, "mark", text, description, _mark, "out", "source")
    parser.add_argument(
        "--part", metavar="K/N", type=_part, default=(1, 1),
        help="a part of the answers, for one of several markers: 1/2, 2/2",
    )  # fmt: skip
    parser.add_argument("--marker", metavar="NAME", help="who marks; your login if left out")
    parser.add_argument("--port", metavar="N", type=int, default=0)
    parser.add_argument("--pages", action="store_true", help="write the pages as files instead")
    parser.add_argument("--no-browser", action="store_true", help="only say the address")


def add_grades(parser: argparse.ArgumentParser) -> None:
    """Let `flywheel export` take what writing grades needs."""
    grades = parser.add_argument_group("grades")
    _path(grades, "--out", "DIR", "where grade wrote its results")
    text = "the class list with email, name, id, login, section as the other program has them"
    _path(grades, "--students", "CSV", text)
    grades.add_argument(
        "--database", metavar="URL", default="sqlite:///gradebook.db", help="nbgrader's"
    )


def level() -> tuple[str, str]:
    """For `flywheel doctor`: how well this machine keeps a submission apart, "ok" or "note"."""
    with jail.start(None, (), Limits()) as found:
        level = found.level
    if level in ("bwrap", "unshare"):
        return "ok", f"at level {level}: no network, and no files but its own, for a submission"
    return "note", (
        f"at level {level}: a submission can read files and use the network; grade on Linux with "
        "bubblewrap if students are not to be trusted"
    )


def _path(to: Any, name: str, metavar: str, text: str | None = None, **more: Any) -> None:
    to.add_argument(name, metavar=metavar, type=Path, help=text, **more)


_ALL = "the teacher's notebook; all of ./solutions if left out"
_SHARED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "out": ("DIR", "where grade wrote its results", {"required": True}),
    "source": ("NOTEBOOK", _ALL, {"action": "append"}),
    "students": ("CSV", "the class list, to tell who is who", {}),
}


def _command(
    commands: Any, name: str, text: str, description: str, run: Run, *shared: str
) -> argparse.ArgumentParser:
    parser = command(commands, name, text, description, run)
    for each in shared:
        metavar, words, more = _SHARED[each]
        _path(parser, f"--{each}", metavar, words, **more)
    return parser


def _amount(text: str, least: float = 0.0, most: float = 1e6) -> float:
    value = float(text)
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
    return value


def _part(text: str) -> tuple[int, int]:
    which, _, of = text.partition("/")
    if not (which.isdigit() and of.isdigit() and 1 <= int(which) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text} is no part; write 1/2 for the first of two")
    return int(which), int(of)


def _sources(given: Sequence[Path] | None, way: str = "with --source") -> list[Path]:
    found = list(given or sorted(_SOLUTIONS.glob("*.ipynb")))
    if not found:
        raise GradingError(
            "there is no source notebook",
            f"give the teacher's notebook {way}, or run this where ./solutions is",
        )
    return found


def _release(args: argparse.Namespace) -> int:
    sources = _sources(args.notebooks, "after `release`")
    if args.check:
        late = [path for path in sources if not is_up_to_date(path, args.out)]
        for path in late:
            say(f"{args.out / path.name} is not what {path} gives now")
        return 1 if late else 0
    students = list(read_roster(args.students)) if args.students else []
    place = args.secret or (_SECRET if students else None)
    if students and place == _SECRET and not place.exists():
        say(f"made {_SECRET}: keep it from students, and give it to grade with --secret")
    secret = read_secret(place, make=True) if place else b""
    names = ("due", "a_day", "grace", "cap", "out_of")
    given = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    for path in sources:
        if given:
            when(given.get("due", "2000-01-01"))
            folder = path.resolve().parent  # what was said before and is not said anew still holds
            rule = replace(read_rules(folder).get(path.stem, Rule()), **given)
            write_rule(folder, path.stem, rule)
            if rule.due and when(rule.due) < datetime.datetime.now():
                say(f"{path.stem}: its due date is past, so all that comes now is late")
        if said := read_rules(path.resolve().parent).get(path.stem, Rule()).told():
            say(f"{path.stem}: {said}")
        for each in doubts(Source.read(path, graded=False)):
            say(each)
        if students:
            release_to(path, args.out, students, secret)
        else:
            release(path, args.nbgrader / "release" / path.stem if args.nbgrader else args.out)
    whom = f" for {count(len(students), 'student')}" if students else ""
    into = args.nbgrader / "release" if args.nbgrader else args.out
    say(f"released {count(len(sources), 'notebook')}{whom} into {into}")
    return 0


def _collect(args: argparse.Namespace) -> int:
    roster = aliases(read_roster(args.students)) if args.students else {}
    found = collect(args.handed_in, args.out, roster)
    for problem in [*found.problems, *found.unread]:
        say(problem)
    say(f"collected the work of {count(len(found.files), 'student')} into {args.out}")
    missing = sorted(set(roster.values()) - set(found.files))
    if missing:
        say(f"nothing from {', '.join(missing)}")
    if roster and (others := sorted(set(found.files) - set(roster.values()))):
        say(f"in no row of {args.students.name}: {', '.join(others)}")
    return 0


def _grade(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    secret = read_secret(args.secret) if args.secret else b""
    limits = Limits(args.cell_seconds, args.call_seconds, args.submission_seconds)
    with tqdm(desc="grading", leave=False, disable=None) as bar:  # None: only on a terminal

        def tell(done: int, of: int) -> None:
            bar.total, bar.n = of, done
            bar.refresh()

        batch = grade(
            args.submissions, args.out, _sources(args.source), args.level, secret, limits,
            again=args.again, progress=tell,
        )  # fmt: skip
    for note in batch.notes:
        say(note)
    level = f", jail {batch.level}" if batch.level else ""
    say(
        f"graded {batch.graded} of {count(len(batch.results), 'submission')}{level}: "
        f"{args.out / 'results.json'}"
    )
    if waiting := sum(result.unmarked for result in read_results(args.out)):
        say(f"{count(waiting, 'written answer')} to mark: flywheel mark --out {args.out}")
    return 0


def _mark(args: argparse.Namespace) -> int:
    sources = [Source.read(path) for path in _sources(args.source)]
    found = markings(read_results(args.out), sources, args.part)
    if not found:
        say("there is no written answer to mark")
        return 0
    if args.pages:
        for path in write_pages(found, args.out):
            say(f"wrote {path}")
        return 0
    desk = Desk(found, args.out, args.port, args.marker or getpass.getuser())
    say(f"marking at {desk.address} until Ctrl+C; marks go to {args.out / 'marks'}")
    sys.stdout.flush()
    if not args.no_browser:
        webbrowser.open(desk.address)
    with suppress(KeyboardInterrupt):
        desk.serve()
    return 0


def _results(args: argparse.Namespace) -> list[Any]:
    roster = read_roster(args.students) if args.students else {}
    results = of_class(read_results(args.out), roster)
    for each in results:
        each.name = safe(roster.get(each.student, {}).get("name", ""), 100)
    if waiting := sum(result.unmarked for result in results):
        say(f"not marked yet, and not in the points: {count(waiting, 'written answer')}")
    return results


def _feedback(args: argparse.Namespace) -> int:
    results = _results(args)
    written = feedback.write_feedback(results, args.out)
    say(f"wrote {count(len(written), 'page')} into {args.out / 'feedback'}")
    if args.moodle:
        number = feedback.write_moodle_zip(results, args.moodle)
        say(f"wrote {count(number, 'page')} into {args.moodle}")
    if args.nbgrader:
        roster = aliases(read_roster(args.students)) if args.students else {}
        number, left_out = feedback.write_for_nbgrader(results, args.nbgrader, roster)
        say(f"wrote {count(number, 'page')} into {args.nbgrader / feedback.FOLDER}")
        for each in left_out:
            say(f"{each}: not handed in by nbgrader, so no page goes back by it")
    return 0


def _report(args: argparse.Namespace) -> int:
    with_solutions = args.source or sorted(_SOLUTIONS.glob("*.ipynb"))
    sources = [Source.read(path) for path in with_solutions]
    known = [cell.source for source in sources for cell in (*source.cells, *source.released)]
    say(f"wrote {write_report(_results(args), args.out, known)}")
    return 0


@told
def export_grades(args: argparse.Namespace) -> int:
    """Write the grades in ``args.out`` for the program ``args.to``; `flywheel export` calls it."""
    results, kind = _results(args), args.to or FORMATS[0]
    if kind == "nbgrader":
        number = export_to_nbgrader(results, args.database)
        say(f"wrote the scores of {count(number, 'submission')} into {args.database}")
        return 0
    roster = read_roster(args.students) if args.students else None
    for path in export(results, args.out, kind, roster):
        say(f"wrote {path}")
    return 0
