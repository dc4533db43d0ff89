"""A class of thirty, from handing out to the grade book: right, wrong, broken and hostile."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from notebooks import (
    Notebook,
    answer,
    check,
    code,
    locked,
    notebook,
    position,
    save,
    words,
    written,
)

from flywheel_edu.cli import main
from flywheel_grader.judging.marks_given import row_of
from flywheel_grader.judging.results import Result, read_results
from flywheel_grader.notebooks.source import Source
from flywheel_grader.telling.marking import Desk, markings

EXERCISE = "02_bathtub"
EXERCISE_CELL = """\
from flywheel_edu.exercises import Cases, Exercise, Misconception, Parameter, Property, Task, close

exercise = Exercise(
    "02_bathtub",
    tasks=[
        Task(
            "growth",
            [
                Property("With a rate of 0 nothing is gained.", lambda f, g: close(f(100, 0), 100)),
                Property("Twice the visits give twice the result.",
                         lambda f, g: close(f(200, 0.1), 2 * f(100, 0.1))),
            ],
            [
                Misconception("linear for compound growth", lambda v, r: v + r,
                              "a rate is a share of what is there, not an amount."),
                Misconception("percent for fraction", lambda v, r: v * (1 + r / 100),
                              "0.1 already means 10 %."),
                Misconception("gain only", lambda v, r: v * r,
                              "what was there before is still there."),
            ],
            ["What does one visitor become?", "Write old plus gain.", "The gain is a share."],
            probes=[(100, 0.1), (37.0, 0.25)],
        ),
        Task("level", [Property("The tub cannot be below empty.", lambda x, g: x >= 0)],
             [Misconception("stock for flow", lambda g: g["inflow"] - g["outflow"],
                            "the net flow is what changes the level, not the level.")]),
    ],
    parameters=[
        Parameter("inflow", 20, 60, 0.5, "litre/minute"),
        Parameter("outflow", 2, 18, 0.5, "litre/minute"),
    ],
)"""

SOURCE = notebook(
    words("# What fills the tub?"),
    code('ticket = ""', "ticket"),
    locked(EXERCISE_CELL, "exercise"),
    locked("check, given = exercise.begin(ticket, globals())", "begin"),
    words("## 1  Growth\n\nDefine `growth(visits, rate)`."),
    answer(
        "def growth(visits, rate):\n    ### BEGIN SOLUTION\n    return visits * (1 + rate)\n"
        "    ### END SOLUTION",
        "growth",
    ),
    check(
        'check("growth")\n### BEGIN HIDDEN TESTS\ncases = Cases(4)\n'
        'with cases("nothing gained"):\n    assert close(growth(64, 0), 64)\n'
        'with cases("a tenth", worth=2):\n    assert close(growth(100, 0.1), 110)\n'
        'with cases("doubling"):\n    assert close(growth(50, 1), 100)\n'
        "cases.points\n### END HIDDEN TESTS",
        "test_growth",
        4,
    ),
    words("## 2  The level\n\nAfter ten minutes, from empty: `level`, in litres."),
    answer(
        "### BEGIN SOLUTION\nlevel = 10 * (given.inflow - given.outflow)\n### END SOLUTION",
        "level",
    ),
    check(
        'check("level")\n### BEGIN HIDDEN TESTS\n'
        "assert close(level, 10 * (given.inflow - given.outflow))\n### END HIDDEN TESTS",
        "test_level",
        3,
    ),
    words("## 3  In words\n\nWhy does the level go on rising while the inflow falls?"),
    written(
        "2 points: names the net flow. 3 points: says that it is above zero.",
        "why",
        5,
    ),
)

GROWTH = "def growth(visits, rate):\n    return visits + visits * rate"
LEVEL = "level = (given['inflow'] - given['outflow']) * 10"
WHY = "Because more still flows in than out: the net flow is above zero, student {n} says."
COPIED = (
    "The level is what has gathered, and it gathers as long as more runs in than runs out; a "
    "falling inflow only makes it rise more slowly until both are the same."
)
OWN_CODE = """\
def growth(visits, rate):
    total_of_visitors = visits
    gain_of_this_turn = total_of_visitors * rate
    for _turn in range(1):
        total_of_visitors = total_of_visitors + gain_of_this_turn
    if total_of_visitors < 0:
        raise ValueError('nobody can be below zero visitors here')
    return total_of_visitors"""

STUDENTS = [f"s{n:02}" for n in range(1, 31)]
WRONG = {
    "s11": ("growth", "def growth(visits, rate):\n    return visits + rate"),
    "s12": ("growth", "def growth(visits, rate):\n    return visits * (1 + rate / 100)"),
    "s13": ("growth", "def growth(visits, rate):\n    return visits * rate"),
    "s14": ("level", "level = given.inflow - given.outflow"),
    "s15": ("growth", "def growth(visits, rate):\n    return 7"),
    "s16": ("growth", "def growth(visits, rate):\n    return visits / rate"),
}
HOSTILE = {
    "s23": ("growth", "while True: pass"),
    "s24": ("growth", "import os\nos._exit(0)"),
    "s25": ("level", "class Y(float):\n    __eq__ = lambda s, o: True\nlevel = Y('nan')"),
    "s26": ("growth", "def growth(*a):\n    raise ValueError('<script>alert(1)</script>')"),
}


def _hand_in(made: Notebook, student: str) -> bytes:
    """What a student makes of their own notebook, as the bytes of a file."""
    n = STUDENTS.index(student) + 1
    answers = {"growth": GROWTH, "level": LEVEL, "why": WHY.format(n=n)}
    name, text = {**WRONG, **HOSTILE}.get(student, ("growth", GROWTH))
    answers[name] = text
    if student in ("s17", "s18"):  # the same words
        answers["why"] = COPIED
    if student in ("s19", "s20"):  # the same code
        answers["growth"] = OWN_CODE
    if student == "s21":
        answers = {}
    if student == "s22":
        answers["level"] = "level = {copied}"
    for each in made["cells"]:
        each["source"] = answers.get(each["id"], each["source"])
    if student == "s10":  # somebody else's notebook
        made["cells"][position(made, "ticket")]["source"] = 'ticket = "S05:0123"'
    if student == "s27":
        del made["cells"][position(made, "begin")]
    if student == "s28":
        made["cells"][position(made, "test_level")]["metadata"]["tags"] = ["skip-execution"]
    text = json.dumps(made)
    if student == "s29":
        text = text[: len(text) // 2]
    return text.encode()


@dataclass
class School:
    """Where everything of the class lies, and what it was given."""

    folder: Path
    results: dict[str, Result]
    said: dict[str, str]

    @property
    def out(self) -> Path:
        """Where the results are."""
        return self.folder / "out"


def _run(*arguments: object) -> None:
    assert main([str(each) for each in arguments]) == 0


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    folder = tmp_path_factory.mktemp("school")
    source = save(SOURCE, folder / "solutions" / f"{EXERCISE}.ipynb")
    roster = folder / "students.csv"
    rows = [f"{s},Name {s[1:]},{s}@school.example,{int(s[1:]) + 500}" for s in STUDENTS]
    roster.write_text("\n".join(["student,name,email,id", *rows]) + "\n")
    secret, handed_out = folder / "secret.key", folder / "handed out"
    _run("release", source, "--out", handed_out, "--students", roster, "--secret", secret)
    _run("release", source, "--out", folder / "exercises")

    # s22 writes down the number of s01, whose inflow and outflow differ.
    levels = {
        student: _level_of(handed_out / student / f"{EXERCISE}.ipynb") for student in STUDENTS
    }
    other = next(s for s in STUDENTS if levels[s] != levels["s22"])
    with zipfile.ZipFile(folder / "moodle.zip", "w") as archive:
        for student in STUDENTS[:-1]:
            made = json.loads((handed_out / student / f"{EXERCISE}.ipynb").read_text())
            data = _hand_in(made, student).replace(b"{copied}", str(levels[other]).encode())
            number = 900 + int(student[1:])
            inner = f"Name {student[1:]}_{number}_assignsubmission_file_/{EXERCISE}.ipynb"
            archive.writestr(inner, data)
        archive.writestr("../../evil.ipynb", b"{}")
    _run("collect", folder / "moodle.zip", "--out", folder / "in", "--students", roster)
    arguments = ("--submissions", folder / "in", "--out", folder / "out")
    _run("grade", *arguments, "--source", source, "--secret", secret)
    _mark(source, folder / "out")
    _run("feedback", "--out", folder / "out")
    _run("report", "--out", folder / "out", "--source", source)
    for kind in ("csv", "moodle", "canvas"):
        _run("export", "--out", folder / "out", "--to", kind, "--students", roster)
    results = {each.student: each for each in read_results(folder / "out")}
    return School(folder, results, {"copied from": other})


def _level_of(path: Path) -> float:
    """The right level of the student whose notebook this is, from the ticket in it."""
    from flywheel_edu.exercises import variants

    scope: dict[str, Any] = {}
    exec(EXERCISE_CELL, scope)
    text = "".join("".join(each["source"]) for each in json.loads(path.read_text())["cells"][:3])
    found = re.search(r'ticket = "(.+)"', text)
    assert found
    given = scope["exercise"].given(variants.seed_of(found[1], EXERCISE))
    return 10 * (given["inflow"] - given["outflow"])


def _mark(source: Path, out: Path) -> None:
    """Mark every written answer over the wire, as the page does: 3 points, and a comment."""
    found = markings(read_results(out), [Source.read(source)])
    desk = Desk(found, out)
    thread = threading.Thread(target=desk.serve)
    thread.start()
    try:
        page = urllib.request.urlopen(desk.address + found[0].name).read().decode()
        assert "names the net flow" in page
        seen = {"points": None, "comment": ""}
        mark = {"points": 3, "comment": "Good <b>.", "seen": seen}
        rows = {row_of(student): mark for student, _ in found[0].answers}
        request = urllib.request.Request(
            desk.address + found[0].name, json.dumps({"rows": rows}).encode(), method="POST"
        )
        assert json.loads(urllib.request.urlopen(request).read()) == {}
        for wrong in (
            urllib.request.Request(desk.address.rsplit("/", 2)[0] + "/guess/"),
            urllib.request.Request(desk.address, headers={"Host": "evil.example"}),
            urllib.request.Request(
                desk.address + found[0].name, b"{}", {"Origin": "http://evil.example"}
            ),
            urllib.request.Request(desk.address + found[0].name, b'{"rows": {"s01": 5}}'),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(wrong)
            refused.value.close()
    finally:
        desk.close()
        thread.join()


def test_the_exercise_of_each_student_has_a_ticket_of_its_own_and_no_solution(school: School):
    texts = [path.read_text() for path in (school.folder / "handed out").rglob("*.ipynb")]
    assert len(texts) == len(set(texts)) == 30
    for text in texts:
        assert "HIDDEN" not in text
        assert "visits * (1 + rate)" not in text
        assert "names the net flow" not in text


def test_collecting_knows_who_is_who_and_lets_nothing_out(school: School):
    assert sorted(path.name for path in (school.folder / "in").iterdir()) == STUDENTS[:-1]
    assert not list(school.folder.parent.rglob("evil.ipynb"))


@pytest.mark.parametrize("student", [*STUDENTS[:10], "s17", "s19", "s27", "s28"])
def test_right_answers_have_full_marks(school: School, student: str):
    result = school.results[student]
    assert result.points == 7, [task.detail for task in result.tasks]


@pytest.mark.parametrize(
    ("student", "task", "points", "misconception"),
    [
        ("s11", 0, 1, "linear for compound growth"),
        ("s12", 0, 1, "percent for fraction"),
        ("s13", 0, 0, "gain only"),
        ("s14", 1, 0, "stock for flow"),
        ("s15", 0, 0, ""),
        ("s16", 0, 0, ""),
    ],
)
def test_wrong_answers_are_named_after_their_misconception(
    school: School, student: str, task: int, points: float, misconception: str
):
    found = school.results[student].tasks[task]
    assert (found.points, found.misconception) == (points, misconception)


def test_what_was_copied_from_another_variant_fails_and_says_whose_it_fits(school: School):
    result = school.results["s22"]
    assert result.tasks[1].points == 0
    assert any(school.said["copied from"] in lead for lead in result.leads), result.leads
    others = set(school.results) - {"s10", "s14", "s22", "s25"}
    assert not [lead for each in others for lead in school.results[each].leads]


def test_a_notebook_with_the_ticket_of_another_is_noticed(school: School):
    assert school.results["s10"].leads == ["the notebook has the ticket of s05"]


@pytest.mark.parametrize(("student", "points"), [("s21", 0), ("s23", 3), ("s24", 0), ("s29", 0)])
def test_broken_and_hostile_work_gets_what_it_earned_and_a_sentence(
    school: School, student: str, points: float
):
    result = school.results[student]
    assert result.points == points
    assert result.problems or all(task.message for task in result.tasks)


def test_marks_given_by_hand_are_in_the_total(school: School):
    first = school.results["s01"]
    assert (first.total, first.max_total, first.unmarked) == (10, 12, 0)
    assert first.written[0].comment == "Good <b>."
    assert school.results["s21"].written[0].blank


class _Words(HTMLParser):
    """The tags and the words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.words += data


