"""What a cockpit shows of a game, as plain data: decisions, dials, the rival, the luck."""

from __future__ import annotations

import math
from typing import Any

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.play import Game, Policy
from flywheel_edu.simulate.print_javascript import javascript
from flywheel_edu.widgets.explorer.core import slider_of

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
    """Where quantities of one's own side stand, and the arrows of the named loops.

    As the model shows them; where it shows none, those of the loops in a ring.
    """
    ours, theirs = (f"_{side}" for side in game.sides)
    shown = {each.name: (each.x, each.y or 0.0) for each in game.base.view if each.x is not None}
    looped = dict.fromkeys(name for loop in game.base.loops for name in loop.quantities)
    ring = [name for name in looped if not name.endswith(theirs)]
    for at, name in enumerate(ring if not shown else ()):
        angle = 2 * math.pi * at / len(ring)
        shown[name] = (math.sin(angle), math.cos(angle))
    signs = causal_graph(game.base, show=list(shown)).edges
    arrows = {}
    for loop in game.base.loops:
        around = [name for name in loop.quantities if name in shown]
        for pair in zip(around, [*around[1:], *around[:1]], strict=True):
            if pair in signs:
                arrows[pair] = signs[pair]["sign"]
    drawn = {n: spot for n, spot in shown.items() if any(n in pair for pair in arrows)}
    xs, ys = zip(*drawn.values(), strict=True) if drawn else ((), ())
    places = [
        {
            "name": name,
            "label": name.removesuffix(ours).replace("_", " "),
            "x": (x - min(xs)) / (max(xs) - min(xs) or 1),
            "y": (y - min(ys)) / (max(ys) - min(ys) or 1),
        }
        for name, (x, y) in drawn.items()
    ]
    return {"places": places, "arrows": [[*pair, sign] for pair, sign in arrows.items()]}
