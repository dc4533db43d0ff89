"""Linux namespaces: a process fenced off from files, network, and every other process.

Only what `ctypes` can ask of the kernel, so that the worker needs no helper program. A fence is
drawn in two places: around the warm worker where bubblewrap is missing (`enter_room`), and around
each submission inside it (`fence_off`), so that what one submission leaves behind, a process, a
file, a thread, ends with it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flywheel_grader.jail.memory import too_much
from flywheel_grader.limits import GUEST, WORK

_NEW_MOUNTS, _NEW_NAMES, _NEW_IPC = 0x20000, 0x4000000, 0x8000000
_NEW_USERS, _NEW_PROCESSES, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
_DETACH = 2
_DIE_WITH_PARENT, _DUMPABLE, _NO_NEW_PRIVILEGES, _CAPABILITY_BOUND_DROP = 1, 4, 38, 24
_ADOPT = 36
_CAPABILITY_VERSION = 0x20080522
_LOOK_EVERY = 0.2  # s
_GRACE = 0.02  # s, to come to its own end

_OWN_PLACES = {WORK: 1, "/tmp": 1, "/dev/shm": 2}  # the disk each may use, as a divisor
_DEVICES = ("null", "zero", "full", "random", "urandom")


class FenceError(Exception):
    """The kernel does not let us draw the fence."""


def enter_room(readable: Iterable[str], hidden: Iterable[str]) -> None:
    """Go on in a room of its own: no network, no other process to see, and little to read.

    That is these absolute paths without the hidden folders below them. The calling process stays
    outside and waits; its child goes on. What bubblewrap does, for machines without it.
    """
    if os.geteuid() != 0:
        _become_own_user()
    _unshare(_NEW_MOUNTS | _NEW_PROCESSES | _NEW_NETWORK | _NEW_IPC | _NEW_NAMES)
    child = os.fork()
    if child:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    _build_root("/tmp", list(readable), hidden)


def fence_off(disk: int, guest: int) -> int:
    """Fork a process that is first in namespaces of its own, with no rights left.

    It may write so many MiB in its folder, and again in /tmp. Where the grader is root, no two at
    once may be the same guest. Returns 0 in the new process, which ends with exit code 3 if it
    cannot go on; in the calling one, which stays outside, its process id.
    """
    as_root = os.geteuid() == 0
    if not as_root:
        _become_own_user()
    # A network of its own, too: by a local one, two that run at once could speak with each other.
    _unshare(_NEW_MOUNTS | _NEW_PROCESSES | _NEW_IPC | _NEW_NAMES | _NEW_NETWORK)
    child = os.fork()
    if child:
        return child
    try:
        _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        leave_keys()
        _mount(None, "/", None, _RECURSIVE | _PRIVATE)
        _mount("proc", "/proc", "proc", _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS)
        for place, part in _OWN_PLACES.items():
            shown = _mounted_below(place)
            size = f"size={disk // part}m,nr_inodes=4096,mode=1777"
            _mount("tmpfs", place, "tmpfs", _NO_SETUID | _NO_DEVICES, size)
            for path, held, kept in shown:
                _show(held, path, kept, _BIND)
        _mount(None, "/dev", None, _REMOUNT | _BIND | _READ_ONLY | _NO_SETUID)
        if as_root:
            os.setgroups([])
            os.setgid(GUEST + guest)
            os.setuid(GUEST + guest)
            _prctl(_DUMPABLE, 1)  # else its own entries in /proc belong to root
            _become_own_user()
        # Nobody in here can start a namespace of their own, in which they would be root.
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        _drop_all_rights()
        _prctl(_DIE_WITH_PARENT, signal.SIGKILL)  # last: each change of rights forgets it
    except BaseException:
        os._exit(3)
    return 0


def leave_keys() -> None:
    """Go on without the kernel's keys of whoever started us: none of the namespaces hides them.

    A login session keeps tickets and passwords there, and every process below it may read them.
    `FenceError` if the kernel has keys, and does not let us go.
    """
    number = _KEYCTL.get(os.uname().machine) if sys.platform == "linux" else None
    if _libc is None or number is None:
        return
    if _libc.syscall(number, _JOIN_SESSION_KEYRING, None) < 0:
        error = ctypes.get_errno()
        if error not in (errno.ENOSYS, errno.EPERM, errno.EACCES):  # then nobody else gets at them
            raise FenceError(f"keys: {os.strerror(error)}")


def wait_or_end(child: int, leash: int, resident: int) -> str:
    """Wait for the child; kill it, and all in its namespace, when it may not go on.

    That is when the other end of the file descriptor `leash` is closed, or when all in there hold
    more than `resident` MiB: then "memory" is returned, else the empty string. `OSError` if it
    cannot be ended. The working directory is the /proc of before the fence, which lies below
    another by now.
    """
    ended, why = os.pidfd_open(child), ""
    while True:
        ready, _, _ = select.select([ended, leash], [], [], _LOOK_EVERY)
        if ended in ready:
            break
        if not ready and not too_much(child, resident, Path()):
            continue
        why = "" if ready else "memory"
        if why or not select.select([ended], [], [], _GRACE)[0]:
            os.kill(child, signal.SIGKILL)
        break
    os.waitpid(child, 0)
    return why


def adopt() -> None:
    """Become the parent of whatever loses its own below here, so that it stays in sight."""
    if sys.platform == "linux":
        _prctl(_ADOPT, 1)


_libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def _asked(result: int, what: str) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise FenceError(f"{what}: {os.strerror(error)}")


def _unshare(flags: int) -> None:
    _asked(_libc.unshare(flags), "unshare")


def _prctl(option: int, value: int) -> None:
    _asked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def _mount(
    what: str | None, where: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    texts = [None if text is None else text.encode() for text in (what, where, kind, options)]
    result = _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _asked(result, f"mount {where}")


def _mounted_below(place: str) -> list[tuple[str, int, int]]:
    """What is mounted below a place to be covered, as Python may be: path, handle, and flags."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        path = line.split(" ")[4].encode().decode("unicode_escape")  # a space is \040 there
        if path.startswith(f"{place}/"):
            found.append((path, os.open(path, os.O_PATH), _kept_flags(path)))
    return found


