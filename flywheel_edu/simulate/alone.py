"""One run by machine code, with the numbers of Python to the last bit."""

from __future__ import annotations

import contextlib
import math
import threading

import numpy as np
from numpy.typing import NDArray

from ..model import Model
from .engines import QUICK, SLOW, python_seconds
from .machine import Kernel, compile_kernel, kernel_text, machine
from .plan import plan_of
from .promises import ROUNDING
from .tape import tape_of
from .watch import ANY, limits_of, watched_of


def run_alone(model: Model, method: str, engine: str) -> NDArray[np.float64] | None:
    """All stocks and computed quantities of one run, shape (quantities, times), by machine code.

    None if Python is to do it: it is quick enough, the code is not made yet, or something in the
    run needs Python's judgement.
    """
    if engine == "python":
        return None
    kernel = _kernel_for_one(model, method, wait=engine == "machine")
    if kernel is None:
        return None
    rows, times, given = len(plan_of(model).names), model.clock.steps + 1, model.given_values
    watched = watched_of(model)
    # One piece of memory for all: what is kept, then the givens, the extremes, and what was lost.
    memory = np.empty(rows * times + len(given) + 2 * len(watched) + 1)
    out_at = memory.ctypes.data
    givens_at = out_at + 8 * rows * times
    lows_at = givens_at + 8 * len(given)
    highs_at = lows_at + 8 * len(watched)
    lost_at = highs_at + 8 * len(watched)
    beyond = memory[rows * times :]
    beyond[: len(given)] = list(given.values())
    kernel.call(
        givens_at, 1, 1, _every_moment(model), times, out_at, times, 1, lows_at, highs_at, lost_at
    )
    *extremes, lost = beyond[len(given) :].tolist()
    limits = limits_of(model)
    doubtful = not math.isfinite(lost) or any(
        _outside(low, high, *limits.get(name, ANY))
        for (name, _, _), low, high in zip(
            watched, extremes, extremes[len(watched) :], strict=False
        )
    )
    return None if doubtful else memory[: rows * times].reshape(rows, times)


def _outside(low: float, high: float, least: float, most: float) -> bool:
    # No more room than the check in Python gives: that one knows the largest value of the run. A
    # side that is not watched holds any number, and has no limit to be outside of.
    below = low < least - ROUNDING * max(1.0, abs(low))
    return below or high > most + ROUNDING * max(1.0, abs(high))


def _every_moment(model: Model) -> int:
    """Where the list of slots stands that keeps every moment of a run."""
    cache = model.structure.cache
    if "every moment" not in cache:
        slots = np.arange(model.clock.steps + 1, dtype=np.int64)
        cache["every moment"] = (slots.ctypes.data, slots)
    address: int = cache["every moment"][0]
    return address


def _kernel_for_one(model: Model, method: str, wait: bool) -> Kernel | None:
    """The kernel of single runs, if it is there or worth waiting for.

    The first run of a model goes through Python at once; the second starts the compiler beside it.
    """
    cache = model.structure.cache
    key = f"kernel alone {method}"
    if key in cache:
        found: Kernel | None = cache[key]
        if found is not None or not wait:
            return found
    cost = python_seconds(model, method)
    if not wait and cost < SLOW:
        if cost > QUICK and cache.setdefault(f"seen {key}", False):
            cache[key] = None  # until it is made
            with contextlib.suppress(RuntimeError):  # where no thread may start, Python carries on
                threading.Thread(target=_compile_beside, args=(model, method, key)).start()
        cache[f"seen {key}"] = True
        return None
    _compile_for_one(model, method, key)
    kernel: Kernel | None = cache[key]
    return kernel


def _compile_beside(model: Model, method: str, key: str) -> None:
    # What LLVM refuses here is refused again, and said, when machine code is asked for by name;
    # until then Python carries on.
    with contextlib.suppress(RuntimeError):
        _compile_for_one(model, method, key)


def _compile_for_one(model: Model, method: str, key: str) -> None:
    kernel = None
    if machine() is not None:
        text = kernel_text(
            tape_of(model),
            width=1,
            exact=True,
            method=method,
            kept=plan_of(model).names,
            watched=watched_of(model),
        )
        kernel = compile_kernel(text, 1)
    model.structure.cache[key] = kernel
