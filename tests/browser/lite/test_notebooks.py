"""Chapters and an exercise in the browser's own Python, with only a file server behind them."""

from __future__ import annotations

import base64
import functools
import gzip
import http.server
import json
import threading
from pathlib import Path

import pytest

from flywheel_edu.site.lite import build_lite
from flywheel_grader.handing_in.pack import restore
from tests.browser.conftest import in_python

ROOT = Path(__file__).resolve().parents[3]
MOST = 40e6  # bytes of a first visit, as a server sends them that compresses

WAIT = """const inTime = (promise, what) => Promise.race([
  promise,
  new Promise((_, no) => setTimeout(() => no(new Error(`no answer: ${what}`)), 200000)),
]);"""
READY = f"""async () => {{
  {WAIT}
  const panel = jupyterapp.shell.currentWidget;
  await inTime(panel.sessionContext.ready, "the session");
  await inTime(panel.sessionContext.session.kernel.info, "the kernel");
}}"""
RUN = f"""async () => {{
  {WAIT}
  await inTime(jupyterapp.commands.execute("notebook:run-all-cells"), "the cells");
  const said = [];
  for (const cell of jupyterapp.shell.currentWidget.content.model.cells) {{
    if (cell.type !== "code") continue;
    const shown = cell.outputs.toJSON();
    const red = shown.find((o) => o.output_type === "error" || o.name === "stderr");
    said.push(red ? `${{red.ename ?? ""}} ${{red.evalue ?? red.text}}` : "");
  }}
  return said;
}}"""
OPEN = "() => window.jupyterapp?.shell.currentWidget?.context?.isReady"
# The notebook shows a cell with these words; it draws only what is near the window.
SHOW = """async (words) => {
  const { content } = jupyterapp.shell.currentWidget;
  const has = (cell) => cell.model.sharedModel.getSource().includes(words);
  content.activeCellIndex = content.widgets.findIndex(has);
  await content.scrollToItem(content.activeCellIndex, "start");
}"""
# A cell, counted from the end, gets other words; the notebook is saved.
WRITE = """async ([back, words]) => {
  const { content, context } = jupyterapp.shell.currentWidget;
  const { cells } = content.model;
  cells.get(cells.length - back).sharedModel.setSource(words);
  await context.save();
}"""
LAST = """() => {
  const { cells } = jupyterapp.shell.currentWidget.content.model;
  return cells.get(cells.length - 1).sharedModel.getSource();
}"""
# A file of the browser course as the reader would download it.
FILE = """async (path) => {
  const { contents } = jupyterapp.serviceManager;
  return (await contents.get(path, { content: true, format: "base64" })).content;
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory, pyodide):
    """The browser course behind a file server: its address, and the bytes of each answer."""
    room = tmp_path_factory.mktemp("lite")
    build_lite(ROOT / "course", room / "site", room, pyodide, room / "site")
    config = room / "site" / "jupyter-lite.json"
    told = json.loads(config.read_text())
    told["jupyter-config-data"]["exposeAppInBrowser"] = True
    config.write_text(json.dumps(told))
    sent = {}

    class Server(http.server.SimpleHTTPRequestHandler):
        extensions_map = {
            **http.server.SimpleHTTPRequestHandler.extensions_map,
            ".mjs": "text/javascript",
            ".wasm": "application/wasm",
        }

        def copyfile(self, source, outputfile):
            data = source.read()
            path = self.path.partition("?")[0]
            sent[path] = sent.get(path) or len(gzip.compress(data, 6))
            outputfile.write(data)

        def log_message(self, *_):
            pass

    handler = functools.partial(Server, directory=str(room / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(served, new_page):
    """Opens a notebook of the browser course; what the page's own policy refuses fails the test."""
    refused = []

    def opened(notebook):
        page = new_page()
        page.on("console", lambda line: refused.append(line.text))
        page.set_default_timeout(60_000)
        page.goto(f"{served[0]}/lab/index.html?path={notebook}")
        page.wait_for_function(OPEN)
        page.evaluate(READY)
        return page

    yield opened
    assert [text for text in refused if "Content Security Policy" in text] == []


@pytest.mark.parametrize("chapter", ["00_start_here", "01_the_napkin"])
def test_a_chapter_runs_whole_shows_no_red_and_is_no_large_visit(served, opened, chapter):
    page = opened(f"course/{chapter}.ipynb")
    said = page.evaluate(RUN)
    assert len(said) > 10
    assert [each for each in said if each] == []
    assert sum(served[1].values()) < MOST
    assert not [path for path in served[1] if path.endswith(".map")]


def test_on_a_phone_a_notebook_has_the_page_to_itself(served, new_page):
    page = new_page(390, 844)
    page.goto(f"{served[0]}/notebooks/index.html?path=course/12_fly_it.ipynb")
    # While the notebook opens, its first cell is drawn more than once: asked until it stands.
    wide = "() => document.querySelector('.jp-Cell')?.getBoundingClientRect().width > 340"
    page.wait_for_function(wide)


def test_chapter_3_runs_whole_and_a_dragged_slider_moves_its_curve_and_reaches_python(opened):
    page = opened("course/03_the_retail_flywheel.ipynb")
    assert [each for each in page.evaluate(RUN) if each] == []
    page.evaluate(SHOW, "explorer = Explorer.read")
    slider = page.get_by_role("slider", name="marketplace").first
    slider.scroll_into_view_if_needed()
    curve = page.locator(".fwe").filter(has=slider).locator(".fwk-line").first
    before, box = curve.get_attribute("d"), slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 4, middle, steps=8)
    page.mouse.up()
    assert curve.get_attribute("d") != before
    ask = "print(explorer.values['marketplace'] < 0.1)"
    assert in_python(page, ask, "True") == "True"


def test_chapter_11_goes_from_notes_to_a_page_to_show(opened):
    page = opened("course/11_find_your_own_flywheel.ipynb")
    assert [each for each in page.evaluate(RUN) if each] == []
    page.evaluate(SHOW, "fw.page(")
    inner = page.frame_locator("iframe[title='One page']")
    inner.get_by_text("Lowest cash: -5,484 USD, week 36.5.").first.wait_for()
    # What began as notes, on the canvas above, ends as a page, too.
    said = in_python(page, "print(fw.page(parla.model, story='To talk.').save('parla.html'))")
    assert said == "parla.html"
    made = base64.b64decode(page.evaluate(FILE, "course/parla.html")).decode()
    assert "Parla, where somebody to talk to is there at once" in made


def test_exercise_1_is_checked_handed_in_as_one_file_and_kept_over_a_reload(
    served, opened, tmp_path
):
    page = opened("exercises/01_napkin.ipynb")
    said = page.evaluate(RUN)
    assert [each for each in said if each and "NotImplementedError" not in each] == []
    page.evaluate(WRITE, [1, "check.hand_in(ready=True)"])
    told = in_python(page, "print(check.hand_in(ready=True))")
    assert told.splitlines()[-1].endswith("01_napkin.zip")
    packed = tmp_path / "packed.zip"
    packed.write_bytes(base64.b64decode(page.evaluate(FILE, "exercises/01_napkin.zip")))
    (notebook,) = restore(packed, tmp_path)
    assert "check.hand_in(ready=True)" in notebook.read_text("utf-8")
    page.goto(f"{served[0]}/lab/index.html?path=exercises/01_napkin.ipynb")
    page.wait_for_function(OPEN)
    assert page.evaluate(LAST) == "check.hand_in(ready=True)"
