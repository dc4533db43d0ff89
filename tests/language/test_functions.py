"""One row a function: nothing else has to be touched, and no part of a row can be left out."""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flywheel_edu.language import (
    ENGINES,
    KNOWN,
    Call,
    Engines,
    Function,
    read_expression,
    walk,
)
from flywheel_edu.language.functions import UNIT_RULES
from flywheel_edu.model import Clock
from flywheel_edu.model.bounds import bounds_of
from flywheel_edu.units import ONE
from tests.simulate.node import run_under_node

ROOT = Path(__file__).resolve().parents[2]
NAMED_BY_OPERATORS = {"add", "sub", "mul", "div", "pow", "neg", "and", "or", "not", "select"}

TANH = """    Function(
        "tanh", ("x",), "the hyperbolic tangent of x", "tanh(load)", "plain", (1,), "TANH",
        Engines(math.tanh, np.tanh, "tanh", "Math.tanh(x)", total=True),
    ),
"""
TRIAL = r"""
import json, sys
import flywheel_edu as fw
from flywheel_edu.simulate.machine import machine
from flywheel_exchange import read_xmile, write_xmile

model = fw.Model.parse('''time month from 0 to 2 step 0.5
stock seen [?] = 0.25
    + joiners
joiners [?] = tanh(slope * seen) + 1 / 8
given slope [?] = 0.75 in 0 .. 2
''')
found = {"python": fw.simulate(model, engine="python")["seen"].tolist()}
for engine in ("numpy", "machine"):
    if engine == "numpy" or machine():
        swept = fw.sweep(model, slope=[0.75, 0.75], engine=engine)["seen"]
        found[engine] = swept[:, 1].tolist()
if machine():
    found["alone"] = fw.simulate(model, engine="machine")["seen"].tolist()
[(_, sign)] = [(b, s) for a, b, s in fw.causal_graph(model).edges(data="sign") if a == "slope"]
write_xmile(model, sys.argv[1] + "/model.xmile")
print(json.dumps({
    "series": found,
    "sign": sign,
    "bounds": model.bounds["joiners"],
    "dominance": str(fw.dominance(fw.simulate(model))).count("R1"),
    "back": read_xmile(sys.argv[1] + "/model.xmile") == model,
    "javascript": fw.javascript(model),
}))
"""


def test_a_new_function_is_one_row(tmp_path):
    """A copy of the package with a row for tanh; the right values are the C library's own."""
    for package in ("flywheel_edu", "flywheel_exchange"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    rows = tmp_path / "flywheel_edu" / "language" / "functions.py"
    text = rows.read_text("utf-8")
    rows.write_text(text.replace("_ROWS = (\n", "_ROWS = (\n" + TANH), "utf-8")
    (tmp_path / "trial.py").write_text(TRIAL, "utf-8")
    done = subprocess.run(
        [sys.executable, "trial.py", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    wanted = [0.25]
    for _ in range(4):
        wanted.append(wanted[-1] + 0.5 * (math.tanh(0.75 * wanted[-1]) + 1 / 8))
    for engine, series in found["series"].items():
        assert series == pytest.approx(wanted, rel=1e-14), engine
    assert found["sign"] == 1
    assert found["bounds"] == [0.125, 1.125]  # seen and slope stay at or above zero
    assert found["dominance"]
    assert found["back"]

    [answer] = run_under_node(
        [{"text": found["javascript"], "values": {}, "options": {}}], tmp_path
    )
    assert answer["series"]["seen"] == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("engine", ["python", "numpy", "machine", "javascript"])
def test_a_row_that_lacks_an_engine_cannot_be_made(engine):
    engines = {f.name: getattr(ENGINES["exp"], f.name) for f in dataclasses.fields(Engines)}
    del engines[engine]
    with pytest.raises(TypeError, match=engine):
        Engines(**engines)


@pytest.mark.parametrize("part", ["meaning", "example", "units", "slopes", "xmile", "how"])
def test_a_row_that_lacks_a_part_cannot_be_made(part):
    parts = {f.name: getattr(KNOWN["exp"], f.name) for f in dataclasses.fields(Function)}
    del parts[part]
    with pytest.raises(TypeError, match=part):
        Function(**parts)


@pytest.mark.parametrize("row", KNOWN.values(), ids=KNOWN)
def test_a_row_holds_together(row):
    assert len(row.slopes) == len(row.arguments)
    assert row.units in UNIT_RULES
    assert row.name not in NAMED_BY_OPERATORS
    read_expression(row.usage)
    calls = [node.function for node in walk(read_expression(row.example)) if isinstance(node, Call)]
    assert row.name in calls


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("exp(x)", (math.exp(-2), math.exp(3))),
        ("ln(x)", (-math.inf, math.log(3))),
        ("log10(wide)", (-math.inf, math.inf)),
        ("sqrt(x)", (0, math.sqrt(3))),
        ("abs(x)", (0, 3)),
        ("int(x - 0.5)", (-3, 2)),
        ("mod(x, 5)", (0, 5)),
        ("sin(wide)", (-1, 1)),
        ("arcsin(wide)", (-math.pi / 2, math.pi / 2)),
        ("arccos(wide)", (0, math.pi)),
        ("arctan(wide)", (-math.pi / 2, math.pi / 2)),
        ("exp(wide)", (0, math.inf)),
        ("int(wide)", (-math.inf, math.inf)),
        ("step(x, 4)", (-2, 3)),
        ("pulse(3, 4)", (0, 12)),  # in one step of a quarter
        ("ramp(2, 3, 5)", (0, 4)),
        ("min(x, 1)", (-2, 1)),
        ("max(x, 1)", (1, 3)),
    ],
)
def test_between_which_values_a_function_lies(text, bounds):
    clock = Clock(ONE, 0.0, 10.0, 0.25)
    known = {"x": (-2.0, 3.0), "wide": (-math.inf, math.inf)}
    assert bounds_of(read_expression(text), known, clock) == pytest.approx(bounds)
