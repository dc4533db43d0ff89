"""Finding what each student handed in: which notebook, which exercise, which files beside it."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flywheel_grader.handing_in.collect import PACKED, times_of
from flywheel_grader.limits import BESIDE_BYTES, BESIDE_FILES, NOTEBOOK_BYTES, NOTEBOOKS_BYTES
from flywheel_grader.notebooks.align import has_work, is_another, overlap
from flywheel_grader.notebooks.beside import contents_of, in_base64, walk
from flywheel_grader.notebooks.cells import named_in, read_bytes, read_notebook
from flywheel_grader.notebooks.source import Source
from flywheel_grader.words import GradingError, count, safe

_DEEPEST = 4  # folders below the student's
_MOST_FILES = 2_000
SEVERAL = "of this exercise are there"
_ALIKE = 0.1  # the least of an exercise that is recognised in a notebook of it
_LIKE_A_NOTEBOOK = re.compile(r"\.ipynb|\.json$|\.txt$", re.IGNORECASE)
# "03_retail (1)", "03_retail-Copy2", "03_retail - late"
_COPY = re.compile(r"[\s_-]*(\(\d+\)|copy\s*\d*|late|final|\d{1,2})$", re.IGNORECASE)


@dataclass
class Submission:
    """What one student handed in for one exercise."""

    student: str  # the name of their folder
    exercise: str
    # None if there is nothing that could be graded; the problems say why.
    notebook: Path | None = None
    files: tuple[Path, ...] = ()  # what lies beside the notebook and goes into the jail with it
    problems: list[str] = field(default_factory=list)
    # When, and the learning platform's number of the student, as far as they are known.
    handed_in: str = ""
    number: str = ""

    def digest(self) -> str:
        found = hashlib.sha256(f"{self.student}\0{self.problems}".encode("utf-8", "replace"))
        for path in (self.notebook, *self.files) if self.notebook else self.files:
            found.update(f"\0{path.name}\0".encode("utf-8", "replace"))
            try:
                most = NOTEBOOK_BYTES if path == self.notebook else BESIDE_BYTES
                found.update(read_bytes(path, most))
            except GradingError as problem:
                found.update(str(problem).encode())
        return found.hexdigest()

    def contents(self, source: Source) -> dict[str, str]:
        """The files for the jail in base 64; the teacher's win over the student's of that name."""
        base = self.notebook.parent if self.notebook else Path()
        return in_base64(contents_of(self.files, base, self.problems) | source.data)


def find_submissions(folder: Path, sources: Sequence[Source]) -> list[Submission]:
    """Every submission in a folder of students' folders.

    With one source each student has one submission, if need be an empty one. With several, each
    student has one for each exercise of which they handed in something, and whoever handed in
    nothing an empty one for each exercise of which anybody did.
    """
    if not folder.is_dir():
        raise GradingError(f"there is no folder {safe(folder)}")
    shown = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    places = sorted(path for path in shown if path.is_symlink() or path.is_dir())
    if not places:
        raise GradingError(
            f"there are no students' folders in {safe(folder)}",
            "each student has a folder with their notebook in it; `flywheel collect` makes them",
        )
    found = [each for place in places for each in _of_student(place, sources)]
    of = [s.exercise for s in sources if any(each.exercise == s.exercise for each in found)]
    return [
        each if each.exercise else replace(each, exercise=exercise, problems=[*each.problems])
        for each in found
        for exercise in ([each.exercise] if each.exercise else of or [sources[0].exercise])
    ]


def _of_student(place: Path, sources: Sequence[Source]) -> list[Submission]:
    """What one student handed in; of no exercise yet if there is nothing that could be graded."""
    student = place.name
    if place.is_symlink():
        problem = "the folder is a link to another place; nothing in it was opened"
        return [Submission(student, "", problems=[problem])]
    problems: list[str] = []
    files, times = list(_files(place, problems)), times_of(place)
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    if not notebooks:
        notebooks = [path for path in files if _LIKE_A_NOTEBOOK.search(path.name)]
    # What holds work comes first, of that the last collected, of that the last handed in.
    chosen: dict[str, list[tuple[tuple[bool, str, str, float, Path], dict[str, Any]]]] = {}
    broken: list[str] = []
    for path in _together(notebooks, broken):
        exercise, score, filled = _which(path, sources, broken)
        if exercise:
            when = times.get(path.relative_to(place).as_posix(), {})
            written = datetime.datetime.fromtimestamp(path.stat().st_mtime)
            given = str(when.get("handed_in") or written.isoformat(timespec="seconds"))
            own = (filled, str(when.get("at", "")), given, score, path)
            chosen.setdefault(exercise, []).append((own, when))
    found = []
    for source in sources:
        candidates = sorted(chosen.get(source.exercise, ()), key=lambda c: c[0], reverse=True)
        candidates = [each for each in candidates if each[0][3] >= _ALIKE] or candidates
        if not candidates:
            continue
        (filled, at, given, _, notebook), when = candidates[0]
        said = [*problems, *["it was handed in late"] * bool(when.get("late"))]
        if len(candidates) > 1:
            others = [each[0] for each in candidates[1:]]
            other = safe(others[0][4].name, 80)
            why = f" and not {other}, by name and cells alone,"
            if filled and not any(each[0] for each in others):
                why = ", the only one with work in it,"
            elif (at, given) > max(each[1:3] for each in others):
                why = f", newer as a file than {other} (they were not collected with their times),"
                why = ", handed in last," if at else why
            said.append(
                f"{count(len(candidates), 'notebook')} {SEVERAL}; "
                f"{safe(notebook.name, 80)}{why} was graded"
            )
        elif notebook.stem != source.exercise:
            said.append(f"the notebook is called {safe(notebook.name, 80)}")
        beside = [f for f in files if f.suffix.lower() not in (".ipynb", ".zip") and f != notebook]
        beside = [f for f in beside if f.is_relative_to(notebook.parent)][:BESIDE_FILES]
        of_it = (notebook, tuple(beside), said, str(when.get("handed_in", "")))
        number = str(when.get("number", ""))
        found.append(Submission(student, source.exercise, *of_it, number))
    packed = (path for path in files if path.name.lower().endswith(PACKED))
    broken += [f"{safe(each.name, 80)} was not opened: unpack it, or collect it" for each in packed]
    if not found:
        of = f" of {sources[0].exercise}" if notebooks and len(sources) == 1 else ""
        said = [*problems, *broken] or [f"no notebook{of} was handed in"]
        number = next((str(n) for each in times.values() if (n := each.get("number"))), "")
        return [Submission(student, "", problems=said, number=number)]
    found[0].problems += broken
    return found


def _files(place: Path, problems: list[str]) -> Iterator[Path]:
    seen = 0
    for paths in walk(place, _DEEPEST):
        seen += 1
        for path in paths:
            seen, shown = seen + 1, safe(path.name, 80)
            if seen > _MOST_FILES:
                problems.append(f"more than {_MOST_FILES} files were handed in; the rest was left")
                return
            if path.is_symlink():
                problems.append(f"{shown} is a link to another place; it was not opened")
            elif path.name.endswith(".ipynb") and not path.is_file():
                problems.append(f"{shown} is not an ordinary file; it was not opened")
            elif path.is_file() and path.name[0] != ".":
                yield path


def _together(notebooks: Sequence[Path], broken: list[str]) -> Iterator[Path]:
    room = NOTEBOOKS_BYTES
    for path in notebooks:
        size = path.stat().st_size if path.is_file() else 0
        if NOTEBOOK_BYTES >= size > room:  # one that is too large by itself is told of as that
            broken.append(
                f"{safe(path.name, 80)} was not opened: the notebooks have more than "
                f"{NOTEBOOKS_BYTES / 1e6:.0f} MB together"
            )
            continue
        room -= size if size <= room else 0
        yield path


def _which(path: Path, sources: Sequence[Source], broken: list[str]) -> tuple[str, float, bool]:
    """The exercise that a notebook is of, "" if none of these; how sure that is; if it has work."""
    named = {source.exercise: _likeness(path, source.exercise) for source in sources}
    try:
        cells = read_notebook(path)
    except GradingError as problem:
        if path.suffix.lower() != ".ipynb":
            return "", 0.0, False
        broken.append(problem.message)
        exercise = max(named, key=named.__getitem__)  # its name says what it was to be
        return (exercise if named[exercise] else ""), 0.0, False
    called = named_in(cells)
    of_these = [s for s in sources if called == s.exercise or not is_another(cells, s)]
    if not of_these:
        if any(named.values()):
            said = f"exercise {safe(called, 60)}" if called else "another exercise"
            broken.append(f"{safe(path.name, 80)} is {said}")
        return "", 0.0, False
    scores = [(overlap(cells, source) + named[source.exercise], source) for source in of_these]
    score, source = max(scores, key=lambda each: each[0])
    # A lone notebook that has lost everything is still an attempt at the one exercise asked for.
    if score < _ALIKE and len(sources) > 1:
        return "", 0.0, False
    return source.exercise, score, has_work(cells, source)


def _likeness(path: Path, exercise: str) -> float:
    stem, wanted = path.name.split(".ipynb")[0].casefold(), exercise.casefold()
    if stem == wanted:
        return 0.2
    return 0.1 if _COPY.sub("", stem) == _COPY.sub("", wanted) else 0.0
