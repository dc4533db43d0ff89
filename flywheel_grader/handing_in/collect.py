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
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flywheel_grader.handing_in.archive import Opened
from flywheel_grader.notebooks.cells import harmless, parse_json
from flywheel_grader.words import GradingError, safe, same_id
from flywheel_grader.writing import write_beside

TIMES = ".collected.json"  # in a student's folder: when each file was collected
EARLIER = ".earlier"  # what a later collection replaced
MANIFEST = "handed-in.json"  # in a packed file: what is in it, and whose it is

_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(file|onlinetext)_?$")
_MOODLE_FLAT = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(file|onlinetext)_(?P<file>.+)$"
)
_CANVAS = re.compile(r"(?P<name>[^_]+)_(LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)$")
_LATE = re.compile(r"[^_]+_LATE_\d+_")
_CANVAS_AGAIN = re.compile(r"-\d+(?=\.[^.]+$)")  # Canvas counts later uploads: "work-2.ipynb"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@dataclass
class Collected:
    """What was collected."""

    # The files of each student, by the name of the folder.
    files: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)  # what was left out, and why
    at: str = field(
        default_factory=lambda: datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    )
    late: set[tuple[str, str]] = field(default_factory=set)  # folder and file, as Canvas says
    handed_in: dict[tuple[str, str], str] = field(default_factory=dict)  # when, of folder and file
    numbers: dict[str, str] = field(default_factory=dict)  # the platform's, by folder


Roster = Mapping[str, str]  # from any way a student is called, to their id
Files = list[tuple[PurePosixPath, bytes]]


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a class list by the student's id.

    A CSV, or a sheet of Excel, with a column `student` (the id); in any other columns the names and
    numbers by which other systems call them.

    Raises
    ------
    GradingError
        It cannot be read, has no such column, or names a student twice.
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
    """Collect submissions into `out/<student>/`.

    Parameters
    ----------
    source : Path
        A folder or a zip archive.
    out : Path
    roster : mapping, optional
        From the names that a learning platform uses to the students' ids; see `aliases`.

    Raises
    ------
    GradingError
        There is nothing to collect.
    """
    opened = Opened()
    collected = Collected(problems=opened.problems)
    roster = roster or {}
    givers: dict[str, tuple[str, PurePosixPath]] = {}
    claims: list[tuple[str, str, PurePosixPath, Files, str]] = []
    for path, data in _handed_in(source, opened):
        at = opened.at
        student, inner, number = _whose(path, roster)
        if not student:
            opened.problems.append(f"{safe(path, 80)} is nobody's; it was left out")
            continue
        if _LATE.match(path.name):
            collected.late.add((folder_name(student), inner.as_posix()))
        files: Files = [(inner, data)]
        if inner.suffix.lower() == ".zip":
            files = list(_unpacked(inner, data, out, opened))
            alone = len(path.parts) == 1 and student not in roster.values()
            named = _named_in(files) if alone else ""
            if named:
                # Anyone can write any name into a packed file, so whoever is known comes first.
                claims.append((_called(roster, named), number, path, files, at))
                continue
        own = _own_folder(student, number, path, givers, opened)
        _put_all(out, own, files, collected, at, number)
    for student, number, path, files, at in claims:
        own = _own_folder(student, number, path, givers, opened)
        _put_all(out, own, files, collected, at, number)
    if not collected.files:
        said = "\n".join(opened.problems)
        raise GradingError(f"nothing was found in {safe(source)}" + (f"\n{said}" if said else ""))
    of_nbgrader = source.is_dir() and (source / "submitted").is_dir()
    for folder in collected.files:
        _note_times(out / folder, collected, stamped=of_nbgrader)
    return collected


def submitted_in(course: Path, roster: Roster) -> list[tuple[str, Path]]:
    """Each assignment that nbgrader collected, with the folder that `collect` gives its student.

    Raises
    ------
    GradingError
        There is none.
    """
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


def _own_folder(
    student: str,
    number: str,
    path: PurePosixPath,
    givers: dict[str, tuple[str, PurePosixPath]],
    opened: Opened,
) -> str:
    """Whose folder it goes into: nobody's work lands in the folder of another."""
    giver = number or path.parts[0]
    first, path_of_first = givers.setdefault(folder_name(student), (giver, path))
    if first == giver:
        return student
    if number and first.isdigit():
        opened.problems.append(
            f"{safe(student, 60)} is the name of two; the one with number {number} has a "
            "folder of their own"
        )
    else:
        opened.problems.append(f"{safe(path, 80)} and {safe(path_of_first, 80)} say {student}")
    return f"{student} - {number or (path.stem if len(path.parts) == 1 else giver)}"


