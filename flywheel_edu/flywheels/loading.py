"""The models that come with the package, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flywheel_edu.errors import ModelError, closest
from flywheel_edu.model import Model

FOLDER = Path(__file__).parent
_SUFFIX = ".flywheel"

# Models told in layers: a core, and what each layer after it revises, as files NAME.LAYER.
_LAYERS = {"retail": ("marketplace", "fulfilment", "delivery", "cash", "prime")}


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


def layers(name: str) -> tuple[Model, ...]:
    """A model of the library as it grows: its core, then with each further layer, then the whole.

    Examples
    --------
    >>> [len(model.stocks) for model in layers("retail")]
    [2, 4, 5, 6, 7, 9]
    """
    load(name)  # refuses an unknown name
    return _grown(name)


@cache
def _grown(name: str) -> tuple[Model, ...]:
    text = (FOLDER / (name + _SUFFIX)).read_text(encoding="utf-8")
    grown, shows = [Model.parse(text, FOLDER)], _shows(text)
    for layer in _LAYERS.get(name, ()):
        text = (FOLDER / f"{name}.{layer}").read_text(encoding="utf-8")
        shows += _shows(text)
        rest = [line for line in text.splitlines() if not line.startswith("show ")]
        grown.append(grown[-1].revise("\n".join(rest + shows), FOLDER))
    return tuple(grown)


def _shows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("show ")]


@cache
def _loaded(name: str) -> Model:
    return _grown(name)[-1]
