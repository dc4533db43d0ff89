"""What some tests need of the computer they run on; without it they are skipped, and say so."""

from __future__ import annotations

import os
import signal
import sys
from functools import cache

import pytest

from flywheel_edu.simulate.machine import machine
from flywheel_grader.jail import levels
from flywheel_grader.limits import Limits
from flywheel_grader.words import GradingError


def _there(found: object, reason: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not found, reason=reason)


posix = _there(sys.platform != "win32", "Windows has no such signals, shells, modes and links")
linux = _there(sys.platform == "linux", "asks Linux for its clocks and processes")
fork = _there(hasattr(os, "fork"), "this system splits no process")
pipes = _there(hasattr(os, "mkfifo"), "this system has no named pipes")
alarm = _there(hasattr(signal, "SIGPROF"), "this system has no signal of a process's own clock")
users = _there(hasattr(os, "geteuid"), "this system has no root")
root = _there(hasattr(os, "geteuid") and os.geteuid() == 0, "only root can be root")
machine_code = _there(machine(), "no machine code on this computer")


@cache
def works(level: str) -> bool:
    """Whether the grader's jail can be had here at this level."""
    try:
        levels.start(level, [], Limits()).close()
    except GradingError:
        return False
    return True


def level(*wanted: str) -> str:
    """The first of these levels of the jail that works here; without one the test is skipped."""
    for each in wanted:
        if works(each):
            return each
    pytest.skip(f"level {' or '.join(wanted)} does not work here")
