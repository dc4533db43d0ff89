"""A sweep over several computers, by Dask: the same blocks, the same results.

Each worker compiles the model once, and hands back plain arrays. A block that was on a worker that
died is run again on another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

from flywheel_edu.errors import FlywheelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.many_runs import run_scenarios
from flywheel_edu.simulate.scenarios import Floats, Work

# Several blocks for each thread of the cluster, so that a slow or lost worker costs little.
_BLOCKS_EACH = 4
_RETRIES = 5
_LOOK = 5.0  # seconds after which it is asked whether anybody is left to wait for

Made = TypeVar("Made")


@lru_cache(maxsize=32)
def _one_for_all(model: Model) -> Model:
    """The first of equal models, so that a worker prepares it once for all of its blocks."""
    return model


def _on_worker(work: Work) -> tuple[Floats, dict[int, SimulationError]]:
    engine = "numpy" if work.engine == "machine" and machine() is None else work.engine
    failed: dict[int, SimulationError] = {}
    own = replace(work, model=_one_for_all(work.model), engine=engine)
    return run_scenarios(own, failed), failed


def spread_scenarios(work: Work, failed: dict[int, SimulationError], *, client: Any) -> Floats:
    """As `run_scenarios`, on the workers of a ``dask.distributed.Client``."""
    threads = threads_of(client)
    distributed = import_module("distributed")
    size = max(1, math.ceil(work.count / (threads * _BLOCKS_EACH)))
    starts = range(0, work.count, size)
    parts = [work.part(start, min(start + size, work.count)) for start in starts]
    futures = [client.submit(_on_worker, part, pure=False, retries=_RETRIES) for part in parts]
    out = np.empty((len(work.kept), *work.shape))
    try:
        for start, future in zip(starts, futures, strict=True):
            values, told = future.result()
            out[..., start : start + values.shape[-1]] = values
            failed.update(told)
            if failed and work.stop_at_first:
                break
    except (distributed.KilledWorker, CancelledError) as problem:
        raise FlywheelError(
            f"the cluster gave up on a block of this sweep: {type(problem).__name__}\n"
            "  hint: look at the workers' memory and logs, or run it here without scheduler="
        ) from None
    finally:
        client.cancel(futures)
    return out


def threads_of(client: Any) -> int:
    """How many threads a cluster has; refused where it is no such client, or without a worker."""
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise FlywheelError(
            "a scheduler needs dask.distributed\n  hint: python -m pip install flywheel-edu[dask]"
        ) from None
    if not isinstance(client, distributed.Client):
        raise FlywheelError(
            f"a scheduler is a dask.distributed.Client, not {type(client).__name__}\n"
            "  hint: from distributed import Client, and then: scheduler=Client()"
        )
    threads = int(sum(client.nthreads().values()))
    if threads == 0:
        raise FlywheelError("the cluster has no worker\n  hint: start one, or wait until it is up")
    return threads


def spread(
    client: Any, done: Callable[..., Made], work: Sequence[tuple[Any, ...]]
) -> Iterator[Made]:
    """Call a function with each of these on a cluster; what comes of it, as it comes.

    What the cluster does not bring, whatever the reason, is done here.
    """
    distributed = import_module("distributed")
    futures = {client.submit(done, *each, pure=False): each for each in work}
    waiting = set(futures)
    try:
        while waiting:
            try:
                ready, waiting = distributed.wait(waiting, _LOOK, "FIRST_COMPLETED")
            except TimeoutError:
                if client.status == "running" and client.nthreads():
                    continue
                ready, waiting = waiting, set()  # nobody is left there
            except CancelledError:
                ready, waiting = waiting, set()
            for future in ready:
                try:
                    made = future.result(timeout=_LOOK)
                except Exception:  # lost, or stopped there for a reason that need not hold here
                    made = done(*futures[future])
                yield made
    finally:
        client.cancel(list(futures))
