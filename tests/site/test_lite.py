"""The browser course: unchanged notebooks, and a lock in which everything they import is listed."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from email.parser import BytesParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from flywheel_edu.errors import SiteError
from flywheel_edu.site import lite
from flywheel_edu.site.wheels import plain_name
from tests.site.test_export import notebook

CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
COMPILED = {"numpy": [], "pandas": ["numpy", "Python_dateutil"], "matplotlib": ["numpy"]}
COMPILED |= {"python-dateutil": [], "scipy": ["numpy", "openblas"], "pyarrow": ["numpy"]}


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory):
    """A folder laid out as Pyodide, with nothing in its packages."""
    folder = tmp_path_factory.mktemp("pyodide")
    packages = {}
    for name, needs in {**COMPILED, "openblas": []}.items():
        file = f"{name}-1.zip" if name == "openblas" else f"{name}-1-cp312-wasm32.whl"
        with ZipFile(folder / file, "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "")
            wheel.writestr(f"{name}/tests/large.py", "x" * 1000)
        packages[name] = {"name": name, "file_name": file, "depends": needs, "sha256": "?"}
    lock = {"info": {"python": "3.12.7"}, "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    for name in CORE:
        (folder / name).touch()
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory, pyodide):
    room = tmp_path_factory.mktemp("school")
    notebook(room / "course" / "a b.ipynb", "1 + 1")
    book = notebook(room / "course" / "c.ipynb", "2 + 2")
    text = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# C\n\nA text."}
    told = json.loads(book.read_text())
    book.write_text(json.dumps({**told, "cells": [text, *told["cells"]]}))
    (room / "course" / "questions.txt").write_text("?a: Is it?")
    notebook(room / "exercises" / "01.ipynb", "3 + 3")
    (room / "exercises" / "README.md").write_text("# For teachers")
    command = [sys.executable, "-m", "flywheel_edu", "export", "course", "--to", "public"]
    command += ["--lite", "--pyodide", str(pyodide)]
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return room


def locked(site):
    return json.loads((site / "public/lite/static/pyodide/pyodide-lock.json").read_text())


def test_notebooks_lie_in_the_browser_course_as_their_author_wrote_them(site):
    there = site / "public" / "lite" / "files"
    found = {path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()}
    named = {"course/a b.ipynb", "course/c.ipynb", "course/questions.txt", "exercises/01.ipynb"}
    assert found == named
    for name in named:
        assert (there / name).read_bytes() == (site / name).read_bytes()


def test_a_page_leads_to_its_notebook_where_it_can_be_run(site):
    page = (site / "public" / "c.html").read_text()
    ways = dict(re.findall(r'<a class="fw-run fw-(\w+)" href="([^"]+)">Run this chapter', page))
    assert ways == {  # a phone has no room for JupyterLab's list of files
        "wide": "lite/lab/index.html?path=course/c.ipynb",
        "narrow": "lite/notebooks/index.html?path=course/c.ipynb",
    }
    for way in ways.values():
        assert (site / "public" / way.partition("?")[0]).is_file()


def test_the_lock_lists_all_that_the_package_needs_each_file_with_its_fingerprint(site):
    packages = locked(site)["packages"]
    assert {"flywheel-edu", "networkx", "ipywidgets", "anywidget", "psygnal", "rich"} <= {*packages}
    assert not {"llvmlite", "pyarrow", "jupyterlab-widgets", "pytest"} & {*packages}
    assert packages["flywheel-edu"]["imports"] == [
        "flywheel_edu", "flywheel_exchange", "flywheel_grader"
    ]  # fmt: skip
    assert "numpy" in packages["flywheel-edu"]["depends"]
    assert "scipy" not in packages["flywheel-edu"]["depends"]  # half of what a visit would fetch
    for package in packages.values():
        file = site / "public/lite/static/pyodide" / package["file_name"]
        if file.suffix == ".whl":
            assert hashlib.sha256(file.read_bytes()).hexdigest() == package["sha256"]
        assert {plain_name(need) for need in package["depends"]} <= {*packages}


def test_what_the_kernel_would_install_comes_as_python_starts(site):
    config = json.loads((site / "public/lite/jupyter-lite.json").read_text())
    (kernel,) = config["jupyter-config-data"]["litePluginSettings"].values()
    asked = ["ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython"]
    assert {*asked, "micropip", "piplite"} == {*kernel["loadPyodideOptions"]["packages"]}
    assert kernel["pyodideUrl"].startswith("./static/pyodide/")
    packages = locked(site)["packages"]
    for name in ("ssl", "piplite", "pyodide-kernel", "ipykernel"):
        wheel = ZipFile(site / "public/lite/static/pyodide" / packages[name]["file_name"])
        (about,) = (each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        assert plain_name(BytesParser().parsebytes(wheel.read(about))["Name"]) == name


def test_nothing_of_this_machine_and_no_tests_travel(site):
    for path in (site / "public" / "lite").rglob("*"):
        assert path.suffix != ".map"
        if path.suffix == ".whl":
            names = ZipFile(path).namelist()
            wrong = [n for n in names if re.search(r"\.so$|\.pyc$|(^|/)tests/|^/|\.\.", n)]
            assert not wrong, path.name


def test_without_a_pyodide_the_core_is_fetched_and_packages_are_named_by_whole_addresses(
    tmp_path, pyodide, monkeypatch
):
    said = tmp_path / lite._KERNEL / "static" / "schema" / "kernel.v0.schema.json"
    assert (lite.EXTENSIONS / said.relative_to(tmp_path)).is_file()
    said.parent.mkdir(parents=True)

    def comes_from(folder):
        told = {"properties": {"pyodideUrl": {"default": f"{folder.as_uri()}/pyodide.mjs"}}}
        said.write_text(json.dumps(told))

    monkeypatch.setattr(lite, "EXTENSIONS", tmp_path)
    comes_from(pyodide)
    (into := tmp_path / "into").mkdir()
    lock = lite.fetched_lock(into)
    assert {path.name for path in into.iterdir()} == {*CORE, "pyodide-lock.json"}
    assert lock["packages"]["numpy"]["file_name"] == f"{pyodide.as_uri()}/numpy-1-cp312-wasm32.whl"
    comes_from(tmp_path)
    with pytest.raises(SiteError) as caught:
        lite.fetched_lock(into)
    assert str(caught.value) == (
        f"the browser's Python cannot be fetched from {tmp_path.as_uri()}\n"
        "  hint: is there a network? Or name a folder that holds a Pyodide with --pyodide"
    )


def test_a_folder_without_a_pyodide_is_refused(tmp_path):
    with pytest.raises(SiteError) as caught:
        lite.build_lite(tmp_path, tmp_path / "out", tmp_path, Path("nowhere"), tmp_path)
    assert str(caught.value) == (
        "there is no Pyodide in 'nowhere': it has no pyodide-lock.json\n"
        "  hint: name the folder that holds pyodide.mjs and its packages"
    )
