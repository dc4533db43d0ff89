"""Lines of JSON between the student's program and whoever asks it, as each side sees them."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flywheel_grader.limits import MESSAGE_BYTES, MESSAGE_PARTS, Limits

_LOOK_EVERY = 0.25  # s
_TAKEN_AT_ONCE = 1 << 15  # bytes that a pipe or a socket takes though nobody reads them


class TooLarge(Exception):
    """A message is larger than the other side takes."""


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
        self._closed, self._said = False, ""
        self.deadline = time.monotonic() + limits.wall * limits.submission
        threading.Thread(target=self._listen, args=(incoming,), daemon=True).start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message; `Ended` if nobody takes it."""
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
        """The next message; `Ended` if the program ended, or sent what is no message.

        `Silent` if none came within the time, or within that of the whole submission.
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
            message = None
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
        return "it held too much memory" if self._said == "memory" else "the program ended"

    def close(self) -> None:
        self._closed = True
        with suppress(OSError):
            os.close(self._outgoing)


def close_standard_streams() -> None:
    """What else reads standard input from now on, or prints, meets nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


class Link:
    """Lines of JSON over two file descriptors, without a buffer that a fork would copy wrongly."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming, self.outgoing = incoming, outgoing
        self._read = b""

    def send(self, message: Mapping[str, Any]) -> None:
        data = memoryview(json.dumps(message).encode() + b"\n")
        if len(data) > MESSAGE_BYTES:
            raise TooLarge("the value is too large to be sent")
        while data:
            data = data[os.write(self.outgoing, data) :]

    def receive(self) -> dict[str, Any]:
        """Wait for one message; ends the process when nobody is there any more."""
        while b"\n" not in self._read:
            data = os.read(self.incoming, 1 << 16)
            if not data:
                os._exit(0)
            self._read += data
        line, self._read = self._read.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        return message
