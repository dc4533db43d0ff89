"""How a run is drawn: quantities of one unit share a chart, of no known unit those of one size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    shown = names or model.own_stocks
    least = {} if log else _least(run, [name for name in shown if not model[name].unit.checked])
    alike: dict[tuple[str, float], list[str]] = {}
    for name in shown:
        alike.setdefault((str(model[name].unit), least.get(name, 0.0)), []).append(name)
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
    units = {unit for unit, _ in alike}
    if len(units) > MOST_PANELS:
        raise FlywheelError(
            f"these quantities have {len(units)} different units; a picture holds {MOST_PANELS}\n"
            "  hint: name the quantities to draw, such as run.plot('customers', 'price')"
        )
    pages = panels([title, *[""] * (len(alike) - 1)], across=across, log=log)
    for page, group in zip(pages, alike.values(), strict=True):
        put_on(page, group)
    return pages[0].picture()


def _least(run: Mapping[str, Any], names: Sequence[str]) -> dict[str, float]:
    """For each quantity the size of the least that it is not more than ten times as large as."""
    least, low = {}, 0.0
    for size, name in sorted((float(np.abs(run[name]).max()), name) for name in names):
        low = size if size > 10 * low else low
        least[name] = low
    return least if len(set(least.values())) < MOST_PANELS else {}


def _curve(quantity: Quantity, run: Mapping[str, Any]) -> tuple[Any, Any]:
    """A quantity over time; a measured series from its first point to its last, and no further."""
    if quantity.kind != "data" or not isinstance(quantity.equation, Table):
        return run["time"], run[quantity.name]
    times, values = zip(*quantity.equation.points, strict=True)
    x = np.unique(np.clip(run["time"], times[0], times[-1]))
    return x, np.interp(x, times, values)
