"""Every number on every page is held, see `numbers` for by what; checked cells print what was kept.

Each chapter is run once for both.
"""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import flywheel_edu as fw
from flywheel_edu.widgets.quiz.core import read_questions
from tests.course import test_figures, test_figures_in_runs
from tests.course.numbers import NUMBER, Page, figures, unheld
from tests.course.printed import COURSE, KEPT, MARK, beside_its_files, printed, ran
from tests.course.test_chapters import CHAPTERS, prose

# What a document printed, in its words on the page, and how the page names the document.
CITED = [
    (0, "by 0.74 standard deviations", "(Latimier, Peyre and Ramus, *Educational"),
    (2, "about 30 feet across and 2 feet thick", "Jim Collins asks his readers"),
    (5, "for 2021 they are -9.1, -14.3 and -20.4 billion", "(results release of 3 February 2022)"),
    (8, "by 28 and 37 % in the first two quarters of 2026", "(Form 10-Q for June 2026)"),
    (8, "about 2.08 x 10^170 are legal", "(Tromp's count)"),
    (9, '"Exceeded 100 million"', "(letter for 2017"),
    (9, '"more than 200 million"', "(letter for 2020"),
    (9, "Amazon agreed to pay 2.5 billion dollars to settle", "in September 2025"),
    (10, "September 2023, No. 2:23-cv-01495", "*FTC v. Amazon* (complaint of 26"),
    (10, "(policy brief S2024-03)", "called the case extremely weak"),
    (10, "was settled for 2.5 billion USD", "in September 2025"),
]
SHARE = 0.7  # of changed figures, at least so many are found: few small ones stand by chance
SOLUTIONS = sorted((COURSE.parent / "solutions").glob("*.ipynb"))


@cache
def rows() -> dict[int, list[str]]:
    """The words whose figures are worked out or cited, by chapter, as patterns.

    Also what a test looks for in a text: ``assert "words" in text_of(3)``.
    """
    found: dict[int, list[str]] = {}
    for chapter, words, _ in test_figures.TOLD + test_figures_in_runs.TOLD + CITED:
        found.setdefault(chapter, []).append(re.escape(words))
    for path in Path(__file__).parent.glob("test_[ft]*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Compare(
                    ast.Constant() | ast.JoinedStr() as words,
                    [ast.In()],
                    [ast.Call(ast.Name("text_of" | "right_answer"), [ast.Constant(chapter), *_])],
                ):
                    parts = words.values if isinstance(words, ast.JoinedStr) else [words]
                    pattern = "".join(
                        re.escape(str(part.value))
                        if isinstance(part, ast.Constant)
                        else "[-\\d.,]+"
                        for part in parts
                    )
                    found.setdefault(int(str(chapter)), []).append(pattern)
    return found


