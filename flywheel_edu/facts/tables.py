"""The tables of figures: reading them, taking a series out, and saying where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from flywheel_edu.errors import FactsError, closest
from flywheel_edu.facts.derived import derived_rows
from flywheel_edu.facts.printed import CONFIDENCES, FROM_MEMORY, exact, kept, printed_rows
from flywheel_edu.later import pd

# What a reader of a chart or a cell is told of a confidence.
_SAID = {
    "verified-in-stored-page": "read on one page",
    "two independent stored pages agree": "read on two independent pages",
}

DERIVED = "derived"
"""The one table without a file: it is computed from the others."""


def tables() -> tuple[str, ...]:
    """The names of all tables.

    Examples
    --------
    >>> "aws" in tables()
    True
    """
    return tuple(sorted([*kept(), DERIVED]))


def table(name: str, *, memory: bool = False) -> pd.DataFrame:
    """One table, a row for each figure, with its source.

    Parameters
    ----------
    name : str
        One of `tables()`.
    memory : bool
        Also show the rows that are ``from memory only``. Never grade or fit on those.

    Returns
    -------
    DataFrame
        A table of figures has the columns ``series``; ``period`` as the source prints it and
        ``year`` (a whole number, missing where the period names none); ``value`` (a number,
        missing where the source prints words) in ``unit``; ``bound`` (empty for an exact figure,
        else ``above``, ``about`` or ``at most``); ``printed``, the figure as text; and
        ``source``, ``confidence``, ``address``, ``note``. The other tables have columns of text.

    Raises
    ------
    FactsError
        If there is no such table.

    Examples
    --------
    >>> aws = table("aws")
    >>> aws.loc[(aws.series == "aws_net_sales") & (aws.year == 2024), "value"].item()
    107556.0
    """
    rows = _rows(name)
    if not memory and "confidence" in rows:
        rows = rows[rows["confidence"] != FROM_MEMORY]
    return rows.reset_index(drop=True).copy()


@cache
def series_names(name: str) -> tuple[str, ...]:
    """The series in a table of figures, in the order of the table.

    Examples
    --------
    >>> series_names("prime_members")[-1]
    'prime_annual_fee'
    """
    return tuple(str(each) for each in dict.fromkeys(_figures(name)["series"]))


def series(name: str, series: str, *, memory: bool = False) -> pd.Series:
    """The exact figures of one series, by year.

    Parameters
    ----------
    name : str
        One of `tables()`.
    series : str
        One of `series_names(name)`, or the end of just one of them.
    memory : bool
        Also take the rows that are ``from memory only``.

    Returns
    -------
    Series of float
        Indexed by year where every period is a year, otherwise by the period as printed. Its
        unit is in ``.attrs["unit"]``, its source in ``.attrs["source"]``. Figures that the source
        gives only as a bound ("over 100 million") are left out: `table` has them.

    Raises
    ------
    FactsError
        If there is no such table or series.

    Examples
    --------
    >>> sales = series("aws", "aws_net_sales")
    >>> float(sales[2013]), sales.attrs["unit"]
    (3108.0, 'USD million')
    """
    return _series(name, _full_series_name(name, series), memory).copy()


@cache
def _series(name: str, full: str, memory: bool) -> pd.Series:
    rows = table(name, memory=memory)
    found = exact(rows, full)
    rows = rows[(rows["series"] == full) & rows["value"].notna() & (rows["bound"] == "")]
    found.attrs["unit"] = "; ".join(dict.fromkeys(rows["unit"]))
    found.attrs["source"] = citation(rows)
    return found


def years(name: str, *wanted: str, memory: bool = False) -> pd.DataFrame:
    """Several series side by side, one row a year.

    Parameters
    ----------
    name : str
        One of `tables()`.
    *wanted : str
        As for `series`; without any, every series of the table that is printed by year.
    memory : bool
        Also take the rows that are ``from memory only``.

    Returns
    -------
    DataFrame of float, shape (years, series)
        A year that a series does not have is missing (NaN).

    Examples
    --------
    >>> aws = years("aws", "net_sales", "aws_operating_income")
    >>> aws.loc[2024].tolist()
    [107556.0, 39834.0]
    """
    taken = [series(name, each, memory=memory) for each in wanted or series_names(name)]
    taken = [each for each in taken if each.index.name == "year" and len(each)]
    if not taken:
        raise FactsError(f"no series of '{name}' that you asked for is printed by year")
    return pd.concat(taken, axis="columns").sort_index()


def mid_year(yearly: pd.Series) -> pd.Series:
    """A yearly series in continuous time: each figure stands at the middle of its year.

    What flowed over a whole year, such as sales, compares best with a model's rate at mid-year.

    Examples
    --------
    >>> float(mid_year(series("aws", "aws_net_sales")).index[0])
    2013.5
    """
    moved = yearly.copy()
    moved.index = moved.index.astype(float) + 0.5
    moved.index.name = "time"
    return moved


def cite(name: str, series: str | None = None, year: int | None = None) -> str:
    """Where figures come from and how sure they are, to print below a chart.

    Parameters
    ----------
    name : str
        One of `tables()`.
    series : str, optional
        As for `series`; otherwise the whole table.
    year : int, optional
        One year of it.

    Returns
    -------
    str
        Each source once, in the order of the table, with the weakest confidence it carries.

    Raises
    ------
    FactsError
        If there is no such table, series or year.

    Examples
    --------
    >>> cite("aws", "aws_net_sales", 2014)
    'Form 10-K 2015, segment information (read on one page)'
    """
    rows = _rows(name)
    if series is not None:
        rows = rows[rows["series"] == _full_series_name(name, series)]
    if year is not None:
        rows = rows[rows["year"] == year] if "year" in rows else rows.iloc[:0]
    if rows.empty:
        raise FactsError(f"'{name}' has no figure for {series or 'any series'} in {year}")
    return citation(rows)


def citation(rows: pd.DataFrame) -> str:
    """The sources of some rows, each once, with the weakest confidence it carries."""
    held: dict[str, list[str]] = {}
    for source, confidence in zip(rows["source"], rows["confidence"], strict=True):
        held.setdefault(source, []).append(confidence)
    weakest = {source: min(each, key=CONFIDENCES.index) for source, each in held.items()}
    return "; ".join(f"{source} ({said_of(each)})" for source, each in weakest.items())


def said_of(confidence: str) -> str:
    """A confidence as a reader of a chart or a cell is told it."""
    return _SAID.get(confidence, confidence)


@cache
def _rows(name: str) -> pd.DataFrame:
    if name == DERIVED:
        return derived_rows()
    if name not in kept():
        raise FactsError(
            f"there is no table of facts called '{name}'",
            hint=closest(name, tables()) or f"the tables are {_listed(tables())}",
        )
    return printed_rows(name)


def _figures(name: str) -> pd.DataFrame:
    rows = _rows(name)
    if "value" not in rows:
        raise FactsError(
            f"'{name}' is a table of words, not of figures",
            hint=f"read it with facts.table('{name}')",
        )
    return rows


def _full_series_name(name: str, wanted: str) -> str:
    known = series_names(name)
    if wanted in known:
        return wanted
    ending = [each for each in known if each.endswith(wanted)] if wanted else []
    if len(ending) == 1:
        return ending[0]
    if ending:
        raise FactsError(
            f"'{wanted}' is the end of {len(ending)} series of '{name}'",
            hint=f"write one in full: {_listed(ending)}",
        )
    raise FactsError(
        f"'{name}' has no series called '{wanted}'",
        hint=closest(wanted, known) or f"it has {_listed(known)}",
    )


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
