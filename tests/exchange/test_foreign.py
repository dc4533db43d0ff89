"""Small files of every kind that Stella, simlin and Vensim write, with the right values beside.

The values were worked out by hand, step by step from the meaning of the words in the standard or in
Vensim's reference, or from a formula for the whole run; no simulator made them.
"""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest

from flywheel_edu import FlywheelError, Model, read, simulate
from flywheel_edu.errors import FlywheelNotice
from flywheel_exchange import write_xmile

FOLDER = Path(__file__).parent / "foreign"
FILES = sorted([*FOLDER.glob("*.xmile"), *FOLDER.glob("*.stmx"), *FOLDER.glob("*.mdl")])
RIGHT = [path for path in FILES if path.with_suffix(".expected.csv").exists()]

# What a reader is told of a file, beside other names; of all others nothing.
TOLD = {
    "import_enabled": "the file asks for data from 'r:../rates.csv', which was not read; its own "
    "numbers stand",
    "inf": "INF is 1e+300 here, since a run of ours holds only numbers",
}
# We have no missing values and no infinite ones: these columns cannot be had.
REFUSED = {"nan"}
LARGE = 1e300


def quietly(path: Path) -> tuple[Model, list[str]]:
    """The model, and what was told of it."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model = read(path)
    assert all(notice.category is FlywheelNotice for notice in told)
    return model, [str(notice.message) for notice in told]


def expected(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The times, and the right values of each column."""
    heading, *rows = csv.reader(path.with_suffix(".expected.csv").read_text("utf-8").splitlines())
    numbers = np.array(rows, dtype=float).T
    return numbers[0], dict(zip(heading[1:], numbers[1:], strict=True))


@pytest.mark.parametrize("path", [p for p in RIGHT if p.stem not in REFUSED], ids=lambda p: p.name)
def test_a_file_of_another_program_gives_the_right_values(path, tmp_path):
    model, told = quietly(path)
    named = [notice for notice in told if not notice.startswith("some names are others here")]
    assert named == ([TOLD[path.stem]] if path.stem in TOLD else [])
    run = simulate(model)
    times, columns = expected(path)
    rows = np.rint((times - model.clock.start) / model.clock.step).astype(int)
    for name, right in columns.items():
        right = np.where(np.isinf(right), LARGE, right)
        np.testing.assert_allclose(run[name][rows], right, rtol=1e-8, atol=1e-8, err_msg=name)
    assert Model.parse(str(model)) == model
    assert read(write_xmile(model, tmp_path / "again.xmile")) == model


def test_what_is_drawn_by_chance_has_the_mean_and_the_spread_that_it_should_have():
    """Bounds of 4.5 standard errors over the 1001 draws; the least and the most are those said."""
    path = FOLDER / "random_seeded.xmile"
    model, told = quietly(path)
    assert told == [
        "random numbers are drawn by seed here: another stream than the other program's"
    ]
    run, again = simulate(model), simulate(model)
    bounds = (FOLDER / "random_seeded.properties.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(bounds):
        seen = run[row["name"]]
        assert float(row["mean_least"]) < seen.mean() < float(row["mean_most"])
        assert float(row["sd_least"]) < seen.std(ddof=1) < float(row["sd_most"])
        assert float(row["least"] or -np.inf) <= seen.min()
        assert seen.max() <= float(row["most"] or np.inf)
        assert len(np.unique(seen)) > 990
        np.testing.assert_array_equal(seen, again[row["name"]])


def test_a_run_stops_where_a_value_is_missing_and_not_where_one_is_only_guarded(tmp_path):
    path = FOLDER / "nan.xmile"
    model, told = quietly(path)
    assert told == ["NAN is 0 / 0 here: a run stops where a quantity is to have that value"]
    with pytest.raises(FlywheelError, match=r"'survey' cannot be computed at month 0"):
        simulate(model)
    guarded = tmp_path / "guarded.xmile"
    guarded.write_text(path.read_text("utf-8").replace("IF TIME &lt; 4 THEN NAN", "IF 0 THEN NAN"))
    run = simulate(quietly(guarded)[0])
    _, columns = expected(path)
    np.testing.assert_allclose(run["customers"], columns["customers"], rtol=1e-12)
