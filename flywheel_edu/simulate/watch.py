"""The promises of a model as the fast engines watch them: by the extremes of each quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping

from flywheel_edu.model import Model
from flywheel_edu.simulate.plan import plan_of
from flywheel_edu.simulate.promises import is_unfolded, promised

Limits = Mapping[str, tuple[float, float]]

ANY = (-math.inf, math.inf)


def watched_of(model: Model) -> tuple[tuple[str, bool, bool], ...]:
    """The quantities with a promise, and whether to watch their lowest and highest values."""
    cache = model.structure.cache
    if "watched" not in cache:
        watched = []
        for name in plan_of(model).names:
            quantity = model[name]
            low, high = ANY if quantity.kind == "data" else quantity.limits
            if is_unfolded(quantity):
                watched.append((name, True, True))
            elif (low, high) != ANY:
                watched.append((name, low > -math.inf, high < math.inf))
        cache["watched"] = tuple(watched)
    found: tuple[tuple[str, bool, bool], ...] = cache["watched"]
    return found


def limits_of(model: Model) -> Limits:
    """What `promised` says, kept for all models whose givens have the same signs.

    The limits of unfolded stocks follow from the ranges of the givens and, for those without a
    range, from their signs; from nothing else about their numbers.
    """
    cache = model.structure.cache
    unranged = cache.get("unranged")
    if unranged is None:
        unfolded = any(is_unfolded(model[name]) for name in model.stocks)
        givens = model.givens if unfolded else ()
        unranged = cache["unranged"] = tuple(n for n in givens if model[n].range is None)
    signs: tuple[int, ...] = ()
    if unranged:
        values = model.given_values
        signs = tuple((values[n] > 0) - (values[n] < 0) for n in unranged)
    key = f"limits {signs}"
    if key not in cache:
        cache[key] = promised(model)
    limits: Limits = cache[key]
    return limits
