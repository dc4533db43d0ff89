"""An equation on arrays: what it gives for many moments at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from flywheel_edu.simulate.python_code import MOMENT

Array = NDArray[np.float64]
# From the values of the quantities (and of "time"), each of one shape, and the length of a step.
Response = Callable[[Mapping[str, Array], float], Any]


def response_of(node: Node) -> Response:
    """The function that an equation, or a condition in one, is on arrays.

    Notes
    -----
    Both ways of a choice are computed and then chosen from, so that the caller must expect, and
    silence, divisions by zero in the way not taken.

    Examples
    --------
    >>> from flywheel_edu.language import read_expression
    >>> profit = response_of(read_expression("sales * margin if sales > 0 else 0"))
    >>> profit({"sales": np.array([-10.0, 50.0]), "margin": np.array([0.1, 0.2])}, 1.0).tolist()
    [0.0, 10.0]
    """
    match node:
        case Number(value=value):
            return lambda values, dt: value
        case Name(name=name):
            return lambda values, dt: values[name]
        case Minus(operand=operand):
            below = response_of(operand)
            return lambda values, dt: -below(values, dt)
        case Not(operand=condition):
            holds = response_of(condition)
            return lambda values, dt: np.logical_not(holds(values, dt))
        case Binary(op=op, left=left, right=right) | Compare(op=op, left=left, right=right):
            return _two(_OPERATORS[op], left, right)
        case Both(left=one, right=other):
            return _two(np.logical_and, one, other)
        case Either(left=one, right=other):
            return _two(np.logical_or, one, other)
        case Choice(condition=condition, then=then, other=otherwise):
            chosen, yes, no = response_of(condition), response_of(then), response_of(otherwise)
            return lambda values, dt: np.where(chosen(values, dt), yes(values, dt), no(values, dt))
        case Table(x=x, points=points):
            along = response_of(x)
            xs, ys = np.array(points).T
            return lambda values, dt: np.interp(along(values, dt), xs, ys)
        case Call(function="step" | "pulse" | "ramp" as function, args=args):
            inputs, shape = [response_of(arg) for arg in args], _SHAPES[function]
            return lambda values, dt: shape(values["time"], dt, *[f(values, dt) for f in inputs])
        case Call(function=function, args=args):
            inputs, compute = [response_of(arg) for arg in args], _FUNCTIONS[function]
            return lambda values, dt: compute(*[f(values, dt) for f in inputs])


def _two(compute: Callable[[Any, Any], Any], left: Node, right: Node) -> Response:
    one, other = response_of(left), response_of(right)
    return lambda values, dt: compute(one(values, dt), other(values, dt))


def _step(t: Array, dt: float, height: Any, at: Any) -> Any:
    return np.where(t >= at - dt * MOMENT, height, 0.0)


def _pulse(t: Array, dt: float, amount: Any, at: Any) -> Any:
    return np.where((t - at >= -MOMENT * dt) & (t - at < dt * (1 - MOMENT)), amount / dt, 0.0)


def _ramp(t: Array, dt: float, slope: Any, start: Any, stop: Any) -> Any:
    return np.where(stop > start, slope * (np.minimum(np.maximum(t, start), stop) - start), 0.0)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "**": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_SHAPES: dict[str, Callable[..., Any]] = {"step": _step, "pulse": _pulse, "ramp": _ramp}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": np.minimum,
    "max": np.maximum,
    "exp": np.exp,
    "ln": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "int": np.floor,
    "mod": np.mod,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
}
