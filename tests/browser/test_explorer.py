"""The explorer in a real browser, with no Python behind it and in a real JupyterLab."""

from __future__ import annotations

import re

import pytest

from flywheel_edu import Model, load, simulate
from flywheel_edu.widgets import Explorer, Stage

MODEL = """# Savings grow.
time year from 0 to 40 step 0.25
stock savings [USD] = 100          # what is there
    + interest
interest [USD/year] = savings * rate
given rate [1/year] = 0.07 in 0 .. 0.2      # paid each year
given tax [USD/year] = 0 in 0 .. 100
stock paid [USD] = 0
    + tax
"""
FALLING = """time year from 0 to 10 step 0.5
stock cash [USD] = 100
    - spent
spent [USD/year] = spending
given spending [USD/year] = 5 in 0 .. 50
"""
CELL = f'''
import flywheel_edu as fw
from flywheel_edu.widgets import Explorer
explorer = Explorer(fw.Model.parse("""{MODEL}"""), "savings")
explorer
'''


def explorer(**wishes):
    return Explorer(Model.parse(MODEL), "savings", **wishes)


def ready(page, views=1):
    page.wait_for_function(f"document.querySelectorAll('.fwk-line').length >= {views}")
    return page


def slider(page, name):
    return page.get_by_role("slider", name=re.compile(f"^{name}"))


def box(page, name):
    return page.get_by_role("spinbutton", name=f"{name}, as a number")


def played(page):
    page.wait_for_timeout(200)  # the browser waits that long between messages
    return page.evaluate("window.model.get('played')")


def curve(page, line=0):
    return page.locator(".fwk-line").nth(line).get_attribute("d")


def last_value(page):
    """The value in the line above the chart, at the end of the run."""
    return page.locator(".fwe-readout").inner_text()


def test_the_curve_follows_the_slider_and_shows_the_models_own_numbers(bare):
    page = ready(bare(explorer()))
    before = curve(page)
    slider(page, "rate").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert curve(page) != before
    rate = played(page)["values"]["rate"]
    assert rate == pytest.approx(0.09)
    end = simulate(Model.parse(MODEL).change(rate=rate))["savings"][-1]
    assert f"savings {end:,.0f}" in last_value(page)
    assert slider(page, "rate").get_attribute("aria-valuetext") == "0.09 1/year"


def test_every_control_is_reached_and_worked_by_keyboard(bare):
    page = ready(bare(explorer()))
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    for wanted in ("Show one more", "Equal growth", "Table", "Pin", "Reset", "rate", "tax"):
        assert any(label and label.startswith(wanted) for label in reached), wanted
    box(page, "rate").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.2")
    page.keyboard.press("Enter")
    assert played(page)["values"] == {"rate": 0.2}
    page.get_by_role("img").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "year 39" in last_value(page)


def test_a_number_outside_the_range_goes_to_its_end(bare):
    page = ready(bare(explorer()))
    box(page, "rate").fill("7")
    page.keyboard.press("Enter")
    assert played(page)["values"] == {"rate": 0.2}
    assert box(page, "rate").input_value() == "0.2"


def test_scenarios_are_pinned_named_used_and_dropped(bare):
    page = ready(bare(explorer()))
    page.get_by_role("button", name="Pin").click()
    box(page, "rate").fill("0.1")
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name of scenario 1")
    name.fill("as it began")
    page.keyboard.press("Enter")
    assert page.locator(".fwk-line").count() == 2
    assert played(page)["pins"] == [{"name": "as it began", "values": {}}]
    page.get_by_role("button", name="Use").click()
    assert played(page)["values"] == {}
    page.get_by_role("button", name="Drop").click()
    assert played(page)["pins"] == []
    assert page.locator(".fwk-line").count() == 1


def test_reset_puts_every_slider_back(bare):
    page = ready(bare(explorer()))
    before = curve(page)
    box(page, "rate").fill("0.1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Reset").click()
    assert curve(page) == before
    assert slider(page, "rate").input_value() == "0.07"


def test_on_the_axis_of_equal_growth_compounding_is_a_straight_line(bare):
    page = ready(bare(explorer()))
    page.get_by_role("button", name="Equal growth").click()
    points = [tuple(map(float, pair.split())) for pair in curve(page)[1:].split("L")]
    (x0, y0), (x1, y1) = points[0], points[-1]
    for x, y in points:
        assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0), abs=0.2)
    assert "doubles in 9.99 year" in last_value(page)


def test_the_table_holds_the_numbers_of_the_curves(bare):
    page = ready(bare(explorer()))
    page.get_by_role("button", name="Table").click()
    rows = [row.inner_text().split("\t") for row in page.locator(".fwe-table tr").all()]
    run = simulate(Model.parse(MODEL))
    assert rows[0] == ["year", "savings, USD"]
    assert [row[0] for row in rows[1:]] == [str(year) for year in range(0, 41, 4)]
    for row in rows[1:]:
        value = run["savings"][int(row[0]) * 4]
        assert float(row[1].replace(",", "")) == pytest.approx(value, rel=5e-4)


