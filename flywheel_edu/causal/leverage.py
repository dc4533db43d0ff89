"""What moves an output most: its elasticities to every given, at the end and over time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.causal.loops import in_words
from flywheel_edu.causal.scores import Array
from flywheel_edu.causal.whole import as_a_whole
from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.look import GRID, INK, QUIET, SMALL, colour, letters
from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.language import KNOWN, Binary, Call, Compare, Name, names_in, walk
from flywheel_edu.later import pd
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.simulate.sweep import sweep
from flywheel_edu.words import Told


def leverage(
    model: Model,
    output: str | None = None,
    *,
    givens: str | Iterable[str] | None = None,
    nudge: float = 0.01,
) -> Leverage:
    """How many per cent an output moves for each per cent that a given moves.

    Parameters
    ----------
    model : Model
    output : str, optional
        A stock or a computed quantity; the model's first stock if not given. Of a list, all
        together.
    givens : iterable of str, optional
        Which to try; all if not given.
    nudge : float
        How far each is moved up and down, as a fraction of its value, inside its range.

    Raises
    ------
    ModelError
        If there is no such output, or one of the givens is none.

    Notes
    -----
    The elasticity ``d ln(output) / d ln(given)`` by central differences: two runs for each given,
    all in one sweep. Givens that stand at 0 have no per cent, and dates and seeds make no sense of
    one; they are left out, and so is what another given is measured by (``usual_x`` where it only
    stands in ``x / usual_x``), which moves the output as that does, turned round. It holds near the
    model's own values: try larger steps by ``model.change``.

    References
    ----------
    Forrester, "Urban Dynamics", 1969, on points of leverage; Ford, "Modeling the Environment",
    2nd ed. 2010, on tornado charts.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> print(leverage(load("bass"), "adopters"))
    1 % more market: adopters +1.00 % at year 15
    1 % more imitators: adopters +0.05 % at year 15
    1 % more innovators: adopters +0.01 % at year 15
    """
    need_model(model, "leverage runs")
    model, whole = as_a_whole(model, output, push="")
    output = model.called(whole or output or next(iter(model.stocks), ""))
    if output not in model or model[output].kind in ("given", "data"):
        known = [*model.stocks, *model.order]
        raise ModelError(
            f"'{output}' is not computed in this model" if output else "nothing is computed here",
            hint=closest(output, known) or "name a stock or a computed quantity",
        )
    if not (math.isfinite(nudge) and 0 < nudge < 1):
        raise ModelError(
            f"a nudge is a share between 0 and 1, not {nudge:g}", hint="0.01 moves by one per cent"
        )
    named = (givens,) if isinstance(givens, str) else givens
    tried = levers(model) if named is None else tuple(map(model.called, named))
    for name in tried:
        if name not in model.givens:
            hint = closest(name, model.givens)
            raise ModelError(f"'{name}' is not a given of this model", hint=hint)
    rows = elasticities(model, output, tried, nudge)
    return Leverage(model, output, prepare(model).time, rows)


def elasticities(
    model: Model, output: str, tried: Sequence[str], nudge: float = 0.01, keep: Sequence[str] = ()
) -> dict[str, Array]:
    """For each given that is tried, the elasticity of an output over time, shape (times,)."""
    base = simulate(model)[output]
    values = model.given_values
    ends = {name: _ends(model, name, nudge) for name in tried}
    # Scenario 2 i has the i-th given moved down, scenario 2 i + 1 moved up.
    scenarios = {name: np.full(2 * len(tried), values[name]) for name in tried}
    for i, name in enumerate(tried):
        scenarios[name][2 * i : 2 * i + 2] = ends[name]
    rows: dict[str, Array] = {}
    if tried:
        moved = sweep(model, scenarios, keep=keep or [output], failures="skip")[output].T
        level = np.where(base == 0, np.nan, np.abs(base))
        with np.errstate(all="ignore"):
            for i, name in enumerate(tried):
                share = (ends[name][1] - ends[name][0]) / np.float64(values[name])
                rows[name] = (moved[2 * i + 1] - moved[2 * i]) / level / share
    return rows


@answers
@dataclass(frozen=True, eq=False, repr=False)
class Leverage(Told):
    """Elasticities of one output to the givens of a model.

    Attributes
    ----------
    model : Model
    output : str
    time : array (times,)
    elasticities : dict of str to array (times,)
        For each given; nan where the output is 0, or where a run breaks the model's promises.
    """

    model: Model
    output: str
    time: Array
    elasticities: dict[str, Array]

    @property
    def over_time(self) -> pd.DataFrame:
        """Elasticities: a row for each moment, a column for each given."""
        index = pd.Index(self.time, name=str(self.model.clock.unit))
        return pd.DataFrame(self.elasticities, index=index)

    def at(self, *moments: float) -> pd.DataFrame:
        """Elasticities at some moments, to two places, with the moments as they were written.

        Raises
        ------
        ModelError
            If the run was never there.
        """
        unit, first, last = self.model.clock.unit, self.time[0], self.time[-1]
        for each in moments:
            if not first <= each <= last:
                raise ModelError(
                    f"the run has no {unit} {each:g}", hint=f"it goes from {first:g} to {last:g}"
                )
        rows = [int(np.argmin(np.abs(self.time - each))) for each in moments]
        table = self.over_time.iloc[rows].round(2) + 0.0  # adding 0 turns -0.00 into 0.00
        return table.set_axis(moments).rename_axis(str(unit))

    @property
    def at_end(self) -> pd.Series:
        """Elasticities at the end of the run, strongest first; givens without one come last."""
        last = self.over_time.iloc[-1].rename(self.output)
        return last.reindex(last.abs().sort_values(ascending=False, kind="stable").index)

    def plot(self, *, most: int = 12, title: str = "") -> Picture:
        """A tornado chart: the strongest givens at the end, longest bar on top."""
        moment = f"{self.model.clock.unit} {self.time[-1]:g}"
        return _tornado(self.at_end, moment, most, title)

    def __str__(self) -> str:
        unit, end = self.model.clock.unit, self.time[-1]
        lines = []
        for name, value in self.at_end.items():
            if np.isnan(value):
                lines.append(f"{in_words(str(name))}: cannot be told at {unit} {end:g}")
            else:
                lines.append(
                    f"1 % more {in_words(str(name))}: {in_words(self.output)} "
                    f"{_said(value)} % at {unit} {end:g}"
                )
        return "\n".join(lines)


def _said(value: float) -> str:
    """An elasticity to two places, or that there are not so many."""
    return f"{value:+.2f}" if abs(value) >= 0.005 else "0" if value == 0 else "under 0.01"


def _ends(model: Model, name: str, nudge: float) -> tuple[float, float]:
    """A given moved down and up; at an end of its range it moves one way only."""
    value = model.given_values[name]
    low, high = model[name].limits
    down, up = sorted((value * (1 - nudge), value * (1 + nudge)))
    return min(max(down, low), high), min(max(up, low), high)


def references(model: Model) -> set[str]:
    """What is usual of another given, and only that: ``usual_x`` where all it does is divide x."""
    nodes = [node for quantity in model.values() for node in walk(quantity.equation)]
    read = Counter(node.name for node in nodes if isinstance(node, Name))
    divides: Counter[str] = Counter()
    for node in nodes:
        match node:
            case Binary("/", Name(x) | Binary("*", _, Name(x)), Name(by)) if by == f"usual_{x}":
                divides[by] += x in model.givens
    return {name for name, times in divides.items() if times == read[name]}


def levers(model: Model) -> tuple[str, ...]:
    """The givens that a per cent makes sense of: no 0, date, seed of chance, or reference."""
    dates = references(model)
    for quantity in model.values():
        for node in walk(quantity.equation):
            match node:
                case Call(function="step" | "pulse" | "ramp", args=(_, *moments)):
                    for moment in moments:
                        dates.update(names_in(moment))
                case (
                    Compare(left=Name(name="time"), right=other)
                    | Compare(left=other, right=Name(name="time"))
                ):
                    dates.update(names_in(other))
                case Call(function=name, args=(seed, *_)) if KNOWN[name].units == "chance":
                    dates.update(names_in(seed))
    return tuple(
        name for name, value in model.given_values.items() if value != 0 and name not in dates
    )


def _tornado(at_end: pd.Series, moment: str, most: int, title: str) -> Picture:
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
        look: Any = {"color": colour(hue), "hatch": hatch, "edgecolor": "white", "lw": 0}
        bars = axes.barh(places[chosen], values[chosen], height=0.66, zorder=2, **look)
        told = [_said(value).replace("-", "−") for value in values[chosen]]
        axes.bar_label(bars, told, padding=5, zorder=4, **letters(colour(hue, text=True), SMALL))
    reach = float(np.max(np.abs(values))) if len(values) else 1.0
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
    words = "; ".join(
        f"{in_words(str(name))} {_said(value)}" for name, value in shown[::-1].items()
    )
    return Picture(
        page.picture().figure,
        f"Tornado chart: {heading}. Per cent more {output} at {moment} for 1 per "
        f"cent more of each given: {words or 'nothing moves it'}.",
    )
