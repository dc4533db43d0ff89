"""Other programs' files, here and in PySD and pysimlin: python -m benchmarks.exchange [--write].

On the files of `tests/exchange/foreign`, whose right values stand beside them. A program's right
files are those whose every column it gives to eight digits. With --write, the figures are kept in
exchange.md beside this file.
"""

from __future__ import annotations

import contextlib
import csv
import io
import platform
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from benchmarks.keep import print_and_keep
from flywheel_edu import read, simulate
from flywheel_exchange.labels import name_of, same_name

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "exchange" / "foreign"
TIMES = 5  # each file is read and run, after one try
SECONDS = 120  # for one file in one program
LARGE = 1e299  # what is more is infinite

# A run's times, and its values by a name.
Found = tuple[Any, Callable[[str], Any]]
# Reads a file, and gives what runs it.
Program = Callable[[Path], Callable[[], Found]]


class Measured(NamedTuple):
    """How one program did on one file: seconds, and whether all values are right."""

    read: float
    run: float
    right: bool


def ours(path: Path) -> Callable[[], Found]:
    model = read(path)

    def run() -> Found:
        done = simulate(model)
        values = {name: done[name] for name in done}
        return done.time, lambda name: values.get(name, done[name])

    return run


def pysd(path: Path) -> Callable[[], Found]:
    import pysd as program

    reader = program.read_vensim if path.suffix == ".mdl" else program.read_xmile
    model = reader(str(path))

    def run() -> Found:
        table = model.run()
        columns = {name: table[name].to_numpy(dtype=float) for name in table}
        return table.index.to_numpy(), by_name(columns)

    return run


def pysimlin(path: Path) -> Callable[[], Found]:
    import simlin

    model = simlin.load(str(path))

    def run() -> Found:
        done = model.simulate()
        done.run_to_end()
        names = {name: done.get_series(name) for name in done.get_var_names()}
        return done.get_series("time"), by_name(names)

    return run


PROGRAMS: dict[str, Program] = {"flywheel_edu": ours, "PySD": pysd, "pysimlin": pysimlin}


def by_name(values: dict[str, Any]) -> Callable[[str], Any]:
    """Finds a program's values by the name in the file, however that program spells it."""
    known = {name_of(label): series for label, series in values.items()}
    known |= {same_name(label): series for label, series in values.items()}
    return lambda name: known[name] if name in known else known[name_of(name)]


def measure(program: str, path: Path) -> Measured:
    """The median times of one program on one file, and whether its values are right."""
    reading, running = [], []
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for _ in range(TIMES + 1):
            began = time.perf_counter()
            run = PROGRAMS[program](path)
            ready = time.perf_counter()
            moments, values = run()
            running.append(time.perf_counter() - ready)
            reading.append(ready - began)
    right = is_right(path, np.asarray(moments, dtype=float), values)
    return Measured(median(reading[1:]), median(running[1:]), right)


def is_right(path: Path, moments: Any, values: Callable[[str], Any]) -> bool:
    text = path.with_suffix(".expected.csv").read_text("utf-8")
    heading, *rows = csv.reader(text.splitlines())
    times, *columns = np.array(rows, dtype=float).T
    at = [int(np.argmin(np.abs(moments - moment))) for moment in times]
    try:
        found = [np.asarray(values(name), dtype=float)[at] for name in heading[1:]]
    except (LookupError, ValueError):
        return False
    found = [np.where(np.abs(each) > LARGE, np.sign(each) * np.inf, each) for each in found]
    return bool(np.allclose(found, columns, rtol=1e-8, atol=1e-8, equal_nan=True))


def measured(files: list[Path]) -> dict[str, list[Measured | None]]:
    """What each program did on each file; None where it cannot read or run it.

    Each works in a process of its own, since some files end the process of a program.
    """
    found: dict[str, list[Measured | None]] = {}
    for program in PROGRAMS:
        pool: ProcessPoolExecutor | None = None
        for path in files:
            pool = pool or ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            try:
                one = pool.submit(measure, program, path).result(timeout=SECONDS)
            except Exception as problem:
                print(f"{program}, {path.name}: {type(problem).__name__} {problem}"[:150])
                pool.shutdown(wait=False, cancel_futures=True)
                one, pool = None, None
            found.setdefault(program, []).append(one)
        if pool:
            pool.shutdown()
    return found


def report() -> str:
    """The figures as tables."""
    with tempfile.TemporaryDirectory() as folder:  # PySD writes beside the file it reads
        copy = Path(shutil.copytree(FOLDER, Path(folder, "files")))
        files = sorted(p for p in copy.iterdir() if p.with_suffix(".expected.csv").exists())
        files = [path for path in files if path.suffix != ".csv"]
        found = measured(files)
    own, *others = PROGRAMS
    packages = " ".join(f"{name} {version(name)}" for name in ("pysd", "pysimlin"))
    lines = [
        "# Other programs' files: who reads them right, and how fast",
        "",
        f"{len(files)} files of `tests/exchange/foreign`, each with the right values beside it;",
        "they were written to test this package, so that the count of right files is no census.",
        f"Read {TIMES} times and run {TIMES} times, all values taken; medians, as multiples of",
        f"ours. On {platform.machine()}, Python {platform.python_version()}, {packages}.",
        "Made by `python -m benchmarks.exchange --write`.",
        "",
        "| program | right | other values | not read | read, times ours | run, times ours |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for program, rows in found.items():
        both = [(a, b) for a, b in zip(rows, found[own], strict=True) if a and b and a.right]
        right = sum(row is not None and row.right for row in rows)
        none = rows.count(None)
        reading, running = (
            median(a[i] / b[i] for a, b in both) if both else float("nan") for i in (0, 1)
        )
        lines.append(
            f"| {program} | {right} | {len(rows) - right - none} | {none} "
            f"| {reading:,.2f} | {running:,.2f} |"
        )
    lines += ["", "Over the files that a program has right. File by file, ours in ms:", ""]
    heads = [f"{name}, {what}" for name in others for what in ("read", "run")]
    lines += [
        f"| file | read | run | {' | '.join(heads)} |",
        "|---|" + "---:|" * (2 + len(heads)),
    ]
    for i, path in enumerate(files):
        base = found[own][i]
        cells = [f"{1e3 * each:,.2f}" for each in base[:2]] if base else ["no", "no"]
        for program in others:
            one = found[program][i]
            mark = "" if one is None or one.right else " (other values)"
            for k in (0, 1):
                cells.append(f"{one[k] / base[k]:,.1f}{mark}" if one and base else "no")
        lines.append(f"| {path.name} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print, and keep the figures if asked."""
    print_and_keep(report, "exchange.md", __doc__)


if __name__ == "__main__":
    main()
