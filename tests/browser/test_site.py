"""An exported site in a real browser: from a plain file server, with nothing behind it.

The site is exported once, by the command, from a small folder with every kind of widget.
"""

from __future__ import annotations

import functools
import http.server
import json
import re
import subprocess
import sys
import threading

import nbformat
import pytest

from flywheel_edu import play

README = """# Wheels and <b>more</b>

Begin with [the widgets](01_widgets.ipynb). A formula: $\\frac{a}{b}$, and one by itself:

$$\\sum_{i=1}^n x_i$$

<script>window.ran = true</script><img src="x" onerror="window.ran = true">

<details><summary>A hint</summary>Look at the sign.</details>

[a trap](javascript:window.ran=true)
"""

CELLS = [
    """import flywheel_edu as fw
from flywheel_edu import widgets as w
hostile = '<img src=x onerror="window.ran=true">'
napkin = fw.load("napkin")""",
    "explorer = w.Explorer(napkin, 'traffic')\nexplorer",
    "explorer",
    "w.Predict(napkin, 'traffic')",
    "w.Loops(napkin)",
    """w.Story(napkin, [
    ('traffic', 'Visits.'),
    (['sellers', 'selection'], 'Sellers bring choice.'),
])""",
    "w.Canvas()",
    """w.Quiz(f'''?a: {hostile} When the price falls, visits
+ rise.
= A minus: the opposite way.
- fall.
= That would be a plus.
''')""",
    "w.Order('Count', [{'one': 'First.'}, {'two': 'Then.'}, {'three': 'Last.'}])",
    "w.Cockpit('two_pages', 'Copycat', seed='oak')",
    "from ipywidgets import HBox\nHBox([w.Loops(napkin)])",
    "fw.simulate(napkin).table().head(3)",
    "fw.draw(napkin)",
    "fw.page(napkin)",
]

KINDS = 10  # how many of the cells show a widget; the explorer is shown twice
WAYS = [{"width": 1100}, {"width": 390, "is_mobile": True, "has_touch": True}]


@pytest.fixture(scope="module")
def site(tmp_path_factory, chromium):
    """The folder of the exported site."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "in" / "part").mkdir(parents=True)
    (folder / "in" / "README.md").write_text(README)
    hostile = "# 1 Widgets\n\n<img src=x onerror='window.ran=true'> and [back](README.md)"
    cells = [nbformat.v4.new_markdown_cell(hostile), *map(nbformat.v4.new_code_cell, CELLS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "in" / "01_widgets.ipynb")
    (folder / "in" / "part" / "quiz.txt").write_text("?q: Which?\n+ This.\n= Yes.\n- That.\n= No.")
    quiz = "from flywheel_edu.widgets import Quiz\nQuiz.read('quiz.txt')"
    cells = [
        nbformat.v4.new_markdown_cell("# 2 Inside a folder"),
        nbformat.v4.new_code_cell(quiz),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "in" / "part" / "02.ipynb")
    command = [sys.executable, "-m", "flywheel_edu", "export", "in", "--to", "out"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("3 pages written: out/index.html\n")
    assert sorted(path.name for path in (folder / "in").iterdir()) == [
        "01_widgets.ipynb",
        "README.md",
        "part",
    ]
    return folder / "out"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_about):
        pass


@pytest.fixture(scope="module")
def address(site):
    """A plain file server for the site."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def opened(new_page, address):
    """Opens a page of the site once its widgets live; its console must stay silent."""
    said = []

    def opened(name="01_widgets.html", alive=KINDS, **wishes):
        # Playwright asks a page by `eval`, which its policy forbids.
        page = new_page(**{"bypass_csp": True, **wishes})
        # What a page makes for itself is at home, too.
        page.context.route("blob:**", lambda route: route.continue_())
        page.on(
            "console",
            lambda line: said.append(line.text) if line.type in ("error", "warning") else None,
        )
        page.on("response", lambda got: said.append(got.url) if got.status >= 400 else None)
        page.goto(f"{address}/{name}")
        if wishes.get("java_script_enabled", True) and wishes.get("bypass_csp", True):
            page.wait_for_function(
                f"document.querySelectorAll('.fw-live > div .fw').length >= {alive}"
                " && [...document.querySelectorAll('.fw-live')].every((l) => l.children[1])"
            )
        return page

    yield opened
    assert said == []


def live(page, number):
    return page.locator(".fw-live").nth(number)


def test_a_slider_moves_the_curve_and_a_second_view_follows(opened):
    page = opened()
    one, other = live(page, 0), live(page, 1)
    line = one.locator("path[d]").first
    before = [view.locator("svg").first.inner_html() for view in (one, other)]
    slider = one.locator("input[type=range]").first
    was = slider.input_value()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert slider.input_value() != was
    page.wait_for_function(
        "([one, other]) => [0, 1].every((i) => document.querySelectorAll('.fw-live')[i]"
        ".querySelector('svg').innerHTML !== [one, other][i])",
        arg=before,
    )
    assert other.locator("input[type=range]").first.input_value() == slider.input_value()
    assert line.is_visible()
    assert page.url.endswith("01_widgets.html")  # the arrow keys did not turn the page


