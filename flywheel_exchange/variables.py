"""The variables of a file: their names, their points, and what our models do not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flywheel_edu.errors import ExchangeError, printable
from flywheel_edu.model.lines import LONGEST_NAME, RESERVED
from flywheel_exchange.document import Element
from flywheel_exchange.graphs import Graph, read_graph
from flywheel_exchange.labels import Names, plain_label

MOST_QUANTITIES = 2_000
_VARIABLES = ("stock", "flow", "aux", "gf")

# What our models do not have, by the element that shows it.
_BEYOND = {
    "module": "is a module, and our models have no modules",
    "macro": "is a macro, and our models have no macros",
    "dim": "is a dimension of arrays, and our models have no arrays",
    "dimensions": "is an array, and our models have no arrays",
    "element": "is an array, and our models have no arrays",
    "conveyor": "is a conveyor, and our models have no conveyors",
    "queue": "is a queue, and our models have no queues",
    "oven": "is an oven, and our models have no ovens",
    "leak": "is a leak of a conveyor, and our models have no conveyors",
    "leak_integers": "is a leak of a conveyor, and our models have no conveyors",
    "overflow": "is the overflow of a queue, and our models have no queues",
    "init_eqn": "has an equation of its own for the start, and our models have none",
    "import": "is data from another file, which is not read from here",
}


@dataclass
class Draft:
    """One variable of the file, before its equation is read."""

    element: Element
    name: str
    label: str
    ours: bool  # written by flywheel_edu, with what XMILE has no word for
    graph: Graph | None = None

    @property
    def kind(self) -> str:
        return self.element.attributes.get("flywheel:kind", "")


@dataclass
class Variables:
    """All variables of a file, by their names here.

    Attributes
    ----------
    drafts : dict of str to Draft
        Those that become quantities, and the tables inside equations that we wrote.
    graphs : dict of str to Graph
        The graphical functions, those among them that stand alone and are only called by name.
    """

    names: Names = field(default_factory=Names)
    drafts: dict[str, Draft] = field(default_factory=dict)
    graphs: dict[str, Graph] = field(default_factory=dict)


def only_model(root: Element) -> Element:
    """The one model of a file.

    Raises
    ------
    ExchangeError
        If there are modules, macros, arrays or imported data beside it.
    """
    models = list(root.all("model"))
    if not models:
        raise ExchangeError("this file holds no <model>", root.place)
    for element in root.children:
        if element.name == "macro":
            raise _beyond(element)
        if element.name == "data" and (found := element.child("import")):
            raise _beyond(found)
        if element.name == "dimensions" and (found := element.child("dim")):
            raise _beyond(found)
    for other in models[1:]:
        shown = printable(other.attributes.get("name", "")[:60])
        raise ExchangeError(
            f"the file holds a second model '{shown}', which is a module, "
            "and our models have no modules",
            other.place,
            "bring the quantities of the modules into one model",
        )
    return models[0]


def read_variables(model: Element) -> Variables:
    """The variables of a model, by name; none of their equations is read yet.

    Raises
    ------
    ExchangeError
        If two names become one, or a variable is of a kind that we do not have.
    """
    elements = list(_listed(model))
    if len(elements) > MOST_QUANTITIES:
        raise ExchangeError(
            f"the model has {len(elements):,} quantities; {MOST_QUANTITIES:,} are allowed"
        )
    found = Variables()
    for element in elements:
        label = element.attributes.get("name", "")
        if not plain_label(label):
            raise ExchangeError(f"this <{element.name}> has no name", element.place)
        ours = element.attributes.get("flywheel:name", "")
        if ours and (
            not re.fullmatch(r"[A-Za-z]\w*", ours, re.ASCII)
            or len(ours) > LONGEST_NAME
            or ours in RESERVED
        ):
            raise ExchangeError(f"'{printable(ours[:60])}' cannot be a name here", element.place)
        own = "flywheel:kind" in element.attributes
        if own and not ours and plain_label(label) not in RESERVED:
            ours = label if re.fullmatch(r"[A-Za-z]\w{0,59}", label, re.ASCII) else ""
        name = found.names.add(label, element.place, ours)
        for child in element.children:
            if child.name in _BEYOND and (child.name != "dimensions" or child.children):
                raise _beyond(child, label)
        drawn = element if element.name == "gf" else element.child("gf")
        draft = Draft(element, name, plain_label(label), own)
        if drawn is not None:
            draft.graph = read_graph(drawn)
            found.graphs[name] = draft.graph
        if element.name != "gf" and (drawn is None or element.child("eqn") is not None):
            found.drafts[name] = draft
    return found


def _listed(model: Element) -> Iterator[Element]:
    """The variables of the model; files from before the standard have them directly in it."""
    container = model.child("variables")
    for element in (container or model).children:
        if element.name in _VARIABLES:
            yield element
        elif element.name in _BEYOND and (container or element.name == "module"):
            raise _beyond(element)
        elif container and ":" not in element.name and element.name != "group":
            raise ExchangeError(
                f"a model of ours has nothing like <{printable(element.name[:40])}>",
                element.place,
            )


def _beyond(element: Element, owner: str = "") -> ExchangeError:
    shown = owner or element.attributes.get("name", "") or f"<{element.name}>"
    return ExchangeError(
        f"'{printable(plain_label(shown)[:60])}' {_BEYOND[element.name]}",
        element.place,
        "leave it out there, or write it out in stocks and flows",
    )
