"""From a tree of ours to the text of an XMILE equation.

Brackets stand wherever two readers of XMILE could differ: around every condition, every power of a
power and every minus sign inside an equation.
"""

from __future__ import annotations

from collections.abc import Callable

from flywheel_edu.errors import ExchangeError
from flywheel_edu.language import KNOWN, number_text, tree, walk, written_out

_SUM, _PRODUCT, _POWER, _VALUE = range(4)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_COMPARE = {"==": "=", "!=": "<>"}


class Printer:
    """Prints the equations of one model; ``table`` gives a table inside one a variable's label."""

    def __init__(self, label: Callable[[str], str], table: Callable[[tree.Table], str]) -> None:
        self.label, self.table = label, table

    def equation(self, node: tree.Expression) -> str:
        text = self.written(node)[0]
        bracketed = isinstance(node, tree.Number | tree.Minus | tree.Choice) and text[0] == "("
        return text[1:-1].strip() if bracketed else text

    def refuse_nesting(self, node: tree.Call) -> None:
        for inner in (each for arg in node.args for each in walk(arg)):
            if isinstance(inner, tree.Call) and not KNOWN[inner.function].xmile:
                told = f"'{inner.function}' inside '{node.function}' is too long for XMILE"
                hint = f"give {inner.function}(...) a name of its own"
                raise ExchangeError(told, inner.place, hint)

    def part(self, node: tree.Node, floor: int) -> str:
        text, strength = self.written(node)
        return text if strength >= floor else f"({text})"

    def written(self, node: tree.Node) -> tuple[str, int]:
        match node:
            case tree.Number(value=value):
                text = number_text(value)
                return (f"({text})" if text[0] == "-" else text), _VALUE
            case tree.Name(name="time"):
                return "TIME", _VALUE
            case tree.Name(name=name):
                return self.label(name), _VALUE
            case tree.Minus(operand=operand):
                return f"(-{self.part(operand, _POWER)})", _VALUE
            case tree.Binary(op="**", left=left, right=right):
                return f"{self.part(left, _VALUE)}^{self.part(right, _VALUE)}", _POWER
            case tree.Binary(op=op, left=left, right=right):
                own = _BINARY[op]
                return f"{self.part(left, own)} {op} {self.part(right, own + 1)}", own
            case tree.Call(function=function, args=args):
                there = KNOWN[function].xmile
                if not there:
                    self.refuse_nesting(node)
                    return self.written(written_out(node))
                if "{}" in there:
                    return f"({there.format(*(self.part(a, _POWER) for a in args))})", _VALUE
                return f"{there}({', '.join(self.part(arg, _SUM) for arg in args)})", _VALUE
            case tree.Table():
                return self.table(node), _VALUE
            case tree.Choice():
                parts = (node.condition, node.then, node.other)
                condition, then, other = (self.part(part, _SUM) for part in parts)
                return f"( IF {condition} THEN {then} ELSE {other} )", _VALUE
            case tree.Compare(op=op, left=left, right=right):
                said = _COMPARE.get(op, op)
                return f"({self.part(left, _SUM)} {said} {self.part(right, _SUM)})", _VALUE
            case tree.Both(left=left, right=right) | tree.Either(left=left, right=right):
                said = "AND" if isinstance(node, tree.Both) else "OR"
                return f"({self.part(left, _SUM)} {said} {self.part(right, _SUM)})", _VALUE
            case tree.Not(operand=operand):
                return f"(NOT {self.part(operand, _SUM)})", _VALUE
