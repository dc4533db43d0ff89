"""The functions that the language says itself: their definitions as trees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flywheel_edu.language.functions import KNOWN, Defined
from flywheel_edu.language.parser import read_expression
from flywheel_edu.language.tree import Call, Expression, Name, Node, with_children


@cache
def definition_of(function: str) -> tuple[tuple[str, Expression], ...]:
    """What a function is in the language itself: names and equations, the last its result.

    They stand over its arguments, ``time`` and ``dt``. Nothing for one that is not so defined.
    """
    how = KNOWN[function].how
    if not isinstance(how, Defined):
        return ()
    return tuple((n, read_expression(text)) for n, text in (*how.before, ("result", how.text)))


def written_out(call: Call) -> Expression:
    """A call as its definition says it, with its own values in the place of the arguments."""
    known: dict[str, Expression] = dict(zip(KNOWN[call.function].arguments, call.args, strict=True))
    for name, equation in definition_of(call.function):
        known[name] = with_values(equation, known)
    return known["result"]


def with_values(node: Node, values: Mapping[str, Expression]) -> Any:
    """The node with other expressions in the place of names."""
    if isinstance(node, Name):
        return values.get(node.name, node)
    return with_children(node, lambda below: with_values(below, values))
