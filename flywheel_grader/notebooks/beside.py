"""What lies beside a notebook."""

from __future__ import annotations

import base64
import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flywheel_grader.limits import BESIDE_BYTES
from flywheel_grader.notebooks.cells import read_bytes
from flywheel_grader.words import GradingError

_DEEPEST = 2  # folders
_MOST_FILES = 500


def walk(folder: Path, deepest: int) -> Iterator[list[Path]]:
    """The files and links in a folder, then in each below it that is neither hidden nor a link."""
    for here, folders, names in os.walk(folder):
        links = [name for name in sorted(folders) if Path(here, name).is_symlink()]
        yield [Path(here, name) for name in [*links, *sorted(names)]]
        shown = {name for name in folders if not name.startswith((".", "__"))}.difference(links)
        folders[:] = sorted(shown) if len(Path(here).relative_to(folder).parts) < deepest else ()


def ordinary_files(folder: Path) -> Iterator[Path]:
    """The files in a folder and a little below it, hidden ones and links left out."""
    paths = (path for paths in walk(folder, _DEEPEST) for path in paths if path.name[0] != ".")
    files = (path for path in paths if path.is_file() and not path.is_symlink())
    return itertools.islice(files, _MOST_FILES)


def contents_of(
    paths: Iterable[Path], base: Path, lost: list[str] | None = None
) -> dict[str, bytes]:
    """What is in these files, by their paths below `base`, as much as is taken together.

    What cannot be read is a `GradingError`; with `lost`, it is left out and told of there.
    """
    found, room = dict[str, bytes](), BESIDE_BYTES
    for path in paths:
        try:
            found[path.relative_to(base).as_posix()] = data = read_bytes(path, room)
            room -= len(data)
        except GradingError as problem:
            if lost is None:
                raise
            lost.append(str(problem))
    return found


def in_base64(files: Mapping[str, bytes]) -> dict[str, str]:
    """The contents of files as they cross."""
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


class Watched:
    """A folder, and what has been written there since it was last asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = {path: _stamp(path) for path in ordinary_files(folder)}

    def written(self) -> dict[str, str]:
        files = ordinary_files(self.folder)
        new = [path for path in files if self._known.get(path) != _stamp(path)]
        for path in new:
            self.note(path)
        return in_base64(contents_of(new, self.folder, lost=[]))

    def note(self, path: Path) -> None:
        self._known[path] = _stamp(path)


def _stamp(path: Path) -> tuple[int, int]:
    with contextlib.suppress(OSError):
        says = path.stat()
        return says.st_mtime_ns, says.st_size
    return 0, 0
