"""The played loops in a real browser, with no Python behind them and in a real JupyterLab."""

from __future__ import annotations

import pytest

from flywheel_edu import Model, load
from flywheel_edu.widgets import Loops
from tests.simulate.models import RUNNING

VILLAGE = (
    RUNNING["village"].read_text("utf-8")
    + "show people at 0.2 0.5, births at 0.5 0.9, room at 0.8 0.4\n"
)
HOSTILE = ["<img src=x onerror=alert(1)>", "\u202egnisrever", "x" * 10_000, "a 'b' \"c\" \\"]


def village(at=None):
    loops = Loops(Model.parse(VILLAGE))
    if at is not None:
        loops.at(at)
    return loops


def variable(page, name):
    return page.locator(".fwc-variable").filter(has_text=name)


def words(page):
    return page.locator(".fwl-words").inner_text()


def said(page):
    text = page.locator(".fwl [role=status]").first.inner_text()
    return text.replace("\u2068", "").replace("\u2069", "").strip()


def lit(page):
    return page.locator(".fww-leads text").all_text_contents()


def levels(page):
    """How far each variable stands from where it was, by its bar."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.fwc-level')].map((bar) =>
          (bar.classList.contains('fwc-down') ? -1 : 1) * bar.width.baseVal.value)"""
    )


def test_the_loop_that_leads_is_lit_and_moves_with_time(bare):
    page = bare(village(at=5))
    assert lit(page) == ["R1"]
    assert words(page).startswith("Leads: Growth (R1), ")
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("End")
    assert lit(page) == ["B1"]
    assert words(page).startswith("Leads: Crowding (B1), ")
    assert page.locator(".fwl-clock").inner_text() == "year 40"
    assert [text for text in page.locator(".fwl-lead").all_inner_texts() if text] == ["R1", "B1"]
    page.wait_for_timeout(300)
    assert page.evaluate("window.model.get('turned').at") == 40


def test_arrows_are_as_wide_as_what_they_carry(bare):
    page = bare(village(at=3))
    run = """() => [...document.querySelectorAll('.fwc-path')]
      .map((path) => parseFloat(path.style.strokeWidth))"""
    early = page.evaluate(run)
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("End")
    late = page.evaluate(run)
    arrows = village().given["drawing"]["arrows"]
    crowding = [
        i for i, arrow in enumerate(arrows) if (arrow["from"], arrow["to"]) == ("people", "room")
    ]
    assert late[crowding[0]] > 2 * early[crowding[0]]


def test_a_nudge_comes_round_reversed_when_the_balancing_loop_leads(bare):
    page = bare(village(at=39))
    variable(page, "room").focus()
    page.keyboard.press("u")
    assert said(page) == "room nudged up at year 39"
    page.wait_for_selector(".fwc-pulse")
    # room up -> births up -> people up -> room down
    page.wait_for_function("document.querySelectorAll('.fwc-pulse.fwc-down').length > 0")
    page.get_by_role("button", name="Settle").click()
    assert page.locator(".fwc-pulse").count() == 0
    assert levels(page) == [0, 0, 0]


def test_buttons_nudge_what_was_picked_with_the_mouse(bare):
    page = bare(village(at=5))
    variable(page, "people").click()
    page.get_by_role("button", name="Nudge down").click()
    page.wait_for_selector(".fwc-pulse.fwc-down")
    assert levels(page)[0] < 0


def test_arrow_keys_go_from_quantity_to_quantity(bare):
    page = bare(village())
    variable(page, "people").focus()
    page.keyboard.press("ArrowRight")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert "births" in label or "room" in label
    assert "driven by" in label
    assert page.locator(".fwc-variable[tabindex='0']").count() == 1


def test_with_less_motion_wanted_a_push_goes_in_steps(bare):
    page = bare(village(at=5), reduced_motion="reduce")
    variable(page, "people").focus()
    page.keyboard.press("u")
    first = page.locator(".fwc-pulse").first.get_attribute("transform")
    page.wait_for_timeout(300)
    assert page.locator(".fwc-pulse").first.get_attribute("transform") == first
    page.wait_for_function(
        "(f) => document.querySelector('.fwc-pulse')?.getAttribute('transform') !== f", arg=first
    )


def test_the_story_is_revealed_loop_by_loop(bare):
    page = bare(Loops(load("napkin")))
    everything = page.locator(".fwc-arrow:visible").count()
    page.get_by_role("button", name="Loop by loop").click()
    assert "1 of 5: Selection (R1)" in page.locator(".fwl-reveal").inner_text()
    assert page.locator(".fwc-arrow:visible").count() == 4
    page.keyboard.press("Enter")  # the focus is on Next
    assert "2 of 5" in page.locator(".fwl-reveal").inner_text()
    assert page.locator(".fwl-loops li").count() == 2
    for _ in range(3):
        page.keyboard.press("Enter")
    page.get_by_role("button", name="All").click()
    assert page.locator(".fwc-arrow:visible").count() == everything
    page.wait_for_timeout(300)
    assert page.evaluate("window.model.get('turned').revealed") == 0


