"""What a kernel weighs, and how soon it shows something: ``python -m benchmarks.memory [CHAPTER]``.

A chapter is run cell by cell in a kernel as `flywheel lab` starts it; Linux says what it weighs, in
three numbers. Rss is all that is in memory, shared with other processes or not; in Pss what is
shared is divided among those who share it; Uss is what this kernel alone takes, and one kernel more
would take again. Beside the clock stands the kernel's own processor time, which other work on the
machine does not lengthen much. Libraries should be compiled to bytecode, as pip leaves them; else
compiling them is measured, too.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from flywheel_edu.cli.lab import kernels_inherit

ROOT = Path(__file__).resolve().parents[1]


def weight(pid: int) -> dict[str, float]:
    """Megabytes of a process by the names that are used for them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    of = {name: int(size.split()[0]) / 1024 for name, size in (x.split(":") for x in lines)}
    return {"Rss": of["Rss"], "Pss": of["Pss"], "Uss": of["Private_Clean"] + of["Private_Dirty"]}


def busy(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", nargs="?", default="03_the_retail_flywheel")
    kernels_inherit(os.environ)
    path = ROOT / "course" / f"{Path(parser.parse_args().chapter).stem}.ipynb"
    client = NotebookClient(
        nbformat.read(path, 4), resources={"metadata": {"path": str(path.parent)}}
    )
    with client.setup_kernel():
        pid = client.km.provisioner.pid
        begun, before = time.perf_counter(), busy(pid)
        print(f"{'cell':>4} {'since the first':>15} {'of processor':>14}   Rss    Pss    Uss in MB")
        for number, cell in enumerate(client.nb.cells):
            if cell.cell_type == "code":
                client.execute_cell(cell, number)
                passed, first = time.perf_counter() - begun, cell.source.splitlines()[0][:50]
                sizes = " ".join(f"{size:6.0f}" for size in weight(pid).values())
                worked = busy(pid) - before
                print(f"{number:4} {passed:13.1f} s {worked:12.2f} s {sizes}  {first}")


if __name__ == "__main__":
    main()
