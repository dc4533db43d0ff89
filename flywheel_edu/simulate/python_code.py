"""The Python printer: a model as one straight-line function on floats.

The printed text holds slots, numbers and operators only; no name of an author's ever enters it.
A whole run is one printed loop, so that nothing but arithmetic is paid for at each step.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flywheel_edu.language import (
    Binary,
    Both,
    Call,
    Choice,
    Compare,
    Either,
    Minus,
    Name,
    Node,
    Not,
    Number,
    Table,
)
from flywheel_edu.model import Model
from flywheel_edu.simulate.plan import Plan, plan_of

# What a step may miss its moment by, in steps: times are sums of steps and carry rounding.
MOMENT = 1e-6


@dataclass(frozen=True)
class PythonProgram:
    """The printed functions of one model structure.

    Attributes
    ----------
    openings : function of (t, dt, givens)
        The stocks' opening values, in the plan's order.
    euler, rk4 : function of (start, dt, steps, stocks, givens, rows)
        Append one tuple of all stocks and computed quantities for each moment to ``rows``.
    source : str
        What was printed.
    owners : dict of int to str
        For a line of the source, the quantity it computes.
    """

    openings: Callable[..., tuple[float, ...]]
    euler: Callable[..., None]
    rk4: Callable[..., None]
    source: str
    owners: dict[int, str]


def python_program(model: Model) -> PythonProgram:
    """The program of a model, printed once for all that differ only in their givens' numbers."""
    cache = model.structure.cache
    if "python" not in cache:
        cache["python"] = _print_program(plan_of(model))
    program: PythonProgram = cache["python"]
    return program


def _print_program(plan: Plan) -> PythonProgram:
    printer = _Printer(plan)
    printer.openings()
    printer.euler()
    printer.rk4()
    source = "\n".join(printer.lines) + "\n"
    space: dict[str, Any] = {"__builtins__": {}, "range": range, **_FUNCTIONS, **printer.tables}
    exec(compile(source, "<model>", "exec"), space)  # slots, numbers and operators only
    return PythonProgram(space["openings"], space["euler"], space["rk4"], source, printer.owners)


