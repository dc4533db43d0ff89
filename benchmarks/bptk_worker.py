"""Runs the benchmark model in BPTK-Py, in an environment of its own: BPTK-Py pins its packages.

Started by ``peers.py`` with the paths of an XMILE file and of a file with the equations as JSON.
Reads one line for each request, ``{"engine": ..., "scenarios": [{given: value}, ...]}``, and
answers with the seconds it took and the last values of the stocks.
"""

import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path

from BPTK_Py import Model
from BPTK_Py import sd_functions as sd
from BPTK_Py._rust_engine import RustSdEngine
from BPTK_Py.sdcompiler.compile import compile_xmile


def build(described):
    """The model in BPTK's own language, its way to the engine written in Rust."""
    clock = described["clock"]
    model = Model(starttime=clock["start"], stoptime=clock["stop"], dt=clock["step"], name="bench")
    parts = {name: model.constant(name) for name in described["givens"]}
    parts |= {name: model.converter(name) for name in described["equations"]}
    parts |= {name: model.stock(name) for name in described["stocks"]}

    def expression(node):
        kind, *args = node
        if kind == "number":
            return args[0]
        if kind == "name":
            return sd.time() if args[0] == "time" else parts[args[0]]
        if kind == "table":
            return sd.lookup(expression(args[0]), [tuple(point) for point in args[1]])
        values = [expression(arg) for arg in args]
        if kind == "if":
            return sd.If(*values)
        if kind in ("max", "min", "exp", "sqrt"):
            return getattr(sd, kind)(*values)
        a, b = values if len(values) == 2 else (0.0, values[0])
        return {
            "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
            "**": lambda: a**b, ">": lambda: a > b, "neg": lambda: -b,
        }[kind]()  # fmt: skip

    for name, value in described["givens"].items():
        parts[name].equation = value
    for name, tree in described["equations"].items():
        parts[name].equation = expression(tree)
    for name, (opening, flows) in described["stocks"].items():
        parts[name].initial_value = opening
        net = 0.0
        for sign, flow in flows:
            net = net + parts[flow] if sign > 0 else net - parts[flow]
        parts[name].equation = net
    return model.to_json()


def main():
    xmile, equations = sys.argv[1:3]
    described = json.loads(Path(equations).read_text("utf-8"))
    stocks = list(described["stocks"])
    text = build(described)
    engine = RustSdEngine()
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed.py"
        compile_xmile(xmile, str(printed), "py")
        spec = importlib.util.spec_from_file_location("printed", printed)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    clock = described["clock"]
    times = [clock["start"] + k * clock["step"] for k in range(clock["steps"] + 1)]
    sys.setrecursionlimit(100_000)

    def camel(name):
        first, *rest = name.lower().split("_")
        return first + "".join(word.capitalize() for word in rest)

    def in_rust(scenario):
        model = engine.load_model(text)
        for name, value in scenario.items():
            model.set_constant(name, value)
        found = model.simulate(stocks)
        return [found[name][max(found[name], key=float)] for name in stocks]

    def in_python(scenario):
        model = module.simulation_model()
        for name, value in scenario.items():
            model.equations[camel(name)] = lambda t, value=value: value
        series = {n: [model.memoize(camel(n), t) for t in times] for n in stocks}
        return [series[name][-1] for name in stocks]

    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        run = in_rust if asked["engine"] == "rust" else in_python
        began = time.perf_counter()
        last = [run(scenario) for scenario in asked["scenarios"]]
        took = time.perf_counter() - began
        answer = {"seconds": took, "last": dict(zip(stocks, last[-1], strict=True))}
        print(json.dumps(answer), flush=True)


main()
