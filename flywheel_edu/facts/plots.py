"""Measured series as a picture, with where they come from below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap

from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.look import QUIET, letters
from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import FactsError, closest
from flywheel_edu.facts.tables import table
from flywheel_edu.later import pd

_MOST = 5
_WIDEST = 115  # letters in a line of sources
_LINE = 0.14  # inches
_NAMED = 3  # sources below a picture


def plot(
    *measured: pd.Series[float], title: str = "", log: bool = False, events: Sequence[str] = ()
) -> Picture:
    """Draw series of yearly figures, with their sources below.

    Parameters
    ----------
    *measured : Series
        As `series` gives them, of one unit, at most five; a Series of your own may be among them.
    title : str
    log : bool
        Whether equal steps upward mean equal growth in per cent.
    events : sequence of str
        Names in the table ``events``; each is an upright line at its date.

    Returns
    -------
    Picture
        In a notebook it shows itself, with its description as alt text.

    Raises
    ------
    FactsError
        If there is no series, or there are too many, or their units differ; if an event is unknown.

    Examples
    --------
    >>> from .tables import series
    >>> plot(series("aws", "aws_net_sales"), title="Sales of AWS").alt[:19]
    'Chart: Sales of AWS'
    """
    if not 1 <= len(measured) <= _MOST:
        raise FactsError(
            f"{len(measured)} series cannot be drawn together",
            hint=f"give one to {_MOST}: facts.plot(facts.series('aws', 'aws_net_sales'))",
        )
    # A part of a series may have lost its unit on the way; what is known must agree.
    units = list(dict.fromkeys(unit for s in measured for unit in _units(s))) or [""]
    if len(units) > 1:
        raise FactsError(
            f"these series have different units: {', '.join(units)}",
            hint="draw them apart, or bring them to one unit first",
        )
    page = chart(title, across="year", log=log)
    for order, each in enumerate(measured):
        label = str(each.name).replace("_", " ")
        times = [float(year) for year in each.index]
        values = each.to_numpy()
        if len(measured) == 1:
            label = title or label  # a title that is the label is not written twice
        page.line(times, values, label, unit=units[0], order=order)
        page.points(times, values, "", units[0], order)
    told = [_event(name) for name in events]
    for when, label, _ in told:
        page.event(when, label)
    picture = page.picture()
    sources = "; ".join(filter(None, [_sources(measured), *(source for *_, source in told)]))
    if sources:
        # As a label of the whole page: only so does the layout leave room for it.
        lines = wrap(f"Source: {sources}", _WIDEST)
        width, height = picture.figure.get_size_inches()
        picture.figure.set_size_inches(width, height + _LINE * len(lines))
        picture.figure.supxlabel("\n".join(lines), x=0.01, ha="left", **letters(QUIET, 8))
        picture.alt += f" Source: {sources}."
    return picture


def _event(name: str) -> tuple[float, str, str]:
    """When it was, as a year and its part, what it is called, and who says so."""
    rows = table("events").set_index("event")
    if name not in rows.index:
        raise FactsError(
            f"no event is called '{name[:60]}'",
            hint=closest(name, rows.index) or f"there are {', '.join(rows.index)}",
        )
    date, source = str(rows.loc[name, "date"]), str(rows.loc[name, "source"])
    year, month = [*re.findall(r"\d+", date), "1"][:2]
    return int(year) + (int(month) - 1) / 12, name.replace("_", " "), source


def _units(measured: pd.Series[float]) -> list[str]:
    """The units of a series without notes on rounding, each once."""
    parts = str(measured.attrs.get("unit", "")).split(";")
    return [unit for part in parts if (unit := part.partition(",")[0].strip())]


def _sources(measured: tuple[pd.Series[float], ...]) -> str:
    """The first sources in full, and how many more `cite` would name."""
    parts = [p.strip() for s in measured for p in str(s.attrs.get("source", "")).split(";")]
    named = list(dict.fromkeys(filter(None, parts)))
    more = f"; and {len(named) - _NAMED} more, see facts.cite" if len(named) > _NAMED else ""
    return "; ".join(named[:_NAMED]) + more
