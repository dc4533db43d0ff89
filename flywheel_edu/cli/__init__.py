"""The `flywheel` command: one small file for each thing it does."""

from __future__ import annotations

from flywheel_edu.cli.command import main

__all__ = ["main"]
