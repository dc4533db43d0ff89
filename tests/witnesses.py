"""Other people's simulators, asked for the numbers of our models: PySD and pysimlin.

Both read the XMILE file that `write_xmile` makes. They are test dependencies only.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from flywheel_edu import Model
from flywheel_exchange import write_xmile

METHODS = {"PySD": ("euler",), "pysimlin": ("euler", "rk4")}

Numbers = dict[str, NDArray[np.float64]]


def run_in_pysd(model: Model, folder: Path) -> Numbers:
    """The values of every written quantity of a model, shape (times,), by Euler's method."""
    path = write_xmile(model, folder / "model.xmile")
    return _named(model, pysd_of_file(path))


def run_in_pysimlin(model: Model, folder: Path) -> Numbers:
    """The same by the method of the model's own time line."""
    path = write_xmile(model, folder / "model.xmile")
    return _named(model, pysimlin_of_file(path))


def pysd_of_file(path: Path) -> Numbers:
    """What PySD computes for an XMILE file, by the names in the file.

    PySD writes a module beside the file it reads, so it is given a copy.
    """
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        TemporaryDirectory() as folder,
    ):
        warnings.simplefilter("ignore")
        import pysd

        table = pysd.read_xmile(shutil.copy(path, folder)).run()
    return {
        name: np.broadcast_to(np.asarray(table[name], dtype=float), len(table))
        for name in table.columns
    }


def pysimlin_of_file(path: Path) -> Numbers:
    """What pysimlin computes for an XMILE file, by the names in the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import simlin

        run = simlin.load(str(path)).simulate()
        run.run_to_end()
        return {name: np.asarray(run.get_series(name)) for name in run.get_var_names()}


def _named(model: Model, found: Numbers) -> Numbers:
    """The numbers under our own names."""
    plain = {name.strip('"').replace(" ", "_").lower(): values for name, values in found.items()}
    return {name: plain[name.lower()] for name in model.written if name.lower() in plain}
