"""An explorer's small graphs in a real browser: they move, are worked by keyboard, and are kept."""

from __future__ import annotations

import re

import pytest

from flywheel_edu import Model, load, simulate
from flywheel_edu.widgets import Explorer

MODEL = """# Savings grow.
time year from 0 to 40 step 0.25
stock savings [USD] = 100          # what is there
    + interest
    - spent
interest [USD/year] = savings * rate
spent [USD/year] = savings * spending
share [1] = spent / interest
given rate [1/year] = 0.07 in 0.01 .. 0.2      # paid each year
given spending [1/year] = 0.02 in 0 .. 5
given since [year] = 2005
"""
CELL = f'''
import flywheel_edu as fw
from flywheel_edu.widgets import Explorer
explorer = Explorer(fw.Model.parse("""{MODEL}"""), "savings")
explorer
'''


def explorer(**wishes):
    return Explorer(Model.parse(MODEL), "savings", **{"small_graphs": True, **wishes})


def ready(page):
    """Wait until every small graph that there is was drawn and has its words."""
    page.wait_for_selector(".fwm-card >> nth=0", state="attached")
    page.wait_for_function(
        "[...document.querySelectorAll('.fwm-words')].every((words) => words.innerText)"
        " && [...document.querySelectorAll('.fwm-now')].every((now) => now.getAttribute('d'))"
    )
    return page


def opened(page):
    page.get_by_role("button", name="Small graphs").click()
    return ready(page)


def card(page, name):
    return page.locator(f".fwm-card:has(.fwm-name:text-is('{name}'))")


def line(page, name, part="now"):
    return card(page, name).locator(f".fwm-{part}").get_attribute("d")


def points(path):
    return [tuple(map(float, pair.split())) for pair in path[1:].split("L")]


def to_end(page, slider="rate"):
    page.get_by_role("slider", name=re.compile(f"^{slider}")).focus()
    page.keyboard.press("End")


def played(page):
    page.wait_for_timeout(250)  # the browser waits that long between messages
    return page.evaluate("window.model.get('played')")


def test_on_demand_there_is_a_graph_of_every_quantity_and_the_givens_as_numbers(bare):
    page = bare(explorer(small_graphs=False))
    page.wait_for_selector(".fwk-line")
    assert page.locator(".fwm").is_hidden()
    toggle = page.get_by_role("button", name="Small graphs")
    assert toggle.get_attribute("aria-pressed") == "false"
    opened(page)
    assert toggle.get_attribute("aria-pressed") == "true"
    assert played(page)["small"] is True
    names = page.locator(".fwm-name").all_inner_texts()
    assert names == ["savings", "interest", "spent", "share"]
    assert page.locator(".fwm-title").all_inner_texts() == ["Stocks", "Flows", "Computed", "Given"]
    givens = [" ".join(row.split()) for row in page.locator(".fwm-given").all_inner_texts()]
    assert givens == ["rate 0.07 1/year", "spending 0.02 1/year", "since 2005 year"]
    toggle.click()
    assert page.locator(".fwm").is_hidden()
    assert played(page)["small"] is False


def test_each_graph_shows_the_models_own_numbers(bare):
    page = ready(bare(explorer()))
    run = simulate(Model.parse(MODEL))
    savings = run["savings"]
    assert card(page, "savings").locator(".fwm-value").inner_text() == f"{savings[-1]:.1f} USD"
    ends = card(page, "savings").locator(".fwm-ends").inner_text()
    assert ends.split("\n") == ["low 100", f"high {savings[-1]:.0f}"]
    spoken = f"savings from 100 to {savings[-1]:.0f} USD"
    assert page.get_by_role("button", name=spoken, exact=True).count() == 1
    # The graph itself: from the zero line, as high as its peak, in the same proportions.
    drawn = points(line(page, "savings"))
    floor, top = 41, 3
    for x, y in drawn:
        at = round(x / 120 * (len(savings) - 1))
        wanted = floor - (floor - top) * savings[at] / savings.max()
        assert y == pytest.approx(wanted, abs=0.06)


