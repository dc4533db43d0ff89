"""All figures on speed in one command: ``python -m benchmarks [--quick] [--to FOLDER]``.

Writes ``engines.json``, ``engines.md`` (the table) and ``engines.png`` (the chart) beside this file
or into the folder named. Peers that are not installed are left out and said to be;
the environment variable BPTK_PYTHON names a Python with BPTK-Py[xmile].
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.chart import draw
from benchmarks.engines import growth, one_run_and_many, waits
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.many_runs import cores

NOTES = """\
## What the figures say, and where they stop

* Left to choose, the package runs the exact loop: Python's own operations in Python's order, with
  the same numbers to the last bit, so that nobody can tell whether the compiler was ready. Asked
  for by name, machine code may join a product with a sum and divide once for several quotients;
  numbers then agree to 12 digits, and what a last bit could decide is still decided as in Python.
* Both watch every promise of the model in the loop, and keep the stocks; the 44 computed series
  follow in a second run as soon as one of them is read.
* More than half of the loop are two powers and an exponential of the C library, the same that the
  loop in C calls. Less than that takes another C library, or other numbers.
* In a thousand runs exp, ln and powers are polynomials on sixteen scenarios at a time. There the
  writing of the series (61 MB) is about half of the time, and bounds what more cores would gain.
* Cost grows in proportion to scenarios and steps. A small model is cheaper than its share: sixteen
  scenarios of it stay in the processor's first cache, numbers and instructions. From some 150
  quantities on they do not, and a quantity costs about half as much again.
* BPTK-Py reads a square root of a quotient as a quotient with a root below; its model has a
  quantity of its own for the quotient. Slow programs run 5 or 50 of the thousand scenarios, and
  their time is multiplied.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repeats, 10,000 scenarios")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder for results")
    asked = parser.parse_args()
    report = measure(asked.quick)
    asked.to.mkdir(parents=True, exist_ok=True)
    (asked.to / "engines.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (asked.to / "engines.md").write_text(table(report), "utf-8")
    draw(report, asked.to / "engines.png")
    print(table(report))


def measure(quick: bool) -> dict[str, Any]:
    found = one_run_and_many(6 if quick else 40, print)
    ratios = {
        title: [(each.name, each.median / rows[0].median) for each in rows[1:]]
        for title, rows in found.items()
    }
    best = {
        title: {each.name: each.best / rows[0].best for each in rows[1:]}
        for title, rows in found.items()
    }
    return {
        "where": where(),
        "c_milliseconds": {title: 1e3 * rows[0].median for title, rows in found.items()},
        "ratios": ratios,
        "best": best,
        "waits_milliseconds": waits(10 if quick else 60),
        "growth": growth(10_000 if quick else 1_000_000, print),
    }


def where() -> str:
    here = machine()
    gcc = subprocess.run(["gcc", "-dumpversion"], capture_output=True, text=True, check=False)
    packages = " ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("numpy", "llvmlite", "numba", "pysd", "pysimlin")
    )
    return (
        f"{here.cpu if here else platform.machine()}, {cores()} cores, Python "
        f"{platform.python_version()}, gcc {gcc.stdout.strip()}, {packages}"
    )


def table(report: dict[str, Any]) -> str:
    lines = [
        "# How fast the engines are",
        "",
        "The model of `tests/models/benchmark.flywheel`: 8 stocks, 44 quantities, 960 Euler steps.",
        "Multiples of C (one core, gcc -O3 -march=native, printed from the same tree); medians",
        "over repeats measured in turn, and the least of them, which other work on the machine",
        "disturbs least. Made by `python -m benchmarks`.",
        "",
        report["where"] + ".",
    ]
    for title, rows in report["ratios"].items():
        base = report["c_milliseconds"][title]
        lines += ["", f"| {title}, all 8 stock series | times C | least | ms |"]
        lines += ["|---|---:|---:|---:|", f"| C, one core | 1.00 | 1.00 | {base:,.3g} |"]
        for name, ratio in sorted(rows, key=lambda row: row[1]):
            least = report["best"][title][name]
            lines.append(f"| {name} | {ratio:,.2f} | {least:,.2f} | {ratio * base:,.3g} |")
    one = dict(report["ratios"]["one run"])
    if "flywheel_edu, bare loop" in one:
        free = one["flywheel_edu, bare loop"] / one["C, bare loop"]
        exact = one["flywheel_edu, bare loop as Python"] / one["C, bare loop"]
        lines += [
            "",
            "C on one core is given the parameters and copies the series out of its memory, as",
            f"the others do. Loop against bare loop, ours takes {free:.2f} of C's time, and",
            f"{exact:.2f} where it has to give Python's numbers to the last bit.",
        ]
    lines += ["", "| what a student waits for | ms | least |", "|---|---:|---:|"]
    lines += [
        f"| {name} | {median:.2g} | {least:.2g} |"
        for name, (median, least) in report["waits_milliseconds"].items()
    ]
    for what, points in report["growth"].items():
        lines += ["", f"| {what} | processor seconds |", "|---:|---:|"]
        lines += [f"| {count:,} | {seconds:.3g} |" for count, seconds in points]
    return "\n".join([*lines, "", NOTES])


if __name__ == "__main__":
    main()
