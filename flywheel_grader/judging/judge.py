"""One submission judged: its cells run in the jail, the teacher's tests out here.

A test is an ordinary nbgrader cell. It does not run in the student's program, and hardly notices:
plain data crosses, and what it does to Python itself is done there, too (`crossing`).
"""

from __future__ import annotations

import ast
import contextlib
import io
import numbers
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from flywheel_grader.crossing.far import Far
from flywheel_grader.crossing.kinds import CallStopped, Gone, Kinds, TooLong
from flywheel_grader.crossing.link import Ended, Program, Silent
from flywheel_grader.crossing.stand_ins import StandIn
from flywheel_grader.crossing.world import Names, World
from flywheel_grader.jail.levels import OPEN, Jail
from flywheel_grader.judging.leads import finite, numbers_in
from flywheel_grader.judging.open_cases import OpenCases
from flywheel_grader.judging.reasons import Reasons
from flywheel_grader.judging.results import TaskResult
from flywheel_grader.judging.running import clock, execute
from flywheel_grader.judging.scratch import Scratch
from flywheel_grader.notebooks import whose_names as names
from flywheel_grader.notebooks.align import Alignment, Step, align
from flywheel_grader.notebooks.cells import Cell
from flywheel_grader.notebooks.source import Source, Test
from flywheel_grader.words import safe

Identity = tuple[Any, Any]  # for the student's program, and for the tests

_HERE = str(Path(__file__).resolve().parents[2])  # of no matter to a student
_GRACE = 2.0  # s beyond a cell's limit, in which the program should say that it was stopped
_START_WITHIN = 30.0  # s, for a program in a process of its own to be ready
_MOST_STARTS = 12  # of a program that cannot have a second life


@dataclass
class Judgement:
    """What a submission earned, and what was noticed about it."""

    marks: list[TaskResult] = field(default_factory=list)  # one for each test, in order
    problems: list[str] = field(default_factory=list)  # a sentence each
    answers: dict[str, str] = field(default_factory=dict)  # the written ones
    code: str = ""  # the cells that the student wrote, one after another
    # The numbers in what tests looked up or had from a function without arguments, by name.
    numbers: dict[str, float] = field(default_factory=dict)
    late: bool = False  # whether anything in it ran out of time on the clock
    # The lines of the teacher's cells that do not run where the tests do, and why.
    unmade: dict[str, str] = field(default_factory=dict)


def judge(
    cells: Sequence[Cell],
    source: Source,
    jail: Jail,
    kinds: Kinds,
    files: Mapping[str, str] | None = None,
    identity: Identity | None = None,
    scratch: Scratch | None = None,
) -> Judgement:
    """Judge the cells of one submission against the teacher's notebook.

    `kinds` says where the teacher's own solution has functions and objects, `identity` whose
    numbers the exercise has, for the student's program and for the tests. `files` lie beside the
    notebook in the jail, their contents in base 64; what the tests write into `scratch`, the folder
    where they run, reaches the student's program.
    """
    return _Judge(cells, source, jail, kinds, files or {}, identity, scratch).judged()


def learn_kinds(
    source: Source, jail: Jail, files: Mapping[str, str], scratch: Scratch | None = None
) -> tuple[Kinds, Judgement]:
    """Run the teacher's own solution, to learn where it has functions and objects.

    Where it does not pass its own tests there may be more than was met; what it defines with `def`
    and `class` may then be met too.
    """
    kinds = Kinds.recorder()
    identity = source.course.identities("", source.exercise, b"")
    found = judge(source.cells, source, jail, kinds, files, identity, scratch)
    failed = frozenset(mark.id for mark in found.marks if mark.points < mark.max_points)
    if not failed:
        return Kinds(kinds.known), found
    functions = names.defined(source.answers, *names.FUNCTIONS)
    classes = names.defined(source.answers, ast.ClassDef)
    uncounted = failed if source.is_solved else frozenset[str]()
    return Kinds(kinds.known, functions, classes, uncounted), found


def not_graded(source: Source, why: str, uncounted: Collection[str]) -> list[TaskResult]:
    """The marks where the tests could not be run."""
    marks = [TaskResult(each.id, 0.0, each.points) for each in source.tests.values()]
    return [_counted(replace(mark, message=f"not graded: {why}"), uncounted) for mark in marks]


def _counted(mark: TaskResult, uncounted: Collection[str]) -> TaskResult:
    if mark.id not in uncounted:
        return mark
    said = "this check does not count: your teacher will look at it"
    return replace(mark, points=0.0, max_points=0.0, misconception="", message=said)


