"""`flywheel doctor`: what is missing or broken on this machine, in plain words."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import filter as matching
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import flywheel_edu as fw
from flywheel_edu.cli.handout import FOLDERS, material
from flywheel_edu.cli.lab import has_browser, install_line
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import FlywheelError

OLDEST = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, and what it means."""

    state: Literal["ok", "note", "BROKEN"]
    subject: str
    words: str


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor",
        help="tell what is missing or broken here",
        description="Look at everything the course needs and tell in plain words what is missing "
        "or broken. The exit code is 1 if something is broken; a note breaks nothing.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at each thing in turn, and print what was found."""
    findings = [finding for look in LOOKS for finding in _looked(look)]
    say_table(("", "what", "how it is"), [(f.state, f.subject, f.words) for f in findings])
    broken = dict.fromkeys(each.subject for each in findings if each.state == "BROKEN")
    say()
    if broken:
        say(f"To mend: {', '.join(broken)}.", strong=True)
        return 1
    say("All is well.", strong=True)
    return 0


def python() -> Iterator[Finding]:
    """The Python that runs us."""
    version, wanted = sys.version.split()[0], ".".join(map(str, OLDEST))
    if sys.version_info < OLDEST:
        yield Finding("BROKEN", "Python", f"{version}; the course needs {wanted} or later")
    else:
        yield Finding("ok", "Python", f"{version} in {sys.prefix}")


def packages() -> Iterator[Finding]:
    """Every package that flywheel_edu says it needs, by what it is needed for."""
    from packaging.requirements import Requirement

    try:
        named = [Requirement(line) for line in metadata.requires("flywheel-edu") or ()]
    except metadata.PackageNotFoundError:
        yield Finding("BROKEN", "flywheel_edu", f"is not installed: {install_line('course')}")
        return
    good, extras = [], ("", "course")
    asked = [need for need in named if any(_asked_for(need, extra) for extra in extras)]
    for need in (need for need in asked if need.name != "flywheel-edu"):
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            yield _lacking(need.name, "is missing")
            continue
        if need.specifier.contains(version, prereleases=True):
            good.append(need.name)
        else:
            yield _lacking(need.name, f"is {version}, but {need.specifier} is needed")
    yield Finding("ok", "packages", ", ".join(sorted(good)))


def models() -> Iterator[Finding]:
    """A model of the library, read and run."""
    run = fw.simulate(fw.load("retail"))
    yield Finding("ok", "models", f"the retail flywheel runs, {len(run.time)} points in time")


def machine_code() -> Iterator[Finding]:
    """The fast engine, and what happens without it."""
    from flywheel_edu.simulate.machine import machine

    if (here := machine()) is None:
        yield Finding(
            "note",
            "machine code",
            "not to be had here: llvmlite is missing or does not know the processor; models run "
            "on Python and NumPy instead, with the same numbers, and large sweeps take longer",
        )
    else:
        words = f"made for this processor, {here.width} scenarios at a time"
        yield Finding("ok", "machine code", words)


def jupyterlab() -> Iterator[Finding]:
    """JupyterLab, the extensions that show widgets, and a kernel that answers."""
    try:
        import jupyterlab
        from jupyter_core.paths import jupyter_path
        from jupyterlab_server.config import get_page_config
    except ImportError:
        yield Finding("BROKEN", "JupyterLab", f"is missing: {install_line('course')}")
        return
    yield Finding("ok", "JupyterLab", jupyterlab.__version__)
    folders = jupyter_path("labextensions")
    off = {name.split(":")[0] for name in get_page_config(folders)["disabledExtensions"]}
    for name, package in (
        ("@jupyter-widgets/jupyterlab-manager", "jupyterlab_widgets"),
        ("anywidget", "anywidget"),
    ):
        if not any((Path(folder) / name / "package.json").is_file() for folder in folders):
            again = f"python -m pip install --force-reinstall {package}"
            yield Finding("BROKEN", "widgets", f"JupyterLab does not find {name}: {again}")
        elif name in off:
            enable = f"jupyter labextension enable {name}"
            yield Finding("BROKEN", "widgets", f"{name} is switched off in JupyterLab: {enable}")
        else:
            yield Finding("ok", "widgets", f"{name} is on")
    yield from _kernel()


def browser() -> Iterator[Finding]:
    """A browser for the course, and one for the tests."""
    if has_browser():
        yield Finding("ok", "browser", "one can be opened from here")
    else:
        words = "none can be opened from here; `flywheel lab` prints the address instead"
        yield Finding("note", "browser", words)
    names = ("chromium", "chromium-browser", "google-chrome")
    if not any(map(shutil.which, names)):
        words = "none; the tests that need it are skipped (only who changes the package cares)"
        yield Finding("note", "Chromium for tests", words)


def course() -> Iterator[Finding]:
    """The chapters and exercises to hand out."""
    files = list(material())
    # They are numbered; the page of the language beside them is not.
    numbered = (matching(files, f"{folder}/[0-9]*.ipynb") for folder in FOLDERS)
    chapters, exercises = map(len, numbered)
    yield Finding("ok", "course", f"{chapters} chapters and {exercises} exercises to hand out")


def grading() -> Iterator[Finding]:
    """How well this machine can keep a submission apart from the teacher's files."""
    for entry in metadata.entry_points(group="flywheel_edu.doctor"):
        state, words = entry.load()()
        yield Finding(state, entry.name, words)


def writing() -> Iterator[Finding]:
    """Whether files can be written where `flywheel lab` would write them."""
    for subject, folder in (
        ("this folder", Path.cwd()),
        ("temporary files", Path(tempfile.gettempdir())),
    ):
        try:
            with tempfile.TemporaryFile(dir=folder):
                yield Finding("ok", subject, f"{folder} can be written to")
        except OSError as problem:
            words = f"{folder} cannot be written to: {problem.strerror}"
            yield Finding("BROKEN", subject, words)


def command() -> Iterator[Finding]:
    """Whether the shell finds `flywheel`."""
    if shutil.which("flywheel"):
        yield Finding("ok", "flywheel", "the shell finds the command")
    else:
        words = "the shell does not find the command; `python -m flywheel_edu lab` does the same"
        yield Finding("note", "flywheel", words)


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python, packages, models, machine_code, jupyterlab, browser, course, grading, writing, command
)  # fmt: skip


def _looked(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What a look finds; a look that fails is itself a finding, and the others go on."""
    subject = look.__name__.replace("_", " ")
    found = []
    try:
        for finding in look():
            found.append(finding)
    except FlywheelError as problem:
        found.append(Finding("BROKEN", subject, str(problem).replace("\n  hint:", ";")))
    except Exception as problem:
        words = f"{type(problem).__name__}: {problem}".splitlines()[0]
        found.append(Finding("BROKEN", subject, words))
    return found


def _asked_for(need: Any, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _lacking(name: str, words: str) -> Finding:
    if name == "llvmlite":  # the one package we can do without; told under "machine code"
        return Finding("note", name, words)
    return Finding("BROKEN", name, f"{words}: {install_line('course')}")


def _kernel() -> Iterator[Finding]:
    from jupyter_client.manager import start_new_kernel

    try:
        manager, client = start_new_kernel(
            kernel_name="python3", startup_timeout=60, stderr=subprocess.DEVNULL
        )
    except Exception as problem:
        words = f"no notebook can run: {problem}".splitlines()[0]
        yield Finding("BROKEN", "kernel", words)
        return
    try:
        client.execute_interactive("1 + 1", timeout=60, output_hook=lambda _message: None)
        yield Finding("ok", "kernel", "a notebook's Python starts and answers")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
