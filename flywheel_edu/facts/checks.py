"""What must hold of the figures: every one sourced, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from flywheel_edu import cash
from flywheel_edu.facts.printed import FROM_MEMORY
from flywheel_edu.facts.tables import series, table, tables, years
from flywheel_edu.later import pd


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes
    ----------
    says : str
        What should hold, as a sentence.
    holds : bool
    found : str
        The figures that were found.
    """

    says: str
    holds: bool
    found: str

    def __str__(self) -> str:
        return f"{'holds' if self.holds else 'FAILS'}  {self.says}: {self.found}"


def check() -> tuple[Check, ...]:
    """Check every table, and the sums that the course relies on.

    Returns
    -------
    tuple of Check
        Printed by ``flywheel facts --check``.

    Examples
    --------
    >>> all(each.holds for each in check())
    True
    """
    return (*_sourced(), *_letter(), *_worth(), *_free_cash_flow(), *_cycles(), *_shares())


def _sourced() -> Iterator[Check]:
    unsourced, from_memory, figures = [], 0, 0
    for name in tables():
        rows = table(name, memory=True)
        if "confidence" not in rows:
            continue
        figures += len(rows)
        from_memory += int((rows["confidence"] == FROM_MEMORY).sum())
        bare = rows[(rows["source"].str.strip() == "") | (rows["confidence"].str.strip() == "")]
        unsourced += [f"{name} row {row + 2}" for row in bare.index]
    yield Check(
        "every figure names its source and how sure it is",
        not unsourced,
        "; ".join(unsourced) or f"{figures} rows, {from_memory} of them {FROM_MEMORY}",
    )
    shown = sum(
        int((table(name)["confidence"] == FROM_MEMORY).sum())
        for name in tables()
        if "confidence" in table(name)
    )
    yield Check("no figure from memory is handed out unasked", shown == 0, f"{shown} rows")


def _letter() -> Iterator[Check]:
    """The three tables of the 2004 letter, every printed figure."""
    grown = cash.accounts((1, 2, 4, 8))
    for title, opening, computed in (
        ("income statement", "income_statement: ", grown.income_statement()),
        ("cash flow statement", "cash_flow: ", grown.cash_flow_statement()),
    ):
        rows = table("letter2004_example")
        rows = rows[rows["series"].str.startswith(opening)]
        wrong = []
        for line, year, printed in zip(rows["series"], rows["period"], rows["value"], strict=True):
            ours = float(computed.loc[line.removeprefix(opening), year])
            if not (ours == printed or (np.isnan(ours) and np.isnan(printed))):
                wrong.append(f"{line} {year}: printed {printed:g}, computed {ours:g}")
        yield Check(
            f"the {title} of the 2004 letter comes out to the last digit",
            len(rows) > 0 and not wrong,
            "; ".join(wrong) or f"{len(rows)} figures",
        )
    plans = {
        "0%, 0%, 0%": (1, 1, 1, 1),
        "100%, 50%, 33%": (1, 2, 3, 4),
        "100%, 100%, 100%": (1, 2, 4, 8),
    }
    rows = table("letter2004_example")
    printed = rows[rows["period"].isin(plans)].set_index(["series", "period"])["value"]
    found, wrong = [], []
    for growth, machines in plans.items():
        run = cash.accounts(machines)
        totals = {
            "machines_in_year_4": float(run.machines[-1]),
            "cumulative_earnings": float(run.earnings.sum() / 1e3),
            "cumulative_free_cash_flow": float(run.free_cash_flow.sum() / 1e3),
        }
        found.append(f"{totals['cumulative_free_cash_flow']:,.0f}")
        wrong += [
            f"{line} at {growth}"
            for line, value in totals.items()
            if printed[(f"growth_table: {line}", growth)] != value
        ]
    yield Check(
        "the growth table of the 2004 letter comes out to the last digit",
        len(printed) == 9 and not wrong,
        "; ".join(wrong) or f"{len(printed)} figures, free cash flow {', '.join(found)} thousand",
    )


def _worth() -> Iterator[Check]:
    at_once = cash.npv([-160, 50, 50, 50, 50], 0.12)
    yearly = cash.npv([-110, 50, 50, 50], 0.12, first_at=1)
    rate = cash.irr([-160, 50, 50, 50, 50])
    yield Check(
        "one machine at 12 % is worth -8.13 million, paid for at once",
        round(at_once, 2) == -8.13,
        f"{at_once:+.2f}",
    )
    yield Check(
        "its printed yearly row at year-ends is worth +9.01 million",
        round(yearly, 2) == 9.01,
        f"{yearly:+.2f}",
    )
    yield Check(
        "its internal rate of return is 9.56 %", round(100 * rate, 2) == 9.56, f"{rate:.2%}"
    )


def _free_cash_flow() -> Iterator[Check]:
    """Operating cash flow less capital expenditure, of the same first printing."""
    both = _free_cash_flow_gap(memory=False)
    wrong = [f"{year}: off by {off:g}" for year, off in both.items() if abs(off) > 1e-6]
    yield Check(
        "free cash flow is operating cash flow less capital expenditure, every year with both",
        len(both) > 0 and not wrong,
        "; ".join(wrong) or f"{len(both)} years, {both.index.min()} to {both.index.max()}",
    )
    remembered = _free_cash_flow_gap(memory=True).drop(both.index)
    # The results releases of 2007 to 2010 print both cash flows rounded to 10 million.
    yield Check(
        "where capital expenditure is from memory, it is so within rounding",
        bool((remembered.abs() <= 10).all()),
        f"{', '.join(map(str, remembered.index))}: off by at most {remembered.abs().max():g} "
        f"million ({FROM_MEMORY}: shown, never graded)",
    )


def _free_cash_flow_gap(*, memory: bool) -> pd.Series:
    """Operating cash flow less capital expenditure less free cash flow, by year."""
    rows = years("amazon_financials", memory=memory)
    built = rows["capex_net_of_proceeds_from_sales_and_incentives"].fillna(
        rows["capex_gross_purchases_of_property_and_equipment"]
    )
    gap = rows["operating_cash_flow"] - built - rows["free_cash_flow_as_first_reported"]
    return gap.dropna()


def _cycles() -> Iterator[Check]:
    printed = {2021: -36.1, 2022: -27.0, 2023: -28.7}
    firm = series("derived", "amazon_cash_conversion_cycle")
    found = series("derived", "amazon_cash_conversion_cycle", memory=True)
    for year, days in printed.items():
        mark = "" if year in firm.index else f" ({FROM_MEMORY}: shown, never graded)"
        yield Check(
            f"Amazon's cash conversion cycle of {year} is {days} days",
            round(float(found[year]), 1) == days,
            f"{found[year]:.1f}{mark}",
        )


def _shares() -> Iterator[Check]:
    share = series("third_party_share", "share_of_physical_gross_merchandise_sales")
    printed = [3, 3, 6, 17, 22, 25, 28, 28, 29, 30, 31, 34, 38, 42, 46, 49, 51, 54, 56, 58]
    yield Check(
        "third-party share of gross merchandise sales, 1999 to 2018, as the 2018 letter prints it",
        list(share) == printed and list(share.index) == list(range(1999, 2019)),
        f"{share.iloc[0]:.0f} % in {share.index[0]} to {share.iloc[-1]:.0f} % in {share.index[-1]}",
    )
