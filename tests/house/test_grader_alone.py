"""The grader stands alone: nothing of the course is needed to import it, or named in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WITHOUT_THE_COURSE = """
import importlib, pkgutil, sys

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("flywheel_edu", "flywheel_exchange"):
            raise ImportError(f"{name} was taken away")

sys.meta_path.insert(0, Gone())
sys.path.insert(0, sys.argv[1])
import flywheel_grader
for each in pkgutil.walk_packages(flywheel_grader.__path__, "flywheel_grader."):
    importlib.import_module(each.name)
print(len(sys.modules))
"""


def test_every_module_of_the_grader_can_be_imported_with_the_course_taken_away():
    command = [sys.executable, "-c", WITHOUT_THE_COURSE, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# Down the list, never up: as work goes through the rooms, with what all of them stand on before it.
ORDER = (
    "words", "writing", "limits", "courses", "notebooks", "handing_in", "crossing", "jail",
    "judging", "telling", "student_commands", "commands",
)  # fmt: skip


def modules_of_grader(path: Path) -> set[str]:
    """The modules of the grader that a file of it imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flywheel_grader"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name.removeprefix("flywheel_grader.") for name in names}
    return {name for name in found if name and not name.startswith("flywheel_grader")}


def test_the_rooms_of_the_grader_import_down_the_list():
    wrong = []
    for path in sorted((ROOT / "flywheel_grader").rglob("*.py")):
        own = path.relative_to(ROOT / "flywheel_grader").parts[0].removesuffix(".py")
        for name in modules_of_grader(path) if own != "__init__" else ():
            if ORDER.index(name.partition(".")[0]) > ORDER.index(own):
                wrong.append(f"{path.name} imports {name}")
    assert not wrong


def test_every_room_of_the_grader_lists_its_files():
    for first in sorted((ROOT / "flywheel_grader").glob("*/__init__.py")):
        said = ast.get_docstring(ast.parse(first.read_text("utf-8"))) or ""
        named = re.findall(r"(?m)^ *(\w+)  +\S", said)
        there = {path.stem for path in first.parent.glob("*.py")} - {"__init__"}
        assert (set(named), len(named)) == (there, len(there)), first.parent.name
