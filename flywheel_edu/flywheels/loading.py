"""The models that come with the package, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flywheel_edu.errors import ModelError, closest
from flywheel_edu.model import Model

FOLDER = Path(__file__).parent
_SUFFIX = ".flywheel"


def library() -> tuple[str, ...]:
    """The names of the models that come with the package.

    Examples
    --------
    >>> "retail" in library()
    True
    """
    return tuple(sorted(path.stem for path in FOLDER.glob(f"*{_SUFFIX}")))


def load(name: str) -> Model:
    """A model that comes with the package.

    Parameters
    ----------
    name : str
        One of `library()`. A file of your own is read with ``read``.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If there is no model of that name.

    Examples
    --------
    >>> [loop.name for loop in load("napkin").loops]
    ['Selection', 'Cost']
    """
    if name not in library():
        raise ModelError(
            f"the library has no model called '{str(name)[:60]}'",
            hint=closest(str(name), library())
            or f"it has {', '.join(library())}; a file of your own is read with fw.read(path)",
        )
    return _loaded(name)


@cache
def _loaded(name: str) -> Model:
    return Model.parse((FOLDER / (name + _SUFFIX)).read_text(encoding="utf-8"), FOLDER)
