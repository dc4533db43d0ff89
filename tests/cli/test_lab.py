"""`flywheel lab` opens JupyterLab on the student's copy, with no browser too, and as root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path

import pytest

from flywheel_edu.cli import lab, main
from flywheel_edu.cli.handout import RECORD, HandOut
from tests import needs


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A Jupyter of its own: no settings and no running servers of whoever runs the tests."""
    for name in ("CONFIG", "RUNTIME", "DATA"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)
    return tmp_path


def test_the_course_opens_at_an_address_that_works_and_saves_widgets(alone):
    place = alone / "mine"
    command = [sys.executable, "-m", "flywheel_edu", "lab", "--no-browser", "--to", str(place)]
    server = subprocess.Popen(
        [*command, "--port", "0"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    try:
        lines = []
        for line in server.stdout:
            lines.append(line.strip())
            if line.startswith("To stop"):
                break
        (address,) = [line for line in lines if line.startswith("http://")]
        site, token = address.split("/lab/tree/")[0], address.split("token=")[1]

        with urllib.request.urlopen(address, timeout=30) as page:
            assert b'"load": "static/folded.js"' in page.read()  # room on a phone
        widgets = ask(f"{site}/lab/api/settings/@jupyter-widgets/jupyterlab-manager:plugin", token)
        assert widgets["schema"]["properties"]["saveState"]["default"] is True
        news = ask(f"{site}/lab/api/settings/@jupyterlab/apputils-extension:notification", token)
        assert news["schema"]["properties"]["fetchNews"]["default"] == "false"
        files = ask(f"{site}/lab/api/settings/@jupyterlab/docmanager-extension:plugin", token)
        viewers = files["schema"]["properties"]["defaultViewers"]["default"]
        assert viewers["markdown"] == "Markdown Preview"  # a double click shows how_far.md laid out
        chapter = address.split("/lab/tree/")[1].split("?")[0]
        assert ask(f"{site}/api/contents/{chapter}?content=0", token)["type"] == "notebook"

        begun = ask(f"{site}/api/contents/{chapter}", token)
        code = [cell for cell in begun["content"]["cells"] if cell["cell_type"] == "code"]
        code[0]["execution_count"] = 1
        ask(f"{site}/api/contents/{chapter}", token, begun)
        wanted, until = f"1 of {len(code)} cells run |", time.monotonic() + 30
        while wanted not in (place / "how_far.md").read_text(encoding="utf-8"):
            assert time.monotonic() < until, "the page was not renewed after a notebook was saved"
            time.sleep(0.1)

        with urllib.request.urlopen(f"{site}/custom/custom.css?token={token}", timeout=30) as style:
            assert b"invert" in style.read()  # charts in the dark theme

        again = subprocess.run(command, capture_output=True, text=True, check=True)
        assert f"JupyterLab is already open on this folder: {site}" in again.stdout.replace(
            "localhost", "127.0.0.1"
        )
    finally:
        server.terminate()
        rest = server.communicate(timeout=30)[0]
    if sys.platform != "win32":  # there, to terminate is to kill
        assert server.returncode == 0
        assert f"JupyterLab has stopped. Your work is in {place}." in rest
    assert (place / RECORD).exists()
    far = "[12 Fly it](course/12_fly_it.ipynb) | not begun |"
    assert far in (place / "how_far.md").read_text(encoding="utf-8")


def ask(address, token, saved=None):
    data = saved and json.dumps(saved).encode()
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, data, headers, method="PUT" if data else "GET")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (HandOut(), ""),
        (HandOut(yours=["course/00.ipynb"]), ""),
        (HandOut(new=["a", "b"]), "New there: a, b\n"),
        (HandOut(new=list("abcdef")), "New there: 6 files\n"),
        (HandOut(renewed=["a"]), "Brought up to date, for you had not changed them: a\n"),
        (
            HandOut(beside=[("course/01.ipynb", "course/01-new.ipynb")]),
            "course/01.ipynb was changed by you and in the course: yours stays as it is, and the "
            "course's version lies beside it as course/01-new.ipynb\n",
        ),
    ],
)
def test_what_happened_to_the_copy_is_said_in_words(capsys, done, words):
    lab.tell(done, Path("mine"))
    assert capsys.readouterr().out == f"Your copy of the course is in mine\n{words}"


