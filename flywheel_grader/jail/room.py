"""What a program in the jail has around it: what it may read, and how its Python is called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import flywheel_grader
from flywheel_grader import courses
from flywheel_grader.limits import GUEST, WORK

_PACKAGE = Path(flywheel_grader.__file__).resolve().parent
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
    **{f"{each}_NUM_THREADS": "1" for each in ("OPENBLAS", "OMP", "MKL", "NUMBA")},
}
# The last names the student where the hub hands everybody one notebook; their numbers hang on it.
_KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "JUPYTERHUB_USER")
START = 60.0  # s, for a warm process to import all it was told to


def python(function: str, *arguments: str, of: str = "jail.zygote") -> list[str]:
    """The command that runs a function of a module in a Python that reads nobody's settings."""
    code = (
        f"import sys; sys.path.append({str(_PACKAGE.parent)!r}); "
        f"from flywheel_grader.{of} import {function}; {function}()"
    )
    return [sys.executable, "-I", "-c", code, *arguments]


def readable() -> list[str]:
    """What a program in the jail can read: Python, its libraries, the grader and the courses."""
    homes = (sys.prefix, sys.base_prefix)
    python = [os.path.join(home, part) for home in homes for part in _OF_PYTHON]
    packages = [_PACKAGE, *(Path(each.handle[3], each.package) for each in courses.known())]
    libraries = ("site-packages", "dist-packages")
    ours = [each.parent if each.parent.name in libraries else each for each in packages]
    paths = [*_SYSTEM, *python, *map(str, ours)]
    return list(dict.fromkeys(os.path.abspath(path) for path in paths if os.path.lexists(path)))


def wrapped(command: Sequence[str], level: str, *, fenced: bool = True) -> list[str]:
    """The command inside bubblewrap, a guest's if no fence is to come; as it is at other levels."""
    if level != "bwrap":
        return list(command)
    arguments = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    if fenced and os.geteuid() == 0:
        # Root stays root until the fence of each submission makes it a guest without rights.
        arguments += ["--cap-drop", "ALL"]
        for right in ("KILL", "SETUID", "SETGID", "SYS_ADMIN"):
            arguments += ["--cap-add", f"CAP_{right}"]
    else:
        arguments += ["--unshare-user"]
    if not fenced:
        arguments += ["--uid", str(GUEST), "--gid", str(GUEST), "--cap-drop", "ALL"]
        arguments += ["--disable-userns"] if _forbids_namespaces() else []
    arguments += ["--die-with-parent", "--new-session", "--hostname", "jail"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", WORK]
    made: set[str] = set()
    for path in readable():
        for folder in reversed(Path(path).parents[:-1]):
            if str(folder) not in made:  # bubblewrap would close it to a guest
                arguments += ["--perms", "0755", "--dir", str(folder)]
                made.add(str(folder))
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        else:
            arguments += ["--ro-bind", path, path]
    for path in courses.hidden_folders():
        if any(Path(path).is_relative_to(folder) for folder in readable()):
            arguments += ["--tmpfs", path, "--remount-ro", path]
    return [*arguments, "--chdir", WORK, "--", *command]


@cache
def _forbids_namespaces() -> bool:
    """Whether this bubblewrap can keep what it runs from making namespaces: since 0.8."""
    told = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return "--disable-userns" in told.stdout


def environment(folder: str) -> dict[str, str]:
    """The variables that a program in the jail has, with this folder as its home."""
    home = folder or "/tmp"
    places = dict.fromkeys(("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR"), home)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**_ENVIRONMENT, **places, **kept}


@cache
def unprivileged() -> int | None:
    """A user without rights who can run this Python, where the grader is root; else None."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    command = [sys.executable, "-I", "-c", python("run_cold")[3].rpartition(";")[0]]
    try:
        trial = subprocess.run(
            command, user=GUEST, group=GUEST, extra_groups=[], cwd="/", env=environment(""),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=START,
        )  # fmt: skip
    except OSError:
        return None
    return GUEST if trial.returncode == 0 else None
