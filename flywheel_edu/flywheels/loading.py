"""The models and published drawings of the package, and of packages that join it, by name.

A package of yours joins by an entry point that names the package whose folder holds the models::

    [project.entry-points."flywheel_edu.models"]
    town = "town_flywheels"        # town_flywheels/tram.flywheel, and tram.expected beside it
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import networkx as nx

from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.facts import FROM_MEMORY, table
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
    home = _homes().get(name) if isinstance(name, str) else None
    if home is None:
        raise ModelError(
            f"the library has no model called '{str(name)[:60]}'",
            hint=closest(str(name), library())
            or f"it has {', '.join(library())}; a file of your own is read with fw.read(path)",
        )
    return _grown(home / name)[-1]


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


def sketches(*, memory: bool = False) -> tuple[str, ...]:
    """The names of the published drawings, Amazon's first.

    Parameters
    ----------
    memory : bool
        Also those whose wording is from memory only.

    Examples
    --------
    >>> sketches()[:3]
    ('napkin_bryar_carr', 'napkin_stone', 'napkin_collins')
    """
    return tuple(str(name) for name in dict.fromkeys(table("flywheels", memory=memory)["name"]))


def sketch(name: str) -> nx.DiGraph[str]:
    """One published drawing as a causal graph, in its author's own words.

    Parameters
    ----------
    name : str
        One of `sketches()`.

    Returns
    -------
    networkx.DiGraph
        As `read_sketch` gives it: ``sign`` on every arrow; ``title``, with the source, on the
        graph. Nothing is mended: an author's "lower prices" stays, so that ``lint`` has its say.

    Raises
    ------
    ModelError
        If there is no such drawing.

    Examples
    --------
    >>> sketch("costco").edges["low prices", "more members"]["sign"]
    1
    """
    known = sketches(memory=True)
    if name not in known:
        raise ModelError(
            f"there is no published drawing called '{str(name)[:60]}'",
            hint=closest(str(name), known) or f"there are {', '.join(known)}",
        )
    return read_sketch(_text(name))


def _text(name: str) -> str:
    rows = table("flywheels", memory=True)
    rows = rows[rows["name"] == name].sort_values("order")
    first = rows.iloc[0]
    sure = f", {FROM_MEMORY}" if (rows["confidence"] == FROM_MEMORY).any() else ""
    lines = [f"# {first['flywheel']}: {first['source']}{sure}"]
    lines += [
        f"{cause} -> {effect} {sign}"
        for cause, effect, sign in zip(rows["from"], rows["to"], rows["sign"], strict=True)
    ]
    return "\n".join(lines)
