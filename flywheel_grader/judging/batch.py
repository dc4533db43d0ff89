"""A whole class graded: two submissions at a time, and only what has changed since last time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import flywheel_grader
from flywheel_grader import courses
from flywheel_grader.handing_in.submissions import SEVERAL, Submission, find_submissions
from flywheel_grader.jail import levels as jails
from flywheel_grader.jail.room import python
from flywheel_grader.judging.bench import ID_ALONE, OTHER_SECRET
from flywheel_grader.judging.decisions import Rule, read_rules
from flywheel_grader.judging.judge import not_graded
from flywheel_grader.judging.leads import leads
from flywheel_grader.judging.marks_given import file_name
from flywheel_grader.judging.results import Result, from_plain, of_class, of_others, write_results
from flywheel_grader.limits import Limits
from flywheel_grader.notebooks.doubts import doubts
from flywheel_grader.notebooks.source import Source
from flywheel_grader.words import GradingError, count, named, safe
from flywheel_grader.writing import write_beside

_STORE = ".graded"
_BENCHES = 2
_PATIENCE = 30.0  # s beyond what a submission may take, before its judge is given up
_OTHER_NUMBERS = {  # what most of a class may have in common, and what to do
    OTHER_SECRET: "with a ticket from another secret: their numbers are not those they were "
    "handed; grade with --secret and the file that release used",
    ID_ALONE: "with an id for a ticket: their numbers are not those they were handed; hand the "
    "tickets out, or grade without --secret",
}


@dataclass
class Batch:
    """What a grading did."""

    results: list[Result] = field(default_factory=list)  # by exercise and student
    graded: int = 0  # how many were graded now; the others had not changed
    level: str = ""  # of the jail
    # For the teacher: what the source's own solution does not pass, and the like.
    notes: list[str] = field(default_factory=list)


def grade(
    submissions: Path,
    out: Path,
    sources: Sequence[Path],
    level: str | None = None,
    secret: bytes = b"",
    limits: Limits | None = None,
    again: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Batch:
    """Grade a class, a folder with one for each student, and write `results.json` into `out`.

    Without a `level` of the jail it is the strongest that works here; the `secret` is the one from
    which the students' numbers were drawn; `again` grades what has not changed, too; `progress` is
    told how many submissions are done, and of how many. `GradingError` if a source cannot be read,
    there are no submissions, or the level does not work here.
    """
    read = {source.exercise: source for source in map(Source.read, sources)}
    grading = _Grading(out, read, level, secret, limits or Limits(), again, progress)
    return grading.of(submissions)


@dataclass
class _Grading:
    out: Path
    sources: Mapping[str, Source]
    level: str | None
    secret: bytes
    limits: Limits
    again: bool
    progress: Callable[[int, int], None]
    batch: Batch = field(default_factory=Batch, init=False)

    def of(self, folder: Path) -> Batch:
        submissions = find_submissions(folder, list(self.sources.values()))
        (self.out / _STORE).mkdir(parents=True, exist_ok=True)
        keys, done = [self._key(each) for each in submissions], dict[int, Result]()
        for number, submission in enumerate(submissions):
            if not self.again and (stored := self._stored(submission, keys[number])):
                done[number] = stored
        self.progress(len(done), len(submissions))
        if waiting := [each for each in enumerate(submissions) if each[0] not in done]:
            self._grade(waiting, done, keys)
        self.batch.graded = sum(not done[number].unread for number, _ in waiting)
        for number, result in done.items():
            source, submission = self.sources[result.exercise], submissions[number]
            result.title, result.number = source.title, submission.number
            result.handed_in = submission.handed_in
            result.rule = read_rules(source.folder).get(result.exercise, Rule()).plain()
        results = [done[number] for number in sorted(done)]
        self.batch.results = sorted(results, key=lambda each: (each.exercise, each.student))
        self.batch.level = self.batch.level or next((each.level for each in results), "")
        if unread := [f"{r.student} ({r.unread})" for r in self.batch.results if r.unread]:
            self.batch.notes.append(f"nothing could be read of {', '.join(unread)}")
        for each in self.batch.results:
            twice = (said for said in each.problems if SEVERAL in said)
            self.batch.notes += [f"{each.student}, {each.exercise}: {said}" for said in twice]
        for exercise in self.sources:
            own = [each for each in results if each.exercise == exercise and each.ticket]
            for problem, said in _OTHER_NUMBERS.items():
                other = sum(problem in each.problems for each in own)
                if other > len(own) / 2:
                    self.batch.notes.append(f"{exercise}: {count(other, 'notebook')} {said}")
        kept = list[Result]()
        try:
            if kept := of_others(self.out, self.sources):
                which = ", ".join(sorted({each.exercise for each in kept}))
                self.batch.notes.append(f"the results of {which} stay as they were")
        except GradingError as problem:
            lost = "it is written anew without other exercises; grade those again, too"
            self.batch.notes.append(f"{problem.message}: {lost}")
        write_results(self.out, of_class([*kept, *results]))
        return self.batch

    def _grade(
        self, waiting: list[tuple[int, Submission]], done: dict[int, Result], keys: list[str]
    ) -> None:
        modules = dict.fromkeys(name for each in self.sources.values() for name in each.modules)
        wanted, late = {submission.exercise for _, submission in waiting}, list[int]()
        with jails.start(self.level, modules, self.limits) as jail:
            self.batch.level = jail.level
            setting = {
                "sources": [source.path.resolve() for source in self.sources.values()],
                "limits": asdict(self.limits),
                "level": jail.level,
                "handle": jail.control and jail.control.fileno(),
                "courses": courses.handles(),
                "secret": base64.b64encode(self.secret).decode(),
            }
            with ExitStack() as stack:
                judges = [_Judge(setting) for _ in waiting[:_BENCHES]]
                idle: queue.SimpleQueue[_Judge] = queue.SimpleQueue()
                for each in judges:
                    stack.callback(each.close)
                    idle.put(each)
                learnt = {exercise: self._learn(exercise, judges[0]) for exercise in sorted(wanted)}

                def judged(submission: Submission) -> Result:
                    judge = idle.get()
                    try:
                        return self._one(submission, learnt[submission.exercise], judge)
                    finally:
                        idle.put(judge)

                pool = ThreadPoolExecutor(len(judges))
                stack.callback(pool.shutdown, wait=False, cancel_futures=True)
                jobs = {pool.submit(judged, submission): number for number, submission in waiting}
                for job in as_completed(jobs):
                    number, result = jobs[job], job.result()
                    done[number] = result
                    if not result.late:
                        self._put_away(result, keys[number])
                    self.progress(len(done), len(keys))
                # What the clock stopped has another try, with nothing of ours beside it.
                for number, submission in waiting:
                    if done[number].late:
                        late.append(number)
                        again = self._one(submission, learnt[submission.exercise], judges[0])
                        if not again.late or again.points > done[number].points:
                            done[number] = again
                        self._put_away(done[number], keys[number])
            if still := sorted({done[number].student for number in late if done[number].late}):
                self.batch.notes.append(
                    f"{count(len(still), 'submission')} ran out of time, twice: {named(still, 5)}"
                )
            for exercise in sorted(wanted):
                self._compare_variants(exercise, done, keys)

    def _one(self, submission: Submission, learnt: dict[str, Any], judge: _Judge) -> Result:
        source = self.sources[submission.exercise]
        asked = {"exercise": source.exercise, "submission": asdict(submission), "learnt": learnt}
        reply = judge.ask(asked, self.limits.wall * self.limits.submission + _PATIENCE)
        if reply is None:
            why = "the grader had to be stopped at this submission"
        elif "cannot" in reply:
            why = f"the grader could not go on: {reply['cannot']}"
        else:
            return from_plain(reply)
        tasks = not_graded(source, why, learnt["uncounted"])
        return Result(
            submission.student, source.exercise, 0.0, sum(task.max_points for task in tasks),
            self.batch.level, tasks, [*submission.problems, why], late=True,
        )  # fmt: skip

    def _learn(self, exercise: str, judge: _Judge) -> dict[str, Any]:
        source = self.sources[exercise]
        key = self._digest("learnt", source.digest)
        path = self.out / _STORE / f"source-{file_name(exercise)}.json"
        with suppress(OSError, ValueError, KeyError):
            stored = json.loads(path.read_text("utf-8"))
            if stored["key"] == key:
                self.batch.notes += stored["notes"]
                return dict(stored["learnt"])
        patience, reply = self.limits.wall * self.limits.submission + _PATIENCE, None
        for _ in range(2):  # a busy machine is no reason for a test not to count
            reply = judge.ask({"exercise": exercise}, patience)
            if reply is None or not reply.get("late"):
                break
        if reply is None or "cannot" in reply or reply["late"]:
            why = "it hangs" if reply is None else reply.get("cannot", "it runs out of time, twice")
            raise GradingError(f"the solution in {safe(source.path.name)} cannot be run: {why}")
        notes = _notes(source, reply["marks"], reply["unmade"])
        self.batch.notes += notes
        write_beside(path, json.dumps({"key": key, "learnt": reply["learnt"], "notes": notes}))
        return dict(reply["learnt"])

    def _compare_variants(self, exercise: str, done: dict[int, Result], keys: list[str]) -> None:
        results = {n: each for n, each in done.items() if each.exercise == exercise}
        right = {each.student: each.right for each in results.values()}
        for number, result in results.items():
            if (found := list(leads(result, right))) != result.leads:
                result.leads = found
                self._put_away(result, keys[number])

    def _key(self, submission: Submission) -> str:
        source = self.sources[submission.exercise]
        data = [hashlib.sha256(source.data[name]).hexdigest() for name in sorted(source.data)]
        return self._digest(submission.digest(), source.digest, *data)

    def _digest(self, *parts: str) -> str:
        secret = hashlib.sha256(self.secret).hexdigest()
        there = str([each[:3] for each in courses.handles()])
        setting = [there, str(self.level), secret, str(self.limits), _own_code()]
        return hashlib.sha256("\0".join([*setting, *parts]).encode()).hexdigest()

    def _stored(self, submission: Submission, key: str) -> Result | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            stored = json.loads(self._place(submission).read_text("utf-8"))
            if stored["key"] == key:
                return from_plain(stored["result"])
        return None

    def _put_away(self, result: Result, key: str) -> None:
        # A grader that had to give up tries again next time.
        if not any("the grader" in problem for problem in result.problems):
            text = json.dumps({"key": key, "result": asdict(result)})
            write_beside(self._place(result), text)

    def _place(self, of: Submission | Result) -> Path:
        return self.out / _STORE / f"{file_name(of.exercise)}-{file_name(of.student)}.json"


def _notes(
    source: Source, marks: Sequence[Mapping[str, Any]], unmade: Mapping[str, str]
) -> list[str]:
    if source.tests and not source.is_solved:
        return [
            f"{source.exercise}: the source holds no solutions, so the grader cannot tell where an "
            "answer has to be plain data; grade with the notebook that has them"
        ]
    told = [
        f"{source.exercise}: {safe(line, 60)!r} does not run where the tests do, so the student's "
        f"program gives what it defines: {safe(why, 120)}"
        for line, why in unmade.items()
    ]
    told += doubts(source)
    return told + [
        f"{source.exercise}: the source's own solution gets {mark['points']:g} of "
        f"{mark['max_points']:g} points for {mark['id']}, so it counts for nobody until "
        f"the one or the other is mended: {safe(mark['detail'] or mark['message'])}"
        for mark in marks
        if mark["points"] < mark["max_points"]
    ]


@cache
def _own_code() -> str:
    folder = Path(flywheel_grader.__file__).parent
    stamps = [f"{p.name} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in folder.rglob("*.py")]
    return hashlib.sha256("\n".join(sorted(stamps)).encode()).hexdigest()


class _Judge:
    # A process, started anew when it hangs or dies.
    def __init__(self, setting: Mapping[str, Any]) -> None:
        self._setting, self._handle = setting, setting["handle"]
        self._process: Any = None

    def ask(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        if self._process is None:
            self._process = subprocess.Popen(
                python("main", of="judging.bench"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                pass_fds=() if self._handle is None else (self._handle,),
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
            ready = self._exchange(self._setting, _PATIENCE)
            if ready is None or "cannot" in ready:
                why = "" if ready is None else ready["cannot"]
                raise GradingError(f"the grader does not start: {why}")
        reply = self._exchange(message, seconds)
        if reply is None:
            self.close()
        return reply

    def _exchange(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        process = self._process
        alarm = threading.Timer(seconds, process.kill)
        alarm.start()
        try:
            said = json.dumps(message, default=lambda path: str(path.absolute()))
            print(said, file=process.stdin, flush=True)
            return dict(json.loads(process.stdout.readline()))
        except (OSError, ValueError):
            return None
        finally:
            alarm.cancel()

    def close(self) -> None:
        if self._process is not None:
            try:
                self._process.communicate(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
            self._process = None
