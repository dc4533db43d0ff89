"""What a function that is written out needs to know, and how our language says one itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError, Place
from flywheel_edu.language import UNFOLDED, read_expression, tree, walk, with_values

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning

Axis = tuple[object, ...]  # along which SUM and its like run through arrays
Written = Callable[["Meaning", list[tree.Expression], Place], tree.Node]
Row = tuple[tuple[int, ...], Written]  # how many values it may have, and what it is
_parsed = cache(read_expression)


def ours(equation: str, *names: str) -> Written:
    """A function that our language says itself, over these names, start, end and step."""

    def said(context: Meaning, args: list[tree.Expression], place: Place) -> tree.Node:
        at = context.clock
        moments = {"begin": at.start, "end": at.stop, "tick": at.step, "hair": at.step / 1e6}
        values: dict[str, tree.Expression] = {name: tree.Number(moments[name]) for name in moments}
        values |= zip(names, args, strict=False)
        found: tree.Node = with_values(_parsed(equation), values)
        return replace(found, place=place)

    return said


def equations_in(text: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """From each ``NAME(x, y) = equation`` of a text the name, its values and the equation."""
    for said in re.sub(r"\n\s+", " ", text).strip().splitlines():
        head, _, equation = said.partition(" = ")
        name, _, values = head.rstrip(")").partition("(")
        yield name, tuple(values.split(", ")), equation


def rows_in(text: str) -> dict[str, Row]:
    """The functions that such a text says, by name."""
    said = equations_in(text)
    return {name: ((len(names),), ours(equation, *names)) for name, names, equation in said}


def at_start(node: tree.Expression) -> tree.Expression:
    """The value of an expression at the very start, where nothing has waited yet."""
    if isinstance(node, tree.Call) and node.function in UNFOLDED:
        return at_start(node.args[0])
    for inner in walk(node):
        if isinstance(inner, tree.Call) and inner.function in UNFOLDED:
            told = "an opening value cannot wait for anything inside a longer equation"
            raise ExchangeError(told, node.place, "give the part that waits a quantity of its own")
    return node


def reordered(written: Written, *order: int) -> Written:
    """The same function with its values in another order, as Vensim has them."""

    def turned(context: Meaning, args: list[tree.Expression], place: Place) -> tree.Node:
        return written(context, [args[i] for i in order], place)

    return turned
