"""Predictions in a real browser with no Python behind it."""

from __future__ import annotations

import json

import pytest

from flywheel_edu import Model, load, simulate
from flywheel_edu.widgets import Predict

SAVINGS = """time year from 0 to 40 step 0.25
stock savings [USD] = 100 # what <b>is</b> there
    + interest
interest [USD/year] = savings * rate
given rate [1/year] = 0.07 in 0 .. 0.2
"""


def predict(**change):
    return Predict(Model.parse(SAVINGS), "savings", **change)


def pull(page, points, steps=12):
    """Draw with the mouse through points given as shares of the chart, x to the right, y up."""
    box = page.locator(".fwp-ground").bounding_box()
    spots = [(box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"]) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=steps)
    page.mouse.up()


def button(page, name):
    return page.get_by_role("button", name=name)


def verdict(page):
    page.wait_for_selector(".fwp-verdict:not([hidden]) .fwp-title")
    return page.locator(".fwp-title").inner_text(), page.locator(".fwp-measured").inner_text()


def test_a_line_drawn_with_the_mouse_is_compared_with_the_run(bare):
    widget = predict()
    page = bare(widget)
    assert button(page, "Show the run").is_disabled()
    assert page.locator(".fwp-run").get_attribute("d") == ""
    pull(page, [(0.02, 0.05), (0.5, 0.12)])
    assert button(page, "Show the run").is_disabled()
    pull(page, [(0.5, 0.12), (1, 0.2)])
    button(page, "Show the run").click()
    title, measured = verdict(page)
    assert title == "→ A straight line for compounding."
    # The same drawing handed to Python is judged the same way, to the last word.
    state = page.evaluate("window.model.get('drew')")
    assert state["shown"] is True
    said = predict().draw(dict(state["drawn"]))
    assert f"→ {said.title}." == title
    assert said.text.splitlines()[-1] == measured


def test_nothing_of_the_run_is_computed_before_it_is_asked_for(bare):
    page = bare(predict())
    end = simulate(Model.parse(SAVINGS))["savings"][-1]
    for text in (page.content(), json.dumps(page.evaluate("window.model.get('given')"))):
        assert f"{end:.1f}"[:5] not in text
    assert page.locator(".fwp-verdict").is_hidden()


def test_the_curve_is_drawn_by_keyboard_alone(bare):
    page = bare(predict())
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowUp")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
    words = page.get_by_role("slider").last.get_attribute("aria-label")
    assert words == "savings at year 40"
    page.keyboard.press("Enter")
    verdict(page)
    drawn = [value for _, value in page.evaluate("window.model.get('drew')")["drawn"]]
    assert len(drawn) == 25
    assert drawn[0] == 100
    assert drawn[-1] > drawn[4] > 100
    assert page.evaluate("document.activeElement.className") == "fwp-verdict"


def test_the_curve_is_drawn_with_a_finger(bare):
    page = bare(predict(), has_touch=True, width=400)
    box = page.locator(".fwp-ground").bounding_box()
    page.evaluate(
        """({x, y, width, height}) => {
          const chart = document.querySelector('.fwp-chart');
          chart.setPointerCapture = () => {};
          const touch = (kind, share) => chart.dispatchEvent(new PointerEvent(kind, {
            pointerId: 5, pointerType: 'touch', button: 0, bubbles: true, cancelable: true,
            clientX: x + share * width, clientY: y + height * (0.95 - 0.9 * share)}));
          touch('pointerdown', 0.03);
          for (let i = 1; i <= 40; i += 1) touch('pointermove', 0.03 + 0.97 * i / 40);
          touch('pointerup', 1);
        }""",
        box,
    )
    assert button(page, "Show the run").is_enabled()
    assert page.evaluate("getComputedStyle(document.querySelector('.fwp-ground')).touchAction") == (
        "none"
    )


def test_a_second_try_keeps_the_first(bare):
    page = bare(predict())
    pull(page, [(0.02, 0.1), (1, 0.3)])
    button(page, "Show the run").click()
    verdict(page)
    button(page, "Draw again").click()
    assert page.locator(".fwp-run").get_attribute("d") == ""
    state = page.evaluate("window.model.get('drew')")
    assert len(state["tries"]) == 1
    assert state["drawn"] == []


def test_a_prediction_is_offered_again_when_the_page_begins_anew(bare):
    page = bare(predict())
    pull(page, [(0.02, 0.1), (1, 0.3)])
    button(page, "Show the run").click()
    verdict(page)
    state = page.context.storage_state()
    again = bare(predict(), storage_state=state)
    assert again.locator(".fwp-verdict").is_hidden()
    button(again, "Bring it back").click()
    assert verdict(again)[0].startswith("→ ")
    other = bare(predict(rate=0.1), storage_state=state)
    assert button(other, "Bring it back").count() == 0


def test_two_views_of_a_prediction_stay_together(bare):
    page = bare(predict(), views=2, height=1400)
    page.locator(".fwp").nth(0).get_by_role("slider").last.focus()
    page.keyboard.press("PageUp")
    paths = [page.locator(".fwp-drawn").nth(view).get_attribute("d") for view in (0, 1)]
    assert paths[0] == paths[1] != ""
    page.locator(".fwp").nth(1).get_by_role("button", name="Show the run").click()
    page.wait_for_function("document.querySelectorAll('.fwp-verdict:not([hidden])').length === 2")


def test_a_change_shows_the_run_without_it_and_asks_about_it(bare):
    page = bare(Predict(load("napkin"), "traffic", margin=0.3))
    page.wait_for_selector(".fwp-before[d^=M]", state="attached")
    assert page.locator(".fwp-question").inner_text() == (
        "What course will traffic take if margin is 0.3 and not 0.1?"
    )
    assert "as it is" in page.locator(".fwp-names").text_content()


def test_what_was_drawn_in_code_is_shown_with_its_verdict(bare):
    widget = predict()
    said = widget.draw([100, 380])
    page = bare(widget)
    assert verdict(page)[0] == f"→ {said.title}."
    page.locator("summary").click()
    cells = page.locator(".fwp-verdict tbody tr").last.inner_text().split()
    assert cells == ["40", "380", "1,610"]


def test_the_run_comes_into_sight_at_once_for_who_wants_no_motion(bare):
    widget = predict()
    page = bare(widget, reduced_motion="reduce")
    pull(page, [(0.02, 0.1), (1, 0.3)])
    button(page, "Show the run").click()
    verdict(page)
    width = page.evaluate("document.querySelector('clipPath rect').width.baseVal.value")
    assert width >= page.evaluate("document.querySelector('.fwp-chart').clientWidth") - 1


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_in_a_prediction(bare, faults, dark, width):
    page = bare(predict(), dark=dark, width=width)
    assert faults(page) == []
    page.get_by_role("slider").last.focus()
    page.keyboard.press("PageUp")
    button(page, "Show the run").click()
    verdict(page)
    page.locator("summary").click()
    assert faults(page) == []


@pytest.mark.parametrize("width", [320, 400])
def test_a_narrow_prediction_needs_no_sideways_scrolling(bare, width):
    page = bare(predict(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_narrow_prediction_cuts_no_number(bare):
    page = bare(Predict(load("cash"), "customers"), width=390)
    page.wait_for_selector(".fwp-chart text")
    cut = """() => { const chart = document.querySelector(".fwp-chart").getBoundingClientRect();
        return [...document.querySelectorAll(".fwp-chart text")].filter(
            (each) => each.getBoundingClientRect().left < chart.left - 0.5).length }"""
    assert page.get_by_text("500,000").count() == 1
    assert page.evaluate(cut) == 0


def test_hostile_text_is_shown_as_text(bare):
    widget = predict()
    nasty = "<img src=x onerror=alert(1)>\u202e" + "x" * 10_000
    widget.given = {**widget.given, "question": nasty, "label": nasty, "unit": nasty}
    page = bare(widget)
    assert page.locator(".fw img, .fw script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_leaving_the_page_stops_everything(bare):
    page = bare(predict())
    page.get_by_role("slider").last.focus()
    page.keyboard.press("PageUp")
    button(page, "Show the run").click()
    page.evaluate("window.stops.forEach((stop) => stop())")
    page.evaluate("document.getElementById('views').replaceChildren()")
    page.evaluate("window.model.set('given', {...window.model.get('given'), edition: 9})")
    page.wait_for_timeout(200)


def test_python_knows_the_prediction_and_a_reopened_notebook_offers_it_again(notebook):
    page = notebook(
        "import flywheel_edu as fw\nfrom flywheel_edu.widgets import Predict\n"
        f'predict = Predict(fw.Model.parse("""{SAVINGS}"""), "savings")\npredict'
    )
    page.get_by_role("slider").last.focus()  # those before it stay level
    for _ in range(10):
        page.keyboard.press("ArrowUp")  # in command mode JupyterLab would take these
    button(page, "Show the run").click()
    verdict(page)
    page.wait_for_timeout(500)
    told = page.python("print(predict.verdict.kind, predict.tries, len(predict.drawn))")
    assert told == "sooner 1 25"
    page.python("_ = predict.draw([100, 105])")
    page.wait_for_function("document.querySelector('.fwp-title').textContent.includes('No change')")
    page.run_all()  # the cell begins anew: its widget does not know the old one
    page.wait_for_selector(".fw-kept:not([hidden])")
    button(page, "Bring it back").click()
    assert verdict(page)[0] == "→ Right shape, too late."
