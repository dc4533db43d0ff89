"""A model as one list of numbered operations, for engines that run many scenarios side by side.

Such an engine cannot stop in the middle as Python does: a division by zero gives infinity and the
run goes on. So a tape also says where a value without an end could vanish unseen, as in
``min(1 / 0, 5)``: there stands a check. A scenario that fails a check, or ends with a stock that is
not finite, is given to Python, which knows whether it is an error and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flywheel_edu.language import ENGINES, KNOWN, POWER, definition_of, tree
from flywheel_edu.model import Clock
from flywheel_edu.simulate.slots import Plan

# When an operation computes: with the printing, once for each scenario, or at every moment.
FIXED, ONCE, ALWAYS = range(3)

COMPUTED = {**ENGINES, "pow": POWER}  # operations that one row tells all about
CONDITIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"})
_BINARY = {"+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow"}
_COMPARE = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
# These jump: the last bit of what goes into them can decide between two results.
_JUMPS = {*_COMPARE.values(), *(name for name, row in COMPUTED.items() if row.jumps)}
# Nothing to check: these are finite, or stay as they are until the end when they are not (a stock),
# or take only arguments that are checked where they come in.
_NOT_CHECKED = {"number", "given", "time", "stock", "input", "table"} | {
    name for name, row in COMPUTED.items() if row.total and not row.passes_on
}


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its name, the numbers of the operations it reads, and a detail.

    The detail is the value of a ``number``; the place of a ``given``, ``stock`` or ``input`` among
    its like; or the place of a ``table`` in the tape.
    """

    name: str
    args: tuple[int, ...] = ()
    detail: float | int = 0

    def passed_on(self) -> tuple[int, ...]:
        """The arguments that make the result not finite when they are not.

        A value that goes into any other place could vanish there.
        """
        if self.name in ("add", "sub", "mul", "neg"):
            return self.args
        if self.name == "div":
            return self.args[:1]
        row = COMPUTED.get(self.name)
        return self.args if row and row.passes_on else ()


@dataclass
class Tape:
    """Operations in an order to compute.

    ``deciding`` are the operations on whose last bit a comparison or a whole part may hang, at this
    moment or, through a stock, at a later one. An engine computes these as Python does, since a
    result that falls on the other side differs by far more than its last bit.
    """

    clock: Clock
    ops: list[Op] = field(default_factory=list)
    when: list[int] = field(default_factory=list)  # for each operation FIXED, ONCE or ALWAYS
    tables: list[tuple[tuple[float, float], ...]] = field(default_factory=list)
    # For each stock, the operation of its opening value.
    openings: list[int] = field(default_factory=list)
    # For each stock, that of its net flow; -1 for one without flows.
    changes: list[int] = field(default_factory=list)
    # That of each stock and computed quantity at a moment.
    values: dict[str, int] = field(default_factory=dict)
    # A value that must be finite, and under which condition; -1 for always.
    checks: list[tuple[int, int]] = field(default_factory=list)
    deciding: set[int] = field(default_factory=set)


def tape_of(plan: Plan, clock: Clock) -> Tape:
    """The tape of a whole model."""
    writer = Writer(clock)
    tape = writer.tape
    writer.givens = {name: i for i, name in enumerate(plan.givens)}
    writer.known = {"time": writer.number(clock.start)}
    for name in plan.opening:
        writer.known[name] = writer.write(plan.equations[name])
    only_opened = [writer.known[name] for name in plan.opening if name not in plan.stocks]
    tape.openings = [writer.known[name] for name in plan.stocks]

    writer.known = {"time": writer.put("time")}
    for number, name in enumerate(plan.stocks):
        writer.known[name] = writer.put("stock", detail=number)
    for name in plan.computed:
        writer.known[name] = writer.write(plan.equations[name])
    tape.values = {name: writer.known[name] for name in plan.names}
    for flows in plan.flows:
        net = -1
        for sign, flow in flows:
            value = writer.write(tree.Name(flow))
            if net < 0:
                net = value if sign > 0 else writer.put("neg", value)
            else:
                net = writer.put("add" if sign > 0 else "sub", net, value)
        tape.changes.append(net)
    _check_what_is_lost(writer, only_opened)
    _find_deciding(tape)
    return tape


