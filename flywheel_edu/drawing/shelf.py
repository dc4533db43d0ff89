"""A shelf of finished pictures, in memory and on disk, so that no napkin is drawn twice.

A picture is found by the digest of all it was made from. The shelf may be closed to us, full or
wiped at any time: then the picture is simply drawn again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from flywheel_edu.files import write_beside

_KEPT_IN_MEMORY, _KEPT_ON_DISK = 64, 300
_OPENS, _ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_memory: dict[str, bytes] = {}


def folder() -> Path | None:
    """Where pictures are kept between sessions; None if ``FLYWHEEL_CACHE`` is ``off``.

    ``FLYWHEEL_CACHE`` may name another folder than the user's own cache folder.
    """
    wanted = os.environ.get("FLYWHEEL_CACHE", "")
    if wanted == "off":
        return None
    if wanted:
        return Path(wanted) / "drawings"
    try:
        home = Path.home()
    except RuntimeError:  # a container whose user has no home
        return None
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "flywheel_edu" / "drawings"


def take(digest: str) -> bytes | None:
    """The PNG of that digest, or None if it is not on the shelf, or not whole."""
    if digest in _memory:
        return _memory[digest]
    shelf = folder()
    if shelf is None:
        return None
    try:
        png = (shelf / f"{digest}.png").read_bytes()
    except OSError:
        return None
    if not (png.startswith(_OPENS) and png.endswith(_ENDS)):
        return None
    _remember(digest, png)
    return png


def put(digest: str, png: bytes) -> None:
    """Keep a picture; silently not, where the disk does not let us."""
    _remember(digest, png)
    shelf = folder()
    if shelf is None:
        return
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        write_beside(shelf / f"{digest}.png", png)
        _clear(shelf)
    except OSError:
        return


def forget() -> None:
    """Clear the shelf in memory, as a new session does; the disk keeps its pictures."""
    _memory.clear()


def _remember(digest: str, png: bytes) -> None:
    _memory[digest] = png
    while len(_memory) > _KEPT_IN_MEMORY:
        _memory.pop(next(iter(_memory)), None)


def _clear(shelf: Path) -> None:
    pictures = list(shelf.glob("*.png"))
    if len(pictures) > _KEPT_ON_DISK:
        pictures.sort(key=lambda file: (file.stat().st_mtime, file.name))
        for file in pictures[: len(pictures) // 4]:
            file.unlink(missing_ok=True)
