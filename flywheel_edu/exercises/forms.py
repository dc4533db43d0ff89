"""What kind of thing an answer is, and what to say if another kind is asked for."""

from __future__ import annotations

import ast
import inspect
import numbers
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flywheel_edu.exercises.asking import Heard, own

# What a task can ask for, in words.
WANTED = {
    "number": "one number",
    "row": "a list",
    "text": "a text",
    "truth": "True or False",
    "model": "a model",
    "drawing": "a drawing",
    "names": "names with their values, in braces",
}
_ALSO = {"nothing": "nothing", "run": "a run", "function": "a function"}


class Slip(NamedTuple):
    """A slip that happens in any exercise: its name, and what to think about."""

    name: str
    says: str


class Form(Slip):
    """The answer is no number, or no list, or whatever is asked for."""


def kind_of(value: Any) -> str:
    """Of which kind a value is: a key of `WANTED`, "nothing", "run", "function" or "other".

    >>> [kind_of(each) for each in (2, "2", [2], None, True, {"a": 2}, kind_of)]
    ['number', 'text', 'row', 'nothing', 'truth', 'names', 'function']
    """
    name = type(value).__name__
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool) or name in ("bool_", "bool"):
        return "truth"
    if isinstance(value, numbers.Number) or getattr(value, "ndim", None) == 0:
        return "number"
    if name in ("Model", "Run"):
        return name.lower()
    if hasattr(value, "number_of_edges"):
        return "drawing"
    if isinstance(value, Mapping):
        return "names"
    if hasattr(value, "__iter__"):
        return "row"
    return "function" if callable(value) else "number" if hasattr(value, "__float__") else "other"


def wrong_form(answer: Any, wanted: str, heard: Heard) -> Form | None:
    """What to say if the first thing that an answer gave is not of the kind that is asked for."""
    none = [call for call in heard.calls if call[1] is None]
    for _, value in (none or heard.calls)[:1]:
        got = kind_of(value)
        zero_or_one = wanted == "truth" and got == "number" and value in (0, 1)
        if zero_or_one or got in (wanted, "other"):
            return None
        given = {**WANTED, **_ALSO}[got]
        says = f"it gives {given}, and {WANTED[wanted]} is asked for."
        special = _special(answer, wanted, got, value, heard.printed.getvalue())
        return Form(*(special or (f"{given} for {WANTED[wanted]}", says)))
    return None


def _special(answer: Any, wanted: str, got: str, value: Any, printed: str) -> Slip | None:
    if got == "nothing":
        if printed.strip():
            tree = source_of(answer)
            who = "it" if tree and _prints(tree) else _called_by(answer, _prints)
            says = f"{who} shows its answer and gives nothing back. Write return in place of print."
            return Slip("printed, not returned", says)
        return Slip("no return", _without_return(answer))
    if wanted == "row" and turns(source_of(answer)):
        return Slip("returned in the first turn", FIRST_TURN)
    if got == "function":
        return Slip("brackets left out", "it gives a function. Write () after its name to call it.")
    if got == "text" and wanted in ("number", "truth"):
        words = "what stands in quotes, in f'...' or in str(...) is a text, not a number."
        return Slip("a text for a number", words if wanted == "number" else f"no quotes: {words}")
    if got == "text" and wanted in ("model", "drawing"):
        maker = {"model": "fw.Model.parse", "drawing": "fw.read_sketch"}[wanted]
        return Slip(
            f"the text in place of the {wanted}", f"{maker}(...) makes a {wanted} of a text."
        )
    if wanted in ("number", "truth") and got == "row" and len(value := list(value)) > 1:
        says = f"it gives a row of {len(value):,} numbers, and {WANTED[wanted]} is asked for. "
        return Slip(f"a whole row for {WANTED[wanted]}", says + "[0] is the first, [-1] the last.")
    moment = "One quantity is taken from it by its name in quotes, one moment by [0] or [-1]."
    if wanted == "number" and got in ("run", "model"):
        before = "" if got == "run" else "A model is first run, with fw.simulate(...). "
        return Slip(f"the whole {got} for a number", f"it gives a {got}. {before}{moment}")
    if wanted == "text" and got == "number":
        return Slip("a number for a name", "write the name, in quotes.")
    return None


def _calls(tree: ast.FunctionDef | None) -> list[str]:
    calls = (each for each in ast.walk(tree) if isinstance(each, ast.Call)) if tree else ()
    return [each.func.id for each in calls if isinstance(each.func, ast.Name)]


def _prints(tree: ast.FunctionDef) -> bool:
    return "print" in _calls(tree)


def _returns(tree: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(tree))


def _called_by(answer: Any, guilty: Callable[[ast.FunctionDef], bool]) -> str:
    """The function of the notebook that an answer calls and of which this is so, in words."""
    space = getattr(own(answer), "__globals__", {})
    trees = ((name, source_of(space.get(name))) for name in _calls(source_of(answer)))
    others = (f"{name}()" for name, tree in trees if tree and guilty(tree))
    return next(others, "it, or a function that it calls,")


FIRST_TURN = "the return stands inside the loop, so the loop ends in its first turn."


def _without_return(answer: Any) -> str:
    tree, last = source_of(answer), "gives nothing back. Its last line begins with the word return."
    if turns(tree):
        return FIRST_TURN
    if tree is None or not _returns(tree):
        return f"it {last}"
    other = _called_by(answer, lambda each: not _returns(each))
    if other.endswith("()"):
        return f"{other} {last}"
    nones = (n for n in ast.walk(tree) if isinstance(n, (ast.Constant, ast.Return)))
    if always_returns(tree.body) or any(n.value is None for n in nones):
        return "it returns None here, which is nothing. What is to come back in this case?"
    return "here no line with return is reached, so it gives nothing back."


def source_of(answer: Any) -> ast.FunctionDef | None:
    """The tree of a function as it was written, if it can be had."""
    inner = own(answer)
    if inner is None:
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inner)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    made = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    return made[0] if made else None


def turns(tree: ast.FunctionDef | None) -> bool:
    """Whether a loop of it always returns in its first turn."""
    loops = (
        [] if tree is None else [n for n in ast.walk(tree) if isinstance(n, (ast.For, ast.While))]
    )
    return any(always_returns(each.body) for each in loops)


def always_returns(body: list[ast.stmt]) -> bool:
    """Whether these lines return whatever happens in them."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and always_returns(last.body) and always_returns(last.orelse)
    return isinstance(last, ast.Return)
