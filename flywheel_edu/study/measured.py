"""Measured series as people have them: a mapping, a pandas object, a file; years, dates, months."""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Literal

import numpy as np

from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.errors import ModelError, SimulationError, closest, need
from flywheel_edu.language import Name, Number, Table
from flywheel_edu.later import pd
from flywheel_edu.model import Clock, Model
from flywheel_edu.simulate.run_options import date_of
from flywheel_edu.study.search import Values
from flywheel_edu.study.spreadsheet import as_number, read_table
from flywheel_edu.words import Told

Yearly = Literal["as given", "middle", "end"]

_TIMES = (
    *("time", "date", "year", "quarter", "month", "week", "day", "period", "season"),
    *("zeit", "datum", "jahr", "quartal", "monat", "woche", "tag", "zeitraum", "saison"),
)
_SHORT_YEAR = re.compile(r"([A-Za-z]{3,9})(\s+|\s*[-/'\u2019]\s*)(\d\d)")  # Jan-20, as Excel has it
_NOTHING = re.compile(r"[-–—.]*|#?n/?an?|null|none|<na>", re.IGNORECASE)
_MONTH_OF = re.compile(r"(\d\d?)[./]((?:19|20)\d\d)")  # 03.2024
_DAY_OF = re.compile(r"(\d\d?)([./])(\d\d?)[./](\d{4})")  # 31.03.2024, 3/31/2024
_SEASON = re.compile(r"((?:19|20)\d\d)/(?:\d\d)?(\d\d)")  # 2014/15
_CALENDAR = 1000  # a time line in years that reaches this one is told in years of the calendar
_NEAR = 0.2  # so far may a stock open from its first count, as a share of the larger
_AS_YEARS = "dates are read as parts of their years"
_SHIFTS = {"as given": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True, eq=False, repr=False)
class Measured(Told):
    """One measured series: when, and what; and the date, if any, that its times count from."""

    time: Values
    value: Values
    since: str = ""  # such as "2024-01-31": where the model's time line begins

    def __str__(self) -> str:
        if not self.time.size:
            return "no points"
        return f"{self.time.size} points from {self.time[0]:g} to {self.time[-1]:g}"

    def until(self, end: float | None) -> Measured:
        """The points up to a moment; all without one."""
        known = np.full(self.time.shape, True) if end is None else self.time <= end
        return Measured(self.time[known], self.value[known], self.since)


def read_data(
    model: Model, data: Any, yearly: Yearly = "as given"
) -> tuple[dict[str, Measured], tuple[str, ...]]:
    """All series of a fit, and what was done to them, in sentences.

    The data are a mapping of names to series, a Series, a table, or the path of a CSV file. A
    series is the name of a ``data`` quantity of the model, a pandas Series, or a mapping from time
    to value. A table has a column for each measured quantity, and its times in a column such as
    "year", "date" or "month", or in its index. ``yearly`` says where in its year a whole number of
    a year stands. A `ModelError` or `SimulationError` says that a name is not there, or that
    something is not made of times and numbers.
    """
    if yearly not in _SHIFTS:
        raise SimulationError(
            f"a yearly figure stands 'as given', or at the 'middle' or 'end' of its year, not "
            f"{str(yearly)[:40]!r}"
        )
    how: tuple[str, ...] = ()
    if isinstance(data, (str, os.PathLike)):
        data, how = read_table(data)
    told: dict[str, None] = dict.fromkeys(how)
    if hasattr(data, "to_frame"):  # a Series
        if model.called(data.name) not in model:
            raise SimulationError(
                f"a series is called like what it measures, and this one is {data.name!r}",
                hint=closest(str(data.name), model) or f"write: series.rename('{model.stocks[0]}')",
            )
        data = data.to_frame()
    if hasattr(data, "columns"):
        data, left = _columns(data, model)
        told.update(
            (f"the column '{name}' is no quantity of the model, and is left out", None)
            for name in left
        )
    if not hasattr(data, "items"):
        raise SimulationError(
            f"the data of a fit come by name, not as {type(data).__name__}",
            hint="write fit(model, {'name': {1: 110, 2: 122}}, ...)",
        )
    found: dict[str, Measured] = {}
    for asked, series in data.items():
        name = model.called(asked)
        if name not in model:
            raise ModelError(f"the model has no quantity '{name}'", hint=closest(name, model))
        pairs, said, since = _pairs(model, name, series)
        times = np.array([t for t, _ in pairs])
        if str(model.clock.unit) == "year" and not said and np.all(times == np.round(times)):
            times = times + _SHIFTS[yearly]
            if yearly != "as given":
                said = f"yearly figures stand at the {yearly} of their years"
        told[said] = None
        one = _inside(model, name, times, np.array([v for _, v in pairs]))
        found[name] = replace(one, since=since)
    return found, tuple(said for said in told if said)


