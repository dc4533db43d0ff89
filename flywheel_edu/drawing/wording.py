"""A diagram in words: what a reader who cannot see it needs to know."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

from flywheel_edu.causal.loops import Loop, in_words, listed

_SIGNS = {1: "plus", -1: "minus"}


def alt_text(
    graph: nx.DiGraph[str], loops: Sequence[Loop], title: str, truncated: bool = False
) -> str:
    """The arrows by their causes, then the loops.

    `loops` are those marked in the picture; `truncated` tells that the graph has more.

    >>> graph = nx.DiGraph()
    >>> graph.add_edge("unit_cost", "price", sign=1)
    >>> graph.add_edge("price", "sales", sign=-1)
    >>> graph.add_edge("sales", "unit_cost", sign=-1, delay=True)
    >>> from flywheel_edu.causal.loops import find_loops
    >>> print(alt_text(graph, find_loops(graph), "Scale"))
    Causal-loop diagram "Scale": 3 quantities, 3 arrows, 1 loop. Arrows: unit cost to price \
(plus); price to sales (minus); sales to unit cost (minus, delayed). Loop: R1, reinforcing: \
unit cost, price and sales.
    """
    marks = [
        _count(len(graph), "quantity", "quantities"),
        _count(graph.number_of_edges(), "arrow", "arrows"),
    ]
    if loops and not truncated:
        marks.append(_count(len(loops), "loop", "loops"))
    head = f'Causal-loop diagram "{title}"' if title else "Causal-loop diagram"
    sentences = [f"{head}: {', '.join(marks)}."]
    clauses = [_clause(graph, cause) for cause in graph if graph.out_degree(cause)]
    if clauses:
        sentences.append(f"Arrows: {'; '.join(clauses)}.")
    if loops:
        which = "Some of its loops" if truncated else "Loop" if len(loops) == 1 else "Loops"
        sentences.append(f"{which}: {'; '.join(_told(loop) for loop in loops)}.")
    alone = [in_words(name) for name in graph if graph.degree(name) == 0]
    if alone:
        sentences.append(f"Without arrows: {', '.join(alone)}.")
    return " ".join(sentences)


def _clause(graph: nx.DiGraph[str], cause: str) -> str:
    effects = []
    for _, effect, data in graph.out_edges(cause, data=True):
        sign = _SIGNS.get(data.get("sign"), "sign open")
        late = ", delayed" if data.get("delay") else ""
        name = "itself" if effect == cause else in_words(effect)
        effects.append(f"{name} ({sign}{late})")
    return f"{in_words(cause)} to {listed(effects)}"


def _told(loop: Loop) -> str:
    title = f' "{loop.title}"' if loop.title else ""
    many = f" ({loop.count} loops)" if loop.count > 1 else ""
    around = listed([in_words(name) for name in loop.quantities])
    return f"{loop.name}{title}, {loop.kind}: {around}{many}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