def test_any_other_quantity_can_be_called_up(bare):
    page = ready(bare(explorer()))
    page.get_by_role("combobox").select_option("interest")
    assert page.locator(".fwk-chart").count() == 2
    assert played(page)["extra"] == ["interest"]


def test_what_a_wait_unfolds_into_is_not_offered(bare):
    model = Model.parse(MODEL + "felt [USD] = smooth(savings / init(savings) * paid, 2)\n")
    page = ready(bare(Explorer(model, "savings")))
    offered = page.locator(".fwe-more option").all_inner_texts()
    assert {*offered} == {"Show also…", "interest", "paid", "felt"}


def test_a_run_that_breaks_says_so_beside_the_slider_that_broke_it(bare):
    page = ready(bare(Explorer(Model.parse(FALLING), "cash")))
    before = curve(page)
    box(page, "spending").fill("30")
    page.keyboard.press("Enter")
    problem = page.locator(".fwe-row:has-text('spending') .fwe-problem").inner_text()
    assert problem.startswith("the stock 'cash' falls below zero at year 3.5.")
    assert curve(page) == before  # the last run that worked, pale
    box(page, "spending").fill("9")
    page.keyboard.press("Enter")
    assert page.locator(".fwe-problem").first.inner_text() == ""


def test_stages_free_their_sliders_one_after_the_other(bare):
    stages = [
        Stage("Rate", "Double the rate.", ("rate",)),
        Stage("Tax", "Now tax it.", ("tax",)),
    ]
    page = ready(bare(explorer(stages=stages)))
    assert slider(page, "rate").is_enabled()
    assert slider(page, "tax").is_disabled()
    assert "1 of 2: Rate" in page.locator(".fwe-stage").inner_text()
    # The next stage opens once this one's task has been begun.
    next_ = page.get_by_role("button", name="Next")
    assert next_.is_disabled()
    assert "Next opens once you have moved rate." in page.locator(".fwe-stage").inner_text()
    slider(page, "rate").focus()
    page.keyboard.press("ArrowRight")
    assert "Next opens" not in page.locator(".fwe-stage").inner_text()
    next_.click()
    assert slider(page, "tax").is_enabled()
    assert played(page)["stage"] == 1
    assert page.get_by_role("button", name="Next").count() == 0


def test_each_stage_waits_for_its_own_task(bare):
    stages = [
        Stage("Rate", "Double the rate.", ("rate",)),
        Stage("Tax", "Now tax it.", ("tax",)),
        Stage("Both", "Now both.", ("rate", "tax")),
    ]
    page = ready(bare(explorer(stages=stages)))
    next_ = page.get_by_role("button", name="Next")
    slider(page, "rate").focus()
    page.keyboard.press("ArrowRight")
    next_.focus()
    page.keyboard.press("Enter")
    assert played(page)["stage"] == 1
    slider(page, "rate").focus()
    page.keyboard.press("ArrowRight")  # what the stage before asked for
    assert next_.is_disabled()
    next_.click(force=True)
    assert played(page)["stage"] == 1
    assert "Next opens once you have moved tax." in page.locator(".fwe-stage").inner_text()
    slider(page, "tax").focus()
    page.keyboard.press("ArrowRight")
    next_.click()
    assert played(page)["stage"] == 2


def test_on_a_phone_the_curves_stay_in_sight_above_the_sliders(bare):
    page = ready(bare(explorer(), width=390, height=700))
    last = page.locator(".fwe-range").last
    last.evaluate("(range) => range.scrollIntoView({ block: 'end' })")
    chart, box = page.locator(".fwk").first.bounding_box(), last.bounding_box()
    assert 0 <= chart["y"] < chart["y"] + chart["height"] <= box["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_measured_points_are_drawn_where_they_were_measured(bare):
    page = ready(bare(explorer(data={"savings": {0: 100, 40: 1500, 90: 5}})))
    assert page.locator(".fwk-dot").count() == 2


def test_two_views_stay_together(bare):
    page = ready(bare(explorer(), views=2, height=1400), views=2)
    first, second = (page.locator(".fwe").nth(view) for view in (0, 1))
    slider(first, "rate").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "[...document.querySelectorAll('.fwe-range')].filter((r) => r.value === '0.2').length === 2"
    )
    second.get_by_role("button", name="Pin").click()
    assert first.locator(".fwe-pin").count() == 1
    lines = [view.locator(".fwk-line").first.get_attribute("d") for view in (first, second)]
    assert lines[0] == lines[1]


