"""From an XMILE file to a model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from flywheel_edu.errors import ExchangeError, printable
from flywheel_edu.model import Model, NamedLoop
from flywheel_edu.model.lines import Parts
from flywheel_exchange.clamps import Clamps
from flywheel_exchange.comments import lines_of, note_count, noted, own_lines
from flywheel_exchange.document import Document, Element, read_document
from flywheel_exchange.quantities import Builder
from flywheel_exchange.time_line import read_time_line
from flywheel_exchange.unit_text import UnitReader
from flywheel_exchange.variables import only_model, read_variables
from flywheel_exchange.views import read_view

_NOTHING: tuple[str, ...] = ()


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
        there has its outflows limited in their equations here.

    Raises
    ------
    ExchangeError
        If the file is no XMILE, or holds what our models do not have, such as arrays or modules;
        the message names it and its line.
    EquationError
        If its quantities wait for each other, or its time line does not come out even.
    OSError
        If there is no such file.
    """
    path = Path(path)
    document = read_document(path)
    root = document.root
    if root.name != "xmile":
        raise ExchangeError(
            f"this is not an XMILE file: it begins with <{printable(root.name[:40])}>",
            root.place,
            "an XMILE file begins with <xmile version=...>",
        )
    inner = only_model(root)
    builder = _builder(document, inner)
    builder.read_all()
    _limit(builder, inner)
    builder.check_texts()
    builder.check_units()
    parts = _header(root, path.stem)
    parts.clock, parts.quantities = builder.clock, builder.quantities
    parts.loops = {loop.name: loop for loop in _loops(inner)}
    views = inner.child("views")
    parts.view, parts.view_notes = read_view(
        inner if views is None else views, builder.names, builder.quantities
    )
    return Model(parts)


def _builder(document: Document, inner: Element) -> Builder:
    root = document.root
    units = UnitReader(_aliases(root))
    clock = read_time_line(root, inner, units)
    made_by = " ".join(
        element.text.lower()
        for header in root.all("header")
        for element in header.all("product", "vendor")
    )
    return Builder(document, read_variables(inner), clock, units, "vensim" in made_by)


def _aliases(root: Element) -> dict[str, str]:
    """Units that the file declares to be the same."""
    found: dict[str, str] = {}
    for listed in root.all("model_units"):
        for unit in listed.all("unit"):
            name = unit.attributes.get("name", "").strip()
            for alias in unit.all("alias"):
                found[alias.text.strip()] = name
    return found


def _header(root: Element, stem: str) -> Parts:
    """What the file says of the whole model, which is called as the file if it has no name."""
    title, about, ending = stem, _NOTHING, _NOTHING
    header = root.child("header")
    if header is not None:
        title = " ".join(lines_of(header.said("name"))) or stem
        about = tuple(lines_of(header.said("caption")))
        if titled := header.attributes.get("flywheel:titled"):
            title = " ".join(own_lines(header.said("name"))) if titled == "yes" else ""
            about = tuple(own_lines(header.said("flywheel:about")))
            ending = tuple(own_lines(header.said("flywheel:ending")))
    return Parts(title=title, about=about, ending=ending)


def _loops(inner: Element) -> Iterator[NamedLoop]:
    listed = inner.child("flywheel:loops")
    for element in listed.all("flywheel:loop") if listed else ():
        name = " ".join(own_lines(element.attributes.get("name", ""))).replace('"', "'")
        steps = element.attributes.get("through", "").split()
        if not 1 <= len(name) <= 80 or len(set(steps)) != len(steps) or not steps:
            raise ExchangeError("this loop cannot be read", element.place)
        notes, doc = noted(element.text, note_count(element.attributes) or 0)
        yield NamedLoop(name, tuple(steps), doc, notes, (element.place,) * (len(steps) + 1))


def _limit(builder: Builder, inner: Element) -> None:
    """Write out what may not go below zero."""
    everywhere = _behaviour(inner) | _behaviour(builder.document.root)
    at_zero: dict[str, set[str]] = {"stock": set(), "flow": set()}
    for draft in builder.drafts.values():
        tag = draft.element.name
        if tag in at_zero and _non_negative(draft.element, tag, everywhere):
            at_zero[tag].add(draft.name)
    clamps = Clamps(builder.quantities, builder.clock, builder.time_step, builder.names.free)
    clamps.keep(at_zero["stock"], at_zero["flow"])


def _behaviour(element: Element) -> set[str]:
    """Which kinds of variables a file or a model holds at or above zero throughout."""
    found: set[str] = set()
    for behaviour in element.all("behavior"):
        if behaviour.child("non_negative") is not None:
            found |= {"stock", "flow"}
        for kind in behaviour.all("stock", "flow", "all"):
            if kind.child("non_negative") is not None:
                found |= {"stock", "flow"} if kind.name == "all" else {kind.name}
    return found


def _non_negative(element: Element, tag: str, everywhere: set[str]) -> bool:
    found = element.child("non_negative")
    if found is None:
        return tag in everywhere
    return "false" not in found.text.lower()