def test_the_copy_is_made_below_the_folder_one_stands_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lab._folder_here() == tmp_path / "my-flywheel"


@pytest.mark.parametrize("inner", ["", "course", "exercises"])
def test_standing_in_the_copy_one_does_not_get_a_copy_of_the_copy(tmp_path, monkeypatch, inner):
    (tmp_path / RECORD).parent.mkdir()
    (tmp_path / RECORD).write_text("{}", encoding="utf-8")
    (tmp_path / inner).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / inner)
    assert lab._folder_here() == tmp_path


def test_the_first_day_opens_on_the_first_chapter_and_later_days_where_one_was(tmp_path):
    spaces = tmp_path / "workspaces"
    assert lab._first_page(tmp_path, spaces) == "/lab"
    (tmp_path / "course").mkdir()
    for name in ("01_napkin.ipynb", "00_start here.ipynb", "README.md"):
        (tmp_path / "course" / name).touch()
    assert lab._first_page(tmp_path, spaces) == "/lab/tree/course/00_start%20here.ipynb"
    spaces.mkdir()
    (spaces / "default.jupyterlab-workspace").touch()
    assert lab._first_page(tmp_path, spaces) == "/lab"


@needs.users
@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_root_is_let_in_without_being_asked_to_type_more(tmp_path, monkeypatch, user, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab._arguments(tmp_path, True)) is allowed


