"""One test cell run, with a clock; and where in it a problem arose."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import signal
import threading
from collections.abc import Iterator
from typing import Any

from flywheel_grader.crossing.far import Far
from flywheel_grader.judging.open_cases import OpenCases
from flywheel_grader.notebooks.source import Test
from flywheel_grader.notebooks.whose_names import parse_cell

FILE = "<test>"


def execute(test: Test, space: dict[str, Any], heard: OpenCases | None = None) -> Any:
    """Run a test cell; the value of its last line if that is an expression."""
    tree = parse_cell(test.source)
    if heard is not None:
        tree = heard.listening(tree, space)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    _run(tree, space)
    if not isinstance(last, ast.Expr):
        return None
    value = _run(ast.Expression(last.value), space)
    return None if test.source.rstrip().endswith(";") else value


def _run(tree: ast.Module | ast.Expression, space: dict[str, Any]) -> Any:
    kind = "exec" if isinstance(tree, ast.Module) else "eval"
    code = compile(tree, FILE, kind, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    value = eval(code, space)
    return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value


@contextlib.contextmanager
def clock(far: Far, seconds: float) -> Iterator[None]:
    """Stop a test of the teacher's that runs too long, where the system can."""
    in_main = threading.current_thread() is threading.main_thread()
    if not (in_main and hasattr(signal, "setitimer")):
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda _signal, _frame: far.ring())
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
