"""Why an equation could not be computed: found by looking at its parts, told in its words."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from traceback import walk_tb

from flywheel_edu.errors import SimulationError
from flywheel_edu.language import KNOWN, Engines, definition_of, text_of, tree, walk
from flywheel_edu.model import Model
from flywheel_edu.simulate.print_python import PythonProgram
from flywheel_edu.simulate.slots import Plan

TOO_LARGE = "look for a reinforcing loop without a limit, or a step that is too long"
# What is said where no part tells: by the kind of the error.
UNTOLD = {
    "overflow": ("the result is too large", TOO_LARGE),
    "zero division": ("it divides by 0", "keep what it divides by above zero"),
    "value": ("it has no value there", "look at the values that go into it"),
}
HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, "==": operator.eq}


@dataclass(frozen=True)
class Suspect:
    """A part of an equation that an operation may refuse."""

    part: tree.Expression
    when: tuple[tuple[str, float], ...]  # refused where one of these comparisons holds of its value
    what: str  # the sentence, with {} for the value
    hint: str
    only: str = ""  # the kind of error it explains; empty for any


def suspects_in(equation: tree.Expression) -> Iterator[Suspect]:
    """The parts of an equation that could be the reason, in the order they are written."""
    for node in walk(equation):
        match node:
            case tree.Binary(op="/", right=part):
                yield _divisor(part)
            case tree.Binary(op="**", left=part, right=power):
                yield Suspect(
                    part,
                    (("<=", 0.0),),
                    f"'{text_of(part)}', which is {{}}, to the power of '{text_of(power)}'",
                    "such a power needs a base above zero",
                    "value",
                )
            case tree.Call(function=function, args=args):
                row = KNOWN[function]
                if isinstance(row.how, Engines) and (told := row.how.refusal):
                    what = f"{told.called} '{text_of(args[0])}', which is {{}}"
                    yield Suspect(args[0], told.when, what, told.hint)
                named = dict(zip(row.arguments, args, strict=True))
                for _, defined in definition_of(function):
                    for inner in walk(defined):
                        match inner:
                            case tree.Binary(op="/", right=tree.Name(name=name)) if name in named:
                                yield _divisor(named[name])
                            case tree.Call(function="mod", args=(_, tree.Name(name=name))) if (
                                name in named
                            ):
                                yield _divisor(named[name])


def _divisor(part: tree.Expression) -> Suspect:
    text = text_of(part)
    return Suspect(
        part,
        (("==", 0.0),),
        f"it divides by '{text}', which is 0",
        f"keep it above zero, such as max({text}, something small), "
        "or write what should happen then: a if x > y else b",
    )


def explain(
    model: Model, plan: Plan, program: PythonProgram, error: ArithmeticError | ValueError
) -> tuple[SimulationError, tuple[float, ...] | None]:
    """Why a printed line could not be computed, and the stocks as they stood then.

    No stocks if the line was of an opening value.
    """
    line, where, local = 0, "", {}
    for frame, number in walk_tb(error.__traceback__):
        if frame.f_code.co_filename == "<model>" and number in program.owners:
            line, where, local = number, frame.f_code.co_name, dict(frame.f_locals)
    name = program.owners.get(line, "")
    time = float(local.get("t", model.clock.start))
    values = dict(model.given_values)
    for each, slot in plan.slots.items():
        if isinstance(found := local.get(slot), float):
            values[each] = found
    what, hint = _reason(plan.equations.get(name), values, error)
    opening = where == "openings"
    when = "at its start" if opening and name in plan.stocks else f"at {model.clock.unit} {time:g}"
    told = SimulationError(
        f"'{name}' cannot be computed {when}: {what}", hint, quantity=name, time=time
    )
    return told, None if opening else tuple(values[stock] for stock in plan.stocks)


def too_large(model: Model, name: str, time: float) -> SimulationError:
    """The sentence for a value that grew past what a number can hold."""
    return SimulationError(
        f"'{name}' grows beyond all bounds at {model.clock.unit} {time:g}",
        TOO_LARGE,
        quantity=name,
        time=time,
    )


def _reason(
    equation: tree.Expression | None,
    values: Mapping[str, float],
    error: ArithmeticError | ValueError,
) -> tuple[str, str]:
    zero = isinstance(error, ZeroDivisionError)
    over = isinstance(error, OverflowError)
    kind = "zero division" if zero else "overflow" if over else "value"
    for suspect in suspects_in(equation) if equation is not None else ():
        value = _worth(suspect.part, values)
        if value is None or suspect.only not in ("", kind):
            continue
        if any(HOLDS[sign](value, limit) for sign, limit in suspect.when):
            return suspect.what.format(f"{value:g}"), suspect.hint
    return UNTOLD[kind]


def joined(node: tree.Node) -> tuple[str, tree.Node, tree.Node] | None:
    """How a part is put together of two, if that is quickly told."""
    match node:
        case tree.Minus(operand=operand):
            return "-", tree.Number(0.0), operand
        case tree.Binary(op="+" | "-" | "*" | "/" as how, left=left, right=right):
            return how, left, right
        case tree.Call(function="min" | "max" as how, args=(left, right)):
            return how, left, right
    return None


_JOINED: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else None,
    "min": min,
    "max": max,
}


def _worth(node: tree.Node, values: Mapping[str, float]) -> float | None:
    """The value of a small expression, if it can be told without computing much."""
    match node:
        case tree.Number(value=value):
            return value
        case tree.Name(name=name):
            return values.get(name)
    if (found := joined(node)) is None:
        return None
    how, *sides = found
    a, b = (_worth(side, values) for side in sides)
    if a is None or b is None:
        return None
    return _JOINED[how](a, b)
