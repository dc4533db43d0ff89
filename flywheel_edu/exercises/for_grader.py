"""What a grader of notebooks is told of this course, under the names it asks for.

Nothing here imports a grader: it finds this module by an entry point.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import flywheel_edu
from flywheel_edu import errors as _errors
from flywheel_edu.exercises import asking, finding, selfcheck, variants
from flywheel_edu.exercises.cases import Cases
from flywheel_edu.exercises.variants import become, ticket
from flywheel_edu.files import joined_folders
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.simulate.slots import plan_of

__all__ = ["become", "ticket"]


def errors() -> list[type[Exception]]:
    """Every exception of the package."""
    known = vars(_errors).values()
    return [each for each in known if isinstance(each, type) and issubclass(each, Exception)]


def out_of_reach() -> Iterator[Path]:
    """The checks, by every way to them that the package's place gives."""
    package = Path(flywheel_edu.__file__).absolute().parent
    for root in (package, package.resolve()):
        yield root.parent / "exercises" / "checks"
        yield root / "_handout" / "exercises" / "checks"
    yield from joined_folders("exercises")


def beside(exercise: str, folder: Path) -> dict[str, bytes]:
    """How an exercise's numbers are drawn, without what its answers are checked against."""
    path = finding.path_of(exercise, folder)
    if path is None:
        return {}
    drawn = [asdict(each) for each in finding.exercise_in(path).parameters]
    return {f"checks/{exercise}.json": json.dumps(drawn).encode()}


def identities(student: str, exercise: str, secret: bytes) -> tuple[Any, Any]:
    """Whose numbers a notebook has: for the student's program, and for the tests."""
    seed = variants.seed(student, exercise, secret)
    judge_seed = variants.judge_seed(student, exercise, secret)
    return {"seed": seed}, {"seed": seed, "judging": True, "judge_seed": judge_seed}


def begin_test() -> None:
    """Forget which tasks were asked about."""
    selfcheck.asked.clear()


def failed_cases(value: object) -> list[tuple[str, BaseException]] | None:
    """The cases of a `Cases` that did not hold."""
    if not isinstance(value, Cases):
        return None
    return [(each.about, each.problem) for each in value.failures]


def diagnosis(names: MutableMapping[str, Any]) -> tuple[str, str] | None:
    """The misconception that the answer to the task last asked about looks like, or as ("", says)
    what a student's own `check` says of it."""
    if not selfcheck.asked:
        return None
    check, task = selfcheck.asked[-1]
    answer = names.get(task)  # nothing where its cell could not be run, which is no misconception
    with asking.beside(names):
        return None if answer is None else check.exercise.said_of(task, answer, check.given)


def numbers(value: object) -> dict[str, float] | None:
    """Of a model, where its stocks end."""
    if not isinstance(value, Model):
        return None
    run = simulate(value)
    return {f" at the end of {stock!r}": float(run[stock][-1]) for stock in value.stocks}


_MOST_NUMBERS = 20_000_000  # of a run: 160 MB


def _model(text: object) -> Any:
    # Without a folder no file is read, whatever `data ... from` the text holds.
    model = Model.parse(str(text))
    if model.clock.steps * len(list(model)) > _MOST_NUMBERS:
        raise ValueError("a run of this model would hold more numbers than are taken")
    return model


def _run_data(run: Any) -> Any:
    series = {name: run[name] for name in run}
    return {"model": str(run.model), "method": run.method, "time": run.time, "series": series}


def _run(data: Mapping[str, Any]) -> Any:
    model, time = _model(data["model"]), data["time"]
    names = plan_of(model).names
    values = np.array([data["series"][name] for name in names], dtype=float)
    if time.ndim != 1 or values.shape != (len(names), len(time)):
        raise ValueError("not a run")
    return Run(model, np.asarray(time, dtype=float), values, str(data["method"]))


_LOOP = ("quantities", "signs", "delays", "name", "title", "doc")


def _loop_data(loop: Any) -> Any:
    return {name: getattr(loop, name) for name in _LOOP}


def _loop(data: Mapping[str, Any]) -> Any:
    from flywheel_edu.causal.loops import Loop

    if not all(isinstance(each, str) for each in data["quantities"]):
        raise ValueError("not a loop")
    return Loop(**{name: data[name] for name in _LOOP})


def _loops_data(loops: Any) -> Any:
    of = [_loop_data(each) for each in tuple.__iter__(loops)]
    return {"of": of, "truncated": bool(loops.truncated)}


def _loops(data: Mapping[str, Any]) -> Any:
    from flywheel_edu.causal.loops import Loops

    return Loops([_loop(each) for each in data["of"]], truncated=data["truncated"] is True)


# A model crosses as its text and is read anew.
kinds = {
    "flywheel_edu.model:Model": (str, _model),
    "flywheel_edu.simulate:Run": (_run_data, _run),
    "flywheel_edu.causal.loops:Loops": (_loops_data, _loops),
    "flywheel_edu.causal.loops:Loop": (_loop_data, _loop),
}
