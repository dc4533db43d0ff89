"""The fits of the library: what must hold of them, and what they do not hide."""

from __future__ import annotations

import pytest

from flywheel_edu.flywheels import validation

CHECKS = [
    *(("retail", check) for check in validation._retail_checks(validation.retail_fit(starts=2))),
    *(("aws", check) for check in validation._aws_checks(validation.aws_fit(starts=2))),
    *(("bass", check) for check in validation._bass_checks(validation.bass_fit(starts=2))),
]


@pytest.mark.parametrize(("name", "check"), CHECKS, ids=[f"{n}: {c.says}" for n, c in CHECKS])
def test_the_fit_holds(name, check):
    assert check.holds, f"{name}: {check}"


def test_the_straight_line_is_shown_to_beat_the_model_where_it_does():
    found = CHECKS[0][1].found
    assert "linear trend 0.8" in found
    assert "linear trend from 2008 1.3" in found


def test_several_starts_end_at_the_same_fit():
    costs = validation.aws_fit(starts=4).costs
    assert costs[1] == pytest.approx(costs[0], rel=1e-3)


def test_nothing_fitted_rests_on_memory():
    found = validation.retail_fit(starts=1)
    years = found.measured["net_sales"].time
    assert years[0] == 1999.5
    assert len(years) == len(found.measured["third_party_share"].time) == 20
