"""A run in a file, and read again: a table with units, its model above it as comments."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import FlywheelError
from flywheel_edu.files import ordinary, write_beside
from flywheel_edu.model import Model
from flywheel_edu.simulate.prepared import prepare

Floats = NDArray[np.float64]

_FIRST = "# a run of flywheel_edu by "


def write_run(
    path: str | os.PathLike[str], model: Model, method: str, series: Mapping[str, Floats]
) -> Path:
    """Write the series of a run; see `Run.save`."""
    if Path(path).suffix.lower() != ".csv":
        raise FlywheelError(
            f"a run is saved as a table, run.csv, not as '{Path(path).name[:80]}'\n"
            "  hint: write run.save('run.csv'); for other kinds: run.table().to_parquet(...)"
        )
    names = prepare(model).plan.names
    text = io.StringIO()
    text.write(f"{_FIRST}{method}\n")
    text.writelines(f"# {line}\n" for line in str(model).splitlines())
    table = csv.writer(text, lineterminator="\n")
    table.writerow([model.clock.unit, *(f"{name} [{model[name].unit}]" for name in names)])
    table.writerows(np.array([series["time"], *map(series.__getitem__, names)]).T.tolist())
    return write_beside(path, text.getvalue())


def read_run(path: str | os.PathLike[str]) -> tuple[Model, Floats, Floats, str]:
    """Model, time, values and method of a run; see `Run.read`."""
    lines = ordinary(Path(path)).read_text("utf-8").splitlines()
    above = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        if not lines[0].startswith(_FIRST):
            raise ValueError
        model = Model.parse("\n".join(line[2:] for line in lines[1:above]))
        ready = prepare(model)
        heads, *rows = csv.reader(lines[above:])
        time, *values = np.array(rows, float).T
        names = [head.rpartition(" [")[0] for head in heads[1:]]
        if names != [*ready.plan.names] or not np.array_equal(time, ready.time):
            raise ValueError
    except (ValueError, IndexError):
        raise FlywheelError(
            f"'{Path(path).name[:80]}' holds no whole run\n"
            "  hint: it is read as run.save('run.csv') wrote it; another table: pandas.read_csv"
        ) from None
    return model, ready.time.copy(), np.array(values), lines[0].removeprefix(_FIRST)
