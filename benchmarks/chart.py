"""The chart of what `engines` measured: ratios as dots, growth as lines, on logarithmic axes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

BLUE, VERMILLION, GREY = "#0072B2", "#B34A00", "#595959"


def draw(report: dict[str, Any], path: Path) -> None:
    """One picture: one run, a thousand runs, and how cost grows."""
    with plt.rc_context({"font.size": 9.5, "axes.spines.top": False, "axes.spines.right": False}):
        figure = plt.figure(figsize=(12, 8.8), dpi=130, layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(1.35, 1), hspace=0.05)
        for axes, (title, rows) in zip(top.subplots(1, 2), report["ratios"].items(), strict=True):
            _dots(axes, title, rows, report["c_milliseconds"][title])
        for axes, (what, points) in zip(
            bottom.subplots(1, 3, sharey=True), report["growth"].items(), strict=True
        ):
            _line(axes, what, points)
        figure.supxlabel(report["where"], fontsize=8.5, color=GREY)
        figure.savefig(path)
        plt.close(figure)


def _dots(axes: Any, title: str, rows: list[tuple[str, float]], base: float) -> None:
    rows = sorted(rows, key=lambda row: row[1], reverse=True)
    axes.axvline(1, color=GREY, lw=1, ls="--", zorder=0)
    for place, (name, ratio) in enumerate(rows):
        ours = name.startswith("flywheel_edu")
        tone = BLUE if ours else GREY
        axes.hlines(place, min(1, ratio), max(1, ratio), color=tone, lw=1.2, alpha=0.6)
        axes.plot(ratio, place, "o" if ours else "s", color=tone, ms=7 if ours else 5.5)
        axes.annotate(
            f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}",
            (max(1, ratio), place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=tone,
            fontweight="bold" if ours else "normal",
        )
    axes.set_xscale("log")
    low, high = min(ratio for _, ratio in rows), max(ratio for _, ratio in rows)
    axes.set_xlim(min(0.5, low) / 1.6, high * 6)
    axes.xaxis.set_major_formatter(_plain)
    axes.xaxis.set_minor_formatter("")
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.tick_params(axis="y", length=0)
    for label, (name, _) in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_color(BLUE if name.startswith("flywheel_edu") else "black")
    axes.set_title(f"{title}: time as multiples of C", loc="left", fontweight="bold")
    axes.set_xlabel(f"1 = C on one core, {base:.3g} ms; logarithmic, left is faster")


def _line(axes: Any, what: str, points: list[tuple[float, float]]) -> None:
    xs, seconds = zip(*points, strict=True)
    straight = [seconds[-1] * x / xs[-1] for x in xs]
    axes.loglog(xs, straight, "--", color=VERMILLION, lw=1.2, label="in proportion")
    axes.loglog(xs, seconds, "o-", color=BLUE, lw=1.8, ms=5, label="measured")
    axes.legend(frameon=False, loc="upper left")
    axes.set_xticks(xs, [f"{x:,}" for x in xs], rotation=25 if len(xs) > 4 else 0)
    axes.xaxis.set_minor_formatter("")
    axes.yaxis.set_major_formatter(_plain)
    axes.tick_params(axis="x", which="minor", length=0)
    axes.set_title(f"processor seconds over {what}", loc="left", fontweight="bold")
    axes.set_xlabel(f"{what}; both axes logarithmic")
    axes.grid(alpha=0.2)


def _plain(value: float, _place: int) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
