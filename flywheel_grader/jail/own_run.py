"""A student's own notebook run on their own computer, for what its self-checks say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from flywheel_grader.words import GradingError

_LONGEST = 300  # s
_ONLY_ASKS = re.compile(r'\s*check\("[\w ]+"(?:, *hint=\d+)?\)\s*')

# The student's cells, one after the other, in a Python of their own. What a cell prints is dropped.
_RUN = """
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell
cells, said = json.load(sys.stdin), []
shell = InteractiveShell.instance()
shell.ast_node_interactivity = "all"  # a check that is not the last line is heard as well
def hear(value):
    if type(value).__name__ == "Verdict" and value.task:
        said.append([value.task, bool(value.passed), str(value.text)])
shell.display_trap.hook = hear
for cell in cells:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        shell.run_cell(cell, store_history=False)
print(json.dumps(said))
"""


def only_asks(source: str) -> bool:
    """Whether a test cell shows nothing but a self-check, such as ``check("growth")``."""
    return _ONLY_ASKS.fullmatch(source) is not None


def self_checks(path: Path, cells: list[str]) -> list[tuple[str, bool, str]]:
    """What each self-check in the code cells of a notebook says: task, whether it holds, text.

    The cells run in the folder where it lies; `GradingError` if they do not come to their end.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _RUN],
            input=json.dumps(cells),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=path.resolve().parent,
            env={**os.environ, "FLYWHEEL_CHECKING": "1"},  # so that no cell hands in
            timeout=_LONGEST,
            check=True,
        )
        said = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, IndexError, ValueError):
        raise GradingError(
            f"{path.name} does not run to its end",
            "restart its kernel, run all cells, and look where it stops",
        ) from None
    return [(str(task), bool(passed), str(text)) for task, passed, text in said]