def test_a_prediction_is_drawn_and_judged(opened):
    predict = live(opened(), 2)
    show = predict.get_by_role("button", name="Show the run")
    assert show.is_disabled()
    show.scroll_into_view_if_needed()
    box = predict.locator("svg").bounding_box()
    page = predict.page
    page.mouse.move(box["x"] + 50, box["y"] + box["height"] * 0.7)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.3, steps=20)
    page.mouse.up()
    show.click()
    predict.get_by_text("On average your curve is").first.wait_for()


def test_time_passes_in_loops_and_a_story_goes_on(opened):
    page = opened()
    loops, story = live(page, 3), live(page, 4)
    before = loops.locator("svg").first.inner_html()
    loops.locator("input[type=range]").first.focus()
    page.keyboard.press("End")
    assert loops.locator("svg").first.inner_html() != before
    assert "Sellers bring choice." not in story.locator("> div").inner_text()
    story.get_by_role("button", name=re.compile("^Next")).click()
    story.get_by_text("Sellers bring choice.").first.wait_for()


def test_the_small_graphs_of_an_explorer_live_too(opened):
    page = opened()
    one = live(page, 0)
    one.get_by_role("button", name="Small graphs").click()
    cards = one.locator(".fwm-card")
    curve = cards.first.locator(".fwm-now")
    page.wait_for_function("document.querySelector('.fwm-now').getAttribute('d')")
    assert cards.count() == 15
    before = curve.get_attribute("d")
    one.locator("input[type=range]").first.focus()
    page.keyboard.press("End")
    cards.first.scroll_into_view_if_needed()
    page.wait_for_function(
        "(was) => document.querySelector('.fwm-now').getAttribute('d') !== was", arg=before
    )
    charts = one.locator(".fwk-chart").count()
    cards.nth(2).focus()
    page.keyboard.press("Enter")
    assert one.locator(".fwk-chart").count() == charts + 1
    assert live(page, 1).locator(".fwm-card").first.is_visible()  # the second view follows


def test_where_loops_and_a_story_were_left_is_offered_again_on_the_next_visit(opened):
    page = opened()
    live(page, 3).get_by_role("slider", name="Time").focus()
    page.keyboard.press("End")
    clock = live(page, 3).locator(".fwl-clock").inner_text()
    live(page, 4).get_by_role("button", name=re.compile("^Next")).click()
    page.wait_for_timeout(300)
    again = opened(storage_state=page.context.storage_state())
    live(again, 3).get_by_role("button", name="Bring it back").click()
    assert live(again, 3).locator(".fwl-clock").inner_text() == clock
    live(again, 4).get_by_role("button", name="Bring it back").click()
    assert live(again, 4).locator(".fwt-count").inner_text() == "2 of 2"


def test_a_canvas_draws_and_says_what_only_python_can_do(opened):
    canvas = live(opened(), 5)
    page = canvas.page
    add = canvas.get_by_role("button", name=re.compile("^Add variable"))
    for name in ("price", "visits"):
        add.click()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    there = [canvas.locator(".fwc-variable").filter(has_text=name) for name in ("price", "visits")]
    assert [each.is_visible() for each in there] == [True, True]
    there[0].focus()
    page.keyboard.press("l")
    there[1].focus()
    page.keyboard.press("Enter")
    page.keyboard.press("-")
    canvas.get_by_role("button", name=re.compile("minus|opposite")).first.wait_for()
    canvas.get_by_role("button", name=re.compile("^Arrange")).click()
    assert [each.is_visible() for each in there] == [True, True]
    canvas.get_by_text("Notes on a drawing come from Python").wait_for()
    canvas.get_by_role("button", name=re.compile("^Spin it")).click()
    assert "open the notebook to spin" in canvas.locator("[role=status]").first.inner_text()


def test_a_quiz_is_answered_and_lines_are_put_in_order(opened):
    page = opened()
    live(page, 6).get_by_text("fall.").click()
    assert live(page, 6).locator(".fwq-why").inner_text() == "That would be a plus."
    live(page, 7).get_by_role("button", name="Check").click()
    assert live(page, 7).locator(".fwq-verdict").inner_text() != ""


@pytest.mark.parametrize("way", WAYS, ids=["wide", "phone"])
def test_a_game_is_flown_on_a_page_to_the_flight_that_python_has(opened, way):
    cockpit = live(opened(**way), 8)
    for turn in range(4):
        cockpit.get_by_label("At the end of the turn").fill(str(25_000 + 500 * turn))
        cockpit.get_by_label("price, in").press("ArrowLeft")
        cockpit.get_by_role("button", name="Fly the quarter").click()
    assert "From the board" in cockpit.locator(".fwf-letter").inner_text()
    cockpit.get_by_role("button", name="Hold to the end").click()
    text = cockpit.get_by_label("The flight as text").input_value()
    assert play.replay(text, seed="oak").forecasts[:5] == (25_000, 25_500, 26_000, 26_500, None)


