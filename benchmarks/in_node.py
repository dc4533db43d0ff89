"""The model as JavaScript, run by Node as a browser would: a new value for a slider, one run."""

from __future__ import annotations

import subprocess
from pathlib import Path

from flywheel_edu.model import Model
from flywheel_edu.simulate.print_javascript import javascript

_WORKER = """
import { createInterface } from "node:readline";
import { run } from "./model.mjs";
let margin = 0.1;
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  for (let i = 0; i < 20; i += 1) run({ margin: (margin += 1e-6) });
  console.log((performance.now() - began) / 20 / 1000);
}
"""


class InNode:
    """A Node process that holds the model."""

    def __init__(self, model: Model, folder: Path) -> None:
        (folder / "model.mjs").write_text(javascript(model), "ascii")
        (folder / "worker.mjs").write_text(_WORKER, "ascii")
        self.process = subprocess.Popen(
            ["node", str(folder / "worker.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def one_run(self) -> list[float]:
        """Seconds for one run, on average over twenty: Node's clock is coarse."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        return [float(self.process.stdout.readline())]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)
