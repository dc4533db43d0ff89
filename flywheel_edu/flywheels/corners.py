"""What becomes of a model over the whole ranges of its sliders, and in their corners."""

from __future__ import annotations

import numpy as np

from flywheel_edu.model import Model
from flywheel_edu.simulate import sample, simulate, sweep
from flywheel_edu.simulate.sample import ranges_of

EXPLODES = 1e9  # times as high as in the model's own run

_EACH = 64  # scenarios spread over the ranges, and as many at their ends


def has_ranges(model: Model) -> bool:
    """Whether there is anything to vary."""
    ranges = [model[name].range for name in model.givens]
    return any(limits is not None and np.all(np.isfinite(limits)) for limits in ranges)


def corners(model: Model, seed: int = 1) -> tuple[bool, str]:
    """Whether a model neither breaks down nor explodes wherever its sliders stand, and what was
    found.

    The scenarios are a Latin hypercube over the ranges, and a second one of which each given takes
    the nearer end of its range; the same seed visits the same. What is told is the first run that
    breaks down, or what rises most.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> holds, found = corners(load("bass"))
    >>> holds, found.partition(":")[0]
    (True, 'in 128 runs')
    """
    import pandas as pd

    inside, ends = sample(model, _EACH, seed), sample(model, _EACH, seed + 1)
    for name, (low, high) in ranges_of(model, {}).items():
        ends[name] = np.where(ends[name] > (low + high) / 2, high, low)
    visited = pd.concat([inside, ends], ignore_index=True)
    shown = [name for name in model.shown if model[name].kind in ("stock", "computed")]
    # A mere number, such as a strength, may be huge and do little: what counts is what it leads to.
    shown = [name for name in shown if str(model[name].unit) != "1"] or shown
    swept = sweep(model, visited, keep=shown, statistic="max", failures="skip")
    if swept.failures:
        first = str(next(iter(swept.failures.values()))).partition("\n")[0]
        return False, f"{len(swept.failures)} of {len(visited)} runs break down: {first}"
    own = simulate(model)
    rises = {}
    for name in shown:
        highest, usual = float(np.max(swept[name])), float(np.max(np.abs(own[name])))
        rises[name] = highest / usual if usual else 0.0
    most = max(rises, key=lambda name: rises[name])
    found = f"in {len(visited)} runs: {most} rises to {rises[most]:.3g} times what it usually does"
    return rises[most] <= EXPLODES, found
