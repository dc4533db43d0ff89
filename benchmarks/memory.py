"""What a kernel weighs, and how soon it shows something: ``python -m benchmarks.memory [CHAPTER]``.

A chapter is run cell by cell in a kernel as `flywheel lab` starts it; Linux says what it weighs.
Resident is all that it touches, the compiler's and other libraries' code included, which kernels of
one machine share; its own is what one kernel more takes.
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
    """Megabytes of a process by what Linux calls them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(size.split()[0]) / 1024 for name, size in (x.split(":") for x in lines)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", nargs="?", default="03_the_retail_flywheel")
    kernels_inherit(os.environ)
    path = ROOT / "course" / f"{parser.parse_args().chapter}.ipynb"
    client = NotebookClient(
        nbformat.read(path, 4), resources={"metadata": {"path": str(path.parent)}}
    )
    with client.setup_kernel():
        pid, begun = client.km.provisioner.pid, time.perf_counter()
        print(f"{'cell':>4} {'since the first':>15} {'resident':>9} {'its own':>8}")
        for number, cell in enumerate(client.nb.cells):
            if cell.cell_type == "code":
                client.execute_cell(cell, number)
                now = weight(pid)
                passed, first = time.perf_counter() - begun, cell.source.splitlines()[0][:50]
                sizes = f"{now['Rss']:6.0f} MB {now['Private_Dirty']:5.0f} MB"
                print(f"{number:4} {passed:13.1f} s {sizes}  {first}")


if __name__ == "__main__":
    main()
