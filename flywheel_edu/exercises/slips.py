"""Slips that happen in any exercise, found without knowing the answer.

A slip is undone, and if then everything holds that a right answer has, the slip is named. What is
undone is either in the number (25 for 0.25: a hundredth of it would do) or in the lines (brackets
left out: with a pair of them it would do). Where other numbers near it would do as well, any number
might, and nothing is named.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from functools import partial
from operator import mul
from time import process_time
from typing import Any

from flywheel_edu.exercises.asking import Heard, own, watched
from flywheel_edu.exercises.forms import FIRST_TURN, Slip, kind_of, source_of, turns
from flywheel_edu.exercises.mending import LEFT, ONE_OFF, ROUNDED, called, mends

Holds = Callable[[Any], bool]

_SECONDS = 3.0  # for all that is tried with one answer
_NEAR = 5e-3  # so far from an answer, as a share of it, nothing may hold any more
_RATIO = "how much more is it, or how many times as much?"
_UNIT = Slip("in another unit", "the number is right, its unit is not. In what is it asked for?")

# What is wrong with a number, and what would undo it.
_OF_NUMBERS: dict[Slip, tuple[Callable[[float], float], ...]] = {
    LEFT: (lambda x: 1 - x,),
    Slip("percent for fraction", "write 0.25 for 25 %."): (lambda x: x / 100,),
    Slip("fraction for percent", "25 % is asked for as 25, not as 0.25."): (lambda x: x * 100,),
    Slip("sign turned round", "what should be above 0 is below it."): (lambda x: -x,),
    Slip("the ratio for the change", _RATIO): (lambda x: x - 1,),
    Slip("the change for the ratio", _RATIO): (lambda x: x + 1,),
    Slip("upside down", "what is to be divided by what?"): (lambda x: 1 / x,),
    _UNIT: tuple(partial(mul, f) for n in (12, 365, 1000, 1e6, 1e9) for f in (n, 1 / n)),
}


def slip_in(answer: Any, holds: Holds, heard: Heard) -> Slip | None:
    """The slip that an answer looks like: undone, everything would hold.

    ``holds`` says whether all properties of the task hold of an answer; ``heard`` is what this one
    gave while it was asked.
    """
    until = process_time() + _SECONDS

    def fits(mended: Any) -> bool:
        beside = (_after(mended, partial(mul, 1 + by), {}) for by in (_NEAR, -_NEAR))
        return holds(mended) and not any(map(holds, beside))

    values = [value for _, value in heard.calls] or [answer]
    if all(kind_of(each) in ("number", "row") for each in values):
        known = {repr(asked): value for asked, value in heard.calls}
        whole = all(kind_of(each) == "number" and float(each).is_integer() for each in values)
        for slip, ways in _OF_NUMBERS.items():
            for undo in ways:
                if process_time() < until and fits(_after(answer, undo, known)):
                    return ONE_OFF if whole and slip.name.startswith("the ") else slip
    tree = source_of(answer)
    if tree is None:
        return None
    if turns(tree):
        return Slip("returned in the first turn", FIRST_TURN)
    for slip, mended in mends(tree):
        if process_time() > until:
            break
        if fits(_made(mended, answer)):
            return slip
    body = "\n".join(map(ast.unparse, tree.body))
    unused = [each.arg for each in tree.args.args if not re.search(rf"\b{each.arg}\b", body)]
    return Slip("left out", f"you do not use {unused[0]}.") if unused else None


def rounds(answer: Any) -> Slip | None:
    """Whether what is given back is rounded to some digits at the very end."""
    tree = source_of(answer)
    for node in ast.walk(tree) if tree else ():
        call = node.value if isinstance(node, ast.Return) else None
        if isinstance(call, ast.Call) and called(call) == "round" and len(call.args) == 2:
            return ROUNDED
    return None


def _after(answer: Any, undo: Callable[[float], float], known: dict[str, Any]) -> Any:
    """The answer with this done to each of its numbers; what is known is not asked again."""

    def once(asked: tuple[Any, ...]) -> Any:
        key = repr(asked)
        if key not in known:
            known[key] = answer(*asked)
        return known[key]

    def done(value: Any) -> Any:
        if kind_of(value) == "row":
            return [done(each) for each in value]
        return undo(value)

    return (lambda *asked: done(once(asked))) if callable(answer) else done(answer)


def _made(source: str, like: Any) -> Any:
    """The function of these lines, among the names of another."""
    space = {"math": math, **getattr(own(like), "__globals__", {})}
    try:
        exec(compile(source, "<mended>", "exec"), space)
    except (SyntaxError, ValueError):
        return None
    return watched(space[like.__name__], Heard(), 0.5)
