"""One page for each student: what they earned, and what to look at. No hidden test is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flywheel_grader.judging.marks_given import file_name
from flywheel_grader.judging.results import Result
from flywheel_grader.telling.html_pages import page
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
    student = results[0].student
    return page("feedback.html", f"Feedback for {student}", student=student, results=results)