def test_feedback_holds_no_hidden_test_and_runs_nothing(school: School):
    pages = sorted((school.out / "feedback").glob("*.html"))
    assert len(pages) == 29
    for path in pages:
        page = _Words(path.read_text("utf-8"))
        assert "script" not in page.tags
        for hidden in ("growth(64", "110", "nothing gained", "doubling", "outflow))", "detail"):
            assert hidden not in page.words
    ada = _Words((school.out / "feedback" / "s11.html").read_text("utf-8")).words
    assert "7 of 12 points" in ada
    assert "This looks like 'linear for compound growth'" in ada


def test_the_report_shows_misconceptions_and_what_is_alike(school: School):
    words = _Words((school.out / "report.html").read_text("utf-8")).words
    for misconception in ("linear for compound growth", "percent for fraction", "gain only"):
        assert misconception in words
    assert "s17 and s18: 100% of why is shared" in words
    assert "s19 and s20: 100% of their code is shared" in words
    assert "s10: the notebook has the ticket of s05" in words
    assert f"is what the numbers of {school.said['copied from']}" in words
    assert words.count("is shared") == 2


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def test_the_grades_are_written_for_each_program(school: School):
    plain = _rows(school.out / f"grades-csv-{EXERCISE}.csv")
    assert plain[0][:6] == ["student", "name", "test_growth", "test_level", "why", "points"]
    assert plain[1][:6] == ["s01", "Name 01", "4.0", "3.0", "3.0", "10.0"]
    moodle = _rows(school.out / f"grades-moodle-{EXERCISE}.csv")
    assert moodle[1] == ["s01", "s01@school.example", "10.0", "why: Good <b>."]
    canvas = _rows(school.out / f"grades-canvas-{EXERCISE}.csv")
    assert canvas[1] == ["    Points Possible", "", "", "", "", "12.0"]
    assert canvas[2] == ["Name 01", "501", "s01", "s01", "", "10.0"]


def test_a_second_grading_runs_nothing_again(school: School, capsys: pytest.CaptureFixture[str]):
    arguments = ["grade", "--submissions", school.folder / "in", "--out", school.out, "--source"]
    arguments += [school.folder / "solutions" / f"{EXERCISE}.ipynb"]
    _run(*arguments, "--secret", school.folder / "secret.key")
    assert "\ngraded 0 of 29 submissions" in capsys.readouterr().out
    assert read_results(school.out) == list(school.results.values())
