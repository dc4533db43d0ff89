"""What every test may rely on: no window, no chance, and a browser where there is one."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hypothesis import settings

from scripts.npm import NotFetched, fetched
from scripts.pyodide import fetched as fetched_pyodide
from scripts.pyodide import kept as kept_pyodide
from tests.programs import program

# Before matplotlib is imported anywhere: figures are drawn to memory, never to a window.
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")  # quiets jupyter_core's notice of its move

# Some hundred fresh Pythons: each would compile anew what the last one did.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same examples on every run; a slow machine is not a failure.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Commands are found by entry points, which are written when the package is installed."""
    project = tomllib.loads((config.rootpath / "pyproject.toml").read_text(encoding="utf-8"))
    for group, wanted in project["project"].get("entry-points", {}).items():
        if not set(wanted) <= set(entry_points(group=group).names):
            raise pytest.UsageError(f"entry points of {group} are new: pip install --no-deps -e .")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def chromium() -> str:
    return program("chromium", "chromium-browser", "google-chrome", package="chromium")


@pytest.fixture(scope="session")
def pyodide() -> Path:
    """The folder of a browser's Python; without one the test is skipped, save in CI."""
    if os.environ.get("CI"):
        return fetched_pyodide()  # what stops it is said
    if place := kept_pyodide():
        return place
    pytest.skip("no Pyodide here: python scripts/pyodide.py, or name its folder FLYWHEEL_PYODIDE")


@pytest.fixture(scope="session")
def from_npm() -> Callable[[str], Path]:
    """Gives the folder of a package that only tests use, such as "axe-core@4.14.1".

    Where npm is missing or offline the test is skipped, save in CI, where it fails.
    """

    def found(package: str) -> Path:
        try:
            return fetched(package)
        except NotFetched as why:
            if os.environ.get("CI"):
                pytest.fail(f"CI needs npm: {why}")
            pytest.skip(str(why))

    return found
