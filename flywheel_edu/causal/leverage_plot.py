"""How leverage is drawn: a tornado chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flywheel_edu.causal.loops import in_words
from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.look import GRID, INK, QUIET, SMALL, colour, letters
from flywheel_edu.charts.picture import Picture

if TYPE_CHECKING:
    import pandas as pd


def plot_leverage(at_end: pd.Series, moment: str, most: int, title: str) -> Picture:
    """Draw the strongest elasticities; see `Leverage.plot`."""
    ends = at_end.dropna()
    shown = ends[ends != 0].iloc[:most][::-1]
    output = in_words(str(at_end.name))
    heading = title or f"What moves {output}"
    page = chart(heading, height=1.5 + 0.32 * max(1, len(shown)))
    page.label_ends()
    axes = page.axes
    places = np.arange(len(shown))
    values = shown.to_numpy()
    # Up and down differ in hatching as well as in colour.
    for sign, hue, hatch in ((1, "blue", ""), (-1, "vermillion", "////")):
        chosen = np.sign(values) == sign
        axes.barh(
            places[chosen],
            values[chosen],
            height=0.66,
            color=colour(hue),
            hatch=hatch,
            edgecolor="white",
            lw=0,
            zorder=2,
        )
    reach = float(np.max(np.abs(values))) if len(values) else 1.0
    for place, value in zip(places, values, strict=True):
        axes.annotate(
            f"{value:+.2f}".replace("-", "−"),
            (value, place),
            xytext=(5 if value > 0 else -5, 0),
            textcoords="offset points",
            ha="left" if value > 0 else "right",
            va="center_baseline",
            **letters(colour("blue" if value > 0 else "vermillion", text=True), SMALL),
            zorder=4,
        )
    axes.axvline(0, color=INK, lw=1, zorder=3)
    axes.set_yticks(places, [in_words(str(name)) for name in shown.index])
    axes.set_ylim(-0.6, max(1, len(shown)) - 0.4)
    low, high = min(0.0, float(values.min(initial=0))), max(0.0, float(values.max(initial=0)))
    axes.set_xlim(low - 0.16 * reach, high + 0.16 * reach)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=GRID, lw=1)
    axes.set_xlabel(
        f"per cent more {output} at {moment} for 1 per cent more of each",
        **letters(QUIET),
        labelpad=8,
    )
    words = "; ".join(f"{in_words(str(name))} {value:+.2f}" for name, value in shown[::-1].items())
    return Picture(
        page.picture().figure,
        f"Tornado chart: {heading}. Per cent more {output} at {moment} for 1 per "
        f"cent more of each given: {words or 'nothing moves it'}.",
    )
