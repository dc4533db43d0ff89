"""A teacher adds an exercise with two files, as the teacher's page shows, outside the project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from notebooks import answer, check, code, notebook, save

from flywheel_edu.cli import main
from flywheel_grader.judging.results import read_results

PAGE = Path(__file__).parents[2] / "course" / "README.md"


def shown() -> tuple[str, str]:
    """The cells of the notebook and the file of checks, as the page shows them."""
    blocks = re.findall(r"(?s)```python\n(.*?)```", PAGE.read_text("utf-8"))
    cells, checks = (each for each in blocks if "12_mine" in each)
    return cells, checks


def as_notebook(cells: str) -> dict[str, object]:
    """A notebook of these cells, marked as the lines behind ``# %%`` say."""
    made = []
    for text in cells.split("# %% ")[1:]:
        head, source = text.split("\n", 1)
        if head.startswith("answer: "):
            made.append(answer(source.strip(), head.removeprefix("answer: ")))
        elif found := re.fullmatch(r"test: (\w+), (\d+) points", head):
            made.append(check(source.strip(), found[1], int(found[2])))
        else:
            made.append(code(source.strip(), head.replace(" ", "-")))
    return notebook(*made)


def test_two_files_are_an_exercise_from_the_release_to_the_grade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    cells, checks = shown()
    monkeypatch.chdir(tmp_path)
    save(as_notebook(cells), tmp_path / "solutions" / "12_mine.ipynb")
    (tmp_path / "exercises" / "checks").mkdir(parents=True)
    (tmp_path / "exercises" / "checks" / "12_mine.py").write_text(checks, "utf-8")
    Path("class.csv").write_text("student\nada\nbob\ncy\neve\n", "utf-8")
    release = "release --out handout --students class.csv --secret secret.key"
    assert main(release.split()) == 0
    assert main(["release"]) == 0
    assert "BEGIN" not in Path("exercises/12_mine.ipynb").read_text("utf-8")

    answers = {
        "ada": "def profit(orders):\n    return orders * given.margin",
        "bob": "def profit(orders):\n    return orders",
        "eve": "from pathlib import Path\nimport runpy\n"
        "made = runpy.run_path(str(next(Path('checks').glob('*.py'))))\n"
        "def profit(orders):\n    return orders * given.margin",
    }
    Path("in").mkdir()
    for student, text in answers.items():
        made = json.loads(Path("handout", student, "12_mine.ipynb").read_text("utf-8"))
        for each in made["cells"]:
            if each["id"] == "profit":
                each["source"] = text
        mine = save(made, tmp_path / "exercises" / f"{student}" / "12_mine.ipynb")
        (mine.parent / "checks").symlink_to(tmp_path / "exercises" / "checks")
        capsys.readouterr()
        ready = main(["check", str(mine)])
        said = capsys.readouterr().out
        if student == "ada":
            assert ready == 0, said
            assert said.startswith("profit: holds\n")
        elif student == "bob":
            assert ready == 1
            assert "This looks like 'revenue for profit': what does one order leave over?" in said
        assert main(["pack", str(mine), "--out", "in"]) == 0
    (broken,) = (each for each in made["cells"] if each["id"] == "profit")
    broken["source"] = f"said = \u201cper order\u201d\n{answers['ada']}"
    save(made, tmp_path / "in" / "cy.ipynb")
    assert main("collect in --out submissions --students class.csv".split()) == 0
    grade = "grade --submissions submissions --out grades --secret secret.key"
    assert main(grade.split()) == 0
    results = {each.student: each for each in read_results(tmp_path / "grades")}
    points = {name: each.points for name, each in results.items()}
    assert points == {"ada": 2, "bob": 0, "cy": 0, "eve": 0}
    assert results["ada"].problems == []
    assert results["bob"].tasks[0].misconception == "revenue for profit"
    # What Python cannot read is said, and is no wrong idea of the subject.
    assert results["cy"].tasks[0].misconception == ""
    assert results["cy"].tasks[0].message == "'profit' is not defined"
    assert main("export --out grades --to moodle".split()) == 0
    says = "cell 2 cannot be read: line 1, 'said = \u201cper order\u201d': curly quotes"
    assert says in Path("grades/grades-moodle-12_mine.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ('check("profit")\nassert profit(0) == 0', True),
        ('check("profit");', True),
        ('said = check("profit")\nprint(said)', False),
        ('assert profit(0) == 0\ncheck("profit")', False),
        (
            'check("profit")\n### BEGIN HIDDEN TESTS\nassert profit(0) == 0\n### END HIDDEN TESTS',
            False,
        ),
    ],
)
def test_release_tells_where_what_a_check_says_is_not_shown(
    test: str, told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    solution = "### BEGIN SOLUTION\ndef profit(orders):\n    return 2 * orders\n### END SOLUTION"
    made = notebook(code("check = print"), answer(solution, "profit"), check(test, "test_profit"))
    assert main(["release", str(save(made, tmp_path / "ex.ipynb")), "--out", str(tmp_path)]) == 0
    said = (
        "ex: test_profit: students do not see what check(...) says, since it is not the last "
        "thing that they have of this cell; put it last, or in a cell of its own\n"
    )
    assert (said in capsys.readouterr().out) == told
