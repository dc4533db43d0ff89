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
    """The folder of a package, such as "axe-core@4.14.1", with what it needs beside it.

    It is fetched where it is not in the cache.

    Raises
    ------
    NotFetched
        npm is missing, or cannot reach its registry.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = home / "flywheel_edu-tests" / "installed" / package
    found = kept / "node_modules" / package.rpartition("@")[0]
    if found.is_dir():
        return found
    npm = shutil.which("npm")
    if not npm:
        raise NotFetched(f"{package} comes by npm, which is not here: https://nodejs.org")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as room:
        made = Path(room, "made")
        made.mkdir()
        (made / "package.json").write_text("{}")  # so that npm installs here, and not above
        command = [npm, "install", "--silent", "--ignore-scripts", "--no-audit", package]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotFetched(f"{package} could not be fetched from npm: {done.stderr.strip()}")
        try:
            made.rename(kept)
        except OSError:  # another process was quicker
            if not found.is_dir():
                raise
    return found
