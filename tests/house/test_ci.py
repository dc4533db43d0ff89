"""What CI runs: nothing is left out, a failure says where, and the last line counts the tests."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import time
import tomllib
from pathlib import Path

from tests import needs

ROOT = Path(__file__).resolve().parents[2]
RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

# A Python that makes no environment and tests nothing: it says what it is told to.
STAND_IN = """#!/usr/bin/env bash
case "$*" in
    *venv*) mkdir -p "${@: -1}/bin" && cp "$0" "${@: -1}/bin/python" &&
        echo "PATH=${@: -1}/bin:\\$PATH" > "${@: -1}/bin/activate" ;;
    *scripts/lowest) echo "=== 30 passed in 9.00s ===" ;;
    *install*) echo installed; exit ${INSTALL:-0} ;;
    *flywheel_edu*) echo "100 passed in 0.10s" ;;
    *ignore=tests/browser/hub) sleep ${SLOW:-0}
        [ -n "$HANGS" ] || echo "=== 4 passed, 2 skipped in 8.00s ==="; exit ${HANGS:-0} ;;
    *tests/browser/lite) echo "=== 7 passed in 9.00s ===" ;;
    *tests/browser/hub) echo "=== 1 passed in 9.00s ===" ;;
    *solutions) echo "=== 1 failed, 6 passed, 1 error in 61.00s (0:01:01) ==="; exit 1 ;;
esac
"""


def of_script(name):
    """A script of the project as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "scripts" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def test_the_stages_share_out_every_folder_that_is_tested():
    names = "notebooks|package|browser|lite|hub"
    stages = " ".join(re.findall(rf'^(?:{names})="(.*)"$', RUN, re.MULTILINE))
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    paths = [word for word in stages.split() if not word.startswith("--ignore")]
    apart = ["tests/browser", "tests/browser/lite", "tests/browser/hub"]
    assert sorted(paths) == sorted([*settings["ini_options"]["testpaths"], *apart])
    assert re.findall(r"--ignore=(\S+)", stages) == apart


def told(tmp_path, **wishes):
    for name in (".ci", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "README.md", tmp_path)
    python = tmp_path / "python"
    python.write_text(STAND_IN, encoding="utf-8")
    python.chmod(0o755)
    tools = tmp_path / "tools"  # nothing is to be installed on this machine
    tools.mkdir()
    for name in ("chromium", "bwrap"):
        (tools / name).write_text("#!/bin/sh\n")
        (tools / name).chmod(0o755)
    done = subprocess.run(
        [tmp_path / ".ci" / "run"],
        env={
            **os.environ,
            "PYTHON": str(python),
            "PATH": f"{tools}:{os.environ['PATH']}",
            **wishes,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    begin = len(lines) - lines[::-1].index("")
    return done.returncode, [re.sub(r"\d+ ?s\b", "_ s", line) for line in lines[begin:]]


@needs.posix
def test_a_failure_says_where_and_the_tests_of_all_stages_are_counted(tmp_path):
    code, lines = told(tmp_path)
    assert code == 1
    assert [line.split() for line in lines if "FAILED" in line or "passed" in line] == [
        ["package", "held", "_", "s", "100", "passed"],
        ["notebooks", "FAILED", "_", "s", "1", "failed,", "6", "passed,", "1", "error"],
        ["browser", "held", "_", "s", "4", "passed,", "2", "skipped"],
        ["lite", "held", "_", "s", "7", "passed"],
        ["hub", "held", "_", "s", "1", "passed"],
        ["lowest", "held", "_", "s", "30", "passed"],
        ["=", "148", "passed,", "2", "failed,", "2", "skipped", "in", "_", "s", "="],
    ]


@needs.posix
def test_a_stage_has_no_more_than_what_is_left_of_34_minutes(tmp_path):
    assert "whole=${WHOLE:-2040}" in RUN
    began = time.monotonic()
    code, lines = told(tmp_path, WHOLE="1", SLOW="60")
    assert time.monotonic() - began < 50
    assert code == 1
    assert "browser    FAILED     _ s  exit code 124" in lines


@needs.posix
def test_a_stage_that_never_counts_its_tests_counts_as_a_failure(tmp_path):
    code, lines = told(tmp_path, HANGS="124")
    assert code == 1
    assert "browser    FAILED     _ s  exit code 124" in lines
    assert lines[-1].startswith("= 144 passed, 3 failed")


@needs.posix
def test_after_a_failed_install_nothing_else_is_tried(tmp_path):
    code, lines = told(tmp_path, INSTALL="1")
    assert code == 1
    assert [line.split()[0] for line in lines] == ["install", "="]
    assert lines[-1].startswith("= 0 passed, 1 failed")


def test_the_size_of_a_function_is_told_in_both_languages(tmp_path):
    functions = of_script("size").functions
    python = tmp_path / "a.py"
    python.write_text("def outer():\n    def inner():\n        pass\n\n    return inner\n")
    assert sorted(functions(python)) == [("inner", 2), ("outer", 5)]
    script = tmp_path / "a.js"
    script.write_text(
        "export function outer(a) {\n"
        "  const inner = () => {\n    if (a) {\n      b();\n    }\n  };\n"
        "}\n\nc.on('x', (e) => {\n  d();\n});\n"
    )
    found = dict(functions(script))
    assert found == {
        "export function outer(a) {": 7,
        "const inner = () => {": 5,
        "c.on('x', (e) => {": 3,
    }
