"""Small graphs of every quantity of a model: which, in which order, in words and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.charts.lettering import font, width
from flywheel_edu.charts.look import GRID, INK, QUIET, colour
from flywheel_edu.model import Model

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase
    from numpy.typing import NDArray

    from flywheel_edu.simulate import Run

# Of the picture, in points: four graphs side by side on a page 7 inches wide.
PAGE = 504.0
_ACROSS, _MARGIN, _GAP = 4, 14.0, 16.0
_HEAD, _CURVE, _LINE, _BELOW = 34.0, 34.0, 12.0, 14.0
_NUMBERS = 3  # givens side by side
_PLAIN, _SMALL = 8.5, 7.5  # letters
_UNSAID = ("1", "?")  # units that a reader need not be told


def every_quantity(model: Model) -> list[dict[str, Any]]:
    """The quantities that are written in a model, in groups: stocks, flows, and what else there is.

    What a smooth or a delay unfolds into is left out, since nobody wrote it. Each group is in the
    order of the model; one without members is left out.

    >>> model = Model.parse('''time year from 0 to 2 step 1
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... doubled [USD] = savings + savings
    ... given rate [1/year] = 0.1
    ... ''')
    >>> for group in every_quantity(model):
    ...     print(group["title"], group["names"])
    Stocks ['savings']
    Flows ['interest']
    Computed ['doubled']
    Given ['rate']
    """
    flows = {name for stock in model.written.values() for name in stock.inflows + stock.outflows}
    groups: dict[str, list[str]] = {
        title: [] for title in ("Stocks", "Flows", "Computed", "Measured", "Given")
    }
    titles = {"stock": "Stocks", "computed": "Computed", "data": "Measured", "given": "Given"}
    for name, quantity in model.written.items():
        flow = quantity.kind == "computed" and name in flows
        groups["Flows" if flow else titles[quantity.kind]].append(name)
    return [{"title": title, "names": names} for title, names in groups.items() if names]


def graphed(model: Model) -> list[str]:
    """Every quantity that has a small graph: all of them but the givens, which do not move."""
    return [
        name
        for group in every_quantity(model)
        if group["title"] != "Given"
        for name in group["names"]
    ]


def told(model: Model, run: Run) -> str:
    """The small graphs in words: from where to where each quantity goes, with its unit."""
    said = []
    for name in graphed(model):
        first, last = amount(float(run[name][0])), amount(float(run[name][-1]))
        unit = _unit(model, name)
        way = f"from {first} to {last}{unit}" if first != last else f"{last}{unit} at both ends"
        said.append(f"{model[name].label} {way}")
    return f"Small graphs: {'; '.join(said)}."


def height(model: Model) -> float:
    """How many points high the picture of the small graphs is."""
    return sum(_HEAD + _rows(group) * _row(group) for group in every_quantity(model)) + _MARGIN


def draw_small(
    page: FigureBase, model: Model, run: Run, pinned: Sequence[Run], shown: Mapping[str, int]
) -> None:
    """Draw the small graphs over a whole page, `height` points high and 7 inches wide.

    The model's givens are those of the run; pinned runs lie thin behind it. ``shown`` is what is
    shown large as well, with the number of its colour there.
    """
    # In points from the upper left corner, all on one set of axes: a page of forty small charts
    # would take matplotlib seconds to lay out.
    ax = page.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, PAGE)
    ax.set_ylim(height(model), 0)
    ax.axis("off")
    top = 0.0
    for group in every_quantity(model):
        _write(ax, _MARGIN, top + 15, group["title"], PAGE, bold=True, size=_PLAIN + 1)
        top += _HEAD
        across = _columns(group)
        wide = (PAGE - 2 * _MARGIN - (across - 1) * _GAP) / across
        for number, name in enumerate(group["names"]):
            left = _MARGIN + (number % across) * (wide + _GAP)
            head = top + (number // across) * _row(group)
            if group["title"] == "Given":
                value = f"{_given(model, name)}{_unit(model, name)}"
                _write(ax, left + wide, head, value, wide / 2, right=True)
                _write(ax, left, head, model[name].label, wide / 2 - 6, tone=QUIET)
                continue
            order = shown.get(name)
            tone = INK if order is None else colour(order)
            letters = INK if order is None else colour(order, text=True)
            _write(ax, left, head, model[name].label, wide, bold=True, tone=letters)
            series = [run[name], *(old[name] for old in pinned)]
            _curves(ax, left, head + 4, wide, run.time, series, tone)
            values = run[name]
            foot = head + 4 + _CURVE + _LINE
            _write(ax, left, foot, f"{_brief(values[-1])}{_unit(model, name)}", wide)
            low, high, below = _brief(values.min()), _brief(values.max()), foot + _LINE - 1
            quiet: Any = {"room": wide / 2, "tone": QUIET, "size": _SMALL}
            _write(ax, left, below, f"low {low}", **quiet)
            _write(ax, left + wide, below, f"high {high}", right=True, **quiet)
        top += _rows(group) * _row(group)


def _curves(
    ax: Any,
    left: float,
    top: float,
    wide: float,
    time: NDArray[np.float64],
    series: Sequence[NDArray[np.float64]],
    tone: str,
) -> None:
    """Curves over the same time in a box, the first of them in front; its floor or 0 as a line."""
    low = min(0.0, *(float(values.min()) for values in series))
    high = max(0.0, *(float(values.max()) for values in series))
    span = (high - low) or 1.0
    x = left + wide * (time - time[0]) / ((time[-1] - time[0]) or 1.0)

    def down(values: Any) -> Any:
        return top + _CURVE - (values - low) / span * (_CURVE - 3)

    ax.plot([left, left + wide], [down(0.0)] * 2, color=GRID, lw=0.9)
    for values in series[1:]:
        ax.plot(x, down(values), color=tone, lw=0.7, alpha=0.62)
    ax.plot(x, down(series[0]), color=tone, lw=1.5, solid_capstyle="round")
    ax.plot(x[-1:], down(series[0][-1:]), color=tone, marker="o", ms=3, clip_on=False)


def _write(
    ax: Any,
    x: float,
    y: float,
    text: str,
    room: float,
    *,
    bold: bool = False,
    size: float = _PLAIN,
    tone: str = INK,
    right: bool = False,
) -> None:
    """A text on its line, cut where its room ends."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:200])
    cut = shown
    while len(cut) > 1 and width(cut, size, bold=bold) > room:
        shown = shown[:-1]
        cut = f"{shown.rstrip()}…"
    ax.text(
        x,
        y,
        cut,
        fontproperties=font(bold=bold),
        size=size,
        color=tone,
        ha="right" if right else "left",
        va="baseline",
        parse_math=False,
    )


def _brief(value: float) -> str:
    text = amount(float(value)).replace("-", "\N{MINUS SIGN}")
    for word, letters in ((" trillion", " tn"), (" billion", " bn"), (" million", " m")):
        text = text.replace(word, letters)
    return text


def _given(model: Model, name: str) -> str:
    """A given's number; a moment, such as the year 2005, without the mark of thousands."""
    value = model.given_values[name]
    return moment(value) if model[name].unit == model.clock.unit else _brief(value)


def _unit(model: Model, name: str) -> str:
    unit = str(model[name].unit)
    return "" if unit in _UNSAID else f" {unit}"


def _columns(group: Mapping[str, Any]) -> int:
    return _NUMBERS if group["title"] == "Given" else _ACROSS


def _rows(group: Mapping[str, Any]) -> int:
    return -(-len(group["names"]) // _columns(group))


def _row(group: Mapping[str, Any]) -> float:
    return _LINE + 1 if group["title"] == "Given" else _CURVE + 3 * _LINE + _BELOW
