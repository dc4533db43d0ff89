"""The result of a submission, and the files that hold the results of a class."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from flywheel_grader.judging.decisions import decide
from flywheel_grader.judging.marks_given import read_marks, row_of
from flywheel_grader.words import GradingError, safe, same_id
from flywheel_grader.writing import write_beside

FILE = "results.json"
DETAILS = "details.json"  # the teacher's: what failed where, and the written answers
NOTHING = "nothing was handed in"

_TASK = ("id", "points", "max_points", "message")
_RESULT = ("student", "exercise", "points", "max_points", "level")


@dataclass
class TaskResult:
    """What one test gave."""

    id: str
    points: float
    max_points: float
    # Why not all points, in words a student may read: nothing of a hidden test is in it.
    message: str = ""
    detail: str = ""  # the same for the teacher, with the line of the test that failed
    misconception: str = ""  # the named wrong model that the answer looks like, or the empty string
    # Of each open case that failed what was asked, what came back and what was wanted.
    shown: list[str] = field(default_factory=list)


@dataclass
class WrittenResult:
    """A task that a person marks: the answer, and its points once it is marked."""

    id: str
    max_points: float
    answer: str = ""
    points: float | None = None
    comment: str = ""
    blank: bool = False


@dataclass
class Result:
    """What one student got for one exercise; `points` and `max_points` are of the tests alone."""

    student: str
    exercise: str
    points: float
    max_points: float
    level: str  # of the jail it ran in
    tasks: list[TaskResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # what was noticed, a sentence each
    written: list[WrittenResult] = field(default_factory=list)
    code: str = ""  # the cells that the student wrote
    # The numbers in what the tests asked for by name, or from a function without arguments.
    numbers: dict[str, float] = field(default_factory=dict)
    # The same as this student's own parameters give them, where students have their own;
    # nothing for who answered nothing.
    right: dict[str, float] = field(default_factory=dict)
    ticket: str = ""  # the student whom the notebook's own ticket names, or the empty string
    leads: list[str] = field(default_factory=list)  # whose work is it? for the teacher alone
    late: bool = False  # whether anything in it ran out of time
    unread: str = ""  # why there is nothing of it, where no notebook could be read
    # Of the exercise and of the student, where they are known.
    title: str = ""
    name: str = ""
    # As for `Submission`.
    handed_in: str = ""
    number: str = ""
    # When it is due, and what lateness costs: `decisions.Rule`.
    rule: dict[str, Any] = field(default_factory=dict)
    decided: list[str] = field(default_factory=list)  # by the teacher, a sentence each
    # Points taken for lateness; what a point of a task is worth in the total.
    less: float = 0.0
    scale: float = 1.0

    @property
    def marks(self) -> list[TaskResult | WrittenResult]:
        return [*self.tasks, *self.written]

    @property
    def called(self) -> str:
        return f"{self.name} ({self.student})" if self.name else self.student

    @property
    def total(self) -> float:
        earned = self.points + sum(each.points or 0.0 for each in self.written)
        return self.scale * max(earned - self.less, 0.0)

    @property
    def max_total(self) -> float:
        return self.scale * (self.max_points + sum(each.max_points for each in self.written))

    @property
    def unmarked(self) -> int:
        return sum(each.points is None for each in self.written)


def from_plain(data: Mapping[str, Any]) -> Result:
    """A result from plain data."""
    tasks = [TaskResult(**each) for each in data["tasks"]]
    written = [WrittenResult(**each) for each in data["written"]]
    return Result(**{**data, "tasks": tasks, "written": written})


def of_others(folder: Path, exercises: Collection[str]) -> list[Result]:
    """The results in a folder, as they were written, of other exercises than these."""
    if not (folder / DETAILS).is_file():
        return []
    others = (each for each in _stored(folder) if each.exercise not in exercises)
    return [each for each in others if each.unread != NOTHING]


def of_class(results: Iterable[Result], students: Iterable[str] = ()) -> list[Result]:
    """These, and for each exercise a row for everybody who handed in nothing of it.

    Who handed in another exercise has no points there. Of these students, who handed in nothing at
    all has a row without marks.
    """
    results = list(results)
    known = {same_id(who): who for who in (*students, *(each.student for each in results))}
    worked = {same_id(each.student) for each in results}
    there = {(each.exercise, same_id(each.student)) for each in results}
    for like in {each.exercise: each for each in results}.values():
        for student in known.keys() - {who for exercise, who in there if exercise == like.exercise}:
            row = Result(known[student], like.exercise, 0.0, 0.0, "", problems=[NOTHING])
            row.unread, row.title, row.rule = NOTHING, like.title, like.rule
            if student in worked:
                row.max_points = like.max_points
                row.tasks = [TaskResult(each.id, 0.0, each.max_points) for each in like.tasks]
                row.written = [
                    WrittenResult(each.id, each.max_points, points=0.0, blank=True)
                    for each in like.written
                ]
            results.append(row)
    return sorted(results, key=lambda each: (each.exercise, not each.marks, each.student))


def write_results(folder: Path, results: Iterable[Result]) -> Path:
    """Write `results.json` and, with what only the teacher needs, `details.json`."""
    details = [asdict(each) for each in results]
    short = [
        {name: each[name] for name in _RESULT}
        | {"tasks": [{name: task[name] for name in _TASK} for task in each["tasks"]]}
        | {"problems": each["problems"]}
        for each in details
    ]
    write_beside(folder / DETAILS, json.dumps(details, indent=1) + "\n")
    return write_beside(folder / FILE, json.dumps(short, indent=1) + "\n")


def read_results(folder: Path) -> list[Result]:
    """The results in a folder, with the marks that people have given and what was decided since."""
    if not (folder / DETAILS).is_file():
        raise GradingError(
            f"there is no {DETAILS} in {safe(folder)}",
            "run `flywheel grade --out` with this folder",
        )
    results = _stored(folder)
    marks = read_marks(folder)
    for result in results:
        for written in result.written:
            mark = marks.get((result.exercise, written.id, row_of(result.student)))
            if mark and mark.points is not None and mark.is_for(written.answer):
                written.points = min(max(mark.points, 0.0), written.max_points)
                written.comment = mark.comment
    decide(results, folder)
    return results


def _stored(folder: Path) -> list[Result]:
    path = folder / DETAILS
    try:
        return [from_plain(each) for each in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, KeyError, TypeError):
        raise GradingError(
            f"{safe(path)} is damaged, or of another version of flywheel, and is not read",
            "grade the same work into this folder again; marks and overrides.csv stay",
        ) from None