def test_the_pixels_of_every_graph_move_with_the_slider(bare):
    page = ready(bare(explorer(), height=1200))
    # The curve alone, without its end and how it began.
    page.add_style_tag(content=".fwm-curve path:not(.fwm-now) { display: none; }")
    pictures = {name: card(page, name).locator("svg") for name in ("savings", "interest", "share")}
    before = {name: picture.screenshot() for name, picture in pictures.items()}
    to_end(page)
    for name, picture in pictures.items():
        assert picture.screenshot() != before[name], name
    savings = simulate(Model.parse(MODEL).change(rate=0.2))["savings"][-1]
    end = f"{float(f'{savings:.4g}'):,.0f}"
    assert f"{end} USD" in card(page, "savings").inner_text()
    assert page.locator(".fwm-moved").inner_text().split() == ["rate", "0.2", "1/year"]
    page.wait_for_function(
        "(end) => document.querySelector('.fwm-words').innerText === `from 100 to ${end} USD`",
        arg=end,
    )


def test_how_it_began_is_dotted_and_what_is_pinned_is_thin(bare):
    page = ready(bare(explorer()))
    begin = line(page, "savings")
    assert (line(page, "savings", "began"), line(page, "savings", "pinned")) == ("", "")
    to_end(page)
    began = points(line(page, "savings", "began"))
    assert began != points(begin)  # on the scale of what is higher now
    assert min(y for _x, y in points(line(page, "savings"))) == pytest.approx(3, abs=0.06)
    assert "Dotted: as it began." in page.locator(".fwm-note").inner_text()
    page.get_by_role("button", name="Pin").click()
    assert line(page, "savings", "pinned") == line(page, "savings")
    page.get_by_role("button", name="Reset").click()
    assert line(page, "savings", "began") == ""
    assert points(line(page, "savings")) == began
    note = page.locator(".fwm-note").inner_text()
    assert "Thin: pinned." in note
    assert "Dotted" not in note


def test_every_graph_is_reached_by_keyboard_shown_large_by_enter_and_taken_away_again(bare):
    page = ready(bare(explorer(), height=1200))
    page.get_by_role("button", name="Reset").focus()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.querySelector('.fwm-name')?.innerText")
        )
        if reached[-1]:
            break
    assert reached[-1] == "savings"  # one stop for all of them
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    here = "document.activeElement.querySelector('.fwm-name')?.innerText"
    assert page.evaluate(here) == "spent"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(here) == "interest"
    page.keyboard.press("Enter")
    assert page.locator(".fwk-chart").count() == 2
    assert page.evaluate(here) == "interest"
    assert played(page)["extra"] == ["interest"]
    assert card(page, "interest").get_attribute("aria-pressed") == "true"
    assert "interest is shown large." in page.locator("[role=status]").inner_text()
    # Large and small wear the same colour and dashes.
    for large, small in (("customers", "savings"), ("interest", "interest")):
        number = ["customers", "interest"].index(large)
        drawn = page.locator(".fwk-line").nth(number)
        look = "(e) => [getComputedStyle(e).color, e.getAttribute('stroke-dasharray')]"
        assert drawn.evaluate(look) == card(page, small).locator(".fwm-now").evaluate(look)
    page.keyboard.press("Enter")
    assert page.locator(".fwk-chart").count() == 1
    assert played(page)["extra"] == []
    assert card(page, "interest").get_attribute("aria-pressed") == "false"
    assert "interest is no longer shown large." in page.locator("[role=status]").inner_text()


def test_what_the_explorer_began_with_stays_large_and_says_so(bare):
    page = ready(bare(explorer()))
    card(page, "savings").click()
    assert page.locator(".fwk-chart").count() == 1
    assert page.locator("[role=status]").inner_text() == "savings is always shown large here."
    assert card(page, "savings").get_attribute("aria-pressed") == "true"


