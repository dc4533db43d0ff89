"""Where the checks of an exercise lie, and what is in them.

A package of yours joins with exercises by an entry point that names it; its folder is laid out as
this project is::

    [project.entry-points."flywheel_edu.exercises"]
    town = "town_exercises"

There lie ``exercises/tram.ipynb``, ``exercises/checks/tram.py`` and ``solutions/tram.ipynb``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import flywheel_edu
from flywheel_edu.errors import GradingError
from flywheel_edu.exercises.parts import Parameter
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.files import joined_folders


def places(folder: Path) -> Iterator[Path]:
    """The folders that may hold the checks of a notebook: beside it first, then the hand-out."""
    package = Path(flywheel_edu.__file__).resolve().parent
    yield folder / "checks"
    yield folder.parent / "exercises" / "checks"  # of a solution, which lies beside exercises/
    yield package / "_handout" / "exercises" / "checks"
    yield package.parent / "exercises" / "checks"
    yield from (folder / "exercises" / "checks" for folder in joined_folders("exercises"))


def path_of(name: str, folder: Path) -> Path | None:
    """The file of checks of an exercise whose notebook lies in a folder, or None."""
    paths = (place / f"{name}.py" for place in places(folder))
    return next((path for path in paths if path.is_file()), None)


def find_exercise(name: str, folder: Path) -> Exercise:
    """The exercise whose checks lie in ``checks/NAME.py``.

    Where work that was handed in is run, ``checks/NAME.json`` lies beside the notebook instead: an
    exercise with a student's own numbers, and nothing that is checked.
    """
    numbers = folder / "checks" / f"{name}.json"
    if numbers.is_file():
        return Exercise(name, (), [Parameter(**each) for each in json.loads(numbers.read_text())])
    path = path_of(name, folder)
    if path is not None:
        return exercise_in(path)
    for graded in (folder / "checks").glob("*.json"):
        raise GradingError(f"this is exercise {name!r}; what is graded here is {graded.stem!r}")
    looked = "\n".join(f"  {place / name}.py" for place in dict.fromkeys(places(folder)))
    raise GradingError(
        f"there are no checks for an exercise called {name!r}; looked for\n{looked}",
        f"write checks/{name}.py beside the notebook, with a line that begins "
        f'EXERCISE = Exercise("{name}", [Task(...), ...])',
    )


def exercise_in(path: Path) -> Exercise:
    """What a file of checks calls `EXERCISE`; it may import other files of its folder."""
    spec = spec_from_file_location(f"checks_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    shared = [str(place) for place in (path.parent, *places(path.parent)) if place.is_dir()]
    before = sys.path[:]
    sys.path[:0] = shared
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    made = getattr(module, "EXERCISE", None)
    if not isinstance(made, Exercise):
        raise GradingError(
            f"{path} holds no EXERCISE",
            f'it needs a line that begins EXERCISE = Exercise("{path.stem}", [Task(...), ...])',
        )
    return made
