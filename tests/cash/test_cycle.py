"""The cash conversion cycle, against Amazon's balance sheets and simple cases."""

from __future__ import annotations

import pytest

from flywheel_edu import cash


def amazon_2021(**changes):
    # Form 10-K 2021, USD million.
    lines = {
        "inventories": 32_640,
        "receivables": 32_891,
        "payables": 78_664,
        "net_sales": 469_822,
        "cost_of_sales": 272_344,
    }
    return cash.cash_cycle(**(lines | changes))


def test_amazons_cycle_of_2021_is_36_days_below_zero():
    cycle = amazon_2021()
    assert round(float(cycle.inventory), 1) == 43.7
    assert round(float(cycle.receivable), 1) == 25.6
    assert round(float(cycle.payable), 1) == 105.4
    assert round(float(cycle.days), 1) == -36.1


def test_customers_debts_alone_make_a_shorter_cycle_than_the_balance_sheet_line():
    assert amazon_2021(receivables=20_000).days < amazon_2021().days


def test_goods_that_lie_for_a_year_lie_for_365_days_and_over_a_quarter_for_91():
    assert amazon_2021(inventories=1.0, cost_of_sales=1.0).inventory == 365
    assert amazon_2021(payables=1.0, cost_of_sales=1.0, days=91).payable == 91


def test_a_firm_without_suppliers_credit_waits_for_goods_and_customers():
    cycle = amazon_2021(payables=0)
    assert cycle.days == cycle.inventory + cycle.receivable


def test_no_trade_has_no_days():
    with pytest.raises(ValueError) as caught:
        amazon_2021(cost_of_sales=0)
    assert str(caught.value) == (
        "cost_of_sales must be above 0, got 0: "
        "with no trade in the period there are no days to count"
    )