def _show(held: int, where: str, kept: int, flags: int) -> None:
    _bind(f"/proc/self/fd/{held}", where, flags)
    _mount(None, where, None, _REMOUNT | _BIND | _READ_ONLY | _NO_SETUID | kept)
    os.close(held)


def _become_own_user() -> None:
    """A user namespace in which we are ourselves and nobody else exists."""
    user, group = os.geteuid(), os.getegid()
    _unshare(_NEW_USERS)
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError as problem:
        raise FenceError(f"user namespace: {problem.strerror}") from None


def _drop_all_rights() -> None:
    _prctl(_NO_NEW_PRIVILEGES, 1)
    for capability in range(64):
        if _libc.prctl(_CAPABILITY_BOUND_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break  # past the last one the kernel knows
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _asked(_libc.capset(header, nothing), "capset")


def _build_root(base: str, readable: list[str], hidden: Iterable[str]) -> None:
    # Taken hold of before the base is covered: Python or this package may lie below it.
    links = {path: os.readlink(path) for path in readable if os.path.islink(path)}
    held = {
        path: (os.open(path, os.O_PATH), _kept_flags(path))
        for path in readable
        if path not in links and os.path.exists(path)
    }
    _mount("tmpfs", base, "tmpfs", _NO_SETUID | _NO_DEVICES, "size=4m,mode=755")
    os.umask(0o022)  # a guest has to get through the folders that are made here
    for path, target in links.items():
        Path(base + path).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(target, base + path)
    for path, (handle, kept) in held.items():
        _show(handle, base + path, kept, _BIND | _RECURSIVE)
    for path in hidden:
        if os.path.isdir(base + path):
            flags = _READ_ONLY | _NO_SETUID | _NO_DEVICES
            _mount("tmpfs", base + path, "tmpfs", flags, "size=4k,mode=755")
    for name in _DEVICES:
        _bind(f"/dev/{name}", f"{base}/dev/{name}")
    for folder in ("/dev/shm", "/proc", "/tmp", WORK):
        os.makedirs(base + folder, exist_ok=True)
    _mount("proc", f"{base}/proc", "proc", _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS)
    _bind(f"{base}/dev", f"{base}/dev")  # a mount of its own, to be made read-only later
    os.chdir(base)
    _asked(_libc.syscall(_PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    _asked(_libc.umount2(b".", _DETACH), "umount")
    os.chdir("/")


_JOIN_SESSION_KEYRING = 1
_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "ppc64le": 271, "s390x": 280}
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}


def _bind(path: str, where: str, flags: int = _BIND | _RECURSIVE) -> None:
    if os.path.isdir(path):
        os.makedirs(where, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(where), exist_ok=True)
        Path(where).touch()
    _mount(path, where, None, flags)


def _kept_flags(path: str) -> int:
    has = os.statvfs(path).f_flag
    kept = {2: _NO_SETUID, 4: _NO_DEVICES, 8: _NO_PROGRAMS, 1024: 1024, 2048: 2048, 4096: 0x200000}
    return sum(flag for bit, flag in kept.items() if has & bit)
