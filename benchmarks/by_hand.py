"""The benchmark model as a person would write it: NumPy over scenarios, and numba.

Written out from ``tests/models/benchmark.flywheel``; the benchmark checks their numbers before it
measures them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

STEPS, STEP = 960, 0.125
XS = np.array([0, 0.25, 0.5, 1, 2, 4, 8])
YS = np.array([0.3, 0.6, 0.8, 1.0, 1.25, 1.45, 1.6])


def with_numpy(given: dict[str, Any], scenarios: int) -> np.ndarray:
    """All stocks, shape (stocks, times, scenarios); givens are numbers or arrays."""
    g = type("Givens", (), given)
    opening = (100000.0, 500.0, 50000.0, 120000.0, 5000000.0, 100000.0, 20.0, 0.6)
    now = [np.full(scenarios, value) for value in opening]
    out = np.empty((len(now), STEPS + 1, scenarios))
    for k in range(STEPS + 1):
        for i, values in enumerate(now):
            out[i, k] = values
        if k == STEPS:
            break
        customers, sellers, selection, infrastructure, cash, data, unit_cost, perceived = now
        price = unit_cost * (1 + g.margin)
        price_appeal = (price / g.reference_price) ** -g.price_elasticity
        selection_appeal = np.interp(selection / g.reference_selection, XS, YS)
        orders = customers * (g.base_orders_per_customer * price_appeal * selection_appeal)
        quality = 1 - np.exp(-infrastructure / np.maximum(orders, 1) * g.service_slope)
        personal = data / (data + g.data_half_saturation)
        experience = price_appeal * selection_appeal * perceived
        experience = experience * (1 + g.personalisation_gain * personal)
        left = np.maximum(g.market_size - customers, 0)
        heard = g.contact_rate * customers * left / g.market_size * experience
        revenue = orders * price
        marketing = g.marketing_fraction * revenue
        adopters = 0.0
        if k * STEP > g.launch_time:
            adopters = marketing / g.cost_per_lead * left / g.market_size
        churn = g.base_churn / np.maximum(experience, 0.1)
        appeal = np.sqrt(customers / g.reference_customers) * (1 - g.take_rate)
        wanted = g.seller_potential * appeal / (1 + appeal)
        scale = np.maximum(orders / g.reference_orders, 0.01)
        target = g.floor_cost + (g.base_cost - g.floor_cost) * scale**-g.learning_exponent
        operating = orders * unit_cost + g.fixed_cost + marketing
        budget = g.reinvest_fraction * np.maximum(cash, 0)
        joining = np.maximum(wanted - sellers, 0) / g.seller_join_time
        now = [
            customers + STEP * (heard + adopters - customers * churn),
            sellers + STEP * (joining - sellers * g.seller_leave_fraction),
            selection + STEP * (sellers * g.listings_per_seller - selection / g.listing_life),
            infrastructure
            + STEP * (budget / g.capacity_cost - infrastructure / g.infrastructure_life),
            cash + STEP * (revenue - operating - budget),
            data + STEP * (orders * g.data_per_order - data / g.data_life),
            unit_cost + STEP * ((target - unit_cost) / g.cost_adjust_time),
            perceived + STEP * ((quality - perceived) / g.perception_time),
        ]
    return out


def compiled_by_numba() -> Callable[[np.ndarray, np.ndarray], None]:
    """A function of (givens (scenarios, 33), out (scenarios, times, 8)), compiled on first call."""
    import numba

    @numba.njit
    def run(givens: np.ndarray, out: np.ndarray) -> None:
        for j in range(givens.shape[0]):
            (
                contact_rate, reinvest_fraction, margin, market_size, base_orders, reference_price,
                price_elasticity, reference_selection, service_slope, data_half, personal_gain,
                marketing_fraction, launch_time, cost_per_lead, base_churn, reference_customers,
                take_rate, seller_potential, seller_join_time, seller_leave, listings_per_seller,
                listing_life, reference_orders, floor_cost, base_cost, learning_exponent,
                cost_adjust_time, fixed_cost, capacity_cost, infrastructure_life, data_per_order,
                data_life, perception_time,
            ) = givens[j]  # fmt: skip
            customers, sellers, selection, infrastructure = 100000.0, 500.0, 50000.0, 120000.0
            cash, data, unit_cost, perceived = 5000000.0, 100000.0, 20.0, 0.6
            for k in range(STEPS + 1):
                row = out[j, k]
                row[0], row[1], row[2], row[3] = customers, sellers, selection, infrastructure
                row[4], row[5], row[6], row[7] = cash, data, unit_cost, perceived
                price = unit_cost * (1 + margin)
                price_appeal = (price / reference_price) ** -price_elasticity
                x = selection / reference_selection
                if x >= 8:
                    selection_appeal = 1.6
                else:
                    i = 0
                    while x >= XS[i + 1]:
                        i += 1
                    slope = (YS[i + 1] - YS[i]) / (XS[i + 1] - XS[i])
                    selection_appeal = YS[i] + slope * (x - XS[i])
                orders = customers * (base_orders * price_appeal * selection_appeal)
                quality = 1 - math.exp(-infrastructure / max(orders, 1.0) * service_slope)
                personal = data / (data + data_half)
                experience = price_appeal * selection_appeal * perceived
                experience *= 1 + personal_gain * personal
                left = max(market_size - customers, 0.0)
                heard = contact_rate * customers * left / market_size * experience
                revenue = orders * price
                marketing = marketing_fraction * revenue
                adopters = 0.0
                if k * STEP > launch_time:
                    adopters = marketing / cost_per_lead * left / market_size
                churn = base_churn / max(experience, 0.1)
                appeal = math.sqrt(customers / reference_customers) * (1 - take_rate)
                wanted = seller_potential * appeal / (1 + appeal)
                scale = max(orders / reference_orders, 0.01)
                target = floor_cost + (base_cost - floor_cost) * scale**-learning_exponent
                operating = orders * unit_cost + fixed_cost + marketing
                budget = reinvest_fraction * max(cash, 0.0)
                joining = max(wanted - sellers, 0.0) / seller_join_time
                customers += STEP * (heard + adopters - customers * churn)
                sellers, selection = (
                    sellers + STEP * (joining - sellers * seller_leave),
                    selection + STEP * (sellers * listings_per_seller - selection / listing_life),
                )
                infrastructure += STEP * (
                    budget / capacity_cost - infrastructure / infrastructure_life
                )
                cash += STEP * (revenue - operating - budget)
                data += STEP * (orders * data_per_order - data / data_life)
                unit_cost += STEP * ((target - unit_cost) / cost_adjust_time)
                perceived += STEP * ((quality - perceived) / perception_time)

    compiled: Callable[[np.ndarray, np.ndarray], None] = run
    return compiled
