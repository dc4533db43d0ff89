"""The cockpit in a browser: flown without Python, to the flight that Python has."""

from __future__ import annotations

import os

import pytest

from flywheel_edu import play
from flywheel_edu.widgets import Cockpit


def ready(page):
    page.get_by_role("button", name="Fly the quarter").wait_for()
    page.locator(".fwk-dial b").first.wait_for()
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


def test_a_flight_in_the_browser_is_the_flight_in_python(bare):
    cockpit = Cockpit("two_pages", "Builder", seed="oak")
    page = ready(bare(cockpit, width=1366))
    flown_by_keys(page, 4)
    assert "From the board" in page.locator(".fwk-letter").inner_text()
    seen(page, "cockpit_1366")
    page.get_by_role("button", name="Hold to the end").click()
    text = page.get_by_label("The flight as text").input_value()
    assert text.startswith("flight 1 of two_pages ")
    flight = play.replay(text)  # whose score must be that of Python, to 12 digits
    assert flight.seed == "oak"
    assert [each["price"] for each in flight.decisions[:4]] == pytest.approx(
        [flight.decisions[0]["price"] - at * 0.2 for at in range(4)], abs=0.2
    )
    page.get_by_role("button", name="Keep it").click()
    assert "flight 1" in page.locator(".fwk-past").inner_text()
    page.get_by_text("The equations").click()
    assert "stock customers_us" in page.locator("pre").inner_text()


def test_a_turn_is_not_flown_without_a_forecast(bare):
    page = ready(bare(Cockpit(seed="oak")))
    page.get_by_role("button", name="Fly the quarter").click()
    assert "First say what you expect of orders." in page.locator(".fw-said").inner_text()
    assert "turn 1 of 20" in page.locator(".fwk-status").inner_text()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_no_serious_fault_and_nothing_scrolls_sideways(bare, faults, dark, width):
    page = ready(bare(Cockpit("two_pages", "Copycat"), dark=dark, width=width))
    flown_by_keys(page, 4)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    seen(page, f"cockpit_{width}_{'dark' if dark else 'light'}")
    assert faults(page) == []


def test_what_is_flown_in_the_lab_is_there_in_python(notebook):
    page = notebook(
        "from flywheel_edu.widgets import Cockpit\n"
        "cockpit = Cockpit('two_pages', 'Asleep', seed='class')\ncockpit"
    )
    flown_by_keys(ready(page), 2)
    seen(page, "cockpit_lab")
    asked = "print([turn['forecast'] for turn in cockpit._now()['hand']], cockpit.flight.score)"
    said = page.python(asked, until="[25000, 25500]")
    page.get_by_role("button", name="Hold to the end").click()
    text = page.get_by_label("The flight as text").input_value()
    assert play.replay(text).score == pytest.approx(float(said.split()[-1]), rel=1e-12)
