"""The student's names as the teacher's tests see them: here, though the objects are in the jail.

A test says `growth(100, 0.1)` or `account.balance` as it would in a kernel. What is plain data
arrives as plain data; a function or an object of the student's own class stays where it is, and
what stands for it here asks the student's program.

An object that is no plain data could pretend to be anything: equal to everything, of any length,
with a method `startswith` that always says yes. So a test meets one only where it met one in the
teacher's own solution (`Kinds`); anywhere else it is refused in words.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing import wire
from flywheel_grader.jail.jail import Ended, Program, Silent
from flywheel_grader.limits import Limits
from flywheel_grader.wording import safe, safe_block

_GRACE = 1.5  # s beyond a call's limit, in which the program should say that it was stopped

_MOST_DRAINED = 10_000

_IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,79}")


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
    """

    def __init__(
        self,
        known: set[str],
        functions: frozenset[str] = frozenset(),
        classes: frozenset[str] = frozenset(),
    ) -> None:
        self.known, self.recording = known, False
        self.functions, self.classes = functions, classes

    @classmethod
    def recorder(cls) -> Kinds:
        """Takes note of everything, and refuses nothing."""
        made = cls(set())
        made.recording = True
        return made

    def allows(self, kind: str, path: str) -> bool:
        """Whether a function or an object may be met at this path."""
        if self.recording:
            self.known.add(f"{kind} {path}")
            return True
        if f"{kind} {path}" in self.known:
            return True
        of_class = path.partition("(")[0] in self.classes and "()" in path
        if kind == "object":
            return of_class and path.endswith("()") and "." not in path
        return path in self.functions | self.classes or (kind == "function" and of_class)

    def expects_object(self, path: str) -> bool:
        """Whether an instance of a class of the student's own stays whole, a list of sorts too."""
        return self.recording or f"object {path}" in self.known


class Far:
    """The student's program, asked on behalf of one test after another."""

    def __init__(self, program: Program, kinds: Kinds, limits: Limits) -> None:
        self._program, self._kinds, self._limits = program, kinds, limits
        self._number = 0
        self._test = ""
        self._values: dict[str, Any] = {}  # plain values looked up since the last call
        self._teachers: list[Callable[..., Any]] = []
        self._exceptions: dict[tuple[str, ...], type[Exception]] = {}
        self.answers: dict[str, Any] = {}  # by name, of this test: values, and what `name()` gave
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
        if do not in ("get", "has"):
            self._values.clear()
        self._number += 1
        whole = self._kinds.expects_object(path)
        self._asking, self._overdue = True, False
        try:
            self._send({"n": self._number, "do": do, "whole": whole, **what})
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
            return self._program.receive(self._limits.call + _GRACE)
        except Silent:
            raise Gone("the program did not answer any more") from None
        except Ended as problem:
            raise Gone(str(problem)) from None

    def _reply(self) -> dict[str, Any]:
        while True:
            message = self._receive()
            if "lost" in message:
                self._start_next_life()
                if message["lost"] == "time":
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


class FarIterator(Iterator[Any]):
    """An iterator of the student's, asked for one value at a time."""

    def __init__(self, far: Far, number: int, path: str) -> None:
        self._far, self._number, self._path = far, number, path

    def __next__(self) -> Any:
        return self._far.ask("next", f"{self._path}[]", of=self._number)


class Function:
    """A function or class of the student's."""

    def __init__(self, far: Far, number: int, path: str, says: Mapping[str, Any]) -> None:
        self._flywheel = (far, number, path, far.life)
        self.__name__ = safe(says.get("name"), 80)
        self.__doc__ = says.get("doc") if isinstance(says.get("doc"), str) else ""

    def _flywheel_number(self) -> int:
        return _number_now(self)

    def __call__(self, *args: Any, **named: Any) -> Any:
        far, _, path, _ = self._flywheel
        answer = far.ask(
            "call",
            f"{path}()",
            of=_number_now(self),
            args=[far.send_form(each) for each in args],
            named={name: far.send_form(each) for name, each in named.items()},
        )
        if path.isidentifier() and not args and not named:
            far.answers[f"{path}()"] = answer
        return answer

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, name)

    def __instancecheck__(self, thing: object) -> bool:
        if not isinstance(thing, (Thing, Function)):
            return False
        far, _, path, _ = self._flywheel
        number = thing._flywheel_number()
        return far.ask("is instance", path, of=_number_now(self), thing=number) is True

    def __subclasscheck__(self, thing: object) -> bool:
        if not isinstance(thing, Function):
            return False
        far, _, path, _ = self._flywheel
        number = thing._flywheel_number()
        return far.ask("is subclass", path, of=_number_now(self), thing=number) is True


