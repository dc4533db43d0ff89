"""The course is handed out beside a student's work, and what they changed stays."""

from __future__ import annotations

import json

import pytest

from flywheel_edu import files
from flywheel_edu.cli import handout
from flywheel_edu.cli.handout import HandOut, hand_out
from flywheel_edu.errors import CommandError


@pytest.fixture
def course(tmp_path):
    """Two files to hand out, as `material` gives them."""
    files = {}
    for name in ("course/00_start.ipynb", "exercises/01_napkin.ipynb"):
        place = tmp_path / "upstream" / name
        place.parent.mkdir(parents=True)
        place.write_text(f"first {name}", encoding="utf-8")
        files[name] = place
    return files


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "my-flywheel"


def read(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def test_the_first_time_every_file_is_new(course, mine):
    done = hand_out(course, mine)
    assert done == HandOut(new=list(course))
    assert {name: read(mine, name) for name in course} == {name: f"first {name}" for name in course}


def test_handing_out_again_does_nothing(course, mine):
    hand_out(course, mine)
    assert hand_out(course, mine) == HandOut()


def test_a_file_the_student_changed_is_left_alone(course, mine):
    hand_out(course, mine)
    (mine / "course/00_start.ipynb").write_text("my notes", encoding="utf-8")
    assert hand_out(course, mine) == HandOut(yours=["course/00_start.ipynb"])
    assert read(mine, "course/00_start.ipynb") == "my notes"


def test_a_file_only_the_course_changed_is_brought_up_to_date(course, mine):
    hand_out(course, mine)
    course["course/00_start.ipynb"].write_text("second", encoding="utf-8")
    assert hand_out(course, mine) == HandOut(renewed=["course/00_start.ipynb"])
    assert read(mine, "course/00_start.ipynb") == "second"


def notebook(*sources, **about):
    """A notebook of code cells; `about` is what running and looking leave in each."""
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**code, "source": source, **about} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def test_a_notebook_that_was_only_opened_and_run_does_not_count_as_changed(course, mine):
    name = "course/00_start.ipynb"
    course[name].write_text(notebook("1 + 1"), encoding="utf-8")
    hand_out(course, mine)
    seen = {"outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]}
    ran = notebook(["1 + ", "1"], execution_count=3, metadata={"scrolled": True}, **seen)
    (mine / name).write_text(ran, encoding="utf-8")
    assert hand_out(course, mine) == HandOut()
    assert read(mine, name) == ran
    course[name].write_text(notebook("1 + 2"), encoding="utf-8")
    assert hand_out(course, mine) == HandOut(renewed=[name])
    assert read(mine, name) == notebook("1 + 2")


def test_a_notebook_in_which_a_cell_was_added_counts_as_changed(course, mine):
    name = "course/00_start.ipynb"
    course[name].write_text(notebook("1 + 1"), encoding="utf-8")
    hand_out(course, mine)
    (mine / name).write_text(notebook("1 + 1", ""), encoding="utf-8")
    assert hand_out(course, mine) == HandOut(yours=[name])


def test_an_exercise_whose_points_alone_changed_is_brought_up_to_date(course, mine):
    name = "exercises/01_napkin.ipynb"
    for points in (1, 2):
        graded = notebook("1 + 1", metadata={"nbgrader": {"points": points}})
        course[name].write_text(graded, encoding="utf-8")
        done = hand_out(course, mine)
    assert done == HandOut(renewed=[name])


def test_a_file_that_both_changed_is_kept_and_the_new_one_lies_beside_it(course, mine):
    hand_out(course, mine)
    (mine / "course/00_start.ipynb").write_text("my notes", encoding="utf-8")
    for number, arrived in enumerate(("00_start-new.ipynb", "00_start-new-2.ipynb")):
        course["course/00_start.ipynb"].write_text(f"version {number}", encoding="utf-8")
        done = hand_out(course, mine)
        assert done == HandOut(beside=[("course/00_start.ipynb", f"course/{arrived}")])
        assert read(mine, f"course/{arrived}") == f"version {number}"
        assert hand_out(course, mine) == HandOut(yours=["course/00_start.ipynb"])
    assert read(mine, "course/00_start.ipynb") == "my notes"


def test_a_deleted_file_comes_back(course, mine):
    hand_out(course, mine)
    (mine / "course/00_start.ipynb").unlink()
    assert hand_out(course, mine) == HandOut(new=["course/00_start.ipynb"])
    assert read(mine, "course/00_start.ipynb") == "first course/00_start.ipynb"


@pytest.mark.parametrize("record", ["", "{", "[]", '{"course/00_start.ipynb": 7}'])
def test_a_lost_or_broken_record_never_costs_the_student_their_work(course, mine, record):
    hand_out(course, mine)
    (mine / handout.RECORD).write_text(record, encoding="utf-8")
    (mine / "course/00_start.ipynb").write_text("my notes", encoding="utf-8")
    for _again in range(2):
        hand_out(course, mine)
        assert read(mine, "course/00_start.ipynb") == "my notes"
    assert read(mine, "course/00_start-new.ipynb") == "first course/00_start.ipynb"
    assert not (mine / "course/00_start-new-2.ipynb").exists()


def test_a_folder_that_was_there_before_the_course_is_not_written_over(course, mine):
    (mine / "course").mkdir(parents=True)
    (mine / "course/00_start.ipynb").write_text("something else", encoding="utf-8")
    done = hand_out(course, mine)
    assert done.beside == [("course/00_start.ipynb", "course/00_start-new.ipynb")]
    assert read(mine, "course/00_start.ipynb") == "something else"


def test_a_file_the_student_already_brought_up_to_date_counts_as_untouched(course, mine):
    hand_out(course, mine)
    for version in ("second", "third"):
        course["course/00_start.ipynb"].write_text(version, encoding="utf-8")
        if version == "second":
            (mine / "course/00_start.ipynb").write_text(version, encoding="utf-8")
            assert hand_out(course, mine) == HandOut()
    assert hand_out(course, mine) == HandOut(renewed=["course/00_start.ipynb"])


def test_the_record_is_plain_json_with_one_digest_a_file(course, mine):
    hand_out(course, mine)
    record = json.loads((mine / handout.RECORD).read_text(encoding="utf-8"))
    assert set(record) == set(course)
    assert {len(digest) for digest in record.values()} == {64}


def test_chapters_and_exercises_are_handed_out_and_what_is_for_teachers_is_not(root):
    names = handout.material()
    for folder in handout.FOLDERS:
        theirs = {path.relative_to(root).as_posix() for path in (root / folder).glob("*.ipynb")}
        assert theirs
        assert theirs <= set(names)
    assert not [name for name in names if name.endswith("README.md") or "/." in name]


def test_what_someone_made_beside_the_chapters_is_not_handed_on(tmp_path, monkeypatch):
    (tmp_path / "course" / ".ipynb_checkpoints").mkdir(parents=True)
    for name in ("00.ipynb", "my_flywheel.json", "README.md", ".ipynb_checkpoints/00.ipynb"):
        (tmp_path / "course" / name).write_text("{}", encoding="utf-8")
    monkeypatch.setattr(files, "__file__", str(tmp_path / "p" / "__init__.py"))
    assert list(handout.material()) == ["course/00.ipynb"]


def test_a_missing_course_is_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "__file__", str(tmp_path / "p" / "__init__.py"))
    with pytest.raises(CommandError) as caught:
        handout.material()
    assert str(caught.value) == (
        f"the course is missing: no chapter lies in {tmp_path / 'course'}\n"
        "  hint: install flywheel-edu again, or clone the whole project"
    )


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ("03", "course/03_the_retail_flywheel.ipynb"),
        ("exercises/03", "exercises/03_retail.ipynb"),
        ("03_retail", "exercises/03_retail.ipynb"),
    ],
)
def test_a_chapter_begins_again_and_every_old_copy_is_kept(tmp_path, which, name):
    files = {
        each: path for each, path in handout.material().items() if each.split("/")[1][:2] == "03"
    }
    handout.hand_out(files, tmp_path)
    for number in (1, 2):
        (tmp_path / name).write_text(f"mine {number}")
        again, kept = handout.put_aside(files, tmp_path, which)
        handout.hand_out(files, tmp_path)
        assert again == name
        assert (tmp_path / kept).read_text() == f"mine {number}"
        assert (tmp_path / name).read_bytes() == files[name].read_bytes()


@pytest.mark.parametrize(
    ("which", "says"),
    [("99", "no notebook's name begins with '99'"), ("0", "'0' is the beginning of course/00")],
)
def test_a_chapter_that_is_not_told_apart_is_not_begun_again(tmp_path, which, says):
    with pytest.raises(CommandError) as caught:
        handout.put_aside(handout.material(), tmp_path, which)
    assert says in str(caught.value)
