"""A model as a tape: its equations as one list of numbered operations, for engines that run many
scenarios side by side.

Such an engine cannot stop in the middle as Python does: a division by zero gives infinity and the
run goes on. So the tape also says where a value without an end could vanish unseen, as in
``min(1 / 0, 5)``: there stands a ``check``. A scenario that fails a check, or ends with a stock
that is not finite, is given to Python, which knows whether it is an error and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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
from flywheel_edu.model import Clock, Model
from flywheel_edu.simulate.plan import Plan, plan_of
from flywheel_edu.simulate.python_code import MOMENT

# When an operation computes: with the printing, once for each scenario, or at every moment.
FIXED, ONCE, ALWAYS = range(3)

_BINARY = {"+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow"}
_COMPARE = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_CALLS = {
    "min": "min",
    "max": "max",
    "exp": "exp",
    "ln": "ln",
    "log10": "log10",
    "sqrt": "sqrt",
    "abs": "abs",
    "int": "floor",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
}
CONDITIONS = frozenset({*_COMPARE.values(), "and", "or", "not"})
# These jump: the last bit of what goes into them can decide between two results.
_JUMPS = frozenset({*_COMPARE.values(), "floor"})

# For each operation, which arguments it passes on when they are not finite. A value that goes into
# any other place could vanish there.
_PASSED_ON: dict[str, tuple[bool, ...]] = {
    "add": (True, True),
    "sub": (True, True),
    "mul": (True, True),
    "div": (True, False),
    "neg": (True,),
    "sqrt": (True,),
    "abs": (True,),
    "floor": (True,),
    "ln": (True,),
    "log10": (True,),
    "sin": (True,),
    "cos": (True,),
    "tan": (True,),
    "asin": (True,),
    "acos": (True,),
}
# Nothing to check: these are finite, or stay as they are until the end when they are not (a stock),
# or take only arguments that are checked where they come in.
_NOT_CHECKED = frozenset({"number", "given", "time", "stock", "table", "atan", "min", "max"})


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its name, the numbers of the operations it reads, and a detail.

    The detail is the value of a ``number``, the place of a ``given`` or ``stock`` in the plan, or
    the place of a ``table`` in the tape.
    """

    name: str
    args: tuple[int, ...] = ()
    detail: float | int = 0


@dataclass
class Tape:
    """The operations of one model, in an order to compute.

    Attributes
    ----------
    ops : list of Op
    when : list of int
        For each operation ``FIXED``, ``ONCE`` or ``ALWAYS``.
    tables : list of points
    openings : list of int
        For each stock, the operation that gives its opening value.
    changes : list of int
        For each stock, the operation that gives its net flow; -1 for one without flows.
    values : dict of str to int
        The operation that gives each stock and computed quantity at a moment.
    checks : list of (int, int)
        A value that must be finite, and the condition under which; -1 for always.
    deciding : set of int
        The operations on whose last bit a comparison or a whole part may hang, at this moment or,
        through a stock, at a later one. An engine computes these as Python does, since a result
        that falls on the other side differs by far more than its last bit.
    """

    clock: Clock
    plan: Plan
    ops: list[Op] = field(default_factory=list)
    when: list[int] = field(default_factory=list)
    tables: list[tuple[tuple[float, float], ...]] = field(default_factory=list)
    openings: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)
    checks: list[tuple[int, int]] = field(default_factory=list)
    deciding: set[int] = field(default_factory=set)


def tape_of(model: Model) -> Tape:
    """The tape of a model, made once for all that differ only in their givens' numbers."""
    cache = model.structure.cache
    if "tape" not in cache:
        cache["tape"] = _Writer(plan_of(model), model.clock).tape
    tape: Tape = cache["tape"]
    return tape


