"""Imports run one way, down the list of rooms, and bring in only what the project declares."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "flywheel_edu"

# A room may import from rooms above it, never from one below.
ROOMS = (
    "errors",
    "files",
    "units",
    "charts",
    "language",
    "model",
    "simulate",
    "causal",
    "cash",
    "facts",
    "study",
    "flywheels",
    "reading",
    "drawing",
    "widgets",
    "exercises",
    "grading",
    "site",
    "cli",
)

# Packages that come with a declared one and are its public face: which one that is.
BROUGHT_BY = {
    "IPython": "ipywidgets",
    "PIL": "matplotlib",
    "fontTools": "matplotlib",
    "packaging": "matplotlib",
    "traitlets": "ipywidgets",
    "docutils": "sphinx",
    "jupyter_client": "ipykernel",
    "jupyter_core": "ipykernel",
    "jupyter_server": "jupyterlab",
    "jupyterlab_server": "jupyterlab",
    "nbclient": "myst_nb",
    "zmq": "ipykernel",
}


# Which package may import which other, even inside a function; what it needs of the rest it finds
# by entry points.
MAY_IMPORT = {
    "flywheel_edu": set(),
    "flywheel_exchange": {"flywheel_edu"},
    "flywheel_grader": set(),
}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_those_it_stands_on(package):
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{source.relative_to(ROOT)}:{line} imports {module}"
        for source in sorted((ROOT / package).rglob("*.py"))
        for line, module, _top in imported(source)
        if module.startswith("flywheel_") and module.split(".")[0] not in allowed
    ]
    assert not wrong


def test_no_two_files_of_the_exchange_wait_for_each_other():
    """And the list in its `__init__` names each file after those that it stands on."""
    folder = ROOT / "flywheel_exchange"
    listed = re.findall(r"^    (\w+) {2,}", (folder / "__init__.py").read_text("utf-8"), re.M)
    assert sorted(listed) == sorted(path.stem for path in folder.glob("[!_]*.py"))
    for name in listed:
        for line, module, _top in imported(folder / f"{name}.py"):
            if module.startswith("flywheel_exchange."):
                before = listed[: listed.index(name)]
                assert module.split(".")[1] in before, f"{name}.py:{line} imports {module}"


def imported(source: Path) -> Iterator[tuple[int, str, bool]]:
    """Each module a file imports, by its full name: the line, the name, whether at the top."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types(outer)
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = in_full(node, source)
            if module == "flywheel_edu":
                yield from ((node.lineno, f"{module}.{alias.name}", top) for alias in node.names)
            else:
                yield node.lineno, module, top


def in_full(node: ast.ImportFrom, source: Path) -> str:
    """The module an import names, with its leading dots spelt out."""
    outer = source.relative_to(PACKAGE.parent).parts[: -node.level or None]
    return ".".join(filter(None, [*(outer if node.level else ()), node.module]))


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def room_of(module: str) -> str:
    return module.removeprefix("flywheel_edu").lstrip(".").partition(".")[0]


def test_every_room_is_in_the_list_and_the_list_names_no_other():
    there = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    there |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert there == set(ROOMS)


# The table of contents may name every room.
@pytest.mark.parametrize(
    "source",
    [path for path in sources() if not path.relative_to(PACKAGE).parts[0].startswith("__")],
    ids=lambda p: p.relative_to(PACKAGE).as_posix(),
)
def test_a_room_imports_only_from_rooms_above_it(source):
    inner = source.relative_to(PACKAGE)
    own = inner.parts[0].removesuffix(".py")
    wrong = []
    for line, module, _top in imported(source):
        if module.split(".")[0] != "flywheel_edu":
            continue
        room = room_of(module)
        if room not in ROOMS and own in ("exercises", "grading", "cli"):
            continue  # these two stand on the whole package, and use it as a reader does
        if room not in ROOMS or ROOMS.index(room) > ROOMS.index(own):
            wrong.append(f"line {line} imports {module}")
    assert not wrong


def test_the_package_imports_nothing_it_does_not_declare():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    base = names(project["project"]["dependencies"])
    extras = project["project"]["optional-dependencies"]
    optional = base.union(*(names(wanted) for wanted in extras.values()))
    wrong = []
    for source in sources():
        for line, module, top in imported(source):
            outer = module.split(".")[0]
            if outer.startswith("flywheel_") or outer in sys.stdlib_module_names:
                continue
            if BROUGHT_BY.get(outer, outer).lower() not in (base if top else optional):
                wrong.append(f"{source.relative_to(PACKAGE)}:{line} imports {module}")
    assert not wrong


def names(requirements: list[str]) -> set[str]:
    """The import names of requirements such as `pandas>=2.1; python_version < '4'`."""
    return {re.match(r"[\w.-]+", line).group().lower().replace("-", "_") for line in requirements}
