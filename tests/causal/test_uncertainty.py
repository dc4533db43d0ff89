"""Dominance over a sweep: each scenario as if run alone, and what they add up to."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.uncertainty import dominance_over
from flywheel_edu.errors import FlywheelError
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.sweep import sweep
from tests.simulate.models import running

VILLAGE = running("village")
# At a birth rate of 0.2 this divides by zero.
BRITTLE = VILLAGE.revise("""
room [1] = empty / (birth_rate - empty) * max(0, 1 - people / places)
given empty [1/year] = 0.2
""")


def test_each_scenario_has_the_shares_it_has_when_run_alone():
    model = load("napkin")
    rng = np.random.default_rng(3)
    items, margin = rng.uniform(5, 60, 40), rng.uniform(0.05, 0.3, 40)
    found = dominance_over(sweep(model, items_each=items, margin=margin))
    for number in (0, 17, 39):
        alone = dominance(simulate(model.change(items_each=items[number], margin=margin[number])))
        assert alone.found == found.found
        np.testing.assert_allclose(found.shares[:, number], alone.shares, atol=1e-6)


def test_leading_shares_count_scenarios():
    found = dominance_over(sweep(VILLAGE, birth_rate=[0.1, 0.2, 0.3, 0.4]))
    # Crowding leads once the village is half full, at ln(99) / rate in closed form.
    turns = np.log(99) / np.array([0.1, 0.2, 0.3, 0.4])
    for year in (5.0, 14.0, 20.0, 30.0, 40.0):
        assert found.leads.loc[year, "B1"] == np.mean(turns < year)
    whole = found.leads.sum(axis=1)
    assert whole.iloc[0] == 0
    assert set(whole.iloc[1:]) == {1.0}


def test_bands_are_quantiles_over_the_scenarios():
    found = dominance_over(sweep(VILLAGE, birth_rate=[0.1, 0.2, 0.3, 0.4]))
    bands = found.bands("Growth", (0.0, 0.5, 1.0))
    row = found.found.index(found.found["Growth"])
    assert bands[0.0].iloc[80] == pytest.approx(found.shares[row, :, 80].min())
    assert bands[0.5].iloc[80] == pytest.approx(np.median(found.shares[row, :, 80]))


def test_loops_can_be_put_together_as_a_drawing_shows_them():
    model = load("napkin")
    swept = sweep(model, items_each=[10, 20, 40])
    shown = ["experience", "traffic", "sellers"]
    found = dominance_over(swept, show=shown)
    alone = dominance(simulate(model.change(items_each=20))).as_seen(shown)
    assert alone.found == found.found
    np.testing.assert_allclose(found.shares[:, 1], alone.shares, atol=1e-6)


def test_scenarios_that_cannot_be_run_are_left_out():
    swept = sweep(BRITTLE, birth_rate=[0.3, 0.2, 0.25], failures="skip")
    assert list(swept.failures) == [1]
    assert dominance_over(swept).shares.shape[1] == 2


def test_a_sweep_without_a_run_is_refused():
    swept = sweep(BRITTLE, birth_rate=[0.2], failures="skip")
    with pytest.raises(FlywheelError) as caught:
        dominance_over(swept)
    assert str(caught.value) == (
        "no scenario of this sweep could be run\n  hint: look at its failures for the reasons"
    )


def test_a_sweep_too_large_to_look_at_is_refused_before_it_is_run():
    many = np.linspace(0.1, 0.4, 1_000_000)
    swept = sweep(VILLAGE, birth_rate=many, keep=["people"], statistic="final")
    with pytest.raises(FlywheelError) as caught:
        dominance_over(swept)
    assert str(caught.value) == (
        "the shares of 2 loops in 1,000,000 scenarios at 161 moments would take 1.3 GB\n"
        "  hint: take fewer scenarios, or put loops together with show=[...]"
    )


def test_the_plot_shows_who_leads_and_how_shares_spread():
    found = dominance_over(sweep(VILLAGE, birth_rate=[0.1, 0.2, 0.3, 0.4]))
    alt = found.plot(title="The village").alt
    assert "Chart: The village. " in alt
    assert "Area Growth R1 (share of the scenarios) falls from 1 to 0.25" in alt
    assert "Line Crowding B1" in alt
