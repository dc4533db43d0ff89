"""Every notebook cell by cell in the browser's Python, under Node: one process for all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from flywheel_edu.site.lite import browsers_python
from tests.programs import program

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
ROOMS = ("course", "exercises", "solutions")
NOTEBOOKS = [
    path.relative_to(ROOT) for room in ROOMS for path in sorted((ROOT / room).glob("*.ipynb"))
]


@pytest.fixture(scope="module")
def python(tmp_path_factory, pyodide):
    """A folder with the browser's Python as the course has it."""
    folder = tmp_path_factory.mktemp("python")
    browsers_python(pyodide, folder)
    return folder


@pytest.fixture(scope="module")
def red(tmp_path_factory, python):
    """Asks for a notebook by its path and gives what was red under each of its cells."""
    room = tmp_path_factory.mktemp("room")
    for folder in ROOMS:
        shutil.copytree(ROOT / folder, room / folder)
    command = [
        program("node", package="nodejs"),
        HERE / "cells.mjs",
        python,
        room,
        HERE / "kernel.py",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:

        def asked(notebook):
            print(notebook.as_posix(), file=run.stdin, flush=True)
            answer = run.stdout.readline()
            assert answer, f"Node ended with {run.wait()}"
            return json.loads(answer)

        yield asked
        run.stdin.close()


@pytest.mark.parametrize("name", ["python_stdlib.zip", "ipython-*.whl", "flywheel_edu-*.whl"])
def test_what_a_kernel_reads_before_it_is_ready_is_compiled_already(python, name):
    (archive,) = python.glob(name)
    inside = {Path(each).suffix for each in ZipFile(archive).namelist()}
    assert ".pyc" in inside
    assert ".py" not in inside


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=str)
def test_no_cell_of_a_notebook_is_red(red, notebook):
    open_tasks = notebook.parts[0] == "exercises"
    said = red(notebook)
    wrong = [each for each in said if each and not (open_tasks and "NotImplementedError" in each)]
    assert wrong == []
