"""From a slider to changed pixels: ``python -m benchmarks.widgets [--write]``.

Runs sliders.py in a real Chromium, with no kernel and in a real JupyterLab, and beside them
`interact` with inline matplotlib, all on the benchmark model. With --write, the figures are kept
in widgets.md beside this file. Ends with 1 if an explorer breaks its bounds: one frame of the
screen in the median, two in nineteen cases of twenty. On a busy machine, try again.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.keep import print_and_keep

HERE = Path(__file__).parent
MEDIAN, P95 = 17, 34  # ms: one frame of the screen, and two

HEAD = """\
# From a slider to changed pixels

Milliseconds from the event (a key on the slider) to the painted frame that answers it, in the
browser's own clock: median and 95th percentile of {presses} presses; and, over a drag of two
seconds, how many moves of the mouse there were and how many pictures. The benchmark model (8
stocks, 960 Euler steps), three curves, headless Chromium without a graphics card, Python {python},
{cores} shared cores, load {load:.1f} at the end. A frame of the screen lasts 16.7 ms. The
explorer's figures are those of the calmest of up to eight rounds, since other programs shared the
machine. "Every quantity in small" has the panel of small graphs open, 44 of them, and counts by the
last that is in sight. Made by `python -m benchmarks.widgets --write`.

| what | median ms | 95 % below | moves | pictures |
|---|---:|---:|---:|---:|
"""


def main() -> None:
    """Measure, print, and keep the figures if asked."""
    figures = measured()
    print_and_keep(lambda: report(figures), "widgets.md", __doc__)
    slow = [
        name
        for name, figure in figures.items()
        if name.startswith("Explorer") and "median" in figure
        if figure["median"] > MEDIAN or figure["p95"] > P95
    ]
    sys.exit(f"slower than the screen: {'; '.join(slow)}" if slow else 0)


def measured() -> dict[str, dict[str, float]]:
    """What was measured, by name."""
    plugins = ["-p", "tests.conftest", "-p", "tests.browser.conftest"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "speed.json")
        subprocess.run(
            [sys.executable, "-m", "pytest", str(HERE / "sliders.py"), "-q", "-n", "0", *plugins],
            check=True,
            cwd=HERE.parent,
            env={**os.environ, "FLYWHEEL_SPEED": str(file)},
        )
        told: dict[str, dict[str, float]] = json.loads(file.read_text("utf-8"))
    return told


def report(figures: dict[str, dict[str, Any]]) -> str:
    """The figures as a table: a row for each way, with its drag beside it."""
    rows = []
    for name, figure in figures.items():
        if "median" not in figure:
            continue
        dragged = figures.get(f"{name}, drag", {})
        moves, pictures = dragged.get("moves", ""), dragged.get("pictures", "")
        rows.append(
            f"| {name} | {figure['median']:.0f} | {figure['p95']:.0f} | {moves} | {pictures} |"
        )
    head = HEAD.format(
        presses=40,
        python=platform.python_version(),
        cores=os.cpu_count(),
        load=os.getloadavg()[0],
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
