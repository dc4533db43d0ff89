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
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import flywheel_grader
from flywheel_grader import courses
from flywheel_grader.jail.watch import too_much
from flywheel_grader.limits import MESSAGE_BYTES, Limits
from flywheel_grader.wording import GradingError

LEVELS = ("bwrap", "unshare", "rlimit", "process")

# What a level leaves open, in words for the grade book.
OPEN = {
    "rlimit": "graded at level rlimit: its files and the network were open to the submission",
    "process": "graded at level process: nothing but its time was limited for the submission",
}

_PACKAGE = Path(flywheel_grader.__file__).resolve().parent
_WORK = "/home/student"
_SYSTEM = (
    "/usr /bin /sbin /lib /lib32 /lib64 /etc/alternatives /etc/fonts /etc/ld.so.cache "
    "/etc/ld.so.conf /etc/ld.so.conf.d /etc/localtime"
).split()
# Of the folder that Python lives in; a teacher's course may lie in there, too, beside these.
_OF_PYTHON = "bin etc include lib lib32 lib64 libexec pyvenv.cfg share".split()
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
_GUEST = 61_000
_LOOK_EVERY = 0.25  # s
_TAKEN_AT_ONCE = 1 << 15  # bytes that a pipe or a socket takes though nobody reads them
_START = 60.0  # s, for a warm process to import all it was told to


class Ended(Exception):
    """The student's program is gone; the message says why, as far as it is known."""


class Silent(Exception):
    """The student's program did not answer in time."""


class Program:
    """A student's program, seen from outside: lines of JSON, until it ends or is ended."""

    def __init__(self, incoming: int, outgoing: int, limits: Limits) -> None:
        self._outgoing, self._limits = outgoing, limits
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=8)
        self._read = bytearray()
        self._closed = False
        self.deadline = time.monotonic() + limits.submission
        self._reader = threading.Thread(target=self._listen, args=(incoming,), daemon=True)
        self._reader.start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message.

        Raises
        ------
        Ended
        """
        data = memoryview(json.dumps(message).encode() + b"\n")
        # A program that has stopped reading would hold us up for ever with what it does not take.
        alarm = threading.Timer(max(self.deadline - time.monotonic(), 0), self.give_up)
        if len(data) > _TAKEN_AT_ONCE:
            alarm.start()
        try:
            while data:
                data = data[os.write(self._outgoing, data) :]
        except OSError:
            raise Ended(self.why_ended()) from None
        finally:
            alarm.cancel()

    def receive(self, seconds: float) -> dict[str, Any]:
        """The next message.

        Raises
        ------
        Silent
            None came within the time, or within that of the whole submission.
        Ended
            The program ended, or sent what is no message.
        """
        until = min(time.monotonic() + seconds, self.deadline)
        searched = 0
        while True:
            end = self._read.find(b"\n", searched)
            if end >= 0:
                break
            searched = len(self._read)
            if searched > MESSAGE_BYTES:
                raise Ended("the program sent more than the grader takes")
            self._read += self._next_chunk(until)
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise Ended("the program sent what is no answer") from None
        if not isinstance(message, dict):
            raise Ended("the program sent what is no answer")
        return message

    def _next_chunk(self, until: float) -> bytes:
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise Silent
            try:
                chunk = self._chunks.get(timeout=min(left, _LOOK_EVERY))
            except queue.Empty:
                self.look()
                continue
            if not chunk:
                self._chunks.put(b"")
                raise Ended(self.why_ended())
            return chunk

    def _listen(self, incoming: int) -> None:
        while not self._closed:
            try:
                chunk = os.read(incoming, 1 << 16)
            except OSError:
                chunk = b""
            while not self._closed:
                with suppress(queue.Full):
                    self._chunks.put(chunk, timeout=1)
                    break
            if not chunk:
                break
        os.close(incoming)

    def give_up(self) -> None:
        """Wait no longer for the program to take what is being sent."""

    def look(self) -> None:
        """See whether the program holds too much; end it if so."""

    def why_ended(self) -> str:
        """Why the program is gone, in words."""
        return "the program ended"

    def close(self) -> None:
        """End the program and all it started."""
        self._closed = True
        with suppress(OSError):
            os.close(self._outgoing)


class _Fenced(Program):
    """A program behind a fence in a warm jail; letting go of the leash ends it."""

    def __init__(self, link: socket.socket, leash: socket.socket, limits: Limits) -> None:
        self._leash, self._said = leash, ""
        self._link = link
        super().__init__(os.dup(link.fileno()), os.dup(link.fileno()), limits)

    def give_up(self) -> None:
        """Close the link, which ends a write to it, too."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)

    def why_ended(self) -> str:
        """Why, as its keeper says."""
        if not self._said:
            self._leash.settimeout(2.0)
            with suppress(OSError):
                self._said = self._leash.recv(20).decode("utf-8", "replace")
        return _why(self._said)

    def close(self) -> None:
        """End the program and all it started, and wait until its keeper says so."""
        self.give_up()
        with suppress(OSError):
            self._leash.shutdown(socket.SHUT_WR)
            self._leash.settimeout(5.0)
            while self._leash.recv(64):
                pass
        self._leash.close()
        super().close()
        self._link.close()


