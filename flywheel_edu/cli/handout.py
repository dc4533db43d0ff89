"""Handing out the course: copies beside a student's work that never replace what they changed."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from flywheel_edu.errors import CommandError
from flywheel_edu.files import handed_out_from, joined_folders, write_beside
from flywheel_edu.words import WORDS

RECORD = PurePosixPath(".flywheel/handed_out.json")
FOLDERS = ("course", "exercises")
FOR_TEACHERS = "README.md"  # says what the known wrong answers are
_META = {"nbgrader", "tags"}  # of a cell: what an author sets, not what JupyterLab does
THEIR_OWN = "my_flywheel"  # what a student makes beside the chapters begins so


@dataclass
class HandOut:
    """What one handing out did; each name is a path below the student's folder."""

    new: list[str] = field(default_factory=list)  # files that were not there
    # Files that the course has since improved and the student had not touched.
    renewed: list[str] = field(default_factory=list)
    # Files that both changed: the student's, as it was, and where the course's version now lies.
    beside: list[tuple[str, str]] = field(default_factory=list)
    # Files the student changed and the course did not: left alone.
    yours: list[str] = field(default_factory=list)


def material(language: str = "") -> dict[str, Path]:
    """Every file to hand out: its path below the student's folder, and where it lies.

    A page that is translated into the language stands in the place of the English one.
    """
    base = handed_out_from()
    spoken = [path.parent for path in sorted((base / "course").glob(f"*/{WORDS}"))]
    known = ["en", *(folder.name for folder in spoken)]
    if language and language not in known:
        raise CommandError(
            f"the course is not in the language '{language}'", f"it is in: {', '.join(known)}"
        )
    homes = [(home, FOLDERS[1]) for home in joined_folders("exercises")]
    found = {
        path.relative_to(home).as_posix(): path
        for home, folder in (*homes, *((base, folder) for folder in FOLDERS))  # ours win
        for path in sorted((home / folder).rglob("*"))
        if path.is_file()
        and _is_handed_out(path.relative_to(home))
        and not set(spoken) & set(path.parents)
    }
    for name in found:
        translated = base / "course" / (language or "en") / name.removeprefix("course/")
        if translated.is_file():
            found[name] = translated
    if not any(name.startswith("course/") for name in found):
        raise CommandError(
            f"the course is missing: no chapter lies in {base / 'course'}",
            "install flywheel-edu again, or clone the whole project",
        )
    return found


def hand_out(files: Mapping[str, Path], into: Path) -> HandOut:
    """Copy the files into a student's folder, and remember what each was when it was handed out.

    A file the student has not touched is brought up to date. A file the student changed stays as
    it is; if the course has changed it too, the course's version arrives beside it under a new
    name. A file the student deleted comes back.
    """
    done, recorded = HandOut(), _read_record(into)
    for name, source in files.items():
        contents, place = source.read_bytes(), into / name
        ours, handed = _digest(contents), recorded.get(name)
        theirs = _digest(place.read_bytes()) if place.exists() else None
        if theirs is None or theirs == handed != ours:
            (done.new if theirs is None else done.renewed).append(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_beside(place, contents)
        elif theirs != ours and handed == ours:
            done.yours.append(name)
        elif theirs != ours:
            arrived = _free_name(place, contents)
            write_beside(arrived, contents)
            done.beside.append((name, arrived.relative_to(into).as_posix()))
        recorded[name] = ours
    record = into / RECORD
    record.parent.mkdir(parents=True, exist_ok=True)
    write_beside(record, json.dumps(recorded, indent=1, sort_keys=True) + "\n")
    return done


def put_aside(files: Mapping[str, Path], into: Path, which: str) -> tuple[str, str]:
    """Make room for a fresh copy of a chapter or an exercise: its name, and that of the old copy.

    ``which`` is how the notebook's name begins: "03", "exercises/03", "03_retail".
    """
    books = [name for name in files if name.endswith(".ipynb")]
    alike = [name for name in books if name.startswith((which, f"course/{which}"))] or [
        name for name in books if Path(name).name.startswith(which)
    ]
    if len(alike) != 1:
        raise CommandError(
            f"no notebook's name begins with {which!r}" if not alike else f"{which!r} is "
            f"the beginning of {', '.join(alike)}",
            "write its number, or exercises/ and its number",
        )  # fmt: skip
    place = into / alike[0]
    if not place.exists():
        raise CommandError(f"there is no {alike[0]} in {into} yet", "open the course first")
    kept = _free_name(place, place.read_bytes(), "-before")
    place.replace(kept)
    return alike[0], kept.relative_to(into).as_posix()


def _is_handed_out(path: Path) -> bool:
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return not hidden and path.name != FOR_TEACHERS and not path.name.startswith(THEIR_OWN)


def _digest(contents: bytes) -> str:
    """A fingerprint of what a file says: a notebook that was only opened or run says the same."""
    with suppress(ValueError, KeyError, TypeError, RecursionError):  # no notebook: all of it counts
        said = [_said(cell) for cell in json.loads(contents)["cells"]]
        contents = json.dumps(said, sort_keys=True).encode()
    return hashlib.sha256(contents).hexdigest()


def _said(cell: Mapping[str, Any]) -> list[Any]:
    about = cell.get("metadata", {})
    kept = {key: about[key] for key in about.keys() & _META}
    return [cell["cell_type"], "".join(cell["source"]), cell.get("attachments"), kept]


def _read_record(into: Path) -> dict[str, str]:
    """The digests handed out so far; empty when the record is lost, so that nothing is replaced."""
    try:
        record = json.loads((into / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _free_name(place: Path, contents: bytes, first: str = "-new") -> Path:
    """`01_napkin.ipynb` gives `01_napkin-new.ipynb`, then `01_napkin-new-2.ipynb`, ..."""
    for number in itertools.count(1):
        ending = first if number == 1 else f"{first}-{number}"
        free = place.with_name(place.stem + ending + place.suffix)
        if not free.exists() or free.read_bytes() == contents:
            break
    return free
