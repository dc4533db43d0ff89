"""Inside the jail: IPython as a kernel has it, with a clock and without its printing."""

from __future__ import annotations

import io
import signal
import sys
from functools import cache
from typing import Any

_LONGEST_WORDS = 500


class OutOfTime(BaseException):
    """A cell ran longer than its limit."""


class Printed(io.StringIO):
    """Takes what is printed, and keeps no more of it than the limit."""

    encoding = "utf-8"

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most

    def write(self, text: str) -> int:
        self._left -= super().write(text[: self._left])
        return len(text)


def run(source: str, seconds: float, wall: float) -> str:
    """Run a cell; what stopped it in words, or the empty string."""
    error: BaseException | None
    keep_out, keep_err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = Printed(0)
    try:
        if seconds:
            # Again each second: a cell that swallows the interrupt is interrupted again.
            start_the_clocks(_interrupt, seconds, wall, 1.0)
        result = ready_shell().run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as problem:
        error = problem
    finally:
        if seconds:
            stop_the_clocks()
        sys.stdout, sys.stderr = keep_out, keep_err
    return "" if error is None else f"{type(error).__name__[:80]}: {words_of(error)}"


def _interrupt(number: int, _frame: object) -> None:
    raise OutOfTime("on the clock" if number == signal.SIGALRM else "of the processor")


def start_the_clocks(ring: Any, seconds: float, wall: float, again: float = 0.0) -> None:
    """Ring when so much of the processor's time is used, or `wall` times as much has passed."""
    signal.signal(signal.SIGPROF, ring)
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, again)
    signal.setitimer(signal.ITIMER_REAL, wall * seconds, again)


def stop_the_clocks() -> None:
    """Ring no more."""
    while True:
        try:
            for clock in (signal.ITIMER_PROF, signal.ITIMER_REAL):
                signal.setitimer(clock, 0)
            for each in (signal.SIGPROF, signal.SIGALRM):
                signal.signal(each, signal.SIG_IGN)
            return
        except OutOfTime:
            continue


def words_of(error: BaseException) -> str:
    """What an exception says of itself; a student's own may raise another at that."""
    try:
        return str(error)[:_LONGEST_WORDS]
    except BaseException:
        return ""


@cache
def ready_shell() -> Any:
    """IPython without pictures, history and printing, made before there is a submission."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Quiet(DisplayPublisher):
        def publish(self, *args: Any, **named: Any) -> None:
            """Pictures and tables are for eyes."""

    class Silent(DisplayHook):
        def __call__(self, result: Any = None) -> None:
            """Keep the last value as `_`; never ask a student's object for its words."""
            if result is not None and self.shell is not None:
                self.shell.user_ns["_"] = result

    class Kernel(InteractiveShell):
        def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:
            """Charts stay in memory, where the tests can ask for their data."""
            return "agg", "agg"

        def showtraceback(self, *args: Any, **named: Any) -> None:
            """Nobody reads it here, and it takes longer than most cells."""

        showsyntaxerror = showindentationerror = showtraceback
        ask_exit = enable_gui = showtraceback  # no `exit()` ends anything; there is no screen

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.display_pub_class = Quiet
    config.InteractiveShell.displayhook_class = Silent
    made: Any = Kernel.instance(config=config)
    made.user_ns.pop("open", None)  # IPython's own; a test may put another in Python's place
    return made
