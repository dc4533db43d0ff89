"""How long it takes to read a model and import the package: python -m benchmarks.language.

On the model that speeds are compared on. With --write, the figures are kept in language.md beside
this file.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.keep import print_and_keep
from flywheel_edu import Model, causal_graph
from flywheel_edu.simulate.prepared import prepare

HERE = Path(__file__).parent
MODEL = (HERE.parent / "tests" / "models" / "benchmark.flywheel").read_text("utf-8")
IMPORT = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def main() -> None:
    """Measure, print, and keep the figures if asked."""
    print_and_keep(report, "language.md", __doc__)


def report() -> str:
    """The figures as a table."""
    model = Model.parse(MODEL)
    given = model.givens[0]
    value = model.given_values[given]
    rows = [
        ("read, check and compile the model", milliseconds(read_and_compile)),
        ("read and check it", milliseconds(lambda: Model.parse(MODEL))),
        ("print its text", milliseconds(lambda: str(model))),
        ("its causal graph, with signs", milliseconds(lambda: causal_graph(model))),
        ("change one given", milliseconds(lambda: model.change(**{given: value}))),
        ("import flywheel_edu", import_time("flywheel_edu")),
        ("import numpy, of that", import_time("numpy")),
    ]
    lines = [
        "# Reading a model: how long it takes",
        "",
        f"{len(model)} quantities; median, on {platform.machine()} with "
        f"Python {platform.python_version()}. Made by `python -m benchmarks.language --write`.",
        "",
        "| what | ms |",
        "|---|---:|",
        *(f"| {what} | {taken:,.2f} |" for what, taken in rows),
        "",
    ]
    return "\n".join(lines)


def read_and_compile() -> object:
    """From text to a function that can be called."""
    return prepare(Model.parse(MODEL)).python


def milliseconds(work: Callable[[], object], times: int = 40) -> float:
    """The median time a piece of work takes, after one try."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1000 * median(taken)


def import_time(module: str) -> float:
    """The median time of an import in a process of its own."""
    command = [sys.executable, "-c", IMPORT.format(module)]
    taken = [
        float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for _ in range(9)
    ]
    return 1000 * median(taken)


if __name__ == "__main__":
    main()
