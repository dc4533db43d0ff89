"""pysimlin as an outside witness: its loop scores, by the links of the loops as we name them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import simlin

from flywheel_edu import Model
from flywheel_edu.model.lines import Parts
from flywheel_exchange import write_xmile


def loop_shares(model, folder: Path):
    """The relative loop scores that pysimlin finds: a dict of set of links to array (times,).

    It reads the model with all delays unfolded, so that both look at the same quantities.
    """
    plain = {q.name: replace(q, part_of="", waits=False, notes=()) for q in model.values()}
    flat = Model(Parts(title=model.title, clock=model.clock, quantities=plain))
    path = write_xmile(flat, folder / "witness.xmile")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = simlin.load(str(path)).run(analyze_loops=True)
    spelt = {name.lower(): name for name in model}
    shares = {}
    for loop in run.loops:
        around = [spelt[v.lower()] for v in loop.variables if v.lower() in spelt]
        around = around[:-1] if around[0] == around[-1] and len(around) > 1 else around
        links = frozenset(zip(around, [*around[1:], around[0]], strict=True))
        shares[links] = np.asarray(loop.behavior_time_series)
    return shares
