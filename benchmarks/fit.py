"""How long a fit takes: ``python -m benchmarks.fit [--pyodide FOLDER --packages FOLDER]``.

The retail model, eight numbers, eight starts. With a Pyodide (its folder, and one with tqdm and
networkx unpacked) and Node also in a browser's Python. Writes ``fit.md``.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median

from flywheel_edu.simulate.machine import machine

HERE = Path(__file__).parent
_TIMED = """
import json, time
from flywheel_edu.flywheels.validation import bass_fit, retail_fit
bass_fit()  # what is loaded once
found = []
for _ in range(3):
    begun = time.{clock}()
    cost = retail_fit(starts=8).costs[0]
    found.append(time.{clock}() - begun)
print(json.dumps([found, cost]))
"""
_NODE = """
const [folder, packages, source, text] = process.argv.slice(1);
const { loadPyodide } = await import(folder + "/pyodide.mjs");
const python = await loadPyodide({ indexURL: folder + "/" });
await python.loadPackage(["numpy", "pandas"], { messageCallback() {} });
for (const [name, root] of Object.entries({ packages, source })) {
  python.FS.mkdirTree("/" + name);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/" + name);
  python.runPython(`import sys; sys.path.insert(0, "/${name}")`);
}
python.runPython(text);
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("--pyodide", type=Path)
    parser.add_argument("--packages", type=Path)
    asked = parser.parse_args()
    natively = [sys.executable, "-c", _TIMED.format(clock="process_time")]
    rows = {"machine code, processor time": natively}
    if asked.pyodide:
        folders = [str(each.resolve()) for each in (asked.pyodide, asked.packages, HERE.parent)]
        node = ["node", "--input-type=module", "-e", _NODE, *folders]
        rows["a browser's Python (Pyodide in Node)"] = [*node, _TIMED.format(clock="perf_counter")]
    lines = [
        "# How long a fit takes",
        "",
        "The retail model: eight numbers, 28 points, eight starts.",
    ]
    lines += ["Medians of three in one process. Made by `python -m benchmarks.fit`.", ""]
    here = machine()
    where = f"{here.cpu if here else platform.machine()}, Python {platform.python_version()}"
    lines += [f"{where}.", "", "| computed by | seconds | sum of squares |", "|---|---:|---:|"]
    for name, command in rows.items():
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, cost = json.loads(done.stdout)
        lines.append(f"| {name} | {median(seconds):.2f} | {cost:.6f} |")
    (HERE / "fit.md").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
