"""A student's function, asked: with a limit on its time, its printing kept, its answers noted.

The limit is a trace function, so that it holds on Windows and in a browser's Python, too. It sees
lines of Python only. What goes on inside one call of C, as in `sum(range(10 ** 12))`, is given an
end: endless iterators stop after `MOST` turns, and ranges after `FAR`. A search that goes back over
its text again and again, or the power of a huge number, listens for a signal, where there are
signals; elsewhere no Python, in no thread, runs until such a call is done: restart the kernel.
"""

from __future__ import annotations

import ast
import copy
import dis
import io
import itertools
import linecache
import signal
import sys
from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import cache, wraps
from inspect import unwrap
from itertools import chain, count, cycle, islice, repeat
from threading import current_thread, main_thread
from time import perf_counter, process_time
from types import CodeType, FrameType, FunctionType
from typing import Any

LONGEST = 20.0 if sys.platform == "emscripten" else 5.0  # s, of one call
MOST = 2_000_000  # turns of an iterator that has no end
FAR = 10_000_000  # numbers of a range that is gone through in one call
_ENDLESS: tuple[Any, ...] = (count, cycle, repeat)
_OWN: dict[str, Any] = {"iter": iter, "range": range}  # Python's, which no import brings


class Endless(BaseException):
    """A call that was stopped: where, after what, and what to ask oneself.

    No `except Exception` holds it up.
    """

    def __init__(self, where: str, what: str = "", after: str = "", says: str = "") -> None:
        super().__init__(where)
        what, after = what or "this loop never ends", after or f"{LONGEST:g} seconds"
        self.stopped = f"{what}; it was stopped after {after}."
        self.says = says or "Does anything in it change what it waits for?"


@dataclass
class Heard:
    """What was heard while a student's function was asked."""

    # The arguments and the answer of each call that came to its end.
    calls: list[tuple[tuple[Any, ...], Any]] = field(default_factory=list)
    printed: io.StringIO = field(default_factory=io.StringIO)


def watched(answer: Any, heard: Heard, longest: float | None = None) -> Any:
    """The answer; a function has its calls noted, ends in time, and may empty what it is given."""
    if not callable(answer):
        return answer
    function = isinstance(answer, FunctionType)  # and no stand-in for one that runs elsewhere

    def ask(*arguments: Any, **named: Any) -> Any:
        space = answer.__globals__ if function else None
        with redirect_stdout(heard.printed), _limited(space, longest or LONGEST):
            result = answer(*copy.deepcopy(arguments), **copy.deepcopy(named))
        if not named:
            heard.calls.append((arguments, result))
        return result

    return wraps(answer)(ask) if function else ask


def own(answer: Any) -> FunctionType | None:
    """The function itself, if it is one of the student's that runs here."""
    inner = unwrap(answer) if isinstance(answer, FunctionType) else None
    return None if inner is None or inner.__globals__ is globals() else inner


def line_of(problem: BaseException, answer: Any) -> str:
    """Where in a student's own lines an error stopped, in words, or nothing."""
    space, found = getattr(own(answer), "__globals__", None), ""
    trace = problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if trace.tb_frame.f_globals is space:
            found = _quoted(code, trace.tb_lineno) or found
        trace = trace.tb_next
    return found


