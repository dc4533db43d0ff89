"""`flywheel lab`: the course, opened in JupyterLab on a copy that belongs to the student."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sys
import webbrowser
from collections.abc import Iterable, MutableMapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import flywheel_edu
from flywheel_edu.cli.handout import FOLDERS, RECORD, HandOut, hand_out, material, put_aside
from flywheel_edu.cli.progress import PAGE, Reached, as_page, in_short, progress
from flywheel_edu.cli.say import say
from flywheel_edu.errors import CommandError
from flywheel_edu.files import LANGUAGE, language, write_beside

FOLDER = "my-flywheel"
LANGUAGE_KEPT = RECORD.with_name("language")
KEEPS_WORDS = "flywheel_edu.site.alt_texts.keep_words"
MOST_NAMED = 5
SETTINGS = Path(__file__).parent / "jupyter"  # what JupyterLab's own settings start from


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "lab",
        help="open the course in JupyterLab, on a copy that is yours",
        description="Copy the course into a folder of yours and open JupyterLab there. What you "
        "changed is never overwritten. Any other argument is handed to JupyterLab, for instance "
        "--port 9999.",
    )
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path,
        help=f"where your copy lies, or is to lie (usually {FOLDER}, in the current folder)",
    )  # fmt: skip
    parser.add_argument(
        "--again",
        metavar="CHAPTER",
        help="begin a chapter (03) or an exercise (exercises/03) again; your copy is kept",
    )
    parser.add_argument(
        "--language",
        metavar="de",
        help="the language of the chapters and of what is said in them; it is remembered",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.set_defaults(run=run, passes_on=True)


def run(args: argparse.Namespace) -> int:
    """Hand out, start JupyterLab, and stay until it ends."""
    lab = _jupyterlab()
    folder = (args.to or _folder_here()).expanduser().resolve()
    spoken = _language(folder, args.language)
    files = material(spoken)
    if args.again:
        name, kept = put_aside(files, folder, args.again)
        say(f"{name} begins again; what you had lies beside it as {kept}")
    tell(hand_out(files, folder), folder)
    if short := in_short(_renewed(files, folder)):
        say(short)
    if args.language:
        write_beside(folder / LANGUAGE_KEPT, spoken)
    os.environ[LANGUAGE] = spoken
    can_open = not args.no_browser and has_browser()
    if running := _running_on(folder):
        say(f"JupyterLab is already open on this folder: {running}")
        if can_open:
            webbrowser.open(running)
        return 0

    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    )
    kernels_inherit(os.environ)
    token = os.environ.get("JUPYTER_TOKEN")
    os.environ["JUPYTER_TOKEN"] = token or secrets.token_hex(24)
    try:
        server = lab.initialize_server(argv=_arguments(folder, can_open) + args.rest)
    finally:
        if not token:  # the server has read it; the student's kernels need not
            del os.environ["JUPYTER_TOKEN"]
    server.web_app.settings["static_custom_path"].append(str(SETTINGS / "custom"))
    server.contents_manager.register_post_save_hook(partial(_after_saving, files, folder))
    # Told from within the loop, once the server listens: the address works when it is read.
    server.io_loop.add_callback(_tell_address, server, opens=can_open, wanted=not args.no_browser)
    server.start()
    say(f"JupyterLab has stopped. Your work is in {folder}.")
    return 0


def _renewed(files: Iterable[str], folder: Path) -> list[Reached]:
    reached = progress(files, folder)
    write_beside(folder / PAGE, as_page(reached))
    return reached


def _after_saving(files: Iterable[str], folder: Path, *, os_path: str, **_: Any) -> None:
    """Renew the page of how far one is; beside the server, which goes on at once."""
    if os_path.endswith(".ipynb"):
        Thread(target=_try_to_renew, args=(files, folder), daemon=True).start()


def _try_to_renew(files: Iterable[str], folder: Path) -> None:
    with suppress(OSError):  # a full disk, a page held open: the next time
        _renewed(files, folder)


def kernels_inherit(environment: MutableMapping[str, str]) -> None:
    """Set what kernels start with; what the student has set goes before."""
    environment.setdefault("PYTHONSTARTUP", str(SETTINGS / "kernel_start.py"))
    # Linux's C library would keep what a cell has freed.
    for name in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"):
        environment.setdefault(name, str(128 * 1024))  # bytes


def tell(done: HandOut, folder: Path, what: str = "Your copy of the course") -> None:
    """Say in words what a handing out did to a folder."""
    say(f"{what} is in {folder}")
    if done.new:
        say(f"New there: {_listed(done.new)}")
    if done.renewed:
        say(f"Brought up to date, for you had not changed them: {_listed(done.renewed)}")
    for yours, arrived in done.beside:
        say(
            f"{yours} was changed by you and in the course: yours stays as it is, "
            f"and the course's version lies beside it as {arrived}"
        )


def has_browser() -> bool:
    """Whether a browser with windows can be opened from here."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False  # what is left would be a browser of text, in this very window
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def install_line(extra: str) -> str:
    """The line that installs flywheel_edu with an extra, from a clone or from an index."""
    project = Path(flywheel_edu.__file__).parent.parent
    if (project / "pyproject.toml").is_file():
        return f'python -m pip install -e "{project}[{extra}]"'
    return f'python -m pip install --upgrade "flywheel-edu[{extra}]"'


