"""Equations as expressions of a programming language: what its printers share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from flywheel_edu.language import KNOWN, children, definition_of, tree

_OPERATORS: dict[type, str] = {
    tree.Both: "and",
    tree.Either: "or",
    tree.Not: "not",
    tree.Choice: "if",
}


class InfixPrinter(ABC):
    """Prints each equation as one bracketed expression over slots.

    ``forms`` say how the language writes an operator, with ``{}`` for each part in the order of
    ours; nothing for one that stands between its two parts as in our own language.
    """

    forms: ClassVar[Mapping[str, str]]

    @abstractmethod
    def table(self, points: tuple[tuple[float, float], ...]) -> str:
        """The name of the function that a table is."""

    @abstractmethod
    def call(self, function: str, args: list[str]) -> str:
        """The call of a function of the language."""

    def code(self, node: tree.Node, slots: Mapping[str, str]) -> str:
        """One equation; ``slots`` says what stands for each name."""
        if isinstance(node, tree.Number):
            return number_code(node.value)
        if isinstance(node, tree.Name):
            return slots[node.name]
        parts = [self.code(part, slots) for part in children(node)]
        if isinstance(node, tree.Call):
            return self.call(node.function, parts)
        if isinstance(node, tree.Table):
            return f"{self.table(node.points)}({parts[0]})"
        if isinstance(node, tree.Minus):
            return f"(-{parts[0]})"
        if isinstance(node, tree.Binary | tree.Compare):
            return self.written(node.op, *parts)
        return self.written(_OPERATORS[type(node)], *parts)

    def defined(self, function: str) -> list[tuple[str, str]]:
        """What a function is in the language itself: names and their code, the last its result."""
        equations = definition_of(function)
        own = (*KNOWN[function].arguments, *dict(equations))
        slots = {"time": "t", "dt": "dt", **{name: name for name in own}}
        return [(name, self.code(equation, slots)) for name, equation in equations]

    def written(self, operator: str, *parts: str) -> str:
        """The code of an operator over the code of its parts."""
        return self.forms.get(operator, f"({{}} {operator} {{}})").format(*parts)


def number_code(value: float) -> str:
    """A number as it may stand in any place of printed code."""
    return repr(value) if value >= 0 else f"({value!r})"


def net_code(flows: tuple[tuple[int, str], ...], place: Callable[[str], str]) -> str:
    """What flows in, less what flows out, each at its place; empty for a stock without flows."""
    terms = [f"{'+' if sign > 0 else '-'} {place(flow)}" for sign, flow in flows]
    return " ".join(terms).removeprefix("+ ")
