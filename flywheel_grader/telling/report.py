"""The grade book as one page: what was earned, what was hard or misunderstood, what is alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from flywheel_grader.jail.levels import OPEN
from flywheel_grader.judging.decisions import Rule
from flywheel_grader.judging.leads import similar
from flywheel_grader.judging.results import Result
from flywheel_grader.telling.html_pages import page
from flywheel_grader.writing import write_beside

FILE = "report.html"


def write_report(results: Sequence[Result], folder: Path, known: Iterable[str] = ()) -> Path:
    """Write `report.html`; what everyone was given (`known`) makes nobody alike."""
    known, parts = list(known), []
    for exercise in sorted({result.exercise for result in results}):
        own = [result for result in results if result.exercise == exercise]
        parts.append(_part(exercise, own, known))
    return write_beside(folder / FILE, page("report.html", "Grade book", parts=parts))


def _part(exercise: str, everybody: list[Result], known: list[str]) -> dict[str, Any]:
    results = [each for each in everybody if each.marks] or everybody
    rule = Rule(**results[0].rule)
    totals = [result.total for result in results if result.max_total] or [0.0]
    levels = sorted({result.level for result in results if result.level})
    wrong = Counter(
        (task.id, task.misconception)
        for result in results
        for task in result.tasks
        if task.misconception
    )
    pairs = similar({each.student: each.code for each in results}, "code", known)
    for number, task in enumerate(results[0].written):
        answers = {each.student: each.written[number].answer for each in results}
        pairs += similar(answers, task.id)
    return {
        "exercise": exercise,
        "results": everybody,
        "rule": rule.told(),
        "mean": mean(totals),
        "median": median(totals),
        "most": max(result.max_total for result in results),
        "levels": levels,
        "open": [OPEN[level] for level in levels if level in OPEN],
        "waiting": sum(result.unmarked for result in results),
        "heads": [each.id for each in results[0].marks],
        "spread": [_spread(results, number) for number in range(len(results[0].tasks))],
        "misconceptions": wrong.most_common(),
        "pairs": pairs,
        "leads": [(each.student, lead) for each in results for lead in each.leads],
        "noticed": [each for each in results if each.problems or each.decided],
        "failed": [(each, task) for each in results for task in each.tasks if task.detail],
    }


def _spread(results: list[Result], number: int) -> dict[str, Any]:
    every = [result.tasks[number] for result in results]
    counted = [task for task in every if task.max_points] or every
    earned, most = [task.points for task in counted], max(task.max_points for task in counted)
    tenths = Counter(min(int(each / (most or 1.0) * 10), 9) for each in earned)
    bins = sorted(tenths.items())
    told = (f"{many} with {n * 10} to {n * 10 + 10} %" for n, many in bins)
    return {
        "id": every[0].id,
        "mean": mean(earned),
        "most": most,
        "full": sum(each >= most for each in earned),
        "nothing": sum(each <= 0 < most for each in earned),
        "told": ", ".join(told),
        "bars": [(n * 16 + 1, 32 * many / max(tenths.values())) for n, many in bins],
    }
