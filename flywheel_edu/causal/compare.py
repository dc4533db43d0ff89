"""A drawn diagram as a claim, held against the equations of a model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import networkx as nx

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.need import need_graph
from flywheel_edu.causal.signs import plus, times
from flywheel_edu.errors import DiagramError, closest
from flywheel_edu.model import Model, need_model
from flywheel_edu.words import Several, said


@dataclass(frozen=True)
class Difference:
    """One point on which a sketch and a model disagree.

    Parameters
    ----------
    kind : str
        ``sign``: the arrow has another sign; ``missing``: the equations have an arrow that is not
        drawn; ``extra``: an arrow is drawn that nothing in the equations carries; ``unknown``: a
        quantity is drawn that the model does not have.
    cause, effect : str
        The arrow; for an unknown quantity, its name and the empty string.
    drawn, found : 1, -1 or None
        The sign in the sketch and in the equations; None where it is open or there is no arrow.
    by_way_of : tuple of str
        Quantities, not in the sketch, through which the equations carry the arrow.
    hint : str
        For an unknown quantity, what may have been meant.
    """

    kind: str
    cause: str
    effect: str = ""
    drawn: int | None = None
    found: int | None = None
    by_way_of: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        return said(self._told())

    def _told(self) -> str:
        arrow = f"{self.cause} -> {self.effect}"
        via = f" (by way of {', '.join(self.by_way_of)})" if self.by_way_of else ""
        if self.kind == "unknown":
            hint = f": {self.hint}" if self.hint else ""
            return f"'{self.cause}' is drawn, but the model has no such quantity{hint}"
        if self.kind == "extra":
            return f"{arrow} is drawn, but nothing in the equations carries it"
        if self.kind == "missing":
            sign = f"with {_SAID[self.found]}" if self.found else "with a sign that is open"
            return f"{arrow} is missing; the equations have it {sign}{via}"
        drawn = _SAID[self.drawn] if self.drawn else "without a sign"
        found = f"say {_SAID[self.found]}" if self.found else "leave the sign open"
        return f"{arrow} is drawn {drawn}, the equations {found}{via}"


_SAID = {1: "'+'", -1: "'-'"}


def compare(sketch: nx.DiGraph[str], model: Model) -> Several[Difference]:
    """Where a hand-drawn sketch and the equations of a model disagree.

    Parameters
    ----------
    sketch : networkx.DiGraph
        From ``read_sketch``, or any graph with ``sign`` on its arrows. Names may be spelt with
        spaces and capitals: "Unit cost" is ``unit_cost``.
    model : Model

    Returns
    -------
    tuple of Difference
        Wrong signs first, then arrows nothing carries, missing arrows, unknown quantities. Empty
        if the sketch says what the equations say about the quantities it shows.

    Raises
    ------
    DiagramError
        If the model has none of the quantities drawn.

    Notes
    -----
    The model is folded to the quantities of the sketch: an arrow stands for every way through
    quantities that are not drawn. What a quantity does to itself is not compared, and neither are
    delay marks, for every stock on the way makes an arrow late.

    Examples
    --------
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> shop = Model.parse('''time month from 0 to 12 step 1
    ... stock orders [order] = 100
    ... given fixed_cost [USD] = 500 in 0 .. 1000
    ... unit_cost [USD/order] = fixed_cost / orders
    ... price [USD/order] = unit_cost * mark_up
    ... given mark_up [1] = 1.2 in 1 .. 2
    ... ''')
    >>> for difference in compare(read_sketch("orders -> price +"), shop):
    ...     print(difference)
    orders -> price is drawn '+', the equations say '-' (by way of unit_cost)
    """
    sketch = need_graph(sketch, "compare takes")
    need_model(model, "compare holds a sketch against")
    named = {_key(name): name for name in model}
    known = {name: named[_key(name)] for name in sketch if _key(name) in named}
    if len(sketch) and not known:
        raise DiagramError(
            "the model has none of the quantities drawn",
            hint=f"its quantities are: {', '.join(model.written)}",
        )
    claim = _claimed(sketch, known)
    shown = causal_graph(model, show=[name for name in model if name in claim])
    whole = causal_graph(model)
    told = [_with_way(found, whole, set(claim), model) for found in _differences(claim, shown)]
    unknown = [
        Difference("unknown", name, hint=closest(_key(name), model))
        for name in sketch
        if name not in known
    ]
    return Several((*told, *unknown))


def _claimed(sketch: nx.DiGraph[str], known: dict[str, str]) -> nx.DiGraph[str]:
    """The sketch in the model's names; what the model does not know is folded into arrows."""
    claim: nx.DiGraph[str] = nx.DiGraph()
    claim.add_nodes_from(known.values())
    unknown = [name for name in sketch if name not in known]
    for cause, effect in itertools.permutations(known, 2):
        between = sketch.subgraph([cause, effect, *unknown])
        ways = itertools.islice(nx.all_simple_paths(between, cause, effect), 1000)
        signs = [_along(sketch, way) for way in ways]
        if signs and known[cause] != known[effect]:
            total = signs[0]
            for sign in signs[1:]:
                total = plus(total, sign)
            claim.add_edge(known[cause], known[effect], sign=total)
    return claim


def _along(graph: nx.DiGraph[str], way: list[str]) -> int | None:
    sign: int | None = 1
    for arrow in itertools.pairwise(way):
        sign = times(sign, graph.edges[arrow].get("sign"))
    return sign


def _differences(claim: nx.DiGraph[str], shown: nx.DiGraph[str]) -> Iterator[Difference]:
    for cause, effect, drawn in claim.edges(data="sign"):
        found = shown.get_edge_data(cause, effect, {"sign": drawn})["sign"]
        if drawn != found:
            yield Difference("sign", cause, effect, drawn, found)
    for cause, effect, drawn in claim.edges(data="sign"):
        if not shown.has_edge(cause, effect):
            yield Difference("extra", cause, effect, drawn)
    for cause, effect, found in shown.edges(data="sign"):
        if not claim.has_edge(cause, effect):
            yield Difference("missing", cause, effect, None, found)


def _with_way(
    found: Difference, whole: nx.DiGraph[str], drawn: set[str], model: Model
) -> Difference:
    ends = {found.cause, found.effect}
    inside = whole.subgraph([name for name in whole if name in ends or name not in drawn])
    if found.kind == "extra":
        return found
    ways = list(itertools.islice(nx.shortest_simple_paths(inside, found.cause, found.effect), 100))
    against = [way for way in ways if found.drawn and _along(whole, way) == -found.drawn]
    # What a delay unfolds into is told by the quantity whose delay it is.
    way = dict.fromkeys(model[name].part_of or name for name in (against or ways)[0][1:-1])
    return replace(found, by_way_of=tuple(name for name in way if name not in ends))


def _key(name: str) -> str:
    return "_".join(name.lower().replace("_", " ").split())
