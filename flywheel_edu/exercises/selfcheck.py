"""Self-check: what a student sees when they ask whether an answer is on the way.

Each task of an exercise has *properties* that every right answer has, *misconceptions* as wrong
models, each with a name, and *hints* from the gentlest on. `check("growth")` tries the properties
in order, says which one does not hold and what was given, names the misconception or the slip that
the answer looks like (also where every property holds), and adds a hint, one further with each try.
A call that fails, or an answer that is no number where one is asked for, uses up no hint. It never
says what the answer is, and it knows no test that counts: passing here is not yet full marks.
"""

from __future__ import annotations

import datetime
import inspect
import json
import os
import warnings
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

from flywheel_edu.charts.amounts import in_full
from flywheel_edu.errors import FlywheelError, GradingError, closest, printable
from flywheel_edu.exercises import asking, variants
from flywheel_edu.exercises.asking import Endless, Heard, line_of, own, watched
from flywheel_edu.exercises.comparing import close, one_line, short, shown
from flywheel_edu.exercises.forms import Form, Slip, wrong_form
from flywheel_edu.exercises.parts import (
    Answer,
    Attempt,
    Given,
    Misconception,
    Parameter,
    Property,
    Task,
    Verdict,
)
from flywheel_edu.exercises.slips import rounds, slip_in


@dataclass(frozen=True)
class Exercise:
    """The tasks of one exercise and the numbers that differ by student.

    Parameters
    ----------
    id : str
        The name of its notebook without the ending.
    tasks : sequence of Task
    parameters : sequence of Parameter
    """

    id: str
    tasks: Sequence[Task]
    parameters: Sequence[Parameter] = ()
    _log: dict[str, list[Attempt]] = field(default_factory=dict, init=False, compare=False)

    def given(self, seed: str) -> dict[str, float]:
        """One student's numbers, by name."""
        return {each.name: each.draw(seed) for each in self.parameters}

    def task(self, name: str) -> Task:
        """The task of that name."""
        for task in self.tasks:
            if task.name == name:
                return task
        known = [task.name for task in self.tasks]
        raise GradingError(
            f"this exercise has no task {name!r}",
            closest(name, known) or f"its tasks are: {', '.join(known)}",
        )

    def begin(self, ticket: str, names: MutableMapping[str, Any]) -> tuple[Check, Numbers]:
        """Begin the exercise in a notebook, with its ticket and `globals()`: see `exercise`."""
        identity = variants.current()
        seed = identity.seed if identity else variants.seed_of(ticket, self.id)
        given = self.given(seed)

        return Check(self, names, given), Numbers(given, {p.name: p.unit for p in self.parameters})

    def diagnose(self, name: str, answer: Answer, given: Given) -> Misconception | Slip | None:
        """The misconception, or the slip, that an answer looks like, or None."""
        return self._judged(name, answer, given)[1]

    def said_of(self, name: str, answer: Answer, given: Given) -> tuple[str, str] | None:
        """What a wrong answer looks like, and why; else, with no name, what `check` says of it."""
        failed, found = self._judged(name, answer, given)
        if found is not None:
            return found.name, found.says
        told = failed.of is not None and not failed.stopped and failed.why != _BLANK
        says = " ".join([failed.says, *failed.why.splitlines()])
        return ("", f'check("{name}") says: {says}') if told else None

    def _judged(
        self, name: str, answer: Answer, given: Given
    ) -> tuple[_Failing, Misconception | Slip | None]:
        task, heard = self.task(name), Heard()
        failed = _first_failing(task, watched(answer, heard), given, heard)
        return failed, _found(task, answer, given, heard, failed)

    def check(self, name: str, answer: Answer, given: Given, hint: int = 0) -> Verdict:
        """What is said of an answer to a task, with so many of its hints, or one more than before.

        Raises
        ------
        GradingError
            There is no such task.
        """
        task = self.task(name)
        log, heard = self._log.setdefault(name, []), Heard()

        def verdict(*lines: str, found: Any = None, passed: bool = False) -> Verdict:
            text = "\n".join([f"{name}: {lines[0]}", *filter(None, lines[1:])])
            return Verdict(name, passed, text, found.name if found else "", tuple(log))

        try:
            failed = _first_failing(task, watched(answer, heard), given, heard)
            if failed.why == _BLANK:
                return verdict("not answered yet.")
            found = _found(task, answer, given, heard, failed)
        except Endless as loop:
            slip = Slip("a loop without end", loop.says)
            return verdict(loop.stopped, str(loop) and f"  {loop}", slip.says, found=slip)
        passed = failed.of is None and found is None
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        looks = f"This looks like '{found.name}': {found.says}" if found else ""
        if isinstance(found, Form):
            return verdict(found.says, *self._hints(task, hint), found=found)
        if failed.stopped:
            return verdict(failed.says, failed.why, looks, *self._hints(task, hint), found=found)
        log.append(Attempt(now, passed, found.name if found else ""))
        if passed:
            return verdict(
                "all that is checked here holds. Passing here is not yet full marks.", passed=True
            )
        tries = sum(not each.passed for each in log)
        return verdict(
            failed.says, failed.why, looks, *self._hints(task, hint or min(tries, len(task.hints)),
            only_last=not hint), found=found,
        )  # fmt: skip

    def _hints(self, task: Task, up_to: int, *, only_last: bool = False) -> list[str]:
        most = len(task.hints)
        said = [f"Hint {n} of {most}: {task.hints[n - 1]}" for n in range(1, min(up_to, most) + 1)]
        if said and up_to < most:
            said.append(f'The next hint: check("{task.name}", hint={up_to + 1})')
        return said[-2 if up_to < most else -1 :] if only_last else said


