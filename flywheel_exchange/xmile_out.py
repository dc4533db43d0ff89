"""From a model to an XMILE file.

Beside what XMILE has a word for stands the model's own text, which other programs pass over. It
counts for as long as nobody has changed the rest, as a fingerprint tells.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flywheel_edu.files import write_beside
from flywheel_edu.language import Table, names_in, number_text
from flywheel_edu.model import Clock, Model, Quantity, need_model
from flywheel_exchange.builtins import RESERVED_THERE
from flywheel_exchange.comments import unit_in, with_unit
from flywheel_exchange.document import OURS, XMILE, fingerprint
from flywheel_exchange.labels import label_in, same_name
from flywheel_exchange.places import ends_of, places_of
from flywheel_exchange.printer import Printer

Given = Mapping[str, str | float]  # attributes, of which empty ones are left out


def write_xmile(model: Model, path: str | os.PathLike[str]) -> Path:
    """Write a model as an XMILE file that Stella, simlin and PySD can open.

    Parameters
    ----------
    model : Model
    path : str or path
        Where the file is to be; its folder must exist.

    Returns
    -------
    Path
        The path that was given.

    Raises
    ------
    OSError
        If the file cannot be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from flywheel_exchange import read_xmile
    >>> shop = Model.parse('''# A shop.
    ... time month from 0 to 12 step 0.25
    ... stock customers [customer] = 100
    ...     + joiners
    ... joiners [customer/month] = customers * word_of_mouth
    ... given word_of_mouth [1/month] = 0.06 in 0 .. 0.2   # illustrative
    ... ''')
    >>> with TemporaryDirectory() as folder:
    ...     read_xmile(write_xmile(shop, folder + "/shop.xmile")) == shop
    True
    """
    need_model(model, "write_xmile writes")
    return write_beside(path, xmile_text(model))


def xmile_text(model: Model) -> str:
    """The text of the XMILE file of a model."""
    return _Writer(model).text()


class _Writer:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.labels: dict[str, str] = {}
        self.docs: dict[str, str] = {}
        self.taken: set[str] = set()
        for quantity in model.written.values():
            label, doc = label_in(quantity.doc, quantity.name)
            if same_name(label) in self.taken or same_name(label) in RESERVED_THERE:
                label, doc = _free(quantity.name, self.taken), quantity.doc
            self.taken.add(same_name(label))
            self.labels[quantity.name], self.docs[quantity.name] = label, doc
        self.flows = {entry.flow for q in model.written.values() for entry in q.ledger}
        self.tables: list[tuple[str, Table]] = []
        self.owner = ""
        self.printer = Printer(self.reference, self.hoist)

    def text(self) -> str:
        spaces = {
            "xmlns": XMILE[0], "xmlns:isee": "http://iseesystems.com/XMILE", "xmlns:flywheel": OURS
        }  # fmt: skip
        root = Element("xmile", {"version": "1.0", **spaces})
        header = _add(root, "header")
        _add(header, "name", {}, self.model.title or "A model without a name")
        _add(header, "vendor", {}, "flywheel_edu")
        _add(header, "product", {"version": "1.0", "lang": "en"}, "flywheel_edu")
        self.clock(root, self.model.clock)
        model = _add(root, "model")
        variables = _add(model, "variables")
        for quantity in self.model.written.values():
            self.quantity(variables, quantity)
        own = fingerprint((e.tag, e.attrib, e.text or "") for e in root.iter())
        self.views(model)
        _add(root, "flywheel:own", {"of": own}, *str(self.model).splitlines())
        indent(root)
        text = tostring(root, encoding="unicode").replace(" />", "/>")  # as Stella writes it
        return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'

    def clock(self, root: Element, clock: Clock) -> None:
        specs = {
            "method": {"euler": "Euler", "rk4": "RK4"}[clock.method],
            "time_units": str(clock.unit) if clock.unit.checked else "",
            "isee:save_interval": clock.save or "",
        }
        times = _add(root, "sim_specs", specs)
        for name, moment in (("start", clock.start), ("stop", clock.stop), ("dt", clock.step)):
            _add(times, name, {}, moment)

    def quantity(self, variables: Element, quantity: Quantity) -> None:
        self.owner, self.tables = quantity.name, []
        label = self.labels[quantity.name]
        doc, unit = self.docs[quantity.name], str(quantity.unit)
        if not quantity.unit.checked:
            rest, said = unit_in(doc)
            kept = said and with_unit(rest, said) == doc
            doc, unit = (rest, said) if kept else (doc, "")
        variable = _add(variables, self.tag(quantity), {"name": label})
        if isinstance(quantity.equation, Table) and quantity.kind != "stock":
            self.graph(variable, quantity.equation)
        else:
            _add(variable, "eqn", {}, self.printer.equation(quantity.equation))
        for entry in quantity.ledger:
            way = "inflow" if entry.sign > 0 else "outflow"
            _add(variable, way, {}, self.reference(entry.flow))
        if unit:
            _add(variable, "units", {}, unit)
        low, high = quantity.limits
        if quantity.kind == "given" and quantity.range and math.isfinite(high - low):
            _add(variable, "range", {"min": low, "max": high})
        if quantity.notes or doc:
            _add(variable, "doc", {}, *quantity.notes, *[doc][: len(doc)])
        for label, table in self.tables:
            self.graph(_add(variables, "aux", {"name": label}), table)

    def graph(self, variable: Element, table: Table) -> None:
        _add(variable, "eqn", {}, self.printer.equation(table.x))
        heights = [y for _, y in table.points]
        low, high = min(heights), max(heights)
        graph = _add(variable, "gf")
        _add(graph, "yscale", {"min": low, "max": high if high > low else low + 1})
        for name, row in zip(("xpts", "ypts"), zip(*table.points, strict=True), strict=True):
            _add(graph, name, {}, ",".join(map(number_text, row)))

    def hoist(self, table: Table) -> str:
        label = _free(f"{self.owner}_table", self.taken)
        self.taken.add(same_name(label))
        self.tables.append((label, table))
        return _reference(label)

    def reference(self, name: str) -> str:
        return _reference(self.labels[name])

    def tag(self, quantity: Quantity) -> str:
        if quantity.kind == "stock":
            return "stock"
        return "flow" if quantity.name in self.flows else "aux"

    def views(self, above: Element) -> None:
        model, places = self.model, places_of(self.model)
        view = _add(_add(above, "views"), "view", {"type": "stock_flow"})
        for name, (x, y) in places.items():
            if name not in self.labels:  # part of a delay has no variable in the file
                continue
            tag = self.tag(model[name])
            drawn = _add(view, tag, {"name": self.labels[name], "x": x, "y": y})
            if tag == "flow":
                points = _add(drawn, "pts")
                for x_end, y_end in ends_of(name, model, places):
                    _add(points, "pt", {"x": x_end, "y": y_end})
        self.connectors(view, places)

    def connectors(self, view: Element, places: Mapping[str, tuple[float, float]]) -> None:
        uid = 0
        for quantity in self.model.written.values():
            if quantity.kind in ("stock", "data"):
                continue
            for cause in names_in(quantity.equation):
                if cause not in places or cause == quantity.name:
                    continue
                uid += 1
                (x0, y0), (x1, y1) = places[cause], places[quantity.name]
                angle = round(math.degrees(math.atan2(y0 - y1, x1 - x0)) % 360, 1)
                arrow = _add(view, "connector", {"uid": uid, "angle": angle})
                _add(arrow, "from", {}, self.reference(cause))
                _add(arrow, "to", {}, self.reference(quantity.name))


def _add(above: Element, name: str, given: Given | None = None, *lines: str | float) -> Element:
    said = {key: _shown(value) for key, value in (given or {}).items() if value != ""}
    found = SubElement(above, name, said)
    found.text = "\n".join(map(_shown, lines)) or None
    return found


def _free(name: str, taken: set[str]) -> str:
    label, number = name, 2
    if same_name(label) in RESERVED_THERE:
        label = name = f"{name}_quantity"
    while same_name(label) in taken:
        label, number = f"{name}_{number}", number + 1
    return label


def _reference(label: str) -> str:
    """A name as it stands in an equation: in quotes unless it is plain words."""
    plain = label.replace(" ", "_")  # PySD takes 'notice' for NOT ice; quotes keep it from that
    if re.fullmatch(r"[A-Za-z_]\w*", plain, re.ASCII) and not plain.lower().startswith("not"):
        return plain
    return '"' + label.replace("\\", "\\\\").replace(" ", "_") + '"'


def _shown(text: str | float) -> str:
    if not isinstance(text, str):
        return number_text(text)
    return "".join(c if c not in "\ufffe\uffff\n\r" else "?" for c in text)