class _Writer:
    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.tape = Tape(clock, plan)
        self.numbers: dict[Op, int] = {}
        self.literals: dict[str, int] = {}
        self.known: dict[str, int] = {}  # where names stand, at the moment that is written
        self.checked: dict[tuple[int, int], None] = {}
        self.givens = {name: i for i, name in enumerate(plan.givens)}
        self.open(plan)
        self.step(plan)
        self.find_lost()
        self.find_deciding()

    def open(self, plan: Plan) -> None:
        self.known = {"time": self.number(self.tape.clock.start)}
        for name in plan.opening:
            self.known[name] = self.write(plan.equations[name], -1)
        self.only_opened = [self.known[n] for n in plan.opening if n not in plan.stocks]
        self.tape.openings = [self.known[name] for name in plan.stocks]

    def step(self, plan: Plan) -> None:
        self.known = {"time": self.put("time")}
        for number, name in enumerate(plan.stocks):
            self.known[name] = self.put("stock", detail=number)
        for name in plan.computed:
            self.known[name] = self.write(plan.equations[name], -1)
        self.tape.values = {name: self.known[name] for name in plan.names}
        for flows in plan.flows:
            net = -1
            for sign, flow in flows:
                value = self.write(Name(flow), -1)
                if net < 0:
                    net = value if sign > 0 else self.put("neg", value)
                else:
                    net = self.put("add" if sign > 0 else "sub", net, value)
            self.tape.changes.append(net)

    def find_lost(self) -> None:
        """Add a check wherever a value that is not finite would not reach a stock."""
        tape = self.tape
        reaches = {*tape.changes, *tape.openings} - {-1}
        for number in range(len(tape.ops) - 1, -1, -1):
            op = tape.ops[number]
            if number in reaches:
                passed = _PASSED_ON.get(op.name, (False,) * len(op.args))
                reaches.update(a for a, on in zip(op.args, passed, strict=True) if on)
        # A branch of a choice does not count as a way: it may not be taken.
        for number in (*tape.values.values(), *self.only_opened):
            if number not in reaches:
                self.check(number, -1)
        tape.checks = list(self.checked)

    def find_deciding(self) -> None:
        """Follow what goes into a jump back to all that it is computed from."""
        tape = self.tape
        ahead = [a for op in tape.ops if op.name in _JUMPS for a in op.args]
        while ahead:
            number = ahead.pop()
            if number in tape.deciding or number < 0:
                continue
            tape.deciding.add(number)
            op = tape.ops[number]
            ahead += op.args
            if op.name == "stock":
                ahead += (tape.openings[int(op.detail)], tape.changes[int(op.detail)])

    # -- one equation

    def put(self, name: str, *args: int, detail: float | int = 0) -> int:
        """The number of an operation; the same operation is computed once."""
        op = Op(name, args, detail)
        number = self.numbers.get(op)
        if number is None:
            number = self.numbers[op] = len(self.tape.ops)
            self.tape.ops.append(op)
            own = {"given": ONCE, "time": ALWAYS, "stock": ALWAYS}.get(name, FIXED)
            self.tape.when.append(max([own, *(self.tape.when[a] for a in args)]))
        return number

    def number(self, value: float) -> int:
        # By their bits: 0.0 and -0.0 are equal, and differ below a division.
        bits = value.hex()
        if bits not in self.literals:
            self.literals[bits] = len(self.tape.ops)
            self.tape.ops.append(Op("number", detail=value))
            self.tape.when.append(FIXED)
        return self.literals[bits]

    def check(self, number: int, mask: int) -> None:
        if self.tape.ops[number].name not in _NOT_CHECKED:
            self.checked[number, mask] = None

    def apply(self, name: str, args: list[int], mask: int) -> int:
        passed = _PASSED_ON.get(name, (False,) * len(args))
        for arg, on in zip(args, passed, strict=True):
            if not on:
                self.check(arg, mask)
        return self.put(name, *args)

    def both(self, mask: int, condition: int) -> int:
        return condition if mask < 0 else self.put("and", mask, condition)

    def write(self, node: Node, mask: int) -> int:
        """The number of a node's value; ``mask`` says when it is needed."""
        match node:
            case Number(value=value):
                return self.number(value)
            case Name(name=name):
                if name in self.givens:
                    return self.put("given", detail=self.givens[name])
                return self.known[name]
            case Minus(operand=operand):
                return self.apply("neg", [self.write(operand, mask)], mask)
            case Binary(op=op, left=a, right=b):
                return self.apply(_BINARY[op], [self.write(a, mask), self.write(b, mask)], mask)
            case Compare(op=op, left=a, right=b):
                return self.apply(_COMPARE[op], [self.write(a, mask), self.write(b, mask)], mask)
            case Both(left=left, right=right):
                one = self.write(left, mask)
                return self.put("and", one, self.write(right, self.both(mask, one)))
            case Either(left=left, right=right):
                one = self.write(left, mask)
                other = self.write(right, self.both(mask, self.put("not", one)))
                return self.put("or", one, other)
            case Not(operand=condition):
                return self.put("not", self.write(condition, mask))
            case Choice(condition=condition, then=then, other=otherwise):
                chosen = self.write(condition, mask)
                yes = self.write(then, self.both(mask, chosen))
                no = self.write(otherwise, self.both(mask, self.put("not", chosen)))
                return self.put("select", chosen, yes, no)
            case Table(x=x, points=points):
                at = self.write(x, mask)
                self.check(at, mask)
                self.tape.tables.append(points)
                return self.put("table", at, detail=len(self.tape.tables) - 1)
            case Call(function=function, args=args):
                return self.call(function, [self.write(arg, mask) for arg in args], mask)

    def call(self, function: str, args: list[int], mask: int) -> int:
        if function in _CALLS:
            return self.apply(_CALLS[function], args, mask)
        put, dt = self.put, self.number(self.tape.clock.step)
        if function == "mod":
            a, b = args
            rest = put("floor", self.apply("div", [a, b], mask))
            return put("sub", a, put("mul", b, rest))
        for arg in args:
            self.check(arg, mask)
        time, nothing = self.known["time"], self.number(0.0)
        if function == "step":
            height, at = args
            early = put("sub", at, put("mul", dt, self.number(MOMENT)))
            return put("select", put("ge", time, early), height, nothing)
        if function == "pulse":
            amount, at = args
            since = put("sub", time, at)
            begun = put("le", put("mul", self.number(-MOMENT), dt), since)
            not_over = put("lt", since, put("mul", dt, self.number(1 - MOMENT)))
            rate = self.apply("div", [amount, dt], mask)
            return put("select", put("and", begun, not_over), rate, nothing)
        slope, start, stop = args
        within = put("min", put("max", time, start), stop)
        risen = put("mul", slope, put("sub", within, start))
        return put("select", put("gt", stop, start), risen, nothing)
