"""Saving without loss: a file that is about to be written over is first put aside."""

from __future__ import annotations

import os
from pathlib import Path

from flywheel_edu.files import write_beside


def put_aside(path: str | os.PathLike[str], contents: str | None = None) -> Path | None:
    """Copy a file to the first free ``NAME.before-1.SUFFIX`` beside it; None if there is none.

    With ``contents``, those go there in place of what the file holds.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "wheel.json")
    ...     _ = file.write_text("first")
    ...     print(put_aside(file).name, put_aside(file).name)
    wheel.before-1.json wheel.before-2.json
    """
    path = Path(path)
    if contents is None and not path.exists():
        return None
    held = path.read_bytes() if contents is None else contents.encode("utf-8")
    number = 1
    while True:
        copy = path.with_name(f"{path.stem}.before-{number}{path.suffix}")
        try:
            with copy.open("xb") as file:
                file.write(held)
        except FileExistsError:
            number += 1
            continue
        return copy


def save_with_copy(path: str | os.PathLike[str], contents: str) -> Path | None:
    """Write a file; what stood there before, if it said something else, is put aside first: where.

    In a folder that is missing or closed to us, nothing is changed.
    """
    path = Path(path)
    before = path.read_bytes() if path.exists() else None
    if before == contents.encode("utf-8"):
        return None
    copy = put_aside(path)
    write_beside(path, contents)
    return copy
