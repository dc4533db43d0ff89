"""Marking by several people: nothing is written over, and a mark belongs to the text it was for."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from notebooks import answer, check, notebook, save, written

from flywheel_grader.judging.marks_given import digest_of, file_name, read_marks, row_of
from flywheel_grader.judging.results import Result, WrittenResult, read_results, write_results
from flywheel_grader.notebooks.source import Source
from flywheel_grader.telling.feedback import write_feedback
from flywheel_grader.telling.grade_files import export
from flywheel_grader.telling.marking import Desk, marking_page, markings
from flywheel_grader.telling.report import write_report
from flywheel_grader.words import safe

# A Persian name with the sign that parts two letters, names that differ in what nobody sees, one
# that is no text, two that are one name where capitals do not count, one made like a page of ours.
NAMES = [
    "ada", "Ada", "ada\u061c", "ada\u2028x", "ada\u3164", "ada\U000e0061", "b\udcffob",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", file_name("Ada"), "=1+1",
]  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> Path:
    write_results(tmp_path, [result(name, f"Because {n}.") for n, name in enumerate(NAMES)])
    return tmp_path


def result(student: str, text: str) -> Result:
    why = WrittenResult("why", 5.0, text, None)
    return Result(student, "01_words", 0.0, 0.0, "process", written=[why])


@pytest.fixture
def source(tmp_path: Path) -> Source:
    made = notebook(answer("x = 1", "x"), check("assert x == 1", "t"), written("Names it.", "why"))
    return Source.read(save(made, tmp_path / "source" / "01_words.ipynb"))


@pytest.fixture
def desks(school: Path, source: Source) -> Iterator[list[Desk]]:
    """Two desks over the same results, as two teachers have them."""
    found = markings(read_results(school), [source])
    opened = [Desk(found, school, marker=name) for name in ("ann", "ben")]
    threads = [threading.Thread(target=each.serve) for each in opened]
    for thread in threads:
        thread.start()
    yield opened
    for desk, thread in zip(opened, threads, strict=True):
        desk.close()
        thread.join()


def say(desk: Desk, by: str, student: str, points: float, seen: float | None = None) -> Any:
    change = {"points": points, "comment": "", "seen": {"points": seen, "comment": ""}}
    body = json.dumps({"by": by, "rows": {row_of(student): change}}).encode()
    address = f"{desk.address}{file_name('01_words')}-why"
    request = urllib.request.Request(address, body, method="POST")
    with urllib.request.urlopen(request) as reply:
        return json.loads(reply.read())


def points_of(folder: Path) -> dict[str, float | None]:
    return {each.student: each.written[0].points for each in read_results(folder)}


def test_two_desks_add_to_each_other_and_never_overwrite(desks: list[Desk], school: Path):
    assert say(desks[0], "ann", "ada", 3) == {}
    assert say(desks[1], "ben", "=1+1", 4) == {}
    assert say(desks[1], "ben", "ada", 1) == {
        row_of("ada"): {"points": 3.0, "comment": "", "by": "ann"}
    }
    marked = {name: each for name, each in points_of(school).items() if each is not None}
    assert marked == {"ada": 3.0, "=1+1": 4.0}
    assert say(desks[1], "ben", "ada", 1, seen=3) == {}
    assert points_of(school)["ada"] == 1.0
    assert read_marks(school)["01_words", "why", row_of("ada")].by == "ben"


def test_marks_given_at_the_same_moment_at_two_desks_all_stay(desks: list[Desk], school: Path):
    threads = [
        threading.Thread(target=say, args=(desks[n % 2], "x", name, n % 6))
        for n, name in enumerate(NAMES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert points_of(school) == {name: n % 6 for n, name in enumerate(NAMES)}


def test_a_mark_is_for_the_text_it_was_given_for(desks: list[Desk], school: Path, source: Source):
    say(desks[0], "ann", "ada", 3)
    again = [result(name, "Something else." if name == "ada" else "x") for name in NAMES]
    write_results(school, again)
    assert points_of(school)["ada"] is None
    (found,) = markings(read_results(school), [source])
    assert found.done(read_marks(school)) == 0
    said = "This answer has changed since it was marked: it had 3 points. Mark it again."
    assert said in marking_page(found, read_marks(school))
    write_results(school, [result(name, "Because 0. ") for name in NAMES])
    assert points_of(school)["ada"] == 3.0


def test_a_blank_or_excused_answer_is_not_laid_on_the_desk(school: Path, source: Source):
    write_results(school, [result(name, name.strip("b")) for name in ("ann", "b", "cy")])
    (school / "overrides.csv").write_text("student,task,points,why\nb,,excused,ill\ncy,,excused,\n")
    (found,) = markings(read_results(school), [source])
    assert found.answers == (("ann", "ann"),)


def test_a_pile_is_split_between_markers(school: Path, source: Source):
    results = read_results(school)
    whole, first, second = (
        {student for student, _ in markings(results, [source], part)[0].answers}
        for part in ((1, 1), (1, 2), (2, 2))
    )
    assert first | second == whole == set(NAMES)
    assert not first & second


def test_marks_of_an_earlier_version_still_count(school: Path):
    (school / "marks").mkdir()
    old = {"exercise": "01_words", "task": "why", "marks": {"ada": {"points": 2, "comment": "a"}}}
    (school / "marks" / "01_words-why.json").write_text(json.dumps(old), "utf-8")
    assert points_of(school)["ada"] == 2.0


def test_names_with_signs_that_nobody_sees_stop_nothing_and_share_no_page(
    desks: list[Desk], school: Path
):
    for name in NAMES:
        assert say(desks[0], "ann", name, 2) == {}
    results = read_results(school)
    pages = write_feedback(results, school)
    assert len({path.name.lower() for path in pages}) == len(pages) == len(NAMES)
    write_report(results, school)
    for kind, heads in (("csv", 1), ("moodle", 1), ("canvas", 2)):
        (path,) = export(results, school, kind)
        assert len(path.read_text("utf-8-sig").splitlines()) == len(NAMES) + heads


def test_what_nobody_sees_is_shown_and_what_parts_letters_stays():
    assert [safe(name) for name in NAMES[2:6]] == ["ada?", "ada?x", "ada?", "ada?"]
    assert safe(NAMES[7]) == NAMES[7]
    assert digest_of("a\n") == digest_of("a") != digest_of("b")
