"""Reading a notebook, whoever wrote it: what is not as it should be becomes a sentence."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flywheel_grader.limits import NOTEBOOK_BYTES, NOTEBOOK_CELLS, NOTEBOOK_CODE, NOTEBOOK_PARTS
from flywheel_grader.words import GradingError, safe

_SHOWN = frozenset({"text/plain", "image/png", "image/jpeg"})
_OF_OUTPUT = frozenset(
    "output_type name text data metadata execution_count ename evalue traceback".split()
)
_NAMED = re.compile(r"""\bexercise\(\s*["']([^"'\n]+)["']""")
_TICKET = re.compile(r"""(?m)^ticket\s*=\s*("[^"\n]*"|'[^'\n]*')""")


@dataclass(frozen=True)
class Cell:
    """One cell, with what nbgrader's metadata says of it."""

    kind: str  # "code", "markdown" or "raw"
    source: str
    id: str = ""  # the cell's own id (notebook format 4.5), or the empty string
    grade_id: str = ""  # its name in nbgrader's metadata, or the empty string
    is_test: bool = False  # checks an answer by running
    is_written: bool = False  # answered in words or code and marked by a person
    is_solution: bool = False  # the student writes here
    is_locked: bool = False  # the teacher's, and to stay as it is
    # nbgrader's "task": marked by a person, answered in cells of the student's own.
    is_assignment: bool = False
    points: float = 0.0
    tags: tuple[str, ...] = ()
    # As they stand in the file; nothing in them is believed.
    outputs: tuple[Any, ...] = field(default=(), compare=False)


def read_bytes(path: Path, most: int) -> bytes:
    """The contents of an ordinary file of at most so many bytes.

    A link, a folder, a device, and what is too large or cannot be read, is a `GradingError`.
    """
    name = safe(path.name, 80)
    # A link could point at another student's work; opening a pipe would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        if path.is_symlink():
            raise GradingError(f"{name} is a link to another place, not a file; it was not opened")
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise GradingError(f"{name} is not an ordinary file; it was not opened")
            if status.st_size > most:
                size, limit = (f"{each / 1e6:.0f} MB" for each in (status.st_size, most))
                raise GradingError(f"{name} has {size}; more than {limit} is not opened")
            return file.read(most + 1)
    except OSError as problem:
        raise GradingError(f"{name} cannot be read: {problem.strerror}") from None


def read_notebook(path: Path) -> tuple[Cell, ...]:
    """The cells of a notebook file; `GradingError` if it cannot be read, or is no notebook."""
    return parse_notebook(read_bytes(path, NOTEBOOK_BYTES), path.name)


def parse_notebook(contents: bytes, name: str) -> tuple[Cell, ...]:
    """The cells of the notebook in these bytes; `GradingError` if they are no notebook."""
    data = parse_json(contents, name)
    shown, sheets = safe(name, 80), data.get("worksheets")  # the latter until 2014
    if not isinstance(sheets, list):
        if not isinstance(data.get("cells"), list):
            raise GradingError(f"{shown} is not a notebook: it has no list of cells")
        sheets = [data]
    cells = list(_cells_of(sheets))
    if (many := len(cells)) > NOTEBOOK_CELLS:
        raise GradingError(f"{shown} has {many} cells; more than {NOTEBOOK_CELLS} are not run")
    read = tuple(map(_cell, cells))
    if sum(len(cell.source) for cell in read) > NOTEBOOK_CODE:
        raise GradingError(f"{shown} holds more than {NOTEBOOK_CODE / 1e6:.0f} MB of text")
    return read


def parse_json(contents: bytes, name: str) -> dict[str, Any]:
    """The JSON object of a notebook file; `GradingError` if the bytes are none."""
    shown = safe(name, 80)
    if contents.count(b"[") + contents.count(b"{") > NOTEBOOK_PARTS:
        raise GradingError(f"{shown} is not a notebook that a person made: it has too many parts")
    try:
        data = json.loads(contents)  # in UTF-8 or, as some editors save it, in UTF-16
    except UnicodeDecodeError:
        raise GradingError(f"{shown} is not a notebook: it is not text") from None
    except (ValueError, RecursionError, MemoryError):
        start = contents[:2000].lstrip().lower()
        if not start:
            why = "is empty"
        elif start.startswith((b"<!doctype", b"<html")):
            why = "is a web page, not a notebook; in JupyterLab use File > Download"
        elif found := re.search(rb"(?m)^<{7} ", contents):
            line = contents[: found.start()].count(b"\n") + 1
            why = f"has a merge conflict in line {line}, so it is no notebook any more"
        else:
            why = "is broken: its JSON cannot be read"
        raise GradingError(f"{shown} {why}") from None
    if not isinstance(data, dict):
        raise GradingError(f"{shown} is not a notebook")
    return data