def openings(model: Model, measured: Mapping[str, Measured]) -> tuple[str, ...]:
    """Which stocks open far from what was counted at that moment, in sentences."""
    return tuple(filter(None, (_opening(model, name, measured[name]) for name in measured)))


def moment_of(
    what: str, given: Any, clock: Clock, told: Sequence[str], measured: Iterable[Measured]
) -> float:
    """A time of the model; where the data carry dates, of a date, or of the last count in a month.

    A `SimulationError` says that it is no date, or before the first.
    """
    measured = tuple(measured)
    firsts = list(dict.fromkeys(each.since for each in measured if each.since))
    if isinstance(given, Real) or not (_AS_YEARS in told or len(firsts) == 1):
        need(Real, f"{what} is a time of the model", given, f"write a number: {what}=2012")
        return float(given)
    try:
        span = date_of(given)
    except ValueError:
        raise SimulationError(
            f"{what} is a time of the model or a date, not {str(given)[:40]!r}",
            hint=f"write a date as 2024-01-31: {what}='2024-01-31'",
        ) from None
    first = pd.Timestamp(firsts[0]) if firsts else span.start_time
    if span.end_time < first:
        raise SimulationError(
            f"{what} is {str(given)[:40]}, before the first count, which is of {first:%Y-%m-%d}"
        )
    days = [first, max(first, span.start_time), span.end_time]
    (_, begin, end), *_ = _moments(what, days, clock)
    within = (t for each in measured for t in each.time if begin <= t <= end)
    return float(max(within, default=begin))


def _opening(model: Model, name: str, series: Measured) -> str:
    quantity, (first, counted) = model[name], (series.time[0], series.value[0])
    if quantity.kind != "stock" or first > model.clock.start + model.clock.step:
        return ""
    opens = quantity.equation
    value = model.given_values.get(opens.name) if isinstance(opens, Name) else None
    value = opens.value if isinstance(opens, Number) else value
    if value is None or abs(value - counted) <= _NEAR * max(abs(value), abs(counted)):
        return ""
    return (
        f"{quantity.label} opens with {amount(value)} at {model.clock.unit} {moment(first)}, where "
        f"{amount(counted)} was counted: if that is its value today, write what was there then"
    )


def measured_points(model: Model, name: str, series: Any) -> list[tuple[float, float]]:
    """The points (time, value) measured of a quantity, as `fit` takes them."""
    return _pairs(model, name, series)[0]


