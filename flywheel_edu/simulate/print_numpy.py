"""The NumPy printer: a model as array operations over a block of scenarios.

One printed line is one array operation; what depends on the givens only is computed once, before
the first step. A single equation is printed by the same lines, as a function of arrays.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.language import Expression, names_in
from flywheel_edu.model import Clock
from flywheel_edu.simulate.infix import number_code
from flywheel_edu.simulate.operations import ALWAYS, COMPUTED, FIXED, Op, Tape, Writer

Floats = NDArray[np.float64]
# From the values of the quantities, and of "time", all of one shape.
Response = Callable[[Mapping[str, Floats]], Any]

_UFUNCS: dict[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    **{name: row.numpy for name, row in COMPUTED.items()},
}


@dataclass(frozen=True)
class NumpyProgram:
    """The printed functions of one model.

    ``once``, a function of (givens, lost), gives what stays the same through a run: the stocks'
    opening values, and all that ``rates`` needs. That, a function of (time, stocks, once, changes,
    lost), writes the net flows into ``changes``, adds to ``lost`` where a check fails, and returns
    the watched computed quantities.
    """

    once: Callable[..., Any]
    rates: Callable[..., Any]


def numpy_program(tape: Tape, watched: tuple[str, ...], *, checks: bool) -> NumpyProgram:
    """The program that computes a block of scenarios and hands out the ``watched`` quantities.

    Without ``checks`` its numbers hold only while no operation overflows, divides by zero or is
    invalid, which NumPy can say.
    """
    printer = _Printer(tape, tuple(tape.values[name] for name in watched), checks)
    space = printer.made([*printer.once(), *printer.rates()])
    return NumpyProgram(space["once"], space["rates"])


def response_of(equation: Expression, clock: Clock) -> Response:
    """The function that an equation is on arrays.

    Both ways of a choice are computed and then chosen from, so that the caller must expect, and
    silence, divisions by zero in the way not taken.

    >>> from flywheel_edu.language import read_expression
    >>> from flywheel_edu.units import Unit
    >>> clock = Clock(Unit.parse("month"), 0, 1, 1)
    >>> profit = response_of(read_expression("sales * margin if sales > 0 else 0"), clock)
    >>> sales, margin = np.array([-10.0, 50.0]), np.array([0.1, 0.2])
    >>> profit({"sales": sales, "margin": margin, "time": np.array([0.0, 1.0])}).tolist()
    [0.0, 10.0]
    """
    writer = Writer(clock)
    names = tuple(dict.fromkeys((*names_in(equation), "time")))
    writer.known = {name: writer.put("input", detail=i) for i, name in enumerate(names)}
    result = writer.write(equation)
    printer = _Printer(writer.tape, (result,), checks=False)
    lines = [f"    v{n} = {printer.plain(n)}" for n in range(len(writer.tape.ops))]
    respond = printer.made(["def respond(i):", *lines, f"    return v{result}"])["respond"]
    return lambda values: respond([values[name] for name in names])


class _Printer:
    def __init__(self, tape: Tape, watched: tuple[int, ...], checks: bool) -> None:
        self.tape, self.watched = tape, watched
        self.checks = tape.checks if checks else []
        self.strict = not checks
        self.needed = self._needed()

    def made(self, lines: list[str]) -> dict[str, Any]:
        """The printed functions; the lines hold slots, numbers and operators only."""
        space: dict[str, Any] = {"__builtins__": {}, "select": np.where}
        space |= {f"f_{name}": ufunc for name, ufunc in _UFUNCS.items()}
        for name, row in COMPUTED.items():
            space[f"m_{name}"] = _as_python(row.python, self.strict)
        for number, points in enumerate(self.tape.tables):
            space[f"table{number}"] = _interpolation(points)
        exec(compile("\n".join(lines) + "\n", "<model>", "exec"), space)
        return space

    def _needed(self) -> set[int]:
        """All but the conditions under which nothing needs to be checked after all."""
        tape = self.tape
        ahead = [*tape.openings, *tape.changes, *tape.values.values(), *self.watched]
        ahead += [number for pair in tape.checks for number in pair]
        needed: set[int] = set()
        while ahead:
            number = ahead.pop()
            if number >= 0 and number not in needed:
                needed.add(number)
                ahead += tape.ops[number].args
        return needed

    def once(self) -> list[str]:
        tape = self.tape
        lines = ["def once(g, lost):"]
        for number, when in enumerate(tape.when):
            if when != ALWAYS and number in self.needed:
                lines.append(f"    v{number} = {self.plain(number)}")
        for value, mask in self.checks:
            if max(tape.when[value], tape.when[mask] if mask >= 0 else FIXED) != ALWAYS:
                lines.append(f"    lost += {self.guarded(value, mask)} * 0.0")
        openings = "".join(f"v{number}, " for number in tape.openings)
        handed = "".join(f"v{number}, " for number in self.handed())
        return [*lines, f"    return ({openings}), ({handed})"]

    def handed(self) -> list[int]:
        """What is computed once and read at every moment."""
        tape = self.tape
        read = {*self.watched, *(n for n in tape.changes if n >= 0)}
        for number in self.needed:
            if tape.when[number] == ALWAYS:
                read.update(tape.ops[number].args)
        for value, mask in self.checks:
            read.update({value, mask} - {-1})
        return [number for number in sorted(read) if tape.when[number] != ALWAYS]

    def rates(self) -> list[str]:
        tape = self.tape
        lines = ["def rates(t, s, once, d, lost):"]
        if handed := "".join(f"v{number}, " for number in self.handed()):
            lines.append(f"    {handed}= once")
        last = self.last_uses()
        for number, when in enumerate(tape.when):
            if when == ALWAYS and number in self.needed:
                lines.append(f"    v{number} = {self.plain(number)}")
                if done := last.get(number):
                    lines.append(f"    {' = '.join(f'v{one}' for one in done)} = None")
        for value, mask in self.checks:
            if any(n >= 0 and tape.when[n] == ALWAYS for n in (value, mask)):
                lines.append(f"    lost += {self.guarded(value, mask)} * 0.0")
        for stock, change in enumerate(tape.changes):
            if change >= 0:
                lines.append(f"    d[{stock}] = v{change}")
        lines.append(f"    return ({''.join(f'v{number}, ' for number in self.watched)})")
        return lines

    def last_uses(self) -> dict[int, list[int]]:
        """After which operation values are not read again: an array made next takes their room."""
        last: dict[int, int] = {}
        for number in sorted(self.needed):
            for arg in self.tape.ops[number].args:
                last[arg] = number
        for kept in (*self.watched, *self.tape.changes, *itertools.chain(*self.checks)):
            last.pop(kept, None)
        after: dict[int, list[int]] = {}
        for number, end in last.items():
            after.setdefault(end, []).append(number)
        return after

    def guarded(self, value: int, mask: int) -> str:
        return f"v{value}" if mask < 0 else f"select(v{mask}, v{value}, 0.0)"

    def plain(self, number: int) -> str:
        """The code of an operation whose result is a new value."""
        op = self.tape.ops[number]
        args = ", ".join(f"v{arg}" for arg in op.args)
        match op.name:
            case "number":
                return number_code(float(op.detail))
            case "time":
                return "t"
            case "given" | "stock" | "input":
                return f"{op.name[0]}[{op.detail}]"
            case "select":
                return f"select({args})"
            case "table":
                return f"table{op.detail}({args})"
        row = COMPUTED.get(op.name)
        if number in self.tape.deciding and row is not None and isinstance(row.machine, str):
            return f"m_{op.name}({args})"  # something is decided by it: Python's own number
        if op.name == "pow" and self.tape.ops[op.args[1]] == Op("number", detail=2.0):
            return f"f_mul(v{op.args[0]}, v{op.args[0]})"
        return f"f_{op.name}({args})"


def _interpolation(points: tuple[tuple[float, float], ...]) -> Callable[[Any], Any]:
    xs, ys = (np.array(side) for side in zip(*points, strict=True))
    return lambda x: np.interp(x, xs, ys)


def _as_python(function: Callable[..., float], strict: bool) -> Callable[..., Any]:
    """Python's function over arrays; what has no answer is no number, or not computed further."""

    def one(*args: float) -> float:
        try:
            return function(*args)
        except (ValueError, OverflowError):
            if strict:
                raise FloatingPointError from None
            return math.nan

    return np.vectorize(one, otypes=[float])