@dataclass
class _Judge:
    cells: Sequence[Cell]
    source: Source
    jail: Jail
    kinds: Kinds
    files: Mapping[str, str]
    identity: Identity | None
    scratch: Scratch | None

    def __post_init__(self) -> None:
        source = self.source
        self.course, self.limits = source.course, self.jail.limits
        self.aligned: Alignment = align(self.cells, source)
        self.marks: dict[str, TaskResult] = {}
        said, answers = list(self.aligned.problems), self.aligned.answers
        self.found = Judgement([], said, answers, self.aligned.students_code)
        self.steps = list(self.aligned.steps)
        if self.aligned.out_of_order:
            # An answer may stand after its test: what failed has a second try at the end.
            self.steps += [Step(test=test) for test in source.tests]
        self.met_hidden = False  # whether a hidden test has given the program anything
        self.reasons = Reasons(source)
        self.imported = names.imported_modules([*source.around, *source.solutions])
        self.unanswered: set[str] = set()  # the tests that found nothing to judge
        self.skip: list[int | str] = []  # what a program that was started again passes over

    def judged(self) -> Judgement:
        if self.jail.level in OPEN:
            self.found.problems.append(OPEN[self.jail.level])
        for _ in range(_MOST_STARTS):
            finished, why = self._run_once()
            if finished or self.jail.patient:
                break
        if not finished:
            self.found.problems.append(why)
        for test in self.source.tests.values():
            missed = TaskResult(test.id, 0.0, test.points, f"not reached: {why}")
            self.marks.setdefault(test.id, missed)
        marks = (self.marks[test] for test in self.source.tests)
        self.found.marks = [_counted(mark, self.kinds.uncounted) for mark in marks]
        return self.found

    def _run_once(self) -> tuple[bool, str]:
        job = {
            "steps": [{"source": step.source, "test": step.test} for step in self.steps],
            "files": dict(self.files),
            "limits": asdict(self.limits),
            "skip": self.skip,
            "course": self.course.package,
            "identity": self.identity[0] if self.identity else None,
        }
        with contextlib.closing(self.jail.open()) as program:
            try:
                program.send(job)
                return self._follow(program)
            except Ended as problem:
                return False, str(problem)

    def _follow(self, program: Program) -> tuple[bool, str]:
        take = self.scratch.take if self.scratch and not self.source.may_run_data else None
        written = self.scratch.written if self.scratch else dict
        far = Far(program, self.kinds, self.limits, written, take)
        space = self._teachers_names(far)
        cell, seconds = -1, _START_WITHIN
        while True:
            try:
                message = program.receive(seconds)
            except Silent:
                return False, self._stopped_in(cell)
            except Ended as problem:
                return False, f"{problem} in {self._called(cell)}" if cell >= 0 else str(problem)
            seconds = self.limits.wall * self.limits.cell + _GRACE
            if "starts" in message:
                cell = message["starts"] if isinstance(message["starts"], int) else -1
            elif "cell" in message:
                self._note_error(message)
            elif "lost" in message:
                continue  # a process of a test that was over
            elif "test" in message:
                try:
                    self._come_to_test(str(message["test"]), far, space, message.get("files"))
                except Gone as problem:
                    return False, str(problem)
            elif message.get("done") is True:
                return True, ""
            else:
                return False, "the program sent what is no answer"

    def _stopped_in(self, cell: int) -> str:
        self.found.late = True
        late = f"{self._called(cell)} ran longer than {self.limits.cell:g} s"
        if not self.jail.patient and cell >= 0 and cell not in self.skip:
            self.skip.append(cell)
            self._say(f"{late}; it was left out")
        return f"{late} and could not be interrupted"

    def _called(self, step: int) -> str:
        if 0 <= step < len(self.steps) and self.steps[step].number:
            return f"cell {self.steps[step].number}"
        return "a cell"

    def _note_error(self, message: Mapping[str, Any]) -> None:
        error, step = message.get("error"), message["cell"]
        if not error or not isinstance(step, int):
            return
        text = safe(error, 500).replace(_HERE, "...")[:200]
        kind = text.split(":")[0]
        if kind in ("SyntaxError", "IndentationError", "TabError") and 0 <= step < len(self.steps):
            if said := names.why_no_python(self.steps[step].source):
                self._say(f"{self._called(step)} cannot be read: {said}")
                return
        # Which cell stopped, and how, could spell out what a hidden test asked with.
        called = "a cell after a check that is not shown" if self.met_hidden else self._called(step)
        if kind == "OutOfTime":
            self.found.late |= "clock" in text
            self._say(f"{called} ran longer than {self.limits.cell:g} s")
        elif kind != "NotImplementedError":
            words = "an error" if self.met_hidden else text.rstrip(": ")
            self._say(f"{called} stopped with {words}")

    def _say(self, sentence: str) -> None:
        if sentence not in self.found.problems and len(self.found.problems) < 60:
            self.found.problems.append(sentence)

    def _teachers_names(self, far: Far) -> Names:
        space = Names(far, self.source.students_names, self.source.tests_names)
        self.course.become(self.identity[1] if self.identity else None)
        for statement in self.source.setting:
            module = ast.Module(body=[statement], type_ignores=[])
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(module, "<the teacher's cells>", "exec"), space)
            except KeyboardInterrupt:
                raise
            except BaseException as problem:
                first = ast.unparse(statement).split("\n")[0]
                self.found.unmade[first] = f"{type(problem).__name__}: {problem}"
        return space

    def _come_to_test(self, name: str, far: Far, space: Names, files: Any) -> None:
        test = self.source.tests.get(name)
        if test is None:
            raise Gone("the program sent what is no answer")
        before = self.marks.get(name)
        far.begin(name, files)
        # A second try is for an answer that came late. For a wrong one it would be a second guess.
        if before is not None and name not in self.unanswered:
            far.go_on()
            return
        if not self.jail.patient:
            self.skip.append(name)  # should it end here, the next start passes over this test
        self.marks[name] = TaskResult(name, 0.0, test.points, "the program ended during this test")
        try:
            far.sends_back = self.jail.patient  # else there is no way to run it anew
            mark = self._run(test, far, space)
            if far.unforeseen and mark.points > 0:
                far.again()
                far.sends_back = False
                mark = min(mark, self._run(test, far, space), key=lambda each: each.points)
        finally:
            self.found.late |= far.late
            self.met_hidden |= bool(test.hidden) and far.gave
        if before is not None and before.points >= mark.points:
            mark = before
        self.marks[name] = mark
        far.go_on()

    def _run(self, test: Test, far: Far, space: Names) -> TaskResult:
        """Run a test as nbgrader would: an error gives nothing, a last number is partial credit."""
        mark = TaskResult(test.id, test.points, test.points)
        self.reasons.knew_hidden = self.met_hidden
        self.course.begin_test()
        before = {id(each) for each in dict.values(space)}
        heard = OpenCases(self.source.students_names) if self.source.is_open else None
        try:
            code = self.aligned.students_code
            world = World(far, space, test.source, self.imported, code)
            with contextlib.redirect_stdout(io.StringIO()), world.around():
                with clock(far, self.limits.submission):
                    value = execute(test, space, heard)
        except Gone as problem:
            said, detail = safe(problem), f"the program was gone: {problem}"
            self.marks[test.id] = TaskResult(test.id, 0.0, test.points, said, detail)
            raise
        except TooLong:
            self.found.late = True
            return TaskResult(test.id, 0.0, test.points, "the test took too long on this answer")
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # `sys.exit` and pytest's own are no `Exception`
            mark.points = 0.0
            problems = [problem]
            mark.message, mark.detail = self.reasons.of(test, problem)
        else:
            partial = None if isinstance(value, bool) else value
            if isinstance(partial, numbers.Real):  # what is not finite is nothing
                mark.points = min(max(finite(partial) or 0.0, 0.0), test.points)
            failures = [
                failure
                for each in dict.values(space)
                if id(each) not in before and not isinstance(each, StandIn)
                for failure in self.course.failed_cases(each) or ()
            ]
            problems = [problem for _, problem in failures]
            if mark.points < mark.max_points:
                said, detail = self.reasons.of_cases(test, failures)
                mark.message, mark.detail = said, mark.detail + detail
        stopped = any(isinstance(each, CallStopped) for each in problems)
        if mark.points <= 0 and problems:
            if all(isinstance(each, (NotImplementedError, NameError)) for each in problems):
                self.unanswered.add(test.id)
        if heard is not None:
            mark.shown = heard.lines
        elif mark.points < mark.max_points and not stopped:
            self._diagnose(mark, far, space)
        # The numbers that a test looked at are compared with those of others.
        for name, answer in far.answers.items() if self.source.has_variants else ():
            with contextlib.suppress(Exception, TooLong), clock(far, self.limits.call):
                self.found.numbers |= numbers_in(name, answer)
        return mark

    def _diagnose(self, mark: TaskResult, far: Far, space: Names) -> None:
        try:
            with clock(far, self.limits.call * 2):
                found = self.course.diagnosis(space)
        except (TooLong, Exception):
            return
        except Gone:
            self.marks[mark.id] = mark  # what was earned before stays earned
            raise
        if found is not None:
            mark.misconception, says = found
            looks = f"This looks like '{mark.misconception}': " if mark.misconception else ""
            mark.message += f". {looks}{says}"
