"""A large model's causal-loop diagram made small: what matters in a run, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from flywheel_edu.causal.dominance import Dominance
from flywheel_edu.causal.graph import Link, causal_graph, inside_a_delay, seen_loops
from flywheel_edu.causal.loops import Loop, Loops, find_loops, ways
from flywheel_edu.causal.scores import Array
from flywheel_edu.errors import FlywheelError, need
from flywheel_edu.words import Told


def simplify(
    found: Dominance, *, loop: float = 0.02, link: float = 0.5, flows: bool = False
) -> SimpleView:
    """The part of a model's diagram that made a run what it was.

    Parameters
    ----------
    found : Dominance
        Of the run.
    loop : float
        Keep the loops that carry at least this share of their part of the model, as an average
        over the run, between 0 and 1. Their stocks are shown.
    link : float
        Besides, show the quantities on these loops on which the weight of some cause varies by at
        least this much during the run, between 0 and 1. Above 1, show stocks, and no more than
        keeps their loops apart.
    flows : bool
        Whether to show the flows of these stocks too.

    Raises
    ------
    FlywheelError
        If no loop carries so much.

    Notes
    -----
    The weight of a cause on an effect is its link score's share of all link scores into that
    effect. A quantity on which no weight varies is a constant or passes on what it gets, and can
    be left out without loss. Of a loop that would have no arrow left, its flow is shown; of loops
    that would be one but for their signs, what tells them apart.

    References
    ----------
    Schoenberg, "LoopX: Visualizing and understanding the origins of dynamic model behavior", 2019,
    arXiv 1909.01138; Schoenberg & Eberlein, "Seamlessly Integrating Loops That Matter into Model
    Development and Analysis", 2020: loops of the whole model, mapped to those of the drawing.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> from flywheel_edu.causal.dominance import dominance
    >>> from flywheel_edu.simulate import simulate
    >>> view = simplify(dominance(simulate(load("napkin"))), loop=0.1)
    >>> view.show
    ('traffic', 'sellers', 'price', 'seller_exits', 'price_change')
    """
    make = "make one with dominance(simulate(model))"
    need(Dominance, "simplify looks at a Dominance", found, make)
    model = found.run.model
    weight = carried(found)
    kept = [row for row in range(len(found.found)) if weight[row] >= loop]
    if not kept:
        top = weight.max(initial=0.0)
        raise FlywheelError(
            f"no loop carries a share of {loop:g}\n"
            f"  hint: the strongest carries {top:.2g}; choose loop= below that"
        )
    on_kept = {name for row in kept for name in found.found[row].quantities}
    varies = _variation(found.link_scores)
    into: dict[str, float] = {}
    for (_, effect), by in varies.items():
        into[effect] = max(into.get(effect, 0.0), by)
    stocks = [name for name in model.stocks if name in on_kept]
    flowing = {f for name in stocks for f in (*model[name].inflows, *model[name].outflows)}
    first = {
        name
        for name in on_kept
        if name in stocks or into.get(name, 0.0) >= link or (flows and name in flowing)
    }
    carrying = [found.found[row] for row in kept]
    outside = [loop for loop in carrying if not inside_a_delay(loop, model)]
    apart = _apart(outside, first)
    shown = tuple(name for name in model if name in apart)
    loops, _ = seen_loops(model, Loops(outside or carrying), shown)
    graph = _part_of(causal_graph(model, shown), loops)
    return SimpleView(shown, _as_lettered(loops, graph), graph, _explained(found, kept))


def carried(found: Dominance) -> Array:
    """The share of what happens that each loop carries, over the moments when anything does."""
    moving = np.abs(found.shares)
    happens = int((moving.sum(axis=0) > 0).sum())
    weight: Array = moving.mean(axis=1) * moving.shape[1] / max(1, happens)
    return weight


@dataclass(frozen=True, eq=False, repr=False)
class SimpleView(Told):
    """A small diagram that stands for a large one.

    Attributes
    ----------
    show : tuple of str
        The quantities it shows; ``causal_graph(model, show=view.show)`` has all arrows between
        them.
    loops : Loops
        The loops that carry the run, as they look in it. What a quantity does to itself through
        hidden ones comes last, and has no arrow in ``graph``.
    graph : networkx.DiGraph
        The arrows of these loops alone, ready to be drawn. Where ways of both signs were put
        together, the sign is open.
    explained : float
        The share of the run's change, from 0 to 1, that these loops carry.
    """

    show: tuple[str, ...]
    loops: Loops
    graph: nx.DiGraph[str]
    explained: float

    def __str__(self) -> str:
        shown, loops = len(self.show), len(self.loops)
        return (
            f"{shown} {'quantity' if shown == 1 else 'quantities'} and {loops} "
            f"{'loop' if loops == 1 else 'loops'} carry {self.explained:.0%} of what happens:\n"
            f"{self.loops}"
        )


def _variation(scores: Mapping[Link, Array]) -> dict[Link, float]:
    """How far each link's weight among all links into its effect varies over the run."""
    whole: dict[str, Array] = {}
    for (_, effect), score in scores.items():
        whole[effect] = whole.get(effect, np.zeros(len(score))) + np.abs(score)
    varies = {}
    for (cause, effect), score in scores.items():
        moves = whole[effect] > 0
        if moves.any():
            weights = np.abs(score[moves]) / whole[effect][moves]
            varies[cause, effect] = float(weights.max() - weights.min())
    return varies


def _apart(loops: Sequence[Loop], shown: set[str]) -> set[str]:
    """What is shown, and what it takes for each loop to be one, alike only those of one sign."""
    looks: dict[frozenset[Link], list[Loop]] = {}
    for loop in loops:
        looks.setdefault(frozenset(link for link, _ in ways(loop, shown)), []).append(loop)
    more: set[str] = set()
    for links, alike in looks.items():
        if len(links) < 2:
            more |= {cause for loop in alike for cause, effect in loop.edges if effect in shown}
            continue
        up, down = ([loop for loop in alike if loop.sign == sign] for sign in (1, -1))
        hidden = dict.fromkeys(n for loop in alike for n in loop.quantities if n not in shown)
        tells = {name: abs(_on(name, up) - _on(name, down)) for name in hidden if up and down}
        if max(tells.values(), default=0.0) > 0:
            more.add(max(tells, key=tells.__getitem__))
    return _apart(loops, shown | more) if more - shown else shown


def _on(name: str, loops: Sequence[Loop]) -> float:
    return sum(name in loop.quantities for loop in loops) / len(loops)


def _explained(found: Dominance, kept: list[int]) -> float:
    """The kept loops' part of all shares, where anything moves."""
    size = np.abs(found.shares)
    total = float(size.sum())
    return float(size[kept].sum()) / total if total else 0.0


def _part_of(whole: nx.DiGraph[str], loops: Loops) -> nx.DiGraph[str]:
    arrows = {arrow for loop in loops for arrow in loop.edges}
    part = whole.copy()
    part.remove_edges_from([arrow for arrow in whole.edges if arrow not in arrows])
    return part


def _as_lettered(loops: Loops, graph: nx.DiGraph[str]) -> Loops:
    """The loops with the letters they have when this graph is drawn, in the drawing's order.

    What a quantity does to itself through hidden ones is not drawn; it comes last.
    """
    own = {frozenset(loop.edges): loop for loop in loops}
    drawn = find_loops(graph)
    told = []
    for seen in drawn:
        loop = own.pop(frozenset(seen.edges), None)
        if loop is not None:
            told.append(replace(seen, title=loop.title, doc=loop.doc))
    return Loops([*told, *own.values()], truncated=loops.truncated)
