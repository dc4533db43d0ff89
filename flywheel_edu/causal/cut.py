"""A loop cut open: the model with one arrow of it held still, for knock-out experiments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import fill
from types import EllipsisType
from typing import Literal, overload

import numpy as np

from flywheel_edu.asking import answering, answers
from flywheel_edu.causal.graph import arrows_alike, known_loops, seen_loops
from flywheel_edu.causal.loops import Loop, Loops, in_words, listed
from flywheel_edu.causal.relief import Arrow, free_name, relief_of, relievable, with_other
from flywheel_edu.causal.scores import link_scores, loop_scores
from flywheel_edu.charts.amounts import amount
from flywheel_edu.errors import DiagramError, ModelError, SimulationError, closest, notice
from flywheel_edu.language import Call, Name, names_in
from flywheel_edu.later import pd
from flywheel_edu.model import Model, NamedLoop, Quantity, need_model
from flywheel_edu.model.check import check_loops
from flywheel_edu.simulate import simulate
from flywheel_edu.words import Told


@dataclass(frozen=True)
class CutPoint:
    """An arrow at which a loop can be opened."""

    arrow: Arrow
    # The other loops of the model's own view that pass along it, and so are opened as well.
    also: tuple[str, ...]


@overload
def cut(
    model: Model, loop: str | Loop, *, arrow: Arrow | None = None, of: str | None = None
) -> Model: ...
@overload
def cut(
    model: Model, loop: str | Loop, *, arrow: Literal["all"], of: str | None = None
) -> Cuts: ...
@answering
def cut(
    model: Model,
    loop: str | Loop,
    *more: object,
    arrow: Arrow | Literal["all"] | None = None,
    of: str | None = None,
) -> Model | Cuts:
    """The model with a loop opened: at one arrow, the effect no longer feels its cause move.

    Run both and compare them. Where no other loop passes the arrow, what is missing in the second
    is what the loop does. A loop that shares all its arrows has no such number: `cut` then warns,
    and ``arrow="all"`` shows the range over its arrows.

    Parameters
    ----------
    model : Model
    loop : str or Loop
        By title or letter, as ``find_loops(causal_graph(model))`` has it, or the loop itself.
    arrow : (cause, effect) or "all", optional
        Where to cut, or everywhere in turn. If not given, an arrow that no other loop among the
        shown quantities passes, or else the fewest; see ``cut_points``.
    of : str, optional
        The quantity to be measured: it is never what is held still, nor is another name of it.
        With ``arrow="all"``, the model's first stock if not given.

    Returns
    -------
    Model, or Cuts for ``arrow="all"``
        There, the effect is computed with ``CAUSE_at_start``: the cause held at its opening
        value. Named loops that the cut opens are no longer named.

    Raises
    ------
    DiagramError
        If there is no such loop, or it cannot be cut at this arrow.

    Warns
    -----
    Shared
        If the loop cannot be taken out alone, or did nothing in the run.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> endless = cut(load("word_of_mouth").change(push=1000), "Saturation")
    >>> print(endless["room"])
    room [1] = max(0, 1 - users_at_start / everybody)
    """
    need_model(model, "cut changes")
    if more:
        raise DiagramError(
            "cut opens one loop, and is told the arrow by name",
            hint=f"write: cut(model, LOOP, arrow=({str(loop)!r}, {str(more[0])!r}))",
        )
    if arrow == "all":
        return _everywhere(model, loop, of or next(iter(model.stocks), None))
    points = cut_points(model, loop, of=of)
    if arrow is not None:
        wanted = tuple(arrow)
        points, others = tuple(p for p in points if p.arrow == wanted), points
        if not points:
            raise DiagramError(
                f"the loop cannot be cut at {arrow[0]} -> {arrow[1]}",
                hint="it can be cut at: " + ", ".join(" -> ".join(p.arrow) for p in others),
            )
    opened, point = _first_opened(model, points)
    label = _find(model, known_loops(model).loops, loop).label
    said = ""
    if arrow is None and _idle(model, loop):
        said = f"{label} did nothing in this run"
    elif point.also:
        said = (
            f"cut at {' -> '.join(point.arrow)}, {label} goes with {_listed(point.also)}; "
            "arrow='all' shows what each arrow gives"
        )
        if arrow is None:
            said = f"{label} cannot be taken out alone: {said}"
    if said:
        notice(said, Shared)
    return opened


class Shared(UserWarning):
    """What was cut is more than the loop that was named, or less."""


def cut_points(model: Model, loop: str | Loop, *, of: str | None = None) -> tuple[CutPoint, ...]:
    """Where a loop can be opened, and which other loops are opened with it; fewest first.

    Notes
    -----
    Of arrows that as many loops pass, one comes first that no named loop shares, then one whose
    effect nothing off the loop reads: what is read elsewhere may be what you measure.

    Raises
    ------
    DiagramError
        If the model has no such loop, or each of its arrows would hold ``of`` still.
    """
    need_model(model, "cut_points looks at")
    loops = known_loops(model).loops
    around = _find(model, loops, loop)
    of = None if of is None else model.called(of)
    if of is not None and of not in model:
        raise DiagramError(f"the model has no quantity '{of}'", hint=closest(of, model))
    return points_on(model, around, of, seen_loops(model, loops))


def points_on(
    model: Model, around: Loop, of: str | None, seen: tuple[Loops, list[list[int]]]
) -> tuple[CutPoint, ...]:
    """What `cut_points` gives, with the loops as the model's view shows them at hand."""
    known = known_loops(model)
    views, rows_of = [*seen[0]], seen[1]
    mine = known.loops.index(around)
    place_of = {row: at for at, rows in enumerate(rows_of) for row in rows}
    held = same_as(model, of) if of is not None else set()
    ranked = []
    for place, (cause, effect) in enumerate(around.edges):
        if not can_be_changed(model, cause, effect) or effect in held:
            continue
        passing = known.passing[cause, effect]
        others = {place_of[row] for row in passing if row in place_of} - {place_of.get(mine)}
        also = [views[at] for at in sorted(others) if len(views[at].quantities) > 1]
        off = len(model.structure.readers.get(effect, set()).difference(around.quantities))
        rank = (len(also), sum(bool(view.title) for view in also), off, len(passing), place)
        ranked.append((rank, CutPoint((cause, effect), tuple(view.label for view in also))))
    if not ranked:
        raise DiagramError(
            f"{around.label} cannot be cut without holding {of} itself still",
            hint="measure another quantity",
        )
    return tuple(point for _, point in sorted(ranked, key=lambda pair: pair[0]))


