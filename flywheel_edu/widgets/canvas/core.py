"""What a canvas holds, apart from any browser: a drawing, its graph, the notes on it, its file.

A drawing is plain data that JSON can hold; it is what the canvas, the browser and a saved file pass
to one another::

    {"title": "The napkin",
     "variables": [{"name": "price", "x": 0.5, "y": 0.9, "doc": ""}, ...],
     "arrows": [{"from": "price", "to": "visits", "sign": -1, "delay": False}, ...],
     "loops": [{"name": "Selection", "quantities": ["selection", "visits", ...], "doc": ""}, ...]}

Positions run from 0 to 1, x to the right and y upwards, as in a model's ``show``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict

import networkx as nx

from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.errors import DiagramError, FlywheelError, ModelError, SimulationError
from flywheel_edu.language import names_in, number_text
from flywheel_edu.model import Model, NamedLoop
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.widgets.canvas.known import rows_of
from flywheel_edu.widgets.canvas.merge import own_lines
from flywheel_edu.widgets.canvas.spin import model_names
from flywheel_edu.words import said

Drawing = dict[str, Any]

MOST_AT_A_GLANCE = 9  # quantities, as chapter 11 has it
MOST_VARIABLES = 300
MOST_ARROWS = 3000
LONGEST_NAME = 20_000
_LINE = 15  # letters of a label that go on one line
_VERSION = 1


class Note(TypedDict):
    """One remark on a drawing: what is there, and what to do about it."""

    message: str
    hint: str


def drawing_of(graph: nx.DiGraph[str]) -> Drawing:
    """A causal graph as a drawing; what has no place yet gets one.

    Names are text with single spaces; any other node is named by its ``str``.

    >>> drawing = drawing_of(nx.DiGraph([("price", "visits", {"sign": -1})]))
    >>> drawing["arrows"]
    [{'from': 'price', 'to': 'visits', 'sign': -1, 'delay': False}]
    """
    names: dict[Any, str] = {node: " ".join(str(node).split()) for node in graph}
    places = {
        names[node]: place for node, place in graph.graph.get("view", {}).items() if node in names
    }
    doc = {names[node]: str(text or "") for node, text in graph.nodes(data="doc")}
    variables = [{"name": name, "doc": doc[name], "x": 0.5, "y": 0.5} for name in names.values()]
    arrows = [
        {
            "from": names[cause],
            "to": names[effect],
            "sign": arrow.get("sign") or None,
            "delay": bool(arrow.get("delay")),
        }
        for cause, effect, arrow in graph.edges(data=True)
    ]
    loops = [
        {
            "name": loop.name,
            "doc": loop.doc,
            "quantities": [names[quantity] for quantity in loop.quantities if quantity in names],
        }
        for loop in graph.graph.get("loops", ())
    ]
    drawing = checked(
        {
            "title": str(graph.graph.get("title") or ""),
            "variables": variables,
            "arrows": arrows,
            "loops": loops,
        }
    )
    placed = places_for(graph_of(drawing), places)
    for variable in drawing["variables"]:
        variable["x"], variable["y"] = placed[variable["name"]]
    return drawing


def graph_of(drawing: Mapping[str, Any]) -> nx.DiGraph[str]:
    """A drawing as a causal graph, like those of ``causal_graph`` and ``read_sketch``."""
    graph: nx.DiGraph[str] = nx.DiGraph(
        title=drawing.get("title", ""),
        loops=tuple(
            NamedLoop(loop["name"], tuple(loop["quantities"]), loop.get("doc", ""))
            for loop in drawing.get("loops", ())
        ),
        view={each["name"]: (each["x"], each["y"]) for each in drawing["variables"]},
    )
    for variable in drawing["variables"]:
        graph.add_node(variable["name"], kind="drawn", unit="", doc=variable.get("doc", ""))
    for arrow in drawing["arrows"]:
        graph.add_edge(arrow["from"], arrow["to"], sign=arrow["sign"], delay=arrow["delay"], doc="")
    return graph


def called_otherwise(before: Drawing, now: Drawing) -> tuple[dict[str, str], dict[str, str]]:
    """What stands in one drawing where it stood in another by another name; and so in the model."""
    old, new = (model_names(graph_of(drawing)) for drawing in (before, now))
    stood = {(v["x"], v["y"]): v["name"] for v in before["variables"] if v["name"] not in new}
    drawn = {
        was: v["name"]
        for v in now["variables"]
        if v["name"] not in old and (was := stood.get((v["x"], v["y"])))
    }
    return drawn, {old[was]: new[name] for was, name in drawn.items() if old[was] != new[name]}


def places_for(
    graph: nx.DiGraph[str], settled: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """A place from 0 to 1 for every variable: the settled ones stay, the others find room."""
    from flywheel_edu.drawing.layout import lay_out

    inside = {
        name: (_within(float(x)), _within(float(y)))
        for name, (x, y) in settled.items()
        if name in graph
    }
    if len(inside) == len(graph):
        return inside
    laid = lay_out(graph, {name: _half(name) for name in graph}, find_loops(graph), inside).places
    # Points to shares: the settled places say how, or else the drawing fills the sheet.
    known = inside if len(inside) > 1 else {}
    columns = [_scale({n: p[axis] for n, p in laid.items()}, known, axis) for axis in (0, 1)]
    found = {name: (columns[0][name], columns[1][name]) for name in laid}
    return {name: inside.get(name, found[name]) for name in graph}


def _scale(
    laid: Mapping[str, float], known: Mapping[str, tuple[float, float]], axis: int
) -> dict[str, float]:
    """One coordinate of a layout, from its own measure to 0 .. 1."""
    low, high = min(laid.values()), max(laid.values())
    to_low, to_high = 0.0, 1.0
    if known:
        least = min(known, key=lambda name: laid[name])
        most = max(known, key=lambda name: laid[name])
        if laid[most] > laid[least] and known[most][axis] > known[least][axis]:
            low, high = laid[least], laid[most]
            to_low, to_high = known[least][axis], known[most][axis]
    if high <= low:
        return dict.fromkeys(laid, 0.5)
    grow = (to_high - to_low) / (high - low)
    return {name: _within(to_low + (value - low) * grow) for name, value in laid.items()}


def _half(name: str) -> tuple[float, float]:
    """Half the width and height of a label, in points, near enough to lay it out."""
    lines = min(3, 1 + len(name) // _LINE)
    return 4.2 * min(len(name), _LINE) + 14, 8.5 * lines + 9


def _within(share: float) -> float:
    return round(min(1.0, max(0.0, share)), 3) if math.isfinite(share) else 0.5


def checked(drawing: object) -> Drawing:
    """A drawing that came from outside, once it is known to be one."""
    if not isinstance(drawing, Mapping):
        raise DiagramError("this is not a drawing", hint="save one with canvas.save('wheel.json')")
    try:
        variables = [_variable(each) for each in drawing["variables"]]
        arrows = [_arrow(each) for each in drawing["arrows"]]
        loops = [_loop(each) for each in drawing.get("loops") or ()]
        title = str(drawing.get("title") or "")
    except (KeyError, TypeError, ValueError) as problem:
        raise DiagramError(
            "this drawing is damaged: a variable, an arrow or a loop in it is not whole",
            hint="open the copy that was kept beside it, or draw it anew",
        ) from problem
    if len(variables) > MOST_VARIABLES or len(arrows) > MOST_ARROWS:
        raise DiagramError(
            f"this drawing has {len(variables):,} variables and {len(arrows):,} arrows; "
            f"a canvas holds {MOST_VARIABLES} and {MOST_ARROWS:,}",
            hint="show a part of it: causal_graph(model, show=[...])",
        )
    names = [variable["name"] for variable in variables]
    for name in names:
        if names.count(name) > 1:
            raise DiagramError(
                f"two variables are called '{_short(name)}'", hint="give each its own name"
            )
    known, drawn = set(names), set()
    for arrow in arrows:
        ends = (arrow["from"], arrow["to"])
        if not known.issuperset(ends) or ends in drawn:
            wrong = "is drawn twice" if ends in drawn else "has no variable at one of its ends"
            raise DiagramError(f"the arrow from {_short(ends[0])} to {_short(ends[1])} {wrong}")
        drawn.add(ends)
    loops = [loop for loop in loops if known.issuperset(loop["quantities"]) and loop["quantities"]]
    return {"title": title, "variables": variables, "arrows": arrows, "loops": loops}


def _variable(each: Any) -> dict[str, Any]:
    name = " ".join(str(each["name"]).split())[:LONGEST_NAME]
    x, y = _within(float(each["x"])), _within(float(each["y"]))
    if not name:
        raise DiagramError("a variable has no name", hint="name it by a noun")
    return {"name": name, "doc": str(each.get("doc") or ""), "x": x, "y": y}


def _arrow(each: Any) -> dict[str, Any]:
    sign = each["sign"]
    if sign is not None and (isinstance(sign, bool) or sign not in (1, -1)):
        raise DiagramError(
            f"the sign of the arrow from {_short(str(each['from']))} to "
            f"{_short(str(each['to']))} is {_short(str(sign))}",
            hint="a sign is 1, -1, or None where it is open",
        )
    return {
        "from": str(each["from"]),
        "to": str(each["to"]),
        "sign": None if sign is None else int(sign),
        "delay": bool(each["delay"]),
    }


def _loop(each: Any) -> dict[str, Any]:
    quantities = [str(quantity) for quantity in each["quantities"]]
    return {"name": str(each["name"]), "quantities": quantities, "doc": str(each.get("doc") or "")}


def notes_on(graph: nx.DiGraph[str]) -> list[Note]:
    """What the drawing guidelines say about a drawing, and its size; nothing about an empty one."""
    from flywheel_edu.causal.lint import lint

    found = lint(graph) if graph else ()
    notes: list[Note] = [{"message": finding.what, "hint": finding.mend} for finding in found]
    if len(graph) > MOST_AT_A_GLANCE:  # and no rule of `lint`: exercise 11 may have a larger one
        hint = said("Bring it to between five and nine: leave out what the loops can do without.")
        notes.append({"message": said(f"The drawing has {len(graph)} quantities."), "hint": hint})
    return notes


def _short(text: str, limit: int = 60) -> str:
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


# --- the first model under the drawing


def reading_of(text: str, drawing: Mapping[str, Any], spun: str = "") -> dict[str, Any]:
    """What the browser shows of a model's text: its curves, or what is wrong and on which line.

    ``problem`` is None or has ``message``, ``line`` (None where it is no single line), ``start``
    and ``end`` (columns) and ``hint``; ``curves`` are the stocks, each with ``name``, ``unit`` and
    ``values`` over the whole run; ``span`` says over what time; ``differences`` are sentences on
    where drawing and equations disagree; ``rows`` what is known of each drawn variable, ``fixed``
    where the text says it of each of a list, and ``listed`` which those are; ``notes``, by its
    variable, what is to be said beside a row;
    ``equations``, by an arrow's key in the browser, the lines by which it acts. What differs from
    ``spun``, the text as it was made from the drawing, is the student's own.
    """
    answer: dict[str, Any] = {"problem": None, "curves": [], "span": "", "differences": []}
    answer |= {"rows": [], "notes": {}, "equations": {}}
    if not text.strip():
        return answer
    try:
        model = Model.parse(text)
        run = simulate(model)
    except FlywheelError as problem:
        return {**answer, "problem": _problem(problem)}
    clock, own = model.clock, own_lines(text, spun) if spun else ()
    lists = _lists(drawing, model)
    shown = list(model.own_stocks[:8])
    every = max(1, clock.steps // 96)
    return {
        "problem": None,
        "curves": [
            {
                "name": name,
                "unit": str(model[name].unit),
                "values": [float(f"{value:.6g}") for value in (*run[name][::every], run[name][-1])],
            }
            for name in shown
        ],
        "span": f"between {clock.unit} {clock.start:g} and {clock.unit} {clock.stop:g}",
        "differences": differences_between(drawing, model),
        "rows": [
            {"variable": variable, **asdict(row), **_of_list(lists.get(variable), run)}
            for variable, row in rows_of(graph_of(drawing), model, own).items()
        ],
        "notes": more_than_all(drawing, run),
        "equations": equations_of(drawing, model),
        "listed": listed(drawing, model),
    }


def more_than_all(drawing: Mapping[str, Any], run: Run) -> dict[str, str]:
    """A sentence by each drawn variable that opens as a share and becomes more than the whole."""
    found = {}
    for variable, name in model_names(graph_of(drawing)).items():
        if name not in run or str(run.model[name].unit) != "1" or not 0 < run[name][0] < 1:
            continue
        if (most := float(max(run[name]))) > 1 + 1e-9:
            found[variable] = (
                f"If this is a share, it becomes more than the whole: {100 * most:.0f} %."
            )
    return found


def _problem(problem: FlywheelError) -> dict[str, Any]:
    place = problem.place if isinstance(problem, ModelError) else None
    told = problem if isinstance(problem, ModelError | SimulationError) else None
    return {
        "message": told.message if told else str(problem),
        "line": place.line if place else None,
        "start": place.start if place else 0,
        "end": place.end if place else 0,
        "hint": told.hint if told else "",
    }


def equations_of(drawing: Mapping[str, Any], model: Model) -> dict[str, str]:
    """By an arrow's key in the browser, the lines of the model by which its cause acts."""
    names, found = model_names(graph_of(drawing)), {}
    for cause, effect in ((arrow["from"], arrow["to"]) for arrow in drawing["arrows"]):
        hit = model.written.get(names[effect])
        lines = [hit, *(model.written[entry.flow] for entry in hit.ledger)] if hit else []
        told = [str(line) for line in lines if names[cause] in names_in(line.equation)]
        if hit and names[cause] in (entry.flow for entry in hit.ledger):
            told.append(f"{hit.name} is filled or emptied by {names[cause]}")
        found[f"arrow\n{cause}\n{effect}"] = "\n".join(told)
    return {key: told for key, told in found.items() if told}


