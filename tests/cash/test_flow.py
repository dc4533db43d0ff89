"""Free cash flow and depreciation, against printed figures and hand calculations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu import cash


def test_free_cash_flow_of_2017_is_8376_only_with_net_capital_expenditure():
    # Form 10-K 2017: purchases 11,955, proceeds 1,897, operating cash flow 18,434.
    assert cash.free_cash_flow(18_434, 11_955 - 1_897) == 8_376
    assert cash.free_cash_flow(18_434, 11_955) == 6_479  # as data vendors print it


def test_building_more_lowers_free_cash_flow_by_as_much():
    built = np.array([10.0, 20.0])
    assert (cash.free_cash_flow(50.0, built) - cash.free_cash_flow(50.0, built + 5) == 5).all()


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=20),
    st.integers(1, 30),
    st.floats(0, 1),
)
def test_in_the_end_exactly_the_price_less_salvage_is_written_off(bought, life, salvage):
    long_enough = [*bought, *[0.0] * life]
    charged = cash.depreciation(long_enough, life, salvage=salvage)
    assert charged.sum() == pytest.approx(sum(bought) * (1 - salvage), abs=1e-6)
    assert (charged >= -1e-6).all()


def test_a_life_under_one_period_is_refused():
    with pytest.raises(ValueError, match=r"^life must be at least one period, got 0$"):
        cash.depreciation([100.0], life=0)


def test_salvage_above_the_price_is_refused():
    with pytest.raises(ValueError, match=r"^salvage is a share of the price, 0 to 1, got 2$"):
        cash.depreciation([100.0], life=3, salvage=2)
