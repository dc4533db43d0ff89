"""Fitting a model to measured series: `fit`."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from flywheel_edu.asking import numbers, one_number
from flywheel_edu.charts.amounts import moment
from flywheel_edu.errors import ModelError, SimulationError, closest, need
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.sample import latin
from flywheel_edu.study.baselines import baselines
from flywheel_edu.study.fitted import Fit
from flywheel_edu.study.measured import (
    Measured,
    Yearly,
    measured_points,
    moment_of,
    openings,
    read_data,
)
from flywheel_edu.study.objective import WORST, Kind, Objective, Scale
from flywheel_edu.study.search import SAME, Misses, Values, descend, jacobian

__all__ = ["Fit", "fit", "measured_points"]


def fit(
    model: Model,
    data: Any,
    adjust: str | Iterable[str] | Mapping[str, tuple[float, float]],
    *,
    until: float | str | None = None,
    misses: Kind | Mapping[str, Kind] = "absolute",
    weights: Mapping[str, float] | None = None,
    yearly: Yearly = "as given",
    starts: int = 8,
    seed: int = 0,
    trend_from: float | str | None = None,
    method: str | None = None,
    progress: bool = False,
) -> Fit:
    """Find the givens with which a model comes closest to measured series.

    Parameters
    ----------
    model : Model
    data : mapping of str to series, Series, DataFrame, or path of a CSV file
        For each quantity that was measured: the name of a ``data`` quantity of the model, a pandas
        Series indexed by time, or a mapping from time to value; in the quantity's unit and the
        model's time. A Series by itself is called like what it measures. A table has its times
        in a column such as "year", "date" or "month".
    adjust : str, iterable of str, or mapping of str to (low, high)
        The givens to adjust, within their ranges or within the limits you give.
    until : float or date, optional
        Fit the points up to this time, all if not given. Of dates "2026-03" is a whole month.
    misses : "absolute" or "relative", or mapping of str to either
        Make the differences small, or the differences in percent: for a series that grows many
        times over, absolute misses look at its last points only. Not named: "absolute".
    weights : mapping of str to float, optional
        How much more than another a series' misses count; 1 for those left out.
    yearly : "as given", "middle" or "end"
        Where in its year a whole number of a year stands; as given, at its first moment.
    starts, seed : int
        From how many places to search: the model's own numbers, then some spread over the ranges.
    trend_from : float or date, optional
        Also a straight line from this time on among the baselines.
    method : "euler" or "rk4", optional
        As in `simulate`.
    progress : bool
        Show a progress bar.

    Raises
    ------
    ModelError
        If a name is not there, or a given has no limits to search within.
    SimulationError
        If points lie outside the model's time, or are fewer than givens to adjust.

    Notes
    -----
    Bounded least squares from several starts, all of them run side by side; see
    `flywheel_edu.study.search`. Givens whose limits span a factor of 20 or more are searched by
    their logarithm. Each series is divided by its own size, so that all weigh alike. Standard
    errors hold even where misses grow with the series.

    References
    ----------
    MacKinnon & White, "Some heteroskedasticity-consistent covariance matrix estimators with
    improved finite sample properties", Journal of Econometrics 29(3), 1985, for the errors;
    Marquardt, SIAM J. Appl. Math. 11(2), 1963; Sterman, *Business Dynamics*, 2000, ch. 21.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> found = fit(load("bass"), {"adopters": {6: 1.0e7, 9: 3.0e7, 12: 5.0e7}}, "market")
    >>> round(found.values["market"] / 1e6)
    46
    """
    need_model(model, "fit adjusts")
    measured, told = read_data(model, data, yearly)
    limits, kinds = _limits(model, adjust), _kinds(model, misses, measured)
    until, trend_from = _times(model, told, measured, until=until, trend_from=trend_from)
    known = _known(measured, until, len(limits))
    objective = Objective(model, known, limits, kinds, _weights(model, weights, measured), method)
    places, squares = _search(objective, starts, seed, progress)
    covariance, spreads = _covariance(objective, places[0])
    values = {name: float(each) for name, each in objective.values(places[0]).items()}
    return Fit(
        model=model.change(**values),
        values=values,
        covariance=covariance,
        spreads=spreads,
        measured=measured,
        until=until,
        costs=tuple(map(float, squares)),
        forecasts={n: baselines(s.time, s.value, trend_from) for n, s in known.items()},
        told=(*told, *openings(model, measured), *_none_held_out(model, measured, until)),
        source=_file_of(data),
        place=places[0],
        objective=objective,
        trend_from=trend_from,
    )


def _times(
    model: Model, told: tuple[str, ...], measured: Mapping[str, Measured], **given: Any
) -> list[float | None]:
    known = measured.values()
    return [
        None if at is None else moment_of(what, at, model.clock, told, known)
        for what, at in given.items()
    ]


def _none_held_out(
    model: Model, measured: Mapping[str, Measured], until: float | None
) -> Iterator[str]:
    last = max(float(series.time[-1]) for series in measured.values())
    if until is not None and until >= last:
        unit = model.clock.unit
        yield (
            f"until is {unit} {moment(until)} and the last point is of {unit} {moment(last)}: "
            "nothing is held out, and a miss there cannot be told"
        )


def _file_of(data: Any) -> str:
    named = isinstance(data, (str, os.PathLike))
    return " ".join(os.path.basename(data).split()) if named else ""


def _known(
    measured: Mapping[str, Measured], until: float | None, numbers: int
) -> dict[str, Measured]:
    """The points to fit, of each series that has any; there must be more of them than numbers."""
    known = {name: series.until(until) for name, series in measured.items()}
    points = sum(len(series.time) for series in known.values())
    if points <= numbers:
        raise SimulationError(
            f"there {_count(numbers, 'number')} to adjust and only "
            f"{points} {'point' if points == 1 else 'points'} to fit",
            hint="there must be more points than numbers, better several times as many",
        )
    return {name: series for name, series in known.items() if len(series.time)}


def _search(objective: Objective, starts: int, seed: int, progress: bool) -> tuple[Values, Values]:
    """Where the searches ended and their sums of squares, the best first."""
    from tqdm.auto import tqdm

    places = [objective.own[None]]
    if starts > 1:
        places.append(latin(starts - 1, len(objective.scales), np.random.default_rng(seed)))
    begun = np.clip(np.concatenate(places), 1e-3, 1 - 1e-3)
    with tqdm(desc="fitting", unit="run", disable=not progress) as bar:

        def counted(objective: Objective) -> Misses:
            def misses(parts: Values, which: object) -> Values:
                bar.update(len(parts))
                return objective(parts)

            return misses

        near = objective.near
        if machine() is None and (quick := near.in_longer_steps):
            # Most of the way; a search that breaks down begins where it did.
            ended, squares = descend(counted(quick), begun, exact=1e-4)
            begun = np.where((squares < WORST)[:, None], ended, begun)
        ended, squares = descend(counted(near), begun, same=SAME)
        if near is not objective:
            squares = np.einsum("sm,sm->s", *[objective(ended)] * 2)
            if squares.max() >= 0.5 * WORST**2:  # what lies later has a say after all
                ended, squares = descend(counted(objective), begun)
    order = np.argsort(squares, kind="stable")
    if squares[order[0]] >= 0.5 * WORST**2:
        raise SimulationError(
            "no start led to a run that holds",
            hint="run the model with the limits of the givens you adjust, and see what breaks",
        )
    return ended[order], squares[order]


def _covariance(objective: Objective, part: Values) -> tuple[Values, dict[str, float]]:
    """The covariance of the numbers, and the spread of each series' misses.

    ``(J'J)^-1 J'S J (J'J)^-1`` with the square of each miss in S, over that of the share of the
    point that the fit does not follow (HC3 of MacKinnon & White); infinite where nothing responds.
    """
    misses = objective(part[None])[0]
    slopes = jacobian(objective, part[None], misses[None], np.zeros(1, int))[0]
    spare = 1 - min(len(part) / len(misses), 1 - 1 / len(misses))
    spreads = {
        name: float(np.sqrt(np.mean(misses[rows] ** 2) / spare)) / objective.weights[name]
        for name, rows in objective.rows.items()
    }
    _, sizes, ways = np.linalg.svd(slopes, full_matrices=False)
    flat = sizes < 1e-8 * max(float(sizes[0]), 1e-300)
    inverse = (ways.T * np.where(flat, 0.0, 1 / np.maximum(sizes, 1e-300)) ** 2) @ ways
    own = 1 - np.einsum("mi,ij,mj->m", slopes, inverse, slopes)
    variance = (misses / np.maximum(own, 1e-6)) ** 2
    spread = inverse @ (slopes.T * variance) @ slopes @ inverse
    loose = (np.abs(ways[flat]) > 1e-3).any(axis=0)
    moves = np.array(
        [s.slope(float(p)) for s, p in zip(objective.scales.values(), part, strict=True)]
    )
    spread = spread * np.outer(moves, moves)
    spread[np.diag_indices_from(spread)] += np.where(loose, np.inf, 0.0)
    return spread, spreads


def _kinds(
    model: Model, misses: Kind | Mapping[str, Kind], measured: Mapping[str, Measured]
) -> dict[str, Kind]:
    said = misses if isinstance(misses, Mapping) else dict.fromkeys(measured, misses)
    asked = {model.called(name): kind for name, kind in said.items()}
    for name, kind in asked.items():
        if kind not in ("absolute", "relative"):
            raise SimulationError(
                f"misses are counted 'absolute' or 'relative', not {str(kind)[:40]!r}"
            )
        _need_fitted(name, measured)
        if kind == "relative" and np.any(measured[name].value <= 0):
            raise SimulationError(
                f"'{name}' has points that are not above 0, and so no differences in percent",
                hint="fit it with misses='absolute'",
            )
    return {name: asked.get(name, "absolute") for name in measured}


def _weights(
    model: Model, weights: Mapping[str, float] | None, series: Mapping[str, Measured]
) -> dict[str, float]:
    weights = weights or {}
    need(Mapping, "weights are given by name", weights, "write weights={'sales': 2}")
    asked = {model.called(name): weight for name, weight in weights.items()}
    for name, weight in asked.items():
        _need_fitted(name, series)
        if (number := one_number(weight)) is None or not 0 < number < math.inf:
            raise SimulationError(
                f"the weight of '{name}' is {weight}", hint="a weight is above 0; 2 counts double"
            )
    return {name: float(asked.get(name, 1.0)) for name in series}


def _need_fitted(name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise SimulationError(f"'{name}' is not fitted", hint=closest(name, known))


def _limits(
    model: Model, adjust: str | Iterable[str] | Mapping[str, tuple[float, float]]
) -> dict[str, Scale]:
    need(Iterable, "adjust names givens", adjust, "write adjust=['one', 'other']")
    names = (adjust,) if isinstance(adjust, str) else adjust
    wanted = names if isinstance(names, Mapping) else dict.fromkeys(names)
    limits = {}
    for said, asked in wanted.items():
        name = model.called(said)
        quantity = model.get(name)
        if quantity is None or quantity.kind != "given":
            raise ModelError(
                f"'{name}' is not a given of this model", hint=closest(name, model.givens)
            )
        found = _pair(name, asked) if asked is not None else quantity.range
        if found is None or not all(map(math.isfinite, found)):
            raise ModelError(
                f"'{name}' has no limits to search within",
                hint=f"give them: adjust={{'{name}': (low, high)}}",
            )
        if not found[0] < found[1]:
            raise ModelError(
                f"the limits of '{name}' are empty: {found[0]:g} .. {found[1]:g}",
                hint="write the smaller number first",
            )
        for limit in found:  # refused here, in the model's own words, not in the midst of a search
            model.change(**{name: limit})
        limits[name] = Scale(float(found[0]), float(found[1]))
    if not limits:
        raise ModelError("there is nothing to adjust", hint="name at least one given")
    return limits


def _pair(name: str, asked: Any) -> tuple[float, float]:
    pair = numbers(asked)
    if pair is None or pair.shape != (2,):
        raise ModelError(
            f"the limits of '{name}' are not a pair of numbers: {str(asked)[:40]!r}",
            hint=f"write adjust={{'{name}': (low, high)}}",
        )
    return float(pair[0]), float(pair[1])


def _count(number: int, what: str) -> str:
    return f"is {number} {what}" if number == 1 else f"are {number} {what}s"
