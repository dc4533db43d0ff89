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
        figure = plt.figure(figsize=(10.5, 8.6), dpi=150, layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(1.35, 1), hspace=0.04)
        for axes, (title, rows) in zip(top.subplots(1, 2), report["ratios"].items(), strict=True):
            _dots(axes, title, rows, report["c_milliseconds"][title])
        for axes, (what, points) in zip(
            bottom.subplots(1, 3, sharey=True), report["growth"].items(), strict=True
        ):
            _line(axes, what, points)
        figure.suptitle(report["where"], fontsize=8.5, color=GREY, x=0.01, ha="left")
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
        left = ratio < 1
        axes.annotate(
            f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}",
            (ratio, place),
            xytext=(-8 if left else 8, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            color=tone,
            fontweight="bold" if ours else "normal",
        )
    axes.set_xscale("log")
    low, high = min(ratio for _, ratio in rows), max(ratio for _, ratio in rows)
    axes.set_xlim(min(0.5, low) / 2.2, high * 5)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    for label, (name, _) in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_color(BLUE if name.startswith("flywheel_edu") else "black")
    axes.set_title(f"{title}: times C on one core ({base:.3g} ms)", loc="left", fontweight="bold")
    axes.set_xlabel("times C, logarithmic; left is faster")


def _line(axes: Any, what: str, points: list[tuple[float, float]]) -> None:
    xs, seconds = zip(*points, strict=True)
    axes.loglog(xs, seconds, "o-", color=BLUE, lw=1.8, ms=5)
    straight = [seconds[-1] * x / xs[-1] for x in xs]
    axes.loglog(xs, straight, "--", color=VERMILLION, lw=1)
    axes.annotate(
        "in proportion", (xs[1], straight[1]), xytext=(6, -12), textcoords="offset points",
        color=VERMILLION, fontsize=8.5,
    )  # fmt: skip
    axes.set_title(f"seconds over {what}", loc="left", fontweight="bold")
    axes.set_xlabel(f"{what}, logarithmic")
    axes.grid(alpha=0.2)
