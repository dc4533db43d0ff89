"""What one run may be asked for: another step, end or beginning, and dates for its moments."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flywheel_edu.asking import one_number
from flywheel_edu.errors import EquationError, FlywheelError, ModelError, closest, wrong_kind
from flywheel_edu.later import pd
from flywheel_edu.model import Model

_DAYS = {"day": 1, "week": 7}
# The year first, and of the rest only what can be read in one way; or 02.2024.
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?)?)?")
_MONTH = re.compile(r"^(\d\d)\.(\d{4})$")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def openings_from(model: Model, start: Mapping[str, Any]) -> dict[str, float]:
    """The opening values of stocks: their last in a run, or those of a mapping."""
    found: dict[str, float] = {}
    if not hasattr(start, "items") or hasattr(start, "failures"):  # a Sweep is many runs
        raise wrong_kind(
            "start_from takes a run, or the numbers of some stocks",
            start,
            f"write: simulate(model, start_from={{'{next(iter(model.stocks), 'stock')}': 1}})",
        )
    if hasattr(start, "time"):
        found = {name: float(start[name][-1]) for name in model.stocks if name in start}
        if model.stocks and not found:
            raise FlywheelError("the run to start from has none of this model's stocks")
        return found
    for said, value in start.items():
        name = model.called(said)
        if name not in model.stocks:
            known = f"the stocks are: {', '.join(model.stocks)}"
            raise FlywheelError(
                f"a run cannot start from '{name}', which is no stock of this model\n"
                f"  hint: {closest(name, model.stocks) or known}"
            )
        number = one_number(value)
        if number is None or not math.isfinite(number):
            raise FlywheelError(
                f"the stock '{name}' starts from one number in [{model[name].unit}], "
                f"not {str(value)[:40]!r}"
            )
        found[name] = number
    return found


def with_time_line(
    model: Model, start: float | None, stop: float | None, step: float | None
) -> Model:
    """The model from another start, to another stop, in another step; None keeps what there is."""
    clock = model.clock
    for name, moment in (("until", stop), ("step", step)):
        number = 0.0 if moment is None else one_number(moment)
        if number is None or not math.isfinite(number):
            raise FlywheelError(f"{name}={moment!r} is no number in [{clock.unit}]")
    begin = clock.start if start is None else float(start)
    end = begin + clock.stop - clock.start if stop is None else float(stop)
    if end <= begin:
        raise ModelError(
            f"a run that starts at {clock.unit} {begin:g} cannot end at {end:g}",
            hint=f"choose a later end, such as until={begin + clock.stop - clock.start:g}",
        )
    save, pace = (clock.save, clock.step) if step is None else (0.0, float(step))
    own = f"the model's own step is {clock.step:g}, in [{clock.unit}]"
    if pace <= 0:
        raise ModelError(f"a step is a number above 0, not {pace:g}", hint=own)
    try:
        return model.revise(str(replace(clock, start=begin, stop=end, step=pace, save=save)))
    except EquationError as problem:  # of a line that the reader did not write
        even = problem.hint.replace("step ", "step=") if "write: step" in problem.hint else own
        raise ModelError(problem.message, hint=even) from None


def date_of(given: Any) -> pd.Period:
    """The year, month, day or moment that a date tells; a ValueError if it could be another.

    >>> date_of("2024-02"), date_of("02.2024")
    (Period('2024-02', 'M'), Period('2024-02', 'M'))
    """
    if isinstance(given, pd.Period):
        return given
    text = _MONTH.sub(r"\2-\1", str(given).strip())
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return pd.Period(text)


def dates(since: Any, unit: str, begins: Any) -> pd.DatetimeIndex:
    """The dates of moments that are told in days, weeks, months, quarters or years.

    Parts of a month are parts of that month's own days.
    """
    try:
        first = date_of(begins).start_time
    except ValueError:
        raise FlywheelError(
            f"'{str(begins)[:40]}' is no date\n"
            '  hint: write the year first: run.table(begins="2020-01"), or "2020-01-31"'
        ) from None
    if unit in _DAYS:
        return pd.DatetimeIndex(first + pd.to_timedelta(since * _DAYS[unit], unit="D"), name="date")
    if unit not in _MONTHS:
        raise FlywheelError(
            f"a time line in [{unit}] has no dates\n"
            f"  hint: the units with dates are: {', '.join((*_DAYS, *_MONTHS))}"
        )
    found = []
    for months in (since * _MONTHS[unit]).tolist():
        whole = math.floor(months + 1e-9)
        month = first + pd.DateOffset(months=whole)
        length = (first + pd.DateOffset(months=whole + 1)) - month
        found.append(month + max(0.0, months - whole) * length)
    return pd.DatetimeIndex(found, name="date").round("s")
