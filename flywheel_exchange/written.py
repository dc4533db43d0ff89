"""What a function that is written out needs to know, and how our language says one itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from flywheel_edu.errors import ExchangeError, Place
from flywheel_edu.language import (
    UNFOLDED,
    Call,
    Expression,
    Name,
    Node,
    Number,
    read_expression,
    walk,
    with_values,
)
from flywheel_edu.model import Clock, Entry
from flywheel_exchange.arrays import Dimension
from flywheel_exchange.grammar import Tree, Word
from flywheel_exchange.variables import Draft, Space, Variable

Axis = tuple[object, ...]  # along which SUM and its like run through arrays


class Context(Protocol):
    """What a function needs to know of where it stands; `Meaning` tells it."""

    clock: Clock
    opening: bool  # in the opening value of a stock, where nothing has waited yet
    vensim: bool  # INT and MOD as Vensim has them

    starts: bool  # whether something of the file is at the very start what it is not later
    space: Space
    draft: Draft
    dims: dict[str, Dimension]
    at: dict[str, int]
    bound: dict[Axis, int]

    def place(self, tree: Tree) -> Place: ...
    def value(self, tree: Tree) -> Expression: ...
    def axes(self, variable: Variable, word: Word) -> dict[int, tuple[Axis, int, int]]: ...
    def many(self, op: str, values: list[Expression], place: Place) -> Expression: ...
    def can_look(self, count: int) -> bool: ...
    def flow_of(self, node: Expression) -> Name | None: ...
    def part(self, about: str, equation: Expression) -> Name: ...
    def stock(self, about: str, opening: Expression) -> Name: ...
    def flows(self, stock: Name, *ledger: Entry) -> None: ...
    def constant(self, node: Expression) -> float | None: ...
    def tell(self, notice: str) -> None: ...
    def seed(self) -> float: ...


Written = Callable[[Context, list[Expression], Place], Node]
Row = tuple[tuple[int, ...], Written]  # how many values it may have, and what it is


def ours(equation: str, *names: str) -> Written:
    """A function that our language says itself, over these names, the start and the step."""

    def said(context: Context, args: list[Expression], place: Place) -> Node:
        clock = context.clock
        moments = {"begin": clock.start, "tick": clock.step, "hair": clock.step / 1e6}
        values: dict[str, Expression] = {name: Number(moments[name]) for name in moments}
        values |= zip(names, args, strict=True)
        found: Expression = replace(with_values(read_expression(equation), values), place=place)
        return found

    return said


def equations_in(text: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """From each ``NAME(x, y) = equation`` of a text the name, its values and the equation."""
    for said in re.sub(r"\n\s+", " ", text).strip().splitlines():
        head, _, equation = said.partition(" = ")
        name, _, values = head.rstrip(")").partition("(")
        yield name, tuple(values.split(", ")), equation


def at_start(node: Expression) -> Expression:
    """The value of an expression at the very start, where nothing has waited yet."""
    if isinstance(node, Call) and node.function in UNFOLDED:
        return at_start(node.args[0])
    for inner in walk(node):
        if isinstance(inner, Call) and inner.function in UNFOLDED:
            raise ExchangeError(
                "an opening value cannot wait for anything inside a longer equation",
                node.place,
                "give the part that waits a quantity of its own",
            )
    return node


def reordered(written: Written, *order: int) -> Written:
    """The same function with its values in another order, as Vensim has them."""

    def turned(context: Context, args: list[Expression], place: Place) -> Node:
        return written(context, [args[i] for i in order], place)

    return turned
