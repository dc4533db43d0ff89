"""The yardstick: a model as plain C, printed from the same tree and compiled with -O3."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.model import Model
from flywheel_edu.simulate.infix import InfixPrinter, net_code
from flywheel_edu.simulate.slots import Plan, plan_of

FLAGS = ("-O3", "-march=native", "-fPIC", "-shared")
_CALLS = {"ln": "log", "int": "floor", "abs": "fabs", "min": "smaller", "max": "larger"}


class CModel:
    """A model's Euler loop in C: one scenario after the other, on one core.

    Its output has shape (scenarios, times, stocks): each scenario writes through its own memory,
    which is the fastest there is for a scalar loop.
    """

    def __init__(self, model: Model, folder: Path) -> None:
        self.plan, self.clock = plan_of(model), model.clock
        source, library = folder / "model.c", folder / "model.so"
        source.write_text(_source(self.plan, model), "utf-8")
        compiler = shutil.which("gcc")
        if compiler is None:
            raise FileNotFoundError("gcc")
        subprocess.run([compiler, *FLAGS, "-o", library, source, "-lm"], check=True)
        self.function = ctypes.CDLL(str(library)).run
        self.function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
        self.function.restype = None

    def room(self, scenarios: int) -> NDArray[np.float64]:
        return np.zeros((scenarios, self.clock.steps + 1, len(self.plan.stocks)))

    def run(self, givens: NDArray[np.float64], out: NDArray[np.float64]) -> None:
        """Givens of shape (scenarios, givens)."""
        self.function(givens.ctypes.data, out.ctypes.data, len(givens))


def _source(plan: Plan, model: Model) -> str:
    slots, clock, printer = plan.slots, model.clock, _Printer()
    stocks = len(plan.stocks)
    opening = "\n".join(
        f"    double {slots[n]} = {printer.code(plan.equations[n], slots)};" for n in plan.opening
    )
    givens = "\n".join(f"    double {slots[n]} = g[{i}];" for i, n in enumerate(plan.givens))
    rates = "\n".join(
        f"      double {slots[n]} = {printer.code(plan.equations[n], slots)};"
        for n in plan.computed
    )
    keep = " ".join(f"o[{i}] = {slots[n]};" for i, n in enumerate(plan.stocks))
    moves = []
    for name, flows in zip(plan.stocks, plan.flows, strict=True):
        net = net_code(flows, slots.__getitem__)
        moves.append(f"      {slots[name]} += {clock.step!r} * ({net});")
    tables = "\n".join(_table(n, t) for n, t in enumerate(printer.tables))
    return f"""\
#include <math.h>
static inline double smaller(double a, double b) {{ return b < a ? b : a; }}
static inline double larger(double a, double b) {{ return b > a ? b : a; }}
{tables}
void run(const double *restrict g, double *restrict o, long scenarios) {{
  for (long j = 0; j < scenarios; j++, g += {len(plan.givens)}) {{
{givens}
    double t = {clock.start!r};
{opening}
    for (long k = 0; k <= {clock.steps}; k++, o += {stocks}) {{
      {keep}
      if (k == {clock.steps}) {{ o += {stocks}; break; }}
      t = {clock.start!r} + k * {clock.step!r};
{rates}
{chr(10).join(moves)}
    }}
  }}
}}
"""


class _Printer(InfixPrinter):
    forms: ClassVar = {
        "**": "pow({}, {})", "and": "({} && {})", "or": "({} || {})", "not": "(!{})",
        "if": "({1} ? {0} : {2})",
    }  # fmt: skip

    def __init__(self) -> None:
        self.tables: list[tuple[tuple[float, float], ...]] = []

    def table(self, points: tuple[tuple[float, float], ...]) -> str:
        self.tables.append(points)
        return f"table{len(self.tables) - 1}"

    def call(self, function: str, args: list[str]) -> str:
        return f"{_CALLS.get(function, function)}({', '.join(args)})"


def _table(number: int, points: tuple[tuple[float, float], ...]) -> str:
    lines = [f"  if (x <= {points[0][0]!r}) return {points[0][1]!r};"]
    for (x0, y0), (x1, y1) in pairwise(points):
        slope = (y1 - y0) / (x1 - x0)
        lines.append(f"  if (x < {x1!r}) return {y0!r} + {slope!r} * (x - {x0!r});")
    lines.append(f"  return {points[-1][1]!r};")
    return f"static inline double table{number}(double x) {{\n" + "\n".join(lines) + "\n}"
