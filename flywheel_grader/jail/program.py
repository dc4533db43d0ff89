"""A student's program, seen from outside: started, listened to with patience, and ended."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flywheel_grader.crossing.link import Ended, Silent
from flywheel_grader.jail.memory import too_much
from flywheel_grader.limits import MESSAGE_BYTES, MESSAGE_PARTS, Limits

_LOOK_EVERY = 0.25  # s
_TAKEN_AT_ONCE = 1 << 15  # bytes that a pipe or a socket takes though nobody reads them


class Program:
    """A student's program, seen from outside: lines of JSON, until it ends or is ended."""

    def __init__(self, incoming: int, outgoing: int, limits: Limits) -> None:
        self._outgoing, self._limits = outgoing, limits
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=8)
        self._read = bytearray()
        self._closed = False
        self.deadline = time.monotonic() + limits.wall * limits.submission
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
        if line.count(b",") + line.count(b"[") + line.count(b"{") > MESSAGE_PARTS:
            raise Ended("the program sent more than the grader takes")
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


class Fenced(Program):
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


class Alone(Program):
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


def _why(said: str) -> str:
    return "it held too much memory" if said == "memory" else "the program ended"
