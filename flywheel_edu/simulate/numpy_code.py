"""The NumPy printer: a model as array operations over a block of scenarios.

One printed line is one array operation into a buffer that is used again; what depends on the givens
only is computed once, before the first step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.model import Model
from flywheel_edu.simulate.tape import ALWAYS, CONDITIONS, FIXED, Tape, tape_of

Floats = NDArray[np.float64]

# Scenarios in one block: enough that an operation takes longer than Python's call of it.
BLOCK = 16384

_UFUNCS: dict[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "pow": np.power,
    "neg": np.negative,
    "min": np.minimum,
    "max": np.maximum,
    "exp": np.exp,
    "ln": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.absolute,
    "floor": np.floor,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
}
# NumPy's own differ from these in the last bit.
_LIBRARY: dict[str, Callable[..., float]] = {
    "pow": math.pow,
    "exp": math.exp,
    "ln": math.log,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}


@dataclass(frozen=True)
class NumpyProgram:
    """The printed functions of one model structure.

    Attributes
    ----------
    once : function of (givens)
        What stays the same through a run: the stocks' opening values, and all that `rates` needs.
    rates : function of (time, stocks, once, changes, floats, flags, lost)
        Write the net flows into ``changes``, add to ``lost`` where a check fails, and return the
        watched computed quantities.
    floats, flags : int
        How many buffers of each kind `rates` needs.
    source : str
        What was printed.
    """

    once: Callable[..., Any]
    rates: Callable[..., Any]
    floats: int
    flags: int
    source: str


def numpy_program(model: Model, watched: tuple[str, ...], *, checks: bool) -> NumpyProgram:
    """The program that computes a block of scenarios and hands out the ``watched`` quantities.

    Without ``checks`` its numbers hold only while no operation overflows, divides by zero or is
    invalid, which NumPy can say.
    """
    cache = model.structure.cache
    key = f"numpy {checks} {' '.join(watched)}"
    if key not in cache:
        cache[key] = _Printer(tape_of(model), watched, checks).program()
    program: NumpyProgram = cache[key]
    return program


def numpy_block(
    model: Model,
    method: str,
    givens: Floats,
    watched: tuple[str, ...],
    keep: Callable[[int, Sequence[Floats | float]], None],
) -> NDArray[np.bool_]:
    """Run a block of scenarios.

    Parameters
    ----------
    model : Model
    method : "euler" or "rk4"
    givens : array of shape (givens, scenarios)
        In the plan's order. A row in which all scenarios agree costs hardly anything.
    watched : tuple of str
        The stocks and computed quantities to hand out.
    keep : function of (k, values)
        Takes the watched values at moment k, each of shape (scenarios,) or one number. They stand
        in buffers that are written again afterwards.

    Returns
    -------
    array of bool, shape (scenarios,)
        Where a value was lost that Python has to look at.
    """
    cache = model.structure.cache
    if not cache.get("numpy loses values"):
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                return _run_block(model, method, givens, watched, keep, checks=False)
        except FloatingPointError:
            # Often a branch that is not chosen, at every step of every block: look closely.
            cache["numpy loses values"] = True
    with np.errstate(all="ignore"):
        return _run_block(model, method, givens, watched, keep, checks=True)


def _run_block(
    model: Model,
    method: str,
    givens: Floats,
    watched: tuple[str, ...],
    keep: Callable[[int, Sequence[Floats | float]], None],
    *,
    checks: bool,
) -> NDArray[np.bool_]:
    clock, stocks = model.clock, model.stocks
    computed_ones = tuple(name for name in watched if name not in stocks)
    program = numpy_program(model, computed_ones, checks=checks)
    count = givens.shape[1]
    rows = [row[0] if (row == row[0]).all() else row for row in givens]
    lost = np.zeros(count)
    openings, once = program.once(rows, lost)
    s = np.empty((len(stocks), count))
    for number, opening in enumerate(openings):
        s[number] = opening
    looks = [np.zeros_like(s) for _ in range(1 if method == "euler" else 4)]
    stage, scratch = np.empty_like(s), np.empty_like(s)
    floats = [np.empty(count) for _ in range(program.floats)]
    flags = [np.empty(count, dtype=bool) for _ in range(program.flags)]
    of_stock = {name: s[number] for number, name in enumerate(stocks)}
    dt = clock.step

    def rates(time: float, at: Floats, changes: Floats) -> Any:
        return program.rates(time, at, once, changes, floats, flags, lost)

    for k in range(clock.steps + 1):
        time = clock.start + k * dt
        computed = iter(rates(time, s, looks[0]))
        keep(k, [of_stock[n] if n in of_stock else next(computed) for n in watched])
        if method == "euler" or k == clock.steps:
            np.multiply(looks[0], dt, out=scratch)
            np.add(s, scratch, out=s)
            continue
        for number, ahead in ((1, 0.5 * dt), (2, 0.5 * dt), (3, dt)):
            np.multiply(looks[number - 1], ahead, out=stage)
            np.add(stage, s, out=stage)
            rates(time + ahead, stage, looks[number])
        a, b, c, d = looks
        np.add(b, c, out=scratch)
        np.multiply(scratch, 2.0, out=scratch)
        np.add(scratch, a, out=scratch)
        np.add(scratch, d, out=scratch)
        np.multiply(scratch, dt / 6.0, out=scratch)
        np.add(s, scratch, out=s)
    # A stock that is not finite stays so until the end; that is where it is looked for.
    return ~np.isfinite(lost) | ~np.isfinite(s).all(axis=0)


class _Printer:
    def __init__(self, tape: Tape, watched: tuple[str, ...], checks: bool) -> None:
        self.tape = tape
        self.checks = tape.checks if checks else []
        self.watched = tuple(tape.values[name] for name in watched)
        self.space: dict[str, Any] = {"__builtins__": {}, "select": np.where}
        self.space |= {f"f_{name}": ufunc for name, ufunc in _UFUNCS.items()}
        self.space |= {f"m_{name}": _as_python(f, checks) for name, f in _LIBRARY.items()}
        for number, points in enumerate(tape.tables):
            self.space[f"table{number}"] = _interpolation(points)
        self.uniform = self._uniform()

    def program(self) -> NumpyProgram:
        once = self.once()
        rates, floats, flags = self.rates()
        source = "\n".join([*once, *rates]) + "\n"
        exec(compile(source, "<model>", "exec"), self.space)  # slots, numbers and operators only
        return NumpyProgram(self.space["once"], self.space["rates"], floats, flags, source)

    def _uniform(self) -> list[bool]:
        """For each operation, whether it is one number for all scenarios at every moment."""
        uniform: list[bool] = []
        for op in self.tape.ops:
            uniform.append(op.name not in ("given", "stock") and all(uniform[a] for a in op.args))
        return uniform

    def once(self) -> list[str]:
        tape = self.tape
        lines = ["def once(g, lost):"]
        for number, when in enumerate(tape.when):
            if when != ALWAYS:
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
        for op, when in zip(tape.ops, tape.when, strict=True):
            if when == ALWAYS:
                read.update(op.args)
        for value, mask in self.checks:
            read.update({value, mask} - {-1})
        return [number for number in sorted(read) if tape.when[number] != ALWAYS]

    def rates(self) -> tuple[list[str], int, int]:
        tape = self.tape
        lines = ["def rates(t, s, once, d, b, c, lost):"]
        if handed := "".join(f"v{number}, " for number in self.handed()):
            lines.append(f"    {handed}= once")
        checks: dict[int, list[tuple[int, int]]] = {}
        for value, mask in self.checks:
            after = max((n for n in (value, mask) if n >= 0 and tape.when[n] == ALWAYS), default=-1)
            if after >= 0:
                checks.setdefault(after, []).append((value, mask))
        last = self.last_uses(checks)
        pools: dict[str, list[str]] = {"b": [], "c": []}
        made = {"b": 0, "c": 0}
        home: dict[int, str] = {}

        def buffer(kind: str) -> str:
            if pools[kind]:
                return pools[kind].pop()
            made[kind] += 1
            return f"{kind}[{made[kind] - 1}]"

        for number, op in enumerate(tape.ops):
            if tape.when[number] != ALWAYS:
                continue
            if op.name in ("time", "stock") or self.uniform[number]:
                lines.append(f"    v{number} = {self.plain(number)}")
            else:
                kind = "c" if op.name in CONDITIONS else "b"
                home[number] = buffer(kind)
                lines.append(f"    v{number} = {self.into(number, home[number])}")
            for value, mask in checks.get(number, ()):
                spare = buffer("b")
                lines.append(f"    f_mul({self.guarded(value, mask)}, 0.0, out={spare})")
                lines.append(f"    lost += {spare}")
                pools["b"].append(spare)
            for done in last.get(number, ()):
                if done in home:
                    pools[home[done][0]].append(home[done])
        for stock, change in enumerate(tape.changes):
            if change >= 0:
                lines.append(f"    d[{stock}] = v{change}")
        lines.append(f"    return ({''.join(f'v{number}, ' for number in self.watched)})")
        return lines, made["b"], made["c"]

    def last_uses(self, checks: dict[int, list[tuple[int, int]]]) -> dict[int, list[int]]:
        """After which operation a value is not read again; none for what is handed out."""
        tape = self.tape
        last: dict[int, int] = {}
        for number, op in enumerate(tape.ops):
            last[number] = number
            for arg in op.args:
                last[arg] = number
            for value, mask in checks.get(number, ()):
                last[value] = number
                last[mask] = number
        for kept in (*self.watched, *tape.changes, -1):
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
                value = float(op.detail)
                return repr(value) if value >= 0 else f"({value!r})"
            case "given":
                return f"g[{op.detail}]"
            case "time":
                return "t"
            case "stock":
                return f"s[{op.detail}]"
            case "select":
                return f"select({args})"
            case "table":
                return f"table{op.detail}({args})"
        return f"{'m' if self.as_python(number) else 'f'}_{op.name}({args})"

    def as_python(self, number: int) -> bool:
        """Whether a function has to give Python's own number, since something is decided by it."""
        return number in self.tape.deciding and self.tape.ops[number].name in _LIBRARY

    def into(self, number: int, buffer: str) -> str:
        """The code of an operation whose result goes into a buffer."""
        op = self.tape.ops[number]
        args = ", ".join(f"v{arg}" for arg in op.args)
        if op.name in ("select", "table") or self.as_python(number):
            return self.plain(number)
        if op.name == "pow":
            power = self.tape.ops[op.args[1]]
            if power.name == "number" and power.detail == 2.0:
                return f"f_mul(v{op.args[0]}, v{op.args[0]}, out={buffer})"
        return f"f_{op.name}({args}, out={buffer})"


def _interpolation(points: tuple[tuple[float, float], ...]) -> Callable[[Any], Any]:
    xs, ys = (np.array(side) for side in zip(*points, strict=True))
    return lambda x: np.interp(x, xs, ys)


def _as_python(function: Callable[..., float], checks: bool) -> Callable[..., Any]:
    """Python's function over arrays; what has no answer is no number, or not computed further."""

    def one(*args: float) -> float:
        try:
            return function(*args)
        except (ValueError, OverflowError):
            if not checks:
                raise FloatingPointError from None
            return math.nan

    return np.vectorize(one, otypes=[float])
