"""What an open case tells its student: what was asked of an answer, what it gave, what was wanted.

Open is what the student has in the notebook: the lines of a test outside HIDDEN TESTS. They run
once more, without the others, in a program that no hidden test has met.
"""

from __future__ import annotations

import ast
import numbers
import re
import reprlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flywheel_grader.crossing.stand_ins import StandIn
from flywheel_grader.words import count, safe

_ASK, _TELL = "__ask__", "__tell__"  # no name of a test's
_AROUND = frozenset({"float", "int"})  # what may stand around an answer


class OpenCases(ast.NodeTransformer):
    """Hears what the assertions of a test ask, and says of each that fails what was wanted."""

    def __init__(self, students: frozenset[str]) -> None:
        self.students = students  # the names that are theirs to give
        self.lines: list[str] = []
        self._asked, self._gave = "", ""

    def listening(self, test: ast.Module, space: dict[str, Any]) -> ast.Module:
        """The test with what hears it, which runs among these names."""
        dict.update(space, {_ASK: self._ask, _TELL: self._tell})
        heard: ast.Module = self.visit(test)
        return ast.fix_missing_locations(heard)

    def _ask(self, name: str, function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        given = [*map(_short, args), *(f"{key}={_short(each)}" for key, each in named.items())]
        self._asked, self._gave = f"{name}({', '.join(given)})", ""
        answer = function(*args, **named)
        self._gave = _short(answer)
        return answer

    def _tell(self, name: str, value: Callable[[], Any], wanted: Callable[[], Any]) -> None:
        problem: Any = sys.exception()
        with suppress(Exception):  # what cannot be told is left out
            if name:
                self._asked, self._gave = name, _short(value())
            if self._gave:
                gave, want = self._gave, _short(wanted())
                self.lines.append(f"{self._asked}: you gave {gave}, wanted {want}")
            elif hasattr(problem, "students_words"):
                words = f"{type(problem).__name__}: {problem.students_words}".rstrip(": ")
                self.lines.append(f"{self._asked} stopped with {words}")

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        two = _held_against(node.test)
        if sorted(map(self._mentions, two)) != [0, 1]:
            return node
        answer, wanted = sorted(two, key=self._mentions, reverse=True)
        while isinstance(answer, ast.Call) and ast.unparse(answer.func) in _AROUND:
            (answer,) = answer.args
        match answer:
            case ast.Name(id=name):
                says = [ast.Constant(name), _later(answer)]
            case ast.Call(func=ast.Name(id=name)) if name in self.students:
                answer.args[:0] = [ast.Constant(name), answer.func]
                answer.func = _name(_ASK)
                says = [ast.Constant(""), _later(ast.Constant(None))]
            case _:
                return node
        told = ast.Expr(ast.Call(_name(_TELL), [*says, _later(wanted)], []))
        caught = ast.ExceptHandler(_name("Exception"), None, [told, ast.Raise()])
        return ast.copy_location(ast.Try([node], [caught], [], []), node)

    def _mentions(self, node: ast.expr) -> int:
        return sum(isinstance(n, ast.Name) and n.id in self.students for n in ast.walk(node))


def _held_against(asserted: ast.expr) -> list[ast.expr]:
    match asserted:
        case ast.Compare(left=one, ops=[ast.Eq()], comparators=[other]):
            return [one, other]
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="abs"), args=[ast.BinOp(one, ast.Sub(), other)]),
            ops=[ast.Lt() | ast.LtE()],
        ):
            return [one, other]
        case ast.Call(func=asked, args=[one, other, *_]):
            return [one, other] if re.search("close|equal", ast.unparse(asked)) else []
    return []


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _later(value: ast.expr) -> ast.Lambda:
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(nothing, value)


def _short(value: Any) -> str:
    try:
        if isinstance(value, StandIn):
            return "an object"
        if len(getattr(value, "shape", ())) > 1:
            return f"a table of {count(len(value), 'row')}"
        if isinstance(value, numbers.Real) and not isinstance(value, (bool, numbers.Integral)):
            return f"{float(value):.10g}"
        return safe(reprlib.repr(value), 160)
    except Exception:
        return "what cannot be shown"
