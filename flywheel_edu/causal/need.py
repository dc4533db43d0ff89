"""What a function says to somebody who hands it another kind of thing than a causal graph."""

from __future__ import annotations

import networkx as nx

from flywheel_edu.errors import DiagramError, wrong_kind


def need_graph(given: object, doing: str) -> nx.DiGraph[str]:
    """The graph, each open sign None; what is none is refused, ``doing`` as in "lint looks at"."""
    if not isinstance(given, nx.DiGraph) or given.is_multigraph():
        make = "make one with causal_graph(model) or read_sketch(text)"
        raise wrong_kind(f"{doing} a causal graph", given, make)
    for cause, effect, sign in given.edges(data="sign"):
        if sign not in (1, -1, 0, None):
            raise DiagramError(
                f"the arrow {cause} -> {effect} has the sign {sign!r}",
                hint="a sign is 1 for the same way, -1 for the opposite way, None for open",
            )
    if not any(sign == 0 for _, _, sign in given.edges(data="sign")):
        return given
    graph: nx.DiGraph[str] = given.copy()  # it was plain, or comes from a file
    for _, _, arrow in graph.edges(data=True):
        arrow["sign"] = arrow.get("sign") or None
    return graph