def _handed_in(source: Path, opened: Opened) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each file that was handed in, and where it lay."""
    if source.is_dir():
        base = source / "submitted" if (source / "submitted").is_dir() else source
        yield from opened.files_of_folder(base)
    elif source.is_file() and zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            packed = MANIFEST in archive.namelist()
        if packed:  # what one student handed in, by itself
            yield PurePosixPath(source.name), source.read_bytes()
        else:
            yield from _of_zip(source, opened)
    else:
        raise GradingError(
            f"{safe(source)} is neither a folder nor a zip archive",
            "give the folder with the submissions, or the zip from Moodle or Canvas",
        )


def _unpacked(
    inner: PurePosixPath, data: bytes, out: Path, opened: Opened
) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files of an archive that a student handed in."""
    out.mkdir(parents=True, exist_ok=True)
    packed = out / ".opening.zip"
    packed.write_bytes(data)
    try:
        yield from opened.files_of_zip_data(packed, safe(inner.name, 80))
    finally:
        packed.unlink()


def _named_in(files: Files) -> str:
    """The student whom the list of contents of a packed file names, or the empty string."""
    for path, data in files:
        if path.name == MANIFEST:
            try:
                named = parse_json(data, MANIFEST).get("student")
            except GradingError:
                return ""
            return safe(named, 100) if isinstance(named, str) else ""
    return ""


def _of_zip(source: Path, opened: Opened) -> Iterator[tuple[PurePosixPath, bytes]]:
    with zipfile.ZipFile(source) as archive:
        yield from opened.files_of_zip(archive, safe(source.name, 80), _giver)


def _giver(path: PurePosixPath) -> str:
    """One student's files, as far as their places tell, whatever they are called."""
    student, _, number = _whose(path, {})
    return number or student


def _whose(path: PurePosixPath, roster: Roster) -> tuple[str, PurePosixPath, str]:
    """The student a file is of, its path in their folder, and the platform's number of them."""
    first = path.parts[0]
    moodle = _MOODLE.match(first)
    if moodle and len(path.parts) > 1:
        student = _called(roster, moodle["name"], moodle["number"])
        return student, PurePosixPath(*path.parts[1:]), moodle["number"]
    flat = _MOODLE_FLAT.match(path.name)
    if flat and len(path.parts) == 1:
        student = _called(roster, flat["name"], flat["number"])
        return student, PurePosixPath(flat["file"]), flat["number"]
    canvas = _CANVAS.match(path.name)
    if canvas and len(path.parts) == 1:
        student = _called(roster, canvas["name"], canvas["number"])
        return student, PurePosixPath(_CANVAS_AGAIN.sub("", canvas["file"])), canvas["number"]
    if len(path.parts) > 1:
        return _called(roster, first), PurePosixPath(*path.parts[1:]), ""
    if path.suffix.lower() in (".ipynb", ".zip"):
        return _called(roster, path.stem), path, ""
    return "", path, ""


def _called(roster: Roster, *names: str) -> str:
    for name in names:
        if same_id(name) in roster:
            return roster[same_id(name)]
    return names[0]


def times_of(folder: Path) -> dict[str, dict[str, Any]]:
    """When each file of a student's was collected last ("at"), and whether it was late."""
    try:
        found: dict[str, dict[str, Any]] = json.loads((folder / TIMES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _note_times(folder: Path, collected: Collected, *, stamped: bool) -> None:
    known = times_of(folder)
    for name in collected.files[folder.name]:
        late, at = (folder.name, name) in collected.late, collected.handed_in[folder.name, name]
        if stamped:
            at = _stamp((folder / name).with_name("timestamp.txt")) or at
        number = collected.numbers.get(folder.name, "")
        known[name] = {"at": collected.at, "late": late, "handed_in": at, "number": number}
    write_beside(folder / TIMES, json.dumps(known, indent=1) + "\n")


def _stamp(path: Path) -> str:
    """When nbgrader says that work was submitted, in this machine's time; or nothing."""
    try:
        day, time, zone = path.read_text("utf-8")[:80].split()
        read = datetime.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone))
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ""
    return read.astimezone().replace(tzinfo=None).isoformat(timespec="seconds")


def _put_all(
    out: Path, student: str, files: Files, collected: Collected, at: str, number: str
) -> None:
    for inner, data in files:
        collected.handed_in[folder_name(student), inner.as_posix()] = at
        _put(out, student, inner, data, collected)
    if number:
        collected.numbers[folder_name(student)] = number


def _put(out: Path, student: str, inner: PurePosixPath, data: bytes, collected: Collected) -> None:
    folder = folder_name(student)
    parts = [_NOT_IN_NAMES.sub("-", part) for part in inner.parts]
    path = out.joinpath(folder, *parts)
    if any(part.startswith(".") for part in parts):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        contents = harmless(data, inner.name)
        if path.is_file() and path.read_bytes() != contents:
            earlier = out / folder / EARLIER / path.stat().st_mtime_ns.__str__() / path.name
            earlier.parent.mkdir(parents=True, exist_ok=True)
            path.replace(earlier)
        write_beside(path, contents)
    except OSError as problem:
        collected.problems.append(
            f"{safe(inner, 80)} of {safe(student, 60)} could not be written: {problem.strerror}"
        )
        return
    names = collected.files.setdefault(folder, [])
    if inner.as_posix() not in names:
        names.append(inner.as_posix())