@cache
def run(chapter: int) -> tuple[list[tuple[dict[str, Any], str, Any]], list[Any]]:
    """The code cells of a chapter as `ran` gives them, and the charts of figures they draw."""
    plot, drawn = fw.facts.plot, []
    with (
        TemporaryDirectory() as folder,
        beside_its_files(Path(folder)) as course,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(fw.facts, "plot", lambda *a, **k: drawn.append(plot(*a, **k)) or drawn[-1])
        return list(ran(course / CHAPTERS[chapter].name)), drawn


@cache
def shown(chapter: int) -> dict[str, str]:
    """What stands in each code cell of a chapter and what it shows, by the cell's id."""
    return {
        cell["id"]: f"{''.join(cell['source'])}\n{out}\n{_seen(value)}"
        for cell, out, value in run(chapter)[0]
    }


def _seen(value: object) -> str:
    """A number or a table as it is shown, a chart as it is told; a widget tells by itself."""
    home = type(value).__module__
    return getattr(
        value, "alt", "" if re.match("flywheel_edu.widgets|matplotlib", home) else str(value)
    )


def pages(chapter: int) -> list[Page]:
    """The pieces of a chapter and of its questions, each with what is shown in its section."""
    sections: list[list[tuple[str, str]]] = [[]]
    for cell in json.loads(CHAPTERS[chapter].read_text("utf-8"))["cells"]:
        for text in re.split(r"^(?=## )", "".join(cell["source"]), flags=re.MULTILINE):
            if text.startswith("## ") and cell["cell_type"] == "markdown":
                sections.append([])
            sections[-1].append((cell["id"], text if cell["cell_type"] == "markdown" else ""))
    said, found, asked = shown(chapter), [], {}
    for section in sections:
        beside = "\n".join(said.get(name, "") for name, _ in section)
        found += [Page(name, text, beside) for name, text in section if text]
        whole = beside + "\n".join(text for _, text in section)
        asked |= dict.fromkeys(re.findall(r'"([\w-]+)"', beside), whole)
    for question in read_questions((COURSE / f"questions/{chapter:02}.txt").read_text("utf-8")):
        beside = f"{asked.get(question.name, '')}\n{question.ask}"
        for answer in question.answers:
            key = f"+ {answer.text} " if answer.right else ""
            found.append(Page(question.name, f"{key}= {answer.why}", beside))
    return found


every = pytest.mark.parametrize("chapter", range(len(CHAPTERS)))


@every
def test_every_number_of_a_chapter_and_its_questions_is_held(chapter):
    left = [
        (page.where, each)
        for page in pages(chapter)
        for each in unheld(page, rows().get(chapter, []))
    ]
    assert left == []


@every
def test_a_number_changed_is_found(chapter):
    """Each figure with its last digit changed: but for the few that stand beside it by chance."""
    told = rows().get(chapter, [])
    caught = []
    for page in pages(chapter):
        for at in figures(page):
            text = page.text[: at.start()] + _changed(at[0]) + page.text[at.end() :]
            caught.append(
                bool(unheld(Page(page.where, text, page.beside), told))
                or any(_has(page.text, words) and not _has(text, words) for words in told)
            )
    assert sum(caught) >= SHARE * len(caught), f"{sum(caught)} of {len(caught)}"


def _changed(number: str) -> str:
    at = max((i for i, sign in enumerate(number) if sign in "123456789"), default=0)
    return f"{number[:at]}{int(number[at]) % 9 + 1}{number[at + 1 :]}"


def _has(text: str, words: str) -> bool:
    return bool(re.search(words, " ".join(text.split()), re.IGNORECASE))


@pytest.mark.parametrize(("chapter", "words", "source"), CITED, ids=lambda each: str(each)[:40])
def test_what_a_document_printed_stands_beside_its_name(chapter, words, source):
    text = " ".join(prose(CHAPTERS[chapter]).split())
    assert words in text
    assert source in text[max(0, text.index(words) - 200) : text.index(words) + 200]


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_number_of_an_exercise_is_in_its_cells_or_checks(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    beside = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    beside += (COURSE.parent / f"exercises/checks/{path.stem}.py").read_text("utf-8")
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    said = r'"[^"]*"'  # in a task, what somebody says is his own
    beside += " ".join(each for text in texts for each in re.findall(said, text))
    assert [each for text in texts for each in unheld(Page("", text, beside), ())] == []


@pytest.mark.parametrize(
    "path",
    sorted((COURSE / "de").glob("*/*.txt")) + sorted((COURSE / "de").glob("*.ipynb")),
    ids=lambda path: path.stem,
)
def test_a_translated_page_has_the_numbers_of_the_english_one(path):
    def numbers(page, decimal):
        text = prose(page) if page.suffix == ".ipynb" else page.read_text("utf-8")
        swap = str.maketrans(",.", ".,") if decimal == "," else {}
        return sorted(NUMBER.findall(text.translate(swap)))

    assert numbers(path, ",") == numbers(COURSE / path.relative_to(COURSE / "de"), ".")


@every
def test_checked_cells_print_what_was_kept(chapter):
    kept = KEPT / f"{chapter:02}.txt"
    assert printed(run(chapter)[0]) == (kept.read_text("utf-8") if kept.exists() else "")


CHARTED = [n for n, path in enumerate(CHAPTERS) if "fw.facts.plot(" in path.read_text("utf-8")]


@pytest.mark.parametrize("chapter", CHARTED)
def test_every_chart_of_figures_carries_its_source(chapter):
    """A series that has been computed with may have lost it on the way."""
    _, drawn = run(chapter)
    assert drawn
    assert [picture.alt for picture in drawn if " Source: " not in picture.alt] == []


def notebook(path, **cells):
    rows = []
    for name, text in cells.items():
        tags = [MARK] if MARK in text else []
        rows.append({"id": name, "cell_type": "code", "source": text, "metadata": {"tags": tags}})
    path.write_text(json.dumps({"cells": rows}), "utf-8")
    return path


def test_only_checked_cells_are_kept_and_they_share_their_names(tmp_path):
    path = notebook(tmp_path / "a.ipynb", one="x = 2\nprint(x)", two=f"# {MARK}\nprint(x * 21)\nx")
    assert printed(ran(path)) == "== two\n42\n"


def test_a_table_at_the_end_of_a_cell_is_kept_as_shown(tmp_path):
    text = f"# {MARK}\nimport pandas as pd\npd.Series([1, 2], name='orders').to_frame()"
    assert printed(ran(notebook(tmp_path / "a.ipynb", one=text))) == (
        "== one\n   orders\n0       1\n1       2\n"
    )
