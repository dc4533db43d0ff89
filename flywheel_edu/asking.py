"""What a public function says in words when it is asked with an argument that it does not have."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flywheel_edu.errors import FlywheelError, closest

Taken = ParamSpec("Taken")
Given = TypeVar("Given")
# What other libraries and programs call the arguments of ours.
_HABITS = {
    "step": ("dt", "timestep", "time_step", "delta_t"),
    "until": ("stop", "end", "final_time", "horizon", "t_end", "t_max", "tmax", "duration", "to"),
    "start_from": ("initial", "init", "initial_condition", "stocks", "opening", "y0"),
    "colours": ("colors", "color", "colour", "palette", "c"),
    "figsize": ("size", "fig_size", "figure_size"),
    "ax": ("axes", "axis"),
    "font": ("fontname", "fontfamily", "font_family", "family"),
    "layout": ("pos", "positions", "places"),
    "log": ("logy", "log_y", "yscale", "log_scale"),
    "seed": ("random_state", "rng", "random_seed"),
    "title": ("heading", "name", "label"),
}


def answering(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """The function, which answers a call that does not fit it in words and not as a TypeError."""

    @wraps(function)
    def asked(*args: Taken.args, **named: Taken.kwargs) -> Given:
        try:
            return function(*args, **named)
        except TypeError as problem:
            if problem.__traceback__ is None or problem.__traceback__.tb_next is not None:
                raise  # it comes from within
            raise FlywheelError(_refusal(function, args, named)) from None

    return asked


def _refusal(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> str:
    called, taken = function.__name__, inspect.signature(function).parameters
    args = args[1:] if "self" in taken else args
    own = [name for name in taken if name != "self"]
    placed = [name for name in own if taken[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    strange = next((name for name in named if name not in own), "")
    if strange:
        value = str(named[strange])[:60]
        habit = next((ours for ours in own if strange in _HABITS.get(ours, ())), "")
        ask = "" if "self" in taken else f"{', '.join(own[:1])}, "
        hint = f"write: {called}({ask}{habit}={value})" if habit else closest(strange, own)
        if not hint and called == "simulate" and isinstance(named[strange], int | float):
            hint = f"for a given, write: simulate(model.change({strange}={value}))"
        hint = hint or f"it takes: {', '.join(own) or 'nothing'}"
        return f"{called} takes no '{strange}'\n  hint: {hint}"
    if len(args) > len(placed):
        more = ", ".join(f"{name}=..." for name in own if name not in placed)
        things = f"{len(placed)} thing{'s' * (len(placed) != 1)}"
        told = f"{called} takes {things} without a name, not {len(args)}"
        return f"{told}\n  hint: name the others: {more}" if more else told
    missing = [name for name in placed[len(args) :] if taken[name].default is inspect._empty]
    missing = [name for name in missing if name not in named]
    if missing:
        return (
            f"{called} needs {' and '.join(missing)}\n  hint: write: {called}({', '.join(placed)})"
        )
    return f"{called} was given '{next(iter(named))}' twice"
