"""Cash: what a business earns, ties up and is worth. Numbers in, numbers out.

Amounts are in any one currency and unit; rates are fractions for one period (0.12 for 12 % a
year); shares, days and years are plain numbers. Every function of amounts takes a number or an
array of them.

customers   what one customer costs and is worth
cycle       the days between paying suppliers and being paid
flow        what operations bring in, less what is built
machine     the machine of the letter for 2004: how growing earnings can use up cash
worth       what a row of payments is worth
"""

from __future__ import annotations

from flywheel_edu.cash.customers import lifetime_value, payback_periods
from flywheel_edu.cash.cycle import CashCycle, cash_cycle
from flywheel_edu.cash.flow import depreciation, free_cash_flow
from flywheel_edu.cash.machine import Accounts, Machine, accounts
from flywheel_edu.cash.worth import irr, npv, payback

__all__ = [
    "Accounts",
    "CashCycle",
    "Machine",
    "accounts",
    "cash_cycle",
    "depreciation",
    "free_cash_flow",
    "irr",
    "lifetime_value",
    "npv",
    "payback",
    "payback_periods",
]
