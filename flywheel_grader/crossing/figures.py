"""The data of a matplotlib figure: its lines, bars, points and words, without its picture.

A test asks a drawn chart the way it would ask matplotlib: `axes.get_lines()[0].get_ydata()`,
`axes.get_xlabel()`. Only what is needed for that crosses, and nothing is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

TAGS = frozenset({"figure", "axes"})

_MOST = 200  # lines, bars or points of each kind in one chart
_MOST_POINTS = 50_000


@dataclass(frozen=True)
class Words:
    """A text in a chart."""

    text: str

    def get_text(self) -> str:
        """The text."""
        return self.text


@dataclass(frozen=True)
class Line:
    """A drawn line: its points, and what its legend calls it."""

    x: Numbers
    y: Numbers
    label: str = ""
    style: str = ""
    marker: str = ""

    def get_xdata(self) -> Numbers:
        """Of shape (points,)."""
        return self.x

    def get_ydata(self) -> Numbers:
        """Of shape (points,)."""
        return self.y

    def get_xydata(self) -> Numbers:
        """Of shape (points, 2)."""
        return np.column_stack([self.x, self.y])

    def get_label(self) -> str:
        """What the legend calls it."""
        return self.label

    def get_linestyle(self) -> str:
        """As matplotlib writes it, such as "--"."""
        return self.style

    def get_marker(self) -> str:
        """As matplotlib writes it, such as "o"."""
        return self.marker


@dataclass(frozen=True)
class Bar:
    """A drawn bar."""

    x: float
    y: float
    width: float
    height: float

    def get_x(self) -> float:
        """Its left edge."""
        return self.x

    def get_y(self) -> float:
        """Its lower edge."""
        return self.y

    def get_width(self) -> float:
        """How wide it is."""
        return self.width

    def get_height(self) -> float:
        """How high it is."""
        return self.height


@dataclass(frozen=True)
class Points:
    """Drawn points."""

    offsets: Numbers
    label: str = ""

    def get_offsets(self) -> Numbers:
        """Of shape (points, 2)."""
        return self.offsets

    def get_label(self) -> str:
        """What the legend calls them."""
        return self.label


@dataclass(frozen=True)
class Legend:
    """The legend of a chart."""

    texts: tuple[Words, ...]

    def get_texts(self) -> list[Words]:
        """Its entries."""
        return list(self.texts)


@dataclass(frozen=True)
class Chart:
    """One pair of axes and what is drawn in it."""

    title: str
    xlabel: str
    ylabel: str
    xscale: str
    yscale: str
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    lines: tuple[Line, ...]
    patches: tuple[Bar, ...]
    collections: tuple[Points, ...]
    texts: tuple[Words, ...]
    legend: Legend | None

    def get_title(self) -> str:
        """The title above it."""
        return self.title

    def get_xlabel(self) -> str:
        """The words below it."""
        return self.xlabel

    def get_ylabel(self) -> str:
        """The words beside it."""
        return self.ylabel

    def get_xscale(self) -> str:
        """ "linear" or "log"."""
        return self.xscale

    def get_yscale(self) -> str:
        """ "linear" or "log"."""
        return self.yscale

    def get_xlim(self) -> tuple[float, float]:
        """The ends of the horizontal axis."""
        return self.xlim

    def get_ylim(self) -> tuple[float, float]:
        """The ends of the vertical axis."""
        return self.ylim

    def get_lines(self) -> list[Line]:
        """Its lines, in the order drawn."""
        return list(self.lines)

    def get_legend(self) -> Legend | None:
        """Its legend, if it has one."""
        return self.legend

    def get_legend_handles_labels(self) -> tuple[list[Line | Points], list[str]]:
        """What the legend would name, and the names."""
        drawn: list[Line | Points] = [*self.lines, *self.collections]
        named = [each for each in drawn if _is_named(each.label)]
        return named, [each.label for each in named]


@dataclass(frozen=True)
class Figure:
    """A figure: its charts."""

    axes: tuple[Chart, ...]
    title: str = ""

    def get_axes(self) -> list[Chart]:
        """Its charts."""
        return list(self.axes)

    def get_suptitle(self) -> str:
        """The title above all charts."""
        return self.title


def reduce(value: Any) -> Any:
    """A matplotlib figure or axes as plain data; None for anything else."""
    matplotlib = sys.modules.get("matplotlib.figure")
    axes = sys.modules.get("matplotlib.axes")
    if matplotlib is None or axes is None:
        return None
    if isinstance(value, matplotlib.Figure):
        title = value.get_suptitle()
        charts = [_reduce_axes(each) for each in value.axes[:_MOST]]
        return {"$": "figure", "title": title, "axes": charts}
    if isinstance(value, axes.Axes):
        return _reduce_axes(value)
    return None


def build(data: Mapping[str, Any]) -> Figure | Chart:
    """The figure or chart that plain data stands for."""
    if data["$"] == "figure":
        return Figure(tuple(_chart(each) for each in data["axes"]), str(data["title"]))
    return _chart(data)


def _is_named(label: str) -> bool:
    return bool(label) and not label.startswith("_")


def _reduce_axes(axes: Any) -> dict[str, Any]:
    legend = axes.get_legend()
    return {
        "$": "axes",
        "words": [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()],
        "scales": [axes.get_xscale(), axes.get_yscale()],
        "limits": [_floats(axes.get_xlim()), _floats(axes.get_ylim())],
        "lines": [_reduce_line(each) for each in axes.get_lines()[:_MOST]],
        "bars": [
            _floats([each.get_x(), each.get_y(), each.get_width(), each.get_height()])
            for each in axes.patches[:_MOST]
            if hasattr(each, "get_height") and hasattr(each, "get_x")
        ],
        "points": [
            {"of": [_floats(pair) for pair in each.get_offsets()[:_MOST_POINTS]],
             "label": str(each.get_label())}
            for each in axes.collections[:_MOST]
        ],
        "texts": [str(each.get_text()) for each in axes.texts[:_MOST]],
        "legend": None
        if legend is None
        else [str(each.get_text()) for each in legend.get_texts()[:_MOST]],
    }  # fmt: skip


def _reduce_line(line: Any) -> dict[str, Any]:
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    return {
        "x": _floats(x[:_MOST_POINTS]),
        "y": _floats(y[:_MOST_POINTS]),
        "label": str(line.get_label()),
        "style": str(line.get_linestyle()),
        "marker": str(line.get_marker()),
    }


def _floats(values: Any) -> list[float]:
    return [float(each) for each in values]


def _array(values: Any) -> Numbers:
    return np.array(_floats(values), dtype=float)


def _words(values: Any) -> tuple[Words, ...]:
    return tuple(Words(str(each)) for each in values)


def _chart(data: Mapping[str, Any]) -> Chart:
    title, xlabel, ylabel = (str(each) for each in data["words"])
    xscale, yscale = (str(each) for each in data["scales"])
    (left, right), (low, high) = (_floats(each) for each in data["limits"])
    return Chart(
        title=title,
        xlabel=xlabel,
        ylabel=ylabel,
        xscale=xscale,
        yscale=yscale,
        xlim=(left, right),
        ylim=(low, high),
        lines=tuple(_line(each) for each in data["lines"]),
        patches=tuple(Bar(*_floats(each)) for each in data["bars"]),
        collections=tuple(
            Points(np.array([_floats(pair) for pair in each["of"]], dtype=float).reshape(-1, 2),
                   str(each["label"]))
            for each in data["points"]
        ),
        texts=_words(data["texts"]),
        legend=None if data["legend"] is None else Legend(_words(data["legend"])),
    )  # fmt: skip


def _line(data: Mapping[str, Any]) -> Line:
    x, y = _array(data["x"]), _array(data["y"])
    if x.shape != y.shape:
        raise ValueError("not a line")
    return Line(x, y, str(data["label"]), str(data["style"]), str(data["marker"]))
