"""A block of scenarios run by NumPy: each operation on all of them at once, moment after moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.simulate.prepared import Prepared

Floats = NDArray[np.float64]

# Scenarios in one block: enough that an operation takes longer than Python's call of it.
BLOCK = 16384


def numpy_block(
    ready: Prepared,
    method: str,
    givens: Floats,
    watched: tuple[str, ...],
    keep: Callable[[int, Sequence[Floats | float]], None],
) -> NDArray[np.bool_]:
    """Run a block of scenarios, with givens of shape (givens, scenarios).

    ``keep`` takes k and the ``watched`` values at moment k, each of shape (scenarios,) or one
    number, in buffers that are written again afterwards. Gives where a value was lost that Python
    has to look at, of shape (scenarios,). A given in which all agree costs hardly anything.
    """
    if ("numpy", "lost") not in ready.seen:
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                return _run_block(ready, method, givens, watched, keep, checks=False)
        except FloatingPointError:
            # Often a branch that is not chosen, at every step of every block: look closely.
            ready.seen.add(("numpy", "lost"))
    with np.errstate(all="ignore"):
        return _run_block(ready, method, givens, watched, keep, checks=True)


def _run_block(
    ready: Prepared,
    method: str,
    givens: Floats,
    watched: tuple[str, ...],
    keep: Callable[[int, Sequence[Floats | float]], None],
    *,
    checks: bool,
) -> NDArray[np.bool_]:
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
    floats = [np.empty(count) for _ in range(program.floats)]
    flags = [np.empty(count, dtype=bool) for _ in range(program.flags)]
    of_stock = {name: s[number] for number, name in enumerate(stocks)}
    dt = clock.step

    def rates(time: float, at: Floats, changes: Floats) -> Any:
        return program.rates(time, at, once, changes, floats, flags, lost)

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
