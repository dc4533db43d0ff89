"""What the browser's Python imports: installed packages as wheels, listed in Pyodide's lock."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

OURS = "flywheel-edu"
# Half of what would have to be fetched; no chapter asks for it, and `import scipy` brings it.
LATER = frozenset({"scipy"})
# What only a server needs.
_NOT_THERE = frozenset({"jupyterlab-widgets", "widgetsnbextension"})
_THERE = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}
_THERE["platform_machine"] = "wasm32"
# The kernel asks for it, but a browser's Python opens no connection: 2 MB for nothing.
_EMPTY = "ssl"
# What only tests, other looks of charts and hints for Python 2 would read.
_NEVER_READ = re.compile(
    r"(^|/)tests/|mpl-data/(sample_data/|fonts/ttf/DejaVu(Serif|SansMono))|/django-stubs/"
    r"|/typeshed/(stdlib/2|third_party/2(and3)?)/"
)
# What every notebook imports, or the kernel itself when it starts.
_AT_ONCE = (
    "anywidget ipython ipywidgets jedi jinja2 matplotlib micropip networkx numpy packaging pandas "
    "parso prompt-toolkit psygnal pyparsing rich traitlets typing-extensions"
).split()
_COMPILED = (".so", ".pyd", ".pyc", ".dylib")  # psygnal, say, has the same in Python as well


def add_wheels(lock: dict[str, Any], into: Path) -> None:
    """Write this package, and what it needs beyond the lock, as wheels; enter them in the lock."""
    packages = lock["packages"]
    packages[_EMPTY] = _packed({"ssl-1.dist-info/METADATA": b"Name: ssl"}, _EMPTY, "1", into)
    waiting = [OURS]
    while waiting:
        name = waiting.pop()
        if name in packages:
            continue
        found = distribution(name)
        needs = sorted(set(_needs(found, lock["info"]["python"])) - _NOT_THERE)
        waiting += needs
        files = {inner: place.read_bytes() for inner, place in _files(found)}
        entry = _packed(files, name, found.version, into)
        packages[name] = {**entry, "depends": sorted(set(needs) - LATER)}


def add_wheel(lock: dict[str, Any], wheel: Path, into: Path) -> None:
    """Write a wheel that is there, and enter it in the lock."""
    name, version = wheel.name.split("-")[:2]
    with ZipFile(wheel) as whole:
        files = {inner: whole.read(inner) for inner in whole.namelist()}
    lock["packages"][plain_name(name)] = _packed(files, plain_name(name), version, into)


def needed_of(lock: dict[str, Any], roots: set[str]) -> set[str]:
    """The names of the packages that these need, and these."""
    found: set[str] = set()
    waiting = [name for name in roots if name in lock["packages"]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += map(plain_name, lock["packages"][name]["depends"])
    return found


def plain_name(name: str) -> str:
    """A package's name in the spelling of the lock.

    >>> plain_name("Prompt_toolkit")
    'prompt-toolkit'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(found: Distribution, python: str) -> Iterator[str]:
    from packaging.requirements import Requirement

    there = {**_THERE, "python_version": ".".join(python.split(".")[:2])}
    for line in found.requires or ():
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({**there, "python_full_version": python}):
            yield plain_name(need.name)


def slimmed(source: Path, package: dict[str, Any], into: Path) -> None:
    """Copy one of Pyodide's packages without what is never read, and enter its fingerprint."""
    place = into / source.name
    if source.suffix != ".whl":
        shutil.copyfile(source, place)
        return
    with ZipFile(source) as whole, ZipFile(place, "w", ZIP_DEFLATED) as wheel:
        for item in whole.infolist():
            if not _NEVER_READ.search(item.filename):
                wheel.writestr(item.filename, whole.read(item))
    package["sha256"] = hashlib.sha256(place.read_bytes()).hexdigest()


def compiled(lock: dict[str, Any], into: Path) -> dict[str, Any]:
    """The lock, with bytecode for text, where Node is, in all that is read at once."""
    named = (lock["packages"].get(name) for name in (OURS, *_AT_ONCE))
    packages = [each for each in named if each and (into / each["file_name"]).is_file()]
    if node := shutil.which("node"):
        command = [node, str(Path(__file__).with_name("compiling.mjs")), str(into)]
        command += [package["file_name"] for package in packages]
        subprocess.run(command, capture_output=True, check=False)
    for package in packages:
        package["sha256"] = hashlib.sha256((into / package["file_name"]).read_bytes()).hexdigest()
    return lock


def _packed(files: dict[str, bytes], name: str, version: str, into: Path) -> dict[str, Any]:
    """A wheel for any machine, and its entry in the lock without what it depends on."""
    path = into / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with ZipFile(path, "w", ZIP_DEFLATED) as wheel:
        for inner, contents in sorted(files.items()):
            wheel.writestr(inner, contents)
    tops = {inner.split("/")[0].removesuffix(".py") for inner in files if inner.endswith(".py")}
    return {
        "name": name,
        "version": version,
        "file_name": path.name,
        "install_dir": "site",
        "package_type": "package",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "imports": sorted(tops),
        "depends": [],
        "unvendored_tests": False,
    }


def _files(found: Distribution) -> Iterator[tuple[str, Path]]:
    """What an installed package has, by its name in a wheel; ours may lie in a clone."""
    for file in found.files or ():
        place = Path(str(file.locate()))
        ours = found.metadata["Name"] == OURS and ".dist-info" not in file.parts[0]
        kept = ".." not in file.parts and place.suffix not in (*_COMPILED, ".pth")
        if kept and not ours and not _NEVER_READ.search(file.as_posix()):
            yield file.as_posix(), place
    if found.metadata["Name"] == OURS:
        root = Path(__file__).resolve().parents[2]
        for package in ("flywheel_edu", "flywheel_exchange", "flywheel_grader"):
            for place in (root / package).rglob("*"):
                inner = place.relative_to(root)
                if place.is_file() and not {"__pycache__", "_handout"} & set(inner.parts):
                    yield inner.as_posix(), place
