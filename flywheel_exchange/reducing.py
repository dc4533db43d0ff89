"""SUM, MEAN, MIN, MAX and their like: functions that look through an array."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Protocol

from flywheel_edu.errors import ExchangeError, Place
from flywheel_edu.language import Binary, Call, Expression, Name, Number
from flywheel_exchange.arrays import MOST_QUANTITIES, Dimension
from flywheel_exchange.grammar import Called, Joined, Star, Tree, Word
from flywheel_exchange.labels import same_name
from flywheel_exchange.variables import Space, Variable

# With MIN and MAX only where they have one value: MIN(a, b) is the smaller of two.
REDUCERS = {
    "sum": "+", "mean": "+", "prod": "*", "min": "min", "max": "max", "vmin": "min", "vmax": "max",
    "stddev": "+", "size": "",
}  # fmt: skip

Axis = tuple[object, ...]


class Looking(Protocol):
    """What understands the values of such a function, element by element: a `Meaning`."""

    space: Space
    dims: dict[str, Dimension]
    at: dict[str, int]
    bound: dict[Axis, int]

    def can_look(self, count: int) -> bool: ...
    def value(self, tree: Tree) -> Expression: ...
    def axes(self, variable: Variable, word: Word) -> dict[int, tuple[Axis, int, int]]: ...
    def place(self, tree: Tree) -> Place: ...
    def many(self, op: str, values: list[Expression], place: Place) -> Expression: ...
    def part(self, about: str, equation: Expression) -> Name: ...


def reduced(meaning: Looking, function: str, tree: Called) -> Expression:
    """What such a function gives."""
    place = meaning.place(tree)
    if len(tree.args) != 1:
        raise ExchangeError(f"{function.upper()} takes 1 value, not {len(tree.args)}", place)
    sizes: dict[Axis, int] = {}
    words = list(_words(tree.args[0]))
    starred = any(word.subscripts and any(_running(meaning, word)) for word in words)
    for word in words:
        for key, size in _running(meaning, word):
            # SUM(a) is of all of a; but in SUM(b[Region, *] * a) it is the a of this region.
            if word.subscripts or not starred or key[0] not in meaning.at:
                sizes[key] = min(size, sizes.get(key, size))
    count = math.prod(sizes.values())
    if not 0 < count <= MOST_QUANTITIES or not meaning.can_look(count):
        raise ExchangeError(
            f"{function.upper()} looks through {count:,} elements, which are too many",
            place,
        )
    if function == "size":
        return Number(float(count), place)
    before, values = meaning.bound, []
    for at in product(*map(range, sizes.values())):
        meaning.bound = before | dict(zip(sizes, at, strict=True))
        values.append(meaning.value(tree.args[0]))
    meaning.bound = before
    whole = meaning.many(REDUCERS[function], values, place)
    if function == "mean":
        return Binary("/", whole, Number(float(count)), place)
    if function == "stddev":  # of all there are, not of a sample
        mean = meaning.part("mean", Binary("/", whole, Number(float(count))))
        squares: list[Expression] = [
            Binary("**", Binary("-", value, mean), Number(2.0)) for value in values
        ]
        spread = Binary("/", meaning.many("+", squares, place), Number(float(count)))
        return Call("sqrt", (spread,), place)
    return whole


def _running(meaning: Looking, word: Word) -> Iterator[tuple[Axis, int]]:
    """The axes that a name runs along, with their lengths."""
    dim = meaning.dims.get(same_name(word.said))
    variable = meaning.space.find(word.said)
    if variable is None and dim is not None and dim.key not in meaning.at:  # as in SIZE(Region)
        yield (dim.key, 0), len(dim.elements)
    if variable is None or same_name(word.said) in meaning.space.parameters:
        return
    if word.subscripts is not None:
        for key, _, size in meaning.axes(variable, word).values():
            yield key, size
        return
    for i, dim in enumerate(variable.dims):
        key = (dim.key, sum(other is dim for other in variable.dims[:i]))
        yield key, len(dim.elements)


def _words(tree: Tree) -> Iterator[Word]:
    """The names in a value, those inside another such function left out."""
    match tree:
        case Star(last=last) if last is not None:
            yield from _words(last)
        case Word(subscripts=subscripts):
            yield tree
            for inner in subscripts or ():
                yield from _words(inner)
        case Called(word=word, args=args):
            looking = same_name(word.said).removeprefix("array")
            inside = looking in REDUCERS and len(args) == 1
            for arg in () if inside else args:
                yield from _words(arg)
        case Joined(parts=parts):
            for part in parts:
                yield from _words(part)
