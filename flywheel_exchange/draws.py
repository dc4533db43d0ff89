"""Draws by chance: our own, by seed, the same in every run; not the stream of the other program."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError, Place
from flywheel_edu.language import Binary, Call, Expression, Node, Number
from flywheel_exchange.graphs import MOST_POINTS, Graph
from flywheel_exchange.pieces import as_value
from flywheel_exchange.written import Row, Written, equations_in, ours, reordered

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning


def _drawn(equation: str, *names: str) -> Row:
    """A draw that follows from a number of our own chance: ``drawn`` from 0 to 1, or ``gauss``."""
    number, chance = ("gauss", "noise") if "gauss" in equation else ("drawn", "random")
    known, written = len(names), ours(equation, *names, number)

    def draw(context: Meaning, args: list[Expression], place: Place) -> Node:
        drawn = _chance(context, chance, args[known:])
        return _within(written(context, [*args[:known], drawn], place), args[known:], place)

    return tuple(range(known, known + 4)), draw


def _chance(context: Meaning, chance: str, behind: list[Expression]) -> Expression:
    context.tell("random numbers are drawn by seed here: another stream than the other program's")
    seed = behind[0] if behind else Number(context.seed())
    return Call(chance, (seed, Number(context.clock.step)))


def _within(found: Node, behind: list[Expression], place: Place) -> Node:
    for bound, limit in zip(("max", "min"), behind[1:], strict=False):
        found = Call(bound, (limit, as_value(found)), place)
    return found


def _counts(name: str, known: int, shares: Callable[..., Iterator[float]]) -> Row:
    """A draw of whole numbers, whose shares from 0 on are computed once, for the whole run."""

    def draw(context: Meaning, args: list[Expression], place: Place) -> Node:
        fixed = [context.constant(arg) for arg in args[:known]]
        points, below = [(0.0, 0.0)], 0.0
        for share in shares(context.clock.step, *fixed) if None not in fixed else ():
            below += share
            if below > 1 - 1e-9 or len(points) == MOST_POINTS:
                break
            points.append((below, float(len(points))))
        if not below or len(points) == MOST_POINTS:
            told = f"must stay the same here, and it draws numbers below {MOST_POINTS:,}"
            hint = "where many are expected, NORMAL(mean, SQRT(mean)) comes close"
            raise ExchangeError(f"the values of {name} {told}", place, hint)
        drawn = context.part("drawn", _chance(context, "random", args[known:]))
        found = Graph(tuple(points), "discrete").at(drawn, place, context.part)
        return _within(found, args[known:], place)

    return tuple(range(known, known + 4)), draw


def _poisson(step: float, rate: float) -> Iterator[float]:
    share = math.exp(-max(0.0, rate) * step)
    for count in itertools.count(1):
        yield share
        share *= rate * step / count


def _binomial(_: float, tries: float, chance: float) -> Iterator[float]:
    if tries >= 0 and 0 <= chance < 1:
        share = (1 - chance) ** int(tries)
        for count in range(int(tries) + 1):
            yield share
            share *= (int(tries) - count) / (count + 1) * chance / (1 - chance)


# Mean and spread of LOGNORMAL are those of the numbers drawn, not of their logarithms.
_EQUATIONS = """
EXPRND(mean) = mean * ln(1 / drawn)
GEOMETRIC(chance) = 1 + int(ln(drawn) / ln(1 - chance))
LOGISTIC(mean, scale) = mean + scale * ln(drawn / (1 - drawn))
LOGNORMAL(mean, spread) = mean * exp(gauss * sqrt(ln(1 + (spread / mean) ** 2)))
    / sqrt(1 + (spread / mean) ** 2)
MONTECARLO(percent) = 1 if 100 * drawn < percent * tick else 0
NORMAL(mean, spread) = mean + spread * gauss
PARETO(shape, scale) = scale / drawn ** (1 / shape)
TRIANGULAR(low, mode, high) = low + sqrt(drawn * (high - low) * (mode - low))
    if drawn * (high - low) < mode - low
    else high - sqrt((1 - drawn) * (high - low) * (high - mode))
UNIFORM(low, high) = low + (high - low) * drawn
WEIBULL(shape, scale) = scale * (-ln(drawn)) ** (1 / shape)
"""
DRAWS: dict[str, Row] = {
    "BINOMIAL": _counts("BINOMIAL", 2, _binomial),
    "POISSON": _counts("POISSON", 1, _poisson),
    **{name: _drawn(equation, *values) for name, values, equation in equations_in(_EQUATIONS)},
}


def _stretched(draw: Written, known: int, *first: float) -> Row:
    """As Vensim says a draw: between two bounds, moved up and stretched before."""

    def stretched(context: Meaning, args: list[Expression], place: Place) -> Node:
        low, high, *given, up, by, seed = args
        drawn = as_value(draw(context, [*map(Number, first), *given, seed], place))
        return _within(Binary("+", up, Binary("*", by, drawn)), [seed, low, high], place)

    return (known + 5,), stretched


_MANY = _counts("RANDOM POISSON", 1, lambda _, mean: _poisson(1.0, mean))[1]
DRAWS |= {
    "RANDOM_BINOMIAL": _stretched(reordered(DRAWS["BINOMIAL"][1], 1, 0, 2), 2),
    "RANDOM_EXPONENTIAL": _stretched(DRAWS["EXPRND"][1], 0, 1.0),
    "RANDOM_NORMAL": ((5,), reordered(DRAWS["NORMAL"][1], 2, 3, 4, 0, 1)),
    "RANDOM_POISSON": _stretched(_MANY, 1),
    "RANDOM_TRIANGULAR": ((6,), reordered(DRAWS["TRIANGULAR"][1], 2, 3, 4, 5, 0, 1)),
    "RANDOM_WEIBULL": _stretched(reordered(DRAWS["WEIBULL"][1], 1, 0, 2), 1, 1.0),
    **dict.fromkeys(("RANDOM", "RANDOM_UNIFORM"), DRAWS["UNIFORM"]),
}
