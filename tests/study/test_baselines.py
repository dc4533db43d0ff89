"""The baselines, on series whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.study.baselines import baselines, exponential, last_value, linear_trend, logistic

TIME = np.arange(12.0)
LATER = np.array([15.0, 20.0])


def test_a_straight_line_goes_on_as_a_straight_line():
    assert linear_trend(TIME, 3 + 2 * TIME)(LATER) == pytest.approx(3 + 2 * LATER)


def test_compound_growth_goes_on_at_its_rate():
    assert exponential(TIME, 5 * 1.3**TIME)(LATER) == pytest.approx(5 * 1.3**LATER)


def test_an_s_curve_is_found_again_from_its_first_half():
    def curve(time):
        return 80 / (1 + np.exp(-0.5 * (time - 10)))

    assert logistic(TIME, curve(TIME))(LATER) == pytest.approx(curve(LATER), rel=1e-4)


def test_the_last_value_stays():
    assert last_value(TIME, TIME**2)(LATER).tolist() == [121.0, 121.0]


def test_what_touches_zero_has_no_constant_percentage_growth():
    assert exponential(TIME, TIME) is None


def test_three_points_make_no_s_curve():
    assert logistic(TIME[:3], TIME[:3] + 1) is None


def test_a_later_trend_looks_only_at_later_points():
    bent = np.where(TIME < 6, 0.0, TIME - 6) + 1
    named = baselines(TIME, bent, trend_from=7)
    assert named["linear trend from 7"](LATER) == pytest.approx(LATER - 5)
    assert set(named) == {
        "last value",
        "linear trend",
        "exponential",
        "logistic",
        "linear trend from 7",
    }
