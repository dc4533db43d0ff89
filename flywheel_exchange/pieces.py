"""Pieces of equations that several files here build."""

from __future__ import annotations

from flywheel_edu.errors import Place
from flywheel_edu.language import Binary, Call, Choice, Compare, Condition, Expression, Minus
from flywheel_edu.language.tree import Node, Number


def as_value(node: Node) -> Expression:
    """The node as a number: a condition counts 1 where it holds, else 0."""
    if isinstance(node, Condition):
        return Choice(node, Number(1.0), Number(0.0), node.place)
    return node


def as_condition(node: Node) -> Condition:
    """The node as a condition: a number holds unless it is 0."""
    if isinstance(node, Condition):
        return node
    return Compare("!=", node, Number(0.0), node.place)


def minus(node: Expression, place: Place | None = None) -> Expression:
    """The node with its sign turned; a number stays a number."""
    return Number(-node.value, place) if isinstance(node, Number) else Minus(node, place)


def safe_division(
    above: Expression, below: Expression, place: Place | None, otherwise: Expression | None = None
) -> Expression:
    """A quotient, and another value where it would divide by 0."""
    divided = Binary("/", above, below, place)
    return Choice(Compare("!=", below, Number(0.0)), divided, otherwise or Number(0.0), place)


def folded(op: str, values: list[Expression], place: Place | None = None) -> Expression:
    """The values joined by an operator, or by ``min`` or ``max``."""
    found, called = values[0], op in ("min", "max")
    for value in values[1:]:
        found = Call(op, (found, value), place) if called else Binary(op, found, value, place)
    return found


def picked(by: Expression, values: list[Expression], place: Place | None = None) -> Expression:
    """The value with the number that another one says, from 1; 0 if there is none."""
    whole = Call("int", (by,))
    found: Expression = Number(0.0)
    for i in range(len(values), 0, -1):
        found = Choice(Compare("==", whole, Number(float(i))), values[i - 1], found, place)
    return found
