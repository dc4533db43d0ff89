"""What a cockpit shows of a game, as plain data: decisions, dials, the rival, the luck."""

from __future__ import annotations

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
    """Where the shown quantities of one's own side stand, and the arrows of the named loops."""
    shown = {each.name: each for each in game.base.view if each.x is not None}
    signs = causal_graph(game.base, show=list(shown)).edges
    end = f"_{game.sides[0]}"
    arrows = {}
    for loop in game.base.loops:
        around = [name for name in loop.quantities if name in shown]
        for pair in zip(around, [*around[1:], *around[:1]], strict=True):
            if pair in signs:
                arrows[pair] = signs[pair]["sign"]
    drawn = [shown[name] for name in shown if any(name in pair for pair in arrows)]
    xs, ys = ([getattr(each, axis) or 0.0 for each in drawn] for axis in "xy")
    places = [
        {
            "name": each.name,
            "label": each.name.removesuffix(end).replace("_", " "),
            "x": (x - min(xs)) / (max(xs) - min(xs) or 1),
            "y": (y - min(ys)) / (max(ys) - min(ys) or 1),
        }
        for each, x, y in zip(drawn, xs, ys, strict=True)
    ]
    return {"places": places, "arrows": [[*pair, sign] for pair, sign in arrows.items()]}
