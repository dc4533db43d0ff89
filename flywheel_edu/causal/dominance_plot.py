"""How dominance is drawn: the loops' shares stacked over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.charts.charts import Chart, chart, panels
from flywheel_edu.charts.look import COLOURS
from flywheel_edu.charts.picture import Picture
from flywheel_edu.later import pd

if TYPE_CHECKING:
    from flywheel_edu.causal.loops import Loop, Loops
    from flywheel_edu.causal.scores import Array

# Reinforcing loops in cool colours, balancing ones in warm. A loop's colour goes by its number, so
# that named loops, which come first, look the same in every run.
_COOL = ("blue", "sky", "green")
_WARM = ("vermillion", "orange", "purple")
_OTHERS = "grey"


def plot_dominance(
    loops: Loops,
    parts: Sequence[int],
    shares: Array,
    moments: pd.Index,
    led: Array,
    rest: Mapping[int, Sequence[Array]],
    most: int,
    title: str,
    ax: Any = None,
) -> Any:
    """Draw relative scores, one chart for each part; see `Dominance.plot`."""
    rows = [np.flatnonzero(np.asarray(parts) == part) for part in sorted(set(parts))]
    moving = [part for part in rows if np.any(shares[part])]
    shown = [part for part in moving if len(part) > 1] or moving[:1]
    across = str(moments.name)
    heading = title or "Which loop drives"
    if not shown:
        page = chart(f"{heading}: nothing on a loop changes", across=across, ax=ax)
        return page.picture() if ax is None else ax
    if len(shown) == 1 or ax is not None:
        pages: tuple[Chart, ...] = (chart(heading, across=across, height=4.2, ax=ax),)
    else:
        pages = panels([heading, *[""] * (len(shown) - 1)], across=across, height=3.0)
    time = moments.to_numpy()[1:]
    for page, part in zip(pages, shown, strict=ax is None):
        piled, colours = _stack(loops, shares, part, led, rest[parts[part[0]]], most)
        page.stacked(time, piled, unit="share of all loops", colours=colours)
        page.axes.axhline(0, color="#222222", lw=1)
        page.axes.set_ylim(*_reach(piled))
    if ax is None:
        return pages[0].picture()
    pages[0].label_ends()
    return ax


def plot_dominance_over(
    loops: Loops, shares: NDArray[np.float32], leading: pd.DataFrame, most: int, title: str
) -> Picture:
    """Draw who leads in how many scenarios, and how shares spread; see `DominanceOver.plot`."""
    leads = leading.to_numpy()[1:].T
    weight = leads.mean(axis=1)
    order = [int(row) for row in np.argsort(-weight, kind="stable")[:most] if weight[row] > 0]
    drawn = [loops[row] for row in order]
    own = _colours(drawn, [float(shares[row].sum()) for row in order])
    heads = [title or "In how many scenarios each loop leads", "How strong each is then"]
    above, below = panels(heads, across=str(leading.index.name), height=3.2)
    time = leading.index.to_numpy()[1:]
    parts: dict[str, Array] = {
        _name(loop): leads[row] for row, loop in zip(order, drawn, strict=True)
    }
    colours = {_name(loop): own[loop.name] for loop in drawn}
    rest = leads.sum(axis=0) - sum(parts.values(), np.zeros(len(time)))
    if rest.max(initial=0) > 1e-9:
        parts["other loops" if rest.mean() > 0.05 else " "] = rest
        colours["other loops" if rest.mean() > 0.05 else " "] = _OTHERS
    above.stacked(time, parts, unit="share of the scenarios", colours=colours)
    for row, loop in zip(order, drawn, strict=True):
        low, middle, high = np.quantile(shares[row, :, 1:], (0.05, 0.5, 0.95), axis=0)
        hue = tuple(COLOURS).index(own[loop.name])
        below.band(time, low, high, "", order=hue)
        below.line(
            time, middle, _name(loop), unit="share of all loops, 9 in 10 scenarios", order=hue
        )
    return above.picture()


def _stack(
    loops: Loops,
    scores: Array,
    part: np.ndarray,
    led: Array,
    unseen: Sequence[Array],
    most: int,
) -> tuple[dict[str, Array], dict[str, str]]:
    """What is piled up, strongest nearest to zero, and in which colours."""
    weight = np.abs(scores[part]).mean(axis=1)
    order = part[np.argsort(-weight, kind="stable")]
    order = order[np.abs(scores[order]).max(axis=1) > 0]
    # Who leads stands by itself, so that no heap of others seems to.
    chosen = np.zeros(len(order), bool)
    chosen[np.argsort(-led[order], kind="stable")[:most]] = True
    order, others = order[chosen], order[~chosen]
    drawn = [loops[int(row)] for row in order]
    own = _colours(drawn, [float(scores[row].sum()) for row in order])
    shares: dict[str, Array] = {}
    colours: dict[str, str] = {}
    for row, loop in zip(order, drawn, strict=True):
        name = _name(loop)
        shares[name] = scores[row, 1:] + 0.0  # no minus zero
        colours[name] = own[loop.name]
    rest = scores[others, 1:]
    for name, piled in (
        ("other loops together", np.clip(rest, 0, None).sum(axis=0) + unseen[0][1:]),
        ("other balancing loops together", np.clip(rest, None, 0).sum(axis=0) + unseen[1][1:]),
    ):
        if np.any(np.abs(piled) > 1e-9):
            # What is hardly seen fills up the whole, but bears no name.
            shown = name if np.abs(piled).mean() > 0.04 else " " * (1 + len(shares))
            shares[shown], colours[shown] = piled, _OTHERS
    return shares, colours


def _colours(loops: Sequence[Loop], shares: Sequence[float]) -> dict[str, str]:
    """A colour for each loop: that of its number, or the next one that is free."""
    own: dict[str, str] = {}
    for loop, share in sorted(zip(loops, shares, strict=True), key=lambda pair: _number(pair[0])):
        family = _COOL if (share if loop.sign is None else loop.sign) > 0 else _WARM
        wanted = (_number(loop) - 1) % len(family)
        turned = (*family[wanted:], *family[:wanted])
        own[loop.name] = next((hue for hue in turned if hue not in own.values()), turned[0])
    return own


def _name(loop: Loop) -> str:
    return f"{loop.title} {loop.name}".strip()


def _number(loop: Loop) -> int:
    return int(loop.name[1:])


def _reach(shares: dict[str, Array]) -> tuple[float, float]:
    """From a little below the lowest pile to a little above the highest."""
    piles = np.array(list(shares.values()))
    return (
        float(np.clip(piles, None, 0).sum(axis=0).min()) - 0.03,
        float(np.clip(piles, 0, None).sum(axis=0).max()) + 0.03,
    )
