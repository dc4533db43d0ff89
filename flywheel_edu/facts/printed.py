"""The tables as they are kept: each figure as its source prints it, read as a number."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flywheel_edu.later import pd

FROM_MEMORY = "from memory only"
"""The confidence of a figure that was seen on no page. Never grade or fit on one."""

COMPUTED = "computed from verified figures"
"""The confidence of a figure that we computed from figures that were all seen in print."""

CONFIDENCES = (
    FROM_MEMORY,
    "verified-in-stored-page",
    COMPUTED,
    "two independent stored pages agree",
)
"""How sure a figure is, the weakest first.

"Verified in a stored page" means that it was read on a page that was kept; with two independent
pages, each was read, and they do not copy one another.
"""

_FOLDER = Path(__file__).parent

# What a source printed before a number that is not exact, and what we call it.
_BOUNDS = {">": "above", "about ": "about", "close to ": "about", "up to ": "at most"}


def kept() -> tuple[str, ...]:
    """The names of the tables that are kept in files."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.csv")))


@cache
def printed_rows(name: str) -> pd.DataFrame:
    """All rows of one file, with the numbers in its columns of text read as numbers."""
    rows = pd.read_csv(_FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
    when = "period" if "period" in rows else "date" if "date" in rows else None
    if when is not None:
        found = rows[when].str.extract(r"(\d{4})", expand=False)
        at = list(rows.columns).index(when) + 1
        rows.insert(at, "year", pd.to_numeric(found).astype("Int64"))
    if "value" in rows:
        read = [_number(printed) for printed in rows["value"]]
        at = list(rows.columns).index("value")
        rows = rows.rename(columns={"value": "printed"})
        rows.insert(at, "value", pd.Series([value for value, _ in read], dtype=float))
        rows.insert(at + 1, "bound", [bound for _, bound in read])
    if "order" in rows:
        rows["order"] = rows["order"].astype(int)
    return rows


def exact(rows: pd.DataFrame, series: str) -> pd.Series:
    """The exact figures of one series, by year where every period is one, else by period."""
    rows = rows[(rows["series"] == series) & rows["value"].notna() & (rows["bound"] == "")]
    plain = rows["period"].str.fullmatch(r"\d{4}").all()
    found = rows.set_index(rows["year"].astype(int) if plain else rows["period"])["value"]
    found.index.name = "year" if plain else "period"
    found.name = series
    return found


def _number(printed: str) -> tuple[float, str]:
    """A printed figure as a number and its bound; not a number where it is words."""
    rest, bound = printed, ""
    for opening, name in _BOUNDS.items():
        if printed.startswith(opening):
            rest, bound = printed.removeprefix(opening), name
    if re.fullmatch(r"-?\d+(\.\d+)?", rest):
        return float(rest), bound
    return float("nan"), ""
