"""The jail: a student's program started with as little as this machine can leave it.

What holds is found by trying, strongest first:

    bwrap      bubblewrap: only Python and the system's libraries to read, a small folder in memory
               to write, no network, no other process; and each submission in a fence of its own
    unshare    the same with the kernel's namespaces alone, where bubblewrap is missing
    rlimit    limits on time, memory, processes and file sizes; files and network stay open
    process    a process of its own with a time limit, and no more (Windows)
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from flywheel_grader import courses
from flywheel_grader.crossing.link import Program
from flywheel_grader.jail import room
from flywheel_grader.jail.program import Alone, Fenced
from flywheel_grader.limits import WORK, Limits
from flywheel_grader.words import GradingError

LEVELS = ("bwrap", "unshare", "rlimit", "process")

# What a level leaves open, in words for the grade book.
OPEN = {
    "rlimit": "graded at level rlimit: its files and the network were open to the submission",
    "process": "graded at level process: nothing but its time was limited for the submission",
}


class Jail(AbstractContextManager["Jail"]):
    """Where submissions run on this machine, at one of the `LEVELS`; open one program for each."""

    def __init__(self, level: str, limits: Limits, control: socket.socket | None = None) -> None:
        self.level, self.limits = level, limits
        self.control = control  # of a warm one, by which another process can use it too
        self._warm: subprocess.Popen[bytes] | None = None

    @property
    def patient(self) -> bool:
        """Whether the program inside can interrupt itself and have a second life."""
        return self.level != "process" and hasattr(os, "fork")

    def open(self) -> Program:
        if self.control is not None:
            return self._open_fenced(self.control)
        folder = ""
        if self.level in OPEN:
            folder = tempfile.mkdtemp(prefix="flywheel-")
            os.chmod(folder, 0o777)
        patience = "patient" if self.patient else "hasty"
        command = room.python("run_cold", folder or WORK, json.dumps(courses.handles()), patience)
        user = room.unprivileged() if self.level == "rlimit" else None
        process = subprocess.Popen(
            room.wrapped(command, self.level, fenced=False),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder or "/",
            env=room.environment(folder),
            start_new_session=os.name == "posix",
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        return Alone(process, folder, self.limits)

    def _open_fenced(self, control: socket.socket) -> Program:
        link, inner_link = socket.socketpair()
        leash, inner_leash = socket.socketpair()
        with inner_link, inner_leash:
            try:
                socket.send_fds(control, [b"open"], [inner_link.fileno(), inner_leash.fileno()])
            except OSError:
                raise GradingError("the jail is gone; start the grading again") from None
        return Fenced(link, leash, self.limits)

    def close(self) -> None:
        if self.control is not None:
            self.control.close()
        if self._warm is not None:
            try:
                self._warm.wait(timeout=2)  # it ends when nobody holds its control any more
            except subprocess.TimeoutExpired:
                self._warm.kill()
                self._warm.wait()

    def __exit__(self, *_problem: object) -> None:
        self.close()


def start(level: str | None, modules: Iterable[str], limits: Limits) -> Jail:
    """The jail of that level, or else the strongest of this machine.

    `modules` are what the exercise imports, to have it ready. A level that was asked for and does
    not work here is a `GradingError`.
    """
    if level is not None and level not in LEVELS:
        raise GradingError(f"there is no level {level!r}", f"the levels are {', '.join(LEVELS)}")
    reasons = []
    for each in LEVELS if level is None else (level,):
        try:
            return _start(each, list(modules), limits)
        except GradingError as problem:
            reasons.append(f"level {each} does not work here: {problem.message}")
    raise GradingError("\n".join(reasons), "leave --level out to take what works here")


def join(level: str, handle: int | None, limits: Limits) -> Jail:
    """A jail that another process started, by its level and handle."""
    return Jail(level, limits, None if handle is None else socket.socket(fileno=handle))


def _start(level: str, modules: Sequence[str], limits: Limits) -> Jail:
    if level == "rlimit" and os.name != "posix":
        raise GradingError("Windows has no such limits")
    if level in OPEN:
        return Jail(level, limits)
    if sys.platform != "linux":
        raise GradingError("it needs Linux")
    if level == "bwrap":
        if shutil.which("bwrap") is None:
            raise GradingError("bubblewrap is not installed")
        trial = subprocess.run(
            room.wrapped([sys.executable, "-I", "-c", "pass"], "bwrap"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=room.START,
        )
        if trial.returncode != 0:
            said = trial.stderr.decode("utf-8", "replace").strip()[:200]
            raise GradingError(said or "bubblewrap failed")
    try:
        return _start_warm(level, modules, limits)
    except GradingError:
        if level == "bwrap":
            return Jail(level, limits)  # each submission in a bubblewrap of its own
        raise


def _start_warm(level: str, modules: Sequence[str], limits: Limits) -> Jail:
    control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reads = {"readable": room.readable(), "hidden": courses.hidden_folders()}
    setting = {
        "room": reads if level == "unshare" else None,
        "limits": {"disk": limits.disk, "resident": limits.resident},
        "modules": list(modules),
        "courses": courses.handles(),
    }
    with inner:
        process = subprocess.Popen(
            room.wrapped(room.python("run_warm", json.dumps(setting)), level),
            stdin=inner.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=room.environment(""),
            start_new_session=True,
        )
    jail = Jail(level, limits, control)
    jail._warm = process
    control.settimeout(room.START)
    try:
        said = control.recv(300)
    except OSError:
        said = b""
    if said != b"ready":
        jail.close()
        raise GradingError(said.decode("utf-8", "replace") or "its process ended")
    control.settimeout(None)
    return jail
