"""Self-check: what a student sees when they ask whether an answer is on the way.

Each task of an exercise has *properties* that every right answer has, *misconceptions* as wrong
models, each with a name, and *hints* from the gentlest on. `check("growth")` tries the properties
in order, says which one does not hold and what was given, names the misconception that the answer
looks like (also where every property holds), and adds a hint, one further with each try. It never
says what the answer is, and it knows no test that counts: passing here is not yet full marks.
"""

from __future__ import annotations

import datetime
import math
import numbers
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from types import FunctionType
from typing import Any

from flywheel_edu.errors import GradingError, closest, printable
from flywheel_edu.exercises import variants

MIME = "application/vnd.flywheel-edu.attempts+json"

Given = Mapping[str, float]
Answer = Any

_KEPT = 50  # attempts in the log of one task
_LONGEST_ARGUMENT = 40  # characters of what a function was tried with


@dataclass(frozen=True)
class Parameter:
    """A number that differs from student to student.

    Parameters
    ----------
    name : str
    low, high : float
        The range it is drawn from, ends included.
    step : float
        It is a whole number of steps above `low`.
    unit : str
        As in a model: "USD/order".
    """

    name: str
    low: float
    high: float
    step: float
    unit: str = "1"

    def draw(self, seed: str) -> float:
        """This parameter for one student.

        Examples
        --------
        >>> rate = Parameter("leave_rate", 0.02, 0.05, 0.005)
        >>> rate.draw("0" * 32) == rate.draw("0" * 32), 0.02 <= rate.draw("1" * 32) <= 0.05
        (True, True)
        """
        steps = round((self.high - self.low) / self.step)
        value = self.low + variants.drawn(seed, self.name).randint(0, steps) * self.step
        return float(f"{value:.10g}")


@dataclass(frozen=True)
class Property:
    """Something that every right answer has.

    Parameters
    ----------
    says : str
        A sentence for the student when it does not hold: what to look at.
    holds : callable
        From the answer and the given numbers to whether it holds. An exception means it does not.
    shows : callable, optional
        From the answer and the given numbers to what was tried and what came out, in words, such as
        "for 100 visits and a rate of 0 you gave 0". Left out, the answer itself is shown, or for
        a function what it gave in the last two calls.
    """

    says: str
    holds: Callable[[Answer, Given], bool]
    shows: Callable[[Answer, Given], str] | None = None


@dataclass(frozen=True)
class Misconception:
    """A wrong model that many people have.

    Parameters
    ----------
    name : str
        As the course calls it: "linear for compound growth".
    wrong : callable
        For a task whose answer is a function: the function as someone with this misconception
        writes it. For a task whose answer is a value, or a function without arguments: from the
        given numbers to the value they get. Or, with `looks_like`, left out.
    says : str
        What to think about; never the answer.
    looks_like : callable, optional
        From the answer and the given numbers to whether the answer looks like it; for answers that
        no wrong model can reproduce, such as a diagram.
    """

    name: str
    wrong: Callable[..., Any] | None
    says: str
    looks_like: Callable[[Answer, Given], bool] | None = None


@dataclass(frozen=True)
class Task:
    """One task of an exercise.

    Parameters
    ----------
    name : str
        The name that the student is to define: a function, or a value.
    properties : sequence of Property
    misconceptions : sequence of Misconception
    hints : sequence of str
        From the gentlest to the plainest.
    probes : sequence of tuple
        For a task whose answer is a function: arguments on which wrong models are told apart.
    tolerance : float
        Relative: how near an answer has to be to a wrong model's to look like it.
    """

    name: str
    properties: Sequence[Property]
    misconceptions: Sequence[Misconception] = ()
    hints: Sequence[str] = ()
    probes: Sequence[tuple[Any, ...]] = ()
    tolerance: float = 1e-6


