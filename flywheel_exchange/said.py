"""What a file says of a variable beside its equation: its unit, its comment, its kind and range."""

from __future__ import annotations

import math

from flywheel_edu.errors import EquationError, ExchangeError
from flywheel_edu.language import Expression, Name, Number, Table, text_of
from flywheel_edu.model import Kind
from flywheel_edu.model.lines import read_parts
from flywheel_edu.units import UNCHECKED, Unit
from flywheel_exchange.comments import as_comment, note_count, noted
from flywheel_exchange.document import Element
from flywheel_exchange.labels import with_label
from flywheel_exchange.time_line import own_unit
from flywheel_exchange.unit_text import UnitReader
from flywheel_exchange.variables import Draft

Range = tuple[float, float]


def own_kind(draft: Draft, equation: Expression) -> tuple[Kind, Range | None]:
    """The kind and the range of a quantity that flywheel_edu wrote."""
    element = draft.element
    fits: dict[Kind, bool] = {
        "stock": draft.stock,
        "given": isinstance(equation, Number),
        "data": isinstance(equation, Table) and equation.x == Name("time"),
    }
    # Another program may have changed the equation since we wrote it.
    kind: Kind = "stock" if draft.stock else "computed"
    for said, holds in fits.items():
        if holds and said == draft.kind:
            kind = said
    limits = element.attributes.get("flywheel:range", "")
    if not limits:
        return kind, slider_of(element, equation) if kind == "given" else None
    head = {"stock": "stock x", "given": "given x"}.get(kind, "x")
    value = text_of(equation) if kind == "given" else "0"
    try:
        parts = read_parts(f"{head} [1] = {value} in {limits}")
    except EquationError as error:
        raise ExchangeError(error.message, element.place) from None
    return kind, parts.quantities["x"].range


def slider_of(element: Element, equation: Expression) -> Range | None:
    """The range of a number, which makes it a slider."""
    span = element.child("range")
    if span is None or not isinstance(equation, Number):
        return None
    try:
        low, high = (float(span.attributes[name]) for name in ("min", "max"))
    except (KeyError, ValueError):
        return None
    fits = math.isfinite(low) and math.isfinite(high) and low <= equation.value <= high
    return (low, high) if fits and low < high else None


def unit_said(draft: Draft, units: UnitReader) -> tuple[Unit, str]:
    """The unit, and its text where our language cannot say it."""
    said = draft.element.said("units")
    own = draft.element.attributes.get("flywheel:unit")
    if draft.variable.ours:
        return own_unit(own or said or "?", draft.element), said if own == "?" else ""
    if not said:
        return UNCHECKED, ""
    unit = units.read(said)
    return (UNCHECKED, said) if unit is None else (unit, "")


def comment_of(draft: Draft) -> tuple[tuple[str, ...], str]:
    """The notes above the quantity, and the comment on its line."""
    found = draft.element.child("doc")
    notes, doc = as_comment("" if found is None else found.text)
    if found is not None and (count := note_count(found.attributes)) is not None:
        notes, doc = noted(found.text, count)
    if "flywheel:renamed" in draft.element.attributes:
        return notes, doc
    return notes, with_label(draft.label, draft.name, doc)