def _columns(table: pd.DataFrame, model: Model) -> tuple[dict[str, pd.Series], list[str]]:
    """The columns of a table, each by its times, and those that no quantity is called like."""
    unit = str(model.clock.unit)
    names = {str(name).strip().lower(): name for name in table.columns}
    when = next((names[n] for n in (unit, *_TIMES) if n in names), None)
    if when is not None:
        table = table.set_index(when)
    elif isinstance(table.index, type(table.reset_index(drop=True).index)):
        raise SimulationError(
            "the table does not say when its rows were measured: its columns are "
            f"{', '.join(str(name)[:40] for name in table.columns[:8])}",
            hint=f"call the one with the times '{unit}', or set_index to it",
        )
    found, left = {}, []
    for column in table.columns:
        name = str(column) if column in model.together else model.called(str(column))
        plain = re.sub(r"\W+", "_", str(column).strip().lower())
        if name not in model and plain in model:
            name = plain  # as it is drawn: "Streaks kept" for streaks_kept
        if name in model or difflib.get_close_matches(plain, model, 1, 0.8):  # a slip: refused
            found[name] = table[column]
        elif not table[column].isna().all():
            left.append(name[:40])
    if not found:
        raise ModelError(
            f"no column of the table is called like a quantity of the model: {', '.join(left)}",
            hint=f"call them as in the model: {', '.join(model.stocks[:3])}",
        )
    return found, left


def _pairs(model: Model, name: str, series: Any) -> tuple[list[tuple[float, float]], str, str]:
    if isinstance(series, str):
        return _own_series(model, name, series), "", ""
    try:
        labels, cells = list(series.keys()), [series[k] for k in series.keys()]
        if hasattr(series, "array"):
            cells = list(series.array)
    except (AttributeError, TypeError):
        raise SimulationError(
            f"the series for '{name}' is not made of times and numbers: {str(series)[:40]!r}",
            hint=f"write {{'{name}': {{1: 110, 2: 122}}}}, or take a pandas Series whose index is "
            f"time in [{model.clock.unit}]",
        ) from None
    times, said, since = _moments(name, labels, model.clock)
    values = [_number(name, label, cell) for label, cell in zip(labels, cells, strict=True)]
    return list(zip(times, values, strict=True)), said, since


def _own_series(model: Model, name: str, series: str) -> list[tuple[float, float]]:
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


def _number(name: str, label: Any, cell: Any) -> float:
    if cell is None or (isinstance(cell, str) and _NOTHING.fullmatch(cell.strip())):
        return math.nan
    try:
        return as_number(cell)
    except (TypeError, ValueError):
        raise SimulationError(
            f"the series for '{name}' has {str(cell)[:40]!r} at {str(label)[:40]}, which is no "
            "number",
            hint="write 20000 or 20,000, and leave empty what was not measured",
        ) from None


def _moments(name: str, labels: Iterable[Any], clock: Clock) -> tuple[list[float], str, str]:
    """Times in the model's unit; of dates also what was done with them, and the first."""
    labels = _year_first(list(labels), clock)
    try:
        return [float(label) for label in labels], "", ""
    except (TypeError, ValueError):
        pass
    found = []
    for label in labels:
        try:
            found.append(_date(label.start_time if isinstance(label, pd.Period) else label))
        except (TypeError, ValueError):
            raise SimulationError(
                f"the times of the series for '{name}' are neither numbers nor dates: "
                f"{str(label)[:40]!r}",
                hint=f"count them in [{clock.unit}], or write dates as 2024-01-31",
            ) from None
    days = pd.DatetimeIndex(found)
    if str(labels[0]).strip().isalpha() and not days.is_monotonic_increasing:
        raise SimulationError(
            f"the months of the series for '{name}' go on into another year, and no year is named",
            hint="write them as 2024-11, 2024-12, 2025-01",
        )
    unit, first = str(clock.unit), days.min()
    through = (days.day - 1) / days.days_in_month
    months = 12.0 * days.year + days.month - 1 + through
    if unit == "year" and clock.stop >= _CALENDAR:
        return [float(each) for each in months / 12], _AS_YEARS, ""
    since = (days - first) / pd.Timedelta(days=1)
    counts = {
        "year": (months - months.min()) / 12,
        "month": months - months.min(),
        "quarter": (months - months.min()) / 3,
        "week": since / 7,
        "day": since,
    }
    if unit not in counts:
        one = unit.removesuffix("s")
        raise SimulationError(
            f"dates cannot be counted in [{unit}]",
            hint=f"write {one} for {unit}"
            if one in counts
            else f"give the times in [{unit}] yourself",
        )
    since_date = f"{first:%Y-%m-%d}"
    said = f"dates are counted in {unit}s from {since_date}, which is {unit} {clock.start:g}"
    return [clock.start + float(each) for each in counts[unit]], said, since_date