def _lists(drawing: Mapping[str, Any], model: Model) -> dict[str, str]:
    names = model_names(graph_of(drawing)).items()
    return {drawn: name for drawn, name in names if name not in model and name in model.together}


def _of_list(name: str | None, run: Run) -> dict[str, Any]:
    """With what each of a list opens, or all of them, in a row that is only read."""
    if name is None:
        return {}
    of = run.model.together[name]
    opens = [number_text(float(f"{run[each][0]:.6g}")) for each in of.members(name)]
    each = ", ".join(f"{item} {value}" for item, value in zip(of.items, opens, strict=True))
    value = opens[0] if len({*opens}) == 1 else each
    return {"value": value, "says": run.model[of.members(name)[0]].doc, "fixed": True}


def listed(drawing: Mapping[str, Any], model: Model) -> list[str]:
    """Which drawn variables the text says of each of a list, as sentences."""
    found: dict[tuple[str, ...], list[str]] = {}
    for variable, name in _lists(drawing, model).items():
        found.setdefault(model.together[name].items, []).append(variable)
    return [
        f"Written in the text for each of {', '.join(items[:6])}{', …' * (len(items) > 6)}, and to "
        f"be changed there: {', '.join(variables)}."
        for items, variables in found.items()
    ]


def differences_between(drawing: Mapping[str, Any], model: Model) -> list[str]:
    """Where a drawing and a model disagree on what both have, and what is only drawn."""
    from flywheel_edu.causal.compare import Difference, compare

    drawn = graph_of(drawing)
    names, lists = model_names(drawn), _lists(drawing, model)
    both = {name: names[name] for name in drawn if names[name] in model}
    only = [str(Difference("unknown", name)) for name in drawn if name not in {*both, *lists}]
    if len(both) < 2:
        return only
    sketch = nx.relabel_nodes(drawn.subgraph(both), both)
    drawn_too = {each for name in lists.values() for each in model.together[name].members(name)}
    found = compare(sketch, model)
    return [*(str(each) for each in found if drawn_too.isdisjoint(each.by_way_of)), *only]


