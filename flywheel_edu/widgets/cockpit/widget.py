"""Cockpit: a game flown turn by turn in the browser; Python has the same flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets

from flywheel_edu.charts.charts import panels
from flywheel_edu.errors import wrong_kind
from flywheel_edu.play import Debrief, Flight, Game, Policy, debrief, fly
from flywheel_edu.play import game as game_named
from flywheel_edu.widgets.cockpit.core import flown
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.standing import Standing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Cockpit(Standing):
    """Fly a game by hand: say what you expect, decide, fly a turn, read the dials.

    The model and the rival run in the browser, printed from their own equations. Python has the
    same flight as ``cockpit.flight``, and in code ``cockpit.turn(price=20, forecast=30000)`` does
    what the button does.

    Parameters
    ----------
    on : Game or str
        A game, or the name of one that comes with the package.
    against : str or Policy
        The rival.
    seed : str or int
        Its luck; a class that flies on one seed can compare.

    Examples
    --------
    >>> cockpit = Cockpit("two_pages", "Asleep", seed="class")
    >>> cockpit.turn(price=22, forecast=26000)
    >>> cockpit.turn(price=21)
    >>> cockpit.flight.table()["price"].head(3).tolist()
    [22.0, 21.0, 21.0]
    """

    _esm = module("cockpit/view.js")
    _css = style("canvas/view.css", "shared/curves.css", "cockpit/view.css")

    played = traitlets.Dict().tag(sync=True)  # by the browser: hand, forecasts, "of" edition
    _browser_writes, _parts = "played", ("hand", "pins")

    def __init__(
        self, on: Game | str = "two_pages", against: Policy | str = "", *, seed: str | int = 1
    ) -> None:
        self._game = game_named(on) if isinstance(on, str) else on
        if not isinstance(self._game, Game):
            raise wrong_kind("Cockpit flies a Game", on, 'make one with play.game("two_pages")')
        rival = against or self._game.rival_names[0]
        self._rival = self._game.rival(rival) if isinstance(rival, str) else rival
        self._seed = str(seed)
        super().__init__(hand=[], pins=[], **flown(self._game, self._rival, self._seed))

    @property
    def flight(self) -> Flight:
        """The flight as far as it was flown by hand; from there the last decisions hold."""
        hand = self._now()["hand"]
        return fly(
            self._game,
            against=self._rival,
            seed=self._seed,
            hand=[each["decided"] for each in hand],
            forecasts=[each["forecast"] for each in hand],
            reasons=[each["reason"] for each in hand],
        )

    @property
    def debrief(self) -> Debrief:
        """What the flight shows."""
        return debrief(self.flight)

    def turn(self, *, forecast: float | None = None, reason: str = "", **decided: float) -> None:
        """Fly one turn.

        A `ModelError` says which decision is none of the game's, or outside its range.
        """
        now = self._now()
        before = now["hand"][-1]["decided"] if now["hand"] else {}
        one = {"decided": {**before, **decided}, "forecast": forecast, "reason": reason}
        hand = [*now["hand"], one]
        fly(self._game, against=self._rival, seed=self._seed, hand=[h["decided"] for h in hand])
        self._give(hand=hand)

    def words(self) -> str:
        """What was flown, in words."""
        turns, game = len(self._now()["hand"]), self._game
        if not turns:
            return f"{game.title}, against {self._rival.name}: {game.turns} turns, none flown yet."
        told = str(self.debrief) if turns == game.turns else f"{turns} of {game.turns} turns flown."
        return f"{game.title}, against {self._rival.name}. {told}"

    def picture(self) -> Figure:
        """The first two dials over the turns that were flown."""
        flight, game = self.flight, self._game
        shown = game.seen[:2]
        pages = panels([game.title, *[""] * (len(shown) - 1)], across=str(game.base.clock.unit))
        until = max(1, len(self._now()["hand"])) * game.steps
        for order, (page, name) in enumerate(zip(pages, shown, strict=True)):
            quantity = game.base[game.on_side(name, 0)]
            values = flight.run[quantity.name][:until]
            page.line(
                flight.run.time[:until], values, name.replace("_", " "), str(quantity.unit), order
            )
        figure: Figure = pages[0].picture().figure
        return figure