def test_a_listed_loop_is_lit_with_its_story_and_all_else_steps_back(bare):
    page = bare(village(at=5))
    page.get_by_role("button", name="B1: light this loop").click()
    assert lit(page) == ["B1"]
    assert page.locator(".fwc-arrow.fwc-dim").count() == 1  # people to room is on B1, births to
    story = page.locator(".fwl-loops").inner_text()
    assert "room" in story.lower()
    page.get_by_role("button", name="B1: light this loop").click()
    assert lit(page) == ["R1"]


def test_time_plays_by_itself_and_pauses(bare):
    page = bare(village())
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.fwl-time').value >= 3")
    page.get_by_role("button", name="Pause").click()
    at = page.locator(".fwl-time").input_value()
    page.wait_for_timeout(500)
    assert page.locator(".fwl-time").input_value() == at


def test_two_views_stay_together_in_time(bare):
    page = bare(village(), views=2, height=1600)
    page.get_by_role("slider", name="Time").first.focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "[...document.querySelectorAll('.fwl-time')].every((each) => each.value === '40')"
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_in_played_loops(bare, faults, dark, width):
    page = bare(Loops(load("napkin")), dark=dark, width=width)
    assert faults(page) == []
    page.get_by_role("button", name="Loop by loop").click()
    variable(page, "traffic").focus()
    page.keyboard.press("u")
    assert faults(page) == []


@pytest.mark.parametrize("width", [320, 400])
def test_narrow_loops_need_no_sideways_scrolling(bare, width):
    page = bare(Loops(load("retail")), width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_text_and_breaks_nothing(bare, name):
    widget = village()
    text = {"title": name, "doc": name, "story": name}
    given = widget.given
    drawing = given["drawing"]
    variables = [{**each, "doc": name} for each in drawing["variables"]]
    loops = [{**loop, **text} for loop in given["loops"]]
    widget.given = {
        **given,
        "title": name,
        "loops": loops,
        "drawing": {**drawing, "variables": variables},
    }
    page = bare(widget)
    assert page.locator(".fw img, .fw script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_leaving_the_page_stops_everything(bare):
    page = bare(village(at=5))
    page.get_by_role("button", name="Play").click()
    variable(page, "people").focus()
    page.keyboard.press("u")
    page.evaluate("window.stops.forEach((stop) => stop())")
    page.evaluate("document.getElementById('views').replaceChildren()")
    page.evaluate("window.model.set('given', {...window.model.get('given'), edition: 9})")
    page.wait_for_timeout(400)


def test_python_and_the_notebook_move_the_same_slider(notebook):
    page = notebook(
        "import flywheel_edu as fw\nfrom flywheel_edu.widgets import Loops\n"
        "loops = Loops(fw.load('napkin'))\nloops"
    )
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(700)
    assert page.python("print(loops.time)") == "60.0"
    page.python("loops.at(30)")
    page.wait_for_function("document.querySelector('.fwl-clock').textContent === 'month 30'")


def test_where_one_played_is_offered_again_when_the_page_begins_anew(bare):
    page = bare(village())
    page.get_by_role("slider", name="Time").focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="R1: light this loop").click()
    page.wait_for_timeout(300)  # the browser waits that long until time rests
    state = page.context.storage_state()
    again = bare(village(), storage_state=state)
    begin = again.get_by_role("slider", name="Time").input_value()
    assert begin == str(village().given["at"])
    assert again.locator(".fw-kept").inner_text().startswith("You played here on ")
    again.get_by_role("button", name="Bring it back").click()
    assert again.locator(".fwl-clock").inner_text() == "year 40"
    light = again.get_by_role("button", name="R1: light this loop")
    assert light.get_attribute("aria-pressed") == "true"
    assert again.locator(".fw-kept").is_hidden()
    # As Python gave it there is nothing to bring back, nor is there in other loops.
    light.click()
    again.get_by_role("slider", name="Time").fill(begin)
    again.wait_for_timeout(300)
    for state_now, widget in (
        (again.context.storage_state(), village()),
        (state, Loops(load("bass"))),
    ):
        page = bare(widget, storage_state=state_now)
        page.wait_for_selector(".fwl")
        assert page.get_by_role("button", name="Bring it back").count() == 0
