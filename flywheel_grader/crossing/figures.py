"""The data of a matplotlib figure: its lines, bars, points and words, without its picture.

A test asks a drawn chart as it would ask matplotlib, `axes.get_lines()[0].get_ydata()`, since what
it meets is a figure of matplotlib's, drawn anew of that data. Nothing is rendered on either side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flywheel_grader.courses import loaded

_MOST = 200  # lines, bars or points of each kind in one chart
_MOST_POINTS = 50_000
_OF_LINE = ("label", "linestyle", "marker")
_WORDS = ("title", "xlabel", "ylabel", "xscale", "yscale")


def reduce(value: Any) -> Any:
    """A matplotlib figure or axes as plain data; None for anything else."""
    if isinstance(value, loaded("matplotlib.figure", "Figure")):
        title = value.get_suptitle()
        charts = [_reduce_axes(each) for each in value.axes[:_MOST]]
        return {"$": "figure", "title": title, "axes": charts}
    return _reduce_axes(value) if isinstance(value, loaded("matplotlib.axes", "Axes")) else None


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
        "words": [str(getattr(axes, f"get_{name}")()) for name in _WORDS],
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
    look = {name: str(getattr(line, f"get_{name}")()) for name in _OF_LINE}
    return {"x": _floats(x[:_MOST_POINTS]), "y": _floats(y[:_MOST_POINTS]), **look}


def _build_axes(figure: Any, data: Mapping[str, Any]) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(**dict(zip(_WORDS, map(str, data["words"]), strict=True)))
    for each in data["lines"]:
        x, y = _floats(each["x"]), _floats(each["y"])
        look: dict[str, Any] = {name: str(each[name]) for name in _OF_LINE}
        if len(x) != len(y) or "$" in look["marker"]:  # a marker with $ would be typeset at once
            raise ValueError("not a line")
        axes.add_line(Line2D(x, y, **look))
    for each in data["bars"]:
        left, low, width, height = _floats(each)
        axes.add_patch(Rectangle((left, low), width, height))
    for each in data["points"]:
        pairs = [_floats(pair) for pair in each["of"]]
        axes.scatter([x for x, _ in pairs], [y for _, y in pairs], label=str(each["label"]))
    for text in data["texts"]:
        axes.text(0, 0, str(text))
    if data["legend"] is not None:
        entries = [Line2D([], [], label=str(each)) for each in data["legend"]]
        axes.legend(entries, [str(each) for each in data["legend"]])
    axes.set(xlim=_floats(data["limits"][0]), ylim=_floats(data["limits"][1]))
    return axes


def _floats(values: Any) -> list[float]:
    return [float(each) for each in values]
