"""Promises that are kept beside a model, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from flywheel_edu.errors import SimulationError
from flywheel_edu.model import Model
from flywheel_edu.study.measured import Measured
from flywheel_edu.study.objective import MODEL
from flywheel_edu.study.promise import Promise


def promises(file: Path) -> Iterator[tuple[str, Promise]]:
    """The promises kept beside a model, as ``NAME_2026.json``, each with its file's name."""
    for place in sorted(file.parent.glob(f"{file.stem}_*.json")):
        try:
            yield place.name, Promise.read(place)
        except SimulationError:
            continue  # something else that is kept beside the model


def came_of(
    promise: Promise, model: Model, measured: Mapping[str, Measured]
) -> list[tuple[str, ...]]:
    """What was promised, and what was measured since, by time; nothing is fitted anew."""
    rows: list[tuple[str, ...]] = []
    for series, said in promise.says.items():
        since = measured.get(series, Measured(np.empty(0), np.empty(0)))
        points = dict(zip(since.time.tolist(), since.value.tolist(), strict=True))
        kept = promise.kept(model, series, points)
        for time, value in said[MODEL].items():
            low, high = promise.bands[series][time]
            told = f"{series} {value:.4g}, nine in ten {low:.4g} to {high:.4g}"
            came = kept[kept["time"] == float(time)]
            if not len(came):
                rows.append((time, told, "not measured yet"))
                continue
            ours = came[came["who"] == MODEL].iloc[0]
            best = came.loc[came["error"].abs().idxmin()]
            band = "inside" if ours["inside"] else "outside"
            rows.append(
                (
                    time,
                    told,
                    f"{ours['measured']:.4g}, {band} the band, the promise off by "
                    f"{ours['error']:+.1f} %; nearest: {best['who']} ({best['error']:+.1f} %)",
                )
            )
    return rows