@dataclass(frozen=True)
class Check:
    """`check("growth")`: is an answer on the way? `check()` asks about all of them.

    Parameters
    ----------
    exercise : Exercise
    names : mapping
        Where the answers are found.
    given : mapping
        The student's own numbers.
    """

    exercise: Exercise
    names: MutableMapping[str, Any] = field(repr=False)
    given: Given = field(repr=False)

    def __call__(self, task: str = "", hint: int = 0) -> Verdict:
        """Say whether an answer is on the way.

        Parameters
        ----------
        task : str
            Its name, in quotes; left out, every task is asked about.
        hint : int
            How many of the hints to show; left out, one more with each answer that does not hold.
        """
        exercise = self.exercise
        if not exercise.tasks:
            return Verdict(task, False, f"{task}: it is not checked here.")
        if not task:
            all_of_it = [self(each.name) for each in exercise.tasks]
            lines = [str(each) for each in all_of_it]
            return Verdict("", all(each.passed for each in all_of_it), "\n\n".join(lines))
        exercise.task(task)
        now = variants.current()
        if now is not None and now.judging:
            asked.append((self, task))
            return Verdict(task, False, "")
        alike = [n for n in self.names if n != task and n.casefold() == task.casefold()]
        more = f"There is {alike[0]!r}: capital letters count." if alike else ""
        if task not in self.names:
            text = f"{task}: nothing is called {task!r} yet. {more}".rstrip()
            return Verdict(task, False, text)
        with asking.beside(self.names):
            said = exercise.check(task, self.names[task], self.given, hint)
        return replace(said, text=f"{said.text}\n{more}") if more and not said.passed else said

    def hand_in(self, ready: bool = False) -> Verdict:
        """Ask about every task, and pack the notebook as it is saved.

        Parameters
        ----------
        ready : bool
            Whether you are; nothing is packed before.
        """
        if variants.current() is not None or os.environ.get("FLYWHEEL_CHECKING"):
            return Verdict("", False, "")
        if not ready:
            words = (
                "When you are ready, change False to True, save the notebook, and run this cell."
            )
            return Verdict("", False, words)
        all_of_it = [self(each.name) for each in self.exercise.tasks]
        said = [
            f"{number} {each.task}: " + ("holds" if each.passed else _first_line(each))
            for number, each in enumerate(all_of_it, 1)
        ]
        text = _packed(self.exercise.id, [each.task for each in all_of_it], self.names, said)
        return Verdict("", all(each.passed for each in all_of_it), text)


def _first_line(said: Verdict) -> str:
    """How trying it stopped; else what should hold."""
    lines = said.text.removeprefix(f"{said.task}: ").split("\n")
    line = next((each for each in lines if each.startswith(_STOPPED)), lines[0])
    return line if line.startswith("not yet") else f"not yet: {line}"


class Numbers(Mapping[str, float]):
    """The numbers a student works with: `given.price`, or `given["price"]`."""

    def __init__(self, values: Mapping[str, float], units: Mapping[str, str]) -> None:
        self._values, self._units = dict(values), dict(units)

    def __getitem__(self, name: str) -> float:
        if name not in self._values:
            raise KeyError(_unknown(name, self._values))
        return self._values[name]

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(_unknown(name, self._values))
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        width = max((len(name) for name in self._values), default=0)
        units = {name: "" if unit == "1" else unit for name, unit in self._units.items()}
        return "\n".join(
            f"{name:<{width}} = {in_full(value)} {units[name]}".rstrip()
            for name, value in self._values.items()
        )


def _unknown(name: str, known: Given) -> str:
    return f"no number is called {name!r}; there are: {', '.join(known)}"


# While a test is judged: which exercise, with one student's numbers, and task it asked about.
asked: list[tuple[Check, str]] = []

_PACKERS = "flywheel_edu.packers"  # where a package that packs enters how
_BLANK = "blank"
_STOPPED = "Trying it stopped"


class _Failing(NamedTuple):
    """What an answer failed on: the property, in words, and whether it could be tried at all."""

    of: Property | None = None
    why: str = ""
    stopped: bool = False  # with an error

    @property
    def says(self) -> str:
        if self.of is None:
            return "all that is checked here holds, but look again."
        return f"not yet. This should hold: {self.of.says}"


