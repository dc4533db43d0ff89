"""What a submission may use: time, memory, processes, files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MEBI = 1 << 20

# Where a submission is at the strong levels, and as which user where the grader is root.
WORK = "/home/student"
GUEST = 61_000


@dataclass(frozen=True)
class Limits:
    """What one submission may use before it is stopped.

    Attributes
    ----------
    cell, call, submission : float, s
        For one cell, for one call of a student's function, and for all of it: of the processor's
        time.
    wall : float
        How many times as much may pass on the clock, since other work may keep a machine busy.
    address_space : int, MiB
        Of one process.
    resident : int, MiB
        Memory in use by all its processes together.
    disk : int, MiB
        What it may write in its folder, and in one file.
    processes, open_files : int
        At any one moment, beside the grader's own.
    output : int, characters
        What is kept of what a cell prints.
    """

    cell: float = 10.0
    call: float = 5.0
    submission: float = 60.0
    wall: float = 5.0
    address_space: int = 3072
    resident: int = 2048
    disk: int = 32
    processes: int = 40
    open_files: int = 128
    output: int = 20_000

    def plain(self) -> dict[str, Any]:
        """The limits as plain data, for the jail."""
        return asdict(self)


# The largest notebook that is opened at all, and what it may hold. Pictures in outputs count, so
# the first is generous.
NOTEBOOK_BYTES = 64 * MEBI
NOTEBOOK_PARTS = 1_000_000  # lists and objects in its JSON; far more than these take its memory
NOTEBOOKS_BYTES = 128 * MEBI  # of all the notebooks that one student hands in
NOTEBOOK_CELLS = 2_000
NOTEBOOK_CODE = 4 * MEBI  # characters, in all cells together

# Files beside the notebook that go into the jail with it.
BESIDE_FILES = 100
BESIDE_BYTES = 16 * MEBI  # all together

# One message of the student's program, and what its JSON may hold: many small parts take far more
# memory than their text.
MESSAGE_BYTES = 32 * MEBI
MESSAGE_PARTS = 1_000_000
