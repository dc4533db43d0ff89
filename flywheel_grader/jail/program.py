"""A student's program, seen from outside: how it is ended at each level, and why it ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import suppress

from flywheel_grader.crossing.link import Program
from flywheel_grader.jail.memory import too_much
from flywheel_grader.limits import Limits


class Fenced(Program):
    """A program behind a fence in a warm jail; letting go of the leash ends it."""

    def __init__(self, link: socket.socket, leash: socket.socket, limits: Limits) -> None:
        self._leash, self._link = leash, link
        super().__init__(os.dup(link.fileno()), os.dup(link.fileno()), limits)

    def give_up(self) -> None:
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)

    def why_ended(self) -> str:
        if not self._said:
            self._leash.settimeout(2.0)
            with suppress(OSError):
                self._said = self._leash.recv(20).decode("utf-8", "replace")
        return super().why_ended()

    def close(self) -> None:
        self.give_up()
        with suppress(OSError):
            self._leash.shutdown(socket.SHUT_WR)
            self._leash.settimeout(5.0)
            while self._leash.recv(64):
                pass
        self._leash.close()
        super().close()
        self._link.close()


class Alone(Program):
    """A program in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], folder: str, limits: Limits) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._folder = process, folder
        super().__init__(os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno()), limits)
        process.stdin.close()
        process.stdout.close()

    def look(self) -> None:
        if too_much(self._process.pid, self._limits.resident):
            self._said = "memory"
            self.give_up()

    def give_up(self) -> None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()

    def close(self) -> None:
        self.give_up()
        self._process.wait()
        super().close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
