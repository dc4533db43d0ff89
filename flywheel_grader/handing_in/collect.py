"""Collecting what was handed in, from wherever it lies, into one folder for each student.

a folder        <student>/<notebook>.ipynb, or one file for each student
Moodle          its zip of all submissions: "Ada Lovelace_4711_assignsubmission_file_/..."
Canvas          its zip: "lovelaceada_123_456_notebook.ipynb"
nbgrader        submitted/<student>/<assignment>/<notebook>.ipynb
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flywheel_grader.handing_in.archive import Opened
from flywheel_grader.notebooks.cells import harmless, parse_json, parse_notebook
from flywheel_grader.words import GradingError, safe, same_id
from flywheel_grader.writing import placed, write_beside

TIMES = ".collected.json"  # in a student's folder: when each file was collected
PACKED = (".zip", ".7z", ".rar", ".tar", ".tar.gz", ".tgz")
EARLIER = ".earlier"  # what a later collection replaced
MANIFEST = "handed-in.json"  # in a packed file: what is in it, and whose it is

_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(file|onlinetext)(_(?P<file>.*))?$"
)
_CANVAS = re.compile(r"(?P<name>[^_]+)_(LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)$")
_LATE = re.compile(r"[^_]+_LATE_\d+_")
_CANVAS_AGAIN = re.compile(r"-\d+(?=\.[^.]+$)")  # Canvas counts later uploads: "work-2.ipynb"
_LOADED_AGAIN = re.compile(r"( ?\(\d+\)|[ -]copy ?\d*)$", re.IGNORECASE)  # by a browser, by hand
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@dataclass
class Collected:
    """What was collected."""

    files: dict[str, list[str]]  # of each student, by the name of the folder
    problems: list[str]  # what was left out, and why
    unread: list[str]  # what was collected and cannot be read, and why


Roster = Mapping[str, str]  # from any way a student is called, to their id
Files = list[tuple[PurePosixPath, bytes]]
Claim = tuple[str, PurePosixPath, Files, dict[str, Any]]  # whose a packed file says it is, and it


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a class list by the student's id.

    A CSV, or a sheet of Excel, with a column `student` (the id); in any other columns the names and
    numbers by which other systems call them. `GradingError` if it cannot be read, has no such
    column, or names a student twice.
    """
    try:
        rows = csv_rows(path)
    except (OSError, ValueError, csv.Error) as problem:
        raise GradingError(f"the class list {safe(path)} cannot be read: {problem}") from None
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        student = (row.get("student") or "").strip()
        if not student:
            raise GradingError(
                f"the class list {safe(path)} has a row without a student",
                "it needs a column `student` with an id in each row",
            )
        if same_id(student) in {same_id(each) for each in found}:
            raise GradingError(f"the class list {safe(path)} names {student!r} twice")
        if folder_name(student) != student:
            raise GradingError(
                f"{student!r} cannot be the name of a folder", "use letters, digits, - and _"
            )
        found[student] = {str(key): str(value or "") for key, value in row.items()}
    if not found:
        raise GradingError(f"the class list {safe(path)} is empty")
    return found


def csv_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV as spreadsheets write it: with commas, semicolons or tabs, any letters."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        import pandas

        try:
            sheet = pandas.read_excel(io.BytesIO(data), dtype=str, keep_default_na=False)
        except ImportError:
            raise ValueError("it is a sheet of Excel; save it as CSV") from None
        return [{str(key): each for key, each in row.items()} for row in sheet.to_dict("records")]
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text.split("\n", 1)[0]
    return list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))


