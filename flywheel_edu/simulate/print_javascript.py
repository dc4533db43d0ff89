"""The JavaScript printer: a model as one ES module that a browser runs without a kernel.

The printed text holds slots, numbers and operators; names, units and comments of an author's stand
in it as JSON strings only. The part that is the same for every model is ``printed_model.js``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from flywheel_edu.language import ENGINES, KNOWN, tree, walk
from flywheel_edu.model import Clock, Model, Quantity, need_model
from flywheel_edu.simulate.infix import InfixPrinter, net_code, number_code
from flywheel_edu.simulate.promises import broken_promise, is_unfolded, promised
from flywheel_edu.simulate.slots import Plan, plan_of
from flywheel_edu.simulate.why_failed import UNTOLD, joined, suspects_in

_FIXED = Path(__file__).with_name("printed_model.js")
_CLOCK = ("start", "stop", "step", "steps", "save", "method")
_NULL = "null"  # a part whose value is not looked at when an error is explained


def javascript(model: Model) -> str:
    """The model as the text of an ES module, ready for a browser or Node.

    The module exports ``title``, ``clock``, ``quantities`` (name to kind, unit, label, doc, range
    and, for a given, its value), ``givens``, ``names`` (the stocks, then the computed quantities),
    and ``run(values, {method})``, which gives ``{time, series}`` as Float64Arrays or throws a
    ``SimulationError`` with the message, hint, quantity and time of the one in Python. The numbers
    are those of `simulate` to 12 digits.

    Parameters
    ----------
    model : Model

    Returns
    -------
    str
        Plain ASCII; nothing in it is fetched. It can be imported from a file, from a Blob, or from
        a ``data:text/javascript`` address.

    Examples
    --------
    >>> model = Model.parse('''time year from 0 to 2 step 1
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... given rate [1/year] = 0.1 in 0 .. 1
    ... ''')
    >>> print(javascript(model).split("// The fixed part")[0])
    // A model printed by flywheel_edu from its equations.
    export const title = "";
    ...
      compute(t, dt, g, q, now) {
        const s0 = q[0], g0 = g[0];
        now.row = 1; const v0 = q[1] = s0 * g0;
      },
    ...
    """
    need_model(model, "javascript prints")
    plan, clock = plan_of(model), model.clock
    data = {
        "title": model.title,
        "clock": _clock(clock),
        "quantities": {name: _described(quantity) for name, quantity in model.items()},
        "givens": plan.givens,
        "names": plan.names,
    }
    lines = ["// A model printed by flywheel_edu from its equations."]
    lines += [f"export const {name} = {_json(value)};" for name, value in data.items()]
    lines += [_equations(model, plan), "", _FIXED.read_text("utf-8")]
    return "\n".join(lines)


def equations_text(plan: Plan, clock: Clock) -> str:
    """What runs a plan in JavaScript, without a word about its quantities: see `run_javascript`."""
    printer = _Printer(plan)
    body = _program(printer)
    known = [f"const clock = {_json(_clock(clock))};", f"const rows = {len(plan.names)};"]
    return "\n".join([*known, *body, "};", _FIXED.read_text("utf-8")])


def _clock(clock: Clock) -> dict[str, Any]:
    return {"unit": str(clock.unit), **{name: getattr(clock, name) for name in _CLOCK}}


def _json(value: object) -> str:
    """A value as JavaScript in ASCII that may stand inside a script: no ``<`` to close it with."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c")


def _described(quantity: Quantity) -> dict[str, Any]:
    described: dict[str, Any] = {
        "kind": quantity.kind,
        "unit": str(quantity.unit),
        "label": quantity.label,
        "doc": quantity.doc,
        "part_of": quantity.part_of,
    }
    if quantity.range is not None:
        described["range"] = quantity.range
    if quantity.kind == "given" and isinstance(quantity.equation, tree.Number):
        described["value"] = quantity.equation.value
    return described


def _equations(model: Model, plan: Plan) -> str:
    """The constant ``printed``: the equations, the promises, and what may fail in an equation."""
    printer = _Printer(plan)
    signs = [
        [number, (value > 0) - (value < 0)]
        for number, (name, value) in enumerate(model.given_values.items())
        if model[name].range is None
    ]
    lines = [
        *_program(printer),
        f"  signs: {_json(signs)},",
        f"  promises: {_json(_promises(model, printer))},",
        f"  untold: {_json(UNTOLD)},",
        "  suspects: {",
        *(
            f"    {printer.rows[name]}: [{', '.join(found)}],"
            for name in dict.fromkeys((*plan.opening, *plan.computed))
            if (found := printer.suspects(name))
        ),
        "  },",
        "};",
    ]
    return "\n".join(lines)


