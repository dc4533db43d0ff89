"""Which engine computes, and how one block of scenarios is run by it.

Whatever runs, Python has the last word: a scenario in which a value was lost, or a promise seems
broken, is run again in Python, which raises the error with its sentence, or gives the numbers if
nothing is wrong after all.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FlywheelError
from ..model import Model
from .machine import Kernel, compile_kernel, kernel_text, machine
from .numpy_code import BLOCK, numpy_block
from .plan import plan_of
from .promises import ROUNDING, is_unfolded, promised
from .tape import tape_of

Floats = NDArray[np.float64]
# What a single run and a sweep can be asked to be computed by.
ALONE = ("auto", "python", "machine")
TOGETHER = ("auto", "python", "numpy", "machine")

# What one quantity costs in Python at one moment, and to compile, roughly; only the choice of
# engine rests on it.
PYTHON_COST = 6e-8  # seconds
COMPILE_COST = 1.5e-3  # seconds
# A model that takes less in Python is not worth compiling, and one that takes more is not worth
# running in Python even once.
QUICK, SLOW = 1e-3, 0.25  # seconds


def python_seconds(model: Model, method: str) -> float:
    """What a run costs in Python, roughly, in seconds."""
    looks = 4 if method == "rk4" else 1
    return PYTHON_COST * len(plan_of(model).names) * looks * (model.clock.steps + 1)


def check_engine(engine: str, known: tuple[str, ...]) -> None:
    """Refuse an engine that is not known, or not to be had on this computer.

    Raises
    ------
    FlywheelError
    """
    if engine not in known:
        raise FlywheelError(
            f"there is no engine '{engine}'\n  hint: the engines are: {', '.join(known)}"
        )
    if engine == "machine" and machine() is None:
        raise FlywheelError(
            "there is no machine code on this computer: llvmlite is missing, or does not know "
            "its processor\n  hint: engine='auto' takes NumPy and Python instead"
        )


# -- one run


def run_alone(model: Model, method: str, engine: str) -> Floats | None:
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
        _outside(low, high, limits.get(name, _ANY))
        for (name, _, _), low, high in zip(
            watched, extremes, extremes[len(watched) :], strict=False
        )
    )
    return None if doubtful else memory[: rows * times].reshape(rows, times)


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


# -- promises, as the engines watch them


_ANY = (-math.inf, math.inf)


def watched_of(model: Model) -> tuple[tuple[str, bool, bool], ...]:
    """The quantities with a promise, and whether to watch their lowest and highest values."""
    cache = model.structure.cache
    if "watched" not in cache:
        watched = []
        for name in plan_of(model).names:
            quantity = model[name]
            low, high = _ANY if quantity.kind == "data" else quantity.limits
            if is_unfolded(quantity):
                watched.append((name, True, True))
            elif (low, high) != _ANY:
                watched.append((name, low > -math.inf, high < math.inf))
        cache["watched"] = tuple(watched)
    found: tuple[tuple[str, bool, bool], ...] = cache["watched"]
    return found


def limits_of(model: Model) -> Mapping[str, tuple[float, float]]:
    """What `promised` says, kept for all models whose givens have the same signs.

    The limits of unfolded stocks follow from the ranges of the givens and, for those without a
    range, from their signs; from nothing else about their numbers.
    """
    cache = model.structure.cache
    unranged = cache.get("unranged")
    if unranged is None:
        unfolded = any(is_unfolded(model[name]) for name in model.stocks)
        givens = model.givens if unfolded else ()
        unranged = cache["unranged"] = tuple(n for n in givens if model[n].range is None)
    signs: tuple[int, ...] = ()
    if unranged:
        values = model.given_values
        signs = tuple((values[n] > 0) - (values[n] < 0) for n in unranged)
    key = f"limits {signs}"
    if key not in cache:
        cache[key] = promised(model)
    limits: Mapping[str, tuple[float, float]] = cache[key]
    return limits


def _outside(low: float, high: float, limits: tuple[float, float]) -> bool:
    # No more room than the check in Python gives: that one knows the largest value of the run.
    room = ROUNDING * max(1.0, abs(low) if low > -math.inf else 1.0)
    return low < limits[0] - room or high > limits[1] + ROUNDING * max(1.0, abs(high))


# -- a block of scenarios


class Stopped(Exception):
    """The sweep was broken off."""


class Block:
    """Runs blocks of scenarios of one model by one engine.

    Parameters
    ----------
    model : Model
        Its own numbers stand for the givens that the scenarios do not vary.
    method : "euler" or "rk4"
    engine : "numpy" or "machine"
    kept : tuple of str
        The stocks and computed quantities to keep.
    slots : array of int, shape (times,)
        For each moment its row in what is kept, or -1.
    """

    def __init__(
        self,
        model: Model,
        method: str,
        engine: str,
        kept: tuple[str, ...],
        slots: NDArray[np.int64],
    ) -> None:
        self.model, self.method, self.engine = model, method, engine
        self.kept, self.slots = kept, slots
        self.moments = int(slots.max()) + 1
        self.watched = watched_of(model)
        self.stopped = threading.Event()
        self._kernel = self._compiled() if engine == "machine" else None

    def size(self, scenarios: int, threads: int, room: float) -> int:
        """How many scenarios a block should hold: all threads at work, within ``room`` of them."""
        each = -(-scenarios // threads)
        if self._kernel is None:
            # Below half a block, threads wait for Python more than they compute.
            return int(max(1, min(max(each, BLOCK // 2), BLOCK, room)))
        width = self._kernel.width
        most = max(1, min(16 * width, int(room)) // width)
        return width * min(most, -(-each // width))

    def run(self, givens: Floats, out: Floats) -> NDArray[np.bool_]:
        """Run the scenarios of one block.

        Parameters
        ----------
        givens : array of shape (givens, scenarios)
        out : array of shape (kept, moments, scenarios)
            Takes the values; rows may lie apart, numbers in a row may not.

        Returns
        -------
        array of bool, shape (scenarios,)
            Where a value was lost or a limit seems to be left: Python has to look at these.
        """
        if self.stopped.is_set():
            raise Stopped
        lows = np.full((len(self.watched), givens.shape[1]), np.inf)
        highs = -lows
        if self._kernel is None:
            lost = self._run_numpy(givens, out, lows, highs)
        else:
            lost = self._run_kernel(self._kernel, givens, out, lows, highs)
        return lost | self._doubtful(givens, lows, highs)

    def _compiled(self) -> Kernel:
        cache, here = self.model.structure.cache, machine()
        assert here is not None
        key = f"kernel {self.method} {' '.join(self.kept)}"
        if key not in cache:
            text = kernel_text(
                tape_of(self.model),
                width=here.width,
                exact=False,
                method=self.method,
                kept=self.kept,
                watched=self.watched,
            )
            cache[key] = compile_kernel(text, here.width)
        kernel: Kernel = cache[key]
        return kernel

    def _run_kernel(
        self, kernel: Kernel, givens: Floats, out: Floats, lows: Floats, highs: Floats
    ) -> NDArray[np.bool_]:
        count, width = givens.shape[1], kernel.width
        whole = count - count % width
        lost = np.zeros(count)
        if whole:
            self._call(kernel, givens, whole, out, lows, highs, lost)
        if whole < count:
            # The last few stand in a block of their own, filled up with the last of them.
            rest = slice(whole, count)
            padded = np.repeat(givens[:, -1:], width, axis=1)
            padded[:, : count - whole] = givens[:, rest]
            held = np.empty((len(self.kept), self.moments, width))
            low, high = (np.empty((len(self.watched), width)) for _ in range(2))
            lone = np.zeros(width)
            self._call(kernel, padded, width, held, low, high, lone)
            few = count - whole
            out[:, :, rest] = held[:, :, :few]
            lows[:, rest], highs[:, rest] = low[:, :few], high[:, :few]
            lost[rest] = lone[:few]
        return ~np.isfinite(lost)

    def _call(
        self,
        kernel: Kernel,
        givens: Floats,
        count: int,
        out: Floats,
        lows: Floats,
        highs: Floats,
        lost: Floats,
    ) -> None:
        layer, pitch = (stride // out.itemsize for stride in out.strides[:2])
        kernel.call(
            givens.ctypes.data, givens.shape[1], count, self.slots.ctypes.data, len(self.slots),
            out.ctypes.data, layer, pitch, lows.ctypes.data, highs.ctypes.data,
            lost.ctypes.data,
        )  # fmt: skip

    def _run_numpy(
        self, givens: Floats, out: Floats, lows: Floats, highs: Floats
    ) -> NDArray[np.bool_]:
        names = tuple(dict.fromkeys((*self.kept, *(name for name, _, _ in self.watched))))
        rows = [names.index(name) for name in self.kept]
        sides = [(names.index(name), low, high) for name, low, high in self.watched]

        def keep(k: int, values: Sequence[Floats | float]) -> None:
            if self.stopped.is_set():
                raise Stopped
            slot = self.slots[k]
            if slot >= 0:
                for number, row in enumerate(rows):
                    out[number, slot] = values[row]
            for number, (row, low, high) in enumerate(sides):
                if low:
                    np.minimum(lows[number], values[row], out=lows[number])
                if high:
                    np.maximum(highs[number], values[row], out=highs[number])

        return numpy_block(self.model, self.method, givens, names, keep)

    def _doubtful(self, givens: Floats, lows: Floats, highs: Floats) -> NDArray[np.bool_]:
        doubtful = np.zeros(givens.shape[1], dtype=bool)
        for scenarios, limits in self._limits(givens):
            for number, (name, low, high) in enumerate(self.watched):
                least, most = limits.get(name, _ANY)
                if low:
                    seen = lows[number, scenarios]
                    room = ROUNDING * np.maximum(1.0, np.abs(seen))
                    doubtful[scenarios] |= seen < least - room
                if high:
                    seen = highs[number, scenarios]
                    room = ROUNDING * np.maximum(1.0, np.abs(seen))
                    doubtful[scenarios] |= seen > most + room
        return doubtful

    def _limits(self, givens: Floats) -> list[tuple[Any, Mapping[str, tuple[float, float]]]]:
        """The limits, for each group of scenarios that shares them."""
        own = limits_of(self.model)
        unranged = self.model.structure.cache["unranged"]
        names = self.model.givens
        rows = [i for i, name in enumerate(names) if name in unranged]
        signs = np.sign(givens[rows])
        if not rows or (signs == signs[:, :1]).all():
            if not rows or not givens.shape[1]:
                return [(slice(None), own)]
            return [(slice(None), self._limits_at(givens[:, 0], rows))]
        groups, which = np.unique(signs, axis=1, return_inverse=True)
        found: list[tuple[Any, Mapping[str, tuple[float, float]]]] = []
        for group in range(groups.shape[1]):
            scenarios = np.flatnonzero(which.ravel() == group)
            found.append((scenarios, self._limits_at(givens[:, scenarios[0]], rows)))
        return found

    def _limits_at(self, column: Floats, rows: list[int]) -> Mapping[str, tuple[float, float]]:
        names = self.model.givens
        return limits_of(self.model.change(**{names[i]: float(column[i]) for i in rows}))


def choose(model: Model, method: str, scenarios: int) -> str:
    """The engine for a sweep: by the work it is, so that the same sweep gives the same numbers."""
    preparing = COMPILE_COST * len(plan_of(model).names)
    if scenarios * python_seconds(model, method) < preparing:
        return "python"
    return "numpy" if machine() is None else "machine"
