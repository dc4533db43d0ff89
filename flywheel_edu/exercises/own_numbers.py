"""The numbers that differ by student, exercise by exercise.

They stand apart from the tasks: a submission that is being run needs its numbers, and must not
reach what its answers are checked against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flywheel_edu.exercises.selfcheck import Parameter

OWN_NUMBERS: Mapping[str, Sequence[Parameter]] = {
    "01_napkin": [
        Parameter("before", 80, 120, 1, "USD/share"),
        Parameter("after", 5, 30, 0.5, "USD/share"),
    ],
    "02_stocks": [
        Parameter("told", 0.08, 0.16, 0.005, "1/month"),
        Parameter("leave", 0.02, 0.06, 0.005, "1/month"),
        Parameter("inflow", 9, 15, 0.5, "litre/minute"),
        Parameter("outflow", 3, 7, 0.5, "litre/minute"),
    ],
    "03_retail": [
        Parameter("variable_cost", 20, 30, 0.5, "USD/order"),
        Parameter("fixed_cost", 100e6, 300e6, 10e6, "USD/year"),
        Parameter("own_orders", 10e6, 30e6, 1e6, "order/year"),
        Parameter("seller_orders", 5e6, 20e6, 1e6, "order/year"),
        Parameter("sent_by_us", 0.2, 0.8, 0.05, "1"),
        Parameter("last_fitted", 2009, 2013, 1, "year"),
    ],
    "04_loops": [
        Parameter("leave_rate", 0.06, 0.16, 0.005, "1/month"),
        Parameter("year", 4, 12, 0.5, "year"),
        Parameter("opening", 100, 900, 10, "customer"),
        Parameter("growth", 0.05, 0.4, 0.01, "1/year"),
    ],
    "05_cash": [
        Parameter("price", 120, 200, 5, "million_USD"),
        Parameter("cash_each", 42, 58, 1, "million_USD/year"),
        Parameter("rate", 0.08, 0.16, 0.01, "1/year"),
    ],
    "06_cycle": [
        Parameter("sales", 400, 900, 10, "million_USD/year"),
        Parameter("cost_of_sales", 250, 390, 10, "million_USD/year"),
        Parameter("inventory_days", 20, 60, 1, "day"),
        Parameter("receivable_days", 5, 25, 1, "day"),
        Parameter("payable_days", 90, 120, 1, "day"),
        Parameter("terms", 1.5, 3, 0.25, "month"),
    ],
    "07_aws": [
        Parameter("first_cost", 600, 1400, 50, "USD/server/year"),
        Parameter("fall", 0.08, 0.25, 0.01),
        Parameter("year", 2016, 2023, 1),
        Parameter("price", 1000, 1400, 20, "USD/server/year"),
        Parameter("cost", 600, 800, 10, "USD/server/year"),
        Parameter("cut", 0.05, 0.1, 0.01),
        Parameter("price_weight", 0.75, 2.75, 0.25),
    ],
    "08_data": [
        Parameter("buyers", 40e3, 120e3, 5e3, "customer"),
        Parameter("rival_buyers", 5e3, 20e3, 1e3, "customer"),
        Parameter("records_each", 10, 30, 1, "record/customer/month"),
        Parameter("useful_life", 4, 24, 1, "month"),
        Parameter("needs", 10e6, 60e6, 5e6, "record"),
        Parameter("share", 0.5, 0.95, 0.05),
        Parameter("basic", 0.61, 0.9, 0.01),
    ],
    "09_rented": [
        Parameter("margin", 6, 15, 0.5, "USD/customer/month"),
        Parameter("churn", 0.03, 0.1, 0.01, "1/month"),
        Parameter("discount", 0.005, 0.015, 0.0025, "1/month"),
        Parameter("cost", 30.5, 55.5, 1, "USD/customer"),
        Parameter("customers", 2000, 30000, 1000, "customer"),
        Parameter("word_of_mouth", 0.005, 0.02, 0.005, "1/month"),
        Parameter("ad_share", 0.35, 0.7, 0.05),
    ],
    "10_limits": [
        Parameter("first_sales", 100, 400, 10, "million_USD/year"),
        Parameter("last_sales", 900, 2000, 50, "million_USD/year"),
        Parameter("years", 4, 9, 1, "year"),
        Parameter("market", 5000, 12000, 500, "million_USD/year"),
        Parameter("staff_needed", 200, 900, 50, "person"),
        Parameter("turnover", 0.8, 1.6, 0.1, "1/year"),
    ],
    "11_own": [
        Parameter("blow", 0.3, 0.6, 0.05),
        Parameter("weaker", 0.05, 0.2, 0.005),
    ],
}