def _first_failing(task: Task, answer: Answer, given: Given, heard: Heard) -> _Failing:
    for each in task.properties:
        try:
            if each.holds(answer, given):
                continue
            if each.shows is not None:
                return _Failing(each, each.shows(answer, given))
            tried = [
                f"{shown(result)} for {task.name}({', '.join(short(shown(a)) for a in arguments)})"
                for arguments, result in heard.calls[-2:]
            ]
            last = dict.fromkeys(tried)
            return _Failing(each, f"You gave {' and '.join(last) or shown(answer)}.")
        except NotImplementedError:
            return _Failing(each, _BLANK)
        except Exception as problem:
            return _Failing(each, _stopped(problem, answer), stopped=True)
    return _Failing()


def _stopped(problem: Exception, answer: Answer) -> str:
    if isinstance(problem, FlywheelError):  # says itself where, and what to try
        words = "\n".join(map(printable, f"{_STOPPED}: {problem}".splitlines()))
    else:
        words = f"{_STOPPED} with {type(problem).__name__}: {one_line(problem, 160)}"
    if line := line_of(problem, answer):
        words += f"\n  {line}"
    if isinstance(problem, NameError) and problem.name in ("inf", "nan"):
        words += f"\n{problem.name} is what was printed, not a name: let the answer be computed."
    elif isinstance(problem, NameError):
        words += "\nIf a cell above makes that name, run the notebook from the top."
    return words


def _found(
    task: Task, answer: Answer, given: Given, heard: Heard, failed: _Failing
) -> Misconception | Slip | None:
    if failed.of is not None and not callable(answer) and (task.probes or failed.stopped):
        name = "a value for a function"
        return Form(
            name, f"it is no function: begin it with def {task.name}(...): and end it with return."
        )
    if task.gives and (slip := wrong_form(answer, task.gives, heard)) is not None:
        return slip
    quiet = watched(answer, Heard())
    if (wrong := _misconception(quiet, task, given)) is not None:
        return wrong

    def holds(mended: Answer) -> bool:
        try:
            right = all(each.holds(mended, given) for each in task.properties)
            return right and _misconception(mended, task, given) is None
        except (Exception, Endless):
            return False

    if failed.of is None:
        return rounds(answer)
    if failed.stopped or not task.gives:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a slip leads to only whether it holds counts
        return slip_in(quiet, holds, heard)


def _misconception(answer: Answer, task: Task, given: Given) -> Misconception | None:
    for each in task.misconceptions:
        with suppress(Exception):
            if _looks_like(answer, each, task, given):
                return each
    return None


def _looks_like(answer: Answer, wrong: Misconception, task: Task, given: Given) -> bool:
    if wrong.looks_like is not None:
        return bool(wrong.looks_like(answer, given))
    if wrong.wrong is None:
        return False
    if task.probes:
        return all(
            close(answer(*probe), wrong.wrong(*probe), task.tolerance) for probe in task.probes
        )
    value = answer() if callable(answer) else answer
    return close(value, wrong.wrong(given), task.tolerance)


def _packed(name: str, tasks: Sequence[str], names: Mapping[str, Any], said: Sequence[str]) -> str:
    """Pack a notebook of the current folder as it is saved, and say what of it may be missing."""
    path = _path_of(name)
    if path is None:
        return "\n".join([*said, f"There is no {name}.ipynb here: save the notebook (Ctrl+S)."])
    if late := [task for task in tasks if _is_newer(names.get(task), path)]:
        words = (
            f"Not packed: what you ran last for {', '.join(late)} is not in the saved file. "
            "Save the notebook (Ctrl+S), and run this cell again."
        )
        return "\n".join([*said, words])
    packers = entry_points(group=_PACKERS)
    if not packers:
        return "\n".join([*said, "Nothing here can pack: hand in the notebook itself."])
    packed, notes = next(iter(packers)).load()(path)
    at = datetime.datetime.fromtimestamp(path.stat().st_mtime).strftime("%H:%M:%S")
    told = f"Packed as it was saved at {at}. Hand in this file:"
    return "\n".join([*said, *notes, told, packed])


def _path_of(name: str) -> Path | None:
    """The notebook, under the name that JupyterLab has it open as, or its own."""
    session = os.environ.get("JPY_SESSION_NAME", "")
    for path in (Path(session), Path.cwd() / f"{name}.ipynb"):
        if path.suffix == ".ipynb" and path.is_file():
            return path
    return None


def _is_newer(answer: Any, path: Path) -> bool:
    inner = own(answer)
    if inner is None:
        return False
    try:
        lines = inspect.getsource(inner).strip()
    except (OSError, TypeError):
        return False
    cells = json.loads(path.read_text("utf-8")).get("cells", [])
    return not any(lines in "".join(cell.get("source", [])) for cell in cells)
