"""The marks that people give to written answers: one JSON file a task, beside the results."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flywheel_grader.words import safe, safe_block
from flywheel_grader.writing import placed, write_beside

FOLDER = "marks"


@dataclass(frozen=True)
class GivenMark:
    """What a person gave for one written answer."""

    points: float | None
    comment: str = ""
    by: str = ""  # who gave it
    # The digest of the answer that was read; empty in marks of 0.1, which count as they are.
    answer: str = ""

    def is_for(self, answer: str) -> bool:
        """Whether it was given for this text, and not for one that has changed since."""
        return not self.answer or self.answer == digest_of(answer)


Marks = dict[tuple[str, str, str], GivenMark]  # by exercise, task and row
Changes = Mapping[str, tuple[GivenMark, GivenMark]]  # by student


def row_of(student: str) -> str:
    """What stands for a student where any name has to pass: a page, a message, a download."""
    return hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def digest_of(answer: str) -> str:
    """A short digest of an answer's text; white space at its ends does not count."""
    return hashlib.sha256(answer.strip().encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_marks(folder: Path) -> Marks:
    """All marks in a folder of results; a file that cannot be read is passed over."""
    found: Marks = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            data = json.loads(path.read_text("utf-8"))
            exercise, task = str(data["exercise"]), str(data["task"])
            by_row = {row_of(student): mark for student, mark in data.get("marks", {}).items()}
            for row, mark in (by_row | data.get("rows", {})).items():
                found[exercise, task, row] = checked(mark)
    return found


def checked(mark: Mapping[str, Any]) -> GivenMark:
    """A mark from plain data; `ValueError` if it is none."""
    points = mark.get("points")
    if points is not None and not (isinstance(points, (int, float)) and 0 <= points < 1e6):
        raise ValueError(f"{points!r} are no points")
    return GivenMark(
        None if points is None else float(points),
        safe_block(mark.get("comment", ""), 5_000),
        safe(mark.get("by", ""), 60),
        safe(mark.get("answer", ""), 12),
    )


def merge_marks(folder: Path, exercise: str, task: str, changes: Changes) -> dict[str, GivenMark]:
    """Write what one marker changed into the marks of a task, and nothing else of it.

    The changes are by student the mark as the marker had it before them, and the new one. The
    marks of others that came in between are kept as they are, and returned by student.
    """
    path = folder / FOLDER / f"{file_name(exercise)}-{file_name(task)}.json"
    between: dict[str, GivenMark] = {}
    with _alone(placed(folder / FOLDER / ".lock")):
        known = read_marks(folder)
        try:
            marks = json.loads(path.read_text("utf-8"))["marks"]
        except (OSError, ValueError, KeyError):
            marks = {}
        for student, (seen, new) in changes.items():
            there = known.get((exercise, task, row_of(student)), GivenMark(None))
            same = (there.points, there.comment) == (seen.points, seen.comment)
            if same or replace(there, by="", answer="") == replace(new, by="", answer=""):
                marks[student] = asdict(new)
            else:
                between[student] = there
        data = {"exercise": exercise, "task": task, "marks": dict(sorted(marks.items()))}
        write_beside(path, json.dumps(data, indent=1) + "\n")
    return between


_one = threading.Lock()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with _one, path.open("a+b") as lock:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def file_name(text: str) -> str:
    """A text as a part of a file's name that every system takes, different for different texts.

    >>> file_name("ada"), file_name("Ada") == file_name("ADA")
    ('ada', False)
    >>> file_name("../<b>").startswith("b-"), file_name(file_name("../<b>")) == file_name("../<b>")
    (True, False)
    """
    plain = re.sub(r"[^\w.-]+", "-", text, flags=re.ASCII).strip(".-_")[:60]
    # A name with capitals, and one that looks like a name that was made here, get a digest, too.
    if plain == text == plain.lower() and not re.search(r"(^|-)[0-9a-f]{8}$", plain):
        return plain
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain.lower()}-{digest}" if plain else digest