def _jupyterlab() -> Any:
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        raise CommandError(
            "JupyterLab is not installed here", f"install the classroom: {install_line('course')}"
        ) from None
    return LabApp


def _folder_here() -> Path:
    """The folder to use: the one we stand in if it is a copy of the course, else one below."""
    here = Path.cwd()
    for folder in (here, *(here.parent if here.name == name else here for name in FOLDERS)):
        if (folder / RECORD).exists():
            return folder
    return here / FOLDER


def _language(folder: Path, wished: str | None) -> str:
    """The language wished for now, else at an earlier time, else by the environment."""
    kept = folder / LANGUAGE_KEPT
    before = kept.read_text("utf-8").strip() if kept.is_file() else language()
    return before if wished is None else wished


def _arguments(folder: Path, can_open: bool) -> list[str]:
    workspaces = folder / RECORD.parent / "workspaces"
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.workspaces_dir={workspaces}",  # the layout of other work stays as it is
        f"--LabApp.default_url={_first_page(folder, workspaces)}",
        f"--HTMLExporter.preprocessors={KEEPS_WORDS}",  # of pictures, in "Save and Export"
        "--LabApp.custom_css=True",  # the student's own style, if there is one; else ours
        "--Application.log_level=ERROR",  # its own words come after ours; --debug brings them back
    ]
    if _kernels_can_encrypt():  # others on a shared machine cannot listen in; no warning either
        arguments.append("--KernelManager.transport_encryption=auto")
    if not can_open:
        arguments.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    return arguments


def _kernels_can_encrypt() -> bool:
    import zmq
    from jupyter_client.manager import KernelManager

    return "transport_encryption" in KernelManager.class_trait_names() and zmq.has("curve")


def _first_page(folder: Path, workspaces: Path) -> str:
    """The first chapter on the first day; later, whatever was open last."""
    chapters = sorted((folder / "course").glob("*.ipynb"))
    if not chapters or any(workspaces.glob("*")):
        return "/lab"
    return "/lab/tree/" + quote(chapters[0].relative_to(folder).as_posix())


def _running_on(folder: Path) -> str:
    """The address of a JupyterLab that already serves this folder, or the empty string."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        try:
            same = Path(server["root_dir"]).samefile(folder)
            socket.create_connection(("127.0.0.1", server["port"]), timeout=1).close()
        except OSError:
            continue  # its record outlived it
        if same:
            return f"{server['url']}lab?{urlencode({'token': server['token']})}"
    return ""


def _tell_address(server: Any, *, opens: bool, wanted: bool) -> None:
    address = urlsplit(server.local_url)._replace(query="")
    if token := server.identity_provider.token:
        address = address._replace(query=urlencode({"token": token}))
    if opens:
        say("JupyterLab opens in your browser. If it does not, open this address:")
    elif wanted:
        say("There is no browser on this machine. Open this address in one:")
    else:
        say("Open this address in a browser:")
    print(f"\n    {address.geturl()}\n", flush=True)  # never wrapped, so that it can be copied
    if not opens and wanted:
        say(
            f"From another computer, first run there: ssh -L {server.port}:localhost:{server.port} "
            "NAME-OF-THIS-MACHINE. In a container, publish the port and add --ip=0.0.0.0."
        )
    say("To stop: Ctrl-C in this window.")
    sys.stdout.flush()


def _listed(names: list[str]) -> str:
    """The names, or how many there are where they would fill the screen."""
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} files"
