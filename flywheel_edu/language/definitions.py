"""The functions that the language says itself: their definitions as trees."""

from __future__ import annotations

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
    known: dict[str, Any] = dict(zip(KNOWN[call.function].arguments, call.args, strict=True))

    def put_in(node: Node) -> Any:
        return known.get(node.name, node) if isinstance(node, Name) else with_children(node, put_in)

    for name, equation in definition_of(call.function):
        known[name] = put_in(equation)
    result: Expression = known["result"]
    return result
