"""What a fit found, and how it does beside curves that know no story."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from textwrap import fill
from typing import Literal

import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.causal.loops import listed
from flywheel_edu.charts.amounts import in_full
from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import SimulationError, closest
from flywheel_edu.later import pd
from flywheel_edu.model import Model
from flywheel_edu.simulate.simulation import Run, simulate
from flywheel_edu.study.bands import predict
from flywheel_edu.study.baselines import Forecast
from flywheel_edu.study.measured import Measured, moment_of
from flywheel_edu.study.objective import MODEL, Objective
from flywheel_edu.study.promise import Promise, make_promise
from flywheel_edu.study.rolling import Rolling, roll
from flywheel_edu.study.search import Values
from flywheel_edu.words import Told


@answers
@dataclass(frozen=True, eq=False, repr=False)
class Fit(Told):
    """What a fit found, and how it does where it was not fitted.

    Attributes
    ----------
    model : Model
        With the fitted numbers; the time line and everything else as before.
    values : mapping of str to float
        The fitted numbers, each in its own unit.
    covariance : array (numbers, numbers)
        Of the fitted numbers, in the order of ``values``; infinite on the diagonal where these
        data do not settle a number. ``covariances`` has it with names.
    spreads : mapping of str to float
        The standard error of each series: how far its points scatter about the fitted run, in
        units of the series' mean size, or as a logarithm where misses are relative.
    measured : mapping of str to Measured
        All points, those held out among them.
    until : float or None
        Points up to this time were fitted, those after it held out.
    costs : tuple of float
        The sum of squares each start ended with, the best first. If few of them agree, the search
        may have missed the best.
    told : tuple of str
        What was done to the times of the data, and what in them does not go with the model.
    source : str
        The name of the file that the data came from; empty if they came from none.
    """

    model: Model
    values: Mapping[str, float]
    covariance: Values
    spreads: Mapping[str, float]
    measured: Mapping[str, Measured]
    until: float | None
    costs: tuple[float, ...]
    forecasts: Mapping[str, Mapping[str, Forecast]]
    told: tuple[str, ...]
    source: str
    place: Values
    objective: Objective
    trend_from: float | None

    @cached_property
    def standard_errors(self) -> Mapping[str, float]:
        """Of each fitted number, in its unit; infinite where these data do not settle it.

        From the slopes at the best fit and the size of each miss, which need not be alike. They
        hold as far as misses are independent; those of a time series seldom are, so read them as
        the least there is to doubt.
        """
        return dict(zip(self.values, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    @cached_property
    def refits(self) -> dict[float, Values]:
        """Where fits on the past alone ended, by the time up to which they knew."""
        return {}

    @property
    def at_limit(self) -> tuple[str, ...]:
        """The numbers that stopped at a limit of their search: no honest standard error."""
        ended = zip(self.values, self.place, strict=True)
        return tuple(name for name, part in ended if not 1e-4 <= part <= 1 - 1e-4)

    @property
    def covariances(self) -> pd.DataFrame:
        """The covariance of the fitted numbers, by their names."""
        return pd.DataFrame(self.covariance, index=list(self.values), columns=list(self.values))

    def __str__(self) -> str:
        doubtful = [said for said in self.told if said.startswith("a point stands")]
        lines = [f"Look first: {said}" for said in doubtful]
        for name, value in self.values.items():
            unit = self.model[name].unit
            lines.append(f"{name} = {in_full(value, 4)} [{unit}], {self.how_sure(name)}")
        if said := self.told_apart:
            lines.append(fill(said, 88, subsequent_indent="  "))
        for series in self.measured:
            scores = self.scores(series)
            lines.append(f"{series}:")
            lines += ["  " + line for line in scores.to_string(float_format="%.4g").splitlines()]
            lines.append(
                fill(self.verdict(series), 88, initial_indent="  ", subsequent_indent="  ")
            )
        lines += [f"({said})" for said in self.told if said not in doubtful]
        return "\n".join(lines)

    def run(self) -> Run:
        """The fitted model's run."""
        return simulate(self.model, method=self.objective.method)

    def table(self) -> pd.DataFrame:
        """The fitted numbers, one row each: value, standard error, and where it was sought."""
        return pd.DataFrame(
            {
                "value": dict(self.values),
                "standard_error": dict(self.standard_errors),
                "from": {name: scale.low for name, scale in self.objective.scales.items()},
                "to": {name: scale.high for name, scale in self.objective.scales.items()},
                "unit": {name: str(self.model[name].unit) for name in self.values},
            },
            index=list(self.values),
        )

    @property
    def plausible(self) -> dict[str, tuple[float, float]]:
        """Between which values each number may lie: a standard error off, where it was sought.

        All that was sought, if these data do not settle it or it stopped at a limit.
        """
        found = {}
        for name, value in self.values.items():
            scale = self.objective.scales[name]
            error = math.inf if name in self.at_limit else self.standard_errors[name]
            found[name] = max(scale.low, value - error), min(scale.high, value + error)
        return found

    @property
    def told_apart(self) -> str:
        """Which fitted numbers these data cannot tell apart, in a sentence; empty if none.

        Both errors exceed their numbers; or they are a fifth of them, and move as one.
        """
        errors = self.standard_errors
        off = {name: errors[name] / (abs(value) or 1) for name, value in self.values.items()}
        mixed: dict[str, None] = {}
        for (i, one), (j, other) in combinations(enumerate(off), 2):
            least, both = min(off[one], off[other]), errors[one] * errors[other]
            tied = math.isfinite(both) and abs(self.covariance[i, j]) > _AS_ONE * both
            if least > 1 or (least > _ROUGH and tied):
                mixed |= {one: None, other: None}
        if not mixed:
            return ""
        return f"These data cannot tell {listed([*mixed])} apart: what one does, another can undo."

    def how_sure(self, name: str) -> str:
        """How well these data settle a fitted number, in words."""
        error = self.standard_errors[name]
        if name in self.at_limit:
            return "at the limit of its search"
        return "not settled by these data" if math.isinf(error) else f"standard error {error:.2g}"

    def answers(self, series: str, when: Values) -> dict[str, Values]:
        """What the model and each baseline say of a series at some times."""
        run = self.run()
        says = {MODEL: np.interp(when, run.time, run[series])}
        for title, forecast in self.forecasts.get(series, {}).items():
            says[title] = forecast(when)
        return says

    def scores(self, series: str | None = None) -> pd.DataFrame:
        """How far off the model and every baseline are, where fitted and where held out.

        Parameters
        ----------
        series : str, optional
            One of the measured series; it may be left out if there is just one.

        Returns
        -------
        DataFrame
            One row for the model and each baseline, the nearest first: where held out, or where
            fitted if nothing is. Columns ``rmse_fitted`` and ``rmse_held_out``: root mean square
            error, in the series' unit; ``mape_fitted`` and ``mape_held_out``: mean absolute
            percentage error, in percent. Missing where there are no points, or a point is 0.
        """
        name = self._one(series)
        measured = self.measured[name]
        early = measured.time <= (math.inf if self.until is None else self.until)
        rows = {
            title: {
                "rmse_fitted": _rmse(answer[early], measured.value[early]),
                "rmse_held_out": _rmse(answer[~early], measured.value[~early]),
                "mape_fitted": mape(answer[early], measured.value[early]),
                "mape_held_out": mape(answer[~early], measured.value[~early]),
            }
            for title, answer in self.answers(name, measured.time).items()
        }
        by = "rmse_fitted" if np.all(early) else "rmse_held_out"
        return pd.DataFrame(rows).T.sort_values(by, kind="stable")

    def verdict(self, series: str | None = None) -> str:
        """Whether curves with no story come nearer than the model, in a sentence."""
        scores = self.scores(series)
        early = scores["rmse_held_out"].isna().all()
        where = "where fitted" if early else "where held out"
        by = scores["rmse_fitted" if early else "rmse_held_out"]
        nearer = [title for title in by.index if by[title] < by[MODEL]]
        if len(self.measured) > 1:
            where = f"to {self._one(series)} {where}"
        if not nearer:
            return f"No curve without a story comes nearer {where} than this model."
        what = "curve with no story comes" if len(nearer) == 1 else "curves with no story come"
        return f"{_WORDS.get(len(nearer), len(nearer))} {what} nearer {where}: {', '.join(nearer)}."

    def predict(
        self,
        series: str | None = None,
        *,
        times: Iterable[float | str] | None = None,
        level: float = 0.9,
        method: Literal["bootstrap", "profile"] = "bootstrap",
        refits: int = 200,
        seed: int = 0,
    ) -> pd.DataFrame:
        """What would be measured, with a band: columns ``low``, ``this model`` and ``high``.

        Parameters
        ----------
        series : str, optional
            As in `scores`.
        times : iterable of float or date, optional
            In the model's time unit. If not given, those measured, and on at the same pace to the
            end of the model's time.
        level : float
            The share of measurements that the band is to hold, between 0 and 1.
        method : "bootstrap" or "profile"
            Refits to the fitted run with its misses dealt out anew; or the range of values at
            each time that a refit can reach at little cost, widened by the misses.
        refits, seed : int
            Of the bootstrap.

        Notes
        -----
        The band holds what chance and the fit leave open if the model is right. Whether it is
        right, no band says.

        References
        ----------
        Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 9; Venzon & Moolgavkar,
        "A method for computing profile-likelihood-based confidence intervals", Applied Statistics
        37(1), 1988.
        """
        name = self._one(series)
        when = self.pace(name) if times is None else np.array(self._times("times", times))
        return predict(self, name, when, level, method, refits, seed)

    def _times(self, what: str, given: Iterable[float | str]) -> list[float]:
        clock, known = self.model.clock, self.measured.values()
        return [moment_of(what, each, clock, self.told, known) for each in given]

    def pace(self, series: str, stop: float | None = None) -> Values:
        """The times of a series, and on at the same pace to the end of the model's time."""
        time = self.measured[series].time
        step = float(np.median(np.diff(time))) if len(time) > 1 else self.model.clock.step
        last = min(self.model.clock.stop, math.inf if stop is None else stop)
        more = np.arange(1, 1 + max(0, math.floor((last - time[-1]) / step + 1e-9)))
        return np.concatenate([time, time[-1] + step * more])

    def rolling(
        self,
        series: str | None = None,
        *,
        origins: Iterable[float | str] | None = None,
        horizon: int = 5,
    ) -> Rolling:
        """How far off forecasts are that know the past only: the model's and every baseline's.

        Parameters
        ----------
        series : str, optional
            As in `scores`; the one that is judged. All are fitted.
        origins : iterable of float or date, optional
            From which times to look ahead. If not given, all with points enough to fit.
        horizon : int
            How many measured steps ahead, at most.
        """
        known = None if origins is None else self._times("origins", origins)
        return roll(self, self._one(series), known, horizon)

    def promise(self, until: float | str) -> Promise:
        """What the model and every baseline say of times still to come, to be held to later."""
        return make_promise(self, *self._times("until", [until]))

    def plot(
        self,
        series: str | None = None,
        *,
        show: Iterable[str] | None = None,
        level: float | None = 0.9,
    ) -> Picture:
        """Draw the points, the fitted curve in its band, and baselines; held-out time is shaded.

        Parameters
        ----------
        series : str, optional
            The first if not given.
        show : iterable of str, optional
            The baselines to draw, by the names in `scores`; the nearest one if not given.
        level : float, optional
            Of the band; none is drawn for None.
        """
        name = self._one(series or next(iter(self.measured)))
        measured, run = self.measured[name], self.run()
        quantity = self.model[name]
        unit = str(quantity.unit)
        page = chart(quantity.label, across=str(self.model.clock.unit))
        inside = run.time <= measured.time[-1]
        known = self.forecasts.get(name, {})
        if show is None:
            show = [title for title in self.scores(name).index if title in known][:1]
        baselines = (show,) if isinstance(show, str) else tuple(show)
        for order, title in enumerate(baselines, 1):
            if title not in known:
                raise SimulationError(
                    f"there is no baseline called '{title}'",
                    hint=closest(title, known) or f"there are {', '.join(known)}",
                )
            shown = inside & (run.time >= measured.time[0])
            values = known[title](run.time[shown])
            quiet = len(baselines) == 1  # of several, each has a colour of its own
            page.line(run.time[shown], values, title, unit, order, quiet=quiet)
        if level is not None:
            band = self.predict(name, times=measured.time, level=level, refits=100)
            label = f"{level:.0%} of measurements"
            page.band(band.index, band["low"], band["high"], label, unit, order=0)
        page.line(run.time[inside], run[name][inside], MODEL, unit, order=0)
        page.points(measured.time, measured.value, "measured", unit, order=6)
        if self.until is not None and self.until < measured.time[-1]:
            page.span(self.until, float(measured.time[-1]), "held out")
        return page.picture()

    def _one(self, series: str | None) -> str:
        if series is None and len(self.measured) == 1:
            return next(iter(self.measured))
        if series is None or series not in self.measured:
            asked = "say which series" if series is None else f"'{series}' was not fitted"
            names = ", ".join(f"'{name}'" for name in self.measured)
            raise SimulationError(asked, hint=f"write one of {names} first in the brackets")
        return series


_AS_ONE, _ROUGH = 0.98, 0.2  # so correlated, and so unsure, numbers are not told apart
_WORDS = {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight"}
_WORDS |= {9: "Nine", 10: "Ten"}


def _rmse(answer: Values, value: Values) -> float:
    return float(np.sqrt(np.mean((answer - value) ** 2))) if value.size else math.nan


def mape(answer: Values, value: Values) -> float:
    """The mean absolute error in percent; not a number without points or where one is 0."""
    if not value.size or np.any(value == 0):
        return math.nan
    return float(100 * np.mean(np.abs(answer / value - 1)))
