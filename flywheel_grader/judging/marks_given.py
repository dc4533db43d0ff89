"""The marks that people give to written answers: one JSON file a task, beside the results."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flywheel_grader.words import safe_block
from flywheel_grader.writing import write_beside

FOLDER = "marks"


@dataclass(frozen=True)
class GivenMark:
    """What a person gave for one written answer, and what they said about it."""

    points: float | None
    comment: str = ""


Marks = dict[tuple[str, str, str], GivenMark]  # by exercise, task and student


def read_marks(folder: Path) -> Marks:
    """All marks in a folder of results; a file that cannot be read is passed over."""
    found: Marks = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            data = json.loads(path.read_text("utf-8"))
            exercise, task = str(data["exercise"]), str(data["task"])
            for student, mark in data["marks"].items():
                found[exercise, task, student] = checked(mark)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def checked(mark: Mapping[str, Any]) -> GivenMark:
    """A mark from plain data.

    Raises
    ------
    ValueError
        It is none.
    """
    points = mark.get("points")
    if points is not None and not (isinstance(points, (int, float)) and 0 <= points < 1e6):
        raise ValueError(f"{points!r} are no points")
    return GivenMark(
        None if points is None else float(points), safe_block(mark.get("comment", ""), 5_000)
    )


def write_marks(folder: Path, exercise: str, task: str, marks: Mapping[str, GivenMark]) -> Path:
    """Write the marks of one task."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    data = {
        "exercise": exercise,
        "task": task,
        "marks": {
            student: {"points": mark.points, "comment": mark.comment}
            for student, mark in sorted(marks.items())
        },
    }
    name = f"{file_name(exercise)}-{file_name(task)}.json"
    return write_beside(folder / FOLDER / name, json.dumps(data, indent=1) + "\n")


def file_name(text: str) -> str:
    """A text as a part of a file's name that every system takes, different for different texts.

    Examples
    --------
    >>> file_name("ada")
    'ada'
    >>> file_name("../<b>").startswith("b-")
    True
    """
    import hashlib

    plain = re.sub(r"[^\w.-]+", "-", text, flags=re.ASCII).strip(".-_")[:60]
    if plain == text:
        return plain
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest
