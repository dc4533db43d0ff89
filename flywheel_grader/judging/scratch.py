"""Where the teacher's tests run: a copy of what lies beside their notebook, gone afterwards."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flywheel_grader.notebooks.beside import Watched, contents_of, ordinary_files
from flywheel_grader.writing import placed

# What a test may read of a student's without anything in it being run.
_DATA = frozenset(".csv .html .json .md .npy .npz .png .tsv .txt .yaml".split())
_MOST_BESIDE = 200  # folders and files beside the notebook's own folder


class Scratch(Watched):
    """A folder for one run of the tests; it knows what they have written since last asked."""

    def take(self, name: str, data: str) -> None:
        """Put a file of the student's program here, if it is one that holds nothing but data."""
        parts = Path(name).parts
        plain = all(re.fullmatch(r"\w[\w. -]{0,80}", part) for part in parts)
        if plain and len(parts) < 4 and Path(name).suffix.lower() in _DATA:
            place = self.folder.joinpath(*parts)
            with contextlib.suppress(OSError, ValueError):
                placed(place).write_bytes(base64.b64decode(data, validate=True))
            self.note(place)


@contextlib.contextmanager
def scratch_copy(beside: Path) -> Iterator[Scratch]:
    """Work in a copy of a folder, with its neighbours beside it to be read, until the end.

    A test that writes a file leaves nothing for the next submission, nor in the teacher's folder.
    """
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="flywheel-", ignore_cleanup_errors=True) as root:
        folder = Path(root, beside.name or "tests")
        folder.mkdir()
        for name, data in contents_of(ordinary_files(beside), beside, lost=[]).items():
            with contextlib.suppress(OSError):
                placed(folder / name).write_bytes(data)
        with contextlib.suppress(OSError):
            for near in sorted(beside.parent.iterdir())[:_MOST_BESIDE]:
                if near != beside:
                    Path(root, near.name).symlink_to(near)
        os.chdir(folder)
        try:
            yield Scratch(folder)
        finally:
            os.chdir(before)
