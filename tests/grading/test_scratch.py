"""The teacher's tests leave nothing behind, and what they write reaches the student's program."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebooks import answer, check, notebook, save, solved

from flywheel_grader.judging.batch import grade

EXERCISE = "10_files"
SOURCE = notebook(
    answer("### BEGIN SOLUTION\ndef lines(name):\n    return len(open(name).readlines())\n"
           "### END SOLUTION", "lines"),
    check("open('t_in.txt', 'w').write('a\\nb')\nassert lines('t_in.txt') == 2", "written"),
    check("open('t_in.txt', 'a').write('\\nc')\nassert lines('t_in.txt') == 3", "added"),
    check("assert lines('data/years.csv') == 3", "below"),
    check("import os\nassert lines(os.path.join('data', 'towns.csv')) == 1", "in two parts"),
    check("import os\nassert not os.path.exists('left.txt')\nopen('left.txt', 'w').close()", "new"),
    check("assert open('../notes.txt').read() == 'beside'", "near"),
)  # fmt: skip


@pytest.mark.parametrize("level", [None, "process"])
def test_the_same_command_twice_gives_the_same_marks(
    level: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    source = save(SOURCE, tmp_path / "solutions" / f"{EXERCISE}.ipynb")
    (source.parent / "data").mkdir()
    (source.parent / "data" / "years.csv").write_text("year\n1\n2\n", "utf-8")
    (source.parent / "data" / "towns.csv").write_text("town\n", "utf-8")
    (tmp_path / "notes.txt").write_text("beside", "utf-8")
    right = "def lines(name):\n    with open(name) as file:\n        return sum(1 for _ in file)"
    for student in "abc":
        save(solved(SOURCE, lines=right), tmp_path / "in" / student / source.name)
    before = sorted(source.parent.rglob("*"))
    for again in (False, True, True):
        batch = grade(tmp_path / "in", tmp_path / "out", [source], level, again=again)
        assert batch.notes == []
        assert [each.points for each in batch.results] == [6, 6, 6]
    assert sorted(source.parent.rglob("*")) == before
    assert list((tmp_path / "cwd").iterdir()) == []
