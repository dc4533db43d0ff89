"""Inside the jail: runs the student's cells, and answers what the tests outside ask of them.

It never receives a test, an expected value, a score or another student's file: only cells to run,
names to look up and arguments to call with. One JSON object a line, in and out.

    in    {"steps": [...], "files": {...}, "limits": {...}, ...}     once, at the start
    out   {"cell": 3, "error": "NameError: ..."}                     after each cell
    out   {"test": "test_growth"}                                    a test's place is reached
    in    {"n": 7, "do": "call", "of": {...}, "args": [...]}         any number of times
    out   {"n": 7, "ok": ...}  or  {"n": 7, "raised": [...], ...}
    in    {"do": "go on"}
    out   {"lost": "time"}                                           the answer will never come
    out   {"done": true}

Before each test the program forks. The child answers, ends the parent and carries on with the next
cells, so that what a test does to the student's objects stays done, as it would in a kernel. If the
child dies while it answers, the parent takes its place, with everything as it was before the test.
"""

from __future__ import annotations

import base64
import builtins
import importlib
import inspect
import itertools
import json
import operator
import os
import signal
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing.link import Link, TooLarge
from flywheel_grader.crossing.stand_ins import OPERATORS
from flywheel_grader.crossing.wire import Garbled, NotPlainData, build, reduce
from flywheel_grader.jail import shell
from flywheel_grader.jail.shell import Printed, start_the_clocks, stop_the_clocks, words_of
from flywheel_grader.limits import MEBI
from flywheel_grader.notebooks.beside import Watched


class Student:
    """The student's objects, and what can be asked of them."""

    def __init__(self, names: dict[str, Any], link: Link) -> None:
        self.names, self.link = names, link
        self.watched = Watched(Path.cwd())
        self.kept: list[Any] = []
        self._numbers: dict[int, int] = {}  # of what is kept, by its id
        self._given: dict[str, tuple[Any, str]] = {}  # what a call got, and how it was then
        self._put: dict[tuple[str, str], Any] = {}  # what a test put something in the place of
        self._drawn_on = False

    def answer(self, ask: Mapping[str, Any]) -> dict[str, Any]:
        self._given = {}
        for module, name, data in ask.get("put", ()):
            place = vars(importlib.import_module(module))
            self._put.setdefault((module, name), place.get(name))
            place[name] = self._put[module, name] if data is None else self.rebuilt(data)
        for name, state in (self.rebuilt(ask["seeds"]) if "seeds" in ask else {}).items():
            module = importlib.import_module("numpy.random" if name == "numpy" else name)
            (module.set_state if name == "numpy" else module.setstate)(state)
        outcome = self._outcome(ask)
        for key, (value, _) in self._given.items():
            if value is outcome:
                return {"ok": reduce(outcome, self.keep), "given": key}
        if ask["whole"] and type(outcome).__module__ == "__main__":
            return {"ok": self.keep(outcome)}
        return {"ok": reduce(outcome, self.keep)}

    def changed(self) -> dict[str, Any]:
        found = {}
        for key, (value, before) in self._given.items():
            with suppress(NotPlainData, ValueError):
                if _digest(value) != before:
                    found[key] = reduce(value, self.keep)
        return found

    def test_is_over(self) -> None:
        for (module, name), value in self._put.items():
            setattr(sys.modules[module], name, value)
        self._put.clear()
        self._drawn_on = False

    def _outcome(self, ask: Mapping[str, Any]) -> Any:
        do = ask["do"]
        if do == "figures":
            if ask["what"] != "close":
                return getattr(importlib.import_module("matplotlib.pyplot"), ask["what"])()
            drawn = sys.modules.get("matplotlib.pyplot")
            return drawn and drawn.close("all")
        if do == "get":
            return self.names[ask["name"]] if ask["name"] in self.names else _MISSING
        if do == "has":
            return ask["name"] in self.names
        if do == "set":
            self.names[ask["name"]] = self.rebuilt(ask["value"])
            return None
        if do == "delete":
            return self.names.pop(ask["name"], _MISSING) is not _MISSING
        if do == "operate":
            operate = _OPERATORS[ask["name"]]
            return operate(*[self.rebuilt(each) for each in ask["operands"]])
        thing = self.kept[ask["of"]]
        if do == "call":
            args = [self.rebuilt(each) for each in ask["args"]]
            named = {name: self.rebuilt(each) for name, each in ask["named"].items()}
            for key, value in (*enumerate(args), *named.items()):
                if not isinstance(value, (int, float, str, bytes, type(None))):
                    with suppress(NotPlainData, ValueError):
                        self._given[str(key)] = (value, _digest(value))
            if not self._drawn_on and (plt := sys.modules.get("matplotlib.pyplot")):
                plt.close("all")
            self._drawn_on = True
            return thing(*args, **named)
        if do == "attribute":
            found = getattr(thing, ask["name"])
            return dict(found) if isinstance(found, types.MappingProxyType) else found
        if do == "signature":
            return [
                (each.name, int(each.kind), (each.default,) * (each.default is not each.empty))
                for each in inspect.signature(thing).parameters.values()
            ]
        if do == "python":
            module, _, name = ask["what"].partition(".")
            more = {name: self.rebuilt(each) for name, each in ask["named"].items()}
            return getattr(importlib.import_module(module), name)(thing, **more)
        if do == "next":
            sent = self.rebuilt(ask["value"])
            return next(thing) if sent is None else thing.send(sent)
        if do == "await":
            import asyncio

            return asyncio.run(thing)
        if do == "drain":
            return list(itertools.islice(thing, ask["most"]))
        raise Garbled(f"nothing is called {do}")

    def keep(self, value: Any) -> dict[str, Any]:
        """What crosses in place of a value that is not plain data."""
        if value is _MISSING:
            return {"$": "missing name"}
        number = self._numbers.setdefault(id(value), len(self.kept))
        if number == len(self.kept):
            self.kept.append(value)
        says: dict[str, Any] = {
            "$": "kept",
            "id": number,
            "type": type(value).__name__[:80],
            # What `contextlib` makes of a function can be called, too; it is there to be entered.
            "callable": callable(value) and not hasattr(type(value), "__enter__"),
        }
        if isinstance(value, types.ModuleType):
            says["module"] = value.__name__[:80]
        elif isinstance(value, type) and issubclass(value, BaseException):
            says["raises"] = [*_names(value)]
        elif inspect.iscoroutine(value):
            says["coroutine"] = True
        elif isinstance(value, Iterator):
            says |= {"iterator": True, "generator": isinstance(value, types.GeneratorType)}
        if callable(value):
            says["name"] = str(getattr(value, "__name__", "?"))[:80]
            says["doc"] = str(getattr(value, "__doc__", None) or "")[:2000]
        return says

    def rebuilt(self, data: Any) -> Any:
        return build(data, self._find)

    def _find(self, data: Mapping[str, Any], _path: str) -> Any:
        if data.get("$") == "kept":
            return self.kept[data["id"]]
        if data.get("$") == "teachers":
            return self._callback(data)
        if data.get("$") == "python":
            return getattr(importlib.import_module(data["module"]), data["name"])
        if data.get("$") == "teachers iterator":
            return iter(self._callback(data), _MISSING)
        if data.get("$") == "error":
            kind = _error(data["name"])
            return kind(*self.rebuilt(data["words"])) if "words" in data else kind
        raise Garbled("not plain data")

    def _callback(self, data: Mapping[str, Any]) -> Callable[..., Any]:
        def teachers_function(*args: Any, _part: str | None = None, **named: Any) -> Any:
            asked = {"call back": data["id"], "part": _part}
            asked["args"] = [reduce(each, self.keep) for each in args]
            asked["named"] = {name: reduce(each, self.keep) for name, each in named.items()}
            self.link.send(asked)
            reply = self.link.receive()
            if "raised" in reply:
                raise _error(reply["raised"][0])(reply["raised"][1])
            return self.rebuilt(reply["ok"])

        if data["fake"]:
            return _Fake(teachers_function)
        teachers_function.__name__, teachers_function.__doc__ = data["name"], data["doc"]
        return teachers_function


