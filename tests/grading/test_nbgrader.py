"""nbgrader itself as a witness: the same student's version, and the same marks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from notebooks import (
    answer,
    cell,
    check,
    code,
    graded,
    locked,
    notebook,
    save,
    solved,
    words,
    written,
)

from flywheel_edu.cli import main
from flywheel_grader.handing_in.collect import aliases
from flywheel_grader.judging.batch import Batch, grade
from flywheel_grader.judging.results import Result, TaskResult, read_results
from flywheel_grader.notebooks.students_version import dump, student_version
from flywheel_grader.telling.feedback import write_for_nbgrader
from flywheel_grader.telling.grade_files import export_to_nbgrader
from flywheel_grader.words import GradingError

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = "05_witness"
SOURCE = notebook(
    words("# A notebook with every kind of cell"),
    code("import numpy as np", "setup") | {"outputs": [], "execution_count": 7},
    cell("code", "1 + 1", "shown", collapsed=True, scrolled=True, tags=["keep"])
    | {"outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]},
    locked("limit = 3", "locked"),
    graded("markdown", "Locked words.", "locked-words", locked=True),
    answer(
        "def growth(visits, rate):\n    # keep this line\n    ### BEGIN SOLUTION\n"
        "    gain = visits * rate\n    return visits + gain\n    ### END SOLUTION\n",
        "growth",
    ),
    check("assert growth(100, 0) == 100", "visible", 1),
    check(
        "assert growth(100, 0) == 100\n### BEGIN HIDDEN TESTS\nassert growth(100, 1) == 200\n"
        "### END HIDDEN TESTS\nassert limit == 3",
        "hidden",
        2.5,
    ),
    answer("total = 3\nother = 4", "whole-cell"),
    check("### BEGIN HIDDEN TESTS\nassert total == 3\n### END HIDDEN TESTS", "all-hidden", 3),
    answer(
        "a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION\n"
        "if a:\n    ### BEGIN SOLUTION\n    c = 3\n    ### END SOLUTION\nd = 4",
        "two-regions",
    ),
    check("score = 0\nscore += a == 1\nscore += b == 2\nscore", "partial", 2),
    written("What a student might say.", "why", 4),
    written("### BEGIN SOLUTION\nSecret words.\n### END SOLUTION\nStays.", "why-region", 4),
    graded("code", "print('by hand')", "by-hand", 2, grade=True, solution=True),
    graded(
        "markdown",
        "Draw it.\n\n=== BEGIN MARK SCHEME ===\nOne point for each arrow.\n=== END MARK SCHEME ===",
        "task",
        6,
        task=True,
        locked=True,
    ),
    cell("raw", "raw text", "raw"),
    words(""),
)
RIGHT = {
    "growth": "def growth(visits, rate):\n    return visits * (1 + rate)",
    "whole-cell": "total = 1 + 2",
    "two-regions": "a, b = 1, 2",
    "why": "Because it comes back.",
}
CLASS: dict[str, dict[str, str]] = {
    "right": RIGHT,
    "blank": {},
    "half": RIGHT | {"two-regions": "a = 1\nb = 5", "whole-cell": "total = 4"},
    "stops": RIGHT | {"growth": "def growth(visits, rate):\n    return visits / 0"},
}

_READ_SCORES = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook(sys.argv[1]) as book:
    found = {}
    for s in book.assignment_submissions(sys.argv[2]):
        grades = [g for n in s.notebooks for g in n.grades]
        found[s.student.id] = {g.name: [g.auto_score, g.manual_score, g.max_score] for g in grades}
print(json.dumps(found))
"""


@dataclass
class Course:
    """A course that nbgrader has released and graded."""

    folder: Path

    def run(self, *arguments: str) -> None:
        """Run nbgrader in the course."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "nbgrader", *arguments, "--course-dir", "."],
            cwd=self.folder,
            env=_environment(self.folder),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]

    def scores(
        self, database: str, assignment: str = EXERCISE
    ) -> dict[str, dict[str, list[float | None]]]:
        """What nbgrader's grade book has, by student and cell: automatic, by hand, most."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _READ_SCORES, database, assignment],
            cwd=self.folder,
            env=_environment(self.folder),
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, dict[str, list[float | None]]] = json.loads(done.stdout)
        return found


