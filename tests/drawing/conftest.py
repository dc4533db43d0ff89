"""A shelf of its own for each test."""

from __future__ import annotations

import pytest

from flywheel_edu.drawing import shelf


@pytest.fixture(autouse=True)
def own_shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("FLYWHEEL_CACHE", str(tmp_path / "shelf"))
    monkeypatch.setattr(shelf, "_memory", {})
