"""What a submission may use: time, memory, processes, files."""

from __future__ import annotations

from dataclasses import dataclass

MEBI = 1 << 20

# Where a submission is at the strong levels, and as which user where the grader is root.
WORK = "/home/student"
GUEST = 61_000


@dataclass(frozen=True)
class Limits:
    """What one submission may use before it is stopped."""

    # Seconds of the processor's time: for one cell, for one call of a student's function, for all.
    cell: float = 10.0
    call: float = 5.0
    submission: float = 60.0
    wall: float = 5.0  # so many times as much on the clock: other work may keep a machine busy
    address_space: int = 3072  # MiB, of one process
    resident: int = 2048  # MiB in use by all its processes together
    disk: int = 32  # MiB that it may write in its folder, and in one file
    processes: int = 40  # at any one moment, beside the grader's own
    open_files: int = 128
    output: int = 20_000  # characters that are kept of what a cell prints


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
