"""From a slider to changed pixels: ``python -m benchmarks.widgets [--write]``.

Runs the tests of speed in a real Chromium, with no kernel and in a real JupyterLab, and beside them
`interact` with inline matplotlib, all on the benchmark model. With --write, the figures are kept in
widgets.md beside this file.
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
TESTS = HERE.parent / "tests" / "browser" / "test_speed.py"

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
    print_and_keep(lambda: report(measured()), "widgets.md", __doc__)


def measured() -> dict[str, dict[str, float]]:
    """What the tests of speed measured, by name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "speed.json")
        subprocess.run(
            [sys.executable, "-m", "pytest", str(TESTS), "-q", "-n", "0"],
            check=False,  # a slow machine fails the tests, and is to be reported all the same
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
