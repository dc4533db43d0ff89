"""Packages from npm that only checks and tests use, kept in the user's cache; never shipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path


class NotFetched(Exception):
    """npm is missing or offline; the message says which."""


def fetched(package: str) -> Path:
    """The folder of a package, such as "axe-core@4.14.1", fetched where it is not in the cache.

    Raises
    ------
    NotFetched
        npm is missing, or cannot reach its registry.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = home / "flywheel_edu-tests" / package
    if kept.is_dir():
        return kept
    npm = shutil.which("npm")
    if not npm:
        raise NotFetched(f"{package} comes by npm, which is not here: https://nodejs.org")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as room:
        command = [npm, "pack", package, "--silent"]
        packed = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)
        if packed.returncode:
            raise NotFetched(f"{package} could not be fetched from npm: {packed.stderr.strip()}")
        shutil.unpack_archive(next(Path(room).glob("*.tgz")), room, filter="data")
        try:
            Path(room, "package").rename(kept)
        except OSError:  # another process was quicker
            if not kept.is_dir():
                raise
    return kept
