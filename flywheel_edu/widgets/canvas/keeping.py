"""Where a drawing is kept: its file, another's work found in it, the copies beside it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from flywheel_edu.errors import DiagramError
from flywheel_edu.files import put_aside, write_beside
from flywheel_edu.widgets.canvas.core import Note, opened


class Keeper:
    """Writes a drawing to its file and loses nothing: not a copy of before, not another's work.

    Contents are whole files as ``saved`` makes them, and the file is known to hold what was read
    from it. Without a file, copies are kept in memory.
    """

    def __init__(self, file: Path | None, known: str = "") -> None:
        self.file = file
        self.foreign = ""  # what somebody else wrote, until it is decided whose is kept
        self.problem = ""  # why it could not be written
        self._known = known
        self._began = False  # whether what stood there when the session began has been put aside
        self._memory: list[tuple[str, str, str]] = []

    @property
    def stamp(self) -> str:
        """A fingerprint of what the file is known to hold; empty if there is none yet."""
        return hashlib.sha256(self._known.encode()).hexdigest()[:16] if self._known else ""

    @property
    def notes(self) -> list[Note]:
        """What is to be said where the file cannot be written."""
        if not (self.file and self.problem):
            return []
        message = f"The drawing could not be kept in {self.file.name}: {self.problem}."
        return [{"message": message, "hint": "Save it elsewhere: canvas.save(...)"}]

    def write(self, contents: str) -> bool:
        """Keep these contents; False if that failed or somebody else wrote meanwhile."""
        if self.file is None:
            return False
        try:
            found = self.file.read_text("utf-8") if self.file.exists() else ""
            if found not in ("", self._known, contents):
                self.foreign = found
                return False
            if found and found != contents and not self._began:
                self.put_aside(found)
            self._put(contents, found)
        except (OSError, UnicodeDecodeError) as problem:
            self.problem = str(getattr(problem, "strerror", "") or problem)
            return False
        return True

    def keep_mine(self, contents: str) -> None:
        """Write over what somebody else wrote; theirs is put aside."""
        if self.file is not None and self.foreign:
            theirs = self.file.read_text("utf-8") if self.file.exists() else self.foreign
            self.put_aside(theirs)
            self._put(contents, theirs)

    def take_theirs(self, mine: str) -> str:
        """What somebody else wrote; mine is put aside."""
        assert self.file is not None
        self.put_aside(mine)
        self._known = self.file.read_text("utf-8") if self.file.exists() else self.foreign
        self.foreign, self.problem, self._began = "", "", True
        return self._known

    def _put(self, contents: str, found: str) -> None:
        assert self.file is not None
        if contents != found:
            write_beside(self.file, contents)
            self._began = True
        self._known, self.foreign, self.problem = contents, "", ""

    # -- copies

    def put_aside(self, contents: str) -> None:
        """Keep a copy, unless there is one that says the same."""
        if any(contents == held for _name, _when, held in self._copies()):
            return
        if self.file is not None:
            put_aside(self.file, contents)
        else:
            now = datetime.now(UTC).isoformat()
            self._memory.insert(0, (f"copy {len(self._memory) + 1}", now, contents))

    def copies(self) -> list[dict[str, str]]:
        """The copies, the latest first: ``name``, ``when``, and ``about``, what it holds."""
        return [
            {"name": name, "when": when, "about": _about(held)}
            for name, when, held in self._copies()
        ]

    def copy(self, name: str) -> str:
        """The contents of one copy."""
        for known, _when, contents in self._copies():
            if known == name:
                return contents
        raise DiagramError(f"there is no copy '{name}' any more", hint="look at the list again")

    def _copies(self) -> list[tuple[str, str, str]]:
        if self.file is None:
            return self._memory
        files = self.file.parent.glob(f"{self.file.stem}.before-*{self.file.suffix}")
        times = sorted(((each.stat().st_mtime_ns, each) for each in files), reverse=True)
        return [
            (each.name, datetime.fromtimestamp(at / 1e9, UTC).isoformat(), _text(each))
            for at, each in times
        ]


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")


def _about(contents: str) -> str:
    try:
        drawing, text, _ = opened(contents)
    except DiagramError:
        return "no drawing"
    number = len(drawing["variables"])
    model = " and a model" if text.strip() else ""
    return f"{number} variable{'' if number == 1 else 's'}{model}"