class Thing:
    """An object of a class of the student's own."""

    def __init__(self, far: Far, number: int, path: str, kind: str) -> None:
        object.__setattr__(self, "_flywheel", (far, number, path, far.life))
        object.__setattr__(self, "_flywheel_kind", kind)

    def _flywheel_number(self) -> int:
        return _number_now(self)

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        far, _, path, _ = self._flywheel
        far.ask("set attribute", path, of=_number_now(self), name=name, value=far.send_form(value))

    def __hash__(self) -> int:
        return int(_operate(self, "hash", self))


def _attribute(thing: Any, name: str) -> Any:
    # What Python itself looks up on any object is not the student's to answer.
    if name.startswith("__") or name.startswith("_flywheel") or name.startswith("_repr_"):
        raise AttributeError(name)
    far, _, path, _ = thing._flywheel
    return far.ask("attribute", f"{path}.{name}", of=_number_now(thing), name=name)


def _number_now(thing: Any) -> int:
    """The number under which the program keeps an object; a lost function is looked up again."""
    far, number, path, life = thing._flywheel
    if far.is_current(number, life):
        return int(number)
    if isinstance(thing, Function) and path.isidentifier():
        again = far.look_up(path)
        if isinstance(again, Function):
            thing._flywheel = again._flywheel
            return int(again._flywheel[1])
    raise CallStopped(f"{path} was lost when an earlier call was stopped")


def _operate(thing: Thing, name: str, *operands: Any) -> Any:
    far, _, path, _ = thing._flywheel
    return far.ask(
        "operate",
        f"{path}.{name}()",
        name=name,
        operands=[far.send_form(each) for each in operands],
    )


def _operator(name: str, reflected: bool) -> Callable[..., Any]:
    if reflected:
        return lambda self, other: _operate(self, name, other, self)
    return lambda self, *others: _operate(self, name, self, *others)


# Python's name for an operator, and the name in the module `operator` or of a built-in function.
OPERATORS = {
    **{
        f"__{name}__": name
        for name in "len iter str repr bool float int abs neg pos eq ne lt le gt ge add sub mul "
        "truediv floordiv mod pow matmul contains getitem setitem delitem".split()
    },
    "__and__": "and_",
    "__or__": "or_",
    "__xor__": "xor",
}
for _special, _name in OPERATORS.items():
    setattr(Thing, _special, _operator(_name, reflected=False))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Thing, f"__r{_name}__", _operator(_name, reflected=True))


class Names(dict[str, Any]):
    """What a test's names mean: the tests' own first, then the teacher's, then the student's.

    Parameters
    ----------
    far : Far
    mine : frozenset of str
        The student's names: setting one sets it in the student's program, and nowhere else.
    """

    def __init__(self, far: Far, mine: frozenset[str]) -> None:
        super().__init__(__builtins__=builtins, __name__="__main__")
        self._far, self._mine = far, mine

    def __missing__(self, name: str) -> Any:
        if self._is_python(name):
            raise KeyError(name)
        return self._far.look_up(name)

    def _is_python(self, name: str) -> bool:
        """Whether a name is Python's own, which is never asked of the student."""
        return name not in self._mine and (hasattr(builtins, name) or name.startswith("__"))

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._mine:
            self._far.set(name, value)
        else:
            super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            super().__delitem__(name)
        elif not self._far.delete(name):
            raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        if not isinstance(name, str) or self._is_python(name):
            return False
        return self._far.has(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or the default."""
        return self[name] if name in self else default
