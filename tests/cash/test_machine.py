"""The machine of the 2004 letter: its printed tables, and what happens after them."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu import cash

# Amazon, letter to shareholders for 2004, in USD thousand, thousand trips and percent.
INCOME = {
    "sales": [100_000, 200_000, 400_000, 800_000],
    "units_sold": [100, 200, 400, 800],
    "sales_growth": [np.nan, 100, 100, 100],
    "gross_profit": [55_000, 110_000, 220_000, 440_000],
    "gross_margin": [55, 55, 55, 55],
    "depreciation": [40_000, 80_000, 160_000, 320_000],
    "labor_and_other_costs": [5_000, 10_000, 20_000, 40_000],
    "earnings": [10_000, 20_000, 40_000, 80_000],
    "net_margin": [10, 10, 10, 10],
    "earnings_growth": [np.nan, 100, 100, 100],
}
CASH_FLOW = {
    "earnings": [10_000, 20_000, 40_000, 80_000],
    "depreciation": [40_000, 80_000, 160_000, 320_000],
    "working_capital": [0, 0, 0, 0],
    "operating_cash_flow": [50_000, 100_000, 200_000, 400_000],
    "capital_expenditures": [160_000, 160_000, 320_000, 640_000],
    "free_cash_flow": [-110_000, -60_000, -120_000, -240_000],
}


def test_the_income_statement_is_the_printed_one_to_the_last_digit():
    table = cash.accounts((1, 2, 4, 8)).income_statement()
    assert list(table.index) == list(INCOME)
    np.testing.assert_array_equal(table.to_numpy(), np.array(list(INCOME.values())))


def test_the_cash_flow_statement_is_the_printed_one_to_the_last_digit():
    table = cash.accounts((1, 2, 4, 8)).cash_flow_statement()
    assert list(table.index) == list(CASH_FLOW)
    np.testing.assert_array_equal(table.to_numpy(), np.array(list(CASH_FLOW.values())))


@pytest.mark.parametrize(
    ("machines", "earnings", "free_cash_flow"),
    [((1, 1, 1, 1), 40, 40), ((1, 2, 3, 4), 100, -140), ((1, 2, 4, 8), 150, -530)],
)
def test_the_faster_it_grows_the_more_it_earns_and_the_more_cash_it_uses(
    machines, earnings, free_cash_flow
):
    run = cash.accounts(machines)
    assert run.earnings.sum() == earnings * 1e6
    assert run.free_cash_flow.sum() == free_cash_flow * 1e6


def test_eight_machines_still_have_850_million_to_earn_after_the_letters_last_year():
    run = cash.accounts((1, 2, 4, 8, 7, 6, 4, 0))
    assert (run.free_cash_flow[4:] / 1e6).tolist() == [350, 300, 200, 0]
    assert run.free_cash_flow.sum() == 320e6
    assert np.isnan(run.income_statement().loc["net_margin", "Year 8"])


def test_over_its_life_a_machine_earns_what_its_cash_flow_sums_to():
    run = cash.accounts((1, 1, 1, 1, 0))
    assert run.earnings.sum() == run.free_cash_flow.sum()


def test_a_machine_that_wears_out_is_bought_again():
    assert cash.accounts((1, 1, 1, 1, 1)).bought == (1, 0, 0, 0, 1)


def test_machines_do_not_vanish_before_their_time():
    with pytest.raises(ValueError) as caught:
        cash.accounts((2, 1))
    assert str(caught.value) == (
        "year 2 has 1 machines, but 2 are still running: they leave only at the end of their life"
    )


def test_a_cheaper_machine_mends_what_growth_could_not():
    cheap = cash.Machine(price=80e6)
    assert cash.accounts((1, 2, 4, 8), cheap).free_cash_flow.sum() > -530e6
    assert cash.npv([-80, 50, 50, 50, 50], 0.12) > 0
