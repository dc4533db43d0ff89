"""The name `flywheel_edu.exercises` had in 0.1: notebooks that were handed out then go on."""

from __future__ import annotations

from flywheel_edu.exercises import Cases, close, exercise, hidden_random

__all__ = ["Cases", "close", "exercise", "hidden_random"]
