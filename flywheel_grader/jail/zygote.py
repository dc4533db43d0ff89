"""Inside the jail: a warm process that has everything imported and forks once for a submission.

Importing numpy, pandas and IPython costs more time than most submissions. This process pays it
once, knows no submission, and hands each on to a child of its own that is fenced off before it
reads anything (`fence.fence_off`).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing.link import Link, close_standard_streams
from flywheel_grader.jail import fence
from flywheel_grader.jail.shell import ready_shell
from flywheel_grader.jail.worker import run_submission
from flywheel_grader.limits import WORK


def run_warm() -> None:
    """Say whether fences can be drawn here, then fork for each submission until nobody asks.

    Standard input is the control socket: each message brings two descriptors, the link of a
    submission, and its leash. Of "module:name" a name that its module loads on first use is
    imported beforehand, too; a module that is missing is left to the student's own cells.
    """
    control = socket.socket(fileno=os.dup(0))
    close_standard_streams()
    setting = json.loads(sys.argv[1])
    if setting["room"]:
        fence.enter_room(**setting["room"])
    courses.join(setting["courses"])
    limits = setting["limits"]
    for name in setting["modules"]:
        with contextlib.suppress(Exception):
            module, _, attribute = name.partition(":")
            found = importlib.import_module(module)
            if attribute:
                getattr(found, attribute)
    ready_shell().run_cell("pass", store_history=False)  # imports what a first cell needs
    problem = _trial(limits["disk"])
    control.send(f"cannot: {problem}".encode() if problem else b"ready")
    if problem:
        return
    signal.signal(signal.SIGUSR1, lambda _signal, _frame: os._exit(4))
    guests = 0
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 2)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message or len(descriptors) != 2:
            return
        guests = (guests + 1) % 4000
        if os.fork() == 0:
            signal.signal(signal.SIGUSR1, signal.SIG_DFL)
            control.close()
            _host(descriptors[0], descriptors[1], limits, guests)
        for each in descriptors:
            os.close(each)


def run_cold() -> None:
    """Run one submission over standard input and output, and end."""
    link = Link(os.dup(0), os.dup(1))
    close_standard_streams()
    fence.leave_keys()
    folder, there, patient = sys.argv[1:]
    courses.join(json.loads(there))
    if patient == "patient":
        fence.adopt()
        _be_first(link, folder)
    _enter(folder)
    run_submission(link, patient=False)


def _enter(folder: str) -> None:
    os.chdir(folder)
    if folder not in sys.path:
        sys.path.append(folder)  # last: a file called numpy.py beside the notebook hides nothing


def _trial(disk: int) -> str:
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            child = fence.fence_off(disk, guest=0)
            if child == 0:
                os._exit(0)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.write(writing, b"" if code == 0 else b"the namespaces cannot be set up")
        except BaseException as problem:
            os.write(writing, str(problem).encode()[:200])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        return said.read().decode("utf-8", "replace")


def _host(link: int, leash: int, limits: Mapping[str, int], guest: int) -> Any:
    os.chdir("/proc")  # the one in which the submission can be seen
    try:
        first = fence.fence_off(limits["disk"], guest)
        if first == 0:
            os.chdir("/")
            os.close(leash)
            os.setsid()
            _be_first(Link(link, link), WORK)
        os.close(link)
        why = fence.wait_or_end(first, leash, limits["resident"])
    except PermissionError:
        os.kill(os.getppid(), signal.SIGUSR1)  # what cannot be ended ends with the whole jail
    else:
        with contextlib.suppress(OSError):  # nobody may wait for it any more
            os.write(leash, why.encode())
    finally:
        os._exit(0)


def _be_first(link: Link, folder: str) -> Any:
    """The first process behind a fence: starts the worker and buries every process that dies.

    It is not the worker itself because the kernel keeps signals, the clock's too, from the first
    process of a namespace, and because the worker ends with its first test.
    """
    try:
        if os.fork() == 0:
            _enter(folder)
            run_submission(link)
            os._exit(0)
        for each in {link.incoming, link.outgoing}:
            os.close(each)
        while True:
            os.wait()
    finally:
        os._exit(0)
