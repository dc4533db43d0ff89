"""The computed figures, against the ratios as they were worked out by hand from the filings."""

from __future__ import annotations

import pytest

from flywheel_edu import facts


@pytest.mark.parametrize(
    ("series", "year", "expected", "digits"),
    [
        ("net_sales_growth", 1998, 312.6, 1),
        ("amazon_cash_conversion_cycle", 2025, -51.1, 1),  # 39.2 + 34.5 - 124.8 days
        ("free_cash_flow_per_diluted_share_post_split", 2025, 1.03, 2),  # 11,194 / 10,827
        ("net_sales_growth", 2025, 12.4, 1),
        ("aws_net_sales_growth", 2025, 19.7, 1),
        ("aws_operating_margin", 2025, 35.4, 1),
        ("aws_operating_margin", 2020, 29.8, 1),
        ("aws_share_of_operating_income", 2014, 257.3, 1),
        ("operating_income_without_aws", 2022, -10_593.0, 1),
        ("free_cash_flow_margin", 2020, 8.03, 2),
        ("free_cash_flow_per_diluted_share_post_split", 2011, 0.2269, 4),
        ("free_cash_flow_per_diluted_share_post_split", 2021, -0.8808, 4),
        ("amazon_days_inventory", 2014, 48.3, 1),
        ("amazon_days_receivable", 2019, 27.1, 1),
        ("amazon_days_payable", 2020, 113.5, 1),
        ("amazon_cash_conversion_cycle", 2021, -36.1, 1),
        ("amazon_cash_conversion_cycle", 2022, -27.0, 1),
        ("costco_cash_conversion_cycle", 2016, 8.8, 1),
        ("walmart_cash_conversion_cycle", 2023, 7.0, 1),
    ],
)
def test_a_derived_figure_is_the_one_worked_out_from_the_filings(series, year, expected, digits):
    assert round(facts.series("derived", series)[year], digits) == expected


def test_a_figure_computed_from_a_remembered_one_is_itself_from_memory():
    name = "amazon_cash_conversion_cycle"
    assert 2023 not in facts.series("derived", name)
    assert round(facts.series("derived", name, memory=True)[2023], 1) == -28.7
    assert "from memory only" in facts.cite("derived", name, 2023)


def test_growth_is_not_computed_across_a_missing_year():
    assert 1997 not in facts.series("derived", "net_sales_growth")
