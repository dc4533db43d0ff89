"""From a model to an XMILE file.

What XMILE has no word for, such as named loops, the kind of a quantity or the values it promises to
keep, stands in attributes and elements of a namespace of our own. Other programs pass them over.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from flywheel_edu.files import write_beside
from flywheel_edu.language import Table, names_in, number_text
from flywheel_edu.model import Clock, Model, Quantity, need_model
from flywheel_exchange.builtins import RESERVED_THERE
from flywheel_exchange.comments import unit_in, with_unit
from flywheel_exchange.document import OURS, XMILE
from flywheel_exchange.labels import label_in, same_name
from flywheel_exchange.places import ends_of, places_of
from flywheel_exchange.printer import Printer, number
from flywheel_exchange.views import PAGE

_METHODS = {"euler": "Euler", "rk4": "RK4"}


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
        taken: set[str] = set()
        for quantity in model.written.values():
            label, doc = label_in(quantity.doc, quantity.name)
            if same_name(label) in taken or same_name(label) in RESERVED_THERE:
                label, doc = _free(quantity.name, taken), quantity.doc
            taken.add(same_name(label))
            self.labels[quantity.name], self.docs[quantity.name] = label, doc
        self.taken = taken
        self.lines: list[str] = []
        self.tables: list[tuple[str, Table]] = []
        self.owner = ""
        self.printer = Printer(self.reference, self.hoist)

    def text(self) -> str:
        self.lines = ['<?xml version="1.0" encoding="utf-8"?>']
        self.lines.append(
            f'<xmile version="1.0" xmlns="{XMILE[0]}" xmlns:isee="http://iseesystems.com/XMILE" '
            f'xmlns:flywheel="{OURS}">'
        )
        self.header()
        self.clock(self.model.clock)
        self.lines += ["  <model>", "    <variables>"]
        flows = {entry.flow for q in self.model.written.values() for entry in q.ledger}
        for quantity in self.model.written.values():
            self.quantity(quantity, flows)
        self.lines.append("    </variables>")
        self.loops()
        self.views(flows)
        self.lines += ["  </model>", "</xmile>"]
        return "\n".join(self.lines) + "\n"

    def header(self) -> None:
        model = self.model
        self.lines += [
            f'  <header flywheel:titled="{"yes" if model.title else "no"}">',
            f"    <name>{_shown(model.title or 'A model without a name')}</name>",
            "    <vendor>flywheel_edu</vendor>",
            '    <product version="1.0" lang="en">flywheel_edu</product>',
        ]
        for name, said in (("about", model.about), ("ending", model.ending)):
            if said:
                inside = "\n".join(map(_shown, said))
                self.lines.append(f"    <flywheel:{name}>{inside}</flywheel:{name}>")
        self.lines.append("  </header>")

    def clock(self, clock: Clock) -> None:
        save = f' isee:save_interval="{number(clock.save)}"' if clock.save else ""
        unit = f' time_units="{_shown(str(clock.unit))}"' if clock.unit.checked else ""
        self.lines += [
            f'  <sim_specs method="{_METHODS[clock.method]}"{unit}{save} '
            f'flywheel:unit="{_shown(str(clock.unit))}">',
            f"    <start>{number(clock.start)}</start>",
            f"    <stop>{number(clock.stop)}</stop>",
            f"    <dt>{number(clock.step)}</dt>",
            "  </sim_specs>",
        ]

    # -- variables

    def quantity(self, quantity: Quantity, flows: set[str]) -> None:
        self.owner, self.tables = quantity.name, []
        tag = "stock" if quantity.kind == "stock" else _tag(quantity.name, flows)
        label = self.labels[quantity.name]
        doc, unit, own = self.docs[quantity.name], str(quantity.unit), ""
        named = f' flywheel:name="{quantity.name}"' if label != quantity.name else ""
        if named and doc == quantity.doc:  # the name there is not the author's
            named += ' flywheel:renamed="yes"'
        if not quantity.unit.checked:
            own, (rest, said) = ' flywheel:unit="?"', unit_in(doc)
            kept = said and with_unit(rest, said) == doc
            doc, unit = (rest, said) if kept else (doc, "")
        self.lines.append(
            f'      <{tag} name="{_quoted(label)}" flywheel:kind="{quantity.kind}"'
            f"{named}{own}{_limits(quantity)}>"
        )
        body = self.body(quantity)
        self.lines += [f"        {line}" for line in body]
        for entry in quantity.ledger:
            way = "inflow" if entry.sign > 0 else "outflow"
            said = f' flywheel:doc="{_quoted(entry.doc)}"' if entry.doc else ""
            flow = escape(self.reference(entry.flow))
            self.lines.append(f"        <{way}{said}>{flow}</{way}>")
        if unit:
            self.lines.append(f"        <units>{_shown(unit)}</units>")
        if (
            quantity.kind == "given"
            and (span := quantity.range)
            and math.isfinite(span[1] - span[0])
        ):
            self.lines.append(f'        <range min="{number(span[0])}" max="{number(span[1])}"/>')
        if quantity.notes or doc:
            said = "\n".join(map(_shown, (*quantity.notes, doc) if doc else quantity.notes))
            self.lines.append(f'        <doc flywheel:notes="{len(quantity.notes)}">{said}</doc>')
        self.lines.append(f"      </{tag}>")
        for label, table in self.tables:
            self.lines.append(f'      <aux name="{_quoted(label)}" flywheel:kind="part">')
            self.lines += [f"        {line}" for line in self.graph(table)]
            self.lines.append("      </aux>")

    def body(self, quantity: Quantity) -> list[str]:
        equation = quantity.equation
        if isinstance(equation, Table) and quantity.kind != "stock":
            return self.graph(equation)
        return [f"<eqn>{escape(self.printer.equation(equation))}</eqn>"]

    def graph(self, table: Table) -> list[str]:
        """A graphical function and what it is taken of."""
        heights = [y for _, y in table.points]
        across, up = (",".join(map(number, row)) for row in zip(*table.points, strict=True))
        low, high = min(heights), max(heights)
        return [
            f"<eqn>{escape(self.printer.equation(table.x))}</eqn>",
            "<gf>",
            f'  <yscale min="{number(low)}" max="{number(high if high > low else low + 1)}"/>',
            f"  <xpts>{across}</xpts>",
            f"  <ypts>{up}</ypts>",
            "</gf>",
        ]

    def hoist(self, table: Table) -> str:
        """A variable for a table inside an equation, which XMILE has no place for."""
        label = _free(f"{self.owner}_table", self.taken)
        self.taken.add(same_name(label))
        self.tables.append((label, table))
        return _reference(label)

    def reference(self, name: str) -> str:
        return _reference(self.labels[name])

    # -- loops and drawing

    def loops(self) -> None:
        if not self.model.loops:
            return
        self.lines.append("    <flywheel:loops>")
        for loop in self.model.loops:
            said = "\n".join(map(_shown, (*loop.notes, loop.doc) if loop.doc else loop.notes))
            self.lines.append(
                f'      <flywheel:loop name="{_quoted(loop.name)}" '
                f'through="{" ".join(loop.quantities)}" flywheel:notes="{len(loop.notes)}">'
                f"{said}</flywheel:loop>"
            )
        self.lines.append("    </flywheel:loops>")

    def views(self, flows: set[str]) -> None:
        """Every quantity at a place, so that a program that draws has something to draw."""
        model = self.model
        shown = {item.name: (i, item) for i, item in enumerate(model.view)}
        places = places_of(model)
        self.lines += ["    <views>", f'      <view type="stock_flow" flywheel:page="{PAGE}">']
        if model.view_notes:
            said = "\n".join(map(_shown, model.view_notes))
            self.lines.append(f"        <flywheel:notes>{said}</flywheel:notes>")
        for name, (x, y) in places.items():
            quantity = model.written.get(name)
            tag = "stock" if model[name].kind == "stock" else _tag(name, flows)
            extra = ""
            if name in shown:
                order, item = shown[name]
                at = ' flywheel:at="anywhere"' if item.x is None or item.y is None else ""
                extra = f' flywheel:shown="{order}"{at}'
            if quantity is None:  # part of a delay, which has no variable in the file
                self.lines.append(
                    f'        <flywheel:show name="{name}" x="{number(x)}" y="{number(y)}"{extra}/>'
                )
                continue
            head = (
                f'<{tag} name="{_quoted(self.labels[name])}" x="{number(x)}" y="{number(y)}"{extra}'
            )
            if tag == "flow":
                ends = ends_of(name, model, places)
                self.lines.append(f"        {head}>")
                points = "".join(f'<pt x="{number(a)}" y="{number(b)}"/>' for a, b in ends)
                self.lines += [f"          <pts>{points}</pts>", "        </flow>"]
            else:
                self.lines.append(f"        {head}/>")
        self.connectors(places)
        self.lines += ["      </view>", "    </views>"]

    def connectors(self, places: Mapping[str, tuple[float, float]]) -> None:
        """An arrow from each quantity to those that are computed from it."""
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
                self.lines += [
                    f'        <connector uid="{uid}" angle="{number(angle)}">',
                    f"          <from>{escape(self.reference(cause))}</from>",
                    f"          <to>{escape(self.reference(quantity.name))}</to>",
                    "        </connector>",
                ]


def _tag(name: str, flows: set[str]) -> str:
    return "flow" if name in flows else "aux"


def _limits(quantity: Quantity) -> str:
    """The values a quantity promises to keep, where XMILE has no word for it."""
    if quantity.range is None:
        return ""
    if quantity.kind == "given" and _is_slider(quantity.range):
        return ""
    low, high = quantity.range
    return f' flywheel:range="{number_text(low)} .. {number_text(high)}"'


def _is_slider(span: tuple[float, float] | None) -> bool:
    return span is not None and math.isfinite(span[1] - span[0])


def _free(name: str, taken: set[str]) -> str:
    label, number = name, 2
    if same_name(label) in RESERVED_THERE:
        label = name = f"{name}_quantity"
    while same_name(label) in taken:
        label, number = f"{name}_{number}", number + 1
    return label


def _reference(label: str) -> str:
    """A name as it stands in an equation: in quotes unless it is plain words.

    PySD takes 'notice' for NOT ice; quotes keep it from that.
    """
    plain = label.replace(" ", "_")
    if re.fullmatch(r"[A-Za-z_]\w*", plain, re.ASCII) and not plain.lower().startswith("not"):
        return plain
    return '"' + label.replace("\\", "\\\\").replace(" ", "_") + '"'


def _shown(text: str) -> str:
    """Text for an element: on one line, without what XML cannot hold."""
    return escape("".join(c if c not in "\ufffe\uffff\n\r" else "?" for c in text))


def _quoted(text: str) -> str:
    """Text for an attribute."""
    return _shown(text).replace('"', "&quot;").replace("\t", "&#9;")