def same_as(model: Model, of: str) -> set[str]:
    """The quantity, and what it is but another name of: only givens stand between the two."""
    same = {of}
    while model[of].kind == "computed":
        moving = [c for c in names_in(model[of].equation) if c == "time" or c not in model.givens]
        if len(moving) != 1 or moving[0] == "time" or model[moving[0]].kind == "stock":
            break
        of = moving[0]
        same.add(of)
    return same


@answers
@dataclass(frozen=True, repr=False)
class Cuts(Told):
    """A loop cut at each of its arrows in turn, and what one quantity then comes to.

    Attributes
    ----------
    loop : Loop
    of : str
        The quantity that is measured, at the end of the run.
    whole : float
        In the run with the loop, in the quantity's unit.
    values : dict of CutPoint to float
        With the loop cut there; nan where that run breaks down.
    idle : bool
        Whether no change went all the way round the loop at any moment of the run.
    when : str
        The moment of the measuring, such as "year 2018".
    unit : str
    """

    loop: Loop
    of: str
    whole: float
    values: Mapping[CutPoint, float]
    idle: bool
    when: str
    unit: str

    @property
    def verdict(self) -> str:
        """What can be said of the loop, in a sentence of short lines."""
        return fill(self._told(), 88)

    def _told(self) -> str:
        label, of = self.loop.label, in_words(self.of)
        if self.idle:
            return (
                f"{label} did nothing in this run: at no moment did a change go all the way round "
                "it. What the cuts change is done by others that pass the same arrows."
            )
        alone = {point: value for point, value in self.values.items() if not point.also}
        known = [v for v in (alone or self.values).values() if not math.isnan(v)]
        if not known:
            return f"Without {label} the model does not run."
        low, high = min(known), max(known)
        between = amount(low) if amount(low) == amount(high) else f"between {_range(low, high)}"
        told = f"Without {label}, {of} at {self.when} is {between}, with it {amount(self.whole)}"
        if alone:
            where = " or ".join(" -> ".join(point.arrow) for point in alone)
            return f"{told}: cut at {where}, where no other loop goes with it."
        near = 1e-6 * abs(self.whole)
        if low < self.whole - near and high > self.whole + near:
            return f"{told}: lower or higher by where it is cut, so no single effect can be told."
        return f"{told}: each arrow is shared with other loops, so there is no single number."

    def table(self) -> pd.DataFrame:
        """A row for each arrow: the value there, and which loops go with it."""
        return pd.DataFrame(
            {
                self.of: list(self.values.values()),
                "also cut": [", ".join(point.also) for point in self.values],
            },
            index=[" -> ".join(point.arrow) for point in self.values],
        )

    def __str__(self) -> str:
        shown = self.table()
        shown[self.of] = [amount(value) for value in shown[self.of]]
        also = shown["also cut"]
        shown["also cut"] = [text if len(text) < 40 else f"{text[:36]} ..." for text in also]
        return f"{shown.to_string()}\n{self.verdict}"


def _everywhere(model: Model, loop: str | Loop, of: str | None) -> Cuts:
    if of is None:
        raise DiagramError("there is nothing to measure", hint="name a quantity: of='sales'")
    base = simulate(model)
    cut_points(model, loop, of=of)  # says why, where there is none
    (values,) = each_cut(model, [loop], of)
    return Cuts(
        loop=_find(model, known_loops(model).loops, loop),
        of=of,
        whole=float(base[of][-1]),
        values=values,
        idle=_idle(model, loop),
        when=f"{model.clock.unit} {base.time[-1]:g}",
        unit=str(model[of].unit),
    )


