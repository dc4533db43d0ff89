"""One file to hand in: the notebook, the files it needs, and a list of what is in it."""

from __future__ import annotations

import ast
import datetime
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flywheel_grader.handing_in.archive import Opened
from flywheel_grader.handing_in.collect import MANIFEST, folder_name
from flywheel_grader.limits import NOTEBOOK_BYTES
from flywheel_grader.notebooks.beside import contents_of
from flywheel_grader.notebooks.cells import Cell, harmless, read_bytes, read_notebook, ticket_in
from flywheel_grader.notebooks.students_version import CODE_STUB, WORDS_STUB
from flywheel_grader.notebooks.whose_names import parse_cell, why_no_python
from flywheel_grader.words import GradingError, safe
from flywheel_grader.writing import placed, write_beside, zipped

_FILE = re.compile(r"""["']([\w./~][\w./~ :\\-]{,99}\.(?:flywheel|csv|json|txt|xlsx|xmile))["']""")
_HEADING = re.compile(r"(?m)^#(?:#+ +Exercise +|#* +(?:Task +)?)(\d+)?")  # a title is no task
NO_ID = (
    "it does not say whose it is: write your student id into the cell that begins with ticket, "
    "or add --student ID"
)


@dataclass(frozen=True)
class Readiness:
    """Whether a notebook is ready to be handed in."""

    blank: tuple[str, ...]  # the answers that are still as they were handed out
    lacking: list[str]  # what is missing, in words: answers, files, cells that Python can read
    files: tuple[Path, ...]  # files that a cell reads and that go along
    student: str  # as the notebook's ticket says, or else the JupyterHub; or the empty string
    # Of the name of each answer, and of the number of its cell: "task 3, share".
    called: Mapping[str | int, str]

    def named(self, task: str) -> str:
        return self.called.get(task, safe(task, 60))

    def renamed(self, words: str) -> str:
        return re.sub(r"\bcell (\d+)\b", lambda m: self.called.get(int(m[1]), m[0]), words)


def readiness(path: Path) -> Readiness:
    """Look through a notebook; `GradingError` if it cannot be read, or is no exercise."""
    cells = read_notebook(path.resolve())
    answers = [cell for cell in cells if cell.is_solution]
    if not answers:
        raise GradingError(
            f"{safe(path.name)} has no answer cells, so it is no exercise",
            "hand in the notebook that you worked in",
        )
    blank = [cell.grade_id for cell in answers if _is_blank(cell)]
    code = [cell.source for cell in cells if cell.kind == "code"]
    called, files = _called(cells), []
    lacking = [f"not answered yet: {called.get(name, safe(name, 60))}" for name in blank]
    lacking += [
        f"{called.get(number, f'cell {number}')} cannot be read: {why}"
        for number, cell in enumerate(cells, 1)
        if cell.kind == "code" and (why := why_no_python(cell.source))
    ]
    for name in sorted({name for source in code for name in _FILE.findall(source)}):
        beside, own = path.parent / name, re.split(r"[/\\]", name)[-1]
        leads_away = Path(name).is_absolute() or ".." in Path(name).parts
        inside = not leads_away and beside.resolve().is_relative_to(path.parent.resolve())
        if inside and beside.is_file():
            files.append(beside)
        elif name.endswith(".flywheel") or beside.is_file():
            told = f"not beside the notebook: {safe(name, 80)}"
            copy = f', so it stays behind; copy it there, and write "{safe(own, 80)}"'
            lacking.append(told + copy * (own != name))
    student = ticket_in(cells) or os.environ.get("JUPYTERHUB_USER", "")
    return Readiness(tuple(blank), lacking, tuple(files), student, called)


def begun_in(folder: Path) -> list[Path]:
    """The exercises of a folder, or of its `exercises`, that are begun or cannot be read."""
    found = []
    for place in (folder, folder / "exercises", folder / "my-flywheel" / "exercises"):
        for path in sorted(place.glob("*.ipynb")):
            try:
                cells = [cell for cell in read_notebook(path.resolve()) if cell.is_solution]
            except GradingError:
                found.append(path)
            else:
                found += [] if all(map(_is_blank, cells)) else [path]
        if found:
            break
    return found


def _called(cells: Sequence[Cell]) -> dict[str | int, str]:
    called: dict[str | int, str] = {}
    task = ""
    for number, cell in enumerate(cells, 1):
        if cell.kind == "markdown" and (heading := _HEADING.search(cell.source)):
            task = f"task {heading[1]}" if heading[1] else ""
        if cell.is_solution and task:
            called[cell.grade_id] = f"{task}, {safe(cell.grade_id, 60)}"
            called[number] = task
    return called


def pack(path: Path, out: Path | None = None, student: str = "", *, anyway: bool = False) -> Path:
    """Make the one file to hand in of a notebook, in `out` or beside it.

    `student` is the student's id, if the notebook does not say it. What is not complete is packed
    only `anyway`; else it is a `GradingError` that says what is missing.
    """
    found = readiness(path)
    if found.lacking and not anyway:
        raise GradingError(
            "\n  ".join([f"{safe(path.name)} is not complete:", *found.lacking]),
            "finish it and save the notebook, or add --anyway to hand it in as it is",
        )
    student = student or found.student
    name = f"{path.stem}-{folder_name(student)}" if student else path.stem
    target = (out or path.parent) / f"{name}.zip"
    files = {path.name: harmless(read_bytes(path.resolve(), NOTEBOOK_BYTES), path.name)}
    files |= contents_of(found.files, path.parent)
    manifest = {
        "format": 1,
        "exercise": path.stem,
        "student": student,
        "packed": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return write_beside(placed(target), zipped({MANIFEST: json.dumps(manifest, indent=1), **files}))


def pack_and_tell(path: Path) -> tuple[str, list[str]]:
    """The packed file of a notebook, complete or not, and what is missing in it."""
    found = readiness(path)
    notes = found.lacking if found.student else [*found.lacking, NO_ID.partition(", or")[0]]
    return str(pack(path, anyway=True)), notes


def restore(packed: Path, folder: Path) -> list[Path]:
    """Put the files of a packed hand-in back, each beside what is there and never over it."""
    if not packed.is_file():
        raise GradingError(f"there is no file {safe(packed)}", "give the file that `pack` made")
    opened = Opened()
    files = list(opened.files_of_zip_data(packed, safe(packed.name)))
    if not any(path.suffix == ".ipynb" for path, _ in files):
        said = [f"there is no notebook in {safe(packed)}", *opened.problems]
        raise GradingError("\n".join(said))
    written = []
    for inner, data in files:
        if inner.name != MANIFEST:
            place = placed(_free_place(folder.joinpath(*inner.parts)))
            place.write_bytes(harmless(data, inner.name))
            written.append(place)
    return written


def _is_blank(cell: Cell) -> bool:
    if cell.kind != "code":
        return cell.source.strip() in ("", WORDS_STUB)
    try:
        tree = parse_cell(cell.source)
    except SyntaxError:
        return False  # there is something; that it does not run is said elsewhere
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    return any(_stops_at_once(body) for body in (tree.body, *(each.body for each in functions)))


def _stops_at_once(body: Sequence[ast.stmt]) -> bool:
    words = (ast.Constant, ast.Name)
    done = [each for each in body if not (isinstance(each, ast.Expr) and type(each.value) in words)]
    return not done or ast.unparse(done[0]) == CODE_STUB.split("\n")[1].strip()


def _free_place(path: Path) -> Path:
    place, number = path, 1
    while place.exists():
        number += 1
        place = path.with_name(f"{path.stem} (restored {number}){path.suffix}")
    return place
