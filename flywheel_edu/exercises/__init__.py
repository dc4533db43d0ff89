"""Exercises: self-checks for students, and numbers of their own.

In a notebook:

    from flywheel_edu.exercises import exercise

    check, given = exercise("03_retail", ticket, globals())

    Cases, carried    points by the case, in a test cell; an error is paid once
    exercise          begin an exercise: its self-check, and the student's own numbers
    Exercise, Task, Property, Misconception, Parameter      what an exercise is made of
    hidden_random     numbers for hidden tests that no student can foresee

The files: `parts` (what an exercise is made of), `finding` (where its checks lie), `variants`
(whose numbers), `selfcheck` (`check("growth")`), which asks the student's function (`asking`),
looks at the kind of its answer (`forms`), holds it against others (`comparing`), and names the
slips that happen anywhere (`slips`, which mends a line and tries again: `mending`).

For a teacher the commands are `flywheel release, collect, grade, mark, feedback, report, export`.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from flywheel_edu.errors import GradingError
from flywheel_edu.exercises.cases import Cases, carried
from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.finding import find_exercise as _find
from flywheel_edu.exercises.parts import Misconception, Parameter, Property, Task, Verdict
from flywheel_edu.exercises.selfcheck import Exercise, Numbers
from flywheel_edu.exercises.variants import hidden_random

__all__ = [
    "Cases",
    "Exercise",
    "GradingError",
    "Misconception",
    "Numbers",
    "Parameter",
    "Property",
    "Task",
    "Verdict",
    "carried",
    "close",
    "exercise",
    "hidden_random",
    "shown",
]


def exercise(
    of: str | Exercise, ticket: str, names: MutableMapping[str, Any]
) -> tuple[Callable[[str], Verdict], Numbers]:
    """Begin an exercise in a notebook.

    Parameters
    ----------
    of : str or Exercise
        The name of its notebook without the ending, such as "03_retail": its checks lie in
        ``checks/03_retail.py`` beside the notebook, or in the installed hand-out. Or the exercise
        itself.
    ticket : str
        What was handed out with the notebook; the student's id, or nothing, will do.
    names : mapping
        Where the answers are found: `globals()`.

    Returns
    -------
    check : callable
        From the name of a task, in quotes, to a `Verdict`.
    given : Numbers
        The student's own numbers: `given.price`.

    Raises
    ------
    GradingError
        There is no such exercise, or the ticket is not one.
    """
    made = of if isinstance(of, Exercise) else _find(of, Path.cwd())
    return made.begin(ticket, names)
