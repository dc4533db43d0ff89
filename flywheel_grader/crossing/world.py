"""Python as a test sees it: its names, and what it does to Python, done for the student, too.

A test may set a seed, put something in the place of `input` or `random.randint`, ask for the chart
that was drawn last, or ask Python about a function of the student's. In a kernel both sides share
one Python; here the one is told what the other did, before each question.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import dataclasses
import importlib
import inspect
import random
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from flywheel_grader.crossing.far import Far
from flywheel_grader.crossing.kinds import StudentError
from flywheel_grader.crossing.stand_ins import StandIn, number_now
from flywheel_grader.crossing.wire import NotPlainData
from flywheel_grader.notebooks.whose_names import statements

# Asked of Python about a function or an object; answered where that is.
_ASKED_THERE = {
    dataclasses: "asdict astuple fields is_dataclass replace",
    inspect: "getdoc isabstract isclass iscoroutinefunction isfunction isgeneratorfunction "
    "ismethod isroutine",
}
_OF_OUR_OWN = frozenset({"stdout", "stderr", "displayhook", "excepthook", "filters", "showwarning"})


class World:
    """Python as one test sees it, with its names in `space`, until it is over.

    Only what its code names is looked after, and the modules that the notebook imports; the
    student's code is there for its text.
    """

    def __init__(
        self, far: Far, space: dict[str, Any], test: str, imported: tuple[str, ...], code: str
    ) -> None:
        self._far, self._space, self._code = far, space, code
        named = {each for word in _words(test) for each in _prefixes(word)}
        modules = ["builtins", *named, *(each for name in imported for each in _prefixes(name))]
        self._places = {name: found for name in modules if (found := _module(name))}
        self._modules = {name: dict(vars(found)) for name, found in self._places.items()}
        self._told: dict[tuple[str, str], Any] = {}
        self._seeds = "seed" in test
        self._states: dict[str, Any] = {}
        self._draws = "plt." in test or "pyplot" in test

    @contextlib.contextmanager
    def around(self) -> Iterator[None]:
        put: list[tuple[Any, str, Any]] = []

        def hook(place: Any, name: str, made: Callable[..., Any]) -> None:
            put.append((place, name, getattr(place, name)))
            setattr(place, name, made)
            self._modules.get(place.__name__, {})[name] = made

        for module, names in _ASKED_THERE.items():
            for name in names.split():
                hook(module, name, self._asking(module, name, getattr(module, name)))
        hook(inspect, "getsource", self._source_of(inspect.getsource))
        if self._draws and (plt := _module("matplotlib.pyplot")):
            for name in ("gcf", "gca", "get_fignums", "close"):
                hook(plt, name, self._drawn(plt, name, getattr(plt, name)))
        main = sys.modules["__main__"]
        sys.modules["__main__"] = _Main(self._space)
        self._far.news = self._news
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            self._far.news = dict
            sys.modules["__main__"] = main
            for name, before in self._modules.items():
                for each, value in before.items():
                    if vars(self._places[name]).get(each) is not value and each[0] != "_":
                        setattr(self._places[name], each, value)
            for place, name, value in reversed(put):
                setattr(place, name, value)

    def _news(self) -> Mapping[str, Any]:
        said: dict[str, Any] = {}
        for module, before in self._modules.items():
            now = vars(self._places[module])
            for name, was in before.items():
                value, known = now.get(name), self._told.get((module, name), was)
                if value is not known and name[0] != "_" and name not in _OF_OUR_OWN:
                    self._told[module, name] = value
                    with contextlib.suppress(NotPlainData):
                        form = None if value is was else self._far.send_form(value)
                        said.setdefault("put", []).append([module, name, form])
        if self._seeds and (states := dict(self._moved())):
            said["seeds"] = self._far.send_form(states)
        return said

    def _moved(self) -> Iterator[tuple[str, Any]]:
        numpy = sys.modules.get("numpy")
        ways = {"random": (random.getstate, random.random)}
        if numpy is not None:
            ways["numpy"] = (numpy.random.get_state, numpy.random.random)
        for name, (state, draw) in ways.items():
            now = state()
            if repr(now) != self._states.get(name):
                draw()  # so that the same seed set again is seen
                self._states[name] = repr(state())
                yield name, now

    def _asking(self, module: Any, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def ask(thing: Any, *args: Any, **named: Any) -> Any:
            if not isinstance(thing, StandIn):
                return real(thing, *args, **named)
            return self._ask(thing, f"{module.__name__}.{name}", **named)

        return ask

    def _ask(self, thing: StandIn, what: str, **named: Any) -> Any:
        sent = {key: self._far.send_form(each) for key, each in named.items()}
        number, path = number_now(thing), f"{what}({thing._flywheel[2]})"
        return self._far.ask("python", path, of=number, what=what, named=sent)

    def _source_of(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def getsource(thing: Any) -> Any:
            if not isinstance(thing, StandIn):
                return real(thing)
            path = thing._flywheel[2].split(".")
            body: list[Any] = list(statements(self._code))
            found: Any = None
            for name in path:
                kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
                named = [each for each in body if isinstance(each, kinds) and each.name == name]
                found = named[-1] if named else None
                body = found.body if found else []
            if found is None:
                raise OSError("could not get source code")
            lines = self._code.split("\n")
            first = min(each.lineno for each in [found, *found.decorator_list])
            text = "\n".join(lines[first - 1 : found.end_lineno]) + "\n"
            # The program may know another text under that name; its word alone is not taken.
            with contextlib.suppress(StudentError, OSError, TypeError):
                if self._ask(thing, "inspect.getsource") != text:
                    raise LookupError("this function has another text")
            return text

        return getsource

    def _drawn(self, plt: Any, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        numbers = plt.get_fignums  # the chart is the test's own where it has drawn one

        def drawn(*args: Any, **named: Any) -> Any:
            if name == "close":
                self._far.ask("figures", "plt.close()", what="close", of=None)
            elif not numbers():
                return self._far.ask("figures", f"plt.{name}()", what=name, of=None)
            return real(*args, **named)

        return drawn


class Names(dict[str, Any]):
    """What a test's names mean: the tests' own first, then the teacher's, then the student's.

    Setting one of the student's own (`mine`) sets it in the student's program, and nowhere else.
    What only tests define (`ours`) is, like Python's own, never asked of the student.
    """

    def __init__(self, far: Far, mine: frozenset[str], ours: frozenset[str]) -> None:
        shell = SimpleNamespace(user_ns=self, run_line_magic=lambda *_: None)
        super().__init__(__builtins__=builtins, __name__="__main__", get_ipython=lambda: shell)
        self._far, self._mine, self._ours = far, mine, ours

    def __missing__(self, name: str) -> Any:
        if self._is_never_asked(name):
            raise KeyError(name)
        return self._far.look_up(name)

    def _is_never_asked(self, name: str) -> bool:
        pythons = hasattr(builtins, name) or name.startswith("__")
        return name not in self._mine and (pythons or name in self._ours)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._mine:
            with contextlib.suppress(NotPlainData):  # a file that is open, say, is the test's alone
                sent = self._far.send_form(value)
                self._far.ask("set", name, name=name, value=sent)
                return
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            super().__delitem__(name)
        elif self._far.ask("delete", name, name=name) is not True:
            raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        if not isinstance(name, str) or self._is_never_asked(name):
            return False
        return self._far.has(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default


class _Main(types.ModuleType):
    """The notebook as a module, for `mock.patch("__main__.roll")`."""

    def __init__(self, space: dict[str, Any]) -> None:
        super().__init__("__main__")
        object.__setattr__(self, "_space", space)

    def __getattr__(self, name: str) -> Any:
        space = object.__getattribute__(self, "_space")
        if name.startswith("__") or name not in space:
            raise AttributeError(name)
        return space[name]

    def __setattr__(self, name: str, value: Any) -> None:
        object.__getattribute__(self, "_space")[name] = value

    def __delattr__(self, name: str) -> None:
        del object.__getattribute__(self, "_space")[name]


def _words(test: str) -> Iterator[str]:
    for each in (node for statement in statements(test) for node in ast.walk(statement)):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom) and each.module:
            yield each.module
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            if all(part.isidentifier() for part in each.value.split(".")):
                yield each.value.rpartition(".")[0]


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: n + 1]) for n in range(len(parts)) if parts[0])


def _module(name: str) -> Any:
    if name != "__main__":
        with contextlib.suppress(Exception):
            own = name.split(".")[0] in sys.stdlib_module_names
            return importlib.import_module(name) if own else sys.modules.get(name)
    return None
