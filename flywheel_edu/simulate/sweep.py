"""Many runs of one model side by side: what happens over a range of givens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.charts.charts import chart
from flywheel_edu.errors import FlywheelError, SimulationError, closest
from flywheel_edu.language import number_text
from flywheel_edu.later import pd
from flywheel_edu.model import Model, UnknownName
from flywheel_edu.simulate.many_runs import run_quantiles, run_scenarios
from flywheel_edu.simulate.on_cluster import spread_scenarios
from flywheel_edu.simulate.saved import head, not_whole, read_table, write_table
from flywheel_edu.simulate.scenarios import (
    Floats,
    Statistic,
    Work,
    check_quantiles,
    named_values,
    plan_work,
)

_TOLD = ("method", "engine", "statistic", "quantiles")  # of a sweep that is saved
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
FEW = 20  # scenarios, of which no twentieth is a whole one
MEMORY = 2e9  # bytes


@answers
class Sweep(Mapping[str, Floats]):
    """What a sweep gave: one array for each quantity that was kept.

    Their shape is (times, scenarios); (scenarios,) if a statistic was asked for; and
    (times, quantiles) if quantiles were. Arrays are read-only.

    Attributes
    ----------
    model : Model
    method : "euler" or "rk4"
    engine : str
        What computed it.
    time : array of shape (times,)
        The moments that were kept, in the model's time unit.
    scenarios : Mapping of str to array of shape (scenarios,)
        The values of the givens that were varied.
    statistic : str
        What the values of a scenario were reduced to, or the empty string.
    quantiles : tuple of float
        Which quantiles over the scenarios there are, or none.
    failures : Mapping of int to SimulationError
        The scenarios that were passed over, and why; their values are not a number.
    """

    def __init__(self, work: Work, values: Floats, failures: Mapping[int, SimulationError]):
        values.flags.writeable = False
        self.model, self.method, self.engine = work.model, work.method, work.engine
        self.time, self.scenarios = work.time, work.varied
        self.statistic = work.statistic_name
        self.quantiles = work.quantiles
        self.failures = dict(sorted(failures.items()))
        self._values: dict[str, Floats] = dict(zip(work.kept, values, strict=True))

    def __getitem__(self, name: str) -> Floats:
        known = self.model.called(name)
        found = self._values.get(known, self.scenarios.get(known))
        if found is not None:
            return found
        kept = ", ".join(self._values)
        raise UnknownName(
            f"this sweep has not kept '{name}'",
            hint=closest(str(name), self._values) or f"it kept: {kept}; name more with keep=[...]",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sweep):
            return NotImplemented
        if self._key() != other._key() or list(self) != list(other):
            return False
        if list(self.scenarios) != list(other.scenarios):
            return False
        both = [*self, *self.scenarios]
        return all(np.array_equal(self[name], other[name], equal_nan=True) for name in both)

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.model, self.method, self.statistic, self.quantiles, len(self.time)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for array in (self.time, *self._values.values(), *self.scenarios.values()):
            array.flags.writeable = False

    def __repr__(self) -> str:
        count = self._count()
        what = self.statistic or ("quantiles" if self.quantiles else f"{len(self.time)} moments")
        many = "scenario" if count == 1 else "scenarios"
        return f"<Sweep of '{self.model.title}': {count:,} {many}, {what} of {', '.join(self)}>"

    def _count(self) -> int:
        return len(next(iter(self.scenarios.values())))

    def quantile_bands(self, name: str, quantiles: Sequence[float] = BANDS) -> Floats:
        """Quantiles over the scenarios at each moment, shape (times, quantiles).

        Scenarios that were passed over do not count; with no other left, nothing is a number.

        Raises
        ------
        FlywheelError
            If the sweep kept a statistic only, or other quantiles, or one is not between 0 and 1.
        """
        if self.quantiles:
            if tuple(quantiles) != self.quantiles:
                told = ", ".join(map(number_text, self.quantiles))
                raise FlywheelError(
                    f"this sweep kept the quantiles {told}\n"
                    "  hint: ask for others when it is run: sweep(..., quantiles=(0.1, 0.5, 0.9))"
                )
            return self._kept(name)
        self._need_moments("quantiles over time")
        check_quantiles(quantiles)
        values = self._kept(name)
        if self.failures:
            values = np.delete(values, list(self.failures), axis=1)
        if not values.size:
            return np.full((len(self.time), len(quantiles)), np.nan)
        bands: Floats = np.quantile(values, quantiles, axis=1).T
        return bands

    def _kept(self, name: str) -> Floats:
        if self.model.called(name) in self.scenarios:
            raise FlywheelError(
                f"'{name}' was varied, and is the same at every moment\n"
                f"  hint: this sweep kept: {', '.join(self)}"
            )
        return self[name]

    def table(self, *names: str) -> pd.DataFrame:
        """The sweep as a pandas DataFrame.

        Parameters
        ----------
        *names : str
            The quantities to show; all that were kept if none is given.

        Returns
        -------
        DataFrame
            With a statistic: one row for each scenario, its givens first. Else one row for each
            moment, and columns (quantity, scenario) or (quantity, quantile).
        """
        shown = {name: self._kept(name) for name in names or self}
        if self.statistic:
            return pd.DataFrame(
                {**self.scenarios, **shown}, index=pd.RangeIndex(self._count(), name="scenario")
            )
        across, labels = (
            ("quantile", self.quantiles) if self.quantiles else ("scenario", range(self._count()))
        )
        columns = pd.MultiIndex.from_product([list(shown), labels], names=["quantity", across])
        index = pd.Index(self.time, name=str(self.model.clock.unit))
        return pd.DataFrame(np.hstack(list(shown.values())), index=index, columns=columns)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the sweep as a table (.csv) with units, its model above it as comments.

        See `Run.save`. `Sweep.read` reads it again. Scenarios that were passed over stay what is no
        number; why they were is not written.
        """
        told = {name: getattr(self, name) for name in _TOLD}
        told["scenarios"] = {name: values.tolist() for name, values in self.scenarios.items()}
        columns: list[tuple[str, Floats]] = [(str(self.model.clock.unit), self.time)]
        if self.statistic:
            told["time"] = self.time.tolist()
            columns = [("scenario", np.arange(self._count(), dtype=float))]
        for name, values in self.items():
            columns += [(head(self.model, name), row) for row in np.atleast_2d(values.T)]
        return write_table(path, "sweep", self.model, told, columns)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Sweep:
        """Read a sweep that was saved, to the last digit; errors are those of `Run.read`."""
        model, told, heads, table = read_table(path, "sweep")
        try:
            found = cls.__new__(cls)
            found.model, found.failures = model, {}
            found.method, found.engine, found.statistic = (str(told[n]) for n in _TOLD[:3])
            found.quantiles = tuple(told["quantiles"])
            found.scenarios = {n: np.array(v, float) for n, v in told["scenarios"].items()}
            found.time = np.array(told["time"], float) if found.statistic else table[0]
            names = {head(model, name): name for name in (*model.stocks, *model.order)}
            wide = 1 if found.statistic else len(found.quantiles) or found._count()
            kept = [names[above] for above in heads[1::wide]]
            parts = table[1:].reshape(len(kept), wide, -1)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise not_whole(path, "sweep") from None
        shaped = (part[0] if found.statistic else part.T for part in parts)
        found._values = dict(zip(kept, shaped, strict=True))
        found.__setstate__({})  # read-only, as it was
        return found

    def to_xarray(self) -> Any:
        """The sweep as an xarray Dataset, with the varied givens along ``scenario``.

        Raises
        ------
        FlywheelError
            If xarray is not installed.
        """
        try:
            import xarray
        except ImportError:
            raise FlywheelError(
                "to_xarray needs the package xarray\n"
                "  hint: python -m pip install flywheel-edu[analysis]"
            ) from None
        dims = ["scenario"] if self.statistic else ["time", "scenario"]
        coords: dict[str, Any] = {}
        if not self.statistic:
            coords["time"] = ("time", self.time, {"units": str(self.model.clock.unit)})
        if self.quantiles:
            dims = ["time", "quantile"]
            coords["quantile"] = list(self.quantiles)
        else:
            coords["scenario"] = np.arange(self._count())
            for name, values in self.scenarios.items():
                coords[name] = ("scenario", values, {"units": str(self.model[name].unit)})
        data = {
            name: (dims, values, {"units": str(self.model[name].unit)})
            for name, values in self.items()
        }
        return xarray.Dataset(data, coords, {"title": self.model.title})

    def plot(self, name: str = "", *, ax: Any = None, title: str = "", log: bool = False) -> Any:
        """Draw one quantity over time: the middle scenario, and where half and nine tenths lie.

        Of fewer than 20 scenarios, where they all lie.

        Parameters
        ----------
        name : str, optional
            The quantity; the first that was kept if not given.
        ax : matplotlib Axes, optional
        title : str, optional
        log : bool
            Whether the values stand on a logarithmic axis.

        Returns
        -------
        Picture, or the Axes if ``ax`` was given
        """
        self._need_moments("a picture over time")
        name = name or next(iter(self))
        few = self._count() - len(self.failures) < FEW
        quantiles = self.quantiles or ((0.0, 0.5, 1.0) if few else BANDS)
        if len(self.failures) == self._count():
            raise FlywheelError(
                "no scenario of this sweep could be run\n  hint: Sweep.failures says why"
            )
        bands = self.quantile_bands(name, quantiles)
        quantity, clock = self.model[name], self.model.clock
        page = chart(title, across=str(clock.unit), ax=ax, log=log)
        unit = str(quantity.unit)
        for i in range(len(quantiles) // 2):
            low, high = quantiles[i], quantiles[-1 - i]
            label = f"{high - low:.0%} of the scenarios"
            if (low, high) == (0, 1):
                label = "all scenarios: lowest to highest"
            elif few:
                label = f"between the quantiles {low:g} and {high:g}"
            page.band(self.time, bands[:, i], bands[:, -1 - i], label, unit, 0, within=i)
        if len(quantiles) % 2:
            middle = bands[:, len(quantiles) // 2]
            page.line(self.time, middle, quantity.label, unit=unit, order=0)
        if ax is not None:
            page.label_ends()
            return ax
        return page.picture()

    def _need_moments(self, what: str) -> None:
        if self.statistic:
            raise FlywheelError(
                f"this sweep kept only one number for each scenario, and {what} needs all moments\n"
                "  hint: run it without statistic=..."
            )


def sweep(
    model: Model,
    scenarios: Mapping[str, Any] | None = None,
    /,
    *,
    keep: Sequence[str] | str | None = None,
    statistic: Statistic | None = None,
    quantiles: Sequence[float] = (),
    every: float = 0.0,
    method: str | None = None,
    engine: str = "auto",
    failures: str = "raise",
    memory: float = MEMORY,
    scheduler: Any = None,
    **values: Any,
) -> Sweep:
    """Run a model many times, each with other numbers for some of its givens.

    Parameters
    ----------
    model : Model
    scenarios : mapping or DataFrame, optional
        Name of a given to its values, such as `sample` makes; the same as ``**values``.
    keep : list of str, optional
        The stocks and computed quantities to keep; the stocks the model was written with if not
        given.
    statistic : "final", "max", "mean", "min" or function, optional
        Keep one number for each scenario instead of its whole curve. A function takes an array of
        shape (times, scenarios) and gives one of shape (scenarios,). Computed while running, so
        that a million scenarios need no more memory than their result.
    quantiles : sequence of float, optional
        Keep these quantiles over the scenarios, at each moment. They are exact; if the moments do
        not fit into ``memory`` together, the scenarios are run once for each part that does.
    every : float, optional
        Keep a moment only every so often, in the model's time unit; each step if not given.
    method : "euler" or "rk4", optional
        As in `simulate`.
    engine : "auto", "python", "numpy" or "machine"
        What computes. The numbers agree to 12 digits; "auto" chooses by the work.
    failures : "raise" or "skip"
        What to do when a scenario cannot be run: stop with the first, or note it in
        ``Sweep.failures`` and go on.
    memory : float, bytes
        The most that results may take, checked before anything is run.
    scheduler : dask.distributed.Client, optional
        Spreads the scenarios over a cluster; the results are the same.
    **values : array of shape (scenarios,) or float
        Givens and their values, each in its own unit, all of one length. One number holds for all.

    Raises
    ------
    FlywheelError
        If there is no scenario, lengths differ, a name is not there, or results would not fit.
    ModelError
        If a name is not a given, or a value lies outside its range.
    SimulationError
        If a scenario cannot be run; the message says which.

    Examples
    --------
    >>> model = Model.parse('''time year from 0 to 2 step 1
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... given rate [1/year] = 0.1 in 0 .. 1
    ... ''')
    >>> sweep(model, rate=[0, 0.1, 0.5])["savings"]
    array([[100., 100., 100.],
           [100., 110., 150.],
           [100., 121., 225.]])
    >>> sweep(model, rate=[0, 0.1, 0.5], statistic="final")["savings"]
    array([100., 121., 225.])
    """
    given = {**named_values(model, scenarios), **values}
    work = plan_work(model, given, keep, statistic, tuple(quantiles), every, method, engine, memory)
    if failures not in ("raise", "skip"):
        raise FlywheelError(
            f"failures='{failures}' is not known\n  hint: failures can be: raise, skip"
        )
    work = replace(work, stop_at_first=failures == "raise")
    failed: dict[int, SimulationError] = {}
    run = partial(spread_scenarios, client=scheduler) if scheduler is not None else run_scenarios
    found = run_quantiles(work, failed, memory, run) if work.quantiles else run(work, failed)
    if failed and work.stop_at_first:
        raise failed[min(failed)]
    return Sweep(work, found, failed)
