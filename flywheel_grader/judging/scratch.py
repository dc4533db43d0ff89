"""Where the teacher's tests run: a copy of what lies beside their notebook, gone afterwards."""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flywheel_grader.limits import BESIDE_BYTES
from flywheel_grader.notebooks.beside import ordinary_files
from flywheel_grader.notebooks.cells import read_bytes
from flywheel_grader.words import GradingError

_MOST_BESIDE = 200  # folders and files beside the notebook's own folder


class Scratch:
    """A folder for one run of the tests, and what they have written there since it was last asked.

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = dict(self._stamps())

    def written(self) -> dict[str, str]:
        """The files that are new or have changed since the last time, their contents in base 64."""
        found: dict[str, str] = {}
        room = BESIDE_BYTES
        for path, stamp in self._stamps():
            if self._known.get(path) != stamp:
                self._known[path] = stamp
                with contextlib.suppress(GradingError):
                    data = read_bytes(path, room)
                    room -= len(data)
                    name = path.relative_to(self.folder).as_posix()
                    found[name] = base64.b64encode(data).decode()
        return found

    def _stamps(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for path in ordinary_files(self.folder):
            with contextlib.suppress(OSError):
                says = path.stat()
                yield path, (says.st_mtime_ns, says.st_size)


@contextlib.contextmanager
def scratch_copy(beside: Path) -> Iterator[Scratch]:
    """Work in a copy of a folder, with its neighbours beside it to be read, until the end.

    A test that writes a file leaves nothing for the next submission, nor in the teacher's folder.
    """
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="flywheel-", ignore_cleanup_errors=True) as root:
        folder = Path(root, beside.name or "tests")
        folder.mkdir()
        room = BESIDE_BYTES
        for path in ordinary_files(beside):
            with contextlib.suppress(GradingError, OSError):
                data = read_bytes(path, room)
                room -= len(data)
                copy = folder / path.relative_to(beside)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(data)
        with contextlib.suppress(OSError):
            for near in sorted(beside.parent.iterdir())[:_MOST_BESIDE]:
                if near != beside:
                    Path(root, near.name).symlink_to(near)
        os.chdir(folder)
        try:
            yield Scratch(folder)
        finally:
            os.chdir(before)
