"""A deck in a real browser: what is shown, what is the speaker's, keys, and paper."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading

import nbformat
import pytest

CELLS = [
    ("markdown", "# 7 A shop\n\n**What grows?**\n\nIt takes an hour."),
    ("code", "import flywheel_edu as fw\nfrom flywheel_edu.widgets import Explorer, Quiz"),
    ("markdown", "## 1 Guess\n\nSay it aloud before the vote."),
    ("code", "Quiz('?q: Who grows?\\n+ All\\n= Yes.\\n- None\\n= No.')"),
    ("markdown", "Now the run."),
    ("code", "run = fw.simulate(fw.load('napkin'))\nrun.plot('traffic')"),
    ("markdown", "<details><summary>Answered?</summary>\n\nIt bends.\n\n</details>"),
    ("code", "Explorer(fw.load('napkin'), 'traffic')"),
    ("markdown", "## 2 What you have learnt\n\n- One thing.\n- Another."),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    makers = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    book = nbformat.v4.new_notebook(cells=[makers[kind](text) for kind, text in CELLS])
    (folder / "in").mkdir()
    nbformat.write(book, folder / "in" / "07_shop.ipynb")
    (folder / "in" / "index.md").write_text("# A course\n")
    command = [sys.executable, "-m", "flywheel_edu", "export", folder / "in", "--slides", "--to"]
    subprocess.run([*command, folder / "out"], check=True, capture_output=True)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder / "out")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def shown(page):
    return page.evaluate("Math.round(document.querySelector('.fw-deck').scrollTop / innerHeight)")


def test_a_deck_shows_what_is_to_be_seen_and_keeps_the_rest_for_the_speaker(site, new_page):
    page = new_page(width=1366, height=768)
    page.goto(f"{site}/07_shop.html")
    page.get_by_text("Show this chapter as slides").click()
    page.locator(".fw-slide .fwq-ask").wait_for()
    titles = page.locator(".fw-title").all_inner_texts()
    assert titles == ["7 A shop", "1 Guess", "1 Guess", "1 Guess", "2 What you have learnt"]
    slides = page.locator(".fw-slide")
    said = [" ".join(notes.split()) for notes in page.locator(".fw-notes").all_text_contents()]
    assert said == [
        "It takes an hour.",
        "Say it aloud before the vote.",
        "Now the run.Answered? It bends.",
        "",
        "",
    ]
    assert slides.nth(0).locator(".fw-shown").inner_text() == "What grows?"
    assert slides.nth(2).locator("img").get_attribute("alt").startswith("Chart. Across: month")
    slides.nth(3).locator("input[type=range]").first.wait_for()
    assert slides.nth(4).locator("li").all_inner_texts() == ["One thing.", "Another."]
    assert page.locator("pre:visible").count() == 0


def test_keys_turn_the_slides_and_leave_a_widgets_own_alone(site, new_page):
    page = new_page(width=1366, height=768)
    page.goto(f"{site}/07_shop.slides.html")
    page.locator(".fw-slide input[type=range]").first.wait_for()
    for key, to in (("PageDown", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 4), ("Home", 0)):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
        assert shown(page) == to
    page.keyboard.press("n")
    assert page.get_by_text("It takes an hour.").is_visible()
    page.keyboard.press("n")
    assert not page.get_by_text("It takes an hour.").is_visible()
    slider = page.locator("input[type=range]").first
    page.goto(f"{site}/07_shop.slides.html#4")
    page.reload()
    slider.wait_for()
    before = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() != before
    assert shown(page) == 3
    page.emulate_media(media="print")
    high = page.locator(".fw-slide").evaluate_all(
        "all => all.map(one => getComputedStyle(one).breakAfter)"
    )
    assert high == ["page"] * 5