@contextmanager
def _limited(space: dict[str, Any] | None, longest: float) -> Iterator[None]:
    """Stop what runs in this space once it has taken too long."""
    if space is None:
        yield
        return
    before = sys.gettrace()
    # Processor time, so that a busy machine stops nobody; by the clock only what waits.
    end, last = process_time() + longest, perf_counter() + 4 * longest

    def line(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        if event in ("line", "opcode") and (process_time() > end or perf_counter() > last):
            raise Endless(_loop_around(frame, space))
        return line

    def call(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if frame.f_globals is not space:
            return None
        frame.f_trace_opcodes = _stays(frame.f_code)
        return line

    def ring(_number: int, frame: FrameType | None) -> None:
        where, says = _place_in(frame, space), "Would a smaller number, a shorter text do?"
        raise Endless(where, "this takes too long", says=says)

    with _given_an_end(space), _rung(1.2 * longest, ring):
        sys.settrace(call)
        try:
            yield
        finally:
            sys.settrace(before)


@cache
def _stays(code: CodeType) -> bool:
    """Whether a step leads to itself, as in `while True: pass`: no line is ever begun there."""
    return any(each.argval == each.offset for each in dis.get_instructions(code))


@contextmanager
def _rung(after: float, ring: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Ring after so much processor time, if nobody else has set that clock."""
    alarm = None if sys.platform in ("emscripten", "win32") else signal.SIGPROF
    free = current_thread() is main_thread() and alarm and signal.getsignal(alarm) is signal.SIG_DFL
    if not alarm or not free:
        yield
        return
    signal.signal(alarm, ring)
    signal.setitimer(signal.ITIMER_PROF, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(alarm, signal.SIG_DFL)


@contextmanager
def _given_an_end(space: dict[str, Any]) -> Iterator[None]:
    """Let what counts, cycles or repeats for ever, if asked for in this space, stop after all."""
    added = _OWN.keys() - space.keys()
    before = {name: value for name, value in {**_OWN, **space}.items() if id(value) in _ENDED}
    space.update({name: _ENDED[id(maker)] for name, maker in before.items()})
    # For `itertools.count`, and for an import inside a function.
    vars(itertools).update({maker.__name__: _ENDED[id(maker)] for maker in _ENDLESS})
    _asked.append(space)
    try:
        yield
    finally:
        _asked.pop()
        for each in () if _asked else _ENDED.values():
            each.given.clear()
        vars(itertools).update({maker.__name__: maker for maker in _ENDLESS})
        space.update(before)
        for name in added:
            del space[name]


class _Ended(type):
    """Stands for `range`, `count` and the like while a student's function is asked.

    What it makes has an end if the student's own lines ask for it; else it is what it stands for.
    """

    maker: Any
    given: dict[int, Any]  # what was made with an end, by its id

    def __call__(cls, *values: Any, **named: Any) -> Any:
        maker, space = cls.maker, sys._getframe(1).f_globals
        made = maker(*values, **named)
        has_end = maker is iter and len(values) < 2
        has_end |= maker is repeat and ("times" in named or len(values) > 1)
        has_end |= maker is range and not made[FAR:]
        if has_end or all(space is not each for each in _asked):
            return made

        what, most = "", MOST
        says = f"{maker.__name__}() goes on for ever here: what is to stop it?"
        if maker is range:
            what, most = "this takes too long", FAR
            says = "range(...) counts very far here: how far should it?"

        def stop(_: object) -> Any:
            raise Endless(_place_in(sys._getframe(1), space), what, f"{most:,} turns", says)

        found = chain(islice(made, most), map(stop, [made]))
        cls.given[id(found)] = found
        return found

    def __instancecheck__(cls, value: object) -> bool:
        return id(value) in cls.given or isinstance(value, cls.maker)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls.maker

    def __hash__(cls) -> int:
        return hash(cls.maker)


_asked: list[dict[str, Any]] = []  # the spaces of those that are being asked
_ENDED = {
    id(each): _Ended(each.__name__, (), {"maker": each, "given": {}})
    for each in (*_ENDLESS, *_OWN.values())
}


def _place_in(frame: FrameType | None, space: dict[str, Any]) -> str:
    while frame is not None and frame.f_globals is not space:
        frame = frame.f_back
    return _quoted(frame.f_code, frame.f_lineno) if frame else ""


def _loop_around(frame: FrameType | None, space: dict[str, Any]) -> str:
    here = ""
    while frame is not None and frame.f_globals is space:
        here = here or _quoted(frame.f_code, frame.f_lineno)
        for node in reversed(_loops_at(frame.f_code, frame.f_lineno)):
            return _quoted(frame.f_code, node.lineno)
        frame = frame.f_back
    return here


def _loops_at(code: CodeType, line: int) -> list[ast.For | ast.While]:
    """The loops around a line, the outermost first."""
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return []
    loops = [each for each in ast.walk(tree) if isinstance(each, (ast.For, ast.While))]
    return [each for each in loops if each.lineno <= line <= (each.end_lineno or 0)]


def _quoted(code: CodeType, line: int) -> str:
    text = linecache.getline(code.co_filename, line).strip()[:80]
    return f"line {line}: {text}" if text else ""


# The names of the notebook that asks, or is graded, while a check runs; set here, they are there.
notebook: ChainMap[str, Any] = ChainMap()


@contextmanager
def beside(names: MutableMapping[str, Any]) -> Iterator[None]:
    """Let checks see the answers that stand beside the one they are about."""
    notebook.maps.insert(0, names)
    try:
        yield
    finally:
        notebook.maps.pop(0)