def harmless(contents: bytes, name: str) -> bytes:
    """The notebook without what would run when it is opened: its outputs are pictures and text.

    A widget's saved state may bring JavaScript of its own, which JupyterLab runs with the rights of
    whoever opens it. What is no notebook stays as it is.
    """
    try:
        data = parse_json(contents, name)
    except GradingError:
        return contents
    if not isinstance(data.get("cells"), list) and "worksheets" not in data:
        return contents
    if isinstance(data.get("metadata"), dict):
        data["metadata"].pop("widgets", None)
    sheets = data.get("worksheets")
    for cell in _cells_of([data, *(sheets if isinstance(sheets, list) else [])]):
        outputs = cell.get("outputs")
        if isinstance(outputs, list):
            cell["outputs"] = [_still(each) for each in outputs if isinstance(each, dict)]
    return json.dumps(data, indent=1).encode() + b"\n"


def _still(output: dict[str, Any]) -> dict[str, Any]:
    data = output.get("data")
    if isinstance(data, dict):
        shown = {kind: data[kind] for kind in data if kind in _SHOWN}
        output["data"] = shown or {"text/plain": "(left out: it would have run when opened)"}
    return {key: each for key, each in output.items() if key in _OF_OUTPUT}


def text_of(source: object) -> str:
    """A cell's source, which a file may hold as a string or as a list of lines."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def ticket_as_written(cells: Iterable[Cell]) -> str:
    """The ticket of a notebook: who, a colon, and what was drawn for them; or the empty string."""
    found = (_TICKET.search(cell.source) for cell in cells if cell.kind == "code")
    return next((each[1][1:-1].strip() for each in found if each), "")


def ticket_in(cells: Iterable[Cell]) -> str:
    """The student whom a notebook's ticket names, or the empty string.

    >>> ticket_in([Cell("code", 'ticket = "ada:0123"  # yours'), Cell("code", "ticket = 'bob'")])
    'ada'
    """
    ticket = ticket_as_written(cells)
    return (ticket.rpartition(":")[0] or ticket).strip()


def named_in(cells: Iterable[Cell]) -> str:
    """The exercise that a notebook says it is, `exercise("03_retail", ...)`; or nothing."""
    found = (_NAMED.search(cell.source) for cell in cells if cell.kind == "code")
    return next((each[1] for each in found if each), "")


def _cells_of(sheets: list[Any]) -> Iterator[dict[str, Any]]:
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict):
                yield cell


def _cell(data: Mapping[str, Any]) -> Cell:
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    grade_id, tags, own = nbgrader.get("grade_id"), metadata.get("tags"), data.get("id")
    kind, outputs = data.get("cell_type"), data.get("outputs")
    kind = "markdown" if kind == "heading" else kind  # as it was until 2014, like "input"
    grade, solution = nbgrader.get("grade") is True, nbgrader.get("solution") is True
    task, points = nbgrader.get("task") is True, nbgrader.get("points")
    return Cell(
        kind=kind if kind in ("code", "markdown", "raw") else "raw",
        source=re.sub(r"\r\n?", "\n", text_of(data.get("source", data.get("input")))),
        id=own if isinstance(own, str) else "",
        grade_id=grade_id if isinstance(grade_id, str) else "",
        is_test=grade and not solution and not task,
        is_written=grade and solution and not task,
        is_solution=solution,
        is_locked=not solution and (grade or nbgrader.get("locked") is True),
        is_assignment=task,
        points=float(points) if isinstance(points, (int, float)) and 0 <= points < 1e9 else 0.0,
        tags=tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        outputs=tuple(outputs) if isinstance(outputs, list) else (),
    )
