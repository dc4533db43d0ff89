"""A loop cut open: the model with one arrow of it held still, for knock-out experiments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flywheel_edu.causal.graph import known_loops
from flywheel_edu.causal.loops import Loop, Loops
from flywheel_edu.errors import DiagramError, ModelError, closest
from flywheel_edu.language import (
    Binary,
    Both,
    Call,
    Choice,
    Compare,
    Either,
    Minus,
    Name,
    Node,
    Not,
    Table,
    names_in,
)
from flywheel_edu.model import Entry, Model, NamedLoop, Quantity, need_model
from flywheel_edu.model.check import check_loops
from flywheel_edu.model.lines import Parts

Arrow = tuple[str, str]


@dataclass(frozen=True)
class CutPoint:
    """An arrow at which a loop can be opened.

    Attributes
    ----------
    arrow : (cause, effect)
    also : tuple of str
        The names of the other loops that pass along it, and so are opened as well.
    """

    arrow: Arrow
    also: tuple[str, ...]


def cut(model: Model, loop: str | Loop, *, arrow: Arrow | None = None) -> Model:
    """The model with a loop opened: at one arrow, the effect no longer feels its cause move.

    Run both and compare them: what is missing in the second is what the loop does.

    Parameters
    ----------
    model : Model
    loop : str or Loop
        By title or letter, as ``find_loops(causal_graph(model))`` has it, or the loop itself.
    arrow : (cause, effect), optional
        Where to cut. If not given, the arrow that the fewest other loops pass; see
        ``cut_points``.

    Returns
    -------
    Model
        There, the effect is computed with ``CAUSE_at_start``: the cause held at its opening
        value. Named loops that the cut opens are no longer named.

    Raises
    ------
    DiagramError
        If there is no such loop, or it cannot be cut at this arrow.

    Examples
    --------
    >>> from flywheel_edu.simulate import simulate
    >>> village = Model.parse('''# A village fills up.
    ... time year from 0 to 40 step 0.25
    ... stock people [person] = 10
    ...     + births
    ... births [person/year] = people * birth_rate * room
    ... room [1] = max(0, 1 - people / places)
    ... given birth_rate [1/year] = 0.3 in 0 .. 1
    ... given places [person] = 1000 in 1 .. 5000
    ... loop "Crowding" = people -> room -> births -> people
    ... ''')
    >>> endless = cut(village, "Crowding")
    >>> print(endless["room"])
    room [1] = max(0, 1 - people_at_start / places)
    >>> round(simulate(village)["people"][-1]), round(simulate(endless)["people"][-1])
    (999, 948108)
    """
    need_model(model, "cut changes")
    points = cut_points(model, loop)
    if arrow is not None:
        points = tuple(point for point in points if point.arrow == tuple(arrow))
        if not points:
            raise DiagramError(
                f"the loop cannot be cut at {arrow[0]} -> {arrow[1]}",
                hint="it can be cut at: "
                + ", ".join(" -> ".join(point.arrow) for point in cut_points(model, loop)),
            )
    problem: ModelError | None = None
    for point in points:
        try:
            return _opened(model, *point.arrow)
        except ModelError as error:  # opening values that then wait for each other
            problem = problem or error
    raise DiagramError("this loop cannot be cut at any of its arrows", hint=str(problem or ""))


def cut_points(model: Model, loop: str | Loop) -> tuple[CutPoint, ...]:
    """Where a loop can be opened, and which other loops are opened with it; fewest first.

    Raises
    ------
    DiagramError
        If the model has no such loop.
    """
    need_model(model, "cut_points looks at")
    loops = known_loops(model).loops
    around = _find(model, loops, loop)
    points = []
    for cause, effect in around.edges:
        if _cuttable(model, cause, effect):
            also = tuple(
                other.name
                for other in loops
                if other.edges != around.edges and (cause, effect) in other.edges
            )
            points.append(CutPoint((cause, effect), also))
    return tuple(sorted(points, key=lambda point: len(point.also)))


def _find(model: Model, loops: Loops, loop: str | Loop) -> Loop:
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


def _cuttable(model: Model, cause: str, effect: str) -> bool:
    """Whether the text of the model holds this arrow: some lie inside what a delay unfolds into."""
    owner = model.written.get(model[effect].part_of or effect)
    if owner is None or cause not in model:
        return False
    if owner.kind == "stock":
        return any(entry.flow == cause for entry in owner.ledger)
    return cause in names_in(owner.equation)


def _opened(model: Model, cause: str, effect: str) -> Model:
    """The model in which the effect is computed with the cause's opening value."""
    held = _free(model, f"{cause}_at_start")
    owner = model.written[model[effect].part_of or effect]
    if owner.kind == "stock":
        ledger = tuple(
            Entry(entry.sign, held, entry.doc) if entry.flow == cause else entry
            for entry in owner.ledger
        )
        changed = replace(owner, ledger=ledger)
    else:
        changed = replace(owner, equation=_with_name(owner.equation, cause, held))
    opening = Quantity(
        held,
        model[cause].unit,
        Call("init", (Name(cause),)),
        doc=f"{cause} as it was at the start: here a loop is cut",
    )
    quantities = {**model.written, changed.name: changed, held: opening}
    parts = Parts(
        title=model.title,
        about=model.about,
        clock=model.clock,
        quantities=quantities,
        view=model.view,
        view_notes=model.view_notes,
        ending=model.ending,
    )
    bare = Model(parts)
    kept = {loop.name: loop for loop in model.loops if _still_there(loop, bare)}
    return Model(replace(parts, loops=kept))


def _still_there(loop: NamedLoop, model: Model) -> bool:
    try:
        check_loops((loop,), model)
    except ModelError:
        return False
    return True


def _free(model: Model, wanted: str) -> str:
    names: Iterator[str] = (wanted if n == 1 else f"{wanted}_{n}" for n in range(1, len(model) + 2))
    return next(name for name in names if name not in model)


def _with_name(node: Node, old: str, new: str) -> Any:
    """The equation with one name put for another."""

    def again(inner: Node) -> Any:
        return _with_name(inner, old, new)

    match node:
        case Name(name=name):
            return Name(new, node.place) if name == old else node
        case Minus(operand=operand) | Not(operand=operand):
            return replace(node, operand=again(operand))
        case Table(x=x):
            return replace(node, x=again(x))
        case Call(args=args):
            return replace(node, args=tuple(map(again, args)))
        case (
            Binary(left=left, right=right)
            | Compare(left=left, right=right)
            | Both(left=left, right=right)
            | Either(left=left, right=right)
        ):
            return replace(node, left=again(left), right=again(right))
        case Choice(condition=condition, then=then, other=other):
            return replace(node, condition=again(condition), then=again(then), other=again(other))
    return node