def test_a_box_stands_with_what_it_holds(opened):
    assert live(opened(), 9).locator(".fw svg").count() >= 1


def test_a_page_inside_a_folder_finds_everything(opened):
    page = opened("part/02.html", alive=1)
    page.get_by_text("This.").last.click()
    assert page.locator(".fwq-verdict").inner_text() == "Right."


def test_the_front_page_leads_on_and_formulas_need_no_script(opened):
    page = opened("index.html", alive=0)
    assert page.locator("math").count() == 2
    assert page.locator("details summary").first.inner_text() == "A hint"
    chapters = page.locator("nav.bd-links a").all_inner_texts()
    assert [text.strip() for text in chapters] == [
        "Wheels and more",
        "1 Widgets",
        "2 Inside a folder",
    ]
    page.get_by_role("link", name="the widgets").click()
    page.get_by_role("link", name="back", exact=True).click()
    assert page.url.endswith("index.html")


@pytest.mark.parametrize("way", WAYS, ids=["wide", "phone"])
def test_nothing_stands_out_over_the_side_of_the_page(opened, way):
    page = opened(**way)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (
        page.locator("article p").first.evaluate("(p) => parseFloat(getComputedStyle(p).fontSize)")
        >= 14
    )


def test_markup_in_texts_names_and_data_does_not_run(opened):
    for name, alive in (("index.html", 0), ("01_widgets.html", KINDS)):
        page = opened(name, alive)
        assert page.evaluate("window.ran") is None
        assert page.locator("article [onerror], article a[href^='javascript']").count() == 0


def test_without_scripts_pictures_and_tables_stand_and_say_what_they_show(opened):
    page = opened(java_script_enabled=False)
    pictures = page.locator("img.fw-still")
    assert pictures.count() == KINDS
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 60
        assert len(picture.get_attribute("alt")) > 10
    quiz = pictures.nth(6).get_attribute("alt")
    assert all(words in quiz for words in ("When the price falls, visits", "a. rise.", "b. fall."))
    assert page.locator("table.dataframe tbody tr").count() == 3


def test_where_scripts_run_no_still_picture_with_its_advice_is_seen(opened):
    page = opened()
    pictures = page.locator(".fw-live > img.fw-still")
    assert pictures.count() == KINDS - 1  # the last is a drawing, and no widget
    assert not any(picture.is_visible() for picture in pictures.all())
    assert not page.get_by_text("In a running notebook").is_visible()


def test_a_page_opened_from_a_disk_lives_too(browser, site):
    page = browser.new_page()
    page.goto((site / "part" / "02.html").as_uri())
    page.get_by_text("This.").last.click()
    assert page.locator(".fwq-verdict").inner_text() == "Right."
    page.close()


def test_no_page_names_a_script_style_or_font_of_another_machine(site):
    pages = [path.read_text("utf-8") for path in site.rglob("*.html")]
    sources = [
        found for text in pages for found in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', text)
    ]
    assert sources
    assert [each for each in sources if "//" in each] == []
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", styles)


def test_the_site_carries_no_source_maps(site):
    assert list(site.rglob("*.map")) == []


def test_the_notebook_to_download_is_the_one_its_author_wrote(site):
    offered = json.loads((site / "_sources" / "01_widgets.ipynb").read_text("utf-8"))
    assert "".join(offered["cells"][1]["source"]) == CELLS[0]
    assert not any(cell.get("outputs") for cell in offered["cells"])


def test_an_export_over_something_of_the_readers_own_is_refused_before_anything_runs(site):
    mine = site / "mine.html"
    mine.write_text("")
    command = [sys.executable, "-m", "flywheel_edu", "export", "in", "--to", "out"]
    done = subprocess.run(command, cwd=site.parent, capture_output=True, text=True, check=False)
    mine.unlink()
    assert done.returncode == 1
    assert "something was added or changed since the last export: mine.html" in done.stderr


def test_a_page_keeps_to_its_policy_and_the_policy_lets_no_text_run(opened):
    page = opened(bypass_csp=False)  # its console must stay silent
    page.locator(".fw-live > div .fw").nth(KINDS - 1).wait_for()
    line = live(page, 0).locator("path[d]").first
    before = line.get_attribute("d")
    live(page, 0).get_by_role("slider").first.focus()
    page.keyboard.press("End")  # it begins at its lowest
    line.and_(page.locator(f"path:not([d='{before}'])")).wait_for(state="attached")
    # A page within the page inherits the policy: its scripts are on the list, too.
    leaf = page.frame_locator("iframe[title='One page']").locator(".fw-live")
    leaf.get_by_role("slider").first.wait_for()
    (policy,) = page.locator("meta[http-equiv]").evaluate_all("(all) => all.map((m) => m.content)")
    scripts = policy.partition("script-src ")[2].split()
    assert {word for word in scripts if not word.startswith("'sha256-")} == {
        "'self'",
        "blob:",
        "'unsafe-hashes'",
    }
