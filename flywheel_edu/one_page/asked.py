"""Which numbers of a model are guesses, and which matter most."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flywheel_edu.causal.leverage import elasticities, levers, references
from flywheel_edu.charts.amounts import moment
from flywheel_edu.language import Name, Number
from flywheel_edu.model import Model, Quantity
from flywheel_edu.one_page.measures import count

_GUESS = re.compile(
    r"\b(illustrative|guess\w*|assum\w*|invented|made up|estimate\w*|rough\w*|unknown)\b", re.I
)
_SOURCE = re.compile(
    r"\b(sources?|according|counted|measured|report\w*|survey\w*|interview\w*|contract|invoices?"
    r"|agreement|lease|register|spreadsheet|dashboard|analytics|timesheets?|audit\w*"
    r"|bank|statements?|receipts?|bills?|till|logs?|logbook|payslips?|payroll|tariff|price list"
    r"|quotes?|books|ledger|accounts|letter|page|website|statistics|census|study|asked|told us|says"
    r"|(19|20)\d\d)\b|https?:",
    re.I,
)
Spans = Mapping[str, tuple[float, float]]  # between which values a number may lie, by its name
FITTED = "fitted to "  # how the comment of a fitted number begins
KNOWN = ("source", "fitted")
_CALENDAR = 1000  # a time line that begins so late counts years of the calendar
_SPREAD = 0.2  # how far a guess without a range may be off, as a share


@dataclass(frozen=True)
class Told:
    """A given as it stands on the page."""

    name: str
    value: str
    says: str  # the comment of its line
    sure: str  # "guess", "source", "fitted" or "not said"
    # By what share the outcome may be off because of it: how strongly it acts times how unsure.
    weight: float
    moves: float  # per cent that the outcome moves for each per cent


def numbers(model: Model, of: str, keep: Sequence[str], fitted: Spans) -> tuple[Told, ...]:
    """The numbers of a model, those first that leave the outcome most unsure.

    What is kept of the runs beside the outcome lets other sweeps of the model use their code.
    """
    moves = elasticities(model, of, levers(model), keep=keep)
    every = "guess" if any(_GUESS.search(line) for line in (model.title, *model.about)) else ""
    found, measured_by = [], references(model)
    for name in (each for each in model.givens if each not in measured_by):
        given = model[name]
        sure = how_sure(given, every)
        moved = float(np.nan_to_num(moves[name][-1])) if name in moves else 0.0
        weight = abs(moved) * _doubt(model, given, sure, fitted)
        value = count(model.given_values[name], given.unit)
        if is_a_date(model, given):
            value = f"{model.clock.unit} {moment(model.given_values[name])}"
        found.append(Told(given.label, value, given.doc.removeprefix(FITTED), sure, weight, moved))
    return tuple(sorted(found, key=lambda each: (-each.weight, -abs(each.moves))))


def with_openings(model: Model) -> Model:
    """The model in which what its stocks open with are givens, to be doubted as the others are."""
    quantities = dict(model.written)
    for stock in [each for each in quantities.values() if each.kind == "stock"]:
        name = f"{stock.name}_at_start"
        if isinstance(stock.equation, Number) and stock.equation.value and name not in model:
            opens = Number(stock.equation.value)
            quantities[stock.name] = replace(stock, equation=Name(name))
            quantities[name] = replace(
                stock, name=name, equation=opens, kind="given", ledger=(), range=None
            )
        elif isinstance(stock.equation, Name):  # a given without a comment has that of its stock
            given = quantities.get(stock.equation.name, stock)
            if given.kind == "given" and not (given.doc or given.notes):
                quantities[given.name] = replace(given, doc=stock.doc)
    return Model(replace(model.parts(), quantities=quantities))


def about_itself(model: Model) -> str:
    """What a model is about: its first line without numbers, to the end of the sentence."""
    start = next((at for at, line in enumerate(model.about) if not _GUESS.search(line)), None)
    told = "" if start is None else " ".join(model.about[start:])
    return re.split(r"(?<=[.?!]) (?=[A-Z])", told)[0]


def how_sure(given: Quantity, otherwise: str = "") -> str:
    """What the comment says of a number: "guess", "source", "fitted" or "not said"."""
    said = " ".join((given.doc, *given.notes))
    if said.startswith(FITTED):
        return "fitted"
    if _GUESS.search(said):
        return "guess"
    return "source" if _SOURCE.search(said) else otherwise or "not said"


def is_a_date(model: Model, given: Quantity) -> bool:
    """Whether a number is a moment in the calendar, and not a length of time."""
    return given.unit == model.clock.unit and model.clock.start >= _CALENDAR


def _doubt(model: Model, given: Quantity, sure: str, fitted: Spans) -> float:
    """How far a number may be off, as a share of itself."""
    value = model.given_values[given.name]
    span = fitted.get(given.name, given.range)
    if (sure in KNOWN and given.name not in fitted) or not value:
        return 0.0
    if span is None or not all(map(math.isfinite, span)):
        return _SPREAD
    return min(1.0, (span[1] - span[0]) / 2 / abs(value))


def spans(model: Model, fitted: Spans) -> dict[str, tuple[float, float]]:
    """Between which values each number that is no source's may lie: a fifth off, in its range.

    And each fitted one as its fit says.
    """
    found = {name: (low, high) for name, (low, high) in fitted.items() if low < high}
    for name, value in model.given_values.items():
        given = model[name]
        if not value or how_sure(given) in KNOWN or is_a_date(model, given):
            continue
        low, high = sorted((value * (1 - _SPREAD), value * (1 + _SPREAD)))
        if given.range is not None:
            low, high = max(low, given.range[0]), min(high, given.range[1])
        if low < high:
            found[name] = (low, high)
    return found
