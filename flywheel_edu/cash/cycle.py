"""The cash conversion cycle: the days between paying suppliers and being paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Days = NDArray[np.float64]


@dataclass(frozen=True)
class CashCycle:
    """The three waits of the cash conversion cycle, and their sum.

    Attributes
    ----------
    inventory, receivable, payable : array, days
        How long goods lie, how long customers owe, how long we owe.
    """

    inventory: Days
    receivable: Days
    payable: Days

    @property
    def days(self) -> Days:
        """The cycle: goods lie, then customers owe, less the time suppliers wait.

        Below zero, customers' money arrives before suppliers are paid, and growth brings cash.
        """
        return self.inventory + self.receivable - self.payable


def cash_cycle(
    *,
    inventories: ArrayLike,
    receivables: ArrayLike,
    payables: ArrayLike,
    net_sales: ArrayLike,
    cost_of_sales: ArrayLike,
    days: float = 365,
) -> CashCycle:
    """The cash conversion cycle from balances and a year's trade.

    Parameters
    ----------
    inventories, receivables, payables : array, in one currency
        Balances at the end of the period; take averages if they swing much. Amazon's line is
        "accounts receivable, net and other", which holds more than customers' debts: services
        that count those alone print fewer days.
    net_sales, cost_of_sales : array, same currency
        Over the period. Customers' debts are held against sales, the other two against costs.
    days : float
        Length of the period.

    Raises
    ------
    ValueError
        If there are no sales or no cost of sales.

    References
    ----------
    Richards & Laughlin, "A cash conversion cycle approach to liquidity analysis", Financial
    Management 9(1), 1980. Year-end balances are used here, as most services do; Amazon's own
    ratios of 2013-15 use averages and a quarter's cost of sales, and differ.

    Examples
    --------
    Amazon in 2022, in USD million:

    >>> cycle = cash_cycle(inventories=34_405, receivables=42_360, payables=79_600,
    ...                    net_sales=513_983, cost_of_sales=288_831)
    >>> [round(float(each), 1) for each in (cycle.inventory, cycle.receivable, cycle.payable)]
    [43.5, 30.1, 100.6]
    >>> round(float(cycle.days), 1)
    -27.0
    """
    return CashCycle(
        inventory=_days(inventories, cost_of_sales, days, "cost_of_sales"),
        receivable=_days(receivables, net_sales, days, "net_sales"),
        payable=_days(payables, cost_of_sales, days, "cost_of_sales"),
    )


def _days(balance: ArrayLike, flow: ArrayLike, days: float, flow_name: str) -> Days:
    over = np.asarray(flow, dtype=float)
    if np.any(over <= 0):
        raise ValueError(
            f"{flow_name} must be above 0, got {over.min():g}: "
            "with no trade in the period there are no days to count"
        )
    found: Days = days * np.asarray(balance, dtype=float) / over
    return found
