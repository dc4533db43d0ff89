"""What lies beside a notebook."""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from flywheel_grader.limits import BESIDE_BYTES
from flywheel_grader.notebooks.cells import read_bytes
from flywheel_grader.words import GradingError

_DEEPEST = 2  # folders
_MOST_FILES = 500


def ordinary_files(folder: Path) -> Iterator[Path]:
    """The files in a folder and a little below it, hidden ones and links left out."""
    seen = 0
    for here, folders, names in os.walk(folder):
        deep = len(Path(here).relative_to(folder).parts)
        shown = (name for name in sorted(folders) if not name.startswith((".", "__")))
        folders[:] = shown if deep < _DEEPEST else ()
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                seen += 1
                if seen > _MOST_FILES:
                    return
                yield path


class Watched:
    """A folder, and what has been written there since it was last asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = {path: _stamp(path) for path in ordinary_files(folder)}

    def written(self) -> dict[str, str]:
        found: dict[str, str] = {}
        room = BESIDE_BYTES
        for path in ordinary_files(self.folder):
            if self._known.get(path) != _stamp(path):
                self.note(path)
                with contextlib.suppress(GradingError):
                    data = read_bytes(path, room)
                    room -= len(data)
                    name = path.relative_to(self.folder).as_posix()
                    found[name] = base64.b64encode(data).decode()
        return found

    def note(self, path: Path) -> None:
        self._known[path] = _stamp(path)


def _stamp(path: Path) -> tuple[int, int]:
    with contextlib.suppress(OSError):
        says = path.stat()
        return says.st_mtime_ns, says.st_size
    return 0, 0
