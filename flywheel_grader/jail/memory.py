"""How much memory a process and its descendants hold, as Linux tells it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_SCARCE = 384  # MiB that must stay free on the machine
_PROC = Path("/proc")


def too_much(root: int, most: int, proc: Path = _PROC) -> bool:
    """Whether the process and all below it hold more than `most` MiB, or the machine runs short.

    Where /proc is missing nothing can be said, and the answer is no.
    """
    return resident(root, proc) > most or _free() < _SCARCE


def resident(root: int, proc: Path = _PROC) -> int:
    """The MiB that the process and its descendants hold for themselves."""
    page = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
    parents, own, pages = _parents(proc), {root}, 0
    while more := {each for each, parent in parents.items() if parent in own} - own:
        own |= more
    for process in own:
        with suppress(OSError):
            fields = (proc / f"{process}/statm").read_text().split()
            pages += int(fields[1]) - int(fields[2])
    return pages * page >> 20


def _parents(proc: Path) -> dict[int, int]:
    found = {}
    with suppress(OSError):
        for process in filter(str.isdigit, os.listdir(proc)):
            with suppress(OSError):
                text = (proc / process / "stat").read_text()
                # The name of the program, in brackets, may hold anything.
                found[int(process)] = int(text.rpartition(")")[2].split()[1])
    return found


def _free() -> int:
    with suppress(OSError):
        for line in (_PROC / "meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) >> 10
    return 1 << 30
