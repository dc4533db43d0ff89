"""A student's function with one slip mended, in as many ways as there are, the likeliest first."""

from __future__ import annotations

import ast
import copy
import io
import tokenize
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from flywheel_edu.exercises.forms import Slip

ROUNDED = Slip("rounded", "give the number as it comes out; only what is shown is rounded.")
_BRACKETS = Slip("brackets", "what is worked out first? Brackets keep together what belongs so.")
_EDGE = Slip("the edge counted wrongly", "does what lies exactly at the edge belong to it?")
_TURNED = Slip(
    "turned round", "which of the two is to be larger? Is each minus, each not in place?"
)
_SWAPPED = Slip("two in the wrong order", "which of them comes first?")
ONE_OFF = Slip("one off", "count it on your fingers: where does it begin, where does it end?")
LEFT = Slip("what is left for what is gone", "the one part and the other make up the whole.")
_PERCENT = Slip("percent for fraction", "a rate of 0.1 already means 10 %.")
_UPSIDE_DOWN = Slip("upside down", "what is to be divided by what?")
_TOO_MUCH = Slip("one number too many", "is each number in the line asked for?")

_INSTEAD = {
    "+": "-*", "-": "+*", "*": ("/", "+", "**"), "/": "*", "**": "*", "+=": ("-=", "*="),
    "-=": ("+=",), "*=": ("+=", "/="), "/=": ("*=",),
}  # fmt: skip
_SIGNS = Slip(
    "the wrong sign between two", "plus, minus, times, divided by, to the power of: which?"
)
_EDGES = {"<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="),
          "==": ("", "!="), "!=": ("", "==")}  # fmt: skip
_CALLED = {"max": "min", "min": "max", "floor": "math.ceil", "round": "math.ceil",
           "int": "math.ceil", "log2": "math.log", "log10": "math.log",
           "log": "math.log2"}  # fmt: skip

Way = Iterator[tuple[Slip, Callable[[Any], None]]]


def mends(tree: ast.FunctionDef) -> Iterator[tuple[Slip, str]]:
    """The sources of the function with one slip mended, and what each slip is called."""
    text = ast.unparse(tree)
    yield from _by_nodes(tree, (_rounding, _order, _means))
    yield from _by_signs(text)
    yield from _by_nodes(tree, (_numbers, _calls, _parts, _lines))
    names = {each.id: None for each in ast.walk(tree) if isinstance(each, ast.Name)
             and isinstance(each.ctx, ast.Store)}  # fmt: skip
    names |= {each.arg: None for each in tree.args.args}
    yield from _by_nodes(tree, (lambda node: _names(node, list(names)),))
    yield from _by_brackets(text)
    for c in sorted({n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)
                     and type(n.value) is int and 1 < n.value < 30}):  # fmt: skip
        for other in (c + 1, c - 1):
            yield ONE_OFF, _with_all(tree, c, other)
    yield from _by_nodes(tree, (_whole,))


