"""The student's names as the teacher's tests see them: here, though the objects are in the jail.

A test says `growth(100, 0.1)` or `account.balance` as it would in a kernel. What is plain data
arrives as plain data; a function or an object of the student's own class stays where it is, and
what stands for it here asks the student's program.
"""

from __future__ import annotations

import copy
import io
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing import wire
from flywheel_grader.crossing.changes import merged
from flywheel_grader.crossing.kinds import CallStopped, Gone, Kinds, NotPlain, StudentError, TooLong
from flywheel_grader.crossing.link import Ended, Program, Silent
from flywheel_grader.crossing.stand_ins import FarIterator, Function, StandIn, number_now, thing_of
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
        take: Callable[[str, str], None] | None = None,
    ) -> None:
        self._written = written  # files that the tests wrote since they last asked
        self._take_file = take  # puts a file that the program wrote where the tests run
        self._program, self._kinds, self._limits = program, kinds, limits
        self._number = 0
        self._test = ""
        self._values: dict[str, Any] = {}  # plain values looked up since the last call
        self._teachers: list[Callable[..., Any]] = []
        self._things: dict[int, StandIn] = {}
        self._exceptions: dict[tuple[str, ...], type[Exception]] = {}
        self.answers: dict[str, Any] = {}  # by name, of this test: values, and what `name()` gave
        self.late = False  # whether a call ran out of time on the clock
        self.life = 0  # how often the program was put back to before a test
        self._kept = 0  # how many objects the program keeps for us
        self._kept_before_test = 0
        self._asking = self._overdue = False
        self.news: Callable[[], Mapping[str, Any]] = dict  # what a test did to Python since
        self.gave = False  # whether the program was given anything in this test
        self.sends_back = True  # whether arguments that were changed in place are taken back
        self.changed: list[tuple[Any, Any]] = []  # those, in this test, and what they were
        self.unforeseen = False  # whether one was that the teacher's own solution leaves alone

    def ring(self) -> None:
        """The time of a test is up: `TooLong`, at once or with the answer that is waited for."""
        if not self._asking:
            raise TooLong
        self._overdue = True

    def begin(self, test: str, files: Any = None) -> None:
        self._take(files)
        self.gave &= test == self._test
        self._test, self._kept_before_test = test, self._kept
        self._values.clear()
        self.answers.clear()
        self.changed.clear()
        self.unforeseen = False

    def again(self) -> None:
        for value, before in reversed(self.changed):
            merged(value, before)
        self.begin(self._test)
        self._send({"do": "again"})
        if "lost" not in self._receive():
            raise Gone("the program sent what is no answer")
        self._start_next_life()

    def go_on(self) -> None:
        self._send({"do": "go on"})

    def ask(self, do: str, path: str, **what: Any) -> Any:
        """Ask the program; the answer as a value, or what the student's code raised.

        `CallStopped` if it ran too long or ended its process (later questions may go well),
        `NotPlain` if the answer is an object that has no place there, `Gone` if the program is
        gone, `TooLong` if the time of the test was up meanwhile.
        """
        reply = self._question(do, path, **what)
        if "raised" in reply:
            raise self._problem(reply, do, path)
        return self._built(reply.get("ok"), path)

    def call(self, path: str, number: int, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """Call a function of the program's; what it changes in its arguments changes here, too.

        What the teacher's own solution leaves alone may spoil the very values that an answer is
        compared with, so `unforeseen` is noted, and the test has to hold without it as well.
        """
        given = {str(key): each for key, each in [*enumerate(args), *named.items()]}
        sent = [self.send_form(each) for each in args]
        sent_named = {name: self.send_form(each) for name, each in named.items()}
        reply = self._question("call", path, of=number, args=sent, named=sent_named)
        kept_apart = False
        for key, data in (reply.get("changed") or {}).items():
            foreseen = self._kinds.allows("change", f"{path} {key}")
            kept_apart |= not (foreseen or self.sends_back)
            if key in given and not kept_apart:
                now = self._built(data, f"{path} {key}")
                with suppress(Exception):  # what cannot be changed here stays as it is
                    self.changed.append((given[key], copy.deepcopy(given[key])))
                    merged(given[key], now)
                self.unforeseen |= not foreseen
        if "raised" in reply:
            raise self._problem(reply, "call", path)
        if (back := reply.get("given")) in given and not kept_apart:
            return given[str(back)]
        return self._built(reply.get("ok"), path)

    def _question(self, do: str, path: str, **what: Any) -> dict[str, Any]:
        if not self._test:
            raise LookupError("the student's program is asked by tests alone")
        if do not in ("get", "has"):
            self._values.clear()
        self._number += 1
        whole = self._kinds.expects_object(path)
        self._asking, self._overdue = True, False
        try:
            given: dict[str, Any] = {"files": new} if (new := self._written()) else {}
            given |= self.news()
            asked = {"n": self._number, "do": do, "whole": whole, **what}
            rest = what.keys() - {"of", "args", "named", *["name"] * (do in ("get", "has"))}
            self.gave |= bool(given or rest or what.get("args") or what.get("named"))
            self._send(asked | given)
            reply = self._reply()
        except CallStopped:
            if not self._overdue:
                raise
        finally:
            self._asking = False
        if self._overdue:
            raise TooLong
        for name, stream in (("printed", sys.stdout), ("complained", sys.stderr)):
            if reply.get(name):  # a test may look at what was printed
                print(safe_block(reply[name]), end="", file=stream)
        for names, words in reply.get("warned") or ():
            kind = self._exception_class(tuple(safe(each, 160) for each in names[:20]))
            kind = kind if issubclass(kind, Warning) else UserWarning
            warnings.warn(safe(words, 500), kind, stacklevel=2)  # to be caught, or an error
        self._take(reply.get("files"))
        return reply

    def _take(self, files: Any) -> None:
        """Take over the files that the teacher's own solution writes, too, and no others."""
        for name, data in files.items() if isinstance(files, dict) else ():
            if self._take_file and isinstance(data, str) and self._kinds.allows("file", name):
                self._take_file(name, data)

    def _built(self, data: Any, path: str) -> Any:
        try:
            value = wire.build(data, self._stand_in, path)
        except wire.Garbled as problem:
            raise NotPlain(f"what the program sent cannot be read: {problem}") from None
        if isinstance(value, type) and not self._kinds.allows("function", path):
            raise NotPlain(f"{path} is a class, not a value")
        # An array or a table without anything in it would equal whatever it is compared with.
        size = 1 if isinstance(value, StandIn) else getattr(value, "size", 1)
        if type(size) is int and size == 0:
            if not self._kinds.allows("empty", path):
                raise NotPlain(f"{path} is empty")
        return value

    def _problem(self, reply: Mapping[str, Any], do: str, path: str) -> Exception:
        try:
            problem = self._exception(reply)
        except (AttributeError, LookupError, TypeError, ValueError):
            return NotPlain("what the program raised cannot be read")
        # It would end a loop of the test's in silence, and `all` of nothing is true.
        if isinstance(problem, StopIteration) and do != "next":
            if not self._kinds.allows("stop", path):
                said = StudentError("StopIteration")
                vars(said)["students_words"] = "StopIteration"
                return said
        return problem

    def look_up(self, name: str) -> Any:
        """The value of a name in the student's program; `KeyError` if there is no such name."""
        if name not in self._values:
            value = self.ask("get", name, name=name)
            if value is MISSING:
                raise KeyError(name)
            self._values[name] = value
            if not isinstance(value, StandIn):
                self.answers[name] = value
        return self._values[name]

    def has(self, name: str) -> bool:
        return name in self._values or self.ask("has", name, name=name) is True

    def send_form(self, value: Any) -> Any:
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
        try:
            function = self._teachers[int(message["call back"])]
            if (part := message.get("part")) is not None:
                function = _part_of(function, part)
            built = partial(wire.build, find=self._stand_in, path="teacher()")
            args = [built(each) for each in message["args"]]
            named = {str(name): built(each) for name, each in message["named"].items()}
            self._asking = False
            reply = {"ok": self.send_form(function(*args, **named))}
        except Gone:
            raise
        except TooLong:
            self._overdue = True
            reply = {"raised": ["TooLong", "the test took too long"]}
        except Exception as problem:
            reply = {"raised": [type(problem).__name__, str(problem)[:300]]}
        self._asking = True
        self._send(reply)

    def _keep_here(self, value: Any) -> dict[str, Any]:
        if isinstance(value, StandIn):
            return {"$": "kept", "id": number_now(value)}
        if isinstance(value, BaseException):
            said = self.send_form(list(value.args))
            return {"$": "error", "name": type(value).__name__, "words": said}
        if isinstance(value, type) and issubclass(value, BaseException):
            return {"$": "error", "name": value.__name__}
        name, doc = str(getattr(value, "__name__", "")), str(getattr(value, "__doc__", None) or "")
        module = getattr(value, "__module__", None)
        if module in sys.stdlib_module_names:
            if getattr(sys.modules.get(module), name, None) is value:
                return {"$": "python", "module": module, "name": name}  # nobody runs ours
        runs_on = isinstance(value, Iterator) and not isinstance(value, io.IOBase)
        # A mock that does something real would do it outside the jail.
        wraps = _is_fake(value) and value._mock_wraps is not None
        if (callable(value) or runs_on or _is_fake(value)) and not wraps:
            in_turn = not callable(value) and not _is_fake(value)
            self._teachers.append(value.__next__ if in_turn else value)
            kind = "teachers iterator" if in_turn else "teachers"
            data = {"$": kind, "id": len(self._teachers) - 1, "name": name, "doc": doc}
            return data | {"fake": _is_fake(value)}
        raise wire.NotPlainData(f"a test cannot send {type(value).__name__} to the program")

    def _stand_in(self, data: Mapping[str, Any], path: str) -> Any:
        if data.get("$") == "missing name":
            return MISSING
        number, kind = data.get("id"), safe(data.get("type"), 60)
        if data.get("$") != "kept" or not isinstance(number, int):
            raise wire.Garbled("not plain data")
        self._kept = max(self._kept, number + 1)
        if "module" in data:
            raise NotPlain(f"{path} is the student's own module; the test has to import it itself")
        if "raises" in data:
            return self._exception_class(tuple(safe(each, 160) for each in data["raises"]))
        if data.get("iterator") is True:
            found = self._iterator(number, path)
            if data.get("generator") is not True:
                return found
            return found.generator() if isinstance(found, FarIterator) else (e for e in found)
        if data.get("coroutine") is True and self._kinds.allows("coroutine", path):
            return self._awaited(number, path)
        if data.get("callable") is True and self._kinds.allows("function", path):
            return Function(self, number, path, data)
        if self._kinds.allows("object", path):
            known = self._things.get(number)
            if known is not None and self.is_current(number, known._flywheel[3]):
                if self._kinds.are_one(path, known._flywheel[2]):
                    return known
            made = thing_of(kind if kind.isidentifier() else "Thing")
            self._things[number] = made(self, number, path)
            return self._things[number]
        raise NotPlain(f"{path} is an object of type {kind!r}, not plain data")

    def _iterator(self, number: int, path: str) -> Iterator[Any]:
        """One value at a time where the teacher's solution does so too; else all there are."""
        if self._kinds.allows("iterator", path):
            return FarIterator(self, number, path)
        values = self.ask("drain", path, of=number, most=_MOST_DRAINED)
        if not isinstance(values, list) or len(values) >= _MOST_DRAINED:
            raise NotPlain(f"{path} goes on without end")
        return iter(values)

    async def _awaited(self, number: int, path: str) -> Any:
        return self.ask("await", f"await {path}", of=number)

    def _exception(self, reply: Mapping[str, Any]) -> Exception:
        """What the student's code raised, as an exception of the nearest class known here."""
        names = tuple(safe(each, 160) for each in reply["raised"][:20])
        if names and names[0].endswith("wire:NotPlainData"):
            return NotPlain(safe(reply.get("words"), 200))
        made = self._exception_class(names)
        try:
            args = [wire.build(each, self._stand_in, "raised") for each in reply["args"]]
        except (wire.Garbled, NotPlain, KeyError, TypeError):
            args = [safe(reply.get("words"), 500)]
        problem = made.__new__(made)
        problem.args = tuple(args)
        for name, data in (reply.get("own") or {}).items():
            if _IDENTIFIER.fullmatch(name) and name[0] != "_" and not hasattr(made, name):
                with suppress(wire.Garbled, NotPlain):
                    vars(problem)[name] = wire.build(data, self._stand_in, f"raised.{name}")
        if "cause" in reply:
            problem.__cause__ = self._exception(reply["cause"])
        words = safe(reply.get("words"), 400)
        vars(problem).update(students_words=words, knows_nothing=not self.gave)
        said = None
        with suppress(Exception):  # it was made without what its class has to say
            said = str(problem)
        if said is None or (made.__module__ == "student" and said != words):
            as_text = {"__str__": lambda _self: words, "__module__": "student"}
            kind: type[Exception] = type(made.__name__, (made,), as_text)
            problem.__class__ = kind
        return problem

    def _exception_class(self, names: tuple[str, ...]) -> type[Exception]:
        if names not in self._exceptions:
            base = next((known for known in map(_known_exception, names) if known), StudentError)
            own = names[0].rpartition(":")[2] if names else ""
            if names and _known_exception(names[0]) is None and _IDENTIFIER.fullmatch(own):
                if len(names) > 1 and _known_exception(names[1]) is None:
                    base = self._exception_class(names[1:])
                self._exceptions[names] = type(own, (base,), {"__module__": "student"})
            else:
                self._exceptions[names] = base
        return self._exceptions[names]


MISSING = object()


def _is_fake(value: Any) -> bool:
    return isinstance(value, courses.loaded("unittest.mock", "NonCallableMock"))


def _part_of(fake: Any, name: str) -> Any:
    """What the student's code may have of a mock: no answer it was given, and nothing to change."""
    own = name[0] == "_" or name in dir(sys.modules["unittest.mock"].MagicMock())
    if not _is_fake(fake) or (own and name not in _AS_A_FILE):
        raise AttributeError(name)
    return lambda: getattr(fake, name)


_AS_A_FILE = frozenset({"__enter__", "__exit__", "__iter__"})


def _known_exception(name: str) -> type[Exception] | None:
    """The exception "module:name" of Python's, a library's or a course's; None for any other."""
    module, _, own = name.partition(":")
    if module == "__main__" or module.startswith("flywheel_grader"):
        return None
    for each in courses.known():
        each.errors()  # loads them
    found = getattr(sys.modules.get(module), own, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else None
