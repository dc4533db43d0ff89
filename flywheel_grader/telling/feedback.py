"""One page for each student: what they earned, and what to look at. No hidden test is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flywheel_grader.judging.marks_given import file_name
from flywheel_grader.judging.results import Result
from flywheel_grader.telling.html_pages import grade, page, points, task_name, text
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
    body = [f"<h1>Feedback for {text(student, 100)}</h1>"]
    for result in results:
        body += _exercise(result)
    return page(f"Feedback for {student}", "\n".join(body))


def _exercise(result: Result) -> list[str]:
    said = [
        f"<h2>{text(result.exercise, 100)}</h2>",
        f"<p><strong>{points(result.total)} of {points(result.max_total)} points</strong>"
        + (" so far; a written answer is still being read" if result.unmarked else "")
        + ".</p>",
    ]
    if result.tasks:
        said.append(
            '<div class="scroll"><table><caption>What was checked by running it</caption><thead>'
            '<tr><th scope="col">Task</th><th scope="col" class="n">Points</th>'
            '<th scope="col">Result</th></tr></thead><tbody>'
        )
        for task in result.tasks:
            kind, word = grade(task.points, task.max_points)
            said.append(
                f"<tr{' class=told' if task.message else ''}>"
                f'<th scope="row">{task_name(task.id)}</th>'
                f'<td class="n">{points(task.points)} / {points(task.max_points)}</td>'
                f'<td><span class="{kind}">{word}</span></td></tr>'
            )
            if task.message:
                why = text(_sentence(task.message), 800)
                said.append(f'<tr class="why"><td colspan="3">{why}</td></tr>')
        said.append("</tbody></table></div>")
    for written in result.written:
        said.append(f"<h3>{text(written.id, 80)}</h3>")
        if written.blank:
            said.append(f"<p>Left blank: 0 of {points(written.max_points)} points.</p>")
            continue
        if written.points is None:
            said.append("<p>This answer is still being read.</p>")
        else:
            said.append(f"<p>{points(written.points)} of {points(written.max_points)} points.</p>")
        said.append(f'<div class="words">{text(written.answer)}</div>')
        if written.comment:
            said.append(f"<p>Your teacher says: {text(written.comment)}</p>")
    if result.problems:
        said.append("<h3>What was noticed</h3><ul>")
        said += [f"<li>{text(_sentence(problem), 400)}</li>" for problem in result.problems]
        said.append("</ul>")
    return said


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", ":")) else ".")
