"""A class on a real JupyterHub, from the folder that `flywheel hub` lays out to the feedback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flywheel_edu.cli import main

PROXY = "configurable-http-proxy@5.3.0"

# What a test has instead of accounts of the machine, and of its ports.
BESIDE = """
load_subconfig("jupyterhub_config.py")
c = get_config()
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.Spawner.args = ["--LabApp.expose_app_in_browser=True", "--allow-root"]
"""

# Types a line into a terminal of JupyterLab's; how it ended, and what was printed.
TERMINAL = """async (line) => {
  const terminal = await jupyterapp.serviceManager.terminals.startNew();
  let said = "";
  const ended = new Promise((resolve) => {
    terminal.messageReceived.connect((_, message) => {
      if (message.type === "stdout") said += message.content[0];
      const found = said.match(/ended (\\d+)\\s/);
      if (found) resolve(Number(found[1]));
    });
  });
  terminal.send({ type: "stdin", content: [`${line}; echo ended $?\\r`] });
  return [await ended, said];
}"""

OPEN = """async (path) => {
  const opened = await jupyterapp.commands.execute("docmanager:open", { path });
  await opened.context.ready;
  await opened.sessionContext?.ready;
}"""

# Makes the one cell that begins so the active one, and scrolls to it.
GO_TO = """async (begins) => {
  const { content } = jupyterapp.shell.currentWidget;
  const at = content.widgets.findIndex((cell) =>
    cell.model.sharedModel.getSource().startsWith(begins));
  content.activeCellIndex = at;
  await content.scrollToItem(at);
}"""

SHOWN = """(begins) => {
  const { content } = jupyterapp.shell.currentWidget;
  const cell = content.widgets.find((each) =>
    each.model.sharedModel.getSource().startsWith(begins));
  const shown = cell.model.outputs.toJSON().map((each) => each.data?.["text/plain"] ?? each.text);
  return shown.flat().join("");
}"""


@dataclass
class Hub:
    """A JupyterHub that runs: its address, and where its users have their homes."""

    address: str
    homes: Path

    def enter(self, page: Any, name: str) -> None:
        """Log in, and wait for one's own JupyterLab."""
        page.goto(f"{self.address}/hub/login?next=/hub/spawn")
        page.fill("#username_input", name)
        page.fill("#password_input", "any")
        page.click("#login_submit")
        page.wait_for_function("() => window.jupyterapp?.restored", timeout=60_000)
        page.evaluate("jupyterapp.restored")

    def type(self, page: Any, *lines: str) -> None:
        """Type commands into a terminal; each has to end well."""
        # A login shell of this machine need not know where the tests' own Python lies.
        here = f'export PATH="{Path(sys.executable).parent}:$PATH"'
        code, said = page.evaluate(TERMINAL, " && ".join([here, *lines]))
        assert code == 0, said


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module")
def hub(tmp_path_factory: Any, from_npm: Callable[[str], Path]) -> Iterator[Hub]:
    proxy = from_npm(PROXY).parent / ".bin"
    room = tmp_path_factory.mktemp("hub")
    folder, homes, ports = room / "laid-out", room / "homes", _free_ports(3)
    assert main(["hub", "--out", str(folder), "--teacher", "grace"]) == 0
    (folder / "class.csv").write_text("student,name\nada,Ada Lovelace\nbob,Bob\n")
    (folder / "test_config.py").write_text(
        BESIDE.format(homes=f"{homes}/{{username}}", ports=ports), encoding="utf-8"
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), str(proxy), os.environ["PATH"]])
    log = room / "log"
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "test_config.py"],
            cwd=folder, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PATH": path},
        )  # fmt: skip
    address = f"http://127.0.0.1:{ports[0]}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/hub/health", timeout=2).close()
                break
            except OSError:
                assert running.poll() is None, log.read_text()[-3000:]
                time.sleep(0.1)
        else:
            pytest.fail(log.read_text()[-3000:])
        yield Hub(address, homes)
    finally:
        running.terminate()
        running.wait(30)


def answer(page: Any, begins: str, text: str) -> None:
    """Write over the cell that begins so, as a student does."""
    page.evaluate(GO_TO, begins)
    page.locator(".jp-Notebook .jp-mod-active .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def assignments(page: Any, button: str) -> None:
    """Click a button of nbgrader's list of assignments, and wait until it has done its work."""
    page.evaluate("jupyterapp.commands.execute('nbgrader:open-assignment-list')")
    page.click("#refresh_assignments_list")
    page.get_by_role("button", name=button, exact=True).click()


def test_a_student_fetches_works_and_submits_and_sees_what_the_teacher_gives_back(hub, new_page):
    grace = new_page(width=1280)
    hub.enter(grace, "grace")
    hub.type(
        grace, "flywheel teacher --to my-class", "cd my-class",
        "flywheel release --nbgrader . solutions/03_retail.ipynb",
        "nbgrader release_assignment 03_retail",
    )  # fmt: skip

    ada = new_page(width=1280, height=1000)
    hub.enter(ada, "ada")
    assert (hub.homes / "ada" / "course" / "00_start_here.ipynb").is_file()
    assignments(ada, "Fetch")
    ada.get_by_role("button", name="Submit", exact=True).wait_for()
    ada.evaluate(OPEN, "03_retail/03_retail.ipynb")
    ada.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    lines = ada.evaluate(SHOWN, "import numpy as np").split("\n")
    given = {line.split()[0]: float(line.split()[2].replace(",", "")) for line in lines}
    alone = given["variable_cost"] + given["fixed_cost"] / given["own_orders"]
    parcels = given["own_orders"] + given["sent_by_us"] * given["seller_orders"]
    together = given["variable_cost"] + given["fixed_cost"] / parcels
    answer(ada, "def saved", f"def saved():\n    return {(alone - together) / alone!r}")
    answer(ada, "def first_over_half", "def first_over_half(series):\n    return max(series)")
    ada.keyboard.press("Control+s")
    ada.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    assignments(ada, "Submit")
    ada.get_by_role("button", name="Fetch Feedback", exact=True).wait_for()

    hub.type(
        grace, "cd my-class", "nbgrader collect 03_retail",
        "flywheel collect . --out work",
        "flywheel grade --submissions work --out grades --source solutions/03_retail.ipynb",
        "flywheel feedback --out grades --nbgrader .", "nbgrader release_feedback 03_retail",
        "flywheel export --out grades --to nbgrader",
    )  # fmt: skip

    assignments(ada, "Fetch Feedback")
    ada.get_by_text("(view feedback)").wait_for()
    (page,) = (hub.homes / "ada" / "03_retail" / "feedback").glob("*/*.html")
    ada.evaluate(OPEN, page.relative_to(hub.homes / "ada").as_posix())
    shown = ada.frame_locator(".jp-HTMLViewer iframe")
    shown.get_by_role("heading", name="Feedback for ada").wait_for()
    # What she typed was right with her own numbers, drawn from the name by which she came in.
    shown.get_by_role("row", name="saved 3 / 3 full marks").wait_for()
    shown.get_by_role("row", name="first_over_half 0 / 3 not yet").wait_for()
