"""Run by each kernel of `flywheel lab` as it starts: what it says of a missing name, and tables.

A missing name is often an unrun cell. A table in which pandas would write 1.2e+07 is shown with its
numbers in full, unless `display.float_format` is set; no option of pandas is changed.
"""

from __future__ import annotations


def _start() -> None:
    """Within a function, so that no name of ours is left among the student's."""
    from typing import Any

    from IPython.core.getipython import get_ipython

    def tell_of_a_missing_name(self: Any, *problem: Any, tb_offset: int | None = None) -> Any:
        said = self.showtraceback(problem, tb_offset=tb_offset)
        print(
            "If a cell above makes that name, run the notebook from the top: "
            "Run > Run All Above Selected Cell."
        )
        return said

    def show_in_full(table: Any, show: Any) -> Any:
        import re
        from functools import partial

        import pandas as pd

        from flywheel_edu.charts.amounts import in_full

        said = show(table)
        own = pd.get_option("display.float_format")
        if said is None or own or not re.search(r"\de[+-]\d", said):
            return said
        with pd.option_context("display.float_format", partial(in_full, figures=6)):
            return show(table)

    def frame(table: Any) -> Any:
        return show_in_full(table, type(table)._repr_html_)

    def row(values: Any, page: Any, cycle: bool) -> None:
        page.text(show_in_full(values, repr))

    shell: Any = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError,), tell_of_a_missing_name)
        kinds = shell.display_formatter.formatters
        for kind, name, home, shown in (
            ("text/html", "DataFrame", "pandas.core.frame", frame),
            ("text/plain", "Series", "pandas.core.series", row),
        ):
            kinds[kind].for_type_by_name(home, name, shown)
            kinds[kind].for_type_by_name("pandas", name, shown)  # as later versions call it


_start()
del _start
