"""Widgets in another language: nothing of ours stays English, nothing of the reader's changes."""

from __future__ import annotations

import re

import pytest

from flywheel_edu.files import LANGUAGE
from flywheel_edu.widgets import Canvas, Order, Quiz
from flywheel_edu.widgets.shared.module import module

SEVERAL = """
?one: Q1
+ A1
= W1
- A2
= W2
?two: Q2
+ A1
= W1
+ A2
= W2
"""
STEPS = [{"L1": "W1"}, {"L2": "W2"}, {"L3": "W3"}]
DRAWN = "A -> B + -> C - delayed -> A ?\nA -> Delete +\nDelete -> A +"

TEXTS = """() => {
  const told = [];
  const walk = document.createTreeWalker(document.getElementById("views"), 5);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    // The model language is written in English words, and marked as that.
    if ((node instanceof Text ? node.parentElement : node).closest("[lang=en]:not(html)")) continue;
    if (node instanceof Text) told.push(node.data.trim());
    else for (const label of ["aria-label", "aria-roledescription", "title", "placeholder"])
      told.push(node.getAttribute(label) ?? "");
  }
  return told;
}"""
# Letters, signs, names of a reader, and the name that a new variable has until it gets its own.
OWN = r"[A-Za-z]\d?|variable \d|Delete|Name|F2|[A-Z](?:\s+[A-Z])+"
SHARED = re.compile(rf"(?:[\W\d]|\b(?:{OWN})\b)*")


def quiz_acts(page):
    yield
    page.locator("[data-part='0b']").click()
    yield
    page.locator("[data-part='0a']").click()
    page.locator("[data-part='1check']").click()
    yield
    page.locator("[data-part='1a']").check()
    page.locator("[data-part='1check']").click()
    yield


def order_acts(page):
    for part in ("aup", "cdown", "bup", "adown"):
        moving = page.locator(f"[data-part='{part}']")
        if moving.is_enabled():
            moving.click()
        page.locator(".fw-main").click()
        yield


def canvas_acts(page):
    yield
    for kind in ("variable", "arrow"):
        page.locator(f"[data-key^={kind}]").first.focus()
        page.keyboard.press("Enter")
        yield
    for key in ("d", "-", "Control+z", "Control+y"):
        page.locator("[data-key^=arrow]").first.focus()
        page.keyboard.press(key)
        yield
    for key in ("u", "l", "Escape", "n", "Delete"):
        page.locator("[data-key^=variable]").first.focus()
        page.keyboard.press(key)
        yield


CASES = {
    "quiz": (lambda: Quiz(SEVERAL), quiz_acts),
    "order": (lambda: Order("Q", STEPS), order_acts),
    "canvas": (lambda: Canvas(DRAWN), canvas_acts),
    "empty canvas": (lambda: Canvas(), lambda page: iter([None])),
}


@pytest.mark.parametrize("case", CASES)
def test_every_word_of_ours_is_translated(case, bare, monkeypatch):
    make, acts = CASES[case]
    told = {}
    for language in ("", "de"):
        monkeypatch.setenv(LANGUAGE, language)
        widget = make()
        widget._esm = module(f"{case.split()[-1]}/view.js")
        page = bare(widget)
        told[language] = []
        for _ in acts(page):
            page.wait_for_timeout(50)
            told[language].append(page.evaluate(TEXTS))
    for ours, theirs in zip(told[""], told["de"], strict=True):
        assert len(ours) == len(theirs)
        same = {one for one, other in zip(ours, theirs, strict=True) if one == other}
        assert {text for text in same if not SHARED.fullmatch(text)} == set()
        assert "Löschen" not in [t for one, t in zip(ours, theirs, strict=True) if one == "Q1"]


def test_what_the_reader_wrote_stays_even_where_it_is_a_word_of_ours(bare, monkeypatch):
    monkeypatch.setenv(LANGUAGE, "de")
    widget = Canvas("Delete -> today +")
    widget._esm = module("canvas/view.js")
    page = bare(widget)
    labels = page.locator(".fwc-label").all_text_contents()
    assert sorted(labels) == ["Delete", "today"]
    asked = Quiz("?q: Check\n+ Undo\n= Redo\n- Delete\n= Name")
    asked._esm = module("quiz/view.js")
    page = bare(asked)
    page.locator("[data-part='0a']").click()
    assert page.locator(".fwq-ask").inner_text() == "Check"
    assert page.locator(".fwq-text").all_inner_texts() == ["Undo", "Delete"]
    assert page.locator(".fwq-why").inner_text() == "Redo"
    assert page.locator(".fwq-verdict").inner_text() == "Richtig."
