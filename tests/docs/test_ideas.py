"""The table of ideas: each place that it names is there, and holds the word."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import flywheel_edu as fw
from tests.course.test_chapters import questions_asked

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = {path.name[:2]: path for path in (ROOT / "course").glob("[0-9][0-9]_*.ipynb")}


def text_of(notebook):
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return " ".join(" ".join("".join(cell["source"]) for cell in cells).split()).casefold()


def rows():
    lines = (ROOT / "docs" / "ideas.md").read_text("utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [tuple(part.strip() for part in line.strip("|").split("|")) for line in table]


ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_idea_stands_where_the_table_says(row):
    _, chapter, word, model, exercise = row
    assert word.casefold() in text_of(CHAPTERS[f"{int(chapter):02}"])
    if model:
        name, _, quantity = model.partition(": ")
        own = ROOT / "course" / "models" / f"{name}.flywheel"
        assert quantity in (fw.read(own) if own.exists() else fw.load(name))
    if exercise:
        name, _, asked = exercise.partition(": ")
        if name.startswith("questions/"):
            assert (int(name[-2:]), asked) in {
                each for chapter in CHAPTERS.values() for each in questions_asked(chapter)
            }
            return
        assert asked.casefold() in text_of(ROOT / "exercises" / f"{name}.ipynb")


def test_no_idea_is_only_told():
    assert [row[0] for row in ROWS if not row[4]] == []


def test_the_table_has_the_forty_ideas_of_the_founding_texts():
    assert len(ROWS) >= 40
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_at_least_25_of_the_checked_claims_are_caught_in_the_course():
    caught = set()
    for path in CHAPTERS.values():
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            for call in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "fw.facts.claim":
                    caught.add(fw.facts.claim(call.args[0].value).claim)
    assert len(caught) >= 25


def test_what_the_chapters_say_of_inventory_and_of_costcos_fees():
    shop = fw.load("cash")
    leaner = shop.change(inventory_months=shop.given_values["inventory_months"] / 2)
    assert fw.simulate(leaner)["cash"].mean() > fw.simulate(shop)["cash"].mean()
    said = fw.facts.figures("working_capital", "costco_membership_fees", year=2025)
    assert "2025: 5323 USD million" in said
    rows = fw.facts.table("working_capital")
    row = rows[(rows["series"] == "costco_membership_fees") & (rows["year"] == 2025)].iloc[0]
    assert row["note"] == "about half of operating income"
