"""One way into a browser for every browser test: `bare` for a widget alone, `notebook` for a lab.

``bare(widget)`` puts a widget on an empty page without any Python behind it, from the same text of
code and the same state that a notebook would send. ``notebook(cell, cell, ...)`` opens a new
notebook in a real JupyterLab, runs it, and hands back the page. Both use a real headless Chromium;
both refuse every request that leaves this machine, and a page that asks for one, or in which a
script fails, fails its test.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright import sync_api

from flywheel_edu.cli.lab import SETTINGS

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium, started once for a file of tests.

    Not once for all of them: while Playwright runs, no other test in this process can use asyncio.
    """
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def kept_pages() -> list[Any]:
    """Pages that one test after the other gets, each in a context of its own."""
    return []


@pytest.fixture
def new_page(browser: Any, kept_pages: list[Any]) -> Iterator[Callable[..., Any]]:
    """Opens pages that stay on this machine; what they complained of fails the test.

    To open one takes Chromium longer than most tests, so they are used again by the next test of
    the file, save those with wishes or with ``own``.
    """
    own_pages: list[Any] = []
    taken: list[Any] = []

    def opened(width: int = 1000, height: int = 760, own: bool = False, **wishes: Any) -> Any:
        if own or wishes:
            page = _page(browser, viewport={"width": width, "height": height}, **wishes)
            own_pages.append(page)
            return page
        if len(taken) == len(kept_pages):
            kept_pages.append(_page(browser))
        page = kept_pages[len(taken)]
        taken.append(page)
        page.set_viewport_size({"width": width, "height": height})
        return page

    yield opened
    complaints = [said for page in [*own_pages, *taken] for said in page.complaints]
    for page in own_pages:
        page.context.close()
    for page in taken:
        page.mouse.move(0, 0)
        page.goto("about:blank")
        page.unroute_all(behavior="ignoreErrors")
        page.emulate_media(media="null")
        page.context.clear_permissions()
        page.complaints.clear()
    assert complaints == []


def _page(browser: Any, **wishes: Any) -> Any:
    context = browser.new_context(**wishes)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.complaints = complaints = []

    def at_home(route: Any) -> None:
        if "//127.0.0.1:" in route.request.url or route.request.url.startswith("data:"):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    context.route("**/*", at_home)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    return page


# --- a widget alone

_PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>A widget alone</title>
<style>html, body {{ margin: 0; padding: 12px; background: {ground}; }}</style></head>
<body data-jp-theme-light="{light}"><main><h1 class="fw-unseen">A widget</h1>
<div id="views"></div></main></body></html>"""

# What the browser kept, as Playwright tells it: nothing of another test's.
_KEPT = """({ origins }) => {
  localStorage.clear();
  sessionStorage.clear();
  for (const { localStorage: kept } of origins) {
    for (const { name, value } of kept) localStorage.setItem(name, value);
  }
}"""

_START = """async ({esm, css, state, views}) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  const heard = new Map();
  const waiting = new Set();
  const model = {
    get: (name) => state[name],
    set(name, value) {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      for (const answer of heard.get(`change:${name}`) ?? []) answer();
      waiting.add(name);
    },
    save_changes() {
      for (const name of waiting) {
        (window.sent ??= []).push([name, structuredClone(state[name])]);
        window.toPython?.(name, state[name]);
      }
      waiting.clear();
    },
    on: (event, answer) => heard.set(event, [...(heard.get(event) ?? []), answer]),
    off(event, answer) {
      heard.set(event, (heard.get(event) ?? []).filter((each) => each !== answer));
    },
    send() {},
  };
  const code = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
  const widget = code.default;
  await widget.initialize?.({ model });
  window.model = model;
  window.stops = [];
  for (let view = 0; view < views; view += 1) {
    const el = document.createElement("div");
    document.getElementById("views").append(el);
    window.stops.push(await widget.render({ model, el }));
  }
}"""


@pytest.fixture
def bare(new_page: Callable[..., Any]) -> Callable[..., Any]:
    """Puts a widget on an empty page with no Python behind it.

    ``bare(widget, width=1000, dark=False, views=1, ...)`` gives the Playwright page; there,
    ``window.model`` is the widget's model and ``window.sent`` what it would have sent to Python;
    ``to_python`` is called with each of it, by name and value. ``storage_state`` is what another
    page's browser kept.
    """

    def shown(
        widget: Any,
        *,
        width: int = 1000,
        dark: bool = False,
        views: int = 1,
        to_python: Callable[[str, Any], None] | None = None,
        storage_state: dict[str, Any] | None = None,
        **wishes: Any,
    ) -> Any:
        page = new_page(width=width, **wishes)
        if to_python and not hasattr(page, "to_python"):
            page.expose_function("toPython", lambda *said: page.to_python(*said))
        page.to_python = to_python or (lambda *said: None)
        colours = ("dark", "#12171c", "false") if dark else ("light", "#ffffff", "true")
        text = _PAGE.format(**dict(zip(("theme", "ground", "light"), colours, strict=True)))
        # A page of its own origin, so that the browser lets it keep things.
        page.route(
            "http://127.0.0.1:9/widget",
            lambda route: route.fulfill(body=text, content_type="text/html"),
        )
        page.goto("http://127.0.0.1:9/widget")
        page.evaluate(_KEPT, storage_state or {"origins": []})
        whole = widget.get_state()
        state = {name: value for name, value in whole.items() if not name.startswith("_")}
        state = {n: v for n, v in state.items() if n not in ("layout", "tabbable", "tooltip")}
        given = json.loads(json.dumps(state))
        page.evaluate(
            _START,
            {"esm": str(widget._esm), "css": str(widget._css), "state": given, "views": views},
        )
        return page

    return shown


# --- a notebook in JupyterLab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab of our own: its address and the folder it serves."""
    folder = tmp_path_factory.mktemp("lab")
    home = tmp_path_factory.mktemp("lab-home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--expose-app-in-browser"]
    command += ["--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder}"]
    command.append("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")
    command += ["--LabApp.custom_css=True"]
    command += [f"--LabApp.extra_labextensions_path={SETTINGS / 'labextensions'}"]
    shutil.copytree(SETTINGS / "custom", home / "config" / "custom")  # as `flywheel lab` looks
    quiet = home / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    folders = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    log = home / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **{name: str(folder) for name, folder in folders.items()}},
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, log)
        yield address, folder
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer:\n{log.read_text()[-3000:]}")


