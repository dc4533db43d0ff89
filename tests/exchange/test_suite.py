"""Other people's models with the output they expect: the test models of the SDXorg suite."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from flywheel_edu import Model, read, simulate
from flywheel_exchange import read_xmile, xmile_text
from flywheel_exchange.labels import name_of

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "test_models"
FILES = sorted([*FOLDER.glob("*/*.xmile"), *FOLDER.glob("*/*.stmx")]) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the test models are not beside the project")

# Columns of an expected output that the XMILE file has no quantity for: Vensim's own time line, and
# what the Vensim model has beside the XMILE one.
NOT_IN_THE_FILE = {
    "initial_time",
    "final_time",
    "time_step",
    "saveper",
    "input",
    "smoothed_input",
    "smoothing_time",
}


def expected(folder: Path) -> tuple[list[str], list[list[str]]]:
    """The first table of an output file: its heading and its rows."""
    path = next(p for p in (folder / "output.csv", folder / "output.tab") if p.exists())
    lines = re.split(r"\r\n|\r|\n", path.read_text(encoding="utf-8-sig"))
    rows = list(
        csv.reader(filter(str.strip, lines), delimiter="\t" if ".tab" in path.name else ",")
    )
    return rows[0], rows[1:]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_model_of_the_suite_gives_the_output_it_expects(path):
    """To 2e-3 of the range of each quantity; the outputs are printed with six digits."""
    model = read(path)
    assert Model.parse(str(model)) == model
    run = simulate(model)
    heading, rows = expected(path.parent)
    time = np.array([float(row[0]) for row in rows])
    moments = np.rint((time - model.clock.start) / model.clock.step).astype(int)
    compared = set()
    for column, label in enumerate(heading[1:], 1):
        name = name_of(label)
        if name not in run:
            assert name in NOT_IN_THE_FILE
            continue
        said = [
            (k, float(row[column])) for k, row in zip(moments, rows, strict=True) if row[column]
        ]
        ours = run[name][[k for k, _ in said]]
        theirs = np.array([value for _, value in said])
        room = 2e-3 * max(np.ptp(theirs), 1e-3 * np.max(np.abs(theirs)), 1e-6)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=room, err_msg=label)
        compared.add(name)
    assert compared >= set(model.stocks) - {q.name for q in model.values() if q.part_of or q.waits}
    assert compared


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_model_of_the_suite_comes_back_from_a_file_of_ours(path, tmp_path):
    model = read_xmile(path)
    again = tmp_path / "again.xmile"
    again.write_text(xmile_text(model), encoding="utf-8")
    assert read_xmile(again) == model
