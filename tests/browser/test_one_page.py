"""One page of a model in a browser: alive, on a phone, printed, deaf to its author's scripts."""

from __future__ import annotations

import flywheel_edu as fw


def test_the_page_is_alive_fits_a_phone_and_is_still_on_paper(new_page, root, faults):
    evil = "Bread <img src=x onerror='window.caught=1'></script><script>window.caught=1</script>"
    bakery = (root / "course" / "models" / "bakery.flywheel").read_text("utf-8")
    model = fw.Model.parse(bakery.replace("A bakery whose", evil))
    page = new_page(width=390)
    made = fw.page(model).html
    page.route("http://127.0.0.1:9/page", lambda r: r.fulfill(body=made, content_type="text/html"))
    page.goto("http://127.0.0.1:9/page")
    live = page.locator(".fw-live")
    live.get_by_label("places").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    before = live.inner_text()
    live.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "before => document.querySelector('.fw-live').innerText != before", arg=before
    )
    assert page.evaluate("window.caught") is None
    assert not faults(page)
    page.emulate_media(media="print")
    assert not live.is_visible()
    assert page.get_by_text("Lowest cash: -5,484 USD, week 36.5.").is_visible()


def test_in_the_dark_pictures_and_sliders_are_dark_and_paper_stays_light(new_page):
    page = new_page()
    page.emulate_media(color_scheme="dark")
    made = fw.page(fw.load("word_of_mouth")).html
    page.route("http://127.0.0.1:9/page", lambda r: r.fulfill(body=made, content_type="text/html"))
    page.goto("http://127.0.0.1:9/page")
    look = "(name) => getComputedStyle(document.querySelector(name))"
    sliders = page.locator(".fwe-sliders")
    sliders.wait_for()
    assert page.evaluate(f"({look})('.picture').filter") == "invert(0.92) hue-rotate(180deg)"
    assert page.evaluate(f"({look})('.fw').backgroundColor") == "rgb(18, 23, 28)"
    assert sliders.evaluate("it => it.scrollHeight <= it.clientHeight")
    sliders.get_by_role("slider").last.scroll_into_view_if_needed()
    curve = page.locator(".fwe-side svg").first
    assert curve.bounding_box()["y"] >= 0
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"() => ({look})('.fw').backgroundColor == 'rgb(255, 255, 255)'")
    assert page.evaluate(f"({look})('.picture').filter") == "none"
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(f"({look})('.picture').filter") == "none"
    assert page.evaluate(f"({look})('body').backgroundColor") == "rgb(255, 255, 255)"
