"""The builder's guide: each section runs by itself, and shows what it says."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu import widgets

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
OPENING, *SECTIONS = re.split(r"^## ", GUIDE, flags=re.MULTILINE)
EXAMPLES = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def examples(text: str) -> str:
    return "\n".join(EXAMPLES.findall(text))


@pytest.mark.parametrize("section", SECTIONS, ids=lambda text: text.split("\n", 1)[0])
def test_a_section_runs_by_itself_and_shows_what_it_says(section, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    source = examples(OPENING) + "\n" + examples(section)
    test = doctest.DocTestParser().get_doctest(source, {}, "guide", "docs/guide.md", 0)
    doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=said.append)
    assert test.examples
    assert not said, "".join(said)


def code_of_the_course() -> str:
    notebooks = [*(ROOT / "course").glob("*.ipynb"), *(ROOT / "exercises").glob("*.ipynb")]
    cells = [c for path in notebooks for c in json.loads(path.read_text("utf-8"))["cells"]]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


SHOWN = code_of_the_course() + examples(GUIDE)
ROOMS = {"cash", "facts", "widgets"}  # not to be called


@pytest.mark.parametrize("name", sorted(set(fw.__all__) - ROOMS - {"__version__"}))
def test_a_public_name_stands_in_a_chapter_an_exercise_or_the_guide(name):
    assert re.search(rf"\bfw\.{name}\b", SHOWN)


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_public_widget_stands_in_a_chapter_an_exercise_or_the_guide(name):
    assert re.search(rf"\b{name}\b", SHOWN)


def test_the_guide_names_every_way_to_join():
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "flywheel_edu").rglob("*.py"))
    asked = set(re.findall(r'\bjoined(?:_folders)?\("(\w+)"\)', code))
    assert {"models", "exercises", "readers", "writers", "drawers"} == asked
    assert asked <= set(re.findall(r"flywheel_edu\.(\w+)[\"`]", GUIDE))
