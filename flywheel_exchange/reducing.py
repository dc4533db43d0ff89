"""SUM, MEAN, MIN, MAX and their like: functions that look through an array."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError
from flywheel_edu.language import Binary, Call, Expression, Number, text_of
from flywheel_exchange.document import MOST_QUANTITIES
from flywheel_exchange.grammar import Called, Joined, Star, Tree, Word
from flywheel_exchange.labels import same_name
from flywheel_exchange.pieces import as_value, picked
from flywheel_exchange.written import Axis, ours

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning

# With MIN and MAX only where they have one value: MIN(a, b) is the smaller of two.
REDUCERS = {
    "sum": "+", "mean": "+", "prod": "*", "min": "min", "max": "max", "vmin": "min", "vmax": "max",
    "stddev": "+", "size": "+", "rank": "", "vector_rank": "", "vector_sort_order": "",
    "vector_select": "", "vector_elm_map": "",
}  # fmt: skip

# Whether one comes before another, by whether a second array decides and the sign between them.
_BEFORE = {
    (more, less): ours(f"1 if {said} {less} y else 0", *"abxy")
    for more, said in ((False, "x"), (True, "a < b or a == b and x"))
    for less in ("<", "<=", ">", ">=")
}
_FOUND = ours("i if here == wanted else 0", "here", "wanted", "i")
_TAKEN = ours("x if weight != 0 else other", "weight", "x", "other")
_INSIDE = ours("other if by < 1 or by > count else x", "by", "count", "x", "other")
# How VECTOR SELECT joins what it chooses, by its number, and what counts nothing there.
_ACTIONS = ("+", "*", "min", "max", "+", "*", "+", "*", "min", "max", "+")
_NEUTRAL = {"+": 0.0, "*": 1.0, "min": 1e300, "max": -1e300}
_MOST_MAPPED = 60  # elements among which VECTOR ELM MAP chooses
_NONE = Number(-6.490371073168535e32)  # what :NA: is in Vensim


def reduced(meaning: Meaning, function: str, tree: Called) -> Expression:
    """What such a function gives."""
    place = meaning.place(tree)
    if function == "vector_select":
        return _selected(meaning, tree)
    if function == "vector_elm_map":
        return _mapped(meaning, tree)
    if not REDUCERS[function]:
        return _rank(meaning, tree, function)
    if function == "size" and len(tree.args) == 1:
        return Number(float(math.prod(_sizes(meaning, tree, tree.args[0]).values())), place)
    values = [value for arg in tree.args for value in _elements(meaning, tree, arg)]
    whole = meaning.many(REDUCERS[function], values, place)
    mean = Binary("/", whole, count := Number(float(len(values))), place)
    if function == "stddev":  # of all there are, not of a sample
        middle = meaning.part("mean", mean)
        gaps = [Binary("-", value, middle) for value in values]
        squares: list[Expression] = [Binary("**", gap, Number(2.0)) for gap in gaps]
        return Call("sqrt", (Binary("/", meaning.many("+", squares, place), count),), place)
    return mean if function == "mean" else whole


def looks_through(meaning: Meaning, tree: Tree) -> bool:
    """Whether a value among several is one of a whole array, as in ``MAX(prices[*], 0)``."""
    runs = ((word, key) for word in _words(tree) for key, _ in _running(meaning, word))
    return any(word.subscripts or key[0] not in meaning.at for word, key in runs)


def _rank(meaning: Meaning, tree: Called, function: str) -> Expression:
    """RANK is who stands at a place. VECTOR RANK, which arrives as RANK, is the place of an element
    along the last subscript, and VECTOR SORT ORDER is who stands there, counted from 0."""
    place = meaning.place(tree)
    along = function != "rank" or (meaning.vensim and len(tree.args) == 2)
    if len(tree.args) not in (2, 3):
        raise ExchangeError(f"RANK takes 2 or 3 values, not {len(tree.args)}", place)
    wanted, less = meaning.value(tree.args[1]), "<"
    if along:
        arrays, rising = [_along(meaning, tree.args[0])], meaning.constant(wanted)
        less = "<" if rising is None or rising > 0 else ">"
    else:
        arrays, rising = [_elements(meaning, tree, arg) for arg in tree.args[::2]], 1.0
    count = len(arrays[0])
    alike = rising is not None and 0 < count and all(len(array) == count for array in arrays)
    if not alike or not meaning.can_look(count**2):
        raise ExchangeError("RANK cannot put these arrays in order", place)
    rows = [[meaning.short("value", v) for v in row] for row in zip(*arrays, strict=True)]

    def place_of(i: int) -> Expression:
        before = []
        for j in (j for j in range(count) if j != i):
            ends: list[Expression] = [rows[j][0], rows[i][0], rows[j][-1], rows[i][-1]]
            sign = f"{less}=" if j < i else less
            before.append(as_value(_BEFORE[len(arrays) > 1, sign](meaning, ends, place)))
        return meaning.part("place", meaning.many("+", [Number(1.0), *before], place))

    if along:
        wanted = Number(meaning.draft.index[-1] + 1.0)
        if function != "vector_sort_order":
            return place_of(meaning.draft.index[-1])
    given = ([place_of(i), wanted, Number(float(i + (not along)))] for i in range(count))
    found = [as_value(_FOUND(meaning, each, place)) for each in given]
    return meaning.many("+", found, place)


def _along(meaning: Meaning, arg: Tree) -> list[Expression]:
    """A value for each element of the last dimension of what it is for; none if all are one."""
    before, dims, values = meaning.at, meaning.draft.variable.dims[-1:], []
    for at in range(len(dims[0].elements)) if dims else ():
        meaning.at = before | {dims[0].key: at}
        values.append(meaning.value(arg))
    meaning.at = before
    return values if len({text_of(value) for value in values}) > 1 else []


def _sizes(meaning: Meaning, tree: Called, arg: Tree) -> dict[Axis, int]:
    sizes: dict[Axis, int] = {}
    words = list(_words(arg))
    aligned = len(tree.args) > 1 or any(w.subscripts and any(_running(meaning, w)) for w in words)
    for word in words:
        for key, size in _running(meaning, word):
            # SUM(a) is of all of a; but in SUM(b[Region, *] * a) it is the a of this region.
            if word.subscripts or not aligned or key[0] not in meaning.at:
                sizes[key] = min(size, sizes.get(key, size))
    count = math.prod(sizes.values())
    if not 0 < count <= MOST_QUANTITIES or not meaning.can_look(count):
        told = f"{tree.word.said.upper()} looks through {count:,} elements, which are too many"
        raise ExchangeError(told, meaning.place(tree))
    return sizes


def _selected(meaning: Meaning, tree: Called) -> Expression:
    """VECTOR SELECT: a sum, product, least, most or mean of what has a weight other than 0."""
    place = meaning.place(tree)
    number = meaning.constant(meaning.value(tree.args[3])) if len(tree.args) == 5 else None
    if number is None or number not in range(len(_ACTIONS)):
        told = "VECTOR SELECT takes 5 values, and the fourth is a number from 0 to 10"
        raise ExchangeError(told, place)
    op, join = _ACTIONS[int(number)], {5: "**"}.get(int(number), "*")

    def taken(weight: Expression, x: Expression, other: Expression) -> Expression:
        return as_value(_TAKEN(meaning, [weight, x, other], place))

    both = _elements(meaning, tree, *tree.args[:2])
    weights, each, neutral = both[::2], both[1::2], Number(_NEUTRAL[op])
    ones = [taken(weight, Number(1.0), Number(0.0)) for weight in weights]
    count = meaning.part("taken", meaning.many("+", ones, place))
    if number < 6:  # later ones leave the weights out
        each = [Binary(join, x, weight) for weight, x in zip(weights, each, strict=True)]
    chosen = [taken(weight, x, neutral) for weight, x in zip(weights, each, strict=True)]
    found = meaning.many(op, chosen, place)
    if number in (4, 10):
        found = Binary("/", found, count)
    return taken(count, found, meaning.value(tree.args[2]))


def _mapped(meaning: Meaning, tree: Called) -> Expression:
    """VECTOR ELM MAP: what stands so far behind an element, the last subscript running fastest."""
    place, word = meaning.place(tree), tree.args[0]
    variable = meaning.space.find(word.said) if isinstance(word, Word) else None
    every = list(variable.drafts) if variable else []
    whole = variable and math.prod(len(dim.elements) for dim in variable.dims) == len(every)
    if not whole or variable is None or not isinstance(word, Word) or len(tree.args) != 2:
        raise ExchangeError("VECTOR ELM MAP takes an element of an array, and how far on", place)
    index, computed = meaning.index(variable, word)
    if computed or not 1 < len(every) <= _MOST_MAPPED:
        told = f"VECTOR ELM MAP begins at a fixed element, one of at most {_MOST_MAPPED}"
        raise ExchangeError(told, place)
    first = Number(every.index(index) + 1.0)
    by = meaning.part("number", Call("int", (Binary("+", meaning.value(tree.args[1]), first),)))
    values = [meaning.named(variable, each, place) for each in every]
    given: list[Expression] = [by, Number(float(len(every))), picked(by, values), _NONE]
    return as_value(_INSIDE(meaning, given, place))


def _elements(meaning: Meaning, tree: Called, *args: Tree) -> list[Expression]:
    """The values, element by element; of several arguments those of the first element first."""
    sizes, before = _sizes(meaning, tree, Joined("", args, tree.span)), meaning.bound
    values = []
    for at in product(*map(range, sizes.values())):
        meaning.bound = before | dict(zip(sizes, at, strict=True))
        values += [meaning.value(arg) for arg in args]
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
