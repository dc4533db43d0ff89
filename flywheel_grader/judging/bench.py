"""A process that judges submissions, one after another, for the process that hands them out.

One JSON object a line on standard input and output. The first message says what is graded and
where the jail is; each further one names a submission.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing.kinds import Kinds
from flywheel_grader.crossing.link import Link, close_standard_streams
from flywheel_grader.handing_in.submissions import Submission
from flywheel_grader.jail.levels import Jail, join
from flywheel_grader.judging.judge import Judgement, judge, learn_kinds, not_graded
from flywheel_grader.judging.results import Result, WrittenResult
from flywheel_grader.judging.scratch import scratch_copy
from flywheel_grader.limits import MEBI, Limits
from flywheel_grader.notebooks.cells import named_in, read_notebook, ticket_as_written, ticket_in
from flywheel_grader.notebooks.source import Source, Written
from flywheel_grader.words import GradingError, safe, safe_block

OTHER_SECRET = "its ticket was not drawn from the secret that this grading was given"
NO_TICKET = "it has no ticket, so it had other numbers than those it is graded with"
ID_ALONE = "it has an id for a ticket, so it had other numbers than those it is graded with"
_ADDRESS_SPACE = 8192 * MEBI


def main() -> None:
    """Serve until standard input ends."""
    link = Link(os.dup(0), os.dup(1))
    close_standard_streams()
    os.environ.setdefault("MPLBACKEND", "Agg")
    _bound_memory()
    bench: Bench | None = None
    while True:
        message = link.receive()
        try:
            if bench is None:
                bench = Bench(message)
                reply: Any = {"ready": True}
            else:
                reply = bench.reply(message)
        except GradingError as problem:
            reply = {"cannot": str(problem)}
        except Exception as problem:
            reply = {"cannot": f"{type(problem).__name__}: {safe(problem)}"}
        link.send(reply)


def _bound_memory() -> None:
    """What a student's answer makes a test compute may fail, but not take the machine with it."""
    with suppress(ImportError, OSError, ValueError):  # the time limit holds all the same
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))


class Bench:
    """What stays the same from one submission to the next."""

    def __init__(self, setting: Mapping[str, Any]) -> None:
        courses.join(setting["courses"])
        sources = [Source.read(Path(each)) for each in setting["sources"]]
        self.sources = {source.exercise: source for source in sources}
        self.limits = Limits(**setting["limits"])
        self.jail: Jail = join(setting["level"], setting["handle"], self.limits)
        self.secret = base64.b64decode(setting["secret"])

    def reply(self, message: Mapping[str, Any]) -> Any:
        source = self.sources[message["exercise"]]
        if "submission" not in message:
            files = Submission("", "").contents(source)
            with scratch_copy(source.folder) as scratch:
                kinds, found = learn_kinds(source, self.jail, files, scratch)
            names = ("known", "functions", "classes", "uncounted")
            return asdict(found) | {"learnt": {n: sorted(getattr(kinds, n)) for n in names}}
        learnt: Any = {name: set(each) for name, each in message["learnt"].items()}
        kinds = Kinds(**learnt)
        submission = Submission(**message["submission"])
        submission.notebook = submission.notebook and Path(submission.notebook)
        submission.files = tuple(map(Path, submission.files))
        return asdict(self._result(submission, source, kinds))

    def _right_for(self, student: str, found: Judgement, source: Source) -> dict[str, float]:
        if not (source.has_variants and source.is_solved and found.code):
            return {}
        if all(mark.points >= mark.max_points for mark in found.marks):
            return found.numbers
        identity = source.course.identities(student, source.exercise, self.secret)
        files = Submission("", "").contents(source)
        with scratch_copy(source.folder):
            kinds = Kinds.recorder()
            return judge(source.cells, source, self.jail, kinds, files, identity).numbers

    def _result(self, submission: Submission, source: Source, kinds: Kinds) -> Result:
        judgement, ticket = Judgement(), ""
        if submission.notebook is not None:
            try:
                cells = read_notebook(submission.notebook)
            except GradingError as problem:
                submission.problems.append(problem.message)
                submission.notebook = None
            else:
                ticket = ticket_in(cells)
                drawn = source.course.ticket(ticket, source.exercise, self.secret)
                # Without a secret an id alone will do, and on a hub nothing at all.
                enough = (drawn,) if self.secret else ("", ticket, drawn)
                written, named = ticket_as_written(cells), named_in(cells)
                has_own = source.has_variants and named in ("", source.exercise)
                if drawn and has_own and written not in enough:
                    known = OTHER_SECRET if ":" in written else ID_ALONE
                    submission.problems.append(known if written else NO_TICKET)
                files = submission.contents(source)
                who = submission.student
                identity = source.course.identities(who, source.exercise, self.secret)
                of_it = (self.jail, kinds, files, identity)
                with scratch_copy(source.folder) as scratch:
                    judgement = judge(cells, source, *of_it, scratch)
                shown = replace(source, is_open=True)
                lost = [mark for mark in judgement.marks if mark.points < mark.max_points]
                open_ones = any("assert" in shown.tests[mark.id].source for mark in lost)
                if open_ones and not judgement.late:  # else it would take its time twice
                    with scratch_copy(source.folder) as scratch:
                        again = judge(cells, shown, *of_it, scratch)
                    for mark, seen in zip(judgement.marks, again.marks, strict=True):
                        mark.shown = seen.shown if mark in lost else []
        unread = "" if submission.notebook else submission.problems[-1]
        tasks = judgement.marks or not_graded(source, unread, kinds.uncounted)
        return Result(
            student=submission.student,
            exercise=source.exercise,
            points=round(sum(task.points for task in tasks), 6),
            max_points=sum(task.max_points for task in tasks),
            level=self.jail.level,
            tasks=tasks,
            problems=list(dict.fromkeys([*submission.problems, *judgement.problems])),
            code=safe_block(judgement.code, 50_000),
            numbers=judgement.numbers,
            right=self._right_for(submission.student, judgement, source),
            ticket=safe(ticket, 100),
            late=judgement.late,
            unread=unread,
            written=[
                _written(task, judgement.answers.get(name, ""))
                for name, task in source.written.items()
            ],
        )


def _written(task: Written, answer: str) -> WrittenResult:
    # As in nbgrader: what was left as it was handed out gets nothing, and no person's time.
    if task.is_blank(answer):
        return WrittenResult(task.id, task.points, points=0.0, blank=True)
    return WrittenResult(task.id, task.points, safe_block(answer))
