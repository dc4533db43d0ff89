"""From notebooks to a site: what stops it, and that nothing is lost when it stops."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from flywheel_edu.errors import SiteError
from flywheel_edu.site import export, export_site


def notebook(path, *cells, **metadata):
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    made = [{**code, "id": f"c{i}", "source": source} for i, source in enumerate(cells)]
    book = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(book))
    return path


def said(source, site):
    with pytest.raises(SiteError) as caught:
        export_site(source, site)
    return str(caught.value)


def test_what_must_be_installed_is_said_with_the_line_that_installs_it(tmp_path, monkeypatch):
    there = export.importlib.util.find_spec
    monkeypatch.setattr(
        export.importlib.util,
        "find_spec",
        lambda name: None if name in ("sphinx", "myst_nb") else there(name),
    )
    assert said(tmp_path, tmp_path / "site") == (
        "a site cannot be made without Sphinx and myst-nb\n"
        '  hint: python -m pip install "flywheel-edu[site]"'
    )


def test_a_file_that_is_no_notebook_and_another_language_are_refused(tmp_path):
    book = notebook(tmp_path / "in" / "a.ipynb", kernelspec={"language": "R"})
    assert said(book, tmp_path / "site") == (
        "a.ipynb is written in R\n  hint: only notebooks in Python can be run here"
    )
    book.write_text("no notebook")
    assert said(tmp_path / "in", tmp_path / "site") == (
        "a.ipynb cannot be read as a notebook\n  hint: open it in JupyterLab and save it again"
    )


def test_a_cell_that_stops_is_named_and_leaves_the_folder_as_it_was(tmp_path):
    notebook(
        tmp_path / "in" / "a.ipynb",
        "open('mine.txt', 'w').write('x')",
        "# the growth\n1 / 0",
        "open('later.txt', 'w').write('x')",
    )
    command = [sys.executable, "-m", "flywheel_edu", "export", "in", "--to", "site"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "flywheel: a.ipynb stops at the cell: # the growth\n"
        "  ZeroDivisionError: division by zero\n"
        "  hint: run it from the top; a cell that is meant to stop has the tag raises-exception\n"
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.ipynb", "in"]
