"""The grade book as one page: what was earned, what was hard or misunderstood, what is alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median

from flywheel_grader.jail.levels import OPEN
from flywheel_grader.judging.results import Result
from flywheel_grader.judging.similar import Pair, similar
from flywheel_grader.telling.html_pages import grade, page, points, task_name, text
from flywheel_grader.words import count
from flywheel_grader.writing import write_beside

FILE = "report.html"

_BINS = 10
_MOST_PAIRS = 30


def write_report(results: Sequence[Result], folder: Path, known: Iterable[str] = ()) -> Path:
    """Write `report.html`.

    Parameters
    ----------
    results : sequence of Result
    folder : Path
    known : iterable of str
        What everyone was given, so that it makes nobody alike.
    """
    return write_beside(folder / FILE, report_page(results, known))


def report_page(results: Sequence[Result], known: Iterable[str] = ()) -> str:
    """The page: one part for each exercise."""
    body = ["<h1>Grade book</h1>"]
    known = list(known)
    for exercise in sorted({result.exercise for result in results}):
        own = [result for result in results if result.exercise == exercise]
        body += _exercise(exercise, own, known)
    return page("Grade book", "\n".join(body))


def _exercise(exercise: str, results: list[Result], known: list[str]) -> list[str]:
    totals = [result.total for result in results]
    levels = sorted({result.level for result in results if result.level})
    waiting = sum(result.unmarked for result in results)
    said = [
        f"<h2>{text(exercise, 100)}</h2>",
        f"<p>{count(len(results), 'student')}, {points(results[0].max_total)} points to earn, "
        f"mean {points(mean(totals))}, median {points(median(totals))}. "
        f"Jail: {text(', '.join(levels) or 'none', 60)}.</p>",
    ]
    said += [f"<p>{text(_capital(OPEN[level]))}.</p>" for level in levels if level in OPEN]
    if waiting:
        said.append(f"<p>{count(waiting, 'written answer')} not marked yet: flywheel mark.</p>")
    said += _table(results)
    said += _distributions(results)
    said += _misconceptions(results)
    said += _likeness(results, known)
    said += _noticed(results)
    return said


def _table(results: list[Result]) -> list[str]:
    tasks = [task.id for task in results[0].tasks]
    written = [task.id for task in results[0].written]
    heads = "".join(f'<th scope="col" class="n">{task_name(each)}</th>' for each in tasks + written)
    said = [
        '<div class="scroll"><table class="pinned"><caption>Points by student and task</caption>'
        '<thead><tr><th scope="col">Student</th><th scope="col" class="n">Total</th>'
        f"{heads}</tr></thead><tbody>"
    ]
    for result in results:
        cells = ""
        for task in result.tasks:
            kind, word = grade(task.points, task.max_points)
            label = f"{points(task.points)} of {points(task.max_points)}, {word}"
            cells += f'<td class="n {kind}" title="{label}">{points(task.points)}</td>'
        for answer in result.written:
            shown = "blank" if answer.blank else "open"
            cells += (
                f'<td class="n">{shown if _is_open(answer) else points(answer.points or 0)}</td>'
            )
        said.append(
            f'<tr><th scope="row">{text(result.student, 80)}</th>'
            f'<td class="n"><strong>{points(result.total)}</strong></td>{cells}</tr>'
        )
    said.append("</tbody></table></div>")
    return said


def _is_open(answer: object) -> bool:
    return getattr(answer, "blank", False) or getattr(answer, "points", None) is None


def _distributions(results: list[Result]) -> list[str]:
    """For each task how many earned which part of it, as bars and in numbers."""
    said = [
        '<div class="scroll"><table><caption>How each task went</caption><thead><tr>'
        '<th scope="col">Task</th><th scope="col" class="n">Mean</th>'
        '<th scope="col" class="n">Full marks</th><th scope="col" class="n">Nothing</th>'
        '<th scope="col">From nothing to full marks</th></tr></thead><tbody>'
    ]
    for number, task in enumerate(results[0].tasks):
        earned = [result.tasks[number].points for result in results]
        most = task.max_points or 1.0
        full = sum(each >= task.max_points for each in earned)
        nothing = sum(each <= 0 < task.max_points for each in earned)
        said.append(
            f'<tr><th scope="row">{task_name(task.id)}</th>'
            f'<td class="n">{points(mean(earned))} / {points(task.max_points)}</td>'
            f'<td class="n">{full}</td><td class="n">{nothing}</td>'
            f"<td>{_bars([each / most for each in earned])}</td></tr>"
        )
    said.append("</tbody></table></div>")
    return said


def _bars(shares: list[float]) -> str:
    """A small histogram of shares from 0 to 1, with its numbers in words."""
    counts = [0] * _BINS
    for share in shares:
        counts[min(int(share * _BINS), _BINS - 1)] += 1
    highest = max(counts) or 1
    words = ", ".join(
        f"{number} with {n * 10} to {n * 10 + 10} %" for n, number in enumerate(counts) if number
    )
    bars = "".join(
        f'<rect class="bar" x="{n * 16 + 1}" y="{34 - 32 * number / highest:.1f}" width="13" '
        f'height="{32 * number / highest:.1f}" rx="1"/>'
        for n, number in enumerate(counts)
        if number
    )
    return (
        f'<svg role="img" width="162" height="38" viewBox="0 0 162 38" aria-label="{words}">'
        f'<title>{words}</title>{bars}<line class="axis" x1="0" y1="35" x2="162" y2="35"/></svg>'
    )


def _misconceptions(results: list[Result]) -> list[str]:
    found = Counter(
        (task.id, task.misconception)
        for result in results
        for task in result.tasks
        if task.misconception
    )
    if not found:
        return []
    rows = "".join(
        f'<tr><th scope="row">{text(name, 100)}</th><td>{task_name(task)}</td>'
        f'<td class="n">{number}</td></tr>'
        for (task, name), number in found.most_common()
    )
    return [
        '<div class="scroll"><table><caption>Misconceptions that answers look like</caption>'
        '<thead><tr><th scope="col">Misconception</th><th scope="col">Task</th>'
        f'<th scope="col" class="n">Students</th></tr></thead><tbody>{rows}</tbody></table></div>'
    ]


def _likeness(results: list[Result], known: list[str]) -> list[str]:
    pairs = similar({each.student: each.code for each in results}, "code", known)
    for number, task in enumerate(results[0].written):
        answers = {each.student: each.written[number].answer for each in results}
        pairs += similar(answers, task.id)
    leads = [(each.student, lead) for each in results for lead in each.leads]
    if not pairs and not leads:
        return []
    said = [
        "<h3>Alike</h3><p>Leads for a conversation, not verdicts: short tasks have few right "
        "answers, and working together may have been the plan.</p><ul>"
    ]
    said += [f"<li>{_pair(pair)}</li>" for pair in pairs[:_MOST_PAIRS]]
    if len(pairs) > _MOST_PAIRS:
        said.append(f"<li>and {len(pairs) - _MOST_PAIRS} more pairs</li>")
    said += [f"<li>{text(student, 80)}: {text(lead, 300)}</li>" for student, lead in leads]
    said.append("</ul>")
    return said


def _pair(pair: Pair) -> str:
    where = "their code" if pair.kind == "code" else text(pair.kind, 80)
    names = f"{text(pair.first, 80)} and {text(pair.second, 80)}"
    return f"{names}: {pair.share:.0%} of {where} is shared"


def _noticed(results: list[Result]) -> list[str]:
    rows = [
        f'<tr><th scope="row">{text(result.student, 80)}</th><td>'
        + "<br>".join(text(_capital(problem), 400) for problem in result.problems)
        + "</td></tr>"
        for result in results
        if result.problems
    ]
    if not rows:
        return []
    return [
        '<div class="scroll"><table><caption>What was noticed</caption><thead><tr>'
        '<th scope="col">Student</th><th scope="col">Sentence by sentence</th></tr></thead><tbody>'
        + "".join(rows)
        + "</tbody></table></div>"
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