def test_up_and_down_go_to_the_graph_above_and_below(bare):
    page = ready(bare(Explorer(load("retail"), "customers", small_graphs=True), height=1200))
    boxes = {name: card(page, name).bounding_box() for name in ("sellers", "price")}
    card(page, "sellers").focus()
    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.getBoundingClientRect().x")
    assert below == pytest.approx(boxes["sellers"]["x"], abs=1)
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.innerText").startswith("sellers")


def test_the_value_is_that_under_the_pointer_in_every_graph_and_at_the_end_without_one(bare):
    page = ready(bare(explorer(), height=1200))
    end = card(page, "share").inner_text()
    box = card(page, "savings").locator("svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
    half = simulate(Model.parse(MODEL))["savings"][80]
    assert f"{half:.1f} USD" in card(page, "savings").inner_text()
    assert "year 20" in page.locator(".fwe-readout").inner_text()
    cursors = [line(page, name, "cursor") for name in ("savings", "share")]
    assert cursors == ["M60 0V44"] * 2
    page.mouse.move(5, 5)
    assert card(page, "share").inner_text() == end
    assert line(page, "share", "cursor") == ""


def test_on_the_axis_of_equal_growth_a_small_curve_of_compounding_is_straight(bare):
    page = ready(bare(explorer()))
    page.get_by_role("button", name="Equal growth").click()
    drawn = points(line(page, "savings"))
    (x0, y0), (x1, y1) = drawn[0], drawn[-1]
    for x, y in drawn:
        assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0), abs=0.15)


def test_a_run_that_breaks_leaves_the_small_graphs_pale(bare):
    page = ready(bare(explorer()))
    before = line(page, "savings")
    to_end(page, "spending")
    assert page.locator(".fwe-problem:visible").first.inner_text() != ""
    assert line(page, "savings") == before
    opacity = "(e) => getComputedStyle(e).opacity"
    assert card(page, "savings").locator(".fwm-now").evaluate(opacity) == "0.25"


def test_the_state_is_kept_in_the_browser_and_by_a_second_view(bare):
    page = bare(explorer(small_graphs=False), views=2, height=1600)
    page.wait_for_function("document.querySelectorAll('.fwk-line').length === 2")
    page.get_by_role("button", name="Small graphs").first.click()
    page.wait_for_function("document.querySelectorAll('.fwm:not([hidden])').length === 2")
    played(page)
    state = page.context.storage_state()
    again = bare(explorer(small_graphs=False), storage_state=state)
    again.get_by_role("button", name="Bring it back").click()
    assert ready(again).locator(".fwm").is_visible()
    toggle = again.get_by_role("button", name="Small graphs")
    assert toggle.get_attribute("aria-pressed") == "true"


