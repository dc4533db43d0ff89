"""Which loop drives when the givens are not known for sure: dominance over a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.asking import answers
from flywheel_edu.causal.dominance_plot import plot_dominance_over
from flywheel_edu.causal.graph import known_loops, seen_loops
from flywheel_edu.causal.loops import Loops
from flywheel_edu.causal.scores import Array, link_scores, loop_scores, relative_scores
from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import FlywheelError, need
from flywheel_edu.later import pd
from flywheel_edu.simulate.sweep import Sweep, sweep
from flywheel_edu.words import Told

_BLOCK = 32  # scenarios looked at together
_MEMORY = 1e9  # bytes for the shares of all loops in all scenarios


def dominance_over(
    swept: Sweep, *, show: Iterable[str] | None = None, most: int = 1000
) -> DominanceOver:
    """Which loop leads in how many scenarios of a sweep, at each moment.

    Parameters
    ----------
    swept : Sweep
        Its scenarios are run again, keeping every quantity at every step.
    show : iterable of str, optional
        Put loops together that look alike in a drawing of these quantities, as
        ``Dominance.as_seen`` does. Every loop stands for itself if not given.
    most : int
        How many loops to look at, the shortest ones.

    Returns
    -------
    DominanceOver
        Scenarios that could not be run are left out.

    Raises
    ------
    FlywheelError
        If no scenario could be run, or the shares would take more than a gigabyte.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> swept = sweep(load("bass"), imitators=[0.3, 0.5, 0.7, 0.9])
    >>> dominance_over(swept).leads.loc[[5.0, 10.0]]
            R1    B1   B2
    year
    5.0   1.00  0.00  0.0
    10.0  0.25  0.75  0.0
    """
    need(Sweep, "dominance_over looks at a Sweep", swept, "make one with sweep(model, name=[...])")
    model = swept.model
    known = known_loops(model, most)
    found, groups = known.loops, [[row] for row in range(len(known.loops))]
    if show is not None:
        found, groups = seen_loops(model, known.loops, show)
    parts = tuple(known.parts[rows[0]] for rows in groups)
    count = len(next(iter(swept.scenarios.values())))
    moments = model.clock.steps + 1
    needed = 4.0 * len(found) * count * moments
    if needed > _MEMORY:
        raise FlywheelError(
            f"the shares of {len(found)} loops in {count:,} scenarios at {moments:,} moments would "
            f"take {needed / 1e9:.1f} GB\n"
            "  hint: take fewer scenarios, or put loops together with show=[...]"
        )
    kept = (*model.stocks, *model.order)
    blocks: list[NDArray[np.float32]] = []
    for start in range(0, count, _BLOCK):
        varied = {name: v[start : start + _BLOCK] for name, v in swept.scenarios.items()}
        runs = sweep(model, varied, keep=kept, method=swept.method, failures="skip")
        ran = [i for i in range(len(next(iter(varied.values())))) if i not in runs.failures]
        if ran:
            values = {name: np.ascontiguousarray(runs[name].T[ran]) for name in kept}
            values |= {name: np.array([[v]]) for name, v in model.given_values.items()}
            values |= {name: v[ran][:, None] for name, v in varied.items()}
            links = link_scores(model, {**values, "time": runs.time})
            scores = loop_scores(known.loops, links, (len(ran), moments))
            shares = relative_scores(scores, known.parts)
            grouped = np.array([shares[rows].sum(axis=0) for rows in groups])
            blocks.append(grouped.astype(np.float32))
    if not blocks:
        raise FlywheelError(
            "no scenario of this sweep could be run\n  hint: look at its failures for the reasons"
        )
    time = np.asarray(model.clock.start + model.clock.step * np.arange(moments), dtype=np.float64)
    return DominanceOver(swept, found, parts, time, np.concatenate(blocks, axis=1))


@answers
@dataclass(frozen=True, eq=False, repr=False)
class DominanceOver(Told):
    """The loops' shares in every scenario of a sweep.

    Attributes
    ----------
    swept : Sweep
    found : Loops
    parts : tuple of int
        For each loop, the number of the strongly connected part of the graph it lies in.
    time : array (times,)
        In the model's time unit.
    shares : array (loops, scenarios, times)
        Relative scores.
    """

    swept: Sweep
    found: Loops
    parts: tuple[int, ...]
    time: Array
    shares: NDArray[np.float32]

    @property
    def leads(self) -> pd.DataFrame:
        """The share of scenarios in which each loop is the strongest of its part.

        A row for each moment, a column for each loop; where nothing moves, nothing leads.
        """
        size = np.abs(self.shares)
        share = np.zeros((len(self.found), len(self.time)))
        for part in set(self.parts):
            rows = np.flatnonzero(np.asarray(self.parts) == part)
            first = np.argmax(size[rows], axis=0)
            moves = size[rows].max(axis=0) > 0
            for place, row in enumerate(rows):
                share[row] = np.mean((first == place) & moves, axis=0)
        return pd.DataFrame(
            share.T, index=self._moments, columns=[loop.name for loop in self.found]
        )

    def bands(self, loop: str, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> pd.DataFrame:
        """Quantiles over the scenarios of one loop's relative score, a row for each moment."""
        row = self.found.index(self.found[loop])
        values = np.quantile(self.shares[row], quantiles, axis=0)
        return pd.DataFrame(values.T, index=self._moments, columns=list(quantiles))

    def __str__(self) -> str:
        said = []
        for name, share in self.leads.mean().sort_values(ascending=False).items():
            if share > 0.005:
                said.append(f"{self.found[str(name)].label} leads {share:.0%} of the time")
        return f"Over {self.shares.shape[1]:,} scenarios:\n" + "\n".join(said)

    def plot(self, *, most: int = 4, title: str = "") -> Picture:
        """In how many scenarios the leading loops lead, and below, how far the shares spread."""
        return plot_dominance_over(self.found, self.shares, self.leads, most, title)

    @property
    def _moments(self) -> pd.Index:
        return pd.Index(self.time, name=str(self.swept.model.clock.unit))
