"""Programs that tests need beside Python."""

from __future__ import annotations

import os
import shutil

import pytest


def program(*names: str, package: str) -> str:
    """The path of the first that is here; else the test is skipped, save in CI, where it fails."""
    for name in names:
        if found := shutil.which(name):
            return found
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {package}: apt-get install {package}")
    pytest.skip(f"no {package} here: apt-get install {package}")
