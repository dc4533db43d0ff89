"""What a sweep is asked to do: its scenarios, what is kept of them, and what that takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.asking import numbers, one_number
from flywheel_edu.errors import FlywheelError, ModelError, SimulationError
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate.engines import TOGETHER, check_engine, choose, method_for
from flywheel_edu.simulate.prepared import Prepared, prepare

Floats = NDArray[np.float64]
Statistic = str | Callable[[Floats], Any]

STATISTICS: dict[str, Callable[[Floats], Any]] = {
    "final": lambda values: values[-1],
    "max": lambda values: values.max(axis=0),
    "mean": lambda values: values.mean(axis=0),
    "min": lambda values: values.min(axis=0),
}


@dataclass(frozen=True)
class Work:
    """What a sweep is to do, checked."""

    model: Model
    method: str
    engine: str
    kept: tuple[str, ...]
    count: int
    varied: dict[str, Floats]
    time: Floats
    slots: NDArray[np.int64]  # for each moment its row in what is kept, or -1
    statistic: Statistic | None = None
    quantiles: tuple[float, ...] = ()
    first: int = 0  # the number of the first scenario, where this is a part of a larger work
    stop_at_first: bool = False  # whether the first scenario that fails ends it
    explains: bool = True  # whether somebody asks why one failed

    @property
    def ready(self) -> Prepared:
        return prepare(self.model)

    @property
    def statistic_name(self) -> str:
        if self.statistic is None:
            return ""
        if isinstance(self.statistic, str):
            return self.statistic
        return getattr(self.statistic, "__name__", "statistic")

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result for each kept quantity."""
        if self.statistic is not None:
            return (self.count,)
        return (len(self.time), len(self.quantiles) if self.quantiles else self.count)

    def check_memory(self, memory: float) -> None:
        """Say what the result takes, if that is more than is allowed, before it is taken."""
        needed = 8.0 * len(self.kept) * math.prod(self.shape)
        if self.quantiles:  # one moment in all scenarios is the least to hold at once
            needed += 8.0 * len(self.kept) * self.count
        if needed > memory:
            series = "1 quantity" if len(self.kept) == 1 else f"{len(self.kept)} quantities"
            raise FlywheelError(
                f"the result of this sweep would take {as_bytes(needed)}: {series} at "
                f"{len(self.time):,} moments in {self.count:,} scenarios; "
                f"{as_bytes(memory)} are allowed\n"
                "  hint: keep fewer quantities, keep moments less often (every=...), one number "
                "for each scenario (statistic='final'), quantiles=(0.05, 0.5, 0.95), or allow "
                "more (memory=...)"
            )

    def part(self, start: int, stop: int) -> Work:
        """The work of some of the scenarios."""
        varied = {name: values[start:stop] for name, values in self.varied.items()}
        return replace(self, varied=varied, count=stop - start, first=self.first + start)

    def givens(self, start: int, stop: int) -> Floats:
        """The numbers of all givens, shape (givens, scenarios)."""
        shared = np.fromiter(self.model.given_values.values(), float, len(self.model.givens))
        givens = np.repeat(shared[:, None], stop - start, axis=1)
        for name, values in self.varied.items():
            givens[self.model.givens.index(name)] = values[start:stop]
        return givens

    def scenario(self, at: int) -> Model:
        """The model of one scenario."""
        return self.model.change(**{name: float(v[at]) for name, v in self.varied.items()})

    def named(self, at: int, error: SimulationError) -> SimulationError:
        """The error of one scenario, saying which it is."""
        numbers = [f"{name} = {v[at]:.6g}" for name, v in list(self.varied.items())[:4]]
        more = ", ..." if len(self.varied) > 4 else ""
        return SimulationError(
            f"{error.message}, in scenario {self.first + at} ({', '.join(numbers)}{more})",
            error.hint,
            quantity=error.quantity,
            time=error.time,
        )

    def reduced(self, values: Floats) -> Floats:
        """The statistic of each kept quantity, shape (kept, scenarios)."""
        assert self.statistic is not None
        reduce = STATISTICS[self.statistic] if isinstance(self.statistic, str) else self.statistic
        found = []
        for each in values:
            result = np.asarray(reduce(each), dtype=np.float64)
            if result.shape != each.shape[1:]:
                raise FlywheelError(
                    f"the statistic '{self.statistic_name}' gives an array of shape "
                    f"{result.shape} for values of shape {each.shape}\n"
                    "  hint: it should give one number for each scenario, such as "
                    "lambda values: values.max(axis=0)"
                )
            found.append(result)
        return np.array(found)


def plan_work(
    model: Model,
    given: Mapping[str, Any],
    keep: Sequence[str] | str | None,
    statistic: Statistic | None,
    quantiles: tuple[float, ...],
    every: float,
    method: str | None,
    engine: str,
    memory: float,
) -> Work:
    """What `sweep` was asked for, checked; its arguments and errors are those of `sweep`."""
    need_model(model, "sweep runs")
    method = method_for(model, method)
    check_engine(engine, TOGETHER)
    ready = prepare(model)
    model, varied = _scenarios(model, given)
    count = len(next(iter(varied.values())))
    kept = _kept(ready, model, keep)
    time, slots = _moments(model, every, statistic)
    _check_statistic(statistic, quantiles)
    quantiles = check_quantiles(quantiles)
    if engine == "auto":
        engine = choose(ready, method, count)
    work = Work(model, method, engine, kept, count, varied, time, slots, statistic, quantiles)
    work.check_memory(memory)
    return work


