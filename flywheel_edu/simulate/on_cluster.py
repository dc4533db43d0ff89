"""A sweep over several computers, by Dask: the same blocks, the same results.

Each worker reads the model from its text, compiles it once, and hands back plain arrays. A block
that was on a worker that died is run again on another.
"""

from __future__ import annotations

import math
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from flywheel_edu.errors import FlywheelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.many_runs import run_scenarios
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.simulate.scenarios import Floats, Statistic, Work

# Several blocks for each thread of the cluster, so that a slow or lost worker costs little.
_BLOCKS_EACH = 4
_RETRIES = 5


@dataclass(frozen=True)
class _Parcel:
    """What a worker is sent: text and numbers."""

    text: str
    method: str
    engine: str
    kept: tuple[str, ...]
    varied: dict[str, Floats]
    time: Floats
    slots: Any
    statistic: Statistic | None
    first: int

    def run(self, stop_at_first: bool) -> tuple[Floats, dict[int, SimulationError]]:
        model = _model(self.text)
        count = len(next(iter(self.varied.values())))
        engine = "numpy" if self.engine == "machine" and machine() is None else self.engine
        work = Work(
            prepare(model), model, self.method, engine, self.kept, count, self.varied, self.time,
            self.slots, self.statistic, first=self.first,
        )  # fmt: skip
        failed: dict[int, SimulationError] = {}
        values = run_scenarios(work, failed, stop_at_first=stop_at_first)
        return values, failed


@lru_cache(maxsize=32)
def _model(text: str) -> Model:
    return Model.parse(text)


def _on_worker(
    parcel: _Parcel, stop_at_first: bool
) -> tuple[Floats, dict[int, tuple[str, str, str, float | None]]]:
    values, failed = parcel.run(stop_at_first)
    return values, {at: (e.message, e.hint, e.quantity, e.time) for at, e in failed.items()}


def spread_scenarios(
    work: Work, client: Any, failed: dict[int, SimulationError], *, stop_at_first: bool
) -> Floats:
    """As `run_scenarios`, on the workers of a ``dask.distributed.Client``.

    Raises
    ------
    FlywheelError
        If ``client`` is no such thing, the cluster has no worker, or gives up on a block.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise FlywheelError(
            "a sweep with a scheduler needs dask.distributed\n"
            "  hint: python -m pip install flywheel-edu[dask]"
        ) from None
    if not isinstance(client, distributed.Client):
        raise FlywheelError(
            f"the scheduler of a sweep is a dask.distributed.Client, not {type(client).__name__}\n"
            "  hint: from distributed import Client; sweep(..., scheduler=Client())"
        )
    threads = sum(client.nthreads().values())
    if threads == 0:
        raise FlywheelError("the cluster has no worker\n  hint: start one, or wait until it is up")
    text = str(work.model)
    size = max(1, math.ceil(work.count / (threads * _BLOCKS_EACH)))
    starts = range(0, work.count, size)
    futures = []
    for start in starts:
        part = work.part(start, min(start + size, work.count))
        parcel = _Parcel(
            text, work.method, work.engine, work.kept, part.varied, work.time, work.slots,
            work.statistic, part.first,
        )  # fmt: skip
        futures.append(
            client.submit(_on_worker, parcel, stop_at_first, pure=False, retries=_RETRIES)
        )
    out = np.empty((len(work.kept), *work.shape))
    try:
        for start, future in zip(starts, futures, strict=True):
            values, told = future.result()
            out[..., start : start + values.shape[-1]] = values
            for at, (message, hint, quantity, time) in told.items():
                failed[at] = SimulationError(message, hint, quantity=quantity, time=time)
            if failed and stop_at_first:
                break
    except (distributed.KilledWorker, CancelledError) as problem:
        raise FlywheelError(
            f"the cluster gave up on a block of this sweep: {type(problem).__name__}\n"
            "  hint: look at the workers' memory and logs, or run it here without scheduler="
        ) from None
    finally:
        client.cancel(futures)
    return out