@dataclass(frozen=True)
class Attempt:
    """One self-check: when (UTC, to the second), whether it passed, what it looked like."""

    at: str
    passed: bool
    misconception: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a self-check said; as the last line of a cell it shows its text.

    Attributes
    ----------
    task : str
    passed : bool
        Whether every property held, and it looks like no misconception. Not yet full marks.
    text : str
    misconception : str
        The name of the one the answer looks like, or the empty string.
    attempts : tuple of Attempt
        All tries at this task so far. They are saved with the notebook.
    """

    task: str
    passed: bool
    text: str
    misconception: str = ""
    attempts: tuple[Attempt, ...] = ()

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        log = [vars(each) for each in self.attempts[-_KEPT:]]
        return {"text/plain": self.text, MIME: {"task": self.task, "attempts": log}}


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
        """The task of that name.

        Raises
        ------
        GradingError
            There is none.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        known = [task.name for task in self.tasks]
        raise GradingError(
            f"this exercise has no task {name!r}",
            closest(name, known) or f"its tasks are: {', '.join(known)}",
        )

    def begin(
        self, ticket: str, names: Mapping[str, Any]
    ) -> tuple[Callable[[str], Verdict], Numbers]:
        """Begin the exercise in a notebook.

        Parameters
        ----------
        ticket : str
            What was handed out with the notebook; the student's id, or nothing, will do.
        names : mapping
            Where the answers are found: `globals()`.

        Returns
        -------
        check : callable
            From the name of a task to a `Verdict`.
        given : Numbers
            The student's own numbers.
        """
        identity = variants.current()
        seed = identity.seed if identity else variants.seed_of(ticket, self.id)
        given = self.given(seed)

        def check(task: str) -> Verdict:
            """Say whether an answer is on the way: the name of the task, in quotes."""
            if not self.tasks:
                return Verdict(task, False, f"{task}: it is not checked here.")
            known = self.task(task)
            now = variants.current()
            if now is not None and now.judging:
                asked.append((_Asked(self, given), task))
                return Verdict(task, False, "")
            if task not in names:
                return Verdict(task, False, f"{task}: nothing is called {task!r} yet.")
            return self._check(known, names[task], given)

        return check, Numbers(given, {each.name: each.unit for each in self.parameters})

    def diagnose(self, name: str, answer: Answer, given: Given) -> Misconception | None:
        """The misconception that an answer looks like, or None."""
        task = self.task(name)
        for each in task.misconceptions:
            try:
                if _looks_like(answer, each, task, given):
                    return each
            except Exception:
                continue
        return None

    def _check(self, task: Task, answer: Answer, given: Given) -> Verdict:
        log = self._log.setdefault(task.name, [])
        failed, why = _first_failing(task, answer, given)
        if why == _BLANK:
            return Verdict(task.name, False, f"{task.name}: not answered yet.", "", tuple(log))
        found = self.diagnose(task.name, answer, given)
        passed = failed is None and found is None
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        log.append(Attempt(now, passed, found.name if found else ""))
        if passed:
            text = (
                f"{task.name}: all that is checked here holds. Passing here is not yet full marks."
            )
            return Verdict(task.name, True, text, "", tuple(log))
        problem = failed.says if failed else "all that is checked here holds, but look again."
        said = [f"{task.name}: {problem}", *([why] if why else [])]
        if found is not None:
            said.append(f"This looks like '{found.name}': {found.says}")
        tries = sum(not each.passed for each in log)
        if task.hints:
            number = min(tries, len(task.hints))
            said.append(f"Hint {number} of {len(task.hints)}: {task.hints[number - 1]}")
        return Verdict(task.name, False, "\n".join(said), found.name if found else "", tuple(log))


class Numbers(Mapping[str, float]):
    """The numbers a student works with: `given.price`, or `given["price"]`."""

    def __init__(self, values: Mapping[str, float], units: Mapping[str, str]) -> None:
        self._values, self._units = dict(values), dict(units)

    def __getitem__(self, name: str) -> float:
        if name not in self._values:
            raise KeyError(f"no number is called {name!r}; there are: {', '.join(self._values)}")
        return self._values[name]

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(f"no number is called {name!r}")
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        width = max((len(name) for name in self._values), default=0)
        return "\n".join(
            f"{name:<{width}} = {value:g} {'' if self._units[name] == '1' else self._units[name]}"
            .rstrip()
            for name, value in self._values.items()
        )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """An exercise with one student's numbers, as the grader asks it for a diagnosis."""

    exercise: Exercise
    given: Given

    def diagnose(self, name: str, answer: Answer) -> Misconception | None:
        """The misconception that an answer looks like, or None."""
        return self.exercise.diagnose(name, answer, self.given)


