"""Fitting a model to measured series, and judging it where it was not fitted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import ModelError, SimulationError, closest
from flywheel_edu.language import Table
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate.simulation import Run, simulate
from flywheel_edu.study.baselines import Forecast, baselines

if TYPE_CHECKING:
    import pandas as pd

    from flywheel_edu.charts.picture import Picture

Values = NDArray[np.float64]
Misses = Literal["absolute", "relative"]

_WORST = 1e6  # the miss, in units of the data's own size, of a run that breaks down


@dataclass(frozen=True, eq=False)
class Measured:
    """One measured series: when, and what."""

    time: Values
    value: Values


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """What a fit found, and how it does where it was not fitted.

    Attributes
    ----------
    model : Model
        With the fitted numbers; the time line and everything else as before.
    values : mapping of str to float
        The fitted numbers, each in its own unit.
    standard_errors : mapping of str to float
        From the curvature at the best fit, in the same units; infinite where these data do not
        settle the number. A number at a limit of its search has no honest standard error: see
        ``at_limit``.
    at_limit : tuple of str
        The numbers that stopped at a limit of their search.
    measured : mapping of str to Measured
        All points, those held out among them.
    until : float or None
        Points up to this time were fitted, those after it held out.
    misses : mapping of str to "absolute" or "relative"
        What was made small for each series: differences, or differences of logarithms.
    costs : tuple of float
        The sum of squares each start ended with, the best first. If few of them agree, the search
        may have missed the best.
    """

    model: Model
    values: Mapping[str, float]
    standard_errors: Mapping[str, float]
    at_limit: tuple[str, ...]
    searched: Mapping[str, tuple[float, float]]
    measured: Mapping[str, Measured]
    until: float | None
    misses: Mapping[str, Misses]
    costs: tuple[float, ...]
    forecasts: Mapping[str, Mapping[str, Forecast]]
    method: str | None

    def __str__(self) -> str:
        lines = []
        for name, value in self.values.items():
            unit = self.model[name].unit
            error = self.standard_errors[name]
            if name in self.at_limit:
                sure = "at the limit of its search"
            elif math.isinf(error):
                sure = "not settled by these data"
            else:
                sure = f"standard error {error:.2g}"
            lines.append(f"{name} = {value:.4g} [{unit}], {sure}")
        for series in self.measured:
            scores = self.scores(series)
            lines.append(f"{series}:")
            lines += ["  " + line for line in scores.to_string(float_format="%.4g").splitlines()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def run(self) -> Run:
        """The fitted model's run."""
        return simulate(self.model, method=self.method)

    def table(self) -> pd.DataFrame:
        """The fitted numbers, one row each: value, standard error, and where it was sought."""
        import pandas as pd

        return pd.DataFrame(
            {
                "value": dict(self.values),
                "standard_error": dict(self.standard_errors),
                "from": {name: low for name, (low, _) in self.searched.items()},
                "to": {name: high for name, (_, high) in self.searched.items()},
                "unit": {name: str(self.model[name].unit) for name in self.values},
            },
            index=list(self.values),
        )

    def scores(self, series: str | None = None) -> pd.DataFrame:
        """How far off the model and every baseline are, where fitted and where held out.

        Parameters
        ----------
        series : str, optional
            One of the measured series; it may be left out if there is just one.

        Returns
        -------
        DataFrame
            One row for the model and each baseline. Columns ``rmse_fitted`` and
            ``rmse_held_out``: root mean square error, in the series' unit; ``mape_fitted`` and
            ``mape_held_out``: mean absolute percentage error, in percent. Missing where there are
            no points, or a point is 0.
        """
        import pandas as pd

        name = self._one(series)
        measured = self.measured[name]
        run = self.run()
        answers = {"this model": np.interp(measured.time, run.time, run[name])}
        for title, forecast in self.forecasts[name].items():
            answers[title] = forecast(measured.time)
        fitted = _fitted(measured.time, self.until)
        rows = {
            title: {
                "rmse_fitted": _rmse(answer[fitted], measured.value[fitted]),
                "rmse_held_out": _rmse(answer[~fitted], measured.value[~fitted]),
                "mape_fitted": _mape(answer[fitted], measured.value[fitted]),
                "mape_held_out": _mape(answer[~fitted], measured.value[~fitted]),
            }
            for title, answer in answers.items()
        }
        return pd.DataFrame(rows).T

    def plot(self, series: str | None = None, *, show: Iterable[str] | None = None) -> Picture:
        """Draw the points, the fitted curve, and baselines, with the held-out time shaded.

        Parameters
        ----------
        series : str, optional
            As in `scores`.
        show : iterable of str, optional
            The baselines to draw, by the names in `scores`; the logistic curve, where these points
            allow one, if not given.
        """
        from flywheel_edu.charts.charts import chart

        name = self._one(series)
        measured, run = self.measured[name], self.run()
        quantity = self.model[name]
        unit = str(quantity.unit)
        page = chart(quantity.label, across=str(self.model.clock.unit))
        inside = run.time <= measured.time[-1]
        if show is None:
            show = [title for title in ("logistic",) if title in self.forecasts[name]]
        for title in (show,) if isinstance(show, str) else show:
            forecast = self.forecasts[name].get(title)
            if forecast is None:
                raise SimulationError(
                    f"there is no baseline called '{title}'",
                    hint=closest(title, self.forecasts[name])
                    or f"there are {', '.join(self.forecasts[name])}",
                )
            shown = inside & (run.time >= measured.time[0])
            page.line(run.time[shown], forecast(run.time[shown]), title, unit, quiet=True)
        page.line(run.time[inside], run[name][inside], "this model", unit, order=0)
        page.points(measured.time, measured.value, "measured", unit, order=6)
        if self.until is not None and self.until < measured.time[-1]:
            page.span(self.until, float(measured.time[-1]), "held out")
        return page.picture()

    def _one(self, series: str | None) -> str:
        if series is None and len(self.measured) == 1:
            return next(iter(self.measured))
        if series is None or series not in self.measured:
            asked = "say which series" if series is None else f"'{series}' was not fitted"
            raise SimulationError(asked, hint=f"the series are {', '.join(self.measured)}")
        return series


