"""Models from files, by their suffix: texts of ours, and files of other programs.

What another program's file needs comes from outside: a function in one of three groups of entry
points, named as the suffix. `flywheel_exchange` joins in this way, as anybody's package may::

    [project.entry-points."flywheel_edu.readers"]
    ithink = "my_package:read_ithink"          # takes a path, gives a Model

    [project.entry-points."flywheel_edu.writers"]
    ithink = "my_package:write_ithink"         # takes a model and a path

    [project.entry-points."flywheel_edu.drawers"]
    gexf = "my_package:write_gexf"             # takes a causal graph and a path
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Literal

from flywheel_edu.asking import no_file, readers_file
from flywheel_edu.errors import ModelError
from flywheel_edu.files import ordinary
from flywheel_edu.model import Model

OURS = ".flywheel"
# Files that lie beside models and are none.
_RESULTS = {
    ".isdb": "holds results of Stella, not a model; the model is the .stmx file",
    ".vdf": "holds results of Vensim, not a model; the model is the .mdl file",
    ".vdfx": "holds results of Vensim, not a model; the model is the .mdl file",
}
_LARGEST = 20_000_000  # bytes of a text; its characters are counted by the reader of the language


def read(path: str | os.PathLike[str]) -> Model:
    """Read a model from a file.

    Parameters
    ----------
    path : str or path
        A text of ours (.flywheel), an XMILE file of Stella, simlin or PySD (.xmile, .stmx, .itmx,
        .xml), or a kind that an installed package reads.

    Raises
    ------
    ModelError
        If there is no such file, its suffix is none of these, or what it holds is no model; the
        message shows the line and what to try.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "shop.flywheel")
    ...     _ = path.write_text("time month from 0 to 1 step 1\\nstock customers [person] = 7")
    ...     print(read(path)["customers"])
    stock customers [person] = 7
    """
    if not isinstance(path, str | os.PathLike):
        raise ModelError(
            f"a model is read from a file, not from {type(path).__name__}",
            hint="write the file's name, such as read('shop.flywheel')",
        )
    path = readers_file(path)
    suffix = path.suffix.lower()
    others = {} if suffix == OURS else joined("readers")
    if suffix != OURS and suffix not in others:
        if suffix in _RESULTS:
            raise ModelError(f"'{path.name}' {_RESULTS[suffix]}")
        raise ModelError(
            f"'{path.name or path}' does not end in the suffix of a model",
            hint=f"the suffixes are: {', '.join((OURS, *others))}",
        )
    if suffix == OURS:
        return Model.parse(text_of(path), folder=path.parent)
    try:
        found = loaded(others[suffix])(path)
    except (OSError, ValueError) as error:
        raise _unread(path, error) from None
    if not isinstance(found, Model):
        raise ModelError(
            f"what reads '{suffix}' files, {_origin(others[suffix])}, gave no model "
            f"but {type(found).__name__}"
        )
    return found


def joined(kind: Literal["readers", "writers", "drawers"]) -> dict[str, EntryPoint]:
    """What installed packages read, write or draw, by suffix; none of it is loaded yet."""
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=f"flywheel_edu.{kind}"), key=lambda e: e.name):
        found.setdefault(f".{entry.name.lower()}", entry)
    return found


def loaded(entry: EntryPoint) -> Callable[..., Any]:
    """The function that an entry point leads to."""
    try:
        function: Callable[..., Any] = entry.load()
    except (ImportError, AttributeError) as error:
        raise ModelError(
            f"what is installed for '.{entry.name}' files cannot be used: {error}",
            hint=f"it is {_origin(entry)}; install that anew",
        ) from None
    return function


def _origin(entry: EntryPoint) -> str:
    return f"{entry.value} of {entry.dist.name}" if entry.dist else entry.value


def text_of(path: Path) -> str:
    """The text of a file, or why it cannot be had, in words."""
    try:
        with ordinary(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ModelError(f"the file '{path.name}' is larger than {_LARGEST // 1_000_000} MB")
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise _unread(path, error) from None


def _unread(path: Path, error: OSError | ValueError) -> ModelError:
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start]
        return ModelError(
            f"the file '{path.name}' is not in UTF-8: line {before.count(10) + 1} holds a sign "
            "that cannot be read",
            hint="save it again and choose UTF-8 as the encoding",
        )
    told, hint = no_file(path, error, (OURS, *joined("readers")))
    return ModelError(told, hint=hint)