def _scenarios(model: Model, given: Mapping[str, Any]) -> tuple[Model, dict[str, Floats]]:
    """The model with the numbers that all scenarios share, and the values of the others."""
    shared, varied = {}, {}
    for said, value in given.items():
        name = model.called(said)
        if name not in model.given_values:
            model.change(**{name: 0.0})  # refuses what is no given
        values = numbers(value)
        if values is None:
            each = np.asarray(value, object).ravel()
            wrong = next((one for one in each if one_number(one) is None), value)
            raise FlywheelError(
                f"the values of '{name}' are not numbers: {str(wrong)[:60]!r}\n"
                "  hint: give a list of numbers, one for each scenario"
            )
        if values.ndim > 1:
            raise FlywheelError(
                f"the values of '{name}' have shape {values.shape}\n"
                "  hint: give one value for each scenario, in one row"
            )
        if values.ndim == 0:
            shared[name] = float(values)
        else:
            varied[name] = values.copy()
    lengths = {name: len(values) for name, values in varied.items()}
    if not lengths:
        raise FlywheelError(
            "this sweep varies nothing\n"
            "  hint: give a list for at least one given, such as "
            f"sweep(model, {next(iter(model.givens), 'name')}=[...])"
        )
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"'{name}' has {count:,}" for name, count in lengths.items())
        raise FlywheelError(
            f"the lists of values differ in length: {told}\n"
            "  hint: the first scenario takes the first of each list, and so on; "
            "one number holds for all scenarios"
        )
    if 0 in lengths.values():
        raise FlywheelError("this sweep has no scenario\n  hint: give at least one value")
    for name, values in varied.items():
        low, high = model[name].range or (-math.inf, math.inf)
        wrong = np.flatnonzero(~((values >= low) & (values <= high) & np.isfinite(values)))
        if wrong.size:
            first = int(wrong[0])
            try:
                model.change(**{name: float(values[first])})
            except ModelError as error:
                raise ModelError(f"{error.message}, in scenario {first}", hint=error.hint) from None
    for values in varied.values():
        values.flags.writeable = False
    return model.change(**shared), varied


def _kept(ready: Prepared, model: Model, keep: Sequence[str] | str | None) -> tuple[str, ...]:
    names = ready.plan.names
    if keep is None:
        return model.own_stocks or names[:1]
    asked = (keep,) if isinstance(keep, str) else keep
    wanted = tuple(dict.fromkeys(map(model.called, asked)))
    for name in wanted:
        if name in names:
            continue
        if name in model:
            raise FlywheelError(
                f"'{name}' is a given; a sweep keeps stocks and computed quantities\n"
                "  hint: the values of givens are in Sweep.scenarios"
            )
        model[name]  # says what is near
    if not wanted:
        raise FlywheelError("this sweep keeps nothing\n  hint: name a quantity, or leave out keep")
    return wanted


def _moments(
    model: Model, every: float, statistic: Statistic | None
) -> tuple[Floats, NDArray[np.int64]]:
    """The moments that are kept, and for each moment of the run its place among them, or -1."""
    clock = model.clock
    apart = 0.0 if every is None else one_number(every)
    steps = math.nan if apart is None else apart / clock.step if apart else 1.0
    if not math.isfinite(steps) or steps < 0 or abs(steps - round(steps)) > 1e-6 * max(1.0, steps):
        raise FlywheelError(
            f"every={every} is not a whole number of steps of {clock.step:g}\n"
            f"  hint: choose a multiple of the step, in [{clock.unit}]"
        )
    stride = max(1, round(steps))
    slots = np.full(clock.steps + 1, -1, dtype=np.int64)
    if isinstance(statistic, str) and statistic == "final":
        slots[-1] = 0
    else:
        kept = np.arange(0, clock.steps + 1, stride)
        slots[kept] = np.arange(len(kept))
    time: Floats = np.asarray(clock.start + clock.step * np.flatnonzero(slots >= 0), np.float64)
    time.flags.writeable = False
    return time, slots


def _check_statistic(statistic: Statistic | None, quantiles: tuple[float, ...]) -> None:
    if isinstance(statistic, str) and statistic not in STATISTICS:
        raise FlywheelError(
            f"there is no statistic '{statistic}'\n"
            f"  hint: the statistics are: {', '.join(STATISTICS)}, or a function of your own"
        )
    if statistic is not None and quantiles:
        raise FlywheelError(
            "a sweep keeps a statistic of each scenario or quantiles over them, not both\n"
            "  hint: run it twice"
        )


def check_quantiles(quantiles: Sequence[float]) -> tuple[float, ...]:
    """The quantiles as numbers; refuses what is no share of the scenarios."""
    wrong = [q for q in quantiles if (share := one_number(q)) is None or not 0 <= share <= 1]
    if wrong:
        raise FlywheelError(f"{wrong[0]} is not a quantile\n  hint: quantiles lie between 0 and 1")
    return tuple(map(float, quantiles))


def named_values(model: Model, scenarios: Any) -> dict[str, Any]:
    """The scenarios of a mapping or a table, by the names of the givens, without its index."""
    if scenarios is None:
        return {}
    try:
        names = list(scenarios.keys())
    except AttributeError:
        raise FlywheelError(
            f"the scenarios of a sweep come as a mapping or a DataFrame, not as "
            f"{type(scenarios).__name__}\n"
            "  hint: write sweep(model, {'name': [1, 2, 3]}) or sweep(model, name=[1, 2, 3])"
        ) from None
    # What pandas calls the index of a table, such as `sample` makes, that it reads from a file.
    index = ("scenario", "Unnamed: 0") if hasattr(scenarios, "columns") else ()
    return {n: scenarios[n] for n in names if n not in index or n in model.givens}


def as_bytes(number: float) -> str:
    """An amount of memory as it is read aloud."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number / 1e3:,.1f} kB"