def each_cut(
    model: Model, loops: Iterable[str | Loop], of: str, *, once: bool = False
) -> list[dict[CutPoint, float]]:
    """For each loop, where it can be cut and what a quantity then comes to at the end.

    nan where that run breaks down; nothing for a loop that is not there or cannot be cut. With
    ``once`` a loop with an arrow of its own is cut there only.
    """
    known = known_loops(model).loops
    seen = seen_loops(model, known)
    found: list[dict[CutPoint, tuple[Arrow, ...]]] = []
    for loop in loops:
        of_list = False
        if isinstance(loop, Loop):
            of_list = not {*model}.issuperset(loop.quantities)
            loop = loop.name if of_list else loop.title or loop
        try:
            around = _find(model, known, loop)
            points = points_on(model, around, of, seen)
        except (DiagramError, KeyError):
            points = ()
        if once and points and not points[0].also:
            points = points[:1]
        found.append({p: arrows_alike(model, p.arrow) if of_list else (p.arrow,) for p in points})
    scenarios = [arrows for own in found for arrows in own.values()]
    whole = relievable(model, (relief_of(model, "loop", one) for all in scenarios for one in all))
    runs = iter(whole.runs([whole.relieved("loop", each, 1.0) for each in scenarios], of))
    return [{point: float(next(runs)[-1]) for point in own} for own in found]


def _idle(model: Model, loop: str | Loop) -> bool:
    """Whether a loop did nothing in the model's run: its score is 0 throughout."""
    try:
        run = simulate(model)
    except SimulationError:
        return False
    around = _find(model, known_loops(model).loops, loop)
    links = link_scores(model, {**run, "time": run.time})
    return not np.any(loop_scores([around], links, run.time.shape))


def _first_opened(model: Model, points: Sequence[CutPoint]) -> tuple[Model, CutPoint]:
    problem: ModelError | None = None
    for point in points:
        try:
            return _opened(model, *point.arrow), point
        except ModelError as error:  # opening values that then wait for each other
            problem = problem or error
    raise DiagramError("this loop cannot be cut at any of its arrows", hint=str(problem or ""))


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:4], f"{len(names) - 4} more"] if len(names) > 5 else list(names)
    return listed(shown)


def _range(low: float, high: float) -> str:
    """Two numbers joined by "and"; a size that both share is said once."""
    one, other = amount(low), amount(high)
    size = other.partition(" ")[2]
    return f"{one.removesuffix(' ' + size) if size else one} and {other}"


def _find(model: Model, loops: Loops, loop: str | Loop | EllipsisType) -> Loop:
    if loop is Ellipsis:
        raise DiagramError("no loop is named yet", hint="put a loop's name in place of ...")
    if isinstance(loop, str):
        return loops[loop]
    for known in loops:
        if set(known.edges) == set(loop.edges):
            return known
    for name in loop.quantities:
        if name not in model:
            raise DiagramError(f"the model has no quantity '{name}'", hint=closest(name, model))
    raise DiagramError(
        f"the model has no loop {' -> '.join((*loop.quantities, loop.quantities[0]))}",
        hint="take one of find_loops(causal_graph(model)), with nothing folded away",
    )


def _opened(model: Model, cause: str, effect: str) -> Model:
    """The model in which the effect is computed with the cause's opening value.

    A `ModelError` says where opening values then wait for each other.
    """
    other, line = free_name(f"{cause}_at_start", model), model[effect].part_of or effect
    doc = f"{cause} as it was at the start: here a loop is cut"
    still = Quantity(other, model[cause].unit, Call("init", (Name(cause),)), doc=doc)
    changed = with_other(model.written[line], cause, other)
    quantities = {**model.written, line: changed, other: still}
    parts = replace(model.parts(), quantities=quantities, loops={}, aliases={}, together={})
    # A name says some steps of its loop only, and must not slide to a longer one that has them.
    loops = known_loops(model).loops if model.loops else ()
    opened = {loop.title for loop in loops if (cause, effect) in loop.edges}
    named = [loop for loop in model.loops if loop.name not in opened]
    try:
        return Model(replace(parts, loops={loop.name: loop for loop in named}))
    except ModelError:  # a named loop is opened, and is no longer named
        bare = Model(parts)
        kept = {loop.name: loop for loop in named if _still_there(loop, bare)}
        return Model(replace(parts, loops=kept))


def can_be_changed(model: Model, cause: str, effect: str) -> bool:
    """Whether the text of the model holds this arrow: some lie inside what a delay unfolds into."""
    owner = model.written.get(model[effect].part_of or effect)
    if owner is None or cause not in model:
        return False
    if owner.kind == "stock":
        return any(entry.flow == cause for entry in owner.ledger)
    return cause in names_in(owner.equation)


def _still_there(loop: NamedLoop, model: Model) -> bool:
    try:
        check_loops((loop,), model)
    except ModelError:
        return False
    return True
