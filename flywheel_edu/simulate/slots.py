"""A model as straight-line work: which slot holds what, and in which order it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flywheel_edu.language import Expression
from flywheel_edu.model import Model


@dataclass(frozen=True)
class Plan:
    """What every printer needs of a model before it prints code.

    Names of quantities never reach printed code; each has a slot such as ``s0``, ``g3`` or ``v12``.
    """

    stocks: tuple[str, ...]
    givens: tuple[str, ...]
    computed: tuple[str, ...]  # in computing order, the data series among them
    slots: dict[str, str]  # of every quantity, and of time
    equations: dict[str, Expression]  # of the computed quantities, and the stocks' opening values
    # For each stock, the signs and names of what flows in and out.
    flows: tuple[tuple[tuple[int, str], ...], ...]
    opening: tuple[str, ...]  # the stocks and what their opening values need, in computing order

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The quantities that change during a run: stocks, then computed."""
        return self.stocks + self.computed

    @cached_property
    def rows(self) -> dict[str, int]:
        """Where each of them stands in ``names``."""
        return {name: row for row, name in enumerate(self.names)}


def plan_of(model: Model) -> Plan:
    """The plan of a model, which is that of all models of its structure."""
    stocks, givens, computed = model.stocks, model.givens, model.order
    slots = {"time": "t"}
    for letter, names in (("s", stocks), ("g", givens), ("v", computed)):
        slots |= {name: f"{letter}{i}" for i, name in enumerate(names)}
    return Plan(
        stocks=stocks,
        givens=givens,
        computed=computed,
        slots=slots,
        equations={name: model[name].equation for name in (*computed, *stocks)},
        flows=tuple(tuple((e.sign, e.flow) for e in model[name].ledger) for name in stocks),
        opening=model.structure.opening_order,
    )
