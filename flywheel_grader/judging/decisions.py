"""What a teacher decides beside the tests: when work is due, what lateness costs, exceptions."""

from __future__ import annotations

import csv
import datetime
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flywheel_grader.handing_in.collect import csv_rows
from flywheel_grader.words import GradingError, count, safe, same_id
from flywheel_grader.writing import write_beside

if TYPE_CHECKING:
    from flywheel_grader.judging.results import Result

RULES = "rules.csv"  # beside the source notebooks
OVERRIDES = "overrides.csv"  # beside the results
_NUMBERS = ("a_day", "grace", "cap", "out_of")


@dataclass(frozen=True)
class Rule:
    """When an exercise is due, what lateness costs, and of how many points it is to be."""

    due: str = ""  # "2026-12-01 23:59", in this machine's time; empty if it never is
    # Points for each day that has begun since it was due; with `out_of`, of so many.
    a_day: float = 0.0
    grace: float = 0.0  # days in which nothing is taken
    # No more than so many points are taken; infinity if there is no such number.
    cap: float = math.inf
    out_of: float = 0.0  # the points that full marks are to give; 0 for those of the tasks

    def days_late(self, handed_in: str, more: float = 0.0) -> int:
        """The days that have begun since it was due, grace and more days apart; 0 if in time.

        >>> rule = Rule("2026-12-01 12:00", grace=0.5)
        >>> [rule.days_late(f"2026-12-0{day}T13:00") for day in (1, 2, 3)], rule.days_late("")
        ([0, 2, 3], 0)
        """
        if not (self.due and handed_in):
            return 0
        late = datetime.datetime.fromisoformat(handed_in) - when(self.due)
        days = late / datetime.timedelta(days=1) - more
        return math.ceil(days) if days > self.grace else 0

    def taken(self, days: int) -> float:
        return min(days * self.a_day, self.cap)

    def told(self) -> str:
        """When it is due and what lateness costs, in a sentence with an example; or nothing."""
        if not (self.due and self.a_day):
            return self.due and f"due {self.due}; lateness costs nothing"
        late = math.floor(self.grace) + 1.5
        many, of = math.ceil(late), f" of {self.out_of:g}" if self.out_of else ""
        grace = f"more than {count(self.grace, 'day')} " if self.grace else ""
        cap = f", at most {self.cap:g}" if self.cap != math.inf else ""
        return (
            f"due {self.due}; who is {grace}late loses {self.a_day:g}{of} points for each day "
            f"begun since it was due{cap}: {late:g} days late are {many} days, "
            f"{count(self.taken(many), 'point')} less"
        )

    def plain(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value != math.inf}


def when(text: str) -> datetime.datetime:
    """A day, or a day and a time; a day alone ends at midnight."""
    try:
        found = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise GradingError(
            f"{safe(text, 40)!r} is no date", "write it as 2026-12-01 23:59"
        ) from None
    if len(text.strip()) <= 10:
        found += datetime.timedelta(hours=23, minutes=59, seconds=59)
    return found.astimezone().replace(tzinfo=None) if found.tzinfo else found


def read_rules(folder: Path) -> dict[str, Rule]:
    """The rules in `rules.csv`, by exercise."""
    found = {}
    for where, row in _rows(folder / RULES, "exercise due a_day grace cap out_of"):
        numbers = ((name, _number(row[name], where)) for name in _NUMBERS)
        said = {name: value for name, value in numbers if value is not None}
        if row["due"]:
            when(row["due"])
        found[row["exercise"]] = Rule(row["due"], **said)
    return found