def test_only_what_is_in_sight_is_drawn_and_the_rest_when_it_comes_into_sight(bare):
    page = ready(bare(Explorer(load("retail"), "customers", small_graphs=True), height=800))
    last = page.locator(".fwm-card").last
    drawn = "(e) => e.querySelector('.fwm-now').getAttribute('d')"
    before = last.evaluate(drawn)
    to_end(page, "habit time")
    page.wait_for_timeout(200)
    assert last.evaluate(drawn) == before
    last.scroll_into_view_if_needed()
    page.wait_for_function(
        "(was) => [...document.querySelectorAll('.fwm-now')].at(-1).getAttribute('d') !== was",
        arg=before,
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_with_small_graphs_open(bare, faults, dark, width):
    page = ready(bare(explorer(), dark=dark, width=width))
    assert faults(page) == []
    card(page, "interest").click()
    page.get_by_role("button", name="Pin").click()
    to_end(page)
    assert faults(page) == []


@pytest.mark.parametrize("width", [320, 400, 1400])
def test_small_graphs_need_no_sideways_scrolling(bare, width):
    page = ready(bare(Explorer(load("retail"), "customers", small_graphs=True), width=width))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    panel = page.locator(".fwm")
    assert panel.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    cut = """(e) => [...e.querySelectorAll('.fwm-value, .fwm-ends')]
      .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.innerText)"""
    assert panel.evaluate(cut) == []


@pytest.mark.parametrize(
    "nasty", ["<img src=x onerror=alert(1)>", "\u202egnisrever", "x" * 10_000, "a 'b' \"c\" \\"]
)
def test_hostile_names_in_small_graphs_are_shown_as_text_and_break_nothing(bare, nasty):
    widget = explorer()
    told = widget.given["module"]
    page = bare(explorer(small_graphs=False))  # to let the browser itself write the text
    text = page.evaluate("(text) => JSON.stringify(text).replaceAll('<', '\\\\u003c')", nasty)
    module = re.sub(r'("(?:label|doc|unit)": )"[^"]*"', lambda found: found[1] + text, told)
    assert module.count(text) > 10
    widget.given = {**widget.given, "module": module}
    page = ready(bare(widget))
    assert page.locator(".fw img, .fw script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".fwm-card").nth(1).click()
    assert page.locator(".fwk-line").count() == 2


def test_two_thousand_moves_with_small_graphs_leave_nothing_behind(bare):
    page = ready(bare(explorer()))
    counts = page.evaluate(
        """async () => {
          const range = document.querySelector('.fwe-range');
          const move = async (times) => {
            for (let i = 0; i < times; i += 1) {
              range.value = String(0.012 + 0.002 * (i % 90));
              range.dispatchEvent(new Event('input'));
              if (i % 50 === 0) await new Promise((go) => setTimeout(go, 0));
            }
            await new Promise((go) => setTimeout(go, 300));
            return document.querySelectorAll('*').length;
          };
          return [await move(91), await move(2000)];
        }"""
    )
    assert abs(counts[1] - counts[0]) <= 12  # an axis may have a mark more or less


def test_reduced_motion_changes_nothing_since_nothing_moves_by_itself(bare):
    page = ready(bare(explorer(), reduced_motion="reduce"))
    before = line(page, "savings", "now")
    to_end(page)
    assert line(page, "interest", "now") != before


def test_leaving_the_page_with_small_graphs_open_stops_everything(bare):
    page = ready(bare(explorer()))
    page.evaluate("window.stops.forEach((stop) => stop())")
    page.evaluate("document.getElementById('views').replaceChildren()")
    page.wait_for_timeout(300)


def test_python_opens_them_and_hears_of_them(notebook):
    page = notebook(CELL)
    page.wait_for_selector(".fwk-line")
    page.python("explorer.small_graphs = True")
    ready(page)
    card(page, "interest").focus()
    page.keyboard.press("Enter")  # in command mode JupyterLab would take this
    assert page.python("print(explorer.shown)", until="interest") == "('savings', 'interest')"
    page.python("explorer.hide('interest')")
    page.wait_for_function("document.querySelectorAll('.fwk-chart').length === 1")
    page.get_by_role("button", name="Small graphs").click()
    assert page.python("print(explorer.small_graphs)", until="False") == "False"


def test_a_reopened_notebook_has_them_open_and_alive_with_no_kernel(notebook):
    page = notebook(CELL)
    page.wait_for_selector(".fwk-line")
    opened(page)
    card(page, "interest").click()
    asked = "print(explorer.small_graphs, explorer.shown)"
    assert page.python(asked, until="interest") == "True ('savings', 'interest')"
    page.reopen()
    page.wait_for_function("document.querySelectorAll('.fwm-card').length === 4")
    ready(page)
    assert page.locator(".fwm").is_visible()
    assert card(page, "interest").get_attribute("aria-pressed") == "true"
    before = line(page, "spent")
    to_end(page)
    card(page, "spent").scroll_into_view_if_needed()
    page.wait_for_function(
        "(was) => document.querySelectorAll('.fwm-now')[2].getAttribute('d') !== was", arg=before
    )
