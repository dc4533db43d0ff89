"""What a public function says in words when a call does not fit it, or names no file."""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import wraps
from numbers import Real
from pathlib import Path
from types import FunctionType
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import FileError, FlywheelError, NoFile, closest, notice
from flywheel_edu.files import course_file

Taken = ParamSpec("Taken")
Given = TypeVar("Given")
Kind = TypeVar("Kind", bound=type)
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
# What does here what an argument does elsewhere.
_INSTEAD = {"dpi": "for print, save it as .pdf or .svg: sharp at every size"}
_WANTED = {"str": "one name", "float": "one number", "int": "one whole number"}


def one_number(value: Any) -> float | None:
    """A number that a reader wrote, of whatever kind; None if it is a text, true, or no number."""
    given = value.item() if getattr(value, "ndim", None) == 0 else value
    if isinstance(given, bool) or not isinstance(given, Real | Decimal):
        return None
    try:
        return float(given)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def numbers(values: Any) -> NDArray[np.float64] | None:
    """The same of a list, a column or an array, in its shape; None if one of them is no number."""
    array = np.asarray(values, None if hasattr(values, "dtype") else object)
    if array.dtype.kind not in "iuf":
        found = [one_number(each) for each in array.flat]
        if None in found:
            return None
        array = np.array(found).reshape(array.shape)
    return array.astype(np.float64)


def answering(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """The function, which answers a call that does not fit it in words and not as a TypeError."""

    @wraps(function)
    def asked(*args: Taken.args, **named: Taken.kwargs) -> Given:
        try:
            return function(*args, **named)
        except (TypeError, AttributeError) as problem:
            if problem.__traceback__ is None or problem.__traceback__.tb_next is not None:
                if said := _misfit(function, args, named):
                    raise FlywheelError(said) from None
                raise  # it comes from within
            raise FlywheelError(_refusal(function, args, named)) from None
        except OSError as problem:
            paths = [Path(it) for it in (*args, *named.values()) if isinstance(it, str | Path)]
            if isinstance(problem, FlywheelError) or Path(problem.filename or "") not in paths:
                raise
            kind = NoFile if isinstance(problem, FileNotFoundError) else FileError
            doing = "written" if function.__name__ == "save" else "read"
            told, hint = no_file(Path(problem.filename), problem, doing=doing)
            hint = hint or f"what was looked in is {Path(problem.filename).parent.resolve()}"
            raise kind(f"{told}\n  hint: {hint}") from None

    return asked


def answers(kind: Kind) -> Kind:
    """The class, each public method of which is `answering`, as is the setting of an item."""
    for name, thing in list(vars(kind).items()):
        bare = thing.__func__ if isinstance(thing, classmethod | staticmethod) else thing
        if isinstance(bare, FunctionType) and (name == "__init__" or name[0] != "_"):
            made = answering(bare)
            setattr(kind, name, made if bare is thing else type(thing)(made))
    if issubclass(kind, Mapping) and not hasattr(kind, "__setitem__"):
        cast(Any, kind).__setitem__ = _not_set
    return kind


def _not_set(self: object, name: object, value: object) -> None:
    raise FlywheelError(
        f"a {type(self).__name__.lower()} does not change, and its {name!r} is not set\n"
        "  hint: change the model and run that: model.change(name=1)"
    )


def readers_file(path: str | os.PathLike[str]) -> Path:
    """The file; where there is none, the course's own of that name, and that is said."""
    found = course_file(path)
    if found != Path(path):
        notice(f"there is no '{path}' here: what is read is the course's own, {found}")
    return found


def no_file(
    path: Path, problem: OSError | ValueError, kinds: Collection[str] = (), doing: str = "read"
) -> tuple[str, str]:
    """Why a file cannot be read or written, and what to try: which of these kinds are there."""
    folder = path.parent
    if isinstance(problem, FileNotFoundError) and not folder.is_dir():
        made = f"make it first: Path('{folder}').mkdir(parents=True)"
        return f"there is no folder '{folder}'", made if doing == "written" else ""
    if isinstance(problem, FileNotFoundError):
        several = path.suffix in kinds
        known = kinds if several else (path.suffix,)
        there = sorted(each.name for each in folder.iterdir() if each.suffix in known)
        what = "models" if several else f"{path.suffix} files"
        listed = f"{what} in that folder: {', '.join(there[:8])}" if there else ""
        return f"there is no file '{path}'", closest(path.name, there) or listed
    nameless = "\0" in str(path) or isinstance(problem, UnicodeEncodeError)
    reason = "its name is not a file's name" if nameless else getattr(problem, "strerror", "")
    reason = "it is a folder" if isinstance(problem, IsADirectoryError) else reason or str(problem)
    return f"the file '{path}' cannot be {doing}: {reason[:1].lower()}{reason[1:]}", ""


def _misfit(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Which argument is no name or no number where its type says that one is wanted."""
    for name, given in inspect.signature(function).bind(*args, **named).arguments.items():
        kind = str(function.__annotations__.get(name, "")).removesuffix(" | None")
        fits = isinstance(given, str) if kind == "str" else one_number(given) is not None
        if kind in _WANTED and given is not None and not fits:
            first = given[0] if isinstance(given, list | tuple) and len(given) else ...
            one = repr(first) if isinstance(first, str if kind == "str" else int | float) else "..."
            return (
                f"{function.__name__} takes {_WANTED[kind]} as '{name}', not {str(given)[:40]}\n"
                f"  hint: write: {name}={one}"
            )
    return ""


def _refusal(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> str:
    called, taken = function.__name__, inspect.signature(function).parameters
    bound = next(iter(taken), "") in ("self", "cls")
    if called == "__init__":
        called = function.__qualname__.split(".")[-2]
    args = args[1:] if bound else args
    own = [name for name in taken if name not in ("self", "cls")]
    placed = [name for name in own if taken[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    strange = next((name for name in named if name not in own), "")
    if strange:
        value = str(named[strange])[:60]
        habit = next((ours for ours in own if strange in _HABITS.get(ours, ())), "")
        ask = "" if bound else f"{', '.join(own[:1])}, "
        hint = f"write: {called}({ask}{habit}={value})" if habit else closest(strange, own)
        hint = hint or _INSTEAD.get(strange, "")
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
