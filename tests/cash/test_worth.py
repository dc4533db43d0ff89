"""Present value, internal rate of return and payback, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flywheel_edu import cash

rates = st.floats(-0.5, 2.0)
rows = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


def test_one_machine_of_the_letter_depends_on_when_its_payments_fall():
    assert round(cash.npv([-160, 50, 50, 50, 50], 0.12), 2) == -8.13
    assert round(cash.npv([-110, 50, 50, 50], 0.12, first_at=1), 2) == 9.01
    assert round(cash.npv([-110, 50, 50, 50], 0.12), 2) == 10.09


def test_a_level_row_is_worth_what_the_annuity_formula_says():
    rate, years = 0.07, 9
    annuity = (1 - (1 + rate) ** -years) / rate
    assert cash.npv([1.0] * years, rate, first_at=1) == pytest.approx(annuity, rel=1e-12)


@given(rows, rates)
def test_waiting_one_period_more_divides_the_worth_by_one_plus_the_rate(row, rate):
    now, later = cash.npv(row, rate), cash.npv(row, rate, first_at=1)
    assert later == pytest.approx(now / (1 + rate), rel=1e-9, abs=1e-6)


def test_a_rate_of_minus_one_or_below_is_refused():
    with pytest.raises(ValueError) as caught:
        cash.npv([1.0, 1.0], -1)
    assert str(caught.value) == "rate must be above -1, got -1; 5 % a period is written 0.05"


def test_the_letters_machine_returns_nine_and_a_half_percent():
    assert round(100 * cash.irr([-160, 50, 50, 50, 50]), 2) == 9.56


@given(st.floats(-0.9, 5.0), st.integers(1, 30))
def test_money_that_grows_at_a_rate_returns_that_rate(rate, years):
    row = np.zeros(years + 1)
    row[0], row[-1] = -1.0, (1 + rate) ** years
    assert cash.irr(row) == pytest.approx(rate, abs=1e-9)


@given(st.lists(st.floats(0.1, 1e3), min_size=1, max_size=12), st.floats(1, 1e3))
def test_at_its_rate_of_return_an_investment_is_worth_nothing(income, price):
    assume(price / sum(income) < 500)
    row = [-price, *income]
    rate = cash.irr(row)
    assert cash.npv(row, rate) == pytest.approx(0.0, abs=1e-6 * price)


def test_two_rates_of_return_are_both_named_and_neither_is_given():
    # -100, +230, -132 is worth nothing at 10 % and at 20 %.
    with pytest.raises(ValueError) as caught:
        cash.irr([-100, 230, -132])
    assert str(caught.value) == (
        "10.00% and 20.00% all make these payments worth nothing today, because their sign "
        "changes more than once: use npv at a rate you choose"
    )


@pytest.mark.parametrize(
    ("row", "rate"),
    [([-100, 200, -100], 0.0), ([-100, 210, -110.25], 0.05), ([0, -4, 12, -9, 0], 0.5)],
)
def test_a_worth_that_only_touches_zero_has_the_rate_where_it_does(row, rate):
    # -100 (1 - x)**2, -100 (1 - 1.05 x)**2 and -4 (1 - 1.5 x)**2, with x = 1 / (1 + rate).
    assert cash.irr(row) == pytest.approx(rate, abs=1e-7)


def test_two_rates_of_return_close_together_are_both_found():
    with pytest.raises(ValueError, match=r"^0\.00% and 0\.20% all make these payments"):
        cash.irr([-100, 200.2, -100.2])  # -100 (1 - x) (1 - 1.002 x)


def test_payments_one_way_only_have_no_rate_of_return():
    with pytest.raises(ValueError, match=r"^a rate of return needs payments both ways"):
        cash.irr([100, 50])


def test_payments_that_are_never_worth_nothing_have_no_rate_of_return():
    with pytest.raises(ValueError, match=r"^no rate of return makes these payments worth nothing"):
        cash.irr([100, -100, 100])


@pytest.mark.parametrize(
    ("row", "periods"),
    [
        ([-160, 50, 50, 50, 50], 3.2),
        ([-100, 50, 50], 2.0),
        ([-100, 0, 200], 1.5),
        ([10, -5], 0.0),
        ([0, -100, 60, 60], 2 + 40 / 60),
        ([50, -100, 60], 1 + 50 / 60),
        ([-100, 50], math.inf),
    ],
)
def test_payback_is_when_what_came_in_covers_what_went_out(row, periods):
    assert cash.payback(row) == pytest.approx(periods)
