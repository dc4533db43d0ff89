"""Other teachers' tests: on each kind the marks of nbgrader, which runs them in a kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from idioms import IDIOMS
from notebooks import answer, check, code, notebook, save, solved

from flywheel_grader.jail import levels as jail
from flywheel_grader.judging.judge import judge, learn_kinds
from flywheel_grader.judging.results import TaskResult
from flywheel_grader.judging.scratch import scratch_copy
from flywheel_grader.limits import Limits
from flywheel_grader.notebooks.cells import read_notebook
from flywheel_grader.notebooks.source import Source

LIMITS = Limits(cell=5, call=2, submission=20)
SETUP = "import numpy as np\nimport pandas as pd"

# As nbgrader does it: answer and test in one shell; whatever the test raises takes its point.
_IN_ONE_SHELL = """
import json, os, sys, tempfile
from IPython.core.interactiveshell import InteractiveShell
import builtins
real, marks = builtins.input, []
for cells in json.load(sys.stdin):
    os.chdir(tempfile.mkdtemp(dir=sys.argv[1]))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    sys.modules["__main__"].__dict__.update(shell.user_ns)
    shell.user_ns = sys.modules["__main__"].__dict__
    before = set(shell.user_ns)
    plt = sys.modules.get("matplotlib.pyplot")
    for cell in cells[:-1]:
        shell.run_cell(cell, silent=True)
        if plt := sys.modules.get("matplotlib.pyplot"):
            plt.close("all")  # as a notebook's own charts are, once they are shown
    marks.append(int(shell.run_cell(cells[-1], silent=True).success))
    for name in set(shell.user_ns) - before:
        del shell.user_ns[name]
    builtins.input = real
print("\\n" + json.dumps(marks), flush=True)
os._exit(0)  # the shells' own threads would be waited for
"""


@pytest.fixture(scope="module")
def of_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], int]:
    """What one shell gives to each right and each wrong answer."""
    cells = [[SETUP, own, test] for _, test, *both in IDIOMS.values() for own in both]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _IN_ONE_SHELL, str(tmp_path_factory.mktemp("x"))],
        input=json.dumps(cells), capture_output=True, text=True, check=True, timeout=120,
        env=os.environ | {"MPLBACKEND": "Agg"},
    )  # fmt: skip
    found = iter(json.loads(done.stdout.splitlines()[-1]))
    return {(name, which): next(found) for name in IDIOMS for which in ("right", "wrong")}


@pytest.fixture(scope="module")
def warm() -> Iterator[jail.Jail]:
    with jail.start(None, ["numpy", "pandas", "matplotlib.pyplot"], LIMITS) as found:
        yield found


def marked(
    warm: jail.Jail, solution: str, test: str, folder: Path, *answers: str
) -> list[TaskResult]:
    """What each answer gets, where the teacher's own is `solution`."""
    made = notebook(
        code(SETUP, "setup"),
        answer(f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION", "task"),
        check(test, "test"),
    )
    source = Source.read(save(made, folder / "source" / "idiom.ipynb"))
    with scratch_copy(source.path.parent) as scratch:
        kinds, own = learn_kinds(source, warm, {}, scratch)
    assert own.marks[0].points == 1, own.marks[0].detail
    found = []
    for each in answers:
        handed_in = save(solved(made, task=each), folder / "in" / "idiom.ipynb")
        cells = read_notebook(handed_in)
        with scratch_copy(source.path.parent) as scratch:
            found.append(judge(cells, source, warm, kinds, scratch=scratch).marks[0])
    return found


def test_there_are_enough_kinds():
    assert len(IDIOMS) >= 38


@pytest.mark.parametrize("name", IDIOMS)
def test_each_idiom_gives_what_nbgrader_gives(
    name: str, of_nbgrader: dict[tuple[str, str], int], warm: jail.Jail, tmp_path: Path
):
    solution, test, right, wrong = IDIOMS[name]
    assert (of_nbgrader[name, "right"], of_nbgrader[name, "wrong"]) == (1, 0)
    first, second = marked(warm, solution, test, tmp_path, right, wrong)
    assert (first.points, second.points) == (1, 0), first.detail
    assert second.message
