"""What one customer costs and is worth: unit economics in closed form."""

from __future__ import annotations

import math


def lifetime_value(margin: float, churn_rate: float, discount_rate: float = 0.0) -> float:
    """The worth today of one customer who pays every period until they leave.

    Parameters
    ----------
    margin : float, currency/period
        What the customer leaves over each period, the first one now.
    churn_rate : float, 1/period
        Share of customers lost each period, between 0 and 1.
    discount_rate : float, 1/period
        As a fraction: 0.01 for 1 % a period.

    Returns
    -------
    float, currency

    Raises
    ------
    ValueError
        If a rate is out of its range, or nobody ever leaves and nothing is discounted: the sum
        has no end.

    Notes
    -----
    The sum of ``margin * ((1 - churn_rate) / (1 + discount_rate)) ** t`` over t = 0, 1, 2, ...

    References
    ----------
    Gupta, Lehmann, Stuart, "Valuing Customers", Journal of Marketing Research 41(1), 2004;
    there the first payment comes after one period.

    Examples
    --------
    >>> round(lifetime_value(10.0, churn_rate=0.05, discount_rate=0.01), 2)
    168.33
    """
    if not 0 <= churn_rate <= 1:
        raise ValueError(f"churn_rate is a share between 0 and 1, got {churn_rate:g}")
    if discount_rate < 0:
        raise ValueError(f"discount_rate must not be below 0, got {discount_rate:g}")
    if churn_rate + discount_rate <= 0:
        raise ValueError(
            f"churn_rate + discount_rate must be above 0, got {churn_rate + discount_rate:g}: "
            "a customer who never leaves and is never discounted has no finite worth"
        )
    return margin * (1 + discount_rate) / (churn_rate + discount_rate)


def payback_periods(acquisition_cost: float, margin: float, churn_rate: float = 0.0) -> float:
    """Periods until the average customer has paid back what it cost to win them.

    Parameters
    ----------
    acquisition_cost : float, currency/customer
    margin : float, currency/customer/period
        What a customer who is still there leaves over each period, the first one now.
    churn_rate : float, 1/period
        Share of customers lost each period.

    Returns
    -------
    float, periods
        The whole number of payments it takes. Infinite if too many leave first.

    Raises
    ------
    ValueError
        If ``churn_rate`` is outside 0 to 1.

    Examples
    --------
    >>> payback_periods(30.0, margin=10.0)
    3.0
    >>> payback_periods(30.0, margin=10.0, churn_rate=0.2)
    5.0
    >>> payback_periods(30.0, margin=10.0, churn_rate=0.4)
    inf
    """
    if not 0 <= churn_rate <= 1:
        raise ValueError(f"churn_rate is a share between 0 and 1, got {churn_rate:g}")
    if acquisition_cost <= 0:
        return 0.0
    if margin <= 0:
        return math.inf
    payments = acquisition_cost / margin
    if churn_rate > 0:
        # After n payments a customer has left margin * (1 - (1 - churn) ** n) / churn.
        if payments * churn_rate >= 1 or churn_rate == 1:
            return 1.0 if payments <= 1 else math.inf
        payments = math.log1p(-payments * churn_rate) / math.log1p(-churn_rate)
    return float(math.ceil(payments - 1e-9))
