"""Run by each kernel of `flywheel lab` as it starts: a missing name is often an unrun cell."""

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

    if (shell := get_ipython()) is not None:
        shell.set_custom_exc((NameError,), tell_of_a_missing_name)  # type: ignore[no-untyped-call]


_start()
del _start
