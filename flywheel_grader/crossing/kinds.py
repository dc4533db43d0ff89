"""Where a test may meet a function or an object of the student's, and what goes wrong otherwise.

An object that is no plain data could pretend to be anything: equal to everything, of any length,
with a method `startswith` that always says yes. So a test meets one only where it met one in the
teacher's own solution (`Kinds`); anywhere else it is refused in words.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass


class NotPlain(Exception):
    """A value of the student's is an object where the teacher's solution has plain data."""


class CallStopped(Exception):
    """A call into the student's program ran too long, or ended it; the next may go well."""


class StudentError(Exception):
    """The student's code raised what only its own program knows."""


class TooLong(BaseException):
    """A test of the teacher's took too long."""


class Gone(BaseException):
    """The student's program is gone for good; no test can go on."""


@dataclass
class Kinds:
    """Where the teacher's solution has functions and objects: recorded once, then required.

    Known are paths with the kind of what was met there: "function growth", "object Account()".
    Functions and classes of the other names, and the objects of the latter, may be met as well:
    where the teacher's solution could not be run to its end. The tests that it does not pass are
    uncounted: they count for nobody.
    """

    known: set[str]
    functions: Set[str] = frozenset()
    classes: Set[str] = frozenset()
    uncounted: Set[str] = frozenset()
    recording: bool = False

    def __post_init__(self) -> None:
        self._one = [each[5:].split("\n") for each in self.known if each.startswith("same ")]

    @classmethod
    def recorder(cls) -> Kinds:
        return cls(set(), recording=True)

    def allows(self, kind: str, path: str) -> bool:
        """Whether a function or an object may be met at this path.

        Likewise what the teacher's own solution did there, and nobody else is to do in its stead:
        an "empty" table, a "change" of an argument, a "file" written, a "stop" of an iteration.
        """
        if self.recording:
            self.known.add(f"{kind} {path}")
            return True
        by_another = (now + path[len(at) :] for at, now in self._one if path.startswith(at))
        if any(f"{kind} {each}" in self.known for each in (path, *by_another)):
            return True
        if kind == "empty":
            return bool(self.functions or self.classes)  # it was not met to its end
        of_class = path.partition("(")[0] in self.classes and "()" in path
        if kind == "object":
            return of_class and path.endswith("()") and "." not in path
        return path in self.functions | self.classes or (kind == "function" and of_class)

    def are_one(self, path: str, before: str) -> bool:
        """Whether what is met at this path is the very object that was met at one before."""
        if self.recording:
            self.known.add(f"same {path}\n{before}")
        return self.recording or path == before or f"same {path}\n{before}" in self.known

    def expects_object(self, path: str) -> bool:
        """Whether an instance of a class of the student's own stays whole, a list of sorts too."""
        return self.recording or f"object {path}" in self.known
