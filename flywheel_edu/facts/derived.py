"""Figures computed from the other tables, so that none is kept twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from flywheel_edu import cash
from flywheel_edu.facts.printed import COMPUTED, FROM_MEMORY, exact, printed_rows
from flywheel_edu.later import pd

# The first year counted in shares after the split of 27 May 2022 is printed for 2020.
_SPLIT = 20
_Years: TypeAlias = "dict[str, pd.Series]"


def _by_year(*, memory: bool) -> _Years:
    """The columns of a few tables by year, with or without what is from memory only."""
    columns: _Years = {}
    for name in ("amazon_financials", "aws", "working_capital"):
        rows = printed_rows(name)
        rows = rows if memory else rows[rows["confidence"] != FROM_MEMORY]
        columns |= {series: exact(rows, series) for series in dict.fromkeys(rows["series"])}
    return columns


def derived_rows() -> pd.DataFrame:
    """All derived figures, those that rest on memory marked as such."""
    sure, all_known = _by_year(memory=False), _by_year(memory=True)
    rows = []
    for series, (unit, formula, compute) in _DERIVED.items():
        firm = compute(sure).dropna()
        for year, value in compute(all_known).dropna().items():
            rows.append(
                {
                    "series": series,
                    "period": str(year),
                    "year": int(str(year)),
                    "value": float(value),
                    "bound": "",
                    "printed": f"{value:.6g}",
                    "unit": unit,
                    "source": f"computed: {formula}",
                    "confidence": COMPUTED if year in firm.index else FROM_MEMORY,
                    "address": "",
                    "note": "" if year in firm.index else "uses a figure from memory only",
                }
            )
    return pd.DataFrame(rows).astype({"year": "Int64"})


def _growth(values: pd.Series) -> pd.Series:
    """Percent above the year before, where the year before is there."""
    before = values.copy()
    before.index = before.index + 1
    return 100 * (values / before - 1)


def _share_count(columns: _Years) -> pd.Series:
    after = columns["diluted_weighted_average_shares_after_2022_split"]
    before = _SPLIT * columns["diluted_weighted_average_shares_as_reported"]
    return after.combine_first(before)


def _cycle(company: str, receivables: str, part: str) -> Callable[[_Years], pd.Series]:
    def compute(columns: _Years) -> pd.Series:
        lines = ("inventories", receivables, "accounts_payable", "net_sales", "cost_of_sales")
        balances = pd.DataFrame({line: columns[f"{company}_{line}"] for line in lines}).dropna()
        cycle = cash.cash_cycle(
            inventories=balances["inventories"].to_numpy(),
            receivables=balances[receivables].to_numpy(),
            payables=balances["accounts_payable"].to_numpy(),
            net_sales=balances["net_sales"].to_numpy(),
            cost_of_sales=balances["cost_of_sales"].to_numpy(),
        )
        return pd.Series(getattr(cycle, part), index=balances.index)

    return compute


def _cycles() -> dict[str, _Way]:
    lines = {
        "amazon": "accounts_receivable_net_and_other",
        "costco": "receivables_net",
        "walmart": "receivables_net",
        "bestbuy": "receivables_net",
    }
    parts = {
        "days_inventory": ("inventory", "365 x year-end inventories / cost of sales"),
        "days_receivable": ("receivable", "365 x year-end receivables / net sales"),
        "days_payable": ("payable", "365 x year-end accounts payable / cost of sales"),
        "cash_conversion_cycle": ("days", "days of inventory + receivable - payable"),
    }
    return {
        f"{company}_{name}": ("days", formula, _cycle(company, receivables, part))
        for company, receivables in lines.items()
        for name, (part, formula) in parts.items()
    }


# Each series by its name: its unit, how it is said, and how it is computed year by year.
_Way: TypeAlias = "tuple[str, str, Callable[[_Years], pd.Series]]"
_DERIVED: dict[str, _Way] = {
    "net_sales_growth": (
        "percent",
        "net sales over those of the year before, less 1",
        lambda columns: _growth(columns["net_sales"]),
    ),
    "free_cash_flow_margin": (
        "percent of net sales",
        "free cash flow as first reported / net sales",
        lambda columns: 100 * columns["free_cash_flow_as_first_reported"] / columns["net_sales"],
    ),
    "free_cash_flow_per_diluted_share_post_split": (
        "USD per share",
        "free cash flow as first reported / diluted shares, those before the split of 2022 x 20",
        lambda columns: columns["free_cash_flow_as_first_reported"] / _share_count(columns),
    ),
    "aws_net_sales_growth": (
        "percent",
        "AWS net sales over those of the year before, less 1",
        lambda columns: _growth(columns["aws_net_sales"]),
    ),
    "aws_operating_margin": (
        "percent",
        "AWS operating income / AWS net sales",
        lambda columns: 100 * columns["aws_operating_income"] / columns["aws_net_sales"],
    ),
    "aws_share_of_operating_income": (
        "percent",
        "AWS operating income / operating income (above 100 when the other segments lose money)",
        lambda columns: 100 * columns["aws_operating_income"] / columns["operating_income"],
    ),
    "operating_income_without_aws": (
        "USD million",
        "operating income less that of AWS",
        lambda columns: columns["operating_income"] - columns["aws_operating_income"],
    ),
    **_cycles(),
}
