"""A package of somebody else's brings models to the library by an entry point."""

from __future__ import annotations

import pytest

import flywheel_edu as fw
from flywheel_edu.cli import main

TRAM = """# The tram of a town
time year from 0 to 10 step 0.125
stock riders [person] = 100
    + joining
joining [person/year] = riders * word
given word [1/year] = 0.1 in 0 .. 1
loop "Word" = riders -> joining -> riders
"""
EXPECTED = """
piles = ["riders"]
[[extreme]]
says = "nobody rides: nobody joins"
set = { riders = 0 }
ends = { riders = [0, 1e-9] }
"""


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A stranger's distribution, with a model of its own and one that has a name of ours."""
    info, models = tmp_path / "town_flywheels-1.0.dist-info", tmp_path / "town_flywheels"
    for folder in (info, models):
        folder.mkdir()
    (models / "__init__.py").touch()
    for name in ("tram", "retail"):
        (models / f"{name}.flywheel").write_text(TRAM)
    (models / "tram.expected").write_text(EXPECTED)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: town-flywheels\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[flywheel_edu.models]\ntown = town_flywheels\n")
    monkeypatch.syspath_prepend(tmp_path)
    return models


def test_a_model_of_another_package_is_loaded_listed_and_validated(town, capsys):
    assert "tram" in fw.library()
    # An eighth of ten per cent each eighth of a year, for ten years.
    assert fw.simulate(fw.load("tram"))["riders"][-1] == pytest.approx(100 * 1.0125**80)
    assert main(["models"]) == 0
    assert "The tram of a town" in capsys.readouterr().out
    assert main(["validate", "tram"]) == 0
    assert "nobody rides: nobody joins" in capsys.readouterr().out


def test_a_name_of_ours_stays_ours(town):
    assert fw.load("retail").title != "The tram of a town"


def test_without_that_package_its_models_are_not_there():
    with pytest.raises(fw.ModelError, match="the library has no model called 'tram'"):
        fw.load("tram")