def _year_first(labels: list[Any], clock: Clock) -> list[Any]:
    texts = {label: str(label).strip() for label in labels if label == label}
    seasons = {label: _SEASON.fullmatch(text) for label, text in texts.items()}
    if len(seasons) > 1 and all(s and (int(s[1]) + 1) % 100 == int(s[2]) for s in seasons.values()):
        plain = str(clock.unit) == "year" and clock.stop >= _CALENDAR
        years = {label: s[1] if plain else f"{s[1]}-01" for label, s in seasons.items() if s}
        return [years.get(label, label) for label in labels]
    months = {label: _MONTH_OF.fullmatch(text) for label, text in texts.items()}
    if all(months.values()):
        read = {label: f"{m[2]}-{m[1]:0>2}" for label, m in months.items() if m}
        return [read.get(label, label) for label in labels]
    dates = {label: d for label, text in texts.items() if (d := _DAY_OF.fullmatch(text))}
    ways = [way for way in ((1, 3), (3, 1)) if all(int(d[way[1]]) <= 12 for d in dates.values())]
    if any(d[2] == "." for d in dates.values()):
        ways = [(1, 3)]
    elif len(ways) == 2 and dates and str(clock.unit) not in ("day", "week"):
        # What is counted by the month is counted on one day of it.
        ways = [way for way in ways if len({d[way[0]] for d in dates.values()}) == 1]
    if len(ways) != 1 and dates:
        raise SimulationError(
            f"'{next(iter(dates))}' may be two days: which number is the month?",
            hint="write dates as 2024-01-31",
        )
    read = {
        label: f"{d[4]}-{d[month]:0>2}-{d[day]:0>2}"
        for day, month in ways
        for label, d in dates.items()
    }
    return [read.get(label, label) for label in labels]


def _date(label: Any) -> Any:
    """A date; a month's name alone is one of some year, and Jan-20 a month of 2020."""
    text = str(label).strip()
    if short := _SHORT_YEAR.fullmatch(text):
        month, between, year = short.groups()
        if between.isspace():
            raise SimulationError(
                f"'{text[:40]}' may be a day or a year",
                hint=f"write 20{year}-01 for a month, or 2024-01-{year} for a day",
            )
        return pd.to_datetime(f"{month} 20{year}")
    for form in ("%B", "%b"):
        if isinstance(label, str) and text.isalpha():
            try:
                return pd.to_datetime(text, format=form)
            except ValueError:
                continue
    return pd.to_datetime(label)


def _inside(model: Model, name: str, time: Values, value: Values) -> Measured:
    known = np.isfinite(time) & np.isfinite(value)
    order = np.argsort(time[known], kind="stable")
    time, value = time[known][order], value[known][order]
    if not time.size:
        raise SimulationError(f"the series for '{name}' has no points")
    clock = model.clock
    if time[0] < clock.start or time[-1] > clock.stop:
        hint = "leave out the points outside, or widen the model's time line"
        if str(clock.unit) == "year" and clock.stop < _CALENDAR <= time[0]:
            hint = (
                f"years of the calendar: write time year from {time[0]:g} to "
                f"{time[0] + clock.stop - clock.start:g}, or count them as {time[0]:g}-01, "
                f"which is then year {clock.start:g}"
            )
        raise SimulationError(
            f"the series for '{name}' runs from {time[0]:g} to {time[-1]:g}, "
            f"the model from {clock.start:g} to {clock.stop:g}",
            hint=hint,
        )
    return Measured(time, value)
