"""What grading costs: ``python -m benchmarks.grading [--quick] [--to FOLDER]``.

Grades a class of thirty right, wrong and blank submissions of one exercise, then again with nothing
changed, and shows what nbgrader takes for a few of the same on the same machine. CPU time is that
of all processes together, the jail's too. Writes ``grading.json`` and ``grading.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flywheel_grader.notebooks.students_version import student_version

CLASS, WITNESSED = 30, 4
EXERCISE = "growth"

_SOLUTION = {
    "growth": "def growth(visits, rate):\n    return visits * (1 + rate)",
    "table": "visits = [100 * 1.1 ** n for n in range(3)]\n"
    "table = pd.DataFrame({'year': range(3), 'visits': visits})",
    "total": "total = np.sum([growth(v, 0.2) for v in (10, 20, 30)])",
}
_TESTS = {
    "growth": "assert growth(100, 0) == 100\nassert abs(growth(100, 0.1) - 110) < 1e-9",
    "table": "assert list(table.columns) == ['year', 'visits']\n"
    "np.testing.assert_allclose(table.visits, [100, 110, 121])",
    "total": "assert abs(total - 72) < 1e-9",
}
_WRONG = ("return visits * (1 + rate)", "return visits + rate")


@dataclass
class Cost:
    """What a grader took for so many submissions: seconds on the clock, and of all CPUs."""

    grader: str
    submissions: int
    seconds: float
    cpu: float

    @property
    def each(self) -> float:
        """CPU seconds for one submission."""
        return self.cpu / self.submissions


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the other graders")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder for results")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), asked.quick)
    asked.to.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine(), "costs": [asdict(each) for each in found]}
    (asked.to / "grading.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (asked.to / "grading.md").write_text(table(found), "utf-8")
    print(table(found))


def measure(folder: Path, quick: bool) -> list[Cost]:
    source = write(notebook(), folder / "source" / EXERCISE / f"{EXERCISE}.ipynb")
    for number in range(CLASS):
        made = handed_in(number)
        write(made, folder / "submitted" / f"s{number:02}" / EXERCISE / f"{EXERCISE}.ipynb")
    arguments = (str(folder / "submitted"), str(folder / "out"), str(source))
    ours = [sys.executable, "-c", _OURS, *arguments]
    found = [
        cost("flywheel grade", CLASS, lambda: run(ours, folder)),
        cost("flywheel grade, nothing changed", CLASS, lambda: run(ours, folder)),
    ]
    results = json.loads((folder / "out" / "results.json").read_text())
    points = [each["points"] for each in results]
    assert points == [6.0, 2.0, 0.0] * (CLASS // 3), points
    if not quick:
        nbgrader = [sys.executable, "-W", "ignore", "-m", "nbgrader"]
        run([*nbgrader, "generate_assignment", EXERCISE, "--course-dir", str(folder)], folder)
        few = "s0[0-3]"
        command = [*nbgrader, "autograde", EXERCISE, "--student", few, "--course-dir", str(folder)]
        found.append(cost("nbgrader autograde", WITNESSED, lambda: run(command, folder)))
    return found


# What the command does; bubblewrap tells no parent of the CPU seconds that it used.
_OURS = """
import sys
from pathlib import Path
from flywheel_grader.judging.batch import grade
submissions, out, source = map(Path, sys.argv[1:])
grade(submissions, out, [source], "unshare")
"""


def cost(grader: str, submissions: int, work: Callable[[], object]) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(grader, submissions, round(seconds, 3), round(cpu, 3))


def run(command: list[str], folder: Path) -> None:
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    places = {"HOME": str(folder), "JUPYTER_PLATFORM_DIRS": "1", "PATH": here}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | places, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])


def notebook() -> dict[str, Any]:
    cells = [cell("import numpy as np\nimport pandas as pd", "setup")]
    for name, text in _SOLUTION.items():
        solved = f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"
        cells.append(cell(solved, name, solution=True))
        hidden = f"### BEGIN HIDDEN TESTS\n{_TESTS[name]}\n### END HIDDEN TESTS"
        cells.append(cell(hidden, f"test_{name}", grade=True, locked=True, points=2))
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cell(source: str, name: str, **says: Any) -> dict[str, Any]:
    nbgrader = {"grade": False, "solution": False, "locked": False, "task": False}
    metadata = {"nbgrader": nbgrader | says | {"grade_id": name, "schema_version": 3}}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name.replace("_", "-"),
        "metadata": metadata if says else {},
        "outputs": [],
        "source": source,
    }


def handed_in(number: int) -> dict[str, Any]:
    """Right, wrong and blank in turn."""
    made = student_version(notebook())
    for each in made["cells"]:
        if each["id"] in _SOLUTION and number % 3 < 2:
            text = _SOLUTION[each["id"]]
            each["source"] = text.replace(*_WRONG) if number % 3 else text
    return made


def write(made: dict[str, Any], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), "utf-8")
    return path


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def table(found: list[Cost]) -> str:
    lines = [
        "# What grading costs",
        "",
        f"Measured by `python -m benchmarks.grading` on {machine()}.",
        "",
        "| grader | submissions | seconds | CPU seconds for each |",
        "|---|--:|--:|--:|",
    ]
    lines += [
        f"| {each.grader} | {each.submissions} | {each.seconds:.2f} | {each.each:.3f} |"
        for each in found
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
