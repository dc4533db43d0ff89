"""The parts of a model: quantities, the time line, named loops, and what is shown where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from flywheel_edu.errors import Place
from flywheel_edu.language import Expression, Number, number_text, text_of
from flywheel_edu.units import Unit

Kind = Literal["stock", "computed", "given", "data"]
METHODS = ("euler", "rk4")  # how a step is taken


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a stock's ledger: a flow that fills it (sign 1) or empties it (sign -1)."""

    sign: int
    flow: str
    doc: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One named quantity of a model.

    Attributes
    ----------
    name : str
    unit : Unit
    equation : Expression
        For a stock, its opening value; for a given, one number; for a data series, a table over
        time; else what the quantity is computed from.
    kind : "stock", "computed", "given" or "data"
    ledger : tuple of Entry
        What flows into and out of a stock.
    range : (low, high) or None
        The values it may take, in its own unit; a run that leaves them stops. A stock without a
        range may not go below zero. A given with a range becomes a slider.
    doc : str
        What the quantity means: the comment on its line.
    notes : tuple of str
        The comment lines above it.
    part_of : str
        For a stock or flow unfolded from ``smooth``, ``delay`` and the like: the quantity that was
        written so. Empty for what was written itself.
    waits : bool
        Whether what passes through this stock is delayed there.
    """

    name: str
    unit: Unit
    equation: Expression
    kind: Kind = "computed"
    ledger: tuple[Entry, ...] = ()
    range: tuple[float, float] | None = None
    doc: str = ""
    notes: tuple[str, ...] = ()
    part_of: str = ""
    waits: bool = False
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def inflows(self) -> tuple[str, ...]:
        """The names of the flows that fill this stock."""
        return tuple(entry.flow for entry in self.ledger if entry.sign > 0)

    @property
    def outflows(self) -> tuple[str, ...]:
        """The names of the flows that empty this stock."""
        return tuple(entry.flow for entry in self.ledger if entry.sign < 0)

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and highest value it may take, in its unit; infinite where there is none."""
        if self.range is not None:
            return self.range
        return (0.0, math.inf) if self.kind == "stock" else (-math.inf, math.inf)

    @property
    def label(self) -> str:
        """The name as it is read aloud: ``leave_rate`` becomes ``leave rate``."""
        return self.name.replace("_", " ")

    def __str__(self) -> str:
        word = "" if self.kind == "computed" else f"{self.kind} "
        text = text_of(self.equation)
        span = ""
        if self.kind == "data":
            text = text[text.index(",") + 2 : -1]  # the points of table(time, ...)
        if self.range is not None:
            low, high = map(number_text, self.range)
            span = f" in {low} .. {high}"
        return f"{word}{self.name} [{self.unit}] = {text}{span}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The time line of a model: from start to stop in equal steps, in one unit.

    Attributes
    ----------
    unit : Unit
    start, stop, step : float
        In ``unit``; the steps come out even.
    save : float
        How often ``Run.table()`` keeps a row, in ``unit``; 0 for every step.
    method : "euler" or "rk4"
        How a step is taken when ``simulate`` is not told otherwise.
    """

    unit: Unit
    start: float
    stop: float
    step: float
    save: float = 0.0
    method: str = "euler"

    @property
    def steps(self) -> int:
        """How many steps there are from start to stop."""
        return round((self.stop - self.start) / self.step)

    def paced(self, quantities: Mapping[str, Quantity], before: Clock) -> dict[str, Quantity]:
        """The quantities, and with this step the given that was the step of another time line."""
        return {
            name: replace(each, equation=Number(self.step)) if before.is_step(each) else each
            for name, each in quantities.items()
        }

    def is_step(self, given: Quantity) -> bool:
        """Whether a quantity is the step of this time line, as imported models have it."""
        called = given.name == "time_step" or given.doc == "the step of the time line"
        return called and (given.kind, given.equation) == ("given", Number(self.step))

    def set_apart(self, given: Quantity, value: float) -> str:
        """What to say of another number for a given that was the step of this time line."""
        if value == self.step or not self.is_step(given):
            return ""
        other, step = number_text(value), number_text(self.step)
        return (
            f"'{given.name}' is {other} now, and the model still goes in steps of {step}: "
            f"simulate(model, step={other}) changes both"
        )

    def __str__(self) -> str:
        start, stop, step = map(number_text, (self.start, self.stop, self.step))
        save = f" save {number_text(self.save)}" if self.save else ""
        method = f" method {self.method}" if self.method != "euler" else ""
        return f"time {self.unit} from {start} to {stop} step {step}{save}{method}"


@dataclass(frozen=True, slots=True)
class NamedLoop:
    """A causal loop that its author gave a name, by quantities that lie on it in order."""

    name: str
    quantities: tuple[str, ...]
    doc: str = ""
    notes: tuple[str, ...] = ()
    places: tuple[Place, ...] = field(default=(), compare=False, repr=False)
    said: str = field(default="", compare=False, repr=False)  # its name before it was unrolled

    def __str__(self) -> str:
        around = " -> ".join((*self.quantities, self.quantities[0]))
        return f'loop "{self.name}" = {around}'


@dataclass(frozen=True, slots=True)
class Shown:
    """A quantity of the model's own view, and where it stands there (0 to 1, y upwards)."""

    name: str
    x: float | None = None
    y: float | None = None
    place: Place | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        if self.x is None or self.y is None:
            return self.name
        return f"{self.name} at {number_text(self.x)} {number_text(self.y)}"
