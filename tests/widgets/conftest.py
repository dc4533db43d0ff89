"""Node, for the parts of the widgets that compute in the browser."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flywheel_edu.widgets.shared.module import module
from tests.programs import program


@pytest.fixture(scope="session")
def node() -> str:
    return program("node", package="nodejs")


@pytest.fixture
def in_node(node: str, tmp_path: Path) -> Callable[..., Any]:
    """Runs JavaScript over one of the widgets' modules.

    ``in_node("shared/loops.js", "loops.findLoops(given)", given)`` imports the module, as it is
    handed to a browser, under its own name, and gives the value of the expression.
    """

    def run(name: str, expression: str, given: Any = None) -> Any:
        joined = tmp_path / f"{Path(name).stem}.mjs"
        joined.write_text(module(name), "utf-8")
        script = tmp_path / "run.mjs"
        script.write_text(
            f"import * as {Path(name).stem} from './{joined.name}';\n"
            "import { readFileSync } from 'node:fs';\n"
            "const given = JSON.parse(readFileSync(0, 'utf-8'));\n"
            f"const answer = await (async () => ({expression}))();\n"
            "console.log(JSON.stringify(answer ?? null));\n",
            "utf-8",
        )
        done = subprocess.run(
            [node, str(script)], input=json.dumps(given), capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
