"""A language is whole: the same code, the same questions, and words that are still said."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu.cli.handout import material
from flywheel_edu.errors import CommandError, EquationError
from flywheel_edu.files import LANGUAGE
from flywheel_edu.widgets.order.core import Lines, read_steps
from flywheel_edu.widgets.quiz.core import read_questions
from flywheel_edu.widgets.shared.module import WIDGETS
from flywheel_edu.words import WORDS, said, table

COURSE = Path(__file__).resolve().parents[2] / "course"
LANGUAGES = [path.parent.name for path in sorted(COURSE.glob(f"*/{WORDS}"))]
PAGES = [path for language in LANGUAGES for path in sorted((COURSE / language).rglob("*.*"))]
PLACE = re.compile(r"\{(\w+)\}")


def pages(kind: str) -> list[Path]:
    return [path for path in PAGES if path.match(kind)]


def english(path: Path) -> Path:
    return COURSE / Path(*path.relative_to(COURSE).parts[1:])


def name_of(path: Path) -> str:
    return str(path.relative_to(COURSE))


def test_the_proof_is_there():
    wanted = ["00_start_here.ipynb", "01_the_napkin.ipynb", "orders/01.txt", "words.json"]
    wanted += ["questions/00.txt", "questions/01.txt"]
    german = {path.relative_to(COURSE / "de").as_posix() for path in PAGES if "de" in path.parts}
    assert german == set(wanted)


def without_words(code: str) -> str:
    """A cell's program with every text in it left out, but for names of files and questions."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            arrows = [line for line in node.value.splitlines() if "->" in line]
            keys = re.fullmatch(r"[\w/.-]+", node.value.strip())
            node.value = node.value if keys else "\n".join(arrows)
    return ast.unparse(tree)


@pytest.mark.parametrize("path", pages("*.ipynb"), ids=name_of)
def test_a_chapter_has_the_cells_of_the_english_one(path):
    ours, theirs = (json.loads(p.read_text("utf-8"))["cells"] for p in (english(path), path))
    assert [cell["id"] for cell in theirs] == [cell["id"] for cell in ours]
    for one, other in zip(ours, theirs, strict=True):
        assert (other["cell_type"], other["metadata"]) == (one["cell_type"], one["metadata"])
        was, now = "".join(one["source"]), "".join(other["source"])
        if one["cell_type"] == "code":
            assert without_words(now) == without_words(was)
        else:
            assert now != was
            for mark in ("## ", "**", "<details>", "\n- ", "\n> "):
                assert (mark in now) == (mark in was), (mark, one["id"])


@pytest.mark.parametrize("path", pages("questions/*.txt"), ids=name_of)
def test_the_questions_are_the_same_and_so_are_the_right_answers(path):
    ours, theirs = (read_questions(p.read_text("utf-8")) for p in (english(path), path))
    assert [(q.name, [a.right for a in q.answers]) for q in theirs] == [
        (q.name, [a.right for a in q.answers]) for q in ours
    ]
    assert all(one.ask != other.ask for one, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("path", pages("orders/*.txt"), ids=name_of)
def test_the_lines_to_order_are_the_same(path):
    ours, theirs = (Lines(*read_steps(p.read_text("utf-8"))) for p in (english(path), path))
    assert [(line.text, line.step) for line in theirs.lines] == [
        (line.text, line.step) for line in ours.lines
    ]


def our_strings() -> str:
    """Every text that stands in the code, in one."""
    found = []
    for path in WIDGETS.parent.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        found += [str(n.value) for n in nodes if isinstance(n, ast.Constant)]
    for path in WIDGETS.rglob("*.js"):
        text = re.sub(r'"\s*\+\s*"', "", path.read_text("utf-8"))
        found.append(re.sub(r"\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "\n", text).replace('\\"', '"'))
    found.append((WIDGETS.parent / "one_page" / "one_page.html").read_text("utf-8"))
    return "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_a_table_is_still_said_and_keeps_its_places(language):
    said_in_code = our_strings()
    for key, to in table(language).items():
        assert set(PLACE.findall(to)) == set(PLACE.findall(key)), key
        for piece in PLACE.sub("\n", key).split("\n"):
            texts = 0
            while piece:  # a sentence may be put together from a few texts
                sizes = range(len(piece), 0, -1)
                known = next((n for n in sizes if piece[:n] in said_in_code), 0)
                piece, texts = piece[known:], texts + 1
                assert known, key
                assert texts <= 4, key


def test_errors_and_loops_speak_it(monkeypatch):
    monkeypatch.setenv(LANGUAGE, "de")
    with pytest.raises(fw.FlywheelError) as caught:
        fw.load("napkin").change(magin=0.3)
    assert str(caught.value) == (
        "'magin' ist keine Vorgabe dieses Modells\n  Tipp: meintest du 'margin'?"
    )
    with pytest.raises(EquationError) as caught:
        fw.Model.parse(
            "time month from 0 to 1 step 1\nlost [1] = custmers\ngiven customers [1] = 2"
        )
    assert str(caught.value) == (
        "nichts heißt 'custmers'\n  Zeile 2: lost [1] = custmers\n"
        "                      ^^^^^^^^\n  Tipp: meintest du 'customers'?"
    )
    loops = fw.find_loops(fw.read_sketch("price -> visits - -> cost_structure - -> price +"))
    assert str(loops) == "R1 (verstärkend): price -> visits -> cost_structure -> price"
    assert loops["R1"].kind == "reinforcing"
    monkeypatch.setenv(LANGUAGE, "xx")
    assert said("Undo") == "Undo"


def test_a_translated_page_stands_in_the_english_ones_place_and_the_others_fall_back():
    ours, german = material(), material("de")
    assert list(german) == list(ours) == list(material("en"))
    assert not [name for name in ours if name.startswith("course/de")]
    changed = {name for name in ours if german[name] != ours[name]}
    assert changed == {
        f"course/{english(path).relative_to(COURSE).as_posix()}"
        for path in PAGES
        if path.name != WORDS and path.parts[len(COURSE.parts)] == "de"
    }
    with pytest.raises(CommandError) as caught:
        material("xx")
    assert str(caught.value) == (
        f"the course is not in the language 'xx'\n  hint: it is in: {', '.join(['en', *LANGUAGES])}"
    )
