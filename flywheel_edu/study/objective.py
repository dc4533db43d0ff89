"""How far a model's runs are from measured series, many candidates at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from flywheel_edu.errors import SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.run_options import with_time_line
from flywheel_edu.simulate.sweep import sweep
from flywheel_edu.study.measured import Measured
from flywheel_edu.study.search import Values

Kind = Literal["absolute", "relative"]

MODEL = "this model"  # its name among the forecasts
_LONGER = 4  # times the model's step
WORST = 1e6  # the miss, in units of the data's own size, of a run that breaks down


@dataclass(frozen=True)
class Scale:
    """A given's way between its limits and the interval 0 to 1."""

    low: float
    high: float

    @property
    def by_logarithm(self) -> bool:
        """Whether equal steps are equal shares: where the limits span a factor of 20 or more."""
        return self.low > 0 and self.high / self.low >= 20

    def value(self, part: Values) -> Values:
        """The given at that part of its way."""
        if self.by_logarithm:
            found = self.low * np.exp(part * math.log(self.high / self.low))
        else:
            found = self.low + (self.high - self.low) * part
        return np.clip(found, self.low, self.high)

    def part(self, value: float) -> float:
        """The part of its way at which a value lies."""
        value = min(max(value, self.low), self.high)
        if self.by_logarithm:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def slope(self, part: float) -> float:
        """How fast the value moves with the part."""
        if self.by_logarithm:
            return float(self.value(np.array(part))) * math.log(self.high / self.low)
        return self.high - self.low


@dataclass(frozen=True, eq=False)
class Objective:
    """The misses of candidates."""

    model: Model
    points: Mapping[str, Measured]  # what is fitted
    scales: Mapping[str, Scale]  # for each given that is adjusted
    kinds: Mapping[str, Kind]
    weights: Mapping[str, float]
    method: str | None

    @property
    def own(self) -> Values:
        """The place of the model's own numbers."""
        given = self.model.given_values
        return np.array([scale.part(given[name]) for name, scale in self.scales.items()])

    @property
    def rows(self) -> dict[str, slice]:
        """Which of the misses belong to each series."""
        ends = np.cumsum([len(points.time) for points in self.points.values()]).tolist()
        return {n: slice(a, b) for n, a, b in zip(self.points, [0, *ends], ends, strict=False)}

    @property
    def near(self) -> Objective:
        """The same up to its last point: what a run does later changes no miss."""
        clock = self.model.clock
        last = max(float(points.time.max()) for points in self.points.values())
        longer = _LONGER * clock.step
        stop = clock.start + longer * max(1, math.ceil((last - clock.start) / longer - 1e-9))
        if stop >= clock.stop:
            return self
        return replace(self, model=with_time_line(self.model, None, stop, clock.step))

    @property
    def in_longer_steps(self) -> Objective | None:
        """The same in a quarter of the time; None if these steps would be too few."""
        clock = self.model.clock
        if clock.steps < 50 * _LONGER or clock.steps % _LONGER:
            return None
        return replace(self, model=with_time_line(self.model, None, None, clock.step * _LONGER))

    def values(self, parts: Values) -> dict[str, Values]:
        """The givens at some places (places, numbers)."""
        return {
            name: scale.value(parts[..., number])
            for number, (name, scale) in enumerate(self.scales.items())
        }

    def answers(self, parts: Values, when: Mapping[str, Values]) -> dict[str, Values]:
        """What series come to at some times, for each place: arrays (places, times)."""
        scenarios = self.values(parts)
        # One block is small, but the search has many: worth compiling for.
        engine = "machine" if machine() else "numpy" if len(parts) > 8 else "auto"
        try:
            swept = sweep(
                self.model,
                scenarios,
                keep=list(when),
                method=self.method,
                failures="skip",
                engine=engine,
            )
        except SimulationError:
            return {name: np.full((len(parts), len(t)), np.nan) for name, t in when.items()}
        clock, found = self.model.clock, {}
        for name, times in when.items():
            series = swept[name]
            place = np.clip((np.asarray(times) - clock.start) / clock.step, 0, clock.steps)
            before = np.minimum(place.astype(int), clock.steps - 1)
            share = (place - before)[:, None]
            found[name] = (series[before] * (1 - share) + series[before + 1] * share).T
        return found

    def __call__(self, parts: Values, which: object = None) -> Values:
        answers = self.answers(parts, {name: p.time for name, p in self.points.items()})
        rows = [self.weights[name] * self.miss(name, answers[name]) for name in self.points]
        every = np.nan_to_num(np.concatenate(rows, axis=1), nan=WORST, posinf=WORST, neginf=-WORST)
        return np.clip(every, -WORST, WORST)

    def miss(self, name: str, answer: Values) -> Values:
        """Answers less the points, in units of the series' size, or as logarithms."""
        value = self.points[name].value
        if self.kinds[name] == "relative":
            with np.errstate(invalid="ignore"):
                return np.log(np.maximum(answer, 1e-12 * value) / value)
        return (answer - value) / self.size(name)

    def size(self, name: str) -> float:
        """What an absolute miss of a series is measured by."""
        return float(np.mean(np.abs(self.points[name].value))) or 1.0

    def moved(self, name: str, answer: Values, miss: Values) -> Values:
        """Answers moved by a miss."""
        if self.kinds[name] == "relative":
            return answer * np.exp(miss)
        return answer + miss * self.size(name)