# --- the file


def saved(drawing: Mapping[str, Any], text: str, spun: str = "") -> str:
    """A drawing and the text of its first model, as the contents of a file.

    ``spun`` is the text as it was made from the drawing: what differs from it is the student's.
    """
    whole = {"flywheel_canvas": _VERSION, **drawing, "model": text}
    if spun:
        whole["spun"] = spun
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def opened(contents: str) -> tuple[Drawing, str, str]:
    """The drawing, the model's text, and that as it was spun, in a file that ``saved`` wrote."""
    try:
        whole = json.loads(contents)
        version = whole["flywheel_canvas"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise DiagramError(
            "this file does not hold a drawing",
            hint="a drawing is saved by canvas.save('wheel.json')",
        ) from problem
    if version != _VERSION:
        raise DiagramError(
            f"this drawing was saved in form {_short(str(version))}; "
            f"this flywheel_edu reads form {_VERSION}",
            hint="update flywheel_edu",
        )
    return checked(whole), str(whole.get("model") or ""), str(whole.get("spun") or "")


def as_graph(graph: nx.DiGraph[str] | Model | str) -> nx.DiGraph[str]:
    """The graph of what a canvas can be made of; a `DiagramError` says that it is none."""
    if isinstance(graph, Model):
        from flywheel_edu.causal.graph import causal_graph

        return causal_graph(graph, show=[shown.name for shown in graph.view] or None)
    if isinstance(graph, str):
        return read_sketch(graph)
    if isinstance(graph, nx.DiGraph):
        return graph
    raise DiagramError(
        f"a canvas draws a graph, a model or a sketch, not a '{type(graph).__name__}'",
        hint="try Canvas('price -> visits -')",
    )


def open_file(file: Path) -> tuple[Drawing, str, str, str]:
    """What `opened` finds in a file, and all of it; a `DiagramError` if it has no drawing."""
    try:
        contents = file.read_text("utf-8")
        return *opened(contents), contents
    except (DiagramError, UnicodeDecodeError) as problem:
        hint = getattr(problem, "hint", "") or "a drawing is saved by canvas.save('wheel.json')"
        said = getattr(problem, "message", "this file does not hold a drawing")
        raise DiagramError(f"{file.name}: {said}", hint=hint) from problem
