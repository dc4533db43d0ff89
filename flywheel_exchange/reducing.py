"""SUM, MEAN, MIN, MAX and their like: functions that look through an array."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError
from flywheel_edu.language import Binary, Call, Expression, Name, Number
from flywheel_exchange.arrays import MOST_QUANTITIES
from flywheel_exchange.grammar import Called, Joined, Star, Tree, Word
from flywheel_exchange.labels import same_name
from flywheel_exchange.pieces import as_value
from flywheel_exchange.written import Axis, ours

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning

# With MIN and MAX only where they have one value: MIN(a, b) is the smaller of two.
REDUCERS = {
    "sum": "+", "mean": "+", "prod": "*", "min": "min", "max": "max", "vmin": "min", "vmax": "max",
    "stddev": "+", "size": "+", "rank": "",
}  # fmt: skip

# Whether one comes before another, by whether a second array decides and whether it is first.
_BEFORE = {
    (more, earlier): ours(f"1 if {said} {'<=' if earlier else '<'} y else 0", *"abxy")
    for more, said in ((False, "x"), (True, "a < b or a == b and x"))
    for earlier in (False, True)
}
_FOUND = ours("i if here == wanted else 0", "here", "wanted", "i")


def reduced(meaning: Meaning, function: str, tree: Called) -> Expression:
    """What such a function gives."""
    place = meaning.place(tree)
    if function == "rank":
        return _rank(meaning, tree)
    if function == "size" and len(tree.args) == 1:
        return Number(float(math.prod(_sizes(meaning, tree, tree.args[0]).values())), place)
    values = [value for arg in tree.args for value in _elements(meaning, tree, arg)]
    whole = meaning.many(REDUCERS[function], values, place)
    if function == "mean":
        return Binary("/", whole, Number(float(len(values))), place)
    if function == "stddev":  # of all there are, not of a sample
        mean = meaning.part("mean", Binary("/", whole, Number(float(len(values)))))
        squares: list[Expression] = [
            Binary("**", Binary("-", value, mean), Number(2.0)) for value in values
        ]
        spread = Binary("/", meaning.many("+", squares, place), Number(float(len(values))))
        return Call("sqrt", (spread,), place)
    return whole


def looks_through(meaning: Meaning, tree: Tree) -> bool:
    """Whether a value among several is one of a whole array, as in ``MAX(prices[*], 0)``."""
    return any(
        word.subscripts or key[0] not in meaning.at
        for word in _words(tree)
        for key, _ in _running(meaning, word)
    )


def _rank(meaning: Meaning, tree: Called) -> Expression:
    place = meaning.place(tree)
    if len(tree.args) not in (2, 3):
        raise ExchangeError(f"RANK takes 2 or 3 values, not {len(tree.args)}", place)
    arrays = [_elements(meaning, tree, arg) for arg in tree.args[::2]]
    count = len(arrays[0])
    one = meaning.vensim and count == 1  # VECTOR RANK, which has the place of an element instead
    if one or any(len(array) != count for array in arrays) or not meaning.can_look(count**2):
        raise ExchangeError("RANK cannot put these arrays in order", place)
    rows = [
        [v if isinstance(v, Name) else meaning.part("value", v) for v in row]
        for row in zip(*arrays, strict=True)
    ]

    def comes_before(i: int, j: int) -> Expression:
        ends: list[Expression] = [rows[j][0], rows[i][0], rows[j][-1], rows[i][-1]]
        return as_value(_BEFORE[len(arrays) > 1, j < i](meaning, ends, place))

    every, first = range(count), Number(1.0)
    before = [[comes_before(i, j) for j in every if j != i] for i in every]
    places = [meaning.part("place", meaning.many("+", [first, *row], place)) for row in before]
    wanted = meaning.value(tree.args[1])
    found = [
        as_value(_FOUND(meaning, [here, wanted, Number(float(i))], place))
        for i, here in enumerate(places, 1)
    ]
    return meaning.many("+", found, place)


def _sizes(meaning: Meaning, tree: Called, arg: Tree) -> dict[Axis, int]:
    sizes: dict[Axis, int] = {}
    words = list(_words(arg))
    aligned = len(tree.args) > 1 or any(
        word.subscripts and any(_running(meaning, word)) for word in words
    )
    for word in words:
        for key, size in _running(meaning, word):
            # SUM(a) is of all of a; but in SUM(b[Region, *] * a) it is the a of this region.
            if word.subscripts or not aligned or key[0] not in meaning.at:
                sizes[key] = min(size, sizes.get(key, size))
    count = math.prod(sizes.values())
    if not 0 < count <= MOST_QUANTITIES or not meaning.can_look(count):
        raise ExchangeError(
            f"{tree.word.said.upper()} looks through {count:,} elements, which are too many",
            meaning.place(tree),
        )
    return sizes


def _elements(meaning: Meaning, tree: Called, arg: Tree) -> list[Expression]:
    sizes, before = _sizes(meaning, tree, arg), meaning.bound
    values = []
    for at in product(*map(range, sizes.values())):
        meaning.bound = before | dict(zip(sizes, at, strict=True))
        values.append(meaning.value(arg))
    meaning.bound = before
    return values


def _running(meaning: Meaning, word: Word) -> Iterator[tuple[Axis, int]]:
    dim = meaning.dims.get(same_name(word.said))
    own = same_name(word.said) == "self"
    variable = meaning.draft.variable if own else meaning.space.find(word.said)
    if variable is None and dim is not None:  # as in SIZE(Region)
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