class _Fake:
    """What stands here for a mock of a test's."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._ask(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return self._ask(_part=name)


for _special in ("__enter__", "__exit__", "__iter__"):
    setattr(_Fake, _special, lambda self, *_, part=_special: self._ask(_part=part)())

_MISSING = object()
_OF_ALL = frozenset(dir(BaseException))
_MOST_WARNINGS = 20  # of one answer


def _error(name: str) -> type[Exception]:
    kind = getattr(builtins, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError


def _digest(value: Any) -> str:
    return json.dumps(reduce(value, lambda each: {"$": id(each)}))


def _names(kind: type) -> Iterator[str]:
    for each in kind.__mro__:
        there = getattr(sys.modules.get(each.__module__), each.__name__, None)
        yield f"{each.__module__ if there is each else '__main__'}:{each.__name__}"[:160]


_OPERATORS: dict[str, Callable[..., Any]] = {
    name: getattr(operator, name, None) or getattr(builtins, name)
    for name in ("hash", "isinstance", "issubclass", "setattr", *OPERATORS.values())
}


def run_submission(link: Link, *, patient: bool = True) -> None:
    """Take a job from the link, and do it to its end.

    If `patient`, fork before each test and interrupt what takes too long; else the other side has
    to stop this process and start another.
    """
    job = link.receive()
    limits = job["limits"]
    _set_down(job["files"])
    courses.of([job["course"]]).become(job["identity"])
    apply_limits(limits)
    student = Student(shell.ready_shell().user_ns, link)
    for number, step in enumerate(job["steps"]):
        if step["test"]:
            if step["test"] in job["skip"]:
                continue
            if patient:
                _serve_with_a_second_life(student, step["test"], limits)
            else:
                _serve(student, step["test"], limits, timed=False)
        elif number not in job["skip"]:
            link.send({"starts": number})
            error = shell.run(step["source"], limits["cell"] if patient else 0, limits["wall"])
            link.send({"cell": number, "error": error})
    link.send({"done": True})


def _serve_with_a_second_life(student: Student, test: str, limits: Mapping[str, Any]) -> None:
    """Answer a test's questions in a child that carries on; take its place if it dies at it."""
    before = os.getpid()
    while True:
        child = os.fork()
        if child == 0:
            _serve(student, test, limits, timed=True)
            with suppress(OSError):  # one process a test would fill the memory of all
                os.kill(before, signal.SIGKILL)
            return
        _, status = os.waitpid(child, 0)
        why = {signal.SIGPROF: "time", signal.SIGALRM: "clock"}
        by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        student.link.send({"lost": why.get(signal.Signals(by), "died") if by else "died"})


