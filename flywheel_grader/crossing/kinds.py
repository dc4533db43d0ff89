"""Where a test may meet a function or an object of the student's, and what goes wrong otherwise.

An object that is no plain data could pretend to be anything: equal to everything, of any length,
with a method `startswith` that always says yes. So a test meets one only where it met one in the
teacher's own solution (`Kinds`); anywhere else it is refused in words.
"""

from __future__ import annotations


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


class Kinds:
    """Where the teacher's solution has functions and objects: recorded once, then required.

    Parameters
    ----------
    known : set of str
        Paths with the kind of what was met there: "function growth", "object Account()".
    functions, classes : frozenset of str
        What else may be met, where the teacher's solution could not be run to its end: functions
        and classes of these names, and the objects of the latter.
    uncounted : frozenset of str
        The tests that the teacher's own solution does not pass: they count for nobody.
    """

    def __init__(
        self,
        known: set[str],
        functions: frozenset[str] = frozenset(),
        classes: frozenset[str] = frozenset(),
        uncounted: frozenset[str] = frozenset(),
    ) -> None:
        self.known, self.recording, self.uncounted = known, False, uncounted
        self.functions, self.classes = functions, classes
        self._one = [
            path.split("\n") for each in known if (path := each[5:]) and each[:5] == "same "
        ]

    @classmethod
    def recorder(cls) -> Kinds:
        """Takes note of everything, and refuses nothing."""
        made = cls(set())
        made.recording = True
        return made

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
