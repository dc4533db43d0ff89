"""How much memory a process and its descendants hold, as Linux tells it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_SCARCE = 384  # MiB that must stay free on the machine


def too_much(root: int, most: int, proc: int | None = None) -> bool:
    """Whether the process and all below it hold more than `most` MiB, or the machine runs short.

    Where /proc is missing nothing can be said, and the answer is no. `proc` is a descriptor of the
    /proc to look at, where another one may lie over it by now.
    """
    return resident(root, proc) > most or _free() < _SCARCE


def resident(root: int, proc: int | None = None) -> int:
    """The MiB that the process and its descendants hold for themselves."""
    page = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
    children: dict[int, list[int]] = {}
    for process, parent in _parents(proc).items():
        children.setdefault(parent, []).append(process)
    pages, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        with suppress(OSError):
            fields = _read(f"{process}/statm", proc).split()
            pages += int(fields[1]) - int(fields[2])
    return pages * page >> 20


def _read(name: str, proc: int | None) -> str:
    if proc is None:
        return Path("/proc", name).read_text()
    with open(os.open(name, os.O_RDONLY, dir_fd=proc)) as file:
        return file.read()


def _parents(proc: int | None) -> dict[int, int]:
    found = {}
    with suppress(OSError):
        for entry in os.scandir("/proc" if proc is None else proc):
            with suppress(OSError):
                if entry.name.isdigit():
                    text = _read(f"{entry.name}/stat", proc)
                    # The name of the program, in brackets, may hold anything.
                    found[int(entry.name)] = int(text.rpartition(")")[2].split()[1])
    return found


def _free() -> int:
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) >> 10
    return 1 << 30
