"""The transport machine of Amazon's 2004 letter: how growing earnings can use up cash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.cash.flow import depreciation, free_cash_flow
from flywheel_edu.later import pd

Row = NDArray[np.float64]


@dataclass(frozen=True)
class Machine:
    """One machine and what a trip brings and costs, as printed in the letter.

    Attributes
    ----------
    price : float, USD
    trips : float, trips/year
        Its capacity; every trip is sold.
    life : int, years
        After which it is gone.
    trip_price, trip_goods, trip_labour : float, USD/trip
        What a passenger pays, the cost of goods, and labour and other costs.

    References
    ----------
    Amazon, letter to shareholders for 2004 (April 2005).
    """

    price: float = 160e6
    trips: float = 100_000.0
    life: int = 4
    trip_price: float = 1_000.0
    trip_goods: float = 450.0
    trip_labour: float = 50.0


@dataclass(frozen=True)
class Accounts:
    """The accounts of a business that runs some number of machines, year by year.

    Attributes
    ----------
    machine : Machine
    machines : tuple of int
        How many run in each year.
    bought : tuple of int
        How many are bought at the start of each year.
    sales, goods, labour, depreciation, earnings : array of shape (years,), USD
    operating_cash_flow, capital_expenditure, free_cash_flow : array of shape (years,), USD
    trips : array of shape (years,)
    """

    machine: Machine
    machines: tuple[int, ...]
    bought: tuple[int, ...]
    trips: Row
    sales: Row
    goods: Row
    labour: Row
    depreciation: Row
    earnings: Row
    operating_cash_flow: Row
    capital_expenditure: Row
    free_cash_flow: Row

    def income_statement(self) -> pd.DataFrame:
        """The letter's first table, in USD thousand, thousand trips and percent.

        Examples
        --------
        >>> accounts((1, 2, 4, 8)).income_statement().loc["earnings"].tolist()
        [10000.0, 20000.0, 40000.0, 80000.0]
        """
        gross = self.sales - self.goods
        return self._table(
            {
                "sales": self.sales / 1e3,
                "units_sold": self.trips / 1e3,
                "sales_growth": _growth(self.sales),
                "gross_profit": gross / 1e3,
                "gross_margin": _percent(gross, self.sales),
                "depreciation": self.depreciation / 1e3,
                "labor_and_other_costs": self.labour / 1e3,
                "earnings": self.earnings / 1e3,
                "net_margin": _percent(self.earnings, self.sales),
                "earnings_growth": _growth(self.earnings),
            }
        )

    def cash_flow_statement(self) -> pd.DataFrame:
        """The letter's second table, in USD thousand.

        Examples
        --------
        >>> accounts((1, 2, 4, 8)).cash_flow_statement().loc["free_cash_flow"].tolist()
        [-110000.0, -60000.0, -120000.0, -240000.0]
        """
        return self._table(
            {
                "earnings": self.earnings / 1e3,
                "depreciation": self.depreciation / 1e3,
                "working_capital": np.zeros(len(self.machines)),
                "operating_cash_flow": self.operating_cash_flow / 1e3,
                "capital_expenditures": self.capital_expenditure / 1e3,
                "free_cash_flow": self.free_cash_flow / 1e3,
            }
        )

    def _table(self, rows: dict[str, Row]) -> pd.DataFrame:
        years = [f"Year {number}" for number in range(1, len(self.machines) + 1)]
        return pd.DataFrame(rows, index=years).T


def accounts(machines: Sequence[int], machine: Machine | None = None) -> Accounts:
    """What a business earns and what cash it has left, running so many machines each year.

    Parameters
    ----------
    machines : sequence of int, one for each year
        How many run in each year. Those that are missing are bought for cash at its start; one
        that has reached the end of its life is gone.
    machine : Machine, optional
        The letter's own, unless you give another.

    Returns
    -------
    Accounts
        Of shape (years,) throughout.

    Raises
    ------
    ValueError
        If a year has fewer machines than are still running: the letter knows no sales of them.

    Notes
    -----
    As in the letter there is no tax, no interest and no working capital: customers pay when
    suppliers are paid.

    Examples
    --------
    Earnings double every year; the cash runs away. In USD million:

    >>> grown = accounts((1, 2, 4, 8))
    >>> (grown.earnings / 1e6).tolist()
    [10.0, 20.0, 40.0, 80.0]
    >>> (grown.free_cash_flow / 1e6).tolist()
    [-110.0, -60.0, -120.0, -240.0]

    One machine, and no growth:

    >>> (accounts((1, 1, 1, 1)).free_cash_flow / 1e6).tolist()
    [-110.0, 50.0, 50.0, 50.0]
    """
    machine = machine or Machine()
    bought: list[int] = []
    for year, wanted in enumerate(machines):
        running = sum(bought[max(0, year - machine.life + 1) : year])
        if wanted < running:
            raise ValueError(
                f"year {year + 1} has {wanted} machines, but {running} are still running: "
                "they leave only at the end of their life"
            )
        bought.append(wanted - running)
    trips = np.asarray(machines, dtype=float) * machine.trips
    spent = np.asarray(bought, dtype=float) * machine.price
    written_off = depreciation(spent, machine.life)
    sales, goods = trips * machine.trip_price, trips * machine.trip_goods
    labour = trips * machine.trip_labour
    earnings = sales - goods - labour - written_off
    operating = earnings + written_off
    return Accounts(
        machine=machine,
        machines=tuple(machines),
        bought=tuple(bought),
        trips=trips,
        sales=sales,
        goods=goods,
        labour=labour,
        depreciation=written_off,
        earnings=earnings,
        operating_cash_flow=operating,
        capital_expenditure=spent,
        free_cash_flow=free_cash_flow(operating, spent),
    )


def _growth(row: Row) -> Row:
    """Percent above the year before; missing in the first year and after a year of nothing."""
    return np.concatenate([[np.nan], _percent(row[1:] - row[:-1], row[:-1])])


def _percent(part: Row, whole: Row) -> Row:
    """A share in percent; missing where there is no whole."""
    share: Row = np.full(len(whole), np.nan)
    return np.divide(100 * part, whole, out=share, where=whole != 0)
