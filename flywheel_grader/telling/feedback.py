"""One page for each student: what they earned, and what to look at. No hidden test is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flywheel_grader.handing_in.collect import Roster, submitted_in
from flywheel_grader.judging.marks_given import file_name
from flywheel_grader.judging.results import NOTHING, Result
from flywheel_grader.notebooks.cells import read_bytes
from flywheel_grader.telling.html_pages import page
from flywheel_grader.words import GradingError
from flywheel_grader.writing import placed, write_beside, zipped

FOLDER = "feedback"


def write_feedback(results: Sequence[Result], folder: Path) -> list[Path]:
    """Write `feedback/<student>.html` for each student, with all their exercises."""
    place = folder / FOLDER
    written = []
    for student in sorted({result.student for result in results}):
        own = [result for result in results if result.student == student]
        to = placed(place / f"{file_name(student)}.html")
        written.append(write_beside(to, feedback_page(own)))
    return written


def feedback_page(results: Sequence[Result]) -> str:
    """The page of one student, of whom all the results are."""
    called = results[0].called
    return page("feedback.html", f"Feedback for {called}", called=called, results=results)


def write_for_nbgrader(
    results: Sequence[Result], course: Path, roster: Roster
) -> tuple[int, list[str]]:
    """Write the pages where `nbgrader release_feedback` looks; how many, and what has no place.

    Beside each page lie the stamp and the secret of what was handed in: by these its student's own
    nbgrader finds it.
    """
    places = submitted_in(course, roster)
    written, left_out = 0, list[str]()
    for result in (each for each in results if each.unread != NOTHING):
        found = False
        for student, place in places:
            books = {path.stem for path in place.glob("*.ipynb")}
            if student != result.student or result.exercise not in {place.name, *books}:
                continue
            found, to = True, course / FOLDER / place.parent.name / place.name
            for name in ("timestamp.txt", "submission_secret.txt"):
                write_beside(placed(to / name), read_bytes(place / name, 10_000))
            for name in {result.exercise} & books or books:
                write_beside(to / f"{name}.html", feedback_page([result]))
        written += found
        left_out += [] if found else [f"{result.student}, {result.exercise}"]
    return written, left_out


def write_moodle_zip(results: Sequence[Result], path: Path) -> int:
    """Write the pages as the zip that Moodle takes for feedback files; how many are in it."""
    known = {each.student: each for each in results if each.number}
    if not known:
        raise GradingError(
            "no student's number in Moodle is known",
            "collect from Moodle's zip of all submissions, then grade again",
        )
    pages = {}
    for student, one in sorted(known.items()):
        own = [result for result in results if result.student == student]
        # Moodle goes by the number; a line in the name would end it too early.
        folder = f"{file_name(student).replace('_', '-')}_{one.number}_assignsubmission_file_"
        pages[f"{folder}/feedback.html"] = feedback_page(own)
    write_beside(path, zipped(pages))
    return len(known)
