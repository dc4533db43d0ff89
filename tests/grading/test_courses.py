"""A course that is not ours tells the grader of itself, as an installed distribution does."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks import answer, check, code, notebook, save, solved

from flywheel_edu.exercises import variants
from flywheel_grader import courses
from flywheel_grader.handing_in.release import release_to
from flywheel_grader.jail import levels as jail
from flywheel_grader.judging.batch import grade
from flywheel_grader.limits import Limits
from flywheel_grader.words import same_id

PACKAGE = """
class Train:
    def __init__(self, name, cars):
        self.name, self.cars = name, list(cars)
    def length(self):
        return sum(self.cars)

class NoTrack(ValueError):
    pass
"""
HOOK = """
import pathlib
from rail import NoTrack, Train

kinds = {"rail:Train": (lambda train: {"name": train.name, "cars": train.cars},
                        lambda data: Train(str(data["name"]), [float(n) for n in data["cars"]]))}

def errors():
    return [NoTrack]

def beside(exercise, folder):
    return {"gauge.txt": f"1435 {exercise}".encode()}

def ticket(student, exercise, secret):
    return f"{student}/{exercise}/{len(secret)}"

def out_of_reach():
    return [pathlib.Path(__file__).parent / "answers"]
"""
SOURCE = notebook(
    code("import rail"),
    code('ticket = ""'),
    answer("### BEGIN SOLUTION\ntrain = rail.Train('Flyer', [20, 30.5])\n### END SOLUTION", "make"),
    check("assert isinstance(train, rail.Train)\n"
          "assert train.length() == 50.5 and train.name == 'Flyer'", "test_train", 2),
    answer("### BEGIN SOLUTION\ndef stop(km):\n    raise rail.NoTrack(km)\n### END SOLUTION",
           "stop"),
    check("try:\n    stop(7)\nexcept rail.NoTrack as problem:\n    assert problem.args == (7,)\n"
          "else:\n    raise AssertionError('went on')", "test_stop"),
    answer("### BEGIN SOLUTION\ngauge = open('gauge.txt').read()\n### END SOLUTION", "gauge"),
    check("assert gauge == '1435 12_rail'", "test_gauge"),
)  # fmt: skip


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution called rail, in a folder of its own on the path."""
    home = tmp_path / "site"
    (home / "rail" / "answers").mkdir(parents=True)
    (home / "rail" / "__init__.py").write_text(PACKAGE, "utf-8")
    (home / "rail" / "for_grader.py").write_text(HOOK, "utf-8")
    (home / "rail" / "answers" / "right.txt").write_text("Flyer", "utf-8")
    about = home / "rail-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: rail\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text(
        "[flywheel_grader.courses]\nrail = rail.for_grader\n", "utf-8"
    )
    monkeypatch.syspath_prepend(home)
    monkeypatch.setattr(courses, "_known", None)
    for name in ("rail", "rail.for_grader"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert [each.package for each in courses.known()] == ["flywheel_edu", "rail"]
    return home


@pytest.mark.parametrize("level", [None, "unshare", "process"])
def test_an_object_of_another_course_crosses_and_its_files_lie_beside_the_notebook(
    level: str | None, installed: Path, tmp_path: Path
):
    source = save(SOURCE, tmp_path / "teacher" / "12_rail.ipynb")
    handed_in = {
        "right": {"make": "train = rail.Train('Flyer', [50.5])"},
        "wrong": {"make": "train = rail.Train('Flyer', [50])"},
        "claims": {
            "make": "class Train(rail.Train):\n    def __eq__(self, o): return True\n"
            "    def length(self): return 50.5\ntrain = Train('Flyer', [1])"
        },
        "stands in": {
            "make": "class Any:\n    name = 'Flyer'\n    def length(self): return 50.5\n"
            "train = Any()"
        },
        "looks": {
            "make": f"train = rail.Train(open({str(installed)!r} + "
            "'/rail/answers/right.txt').read(), [50.5])"
        },
    }
    rest = {"stop": "def stop(km):\n    raise rail.NoTrack(km)", "gauge": SOURCE_GAUGE}
    for student, own in handed_in.items():
        save(solved(SOURCE, **own, **rest), tmp_path / "in" / student / source.name)
    batch = grade(tmp_path / "in", tmp_path / "out", [source], level, limits=Limits(cell=3))
    assert batch.notes == []
    points = {each.student: [task.points for task in each.tasks] for each in batch.results}
    assert points == {
        "right": [2, 1, 1],
        "wrong": [0, 1, 1],
        "claims": [0, 1, 1],
        "stands in": [0, 1, 1],
        "looks": [0 if batch.level in ("bwrap", "unshare") else 2, 1, 1],
    }


SOURCE_GAUGE = "gauge = open('gauge.txt').read()"


def test_another_course_writes_its_own_tickets(installed: Path, tmp_path: Path):
    source = save(SOURCE, tmp_path / "12_rail.ipynb")
    (path,) = release_to(source, tmp_path / "out", ["ada"], b"a secret")
    assert 'ticket = \\"ada/12_rail/8\\"' in path.read_text("utf-8")


def test_what_a_course_does_not_say_has_no_meaning():
    nothing = courses.Course()
    assert (nothing.beside("x", Path()), nothing.failed_cases(3), nothing.numbers(3)) == (
        None, None, None,
    )  # fmt: skip
    assert (list(nothing.errors()), dict(nothing.kinds)) == ([], {})


@given(st.text(max_size=12))
def test_a_students_id_has_one_spelling_on_both_sides_of_the_desk(student: str):
    assert same_id(student) == variants.same_id(student)


def test_a_folder_that_is_not_there_needs_no_hiding(tmp_path: Path, installed: Path):
    found = courses.hidden_folders()
    assert str(installed / "rail" / "answers") in found
    assert all(Path(each).is_dir() for each in found)
    if sys.platform == "linux" and shutil.which("bwrap"):
        with jail.start("bwrap", [], Limits()) as strongest:
            assert strongest.level == "bwrap"
