"""Other programs on the same model: each peer runs scenarios and gives all stock series back."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from flywheel_edu.language import Binary, Call, Choice, Compare, Minus, Name, Node, Number, Table
from flywheel_edu.model import Model
from flywheel_edu.simulate.slots import plan_of
from flywheel_exchange import write_xmile

# Runs the scenarios, gives the seconds it took and the last values of the stocks.
Peer = Callable[[list[dict[str, float]]], tuple[float, dict[str, float]]]


def pysd_peer(model: Model, folder: Path) -> Peer:
    import pysd

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        loaded = pysd.read_xmile(str(write_xmile(model, folder / "pysd.xmile")))
    columns = list(model.stocks)

    def run(scenarios: list[dict[str, float]]) -> tuple[float, dict[str, float]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            began = time.perf_counter()
            for scenario in scenarios:
                table = loaded.run(params=scenario, return_columns=columns)
            took = time.perf_counter() - began
        return took, {name: float(table[name].iloc[-1]) for name in columns}

    return run


def pysimlin_peers(model: Model, folder: Path) -> dict[str, Peer]:
    """Its fastest path keeps one simulation and sets it back; its ordinary one gives a table."""
    import simlin

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = simlin.load(str(write_xmile(model, folder / "simlin.xmile")))
        simulation = loaded.simulate()
    names = {name: name.lower() for name in (*model.stocks, *model.givens)}

    def fastest(scenarios: list[dict[str, float]]) -> tuple[float, dict[str, float]]:
        began = time.perf_counter()
        for scenario in scenarios:
            simulation.reset()
            for name, value in scenario.items():
                simulation.set_value(names[name], value)
            simulation.run_to_end()
            series = {name: simulation.get_series(names[name]) for name in model.stocks}
        took = time.perf_counter() - began
        return took, {name: float(values[-1]) for name, values in series.items()}

    def ordinary(scenarios: list[dict[str, float]]) -> tuple[float, dict[str, float]]:
        began = time.perf_counter()
        for scenario in scenarios:
            overrides = {names[name]: value for name, value in scenario.items()}
            table = loaded.run(overrides=overrides, analyze_loops=False).results
            series = {name: table[names[name]].to_numpy() for name in model.stocks}
        took = time.perf_counter() - began
        return took, {name: float(values[-1]) for name, values in series.items()}

    return {"pysimlin, fastest path": fastest, "pysimlin, ordinary": ordinary}


class Bptk:
    """BPTK-Py in a Python of its own, named by the environment variable BPTK_PYTHON."""

    def __init__(self, model: Model, folder: Path) -> None:
        python = os.environ.get("BPTK_PYTHON")
        if not python:
            raise FileNotFoundError("BPTK_PYTHON names no Python with BPTK-Py[xmile]")
        xmile = write_xmile(model, folder / "bptk.stmx")
        described = folder / "bptk.json"
        described.write_text(json.dumps(_described(model)), "utf-8")
        self.process = subprocess.Popen(
            [python, str(Path(__file__).with_name("bptk_worker.py")), str(xmile), str(described)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        while (line := self.process.stdout.readline()) != "ready\n":
            if not line:
                raise FileNotFoundError("BPTK-Py does not start")

    def peers(self) -> dict[str, Peer]:
        def peer(engine: str) -> Peer:
            return lambda scenarios: self._ask(engine, scenarios)

        return {"BPTK-Py, in Rust": peer("rust"), "BPTK-Py, ordinary": peer("python")}

    def _ask(
        self, engine: str, scenarios: list[dict[str, float]]
    ) -> tuple[float, dict[str, float]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = json.dumps({"engine": engine, "scenarios": scenarios})
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return float(answer["seconds"]), answer["last"]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)


def _described(model: Model) -> dict[str, Any]:
    plan, clock = plan_of(model), model.clock
    openings = {name: model[name].equation for name in plan.stocks}
    return {
        "clock": {
            "start": clock.start, "stop": clock.stop, "step": clock.step, "steps": clock.steps
        },
        "givens": dict(model.given_values),
        "equations": {name: _nested(plan.equations[name]) for name in plan.computed},
        "stocks": {
            name: [_value(openings[name]), flows]
            for name, flows in zip(plan.stocks, plan.flows, strict=True)
        },
    }  # fmt: skip


def _value(node: Node) -> float:
    assert isinstance(node, Number)
    return node.value


def _nested(node: Node) -> list[Any]:
    match node:
        case Number(value=value):
            return ["number", float(value)]
        case Name(name=name):
            return ["name", name]
        case Minus(operand=operand):
            return ["neg", _nested(operand)]
        case Binary(op=op, left=a, right=b) | Compare(op=op, left=a, right=b):
            return [op, _nested(a), _nested(b)]
        case Choice(condition=c, then=a, other=b):
            return ["if", _nested(c), _nested(a), _nested(b)]
        case Table(x=x, points=points):
            return ["table", _nested(x), points]
        case Call(function=function, args=args):
            return [function, *map(_nested, args)]
    raise ValueError(f"the benchmark has no {type(node).__name__}")


def same(found: dict[str, float], wanted: dict[str, float]) -> bool:
    """Whether a peer computed the same model: to nine digits."""
    return all(np.isclose(found[name], wanted[name], rtol=1e-9, atol=0) for name in wanted)
