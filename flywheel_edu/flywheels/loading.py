"""The models that come with the package, and with packages of others, by name.

A package of yours joins by an entry point that names the package whose folder holds the models::

    [project.entry-points."flywheel_edu.models"]
    town = "town_flywheels"        # town_flywheels/tram.flywheel, and tram.expected beside it
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flywheel_edu.errors import ModelError, closest
from flywheel_edu.files import joined_folders
from flywheel_edu.model import Model

FOLDER = Path(__file__).parent
_SUFFIX = ".flywheel"

# Models told in layers: a core, and what each layer after it revises, as files NAME.LAYER.
_LAYERS = {
    "retail": ("marketplace", "fulfilment", "delivery", "cash", "prime"),
    "cash": ("insight",),
    "data": ("planning",),
}


def library() -> tuple[str, ...]:
    """The names of the models that come with the package, or with a package that joins it.

    Examples
    --------
    >>> "retail" in library()
    True
    """
    return tuple(sorted(_homes()))


def file_of(name: str) -> Path:
    """The file of a model of the library, without its suffix."""
    return _homes()[name] / name


def _homes() -> dict[str, Path]:
    """The folder of each model; where two have one name, ours is meant."""
    folders = (*joined_folders("models"), FOLDER)
    return {path.stem: folder for folder in folders for path in folder.glob(f"*{_SUFFIX}")}


def load(name: str) -> Model:
    """A model of the library.

    Parameters
    ----------
    name : str
        One of `library()`. A file of your own is read with ``read``.

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
    return _grown(file_of(name))[-1]


def layers(name: str) -> tuple[Model, ...]:
    """A model of the library as it grows: its core, then with each further layer, then the whole.

    Examples
    --------
    >>> [len(model.stocks) for model in layers("retail")]
    [2, 4, 5, 6, 7, 9]
    """
    load(name)  # refuses an unknown name
    return _grown(file_of(name))


@cache
def _grown(file: Path) -> tuple[Model, ...]:
    folder = file.parent
    text = file.with_suffix(_SUFFIX).read_text(encoding="utf-8")
    grown, shows = [Model.parse(text, folder)], _shows(text)
    for layer in _LAYERS.get(file.name, ()) if folder == FOLDER else ():
        text = file.with_suffix(f".{layer}").read_text(encoding="utf-8")
        shows += _shows(text)
        rest = [line for line in text.splitlines() if not line.startswith("show ")]
        grown.append(grown[-1].revise("\n".join(rest + shows), folder))
    return tuple(grown)


def _shows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("show ")]
