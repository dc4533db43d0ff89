"""What lies beside a notebook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

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
