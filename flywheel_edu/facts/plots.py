"""Measured series as a picture, with where they come from below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..charts import QUIET, chart
from ..errors import FactsError

if TYPE_CHECKING:
    import pandas as pd

    from ..picture import Picture

_MOST = 5


def plot(*measured: pd.Series[float], title: str = "", log: bool = False) -> Picture:
    """Draw series of yearly figures, with their sources below.

    Parameters
    ----------
    *measured : Series
        As `series` gives them, of one unit, at most five; a Series of your own may be among them.
    title : str
    log : bool
        Whether equal steps upward mean equal growth in per cent.

    Returns
    -------
    Picture
        In a notebook it shows itself, with its description as alt text.

    Raises
    ------
    FactsError
        If there is no series, or there are too many, or their units differ.

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
    units = list(dict.fromkeys(str(s.attrs["unit"]) for s in measured if "unit" in s.attrs)) or [""]
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
    picture = page.picture()
    sources = "; ".join(
        dict.fromkeys(str(s.attrs["source"]) for s in measured if "source" in s.attrs)
    )
    if sources:
        picture.figure.text(
            0.01, -0.02, f"Source: {sources}", fontsize=8, color=QUIET, va="top", wrap=True
        )
        picture.alt += f" Source: {sources}."
    return picture
