"""The course in the browser's own Python: JupyterLite, with all that the notebooks import."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flywheel_edu.errors import SiteError, printable
from flywheel_edu.site.pages import Page, copy_files, under_heading
from flywheel_edu.site.policy import guard
from flywheel_edu.site.wheels import LATER, add_wheel, add_wheels, compiled, needed_of, slimmed

FOLDER = "lite"  # inside the site
FOR_TEACHERS = "README.md"  # says what the known wrong answers are
EXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
_LOCK = "pyodide-lock.json"
_CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
_KERNEL = "@jupyterlite/pyodide-kernel-extension"
_EXTENSIONS = (_KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
# What the kernel would install one after the other: told beforehand, it comes as Python starts.
_KERNELS_WHEELS = ("piplite", "ipykernel", "pyodide_kernel")
_KERNELS_OWN = ("micropip", "ssl", "sqlite3", "comm", "jedi", "ipython", *_KERNELS_WHEELS)


def lead_to_lite(pages: tuple[Page, ...], made: Path, folder: str) -> None:
    """Under the heading of each page of a notebook, a way to it in the browser's own Python.

    JupyterLab's list of files would leave a phone no room: there the notebook opens alone.
    """
    for page in pages:
        html = made / f"{page.name}.html"
        if page.is_notebook:
            inner = page.source.name if "/" not in page.name else f"{page.name}.ipynb"
            links = (
                f'<a class="fw-run fw-{where}" href="{page.up}{FOLDER}/{app}/index.html?path='
                f'{quote(f"{folder}/{inner}")}">Run this chapter in your browser</a>'
                for where, app in (("wide", "lab"), ("narrow", "notebooks"))
            )
            html.write_text(under_heading(html.read_text("utf-8"), "".join(links)), "utf-8")


def build_lite(source: Path, made: Path, room: Path, pyodide: Path | None, site: Path) -> None:
    """Write the browser course: these notebooks, and the exercises that lie beside their folder.

    The folder ``source`` keeps its name inside the course; ``room`` is for what is made on the way.
    ``pyodide`` is a folder with the browser's Python, to be copied into the site; without it the
    core is fetched, and a reader's browser fetches the packages from where the kernel says.
    """
    lite = room / "lite"
    for folder in (source, source.parent / "exercises"):
        if folder.is_dir():
            copy_files(folder, lite / "files" / folder.name, site)
        (lite / "files" / folder.name / FOR_TEACHERS).unlink(missing_ok=True)
    python = lite / "static" / "pyodide"
    python.mkdir(parents=True)
    browsers_python(pyodide, python)
    _build(lite, made)


def browsers_python(pyodide: Path | None, into: Path) -> None:
    """Write the browser's Python with all that the notebooks import, or the core and the list.

    Where Node is, what is imported first is compiled beforehand: a kernel is ready, and the first
    cells run, in half the time.
    """
    lock = fetched_lock(into) if pyodide is None else _copied(pyodide, into)
    add_wheels(lock, into)
    for name in _KERNELS_WHEELS:
        (wheel,) = (EXTENSIONS / _KERNEL / "static" / "pypi").glob(f"{name}-*.whl")
        add_wheel(lock, wheel, into)
    (into / _LOCK).write_text(json.dumps(lock), "utf-8")  # Node reads it as well
    (into / _LOCK).write_text(json.dumps(compiled(lock, into)), "utf-8")


def _copied(pyodide: Path, into: Path) -> dict[str, Any]:
    try:
        lock: dict[str, Any] = json.loads((pyodide / _LOCK).read_text("utf-8"))
    except OSError:
        raise SiteError(
            f"there is no Pyodide in '{printable(str(pyodide))}': it has no {_LOCK}",
            "name the folder that holds pyodide.mjs and its packages",
        ) from None
    roots = {*_KERNELS_OWN, *LATER, "numpy", "pandas", "matplotlib"}
    needed = needed_of(lock, roots)
    lock["packages"] = {name: lock["packages"][name] for name in sorted(needed)}
    for package in lock["packages"].values():
        slimmed(pyodide / package["file_name"], package, into)
    for name in _CORE:
        shutil.copyfile(pyodide / name, into / name)
    return lock


def fetched_lock(into: Path) -> dict[str, Any]:
    """The lock of the kernel's own Pyodide, its files under their whole addresses.

    The core is written, for Pyodide looks for our wheels, too, where its core lies.
    """
    about = EXTENSIONS / _KERNEL / "static" / "schema" / "kernel.v0.schema.json"
    said = json.loads(about.read_text("utf-8"))["properties"]["pyodideUrl"]["default"]
    folder = said.rpartition("/")[0]
    try:
        for name in (*_CORE, _LOCK):
            with urllib.request.urlopen(f"{folder}/{name}", timeout=60) as answer:
                (into / name).write_bytes(answer.read())
        lock: dict[str, Any] = json.loads((into / _LOCK).read_text("utf-8"))
    except (OSError, ValueError):
        raise SiteError(
            f"the browser's Python cannot be fetched from {folder}",
            "is there a network? Or name a folder that holds a Pyodide with --pyodide",
        ) from None
    for package in lock["packages"].values():
        package["file_name"] = f"{folder}/{package['file_name']}"
    return lock


def _build(lite: Path, made: Path) -> None:
    settings = {
        "apps": ["lab", "notebooks", "tree"],
        "cache_dir": str(lite / ".cache"),
        "federated_extensions": [str(EXTENSIONS / name) for name in _EXTENSIONS],
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    (lite / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": settings}))
    kernel = {f"{_KERNEL}:kernel": {"loadPyodideOptions": {"packages": _KERNELS_OWN}}}
    page = {"appName": "The flywheel, in your browser", "litePluginSettings": kernel}
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}
    (lite / "jupyter-lite.json").write_text(json.dumps(config))
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", str(made)],
        cwd=lite, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SiteError("JupyterLite stopped: " + printable(said[-1] if said else "without a word"))
    guard(made, lite=True)
