"""A story in a real browser, with no Python behind it."""

from __future__ import annotations

import pytest

from flywheel_edu import load
from flywheel_edu.widgets import Story

STEPS = [
    ("traffic", "Visits are where it begins."),
    (["sellers", "selection"], "Visitors draw sellers, who bring choice.", "sellers"),
    ("experience", "Choice is what brings people back.", "traffic"),
]


def story():
    return Story(load("napkin"), STEPS)


def shown(page):
    return page.locator(".fwt-text").inner_text(), page.locator(".fwc-variable").count()


def test_next_and_back_turn_the_pages_and_python_hears_of_it(bare):
    page = bare(story())
    assert shown(page) == ("Visits are where it begins.", 1)
    assert page.get_by_role("button", name="Back").is_disabled()
    page.get_by_role("button", name="Next").click()
    assert shown(page) == ("Visitors draw sellers, who bring choice.", 3)
    assert page.locator(".fwk-line").count() == 1
    assert page.evaluate("window.sent.at(-1)") == ["turned", {"of": 1, "at": 1}]
    page.get_by_role("button", name="Next").click()
    assert page.locator(".fwc-letter text").first.text_content() == "R1"
    assert page.get_by_role("button", name="Next").is_disabled()
    page.get_by_role("button", name="Back").click()
    assert shown(page)[1] == 3


def test_the_pages_are_turned_by_keyboard_alone(bare):
    page = bare(story())
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert shown(page)[1] == 4
    # Next is spent: the focus goes to Back, and is not lost.
    assert page.evaluate("document.activeElement.textContent") == "Back"
    page.keyboard.press("Home")
    assert shown(page)[1] == 1
    assert page.evaluate("document.activeElement.textContent") == "Next"


def test_each_page_is_said_to_a_screen_reader(bare):
    page = bare(story())
    page.get_by_role("button", name="Next").click()
    said = page.locator("[role=status]").inner_text()
    assert said.startswith(
        "Step 2 of 3. Visitors draw sellers, who bring choice. sellers goes from"
    )


def test_two_views_turn_together(bare):
    page = bare(story(), views=2, height=1600)
    page.get_by_role("button", name="Next").first.click()
    assert page.locator(".fwt-count").all_inner_texts() == ["2 of 3", "2 of 3"]


def test_what_was_there_stays_where_it_stood(bare):
    page = bare(story(), width=400)
    places = []
    for _ in range(3):
        traffic = page.locator(".fwc-variable").filter(has_text="traffic")
        places.append(traffic.get_attribute("transform"))
        page.get_by_role("button", name="Next").click(force=True)
    assert len(set(places)) == 1


@pytest.mark.parametrize("width", [1366, 960])
def test_the_largest_map_of_the_course_stands_whole_on_a_laptop(bare, width):
    page = bare(Story(load("retail")), width=width, height=768)
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert page.locator(".fwt-count").inner_text() == "9 of 9"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".fw-panel").bounding_box()["height"] <= 720
    sheet = page.locator("svg.fww").bounding_box()
    assert page.locator(".fwc-variable").count() == 15  # the share of sellers is in no named loop
    for box in page.locator(".fwc-variable, .fwc-letter").all():
        at = box.bounding_box()
        for start, size in (("x", "width"), ("y", "height")):
            assert sheet[start] <= at[start]
            assert at[start] + at[size] <= sheet[start] + sheet[size]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_in_a_story(bare, faults, dark, width):
    page = bare(story(), dark=dark, width=width)
    assert faults(page) == []
    page.get_by_role("button", name="Next").click()
    assert faults(page) == []


@pytest.mark.parametrize("nasty", ["<img src=x onerror=alert(1)>", "\u202egnisrever", "x" * 10_000])
def test_hostile_text_is_shown_as_text(bare, nasty):
    widget = Story(load("napkin"), [("traffic", nasty)])
    widget.given = {**widget.given, "title": nasty}
    page = bare(widget, width=400)
    assert page.locator(".fw img, .fw script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_leaving_the_page_stops_everything(bare):
    page = bare(story())
    page.evaluate("window.stops.forEach((stop) => stop())")
    page.evaluate("document.getElementById('views').replaceChildren()")
    page.evaluate("window.model.set('given', {...window.model.get('given'), edition: 9})")
    page.wait_for_timeout(200)


def test_where_one_read_is_offered_again_when_the_page_begins_anew(bare):
    page = bare(story())
    for _ in range(2):
        page.get_by_role("button", name="Next").click()
    state = page.context.storage_state()
    again = bare(story(), storage_state=state)
    assert shown(again)[0] == STEPS[0][1]
    assert again.locator(".fw-kept").inner_text().startswith("You read on here on ")
    again.get_by_role("button", name="Bring it back").click()
    assert shown(again)[0] == STEPS[2][1]
    assert again.locator(".fw-kept").is_hidden()
    again.keyboard.press("Home")  # the focus went to a button that turns the pages
    assert shown(again)[0] == STEPS[0][1]
    # Back at the beginning there is nothing to bring back, nor is there in another story.
    for state_now, widget in (
        (again.context.storage_state(), story()),
        (state, Story(load("napkin"), STEPS[:2])),
    ):
        page = bare(widget, storage_state=state_now)
        page.wait_for_selector(".fwt")
        assert page.get_by_role("button", name="Bring it back").count() == 0
