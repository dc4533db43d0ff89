"""The promises of a model, checked on every run, and the sentences when one is broken."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import SimulationError
from flywheel_edu.language import Binary, Call, Name, Number, Table, text_of, walk
from flywheel_edu.model import Model, Quantity
from flywheel_edu.simulate.python_code import PythonProgram

# A stock that should stop at zero may miss it by rounding, as a share of its largest value.
ROUNDING = 1e-9


def promised(model: Model) -> Mapping[str, tuple[float, float]]:
    """The limits every run must keep, for the quantities that have any.

    Those are the ranges of stocks and computed quantities, zero for other stocks, and for
    unfolded stocks the bounds of what flows through them.
    """
    out: dict[str, tuple[float, float]] = {}
    for quantity in model.values():
        if quantity.kind in ("given", "data"):
            continue
        limits = model.bounds[quantity.name] if is_unfolded(quantity) else quantity.limits
        if limits != (-math.inf, math.inf):
            out[quantity.name] = limits
    return out


def check_promises(
    model: Model, time: NDArray[np.float64], column: Callable[[str], NDArray[np.float64]]
) -> None:
    """Stop with the first promise that a finished run broke.

    Parameters
    ----------
    model : Model
    time : array of shape (times,)
    column : function
        Gives the values of a quantity, shape (times,).

    Raises
    ------
    SimulationError
        Naming the quantity, the time, and what to try.
    """
    broken: list[tuple[int, str, float, float]] = []
    for name, (low, high) in promised(model).items():
        values = column(name)
        room = ROUNDING * max(1.0, float(np.max(np.abs(values))))
        outside = np.flatnonzero((values < low - room) | (values > high + room))
        if outside.size:
            first = int(outside[0])
            broken.append((first, name, float(values[first]), low))
    if broken:
        first, name, value, low = min(broken)
        raise _left(model, name, float(time[first]), value, low)


def _left(model: Model, name: str, time: float, value: float, low: float) -> SimulationError:
    quantity = model[name]
    when = f"at {model.clock.unit} {time:g}"
    below = quantity.kind == "stock" and quantity.range is None and value < 0
    if below and time == model.clock.start:
        return SimulationError(
            f"the stock '{name}' opens below zero",
            "open it at zero or above, or let it go below zero: in -inf .. inf",
            quantity=name,
            time=time,
        )
    if below:
        outflows = " or ".join(f"'{flow}'" for flow in quantity.outflows) or "its flows"
        return SimulationError(
            f"the stock '{name}' falls below zero {when}",
            f"limit {outflows} by what is there, take a smaller step, "
            f"or let it go below zero: in -inf .. inf",
            quantity=name,
            time=time,
        )
    if is_unfolded(quantity):
        owner = quantity.part_of or name
        return SimulationError(
            f"the delay in '{owner}' overshoots {when}",
            "take a step shorter than the time of the delay",
            quantity=owner,
            time=time,
        )
    low, high = quantity.limits
    return SimulationError(
        f"'{name}' is {value:g} {when}, outside its range {low:g} .. {high:g}",
        "widen the range, or look at what drives it there",
        quantity=name,
        time=time,
    )


def is_unfolded(quantity: Quantity) -> bool:
    """Whether this stock came of a ``smooth``, ``delay`` or ``init``, not of a stock's own line."""
    return quantity.kind == "stock" and bool(quantity.waits or quantity.part_of)


def explain(
    model: Model,
    program: PythonProgram,
    error: ArithmeticError | ValueError,
    givens: Mapping[str, float],
) -> SimulationError:
    """Why a printed line could not be computed, in the words of the model."""
    trace, line, local = error.__traceback__, 0, {}
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<model>" and trace.tb_lineno in program.owners:
            line, local = trace.tb_lineno, dict(trace.tb_frame.f_locals)
        trace = trace.tb_next
    name = program.owners.get(line, "")
    time = float(local.get("t", model.clock.start))
    values = _values(model, local, givens)
    what, hint = _reason(model, name, values, error)
    opening = line and "k" not in local and "s" not in local and model[name].kind == "stock"
    where = "at its start" if opening else f"at {model.clock.unit} {time:g}"
    return SimulationError(
        f"'{name}' cannot be computed {where}: {what}", hint, quantity=name, time=time
    )


