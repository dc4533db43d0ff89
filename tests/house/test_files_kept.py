"""What the project keeps is clean: no path of a machine, no outputs, nothing large."""

from __future__ import annotations

import ast
import itertools
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    ".ci",
    "benchmarks",
    "course",
    "docs",
    "exercises",
    "flywheel_edu",
    "flywheel_exchange",
    "flywheel_grader",
    "scripts",
    "solutions",
    "tests",
)
PACKAGES = ("flywheel_edu", "flywheel_exchange", "flywheel_grader")
LARGEST = 1_500_000  # bytes
NOT_TEXT = {".png", ".jpg", ".ttf", ".woff2", ".zip", ".gz", ".pyc"}


def kept(ending: str = "") -> list[Path]:
    """Every file of the project whose name ends so."""
    # In a second worktree .git is a file of git's own, with a path in it.
    paths = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    paths += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    passing = {"__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache"}
    return sorted(p for p in paths if p.name.endswith(ending) and not passing & set(p.parts))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_names_a_place_on_someones_machine():
    # /home/student/ is the place a submission has in the jail, the same on every machine.
    own = re.compile(
        r"(?<![\w.])/(?:work|farm|root|home/(?!student/)\w+|Users/\w+)/|[A-Z]:\\Users\\"
    )
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in kept()
        if path.suffix not in NOT_TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if own.search(line) and path != Path(__file__)
    ]
    assert not found


def test_no_file_is_large():
    assert not [name_of(path) for path in kept() if path.stat().st_size > LARGEST]


@pytest.mark.parametrize("path", kept(".ipynb"), ids=name_of)
def test_a_notebook_is_kept_without_outputs_counts_or_names_of_a_machine(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        assert not cell.get("outputs"), cell["source"]
        assert cell.get("execution_count") is None, cell["source"]
    metadata = notebook["metadata"]
    assert "widgets" not in metadata
    assert metadata["kernelspec"]["name"] == "python3"
    assert metadata["kernelspec"]["display_name"].startswith("Python 3")
    assert set(metadata.get("language_info", {})) <= {"name"}  # no version of Python


@pytest.mark.parametrize("path", kept(".ipynb"), ids=name_of)
def test_every_cell_of_a_notebook_has_a_name_of_its_own(path):
    names = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", kept(".ipynb"), ids=name_of)
def test_the_headings_of_a_notebook_descend_in_order(path):
    """A screen reader walks by headings: one title, and no level left out on the way down."""
    levels = [
        len(line) - len(line.lstrip("#"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
        for line in without_code("".join(cell["source"])).splitlines()
        if re.match(r"#{1,6} ", line)
    ]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", kept(".ipynb"), ids=name_of)
def test_every_picture_in_a_notebook_is_told_in_words(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            assert not re.search(r"!\[\s*\]\(", "".join(cell["source"]))


@pytest.mark.parametrize(
    "path", [p for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py"))], ids=name_of
)
def test_a_module_says_first_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body):
        second = tree.body[1]
        assert isinstance(second, ast.ImportFrom)
        assert second.module == "__future__"


def test_text_is_made_into_running_code_in_two_rooms_only():
    """What an author writes is never evaluated; a program printed from the tree is run, and so is
    a student's cell, in its jail; their own answer, mended, runs in their own kernel. What goes
    into a browser's course is compiled there, and not run."""
    found = {
        name_of(path)
        for path in kept(".py")
        if path.relative_to(ROOT).parts[0] in PACKAGES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"exec", "eval", "compile", "__import__"}
    }
    rooms = (
        "flywheel_edu/simulate/", "flywheel_grader/", "flywheel_edu/exercises/slips.py",
        "flywheel_edu/site/compiling.py",
    )  # fmt: skip
    assert found
    assert not [name for name in found if not name.startswith(rooms)]
