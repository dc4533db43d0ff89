"""The cockpit in a browser: flown without Python, to the flight that Python has."""

from __future__ import annotations

import itertools
import math
import os
import re

import pytest

from flywheel_edu import play
from flywheel_edu.cli import main
from flywheel_edu.widgets import Cockpit
from tests.play.test_own_game import BLOCKS


def ready(page):
    page.get_by_role("button", name="Fly the quarter").wait_for()
    page.locator(".fwf-dial b").first.wait_for()
    return page


def seen(page, name):
    """A picture for the eye of whoever asks for one."""
    if folder := os.environ.get("FLYWHEEL_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def flown_by_keys(page, turns):
    for turn in range(turns):
        page.get_by_label("At the end of the turn").fill(str(25_000 + 500 * turn))
        page.get_by_label("price, in").focus()
        page.keyboard.press("ArrowLeft")
        page.get_by_role("button", name="Fly the quarter").focus()
        page.keyboard.press("Enter")


def test_a_flight_in_the_browser_is_the_flight_in_python(bare, tmp_path, capsys):
    cockpit = Cockpit("two_pages", "Builder", seed="oak")
    page = ready(bare(cockpit, width=1366))
    flown_by_keys(page, 4)
    assert "From the board" in page.locator(".fwf-letter").inner_text()
    seen(page, "cockpit_1366")
    page.get_by_role("button", name="Hold to the end").press("Enter")
    assert page.locator(":focus").inner_text().startswith("Your worth: ")
    text = page.get_by_label("The flight as text").input_value()
    assert text.startswith("flight 1 of two_pages ")
    flight = play.replay(text)  # whose score must be that of Python, to 12 digits
    assert flight.seed == "oak"
    assert [each["price"] for each in flight.decisions[:4]] == pytest.approx(
        [flight.decisions[0]["price"] - at * 0.2 for at in range(4)], abs=0.2
    )
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the text").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert main(["fly", "--replay", str(file)]) == 0
    assert f"The score holds: {flight.score:,.0f}." in capsys.readouterr().out
    page.get_by_role("button", name="Keep it").click()
    assert "flight 1" in page.locator(".fwf-past").inner_text()
    assert page.locator(".fw-said").inner_text() == "It is kept as flight 1."
    page.get_by_text("The equations").click()
    said = page.locator("pre").inner_text()
    assert "for side in us, them:" in said
    assert "stock customers [customer]" in said


@pytest.mark.parametrize("way", [{"width": 1366}, {"width": 390, "has_touch": True}])
def test_a_classmates_flight_lies_beside_ones_own_as_curves_and_as_a_table(bare, faults, way):
    other = play.fly("two_pages", against="Asleep", seed="oak", hand=[{"price": 30}] * 20)
    page = ready(bare(Cockpit("two_pages", "Asleep", seed="oak"), **way))
    flown_by_keys(page, 3)
    page.get_by_text("Lay another flight beside yours").click()
    pasted = page.get_by_label("A flight as text")
    lay = page.get_by_role("button", name="Lay it beside")
    pasted.fill(str(other).replace("seed oak", "seed elm"))
    lay.click()
    said = page.locator(".fw-said")
    assert said.inner_text().startswith("This flight has 'seed elm against Asleep'; here it is")
    pasted.fill(str(other).rpartition("score")[0] + "score 9e9\n")
    lay.click()
    assert "its decisions bring" in said.inner_text()
    pasted.fill(str(other).replace("price = 30", "price = 44, price = 30", 1))
    lay.click()
    assert "Turn 1 of this flight cannot be read" in said.inner_text()
    assert page.locator(".fwk-line").count() == 0
    pasted.fill(str(other))
    lay.focus()
    page.keyboard.press("Enter")
    assert page.locator(".fwk-line").count() == 2
    page.get_by_text("The same as a table").click()
    page.get_by_label("Compare").select_option("cash")
    ends = range(other.game.steps - 1, 20 * other.game.steps, other.game.steps)
    cash = [other.game.opening["cash_us"], *(other.run["cash_us"][end] for end in ends)]
    rows = page.locator(".fwf-rows tbody tr td:nth-child(2)").all_inner_texts()
    assert rows == [brief(value) for value in cash]
    assert page.locator(".fwf-rows tbody tr td:nth-child(3)").all_inner_texts()[4:] == [""] * 17
    assert "pasted 1 ends at" in page.locator(".fwf-past svg.fwk").get_attribute("aria-label")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(page) == []
    seen(page, f"beside_{way['width']}")
    page.get_by_role("button", name="Let go of pasted 1").click()
    assert page.locator(".fwk-line").count() == 0


def brief(value):
    """Four figures, as the widgets write them."""
    number = float(f"{value:.4g}")
    return f"{number / 1e6:.4g} m" if abs(number) >= 1e6 else f"{number:,.10g}"


def test_a_flight_is_offered_again_when_the_page_is_loaded_anew(bare):
    page = ready(bare(Cockpit("two_pages", "Asleep", seed="oak")))
    flown_by_keys(page, 2)
    before = page.locator(".fwf-dials").inner_text()
    again = bare(
        Cockpit("two_pages", "Asleep", seed="oak"), storage_state=page.context.storage_state()
    )
    ready(again).get_by_role("button", name="Bring it back").click()
    assert again.locator(".fwf-dials").inner_text() == before
    assert "turn 3 of 20" in again.locator(".fwf-status").inner_text()


def test_a_turn_is_not_flown_without_a_forecast(bare):
    page = ready(bare(Cockpit(seed="oak")))
    page.get_by_role("button", name="Fly the quarter").click()
    assert "First say what you expect of orders." in page.locator(".fw-said").inner_text()
    assert "turn 1 of 20" in page.locator(".fwf-status").inner_text()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "game"), [(1366, "two_clouds"), (390, "two_pages")])