class _Alone(Program):
    """A program in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], folder: str, limits: Limits) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._folder, self._held_too_much = process, folder, False
        super().__init__(os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno()), limits)
        process.stdin.close()
        process.stdout.close()

    def give_up(self) -> None:
        """End the program, and with it the pipe."""
        self._end()

    def look(self) -> None:
        """End it if it holds too much memory."""
        if too_much(self._process.pid, self._limits.resident):
            self._held_too_much = True
            self._end()

    def why_ended(self) -> str:
        """Why, as far as it is known."""
        return _why("memory" if self._held_too_much else "")

    def _end(self) -> None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()

    def close(self) -> None:
        """End the program and what it started, as far as this level can."""
        self._end()
        self._process.wait()
        super().close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


class Jail:
    """Where submissions run on this machine; open one program for each.

    Attributes
    ----------
    level : str
        One of `LEVELS`.
    """

    def __init__(self, level: str, limits: Limits, control: socket.socket | None = None) -> None:
        self.level, self.limits = level, limits
        self._control = control
        self._warm: subprocess.Popen[bytes] | None = None

    @property
    def patient(self) -> bool:
        """Whether the program inside can interrupt itself and have a second life."""
        return self.level != "process" and hasattr(os, "fork")

    def open(self) -> Program:
        """Start a program that waits for its job."""
        if self._control is not None:
            return self._open_fenced(self._control)
        folder = ""
        if self.level in ("rlimit", "process"):
            folder = tempfile.mkdtemp(prefix="flywheel-")
            os.chmod(folder, 0o777)
        patience = "patient" if self.patient else "hasty"
        command = _python("run_cold", folder or _WORK, _courses(), patience)
        user = _unprivileged() if self.level == "rlimit" else None
        process = subprocess.Popen(
            _wrapped(command, self.level, fenced=False),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder or "/",
            env=_environment(folder),
            start_new_session=os.name == "posix",
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        return _Alone(process, folder, self.limits)

    def _open_fenced(self, control: socket.socket) -> Program:
        link, inner_link = socket.socketpair()
        leash, inner_leash = socket.socketpair()
        with inner_link, inner_leash:
            try:
                socket.send_fds(control, [b"open"], [inner_link.fileno(), inner_leash.fileno()])
            except OSError:
                raise GradingError("the jail is gone; start the grading again") from None
        return _Fenced(link, leash, self.limits)

    def usage(self) -> float:
        """The CPU seconds that a warm jail and what ran in it have used; 0 for others."""
        if self._control is None:
            return 0.0
        self._control.settimeout(5)
        try:
            self._control.send(b"usage")
            return float(self._control.recv(40))
        except (OSError, ValueError):
            return 0.0
        finally:
            self._control.settimeout(None)

    def handle(self) -> int | None:
        """The descriptor by which another process can use this jail too, if it is a warm one."""
        return None if self._control is None else self._control.fileno()

    def close(self) -> None:
        """End the warm process, and with it all that runs in it."""
        if self._control is not None:
            self._control.close()
        if self._warm is not None:
            try:
                self._warm.wait(timeout=2)  # it ends when nobody holds its control any more
            except subprocess.TimeoutExpired:
                self._warm.kill()
                self._warm.wait()

    def __enter__(self) -> Jail:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()


def start(level: str | None, modules: Iterable[str], limits: Limits) -> Jail:
    """The strongest jail of this machine, or the one asked for.

    Parameters
    ----------
    level : str or None
        One of `LEVELS`, or None for the strongest that works.
    modules : iterable of str
        What the exercise imports, to have it ready.
    limits : Limits

    Raises
    ------
    GradingError
        The level that was asked for does not work here.
    """
    if level is not None and level not in LEVELS:
        raise GradingError(f"there is no level {level!r}", f"the levels are {', '.join(LEVELS)}")
    reasons = []
    for each in LEVELS if level is None else (level,):
        try:
            return _start(each, list(modules), limits)
        except GradingError as problem:
            reasons.append(problem.message)
    raise GradingError("\n".join(reasons), "leave --level out to take what works here")


def join(level: str, handle: int | None, limits: Limits) -> Jail:
    """A jail that another process started, by its level and handle."""
    control = None
    if handle is not None:
        control = socket.socket(fileno=handle)
    return Jail(level, limits, control)


def _start(level: str, modules: Sequence[str], limits: Limits) -> Jail:
    if level == "process":
        return Jail(level, limits)
    if level == "rlimit":
        if os.name != "posix":
            raise GradingError("level rlimit does not work here: Windows has no such limits")
        return Jail(level, limits)
    if sys.platform != "linux":
        raise GradingError(f"level {level} does not work here: it needs Linux")
    if level == "bwrap":
        _try_bubblewrap()
    try:
        return _start_warm(level, modules, limits)
    except GradingError:
        if level == "bwrap":
            return Jail(level, limits)  # each submission in a bubblewrap of its own
        raise


def _try_bubblewrap() -> None:
    if shutil.which("bwrap") is None:
        raise GradingError("level bwrap does not work here: bubblewrap is not installed")
    trial = subprocess.run(
        _wrapped([sys.executable, "-I", "-c", "pass"], "bwrap"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_START,
    )
    if trial.returncode != 0:
        said = trial.stderr.decode("utf-8", "replace").strip()[:200]
        raise GradingError(f"level bwrap does not work here: {said or 'bubblewrap failed'}")


def _start_warm(level: str, modules: Sequence[str], limits: Limits) -> Jail:
    control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    room = {"readable": _readable(), "hidden": courses.hidden_folders()}
    setting = {
        "room": room if level == "unshare" else None,
        "limits": {"disk": limits.disk, "resident": limits.resident},
        "modules": list(modules),
        "courses": json.loads(_courses()),
    }
    with inner:
        process = subprocess.Popen(
            _wrapped(_python("run_warm", json.dumps(setting)), level),
            stdin=inner.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(""),
            start_new_session=True,
        )
    jail = Jail(level, limits, control)
    jail._warm = process
    control.settimeout(_START)
    try:
        said = control.recv(300)
    except OSError:
        said = b""
    if said != b"ready":
        jail.close()
        why = said.decode("utf-8", "replace") or "its process ended"
        raise GradingError(f"level {level} does not work here: {why}")
    control.settimeout(None)
    return jail


def _python(function: str, *arguments: str) -> list[str]:
    """The command that runs a function of `zygote` in a Python that reads nobody's settings."""
    code = (
        f"import sys; sys.path.append({str(_PACKAGE.parent)!r}); "
        f"from flywheel_grader.jail.zygote import {function}; {function}()"
    )
    return [sys.executable, "-I", "-c", code, *arguments]


