"""A causal graph in which what was written once for several is one quantity again."""

from __future__ import annotations

import re
from dataclasses import replace

import networkx as nx

from flywheel_edu.model import Model, NamedLoop


def together(model: Model, graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The graph of a model with each list that it shows whole as one quantity, such as "fans ×3".

    An arrow among lists is that from each to its own, such as from a club's fans to its own fame;
    where there is none, the arrow to the others.

    Examples
    --------
    >>> from flywheel_edu.causal.graph import causal_graph
    >>> model = Model.parse('''time month from 0 to 12 step 1
    ... for side in north, south:
    ...     fans [1] = sum(seats) / seats
    ...     given seats [1] = 100''')
    >>> list(together(model, causal_graph(model)).edges(data="sign"))
    [('seats ×2', 'fans ×2', None)]
    """
    one: dict[str, str] = {}
    member: dict[str, str] = {}
    for name, several in model.together.items():
        if all(f"{name}_{item}" in graph for item in several.items):
            for item in several.items:
                one[f"{name}_{item}"] = f"{name} ×{len(several.items)}"
                member[f"{name}_{item}"] = item
    if not one:
        return graph
    loops: list[NamedLoop] = []
    for loop in model.loops:
        around = tuple(dict.fromkeys(one.get(name, name) for name in loop.quantities))
        items = {member[name]: name for name in loop.quantities if name in member}
        title = loop.name
        for item, name in items.items():
            word = model.together[name.removesuffix(f"_{item}")].each
            title = re.sub(rf"\b{item}\b", word, title)
        if around not in [other.quantities for other in loops]:
            loops.append(replace(loop, name=title, quantities=around))
    view: dict[str, tuple[float, float]] = {}
    for name, place in graph.graph["view"].items():
        view.setdefault(one.get(name, name), place)
    folded = nx.DiGraph(title=model.title, loops=tuple(loops), view=view)
    for name, about in graph.nodes(data=True):
        folded.add_node(one.get(name, name), **about)
    for own in (True, False):
        for cause, effect, arrow in graph.edges(data=True):
            pair = one.get(cause, cause), one.get(effect, effect)
            same = member.get(cause) == member.get(effect) or not {cause, effect} <= set(member)
            if same is own and pair[0] != pair[1] and not folded.has_edge(*pair):
                folded.add_edge(*pair, **arrow)
    return folded
