"""What a teacher decides: when work is due, what lateness costs, who is excused."""

from __future__ import annotations

import csv
import datetime
import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from notebooks import answer, check, notebook, save, solved, words, written

from flywheel_edu.cli import main
from flywheel_grader.handing_in.collect import collect, times_of
from flywheel_grader.judging.decisions import Rule, read_rules
from flywheel_grader.judging.results import Result, read_results
from flywheel_grader.words import GradingError

EXERCISE = "09_late"
SOURCE = notebook(
    words("# Exercise 9: **In time**\n\nTwo numbers."),
    answer("### BEGIN SOLUTION\na = 1\n### END SOLUTION", "a"),
    check("assert a == 1", "test_a", 6),
    answer("### BEGIN SOLUTION\nb = 2\n### END SOLUTION", "b"),
    check("assert b == 2", "test_b", 4),
    written("Because.", "why", 10),
)
HANDED_IN = {"Ada Lovelace_11": (1, 9), "Bob_12": (1, 20), "Cy_13": (3, 13), "Dee_14": (9, 1)}
CLASS = "student,name\nada,Ada Lovelace\nbob,Bob\ncy,Cy\ndee,Dee\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four students, of whom all have everything right, through every command."""
    root = tmp_path_factory.mktemp("late")
    source = save(SOURCE, root / "solutions" / f"{EXERCISE}.ipynb")
    (root / "class.csv").write_text(CLASS)
    with zipfile.ZipFile(root / "moodle.zip", "w") as archive:
        made = save(solved(SOURCE, a="a = 1", b="b = 2"), root / "x.ipynb").read_bytes()
        for name, (day, hour) in HANDED_IN.items():
            place = f"{name}_assignsubmission_file_/{EXERCISE}.ipynb"
            archive.writestr(zipfile.ZipInfo(place, (2026, 12, day, hour, 0, 0)), made)
    late = ["--due", "2026-12-01 12:00", "--a-day", "2", "--grace", "0.5", "--cap", "7"]
    run("release", str(source), "--out", str(root / "handout"), *late, "--out-of", "100")
    students = ["--students", str(root / "class.csv")]
    run("collect", str(root / "moodle.zip"), "--out", str(root / "in"), *students)
    arguments = ["--submissions", str(root / "in"), "--source", str(source)]
    run("grade", *arguments, "--out", str(root / "out"))
    return root


def run(*arguments: str) -> None:
    assert main(list(arguments)) == 0


def decided(root: Path, rows: str) -> dict[str, Result]:
    (root / "out" / "overrides.csv").write_text("Student;Task;Points;Days;Why\n" + rows)
    return {each.student: each for each in read_results(root / "out")}


def test_the_rule_stands_beside_the_source_and_is_read_as_it_was_given(graded: Path):
    assert read_rules(graded / "solutions") == {EXERCISE: Rule("2026-12-01 12:00", 2, 0.5, 7, 100)}


def test_a_new_due_date_leaves_the_rest_of_the_rule(tmp_path: Path):
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    for late in (["--a-day", "2", "--cap", "7", "--out-of", "100"], ["--due", "2026-12-08"]):
        run("release", str(source), "--out", str(tmp_path / "handout"), *late)
    assert read_rules(tmp_path) == {EXERCISE: Rule("2026-12-08", 2, cap=7, out_of=100)}


