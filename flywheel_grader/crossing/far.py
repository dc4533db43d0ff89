"""The student's names as the teacher's tests see them: here, though the objects are in the jail.

A test says `growth(100, 0.1)` or `account.balance` as it would in a kernel. What is plain data
arrives as plain data; a function or an object of the student's own class stays where it is, and
what stands for it here asks the student's program.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing import wire
from flywheel_grader.crossing.kinds import CallStopped, Gone, Kinds, NotPlain, StudentError, TooLong
from flywheel_grader.crossing.link import Ended, Program, Silent
from flywheel_grader.crossing.stand_ins import FarIterator, Function, Thing
from flywheel_grader.limits import Limits
from flywheel_grader.words import safe, safe_block

_GRACE = 1.5  # s beyond a call's limit, in which the program should say that it was stopped

_MOST_DRAINED = 10_000

_IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,79}")


class Far:
    """The student's program, asked on behalf of one test after another."""

    def __init__(
        self,
        program: Program,
        kinds: Kinds,
        limits: Limits,
        written: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._written = written  # files that the tests wrote since they last asked
        self._program, self._kinds, self._limits = program, kinds, limits
        self._number = 0
        self._test = ""
        self._values: dict[str, Any] = {}  # plain values looked up since the last call
        self._teachers: list[Callable[..., Any]] = []
        self._exceptions: dict[tuple[str, ...], type[Exception]] = {}
        self.answers: dict[str, Any] = {}  # by name, of this test: values, and what `name()` gave
        self.late = False  # whether a call ran out of time on the clock
        self.life = 0  # how often the program was put back to before a test
        self._kept = 0  # how many objects the program keeps for us
        self._kept_before_test = 0
        self._asking = self._overdue = False

    def ring(self) -> None:
        """The time of a test is up: stop it, but never between a question and its answer.

        Raises
        ------
        TooLong
            At once, or when the answer is there; it is waited for no longer than a call may take.
        """
        if not self._asking:
            raise TooLong
        self._overdue = True

    def begin(self, test: str) -> None:
        """From here on, questions belong to this test."""
        self._test, self._kept_before_test = test, self._kept
        self._values.clear()
        self.answers.clear()

    def go_on(self) -> None:
        """The test is over; the program runs on with its cells."""
        self._send({"do": "go on"})

    def ask(self, do: str, path: str, **what: Any) -> Any:
        """Ask the program; the answer as a value.

        Raises
        ------
        Exception
            What the student's code raised.
        CallStopped
            It ran too long, or ended its process; later questions may go well.
        NotPlain
            The answer is an object that has no place there.
        Gone
            The program is gone.
        TooLong
            The time of the test was up meanwhile.
        """
        if not self._test:
            raise LookupError("the student's program is asked by tests alone")
        if do not in ("get", "has"):
            self._values.clear()
        self._number += 1
        whole = self._kinds.expects_object(path)
        self._asking, self._overdue = True, False
        try:
            files = {"files": new} if (new := self._written()) else {}
            self._send({"n": self._number, "do": do, "whole": whole, **files, **what})
            reply = self._reply()
        except CallStopped:
            if not self._overdue:
                raise
        finally:
            self._asking = False
        if self._overdue:
            raise TooLong
        if reply.get("printed"):
            print(safe_block(reply["printed"]), end="")  # a test may look at what was printed
        if "raised" in reply:
            try:
                problem = self._exception(reply)
            except (AttributeError, LookupError, TypeError, ValueError):
                raise NotPlain("what the program raised cannot be read") from None
            raise problem
        try:
            return wire.build(reply.get("ok"), self._stand_in, path)
        except wire.Garbled as problem:
            raise NotPlain(f"what the program sent cannot be read: {problem}") from None

    def look_up(self, name: str) -> Any:
        """The value of a name in the student's program.

        Raises
        ------
        KeyError
            There is no such name.
        """
        if name not in self._values:
            value = self.ask("get", name, name=name)
            if value is MISSING:
                raise KeyError(name)
            self._values[name] = value
            if not isinstance(value, (Function, Thing)):
                self.answers[name] = value
        return self._values[name]

    def has(self, name: str) -> bool:
        """Whether the student's program has a name, whatever it stands for."""
        return name in self._values or self.ask("has", name, name=name) is True

    def set(self, name: str, value: Any) -> None:
        """Give a name in the student's program a value."""
        self.ask("set", name, name=name, value=self.send_form(value))

    def delete(self, name: str) -> bool:
        """Delete a name in the student's program; whether it was there."""
        return self.ask("delete", name, name=name) is True

    def send_form(self, value: Any) -> Any:
        """A value of a test as it crosses to the student's program."""
        return wire.reduce(value, self._keep_here)

    def is_current(self, number: int, life: int) -> bool:
        """Whether the program still keeps the object it kept under this number in that life."""
        return life == self.life or number < self._kept_before_test

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            self._program.send(message)
        except Ended as problem:
            raise Gone(str(problem)) from None

    def _receive(self) -> dict[str, Any]:
        try:
            return self._program.receive(self._limits.wall * self._limits.call + _GRACE)
        except Silent:
            self.late = True
            raise Gone("the program did not answer any more") from None
        except Ended as problem:
            raise Gone(str(problem)) from None

    def _reply(self) -> dict[str, Any]:
        while True:
            message = self._receive()
            if "lost" in message:
                self._start_next_life()
                if message["lost"] in ("time", "clock"):
                    self.late |= message["lost"] == "clock"
                    raise CallStopped(f"a call ran longer than {self._limits.call:g} s")
                raise CallStopped("the program ended during a call")
            number = message.get("n")
            if "call back" in message:
                self._answer_call_back(message)
            elif number == self._number:
                return message
            elif not (isinstance(number, int) and number < self._number):
                raise Gone("the program sent what is no answer")

    def _start_next_life(self) -> None:
        self.life += 1
        self._kept = self._kept_before_test
        self._values.clear()
        if self._receive().get("test") != self._test:
            raise Gone("the program sent what is no answer")

    def _answer_call_back(self, message: Mapping[str, Any]) -> None:
        """Run a function of the teacher's that a test handed to the student's code."""
        try:
            function = self._teachers[int(message["call back"])]
            path = "teacher()"
            args = [wire.build(each, self._stand_in, path) for each in message["args"]]
            named = {
                str(name): wire.build(each, self._stand_in, path)
                for name, each in message["named"].items()
            }
            self._asking = False
            reply = {"ok": self.send_form(function(*args, **named))}
        except Gone:
            raise
        except TooLong:
            self._overdue = True
            reply = {"raised": "TooLong: the test took too long"}
        except Exception as problem:
            reply = {"raised": f"{type(problem).__name__}: {problem}"[:300]}
        self._asking = True
        self._send(reply)

    def _keep_here(self, value: Any) -> dict[str, Any]:
        """What crosses in place of a value of a test that is not plain data."""
        if isinstance(value, (Function, Thing)):
            return {"$": "kept", "id": value._flywheel_number()}
        if callable(value):
            self._teachers.append(value)
            return {"$": "teachers", "id": len(self._teachers) - 1}
        raise wire.NotPlainData(f"a test cannot send {type(value).__name__} to the program")

    def _stand_in(self, data: Mapping[str, Any], path: str) -> Any:
        """What stands here for an object that the student's program keeps."""
        if data.get("$") == "missing name":
            return MISSING
        number, kind = data.get("id"), safe(data.get("type"), 60)
        if data.get("$") != "kept" or not isinstance(number, int):
            raise wire.Garbled("not plain data")
        self._kept = max(self._kept, number + 1)
        if "module" in data:
            raise NotPlain(f"{path} is the student's own module; the test has to import it itself")
        if "raises" in data:
            return self._exception_class(tuple(safe(each, 80) for each in data["raises"]))
        if data.get("iterator") is True:
            return self._iterator(number, path)
        if data.get("callable") is True and self._kinds.allows("function", path):
            return Function(self, number, path, data)
        if self._kinds.allows("object", path):
            return Thing(self, number, path, kind)
        raise NotPlain(f"{path} is an object of type {kind!r}, not plain data")

    def _iterator(self, number: int, path: str) -> Iterator[Any]:
        """One value at a time where the teacher's solution does so too; else all there are."""
        if self._kinds.allows("iterator", path):
            return FarIterator(self, number, path)
        values = self.ask("drain", path, of=number, most=_MOST_DRAINED)
        if not isinstance(values, list) or len(values) >= _MOST_DRAINED:
            raise NotPlain(f"{path} goes on without end")
        return iter(values)

    def _exception(self, reply: Mapping[str, Any]) -> Exception:
        """What the student's code raised, as an exception of the nearest class known here."""
        names = tuple(safe(each, 80) for each in reply["raised"][:20])
        if names[:1] == ("NotPlainData",):
            return NotPlain(safe(reply.get("words"), 200))
        made = self._exception_class(names)
        try:
            args = [wire.build(each, self._stand_in, "raised") for each in reply["args"]]
        except (wire.Garbled, NotPlain, KeyError, TypeError):
            args = [safe(reply.get("words"), 500)]
        problem = made.__new__(made)
        problem.args = tuple(args)
        problem.students_words = safe(reply.get("words"), 200)  # type: ignore[attr-defined]
        return problem

    def _exception_class(self, names: tuple[str, ...]) -> type[Exception]:
        if names not in self._exceptions:
            base = next((known for known in map(_known_exception, names) if known), StudentError)
            own = [name for name in names[:1] if _known_exception(name) is None]
            if own and _IDENTIFIER.fullmatch(own[0]) and issubclass(base, Exception):
                if len(names) > 1 and _known_exception(names[1]) is None:
                    base = self._exception_class(names[1:])
                self._exceptions[names] = type(own[0], (base,), {"__module__": "student"})
            else:
                self._exceptions[names] = base
        return self._exceptions[names]


MISSING = object()


def _known_exception(name: str) -> type[Exception] | None:
    """The built-in exception, or a course's, of that name; None for no ordinary exception."""
    of_courses = (error for each in courses.known() for error in each.errors())
    found = getattr(builtins, name, None) or next(
        (error for error in of_courses if error.__name__ == name), None
    )
    if isinstance(found, type) and issubclass(found, Exception):
        return None if found is Exception and name != "Exception" else found
    return None
