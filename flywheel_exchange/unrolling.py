"""From the models, modules and macros of a file to its quantities, each with a name of its own."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path, PurePosixPath

from flywheel_edu.errors import ExchangeError, printable
from flywheel_edu.model.lists import MOST_ITEMS
from flywheel_edu.model.statements import Together
from flywheel_exchange.arrays import dimensions_of, key_of, label_at, read_dimensions, sources_of
from flywheel_exchange.document import MOST_QUANTITIES, Document, Element, read_document
from flywheel_exchange.graphs import read_graph
from flywheel_exchange.labels import Names, name_of, plain_label, same_name
from flywheel_exchange.variables import Draft, Space, Variable, label_of, listed, split

_MOST_FILES = 20  # that one file may bring in for its modules


class Unrolled:
    """The variables of a file, module by module, element by element."""

    def __init__(self, document: Document) -> None:
        self.names = Names()
        self.dims = read_dimensions(document.root)
        self.macros = {key_of(macro): macro for macro in document.root.all("macro")}
        self.drafts: dict[str, Draft] = {}  # what becomes quantities, by name
        self.taken: dict[tuple[int, int], str] = {}
        self.lists: dict[str, Together] = {}  # arrays that may become lists of ours
        self.count = 0
        self.files: dict[Path, Document] = {}
        self.connects: list[tuple[Space, Space, str, Element]] = []
        model = main_model(document.root)
        self.root = Space("", document, using=(model,))
        self.fill(self.root, model)
        for outer, inner, label, connect in self.connects:
            self.wire(outer, inner, label, connect)

    def fill(self, space: Space, model: Element) -> None:
        self.counted(1)
        elements = list(listed(model))
        # What is no array has the first call on its name.
        for element in elements:
            if element.name != "module" and not any(element.all("dimensions")):
                label = space.path + plain_label(label_of(element))
                self.taken[id(space), id(element)] = self.names.add(label)
        for element in elements:
            if element.name == "module":
                self.module(space, element)
            else:
                self.variable(space, element)
        for stock in space.variables.values():
            if stock.element.child("conveyor"):
                for flow in stock.element.all("outflow"):
                    if found := space.find(flow.text):
                        found.conveyor = stock

    def counted(self, more: int) -> None:
        self.count += more
        if self.count > MOST_QUANTITIES:
            told = f"the model has {self.count:,} quantities or more when its modules, macros and "
            told += f"arrays are written out; {MOST_QUANTITIES:,} are allowed"
            raise ExchangeError(told, hint="read a part of it, or choose shorter dimensions")

    def variable(self, space: Space, element: Element) -> None:
        label, key = label_of(element), same_name(label_of(element))
        if key in space.variables:
            first = space.variables[key].element.place
            told = f"two quantities are called '{printable(plain_label(label)[:60])}'"
            hint = f"the first is on line {first.line}; capitals and spaces do not tell them apart"
            raise ExchangeError(told, element.place, hint)
        dims = dimensions_of(element, self.dims)
        self.counted(math.prod(len(dim.elements) for dim in dims))
        found = Variable(element, space.path + plain_label(label), space, dims)
        space.variables[key] = found
        sources, shared = sources_of(element, dims), element.child("gf")
        for index in product(*(range(len(dim.elements)) for dim in dims)):
            source = sources.get(index, element)
            if sources and index not in sources and element.child("eqn") is None and not shared:
                continue  # Vensim has arrays of which only some elements are defined
            own = source.child("gf") or (element if element.name == "gf" else shared)
            named = label_at(found.label, dims, index)
            name = self.taken.get((id(space), id(element))) or self.names.add(named)
            draft = Draft(found, index, name, named, source, read_graph(own) if own else None)
            found.drafts[index] = draft
            self.drafts[name] = draft
        name, items = name_of(found.label), [name_of(each) for dim in dims for each in dim.elements]
        called = [draft.name for draft in found.drafts.values()]
        if called == [f"{name}_{item}" for item in items[:MOST_ITEMS]]:
            self.lists[name] = Together(name_of(dims[0].name), tuple(items))

    def module(self, space: Space, element: Element) -> None:
        label = plain_label(label_of(element))
        document, model = self.meant(space, element, label)
        if model in space.using:
            told = f"the module '{printable(label[:60])}' holds itself"
            raise ExchangeError(told, element.place, "take it out")
        inner = Space(f"{space.path}{label}.", document, space, (*space.using, model))
        space.inner[same_name(label)] = inner
        self.fill(inner, model)
        # Stella says each connection twice; the second way leaves open which side a name is of.
        for connect in list(element.all("connect")) or list(element.all("connect2")):
            self.connects.append((space, inner, label, connect))

    def meant(self, space: Space, element: Element, label: str) -> tuple[Document, Element]:
        resource = element.attributes.get("resource", "").strip()
        said = element.attributes.items()
        wanted = next((name for key, name in said if key.endswith("model_name")), label)
        models = {key_of(model): model for model in space.document.root.all("model")}
        if found := models.get(same_name(wanted)):
            return space.document, found
        if resource:
            document = self.another_file(space.document, resource, element)
            return document, main_model(document.root)
        told = f"the file holds no model for the module '{printable(label[:60])}'"
        raise ExchangeError(told, element.place)

    def another_file(self, document: Document, resource: str, element: Element) -> Document:
        named = PurePosixPath(resource.removeprefix("r:").replace("\\", "/"))
        path = document.path.parent / named
        shown = printable(resource[:60])
        if named.is_absolute() or ".." in named.parts or not path.is_file():
            name = printable(element.attributes.get("name", "")[:60])
            told = f"is in the file '{shown}', which does not lie beside this one"
            hint = "put both files into one folder"
            raise ExchangeError(f"the module '{name}' {told}", element.place, hint)
        if path not in self.files:
            if len(self.files) >= _MOST_FILES:
                told = f"the modules lie in more than {_MOST_FILES} files"
                raise ExchangeError(told, element.place)
            self.files[path] = read_document(path)
            self.dims = read_dimensions(self.files[path].root) | self.dims
        return self.files[path]

    def wire(self, outer: Space, inner: Space, label: str, connect: Element) -> None:
        to = connect.attributes.get("to", "").strip()
        first, rest = split(to)
        own = rest if rest and same_name(first) == same_name(label) else to
        found = inner.find(own) or outer.find(to)
        if found is None:
            raise inner.unknown(to, connect.place)
        if found.wired is None:
            found.wired = (outer, connect)

    def macro(self, outer: Space, macro: Element, path: str) -> Space:
        name = printable(plain_label(macro.attributes.get("name", ""))[:60])
        if macro in outer.using:
            told = f"the macro '{name}' calls itself, and a macro here is written out"
            raise ExchangeError(told, macro.place, "write it out in stocks and flows")
        document = outer.root.document
        space = Space(f"{path}.", document, outer.root, (*outer.using, macro))
        if macro.child("variables"):
            self.fill(space, macro)
        return space


def main_model(root: Element) -> Element:
    """The main model of a file: the one without a name, else the first."""
    models = list(root.all("model"))
    if not models:
        raise ExchangeError("this file holds no <model>", root.place)
    return next((m for m in models if not m.attributes.get("name", "").strip()), models[0])