def test_release_says_the_rule_with_a_worked_number_and_warns_of_a_date_that_is_past(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    release = ["release", str(save(SOURCE, tmp_path / f"{EXERCISE}.ipynb"))]
    release += ["--out", str(tmp_path / "handout")]
    run(*release, "--due", "2020-01-31 12:00", "--a-day", "2", "--grace", "1", "--cap", "3")
    rule = (
        f"{EXERCISE}: due 2020-01-31 12:00; who is more than 1 day late loses 2 points for each "
        "day begun since it was due, at most 3: 2.5 days late are 3 days, 3 points less\n"
    )
    past = f"{EXERCISE}: its due date is past, so all that comes now is late\n"
    assert capsys.readouterr().out.startswith(past + rule)
    run(*release)
    assert capsys.readouterr().out.startswith(rule)
    # By the rule itself: 2.5 days after the end of January.
    kept = read_rules(tmp_path)[EXERCISE]
    assert kept.taken(kept.days_late("2020-02-03T00:00")) == 3
    run(*release, "--due", "2999-01-31")
    assert "past" not in capsys.readouterr().out


def test_each_day_that_has_begun_costs_its_points_after_the_grace_up_to_the_cap(graded: Path):
    found = decided(graded, "")
    # 3 h early; 8 h late within 12 h of grace; 49 h late are 3 days; 7.5 days are 8, or 16 points.
    # The points are those of the mark, of 100; each of the 20 of the tasks is worth five of them.
    assert {name: each.less for name, each in found.items()} == {
        "ada": 0, "bob": 0, "cy": 6 / 5, "dee": 7 / 5,
    }  # fmt: skip
    assert [each.decided for each in found.values()] == [
        [], [], ["3 days late: 6 of 100 points less"], ["8 days late: 7 of 100 points less"],
    ]  # fmt: skip
    # 10 of 20 points are for running code; full marks give 100.
    assert {name: each.total for name, each in found.items()} == {
        "ada": 50, "bob": 50, "cy": 44, "dee": 43,
    }  # fmt: skip
    assert {each.max_total for each in found.values()} == {100}


def test_overrides_give_points_excuse_and_give_days(graded: Path):
    found = decided(
        graded,
        "ada;a;4,5;;half a slip\nBOB;09_late;excused;;was ill\ncy;;;1;wedding\n"
        "dee;;;30;\n*;test_b;excused;;a slip of mine\n",
    )
    ada, bob, cy, dee = found.values()
    # test_b is dropped for all: 6 + 10 points are there, and full marks still give 100.
    assert (ada.points, ada.max_points, ada.total) == (4.5, 6, 4.5 * 100 / 16)
    assert ada.tasks[0].message == "your teacher gave 4.5 points: half a slip"
    assert (bob.max_total, bob.total, bob.unmarked) == (0, 0, 0)
    assert bob.decided == ["excused: was ill", "b: does not count: a slip of mine"]
    assert cy.decided == [
        "b: does not count: a slip of mine", "2 days late: 4 of 100 points less",
    ]  # fmt: skip
    assert (cy.total, dee.total) == (6 * 100 / 16 - 4, 6 * 100 / 16)


def test_report_feedback_and_export_tell_what_was_decided_with_names_and_titles(graded: Path):
    decided(graded, "bob;;excused;;was ill\nada;test_a;5;;half a slip\n")
    out, students = ["--out", str(graded / "out")], ["--students", str(graded / "class.csv")]
    run("report", *out, *students, "--source", str(graded / "solutions" / f"{EXERCISE}.ipynb"))
    run("feedback", *out, *students)
    for kind in ("csv", "moodle", "canvas"):
        run("export", "--to", kind, *out, *students)
    report = (graded / "out" / "report.html").read_text("utf-8")
    page = (graded / "out" / "feedback" / "ada.html").read_text("utf-8")
    for text in (report, page):
        assert "Exercise 9: In time" in text
        assert "Ada Lovelace (ada)" in text
        assert "A: your teacher gave 5 points: half a slip" in text
    assert "mean 44, median 44." in report  # of 45, 44 and 43
    assert (
        "<p>Due 2026-12-01 12:00; who is more than 0.5 days late loses 2 of 100 points for each "
        "day begun since it was due, at most 7: 1.5 days late are 2 days, 4 points less.</p>"
    ) in report
    assert "<strong>excused</strong>" in report
    read = {
        kind: list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        for kind in ("csv", "moodle", "canvas")
        for path in [graded / "out" / f"grades-{kind}-{EXERCISE}.csv"]
    }
    assert [row[:3] for row in read["csv"]][:2] == [
        ["student", "name", "test_a"], ["ada", "Ada Lovelace", "5.0"],
    ]  # fmt: skip
    totals = {kind: [row[n] for row in read[kind]][-4:] for kind, n in
              (("csv", 5), ("moodle", 2), ("canvas", 5))}  # fmt: skip
    assert totals == {
        "csv": ["45.0", "excused", "44.0", "43.0"],
        "moodle": ["45.0", "", "44.0", "43.0"],
        "canvas": ["45.0", "EX", "44.0", "43.0"],
    }


def test_moodles_feedback_says_each_thing_once_and_what_the_marker_said(graded: Path):
    decided(graded, "bob;;excused;;was ill\nada;test_a;5;;half a slip\n")
    marks = {"cy": {"points": 0, "comment": "Whose turn is it?"}}
    path = graded / "out" / "marks" / f"{EXERCISE}-why.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"exercise": EXERCISE, "task": "why", "marks": marks}))
    run("export", "--to", "moodle", "--out", str(graded / "out"))
    path.unlink()
    path = graded / "out" / f"grades-moodle-{EXERCISE}.csv"
    said = {row[0]: row[3] for row in csv.reader(path.read_text("utf-8").splitlines())}
    assert said["ada"] == "a: your teacher gave 5 points: half a slip"
    assert said["bob"] == "excused: was ill"
    assert said["cy"] == "why: Whose turn is it?; 3 days late: 6 of 100 points less"


def test_the_pages_go_into_the_zip_that_moodle_takes(graded: Path):
    decided(graded, "")
    path = graded / "feedback.zip"
    run("feedback", "--out", str(graded / "out"), "--moodle", str(path))
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    # Moodle splits at the first four lines: name, number, "assignsubmission", "file", file.
    parts = [name.split("_", 4) for name in names]
    assert [each[1:] for each in parts] == [
        [number, "assignsubmission", "file", "/feedback.html"]
        for number in ("11", "12", "13", "14")
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("adda;test_a;1;;", "overrides.csv, line 2: nobody is called 'adda'"),
        ("ada;test_c;1;;", "overrides.csv, line 2: no task is called 'test_c'"),
        ("ada;;7;;", "overrides.csv, line 2: points go to a task\n"
         "  hint: name the task, or write: excused"),
        ("ada;test_a;many;;", "overrides.csv, line 2: 'many' is no number of points or days"),
        ("ada;test_a;6.5;;", "overrides.csv, line 2: 6.5 points are more than test_a has\n"
         "  hint: give at most 6"),
        ("ada;why;11;;", "overrides.csv, line 2: 11 points are more than why has\n"
         "  hint: give at most 10"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_followed_is_told_with_its_line(
    graded: Path, row: str, said: str, capsys: pytest.CaptureFixture[str]
):
    (graded / "out" / "overrides.csv").write_text(f"student;task;points;days;why\n{row}\n")
    assert main(["report", "--out", str(graded / "out")]) == 1
    assert capsys.readouterr().err == f"flywheel: {said}\n"


def test_a_date_that_is_none_is_told(graded: Path, capsys: pytest.CaptureFixture[str]):
    source = str(graded / "solutions" / f"{EXERCISE}.ipynb")
    assert main(["release", source, "--out", str(graded / "x"), "--due", "Friday"]) == 1
    assert capsys.readouterr().err == (
        "flywheel: 'Friday' is no date\n  hint: write it as 2026-12-01 23:59\n"
    )


def test_the_time_is_nbgraders_stamp_or_else_the_files(tmp_path: Path):
    path = save(SOURCE, tmp_path / "submitted" / "ada" / EXERCISE / f"{EXERCISE}.ipynb")
    path.with_name("timestamp.txt").write_text("2026-12-01 11:30:00.5 UTC")
    other = save(SOURCE, tmp_path / "submitted" / "bob" / EXERCISE / f"{EXERCISE}.ipynb")
    os.utime(other, (1_796_000_000, 1_796_000_000))
    collect(tmp_path, tmp_path / "in")
    name = f"{EXERCISE}/{EXERCISE}.ipynb"
    stamp = datetime.datetime(2026, 12, 1, 11, 30, tzinfo=datetime.UTC)
    read = [times_of(tmp_path / "in" / who)[name]["handed_in"] for who in ("ada", "bob")]
    assert datetime.datetime.fromisoformat(read[0]).astimezone() == stamp
    assert datetime.datetime.fromisoformat(read[1]).timestamp() == 1_796_000_000
    assert re.fullmatch(r"2026-1\d-\d\dT.*", read[1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "student,task,pts,days,why\nada,test_a,4,,half",
            "overrides.csv, line 1: there is no column 'pts'\n"
            "  hint: its columns are student, task, points, days, why",
        ),
        (
            "student,task,points,days,why\nada,test_a,4,,half\nbob,test_a,,,forgot",
            "overrides.csv, line 3 says neither points nor days\n"
            "  hint: write points, or excused, or days of more time",
        ),
        (
            "student,task,points,days,why\nada,test_a,4,,ill, with a note",
            "overrides.csv, line 2 has more cells than there are columns\n"
            '  hint: put a text with commas between quotes: "ill, with a note"',
        ),
    ],
)
def test_an_override_that_would_be_lost_is_refused_where_it_stands(
    text: str, said: str, graded: Path
):
    (graded / "out" / "overrides.csv").write_text(text)
    with pytest.raises(GradingError, match="^" + re.escape(said) + "$"):
        read_results(graded / "out")


def test_empty_columns_that_a_spreadsheet_leaves_behind_are_no_matter(graded: Path):
    text = "student,task,points,days,why,,\nada,test_a,4,,half,,,\n,,,,,,\n"
    (graded / "out" / "overrides.csv").write_text(text)
    assert read_results(graded / "out")[0].tasks[0].points == 4


def test_of_two_overrides_for_one_task_the_student_reads_the_one_that_counts(graded: Path):
    rows = "ada;test_a;2;;first\nada;test_b;1;;another\nada;a;3;;second\n"
    ada = decided(graded, rows)["ada"]
    assert ada.tasks[0].points == 3
    assert ada.decided == [
        "a: your teacher gave 3 points: second",
        "b: your teacher gave 1 point: another",
    ]
