"""The data of a matplotlib figure: its lines, bars, points and words, without its picture.

A test asks a drawn chart as it would ask matplotlib, `axes.get_lines()[0].get_ydata()`, since what
it meets is a figure of matplotlib's, drawn anew of that data. Nothing is rendered on either side.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

_MOST = 200  # lines, bars or points of each kind in one chart
_MOST_POINTS = 50_000


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


def build(data: Mapping[str, Any]) -> Any:
    """The figure or axes that plain data stands for."""
    from matplotlib.figure import Figure

    figure = Figure()
    if data["$"] == "axes":
        return _build_axes(figure, data)
    for each in data["axes"]:
        _build_axes(figure, each)
    if data["title"]:
        figure.suptitle(str(data["title"]))
    return figure


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
        "legend": legend and [str(each.get_text()) for each in legend.get_texts()[:_MOST]],
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


def _build_axes(figure: Any, data: Mapping[str, Any]) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    axes = figure.add_axes((0, 0, 1, 1))
    names = ("title", "xlabel", "ylabel", "xscale", "yscale")
    axes.set(**dict(zip(names, map(str, data["words"] + data["scales"]), strict=True)))
    for each in data["lines"]:
        x, y = _floats(each["x"]), _floats(each["y"])
        marker = str(each["marker"])
        if len(x) != len(y) or "$" in marker:  # a marker with $ would be typeset at once
            raise ValueError("not a line")
        style: Any = str(each["style"])
        axes.add_line(Line2D(x, y, linestyle=style, marker=marker, label=str(each["label"])))
    for each in data["bars"]:
        left, low, width, height = _floats(each)
        axes.add_patch(Rectangle((left, low), width, height))
    for each in data["points"]:
        pairs = [_floats(pair) for pair in each["of"]]
        drawn = axes.scatter([x for x, _ in pairs], [y for _, y in pairs])
        drawn.set_label(str(each["label"]))
    for text in data["texts"]:
        axes.text(0, 0, str(text))
    if data["legend"] is not None:
        entries = [Line2D([], [], label=str(each)) for each in data["legend"]]
        axes.legend(entries, [str(each) for each in data["legend"]])
    axes.set(xlim=_floats(data["limits"][0]), ylim=_floats(data["limits"][1]))
    return axes


def _floats(values: Any) -> list[float]:
    return [float(each) for each in values]
