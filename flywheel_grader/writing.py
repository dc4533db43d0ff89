"""Writing files so that a reader never meets half of one, and many as one."""

from __future__ import annotations

import io
import os
import secrets
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_beside(path: Path, contents: str | bytes) -> Path:
    """Write a file beside its place and then rename it: it is there whole, or as it was before.

    If the folder is missing or closed to us, or the disk is full, nothing is left behind.
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


def placed(path: Path) -> Path:
    """The path, with the folders above it made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files.items():
            archive.writestr(name, contents)
    return packed.getvalue()
