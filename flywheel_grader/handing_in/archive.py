"""Opening what strangers packed: nothing lands outside, nothing blows up, links stay shut."""

from __future__ import annotations

import datetime
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from flywheel_grader.limits import MEBI, NOTEBOOK_BYTES
from flywheel_grader.notebooks.beside import walk
from flywheel_grader.notebooks.cells import read_bytes
from flywheel_grader.words import GradingError, safe

_MOST_ENTRIES = 200_000  # of a whole class
_MOST_FILES = 2_000  # of one student
_MOST_BYTES = 128 * MEBI  # of one student
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others open much from little, unbounded
_DEEPEST = 6  # folders

Files = Iterator[tuple[PurePosixPath, bytes]]  # where each belongs, and what it holds


@dataclass
class Use:
    """What was read of one student's."""

    files: int = 0
    bytes: int = 0
    told: bool = False


@dataclass
class Opened:
    """Files read one by one, and a sentence for each that was not."""

    problems: list[str] = field(default_factory=list)
    at: str = ""  # when the file that was given last was written, as far as that is known

    def files_of_zip(
        self,
        archive: zipfile.ZipFile,
        name: str,
        whose: Callable[[PurePosixPath], str] = str,
        used: dict[str, Use] | None = None,
    ) -> Files:
        """The files of a zip archive: where each belongs, and what it holds.

        What is too much for one student, by the name that `whose` gives a path, is left out for
        them alone; with `used`, what was read of each before counts, too.
        """
        used = {} if used is None else used
        entries = archive.infolist()
        if len(entries) > _MOST_ENTRIES:
            self._refuse(name, f"holds {len(entries)} files, more than {_MOST_ENTRIES}")
            return
        for entry in entries:
            if entry.is_dir():
                continue
            path, shown = safe_path(entry.filename), f"{safe(entry.filename, 80)} in {name}"
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if path is None:
                self._refuse(shown, "leads out of its folder")
            elif kind not in (0, stat.S_IFREG):
                self._refuse(shown, "is a link or a device, not a file")
            elif entry.flag_bits & 1:
                self._refuse(shown, "is locked with a password")
            elif entry.compress_type not in _WAYS:
                self._refuse(shown, "is packed in a way that is not opened")
            elif most := self._room(used.setdefault(whose(path), Use()), shown, entry.file_size):
                try:
                    with archive.open(entry) as file:
                        data = file.read(most + 1)
                except Exception:  # each way of packing has errors of its own
                    self._refuse(shown, "cannot be read")
                    continue
                if len(data) > most:
                    self._refuse(shown, f"is larger than is taken ({most // MEBI} MiB)")
                    continue
                with suppress(ValueError):
                    self.at = datetime.datetime(*entry.date_time).isoformat()
                yield path, data

    def files_of_zip_data(
        self, data: Path | BytesIO, name: str, deeper: int = 0, used: dict[str, Use] | None = None
    ) -> Files:
        """The files of a zip archive that one student handed in, and of archives so deep in it.

        An archive in it of which nothing can be read is given as the file that it is.
        """
        used = {} if used is None else used
        try:
            with zipfile.ZipFile(data) as archive:
                for path, held in self.files_of_zip(archive, name, lambda path: "", used):
                    inner: list[tuple[PurePosixPath, bytes]] = []
                    if path.suffix.lower() == ".zip" and deeper:
                        shown = f"{safe(path, 80)} in {name}"
                        own = self.files_of_zip_data(BytesIO(held), shown, deeper - 1, used)
                        inner = [(path.with_suffix("") / where, data) for where, data in own]
                    yield from inner or [(path, held)]
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
            self._refuse(name, "is no zip archive that can be read")

    def files_of_folder(self, folder: Path) -> Files:
        used: dict[str, Use] = {}
        paths = (path for each in walk(folder, _DEEPEST) for path in each if path.name[0] != ".")
        for seen, path in enumerate(paths):
            inner = PurePosixPath(path.relative_to(folder).as_posix())
            own, shown = used.setdefault(inner.parts[0], Use()), safe(inner, 80)
            if seen == _MOST_ENTRIES:
                self._refuse(safe(folder.name), f"holds more than {_MOST_ENTRIES} files")
                return
            if path.is_symlink():
                self._refuse(shown, "is a link to another place")
                continue
            try:
                says = path.stat()
                most = self._room(own, shown, says.st_size)
                data = read_bytes(path, most) if most else None
            except (GradingError, OSError) as problem:
                self.problems.append(safe(getattr(problem, "message", problem)))
                continue
            if data is not None:
                written = datetime.datetime.fromtimestamp(says.st_mtime)
                self.at = written.isoformat(timespec="seconds")
                yield inner, data

    def _room(self, own: Use, what: str, size: int) -> int:
        own.files += 1
        if own.files > _MOST_FILES or own.bytes >= _MOST_BYTES:
            if not own.told:
                much = f"more than {_MOST_FILES} files or {_MOST_BYTES // MEBI} MiB of one student"
                self._refuse(f"{what} and what follows it", f"is {much}")
            own.told = True
            return 0
        most = min(NOTEBOOK_BYTES, _MOST_BYTES - own.bytes)
        if size > most:
            self._refuse(what, f"is larger than is taken ({most // MEBI} MiB)")
            return 0
        own.bytes += max(size, 1)
        return max(size, 1)

    def _refuse(self, what: str, why: str) -> None:
        self.problems.append(f"{what} {why}; it was left out")


def safe_path(name: str) -> PurePosixPath | None:
    """The path of an archive's entry if it stays inside, else None.

    >>> safe_path("ada/work.ipynb")
    PurePosixPath('ada/work.ipynb')
    >>> print(safe_path("../work.ipynb"), safe_path("/etc/passwd"), safe_path("C:\\\\work.ipynb"))
    None None None
    """
    plain = name.replace("\\", "/")
    path = PurePosixPath(plain)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        return None
    if ":" in path.parts[0] or len(path.parts) > _DEEPEST + 2 or len(plain) > 400:
        return None
    return path
