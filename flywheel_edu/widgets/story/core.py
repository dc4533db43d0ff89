"""A model unfolded piece by piece: which quantities are there at each step, and which curve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run
from flywheel_edu.widgets.canvas.core import drawing_of
from flywheel_edu.widgets.loops.core import loop_told, spread

_EXAMPLE = 'write: Story(model, [("customers", "They come.")])'
_POINTS = 240  # of a curve: more cannot be told apart on a screen


@dataclass(frozen=True)
class Step:
    """One step of a story."""

    quantities: tuple[str, ...]  # what comes into the picture; what was there stays
    text: str  # a sentence or two
    curve: str = ""  # a quantity whose course is drawn below; none if empty

    def __init__(self, quantities: str | Iterable[str], text: str, curve: str = "") -> None:
        names = (quantities,) if isinstance(quantities, str) else tuple(quantities)
        object.__setattr__(self, "quantities", names)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "curve", curve)


def loop_by_loop(model: Model) -> tuple[Step, ...]:
    """A step for each loop that the model names, with what it says of it."""
    named = [loop for loop in find_loops(causal_graph(model, model.shown)) if loop.title]
    if not named:
        raise ModelError("the model names no loop to tell", hint=_EXAMPLE)
    return tuple(Step(loop.quantities, f"{loop.title}: {loop.doc}.") for loop in named)


def read_steps(model: Model, steps: Iterable[Step | Sequence[Any]]) -> tuple[Step, ...]:
    """The steps of a story, checked against the model."""
    read = tuple(_step(number, step) for number, step in enumerate(steps, 1))
    if not read:
        raise ModelError("a story needs a step", hint=_EXAMPLE)
    changing = (*model.stocks, *model.order)
    for number, step in enumerate(read, 1):
        if not step.text.strip():
            raise ModelError(f"step {number} says nothing", hint="give it a sentence")
        for name in step.quantities:
            if name not in model:
                raise ModelError(
                    f"step {number} shows '{name}', which the model does not have",
                    hint=closest(name, model),
                )
        if step.curve and step.curve not in changing:
            raise ModelError(
                f"step {number} draws '{step.curve}', which does not change in this model",
                hint=closest(step.curve, changing),
            )
    if not read[0].quantities:
        raise ModelError("the first step shows nothing", hint="name the quantity to begin with")
    return read


def _step(number: int, given: object) -> Step:
    if isinstance(given, Step):
        return given
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) not in (2, 3):
        raise ModelError(f"step {number} is not a quantity and a sentence", hint=_EXAMPLE)
    return Step(*given)


def seen_at(steps: Sequence[Step], number: int) -> tuple[str, ...]:
    """The quantities in the picture at a step, counted from 0."""
    return tuple(dict.fromkeys(name for step in steps[: number + 1] for name in step.quantities))


def told(model: Model, steps: Sequence[Step], run: Run) -> dict[str, Any]:
    """Everything the browser needs, as plain data."""
    whole = spread(drawing_of(causal_graph(model, seen_at(steps, len(steps) - 1))))
    places = {variable["name"]: variable for variable in whole["variables"]}
    pages = []
    for number, step in enumerate(steps):
        names = seen_at(steps, number)
        graph = causal_graph(model, names)
        drawing = drawing_of(graph)
        drawing["variables"] = [places[name] for name in names]
        before = set(seen_at(steps, number - 1)) if number else set()
        pages.append(
            {
                "text": step.text,
                "drawing": drawing,
                "fresh": [name for name in step.quantities if name not in before],
                "loops": [loop_told(loop) for loop in find_loops(graph)[:8]],
                "curve": _curve(model, run, step.curve) if step.curve else None,
            }
        )
    return {
        "title": model.title or "A model",
        "across": str(model.clock.unit),
        "steps": pages,
        "at": 0,
    }


def _curve(model: Model, run: Run, name: str) -> dict[str, Any]:
    stride = max(1, (len(run.time) - 1) // _POINTS)
    rows = [*range(0, len(run.time) - 1, stride), len(run.time) - 1]
    return {
        "label": model[name].label,
        "unit": str(model[name].unit),
        "time": [float(run.time[row]) for row in rows],
        "values": [float(run[name][row]) for row in rows],
    }
