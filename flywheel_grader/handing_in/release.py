"""Handing an exercise out: to everyone alike, or to each student with numbers of their own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from flywheel_grader.limits import NOTEBOOK_BYTES
from flywheel_grader.notebooks.cells import parse_json, read_bytes
from flywheel_grader.notebooks.source import Source
from flywheel_grader.notebooks.students_version import dump, student_version
from flywheel_grader.words import GradingError, safe
from flywheel_grader.writing import placed, write_beside

_TICKET = re.compile(r'(?m)^ticket = ""')


def released_text(source: Path, ticket: str = "") -> str:
    """The text of the student's version of a source notebook, with a ticket if one is given.

    `GradingError` if it cannot be handed out as it is, or has no place for a ticket.
    """
    contents = read_bytes(source.resolve(), NOTEBOOK_BYTES)
    notebook = student_version(parse_json(contents, source.name))
    if ticket:
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        places = [cell for cell in code if _TICKET.search(cell["source"])]
        if not places:
            raise GradingError(
                f"{safe(source.name)} has no place for a student's own numbers",
                'one of its code cells needs the line: ticket = ""',
            )
        for cell in places:
            cell["source"] = _TICKET.sub(f'ticket = "{ticket}"', cell["source"], count=1)
    return dump(notebook)


def release(source: Path, out: Path, ticket: str = "") -> Path:
    """Write the student's version of a notebook, and the files it reads, into a folder."""
    text = released_text(source, ticket)
    for name, data in Source.read(source, graded=False).beside.items():
        write_beside(placed(out / name), data)
    return write_beside(placed(out / source.name), text)


def release_to(source: Path, out: Path, students: Iterable[str], secret: bytes) -> list[Path]:
    """Write one version for each student, each with its own ticket, into folders of their own."""
    course, written = Source.read(source).course, []
    for student in students:
        ticket = course.ticket(student, source.stem, secret) or student
        written.append(release(source, out / student, ticket))
    return written


def is_up_to_date(source: Path, out: Path) -> bool:
    """Whether the released notebook in a folder is what the source gives now."""
    path = out / source.name
    return path.is_file() and path.read_text("utf-8") == released_text(source)


def read_secret(path: Path, *, make: bool = False) -> bytes:
    """The teacher's secret from its file; made there, for this user alone, if asked to."""
    if make and not path.exists():
        placed(path).touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    try:
        secret = path.read_bytes().strip()
    except OSError as problem:
        raise GradingError(
            f"the secret {safe(path)} cannot be read: {problem.strerror}",
            "`flywheel release --secret` makes it; keep it where no student can read it",
        ) from None
    if len(secret) < 16:
        raise GradingError(f"the secret in {safe(path)} is too short; 16 characters are the least")
    return secret
