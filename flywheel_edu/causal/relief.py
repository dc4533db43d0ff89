"""One model for many experiments: its arrows can be relieved, each by a number of its own."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import ModelError
from flywheel_edu.language import Binary, Call, Expression, Name, Number, with_values
from flywheel_edu.model import Model, Quantity
from flywheel_edu.simulate.many_runs import run_scenarios
from flywheel_edu.simulate.scenarios import plan_work
from flywheel_edu.simulate.sweep import MEMORY
from flywheel_edu.units import ONE

Arrow = tuple[str, str]
Kind = Literal["loop", "capacity"]
Relief = tuple[Kind, str, str]  # the cause, and the line in which it acts
Put = Callable[[Expression, Mapping[str, Expression]], Expression]

PLENTY = 1000.0  # times a capacity, when there is as much as anybody wants


@dataclass(frozen=True)
class Relievable:
    """A model that runs as it did, until the givens of its reliefs are changed.

    In the line of an effect, a loop's cause stands as what is left of it, ``(1 - share) * cause +
    share * init(cause)``, and a capacity as ``times * capacity``.
    """

    model: Model
    givens: Mapping[Relief, str]

    def relieved(
        self, kind: Kind, arrows: Sequence[Arrow], share: float, besides: Iterable[str] = ()
    ) -> dict[str, float] | None:
        """The givens that relieve some arrows, but for lines in which others do already.

        None where the model cannot be run so.
        """
        taken = {relief[1:] for relief, given in self.givens.items() if given in set(besides)}
        reliefs = [relief_of(self.model, kind, arrow) for arrow in arrows]
        if not all(relief in self.givens for relief in reliefs):
            return None
        value = share if kind == "loop" else 1 + share if share < 1 else PLENTY
        return {self.givens[relief]: value for relief in reliefs if relief[1:] not in taken}

    def runs(self, scenarios: Sequence[Mapping[str, float] | None], of: str) -> NDArray[np.float64]:
        """One quantity, shape (scenarios, times); nan where a run breaks down."""
        found = np.full((len(scenarios), self.model.clock.steps + 1), np.nan)
        able = {at: each for at, each in enumerate(scenarios) if each is not None}
        if able:
            usual = self.model.given_values
            names = dict.fromkeys(name for own in able.values() for name in own)
            varied = {name: [own.get(name, usual[name]) for own in able.values()] for name in names}
            work = plan_work(self.model, varied, of, None, (), 0.0, None, "auto", MEMORY)
            found[[*able]] = run_scenarios(replace(work, explains=False), {})[0].T
        return found


def relief_of(model: Model, kind: Kind, arrow: Arrow) -> Relief:
    """The relief of one arrow."""
    return kind, arrow[0], model[arrow[1]].part_of or arrow[1]


def relievable(model: Model, reliefs: Iterable[Relief], put: Put = with_values) -> Relievable:
    """The model in which these reliefs are givens; ``put`` writes one of a capacity into a line.

    A relief after which opening values would wait for each other is left out.
    """
    wanted = sorted(dict.fromkeys(reliefs), key=lambda relief: relief[0] == "capacity")
    try:
        return _relievable(model, wanted, put)
    except ModelError:
        several = wanted if len(wanted) > 1 else ()
        fine = [each for each in several if relievable(model, [each], put).givens]
        return _relievable(model, fine, put)


def _relievable(model: Model, reliefs: Sequence[Relief], put: Put) -> Relievable:
    quantities = dict(model.written)
    stands: dict[Arrow, str] = {}  # for a cause in a line, what stands there by now
    givens = {}
    for kind, cause, line in reliefs:
        now = stands.get((cause, line), cause)
        given = free_name(f"{cause}_relief", quantities)
        other = free_name(f"{cause}_relieved", quantities)
        share, whole = Name(given), Name(now)
        left: Expression
        if kind == "loop":
            kept = Binary("*", Binary("-", Number(1.0), share), whole)
            left = Binary("+", kept, Binary("*", share, Call("init", (whole,))))
            opens, span = 0.0, (0.0, 1.0)
        else:
            left, opens, span = Binary("*", whole, share), 1.0, (1.0, PLENTY)
        quantities[line] = with_other(
            quantities[line], now, other, put if kind == "capacity" else with_values
        )
        quantities[other] = Quantity(other, model[cause].unit, left)
        quantities[given] = Quantity(given, ONE, Number(opens), kind="given", range=span)
        stands[cause, line] = other
        givens[kind, cause, line] = given
    parts = replace(model.parts(), quantities=quantities, loops={}, aliases={}, together={})
    return Relievable(Model(parts), givens)


def with_other(line: Quantity, cause: str, other: str, put: Put = with_values) -> Quantity:
    """A line in which another quantity stands in place of a cause; a stock opens as it did."""
    ledger = tuple(
        replace(entry, flow=other) if entry.flow == cause else entry for entry in line.ledger
    )
    if line.kind == "stock":
        return replace(line, ledger=ledger)
    return replace(line, equation=put(line.equation, {cause: Name(other)}))


def free_name(called: str, names: Container[str]) -> str:
    """A name that none of these has, with a number behind it if need be."""
    numbered = (called if n == 1 else f"{called}_{n}" for n in count(1))
    return next(name for name in numbered if name not in names)
