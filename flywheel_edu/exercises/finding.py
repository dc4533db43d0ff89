"""Where the checks of an exercise lie, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import flywheel_edu
from flywheel_edu.errors import GradingError
from flywheel_edu.exercises.selfcheck import Exercise


def places() -> Iterator[Path]:
    """The folders that may hold checks: beside the notebook first, then what was installed."""
    here = Path.cwd()
    package = Path(flywheel_edu.__file__).resolve().parent
    yield here / "checks"
    yield package / "_handout" / "exercises" / "checks"
    yield package.parent / "exercises" / "checks"


def find_exercise(name: str) -> Exercise:
    """The exercise whose checks lie in ``checks/NAME.py``.

    Raises
    ------
    GradingError
        There is none, or it holds no `EXERCISE`.
    """
    looked = list(dict.fromkeys(places()))
    for folder in looked:
        path = folder / f"{name}.py"
        if path.is_file():
            return exercise_in(path)
    raise GradingError(
        f"there is no exercise {name!r}: no {name}.py in {', '.join(map(str, looked))}",
        "a file of checks holds EXERCISE = Exercise(name, [Task(...), ...])",
    )


def exercise_in(path: Path) -> Exercise:
    """What a file of checks calls `EXERCISE`."""
    spec = spec_from_file_location(f"checks_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made = getattr(module, "EXERCISE", None)
    if not isinstance(made, Exercise):
        raise GradingError(f"{path} holds no EXERCISE")
    return made
