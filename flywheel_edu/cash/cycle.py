"""The cash conversion cycle: the days between paying suppliers and being paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Days = NDArray[np.float64]


def days_inventory(inventories: ArrayLike, cost_of_sales: ArrayLike, *, days: float = 365) -> Days:
    """Days that goods lie in stock (DIO), from a balance and the cost of sales of a year.

    Parameters
    ----------
    inventories : array, in one currency
        At the end of the period; take an average of balances if stock swings much.
    cost_of_sales : array, same currency
        Over the whole period.
    days : float
        Length of the period.

    Returns
    -------
    array, days

    Raises
    ------
    ValueError
        If there is no cost of sales.

    Examples
    --------
    Amazon in 2022, in USD million:

    >>> round(float(days_inventory(34_405, 288_831)), 1)
    43.5
    """
    return _days(inventories, cost_of_sales, days, "cost_of_sales")


def days_receivable(receivables: ArrayLike, net_sales: ArrayLike, *, days: float = 365) -> Days:
    """Days until customers have paid (DSO), from a balance and the sales of a year.

    Parameters
    ----------
    receivables : array, in one currency
        Amazon's line is "accounts receivable, net and other": it holds more than customers' debts.
        Services that count customers' debts alone print fewer days.
    net_sales : array, same currency
    days : float

    Returns
    -------
    array, days

    Raises
    ------
    ValueError
        If there are no sales.

    Examples
    --------
    >>> round(float(days_receivable(42_360, 513_983)), 1)
    30.1
    """
    return _days(receivables, net_sales, days, "net_sales")


def days_payable(payables: ArrayLike, cost_of_sales: ArrayLike, *, days: float = 365) -> Days:
    """Days until suppliers are paid (DPO), from a balance and the cost of sales of a year.

    Parameters
    ----------
    payables : array, in one currency
    cost_of_sales : array, same currency
    days : float

    Returns
    -------
    array, days

    Raises
    ------
    ValueError
        If there is no cost of sales.

    Examples
    --------
    >>> round(float(days_payable(79_600, 288_831)), 1)
    100.6
    """
    return _days(payables, cost_of_sales, days, "cost_of_sales")


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
    """The cash conversion cycle from year-end balances.

    Parameters
    ----------
    inventories, receivables, payables : array, in one currency
        Balances at the end of the period.
    net_sales, cost_of_sales : array, same currency
        Over the period.
    days : float
        Length of the period.

    Returns
    -------
    CashCycle

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
    >>> round(float(cycle.days), 1)
    -27.0
    """
    return CashCycle(
        inventory=days_inventory(inventories, cost_of_sales, days=days),
        receivable=days_receivable(receivables, net_sales, days=days),
        payable=days_payable(payables, cost_of_sales, days=days),
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