def aliases(rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """From each way a student is called to their id; what two students share names neither."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for student, row in rows.items():
        for value in {same_id(each) for each in (student, *row.values()) if each.strip()}:
            if found.setdefault(value, student) != student:
                shared.add(value)
    return {called: student for called, student in found.items() if called not in shared}


def collect(source: Path, out: Path, roster: Roster | None = None) -> Collected:
    """Collect the submissions in a folder or a zip archive into `out/<student>/`.

    The roster leads from the names that a learning platform uses to the students' ids; see
    `aliases`. Where there is nothing to collect, that is a `GradingError`.
    """
    opened = Opened()
    into, roster = _Folders(out, opened.problems), roster or {}
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    claims: dict[str, list[Claim]] = {}
    for path, data in _handed_in(source, opened):
        student, inner, number = _whose(path, roster)
        if not student:
            opened.problems.append(f"{safe(path, 80)} is nobody's; it was left out")
            continue
        late = _LATE.match(path.name) is not None  # as Canvas says
        says = {"at": now, "late": late, "handed_in": opened.at, "number": number}
        files: Files = [(inner, data)]
        if inner.suffix.lower() == ".zip":
            name = safe(inner.name, 80)
            files = list(opened.files_of_zip_data(io.BytesIO(data), name, deeper=2)) or files
            alone = len(path.parts) == 1 and student not in roster.values()
            if alone and (named := _named_in(files)):
                # Anyone can write any name into a packed file, so whoever is known comes first.
                who = _called(roster, named)
                claims.setdefault(same_id(who), []).append((who, path, files, says))
                continue
        into.put(student, path, files, says)
    for packed in claims.values():
        for claim in _as_one(packed) or packed:
            into.put(*claim)
    if not into.times:
        raise GradingError("\n".join([f"nothing was found in {safe(source)}", *opened.problems]))
    for folder, times in into.times.items():
        if source.is_dir() and (source / "submitted").is_dir():
            for name, says in times.items():
                stamp = _stamp((out / folder / name).with_name("timestamp.txt"))
                times[name] = {**says, "handed_in": stamp or says["handed_in"]}
        known = {**times_of(out / folder), **times}
        write_beside(out / folder / TIMES, json.dumps(known, indent=1) + "\n")
        opened.problems += _twice(folder, known)
    found = {folder: list(each) for folder, each in into.times.items()}
    return Collected(found, opened.problems, into.unread)


class _Folders:
    def __init__(self, out: Path, problems: list[str]) -> None:
        self.out, self.problems = out, problems
        self.unread: list[str] = []
        self.times: dict[str, dict[str, dict[str, Any]]] = {}  # by folder and file, as in `TIMES`
        self._givers: dict[str, tuple[str, PurePosixPath]] = {}

    def put(self, student: str, path: PurePosixPath, files: Files, says: dict[str, Any]) -> None:
        student = self._own(student, says["number"], path)
        folder = folder_name(student)
        known = times_of(self.out / folder)
        for inner, data in files:
            shown, into = f"{safe(inner, 80)} of {safe(student, 60)}", safe(self.out / folder)
            if inner.name.lower().endswith(PACKED):
                self.problems.append(f"{shown} was not opened; unpack it in {into}, then grade")
            parts = [_NOT_IN_NAMES.sub("-", part) for part in inner.parts]
            if any(part.startswith(".") for part in parts):
                continue
            try:
                if inner.suffix.lower() == ".ipynb":
                    parse_notebook(data, inner.name)
            except GradingError as problem:
                self.unread.append(f"{safe(student, 60)}: {problem.message}")
            place = self.out.joinpath(folder, *parts)
            try:
                contents = harmless(data, inner.name)
                same = place.is_file() and place.read_bytes() == contents
                if place.is_file() and not same:
                    was = str(place.stat().st_mtime_ns)
                    earlier = self.out / folder / EARLIER / was / place.name
                    place.replace(placed(earlier))
                write_beside(placed(place), contents)
            except OSError as problem:
                self.problems.append(f"{shown} could not be written: {problem.strerror}")
            else:
                before = known.get(inner.as_posix(), {}) if same else {}
                first = {"handed_in": before["handed_in"]} if before.get("handed_in") else {}
                # The same file again is no later work, whatever copying did to its time.
                self.times.setdefault(folder, {})[inner.as_posix()] = {**says, **first}

    def _own(self, student: str, number: str, path: PurePosixPath) -> str:
        giver = number or path.parts[0]
        first, path_of_first = self._givers.setdefault(folder_name(student), (giver, path))
        if first == giver:
            return student
        if number and first.isdigit():
            self.problems.append(
                f"{safe(student, 60)} is the name of two; the one with number {number} has a "
                "folder of their own"
            )
        else:
            self.problems.append(f"{safe(path, 80)} and {safe(path_of_first, 80)} say {student}")
        return f"{student} - {number or (path.stem if len(path.parts) == 1 else giver)}"


def submitted_in(course: Path, roster: Roster) -> list[tuple[str, Path]]:
    """Each assignment that nbgrader collected, with the folder that `collect` gives its student."""
    places = [path for path in sorted((course / "submitted").glob("*/*")) if path.is_dir()]
    if not places:
        raise GradingError(
            f"there is nothing in {safe(course / 'submitted')}",
            "give the folder in which `nbgrader collect` was run",
        )
    return [(folder_name(_called(roster, path.parent.name)), path) for path in places]


def folder_name(student: str) -> str:
    """A student's name as the name of a folder on any system."""
    name = _NOT_IN_NAMES.sub("-", safe(student, 100)).strip(" .")
    return name.lstrip("-_.") or "nameless"


def _handed_in(source: Path, opened: Opened) -> Iterator[tuple[PurePosixPath, bytes]]:
    if source.is_dir():
        base = source / "submitted" if (source / "submitted").is_dir() else source
        yield from opened.files_of_folder(base)
    elif source.is_file() and zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            if MANIFEST in archive.namelist():  # what one student handed in, by itself
                yield PurePosixPath(source.name), source.read_bytes()
            else:
                yield from opened.files_of_zip(archive, safe(source.name, 80), _giver)
    else:
        raise GradingError(
            f"{safe(source)} is neither a folder nor a zip archive",
            "give the folder with the submissions, or the zip from Moodle or Canvas",
        )


def _named_in(files: Files) -> str:
    contents = next((data for path, data in files if path.name == MANIFEST), b"{}")
    with suppress(GradingError):
        named = parse_json(contents, MANIFEST).get("student")
        return safe(named, 100) if isinstance(named, str) else ""
    return ""


def _as_one(packed: list[Claim]) -> list[Claim]:
    """Packed files that name one student, each in a folder of its own, if they are one student's.

    They are if each is called as `pack` calls it, and no exercise is there in two versions: of two
    students who call themselves alike, nobody could say whose the others are.
    """
    found: dict[PurePosixPath, tuple[bytes, Claim]] = {}
    for who, path, files, says in packed:
        stem, tail = _LOADED_AGAIN.sub("", path.stem), f"-{folder_name(_named_in(files))}"
        inside: Files = [(PurePosixPath(stem) / inner, data) for inner, data in files]
        book, data = next((each for each in files if each[0].suffix == ".ipynb"), (path, b""))
        known, _ = found.setdefault(book, (data, (who, packed[0][1], inside, says)))
        if not same_id(stem).endswith(same_id(tail)) or known != data:
            return []
    return [claim for _, claim in found.values()] if len(packed) > 1 else []


def _twice(folder: str, times: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    alike: dict[str, list[str]] = {}
    for name in times:
        path = PurePosixPath(name)
        if path.suffix.lower() == ".ipynb":
            alike.setdefault(_LOADED_AGAIN.sub("", path.stem), []).append(name)
    for stem, names in alike.items():
        last = max(names, key=lambda name: (times[name]["at"], times[name]["handed_in"]))
        if len(names) > 1:
            yield (
                f"{safe(folder, 60)} handed in {safe(stem, 60)} {len(names)} times; grade takes "
                f"{safe(last, 80)}, handed in last, if anything is filled in there"
            )


def _giver(path: PurePosixPath) -> str:
    student, _, number = _whose(path, {})
    return number or student


def _whose(path: PurePosixPath, roster: Roster) -> tuple[str, PurePosixPath, str]:
    if len(path.parts) > 1:
        first, inner = path.parts[0], PurePosixPath(*path.parts[1:])
        if (moodle := _MOODLE.match(first)) and not moodle["file"]:
            return _called(roster, moodle["name"], moodle["number"]), inner, moodle["number"]
        return _called(roster, first), inner, ""
    if (found := _MOODLE.match(path.name)) and found["file"]:
        inner = PurePosixPath(found["file"])
    elif found := _CANVAS.match(path.name):
        inner = PurePosixPath(_CANVAS_AGAIN.sub("", found["file"]))
    else:
        own = path.suffix.lower() in (".ipynb", ".zip")
        return _called(roster, path.stem) if own else "", path, ""
    return _called(roster, found["name"], found["number"]), inner, found["number"]


def _called(roster: Roster, *names: str) -> str:
    known = (roster[same_id(name)] for name in names if same_id(name) in roster)
    return next(known, names[0])


def times_of(folder: Path) -> dict[str, dict[str, Any]]:
    """When each file of a student's was collected last ("at"), and whether it was late."""
    try:
        return dict(json.loads((folder / TIMES).read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def _stamp(path: Path) -> str:
    try:
        day, time, zone = path.read_text("utf-8")[:80].split()
        read = datetime.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone))
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ""
    return read.astimezone().replace(tzinfo=None).isoformat(timespec="seconds")
