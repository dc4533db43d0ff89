"""What a played causal-loop diagram needs: the drawing, and what its arrows carry, by moments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flywheel_edu.causal.dominance import Dominance, dominance
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import Loop
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.simulate import Run
from flywheel_edu.widgets.canvas.core import drawing_of

MOMENTS = 41  # of the run, to which the slider can be put
MOST_LOOPS = 10  # in the list: named ones first, then those that carry most of the run
_SHORT = 0.02  # of the run: a lead that is shorter is not told


@dataclass(frozen=True)
class Played:
    """A run's loops as one drawing shows them."""

    run: Run
    whole: Dominance  # of all loops
    seen: Dominance  # of the loops of the drawing
    told: tuple[Loop, ...]  # those that are listed, at most ``MOST_LOOPS``
    times: tuple[float, ...]  # the moments, in the model's time unit


def played(run: Run) -> Played:
    """The loops of a run as the model's own drawing shows them."""
    whole = dominance(run)
    seen = whole.as_seen(run.model.shown)
    if not len(seen.found):
        raise ModelError(
            "this model has no feedback loop to play",
            hint="let a quantity act back on one that drives it",
        )
    carried = np.abs(seen.shares).mean(axis=1)
    by_weight = sorted(
        range(len(seen.found)), key=lambda i: (not seen.found[i].title, -carried[i], i)
    )
    told = tuple(seen.found[i] for i in sorted(by_weight[:MOST_LOOPS]))
    rows = np.linspace(0, len(run.time) - 1, min(MOMENTS, len(run.time))).round().astype(int)
    rows[0] = min(1, len(run.time) - 1)  # a score speaks of the step that ends at its moment
    return Played(run, whole, seen, told, tuple(float(run.time[row]) for row in rows))


def shown(play: Played) -> dict[str, Any]:
    """Everything the browser needs, as plain data."""
    model, seen = play.run.model, play.seen
    drawing = spread(drawing_of(causal_graph(model, model.shown)))
    arrows = [(arrow["from"], arrow["to"]) for arrow in drawing["arrows"]]
    places = {loop.name: i for i, loop in enumerate(seen.found)}
    rows = [int(np.argmin(np.abs(play.run.time - time))) for time in play.times]
    width = (play.times[-1] - play.times[0]) / len(play.times)
    digits = max(0, 1 - math.floor(math.log10(width)))
    moments = []
    for time, row in zip(play.times, rows, strict=True):
        moment = play.whole.at(time, model.shown)
        moments.append(
            {
                "time": time,
                "label": f"{round(time, digits):.6g}",
                "strengths": [_share(abs(moment.links.get(arrow, 0.0))) for arrow in arrows],
                "widths": [_share(moment.widths.get(arrow, 0.0)) for arrow in arrows],
                "shares": [_share(seen.shares[places[loop.name], row]) for loop in play.told],
            }
        )
    title = model.title or "A model"
    return {
        "title": title,
        "across": str(model.clock.unit),
        "drawing": drawing,
        "loops": [loop_told(loop) for loop in play.told],
        "more": len(seen.found) - len(play.told),
        "moments": moments,
        "leads": leads(play),
        "at": 0,
        "loop": "",
        "revealed": 0,
    }


def loop_told(loop: Loop) -> dict[str, Any]:
    """A loop as the browser is handed it."""
    return {
        "name": loop.name,
        "title": loop.title,
        "doc": loop.doc,
        "sign": loop.sign,
        "quantities": list(loop.quantities),
        "story": loop.story,
    }


def spread(drawing: dict[str, Any]) -> dict[str, Any]:
    """The same drawing, drawn apart until it fills the sheet from edge to edge."""
    variables = drawing["variables"]
    for axis in ("x", "y"):
        low = min(variable[axis] for variable in variables)
        high = max(variable[axis] for variable in variables)
        if high > low:
            variables = [
                {**variable, axis: (variable[axis] - low) / (high - low)} for variable in variables
            ]
    return {**drawing, "variables": variables}


def _share(value: float) -> float:
    return round(float(max(-1.0, min(1.0, value))), 4)


def leads(play: Played) -> list[dict[str, Any]]:
    """Who leads when, in stretches that are long enough to tell."""
    clock = play.run.model.clock
    shortest = _SHORT * (clock.stop - clock.start)
    return [
        {
            "start": lead.start,
            "stop": lead.stop,
            "name": lead.loop.name,
            "title": lead.loop.title,
            "sign": lead.loop.sign,
        }
        for lead in play.seen.lead(shortest, each=True)
    ]


def at_time(play: Played, time: float) -> int:
    """The number of the moment nearest to a time."""
    first, last = play.run.time[0], play.run.time[-1]
    if not first <= time <= last:
        unit = play.run.model.clock.unit
        raise ModelError(
            f"the run has no {unit} {time:g}", hint=f"it goes from {first:g} to {last:g}"
        )
    return int(np.argmin(np.abs(np.asarray(play.times) - time)))


def what_comes_round(
    play: Played, name: str, push: int, at: Mapping[str, Any], moments: Sequence[Mapping[str, Any]]
) -> str:
    """What becomes of a nudge: for each listed loop through a quantity, how it comes back.

    The push is 1 up or -1 down, ``at`` the moment as `shown` gives it, and ``moments`` are all of
    them, to say when a loop that is silent now has most to say.
    """
    names = play.run.model.shown
    if name not in names:
        raise ModelError(
            f"'{name}' is not in the drawing",
            hint=closest(name, names) or f"it has: {', '.join(names)}",
        )
    label = name.replace("_", " ")
    unit = play.run.model.clock.unit
    lines = [f"{unit} {at['label']}: {label} {'up' if push > 0 else 'down'}."]
    for number, loop in enumerate(play.told):
        if name not in loop.quantities:
            continue
        share = at["shares"][number]
        if abs(share) >= 0.005:
            way = {1: "comes back the same way", -1: "comes back reversed"}.get(
                loop.sign or 0, "comes back one way or the other"
            )
            lines.append(f"{_called(loop)}: {way}, with {abs(share):.0%} of all that goes round.")
        else:
            best = max(moments, key=lambda moment: abs(moment["shares"][number]))
            most = abs(best["shares"][number])
            later = f"; most at {unit} {best['label']}, {most:.0%}" if most >= 0.005 else ""
            lines.append(f"{_called(loop)}: hardly anything comes back now{later}.")
    if len(lines) == 1:
        lines.append("None of the listed loops passes here, so nothing comes back.")
    return "\n".join(lines)


def _called(loop: Loop) -> str:
    return f"{loop.title} ({loop.name})" if loop.title else loop.name
