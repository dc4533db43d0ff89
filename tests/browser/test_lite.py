"""Chapters run in the browser's own Python, with nothing behind them but a file server.

They need a Pyodide 0.27 with numpy, pandas and matplotlib: FLYWHEEL_PYODIDE names its folder.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import threading
from pathlib import Path

import pytest

from flywheel_edu.site.lite import build_lite

ROOT = Path(__file__).resolve().parents[2]
PYODIDE = os.environ.get("FLYWHEEL_PYODIDE")
pytestmark = pytest.mark.skipif(
    not PYODIDE, reason="FLYWHEEL_PYODIDE names no folder with a Pyodide"
)
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
WRITE = """async () => {
  const { content, context } = jupyterapp.shell.currentWidget;
  content.model.cells.get(0).sharedModel.setSource("# My own words");
  await context.save();
}"""
FIRST = "() => jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.getSource()"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The browser course behind a file server: its address, and the bytes of each answer."""
    room = tmp_path_factory.mktemp("lite")
    build_lite(ROOT / "course", room / "site", room, Path(PYODIDE), room / "site")
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
            sent.setdefault(self.path.partition("?")[0], len(gzip.compress(data, 6)))
            outputfile.write(data)

        def log_message(self, *_):
            pass

    handler = functools.partial(Server, directory=str(room / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()


def opened(page, address, notebook):
    page.set_default_timeout(200_000)
    page.goto(f"{address}/lab/index.html?path={notebook}")
    page.wait_for_function(OPEN)
    page.evaluate(READY)
    return page


@pytest.mark.parametrize("notebook", ["course/00_start_here", "exercises/01_napkin"])
def test_a_notebook_runs_whole_and_shows_no_red(served, new_page, notebook):
    page = opened(new_page(), served[0], f"{notebook}.ipynb")
    said = page.evaluate(RUN)
    assert len(said) > 5
    assert [each for each in said if each and "NotImplementedError" not in each] == []
    assert sum(served[1].values()) < MOST


def test_work_is_kept_over_a_reload(served, new_page):
    page = opened(new_page(), served[0], "exercises/02_stocks.ipynb")
    page.evaluate(WRITE)
    page.goto(f"{served[0]}/lab/index.html?path=exercises/02_stocks.ipynb")
    page.wait_for_function(OPEN)
    assert page.evaluate(FIRST) == "# My own words"
