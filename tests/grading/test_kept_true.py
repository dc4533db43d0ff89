"""Resubmissions, class lists, old and broken files: what a teacher meets, told in words."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from notebooks import answer, check, code, notebook, position, released, save, solved, written

from flywheel_edu.cli import main
from flywheel_grader.handing_in import archive as archive_module
from flywheel_grader.handing_in.collect import TIMES, collect, read_roster, times_of
from flywheel_grader.judging.batch import grade
from flywheel_grader.judging.results import (
    NOTHING,
    Result,
    TaskResult,
    WrittenResult,
    of_class,
    read_results,
    write_results,
)
from flywheel_grader.notebooks.cells import parse_notebook
from flywheel_grader.telling.feedback import feedback_page
from flywheel_grader.telling.report import write_report

EXERCISE = "09_kept"
SOURCE = notebook(
    code('from flywheel_edu.exercises import exercise\nticket = ""', "setup"),
    answer("### BEGIN SOLUTION\nx = 3\n### END SOLUTION", "x"),
    check("assert x == 3", "first", 2),
    written("Because.", "why", 6),
)


def graded(folder: Path, **more: Any) -> dict[str, Result]:
    source = save(SOURCE, folder / "source" / f"{EXERCISE}.ipynb")
    batch = grade(folder / "in", folder / "out", [source], "process", **more)
    return {each.student: each for each in batch.results}


def handed_in(path: Path, name: str, x: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, json.dumps(solved(SOURCE, x=f"x = {x}")))
    return path


def test_the_newest_collection_counts_whatever_the_notebook_is_called(tmp_path: Path):
    first = handed_in(tmp_path / "first.zip", f"ada/{EXERCISE}.ipynb", 1)
    again = handed_in(tmp_path / "again.zip", "ada/better version.ipynb", 3)
    collect(first, tmp_path / "in")
    assert graded(tmp_path)["ada"].points == 0
    place = tmp_path / "in" / "ada"
    known = times_of(place)
    known[f"{EXERCISE}.ipynb"]["at"] = "2026-01-01T00:00:00+00:00"
    (place / ".collected.json").write_text(json.dumps(known), "utf-8")
    collect(again, tmp_path / "in")
    found = graded(tmp_path)["ada"]
    assert found.points == 2
    assert (
        "2 notebooks of this exercise are there; better version.ipynb, handed in last, was graded"
        in found.problems
    )


def test_another_exercise_that_was_collected_later_is_not_graded_in_its_place(tmp_path: Path):
    collect(handed_in(tmp_path / "ada.zip", f"ada/{EXERCISE}.ipynb", 3), tmp_path / "in")
    other = notebook(code("z = 1", "z"), answer("y = 1", "y"), check("assert y == 1", "y_is_1"))
    save(other, tmp_path / "later" / "ada" / "10_other.ipynb")
    collect(tmp_path / "later", tmp_path / "in")
    times = tmp_path / "in" / "ada" / TIMES
    said = json.loads(times.read_text())
    said["10_other.ipynb"]["at"] = "2100-01-01T00:00:00+00:00"
    times.write_text(json.dumps(said))
    found = graded(tmp_path)["ada"]
    assert found.points == 2
    assert not [each for each in found.problems if "notebooks" in each]


def test_a_later_file_that_cannot_be_read_is_told_and_costs_no_points(tmp_path: Path):
    save(solved(SOURCE, x="x = 3"), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    (tmp_path / "in" / "ada" / f"{EXERCISE} (1).ipynb").write_text("")
    found = graded(tmp_path)["ada"]
    assert found.points == 2
    assert f"{EXERCISE} (1).ipynb is empty" in found.problems


def test_the_same_file_copied_later_is_no_later_work(tmp_path: Path):
    work = save(solved(SOURCE, x="x = 3"), tmp_path / "class" / "ada" / f"{EXERCISE}.ipynb")
    for time in (1_000_000_000, 1_500_000_000):
        os.utime(work, (time, time))
        collect(tmp_path / "class", tmp_path / "in")
        (says,) = times_of(tmp_path / "in" / "ada").values()
        assert says["handed_in"].startswith("2001-09-0")


def test_what_a_later_collection_replaces_is_kept(tmp_path: Path):
    for x in (1, 3):
        collect(handed_in(tmp_path / f"{x}.zip", f"ada/{EXERCISE}.ipynb", x), tmp_path / "in")
    (earlier,) = (tmp_path / "in" / "ada" / ".earlier").rglob("*.ipynb")
    assert "x = 1" in earlier.read_text("utf-8")
    assert graded(tmp_path)["ada"].points == 2


def test_what_canvas_calls_late_is_said(tmp_path: Path):
    path = handed_in(tmp_path / "canvas.zip", f"lovelaceada_LATE_123_456_{EXERCISE}.ipynb", 3)
    collect(path, tmp_path / "in")
    assert "it was handed in late" in graded(tmp_path)["lovelaceada"].problems


def test_what_canvas_calls_late_is_said_of_a_packed_file_too(tmp_path: Path):
    (tmp_path / "canvas").mkdir()
    packed = tmp_path / "canvas" / f"lovelaceada_LATE_123_456_{EXERCISE}.zip"
    collect(handed_in(packed, f"{EXERCISE}.ipynb", 3).parent, tmp_path / "in")
    assert "it was handed in late" in graded(tmp_path)["lovelaceada"].problems


def test_a_moodle_archive_without_folders_is_collected(tmp_path: Path):
    name = f"Ada Lovelace_4711_assignsubmission_file_{EXERCISE}.ipynb"
    collect(handed_in(tmp_path / "moodle.zip", name, 3), tmp_path / "in", {"4711": "ada"})
    assert (tmp_path / "in").joinpath("Ada Lovelace", f"{EXERCISE}.ipynb").is_file() or (
        tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb"
    ).is_file()


@pytest.mark.parametrize(
    "data",
    [
        "student;name\nada;Zoë\n".encode("latin-1"),
        "student\tname\nada\tZoë\n".encode("utf-16"),
        "\ufeffstudent,name\r\nada,Zoë\r\n".encode(),
    ],
)
def test_a_class_list_is_read_as_a_spreadsheet_writes_it(data: bytes, tmp_path: Path):
    (tmp_path / "class.csv").write_bytes(data)
    assert read_roster(tmp_path / "class.csv") == {"ada": {"student": "ada", "name": "Zoë"}}


def test_a_notebook_of_format_3_is_read():
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Growth"]},
        {"cell_type": "code", "input": ["x = 3"], "outputs": []},
    ]
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}
    read = parse_notebook(json.dumps(old).encode(), "old.ipynb")
    assert [each.kind for each in read] == ["markdown", "code"]
    assert [each.source for each in read] == ["Growth", "x = 3"]


def test_an_answer_that_could_not_be_read_is_not_called_blank(tmp_path: Path):
    text = json.dumps(solved(SOURCE, x="x = 3"), indent=1)
    lines = text.split("\n")
    lines[3:3] = ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"]
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb").write_text("\n".join(lines), "utf-8")
    found = graded(tmp_path)["ada"]
    why = f"{EXERCISE}.ipynb has a merge conflict in line 4, so it is no notebook any more"
    assert found.problems[0] == why
    page = feedback_page([found])
    assert f"Could not be read: {why}." in page
    assert "Left blank" not in page


def test_what_could_not_be_read_is_not_counted_as_graded_nor_what_is_marked_as_waiting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source = save(SOURCE, tmp_path / "source" / f"{EXERCISE}.ipynb")
    save(solved(SOURCE, x="x = 3", why="So."), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    for student, name in (("bob", f"{EXERCISE}.ipynb"), ("cy", "notes.pdf")):
        (tmp_path / "in" / student).mkdir()
        (tmp_path / "in" / student / name).write_text("")
    out = tmp_path / "out"
    grading = ["grade", "--submissions", str(tmp_path / "in"), "--source", str(source)]
    grading += ["--out", str(out), "--level", "process"]
    unread = (
        f"nothing could be read of bob ({EXERCISE}.ipynb is empty), "
        "cy (no notebook was handed in)\n"
    )
    to_mark = f"1 written answer to mark: flywheel mark --out {out}\n"
    for graded, marked in ((1, False), (0, False), (0, True)):
        if marked:
            marks = {"ada": {"points": 4, "comment": ""}}
            place = out / "marks" / f"{EXERCISE}-why.json"
            place.parent.mkdir()
            said = {"exercise": EXERCISE, "task": "why", "marks": marks}
            place.write_text(json.dumps(said))
        assert main(grading) == 0
        assert capsys.readouterr().out == (
            f"{unread}graded {graded} of 3 submissions, jail process: {out / 'results.json'}\n"
            + ("" if marked else to_mark)
        )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x = 3\ny = \u201ca\u201d",
         "line 2, 'y = \u201ca\u201d': curly quotes; Python knows only straight ones"),
        ("def f(n)\n    return n", "line 1, 'def f(n)': expected ':'"),
        ("x = 3\n<<<<<<< HEAD\nx = 4",
         "line 2, '<<<<<<< HEAD': a merge conflict was left in it"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_python_is_told_by_its_line_and_text(
    cell: str, said: str, tmp_path: Path
):
    made = solved(SOURCE, x="x = 3")
    made["cells"].insert(position(made, "x"), code(cell, "own"))
    save(made, tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    assert graded(tmp_path)["ada"].problems[-1] == f"cell 2 cannot be read: {said}"


def test_another_secret_than_the_one_handed_out_with_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    save(SOURCE, tmp_path / "solutions" / f"{EXERCISE}.ipynb")
    Path("class.csv").write_text("student\nada\n", "utf-8")
    assert main("release --out submissions --students class.csv".split()) == 0
    assert "made secret.key: keep it from students" in capsys.readouterr().out
    assert main("grade --submissions submissions --out out --secret secret.key".split()) == 0
    assert "another secret" not in capsys.readouterr().out
    another = (
        "1 notebook with a ticket from another secret: their numbers are not those they were "
        "handed; grade with --secret and the file that release used"
    )
    assert main("grade --submissions submissions --out out".split()) == 0
    assert another in capsys.readouterr().out
    # Nothing was drawn for who has no ticket, or wrote an id alone, from any secret.
    made = Path("submissions", "ada", f"{EXERCISE}.ipynb")
    made.write_text(
        re.sub(r'ticket = \\"ada:\w+', r'ticket = \\"ada', made.read_text("utf-8")), "utf-8"
    )
    assert main("grade --submissions submissions --out out".split()) == 0
    assert another not in capsys.readouterr().out
    alone = "1 notebook with an id for a ticket: their numbers are not those they were handed"
    assert main("grade --submissions submissions --out out --secret secret.key".split()) == 0
    assert another not in (out := capsys.readouterr().out)
    assert alone in out
    (ada, *_) = json.loads(Path("out", "results.json").read_text())
    assert any(each.startswith("it has an id for a ticket") for each in ada["problems"])
    # Who has none cannot have one from another secret; what cannot be read has none either.
    for who in ("bob", "cy", "dee"):
        Path("submissions", who).mkdir()
        Path("submissions", who, f"{EXERCISE}.ipynb").write_text("")
    assert main("grade --submissions submissions --out out --secret secret.key".split()) == 0
    assert alone in capsys.readouterr().out
    made.write_text(made.read_text("utf-8").replace('ticket = \\"ada', 'ticket = \\"'), "utf-8")
    assert main("grade --submissions submissions --out out --secret secret.key".split()) == 0
    assert "another secret" not in capsys.readouterr().out
    (ada, *_) = json.loads(Path("out", "results.json").read_text())
    assert any(each.startswith("it has no ticket") for each in ada["problems"])


def test_grades_written_before_marking_is_done_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    why = WrittenResult("why", 6.0, "Because.", None)
    write_results(tmp_path, [Result("ada", EXERCISE, 0.0, 0.0, "process", written=[why])])
    for command in (["export"], ["report"]):
        assert main([*command, "--out", str(tmp_path)]) == 0
        said = capsys.readouterr().out
        assert said.startswith("not marked yet, and not in the points: 1 written answer\n")


@pytest.mark.parametrize("collected", [True, False])
@pytest.mark.parametrize("newer", ["x = 3", "### as handed out"])
def test_the_last_handed_in_with_work_in_it_counts_and_is_said(
    newer: str, collected: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    older = "x = 3" if newer != "x = 3" else "x = 1"
    place = tmp_path / ("class" if collected else "in") / "ada"
    for name, x, time in ((f"{EXERCISE}.ipynb", older, 1e9), (f"{EXERCISE} (2).ipynb", newer, 2e9)):
        book = solved(SOURCE, x=x) if x.startswith("x") else released(SOURCE)
        os.utime(save(book, place / name), (time, time))
    if collected:
        main(["collect", str(tmp_path / "class"), "--out", str(tmp_path / "in")])
        assert (
            f"ada handed in {EXERCISE} 2 times; grade takes {EXERCISE} (2).ipynb, handed in last, "
            "if anything is filled in there" in capsys.readouterr().out
        )
    source = save(SOURCE, tmp_path / "source" / f"{EXERCISE}.ipynb")
    given = ["--submissions", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    main(["grade", *given, "--source", str(source), "--level", "process"])
    last = f"newer as a file than {EXERCISE}.ipynb (they were not collected with their times)"
    taken = (
        f"{EXERCISE} (2).ipynb, {'handed in last' if collected else last},"
        if newer == "x = 3"
        else f"{EXERCISE}.ipynb, the only one with work in it,"
    )
    said = f"ada, {EXERCISE}: 2 notebooks of this exercise are there; {taken} was graded"
    assert said in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "results.json").read_text())[0]["points"] == 2


def test_another_exercise_is_no_attempt_at_the_one_asked_for(tmp_path: Path):
    other = notebook(
        code('check, given = exercise("10_other", ticket, globals())', "setup"),
        answer("y = 1", "y"),
        check("assert y == 1", "y_is_1"),
        written("An essay on something else.", "why", 6),
    )
    save(other, tmp_path / "in" / "ada" / "10_other.ipynb")
    save(other, tmp_path / "in" / "bob" / f"{EXERCISE}.ipynb")
    found = graded(tmp_path)
    assert found["ada"].problems == [f"no notebook of {EXERCISE} was handed in"]
    assert found["bob"].problems == [f"{EXERCISE}.ipynb is exercise 10_other"]
    assert [each.written[0].answer for each in found.values()] == ["", ""]


def test_renamed_cells_of_the_exercise_that_a_notebook_names_are_an_attempt(tmp_path: Path):
    renamed = notebook(
        code(f'check, given = exercise("{EXERCISE}", ticket, globals())', "setup"),
        *(answer(f"y = {number}", f"mine_{number}") for number in range(3)),
    )
    save(renamed, tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    assert not any("is exercise" in each for each in graded(tmp_path)["ada"].problems)


def test_grading_one_exercise_keeps_the_results_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    other = save(
        notebook(answer("y = 1", "y"), check("assert y == 1", "y_is_1")),
        tmp_path / "source" / "10_other.ipynb",
    )
    source = save(SOURCE, tmp_path / "source" / f"{EXERCISE}.ipynb")
    save(solved(SOURCE, x="x = 3"), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    save(json.loads(other.read_text()), tmp_path / "in" / "ada" / "10_other.ipynb")
    for each in (source, other, source):
        given = ["--submissions", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
        main(["grade", *given, "--source", str(each), "--level", "process"])
    assert "the results of 10_other stay as they were" in capsys.readouterr().out
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [(each["exercise"], each["points"]) for each in found] == [
        (EXERCISE, 2),
        ("10_other", 1),
    ]


def zipped(files: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize(("deep", "points"), [(1, 2), (2, 2), (3, 0)])
def test_work_packed_twice_is_graded_or_said_to_be_unopened(
    deep: int, points: float, tmp_path: Path
):
    data, name = json.dumps(solved(SOURCE, x="x = 3")).encode(), f"{EXERCISE}.ipynb"
    for _ in range(deep + 1):
        data, name = zipped({name: data}), "work.zip"
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "work.zip").write_bytes(data)
    found = collect(tmp_path / "class", tmp_path / "in")
    ada = graded(tmp_path)["ada"]
    assert ada.points == points
    said = [each for each in found.problems if "was not opened; unpack it in" in each]
    assert len(said) == (deep == 3)
    unopened = "work.zip was not opened: unpack it, or collect it"
    assert (unopened in ada.problems) == (deep == 3)
    (tmp_path / "out" / "overrides.csv").write_text("student,task,points\nada,first,1\n")
    (shown,) = read_results(tmp_path / "out")
    assert shown.points == 1


def test_packed_in_packed_is_as_small_as_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive_module, "_MOST_FILES", 10)
    inner = zipped({f"{number}.txt": b"x" for number in range(6)})
    opened = archive_module.Opened()
    packed = io.BytesIO(zipped({"a.zip": inner, "b.zip": inner}))
    assert len(list(opened.files_of_zip_data(packed, "work.zip", deeper=2))) < 10
    assert "more than 10 files" in opened.problems[0]


def test_a_folder_without_a_notebook_has_a_row_in_each_exercise(tmp_path: Path):
    other = notebook(answer("y = 1", "y"), check("assert y == 1", "y_is_1"))
    sources = [
        save(made, tmp_path / "source" / f"{name}.ipynb")
        for name, made in ((EXERCISE, SOURCE), ("10_other", other))
    ]
    save(solved(SOURCE, x="x = 3"), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    save(other, tmp_path / "in" / "ada" / "10_other.ipynb")
    (tmp_path / "in" / "eve").mkdir()
    (tmp_path / "in" / "eve" / "notes.txt").write_text("hello")
    batch = grade(tmp_path / "in", tmp_path / "out", sources, "process")
    rows = [(each.student, each.exercise) for each in batch.results]
    assert rows == [(who, name) for name in (EXERCISE, "10_other") for who in ("ada", "eve")]


def test_a_cell_that_asks_for_another_exercise_says_so_without_a_path(tmp_path: Path):
    made = solved(SOURCE, x="x = 3")
    asks = 'check, given = exercise("10_other", "", globals())'
    made["cells"].insert(1, code(f"from flywheel_edu.exercises import exercise\n{asks}", "own"))
    save(made, tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    checks = tmp_path / "exercises" / "checks" / f"{EXERCISE}.py"
    checks.parent.mkdir(parents=True)
    checks.write_text(
        f'from flywheel_edu.exercises import Exercise\nEXERCISE = Exercise("{EXERCISE}", [])\n'
    )
    assert graded(tmp_path)["ada"].problems[-1] == (
        "cell 2 stopped with GradingError: this is exercise '10_other'; "
        f"what is graded here is '{EXERCISE}'"
    )


def test_two_files_as_old_as_each_other_are_both_named(tmp_path: Path):
    for name, x in ((f"{EXERCISE}.ipynb", 3), ("mine.ipynb", 1)):
        os.utime(save(solved(SOURCE, x=f"x = {x}"), tmp_path / "in" / "ada" / name), (1e9, 1e9))
    ada = graded(tmp_path)["ada"]
    assert ada.points == 2
    assert ada.problems[0] == (
        "2 notebooks of this exercise are there; "
        f"{EXERCISE}.ipynb and not mine.ipynb, by name and cells alone, was graded"
    )


def test_who_handed_in_one_exercise_has_a_row_in_the_other_wherever_the_class_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    other = notebook(answer("y = 1", "y"), check("assert y == 1", "y_is_1"))
    sources = [
        str(save(made, tmp_path / "source" / f"{name}.ipynb"))
        for name, made in ((EXERCISE, SOURCE), ("10_other", other))
    ]
    for who, name, made in (
        ("ada", EXERCISE, solved(SOURCE, x="x = 3")), ("ada", "10_other", other),
        ("eve", "10_other", other),
    ):  # fmt: skip
        save(made, tmp_path / "in" / who / f"{name}.ipynb")
    out, given = str(tmp_path / "out"), ["--submissions", str(tmp_path / "in")]
    (tmp_path / "class.csv").write_text("student,name\nada,Ada\nbob,Bob\neve,Eve\n")
    students = ["--students", str(tmp_path / "class.csv")]
    of = [word for each in sources for word in ("--source", each)]
    assert main(["grade", *given, *of, "--out", out, "--level", "process"]) == 0
    written = (tmp_path / "out" / "results.json").read_text()
    one = ["--source", sources[1]]  # what stays as it was has its rows all the same
    assert main(["grade", *given, *one, "--out", out, "--level", "process"]) == 0
    assert (tmp_path / "out" / "results.json").read_text() == written
    assert main(["report", "--out", out, *students, *of]) == 0
    assert main(["feedback", "--out", out, *students]) == 0
    assert main(["export", "--out", out, *students]) == 0
    rows = {(each["student"], each["exercise"]): each for each in json.loads(written)}
    assert len(rows) == 4
    assert rows["eve", EXERCISE]["problems"] == [NOTHING]
    assert (rows["eve", EXERCISE]["points"], rows["eve", EXERCISE]["max_points"]) == (0, 2)
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert report.count("<strong>nothing handed in</strong>") == 2  # Bob's
    for who, number in (("ada", 0), ("bob", 2), ("eve", 2)):  # eve's with a written answer
        page = (tmp_path / "out" / "feedback" / f"{who}.html").read_text("utf-8")
        assert page.count("Nothing was handed in.") == number
        assert page.count("<h2>") == 2
    for name in (EXERCISE, "10_other"):
        text = (tmp_path / "out" / f"grades-csv-{name}.csv").read_text("utf-8-sig")
        lines = list(csv.reader(text.splitlines()))
        assert {line[0] for line in lines[1:]} == {"ada", "bob", "eve"}
        assert lines[-1] == ["bob", "Bob", *[""] * (len(lines[0]) - 5), "0.0", "0", NOTHING]


def test_a_row_without_marks_takes_no_part_in_the_mean(tmp_path: Path):
    given = [Result("ada", EXERCISE, 2, 2, "process", [TaskResult("x", 2, 2)])]
    rows = of_class(given, ["Ada ", "abe"])
    assert [each.student for each in rows] == ["ada", "abe"]
    assert "mean 2, median 2." in write_report(rows, tmp_path).read_text("utf-8")


def test_details_of_another_version_are_told_of_and_of_what_is_lost_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    save(solved(SOURCE, x="x = 3"), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    graded(tmp_path)
    details = tmp_path / "out" / "details.json"
    old = [each | {"colour": "red"} for each in json.loads(details.read_text())]
    details.write_text(json.dumps(old))
    said = f"{details} is damaged, or of another version of flywheel, and is not read"
    hint = "  hint: grade the same work into this folder again; marks and overrides.csv stay\n"
    for command in ("report", "feedback", "export", "mark"):
        source = ["--source", str(tmp_path / "source" / f"{EXERCISE}.ipynb")] * (command == "mark")
        assert main([command, "--out", str(tmp_path / "out"), *source]) == 1
        assert capsys.readouterr().err == f"flywheel: {said}\n{hint}"
    source = tmp_path / "source" / f"{EXERCISE}.ipynb"
    batch = grade(tmp_path / "in", tmp_path / "out", [source], "process")
    lost = "it is written anew without other exercises; grade those again, too"
    assert batch.notes == [f"{said}: {lost}"]
    assert [each.points for each in read_results(tmp_path / "out")] == [2]


def test_the_teachers_report_shows_the_error_of_a_hidden_check_and_no_page_of_a_students(
    tmp_path: Path,
):
    hidden = notebook(
        answer("### BEGIN SOLUTION\ny = 1\n### END SOLUTION", "y"),
        check("### BEGIN HIDDEN TESTS\nassert y == 1, 'so near 8191.25'\n### END HIDDEN TESTS",
              "y_is_1"),
    )  # fmt: skip
    source = save(hidden, tmp_path / "source" / f"{EXERCISE}.ipynb")
    save(solved(hidden, y="y = 2"), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    batch = grade(tmp_path / "in", tmp_path / "out", [source], "process")
    page = write_report(batch.results, tmp_path).read_text("utf-8")
    assert "line 2: assert y == 1, &#39;so near 8191.25&#39;\nAssertionError: so near" in page
    assert "8191.25" not in feedback_page(batch.results)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("csv", "bob,Bob,,,,0.0,0,nothing was handed in"),
        ("moodle", "bob,b@x.de,,nothing was handed in"),
        ("canvas", "Bob,,bob,bob,,"),
    ],
)
def test_who_handed_in_nothing_has_a_row_without_points(kind: str, row: str, tmp_path: Path):
    save(solved(SOURCE, x="x = 3"), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    graded(tmp_path)
    (tmp_path / "class.csv").write_text("student,name,email\nbob,Bob,b@x.de\nada,Ada,a@x.de\n")
    students = ["--students", str(tmp_path / "class.csv")]
    main(["export", "--out", str(tmp_path / "out"), "--to", kind, *students])
    written = (tmp_path / "out" / f"grades-{kind}-{EXERCISE}.csv").read_text("utf-8-sig")
    assert written.splitlines()[-1] == row
