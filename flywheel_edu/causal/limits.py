"""What holds a run back: its loops and capacities, each relieved in turn."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import fill
from typing import Any, Literal

import networkx as nx
import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.causal.archetype_view import is_an_amount
from flywheel_edu.causal.archetypes import archetypes
from flywheel_edu.causal.cut import can_be_changed, points_on, same_as
from flywheel_edu.causal.graph import (
    arrows_alike,
    causal_graph,
    inside_a_delay,
    known_loops,
    seen_loops,
    together,
)
from flywheel_edu.causal.loops import Loop, Loops, in_words, listed
from flywheel_edu.causal.relief import Arrow, Relievable, relief_of, relievable
from flywheel_edu.causal.scores import Array
from flywheel_edu.causal.whole import as_a_whole
from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.errors import DiagramError, ModelError, closest
from flywheel_edu.language import Binary, Call, Expression, Name, names_in, walk
from flywheel_edu.language.definitions import with_values
from flywheel_edu.language.tree import with_children
from flywheel_edu.later import pd
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.words import Told

_FELT = 0.01  # what binds brings at least 1 % when it is relieved by a tenth
_WAYS = {
    "loop": ("relieved by a tenth", "taken away"),
    "capacity": ("with a tenth more of it", "with no end of it"),
}
_BOTH = (
    "A loop taken away stays as it was at the start; no end of a capacity is a thousand times as "
    "much. So a loop and the capacity that sets its limit may say two numbers."
)
_OF_LIMITS = ("limits to growth", "growth and underinvestment", "tragedy of the commons")


def limits(model: Model, of: str | None = None) -> Limits:
    """What holds a quantity back, and what will hold it back next.

    Every loop of the model's view and every capacity is relieved by a tenth and then taken away,
    and the runs are compared. A loop is relieved at an arrow of its own: its effect
    feels a tenth less of what the cause moved since the start, or nothing of it. A balancing loop
    that shares each arrow with reinforcing ones is relieved where that brings most. Of a capacity
    there is a tenth more, or a thousand times as much, where it limits: in the ``min(...)`` it
    stands in, and nowhere else in that line.

    Parameters
    ----------
    model : Model
    of : str, optional
        What is wanted more of; the model's first stock if not given. Of a list, all together.

    Returns
    -------
    Limits
        Prints as what binds now, what binds next, and a table.

    Raises
    ------
    ModelError
        If there is no such quantity, or nothing to measure.

    Notes
    -----
    A loop that reinforces holds back where it feeds a drain, or turns downwards. A capacity acts
    from outside on a balancing loop, where no growth passes, or stands in a ``min(...)``; more of
    it lets more through. Left out are what is measured itself, pushes, which act on the growth,
    mere rates and times such as [1/month] and [month], constants of the calendar such as
    [month/year], what moves with the time alone, and what others are only measured by.
    Loops without an arrow of their own are relieved together with others, which are named.

    Gains are those at the end of the run. A limit binds from when its relief by a tenth first
    brings one per cent more, which is later than its first touch where it comes on slowly.

    References
    ----------
    Goldratt & Cox, "The Goal", 1984, for the one constraint that counts, and the next; Senge,
    "The Fifth Discipline", 1990, ch. 6, on limits to growth.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> print(limits(load("bass")))
    Binds now: Saturation, from year 4.34 on. Relieved by a tenth, adopters at year 15 is
      +32.2%; taken away, 139 times as much.
    Once that is away, no other loop or capacity binds.
    market, with a tenth more of it: +10.4%; with no end of it, 1,675 times as much.
    A loop taken away stays as it was at the start; no end of a capacity is a thousand times
      as much. So a loop and the capacity that sets its limit may say two numbers.
    """
    need_model(model, "limits runs")
    model, of = as_a_whole(model, of, push="")
    measured = model.called(of) if of else next(iter(model.stocks), "")
    if measured not in model:
        raise ModelError(
            f"the model has no quantity '{measured}'" if of else "there is nothing to measure",
            hint=closest(measured, model) if of else "name a quantity: of='sales'",
        )
    base = simulate(model)
    seen = seen_loops(model, known_loops(model).loops)
    brakes = list(_brakes(model, measured, base, seen))
    all_ways = [way for ways in brakes for way in ways]
    reliefs = [relief_of(model, way.kind, arrow) for way in all_ways for arrow in way.arrows]
    whole = relievable(model, reliefs, _where_it_limits)
    ranked = _ranked(whole, brakes, measured, {})
    told = {name for limit in ranked for name in (limit.name, *limit.also)}
    untold = tuple(ways[0].name for ways in brakes if len(ways) > 1 and ways[0].name not in told)
    found = Limits(model, measured, ranked, untold=untold)
    now = found.binding
    if now is None or math.isnan(now.away) or now.worse_away:
        return found
    # What sets a loop's limit is one limit with it, and has had its turn.
    loops = known_loops(model).loops
    around = {
        _label(view, loops[rows[0]]): {
            name for row in rows[: view.count] for name in loops[row].quantities
        }
        for view, rows in zip(*seen, strict=True)
    }

    def one_with_it(brake: Limit) -> bool:
        loop, capacity = (now, brake) if now.kind == "loop" else (brake, now)
        if (loop.kind, capacity.kind) != ("loop", "capacity"):
            return False
        return {end for _, end in capacity.arrows} <= around[loop.name]

    others = [
        [brake for brake in ways if brake.arrows != now.arrows]
        for ways in brakes
        if ways[0].name != now.name and not one_with_it(ways[0])
    ]
    freed = whole.relieved(now.kind, now.arrows, 1.0) or {}
    return replace(found, then=_ranked(whole, [*filter(None, others)], measured, freed))


@dataclass(frozen=True)
class Limit:
    """One loop or capacity that holds a quantity back.

    Attributes
    ----------
    name : str
        The loop's title or letter, or the capacity.
    kind : "loop" or "capacity"
    arrows : tuple of (cause, effect)
        Where it is relieved.
    also : tuple of str
        The loops that are relieved with it.
    way : str
        The quantities of a loop that its author gave no name.
    tenth, away : float
        What there is more of the quantity at the end, as a share, when it is relieved by a tenth
        and when it is taken away; nan where that run breaks down.
    binds : (float, float) or None
        The first and the last time at which a tenth brings one per cent or more.
    worse_away : bool
        Whether there is less when it is taken away than when it is relieved by a tenth.
    """

    name: str
    kind: Literal["loop", "capacity"]
    arrows: tuple[Arrow, ...]
    also: tuple[str, ...] = ()
    way: str = ""
    tenth: float = 0.0
    away: float = 0.0
    binds: tuple[float, float] | None = None

    @property
    def worse_away(self) -> bool:
        return self.away < self.tenth - 1e-3


@answers
@dataclass(frozen=True, repr=False)
class Limits(Told):
    """What holds a quantity back, the strongest first.

    Attributes
    ----------
    model : Model
    of : str
    found : tuple of Limit
        By what a tenth brings.
    then : tuple of Limit
        The same for the others once the first is taken away; empty where nothing binds, or where
        there is no run without it.
    untold : tuple of str
        Balancing loops that share each arrow with reinforcing ones, and bring less wherever they
        are relieved: whether they hold back alone, nobody can say.
    """

    model: Model
    of: str
    found: tuple[Limit, ...]
    then: tuple[Limit, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def binding(self) -> Limit | None:
        """The limit that binds now: the strongest at the end of the run."""
        return _first_felt(self.found)

    @property
    def following(self) -> Limit | None:
        """The limit that binds next, its gains being those once the first is taken away."""
        return _first_felt(self.then)

    @property
    def story(self) -> str:
        """The archetype that tells of the limit that binds, in words; empty if none does."""
        now = self.binding
        graph = together(self.model, causal_graph(self.model, show=self.model.written))
        for hit in archetypes(graph) if now else ():
            told = {*(loop.label for loop in hit.loops), *(name for _, name in hit.roles)}
            if now and hit.name in _OF_LIMITS and now.name in told:
                return str(hit)
        return ""

    def table(self) -> pd.DataFrame:
        """A row for each limit: gains as shares, and the times between which it binds."""
        return pd.DataFrame(
            {
                "kind": [limit.kind for limit in self.found],
                "a tenth less": [limit.tenth for limit in self.found],
                "taken away": [limit.away for limit in self.found],
                "binds from": [limit.binds and limit.binds[0] for limit in self.found],
                "to": [limit.binds and limit.binds[1] for limit in self.found],
            },
            index=[limit.name for limit in self.found],
        )

    def __str__(self) -> str:
        of, unit = in_words(self.of), self.model.clock.unit
        end = f"{of} at {unit} {moment(self.model.clock.stop)}"
        now, after = self.binding, self.following
        nearest = max(self.found, key=lambda limit: np.nan_to_num(limit.away), default=None)
        if now:
            tenth, whole = _WAYS[now.kind]
            lead = (
                f"Binds now: {self._named(now)}. {tenth.capitalize()}, {end} is "
                f"{_more(now.tenth)}; {whole}, {_away(now)}."
            )
        elif nearest and nearest.away >= _FELT:
            lead = (
                f"No loop or capacity relieved by a tenth brings one per cent more {end}. "
                f"{in_words(nearest.name)}{_aside(nearest)}, {_WAYS[nearest.kind][1]}: "
                f"{_more(nearest.away)}."
            )
        else:
            lead = f"No loop or capacity holds {end} back: no tenth brings one per cent."
        lines = [lead]
        if after:
            lines.append(
                f"Binds next, once that is away: {self._named(after)}. "
                f"{_WAYS[after.kind][0].capitalize()} then, {_more(after.tenth)}."
            )
        elif now and not math.isnan(now.away) and not now.worse_away:
            lines.append("Once that is away, no other loop or capacity binds.")
        others = [limit for limit in self.found[1:] if limit.tenth >= _FELT]
        for limit in others:
            tenth, whole = _WAYS[limit.kind]
            named = f"{in_words(limit.name)}, {tenth}: {_more(limit.tenth)}"
            lines.append(f"{named}; {whole}, {_away(limit)}.")
        if now and {now.kind} != {now.kind, *(limit.kind for limit in others)}:
            lines.append(_BOTH)
        if self.untold:
            lines.append(f"Not told apart from the loops that drive: {_named_first(self.untold)}.")
        return "\n".join(fill(line, 88, subsequent_indent="  ") for line in lines)

    def _named(self, limit: Limit) -> str:
        since = f", from {self.model.clock.unit} {moment(limit.binds[0])} on" if limit.binds else ""
        return f"{in_words(limit.name)}{_aside(limit)}{since}"


def _aside(limit: Limit) -> str:
    """What a letter alone does not say: the way of the loop, and what is relieved with it."""
    told = [limit.way, f"with {_named_first(limit.also)}" if limit.also else ""]
    return f" ({'; '.join(filter(None, told))})" if any(told) else ""


def _named_first(labels: Sequence[str]) -> str:
    """Loops in words: by title, or by the letter if they balance; the others are counted."""
    told = [in_words(label) for label in labels if not re.fullmatch(r"[RU]\d+", label)]
    if more := len(labels) - len(told):
        told.append(f"{more} other loop{'s' if more > 1 else ''}")
    return listed(told)


def _first_felt(found: Sequence[Limit]) -> Limit | None:
    return found[0] if found and found[0].tenth >= _FELT else None


def _more(share: float) -> str:
    if math.isnan(share):
        return "beyond what the model can run"
    return f"{share:+.1%}" if abs(share) < 1 else f"{amount(1 + share)} times as much"


def _away(limit: Limit) -> str:
    return _more(limit.away) + ", which is less than by a tenth" * limit.worse_away


def _ranked(
    whole: Relievable, brakes: Sequence[Sequence[Limit]], of: str, without: Mapping[str, float]
) -> tuple[Limit, ...]:
    """What binds once the reliefs of ``without`` are given, by what a tenth brings."""
    scenarios: dict[object, Mapping[str, float] | None] = {"as it is": without}
    for way in (way for ways in brakes for way in ways):
        for share in (0.1, 1.0):
            if (way.kind, way.arrows, share) not in scenarios:
                given = whole.relieved(way.kind, way.arrows, share, without)
                relieved = None if given is None else {**without, **given}
                scenarios[way.kind, way.arrows, share] = relieved
        if more := _more_of(whole.model, way):
            scenarios[way.name] = {**without, **more}
    runs = dict(zip(scenarios, whole.runs(list(scenarios.values()), of), strict=True))
    base = runs["as it is"]
    was = np.where(base, np.abs(base), math.inf)

    def gain(way: Limit, share: float) -> Array:
        """What there is more of the quantity, as a share of what there was, at each time."""
        more: Array = (runs[way.kind, way.arrows, share] - base) / was
        return more

    time = prepare(whole.model).time
    found, told = [], set[tuple[Arrow, ...]]()
    for ways in brakes:
        ends = [runs[way.kind, way.arrows, 0.1][-1] for way in ways]
        brake = ways[int(np.argmax(np.nan_to_num(ends, nan=base[-1])))]
        if brake.arrows in told:
            continue  # it was relieved with another, which names it
        told.add(brake.arrows)
        tenth, away = gain(brake, 0.1), gain(brake, 1.0)
        felt = time[np.nan_to_num(tenth) >= _FELT]
        gains = max(np.nan_to_num(tenth[-1]), np.nan_to_num(away[-1])) > 1e-6
        # Others are only measured by it if more at one place tells, and more of it does not.
        no_more = np.allclose(runs.get(brake.name, math.nan), base, rtol=1e-9, atol=0)
        if gains and not (no_more and np.any(np.abs(tenth) > 1e-6)):
            binds = (float(felt[0]), float(felt[-1])) if felt.size else None
            found.append(replace(brake, tenth=float(tenth[-1]), away=float(away[-1]), binds=binds))
    return tuple(sorted(found, key=lambda limit: (-np.nan_to_num(limit.tenth), limit.name)))


def _more_of(model: Model, brake: Limit) -> dict[str, float]:
    """A tenth more of a capacity wherever it stands, if that is a number and may be so much."""
    value = 1.1 * model.given_values.get(brake.name, 0.0)
    if brake.kind == "loop" or not value:
        return {}
    low, high = model[brake.name].range or (-math.inf, math.inf)
    return {brake.name: value} if low <= value <= high else {}


def _where_it_limits(equation: Expression, values: Mapping[str, Expression]) -> Expression:
    """An equation with other values inside each ``min`` that has them, else throughout."""

    def inside(node: Any) -> Any:
        if _is_least(node) or _is_floored(node):
            return with_values(node, values)
        return with_children(node, inside)

    limited = not values.keys().isdisjoint(_in_least(equation))
    put: Expression = inside(equation) if limited else with_values(equation, values)
    return put


def _is_least(node: object) -> bool:
    return isinstance(node, Call) and node.function == "min"


def _is_floored(node: Expression) -> bool:
    """Whether this is ``x - min(x, y)``, which is ``max(x - y, 0)``: x limits as it does there."""
    if not (isinstance(node, Binary) and node.op == "-" and isinstance(node.right, Call)):
        return False
    return _is_least(node.right) and node.left in node.right.args


def _in_least(equation: Expression) -> set[str]:
    return {name for node in walk(equation) if _is_least(node) for name in names_in(node)}


def _brakes(
    model: Model, of: str, base: Run, seen: tuple[Loops, list[list[int]]]
) -> Iterator[tuple[Limit, ...]]:
    """The loops of the model's view and the capacities, each in the ways it may be relieved.

    Those of a list are relieved together, at each arrow that is drawn as one with the first's.
    """
    known = known_loops(model)
    driving = {view.label for view in seen[0] if view.sign != -1}
    for view, rows in sorted(zip(*seen, strict=True), key=lambda pair: not pair[0].title):
        loop = known.loops[rows[0]]
        if len(view.quantities) < 2 or inside_a_delay(loop, model):
            continue
        try:
            points = points_on(model, loop, of, seen)
        except DiagramError:
            continue
        if view.sign == -1:  # relieved with what drives, it seems to hold nothing back
            points = tuple(p for p in points if driving.isdisjoint(p.also))[:1] or points
        else:
            points = points[:1]
        way = "" if loop.title else in_words(view.way.rpartition(" -> ")[0])
        arrows = [arrows_alike(model, p.arrow) if view.count > 1 else (p.arrow,) for p in points]
        yield tuple(
            Limit(_label(view, loop), "loop", own, p.also, way)
            for p, own in zip(points, arrows, strict=True)
        )
    itself = _itself(model, of)
    for cause, effects in _limiting(model, known.loops, known.graph).items():
        if cause not in itself and _is_a_capacity(model, cause, base, known.graph):
            yield (Limit(cause, "capacity", tuple((cause, effect) for effect in effects)),)


def _itself(model: Model, of: str) -> set[str]:
    """A quantity, what is but another name of it, and the stocks whose sum it is."""
    same = same_as(model, of)
    sums = (model[name].equation for name in same if model[name].kind == "computed")
    for each in sums:
        if all(isinstance(n, Name) or (isinstance(n, Binary) and n.op == "+") for n in walk(each)):
            same = same.union(name for name in names_in(each) if model[name].kind == "stock")
    return same


def _label(view: Loop, first: Loop) -> str:
    """What a loop is called: for those of a list together, as it is drawn."""
    return view.label if view.count > 1 else first.label


def _limiting(model: Model, loops: Sequence[Loop], graph: nx.DiGraph[str]) -> dict[str, list[str]]:
    """What acts from outside the growth where growth is limited, and on what."""
    in_growth = {name for loop in loops if loop.sign == 1 for name in loop.quantities}
    in_loops = {name for loop in loops for name in loop.quantities}
    around = {arrow for loop in loops for arrow in loop.edges}
    narrow = {name for loop in loops if loop.sign == -1 for name in loop.quantities}
    growing = _growing(model, loops)
    # An arrow that may go either way holds growth and its limit at once.
    pairs = (pair for loop in loops for pair in zip(loop.edges, loop.signs, strict=True))
    either = {end for (_, end), sign in pairs if not sign}
    found: dict[str, list[str]] = {}
    for effect in model.order:
        in_least = _in_least(model[effect].equation)
        for cause in graph.predecessors(effect):
            acts = (effect, graph.edges[cause, effect].get("sign"))
            outside = effect in either or (effect in narrow and acts not in growing)
            outside = outside and cause not in in_growth
            outside = outside and (cause, effect) not in around  # else it is that loop that limits
            built = model[cause].kind == "stock" or cause not in in_loops
            limits_it = built and (outside or cause in in_least)
            if limits_it and can_be_changed(model, cause, effect):
                found.setdefault(cause, []).append(effect)
    return found


def _growing(model: Model, loops: Sequence[Loop]) -> set[tuple[str, int | None]]:
    """What lies on growth, with each sign that what acts on it may have and be a part of that.

    Who takes from a shared pool leaves less to rivals, who then take less elsewhere: two brakes in
    a row, a loop that reinforces. It enters the pool as a loop does that balances with fewer
    stocks, and what acts against that entry is no part of growth.
    """
    held: dict[Arrow, list[set[str]]] = {}
    stocks = {*model.stocks}
    for loop in loops:
        for arrow in loop.edges if loop.sign == -1 else ():
            held.setdefault(arrow, []).append(stocks & {*loop.quantities})
    found = set[tuple[str, int | None]]()
    for loop in (loop for loop in loops if loop.sign == 1):
        mine = stocks & {*loop.quantities}
        for arrow, sign in zip(loop.edges, loop.signs, strict=True):
            by_the_way = any(fewer < mine for fewer in held.get(arrow, ()))
            found |= {(arrow[1], way) for way in ((sign,) if by_the_way else (1, -1, None))}
    return found


def _is_a_capacity(model: Model, name: str, base: Run, graph: nx.DiGraph[str]) -> bool:
    """Whether it is an amount of something, no rate, share or time, and not moved by time alone."""
    if not is_an_amount(str(model[name].unit)) or name.removeprefix("usual_") in {*model} - {name}:
        return False  # usual_visits is what visits are measured by
    settled = model[name].kind != "data" and not np.ptp(base[name])
    return settled or any(model[q].kind == "stock" for q in {name, *nx.ancestors(graph, name)})
