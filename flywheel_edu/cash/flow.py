"""Free cash flow: what operations bring in, less what is built."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Amounts = NDArray[np.float64]


def free_cash_flow(operating_cash_flow: ArrayLike, capital_expenditure: ArrayLike) -> Amounts:
    """Operating cash flow less capital expenditure, as Amazon defines it.

    Parameters
    ----------
    operating_cash_flow : array, in one currency
    capital_expenditure : array, same currency
        Spending on property and equipment, counted as positive. Say which one: since 2017 Amazon
        subtracts it *net* of proceeds from sales and incentives, data vendors mostly gross.

    Returns
    -------
    array, same currency

    Notes
    -----
    Building lowers free cash flow. It is not a pot from which building is then paid.

    References
    ----------
    Amazon, Form 10-K 2024, "Non-GAAP Financial Measures"; 2004 letter to shareholders.

    Examples
    --------
    Amazon in 2004, in USD million:

    >>> round(float(free_cash_flow(566.56, 89.133)), 3)
    477.427
    """
    return np.subtract(operating_cash_flow, capital_expenditure, dtype=np.float64)


def depreciation(purchases: ArrayLike, life: int, *, salvage: float = 0.0) -> Amounts:
    """Straight-line depreciation of things bought in each period.

    Parameters
    ----------
    purchases : array of shape (periods,), in one currency
        What was spent in each period. Use begins in the same period.
    life : int
        Periods over which each purchase is written off, in equal parts.
    salvage : float
        Share of the price that is still there at the end and is never written off, 0 to 1.

    Returns
    -------
    array of shape (periods,), same currency
        The charge in each period. Purchases near the end are not yet written off in full.

    Raises
    ------
    ValueError
        If ``life`` is under one period, or ``salvage`` is outside 0 to 1.

    Examples
    --------
    The machines of Amazon's 2004 letter, in USD million:

    >>> depreciation([160, 160, 320, 640], life=4).tolist()
    [40.0, 80.0, 160.0, 320.0]
    """
    if life < 1:
        raise ValueError(f"life must be at least one period, got {life:g}")
    if not 0 <= salvage <= 1:
        raise ValueError(f"salvage is a share of the price, 0 to 1, got {salvage:g}")
    bought = np.atleast_1d(np.asarray(purchases, dtype=float))
    in_use = np.cumsum(bought)
    in_use[life:] -= np.cumsum(bought)[:-life]
    return in_use * (1 - salvage) / life
