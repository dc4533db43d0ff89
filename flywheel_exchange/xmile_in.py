"""From an XMILE file to a model."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

from flywheel_edu.errors import ExchangeError, FlywheelError, notice, printable
from flywheel_edu.model import Model
from flywheel_edu.model.lines import Parts, read_parts, same_spelling
from flywheel_edu.model.statements import Together
from flywheel_edu.model.writing import text_of
from flywheel_exchange.checking import check_texts, check_units
from flywheel_exchange.clamps import Clamps
from flywheel_exchange.comments import lines_of
from flywheel_exchange.document import Document, Element, fingerprint, read_document
from flywheel_exchange.labels import is_guessed, label_in
from flywheel_exchange.quantities import Builder
from flywheel_exchange.time_line import read_time_line
from flywheel_exchange.unit_text import UnitReader
from flywheel_exchange.unrolling import Unrolled, main_model
from flywheel_exchange.views import read_view

_MOST_TOLD = 8  # names in one notice


def read_xmile(path: str | os.PathLike[str]) -> Model:
    """Read a model from an XMILE file, such as Stella, simlin and PySD use.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Model
        Names are plain lower-case words; a name that was written otherwise, and a unit that does
        not agree with the equations, stand in the comments. A stock that may not go below zero
        there has its outflows limited in their equations here. Modules and arrays are written
        out: ``Market.Customers`` is ``market_customers``, and ``Goods[North]`` is ``goods_north``;
        under one ``for`` where the elements of an array of one dimension say the same.

    Raises
    ------
    ExchangeError
        If the file is no XMILE, or holds what our models do not have, such as queues; the
        message names it, its line and a way round.
    EquationError
        If its quantities wait for each other, or its time line does not come out even.
    OSError
        If there is no such file.
    """
    return model_of(read_document(Path(path)))


def model_of(document: Document, *, vensim: bool = False) -> Model:
    """The model in a file that is read; ``vensim`` if Vensim's INT and MOD are meant in it."""
    root = document.root
    if root.name != "xmile":
        told = f"this is not an XMILE file: it begins with <{printable(root.name[:40])}>"
        raise ExchangeError(told, root.place, "an XMILE file begins with <xmile version=...>")
    if (own := _own(root)) is not None:
        return own
    inner = main_model(root)
    try:
        builder = _builder(document, inner, vensim)
    except RecursionError:
        raise ExchangeError("the parts of this model wait for each other too deeply") from None
    header = root.child("header") or root
    title = " ".join(lines_of(header.said("name"))) or document.path.stem
    parts = Parts(title=title, about=tuple(lines_of(header.said("caption"))))
    parts.clock, parts.quantities = builder.clock, builder.quantities
    parts.aliases = {same_spelling(label): name for name, label in builder.names.labels.items()}
    parts.view = read_view(inner.child("views") or inner, builder)
    if builder.unrolled.lists:
        _write_lists(parts, builder.unrolled.lists)
    model = Model(parts)
    _tell(builder)
    return model


def _write_lists(parts: Parts, found: dict[str, Together]) -> None:
    """Take arrays for lists of ours where our own text can say the same of all their elements."""
    for _ in range(3):  # where one cannot, others may not either
        parts.together = {name: of for name, of in found.items() if name not in parts.quantities}
        try:
            found = read_parts(text_of(parts, folded=True)).together
        except FlywheelError:
            found = {}
        if found == parts.together:
            break
    else:
        parts.together = {}
    lists = parts.together.items()
    place = {f"{name}_{item}": (of, at) for name, of in lists for at, item in enumerate(of.items)}
    ordered: list[str] = []  # all that one item has, then the next: as under one 'for'
    for _, several in groupby(parts.quantities, lambda name: place.get(name, (name,))[0]):
        ordered += sorted(several, key=lambda name: place.get(name, (name, 0))[1])
    parts.quantities = {name: parts.quantities[name] for name in ordered}


def _own(root: Element) -> Model | None:
    """The model that flywheel_edu wrote into the file; None once another program changed it."""
    kept = root.child("flywheel:own")
    said = ((e.name, e.attributes, e.text) for e in root.under("views", "flywheel:own"))
    if kept is None or kept.attributes.get("of") != fingerprint(said):
        return None
    parts = read_parts(kept.text)
    for quantity in parts.quantities.values():
        label, _ = label_in(quantity.doc, quantity.name)
        parts.aliases[same_spelling(label)] = quantity.name
    return Model(parts)


def _gone(root: Element) -> str:
    """Why our own words in a file do not count, and where they are; nothing if it has none."""
    if root.child("flywheel:own"):
        return "another program changed this file; the text from before is under <flywheel:own>"
    words = (word for each in root.under() for word in (each.name, *each.attributes))
    if any(word.startswith("flywheel:") for word in words):
        return "an older flywheel_edu wrote this file; read it there and save it as .flywheel"
    return ""


def _builder(document: Document, inner: Element, vensim: bool) -> Builder:
    root = document.root
    unrolled = Unrolled(document)
    units = UnitReader(_aliases(root))
    told: list[str] = []
    clock = read_time_line(root, inner, units, told)
    headers = (each for header in root.all("header") for each in header.all("product", "vendor"))
    made_by = " ".join(each.text.lower() for each in headers)
    builder = Builder(unrolled, clock, units, told, vensim or "vensim" in made_by)
    builder.read_all()
    _limit(builder, inner)
    check_texts(builder)
    check_units(builder)
    if gone := _gone(root):
        builder.tell(f"{gone}; of loops, notes and the ranges of what is no slider none was read")
    for data in root.all("data"):
        for brought in data.all("import"):
            if brought.attributes.get("enabled", "true").strip().lower() != "false":
                named = printable(brought.attributes.get("resource", "another file")[:60])
                stand = "which was not read; its own numbers stand"
                builder.tell(f"the file asks for data from '{named}', {stand}")
    return builder


def _tell(builder: Builder) -> None:
    others = (each for each in builder.drafts.values() if not is_guessed(each.label, each.name))
    renamed = [f"'{each.label}' is {each.name}" for each in others]
    if renamed:
        more = f", and {len(renamed) - _MOST_TOLD} more" if len(renamed) > _MOST_TOLD else ""
        names = ", ".join(renamed[:_MOST_TOLD]) + more
        builder.tell(f"some names are others here: {names}; the old names answer, too")
    for each in builder.notices:
        notice(each)


def _aliases(root: Element) -> dict[str, str]:
    return {
        alias.text.strip(): unit.attributes.get("name", "").strip()
        for listed in root.all("model_units")
        for unit in listed.all("unit")
        for alias in unit.all("alias")
    }


def _limit(builder: Builder, inner: Element) -> None:
    everywhere = _behaviour(inner) | _behaviour(builder.unrolled.root.document.root)
    at_zero: dict[str, set[str]] = {"stock": set(), "flow": set()}
    for draft in builder.drafts.values():
        tag, said = draft.element.name, draft.child("non_negative")
        if draft.variable.conveyor or draft.element.child("conveyor"):
            continue  # nothing leaves it that did not enter
        if tag in at_zero and ("false" not in said.text.lower() if said else tag in everywhere):
            at_zero[tag].add(draft.name)
    Clamps(builder).keep(at_zero["stock"], at_zero["flow"])


def _behaviour(element: Element) -> set[str]:
    found: set[str] = set()
    for behaviour in element.all("behavior"):
        for kind in (behaviour, *behaviour.all("stock", "flow", "all")):
            if kind.child("non_negative") is not None:
                found |= {kind.name} & {"stock", "flow"} or {"stock", "flow"}
    return found
