"""How far a student is, read from the notebooks as they were saved; nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = "how_far.md"
_CHECK = re.compile(r"^check\(\s*[\"']", re.MULTILINE)
_EMPTY = ("", "YOUR ANSWER HERE")


@dataclass(frozen=True)
class Reached:
    """How far one notebook is."""

    name: str  # its path below the student's folder
    title: str
    # Of a chapter: code cells run, and all of them. Of an exercise: tasks whose self-check held
    # when last asked, or that are answered in words, and all of them.
    done: int
    whole: int
    packed: bool = False  # whether a file to hand in lies beside it

    @property
    def is_exercise(self) -> bool:
        return self.name.startswith("exercises/")

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        packed = ", packed to hand in" if self.packed else ""
        if not self.done:
            return "not begun" + packed
        if self.done == self.whole:
            return ("done" if self.is_exercise else "run") + packed
        what = "tasks done" if self.is_exercise else "cells run"
        return f"{self.done} of {self.whole} {what}{packed}"


def progress(names: Iterable[str], folder: Path) -> list[Reached]:
    """How far each numbered notebook is, of these paths below the student's folder."""
    found = []
    for name in names:
        path = folder / name
        if path.suffix != ".ipynb" or not path.name[:1].isdigit():
            continue
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):  # spoilt
            found.append(_reached(name, path, json.loads(path.read_text(encoding="utf-8"))))
    return found


def in_short(reached: Sequence[Reached]) -> str:
    """One line for the console; nothing before anything is begun."""
    if not any(each.done for each in reached):
        return ""
    chapters = [each for each in reached if not each.is_exercise]
    exercises = [each for each in reached if each.is_exercise]
    run = sum(each.done == each.whole for each in chapters)
    tasks, whole = sum(e.done for e in exercises), sum(e.whole for e in exercises)
    return (
        f"Run: {run} of {len(chapters)} chapters. Done: {tasks} of {whole} tasks of the exercises. "
        f"{PAGE} has each."
    )


def as_page(reached: Sequence[Reached]) -> str:
    """A page of Markdown with every chapter and exercise."""
    lines = ["# How far you are", "", "Renewed whenever you save, from what you saved."]
    for heading, here in (
        ("Chapters", [each for each in reached if not each.is_exercise]),
        ("Exercises", [each for each in reached if each.is_exercise]),
    ):
        lines += ["", f"| | {heading} | |", "|---|---|---|"]
        lines += [
            f"| {'✓' if each.done == each.whole else ''} | [{each.title}]({each.name}) "
            f"| {each.words} |"
            for each in here
        ]
    return "\n".join(lines) + "\n"


def _reached(name: str, path: Path, notebook: Mapping[str, Any]) -> Reached:
    cells = notebook["cells"]
    title = "".join(cells[0]["source"]).split("\n")[0].lstrip("# ").strip()
    if not name.startswith("exercises/"):
        code = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
        run = sum(cell.get("execution_count") is not None for cell in code)
        return Reached(name, title, run, len(code))
    tasks = [holds for cell in cells if (holds := _holds(cell)) is not None]
    packed = any(path.parent.glob(f"{path.stem}*.zip"))
    return Reached(name, title, sum(tasks), len(tasks), packed)


def _holds(cell: Mapping[str, Any]) -> bool | None:
    """Whether a task is done, of the cell that says so; of any other cell, nothing."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        asked = cell["metadata"].get("nbgrader", {}).get("solution", False)
        return source.strip() not in _EMPTY if asked else None
    if not _CHECK.search(source):
        return None
    from flywheel_edu.exercises.parts import MIME

    said = [out["data"][MIME] for out in cell["outputs"] if MIME in out.get("data", {})]
    return bool(said and said[-1]["attempts"] and said[-1]["attempts"][-1]["passed"])