def too_large(model: Model, name: str, time: float) -> SimulationError:
    """The sentence for a value that grew past what a number can hold."""
    return SimulationError(
        f"'{name}' grows beyond all bounds at {model.clock.unit} {time:g}",
        "look for a reinforcing loop without a limit, or a step that is too long",
        quantity=name,
        time=time,
    )


def _values(
    model: Model, local: Mapping[str, object], givens: Mapping[str, float]
) -> dict[str, float]:
    from flywheel_edu.simulate.plan import plan_of

    slots = plan_of(model).slots
    values = dict(givens)
    for name, slot in slots.items():
        found = local.get(slot)
        if isinstance(found, float):
            values[name] = found
    return values


def _reason(
    model: Model, name: str, values: Mapping[str, float], error: ArithmeticError | ValueError
) -> tuple[str, str]:
    """What went wrong in an equation, and what to try: found by looking at its parts."""
    if name in model:
        for node in walk(model[name].equation):
            match node:
                case Binary(op="/", right=below) if _worth(below, values) == 0:
                    return (
                        f"it divides by '{text_of(below)}', which is 0",
                        f"keep it above zero, such as max({text_of(below)}, something small), "
                        "or write what should happen then: a if x > y else b",
                    )
                case Call(function="mod", args=(_, below)) if _worth(below, values) == 0:
                    return (f"it divides by '{text_of(below)}', which is 0", "keep it above zero")
                case Call(function="ln" | "log10" as function, args=(x,)):
                    if (value := _worth(x, values)) is not None and value <= 0:
                        return (
                            f"{function} of '{text_of(x)}', which is {value:g}",
                            "a logarithm needs a value above zero",
                        )
                case Call(function="sqrt", args=(x,)):
                    if (value := _worth(x, values)) is not None and value < 0:
                        return (
                            f"the square root of '{text_of(x)}', which is {value:g}",
                            "a square root needs a value at or above zero",
                        )
                case Call(function="arcsin" | "arccos" as function, args=(x,)):
                    if (value := _worth(x, values)) is not None and abs(value) > 1:
                        return (
                            f"{function} of '{text_of(x)}', which is {value:g}",
                            "it needs a value between -1 and 1",
                        )
                case Binary(op="**", left=base, right=power) if isinstance(error, ValueError):
                    low = _worth(base, values)
                    if low is not None and low <= 0:
                        return (
                            f"'{text_of(base)}', which is {low:g}, to the power of "
                            f"'{text_of(power)}'",
                            "such a power needs a base above zero",
                        )
    if isinstance(error, OverflowError):
        return (
            "the result is too large",
            "look for a reinforcing loop without a limit, or a step that is too long",
        )
    if isinstance(error, ZeroDivisionError):
        return ("it divides by 0", "keep what it divides by above zero")
    return ("it has no value there", "look at the values that go into it")


def _worth(node: object, values: Mapping[str, float]) -> float | None:
    """The value of a small expression, if it can be told without computing much."""
    match node:
        case Number(value=value):
            return value
        case Name(name=name):
            return values.get(name)
        case Binary(op="+" | "-" | "*" as op, left=left, right=right):
            a, b = _worth(left, values), _worth(right, values)
            if a is None or b is None:
                return None
            return a + b if op == "+" else a - b if op == "-" else a * b
        case Binary(op="/", left=left, right=right):
            a, b = _worth(left, values), _worth(right, values)
            return None if a is None or not b else a / b
        case Call(function="min" | "max" as function, args=(left, right)):
            a, b = _worth(left, values), _worth(right, values)
            if a is None or b is None:
                return None
            return min(a, b) if function == "min" else max(a, b)
        case Table():
            return None
    return None
