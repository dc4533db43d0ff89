"""A run in steps of the solver's own choosing, for fast and slow parts side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flywheel_edu.errors import SimulationError
from flywheel_edu.language import KNOWN, Call, walk
from flywheel_edu.model import Model

# What is told in steps of the time line, and is nothing between them: by the rule of its units.
_BY_STEPS = {"pulse": "lasts one step", "chance": "is drawn anew from step to step"}
_RELATIVE, _ABSOLUTE = 1e-9, 1e-12  # how far a stock may be off in each step


def refuse_steps(model: Model) -> None:
    """Refuse a model that has something which is told in steps."""
    for name, quantity in model.written.items():
        for node in walk(quantity.equation):
            if not isinstance(node, Call):
                continue
            why = _BY_STEPS.get(KNOWN[node.function].units)
            if node.function == "pipeline":
                why = "moves on by whole steps"
            if why is not None:
                raise SimulationError(
                    f"'{name}' has a {node.function}, which {why}; "
                    "the adaptive method has no steps of one length",
                    "leave out method='adaptive', or write it as a smooth, a delay or a step",
                    quantity=name,
                )


def adaptive(
    rates: Callable[..., tuple[tuple[float, ...], tuple[float, ...]]],
    start: float,
    dt: float,
    steps: int,
    s: Sequence[float],
    g: tuple[float, ...],
    rows: list[tuple[float, ...]],
) -> None:
    """As the printed ``rk4``, by LSODA, whose steps are never longer than ``dt``.

    Petzold, "Automatic selection of methods for solving stiff and nonstiff systems of ordinary
    differential equations", SIAM J. Sci. Stat. Comput. 4(1), 1983; in scipy.
    """
    from scipy.integrate import LSODA

    def slopes(t: float, stocks: Any) -> tuple[float, ...]:
        return rates(t, dt, stocks.tolist(), g)[0]

    rows.append(rates(start, dt, s, g)[1])
    if not s:
        rows += [rates(start + k * dt, dt, s, g)[1] for k in range(1, steps + 1)]
        return
    end = start + steps * dt
    solver = LSODA(slopes, start, s, end, max_step=dt, rtol=_RELATIVE, atol=_ABSOLUTE)
    while len(rows) <= steps:
        if solver.status == "running":
            told = solver.step()
        if solver.status == "failed":
            raise SimulationError(
                f"the adaptive method finds no step short enough at {solver.t:g}: {told}",
                "look for a rate that grows without end near that time",
                time=float(solver.t),
            )
        between = solver.dense_output()
        while len(rows) <= steps and (now := start + len(rows) * dt) <= solver.t + 1e-9 * dt:
            rows.append(rates(now, dt, between(min(now, solver.t)).tolist(), g)[1])
