"""What a cockpit shows of a game, as plain data: decisions, dials, the rival, the luck."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx as nx

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.play import Game, Policy
from flywheel_edu.simulate.print_javascript import javascript
from flywheel_edu.widgets.canvas.core import drawing_of
from flywheel_edu.widgets.explorer.core import slider_of
from flywheel_edu.widgets.loops.core import spread

DIALS = 6


def flown(game: Game, rival: Policy, seed: str) -> dict[str, Any]:
    """Everything the browser needs to fly a game, as plain data."""
    decisions = [
        slider_of(game.base, game.decision(name).name)
        | {"name": name, "label": name.replace("_", " ")}
        for name in game.decides
    ]
    sees = []
    for name, late in game.late.items():
        sided = [game.on_side(name, side) for side in (0, 1)]
        quantity = game.base[sided[0]]
        sees.append(
            {
                "name": name,
                "label": name.replace("_", " "),
                "unit": str(quantity.unit),
                "doc": quantity.doc,
                "late": late,
                "sided": sided,
                "opening": [game.opening[each] for each in sided],
            }
        )
    own = "" if rival.name in game.policies else rival.text
    return {
        "title": game.title,
        "about": game.about,
        "key": game.key,
        "digest": game.digest,
        "seed": seed,
        "turns": game.turns,
        "steps": game.steps,
        "turn_is": str(game.base.clock.unit) if game.every == 1 else "turn",
        "worth": game.scores.replace("_", " "),
        "ruined": game.ruins.replace("_", " "),
        "sides": list(game.sides),
        "decisions": decisions,
        "sees": sees,
        "dials": DIALS,
        "forecast": game.forecasts,
        "watched": game.watched,
        "unit": str(game.base[game.on_side(game.scores, 0)].unit),
        "score": [game.on_side(game.scores, side) for side in (0, 1)],
        "ruin": [game.on_side(game.ruins, side) for side in (0, 1)],
        "luck": game.lucks(seed),
        "module": javascript(game.model),
        "rival": {
            "name": rival.name,
            "word": rival.word,
            "decides": list(rival.decides),
            "module": javascript(rival.model),
            "text": own,
        },
        "equations": f"{game.base}\n# The rival, {rival.name}\n{rival.text}",
        "drawing": _drawing(game),
    }


def _drawing(game: Game) -> dict[str, Any]:
    """The arrows of the named loops, among what the model shows or else all on one's own side.

    Each variable has its name in the model as ``series``.
    """
    ours, theirs = (f"_{side}" for side in game.sides)
    loops = game.base.loops
    shown = [each.name for each in game.base.view if each.x is not None] or [
        name
        for name in dict.fromkeys(name for loop in loops for name in loop.quantities)
        if not name.endswith(theirs)
    ]
    graph = causal_graph(game.base, show=shown)
    around = [[name for name in loop.quantities if name in shown] for loop in loops]
    steps = {step for names in around for step in pairwise((*names, *names[:1]))}
    drawn = graph.edge_subgraph([step for step in graph.edges if step in steps])
    if not drawn:
        return {"variables": [], "arrows": []}
    drawing = spread(drawing_of(nx.DiGraph(drawn)))
    called = {name: name.removesuffix(ours) for name in drawn}
    return {
        "variables": [
            {**each, "name": called[each["name"]], "series": each["name"]}
            for each in drawing["variables"]
        ],
        "arrows": [
            {**each, "from": called[each["from"]], "to": called[each["to"]]}
            for each in drawing["arrows"]
        ],
    }
