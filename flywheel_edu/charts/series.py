"""One series of a chart: where its name finds room, and how it is told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.charts.lettering import width
from flywheel_edu.charts.look import PLAIN

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Series:
    """What was drawn once, kept for its label and its words."""

    label: str
    across: NDArray[np.float64]
    up: NDArray[np.float64]
    unit: str
    tone: str
    kind: str  # "line", "points", "area" or "band"
    handle: Any  # the matplotlib artist

    @property
    def end(self) -> tuple[float, float]:
        """Its last point."""
        last = int(np.argmax(self.across))
        return float(self.across[last]), float(self.up[last])


def described(series: Series) -> str:
    """One series as a sentence: where it starts and ends, and its turning point if it has one."""
    kinds = {"line": "Line", "points": "Points", "area": "Area", "band": "Band around"}
    unit = f" ({series.unit})" if series.unit not in ("", "1") else ""
    order = np.argsort(series.across, kind="stable")
    x, y = series.across[order], series.up[order]
    first, last = float(y[0]), float(y[-1])
    if amount(first) == amount(last) == amount(float(y.min())) == amount(float(y.max())):
        move = f"stays at {amount(first)}"
    else:
        verb = "rises" if last > first else "falls" if last < first else "goes"
        move = f"{verb} from {amount(first)} to {amount(last)}"
        for word, place in (("highest", int(y.argmax())), ("lowest", int(y.argmin()))):
            extreme = float(y[place])
            if 0 < place < len(y) - 1 and amount(extreme) not in (amount(first), amount(last)):
                move += f", {word} {amount(extreme)} at {moment(float(x[place]))}"
    return f"{kinds[series.kind]} {series.label}{unit} {move}."


def folded(name: str, widest: float) -> str:
    """A name on so many lines that each is about `widest` points at most, between its words.

    >>> folded("free cash flow as first reported", 126)
    'free cash flow as\\nfirst reported'
    """
    lines = ceil(width(name, PLAIN) / widest)
    return fill(name, ceil(len(name) / lines) + 3, break_long_words=False) if lines > 1 else name


def apart(wanted: Sequence[float], gap: float, lowest: float = -np.inf) -> list[float]:
    """Places at least `gap` apart, none below `lowest`, in their order, moved as little as can be.

    Least squares over "each at least `gap` above the one before": the pool-adjacent-violators
    method on the places less their rank times the gap.
    """
    pools: list[tuple[float, int]] = []  # mean, members
    for rank, place in enumerate(wanted):
        mean, members = place - rank * gap, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean = (mean * members + other * more) / (members + more)
            members += more
        pools.append((mean, members))
    level = [max(mean, lowest) for mean, members in pools for _ in range(members)]
    return [mean + rank * gap for rank, mean in enumerate(level)]


def roomiest(
    x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], wide: float
) -> tuple[float, float, float]:
    """Where between two curves a name so wide has most room: its middle, and the height there."""
    span = float(x[-1] - x[0]) or 1.0
    half = min(wide / 2, 0.49 * span)
    spots = np.linspace(x[0] + half, x[-1] - half, 121)
    inside = np.abs(x[None, :] - spots[:, None]) <= half + span / max(1, len(x) - 1)
    floor = np.where(inside, low, -np.inf).max(axis=1)
    ceiling = np.where(inside, high, np.inf).min(axis=1)
    # Of places with much the same room the one nearest the middle: off the edge of the page.
    room = np.round((ceiling - floor) / (np.max(ceiling - floor) or 1.0), 1)
    best = int(np.argmax(room - 0.04 * np.abs(np.linspace(-1, 1, len(spots)))))
    middle = float(floor[best] + ceiling[best]) / 2
    return float(spots[best]), middle, float(ceiling[best] - floor[best])
