"""Files read and written safely, and where the course's own lie.

A reader never meets half of a file, nor waits for a pipe; what is written over is put aside.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

LANGUAGE = "FLYWHEEL_LANGUAGE"  # names the folder of a language in course/: "de"


def write_beside(path: str | os.PathLike[str], contents: str | bytes) -> Path:
    """Write a file beside its place and then rename it: it is there whole, or as it was before.

    Text is written as UTF-8 with the line ends it has, on every system. The folder must exist; a
    link is followed to the file behind it. The path comes back; after an `OSError` nothing is left
    behind.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_beside(folder + "/note.txt", "two wheels").read_text()
    'two wheels'
    """
    path = Path(path)
    place = path.resolve()
    data = contents.encode("utf-8") if isinstance(contents, str) else contents
    beside = place.with_name(f".{place.name[:100]}.{os.urandom(4).hex()}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            beside.chmod(place.stat().st_mode & 0o7777)
        beside.replace(place)
    except BaseException as problem:
        with suppress(OSError):
            beside.unlink()
        if isinstance(problem, OSError):
            problem.filename = str(path)  # the reader's own file, not the one beside it
        raise
    return path


def put_aside(path: str | os.PathLike[str], contents: str | None = None) -> Path | None:
    """Copy a file to the first free ``NAME.before-1.SUFFIX`` beside it; None if there is none.

    With ``contents``, those go there in place of what the file holds.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "wheel.json")
    ...     _ = file.write_text("first")
    ...     print(put_aside(file).name, put_aside(file).name)
    wheel.before-1.json wheel.before-2.json
    """
    path = Path(path)
    if contents is None and not path.exists():
        return None
    held = path.read_bytes() if contents is None else contents.encode("utf-8")
    number = 1
    while True:
        copy = path.with_name(f"{path.stem}.before-{number}{path.suffix}")
        try:
            with copy.open("xb") as file:
                file.write(held)
        except FileExistsError:
            number += 1
            continue
        return copy


def save_with_copy(path: str | os.PathLike[str], contents: str) -> Path | None:
    """Write a file; what stood there before, if it said something else, is put aside first: where.

    In a folder that is missing or closed to us, nothing is changed.
    """
    path = Path(path)
    before = path.read_bytes() if path.exists() else None
    if before == contents.encode("utf-8"):
        return None
    copy = put_aside(path)
    write_beside(path, contents)
    return copy


def ordinary(path: Path) -> Path:
    """The path, unless it leads to a pipe or a device, which might be read without end.

    >>> ordinary(Path("no_such_file")).name
    'no_such_file'
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is not an ordinary file; it was not opened", str(path))
    return path


def language() -> str:
    """The language that the environment asks for: "de" of "de_DE.UTF-8"; "" for English."""
    return re.split(r"[^a-z]", os.environ.get(LANGUAGE, "").lower())[0]


def handed_out_from() -> Path:
    """Where the course and the solutions lie: in the installed package, or beside it in a clone."""
    package = Path(__file__).parent
    installed = package / "_handout"
    return installed if installed.is_dir() else package.parent


def course_file(path: str | os.PathLike[str]) -> Path:
    """The file; where there is none, the course's own of that name, so that a chapter runs alone.

    >>> course_file("questions/00.txt").is_file()
    True
    """
    path = Path(path)
    if path.exists() or path.is_absolute():
        return path
    course = handed_out_from() / "course"
    ours = (course / language() / path, course / path)
    return next((each for each in ours if each.is_file()), path)


def joined_folders(kind: str) -> tuple[Path, ...]:
    """The folders of packages that join by an entry point of the group ``flywheel_edu.KIND``."""
    return _joined_folders(kind, tuple(sys.path))


@cache
def _joined_folders(kind: str, _path: tuple[str, ...]) -> tuple[Path, ...]:
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    specs = (find_spec(entry.value) for entry in entry_points(group=f"flywheel_edu.{kind}"))
    return tuple(
        Path(folder)
        for spec in specs
        for folder in (spec and spec.submodule_search_locations) or ()
    )
