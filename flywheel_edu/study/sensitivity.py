"""Which givens matter most: Sobol' and Morris indices, by SALib."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import FlywheelError
from flywheel_edu.model import Model
from flywheel_edu.simulate.sample import check_seed, ranges_of
from flywheel_edu.simulate.scenarios import Statistic
from flywheel_edu.simulate.sweep import sweep

if TYPE_CHECKING:
    import pandas as pd


def sobol_indices(
    model: Model,
    quantity: str,
    n: int = 1024,
    seed: int = 0,
    *,
    statistic: Statistic = "final",
    engine: str = "auto",
    **ranges: tuple[float, float],
) -> pd.DataFrame:
    """How much of a result's variance each given causes, alone and with the others.

    Parameters
    ----------
    model : Model
    quantity : str
        Whose value is looked at.
    n : int
        A power of two; the model is run ``n * (givens + 2)`` times.
    seed : int
    statistic : str or function
        What of its curve is looked at, as in `sweep`.
    engine : str
        As in `sweep`.
    **ranges : (low, high)
        As in `sample`: all givens with a range if none is named.

    Returns
    -------
    DataFrame
        For each given ``first`` (its share of the variance alone), ``total`` (with all in which it
        takes part), and how far each may be off (95 % confidence); the largest total first.

    Raises
    ------
    FlywheelError
        If SALib is missing, or the result is the same in all scenarios.

    References
    ----------
    Saltelli et al., "Variance based sensitivity analysis of model output", Computer Physics
    Communications 181 (2010); Sobol', Mathematics and Computers in Simulation 55 (2001).
    """
    problem = _problem(model, quantity, seed, ranges)
    if n < 1 or n & (n - 1):
        raise FlywheelError(
            f"n is a power of two here, not {n}\n  hint: take 64, 256, 1024 or more"
        )
    analyze, draw = import_module("SALib.analyze.sobol"), import_module("SALib.sample.sobol")
    points = draw.sample(problem, n, calc_second_order=False, seed=seed)
    results = _results(model, quantity, problem, points, statistic, engine)
    found = analyze.analyze(problem, results, calc_second_order=False, seed=seed)
    return _table(
        problem["names"],
        {
            "first": found["S1"],
            "first_off": found["S1_conf"],
            "total": found["ST"],
            "total_off": found["ST_conf"],
        },
        by="total",
    )


def morris_indices(
    model: Model,
    quantity: str,
    n: int = 64,
    seed: int = 0,
    *,
    statistic: Statistic = "final",
    engine: str = "auto",
    **ranges: tuple[float, float],
) -> pd.DataFrame:
    """How far a result moves when one given moves, on average over many places.

    Cheaper than `sobol_indices`: the model is run ``n * (givens + 1)`` times. It ranks the givens;
    it does not share out the variance. Parameters and errors are as there.

    Returns
    -------
    DataFrame
        For each given ``mean`` (of the moves), ``size`` (mean of the moves without their sign) and
        ``spread`` (their standard deviation: large if the effect bends, or depends on others), in
        the quantity's unit for a move over the given's whole range; the largest size first.

    References
    ----------
    Morris, "Factorial Sampling Plans for Preliminary Computational Experiments", Technometrics
    33(2), 1991; Campolongo, Cariboni, Saltelli, Environmental Modelling & Software 22 (2007).
    """
    problem = _problem(model, quantity, seed, ranges)
    if n < 2:
        raise FlywheelError(f"n is the number of places to look from, at least 2, not {n}")
    analyze, draw = import_module("SALib.analyze.morris"), import_module("SALib.sample.morris")
    points = draw.sample(problem, n, num_levels=4, seed=seed)
    results = _results(model, quantity, problem, points, statistic, engine)
    found = analyze.analyze(problem, points, results, num_levels=4, seed=seed)
    return _table(
        problem["names"],
        {"mean": found["mu"], "size": found["mu_star"], "spread": found["sigma"]},
        by="size",
    )


def _problem(
    model: Model, quantity: str, seed: int, ranges: dict[str, tuple[float, float]]
) -> dict[str, Any]:
    if find_spec("SALib") is None:
        raise FlywheelError(
            "sensitivity indices need the package SALib\n"
            "  hint: python -m pip install flywheel-edu[analysis]"
        )
    spans = ranges_of(model, ranges)
    check_seed(seed)
    model[quantity]  # says what is near
    return {"num_vars": len(spans), "names": list(spans), "bounds": list(spans.values())}


def _results(
    model: Model,
    quantity: str,
    problem: dict[str, Any],
    points: NDArray[np.float64],
    statistic: Statistic,
    engine: str,
) -> NDArray[np.float64]:
    lows, highs = np.array(problem["bounds"]).T  # rounding must not carry a point outside
    inside = np.clip(points, lows, highs)
    scenarios = dict(zip(problem["names"], inside.T, strict=True))
    results = sweep(model, scenarios, keep=[quantity], statistic=statistic, engine=engine)[quantity]
    if np.ptp(results) == 0:
        raise FlywheelError(
            f"'{quantity}' is {results[0]:g} in all scenarios: nothing here moves it\n"
            "  hint: vary other givens, or look at another quantity"
        )
    return results


def _table(names: list[str], columns: dict[str, Any], by: str) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame({key: np.asarray(values) for key, values in columns.items()}, index=names)
    return table.rename_axis("given").sort_values(by, ascending=False, kind="stable")
