"""What must hold across a model's lines: names, computing order, named loops."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from flywheel_edu.errors import EquationError, Place, closest
from flywheel_edu.language import Name, names_in, walk
from flywheel_edu.model.parts import NamedLoop, Quantity, Shown


def check_names(quantities: Mapping[str, Quantity]) -> None:
    """Refuse a model in which an equation or a ledger names something that is not there."""
    for quantity in quantities.values():
        for node in walk(quantity.equation):
            if isinstance(node, Name) and node.name != "time" and node.name not in quantities:
                raise _unknown(node.name, node.place, quantities, may_add=True)
        for entry in quantity.ledger:
            flow = quantities.get(entry.flow)
            if flow is None:
                raise _unknown(entry.flow, entry.place, quantities, may_add=True)
            if flow.kind == "stock":
                raise EquationError(
                    f"'{entry.flow}' is a stock and cannot flow into '{quantity.name}'",
                    entry.place,
                    "name what flows between them as a quantity of its own",
                )


def computing_order(quantities: Mapping[str, Quantity]) -> tuple[str, ...]:
    """The computed quantities, each after those it is computed from; a circle needs a stock."""
    computed = {q.name for q in quantities.values() if q.kind in ("computed", "data")}
    needs = {
        name: [n for n in names_in(quantities[name].equation) if n in computed]
        for name in quantities
        if name in computed
    }
    return _sorted(
        needs,
        quantities,
        "these quantities wait for each other",
        "a feedback loop must pass through at least one stock",
    )


def opening_order(quantities: Mapping[str, Quantity]) -> tuple[str, ...]:
    """The stocks and what their opening values need, each after what it needs."""
    needs: dict[str, list[str]] = {}
    waiting = [q.name for q in quantities.values() if q.kind == "stock"]
    while waiting:
        name = waiting.pop()
        if name in needs:
            continue
        needs[name] = [
            n
            for n in names_in(quantities[name].equation)
            if n != "time" and quantities[n].kind != "given"
        ]
        waiting.extend(needs[name])
    in_line = {name: needs[name] for name in quantities if name in needs}
    return _sorted(
        in_line,
        quantities,
        "these opening values wait for each other",
        "one of them must open at a number of its own",
    )


def _sorted(
    needs: Mapping[str, Iterable[str]], quantities: Mapping[str, Quantity], problem: str, hint: str
) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        first = min(range(len(cycle) - 1), key=lambda i: list(quantities).index(cycle[i]))
        around = cycle[first:-1] + cycle[: first + 1]
        shown = around if len(around) <= 8 else [*around[:7], "...", around[-1]]
        raise EquationError(
            f"{problem}: {' -> '.join(shown)}", quantities[around[0]].place, hint
        ) from None


def effects_of(quantities: Mapping[str, Quantity]) -> dict[str, list[str]]:
    """For each quantity, those that respond to it directly, in the order of the model."""
    effects: dict[str, list[str]] = {name: [] for name in quantities}
    for quantity in quantities.values():
        if quantity.kind == "stock":
            causes: Iterable[str] = (entry.flow for entry in quantity.ledger)
        elif quantity.kind == "computed":
            causes = names_in(quantity.equation)
        else:
            causes = ()
        for cause in causes:
            if cause != "time":
                effects[cause].append(quantity.name)
    return effects


def check_loops(loops: Iterable[NamedLoop], quantities: Mapping[str, Quantity]) -> None:
    """Refuse a named loop that the equations do not have.

    A step may skip quantities that lie between, as long as they are not on the loop themselves.
    """
    effects = effects_of(quantities)
    for loop in loops:
        places = loop.places or (None,) * (len(loop.quantities) + 1)
        for name, place in zip(loop.quantities, places, strict=False):
            if name not in quantities:
                raise _unknown(name, place, quantities)
        steps = zip(
            loop.quantities, (*loop.quantities[1:], loop.quantities[0]), places[1:], strict=False
        )
        for cause, effect, place in steps:
            if not _way(cause, effect, effects, set(loop.quantities)):
                near = ", ".join(f"'{name}'" for name in effects[cause][:6]) or "nothing"
                raise EquationError(
                    f"the loop \"{loop.name}\" fails at '{cause} -> {effect}': "
                    f"nothing leads from '{cause}' to '{effect}'",
                    place,
                    f"'{cause}' leads to {near}",
                )


def way_round(loop: NamedLoop, effects: Mapping[str, list[str]]) -> tuple[str, ...]:
    """All quantities that a named loop passes, those that its steps skip among them."""
    listed = loop.quantities
    steps = zip(listed, (*listed[1:], listed[0]), strict=True)
    return tuple(name for a, b in steps for name in _way(a, b, effects, set(listed)))


def _way(
    cause: str, effect: str, effects: Mapping[str, list[str]], listed: set[str]
) -> tuple[str, ...]:
    """The shortest way from a cause to just before its effect; empty if none leads there."""
    seen = {cause}
    waiting: deque[tuple[str, ...]] = deque([(cause,)])
    while waiting:
        way = waiting.popleft()
        for after in effects[way[-1]]:
            if after == effect:
                return way
            if after not in seen and after not in listed:
                seen.add(after)
                waiting.append((*way, after))
    return ()


def check_view(view: Iterable[Shown], quantities: Mapping[str, Quantity]) -> None:
    """Refuse a view that shows what is not there."""
    for shown in view:
        if shown.name not in quantities:
            raise _unknown(shown.name, shown.place, quantities)


def _unknown(
    name: str, place: Place | None, quantities: Mapping[str, Quantity], *, may_add: bool = False
) -> EquationError:
    told = name[:60]
    several = [each for each in quantities if each.startswith(f"{name}_")]
    several = [each for each in several if "_" not in each.removeprefix(f"{name}_")] or several
    hint = closest(name, quantities) or (f"add a line: {told} [unit] = equation" if may_add else "")
    if len(several) > 1:  # as under a 'for'
        hint = f"there are {', '.join(several[:3])}; all of a list are sum({told})"
    return EquationError(f"nothing is called '{told}'", place, hint)