def _environment(folder: Path) -> dict[str, str]:
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    places = {name: str(folder / "home") for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR")}
    return os.environ | places | {"PATH": here, "JUPYTER_PLATFORM_DIRS": "1"}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = Course(tmp_path_factory.mktemp("course"))
    save(SOURCE, made.folder / "source" / EXERCISE / f"{EXERCISE}.ipynb")
    made.run("generate_assignment", EXERCISE)
    for student, answers in CLASS.items():
        handed_in = made.folder / "submitted" / student / EXERCISE / f"{EXERCISE}.ipynb"
        save(solved(SOURCE, **answers), handed_in)
    made.run("autograde", EXERCISE)
    return made


@pytest.fixture(scope="module")
def theirs(course: Course) -> dict[str, dict[str, list[float | None]]]:
    """The scores that nbgrader gave."""
    return course.scores("sqlite:///gradebook.db")


@pytest.fixture(scope="module")
def ours(course: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Batch, Path]:
    """The same class graded here, and where its results lie."""
    out = tmp_path_factory.mktemp("ours")
    source = course.folder / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    return grade(course.folder / "submitted", out, [source]), out


def _read(path: Path) -> Any:
    found = json.loads(path.read_text("utf-8"))
    for each in found["cells"]:
        each["source"] = "".join(each["source"])
    return found


def test_the_students_version_is_nbgraders_cell_for_cell(course: Course):
    theirs = _read(course.folder / "release" / EXERCISE / f"{EXERCISE}.ipynb")
    ours = json.loads(dump(student_version(SOURCE)))
    for each in ours["cells"]:
        each["source"] = "".join(each["source"])
    assert len(ours["cells"]) == len(theirs["cells"])
    for mine, other in zip(ours["cells"], theirs["cells"], strict=True):
        assert mine == other
    assert ours["metadata"] == theirs["metadata"]


def test_the_exercises_of_the_course_are_cut_as_nbgrader_cuts_them(tmp_path: Path):
    made = Course(tmp_path)
    sources = sorted((ROOT / "solutions").glob("*.ipynb"))
    place = made.folder / "source" / "all"
    place.mkdir(parents=True)
    for path in sources:
        shutil.copy(path, place)
    made.run("generate_assignment", "all")
    assert len(sources) == 12
    for path in sources:
        theirs = _read(made.folder / "release" / "all" / path.name)
        assert _read(ROOT / "exercises" / path.name)["cells"] == theirs["cells"], path.name


def test_honest_students_get_the_marks_that_nbgrader_gives(
    ours: tuple[Batch, Path], theirs: dict[str, dict[str, list[float | None]]]
):
    batch, _ = ours
    assert batch.notes == []
    found = {result.student: result for result in batch.results}
    assert set(found) == set(theirs) == set(CLASS)
    for student, result in found.items():
        for task in result.tasks:
            assert [task.points, task.max_points] == [
                theirs[student][task.id][0],
                theirs[student][task.id][2],
            ], (student, task.id)
        by_hand = {each.id for each in result.written}
        assert by_hand == set(theirs[student]) - {task.id for task in result.tasks} | {"task"}
    assert found["right"].points == 8.5
    assert found["half"].points == 4.5


def test_nbgraders_own_example_assignment_gets_nbgraders_marks(tmp_path: Path):
    import nbgrader

    example = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
    if not (example / "source" / "ps1").is_dir():
        pytest.skip("this nbgrader came without its example")
    made = Course(tmp_path / "course")
    for name in ("source", "submitted"):
        shutil.copytree(example / name, made.folder / name)
    made.run("generate_assignment", "ps1")
    made.run("autograde", "ps1")
    theirs = made.scores("sqlite:///gradebook.db", "ps1")
    sources = sorted((made.folder / "source" / "ps1").glob("*.ipynb"))
    batch = grade(made.folder / "submitted", tmp_path / "out", sources)
    (told,) = batch.notes  # and nothing of a notebook that asks for words alone
    assert told.startswith("problem1: sum_of_squares_uses_squares sets 'squares', which an answer")
    ours = {
        (each.student, task.id): (task.points, task.max_points)
        for each in batch.results
        for task in each.tasks
    }
    assert {student for student, _ in ours} == set(theirs) == {"bitdiddle", "hacker"}
    assert len(ours) == 8
    for (student, task), (points, most) in ours.items():
        assert (points, most) == (theirs[student][task][0], theirs[student][task][2]), task


def test_what_is_left_blank_gets_nothing_by_hand_and_what_is_not_waits(
    ours: tuple[Batch, Path], theirs: dict[str, dict[str, list[float | None]]]
):
    for result in read_results(ours[1]):
        for each in result.written:
            if each.id != "task":  # nbgrader keeps tasks apart from graded cells
                waits = theirs[result.student][each.id][0] is None
                assert (each.points is None) == waits, (result.student, each.id)


def test_scores_go_into_nbgraders_grade_book(
    course: Course, ours: tuple[Batch, Path], tmp_path: Path
):
    database = f"sqlite:///{tmp_path / 'own.db'}"
    assert export_to_nbgrader(read_results(ours[1]), database) == len(CLASS)
    assert export_to_nbgrader(read_results(ours[1]), database) == len(CLASS)
    scores = course.scores(database)
    assert scores["right"]["hidden"] == [2.5, None, 2.5]
    assert scores["blank"]["why"] == [None, 0.0, 4.0]
    assert scores["right"]["why"] == [None, None, 4.0]


def test_when_it_was_due_and_handed_in_is_in_nbgraders_grade_book(tmp_path: Path):
    from nbgrader.api import Gradebook

    late = Result(
        "ada", EXERCISE, 1, 1, "none", [TaskResult("hidden", 1, 1)],
        handed_in="2026-12-01T13:30:00", rule={"due": "2026-12-01 12:00"},
    )  # fmt: skip
    database = f"sqlite:///{tmp_path / 'own.db'}"
    for result, seconds in ((late, 5400), (replace(late, handed_in="2026-12-01T11:00:00"), 0)):
        export_to_nbgrader([result], database)
        with Gradebook(database) as book:
            assert book.find_submission(EXERCISE, "ada").total_seconds_late == seconds


def test_a_release_for_the_exchange_brings_the_files_that_its_notebook_reads(tmp_path: Path):
    reads = code("open('cups.csv'), open('tables/rain.csv')")
    source = save(notebook(reads, *SOURCE["cells"]), tmp_path / "solutions" / "coffee.ipynb")
    for name in ("cups.csv", "tables/rain.csv", "answers.csv", "rules.csv"):
        place = source.parent / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(name)
    assert main(["release", str(source), "--nbgrader", str(tmp_path)]) == 0
    folder = tmp_path / "release" / "coffee"
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert made == {"coffee.ipynb", "cups.csv", "tables/rain.csv"}
    assert (folder / "tables" / "rain.csv").read_text() == "tables/rain.csv"


def test_pages_go_back_by_nbgraders_own_release(tmp_path: Path):
    made = Course(tmp_path)
    for student, name in (("ada", "again"), ("B. O'B", EXERCISE), ("cy", EXERCISE)):
        place = made.folder / "submitted" / student / EXERCISE
        save(solved(SOURCE, **RIGHT), place / f"{name}.ipynb")
        (place / "timestamp.txt").write_text("2026-11-29 18:00:00.0 UTC")
        (place / "submission_secret.txt").write_text(f"secret of {student}")
    results = [
        Result(student, EXERCISE, 1, 1, "none") for student in ("ada", "bob", "cy", "nobody")
    ]
    roster = aliases({"bob": {"login": "B. O'B"}})
    found = write_for_nbgrader(results, made.folder, roster)
    assert found == (3, [f"nobody, {EXERCISE}"])
    (made.folder / "exchange" / "course" / "outbound").mkdir(parents=True)
    (made.folder / "exchange").chmod(0o777)
    made.run("release_feedback", EXERCISE, "--course", "course", "--Exchange.root=exchange")
    pages = made.folder / "exchange" / "course" / "feedback"
    for student, name, called in (
        ("ada", "again", "ada"), ("B. O'B", EXERCISE, "bob"), ("cy", EXERCISE, "cy")
    ):  # fmt: skip
        named = hashlib.md5(f"secret of {student}{name}".encode()).hexdigest()
        assert f"Feedback for {called}" in (pages / f"{named}.html").read_text("utf-8")


def _with(*cells: Any) -> Any:
    return notebook(*cells)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            _with(code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "a")),
            "a solution stands in a cell that is not marked as one:\n  ### BEGIN SOLUTION\n"
            "  hint: mark the cell as an answer, or its solution would be handed out",
        ),
        (
            _with(code("### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS", "a")),
            "BEGIN HIDDEN TESTS stands in a cell that is not a test:\n  ### BEGIN HIDDEN TESTS\n"
            "  hint: mark the cell as a test, or take the region out",
        ),
        (
            _with(answer("### BEGIN SOLUTION\nx = 1", "a")),
            "BEGIN SOLUTION has no END SOLUTION",
        ),
        (
            _with(check("### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS\n1", "a")),
            "BEGIN HIDDEN TESTS stands inside another BEGIN HIDDEN TESTS\n"
            "  hint: end it with END HIDDEN TESTS",
        ),
        (
            _with(answer("x", "a"), check("x", "a")),
            "two cells are called 'a'\n  hint: give each a grade_id of its own",
        ),
        (
            _with(graded("code", "x", "a", grade=True)),
            "'a' is graded but has no points",
        ),
        (
            _with(
                graded(
                    "markdown",
                    "BEGIN MARK SCHEME\n![x](attachment:a.png)\nEND MARK SCHEME",
                    "a",
                    1,
                    task=True,
                )
            ),
            "a mark scheme holds an attached picture, which would be handed out with the cell\n"
            "  hint: link to the picture, or leave it out",
        ),
    ],
)
def test_what_could_reach_students_by_mistake_is_refused(made: Any, message: str):
    with pytest.raises(GradingError) as caught:
        student_version(made)
    assert str(caught.value) == message
