"""Scenarios run in blocks, on all processors, with nothing left behind when one fails."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from flywheel_edu.errors import FlywheelError, SimulationError
from flywheel_edu.simulate.block import Block, Stopped, room_for
from flywheel_edu.simulate.scenarios import Floats, Work, as_bytes
from flywheel_edu.simulate.simulation import simulate

# Runs all scenarios of a work and notes the failures.
Runner = Callable[[Work, dict[int, SimulationError]], Floats]

# What the blocks at work hold at once, all together, when only a statistic of them is kept.
_AT_WORK = 64e6  # bytes


def cores() -> int:
    """How many processors this process may use."""
    if sys.platform == "emscripten":  # the browser's Python has no threads
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_scenarios(work: Work, failed: dict[int, SimulationError]) -> Floats:
    """Run all scenarios on this computer; shape (kept, *shape). Notes failures by scenario."""
    try:
        return _run_scenarios(work, failed)
    except MemoryError:
        needed = 8.0 * len(work.kept) * math.prod(work.shape)
        raise FlywheelError(
            f"this computer has no {as_bytes(needed)} for the result of this sweep\n"
            "  hint: keep less, or set memory= to what there is"
        ) from None


def _run_scenarios(work: Work, failed: dict[int, SimulationError]) -> Floats:
    out = room_for(len(work.kept), *work.shape)
    if work.engine == "python":
        _run_python(work, out, range(work.count), failed)
        return out
    block = Block(work)
    threads = cores()
    room = math.inf
    if work.statistic is not None:
        room = _AT_WORK / threads / (8 * len(work.kept) * max(1, len(work.time)))
    size = block.size(work.count, threads, min(room, work.count))
    starts = range(0, work.count, size)

    def run(start: int) -> bool:
        stop = min(start + size, work.count)
        if work.statistic is None:
            held = out[:, :, start:stop]
        else:
            held = room_for(len(work.kept), len(work.time), stop - start)
        doubtful = np.flatnonzero(block.run(work.givens(start, stop), held))
        own: dict[int, SimulationError] = {}
        if doubtful.size:
            part = work.part(start, stop)
            _run_python(part, held, doubtful.tolist(), own, block)
            failed.update(own)
        if work.statistic is not None:
            out[:, start:stop] = work.reduced(held)
        return work.stop_at_first and bool(own)

    _in_threads(run, starts, threads, block)
    return out


def _in_threads(
    run: Callable[[int], bool], starts: Sequence[int], threads: int, block: Block
) -> None:
    """Call ``run`` for each start until one says to stop; leave no thread behind."""
    if threads == 1 or len(starts) == 1:
        any(run(start) for start in starts)
        return
    pool = ThreadPoolExecutor(max_workers=min(threads, len(starts)))
    waiting: set[Future[bool]] = set()
    upcoming = iter(starts)
    try:
        stop = False
        while True:
            # Few at a time: a million scenarios are thousands of blocks.
            while not stop and len(waiting) < 2 * threads:
                start = next(upcoming, None)
                if start is None:
                    break
                waiting.add(pool.submit(run, start))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED, timeout=0.05)
            stops = [future.result() for future in done]  # raises what a block raised
            stop = any(stops) or stop
    except BaseException:  # an interrupt, too
        block.stopped.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _run_python(
    work: Work,
    out: Floats,
    which: Sequence[int],
    failed: dict[int, SimulationError],
    block: Block | None = None,
) -> None:
    rows = np.flatnonzero(work.slots >= 0)
    for at in which:
        if block is not None and block.stopped.is_set():
            raise Stopped
        try:
            run = simulate(work.scenario(at), method=work.method, engine="python")
            values = np.array([run[name][rows] for name in work.kept])
        except SimulationError as error:
            failed[work.first + at] = work.named(at, error)
            if work.stop_at_first:
                return
            values = np.full((len(work.kept), len(rows)), np.nan)
        if out.ndim == 3:
            out[:, :, at] = values
        else:
            out[:, at] = work.reduced(values[:, :, None])[:, 0]


def run_quantiles(
    work: Work, failed: dict[int, SimulationError], memory: float, run: Runner
) -> Floats:
    """Quantiles at each moment, in as many passes of ``run`` as the memory asks for."""
    out = np.empty((len(work.kept), *work.shape))
    room = memory - out.nbytes
    at_once = max(1, int(room / (8.0 * len(work.kept) * work.count)))
    kept_at = np.flatnonzero(work.slots >= 0)
    for start in range(0, len(kept_at), at_once):
        these = kept_at[start : start + at_once]
        slots = np.full_like(work.slots, -1)
        slots[these] = np.arange(len(these))
        time = work.time[start : start + at_once]
        values = run(replace(work, slots=slots, time=time, quantiles=()), failed)
        if failed and work.stop_at_first:
            break
        fine = np.ones(work.count, dtype=bool)
        fine[list(failed)] = False
        for number, each in enumerate(values):
            good = each if fine.all() else each[:, fine]
            for moment, row in enumerate(good, start):
                out[number, moment] = (
                    np.quantile(row, work.quantiles, overwrite_input=True) if row.size else np.nan
                )
    return out
