"""The LLVM printer: a tape as one function that runs scenarios, a few at a time or one alone.

Exact, the operations and the C library's functions are those that Python uses, in the same order,
so the numbers are Python's to the last bit. Otherwise, and where several scenarios are run at a
time, as vectors, the last bits are free and numbers agree to some 14 digits; only what decides (see
`Tape.deciding`) stays exact.

The function printed for several scenarios::

    run(givens, stride, count, slots, times, out, layer, pitch, lows, highs, lost)

``givens`` is an array of shape (givens, stride), of which ``count`` columns are run, a multiple of
the width. ``slots`` says for each of ``times`` moments the row of ``out`` to keep it in, or -1.
In ``out`` the numbers of one moment stand side by side, moments ``pitch`` numbers apart, and kept
quantities ``layer`` numbers apart, as `room_for` lays them. ``lows`` and ``highs`` have shape
(watched, stride) and take the extremes; ``lost``, of shape (stride,), is not a number where Python
has to look.

The function printed for one scenario alone::

    alone(out, whole, beside)

``out`` has shape (kept, times), of which only the rows of the stocks, the first, are written if
``whole`` is 0. In ``beside`` stand the givens, then room for lows, highs and what is lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from flywheel_edu.simulate.machine.llvm_tables import interpolated, table_constants
from flywheel_edu.simulate.machine.vector_math import (
    FUNCTIONS,
    Lanes,
    float_bits,
    function_text,
)
from flywheel_edu.simulate.operations import ALWAYS, COMPUTED, CONDITIONS, Op, Tape
from flywheel_edu.simulate.slots import Plan

_ARITHMETIC = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_COMPARE = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
# What has no code of its own is asked of the C library, lane by lane.
LIBRARY = {name: row.machine for name, row in COMPUTED.items() if isinstance(row.machine, str)}
_UNIFORM = {"number", "time", "neg", "select", "table", *_ARITHMETIC, *CONDITIONS} | {
    name for name in COMPUTED if name not in LIBRARY
}
# A small model runs some tenths faster with exp and pow taken in; a large one compiles twice as
# fast without, and runs no slower.
_FEW_OPERATIONS = 300


@dataclass
class KernelPrinter:
    """One model's kernel, for so many scenarios at a time as it is wide: ``text`` is its IR.

    If it is ``exact``, each operation is rounded as in Python. If not, a product may be joined with
    a sum, and one quotient may serve twice, which is faster and changes the last bit. The values of
    what is ``kept`` are written out, and of what is ``watched`` its low and high extremes, if so.
    """

    plan: Plan
    tape: Tape
    width: int
    exact: bool
    method: str
    kept: tuple[str, ...]
    watched: tuple[tuple[str, bool, bool], ...]

    def __post_init__(self) -> None:
        self.lines: list[str] = []
        self.wide = Lanes(self.width, self.lines, "w")
        self.lone = Lanes(1, self.lines, "u")  # what is one number for all scenarios
        self.type = self.wide.floats
        self.names: dict[int, str] = {}
        self.spread: dict[int, str] = {}
        self.functions: set[str] = set()
        self.library: dict[str, int] = {}  # and how many values each takes
        self.uniform = self._uniform()

    def _uniform(self) -> list[bool]:
        uniform: list[bool] = []
        for op in self.tape.ops:
            uniform.append(op.name in _UNIFORM and all(uniform[a] for a in op.args))
        return uniform

    # -- the whole

    def text(self) -> str:
        self.body()
        parts = table_constants(self.tape.tables)
        inline = len(self.tape.ops) <= _FEW_OPERATIONS
        parts += [function_text(n, self.width, inline=inline) for n in sorted(self.functions)]
        if self.width == 1:
            head = "@alone(ptr noalias %out, i64 %whole, ptr noalias %beside)"
        else:
            head = (
                "@run(ptr noalias %givens, i64 %stride, i64 %count, ptr noalias %slots, "
                "i64 %times, ptr noalias %out, i64 %layer, i64 %pitch, ptr noalias %lows, "
                "ptr noalias %highs, ptr noalias %lost)"
            )
        parts += [f"define void {head} {{", *self.lines, "}"]
        for name, count in sorted(self.library.items()):
            args = ", ".join(["double"] * count)
            parts.append(f"declare double @fw_lib_{name}({args})")
        return "\n".join([*parts, "!0 = !{i32 1}"]) + "\n"

    def body(self) -> None:
        clock, lines, wide = self.tape.clock, self.lines, self.wide
        stocks = range(len(self.tape.openings))
        places = [*(f"s{i}" for i in stocks), "lost"]
        places += [f"{side}{i}" for i, side in self.sides()]
        lines.append("entry:")
        lines += [f"  %{place}.p = alloca {self.type}" for place in places]
        if self.method == "rk4":
            for name, size in (("stage", len(stocks)), ("looks", 4 * len(stocks))):
                lines.append(f"  %{name} = alloca [{max(1, size)} x {self.type}]")
        if self.width == 1:
            givens, watched = len(self.plan.givens), len(self.watched)
            lines += [f"  %{name} = add i64 0, 1" for name in ("stride", "count")]
            lines.append(f"  %times = add i64 0, {clock.steps + 1}")
            for name, at in (
                ("givens", 0),
                ("lows", givens),
                ("highs", givens + watched),
                ("lost", givens + 2 * watched),
            ):
                lines.append(f"  %{name} = getelementptr double, ptr %beside, i64 {at}")
        lines += ["  br label %block", "block:", "  %j = phi i64 [0, %entry], [%j.next, %finished]"]
        for number, op in enumerate(self.tape.ops):
            if self.tape.when[number] != ALWAYS and op.name != "number":
                self.put(number)
        self.store("lost", wide.number(0.0))
        for value, mask in self.tape.checks:
            if not self.at_every_moment(value, mask):
                self.check(value, mask)
        for number, opening in enumerate(self.tape.openings):
            self.store(f"s{number}", self.vector(opening))
        for number, side in self.sides():
            self.store(f"{side}{number}", wide.number(math.inf if side == "low" else -math.inf))
        lines += [
            "  br label %moment",
            "moment:",
            "  %k = phi i64 [0, %block], [%k.next, %stepped]",
            "  %k.float = uitofp i64 %k to double",
            f"  %k.ahead = fmul double %k.float, {float_bits(clock.step)}",
            f"  %now = fadd double %k.ahead, {float_bits(clock.start)}",
            "  %k.next = add i64 %k, 1",
            "  %last = icmp eq i64 %k.next, %times",
        ]
        if self.method == "euler":
            self.euler()
        else:
            self.runge_kutta()
        lines.append("over:")
        for number in stocks:  # a stock that is not finite stays so until here
            self.lose(self.load(f"s{number}"))
        self.put_out("lost", self.load("lost"), "0")
        for number, side in self.sides():
            self.put_out(f"{side}s", self.load(f"{side}{number}"), str(number))
        lines += [
            "  br label %finished",
            "finished:",
            f"  %j.next = add i64 %j, {self.width}",
            "  %done = icmp sge i64 %j.next, %count",
            "  br i1 %done, label %exit, label %block",
            "exit:",
            "  ret void",
        ]

    def euler(self) -> None:
        stocks = [self.load(f"s{i}") for i in range(len(self.tape.openings))]
        self.moment("%now", stocks)
        self.record(stocks)
        step = self.wide.number(self.tape.clock.step)
        for number, change in enumerate(self.tape.changes):
            if change >= 0:
                fast = self.freedom_of_stock(number)
                moved = self.wide.op("fmul", step, self.vector(change), fast)
                self.store(f"s{number}", self.wide.op("fadd", stocks[number], moved, fast))
        self.lines += [
            "  br label %stepped",
            "stepped:",
            "  br i1 %last, label %over, label %moment",
        ]

    def runge_kutta(self) -> None:
        lines, stocks = self.lines, range(len(self.tape.openings))
        dt = self.tape.clock.step
        for number in stocks:
            self.store_at("stage", number, self.load(f"s{number}"))
        lines += [
            "  br label %look",
            "look:",
            "  %l = phi i64 [0, %moment], [%l.next, %looked]",
            "  %ahead = phi double [0.0, %moment], [%ahead.next, %looked]",
            "  %then = fadd double %now, %ahead",
        ]
        held = [self.load_at("stage", number) for number in stocks]
        self.moment("%then", held)
        lines += [
            "  %first = icmp eq i64 %l, 0",
            "  br i1 %first, label %shown, label %kept.next",
            "shown:",
        ]
        self.record(held)
        lines += [
            "  br i1 %last, label %ending, label %kept.next",
            "kept.next:",
            "  %third = icmp eq i64 %l, 2",
            f"  %ahead.next = select i1 %third, double {float_bits(dt)}, "
            f"double {float_bits(0.5 * dt)}",
            f"  %row = mul i64 %l, {len(stocks)}",
        ]
        far = self.splat("%ahead.next")
        for number, change in enumerate(self.tape.changes):
            if change >= 0:
                self.store_at("looks", number, self.vector(change), "%row")
                fast = self.freedom_of_stock(number)
                moved = self.wide.op("fmul", far, self.vector(change), fast)
                staged = self.wide.op("fadd", self.load(f"s{number}"), moved, fast)
                self.store_at("stage", number, staged)
        lines += [
            "  br label %looked",
            "looked:",
            "  %l.next = add i64 %l, 1",
            "  %looked.all = icmp eq i64 %l.next, 4",
            "  br i1 %looked.all, label %combine, label %look",
            "combine:",
        ]
        two, sixth = self.wide.number(2.0), self.wide.number(dt / 6.0)
        for number, change in enumerate(self.tape.changes):
            if change >= 0:
                a, b, c, d = (self.load_at("looks", number + i * len(stocks)) for i in range(4))
                op, fast = self.wide.op, self.freedom_of_stock(number)
                middle = op("fmul", two, op("fadd", b, c, fast), fast)
                total = op("fadd", op("fadd", a, middle, fast), d, fast)
                moved = op("fmul", sixth, total, fast)
                self.store(f"s{number}", op("fadd", self.load(f"s{number}"), moved, fast))
        lines += ["  br label %stepped", "stepped:", "  br label %moment", "ending:"]
        for change in self.tape.changes:
            if change >= 0:
                self.lose(self.vector(change))
        lines.append("  br label %over")

    def moment(self, time: str, stocks: list[str]) -> None:
        """All that is computed at every moment, from the stocks as they stand."""
        for number, op in enumerate(self.tape.ops):
            if self.tape.when[number] == ALWAYS:
                if op.name == "time":
                    self.names[number] = time
                    self.spread_out(number)
                elif op.name == "stock":
                    self.names[number] = stocks[int(op.detail)]
                else:
                    self.put(number)
        for value, mask in self.tape.checks:
            if self.at_every_moment(value, mask):
                self.check(value, mask)

    def record(self, stocks: list[str]) -> None:
        """Keep the moment if it has a slot, and widen the extremes."""
        of_stock = {name: stocks[i] for i, name in enumerate(self.plan.stocks)}
        for number, (name, low, high) in enumerate(self.watched):
            value = of_stock.get(name) or self.vector(self.tape.values[name])
            for side, how in (("low", "olt"), ("high", "ogt")):
                if low if side == "low" else high:
                    before = self.load(f"{side}{number}")
                    beyond = self.wide.compare(how, value, before)
                    self.store(f"{side}{number}", self.wide.select(beyond, value, before))
        values = [of_stock.get(name) or self.vector(self.tape.values[name]) for name in self.kept]
        if self.width == 1:
            self.record_alone(values)
        else:
            self.record_several(values)
        self.lines += ["  br label %recorded", "recorded:"]

    def record_several(self, values: list[str]) -> None:
        lines = self.lines
        lines += [
            "  %slot.p = getelementptr i64, ptr %slots, i64 %k",
            "  %slot = load i64, ptr %slot.p",
            "  %kept = icmp sge i64 %slot, 0",
            "  br i1 %kept, label %keep, label %recorded",
            "keep:",
            "  %line = mul i64 %slot, %pitch",
            "  %cell0 = add i64 %line, %j",
        ]
        for number, value in enumerate(values):
            if number:
                lines.append(f"  %cell{number} = add i64 %cell{number - 1}, %layer")
            self.write_cell(number, value)

    def record_alone(self, values: list[str]) -> None:
        """Every moment is kept, so that rows stand at known distances: first those of the stocks,
        then, only if they are asked for, the others."""
        lines, stocks = self.lines, len(self.plan.stocks)
        for number, value in enumerate(values):
            if number == stocks:
                lines += [
                    "  %kept = icmp ne i64 %whole, 0",
                    "  br i1 %kept, label %keep, label %recorded",
                    "keep:",
                ]
            away = number * (self.tape.clock.steps + 1)
            lines.append(f"  %cell{number} = add i64 %k, {away}")
            self.write_cell(number, value)

    def write_cell(self, number: int, value: str) -> None:
        # A vector goes past the caches: its line need not be read only to be overwritten.
        past = f"align {min(64, 8 * self.width)}, !nontemporal !0" if self.width > 1 else "align 8"
        self.lines += [
            f"  %cell{number}.p = getelementptr double, ptr %out, i64 %cell{number}",
            f"  store {self.type} {value}, ptr %cell{number}.p, {past}",
        ]

    # -- memory

    def sides(self) -> Iterable[tuple[int, str]]:
        for number, (_, low, high) in enumerate(self.watched):
            if low:
                yield number, "low"
            if high:
                yield number, "high"

    def store(self, place: str, value: str) -> None:
        self.lines.append(f"  store {self.type} {value}, ptr %{place}.p")

    def load(self, place: str) -> str:
        return self.wide.write(f"load {self.type}, ptr %{place}.p")

    def _cell(self, array: str, number: int, row: str) -> str:
        at = self.wide.write(f"add i64 {row}, {number}")
        return self.wide.write(f"getelementptr {self.type}, ptr %{array}, i64 {at}")

    def store_at(self, array: str, number: int, value: str, row: str = "0") -> None:
        self.lines.append(f"  store {self.type} {value}, ptr {self._cell(array, number, row)}")

    def load_at(self, array: str, number: int) -> str:
        return self.wide.write(f"load {self.type}, ptr {self._cell(array, number, '0')}")

    def put_out(self, array: str, value: str, row: str) -> None:
        """Write one number for each scenario of the block into an array of the caller's."""
        cell = self.outside(array, row)
        self.lines.append(f"  store {self.type} {value}, ptr {cell}, align 8")

    def outside(self, array: str, row: str) -> str:
        line = self.wide.write(f"mul i64 %stride, {row}")
        at = self.wide.write(f"add i64 {line}, %j")
        return self.wide.write(f"getelementptr double, ptr %{array}, i64 {at}")

    # -- values

    def at_every_moment(self, value: int, mask: int) -> bool:
        return any(n >= 0 and self.tape.when[n] == ALWAYS for n in (value, mask))

    def splat(self, lone: str) -> str:
        if self.width == 1:
            return lone
        whole = self.wide.write(f"insertelement {self.type} undef, double {lone}, i32 0")
        zeros = f"<{self.width} x i32> zeroinitializer"
        return self.wide.write(f"shufflevector {self.type} {whole}, {self.type} undef, {zeros}")

    def vector(self, number: int) -> str:
        """A value as a vector."""
        op = self.tape.ops[number]
        if op.name == "number":
            return self.wide.number(float(op.detail))
        return self.spread.get(number) or self.names[number]

    def spread_out(self, number: int) -> None:
        """Put one number for all scenarios into every lane; where it is not used, LLVM drops it."""
        if self.width == 1:
            return
        name = self.names[number]
        if self.tape.ops[number].name not in CONDITIONS:
            self.spread[number] = self.splat(name)
            return
        one = self.lone.select(name, self.lone.number(1.0), self.lone.number(0.0))
        half = self.wide.number(0.5)
        self.spread[number] = self.wide.compare("ogt", self.splat(one), half)

    def lone_value(self, number: int) -> str:
        op = self.tape.ops[number]
        return self.lone.number(float(op.detail)) if op.name == "number" else self.names[number]

    def freedom(self, number: int) -> str:
        """What LLVM may do with the last bit of an operation."""
        return "" if self.exact or number in self.tape.deciding else " nsz arcp contract"

    def freedom_of_stock(self, number: int) -> str:
        return self.freedom(self.tape.values[self.plan.stocks[number]])

    def lose(self, value: str) -> None:
        """Make ``lost`` no number where the value is not finite."""
        self.store("lost", self.wide.fma(value, self.wide.number(0.0), self.load("lost")))

    def check(self, value: int, mask: int) -> None:
        found = self.vector(value)
        if mask >= 0:
            found = self.wide.select(self.vector(mask), found, self.wide.number(0.0))
        self.lose(found)

    def put(self, number: int) -> None:
        """Print one operation."""
        op = self.tape.ops[number]
        if op.name == "number":
            return
        if op.name == "given":
            cell = self.outside("givens", str(op.detail))
            self.names[number] = self.wide.write(f"load {self.type}, ptr {cell}, align 8")
            return
        uniform = self.uniform[number]
        lanes = self.lone if uniform else self.wide
        args = [self.lone_value(a) if uniform else self.vector(a) for a in op.args]
        fast = "" if uniform else self.freedom(number)
        self.names[number] = self.operation(op, args, lanes, fast)
        if uniform:
            self.spread_out(number)

    def operation(self, op: Op, args: list[str], lanes: Lanes, fast: str) -> str:
        name = op.name
        if name in _ARITHMETIC:
            return lanes.op(_ARITHMETIC[name], args[0], args[1], fast)
        if name in _COMPARE:
            return lanes.compare(_COMPARE[name], *args)
        if name in ("and", "or"):
            return lanes.write(f"{name} {lanes.flags} {args[0]}, {args[1]}")
        if (row := COMPUTED.get(name)) and callable(row.machine):
            return row.machine(lanes, *args)
        match name:
            case "not":
                return lanes.write(f"xor {lanes.flags} {args[0]}, {lanes.true}")
            case "neg":
                return lanes.negate(args[0])
            case "select":
                return lanes.select(*args)
            case "table":
                number = int(op.detail)
                return interpolated(lanes, number, self.tape.tables[number], args[0], fast)
        if lanes.width > 1 and name in FUNCTIONS and fast:
            return self.function(op, args, lanes)
        return self.from_library(LIBRARY[name], args, lanes)

    def function(self, op: Op, args: list[str], lanes: Lanes) -> str:
        if op.name == "pow":
            power = self.tape.ops[op.args[1]]
            if power.name == "number" and power.detail == 2.0:
                return lanes.mul(args[0], args[0])
        self.functions.add(op.name)
        listed = ", ".join(f"{lanes.floats} {arg}" for arg in args)
        return lanes.write(f"call {lanes.floats} @fw_{op.name}({listed})")

    def from_library(self, name: str, args: list[str], lanes: Lanes) -> str:
        self.library[name] = len(args)
        if lanes.width == 1:
            listed = ", ".join(f"double {arg}" for arg in args)
            return lanes.write(f"call double @fw_lib_{name}({listed})")
        result = "undef"
        for lane in range(lanes.width):
            taken = [
                lanes.write(f"extractelement {lanes.floats} {arg}, i32 {lane}") for arg in args
            ]
            listed = ", ".join(f"double {one}" for one in taken)
            one = lanes.write(f"call double @fw_lib_{name}({listed})")
            result = lanes.write(f"insertelement {lanes.floats} {result}, double {one}, i32 {lane}")
        return result
