"""Scenarios drawn over the ranges of a model's givens, evenly rather than by chance alone."""

from __future__ import annotations

import math
from inspect import signature

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.asking import numbers
from flywheel_edu.errors import FlywheelError
from flywheel_edu.later import pd
from flywheel_edu.model import Model, need_model

WAYS = ("latin", "sobol")


def sample(
    model: Model, n: int, seed: int = 0, *, way: str = "latin", **ranges: tuple[float, float]
) -> pd.DataFrame:
    """Draw scenarios for `sweep`.

    Parameters
    ----------
    model : Model
    n : int
        How many scenarios.
    seed : int
        The same seed draws the same scenarios.
    way : "latin" or "sobol"
        Latin hypercube sampling: each given takes one value in each n-th part of its range.
        Sobol' points, scrambled: even in all dimensions at once; best if n is a power of two.
    **ranges : (low, high)
        The givens to vary and between which values, each in its own unit. If none is named, all
        givens with a finite range of their own.

    Returns
    -------
    DataFrame
        One row for each scenario, one column for each given.

    Raises
    ------
    FlywheelError
        If there is nothing to vary, or a range is none.
    ModelError
        If a name is not a given, or a range leaves the given's own.

    References
    ----------
    McKay, Beckman, Conover, "A Comparison of Three Methods for Selecting Values of Input Variables
    in the Analysis of Output from a Computer Code", Technometrics 21(2), 1979. Owen, "Scrambling
    Sobol' and Niederreiter-Xing Points", Journal of Complexity 14(4), 1998, drawn by scipy.

    Examples
    --------
    >>> model = Model.parse('''time year from 0 to 2 step 1
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... given rate [1/year] = 0.1 in 0 .. 1
    ... ''')
    >>> sorted((sample(model, 4, seed=1)["rate"] * 4 // 1).tolist())
    [0.0, 1.0, 2.0, 3.0]
    """
    spans = ranges_of(model, ranges)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise FlywheelError(f"n is the number of scenarios, at least 1, not {n!r}")
    check_seed(seed)
    if way not in WAYS:
        raise FlywheelError(f"there is no way '{way}' to sample\n  hint: it can be: latin, sobol")
    chance = np.random.default_rng(seed)
    if way == "latin":
        unit = latin(n, len(spans), chance.spawn(1)[0])
    else:
        unit = _sobol(n, len(spans), chance)
    columns = {
        # Between the ends by shares of each, which never steps outside by rounding.
        name: low * (1 - unit[:, i]) + high * unit[:, i]
        for i, (name, (low, high)) in enumerate(spans.items())
    }
    return pd.DataFrame(columns).rename_axis("scenario")


def latin(n: int, numbers: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Points in the unit cube, one in each of n slices of every number; shape (n, numbers).

    As scipy's LatinHypercube draws them, without half of what a browser would have to fetch.
    """
    inside = chance.uniform(size=(n, numbers))
    slices = np.tile(np.arange(1, n + 1), (numbers, 1))
    for row in slices:
        chance.shuffle(row)
    return np.asarray((slices.T - inside) / n)


def _sobol(n: int, numbers: int, chance: np.random.Generator) -> NDArray[np.float64]:
    from scipy.stats import qmc

    # scipy 1.15 gave its seed another name; a generator draws the same under both.
    seeded = "rng" if "rng" in signature(qmc.Sobol).parameters else "seed"
    drawn = qmc.Sobol(numbers, **{seeded: chance})
    return np.asarray(drawn.random_base2(max(0, math.ceil(math.log2(n))))[:n])


def check_seed(seed: object) -> None:
    """Refuse what is no seed; a mistaken argument often stands in its place."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise FlywheelError(
            f"the seed is a whole number from 0 upwards, not {str(seed)[:40]!r}\n"
            "  hint: ranges come by name, such as price=(10, 20)"
        )


def ranges_of(
    model: Model, ranges: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """The ranges asked for, or all finite ranges of the givens."""
    need_model(model, "scenarios are drawn for")
    if not ranges:
        own = {name: model[name].range for name in model.givens}
        found = {n: r for n, r in own.items() if r is not None and all(map(math.isfinite, r))}
        if not found:
            raise FlywheelError(
                "no given of this model has a range\n"
                "  hint: name them, such as sample(model, 100, price=(10, 20))"
            )
        return found
    for name, span in ranges.items():
        pair = numbers(span)
        if pair is None or pair.shape != (2,):
            raise FlywheelError(
                f"the range of '{name}' is not a pair of numbers: {str(span)[:40]!r}\n"
                "  hint: write it as (low, high)"
            )
        low, high = pair.tolist()
        model.change(**{name: low})
        model.change(**{name: high})
        if not low < high:
            raise FlywheelError(
                f"the range of '{name}' is empty: {low:g} .. {high:g}\n"
                "  hint: write the smaller number first"
            )
    return {model.called(name): (float(low), float(high)) for name, (low, high) in ranges.items()}
