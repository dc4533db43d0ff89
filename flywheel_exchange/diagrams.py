"""Causal graphs for programs that draw: GraphML, Graphviz, Mermaid, and Kumu's blueprints."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx

from flywheel_edu.causal.graph import causal_graph, plain_graph
from flywheel_edu.files import write_beside
from flywheel_edu.model import Model

Drawn = Any  # a model, of which its own view is drawn, or a causal graph
_SIGNS = {1: "+", -1: "−", 0: "?"}


def _writer(text: Callable[[nx.DiGraph], str]) -> Callable[[Drawn, str | os.PathLike[str]], Path]:
    def write(drawn: Drawn, path: str | os.PathLike[str]) -> Path:
        whole = causal_graph(drawn, show=drawn.shown) if isinstance(drawn, Model) else drawn
        return write_beside(path, text(plain_graph(whole)))

    return write


def _dot(graph: nx.DiGraph) -> str:
    def said(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)  # Graphviz escapes as JSON does

    lines = ["digraph {", f"  label={said(graph.graph['title'])}"]
    lines += [f"  {said(name)} [label={said(_words(name))}]" for name in graph]
    for cause, effect, sign, late in _arrows(graph):
        look = ", style=dashed" if late else ""
        lines.append(f'  {said(cause)} -> {said(effect)} [label="{sign}"{look}]')
    return "\n".join([*lines, "}", ""])


def _mermaid(graph: nx.DiGraph) -> str:
    number = {name: f"q{i}" for i, name in enumerate(graph)}
    lines = ["flowchart LR"]
    for name, own in number.items():
        label = _words(name).replace("#", "#35;").replace('"', "#quot;")
        lines.append(f'  {own}["{label}"]')
    for cause, effect, sign, late in _arrows(graph):
        line = "-.->" if late else "-->"
        lines.append(f"  {number[cause]} {line}|{sign}| {number[effect]}")
    return "\n".join([*lines, ""])


def _kumu(graph: nx.DiGraph) -> str:
    elements: list[dict[str, Any]] = [
        {"id": name, "label": _words(name), "type": known.get("kind", "")}
        | {"description": known.get("doc", ""), "unit": known.get("unit", "")}
        for name, known in graph.nodes(data=True)
    ]
    connections = [
        {"from": cause, "to": effect, "direction": "directed", "type": sign}
        | ({"tags": ["delayed"]} if late else {})
        for cause, effect, sign, late in _arrows(graph)
    ]
    whole = {"elements": elements, "connections": connections}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _arrows(graph: nx.DiGraph) -> Iterator[tuple[str, str, str, bool]]:
    for cause, effect, known in graph.edges(data=True):
        yield cause, effect, _SIGNS[known["sign"]], bool(known["delay"])


def _words(name: str) -> str:
    return name.replace("_", " ")


write_graphml = _writer(lambda graph: "\n".join(nx.generate_graphml(graph)) + "\n")
write_dot = _writer(_dot)
write_mermaid = _writer(_mermaid)
write_kumu = _writer(_kumu)
