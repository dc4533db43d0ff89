"""Link scores and loop scores of a run: the Loops That Matter method, on arrays.

A link score says how much of an effect's change, from one moment to the next, comes from one of
its causes; a loop's score is the product of the scores of its links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.causal.loops import Loop
from flywheel_edu.language import Call, Expression, definition_of, names_in, walk
from flywheel_edu.model import Model, Structure
from flywheel_edu.simulate.print_numpy import Response, response_of

Array = NDArray[np.float64]


def link_scores(model: Model, values: Mapping[str, Array]) -> dict[tuple[str, str], Array]:
    """The score of every link (cause, effect) at every moment: arrays (..., times), without unit.

    ``values`` are what every quantity was, each in its own unit, and ``"time"``: those of one run,
    or arrays whose first axis counts scenarios. All must broadcast to one shape. The score at a
    moment belongs to the step that ends there, and so is 0 at the first moment. Givens do not move
    and have no links here.

    For z = f(x, y, ...) the score of x is ``|dx_z / dz| * sign(dx_z / dx)``, where dx_z is how far
    z moves when only x does; 0 where z or x stands still. A flow's score on its stock is, with the
    sign of the flow, ``|change of the flow| / |change of the net flow|``.

    Schoenberg, Davidsen & Eberlein, "Understanding model behavior using the Loops that Matter
    method", System Dynamics Review 36(2), 2020, doi 10.1002/sdr.1658.
    Schoenberg, Hayward & Eberlein, "Improving Loops that Matter", System Dynamics Review 39(2),
    2023, doi 10.1002/sdr.1728: the score of a flow on its stock.
    """
    equations = _moving_equations(model)
    shape = np.broadcast_shapes(*(array.shape for array in values.values()))
    known = {name: np.broadcast_to(array, shape) for name, array in values.items()}
    changes = {name: np.diff(known[name]) for name in equations.moving}
    scores: dict[tuple[str, str], Array] = {}
    with np.errstate(all="ignore"):
        earlier = {name: array[..., :-1] for name, array in known.items()}
        for effect, (causes, alone, respond) in equations.computed.items():
            if alone:
                moved = changes[causes[0]] * changes[effect]
                scores[causes[0], effect] = _at_the_end(np.sign(moved))
                continue
            # By this arithmetic, not the run's: the two may differ in the last digit.
            level = np.broadcast_to(respond(known), shape)
            before, change = level[..., :-1], np.diff(level)
            for cause in causes:
                kept, earlier[cause] = earlier[cause], known[cause][..., 1:]
                partial = respond(earlier) - before
                earlier[cause] = kept
                scores[cause, effect] = _at_the_end(link_score(partial, change, changes[cause]))
        for stock, flows in equations.stocks.items():
            bend = np.zeros((*shape[:-1], shape[-1] - 1))
            for sign, flow in flows:
                bend += sign * changes[flow]
            for sign, flow in flows:
                scores[flow, stock] = _at_the_end(flow_score(sign, changes[flow], bend))
    return scores


def link_score(partial: Array, change: Array, moved: Array) -> Array:
    """The score of a cause on an effect, from what moves in a step.

    ``partial`` is how far the effect moves when only this cause does, ``change`` how far it moves,
    and ``moved`` how far the cause does.

    The first table of Schoenberg and others (2020): z = 2 x + y, with x from 5 to 7 and y from 4
    to 5.

    >>> link_score(np.array([4.0, 1.0]), np.array([5.0, 5.0]), np.array([2.0, 1.0])).tolist()
    [0.8, 0.2]
    """
    score = np.abs(partial / change) * np.sign(partial) * np.sign(moved)
    # Where the cause alone leads to no number (a root of a negative one, say), it is left out.
    return np.where((change == 0) | (moved == 0) | ~np.isfinite(score), 0.0, score)


def flow_score(sign: int, moved: Array, bend: Array) -> Array:
    """The score of an inflow (sign 1) or outflow on its stock: ``bend`` is how the net flow moves.

    The tables of Schoenberg and others (2023): an inflow from 5 to 10, an outflow from 4 to 5.

    >>> flow_score(1, np.array([5.0]), np.array([4.0])).tolist()
    [1.25]
    >>> flow_score(-1, np.array([1.0]), np.array([4.0])).tolist()
    [-0.25]
    """
    score: Array = np.where(bend == 0, 0.0, sign * np.abs(moved / np.where(bend == 0, 1.0, bend)))
    return score


def loop_scores(
    loops: Sequence[Loop], scores: Mapping[tuple[str, str], Array], shape: tuple[int, ...]
) -> Array:
    """The score of each loop, shape (loops, ..., times): the product of the scores of its links."""
    rows = {link: row for row, link in enumerate(scores)}
    matrix = np.array([*scores.values(), np.zeros(shape)])
    product = np.empty((len(loops), *shape))
    with np.errstate(all="ignore"):
        for number, loop in enumerate(loops):
            links = [rows.get(link, -1) for link in loop.edges]
            np.multiply.reduce(matrix[links], axis=0, out=product[number])
    return product


def relative_scores(scores: Array, parts: Sequence[int]) -> Array:
    """Each loop's signed share of all loops of its own part, from (loops, ..., times)."""
    size = np.abs(scores)
    relative = np.zeros_like(scores)
    of = np.asarray(parts, dtype=int)
    for part in np.unique(of):
        inside = of == part
        whole = size[inside].sum(axis=0)
        # A sum past all numbers leaves no shares to tell.
        relative[inside] = np.divide(
            scores[inside],
            whole,
            out=np.zeros_like(scores[inside]),
            where=(whole > 0) & np.isfinite(whole),
        )
    return relative