def _check_what_is_lost(writer: Writer, only_opened: list[int]) -> None:
    """Add a check wherever a value that is not finite would not reach a stock."""
    tape = writer.tape
    reaches = {*tape.changes, *tape.openings} - {-1}
    for number in range(len(tape.ops) - 1, -1, -1):
        if number in reaches:
            reaches.update(tape.ops[number].passed_on())
    # A branch of a choice does not count as a way: it may not be taken.
    for number in (*tape.values.values(), *only_opened):
        if number not in reaches:
            writer.check(number, -1)
    tape.checks = list(writer.checked)


def _find_deciding(tape: Tape) -> None:
    """Follow what goes into a jump back to all that it is computed from."""
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


class Writer:
    """Writes equations onto a tape; ``known`` says where names stand at the moment at hand."""

    def __init__(self, clock: Clock) -> None:
        self.tape = Tape(clock)
        self.known: dict[str, int] = {}
        self.givens: dict[str, int] = {}
        self.checked: dict[tuple[int, int], None] = {}
        self.numbers: dict[Op, int] = {}
        self.literals: dict[str, int] = {}

    def put(self, name: str, *args: int, detail: float | int = 0) -> int:
        """The number of an operation; the same operation is computed once."""
        op = Op(name, args, detail)
        number = self.numbers.get(op)
        if number is None:
            number = self.numbers[op] = len(self.tape.ops)
            self.tape.ops.append(op)
            own = {"given": ONCE, "time": ALWAYS, "stock": ALWAYS, "input": ALWAYS}.get(name, FIXED)
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
        number = self.put(name, *args)
        passed_on = self.tape.ops[number].passed_on()
        for arg in args:
            if arg not in passed_on:
                self.check(arg, mask)
        return number

    def both(self, mask: int, condition: int) -> int:
        return condition if mask < 0 else self.put("and", mask, condition)

    def write(self, node: tree.Node, mask: int = -1) -> int:
        """The number of a node's value; ``mask`` says when it is needed, -1 for always."""
        match node:
            case tree.Number(value=value):
                return self.number(value)
            case tree.Name(name=name):
                if name in self.known:
                    return self.known[name]
                return self.put("given", detail=self.givens[name])
            case tree.Minus(operand=operand):
                return self.apply("neg", [self.write(operand, mask)], mask)
            case tree.Binary(op=op, left=a, right=b):
                return self.apply(_BINARY[op], [self.write(a, mask), self.write(b, mask)], mask)
            case tree.Compare(op=op, left=a, right=b):
                return self.apply(_COMPARE[op], [self.write(a, mask), self.write(b, mask)], mask)
            case tree.Both(left=left, right=right):
                one = self.write(left, mask)
                return self.put("and", one, self.write(right, self.both(mask, one)))
            case tree.Either(left=left, right=right):
                one = self.write(left, mask)
                other = self.write(right, self.both(mask, self.put("not", one)))
                return self.put("or", one, other)
            case tree.Not(operand=condition):
                return self.put("not", self.write(condition, mask))
            case tree.Choice(condition=condition, then=then, other=otherwise):
                chosen = self.write(condition, mask)
                yes = self.write(then, self.both(mask, chosen))
                no = self.write(otherwise, self.both(mask, self.put("not", chosen)))
                return self.put("select", chosen, yes, no)
            case tree.Table(x=x, points=points):
                at = self.write(x, mask)
                self.check(at, mask)
                self.tape.tables.append(points)
                return self.put("table", at, detail=len(self.tape.tables) - 1)
            case tree.Call(function=function, args=args):
                return self.call(function, [self.write(arg, mask) for arg in args], mask)

    def call(self, function: str, args: list[int], mask: int) -> int:
        defined = definition_of(function)
        if not defined:
            return self.apply(function, args, mask)
        for arg in args:  # what the definition does not look at must have a value all the same
            self.check(arg, mask)
        outer = self.known
        self.known = {
            **dict(zip(KNOWN[function].arguments, args, strict=True)),
            "time": outer["time"],
            "dt": self.number(self.tape.clock.step),
        }
        for name, equation in defined:
            self.known[name] = self.write(equation, mask)
        result = self.known["result"]
        self.known = outer
        return result
