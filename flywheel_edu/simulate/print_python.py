"""The Python printer: a model as one straight-line function on floats.

The printed text holds slots, numbers and operators only; no name of an author's ever enters it.
A whole run is one printed loop, so that nothing but arithmetic is paid for at each step.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from flywheel_edu.language import ENGINES, FUNCTIONS, POWER
from flywheel_edu.simulate.infix import InfixPrinter, net_code
from flywheel_edu.simulate.slots import Plan

_RK4 = """\
def rk4(start, dt, steps, s, g, rows):
    for k in range(steps + 1):
        t = start + k * dt
        k1, row = rates(t, dt, s, g)
        rows.append(row)
        if k == steps:
            return
        half = 0.5 * dt
        k2, row = rates(t + half, dt, [a + half * b for a, b in zip(s, k1)], g)
        k3, row = rates(t + half, dt, [a + half * b for a, b in zip(s, k2)], g)
        k4, row = rates(t + dt, dt, [a + dt * b for a, b in zip(s, k3)], g)
        s = [a + dt / 6.0 * (b + 2.0 * (c + d) + e) for a, b, c, d, e in zip(s, k1, k2, k3, k4)]
""".splitlines()


@dataclass(frozen=True)
class PythonProgram:
    """The printed functions of one model.

    ``euler`` and ``rk4``, functions of (start, dt, steps, stocks, givens, rows), append one tuple
    of all stocks and computed quantities for each moment to ``rows``.
    """

    openings: Callable[..., tuple[float, ...]]  # of (t, dt, givens)
    euler: Callable[..., None]
    rk4: Callable[..., None]
    rates: Callable[..., Any]  # of (t, dt, stocks, givens): the stocks' changes, and a row
    source: str  # what was printed
    owners: dict[int, str]  # for a line of the source, the quantity it computes


def python_program(plan: Plan) -> PythonProgram:
    """The program of a model."""
    printer = _Printer(plan)
    printer.openings()
    printer.euler()
    printer.rates()
    printer.definitions()
    source = "\n".join([*printer.lines, *_RK4]) + "\n"
    space: dict[str, Any] = {"__builtins__": {}, "range": range, "zip": zip}
    space |= {f"f_{name}": row.python for name, row in ENGINES.items()}
    space |= {"f_power": POWER.python, **printer.tables}
    exec(compile(source, "<model>", "exec"), space)  # slots, numbers and operators only
    openings, euler, rk4, rates = (space[n] for n in ("openings", "euler", "rk4", "rates"))
    return PythonProgram(openings, euler, rk4, rates, source, printer.owners)


class _Printer(InfixPrinter):
    forms: ClassVar = {
        "**": "f_power({}, {})", "not": "(not {})", "if": "({} if {} else {})",
    }  # fmt: skip

    def __init__(self, plan: Plan) -> None:
        self.plan, self.slots = plan, plan.slots
        self.lines: list[str] = []
        self.owners: dict[int, str] = {}
        self.tables: dict[str, Callable[[float], float]] = {}
        self.called: list[str] = []

    # -- whole functions

    def definitions(self) -> None:
        """The functions that the language itself defines, as far as they are called."""
        for name in self.called:  # grows as definitions call others
            arguments = ", ".join(FUNCTIONS[name].arguments)
            self.lines.append(f"def f_{name}(t, dt, {arguments}):")
            self.lines += [f"    {part} = {code}" for part, code in self.defined(name)]
            self.lines.append("    return result")

    def openings(self) -> None:
        plan = self.plan
        self.lines.append("def openings(t, dt, g):")
        self.unpack(plan.givens, "g")
        for name in plan.opening:
            self.assign(name)
        self.lines.append(f"    return ({_tuple(self.slots[name] for name in plan.stocks)})")

    def euler(self) -> None:
        plan, slots = self.plan, self.slots
        self.lines.append("def euler(start, dt, steps, s, g, rows):")
        self.unpack(plan.givens, "g")
        self.unpack(plan.stocks, "s")
        self.lines += ["    keep = rows.append", "    for k in range(steps + 1):"]
        self.lines.append("        t = start + k * dt")
        for name in plan.computed:
            self.assign(name, "        ")
        self.lines.append(f"        keep(({_tuple(slots[name] for name in plan.names)}))")
        nets = {name: self.net(f) for name, f in zip(plan.stocks, plan.flows, strict=True) if f}
        # What waits for a stock takes in that stock itself: as it stood before the step.
        early = {
            name: f"n{number}"
            for number, (name, flows) in enumerate(zip(plan.stocks, plan.flows, strict=True))
            if any(flow in plan.stocks for _, flow in flows)
        }
        for name, held in early.items():
            self.line(name, f"        {held} = {nets[name]}")
        for name, net in nets.items():
            slot = slots[name]
            self.line(name, f"        {slot} = {slot} + dt * ({early.get(name, net)})")

    def rates(self) -> None:
        """What the classical Runge-Kutta method looks at four times in each step."""
        plan = self.plan
        changes = _tuple(self.net(flows) for flows in plan.flows)
        self.lines.append("def rates(t, dt, s, g):")
        self.unpack(plan.givens, "g")
        self.unpack(plan.stocks, "s")
        for name in plan.computed:
            self.assign(name)
        self.lines.append(f"    return ({changes}), ({_tuple(self.slots[n] for n in plan.names)})")

    # -- lines

    def unpack(self, names: tuple[str, ...], whole: str) -> None:
        if names:
            self.lines.append(f"    {_tuple(self.slots[n] for n in names)} = {whole}")

    def assign(self, name: str, indent: str = "    ") -> None:
        equation = self.code(self.plan.equations[name], self.slots)
        self.line(name, f"{indent}{self.slots[name]} = {equation}")

    def line(self, owner: str, code: str) -> None:
        self.lines.append(code)
        self.owners[len(self.lines)] = owner

    def net(self, flows: tuple[tuple[int, str], ...]) -> str:
        return net_code(flows, self.slots.__getitem__) or "0.0"

    def table(self, points: tuple[tuple[float, float], ...]) -> str:
        name = f"f_table_{len(self.tables)}"
        self.tables[name] = _interpolation(points)
        return name

    def call(self, function: str, args: list[str]) -> str:
        if function not in ENGINES:
            args = ["t", "dt", *args]
            if function not in self.called:
                self.called.append(function)
        return f"f_{function}({', '.join(args)})"


def _tuple(parts: Iterable[str]) -> str:
    return "".join(f"{part}, " for part in parts)


def _interpolation(points: tuple[tuple[float, float], ...]) -> Callable[[float], float]:
    xs = [x for x, _ in points]
    ys = [y for _, y in points]
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    slopes.append(math.nan)  # only what is no number comes this far

    def interpolate(x: float) -> float:
        if x <= xs[0]:
            return ys[0]
        if x >= xs[-1]:
            return ys[-1]
        i = bisect_right(xs, x) - 1
        return ys[i] + slopes[i] * (x - xs[i])

    return interpolate