def _courses() -> str:
    """The handles of the courses, for a program in the jail."""
    return json.dumps([each.handle for each in courses.known()])


def _readable() -> list[str]:
    """What a program in the jail can read: Python, its libraries, the grader and the courses."""
    homes = (sys.prefix, sys.base_prefix)
    python = [os.path.join(home, part) for home in homes for part in _OF_PYTHON]
    packages = [_PACKAGE, *(each.folder for each in courses.known())]
    libraries = ("site-packages", "dist-packages")
    ours = [each.parent if each.parent.name in libraries else each for each in packages]
    paths = [*_SYSTEM, *python, *map(str, ours)]
    return list(dict.fromkeys(os.path.abspath(path) for path in paths if os.path.lexists(path)))


def _wrapped(command: Sequence[str], level: str, *, fenced: bool = True) -> list[str]:
    """The command inside bubblewrap, or as it is at the other levels.

    Without a fence to come, it is a guest without rights from the start.
    """
    if level != "bwrap":
        return list(command)
    arguments = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    if fenced and os.geteuid() == 0:
        # Root stays root until the fence of each submission makes it a guest without rights.
        arguments += ["--cap-drop", "ALL"]
        for right in ("SETUID", "SETGID", "SYS_ADMIN"):
            arguments += ["--cap-add", f"CAP_{right}"]
    else:
        arguments += ["--unshare-user"]
    if not fenced:
        arguments += ["--uid", str(_GUEST), "--gid", str(_GUEST), "--cap-drop", "ALL"]
        arguments += ["--disable-userns"] if _forbids_namespaces() else []
    arguments += ["--die-with-parent", "--new-session", "--hostname", "jail"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", _WORK]
    made: set[str] = set()
    for path in _readable():
        for folder in reversed(Path(path).parents[:-1]):
            if str(folder) not in made:  # bubblewrap would close it to a guest
                arguments += ["--perms", "0755", "--dir", str(folder)]
                made.add(str(folder))
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        else:
            arguments += ["--ro-bind", path, path]
    for path in courses.hidden_folders():
        if any(Path(path).is_relative_to(folder) for folder in _readable()):
            arguments += ["--tmpfs", path, "--remount-ro", path]
    return [*arguments, "--chdir", _WORK, "--", *command]


@cache
def _forbids_namespaces() -> bool:
    """Whether this bubblewrap can keep what it runs from making namespaces: since 0.8."""
    told = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return "--disable-userns" in told.stdout


def _environment(folder: str) -> dict[str, str]:
    home = folder or "/tmp"
    places = dict.fromkeys(("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR"), home)
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE") if name in os.environ}
    return {**_ENVIRONMENT, **places, **kept}


_unprivileged_user: list[int | None] = []


def _unprivileged() -> int | None:
    """A user without rights who can run this Python, where the grader is root; else None."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    if not _unprivileged_user:
        command = [sys.executable, "-I", "-c", _python("run_cold")[3].rpartition(";")[0]]
        try:
            trial = subprocess.run(
                command, user=_GUEST, group=_GUEST, extra_groups=[], cwd="/", env=_environment(""),
                stdin=subprocess.DEVNULL, capture_output=True, timeout=_START,
            )  # fmt: skip
            works = trial.returncode == 0
        except OSError:
            works = False
        _unprivileged_user.append(_GUEST if works else None)
    return _unprivileged_user[0]


def _why(said: str) -> str:
    return "it held too much memory" if said == "memory" else "the program ended"
