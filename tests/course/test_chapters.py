"""What every chapter of the course does, checked on the notebooks as they are kept."""

from __future__ import annotations

import ast
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu import widgets
from flywheel_edu.widgets import Order
from flywheel_edu.widgets.order.core import read_steps
from flywheel_edu.widgets.quiz.core import read_questions
from tests.course.cells import (
    deeds,
    in_sections,
    shown_unasked,
    unsourced,
    verdicts_without_a_vote,
)

COURSE = Path(__file__).resolve().parents[2] / "course"
CHAPTERS = sorted(COURSE.glob("[0-9][0-9]_*.ipynb"))
# Models that show one thing alone, and whose lines a chapter has put in order; never drawn.
PUT_IN_ORDER = {"shop": "02", "machines": "05"}
BANKS = sorted((COURSE / "questions").glob("*.txt"))


def cells(path: Path) -> list[tuple[str, str]]:
    """Kind and text of each cell."""
    notebook = json.loads(path.read_text("utf-8"))
    return [
        (
            cell["cell_type"],
            "# NBVAL_CHECK_OUTPUT\n" * ("nbval-check-output" in cell["metadata"].get("tags", ()))
            + "".join(cell["source"]),
        )
        for cell in notebook["cells"]
    ]


def code(path: Path) -> list[str]:
    return [text for kind, text in cells(path) if kind == "code"]


def prose(path: Path) -> str:
    return "\n".join(text for kind, text in cells(path) if kind == "markdown")


def headings(path: Path) -> list[tuple[int, str]]:
    found = re.findall(r"^(#{1,6}) +(.+)$", prose(path), re.MULTILINE)
    return [(len(marks), words) for marks, words in found]


def number(path: Path) -> int:
    return int(path.name[:2])


def questions_asked(path: Path) -> list[tuple[int, str]]:
    """Each question a chapter asks: the chapter whose bank it is from, and its name."""
    asked = []
    for text in code(path):
        for bank, names in re.findall(
            r'Quiz\.read\(\s*"questions/(\d\d)\.txt"((?:,\s*"[\w-]+")*)', text
        ):
            asked += [(int(bank), name) for name in re.findall(r'"([\w-]+)"', names)]
    return asked


def test_there_is_a_chapter_for_each_number_from_0_on():
    assert [number(path) for path in CHAPTERS] == list(range(len(CHAPTERS)))
    assert len(CHAPTERS) >= 12


chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


@chapters
def test_a_chapter_opens_with_its_number_and_one_question(path):
    kind, first = cells(path)[0]
    assert kind == "markdown"
    assert re.match(rf"# {number(path)} \S", first)
    assert re.search(r"^\*\*[^*]*(?:\*[^*]+\*[^*]*)?\?\*\*$", first, re.MULTILINE)
    assert "minutes" in first
    assert "builds on" in first


