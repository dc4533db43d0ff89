"""From a tree back to the text of its equation: reading it again gives the same tree."""

from __future__ import annotations

import math

from flywheel_edu.language import tree

# How tightly each operator holds its sides together.
_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _MINUS, _POWER, _VALUE = range(10)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def text_of(node: tree.Node) -> str:
    """The equation as it would be written, with no more brackets than it needs.

    Examples
    --------
    >>> from flywheel_edu.language.parser import read_expression
    >>> text_of(read_expression("(a+b)*c ** (1 / 2)"))
    '(a + b) * c ** (1 / 2)'
    """
    return _written(node)[0]


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(1000000.0), number_text(0.1), number_text(1e-9), number_text(float("-inf"))
    ('1000000', '0.1', '1e-09', '-inf')
    """
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def _written(node: tree.Node) -> tuple[str, int]:
    """The text of a node, and how tightly it holds together."""
    match node:
        case tree.Number(value=value, unit=unit) if unit is not None:
            return f"{number_text(value)} [{unit}]", _MINUS if value < 0 else _VALUE
        case tree.Number(value=value):
            negative = value < 0 or (value == 0 and math.copysign(1, value) < 0)
            text = "pi" if value == math.pi else number_text(value)
            return text, _MINUS if negative else _VALUE
        case tree.Name(name=name):
            return name, _VALUE
        case tree.Minus(operand=operand):
            # A number under a minus sign would read back as one negative number.
            floor = _VALUE + 1 if isinstance(operand, tree.Number) else _MINUS
            return f"-{_part(operand, floor)}", _MINUS
        case tree.Binary(op="**", left=left, right=right):
            return f"{_part(left, _VALUE)} ** {_part(right, _MINUS)}", _POWER
        case tree.Binary(op=op, left=left, right=right):
            own = _BINARY[op]
            return f"{_part(left, own)} {op} {_part(right, own + 1)}", own
        case tree.Call(function=function, args=args):
            return f"{function}({', '.join(map(text_of, args))})", _VALUE
        case tree.Table(x=x, points=points):
            drawn = ", ".join(f"{number_text(a)}: {number_text(b)}" for a, b in points)
            return f"table({text_of(x)}, {drawn})", _VALUE
        case tree.Choice(condition=condition, then=then, other=other):
            return (
                f"{_part(then, _SUM)} if {text_of(condition)} else {_part(other, _CHOICE)}",
                _CHOICE,
            )
        case tree.Either(left=left, right=right):
            return f"{_part(left, _OR)} or {_part(right, _AND)}", _OR
        case tree.Both(left=left, right=right):
            return f"{_part(left, _AND)} and {_part(right, _NOT)}", _AND
        case tree.Not(operand=operand):
            return f"not {_part(operand, _NOT)}", _NOT
        case tree.Compare(op=op, left=left, right=right):
            return f"{_part(left, _SUM)} {op} {_part(right, _SUM)}", _COMPARE


def _part(node: tree.Node, floor: int) -> str:
    text, strength = _written(node)
    return text if strength >= floor else f"({text})"
