"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_beside(path: Path, contents: str | bytes) -> Path:
    """Write a file beside its place and then rename it: it is there whole, or as it was before.

    Raises
    ------
    OSError
        The folder is missing or closed to us, or the disk is full. Nothing is left behind.
    """
    place = path.resolve()  # a link is followed to the file behind it
    beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(contents.encode("utf-8") if isinstance(contents, str) else contents)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            beside.chmod(place.stat().st_mode & 0o7777)
        beside.replace(place)
    except BaseException as problem:
        with suppress(OSError):
            beside.unlink()
        if isinstance(problem, OSError):
            problem.filename = str(path)  # the reader's own file, not the one beside it
        raise
    return path
