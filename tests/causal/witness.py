"""pysimlin as an outside witness: our models as XMILE, its loop scores as ours are named.

Only the tests need this, and only for models whose equations both can read.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import simlin

from flywheel_edu.language import (
    Binary,
    Both,
    Call,
    Choice,
    Compare,
    Either,
    Minus,
    Name,
    Not,
    Number,
    Table,
    names_in,
)

FUNCTIONS = {"min": "MIN", "max": "MAX", "exp": "EXP", "ln": "LN", "sqrt": "SQRT", "abs": "ABS"}
WORDS = {"==": "=", "!=": "<>"}


def loop_shares(model, folder: Path):
    """The relative loop scores that pysimlin finds: a dict of set of links to array (times,)."""
    path = folder / "witness.xmile"
    path.write_text(xmile(model), "utf-8")
    run = simlin.load(str(path)).run(analyze_loops=True)
    spelt = {name.lower(): name for name in model}
    shares = {}
    for loop in run.loops:
        around = [spelt[v.lower()] for v in loop.variables if v.lower() in spelt]
        around = around[:-1] if around[0] == around[-1] and len(around) > 1 else around
        links = frozenset(zip(around, [*around[1:], around[0]], strict=True))
        shares[links] = np.asarray(loop.behavior_time_series)
    return shares, run.results


def xmile(model) -> str:
    """The model as XMILE; a table inside an equation becomes a variable of its own."""
    clock, lines = model.clock, []
    for quantity in model.values():
        extra = []
        equation = escape(_text(quantity.equation, quantity.name, extra))
        lines += [_variable("aux", n, f"<eqn>{escape(x)}</eqn>{_gf(p)}") for n, x, p in extra]
        body = f"<eqn>{equation}</eqn>"
        if quantity.kind == "stock":
            flows = [("inflow" if e.sign > 0 else "outflow", e.flow) for e in quantity.ledger]
            body += "".join(f"<{side}>{flow}</{side}>" for side, flow in flows)
        is_flow = any(quantity.name in (*s.inflows, *s.outflows) for s in model.values())
        tag = "stock" if quantity.kind == "stock" else "flow" if is_flow else "aux"
        lines.append(_variable(tag, quantity.name, body))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        "<header><name>witness</name><vendor>tests</vendor>"
        '<product version="1.0" lang="en">tests</product></header>'
        f'<sim_specs method="Euler"><start>{clock.start!r}</start><stop>{clock.stop!r}</stop>'
        f"<dt>{clock.step!r}</dt></sim_specs><model><variables>{''.join(lines)}</variables>"
        "</model></xmile>"
    )


def _variable(tag, name, body):
    return f'<{tag} name="{name}">{body}</{tag}>'


def _gf(points):
    xs, ys = (",".join(repr(v) for v in axis) for axis in zip(*points, strict=True))
    return f"<gf><xpts>{xs}</xpts><ypts>{ys}</ypts></gf>"


def _text(node, owner, extra) -> str:
    def again(inner):
        return _text(inner, owner, extra)

    match node:
        case Number(value=value):
            return f"({value!r})"
        case Name(name="time"):
            return "TIME"
        case Name(name=name):
            return name
        case Minus(operand=operand):
            return f"(-{again(operand)})"
        case Binary(op=op, left=left, right=right):
            return f"({again(left)} {'^' if op == '**' else op} {again(right)})"
        case Compare(op=op, left=left, right=right):
            return f"({again(left)} {WORDS.get(op, op)} {again(right)})"
        case Both(left=left, right=right):
            return f"({again(left)} AND {again(right)})"
        case Either(left=left, right=right):
            return f"({again(left)} OR {again(right)})"
        case Not(operand=operand):
            return f"(NOT {again(operand)})"
        case Choice(condition=condition, then=then, other=other):
            return f"(IF {again(condition)} THEN {again(then)} ELSE {again(other)})"
        case Table(x=x, points=points):
            name = f"{owner}_table_{len(extra)}"
            extra.append((name, again(x), points))
            return name
        case Call(function="step", args=(height, at)):
            return f"(IF TIME >= {again(at)} - DT / 1000000 THEN {again(height)} ELSE 0)"
        case Call(function="ramp", args=(slope, start, stop)):
            return (
                f"({again(slope)} * (MIN(MAX(TIME, {again(start)}), {again(stop)})"
                f" - {again(start)}))"
            )
        case Call(function=function, args=args):
            return f"{FUNCTIONS[function]}({', '.join(map(again, args))})"


def readable(model) -> bool:
    """Whether the model uses only what this printer can say in XMILE."""
    known = {*FUNCTIONS, "step", "ramp"}
    calls = [n for q in model.values() for n in _walk(q.equation) if isinstance(n, Call)]
    data = any(q.kind == "data" and "time" in names_in(q.equation) for q in model.values())
    return not data and all(call.function in known for call in calls)


def _walk(node):
    from flywheel_edu.language import walk

    return walk(node)
