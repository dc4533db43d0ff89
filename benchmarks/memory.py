"""What a kernel weighs, and how soon it shows something: ``python -m benchmarks.memory [CHAPTER]``.

A chapter is run cell by cell in a kernel as `flywheel lab` starts it, with ``--kernels 8`` in eight
that are there at once. Linux says what each weighs, in three numbers. Rss is all that is in memory,
shared with other processes or not; in Pss what is shared is divided among those who share it; Uss
is what this kernel alone takes, and one kernel more would take again. Beside the clock stands the
kernel's own processor time, which other work on the machine does not lengthen much. Libraries
should be compiled to bytecode, as pip leaves them; else compiling them is measured, too.
"""

from __future__ import annotations

import argparse
import os
import time
from contextlib import ExitStack
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
    parser.add_argument("--kernels", type=int, default=1)
    asked = parser.parse_args()
    kernels_inherit(os.environ)
    path = ROOT / "course" / f"{Path(asked.chapter).stem}.ipynb"
    with ExitStack() as stack:  # all kernels stay until the last is weighed
        pids = [begun(path, stack, told=number == 0) for number in range(asked.kernels)]
        for pid in pids:
            print(f"kernel {pid}:", {name: round(size) for name, size in weight(pid).items()})


def begun(path: Path, stack: ExitStack, *, told: bool) -> int:
    """The process of a kernel that has run a chapter."""
    client = NotebookClient(
        nbformat.read(path, 4), resources={"metadata": {"path": str(path.parent)}}
    )
    stack.enter_context(client.setup_kernel())
    pid = int(client.km.provisioner.pid)
    since, before = time.perf_counter(), busy(pid)
    if told:
        print(f"{'cell':>4} {'since the first':>15} {'of processor':>14}   Rss    Pss    Uss in MB")
    for number, cell in enumerate(client.nb.cells):
        if cell.cell_type == "code":
            client.execute_cell(cell, number)
            passed, first = time.perf_counter() - since, cell.source.splitlines()[0][:50]
            sizes = " ".join(f"{size:6.0f}" for size in weight(pid).values())
            if told:
                print(f"{number:4} {passed:13.1f} s {busy(pid) - before:12.2f} s {sizes}  {first}")
    return pid


if __name__ == "__main__":
    main()