class _Printer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines: list[str] = []
        self.owners: dict[int, str] = {}
        self.tables: dict[str, Callable[[float], float]] = {}

    # -- whole functions

    def openings(self) -> None:
        plan, slots = self.plan, self.plan.slots
        self.lines.append("def openings(t, dt, g):")
        self.unpack(plan.givens, "g")
        for name in plan.opening:
            self.assign(name)
        self.lines.append(f"    return ({_tuple(slots[name] for name in plan.stocks)})")

    def euler(self) -> None:
        plan, slots = self.plan, self.plan.slots
        self.lines.append("def euler(start, dt, steps, s, g, rows):")
        self.unpack(plan.givens, "g")
        self.unpack(plan.stocks, "s")
        self.lines += ["    keep = rows.append", "    for k in range(steps + 1):"]
        self.lines.append("        t = start + k * dt")
        for name in plan.computed:
            self.assign(name, "        ")
        self.lines.append(f"        keep(({_tuple(slots[name] for name in plan.names)}))")
        # What waits for a stock takes in that stock itself: as it stood before the step.
        early = {
            name: f"n{number}"
            for number, (name, flows) in enumerate(zip(plan.stocks, plan.flows, strict=True))
            if any(flow in plan.stocks for _, flow in flows)
        }
        nets = {name: self.net(f) for name, f in zip(plan.stocks, plan.flows, strict=True) if f}
        for name, held in early.items():
            self.line(name, f"        {held} = {nets[name]}")
        for name, net in nets.items():
            slot = slots[name]
            self.line(name, f"        {slot} = {slot} + dt * ({early.get(name, net)})")

    def rk4(self) -> None:
        """The classical Runge-Kutta method: four looks at the rates for each step."""
        plan, slots = self.plan, self.plan.slots
        changes = _tuple(self.net(flows) for flows in plan.flows)
        self.lines.append("def rates(t, dt, s, g):")
        self.unpack(plan.givens, "g")
        self.unpack(plan.stocks, "s")
        for name in plan.computed:
            self.assign(name)
        self.lines.append(f"    return ({changes}), ({_tuple(slots[n] for n in plan.names)})")
        self.lines += """\
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

    # -- lines

    def unpack(self, names: tuple[str, ...], whole: str) -> None:
        if names:
            self.lines.append(f"    {_tuple(self.plan.slots[n] for n in names)} = {whole}")

    def assign(self, name: str, indent: str = "    ") -> None:
        code = self.code(self.plan.equations[name]) if name in self.plan.equations else ""
        self.line(name, f"{indent}{self.plan.slots[name]} = {code}")

    def line(self, owner: str, code: str) -> None:
        self.lines.append(code)
        self.owners[len(self.lines)] = owner

    def net(self, flows: tuple[tuple[int, str], ...]) -> str:
        if not flows:
            return "0.0"
        terms = [f"{'+' if sign > 0 else '-'} {self.plan.slots[flow]}" for sign, flow in flows]
        return " ".join(terms).removeprefix("+ ")

    # -- one equation

    def code(self, node: Node) -> str:
        again = self.code
        match node:
            case Number(value=value):
                return repr(value) if value >= 0 else f"({value!r})"
            case Name(name=name):
                return self.plan.slots[name]
            case Minus(operand=operand):
                return f"(-{again(operand)})"
            case Binary(op="**", left=left, right=right):
                return f"f_power({again(left)}, {again(right)})"
            case Binary(op=op, left=left, right=right) | Compare(op=op, left=left, right=right):
                return f"({again(left)} {op} {again(right)})"
            case Both(left=one, right=other):
                return f"({again(one)} and {again(other)})"
            case Either(left=one, right=other):
                return f"({again(one)} or {again(other)})"
            case Not(operand=condition):
                return f"(not {again(condition)})"
            case Choice(condition=condition, then=then, other=otherwise):
                return f"({again(then)} if {again(condition)} else {again(otherwise)})"
            case Table(x=x, points=points):
                name = f"f_table_{len(self.tables)}"
                self.tables[name] = _interpolation(points)
                return f"{name}({again(x)})"
            case Call(function="step" | "pulse" | "ramp" as function, args=args):
                return f"f_{function}(t, dt, {', '.join(map(again, args))})"
            case Call(function=function, args=args):
                return f"f_{function}({', '.join(map(again, args))})"


def _tuple(parts: Any) -> str:
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


def _smaller(a: float, b: float) -> float:
    return b if b < a else a


def _larger(a: float, b: float) -> float:
    return b if b > a else a


def _whole(x: float) -> float:
    return float(math.floor(x))


def _rest(a: float, b: float) -> float:
    return a - b * math.floor(a / b)


def _step(t: float, dt: float, height: float, at: float) -> float:
    return height if t >= at - dt * MOMENT else 0.0


def _pulse(t: float, dt: float, amount: float, at: float) -> float:
    return amount / dt if -MOMENT * dt <= t - at < dt * (1 - MOMENT) else 0.0


def _ramp(t: float, dt: float, slope: float, start: float, stop: float) -> float:
    return slope * (min(max(t, start), stop) - start) if stop > start else 0.0


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "zip": zip,
    "f_power": math.pow,
    "f_min": _smaller,
    "f_max": _larger,
    "f_exp": math.exp,
    "f_ln": math.log,
    "f_log10": math.log10,
    "f_sqrt": math.sqrt,
    "f_abs": abs,
    "f_int": _whole,
    "f_mod": _rest,
    "f_sin": math.sin,
    "f_cos": math.cos,
    "f_tan": math.tan,
    "f_arcsin": math.asin,
    "f_arccos": math.acos,
    "f_arctan": math.atan,
    "f_step": _step,
    "f_pulse": _pulse,
    "f_ramp": _ramp,
}
