"""What an exercise is made of, from a number of a student's own to what a check says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flywheel_edu.exercises import variants

MIME = "application/vnd.flywheel-edu.attempts+json"

Given = Mapping[str, float]
Answer = Any

_KEPT = 50  # attempts in the log of one task


@dataclass(frozen=True)
class Parameter:
    """A number that differs from student to student.

    Parameters
    ----------
    name : str
    low, high : float
        The range it is drawn from, ends included.
    step : float
        It is a whole number of steps above `low`; of `low` and `step` without a point it is an int.
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
        >>> type(Parameter("months", 3, 12, 1, "month").draw("0" * 32))
        <class 'int'>
        >>> rate = Parameter("leave_rate", 0.02, 0.05, 0.005)
        >>> rate.draw("0" * 32) == rate.draw("0" * 32), 0.02 <= rate.draw("1" * 32) <= 0.05
        (True, True)
        """
        steps = round((self.high - self.low) / self.step)
        value = self.low + variants.drawn(seed, self.name).randint(0, steps) * self.step
        return value if isinstance(value, int) else float(f"{value:.10g}")


@dataclass(frozen=True)
class Property:
    """Something that every right answer has.

    Parameters
    ----------
    says : str
        What should hold, as a fact: "Twice the visits give twice the result."
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
    gives : str
        What a right answer is: "number", "row", "text", "truth", "model", "drawing", "names", or
        "" for anything.
    """

    name: str
    properties: Sequence[Property]
    misconceptions: Sequence[Misconception] = ()
    hints: Sequence[str] = ()
    probes: Sequence[tuple[Any, ...]] = ()
    tolerance: float = 1e-6
    gives: str = ""


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
