"""Printed models, run under Node."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.programs import program

_DRIVER = """
import { readFileSync } from "node:fs";
const answers = [];
for (const { text, values, options } of JSON.parse(readFileSync(0, "utf8"))) {
  const model = await import("data:text/javascript," + encodeURIComponent(text));
  try {
    const { time, series } = model.run(values, options);
    const plain = Object.fromEntries(Object.entries(series).map(([n, v]) => [n, [...v]]));
    answers.push({ time: [...time], series: plain, names: model.names });
  } catch (error) {
    const { name, message, hint, quantity, time } = error;
    answers.push({ error: name, message, hint, quantity, time });
  }
}
console.log(JSON.stringify(answers));
"""


def run_under_node(cases: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Run printed models: each case has text, values and options; each answer a run or an error."""
    driver = folder / "driver.mjs"
    driver.write_text(_DRIVER, "utf-8")
    done = subprocess.run(
        [program("node", package="nodejs"), str(driver)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
