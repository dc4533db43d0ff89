"""One page for each student: what they earned, and what to look at. No hidden test is in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from flywheel_grader.judging.marks_given import file_name
from flywheel_grader.judging.results import Result
from flywheel_grader.telling.html_pages import page
from flywheel_grader.words import GradingError
from flywheel_grader.writing import write_beside

FOLDER = "feedback"


def write_feedback(results: Sequence[Result], folder: Path) -> list[Path]:
    """Write `feedback/<student>.html` for each student, with all their exercises."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for student in sorted({result.student for result in results}):
        own = [result for result in results if result.student == student]
        written.append(write_beside(place / f"{file_name(student)}.html", feedback_page(own)))
    return written


def feedback_page(results: Sequence[Result]) -> str:
    """The page of one student.

    Parameters
    ----------
    results : sequence of Result
        All of the same student.
    """
    called = results[0].called
    return page("feedback.html", f"Feedback for {called}", called=called, results=results)


def write_moodle_zip(results: Sequence[Result], path: Path) -> int:
    """Write the pages as the zip that Moodle takes for feedback files; how many are in it.

    Raises
    ------
    GradingError
        No student's number is known, since nothing was collected from Moodle's own zip.
    """
    known = {each.student: each for each in results if each.number}
    if not known:
        raise GradingError(
            "no student's number in Moodle is known",
            "collect from Moodle's zip of all submissions, then grade again",
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, one in sorted(known.items()):
            own = [result for result in results if result.student == student]
            # Moodle goes by the number; a line in the name would end it too early.
            folder = f"{file_name(student).replace('_', '-')}_{one.number}_assignsubmission_file_"
            archive.writestr(f"{folder}/feedback.html", feedback_page(own))
    write_beside(path, out.getvalue())
    return len(known)