@pytest.mark.parametrize(
    ("platform", "variables", "there"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "my-browser"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_machine_without_a_screen_has_no_browser(monkeypatch, platform, variables, there):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(webbrowser, "get", lambda: "a browser")
    assert lab.has_browser() is there


def test_a_screen_without_a_browser_is_noticed(monkeypatch):
    def none():
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "get", none)
    assert not lab.has_browser()


class Server:
    """What `flywheel lab` reads of a Jupyter server."""

    port = 8890
    local_url = "http://127.0.0.1:8890/lab/tree/course/00.ipynb?token=..."

    class identity_provider:
        token = "secret"


@pytest.mark.parametrize(
    ("opens", "wanted", "words"),
    [
        (True, True, "JupyterLab opens in your browser. If it does not, open this address:\n"),
        (False, True, "There is no browser on this machine. Open this address in one:\n"),
        (False, False, "Open this address in a browser:\n"),
    ],
)
def test_the_address_is_always_printed_whole(capsys, opens, wanted, words):
    lab._tell_address(Server, opens=opens, wanted=wanted)
    out = capsys.readouterr().out
    assert out.startswith(words)
    assert "\n    http://127.0.0.1:8890/lab/tree/course/00.ipynb?token=secret\n" in out
    assert ("ssh -L 8890:localhost:8890" in out) is (wanted and not opens)
    assert out.endswith("To stop: Ctrl-C in this window.\n")


def test_the_language_is_kept_until_another_is_wished(tmp_path, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_LANGUAGE", raising=False)
    assert lab._language(tmp_path, None) == ""
    monkeypatch.setenv("FLYWHEEL_LANGUAGE", "de")
    assert lab._language(tmp_path, None) == "de"
    (tmp_path / ".flywheel").mkdir()
    (tmp_path / ".flywheel" / "language").write_text("en")
    assert lab._language(tmp_path, None) == "en"
    assert lab._language(tmp_path, "de") == "de"


def test_without_jupyterlab_it_says_how_to_install_it(capsys, monkeypatch, root):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert main(["lab"]) == 1
    assert capsys.readouterr().err == (
        "flywheel: JupyterLab is not installed here\n"
        f'  hint: install the classroom: python -m pip install -e "{root}[course]"\n'
    )


def test_other_arguments_are_handed_to_jupyterlab_in_order(alone, monkeypatch):
    seen = []

    class Lab:
        @staticmethod
        def initialize_server(argv):
            seen.extend(argv)
            raise KeyboardInterrupt

    monkeypatch.setattr(lab, "_jupyterlab", lambda: Lab)
    monkeypatch.setattr(lab, "material", dict)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    rest = ["--port", "9999", "--ip=0.0.0.0", "--ServerApp.base_url=/x/"]
    assert main(["lab", "--to", str(alone / "m"), "--no-browser", *rest]) == 130
    assert seen[-len(rest) :] == rest
    assert os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(lab.SETTINGS), "theirs"]


def test_a_kernel_of_the_lab_says_to_run_from_the_top_after_a_missing_name():
    from jupyter_client.manager import start_new_kernel

    start = {**os.environ, "PYTHONSTARTUP": str(lab.SETTINGS / "kernel_start.py")}
    manager, client = start_new_kernel(env=start)
    said = []
    try:
        for code in ("levels(3)", "1 / 0", "[n for n in globals() if 'missing' in n]"):
            client.execute_interactive(code, output_hook=said.append, timeout=30)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    shown = [each["content"] for each in said if each["msg_type"] != "status"]
    assert [each["ename"] for each in shown if "ename" in each] == [
        "NameError",
        "ZeroDivisionError",
    ]
    assert [each["text"] for each in shown if "text" in each] == [
        "If a cell above makes that name, run the notebook from the top: "
        "Run > Run All Above Selected Cell.\n"
    ]
    assert shown[-1]["data"]["text/plain"] == "[]"


def test_a_refusal_stands_in_a_notebook_under_the_readers_own_lines_alone():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()
    said = []
    try:
        code = "import flywheel_edu as fw\n\ndef mine():\n    return fw.load('retial')\n\nmine()"
        client.execute_interactive(code, output_hook=said.append, timeout=30)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    shown = [each["content"] for each in said if each["msg_type"] == "error"]
    assert [each["ename"] for each in shown] == ["ModelError"]
    assert (
        "\n".join(shown[0]["traceback"])
        == """\
----> 6 mine()
----> 4 return fw.load('retial')

the library has no model called 'retial'
  hint: did you mean 'retail'?"""
    )


def test_a_kernel_of_the_lab_shows_tables_in_full_and_leaves_a_students_own_settings_alone():
    from jupyter_client.manager import start_new_kernel

    start = {**os.environ, "PYTHONSTARTUP": str(lab.SETTINGS / "kernel_start.py")}
    manager, client = start_new_kernel(env=start)
    said = []
    table = "pd.DataFrame({'sales': [1.2e7, 3e-5], 'says': '$8, not $12'})"
    cells = (
        f"import pandas as pd\n{table}",
        f"{table}.sales",
        "pd.get_option('display.float_format') is None",
        f"pd.set_option('display.float_format', '{{:.1e}}'.format)\n{table}",
        "[name for name in dir() if 'full' in name]",
    )
    try:
        for code in cells:
            client.execute_interactive(code, output_hook=said.append, timeout=30)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    frame, row, option, own, names = [
        each["content"]["data"] for each in said if each["msg_type"] == "execute_result"
    ]
    assert "<td>12,000,000</td>" in frame["text/html"]
    assert 'class="dataframe tex2jax_ignore mathjax_ignore"' in frame["text/html"]  # $ is money
    assert "<td>0.00003</td>" in frame["text/html"]
    assert "12,000,000" in row["text/plain"]
    assert option["text/plain"] == "True"
    assert "<td>1.2e+07</td>" in own["text/html"]
    assert names["text/plain"] == "[]"
