"""Models from files, by their suffix: texts of ours, and files of other programs."""

from __future__ import annotations

import os
from pathlib import Path

from flywheel_edu.errors import ModelError, closest
from flywheel_edu.model import Model
from flywheel_exchange import read_xmile

_OURS = ".flywheel"
_XMILE = (".xmile", ".stmx", ".itmx", ".xml")
_SUFFIXES = (_OURS, *_XMILE)
_LARGEST = 20_000_000  # bytes of a text; its characters are counted by the reader of the language


def read(path: str | os.PathLike[str]) -> Model:
    """Read a model from a file.

    Parameters
    ----------
    path : str or path
        A text of ours (.flywheel), or an XMILE file of Stella, simlin or PySD (.xmile, .stmx,
        .itmx, .xml).

    Returns
    -------
    Model

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
    path = Path(path)
    suffix = _suffix(path)
    try:
        return Model.parse(_text(path), folder=path.parent) if suffix == _OURS else read_xmile(path)
    except (OSError, ValueError) as error:
        raise _unread(path, error) from None


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise ModelError(
            f"'{path.name or path}' does not end in the suffix of a model",
            hint=f"the suffixes are: {', '.join(_SUFFIXES)}",
        )
    return suffix


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ModelError(f"the file '{path.name}' is larger than {_LARGEST // 1_000_000} MB")
    return data.decode("utf-8-sig")


def _unread(path: Path, error: OSError | ValueError) -> ModelError:
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start]
        return ModelError(
            f"the file '{path.name}' is not in UTF-8: line {before.count(10) + 1} holds a sign "
            "that cannot be read",
            hint="save it again and choose UTF-8 as the encoding",
        )
    if isinstance(error, FileNotFoundError):
        folder = path.parent if path.parent != Path() else Path.cwd()
        try:
            there = [other.name for other in folder.iterdir() if other.suffix in _SUFFIXES]
        except OSError:
            return ModelError(f"there is no folder '{folder}'")
        hint = closest(path.name, there)
        listed = f"models in that folder: {', '.join(sorted(there)[:8])}" if there else ""
        return ModelError(f"there is no file '{path}'", hint=hint or listed)
    return ModelError(f"the file '{path}' cannot be read: {_reason(error)}")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    text = (error.strerror if isinstance(error, OSError) else "") or "its name is not a file's name"
    return text[:1].lower() + text[1:]
