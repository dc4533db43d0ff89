"""The student's version of a teacher's notebook, cell for cell as nbgrader 0.9.6 makes it."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from typing import Any

from flywheel_grader.notebooks.cells import text_of
from flywheel_grader.words import GradingError, safe

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
WORDS_STUB = "YOUR ANSWER HERE"

_PICTURE = re.compile(r"!\[.*\]\(attachment:.+?\)")
_SCHEMA = 3


def student_version(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook as a student is to have it.

    From the JSON of a source notebook, nbgrader metadata schema 3, to that of the student's
    version: solutions are replaced by a stub, hidden tests and mark schemes are cut out, outputs
    are cleared, the teacher's cells are locked, and the checksums are computed anew. A region
    without an end or in a cell of the wrong kind, two cells of one name, or metadata of another
    schema is a `GradingError`: in each of these something could reach the students.
    """
    released = copy.deepcopy(notebook)
    released.get("metadata", {}).pop("celltoolbar", None)
    for cell in released["cells"]:
        cell["source"] = text_of(cell.get("source"))
    _refuse_doubtful_metadata(released["cells"])
    for cell in released["cells"]:
        says = _marked(cell)
        kept = any(says.get(each) for each in ("grade", "solution", "locked"))
        if kept:
            cell["metadata"]["deletable"] = False
        if kept and not says.get("solution"):
            cell["metadata"]["editable"] = False
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            for name in ("collapsed", "scrolled"):
                cell.get("metadata", {}).pop(name, None)
        _cut_out_solution(cell)
        _cut_out(cell, "HIDDEN TESTS", "grade", "a test")
        _cut_out(cell, "MARK SCHEME", "task", "a task for a person to mark")
        if kept:
            says["checksum"] = checksum(cell)
            says["cell_type"] = cell["cell_type"]
    return released


def dump(notebook: dict[str, Any]) -> str:
    """The text of a notebook file, sources as lists of lines, as Jupyter writes it."""
    written = copy.deepcopy(notebook)
    for cell in written["cells"]:
        cell["source"] = text_of(cell["source"]).splitlines(keepends=True)
    return json.dumps(written, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def checksum(cell: dict[str, Any]) -> str:
    """nbgrader's own checksum of a cell, by which it sees whether a student changed it."""
    says = cell["metadata"]["nbgrader"]
    grade, solution = bool(says.get("grade")), bool(says.get("solution"))
    locked = not solution and (grade or bool(says.get("locked")))
    parts = [cell["source"], cell["cell_type"], grade, solution, locked, says["grade_id"]]
    text = "".join(map(str, [*parts, float(says["points"])] if grade else parts))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def region(source: str, what: str) -> dict[int, str]:
    """The lines by their numbers (from 1) from each BEGIN of a region to its END, these too."""
    begin, end = f"BEGIN {what}", f"END {what}"
    found, inside = {}, False
    for number, line in enumerate(source.split("\n"), start=1):
        if begin in line and inside:
            raise GradingError(f"{begin} stands inside another {begin}", f"end it with {end}")
        inside = inside or begin in line
        if inside or end in line:
            found[number] = line
        inside = inside and (begin in line or end not in line)
    if inside:
        raise GradingError(f"{begin} has no {end}")
    return found


def mark_scheme(source: str) -> str:
    """The text between BEGIN MARK SCHEME and END MARK SCHEME, or the empty string."""
    lines = region(source, "MARK SCHEME").values()
    marks = ("BEGIN MARK SCHEME", "END MARK SCHEME")
    return "\n".join(each for each in lines if not any(m in each for m in marks)).strip()


def _marked(cell: dict[str, Any]) -> dict[str, Any]:
    found = cell.get("metadata", {}).get("nbgrader")
    return found if isinstance(found, dict) else {}


def _refuse_doubtful_metadata(cells: list[dict[str, Any]]) -> None:
    seen = set()
    for cell in cells:
        says = _marked(cell)
        if not any(says.get(each) for each in ("grade", "solution", "locked", "task")):
            continue  # as nbgrader leaves a cell whose marks were taken off
        name = says.get("grade_id")
        if not isinstance(name, str) or not name:
            raise GradingError(f"a cell marked for nbgrader has no name:\n  {_first_line(cell)}")
        if name in seen:
            raise GradingError(f"two cells are called {name!r}", "give each a grade_id of its own")
        seen.add(name)
        if (schema := says.get("schema_version")) != _SCHEMA:
            raise GradingError(
                f"the metadata of {name!r} is of schema {schema!r}, not {_SCHEMA}",
                "run `nbgrader update` on the notebook",
            )
        graded = says.get("grade") or says.get("task")
        if graded and not isinstance(says.get("points"), (int, float)):
            raise GradingError(f"{name!r} is graded but has no points")


def _cut_out_solution(cell: dict[str, Any]) -> None:
    stub = CODE_STUB if cell["cell_type"] == "code" else WORDS_STUB
    is_solution = bool(_marked(cell).get("solution"))
    kept, found = _without(cell["source"], "SOLUTION", stub)
    if found and not is_solution:
        raise GradingError(
            f"a solution stands in a cell that is not marked as one:\n  {_first_line(cell)}",
            "mark the cell as an answer, or its solution would be handed out",
        )
    cell["source"] = stub if is_solution and not found else kept


def _cut_out(cell: dict[str, Any], what: str, needs: str, kind: str) -> None:
    kept, found = _without(cell["source"], what)
    if found and not _marked(cell).get(needs):
        raise GradingError(
            f"BEGIN {what} stands in a cell that is not {kind}:\n  {_first_line(cell)}",
            f"mark the cell as {kind}, or take the region out",
        )
    cell["source"] = kept


def _without(source: str, what: str, stub: str | None = None) -> tuple[str, bool]:
    """The source with its BEGIN ... END regions out or a stub for each, and whether it had any."""
    cut, kept = region(source, what), []
    for number, line in enumerate(source.split("\n"), start=1):
        if number not in cut:
            kept.append(line)
        elif stub is not None and f"BEGIN {what}" in line:
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + each for each in stub.split("\n")]
    if what == "MARK SCHEME" and any(map(_PICTURE.search, cut.values())):
        raise GradingError(
            "a mark scheme holds an attached picture, which would be handed out with the cell",
            "link to the picture, or leave it out",
        )
    return "\n".join(kept), f"BEGIN {what}" in source


def _first_line(cell: dict[str, Any]) -> str:
    return safe(cell["source"].strip().split("\n")[0], 80)
