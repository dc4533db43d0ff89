"""The equation tree, a closed set of frozen nodes, and its text.

Everything the package knows about a model is computed from these nodes: units, arrows, numbers,
sliders, JavaScript, machine code, the saved file. A reader of the tree handles each node or
refuses it; there is no node that runs anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from flywheel_edu.errors import Place
from flywheel_edu.units import Unit


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, with its unit if it says one: ``12 [month]``."""

    value: float
    place: Place | None = field(default=None, compare=False, repr=False)
    unit: Unit | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """The value of a quantity, or ``time``."""

    name: str
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Minus:
    """``-operand``."""

    operand: Expression
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``left op right`` with ``op`` one of ``+ - * / **``."""

    op: str
    left: Expression
    right: Expression
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``function(args)`` for one of the functions listed in ``functions.py``."""

    function: str
    args: tuple[Expression, ...]
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """``table(x, 0: 0, 1: 0.5, ...)``: straight lines between points, held beyond the ends."""

    x: Expression
    points: tuple[tuple[float, float], ...]
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right`` with ``op`` one of ``< <= > >= == !=``."""

    op: str
    left: Expression
    right: Expression
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Both:
    """``left and right``."""

    left: Condition
    right: Condition
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Either:
    """``left or right``."""

    left: Condition
    right: Condition
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """``not operand``."""

    operand: Condition
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """``then if condition else other``."""

    condition: Condition
    then: Expression
    other: Expression
    place: Place | None = field(default=None, compare=False, repr=False)


Expression = Number | Name | Minus | Binary | Call | Table | Choice
Condition = Compare | Both | Either | Not
Node = Expression | Condition


# What stands directly below a node, in the order it is written.
_BELOW: dict[type, tuple[str, ...]] = {
    Minus: ("operand",),
    Not: ("operand",),
    Table: ("x",),
    Choice: ("then", "condition", "other"),
    **dict.fromkeys((Binary, Compare, Both, Either), ("left", "right")),
}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one, in the order they are written."""
    if type(node) is Call:
        return node.args
    names = _BELOW.get(type(node))
    return tuple([getattr(node, name) for name in names]) if names else ()


def with_children(node: Node, change: Callable[[Any], Any]) -> Any:
    """The node with each of the nodes directly below it changed."""
    if isinstance(node, Call):
        return replace(node, args=tuple(map(change, node.args)))
    changed = {name: change(getattr(node, name)) for name in _BELOW.get(type(node), ())}
    return replace(node, **changed) if changed else node


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before its children."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def names_in(node: Node) -> tuple[str, ...]:
    """The names an equation reads, in order of first appearance, ``time`` among them."""
    return tuple(dict.fromkeys(found.name for found in walk(node) if isinstance(found, Name)))


# How tightly each operator holds its sides together.
_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _MINUS, _POWER, _VALUE = range(10)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def text_of(node: Node) -> str:
    """The equation as it would be written, with no more brackets than it needs.

    Examples
    --------
    >>> from flywheel_edu.language.parser import read_expression
    >>> text_of(read_expression("(a+b)*c ** (1 / 2)"))
    '(a + b) * c ** (1 / 2)'
    """
    return _written(node)[0]


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(1000000.0), number_text(0.1), number_text(1e-9), number_text(float("-inf"))
    ('1000000', '0.1', '1e-09', '-inf')
    """
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def _written(node: Node) -> tuple[str, int]:
    """The text of a node, and how tightly it holds together."""
    match node:
        case Number(value=value, unit=unit) if unit is not None:
            return f"{number_text(value)} [{unit}]", _MINUS if value < 0 else _VALUE
        case Number(value=value):
            negative = value < 0 or (value == 0 and math.copysign(1, value) < 0)
            text = "pi" if value == math.pi else number_text(value)
            return text, _MINUS if negative else _VALUE
        case Name(name=name):
            return name, _VALUE
        case Minus(operand=operand):
            # A number under a minus sign would read back as one negative number.
            floor = _VALUE + 1 if isinstance(operand, Number) else _MINUS
            return f"-{_part(operand, floor)}", _MINUS
        case Binary(op="**", left=left, right=right):
            return f"{_part(left, _VALUE)} ** {_part(right, _MINUS)}", _POWER
        case Binary(op=op, left=left, right=right):
            own = _BINARY[op]
            return f"{_part(left, own)} {op} {_part(right, own + 1)}", own
        case Call(function=function, args=args):
            return f"{function}({', '.join(map(text_of, args))})", _VALUE
        case Table(x=x, points=points):
            drawn = ", ".join(f"{number_text(a)}: {number_text(b)}" for a, b in points)
            return f"table({text_of(x)}, {drawn})", _VALUE
        case Choice(condition=condition, then=then, other=other):
            return (
                f"{_part(then, _SUM)} if {text_of(condition)} else {_part(other, _CHOICE)}",
                _CHOICE,
            )
        case Either(left=left, right=right):
            return f"{_part(left, _OR)} or {_part(right, _AND)}", _OR
        case Both(left=left, right=right):
            return f"{_part(left, _AND)} and {_part(right, _NOT)}", _AND
        case Not(operand=operand):
            return f"not {_part(operand, _NOT)}", _NOT
        case Compare(op=op, left=left, right=right):
            return f"{_part(left, _SUM)} {op} {_part(right, _SUM)}", _COMPARE


def _part(node: Node, floor: int) -> str:
    text, strength = _written(node)
    return text if strength >= floor else f"({text})"