def _program(printer: _Printer) -> list[str]:
    plan = printer.plan
    opening = printer.assignments(plan.opening)
    computing = printer.assignments(plan.computed)
    return [
        *(f"const {name} = {made};" for name, made in printer.made.items()),
        "const printed = {",
        f"  stocks: {len(plan.stocks)},",
        f"  moves: {_json([bool(flows) for flows in plan.flows])},",
        "  open(t, dt, g, q, now) {",
        *opening,
        "  },",
        "  compute(t, dt, g, q, now) {",
        *computing,
        "  },",
        "  change(g, q, d) {",
        *(
            f"    d[{number}] = {net_code(flows, printer.stored)};"
            for number, flows in enumerate(plan.flows)
            if flows
        ),
        "  },",
    ]


def _promises(model: Model, printer: _Printer) -> list[dict[str, Any]]:
    return [
        {
            "row": printer.rows[name],
            "low": low,
            "high": high,
            "delayed": is_unfolded(model[name]),
            "told": [asdict(broken_promise(model, name, at_start=how)) for how in (True, False)],
        }
        for name, (low, high) in promised(model).items()
    ]


class _Printer(InfixPrinter):
    forms: ClassVar = {
        "/": "divided({}, {})", "**": "power({}, {})", "==": "({} === {})",
        "!=": "({} !== {})", "and": "({} && {})", "or": "({} || {})", "not": "(!{})",
        "if": "({1} ? {0} : {2})",
    }  # fmt: skip

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = plan.rows
        self.made: dict[str, str] = {}  # functions and tables, by their names, as they are used

    def assignments(self, names: tuple[str, ...]) -> list[str]:
        """One line for each name, after a line that takes what they read from the arrays."""
        computed: set[str] = set()
        outside: dict[str, str] = {}
        lines = []
        for name in names:
            equation, slot = self.plan.equations[name], self.plan.slots[name]
            for node in walk(equation):
                if (
                    isinstance(node, tree.Name)
                    and node.name != "time"
                    and node.name not in computed
                ):
                    outside[self.plan.slots[node.name]] = self.stored(node.name)
            computed.add(name)
            row = self.rows[name]
            lines.append(f"    now.row = {row}; const {slot} = q[{row}] = {self.bare(equation)};")
        if outside:
            taken = ", ".join(f"{slot} = {where}" for slot, where in outside.items())
            lines.insert(0, f"    const {taken};")
        return lines

    def stored(self, name: str) -> str:
        """Where a value stands in the arrays."""
        if name == "time":
            return "t"
        if name in self.rows:
            return f"q[{self.rows[name]}]"
        return f"g[{self.plan.givens.index(name)}]"

    # -- one equation

    def bare(self, node: tree.Expression) -> str:
        """The code of an equation without brackets around the whole."""
        code = self.code(node, self.plan.slots)
        bracketed = isinstance(node, tree.Binary) and node.op in "+-*"
        return code[1:-1] if bracketed else code

    def table(self, points: tuple[tuple[float, float], ...]) -> str:
        name = f"table{len(self.made)}"
        xs, ys = zip(*points, strict=True)
        self.made[name] = f"table({_json(xs)}, {_json(ys)})"
        return name

    def call(self, function: str, args: list[str]) -> str:
        clock = [] if function in ENGINES else ["t", "dt"]
        return f"{self.function(function)}({', '.join([*clock, *args])})"

    def function(self, function: str) -> str:
        """The name of a function of the language, whose code is printed as it is used."""
        name, row = f"f_{function}", KNOWN[function]
        if name in self.made:
            return name
        listed = ", ".join(row.arguments)
        if defined := self.defined(function):
            lines = [f"const {part} = {code};" for part, code in defined]
            self.made[name] = f"(t, dt, {listed}) => {{ {' '.join(lines)} return result; }}"
            return name
        engines = ENGINES[function]
        code = engines.javascript
        if not engines.total:
            when = engines.refusal.when if engines.refusal else ()
            refused = self.any_of(when, "x") or "false"
            code = f"answer(x, {refused}, {code})"
        self.made[name] = f"({listed}) => {code}"
        return name

    # -- why an equation failed

    def suspects(self, name: str) -> list[str]:
        """The parts of an equation that an operation may refuse, each with code for its value."""
        found = []
        for suspect in suspects_in(self.plan.equations[name]):
            if (worth := self.worth(suspect.part)) != _NULL:
                refused = self.any_of(suspect.when, "v")
                texts = ", ".join(map(_json, (suspect.what, suspect.hint, suspect.only)))
                found.append(f"[(t, g, q) => {worth}, v => {refused}, {texts}]")
        return found

    def any_of(self, when: tuple[tuple[str, float], ...], value: str) -> str:
        """Whether one of these comparisons holds of a value."""
        return " || ".join(self.written(sign, value, number_code(at)) for sign, at in when)

    def worth(self, node: tree.Node) -> str:
        """Code for the value of a small expression, if it can be told without computing much."""
        match node:
            case tree.Number(value=value):
                return number_code(value)
            case tree.Name(name=name):
                return self.stored(name)
        if (found := joined(node)) is None:
            return _NULL
        how, *sides = found
        one, other = map(self.worth, sides)
        return _NULL if _NULL in (one, other) else f'part("{how}", {one}, {other})'