def test_axe_finds_no_serious_fault_and_nothing_scrolls_sideways(bare, faults, dark, width, game):
    page = ready(bare(Cockpit(game), dark=dark, width=width))
    flown_by_keys(page, 4)
    assert page.get_by_label("price, in").bounding_box()["width"] > 110  # for a finger
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    signs = [each.bounding_box() for each in page.locator(".fwc-sign").all()]
    middles = [(box["x"] + box["width"] / 2, box["y"]) for box in signs]
    assert min(math.dist(*pair) for pair in itertools.combinations(middles, 2)) > 7
    seen(page, f"cockpit_{width}_{'dark' if dark else 'light'}")
    assert faults(page) == []


@pytest.mark.parametrize("width", [1366, 390])
def test_what_is_flown_in_the_lab_is_there_in_python(notebook, width):
    page = notebook(
        "from flywheel_edu.widgets import Cockpit\n"
        "cockpit = Cockpit('two_pages', 'Asleep', seed='class')\ncockpit",
        width=width,
    )
    if width < 600:  # where nobody works beside the list of files
        page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    flown_by_keys(ready(page), 2)
    seen(page, f"cockpit_lab_{width}")
    asked = "print([turn['forecast'] for turn in cockpit._now()['hand']], cockpit.flight.score)"
    said = page.python(asked, until="[25000, 25500]")
    page.get_by_role("button", name="Hold to the end").click()
    text = page.get_by_label("The flight as text").input_value()
    assert play.replay(text).score == pytest.approx(float(said.split()[-1]), rel=1e-12)


def test_a_turn_without_a_forecast_comes_back_as_one_where_python_loses_null(bare):
    page = ready(bare(Cockpit("two_pages", "Asleep", seed="oak")))
    page.get_by_role("button", name="Hold to the end").click()
    page.evaluate("""() => {
      const played = structuredClone(model.get("played"));
      for (const each of played.hand) delete each.forecast;
      model.set("played", played);
    }""")
    text = page.get_by_label("The flight as text").input_value()
    assert play.replay(text).forecasts == (None,) * 20


# JupyterLite's lab, as its Lumino does it: at the document, before what stands below.
FIRST = """() => {
  window.taken = [];
  document.addEventListener("keydown", event => {
    // What has the focus fits its selectors, and of that it asks first.
    if (event.target.hasAttribute("data-lm-suppress-shortcuts")) return;
    window.taken.push(event.key);
    event.stopPropagation();
    event.preventDefault();
  }, true);
}"""


def test_a_lab_that_hears_keys_first_leaves_the_cockpit_those_it_needs(bare):
    page = ready(bare(Cockpit(seed="oak")))
    page.evaluate(FIRST)
    flown_by_keys(page, 1)
    assert "turn 2 of 20" in page.locator(".fwf-status").inner_text()
    assert page.get_by_label("price, in").input_value() == "23.8"
    page.get_by_label("Because").press_sequentially("dd")
    assert page.get_by_label("Because").input_value() == "dd"
    assert page.evaluate("window.taken") == []
    for key in ("Control+s", "Shift+Enter"):
        page.get_by_label("price, in").press(key)
    page.get_by_role("button", name="Fly the quarter").press("ArrowDown")
    assert page.evaluate("window.taken") == ["Control", "s", "Shift", "Enter", "ArrowDown"]


@pytest.mark.parametrize("loops", [True, False])
def test_a_teachers_own_game_is_flown_to_its_end_whether_its_model_shows_anything(
    bare, tmp_path, loops
):
    for name, text in zip(("kiosks.flywheel", "kiosks.game"), BLOCKS, strict=True):
        kept = text if loops else re.sub(r"(?m)^ *loop .*\n", "", text)
        (tmp_path / name).write_text(kept, "utf-8")
    kiosks = play.read_game(tmp_path / "kiosks.game")
    page = bare(Cockpit(kiosks, "Mimic"))
    page.get_by_role("button", name="Hold to the end").click()
    seen(page, f"kiosks_{loops}")
    text = page.get_by_label("The flight as text").input_value()
    assert len(play.replay(text, kiosks).decisions) == kiosks.turns
    names = page.locator(".fwc-label").all_text_contents()
    assert set(names) == ({"guests", "coming", "queue"} if loops else set())