def called(node: Any) -> str:
    """The name of the function that is called, if this is a call."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# -- in the text


def _by_signs(text: str) -> Iterator[tuple[Slip, str]]:
    lines = text.split("\n")
    for token in _tokens(text):
        row, (start, end) = token.start[0] - 1, (token.start[1], token.end[1])
        for number, other in enumerate(_EDGES.get(token.string, ())):
            if other:
                slip = _TURNED if number else _EDGE
                yield slip, _put(lines, row, start, end, other)
        for other in _INSTEAD.get(token.string, ()):
            if other != "**" or "**" not in lines[row]:  # a tower of powers would never end
                slip = _UPSIDE_DOWN if {token.string, other} == {"*", "/"} else _SIGNS
                yield slip, _put(lines, row, start, end, other)


def _by_brackets(text: str) -> Iterator[tuple[Slip, str]]:
    """One pair of brackets more, or at another place."""
    yield from _one_pair_more(text)
    lines, opened, tokens = text.split("\n"), [], _tokens(text)
    for before, token in pairwise(tokens):
        if token.string == "(":
            opened.append(None if before.type == tokenize.NAME and before.string not in
                          ("return", "in", "if", "and", "or", "not") else token)  # fmt: skip
        elif token.string == ")" and opened and (start := opened.pop()):
            row, at = token.start
            without = _put(lines, row - 1, at, at + 1, "").split("\n")
            bare = _put(without, start.start[0] - 1, start.start[1], start.end[1], "")
            yield _BRACKETS, bare
            yield from _one_pair_more(bare)


def _one_pair_more(text: str) -> Iterator[tuple[Slip, str]]:
    tokens, lines = _tokens(text), text.split("\n")
    for at, first in enumerate(tokens):
        if first.type not in (tokenize.NAME, tokenize.NUMBER) and first.string != "(":
            continue
        depth, signs = 0, 0
        for last in tokens[at:]:
            depth += (last.string in "([{") - (last.string in ")]}")
            signs += last.string in _INSTEAD and not depth
            if depth < 0 or last.start[0] != first.start[0]:
                break
            is_end = last.type in (tokenize.NAME, tokenize.NUMBER) or last.string in (")", "]")
            if not depth and signs and is_end:
                row = first.start[0] - 1
                longer = _put(lines, row, last.end[1], last.end[1], ")").split("\n")
                yield _BRACKETS, _put(longer, row, first.start[1], first.start[1], "(")


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [each for each in found if each.string.strip() and each.start[0] > 1]


def _put(lines: list[str], row: int, start: int, end: int, new: str) -> str:
    line = lines[row]
    return "\n".join([*lines[:row], line[:start] + new + line[end:], *lines[row + 1 :]])


# -- in the tree


def _by_nodes(
    tree: ast.FunctionDef, ways: tuple[Callable[[ast.AST], Way], ...]
) -> Iterator[tuple[Slip, str]]:
    for way in ways:
        for number, node in enumerate(ast.walk(tree)):
            for slip, put in way(node):
                mended = copy.deepcopy(tree)
                put(next(each for n, each in enumerate(ast.walk(mended)) if n == number))
                yield slip, ast.unparse(ast.fix_missing_locations(mended))


def _with_all(tree: ast.FunctionDef, number: int, other: int) -> str:
    mended = copy.deepcopy(tree)
    for each in ast.walk(mended):
        if isinstance(each, ast.Constant) and each.value == number:
            each.value = other
    return ast.unparse(mended)


def _becomes(new: str, **nodes: ast.AST) -> Callable[[Any], None]:
    """Let a node be what these words say, with nodes of the tree for its names."""
    made: Any = ast.parse(new, mode="eval").body
    for each in list(ast.walk(made)):
        if isinstance(each, ast.Name) and each.id in nodes:
            _turn(each, copy.deepcopy(nodes[each.id]))

    return lambda node: _turn(node, made)


def _turn(node: Any, new: ast.AST) -> None:
    node.__class__ = type(new)
    node.__dict__.clear()
    node.__dict__.update(new.__dict__)


def _sets(name: str, value: Any) -> Callable[[Any], None]:
    return lambda node: setattr(node, name, copy.deepcopy(value))


def _at(part: Callable[[Any], Any], new: str) -> Callable[[Any], None]:
    """One part of a node becomes what is written, in which `x` is the part itself."""
    return lambda node: _becomes(new, x=part(node))(part(node))


def _is(node: ast.AST, op: type[ast.operator]) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, op)


def _rounding(node: ast.AST) -> Way:
    if isinstance(node, ast.Call) and node.args and called(node) in (
        "round", "int", "ceil", "floor",
    ):  # fmt: skip
        yield ROUNDED, _becomes("x", x=node.args[0])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
        yield ROUNDED, _sets("op", ast.Div())


def _whole(node: ast.AST) -> Way:
    if isinstance(node, ast.Return) and node.value is not None:
        up = Slip("not yet whole", "only whole ones are asked for: up, or down?")
        for new in ("math.ceil(x)", "math.floor(x)"):
            yield up, _at(lambda node: node.value, new)


def _order(node: ast.AST) -> Way:
    if isinstance(node, (ast.Tuple, ast.List, ast.Call)):
        name = "args" if isinstance(node, ast.Call) else "elts"
        parts = getattr(node, name)
        for at in range(len(parts) - 1 if len(parts) < 7 else 0):
            yield _SWAPPED, _sets(name, [*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]])
    if isinstance(node, ast.BinOp):
        slip = {ast.Div: _UPSIDE_DOWN, ast.Pow: _SWAPPED, ast.Sub: Slip("sign turned round",
                "what is taken from what?")}.get(type(node.op))  # fmt: skip
        if slip:
            turned = ast.BinOp(node.right, node.op, node.left)
            yield slip, _becomes("x", x=turned)


def _means(node: ast.AST) -> Way:
    """Sums, squares and relative errors where a mean of sizes is asked for."""
    if isinstance(node, ast.Call) and called(node) == "sum" and len(node.args) == 1:
        slip = Slip("the sum for the mean", "divide by how many there are.")
        yield slip, _becomes("sum(x) / len(list(x))", x=node.args[0])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        if isinstance(node.left, ast.Call) and called(node.left) == "sum":
            slip = Slip("divided by too many", "divide by how many you have added up.")
            yield slip, _becomes("sum(x) / len(list(x))", x=node.left.args[0])
        slip = Slip("divided once too often", "an amount is asked for, not a share.")
        yield slip, _becomes("x", x=node.left)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        slip = Slip("signs that cancel", "too much here does not make up for too little there.")
        yield slip, _becomes("abs(x)", x=node)
        slip = Slip("an amount for a share", "so much is off. Out of how much?")
        for base in (node.right, node.left):
            yield slip, _becomes("x / y", x=node, y=base)
    if isinstance(node, ast.FunctionDef):
        yield Slip("squares for sizes", "the plain size of each error is asked for."), _unsquare


def _unsquare(function: Any) -> None:
    each: Any
    for each in reversed(list(ast.walk(function))):  # what is inside goes with what is around it
        power = getattr(each.right, "value", None) if _is(each, ast.Pow) else None
        if called(each) == "sqrt":
            _becomes("x", x=each.args[0])(each)
        elif power in (0.5, 2):
            _becomes("x" if power == 0.5 else "abs(x)", x=each.left)(each)


def _numbers(node: ast.AST) -> Way:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div, ast.Add, ast.Sub)):
        for part, rest in ((node.right, node.left), (node.left, node.right)):
            value = getattr(part, "value", None)
            if isinstance(value, int | float):
                slip = _PERCENT if value == 100 else ONE_OFF if value == 1 else _TOO_MUCH
                yield slip, _becomes("x", x=rest)
    value = getattr(node, "value", None)
    if isinstance(node, ast.Constant) and isinstance(value, int | float):
        if type(value) is int and abs(value) < 30:
            if value in (0, 1):  # [-1] is a 1 with a minus before it
                yield ONE_OFF, _sets("value", 1 - value)
            for other in (value + 1, value - 1):
                yield ONE_OFF, _sets("value", other)
        for hundred in (value * 100, value / 100):
            yield _PERCENT, _sets("value", hundred)
    if isinstance(node, ast.Subscript):
        slip = Slip("the first for the last", "[0] is the first, [-1] the last.")
        for index in (0, -1):
            if ast.unparse(node.slice) != str(index):
                yield slip, _sets("slice", ast.Constant(index))
    if isinstance(node, ast.Call) and called(node) == "range" and len(node.args) < 3:
        for step in (1, -1):
            end = ast.BinOp(node.args[-1], ast.Add(), ast.Constant(step))
            yield ONE_OFF, _sets("args", [*node.args[:-1], end])


def _calls(node: ast.AST) -> Way:
    name = called(node)
    if not isinstance(node, ast.Call) or not node.args:
        return
    if other := _CALLED.get(name):
        slip = Slip(f"{name} for {other.removeprefix('math.')}", f"look up what {name} does.")
        yield slip, _sets("func", ast.parse(other, mode="eval").body)
    if name in ("max", "min"):
        slip = Slip("the value for its place", "not how much is asked for, but where it stands.")
        yield slip, _becomes("list(x).index(y)", x=node.args[0], y=node)
    if name in ("abs", "sum", "len", "max", "min"):
        slip = Slip(f"{name} where none is", f"is {name}(...) asked for?")
        yield slip, _becomes("x", x=node.args[0])
    if name in ("log", "log2", "exp"):
        for new, slip in (("1 + x", ONE_OFF), ("1 - x", LEFT), ("-x", _TURNED)):
            yield slip, _at(lambda node: node.args[0], new)


def _parts(node: ast.AST) -> Way:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield _TURNED, _becomes("x", x=node.operand)
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        for new in ("1 - x", "1 + x"):
            yield LEFT, _becomes(new, x=node)


def _lines(node: ast.AST) -> Way:
    body = getattr(node, "body", None)
    if isinstance(node, (ast.For, ast.While)) and isinstance(body, list):
        for at in range(len(body) - 1):
            turned = [*body[:at], body[at + 1], body[at], *body[at + 2 :]]
            slip = Slip("two lines in the wrong order", "go through one turn of the loop on paper.")
            yield slip, _sets("body", turned)


def _names(node: ast.AST, names: list[str]) -> Way:
    if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
        for other in names:
            if other != node.id:
                says = f"is {node.id} what is meant in each place where it stands?"
                yield Slip("one quantity for another", says), _sets("id", other)
    if isinstance(node, ast.BinOp):  # one term too many
        for part, rest in ((node.left, node.right), (node.right, node.left)):
            words = ast.unparse(part)
            if isinstance(part, (ast.Name, ast.Attribute)):
                slip = Slip("one thing too many", f"what is {words} there for?")
                yield slip, _becomes("x", x=rest)
