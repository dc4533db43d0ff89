"""Unit economics, against sums made term by term."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu import cash


@given(st.floats(0.1, 100), st.floats(0.02, 1), st.floats(0, 0.5))
def test_lifetime_value_is_the_sum_of_what_a_customer_leaves(margin, churn, discount):
    terms = margin * ((1 - churn) / (1 + discount)) ** np.arange(3000)
    assert cash.lifetime_value(margin, churn, discount) == pytest.approx(terms.sum(), rel=1e-9)


def test_a_customer_who_never_leaves_and_is_never_discounted_is_refused():
    with pytest.raises(ValueError) as caught:
        cash.lifetime_value(10.0, churn_rate=0.0)
    assert str(caught.value) == (
        "churn_rate + discount_rate must be above 0, got 0: "
        "a customer who never leaves and is never discounted has no finite worth"
    )


@pytest.mark.parametrize("churn", [-0.1, 5.0])
def test_a_churn_in_percent_is_refused(churn):
    with pytest.raises(ValueError, match=r"^churn_rate is a share between 0 and 1, got"):
        cash.lifetime_value(10.0, churn_rate=churn)


def test_a_negative_discount_rate_is_refused():
    with pytest.raises(ValueError, match=r"^discount_rate must not be below 0, got -0\.1$"):
        cash.lifetime_value(10.0, churn_rate=0.1, discount_rate=-0.1)


@given(st.floats(0.5, 100), st.floats(0.5, 50), st.just(0.0) | st.floats(1e-6, 0.6))
def test_payback_is_the_first_payment_at_which_the_sum_covers_the_cost(cost, margin, churn):
    sums = np.cumsum(margin * (1 - churn) ** np.arange(400))
    covered = np.flatnonzero(sums >= cost - 1e-9)
    counted = float(covered[0] + 1) if covered.size else math.inf
    if not np.any(np.isclose(sums, cost, rtol=1e-6)):
        assert cash.payback_periods(cost, margin, churn) == counted


def test_a_customer_who_costs_nothing_is_paid_back_at_once():
    assert cash.payback_periods(0.0, margin=1.0) == 0.0


def test_a_customer_who_leaves_nothing_over_is_never_paid_back():
    assert cash.payback_periods(1.0, margin=0.0) == math.inf