@chapters
def test_the_syllabus_gives_the_minutes_that_the_chapter_gives(path):
    said = re.search(r"takes about (\d+) minutes", cells(path)[0][1])
    row = re.search(
        rf"^\|[\d, ]+\| {number(path)} .*$", (COURSE / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert f"| {said[1]}" in row[0]


@chapters
def test_headings_come_in_order(path):
    levels = [level for level, _ in headings(path)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    numbered = [int(m[1]) for _, words in headings(path)[1:] if (m := re.match(r"(\d+) ", words))]
    assert numbered == list(range(1, len(numbered) + 1))


@chapters
def test_all_imports_stand_in_one_set_up_cell_and_name_what_is_public(path):
    first, *others = code(path)
    assert not [text for text in others if re.search(r"^\s*(import|from)\s", text, re.MULTILINE)]
    for node in ast.parse(first).body:
        if isinstance(node, ast.Import):
            names = [(a.name, a.asname) for a in node.names]
            assert names in ([("flywheel_edu", "fw")], [("numpy", "np")])
        else:
            assert isinstance(node, ast.ImportFrom), "the set-up cell only imports"
            assert node.module in ("flywheel_edu.widgets", "flywheel_edu.flywheels")
            if node.module == "flywheel_edu.widgets":
                assert {alias.name for alias in node.names} <= set(widgets.__all__)


@chapters
def test_a_chapter_uses_public_names_only(path):
    for text in code(path):
        for name in re.findall(r"\bfw\.(\w+)", text):
            assert name in fw.__all__, f"fw.{name} is not public"
        assert not re.search(r"\.\_[a-z]", text), "a private name"


@chapters
def test_a_cell_is_short_and_defines_nothing(path):
    """But for the section of chapter 2 that is about functions."""
    for text in code(path):
        assert len(text.splitlines()) <= 15, text
        defined = [
            each.name if isinstance(each, ast.FunctionDef) else text
            for each in ast.walk(ast.parse(text))
            if isinstance(each, ast.FunctionDef | ast.Lambda | ast.ClassDef)
        ]
        assert set(defined) <= ({"doubling_time", "a_month_later"} if number(path) == 2 else set())


@chapters
def test_every_figure_carries_its_words(path):
    """Pictures come from the package, which gives each its alt text; those in words say theirs."""
    for text in code(path):
        assert not re.search(r"\bplt\.|matplotlib|IPython", text), text
    for words, _ in re.findall(r"!\[(.*?)\]\((.*?)\)", prose(path)):
        assert len(words) > 10


@pytest.mark.parametrize(
    "path", sorted((COURSE / "models").glob("*.flywheel")), ids=lambda path: path.stem
)
def test_a_model_of_the_course_runs_and_passes_the_guidelines(path):
    model = fw.read(path)
    assert fw.simulate(model).time[-1] == model.clock.stop
    if path.stem not in PUT_IN_ORDER:
        assert not fw.lint(fw.causal_graph(model, show=model.shown))


@pytest.mark.parametrize(("model", "number"), PUT_IN_ORDER.items())
def test_a_model_put_in_order_has_the_lines_that_were_shuffled(model, number):
    asked, steps = read_steps((COURSE / "orders" / f"{number}.txt").read_text("utf-8"))
    text = " ".join((COURSE / "models" / f"{model}.flywheel").read_text("utf-8").split())
    at = [text.find(" ".join(line.split())) for line in (asked, *(next(iter(s)) for s in steps))]
    assert at[0] >= 0
    assert at == sorted(at)


@chapters
def test_a_chapter_has_its_recurring_parts(path):
    words = [re.sub(r"^\d+ ", "", heading) for _, heading in headings(path)]
    assert "What you have learnt" in words
    assert words[-1] == "What you have learnt"
    assert "**Read on:**" in prose(path)
    assert 'Canvas(keep="my_flywheel.json")' in "\n".join(code(path))
    if number(path) > 0:
        assert words[1] == "Three quick questions"
        assert "Catch the claim" in words
        assert any(word.startswith("Your own flywheel") for word in words)
    assert 20 <= len(cells(path)) <= 48


@chapters
def test_the_quick_questions_come_from_one_three_and_six_chapters_back(path):
    if number(path) == 0:
        return
    opening = questions_asked(path)[:3]
    assert len(opening) == 3
    banks = {bank for bank, _ in opening}
    assert max(banks) < number(path)
    assert {number(path) - gap for gap in (1, 3, 6) if number(path) >= gap} <= banks


@chapters
def test_a_guess_is_asked_for_before_an_answer_is_shown(path):
    """In its own section, and again after every second answer."""
    assert shown_unasked(in_sections(cells(path))) == []


@chapters
def test_a_claim_is_voted_on_before_its_verdict_is_shown(path):
    sections = in_sections(cells(path))
    assert verdicts_without_a_vote(sections) == []
    for cell, does in deeds(sections):
        if not cell.section.endswith("Catch the claim"):
            continue
        for bank, name in does.quizzes:
            assert bank == f"questions/{number(path):02}.txt"
            asked = read_questions((COURSE / bank).read_text("utf-8"))
            question = next(each for each in asked if each.name == name)
            words = " ".join([question.ask, *(answer.text for answer in question.answers)]).lower()
            assert len(question.answers) >= 3, "true, half true or wrong"
            assert re.search(r"\b(true|right)\b", words), words
            assert re.search(r"\b(wrong|false)\b", words), words


@chapters
def test_figures_are_cited(path):
    """By the cell that shows them, or in the words beside it."""
    assert unsourced(in_sections(cells(path))) == []


@chapters
def test_questions_exist_where_they_are_asked(path):
    for bank, name in questions_asked(path):
        file = COURSE / "questions" / f"{bank:02}.txt"
        assert name in {q.name for q in read_questions(file.read_text("utf-8"))}, (
            f"{bank:02} {name}"
        )


@chapters
def test_lines_to_order_are_not_given_away_by_the_cell_that_asks(path):
    for text in code(path):
        if "Order" in text and "import" not in text:
            asked = re.fullmatch(r'Order\.read\("orders/(\d\d)\.txt"(, code=True)?\)', text)
            assert asked, text
            assert int(asked[1]) == number(path)
            Order.read(COURSE / "orders" / f"{asked[1]}.txt")


@pytest.mark.parametrize("bank", BANKS, ids=lambda path: path.stem)
def test_every_answer_of_the_bank_is_explained(bank):
    questions = read_questions(bank.read_text("utf-8"))
    assert len({question.name for question in questions}) == len(questions) >= 3
    for question in questions:
        assert len(question.answers) >= 3
        assert all(answer.why for answer in question.answers)
        assert sum(answer.right for answer in question.answers) >= 1


@chapters
def test_the_voice_is_plain(path):
    words = prose(path)
    assert "!" not in re.sub(r"`[^`]*`", "", words)
    assert not re.search(
        r"\b(simply|obviously|amazing|powerful|exciting|unlock your)\b", words, re.IGNORECASE
    )


def test_the_last_chapter_prints_the_notes_on_a_drawing(capsys):
    (cell,) = [text for text in code(CHAPTERS[11]) if "in mine.notes" in text]
    exec(cell, {"mine": widgets.Canvas("lower prices -> visits +")})
    assert "\n- No loop closes: no way along the arrows leads back" in capsys.readouterr().out
