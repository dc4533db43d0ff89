"""What CONTRIBUTING.md tells works: each new thing, on a copy of the project, touches few files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS = dict(
    part.split("\n", 1)
    for part in re.split(r"^### (?=An? )", TEXT.split("## Where each")[1], flags=re.M)
)
# Files that a thing may touch: those it is, and lines in those that are there.
GOALS = {
    "A model": 2,
    "A function": 2,
    "A widget": 5,
    "An exercise": 2,
    "A chapter": 3,
    "A language": 2,
}
STEP = re.compile(r"^([^\n]+)\n\n```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


# All commands in one process: what each takes to start would be most of what they take.
RUN = """
import gc, json, runpy, shlex, sys
import pytest
for command in json.load(sys.stdin):
    python, flag, what, *words = shlex.split(command)
    sys.argv, failed = [what, *words], 0
    if flag == "-c":
        exec(what, {"__name__": "__main__"})
    elif what == "pytest":
        failed = pytest.main(words)
    else:
        try:
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            failed = end.code
    if failed:
        sys.exit(f"{command}: {failed}")
    gc.collect()  # nbval leaves a file open, which must not be the next command's
"""


def run(command: list[str], folder: Path, given: str = "") -> None:
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTEST_ADDOPTS": "--numprocesses=0"}
    done = subprocess.run(
        command, cwd=folder, env=env, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".pytest_cache"} & set(path.parts)
    }


def added(thing: str, copy: Path) -> list[str]:
    """Add a thing as told, and give the commands that must pass then."""
    (told,) = [text for title, text in SECTIONS.items() if title.startswith(thing)]
    before, commands = files(copy), []
    for words, language, block in STEP.findall(told):
        if language == "sh":
            commands = block.splitlines()
        elif words.endswith("run once in the project's folder:"):
            run([sys.executable, "-c", block], copy)
        elif new := re.fullmatch(r"`(\S+)`, a new file:", words):
            (copy / new[1]).parent.mkdir(parents=True, exist_ok=True)
            (copy / new[1]).write_text(block, encoding="utf-8")
        else:
            found = re.fullmatch(r"`(\S+)`, after the line (?:that begins )?`(.+)`:", words)
            assert found, words
            place, line = found.groups()
            old = (copy / place).read_text(encoding="utf-8")
            assert old.count(f"\n{line}") == 1
            end = old.index("\n", old.index(f"\n{line}") + 1) + 1
            (copy / place).write_text(old[:end] + block + old[end:], encoding="utf-8")
    after = files(copy)
    touched = {name for name in after if after[name] != before.get(name)}
    print(f"{thing}: {len(touched)} files: {', '.join(sorted(touched))}")
    assert len(touched) <= GOALS[thing]
    assert commands
    return commands


@pytest.mark.timeout(500)
def test_new_things_are_added_as_told(tmp_path: Path):
    ignored = shutil.ignore_patterns(".git", ".*_cache", "node_modules")
    copy = Path(shutil.copytree(ROOT, tmp_path / "project", ignore=ignored))
    commands = [command for thing in GOALS for command in added(thing, copy)]
    run([sys.executable, "-c", RUN], copy, json.dumps(commands))
