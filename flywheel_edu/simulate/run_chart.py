"""How a run is drawn: quantities of one unit share a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from flywheel_edu.charts.charts import Chart, chart, panels
from flywheel_edu.errors import FlywheelError
from flywheel_edu.language import Table
from flywheel_edu.model import Model, Quantity

MOST_PANELS = 6


def plot_run(
    model: Model,
    run: Mapping[str, Any],
    names: tuple[str, ...],
    *,
    ax: Any = None,
    title: str = "",
    log: bool = False,
) -> Any:
    """Draw quantities of a run over time; see `Run.plot`."""
    for name in names:
        run[name]  # says what is near
    shown = names or tuple(name for name in model.stocks if not model[name].part_of)
    units = list(dict.fromkeys(str(model[name].unit) for name in shown))
    across = str(model.clock.unit)

    def put_on(page: Chart, names: Iterable[str]) -> None:
        for name in names:
            x, y = _curve(model[name], run)
            page.line(x, y, model[name].label, unit=str(model[name].unit))

    if ax is not None:
        page = chart(title, across=across, ax=ax, log=log)
        put_on(page, shown)
        page.label_ends()
        return ax
    if len(units) > MOST_PANELS:
        raise FlywheelError(
            f"these quantities have {len(units)} different units; a picture holds {MOST_PANELS}\n"
            "  hint: name the quantities to draw, such as run.plot('customers', 'price')"
        )
    pages: tuple[Chart, ...]
    if len(units) == 1:
        pages = (chart(title, across=across, log=log),)
    else:
        pages = panels([title, *[""] * (len(units) - 1)], across=across, log=log)
    for page, unit in zip(pages, units, strict=True):
        put_on(page, (name for name in shown if str(model[name].unit) == unit))
    return pages[0].picture()


def _curve(quantity: Quantity, run: Mapping[str, Any]) -> tuple[Any, Any]:
    """A quantity over time; a measured series from its first point to its last, and no further."""
    if quantity.kind != "data" or not isinstance(quantity.equation, Table):
        return run["time"], run[quantity.name]
    times, values = zip(*quantity.equation.points, strict=True)
    x = np.unique(np.clip(run["time"], times[0], times[-1]))
    return x, np.interp(x, times, values)