def write_rule(folder: Path, exercise: str, rule: Rule) -> None:
    """Put the rule of one exercise into `rules.csv`."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["exercise", "due", *_NUMBERS])
    for name, each in sorted({**read_rules(folder), exercise: rule}.items()):
        rows.writerow([name, *("" if n == math.inf else n for n in asdict(each).values())])
    write_beside(folder / RULES, out.getvalue())


def decide(results: Iterable[Result], folder: Path) -> None:
    """Apply `overrides.csv` and the rule of each exercise to results.

    A row of `overrides.csv` is of one student, or of all ("*"), and of one task, of a whole
    exercise or, without a task, of everything. `points` is a number, or "excused": then the task
    counts neither for nor against the student. `days` are more days until it is due. `why` is
    shown to the student. A row that names nobody, no task, or says nothing is a `GradingError`.
    Of two rows for one task the last counts.
    """
    results = list(results)
    said: dict[tuple[int, str], str] = {}
    more: dict[int, float] = {}
    for where, row in _rows(folder / OVERRIDES, "student task points days why"):
        who, task = same_id(row["student"]), row["task"]
        own = [each for each in results if who in ("*", same_id(each.student))]
        if not own:
            raise GradingError(f"{where}: nobody is called {safe(row['student'], 40)!r}")
        if not row["points"] and not row["days"]:
            raise GradingError(
                f"{where} says neither points nor days",
                "write points, or excused, or days of more time",
            )
        days, why = _number(row["days"], where), row["why"] and f": {safe(row['why'])}"
        met = False
        for result in own:
            whole = task in ("", result.exercise)
            marks = [m for m in result.marks if whole or task in (m.id, m.id.removeprefix("test_"))]
            met |= whole or bool(marks)
            if days and whole:
                more[id(result)] = more.get(id(result), 0.0) + days
            for mark in marks if row["points"] else ():
                told = _override(mark, row["points"].lower(), why, where, alone=not whole)
                told = f"excused{why}" if whole else f"{mark.id.removeprefix('test_')}: {told}"
                said[id(result), mark.id] = told
        if not met:
            raise GradingError(f"{where}: no task is called {safe(task, 40)!r}")
    for result in results:
        own_marks = (said.get((id(result), mark.id)) for mark in result.marks)
        result.decided += dict.fromkeys(each for each in own_marks if each)
        result.points = round(sum(each.points for each in result.tasks), 6)
        result.max_points = sum(each.max_points for each in result.tasks)
        if not result.max_total:
            continue
        rule = Rule(**result.rule)
        if rule.out_of:
            result.scale = rule.out_of / result.max_total
        if (late := rule.days_late(result.handed_in, more.get(id(result), 0.0))) and rule.a_day:
            less = rule.taken(late)
            result.less = less / result.scale
            much = f"{less:g} of {rule.out_of:g} points" if rule.out_of else count(less, "point")
            result.decided.append(f"{count(late, 'day')} late: {much} less")


def _override(mark: Any, points: str, why: str, where: str, *, alone: bool) -> str:
    if points in ("excused", "dropped"):
        mark.points = mark.max_points = 0.0
        said = f"does not count{why}"
    elif alone and (given := _number(points, where)) is not None:
        if given > mark.max_points:
            raise GradingError(
                f"{where}: {given:g} points are more than {mark.id} has",
                f"give at most {mark.max_points:g}",
            )
        mark.points = given
        said = f"your teacher gave {count(given, 'point')}{why}"
    else:
        raise GradingError(f"{where}: points go to a task", "name the task, or write: excused")
    if hasattr(mark, "message"):
        mark.message, mark.misconception = said, ""
    else:
        mark.comment, mark.blank = said, False
    return said


def _rows(path: Path, columns: str) -> Iterator[tuple[str, dict[str, str]]]:
    if not path.is_file():
        return
    for number, row in enumerate(csv_rows(path), start=2):
        known: Mapping[str, str] = {
            str(key).strip().lower().replace(" ", "_"): "".join(each or "").strip()
            for key, each in row.items()
        }
        where, names = f"{path.name}, line {number}", columns.split()
        for name in known:
            if name not in (*names, "", "none") and not name.startswith("unnamed:"):
                raise GradingError(
                    f"{path.name}, line 1: there is no column {safe(name, 40)!r}",
                    f"its columns are {', '.join(names)}",
                )
        if any(each for name, each in known.items() if name not in names):
            raise GradingError(
                f"{where} has more cells than there are columns",
                'put a text with commas between quotes: "ill, with a note"',
            )
        if any(known.values()):
            yield where, {each: known.get(each, "") for each in names}


def _number(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise GradingError(f"{where}: {safe(text, 40)!r} is no number of points or days")
    return value
