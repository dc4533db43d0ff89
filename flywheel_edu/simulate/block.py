"""A block of scenarios, run side by side by NumPy or by machine code."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.language import ANY
from flywheel_edu.simulate.machine import Kernel, machine
from flywheel_edu.simulate.prepared import Prepared
from flywheel_edu.simulate.promises import Limits, seem_outside
from flywheel_edu.simulate.run_javascript import Script
from flywheel_edu.simulate.scenarios import Floats, Work

# Scenarios in one block of NumPy's: enough that an operation takes longer than Python's call of it.
BLOCK = 16384
# Moments of all scenarios together, below which they run in less time than good code takes to make.
FEW = 500_000


class Stopped(Exception):
    """The sweep was broken off."""


class Block:
    """Runs blocks of scenarios of a work by "numpy" or "machine"."""

    def __init__(self, work: Work) -> None:
        self.ready, self.model, self.method = work.ready, work.model, work.method
        self.kept, self.slots = work.kept, work.slots
        self.moments = int(work.slots.max()) + 1
        self.watched = self.ready.watched
        self.stopped, self._explains = threading.Event(), work.explains
        quick = work.count * len(self.ready.time) < FEW
        self._kernel = self._compiled(quick) if work.engine == "machine" else None

    def size(self, scenarios: int, threads: int, room: float) -> int:
        """How many scenarios a block should hold: all threads at work, within ``room`` of them."""
        each = -(-scenarios // threads)
        if self._kernel is None:
            # Below half a block, threads wait for Python more than they compute.
            return int(max(1, min(max(each, BLOCK // 2), BLOCK, room)))
        width = self._kernel.width
        most = max(1, min(32 * width, int(room)) // width)
        return width * min(most, -(-each // width))

    def run(self, givens: Floats, out: Floats) -> NDArray[np.bool_]:
        """Run the scenarios of one block, with givens of shape (givens, scenarios).

        ``out``, of shape (kept, moments, scenarios), takes the values; rows may lie apart, numbers
        in a row may not. Gives where a value was lost or a limit seems to be left, of shape
        (scenarios,): Python has to look at these. If nobody asks why, only where a limit seems to
        be left and may not be; what broke is no number then.
        """
        if self.stopped.is_set():
            raise Stopped
        lows = np.full((len(self.watched), givens.shape[1]), np.inf)
        highs = -lows
        if self._kernel is None:
            lost = self._run_numpy(givens, out, lows, highs)
        else:
            lost = self._run_kernel(self._kernel, givens, out, lows, highs)
        doubtful = lost | self._outside(givens, lows, highs)
        if self._explains or not doubtful.any():
            return doubtful
        broken = lost | self._outside(givens, lows, highs, surely=True)
        out[..., broken] = np.nan
        return doubtful & ~broken

    def _compiled(self, quick: bool) -> Kernel | Script:
        here = machine()
        assert here is not None
        key: tuple[object, ...] = ("together", self.method, self.kept)
        quick = quick and key not in self.ready.kernels
        key = (*key, "quick") if quick else key
        return self.ready.kernel(key, here.width, self.method, self.kept, exact=False)

    def _run_kernel(
        self, kernel: Kernel | Script, givens: Floats, out: Floats, lows: Floats, highs: Floats
    ) -> NDArray[np.bool_]:
        count, width = givens.shape[1], kernel.width
        whole = count - count % width
        sides = lows, highs, np.zeros(count)
        if whole:
            kernel.together(givens, whole, self.slots, out, *sides)
        if whole < count:
            # The last few stand in a block of their own, filled up with the last of them.
            few = np.arange(whole, whole + width).clip(max=count - 1)
            held = room_for(len(self.kept), self.moments, width)
            alone = [np.take(each, few, axis=-1) for each in (givens, *sides)]
            kernel.together(alone[0], width, self.slots, held, *alone[1:])
            for everyone, last in zip((out, *sides), (held, *alone[1:]), strict=True):
                everyone[..., whole:] = last[..., : count - whole]
        return ~np.isfinite(sides[-1])

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

        run = partial(_run_block, self.ready, self.method, givens, names, keep)
        if ("numpy", "lost") not in self.ready.seen:
            try:
                with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                    return run(checks=False)
            except FloatingPointError:
                # Often a branch that is not chosen, at every step of every block: look closely.
                self.ready.seen.add(("numpy", "lost"))
        with np.errstate(all="ignore"):
            return run(checks=True)

    def _outside(
        self, givens: Floats, lows: Floats, highs: Floats, *, surely: bool = False
    ) -> NDArray[np.bool_]:
        found = np.zeros(givens.shape[1], dtype=bool)
        for scenarios, limits in self._limits(givens):
            for number, (name, _, _) in enumerate(self.watched):
                low, high = lows[number, scenarios], highs[number, scenarios]
                least, most = limits.get(name, ANY)
                found[scenarios] |= seem_outside(low, high, least, most, surely=surely)
        return found

    def _limits(self, givens: Floats) -> list[tuple[Any, Limits]]:
        names, unranged = self.model.givens, self.ready.unranged
        if not unranged:
            return [(slice(None), self.ready.limits_of(self.model))]
        rows = [names.index(name) for name in unranged]
        signs, which = np.unique(np.sign(givens[rows]), axis=1, return_inverse=True)
        found: list[tuple[Any, Limits]] = []
        for group in range(signs.shape[1]):
            scenarios = np.flatnonzero(which.ravel() == group)
            column = givens[rows, scenarios[0]].tolist()
            one_of_them = self.model.change(**dict(zip(unranged, column, strict=True)))
            found.append((scenarios, self.ready.limits_of(one_of_them)))
        return found


def room_for(*shape: int) -> Floats:
    """Room for results; in it a processor's vector of up to 64 bytes is one line of its memory."""
    *rows, count = shape
    pitch = count if count < 4 else -(-count // 8) * 8
    raw = np.empty(math.prod(rows) * pitch + 7)
    begin = -raw.ctypes.data // 8 % 8
    whole = raw[begin : begin + math.prod(rows) * pitch].reshape(*rows, pitch)
    return whole[..., :count]


def _run_block(
    ready: Prepared,
    method: str,
    givens: Floats,
    watched: tuple[str, ...],
    keep: Callable[[int, Sequence[Floats | float]], None],
    *,
    checks: bool,
) -> NDArray[np.bool_]:
    """Each operation on all scenarios at once, moment after moment; where a value was lost.

    ``keep`` takes k and the ``watched`` values then, each of shape (scenarios,) or one number.
    A given in which all scenarios agree costs hardly anything.
    """
    clock, stocks = ready.clock, ready.plan.stocks
    computed_ones = tuple(name for name in watched if name not in stocks)
    program = ready.numpy(computed_ones, checks=checks)
    count = givens.shape[1]
    rows = [row[0] if (row == row[0]).all() else row for row in givens]
    lost = np.zeros(count)
    openings, once = program.once(rows, lost)
    s = np.empty((len(stocks), count))
    for number, opening in enumerate(openings):
        s[number] = opening
    looks = [np.zeros_like(s) for _ in range(1 if method == "euler" else 4)]
    stage, scratch = np.empty_like(s), np.empty_like(s)
    of_stock = {name: s[number] for number, name in enumerate(stocks)}
    dt = clock.step

    def rates(time: float, at: Floats, changes: Floats) -> Any:
        return program.rates(time, at, once, changes, lost)

    for k in range(clock.steps + 1):
        time = clock.start + k * dt
        computed = iter(rates(time, s, looks[0]))
        keep(k, [of_stock[n] if n in of_stock else next(computed) for n in watched])
        if method == "euler" or k == clock.steps:
            np.multiply(looks[0], dt, out=scratch)
            np.add(s, scratch, out=s)
            continue
        for number, ahead in ((1, 0.5 * dt), (2, 0.5 * dt), (3, dt)):
            np.multiply(looks[number - 1], ahead, out=stage)
            np.add(stage, s, out=stage)
            rates(time + ahead, stage, looks[number])
        a, b, c, d = looks
        np.add(b, c, out=scratch)
        np.multiply(scratch, 2.0, out=scratch)
        np.add(scratch, a, out=scratch)
        np.add(scratch, d, out=scratch)
        np.multiply(scratch, dt / 6.0, out=scratch)
        np.add(s, scratch, out=s)
    # A stock that is not finite stays so until the end; that is where it is looked for.
    return ~np.isfinite(lost) | ~np.isfinite(s).all(axis=0)
