"""Grades for other programs: plain CSV, and the files that Moodle and Canvas take in."""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flywheel_grader.judging.decisions import when
from flywheel_grader.judging.results import NOTHING, Result
from flywheel_grader.telling.html_pages import points
from flywheel_grader.words import GradingError, safe_block
from flywheel_grader.writing import write_beside

# What a spreadsheet may take for the beginning of a formula, in narrow and in wide letters.
_FORMULA = r"=+\-@|%\uff1d\uff0b\uff0d\uff20"

Roster = Mapping[str, Mapping[str, str]]


def export(
    results: Sequence[Result], folder: Path, kind: str, roster: Roster | None = None
) -> list[Path]:
    """Write the grades for one program ("csv", "moodle" or "canvas"), a file for each exercise.

    The roster has by student the names and numbers that the learning platform uses: for Moodle
    `email`, for Canvas `name`, `id`, `login` and `section`.
    """
    make = {"csv": _plain, "moodle": _moodle, "canvas": _canvas}[kind]
    written = []
    for exercise in sorted({result.exercise for result in results}):
        own = [result for result in results if result.exercise == exercise]
        out, rows = io.StringIO(), make(exercise, own, roster or {})
        table = csv.writer(out, lineterminator="\r\n")
        table.writerows([guarded(each) for each in row] for row in rows)
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in exercise)
        # With a mark of its encoding a spreadsheet shows "Zoë" as it is written.
        text = ("\ufeff" if kind == "csv" else "") + out.getvalue()
        written.append(write_beside(folder / f"grades-{kind}-{name}.csv", text))
    return written


def guarded(value: object) -> object:
    """A cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("-ada"), guarded(-1.5), guarded("ada")
    ("'=1+1", "'-ada", -1.5, 'ada')
    >>> guarded("stopped with x;=1+1"), guarded("\uff1d1+1")
    ("stopped with x; '=1+1", "'\uff1d1+1")
    """
    if not isinstance(value, str):
        return value
    words = " ".join(safe_block(value, 2_000).split("\n"))
    # Where numbers have a comma, a spreadsheet may begin a new cell at each of these.
    words = re.sub(rf"([;,\t])(?=[{_FORMULA}])", r"\1 '", words)
    return f"'{words}" if re.match(rf"\s*[{_FORMULA}]", words) else words


def _number(value: float) -> float:
    return float(points(value))


def _total(result: Result, excused: str) -> float | str:
    return _number(result.total) if result.max_total else excused * bool(result.marks)


def _plain(exercise: str, results: list[Result], roster: Roster) -> list[list[object]]:
    tasks = [each.id for each in results[0].marks]
    named = any(result.name for result in results)
    head = ["student", *["name"] * named, *tasks, "points", "max_points", "unmarked", "noticed"]
    rows: list[list[object]] = [[*head]]
    for result in results:
        marks = ["" if each.points is None else _number(each.points) for each in result.marks]
        noticed = "; ".join([*result.decided, *result.problems])
        marks += [""] * (len(tasks) - len(marks))
        tail = [_total(result, "excused"), _number(result.max_total), result.unmarked, noticed]
        rows.append([result.student, *[result.name] * named, *marks, *tail])
    return rows


def _moodle(exercise: str, results: list[Result], roster: Roster) -> list[list[object]]:
    rows: list[list[object]] = [["Username", "Email address", exercise, f"{exercise} (feedback)"]]
    for result in results:
        told = [(task.id.removeprefix("test_"), task.message) for task in result.tasks]
        told += [(each.id, each.comment) for each in result.written]
        said = [f"{task}: {words}" for task, words in told if words and result.max_total]
        said += [each for each in result.problems if each.startswith("cell ") or each == NOTHING]
        says = "; ".join(dict.fromkeys([*said, *result.decided]))
        email = roster.get(result.student, {}).get("email", "")
        rows.append([result.student, email, _total(result, ""), says])
    return rows


def _canvas(exercise: str, results: list[Result], roster: Roster) -> list[list[object]]:
    most = _number(max(result.max_total for result in results))
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise]
    rows: list[list[object]] = [[*head], ["    Points Possible", "", "", "", "", most]]
    for result in results:
        row, student = roster.get(result.student, {}), result.student
        own = [row.get("name", student), row.get("id", ""), student, row.get("login", student)]
        rows.append([*own, row.get("section", ""), _total(result, "EX")])
    return rows


def export_to_nbgrader(results: Sequence[Result], database: str) -> int:
    """Write the scores into nbgrader's own grade book, "sqlite:///gradebook.db"; how many."""
    try:
        from nbgrader.api import Gradebook, MissingEntry
    except ImportError:
        raise GradingError(
            "nbgrader is not installed", "pip install 'flywheel-edu[nbgrader]'"
        ) from None
    # nbgrader calls its helper program by name; it lies beside this Python.
    here = os.path.dirname(sys.executable)
    os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", "")])
    with warnings.catch_warnings(), Gradebook(database) as book:
        warnings.simplefilter("ignore")  # of how it uses its database
        for result in results:
            book.update_or_create_student(result.student)
            if not result.marks:
                continue
            _make_assignment(book, result, MissingEntry)
            submission = book.update_or_create_submission(
                result.exercise, result.student, timestamp=_moment(result.handed_in)
            )
            auto = {task.id: task.points for task in result.tasks}
            manual = {each.id: each.points for each in result.written}
            for grade in submission.notebooks[0].grades:
                grade.auto_score = auto.get(grade.cell.name)
                grade.manual_score = manual.get(grade.cell.name)
                grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
            book.db.commit()
    return sum(bool(result.marks) for result in results)


def _make_assignment(book: Any, result: Result, missing: Any) -> None:
    due = result.rule.get("due")
    book.update_or_create_assignment(result.exercise, **{"duedate": _moment(due)} if due else {})
    try:
        book.find_notebook(result.exercise, result.exercise)
    except missing:
        book.add_notebook(result.exercise, result.exercise)
    cells = [(task.id, task.max_points, "code") for task in result.tasks]
    cells += [(each.id, each.max_points, "markdown") for each in result.written]
    for name, most, kind in cells:
        book.update_or_create_grade_cell(
            name, result.exercise, result.exercise, max_score=most, cell_type=kind
        )


def _moment(text: str) -> datetime.datetime | None:
    """A time of this machine's with its zone, as nbgrader takes it; None if there is none."""
    return when(text).astimezone() if text else None
