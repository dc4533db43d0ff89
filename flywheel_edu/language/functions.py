"""The functions an equation may call.

One entry holds what the units check, the arrows' signs and the engines ask of a function, so that
they cannot be taught different things. How each engine computes one stands with that engine.
"""

from __future__ import annotations

from dataclasses import dataclass

Sign = int | None  # 1 rises, -1 falls, 0 does not respond, None not settled


@dataclass(frozen=True)
class Function:
    """What is known of one function of the language.

    Attributes
    ----------
    arguments : tuple of str
        What each argument is; their number is the function's arity.
    units : str
        ``same``: all arguments and the result have one unit. ``plain``: pure numbers in and out.
        ``keep``: any unit, and the result has it. ``last_is_time``: the result has the first
        argument's unit, the second is a length of time. ``step``, ``pulse``, ``ramp``: as named.
    slopes : tuple of Sign
        The sign of the result's response to each argument, where it holds everywhere.
    meaning : str
        One line for the reader of a model.
    """

    name: str
    arguments: tuple[str, ...]
    units: str
    slopes: tuple[Sign, ...]
    meaning: str


FUNCTIONS: dict[str, Function] = {
    f.name: f
    for f in (
        Function("min", ("a", "b"), "same", (1, 1), "the smaller of two values"),
        Function("max", ("a", "b"), "same", (1, 1), "the larger of two values"),
        Function("exp", ("x",), "plain", (1,), "e to the power of x"),
        Function("ln", ("x",), "plain", (1,), "the natural logarithm of x"),
        Function("log10", ("x",), "plain", (1,), "the logarithm of x to base 10"),
        Function("sqrt", ("x",), "root", (1,), "the square root of x"),
        Function("abs", ("x",), "keep", (None,), "x without its sign"),
        Function("int", ("x",), "keep", (1,), "the largest whole number not above x"),
        Function("mod", ("a", "b"), "same", (None, None), "what is left of a after whole b's"),
        Function("sin", ("x",), "plain", (None,), "the sine of x radians"),
        Function("cos", ("x",), "plain", (None,), "the cosine of x radians"),
        Function("tan", ("x",), "plain", (None,), "the tangent of x radians"),
        Function("arcsin", ("x",), "plain", (1,), "the angle whose sine is x"),
        Function("arccos", ("x",), "plain", (-1,), "the angle whose cosine is x"),
        Function("arctan", ("x",), "plain", (1,), "the angle whose tangent is x"),
        Function("step", ("height", "at"), "step", (1, None), "0 before a time, then height"),
        Function("pulse", ("amount", "at"), "pulse", (1, None), "an amount let in at one time"),
        Function("ramp", ("slope", "start", "stop"), "ramp", (1, None, None), "a rise over a time"),
    )
}

# These are not computed: the model unfolds each into stocks and flows one can see.
UNFOLDED: dict[str, Function] = {
    f.name: f
    for f in (
        Function("smooth", ("x", "over"), "last_is_time", (1, None), "x as it is noticed later"),
        Function("smooth3", ("x", "over"), "last_is_time", (1, None), "smooth in three steps"),
        Function("delay", ("x", "by"), "last_is_time", (1, None), "x as it comes out of a queue"),
        Function("delay3", ("x", "by"), "last_is_time", (1, None), "delay in three steps"),
        Function("pipeline", ("x", "by"), "last_is_time", (1, None), "x as it was, so long ago"),
        Function("init", ("x",), "keep", (0,), "x as it was at the start"),
    )
}

KNOWN = FUNCTIONS | UNFOLDED
CONSTANTS = {"pi": 3.141592653589793}
