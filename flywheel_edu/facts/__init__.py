"""Public figures for the course: every number with its source and how sure it is.

>>> from flywheel_edu import facts
>>> share = facts.series("third_party_share", "share_of_physical_gross_merchandise_sales")
>>> int(share[2015])
51
>>> print(facts.cite("third_party_share", "share_of_physical_gross_merchandise_sales"))
Amazon 2018 letter to shareholders (read on two independent pages)

A figure that was only remembered, and seen on no page, is left out of all of them unless you ask
for it with ``memory=True``. Nothing graded rests on one.

printed   the tables as they are kept, in the CSV files beside this page
derived   what is computed from them
tables    a table, a series, its source
claims    claims with their verdicts, and figures in words
plots     series as a picture, with the source below
checks    what must hold of all of them
"""

from __future__ import annotations

from flywheel_edu.facts.checks import Check, check
from flywheel_edu.facts.claims import Claim, claim, figures
from flywheel_edu.facts.plots import plot
from flywheel_edu.facts.printed import CONFIDENCES, FROM_MEMORY
from flywheel_edu.facts.tables import cite, mid_year, series, series_names, table, tables, years

__all__ = [
    "CONFIDENCES",
    "FROM_MEMORY",
    "Check",
    "Claim",
    "check",
    "cite",
    "claim",
    "figures",
    "mid_year",
    "plot",
    "series",
    "series_names",
    "table",
    "tables",
    "years",
]
