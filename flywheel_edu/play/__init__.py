"""Games of two players on one model: flown by hand or by a policy, replayed, talked over.

A game is a file beside a model. Where it is flown, every decision is a given of one model, so that
whatever runs a model runs a flight: Python, machine code, the browser.

policy      decisions as a few lines of the model language, from what a player sees
rules       a game: turns, decisions, what is seen, rivals, luck
flying      many boards flown side by side
flight      one flight, as a text that anybody can fly again
debriefing  what a flight shows when it is over
rounds      a league: every policy against every other

>>> from flywheel_edu import play
>>> flight = play.fly("two_pages", "price [USD/order] = rival_price", against="Builder")
>>> flight.table()["price"].head(3).tolist()
[24.0, 24.0, 22.0]
"""

from __future__ import annotations

from flywheel_edu.play.debriefing import Debrief, debrief
from flywheel_edu.play.flight import Flight, fly, replay
from flywheel_edu.play.policy import Policy
from flywheel_edu.play.rounds import League, league
from flywheel_edu.play.rules import Game, game, games, read_game

__all__ = [
    "Debrief",
    "Flight",
    "Game",
    "League",
    "Policy",
    "debrief",
    "fly",
    "game",
    "games",
    "league",
    "read_game",
    "replay",
]
