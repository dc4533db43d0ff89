"""ALLOCATE and its like: what is scarce goes to those who ask for it, by their priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError
from flywheel_edu.language import Binary, Expression, Number
from flywheel_exchange.grammar import Called, Tree, Word
from flywheel_exchange.likely import above
from flywheel_exchange.pieces import as_value, picked
from flywheel_exchange.written import ours

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning

# Where the values of each function stand: what is asked for, its profile, what there is. The
# profile is three elements of an array, one behind the other, or a priority, a width and a kind.
ALLOCATIONS = {
    "allocate_available": (0, (1,), 2, 3),
    "allocate_by_priority": (0, (1, 3), 4, 5),
    "allocate": (2, (3, 4, 5), 0, 6),
}
# How much of what somebody asks for is above a price, by the kind of the profile: rectangular,
# triangular, normal, exponential. The gap is how far the price is above the priority, in widths.
_RECTANGLE = ours("max(0, min(1, 0.5 - gap))", "gap")
_TRIANGLE = ours("1 - 2 * max(0, gap + 0.5) ** 2 if gap < 0 else 2 * max(0, 0.5 - gap) ** 2", "gap")
_EXPONENT = ours("1 - exp(gap) / 2 if gap < 0 else exp(-gap) / 2", "gap")
_SHARES = (_RECTANGLE, _TRIANGLE, above, _EXPONENT)
_EVEN = ours("min(1, there / max(asked, 1e-300))", "there", "asked")
_GAP = ours("(price - priority) / max(width, 1e-6)", "price", "priority", "width")
_NEXT = ours("price + by if asked > there else price - by", "price", "by", "asked", "there")
_REACH = Number(40.0)  # widths beyond the priorities, where an exponential profile has ended too
_HALVINGS = 55

Profile = tuple[Expression, Expression, Expression]  # the kind, the priority, the width
Asked = tuple[Expression, Profile]


def allocated(meaning: Meaning, tree: Called, function: str) -> Expression:
    """What one gets: as much of what it asks for as is above the price at which all is given out.

    The price is found by halving. Kind 0 shares out in proportion to what is asked for.
    """
    place, dims, args = meaning.place(tree), meaning.draft.variable.dims, tree.args
    at_request, at_profile, at_there, count = ALLOCATIONS[function]
    if len(args) != count or not dims:
        told = f"{tree.word.said.upper()} takes {count} values, and gives an array"
        raise ExchangeError(told, place)
    own, prices, there = meaning.draft.index, meaning.reading.prices, meaning.value(args[at_there])

    def row(at: int) -> Asked:
        before = meaning.at, meaning.bound
        meaning.at = before[0] | {dims[-1].key: at}
        meaning.bound = before[1] | {(dims[-1].key, 0): at}
        found = meaning.value(args[at_request]), _profile(meaning, [args[i] for i in at_profile])
        meaning.at, meaning.bound = before
        return found

    key = (id(meaning.text), tree.span, id(meaning.space), own[:-1])
    if key not in prices:
        rows = [row(at) for at in range(len(dims[-1].elements))]
        asked = meaning.many("+", [request for request, _ in rows], place)
        prices[key] = _price(meaning, rows, there), asked
    (request, profile), (price, asked) = row(own[-1]), prices[key]
    even = as_value(_EVEN(meaning, [there, asked], place))
    return Binary("*", request, _share(meaning, price, profile, even), place)


def _profile(meaning: Meaning, said: list[Tree]) -> Profile:
    word = said[0]
    if len(said) > 1:
        kind = meaning.value(said[2]) if len(said) > 2 else Number(1.0)
        return kind, meaning.value(word), meaning.value(said[1])
    place, array = meaning.place(word), meaning.space.find(getattr(word, "said", ""))
    if array is None or not array.dims or not isinstance(word, Word):
        raise ExchangeError("a profile is an element of an array here", place)
    *index, first = meaning.index(array, word)[0]
    if first + 3 > len(array.dims[-1].elements):
        raise ExchangeError("a profile is three elements: its kind, priority and width", place)
    kind, priority, width = (meaning.named(array, (*index, first + i), place) for i in range(3))
    return kind, priority, width


def _price(meaning: Meaning, rows: list[Asked], there: Expression) -> Expression:
    place, there = meaning.draft.element.place, meaning.part("there", there)
    reach = [(at, Binary("*", _REACH, by)) for _, (_, at, by) in rows]
    low = meaning.many("min", [Binary("-", *each) for each in reach], place)
    high = meaning.many("max", [Binary("+", *each) for each in reach], place)
    half = meaning.part("half", Binary("/", Binary("-", high, low), Number(2.0)))
    price = meaning.part("price", Binary("+", low, half))
    for i in range(_HALVINGS):
        shares = [(asked, _share(meaning, price, said, Number(1.0))) for asked, said in rows]
        wanted: list[Expression] = [Binary("*", asked, share) for asked, share in shares]
        step = Binary("*", half, Number(0.5 ** (i + 1)))
        given: list[Expression] = [price, step, meaning.many("+", wanted, place), there]
        price = meaning.part("price", as_value(_NEXT(meaning, given, place)))
    return price


def _share(meaning: Meaning, price: Expression, profile: Profile, even: Expression) -> Expression:
    kind, priority, width = profile
    place, number = meaning.draft.element.place, meaning.constant(kind)
    if number is not None and number not in range(len(_SHARES) + 1):
        told = f"a profile of the kind {number:g} shares out in a way that our language has not"
        raise ExchangeError(told, place, "the kinds are 0 to 4")
    gap = as_value(_GAP(meaning, [price, priority, width], place))
    gap = gap if number in (0, 1) else meaning.part("gap", gap)
    kinds = range(len(_SHARES) + 1) if number is None else [int(number)]
    shares = [as_value(_SHARES[i - 1](meaning, [gap], place)) if i else even for i in kinds]
    return picked(Binary("+", kind, Number(1.0)), shares) if number is None else shares[0]
