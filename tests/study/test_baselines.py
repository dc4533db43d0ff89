"""The baselines, on series whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.facts import mid_year, series
from flywheel_edu.study.baselines import (
    baselines,
    damped_growth,
    exponential,
    last_value,
    s_curve,
    trend,
)

TIME = np.arange(12.0)
LATER = np.array([15.0, 20.0])


def test_a_straight_line_goes_on_as_a_straight_line():
    assert trend(TIME, 3 + 2 * TIME, 1)(LATER) == pytest.approx(3 + 2 * LATER)


def test_compound_growth_goes_on_at_its_rate():
    assert exponential(TIME, 5 * 1.3**TIME)(LATER) == pytest.approx(5 * 1.3**LATER)


def test_an_s_curve_is_found_again_from_its_first_half():
    def curve(time):
        return 80 / (1 + np.exp(-0.5 * (time - 10)))

    assert s_curve("logistic", TIME, curve(TIME))(LATER) == pytest.approx(curve(LATER), rel=1e-4)


def test_the_last_value_stays():
    assert last_value(TIME, TIME**2)(LATER).tolist() == [121.0, 121.0]


def test_what_touches_zero_has_no_constant_percentage_growth():
    assert exponential(TIME, TIME) is None


def test_three_points_make_no_s_curve():
    assert s_curve("logistic", TIME[:3], TIME[:3] + 1) is None


def test_a_later_trend_looks_only_at_later_points():
    bent = np.where(TIME < 6, 0.0, TIME - 6) + 1
    named = baselines(TIME, bent, trend_from=7)
    assert named["linear trend from 7"](LATER) == pytest.approx(LATER - 5)
    assert set(baselines(TIME, np.exp(np.sqrt(1 + TIME)), trend_from=7)) == {
        "last value",
        "last increment",
        "last growth rate",
        "linear trend",
        "quadratic trend",
        "exponential",
        "damped growth",
        "logistic",
        "Gompertz",
        "Bass",
        "linear trend from 7",
    }


def test_a_parabola_goes_on_as_a_parabola():
    assert trend(TIME, 1 + TIME**2, 2)(LATER) == pytest.approx(1 + LATER**2)


def gompertz(time):
    return 80 * np.exp(-np.exp(-0.4 * (time - 8)))


def adopters(time, p=0.01, q=0.4, market=100):
    gone = np.exp(-(p + q) * time)
    return market * (1 - gone) / (1 + q / p * gone)


def adoption(time, p=0.01, q=0.4, market=100):
    gone = np.exp(-(p + q) * time)
    return market * (p + q) ** 2 / p * gone / (1 + q / p * gone) ** 2


@pytest.mark.parametrize(
    ("shape", "curve"), [("Gompertz", gompertz), ("Bass", adopters), ("Bass", adoption)]
)
def test_each_curve_is_found_again_from_its_first_half(shape, curve):
    time = TIME + 1
    assert s_curve(shape, time, curve(time))(LATER) == pytest.approx(curve(LATER), rel=1e-3)


def test_growth_that_dies_away_goes_on_dying_away():
    # the growth rate is 0.5 exp(-0.2 t): a Gompertz curve
    def curve(time):
        return 10 * np.exp(0.5 / 0.2 * (1 - np.exp(-0.2 * time)))

    assert damped_growth(TIME, curve(TIME))(LATER) == pytest.approx(curve(LATER), rel=1e-9)
    assert damped_growth(TIME, np.exp(0.02 * TIME**2)) is None


def test_the_curves_of_the_aws_chapter_are_off_by_what_a_second_program_found():
    # mean absolute percentage errors of 2021-24, computed apart from this code
    sales = mid_year(series("aws", "aws_net_sales"))
    time, value = sales.index.to_numpy(float), sales.to_numpy(float)
    known, held = time < 2021, (time > 2021) & (time < 2025)
    found = {
        name: 100 * np.mean(np.abs(forecast(time[held]) / value[held] - 1))
        for name, forecast in baselines(time[known], value[known], trend_from=2017).items()
    }
    expected = {
        "last growth rate": 9.5,
        "last increment": 15.8,
        "linear trend from 2017": 19.3,
        "exponential": 70.5,
        "logistic": 20.3,
        "quadratic trend": 6.6,
        "Gompertz": 6.0,
    }
    assert {name: round(found[name], 1) for name in expected} == expected
