"""`flywheel teacher` lays out a folder to release and grade from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flywheel_edu import files
from flywheel_edu.cli import main, teacher
from flywheel_edu.errors import CommandError

LINK = re.compile(r"\]\((?!https?:|mailto:|attachment:|#)([^)#\s]+)")
ROOT = Path(__file__).resolve().parents[2]


def test_a_teacher_gets_all_solutions_checks_the_page_and_a_class_list(tmp_path, capsys):
    mine = tmp_path / "mine"
    assert main(["teacher", "--to", str(mine)]) == 0
    for name in ("solutions/*.ipynb", "exercises/*.ipynb", "exercises/checks/*.py"):
        theirs = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(name)}
        assert {path.relative_to(mine).as_posix() for path in mine.glob(name)} == theirs
    page = (ROOT / "course" / "README.md").read_text("utf-8")
    assert (mine / "for_the_teacher.md").read_text("utf-8") == page
    assert (mine / "class.csv").read_text("utf-8") == "student,name,email,id,login,section\n"
    assert "flywheel release --out handout" in capsys.readouterr().out


@pytest.mark.parametrize("laid_out", [["teacher", "--to"], ["hub", "--out"]])
def test_every_link_of_what_is_laid_out_leads_somewhere(laid_out, tmp_path):
    assert main([*laid_out, str(tmp_path)]) == 0
    texts = {path: path.read_text("utf-8") for path in tmp_path.rglob("*.md")}
    for path in tmp_path.rglob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        texts[path] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    links = [(path, to) for path, text in texts.items() for to in LINK.findall(text)]
    dead = [(path.name, to) for path, to in links if not (path.parent / to).exists()]
    assert texts
    assert not dead


def test_the_students_versions_are_made_from_there(tmp_path, monkeypatch, capsys):
    assert main(["teacher", "--to", str(tmp_path)]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["release", "--out", "handout"]) == 0
    made = json.loads((tmp_path / "handout" / "01_napkin.ipynb").read_text("utf-8"))
    own = json.loads((ROOT / "exercises" / "01_napkin.ipynb").read_text("utf-8"))
    assert [cell["source"] for cell in made["cells"]] == [cell["source"] for cell in own["cells"]]


def test_a_class_list_that_was_filled_in_stays(tmp_path, capsys):
    assert main(["teacher", "--to", str(tmp_path)]) == 0
    (tmp_path / "class.csv").write_text("student\ns1\n")
    assert main(["teacher", "--to", str(tmp_path)]) == 0
    assert (tmp_path / "class.csv").read_text() == "student\ns1\n"


def test_missing_solutions_are_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "__file__", str(tmp_path / "p" / "__init__.py"))
    with pytest.raises(CommandError) as caught:
        teacher.teachers_material()
    assert str(caught.value) == (
        f"the solutions are missing: none lies in {tmp_path / 'solutions'}\n"
        "  hint: install flywheel-edu again, or clone the whole project"
    )