def dominant_sets(relative: Array, parts: Sequence[int]) -> NDArray[np.bool_]:
    """Which loops, of (loops, ..., times), belong to the smallest set with half of their part."""
    size = np.abs(relative)
    chosen = np.zeros(size.shape, dtype=bool)
    of = np.asarray(parts, dtype=int)
    for part in np.unique(of):
        rows = np.flatnonzero(of == part)
        order = np.argsort(-size[rows], axis=0, kind="stable")
        ranked = np.take_along_axis(size[rows], order, axis=0)
        reached = np.cumsum(ranked, axis=0) - ranked
        inside = (reached < 0.5 - 1e-12) & (ranked > 0)
        taken = np.zeros(inside.shape, dtype=bool)
        np.put_along_axis(taken, order, inside, axis=0)
        chosen[rows] = taken
    return chosen


@dataclass(frozen=True)
class _Equations:
    """What the link scores need of a model, the same for all values of its givens."""

    moving: tuple[str, ...]  # all that can change during a run
    # For each computed quantity: its moving causes, whether nothing but the first of them moves
    # it, and its equation on arrays.
    computed: dict[str, tuple[tuple[str, ...], bool, Response]]
    stocks: dict[str, tuple[tuple[int, str], ...]]  # the signs and names of their flows


_KEPT: WeakKeyDictionary[Structure, _Equations] = WeakKeyDictionary()


def _moving_equations(model: Model) -> _Equations:
    if model.structure not in _KEPT:
        moving = tuple(quantity.name for quantity in model.values() if quantity.kind != "given")
        computed = {}
        for name in model.order:
            equation = model[name].equation
            causes = tuple(cause for cause in names_in(equation) if cause in moving)
            if model[name].kind == "computed" and causes:
                alone = len(causes) == 1 and not _moved_by_time(equation)
                computed[name] = (causes, alone, response_of(equation, model.clock))
        stocks = {
            name: tuple((e.sign, e.flow) for e in model[name].ledger if e.flow in moving)
            for name in model.stocks
        }
        _KEPT[model.structure] = _Equations(moving, computed, stocks)
    return _KEPT[model.structure]


def _moved_by_time(equation: Expression) -> bool:
    calls = (node.function for node in walk(equation) if isinstance(node, Call))
    inside = (each for function in calls for _, each in definition_of(function))
    return "time" in names_in(equation) or any(map(_moved_by_time, inside))


def _at_the_end(scores: Array) -> Array:
    """Scores of the steps as scores of the moments at which they end."""
    whole = np.zeros((*scores.shape[:-1], scores.shape[-1] + 1))
    whole[..., 1:] = scores
    return whole