# While a test is judged: which exercise and task its `check(...)` was about.
asked: list[tuple[_Asked, str]] = []

_BLANK = "blank"


def close(one: Any, other: Any, tolerance: float = 1e-6) -> bool:
    """Whether two answers are the same but for rounding; numbers, sequences, arrays, mappings.

    Examples
    --------
    >>> close([1, 2.0000001], (1.0, 2)), close(1, "1"), close({"a": 1}, {"a": 2})
    (True, False, False)
    """
    if hasattr(one, "tolist"):
        one = one.tolist()
    if hasattr(other, "tolist"):
        other = other.tolist()
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(other, str):
        return type(one) is type(other) and bool(one == other)
    if isinstance(one, numbers.Real) and isinstance(other, numbers.Real):
        return math.isclose(float(one), float(other), rel_tol=tolerance, abs_tol=1e-12)
    if isinstance(other, Mapping):
        return (
            isinstance(one, Mapping)
            and set(one) == set(other)
            and all(close(one[key], other[key], tolerance) for key in other)
        )
    if isinstance(other, (list, tuple)) and isinstance(one, (list, tuple)):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(close(a, b, tolerance) for a, b in pairs)
    return type(one) is type(other) and bool(one == other)


def shown(value: Any) -> str:
    """A value in few words, for a sentence.

    Examples
    --------
    >>> shown(2 / 3), shown((1, 2 / 3)), shown("a"), shown(object())
    ('0.666667', '(1, 0.666667)', "'a'", 'something of type object')
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> shown(read_sketch("guests -> crowding + delayed"))
    'guests -> crowding + delayed'
    """
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple) and 1 < len(value) <= 6:
        return f"({', '.join(shown(each) for each in value)})"
    if callable(value):
        return f"the function {getattr(value, '__name__', '')}".strip()
    try:
        if hasattr(value, "number_of_edges"):
            return _one_line(", ".join(_arrows(value)) or "a drawing without arrows", 400)
        words = repr(value)
    except Exception:
        words = " object at 0x"
    is_bare = " object at 0x" in words
    return f"something of type {type(value).__name__}" if is_bare else _one_line(words, 120)


def _one_line(text: object, longest: int) -> str:
    """One line of a stranger's text, its control characters shown as question marks."""
    return printable(" ".join(str(text).split()))[:longest]


def _arrows(graph: Any) -> Iterator[str]:
    """The arrows of a drawing, as they are written in a sketch."""
    for cause, effect, says in graph.edges(data=True):
        mark = {1: "+", -1: "-"}.get(says.get("sign"), "?")
        yield f"{cause} -> {effect} {mark}" + (" delayed" if says.get("delay") else "")


def _first_failing(task: Task, answer: Answer, given: Given) -> tuple[Property | None, str]:
    """The first property that does not hold, with what was given in words."""
    for each in task.properties:
        tried: list[str] = []
        try:
            if each.holds(_watched(answer, task.name, tried), given):
                continue
            if each.shows is not None:
                return each, each.shows(answer, given)
            last = dict.fromkeys(tried[-2:])
            return each, f"You gave {' and '.join(last) or shown(answer)}."
        except NotImplementedError:
            return each, _BLANK
        except Exception as problem:
            return (
                each,
                f"Trying it stopped with {type(problem).__name__}: {_one_line(problem, 160)}",
            )
    return None, ""


def _watched(answer: Answer, name: str, tried: list[str]) -> Answer:
    """The answer; if it is a function, one that also writes down what came out of each call."""
    if not isinstance(answer, FunctionType):
        return answer

    @wraps(answer)
    def ask(*arguments: Any, **named: Any) -> Any:
        result = answer(*arguments, **named)
        if not named:
            asked_for = ", ".join(_short(shown(each)) for each in arguments)
            tried.append(f"{shown(result)} for {name}({asked_for})")
        return result

    return ask


def _short(words: str) -> str:
    """A long row of values cut after one of them, and closed again."""
    closes = {"[": "]", "(": ")", "{": "}"}.get(words[:1])
    if len(words) <= _LONGEST_ARGUMENT or closes is None:
        return words
    return f"{words[:_LONGEST_ARGUMENT].rpartition(', ')[0]}, ...{closes}"


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
