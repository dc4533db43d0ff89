"""Runs and sweeps in a file, and read again: a table with units, its model above as comments."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import FlywheelError
from flywheel_edu.files import ordinary, write_beside
from flywheel_edu.model import Model

Floats = NDArray[np.float64]


def write_table(
    path: str | os.PathLike[str],
    what: str,
    model: Model,
    told: dict[str, Any],
    columns: list[tuple[str, Floats]],
) -> Path:
    """Write what a run or a sweep is; see `Run.save`. Columns come with their heads."""
    if Path(path).suffix.lower() != ".csv":
        raise FlywheelError(
            f"a {what} is saved as a table, {what}.csv, not as '{Path(path).name[:80]}'\n"
            f"  hint: write {what}.save('{what}.csv'); for other kinds: "
            f"{what}.table().to_parquet(...)"
        )
    text = io.StringIO()
    text.write(f"{_first(what)}{json.dumps(told)}\n")
    text.writelines(f"# {line}\n" for line in str(model).splitlines())
    table = csv.writer(text, lineterminator="\n")
    table.writerow([above for above, _ in columns])
    table.writerows(np.array([values for _, values in columns]).T.tolist())
    return write_beside(path, text.getvalue())


def read_table(
    path: str | os.PathLike[str], what: str
) -> tuple[Model, dict[str, Any], list[str], Floats]:
    """The model, what was told, the heads and the columns of a file that `write_table` wrote."""
    lines = ordinary(Path(path)).read_text("utf-8").splitlines()
    above = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        if not lines[0].startswith(_first(what)):
            raise ValueError
        told = json.loads(lines[0].removeprefix(_first(what)))
        model = Model.parse("\n".join(line[2:] for line in lines[1:above]))
        heads, *rows = csv.reader(lines[above:])
        table = np.array(rows, float).T.copy()
        if len(table) != len(heads):
            raise ValueError
        return model, told, heads, table
    except (ValueError, IndexError):
        raise not_whole(path, what) from None


def head(model: Model, name: str) -> str:
    """What stands above the column of a quantity: ``customers [customer]``."""
    return f"{name} [{model[name].unit}]"


def not_whole(path: str | os.PathLike[str], what: str) -> FlywheelError:
    """What is said of a file that does not hold all of it."""
    return FlywheelError(
        f"'{Path(path).name[:80]}' holds no whole {what}\n"
        f"  hint: it is read as {what}.save('{what}.csv') wrote it; another table: pandas.read_csv"
    )


def _first(what: str) -> str:
    return f"# a {what} of flywheel_edu: "
