"""What models share that differ only in the numbers of their givens."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from flywheel_edu.language import Number, names_in
from flywheel_edu.model.check import computing_order, opening_order
from flywheel_edu.model.parts import Quantity

_ANY = (-sys.float_info.max, sys.float_info.max)  # every finite number


class Structure:
    """What models share that differ only in the numbers of their givens.

    Attributes
    ----------
    written, quantities : Mapping of str to Quantity
        The quantities with the numbers of the model that was read first: as written, and with what
        was unfolded.
    order : tuple of str
        The computed quantities, each after those it is computed from.
    opening_order : tuple of str
        The stocks and what their opening values need, each after what it needs.
    """

    def __init__(self, written: Mapping[str, Quantity], quantities: Mapping[str, Quantity]) -> None:
        self.written, self.quantities = written, quantities
        self.order = computing_order(quantities)
        self.opening_order = opening_order(quantities)
        kinds: dict[str, list[str]] = {"stock": [], "given": [], "computed": [], "data": []}
        for quantity in quantities.values():
            kinds[quantity.kind].append(quantity.name)
        # Those of the author first: what is unfolded is nobody's first stock.
        self.stocks = tuple(sorted(kinds["stock"], key=lambda name: name not in written))
        self.givens = tuple(kinds["given"])
        self.ranges = {name: quantities[name].range or _ANY for name in self.givens}

    @cached_property
    def readers(self) -> dict[str, set[str]]:
        """For each name that an equation reads, the quantities whose equations do."""
        found: dict[str, set[str]] = {}
        for quantity in self.quantities.values():
            for name in names_in(quantity.equation):
                found.setdefault(name, set()).add(quantity.name)
        return found


def with_numbers(
    quantities: Mapping[str, Quantity], numbers: Mapping[str, float]
) -> Mapping[str, Quantity]:
    """The quantities with other numbers for some of the givens."""
    changed = {
        name: replace(quantities[name], equation=Number(value)) for name, value in numbers.items()
    }
    return {**quantities, **changed}
