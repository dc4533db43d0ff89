"""What every test may rely on: no window, no chance, and a browser where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# Before matplotlib is imported anywhere: figures are drawn to memory, never to a window.
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")  # quiets jupyter_core's notice of its move

# The same examples on every run; a slow machine is not a failure.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, save in CI, where it fails."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CI"):
        pytest.fail("CI needs a Chromium: apt-get install chromium")
    pytest.skip("no Chromium here: apt-get install chromium")


@pytest.fixture(scope="session")
def from_npm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Fetches a package that only tests use, such as "axe-core@4.14.1", and gives its folder.

    It is kept in the user's cache. Where npm is missing or offline the test is skipped, save in
    CI, where it fails.
    """

    def fetched(package: str) -> Path:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        kept = home / "flywheel_edu-tests" / package
        if kept.is_dir():
            return kept
        folder = tmp_path_factory.mktemp("npm")
        npm = shutil.which("npm")
        command = [npm or "npm", "pack", package, "--silent"]
        packed = npm and subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if not packed or packed.returncode:
            why = packed.stderr if packed else "no npm here: apt-get install npm"
            if os.environ.get("CI"):
                pytest.fail(f"CI needs {package} from npm: {why}")
            pytest.skip(f"{package} could not be fetched from npm")
        shutil.unpack_archive(next(folder.glob("*.tgz")), folder, filter="data")
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.move(folder / "package", kept)
        except OSError:  # another worker was quicker
            if not kept.is_dir():
                raise
        return kept

    return fetched