def fit(
    model: Model,
    data: Mapping[str, Any],
    adjust: str | Iterable[str] | Mapping[str, tuple[float, float]],
    *,
    until: float | None = None,
    misses: Misses | Mapping[str, Misses] = "absolute",
    starts: int = 8,
    seed: int = 0,
    trend_from: float | None = None,
    method: str | None = None,
    progress: bool = False,
) -> Fit:
    """Find the givens with which a model comes closest to measured series.

    Parameters
    ----------
    model : Model
    data : mapping of str to series
        For each quantity that was measured: the name of a ``data`` quantity of the model, a pandas
        Series indexed by time, or a mapping from time to value; in the quantity's unit and the
        model's time. A yearly figure stands at the middle of its year.
    adjust : str, iterable of str, or mapping of str to (low, high)
        The givens to adjust, within their ranges or within the limits you give.
    until : float, optional
        Fit the points up to this time and hold out the rest. All are fitted if not given.
    misses : "absolute" or "relative", or mapping of str to either
        Make the differences small, or the differences in percent: for a series that grows many
        times over, absolute misses look at its last points only. A mapping says it series by
        series; those it leaves out are "absolute".
    starts : int
        From how many places to search: the model's own numbers first, then places spread over the
        ranges.
    seed : int
        Of those places. The same seed gives the same fit.
    trend_from : float, optional
        Also a straight line from this time on among the baselines.
    method : "euler" or "rk4", optional
        As in `simulate`.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Fit

    Raises
    ------
    ModelError
        If a name is not there, or a given has no limits to search within.
    SimulationError
        If points lie outside the model's time, or there are fewer of them than givens to adjust.

    Notes
    -----
    Bounded least squares (the trust-region reflective method of scipy), from several starts.
    Givens whose limits span a factor of 20 or more are searched by their logarithm. Each series is
    divided by its own size, so that several of different units weigh alike. Standard errors come
    from the curvature at the best fit and hold as far as misses are independent; those of a time
    series seldom are, so read them as the least there is to doubt.

    References
    ----------
    Branch, Coleman & Li, SIAM J. Sci. Comput. 21(1), 1999, for the method; Sterman, *Business
    Dynamics* (2000), ch. 21, for what a good fit does not prove.

    Examples
    --------
    >>> model = Model.parse('''time year from 0 to 4 step 0.125
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... given rate [1/year] = 0.02 in 0 .. 1
    ... ''')
    >>> found = fit(model, {"savings": {1: 110.4, 2: 121.9, 3: 134.7}}, adjust=["rate"])
    >>> round(found.values["rate"], 2)
    0.1
    """
    need_model(model, "fit adjusts")
    if not hasattr(data, "items"):
        raise SimulationError(
            f"the data of a fit come by name, not as {type(data).__name__}",
            hint="write fit(model, {'name': {1: 110, 2: 122}}, ...)",
        )
    measured = {name: _measured(model, name, series) for name, series in data.items()}
    searched = _limits(model, adjust)
    kinds = _kinds(misses, measured)
    for name, series in measured.items():
        if kinds[name] == "relative" and np.any(series.value <= 0):
            raise SimulationError(
                f"'{name}' has points that are not above 0, and so no differences in percent",
                hint="fit it with misses='absolute'",
            )
    points = sum(int(np.count_nonzero(_fitted(s.time, until))) for s in measured.values())
    if points <= len(searched):
        raise SimulationError(
            f"there {_count(len(searched), 'number')} to adjust and only "
            f"{points} {'point' if points == 1 else 'points'} to fit",
            hint="there must be more points than numbers, better several times as many",
        )
    found = _search(
        _Objective(model, measured, searched, until, kinds, method), starts, seed, progress
    )
    forecasts = {}
    for name, series in measured.items():
        known = _fitted(series.time, until)
        forecasts[name] = baselines(series.time[known], series.value[known], trend_from)
    return Fit(
        model=model.change(**found.values),
        values=found.values,
        standard_errors=found.standard_errors,
        at_limit=found.at_limit,
        searched=searched,
        measured=measured,
        until=until,
        misses=kinds,
        costs=found.costs,
        forecasts=forecasts,
        method=method,
    )


