"""A model with a cause changed at some of its arrows: what cutting and relieving are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from flywheel_edu.errors import ModelError
from flywheel_edu.language import Expression, Name, Node, names_in, with_children
from flywheel_edu.model import Entry, Model, NamedLoop, Quantity
from flywheel_edu.model.check import check_loops
from flywheel_edu.model.lines import Parts


def changed_at(
    model: Model, cause: str, effects: Iterable[str], called: str, equation: Expression, doc: str
) -> Model:
    """The model in which some effects are computed with another quantity in place of a cause.

    It is named as ``called`` says, if that is free, and has the cause's unit. A `ModelError` says
    where opening values then wait for each other.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> from flywheel_edu.language import Number
    >>> still = changed_at(load("bass"), "adopters", ["remaining"], "none", Number(0.0), "")
    >>> print(still["remaining"])
    remaining [unit] = max(0, market - none)
    """
    names: Iterator[str] = (called if n == 1 else f"{called}_{n}" for n in range(1, len(model) + 2))
    other = next(name for name in names if name not in model)
    quantities = dict(model.written)
    for effect in effects:
        owner = quantities[model[effect].part_of or effect]
        ledger = tuple(
            Entry(entry.sign, other, entry.doc) if entry.flow == cause else entry
            for entry in owner.ledger
        )
        stock = owner.kind == "stock"  # opens with what it did
        now = owner.equation if stock else _with_name(owner.equation, cause, other)
        quantities[owner.name] = replace(owner, ledger=ledger, equation=now)
    quantities[other] = Quantity(other, model[cause].unit, equation, doc=doc)
    parts = Parts(
        title=model.title,
        about=model.about,
        clock=model.clock,
        quantities=quantities,
        view=model.view,
        view_notes=model.view_notes,
        ending=model.ending,
    )
    try:
        return Model(replace(parts, loops={loop.name: loop for loop in model.loops}))
    except ModelError:  # a named loop is opened, and is no longer named
        bare = Model(parts)
        kept = {loop.name: loop for loop in model.loops if _still_there(loop, bare)}
        return Model(replace(parts, loops=kept))


def can_be_changed(model: Model, cause: str, effect: str) -> bool:
    """Whether the text of the model holds this arrow: some lie inside what a delay unfolds into."""
    owner = model.written.get(model[effect].part_of or effect)
    if owner is None or cause not in model:
        return False
    if owner.kind == "stock":
        return any(entry.flow == cause for entry in owner.ledger)
    return cause in names_in(owner.equation)


def _still_there(loop: NamedLoop, model: Model) -> bool:
    try:
        check_loops((loop,), model)
    except ModelError:
        return False
    return True


def _with_name(node: Node, old: str, new: str) -> Any:
    """The equation with one name put for another."""
    if isinstance(node, Name):
        return Name(new, node.place) if node.name == old else node
    return with_children(node, lambda below: _with_name(below, old, new))