def _serve(student: Student, test: str, limits: Mapping[str, Any], *, timed: bool) -> None:
    """Answer until the test is over; the clock kills this process if an answer takes too long."""
    seconds = limits["call"] if timed else 0
    link = student.link
    link.send({"test": test, "files": student.watched.written()})
    while True:
        ask = link.receive()
        if ask["do"] == "again":
            os._exit(1)
        if ask["do"] == "go on":
            student.test_is_over()
            return
        if seconds:
            start_the_clocks(signal.SIG_DFL, seconds, limits["wall"])
        reply: dict[str, Any]
        warned: list[Any] = []
        keep_out, keep_err = sys.stdout, sys.stderr
        printed, complained = Printed(limits["output"]), Printed(limits["output"])
        sys.stdout, sys.stderr = printed, complained
        try:
            if "files" in ask:
                _set_down(ask["files"])
                student.watched.written()  # these are the test's
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                reply = {"n": ask["n"], **student.answer(ask)}
        except BaseException as problem:
            reply = {"n": ask["n"], **_raised(student, problem)}
        try:
            reply |= {"changed": changed} if (changed := student.changed()) else {}
            said = [[[*_names(w.category)], str(w.message)] for w in warned[:_MOST_WARNINGS]]
            reply |= {"warned": said} if said else {}
            reply |= {"files": files} if (files := student.watched.written()) else {}
        except BaseException as problem:
            reply = {"n": ask["n"], **_raised(student, problem)}
        finally:
            sys.stdout, sys.stderr = keep_out, keep_err
            if seconds:
                stop_the_clocks()
        for name, heard in (("printed", printed), ("complained", complained)):
            if text := heard.getvalue():
                reply[name] = text
        try:
            link.send(reply)
        except (NotPlainData, TooLarge, ValueError, TypeError) as problem:
            link.send({"n": ask["n"], **_raised(student, problem)})


def _raised(student: Student, problem: BaseException, cause: bool = True) -> dict[str, Any]:
    words = words_of(problem)
    try:
        args = [reduce(each, student.keep) for each in problem.args[:5]]
    except BaseException:
        args = [words]
    own = {}
    for name in [each for each in dir(problem) if each not in _OF_ALL and each[0] != "_"][:20]:
        with suppress(BaseException):
            if not callable(value := getattr(problem, name)):
                own[name] = reduce(value, student.keep)
    said = {"raised": [*_names(type(problem))], "words": words, "args": args, "own": own}
    if cause and problem.__cause__ is not None:
        said["cause"] = _raised(student, problem.__cause__, cause=False)
    return said


def _set_down(files: Mapping[str, str]) -> None:
    for name, contents in files.items():
        place = Path(name)
        if place.is_absolute() or ".." in place.parts:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(base64.b64decode(contents))


def apply_limits(limits: Mapping[str, Any]) -> None:
    """Bound what this process and its children may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        "RLIMIT_AS": limits["address_space"] * MEBI,
        "RLIMIT_FSIZE": limits["disk"] * MEBI,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": limits["open_files"],
        "RLIMIT_NPROC": limits["processes"] + 2 + _processes_of_this_user(),
        "RLIMIT_CPU": int(limits["submission"]) + 5,
        "RLIMIT_MEMLOCK": MEBI,
        "RLIMIT_MSGQUEUE": MEBI,
    }
    for name, most in wanted.items():
        # A limit that this system does not have is left out; the level says what holds.
        with suppress(AttributeError, OSError, ValueError):
            which = getattr(resource, name)
            _, hard = resource.getrlimit(which)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(which, (most, most))


def _processes_of_this_user() -> int:
    found = 0
    try:
        for entry in os.scandir("/proc"):
            with suppress(OSError):
                found += entry.name.isdigit() and entry.stat().st_uid == os.getuid()
    except OSError:
        return 200
    return found
