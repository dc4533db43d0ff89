"""The equation tree: a closed set of frozen nodes.

Everything the package knows about a model is computed from these nodes: units, arrows, numbers,
sliders, JavaScript, machine code, the saved file. A reader of the tree handles each node or
refuses it; there is no node that runs anything.
"""

from __future__ import annotations

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