def test_what_was_explored_is_offered_again_when_the_page_begins_anew(bare):
    page = ready(bare(explorer()))
    box(page, "rate").fill("0.1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Pin").click()
    played(page)
    state = page.context.storage_state()
    again = ready(bare(explorer(), storage_state=state))
    assert slider(again, "rate").input_value() == "0.07"
    again.get_by_role("button", name="Bring it back").click()
    assert slider(again, "rate").input_value() == "0.1"
    assert again.locator(".fwe-pin").count() == 1
    # The focus is not lost with the button that was pressed.
    assert again.evaluate("document.activeElement.tagName") == "SELECT"
    other = ready(bare(Explorer(load("bass")), storage_state=state))
    assert other.get_by_role("button", name="Bring it back").count() == 0


def test_two_thousand_moves_leave_nothing_behind(bare):
    page = ready(bare(explorer()))
    page.get_by_role("button", name="Pin").click()
    counts = page.evaluate(
        """async () => {
          const range = document.querySelector('.fwe-range');
          const move = async (times) => {
            for (let i = 0; i < times; i += 1) {
              range.value = String(0.002 * (1 + (i % 90)));
              range.dispatchEvent(new Event('input'));
              if (i % 50 === 0) await new Promise((go) => setTimeout(go, 0));
            }
            return document.querySelectorAll('*').length;
          };
          const before = await move(91);
          const after = await move(2001 - 91);
          return [before, after];
        }"""
    )
    assert abs(counts[1] - counts[0]) <= 12  # an axis may have a mark more or less


@pytest.mark.parametrize("small", [False, True])
def test_memory_does_not_grow_over_two_thousand_moves(bare, small):
    page = ready(bare(explorer(small_graphs=small)))
    session = page.context.new_cdp_session(page)

    def used():
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    moves = """(count) => {
      const range = document.querySelector('.fwe-range');
      for (let i = 0; i < count; i += 1) {
        range.value = String(0.002 * (1 + (i % 90)));
        range.dispatchEvent(new Event('input'));
      }
    }"""
    page.evaluate(moves, 200)
    before = used()
    page.evaluate(moves, 2000)
    played(page)
    page.evaluate("window.sent = []")  # what the test's own page remembers
    assert used() - before < 400_000


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_in_an_explorer(bare, faults, dark, width):
    stages = [Stage("Rate", "Double the rate.", ("rate",)), Stage("Tax", "Tax it.", ("tax",))]
    page = ready(bare(explorer(stages=stages), dark=dark, width=width))
    assert faults(page) == []
    page.get_by_role("button", name="Table").click()
    page.get_by_role("button", name="Pin").click()
    page.get_by_role("button", name="Equal growth").click()
    assert faults(page) == []


@pytest.mark.parametrize("width", [320, 400])
def test_a_narrow_explorer_needs_no_sideways_scrolling(bare, width):
    page = ready(bare(Explorer(load("retail"), "customers", "price"), width=width))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    "nasty", ["<img src=x onerror=alert(1)>", "\u202egnisrever", "x" * 10_000, "a 'b' \"c\" \\"]
)
def test_hostile_text_is_shown_as_text_and_breaks_nothing(bare, nasty):
    widget = explorer(stages=[Stage(nasty, nasty, ("rate",))])
    given = widget.given
    sliders = [{**each, "label": nasty, "doc": nasty, "group": nasty} for each in given["sliders"]]
    pins = [{"name": nasty, "values": {}}]
    widget.given = {**given, "title": nasty, "sliders": sliders, "pins": pins}
    page = ready(bare(widget))
    assert page.locator(".fw img, .fw script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_model_without_ranges_shows_its_curves_alone(bare):
    text = MODEL.replace(" in 0 .. 0.2 ", "").replace(" in 0 .. 100", "")
    page = ready(bare(Explorer(Model.parse(text), "savings")))
    assert page.locator(".fwe-sliders").is_hidden()


def test_leaving_the_page_stops_everything(bare):
    page = ready(bare(explorer()))
    page.evaluate("window.stops.forEach((stop) => stop())")
    page.evaluate("document.getElementById('views').replaceChildren()")
    page.evaluate("window.model.set('given', {...window.model.get('given'), edition: 9})")
    page.wait_for_timeout(200)


def test_python_sees_the_sliders_and_the_sliders_see_python(notebook):
    page = notebook(CELL)
    ready(page)
    slider(page, "rate").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")  # in command mode JupyterLab would take these
    page.get_by_role("button", name="Pin").click()
    page.wait_for_timeout(600)
    assert page.python("print(explorer.values, list(explorer.pins))") == (
        "{'rate': 0.076} ['scenario 1']"
    )
    page.python("explorer.set(rate=0.2)")
    page.wait_for_function("document.querySelector('.fwe-range').value === '0.2'")
    assert page.python("print(explorer.compare().index.tolist())") == "['scenario 1', 'now']"
