"""The causal-loop graph of a model, computed from its equations."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from flywheel_edu.causal.signs import plus, slope, times
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.language import names_in
from flywheel_edu.model import Model, need_model


def causal_graph(model: Model, show: str | Iterable[str] | None = None) -> nx.DiGraph:
    """Who acts on whom in a model, in which direction, and where it waits.

    Parameters
    ----------
    model : Model
    show : str or iterable of str, optional
        The quantities to keep, such as ``model.shown``. The others are folded into the arrows: an
        arrow a -> b then means that b responds to a by way of quantities that are not shown.
        Everything is kept if not given.

    Returns
    -------
    networkx.DiGraph
        Each arrow has ``sign``: 1 if the effect moves the same way as the cause, -1 if the other
        way, None if the equations alone do not settle it; and ``delay``: whether it acts late, by
        way of a ``smooth`` or ``delay``. Each node has ``kind``, ``unit`` and ``doc``. The graph
        itself has ``title``, ``loops`` (those the author named) and ``view`` (places by name).

    Raises
    ------
    ModelError
        If something is to be shown that the model does not have.

    Notes
    -----
    A flow acts on its stock; an opening value does not count as an arrow, since it acts only once.
    With ``show``, what a quantity does to itself by way of hidden ones, such as a stock that drains
    through a flow nobody drew, is left out: show the flow to see that loop.

    Examples
    --------
    >>> from flywheel_edu.model import Model
    >>> model = Model.parse('''time month from 0 to 12 step 1
    ... stock customers [customer] = 100
    ...     + joiners
    ...     - leavers
    ... joiners [customer/month] = customers * word_of_mouth
    ... leavers [customer/month] = customers / stay
    ... given word_of_mouth [1/month] = 0.1 in 0 .. 1
    ... given stay [month] = 20 in 1 .. 60
    ... ''')
    >>> graph = causal_graph(model)
    >>> graph.edges["leavers", "customers"]["sign"], graph.edges["stay", "leavers"]["sign"]
    (-1, -1)
    >>> list(causal_graph(model, show=["customers", "stay"]).edges(data="sign"))
    [('stay', 'customers', 1)]
    """
    need_model(model, "causal_graph reads")
    graph = nx.DiGraph(
        title=model.title,
        loops=model.loops,
        view={s.name: (s.x, s.y) for s in model.view if s.x is not None and s.y is not None},
    )
    for quantity in model.values():
        graph.add_node(quantity.name, kind=quantity.kind, unit=str(quantity.unit), doc=quantity.doc)
    for quantity in model.values():
        if quantity.kind == "stock":
            for entry in quantity.ledger:
                graph.add_edge(entry.flow, quantity.name, sign=entry.sign, delay=quantity.waits)
        elif quantity.kind == "computed":
            for cause in names_in(quantity.equation):
                if cause != "time":
                    sign = slope(quantity.equation, cause, model.bounds, model.clock)
                    graph.add_edge(cause, quantity.name, sign=sign or None, delay=False)
    if show is None:
        return graph
    keep = (show,) if isinstance(show, str) else tuple(show)
    for name in keep:
        if name not in model:
            raise ModelError(f"there is no '{name}' to show", hint=closest(name, model))
    return _folded(graph, model, keep)


def _folded(graph: nx.DiGraph, model: Model, keep: tuple[str, ...]) -> nx.DiGraph:
    # Stocks last: by then what each does to itself by way of its flows is an arrow of its own.
    hidden = sorted((n for n in graph if n not in keep), key=lambda n: model[n].kind == "stock")
    for name in hidden:
        for before, _, first in list(graph.in_edges(name, data=True)):
            for _, after, second in list(graph.out_edges(name, data=True)):
                if name in (before, after):
                    continue  # a hidden stock that answers to itself turns no sign on the way
                if before == after and model[name].part_of:
                    continue  # a delay catching up with itself is no loop of the business
                _join(graph, before, after, first, second)
        graph.remove_node(name)
    ordered = nx.DiGraph(**graph.graph)
    ordered.add_nodes_from((name, graph.nodes[name]) for name in keep)
    ordered.add_edges_from((a, b, data) for a, b, data in graph.edges(data=True) if a != b)
    return ordered


def _join(
    graph: nx.DiGraph,
    before: str,
    after: str,
    first: dict[str, int | bool | None],
    second: dict[str, int | bool | None],
) -> None:
    """Two arrows in a row as one, beside one that may be there already."""
    sign = times(first["sign"], second["sign"])
    delay = bool(first["delay"] or second["delay"])
    if graph.has_edge(before, after):
        old = graph.edges[before, after]
        # Two ways with different signs: which wins, the equations alone do not say.
        sign = plus(old["sign"], sign)
        delay = delay and old["delay"]
    graph.add_edge(before, after, sign=sign, delay=delay)
