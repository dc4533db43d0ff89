"""Which givens matter most: Sobol' and Morris indices, by SALib."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.asking import answering
from flywheel_edu.causal.loops import listed
from flywheel_edu.errors import FlywheelError, notice
from flywheel_edu.later import pd
from flywheel_edu.model import Model
from flywheel_edu.simulate.sample import check_seed, ranges_of
from flywheel_edu.simulate.scenarios import Statistic
from flywheel_edu.simulate.sweep import Sweep, sweep

Floats = NDArray[np.float64]


@answering
def sensitivity(
    model: Model,
    quantity: str,
    n: int | None = None,
    seed: int = 0,
    *,
    way: str = "sobol",
    statistic: Statistic = "final",
    engine: str = "auto",
    failures: str = "raise",
    **ranges: tuple[float, float],
) -> pd.DataFrame:
    """Which givens a result hangs on, each moved over its whole range.

    Parameters
    ----------
    model : Model
    quantity : str
        Whose value is looked at.
    n : int, optional
        From how many places to look: 1024 for Sobol' indices, a power of two; 64 for Morris moves.
    seed : int
        The same seed draws the same places.
    way : "sobol" or "morris"
        Sobol' indices share out the variance of the result, by ``n * (givens + 2)`` runs. Morris
        moves only rank the givens, by ``n * (givens + 1)`` runs: for models with many of them.
    statistic : str or function
        What of its curve is looked at, as in `sweep`.
    engine : str
        As in `sweep`.
    failures : "raise" or "skip"
        What to do when a run breaks down: stop, or pass over each place from which one does, and
        say how many. What is left no longer fills the ranges evenly.
    **ranges : (low, high)
        As in `sample`: all givens with a range if none is named.

    Returns
    -------
    DataFrame
        A row for each given, the one that matters most first. By Sobol': ``first``, its share of
        the variance alone, ``total``, with all in which it takes part, and how far each may be off
        (95 % confidence). By Morris, in the quantity's unit for a move over the given's whole
        range: ``mean`` of the moves, ``size``, the mean without their sign, and ``spread``, their
        standard deviation, large if the effect bends or depends on others.

    Warns
    -----
    FlywheelNotice
        If places were passed over, or a share is estimated below 0. No share of a variance is:
        the estimate is a difference of two averages, and chance may leave it on the wrong side.

    Raises
    ------
    FlywheelError
        If SALib is missing, or the result is the same in all scenarios.

    References
    ----------
    Saltelli et al., "Variance based sensitivity analysis of model output", Computer Physics
    Communications 181 (2010); Sobol', Mathematics and Computers in Simulation 55 (2001). Morris,
    "Factorial Sampling Plans for Preliminary Computational Experiments", Technometrics 33(2), 1991;
    Campolongo, Cariboni, Saltelli, Environmental Modelling & Software 22 (2007).
    """
    if way not in ("sobol", "morris"):
        raise FlywheelError(f"there is no way '{way}' here\n  hint: it can be: sobol, morris")
    problem = _problem(model, quantity, seed, ranges)
    analyze = import_module(f"SALib.analyze.{way}").analyze
    draw = import_module(f"SALib.sample.{way}").sample
    run = partial(
        sweep, model, keep=[quantity], statistic=statistic, engine=engine, failures=failures
    )
    if way == "morris":
        n = 64 if n is None else n
        if n < 2:
            raise FlywheelError(f"n is the number of places to look from, at least 2, not {n}")
        points = draw(problem, n, num_levels=4, seed=seed)
        points, results = _results(run, problem, points, len(problem["names"]) + 1)
        found = analyze(problem, points, results, num_levels=4, seed=seed)
        columns, by = {"mean": "mu", "size": "mu_star", "spread": "sigma"}, "size"
    else:
        n = 1024 if n is None else n
        if n < 1 or n & (n - 1):
            raise FlywheelError(
                f"n is a power of two here, not {n}\n  hint: take 64, 256, 1024 or more"
            )
        points = draw(problem, n, calc_second_order=False, seed=seed)
        _, results = _results(run, problem, points, len(problem["names"]) + 2)
        found = analyze(problem, results, calc_second_order=False, seed=seed)
        _explain_negatives(problem["names"], found)
        columns = {"first": "S1", "first_off": "S1_conf", "total": "ST", "total_off": "ST_conf"}
        by = "total"
    shown = {name: np.asarray(found[key]) for name, key in columns.items()}
    table = pd.DataFrame(shown, problem["names"])
    return table.rename_axis("given").sort_values(by, ascending=False, kind="stable")


def _problem(
    model: Model, quantity: str, seed: int, ranges: dict[str, tuple[float, float]]
) -> dict[str, Any]:
    if find_spec("SALib") is None:
        raise FlywheelError(
            "sensitivity needs the package SALib\n"
            "  hint: python -m pip install flywheel-edu[analysis]"
        )
    spans = ranges_of(model, ranges)
    check_seed(seed)
    model[quantity]  # says what is near
    return {"num_vars": len(spans), "names": list(spans), "bounds": list(spans.values())}


def _results(
    run: Callable[..., Sweep], problem: dict[str, Any], points: Floats, together: int
) -> tuple[Floats, Floats]:
    """The points and what comes of them, less every place from which a run breaks down."""
    lows, highs = np.array(problem["bounds"]).T  # rounding must not carry a point outside
    inside = np.clip(points, lows, highs)
    swept = run(dict(zip(problem["names"], inside.T, strict=True)))
    (quantity,) = swept
    results = swept[quantity]
    if swept.failures:
        broken = {row // together for row in swept.failures}
        places = len(points) // together
        first = str(next(iter(swept.failures.values()))).partition("\n")[0]
        if places - len(broken) < 2:
            raise FlywheelError(f"from {len(broken)} of {places} places a run breaks down: {first}")
        notice(
            f"{len(broken)} of {places} places are passed over, for a run from there breaks down: "
            f"{first}"
        )
        kept = [row // together not in broken for row in range(len(points))]
        points, results = points[kept], results[kept]
    if np.ptp(results) == 0:
        raise FlywheelError(
            f"'{quantity}' is {results[0]:g} in all scenarios: nothing here moves it\n"
            "  hint: vary other givens, or look at another quantity"
        )
    return points, results


def _explain_negatives(names: list[str], found: Mapping[str, Floats]) -> None:
    """Say of a share below 0, as far as it would be printed, that it cannot be."""
    low = [
        f"{name} ({share:.2f})"
        for name, share in zip(names, found["S1"], strict=True)
        if share < -0.005
    ]
    if low:
        notice(
            f"no share of a variance is below 0, but by chance the estimate for {listed(low)} is: "
            "read it as 0 within its 'first_off', or take a larger n"
        )
