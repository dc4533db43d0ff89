"""The grader stands alone: nothing of the course is needed to import it, or named in it."""

from __future__ import annotations

import ast
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


def imports(path: Path) -> set[str]:
    """The outermost packages that a file imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_grader_imports_nothing_of_the_course_and_the_course_nothing_of_the_grader():
    of_grader = sorted((ROOT / "flywheel_grader").rglob("*.py"))
    of_course = sorted((ROOT / "flywheel_edu").rglob("*.py"))
    assert len(of_grader) > 20
    assert [p.name for p in of_grader if imports(p) & {"flywheel_edu", "flywheel_exchange"}] == []
    assert [p.name for p in of_course if "flywheel_grader" in imports(p)] == []


def test_every_module_of_the_grader_can_be_imported_with_the_course_taken_away():
    command = [sys.executable, "-c", WITHOUT_THE_COURSE, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
