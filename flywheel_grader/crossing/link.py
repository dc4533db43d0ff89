"""Lines of JSON between the student's program and whoever asks it, as each side sees them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Protocol

from flywheel_grader.limits import MESSAGE_BYTES


class TooLarge(Exception):
    """A message is larger than the other side takes."""


class Ended(Exception):
    """The student's program is gone; the message says why, as far as it is known."""


class Silent(Exception):
    """The student's program did not answer in time."""


class Program(Protocol):
    """The student's program as the tests' side sees it."""

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message; `Ended` if nobody takes it."""

    def receive(self, seconds: float) -> dict[str, Any]:
        """The next message; `Silent` if none comes within the time, `Ended` if none can."""


class Link:
    """Lines of JSON over two file descriptors, without a buffer that a fork would copy wrongly."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming, self.outgoing = incoming, outgoing
        self._read = b""

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one message."""
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
