"""A kernel of the browser's Python without a browser: run by cells.mjs, inside Pyodide."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout

from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell

HistoryManager.enabled = False
shell = InteractiveShell.instance()
# As a notebook asks for every look of a value, so that each of them is made.
shell.display_formatter.active_types = shell.display_formatter.format_types


def begin(notebook):
    """The code cells of a notebook, in a kernel that knows nothing, in the notebook's folder."""
    path = os.path.join("/room", notebook)
    os.chdir(os.path.dirname(path))
    shell.reset()
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(code):
    """What is red under a cell: the name of an error, or what was written there."""
    red = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(red):
        done = shell.run_cell(code, store_history=True)
    error = done.error_before_exec or done.error_in_exec
    return f"{type(error).__name__}: {error}" if error else red.getvalue()
