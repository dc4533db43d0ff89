"""One run of a model: from its opening values to a table of numbers."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.asking import answering, answers
from flywheel_edu.errors import SimulationError, closest
from flywheel_edu.later import pd
from flywheel_edu.model import METHODS, Model, UnknownName, need_model
from flywheel_edu.simulate.adaptive import adaptive, refuse_steps
from flywheel_edu.simulate.engines import ALONE, check_engine, method_for
from flywheel_edu.simulate.machine_run import run_alone
from flywheel_edu.simulate.prepared import Prepared, prepare
from flywheel_edu.simulate.promises import check_promises
from flywheel_edu.simulate.run_options import dates, openings_from, with_time_line
from flywheel_edu.simulate.saved import head, not_whole, read_table, write_table

if TYPE_CHECKING:
    from datetime import date


@answers
class Run(Mapping[str, NDArray[np.float64]]):
    """What one simulation gave: one array for each quantity, all of shape (times,).

    Stocks stand at their value at each moment; flows and other computed quantities at their value
    at that moment, which holds until the next. Givens are there too, as constant arrays. Arrays
    are read-only.

    Attributes
    ----------
    model : Model
    time : array of shape (times,)
        In the model's time unit, from start to stop, both included.
    method : "euler" or "rk4"

    Examples
    --------
    >>> model = Model.parse('''time year from 0 to 2 step 1
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... given rate [1/year] = 0.1 in 0 .. 1
    ... ''')
    >>> run = simulate(model)
    >>> run["savings"].tolist()
    [100.0, 110.0, 121.0]
    """

    def __init__(
        self,
        model: Model,
        time: NDArray[np.float64],
        values: NDArray[np.float64],
        method: str,
        engine: str = "python",
    ) -> None:
        for array in (time, values):
            array.flags.writeable = False
        self.model, self.time, self.method, self._engine = model, time, method, engine
        # One row for each quantity, in the plan's order; perhaps of the stocks alone so far.
        self._values = values
        self._rows = prepare(model).plan.rows

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if not isinstance(name, str):
            raise UnknownName(
                f"a run gives one quantity by its name, and {str(name)[:40]!r} is none",
                hint="for several at once: run.table('a', 'b'), run.plot('a', 'b')",
            )
        row = self._rows.get(name)
        if row is not None:
            if row >= len(self._values):
                self._values = self._whole()
            values: NDArray[np.float64] = self._values[row]
            return values
        if name in self.model.structure.givens:
            constant = np.full(self.time.shape, self.model.given_values[name])
            constant.flags.writeable = False
            return constant
        if name == "time":
            return self.time
        if (known := self.model.called(name)) != name:
            return self[known]
        raise UnknownName(f"this run has no quantity '{name}'", hint=closest(name, self.model))

    def _whole(self) -> NDArray[np.float64]:
        """All series, once more from the start: quicker than keeping what nobody asks for."""
        ready = prepare(self.model)
        values = run_alone(ready, self.model, self.method, self._engine, whole=True)
        if values is None:
            values = _run_python(ready, self.model, self.method)
        values.flags.writeable = False
        return values

    def __contains__(self, name: object) -> bool:
        return name in self.model

    def __iter__(self) -> Iterator[str]:
        return iter(self.model)

    def __len__(self) -> int:
        return len(self.model)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Run):
            return NotImplemented
        same = self.method == other.method and self.model == other.model
        return same and all(np.array_equal(self[name], other[name]) for name in self._rows)

    def __hash__(self) -> int:
        return hash((self.model, self.method))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for array in (self.time, self._values):
            array.flags.writeable = False

    def __repr__(self) -> str:
        clock = self.model.clock
        return (
            f"<Run of '{self.model.title}': {clock.unit} {clock.start:g} to {clock.stop:g}, "
            f"{len(self.time)} moments, {self.method}>"
        )

    def table(self, *names: str, begins: str | date = "") -> pd.DataFrame:
        """The run as a pandas DataFrame, one row for each saved moment.

        Parameters
        ----------
        *names : str
            The quantities to show; all that change if none is given.
        begins : date or str, optional
            The date at which the run begins, the year first, such as "2020-01" or "2020-01-31";
            then the rows are indexed by date.

        Returns
        -------
        DataFrame
            Indexed by time, one column for each quantity, in the quantity's unit.
        """
        clock = self.model.clock
        every = max(1, round(clock.save / clock.step)) if clock.save else 1
        index = pd.Index(self.time[::every], name=str(clock.unit))
        if begins not in ("", None):
            index = dates(self.time[::every] - clock.start, str(clock.unit), begins)
        shown = names or [name for name in self.model if name in self._rows]
        return pd.DataFrame({name: self[name][::every] for name in shown}, index=index)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the run as a table (.csv) with units, its model above it as comments.

        `Run.read` reads it again, ``pandas.read_csv(path, comment="#")`` the table alone.

        Raises
        ------
        FlywheelError
            If the file would not be a .csv.
        FileError
            The folder is missing or closed to us. No half-written file is left.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> run = simulate(Model.parse("time year from 0 to 2 step 1\\nstock wheels [1] = 3"))
        >>> with TemporaryDirectory() as folder:
        ...     Run.read(run.save(folder + "/run.csv")) == run
        True
        """
        clock = str(self.model.clock.unit), self.time
        columns = [clock, *((head(self.model, n), self[n]) for n in self._rows)]
        return write_table(path, "run", self.model, {"method": self.method}, columns)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run that was saved, to the last digit.

        Raises
        ------
        FlywheelError
            If the file holds no such run, or not all of it.
        FileError
            If there is no such file.
        """
        model, told, heads, (time, *values) = read_table(path, "run")
        ready = prepare(model)
        known = [head(model, name) for name in ready.plan.names]
        if heads[1:] != known or not np.array_equal(time, ready.time):
            raise not_whole(path, "run")
        return cls(model, time, np.array(values), str(told.get("method")))

    def plot(self, *names: str, ax: Any = None, title: str = "", log: bool = False) -> Any:
        """Draw quantities over time.

        Parameters
        ----------
        *names : str
            The quantities to draw; the stocks if none is given. Those of one unit share a panel.
        ax : matplotlib Axes, optional
            Where to draw; then all quantities go into it.
        title : str, optional
        log : bool
            Whether the values stand on a logarithmic axis.

        Returns
        -------
        Picture, or the Axes if ``ax`` was given
            In a notebook a picture shows itself, with its description as alt text.
        """
        from flywheel_edu.simulate.run_chart import plot_run

        return plot_run(self.model, self, names, ax=ax, title=title, log=log)


@answering
def simulate(
    model: Model,
    *,
    method: str | None = None,
    engine: str = "auto",
    step: float | None = None,
    until: float | None = None,
    start_from: Run | Mapping[str, float] | None = None,
) -> Run:
    """Run a model from its start to its stop.

    Parameters
    ----------
    model : Model
    step, until : float, optional
        Another step, or another end, in the model's time unit. A given ``time_step`` that is the
        step in an imported model follows (adaptive: the model's step, not that of the solver).
    start_from : Run or mapping of str to float, optional
        Where the stocks begin: those of a run where that ended, which is when this one begins; or
        the numbers of some stocks, each in its own unit.
    method : "euler", "rk4" or "adaptive", optional
        How a step is taken; the model's own way if not given, which is Euler unless its time line
        says otherwise. Euler can be redone in a spreadsheet; the classical Runge-Kutta method of
        order four needs fewer steps for smooth models. "adaptive" is scipy's LSODA, for models in
        which something is much faster than the rest; always in Python, in steps of its own, none
        longer than the model's. Promises are checked at the model's moments, not between them.
    engine : str, optional
        What computes. "auto" lets the package choose: Python at once, machine code once it is made,
        with the same numbers to the last bit. "python" is that alone. "machine" is machine code,
        made at once if need be and as fast as it can be: its numbers may differ in the last bits,
        but nothing that is decided by them.

    Raises
    ------
    FlywheelError
        If an argument is none of these, or a start is no stock's.
    SimulationError
        If a quantity cannot be computed, grows beyond all bounds, or leaves the values the model
        promises; the message says which, when, and what to try. Or if the adaptive method is
        asked for what is told in steps: a pipeline, a pulse, chance.
    """
    need_model(model, "simulate runs")
    openings: dict[str, float] = {}
    if start_from is not None:
        openings, engine = openings_from(model, start_from), "python"
    if not (step is None and until is None and not isinstance(start_from, Run)):
        begin = start_from.time[-1] if isinstance(start_from, Run) else None
        model = with_time_line(model, begin, until, step)
    method = method_for(model, method, (*METHODS, "adaptive"))
    check_engine(engine, ALONE)
    if method == "adaptive":
        refuse_steps(model)
        engine = "python"
    ready = prepare(model)
    by_machine = run_alone(ready, model, method, engine, whole=False)
    if by_machine is not None:
        return Run(model, ready.time, by_machine, method, engine)
    return Run(model, ready.time, _run_python(ready, model, method, openings), method)


def _run_python(
    ready: Prepared, model: Model, method: str, openings: Mapping[str, float] | None = None
) -> NDArray[np.float64]:
    """All stocks and computed quantities, shape (quantities, times)."""
    program, clock, givens = ready.python, ready.clock, tuple(model.given_values.values())
    rows: list[tuple[float, ...]] = []
    failed: SimulationError | None = None
    own = {"euler": program.euler, "rk4": program.rk4}
    advance = own.get(method) or partial(adaptive, program.rates)
    try:
        opening = program.openings(clock.start, clock.step, givens)
        if openings:
            opening = tuple(map(openings.get, ready.plan.stocks, opening))
        advance(clock.start, clock.step, clock.steps, opening, givens, rows)
    except (ArithmeticError, ValueError) as error:
        from flywheel_edu.simulate.why_failed import explain

        failed, stocks = explain(model, ready.plan, program, error)
        if stocks is None:
            raise failed from None
        rows.append((*stocks, *[math.nan] * len(ready.plan.computed)))
    values = np.ascontiguousarray(np.array(rows, dtype=float).T)
    _check(ready, model, values, failed)
    return values


def _check(
    ready: Prepared, model: Model, values: NDArray[np.float64], failed: SimulationError | None
) -> None:
    """Stop with what broke first, which explains the rest: a promise, or a value that is lost.

    At one moment the stocks come first, since all else is computed from them. ``failed`` is what
    ended the run at the last moment there is.
    """
    plan, error, moments = ready.plan, failed, values.shape[1]
    time = ready.time[:moments]
    if not np.isfinite(values).all():
        column, row = np.argwhere(~np.isfinite(values).T)[0]
        if error is None or column < moments - 1:
            from flywheel_edu.simulate.why_failed import too_large

            error = too_large(model, plan.names[row], float(time[column]))
        time, values = np.append(time[:column], error.time or 0.0), values[:, : column + 1].copy()
        values[len(plan.stocks) :, column] = math.nan
        values[~np.isfinite(values)] = math.nan
    check_promises(model, ready.limits_of(model), time, lambda name: values[plan.rows[name]])
    if error is not None:
        raise error
