"""What the checked cells of the chapters print, kept beside the tests.

The notebooks are committed without outputs, so that nbval has nothing to hold a cell marked
with the tag ``nbval-check-output`` against. What those cells print is kept in ``kept/NN.txt``: the
text of a chapter quotes it. After a change that is meant, write the files anew and read what
changed::

    python -m tests.course.printed

"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "kept"
COURSE = Path(__file__).resolve().parents[2] / "course"
MARK = "nbval-check-output"


def printed(cells: Iterable[tuple[dict[str, Any], str, Any]]) -> str:
    """What the checked cells among them say, under their ids."""
    return "\n".join(
        f"== {cell['id']}\n{out}"
        for cell, out, _ in cells
        if MARK in cell["metadata"].get("tags", ())
    )


def ran(path: Path) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """Run a chapter: each of its code cells, what it prints, and what its last line is."""
    names: dict[str, Any] = {}
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield cell, *_said("".join(cell["source"]), names)


def _said(text: str, names: dict[str, Any]) -> tuple[str, Any]:
    """What a cell prints, a table on its last line with it; pictures have tests of their own."""
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    out, value = io.StringIO(), None
    with contextlib.redirect_stdout(out):
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            if type(value).__module__.startswith("pandas"):
                print(value)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n", value


@contextlib.contextmanager
def beside_its_files(folder: Path) -> Iterator[Path]:
    """A copy of the course to run in: a chapter reads its questions and writes a drawing."""
    there = folder / "course"
    shutil.copytree(COURSE, there, ignore=shutil.ignore_patterns("my_flywheel*"))
    with contextlib.chdir(there):
        yield there


def main() -> None:
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, beside_its_files(Path(folder)) as course:
        for path in sorted(course.glob("[0-9][0-9]_*.ipynb")):
            (KEPT / f"{path.name[:2]}.txt").write_text(printed(ran(path)), "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "agg")
    main()
