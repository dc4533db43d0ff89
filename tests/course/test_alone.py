"""A chapter by itself, as Colab has it: it installs what it needs and finds its questions."""

from __future__ import annotations

import json
import runpy
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from traitlets.config import Config

from flywheel_edu.cli import lab
from flywheel_edu.site.living import VIEW

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "course").glob("0[0-3]_*.ipynb"))
colab = runpy.run_path(str(ROOT / "scripts" / "colab"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_it_runs_from_an_empty_folder(path, tmp_path):
    book = nbformat.read(path, as_version=4)
    book.cells[:0] = nbformat.from_dict(colab["opening"]("https://github.com/a/b", "c"))
    where = {"metadata": {"path": str(tmp_path)}}
    wishes = {"kernel_name": "python3", "resources": where, "store_widget_state": False}
    NotebookClient(book, timeout=120, **wishes).execute()
    shown = [out["data"] for cell in book.cells for out in cell.get("outputs", ()) if "data" in out]
    assert len(shown) > 5
    assert all("image/png" in data for data in shown if VIEW in data)
    keep_the_words_of_pictures(book)


def keep_the_words_of_pictures(book):
    """nbconvert's own page has every picture, those of widgets too, and the words of each."""
    said = [
        out["metadata"]["image/png"]["alt"]
        for cell in book.cells
        for out in cell.get("outputs", ())
        if "image/png" in out.get("data", {}) and "text/html" not in out["data"]
    ]
    names = {"HTMLExporter": {"preprocessors": [lab.KEEPS_WORDS]}}
    page, _ = HTMLExporter(config=Config(names)).from_notebook_node(book)
    found = BeautifulSoup(page, "html.parser").select("img")
    assert said
    assert [image["alt"] for image in found] == said
    assert "No description has been provided" not in page


def test_without_an_address_no_copy_is_made(tmp_path, capsys):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert colab["main"](["colab"], tmp_path) == 2
    assert capsys.readouterr().err == ("write the project's address first: in pyproject.toml\n")
    assert not (tmp_path / "colab").exists()


def test_with_an_address_each_copy_leads_to_itself_and_installs_in_colab_alone(
    tmp_path, capsys, monkeypatch
):
    empty, address = 'address = ""\n', 'address = "https://github.com/someone/wheel.git"\n'
    project = (ROOT / "pyproject.toml").read_text("utf-8").replace(empty, address)
    (tmp_path / "pyproject.toml").write_text(project, "utf-8")
    (tmp_path / "course").mkdir()
    shutil.copy(CHAPTERS[1], tmp_path / "course")
    assert colab["main"](["colab"], tmp_path) == 0
    book = json.loads((tmp_path / "colab" / CHAPTERS[1].name).read_text("utf-8"))
    nbformat.validate(nbformat.from_dict(book))
    assert book["cells"][0]["source"] == (
        "[Open in Colab](https://colab.research.google.com/github/someone/wheel/blob/main/colab/"
        "01_the_napkin.ipynb)"
    )
    assert book["cells"][2:] == json.loads(CHAPTERS[1].read_text("utf-8"))["cells"]

    asked = []

    class Shell:
        def run_line_magic(self, *magic):
            asked.append(magic)

    def run():
        exec(book["cells"][1]["source"], {"get_ipython": Shell})

    run()
    assert asked == []
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    run()
    assert asked == [
        ("pip", "install --quiet git+https://github.com/someone/wheel.git"),
        ("load_ext", "flywheel_edu.notebook"),
    ]
