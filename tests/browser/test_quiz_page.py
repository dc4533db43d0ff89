"""Quizzes and lines to order in a real browser with no Python behind them."""

from __future__ import annotations

import pytest

from flywheel_edu.widgets import Order, Quiz
from flywheel_edu.widgets.quiz.core import Answer, Question

BANK = """
?signs: A minus leads from price to visits. The price falls. What do visits do?
+ They rise.
= Opposite way: price down, visits up.
- They fall.
= That would be a plus: the same way.
?stocks: Which of these pile up?
+ Customers
= They are there when the clock stops.
- Sales a month
= A flow.
+ Cash
= It is there when the clock stops.
"""
STEPS = [{"one": "It begins."}, {"two": "It follows one."}, {"three": "It follows two."}]


def answers(page):
    return page.evaluate("window.model.get('answered').answers")


def test_an_answer_by_keyboard_is_explained_to_eye_and_ear_and_kept(bare):
    page = bare(Quiz(BANK))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert answers(page) == {"signs": "b"}
    assert page.locator(".fwq-why").inner_text() == "That would be a plus: the same way."
    assert page.locator(".fwq-verdict").inner_text() == "Not this one. Try another."
    spoken = page.locator("[role=status]").inner_text()
    assert "Not this one. Try another. That would be a plus: the same way." in spoken
    page.keyboard.press("Shift+Tab")  # the focus stayed where it was
    page.keyboard.press("Space")
    assert answers(page) == {"signs": "a"}
    assert page.locator(".fwq-verdict").inner_text() == "Right."


def test_several_right_answers_are_ticked_and_checked(bare):
    page = bare(Quiz(BANK))
    page.get_by_role("checkbox", name="Customers").check()
    page.get_by_role("button", name="Check").click()
    assert page.locator(".fwq-verdict").inner_text() == "Right so far, and there is more."
    page.get_by_role("checkbox", name="Cash").check()
    page.get_by_role("button", name="Check").click()
    assert answers(page) == {"stocks": "ac"}
    assert page.locator(".fwq-verdict").inner_text() == "Right."


def test_answers_given_before_are_offered_again_when_the_page_begins_anew(bare):
    page = bare(Quiz(BANK))
    page.get_by_role("button", name="They rise.").click()
    again = bare(Quiz(BANK), storage_state=page.context.storage_state())
    again.get_by_role("button", name="Bring it back").click()
    assert answers(again) == {"signs": "a"}
    assert again.locator(".fwq-verdict").inner_text() == "Right."


def test_an_answer_in_code_shows_in_the_browser(bare):
    page = bare(Quiz(BANK), views=2)
    page.evaluate("""() => {
      const given = window.model.get("given");
      window.model.set("given", { ...given, edition: 2, answers: { signs: "a" } });
    }""")
    assert page.locator(".fwq-verdict").all_inner_texts() == ["Right.", "Right."]


def test_hostile_questions_are_shown_as_text(bare):
    hostile = "<img src=x onerror=alert(1)>\u202e " + "x" * 10_000
    page = bare(Quiz(Question(hostile, [Answer(hostile, hostile, True), Answer("b", "c")], "q")))
    page.locator(".fwq-choice").first.click()
    assert page.locator(".fw img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_lines_are_put_in_order_by_keyboard_and_the_reason_is_told(bare):
    page = bare(Order("Count", STEPS))
    page.get_by_role("button", name="Check").click()
    assert "stands too early" in page.locator(".fwq-verdict").inner_text()
    for text in ("three", "two", "one"):
        for _ in range(2):
            up = page.get_by_role("button", name=f"Move up: {text}")
            if up.is_enabled():
                up.focus()
                page.keyboard.press("Enter")
    assert page.locator(".fwo-text").all_inner_texts() == ["one", "two", "three"]
    page.get_by_role("button", name="Check").click()
    assert page.locator(".fwq-verdict").inner_text() == "Right: this order holds."
    assert page.evaluate("window.model.get('ordered').checked") is True


def test_a_line_is_dragged_to_its_place(bare):
    page = bare(Order("Count", STEPS))
    lines = page.locator(".fwo-line")
    first = page.locator(".fwo-text").first.inner_text()
    box = lines.first.bounding_box()
    last = lines.last.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, last["y"] + last["height"] - 2, steps=6)
    page.mouse.up()
    assert page.locator(".fwo-text").last.inner_text() == first


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_in_a_quiz_or_an_order(bare, faults, dark, width):
    page = bare(Quiz(BANK), dark=dark, width=width)
    page.get_by_role("button", name="They fall.").click()
    page.get_by_role("checkbox", name="Cash").check()
    page.get_by_role("button", name="Check").click()
    assert faults(page) == []
    page = bare(Order("Count", STEPS, code=True), dark=dark, width=width)
    page.get_by_role("button", name="Check").click()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
