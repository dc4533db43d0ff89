"""Forecasts from many origins, each knowing the past only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import SimulationError, need
from flywheel_edu.later import pd
from flywheel_edu.study.baselines import baselines
from flywheel_edu.study.objective import MODEL
from flywheel_edu.study.search import Values, descend
from flywheel_edu.words import Told

if TYPE_CHECKING:
    from flywheel_edu.study.fitted import Fit


@answers
@dataclass(frozen=True, eq=False, repr=False)
class Rolling(Told):
    """Errors of forecasts by how far ahead they look.

    Attributes
    ----------
    series : str
    percent : bool
        Whether errors are in percent; in the series' unit where a point is 0 or below.
    forecasts : DataFrame
        A row for each origin, step ahead and forecaster: ``origin``, ``ahead``, ``who``, ``time``,
        ``said``, ``measured`` and ``error``.
    """

    series: str
    percent: bool
    forecasts: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """The mean absolute error, a row for the model and each baseline, a column for each step.

        The nearest over all steps comes first.
        """
        sizes = self.forecasts.assign(error=self.forecasts["error"].abs())
        table = sizes.pivot_table("error", "who", "ahead", aggfunc="mean")
        return table.loc[table.mean(axis=1).sort_values(kind="stable").index]

    @property
    def best(self) -> str:
        """Who comes nearest over all steps ahead."""
        return str(self.table().index[0])

    @property
    def verdict(self) -> str:
        """Who comes nearest, and where the model stands, in a sentence."""
        far, unit = self.table().mean(axis=1), " %" if self.percent else ""
        off = [f"{who} ({miss:.3g}{unit})" for who, miss in far.items()]
        place = list(far.index).index(MODEL)
        if place == 0:
            return f"This model comes nearest ({far.iloc[0]:.3g}{unit}), then {off[1]}."
        return (
            f"Nearest comes {off[0]}; this model is in place {place + 1} of {len(far)} "
            f"({far.iloc[place]:.3g}{unit})."
        )

    def __str__(self) -> str:
        origins = self.forecasts["origin"].nunique()
        unit = "percent" if self.percent else "the unit of the series"
        low = self.forecasts[self.forecasts["who"] == MODEL]
        over = int((low["error"] > 0).sum())
        return (
            f"{self.series}: mean absolute error in {unit}, {origins} origins, by steps ahead\n"
            f"{self.table().to_string(float_format='%.3g')}\n{self.verdict} "
            f"{over} of the model's {len(low)} forecasts were too high."
        )

    def plot(self, *, most: int = 4) -> Picture:
        """The errors over the steps ahead: the model's, and those of the nearest baselines."""
        table = self.table()
        others = [name for name in table.index if name != MODEL][:most]
        page = chart(f"How far off, knowing the past only: {self.series}", across="steps ahead")
        unit = "%" if self.percent else ""
        for number, name in enumerate([MODEL, *others]):
            page.line(table.columns, table.loc[name], name, unit, order=number)
        return page.picture()


def roll(found: Fit, series: str, origins: list[float] | None, horizon: int) -> Rolling:
    """See `Fit.rolling`."""
    need(Integral, "horizon counts measured steps", horizon, "write horizon=3")
    measured = found.measured[series]
    if origins is None:
        origins = [
            float(t)
            for t in measured.time[3:-1]
            if sum(len(s.until(t).time) for s in found.measured.values()) > len(found.values) + 1
        ]
    rows: list[dict[str, Any]] = []
    percent = bool(np.all(measured.value > 0))
    for origin in origins:
        past, later = measured.until(origin), np.flatnonzero(measured.time > origin)[:horizon]
        if not len(later) or len(past.time) < 2:
            raise SimulationError(
                f"there is nothing to forecast from {origin:g}",
                hint=f"the points run from {measured.time[0]:g} to {measured.time[-1]:g}",
            )
        when = measured.time[later]
        says = {MODEL: _refitted(found, series, origin, when)}
        for name, forecast in baselines(past.time, past.value, found.trend_from).items():
            says[name] = forecast(when)
        for who, said in says.items():
            for ahead, (row, value) in enumerate(zip(later, said, strict=True), start=1):
                true = float(measured.value[row])
                error = 100 * (value / true - 1) if percent else value - true
                rows.append(
                    {
                        "origin": origin,
                        "ahead": ahead,
                        "who": who,
                        "time": float(measured.time[row]),
                        "said": float(value),
                        "measured": true,
                        "error": float(error),
                    }
                )
    if not rows:
        raise SimulationError(
            f"there are too few points of '{series}' to look ahead from any",
            hint="there must be more points than numbers to adjust",
        )
    return Rolling(series, percent, pd.DataFrame(rows))


def _refitted(found: Fit, series: str, origin: float, when: np.ndarray) -> np.ndarray:
    best = found.refits.get(origin)
    if best is None:
        best = found.refits[origin] = _refit(found, origin)
    return np.asarray(found.objective.answers(best, {series: when})[series][0])


def _refit(found: Fit, origin: float) -> Values:
    past = {name: s.until(origin) for name, s in found.measured.items()}
    known = replace(found.objective, points={n: s for n, s in past.items() if len(s.time)})
    # From the middle and from the corners: nothing of the later fit may leak into the search.
    count = len(found.place)
    chance = np.random.default_rng(0)
    starts = np.concatenate([np.full((1, count), 0.5), chance.random((7, count))])
    ended, squares = descend(known, starts, rounds=80, exact=1e-8)
    return ended[[int(np.argmin(squares))]]
