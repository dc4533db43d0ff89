"""Imports run one way, down the list of rooms, and bring in only what the project declares."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "flywheel_edu"

# Packages that come with a declared one and are its public face: which one that is.
BROUGHT_BY = {
    "IPython": "ipywidgets",
    "PIL": "matplotlib",
    "fontTools": "matplotlib",
    "packaging": "matplotlib",
    "traitlets": "ipywidgets",
    "docutils": "sphinx",
    "markupsafe": "jinja2",
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


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_those_it_stands_on(package):
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{source.relative_to(ROOT)}:{line} imports {module}"
        for source in files_of(package)
        for line, module, _top in imported(source)
        if module.startswith("flywheel_") and module.split(".")[0] not in allowed
    ]
    assert not wrong


def listed_in(folder: Path) -> list[str]:
    """The files or rooms that the first page of a folder lists, in its order."""
    about = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    lines = re.findall(r"^ *`{0,2}(\w+(?:\.py)?(?:, \w+)*)`{0,2} {2,}\S", about, re.MULTILINE)
    return [name.removesuffix(".py") for names in lines for name in names.split(", ")]


# Rooms whose first page lists their files, each after those that it stands on.
LISTED = (
    "flywheel_edu/cash",
    "flywheel_edu/charts",
    "flywheel_edu/cli",
    "flywheel_edu/drawing",
    "flywheel_edu/facts",
    "flywheel_edu/flywheels",
    "flywheel_edu/language",
    "flywheel_edu/model",
    "flywheel_edu/simulate/machine",
    "flywheel_edu/site",
    "flywheel_edu/study",
    "flywheel_exchange",
    "flywheel_grader/handing_in",
    "flywheel_grader/notebooks",
    "flywheel_grader/telling",
)


@pytest.mark.parametrize("room", LISTED)
def test_a_room_lists_its_files_in_an_order_in_which_they_can_be_read(room):
    folder = ROOT / room
    listed = listed_in(folder)
    assert sorted(listed) == sorted(path.stem for path in folder.glob("[!_]*.py"))
    own = room.replace("/", ".") + "."
    for at, name in enumerate(listed):
        for line, module, _top in imported(folder / f"{name}.py", for_types=False):
            if module.startswith(own):  # types alone may look back
                stands_on = module.removeprefix(own).split(".")[0]
                assert stands_on in listed[: at + 1], f"{name}.py:{line} imports {module}"


def test_no_two_files_wait_for_each_other():
    """Not at the top of a module, and not inside a function either; types alone may look back."""
    modules = {module_name(path): path for package in MAY_IMPORT for path in files_of(package)}
    stands_on = {
        name: {
            found
            for _, module, _ in imported(path, for_types=False)
            if (found := module if module in modules else module.rpartition(".")[0]) in modules
            and found != name
        }
        for name, path in modules.items()
    }
    tuple(TopologicalSorter(stands_on).static_order())  # a circle is an error that names it


def test_every_import_is_written_in_full():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in MAY_IMPORT
        for path in files_of(package)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not wrong


def files_of(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: Path, *, for_types: bool = True) -> Iterator[tuple[int, str, bool]]:
    """What a file imports, names included: the line, the full name, whether at the top."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    typed = {id(node) for each in ast.walk(tree) if is_for_types(each) for node in ast.walk(each)}
    inside = typed | {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if id(node) in typed and not for_types:
            continue
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{each.name}", top) for each in node.names)


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def room_of(module: str) -> str:
    return module.removeprefix("flywheel_edu").lstrip(".").partition(".")[0]


# A room may import from rooms above it, never from one below.
ROOMS = listed_in(PACKAGE)


def test_every_room_is_in_the_list_and_the_list_names_no_other():
    there = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    there |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert sorted(there) == sorted(ROOMS)


# The table of contents may name every room.
@pytest.mark.parametrize(
    "source",
    [
        path
        for path in files_of("flywheel_edu")
        if not path.relative_to(PACKAGE).parts[0].startswith("__")
    ],
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


def test_the_packages_import_nothing_that_is_not_declared():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    base = names(project["project"]["dependencies"])
    extras = project["project"]["optional-dependencies"]
    optional = base.union(*(names(wanted) for wanted in extras.values()))
    wrong = []
    for source in (path for package in MAY_IMPORT for path in files_of(package)):
        for line, module, top in imported(source):
            outer = module.split(".")[0]
            if outer.startswith("flywheel_") or outer in sys.stdlib_module_names:
                continue
            if BROUGHT_BY.get(outer, outer).lower() not in (base if top else optional):
                wrong.append(f"{source.relative_to(ROOT)}:{line} imports {module}")
    assert not wrong


def names(requirements: list[str]) -> set[str]:
    """The import names of requirements such as `pandas>=2.1; python_version < '4'`."""
    return {re.match(r"[\w.-]+", line).group().lower().replace("-", "_") for line in requirements}