@pytest.fixture
def notebook(lab: tuple[str, Path], new_page: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a new notebook with these cells in JupyterLab, runs them all, and gives the page.

    ``page.python(code)`` runs more code in the same kernel and gives what it printed; edits take a
    moment to reach Python, so ``until="..."`` asks again until that is in the answer.
    ``page.run_all()`` runs all cells anew; ``page.file`` is where the notebook lies;
    ``page.reopen()`` saves it with its widgets, stops the kernel, and opens it again without one.
    ``by`` is another way to the same server, ``notebook.address``.
    """
    address, folder = lab

    def opened(*cells: str, dark: bool = False, by: str = address, **wishes: Any) -> Any:
        name = f"n{len(list(folder.glob('*.ipynb')))}.ipynb"
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(book, folder / name)
        page = new_page(**{"width": 1280, "height": 900, "own": True, **wishes})
        page.goto(f"{by}/lab/tree/{name}?reset")
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady")
        page.file = folder / name
        if dark:
            page.evaluate(_DARK)
            page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
        run_all(page)
        page.python = lambda code, until=None: in_python(page, code, until)
        page.run_all = lambda: run_all(page)
        page.reopen = lambda: _reopen(page)
        return page

    opened.address = address
    return opened


# Whatever the lab does not do within a minute and a half is a failure, not a wait without end.
_IN_TIME = """
  const inTime = (promise, what) => Promise.race([
    promise,
    new Promise((_, refuse) => setTimeout(() => refuse(new Error(`no answer: ${what}`)), 90000)),
  ]);
"""

_DARK = "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"

_RUN_ALL = f"""async () => {{
  {_IN_TIME}
  const panel = jupyterapp.shell.currentWidget;
  await inTime(panel.context.ready, "the notebook");
  await inTime(panel.sessionContext.ready, "the session");
  await inTime(panel.sessionContext.session.kernel.info, "the kernel");
  await inTime(jupyterapp.commands.execute("notebook:run-all-cells"), "running the cells");
}}"""

_PYTHON = f"""async (code) => {{
  {_IN_TIME}
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const asked = kernel.requestExecute({{ code, store_history: false }});
  let said = "";
  asked.onIOPub = ({{ header, content }}) => {{
    if (header.msg_type === "stream") said += content.text;
    if (header.msg_type === "error") said += `${{content.ename}}: ${{content.evalue}}`;
  }};
  await inTime(asked.done, code);
  return said;
}}"""


_SAVE = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  const plugin = "@jupyter-widgets/jupyterlab-manager:saveWidgetState";
  const { commands } = jupyterapp;
  if (!commands.isToggled(plugin)) await commands.execute(plugin);
  await panel.context.save();
  await panel.sessionContext.shutdown();
}"""

_OPEN = """async () => {
  const { context } = jupyterapp.shell.currentWidget;
  const path = context.path;
  await jupyterapp.commands.execute("docmanager:save");
  await jupyterapp.shell.currentWidget.close();
  const factory = { path, kernel: { name: "" } };
  const opened = await jupyterapp.commands.execute("docmanager:open", factory);
  await opened.context.ready;
}"""


def _reopen(page: Any) -> None:
    page.evaluate(_SAVE)
    saved = json.loads(page.file.read_text("utf-8"))
    assert "application/vnd.jupyter.widget-state+json" in saved["metadata"]["widgets"]
    page.evaluate(_OPEN)


def run_all(page: Any) -> None:
    """Run all cells of the notebook that the page shows, and wait for the kernel."""
    page.evaluate(_RUN_ALL)


def in_python(page: Any, code: str, until: str | None = None) -> str:
    """What code prints in the kernel of the notebook that the page shows."""
    said = str(page.evaluate(_PYTHON, code)).strip()
    for _ in range(60):
        if until is None or until in said:
            break
        page.wait_for_timeout(100)
        said = str(page.evaluate(_PYTHON, code)).strip()
    return said


# --- axe-core


@pytest.fixture(scope="session")
def axe_code(from_npm: Callable[[str], Path]) -> str:
    """The text of axe-core: test-only, never shipped."""
    return (from_npm("axe-core@4.14.1") / "axe.min.js").read_text("utf-8")


@pytest.fixture
def faults(axe_code: str) -> Callable[[Any], list[str]]:
    """What axe-core finds on a page: each fault as "rule: element", serious ones only."""

    def found(page: Any, within: str = ".fw") -> list[str]:
        page.evaluate(axe_code)
        report = page.evaluate("(within) => axe.run(within)", within)
        assert len(report["passes"]) > 2, "axe-core has looked at next to nothing"
        return [
            f"{fault['id']}: {node['html'][:200]}"
            for fault in report["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    return found
