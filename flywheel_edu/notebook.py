"""What any notebook can load: `%load_ext flywheel_edu.notebook`. Kernels of `flywheel lab` have it.

A missing name is often an unrun cell, and says so. A table's dollars are money, not mathematics;
where pandas would write 1.2e+07 its numbers are in full, unless `display.float_format` is set. No
option is changed.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flywheel_edu.later import pd


def load_ipython_extension(shell: Any) -> None:
    """Let a notebook's kernel speak so."""
    shell.set_custom_exc((NameError,), _tell_of_a_missing_name)
    kinds = shell.display_formatter.formatters
    for kind, name, home, shown in (
        ("text/html", "DataFrame", "pandas.core.frame", _frame),
        ("text/plain", "Series", "pandas.core.series", _row),
    ):
        kinds[kind].for_type_by_name(home, name, shown)
        kinds[kind].for_type_by_name("pandas", name, shown)  # as later versions call it


def _tell_of_a_missing_name(shell: Any, *problem: Any, tb_offset: int | None = None) -> Any:
    said = shell.showtraceback(problem, tb_offset=tb_offset)
    print(
        "If a cell above makes that name, run the notebook from the top: "
        "Run > Run All Above Selected Cell."
    )
    return said


def _frame(table: Any) -> Any:
    with pd.option_context("display.html.use_mathjax", False):
        return _in_full(table, type(table)._repr_html_)


def _row(values: Any, page: Any, cycle: bool) -> None:
    page.text(_in_full(values, repr))


def _in_full(table: Any, show: Any) -> Any:
    from flywheel_edu.charts.amounts import in_full

    said = show(table)
    own = pd.get_option("display.float_format")
    if said is None or own or not re.search(r"\de[+-]\d", said):
        return said
    with pd.option_context("display.float_format", partial(in_full, figures=6)):
        return show(table)