@dataclass(frozen=True)
class _Scale:
    """A given's way between its limits and the interval 0 to 1."""

    low: float
    high: float

    @property
    def by_logarithm(self) -> bool:
        return self.low > 0 and self.high / self.low >= 20

    def value(self, part: float) -> float:
        if self.by_logarithm:
            found = self.low * math.exp(part * math.log(self.high / self.low))
        else:
            found = self.low + (self.high - self.low) * part
        return min(max(found, self.low), self.high)

    def part(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        if self.by_logarithm:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def slope(self, part: float) -> float:
        """How fast the value moves with the part."""
        if self.by_logarithm:
            return self.value(part) * math.log(self.high / self.low)
        return self.high - self.low


class _Objective:
    """The misses of a candidate, as one array."""

    def __init__(
        self,
        model: Model,
        measured: Mapping[str, Measured],
        searched: Mapping[str, tuple[float, float]],
        until: float | None,
        misses: Mapping[str, Misses],
        method: str | None,
    ) -> None:
        self.model, self.misses, self.method = model, misses, method
        self.scales = {name: _Scale(low, high) for name, (low, high) in searched.items()}
        self.points = {}
        for name, series in measured.items():
            known = _fitted(series.time, until)
            self.points[name] = Measured(series.time[known], series.value[known])
        self.count = sum(len(points.time) for points in self.points.values())

    def values(self, parts: Values) -> dict[str, float]:
        return {
            name: scale.value(float(part))
            for (name, scale), part in zip(self.scales.items(), parts, strict=True)
        }

    def own_parts(self) -> Values:
        given = self.model.given_values
        return np.array([scale.part(given[name]) for name, scale in self.scales.items()])

    def __call__(self, parts: Values) -> Values:
        try:
            run = simulate(self.model.change(**self.values(parts)), method=self.method)
        except SimulationError:
            return np.full(self.count, _WORST)
        rows: list[Values] = []
        for name, points in self.points.items():
            answer = np.interp(points.time, run.time, run[name])
            if self.misses[name] == "relative":
                above = np.maximum(answer, 1e-12 * points.value)
                rows.append(np.log(above / points.value))
            else:
                size = float(np.mean(np.abs(points.value))) or 1.0
                rows.append((answer - points.value) / size)
        every: Values = np.concatenate(rows)
        return np.clip(every, -_WORST, _WORST)


@dataclass(frozen=True)
class _Found:
    values: dict[str, float]
    standard_errors: dict[str, float]
    at_limit: tuple[str, ...]
    costs: tuple[float, ...]


def _search(objective: _Objective, starts: int, seed: int, progress: bool) -> _Found:
    from scipy.optimize import least_squares
    from scipy.stats import qmc
    from tqdm.auto import tqdm

    count = len(objective.scales)
    places = [objective.own_parts()]
    if starts > 1:
        places += list(qmc.LatinHypercube(d=count, seed=seed).random(starts - 1))
    ended = []
    for place in tqdm(places, desc="fitting", unit="start", disable=not progress):
        ended.append(
            least_squares(
                objective,
                np.clip(place, 1e-3, 1 - 1e-3),
                bounds=(0, 1),
                diff_step=1e-4,
                x_scale=0.1,
                max_nfev=200,
            )
        )
    ended.sort(key=lambda result: float(result.cost))
    best = ended[0]
    if best.cost >= 0.25 * _WORST**2:
        raise SimulationError(
            "no start led to a run that holds",
            hint="run the model with the limits of the givens you adjust, and see what breaks",
        )
    parts = np.asarray(best.x, dtype=float)
    errors = _standard_errors(objective, parts, np.asarray(best.jac), 2 * float(best.cost))
    at_limit = tuple(
        name
        for name, part in zip(objective.scales, parts, strict=True)
        if part < 1e-4 or part > 1 - 1e-4
    )
    costs = tuple(2 * float(result.cost) for result in ended)
    return _Found(objective.values(parts), errors, at_limit, costs)


def _standard_errors(
    objective: _Objective, parts: Values, jacobian: Values, squares: float
) -> dict[str, float]:
    """Square roots of the diagonal of s^2 (J'J)^-1; infinite where nothing responds."""
    spare = max(1, objective.count - len(parts))
    _, sizes, ways = np.linalg.svd(jacobian, full_matrices=False)
    flat = sizes < 1e-8 * max(float(sizes[0]), 1e-300)
    spread = np.where(flat, 0.0, 1 / np.maximum(sizes, 1e-300)) ** 2
    variance = (squares / spare) * (ways.T**2 @ spread)
    loose = (np.abs(ways[flat]) > 1e-3).any(axis=0)
    errors = np.where(loose, np.inf, np.sqrt(variance))
    return {
        name: float(error) * scale.slope(float(part))
        for (name, scale), part, error in zip(objective.scales.items(), parts, errors, strict=True)
    }


def _kinds(misses: Misses | Mapping[str, Misses], series: Iterable[str]) -> dict[str, Misses]:
    """How the misses of each series are counted."""
    known = list(series)
    asked: Mapping[str, Misses] = (
        misses if isinstance(misses, Mapping) else dict.fromkeys(known, misses)
    )
    for name, kind in asked.items():
        if kind not in ("absolute", "relative"):
            raise SimulationError(
                f"misses are counted 'absolute' or 'relative', not {str(kind)[:40]!r}"
            )
        if name not in known:
            raise SimulationError(f"'{name}' is not fitted", hint=closest(name, known))
    return {name: asked.get(name, "absolute") for name in known}


def _measured(model: Model, name: str, series: Any) -> Measured:
    if name not in model:
        raise ModelError(f"the model has no quantity '{name}'", hint=closest(name, model))
    pairs = measured_points(model, name, series)
    pairs = [(t, v) for t, v in pairs if math.isfinite(t) and math.isfinite(v)]
    pairs.sort()
    if not pairs:
        raise SimulationError(f"the series for '{name}' has no points")
    time = np.array([t for t, _ in pairs])
    clock = model.clock
    if time[0] < clock.start or time[-1] > clock.stop:
        raise SimulationError(
            f"the series for '{name}' runs from {time[0]:g} to {time[-1]:g}, "
            f"the model from {clock.start:g} to {clock.stop:g}",
            hint="leave out the points outside, or widen the model's time line",
        )
    return Measured(time, np.array([v for _, v in pairs]))


def measured_points(model: Model, name: str, series: Any) -> list[tuple[float, float]]:
    """The points (time, value) measured of a quantity, as `fit` takes them.

    Raises
    ------
    ModelError
        If a series of the model is named that is not there, or is in another unit.
    SimulationError
        If the points are not times and numbers.
    """
    if isinstance(series, str):
        quantity = model.get(series)
        if quantity is None or quantity.kind != "data" or not isinstance(quantity.equation, Table):
            raise ModelError(
                f"'{series}' is no measured series of this model",
                hint=closest(series, [q.name for q in model.values() if q.kind == "data"])
                or "write: data NAME [unit] = 1999: 0.03, 2000: 0.05",
            )
        if not quantity.unit.fits(model[name].unit):
            raise ModelError(
                f"'{series}' is in [{quantity.unit}], but '{name}' is in [{model[name].unit}]",
                hint="measure both in one unit",
            )
        return list(quantity.equation.points)
    try:
        return [(float(t), float(v)) for t, v in series.items()]
    except (AttributeError, TypeError, ValueError):
        raise SimulationError(
            f"the series for '{name}' is not made of times and numbers: {str(series)[:40]!r}",
            hint=f"write {{'{name}': {{1: 110, 2: 122}}}}, or take a pandas Series whose index is "
            f"time in [{model.clock.unit}]",
        ) from None


def _limits(
    model: Model, adjust: str | Iterable[str] | Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    names = (adjust,) if isinstance(adjust, str) else adjust
    wanted = names if isinstance(names, Mapping) else dict.fromkeys(names)
    limits = {}
    for name, asked in wanted.items():
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
        limits[name] = (float(found[0]), float(found[1]))
    if not limits:
        raise ModelError("there is nothing to adjust", hint="name at least one given")
    return limits


def _pair(name: str, asked: Any) -> tuple[float, float]:
    try:
        low, high = map(float, asked)
    except (TypeError, ValueError):
        raise ModelError(
            f"the limits of '{name}' are not a pair of numbers: {str(asked)[:40]!r}",
            hint=f"write adjust={{'{name}': (low, high)}}",
        ) from None
    return low, high


def _count(number: int, what: str) -> str:
    return f"is {number} {what}" if number == 1 else f"are {number} {what}s"


def _fitted(time: Values, until: float | None) -> NDArray[np.bool_]:
    return np.full(time.shape, True) if until is None else np.asarray(time <= until)


def _rmse(answer: Values, value: Values) -> float:
    return float(np.sqrt(np.mean((answer - value) ** 2))) if value.size else math.nan


def _mape(answer: Values, value: Values) -> float:
    if not value.size or np.any(value == 0):
        return math.nan
    return float(100 * np.mean(np.abs(answer / value - 1)))
