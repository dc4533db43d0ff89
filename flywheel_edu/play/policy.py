"""A policy: a few lines of the model language that set decisions from what a player sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.errors import EquationError, ModelError, Place, closest
from flywheel_edu.language import walk
from flywheel_edu.language.tree import Name
from flywheel_edu.model import Model
from flywheel_edu.model.lines import Parts, read_parts
from flywheel_edu.simulate.sweep import sweep

if TYPE_CHECKING:
    from flywheel_edu.play.rules import Game

MOST_LETTERS, MOST_LINES = 4000, 60  # of a policy's text; quantities in it
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Policy:
    """Decisions of a player, computed at each turn from what that player sees.

    It is a small model whose givens are what is seen, so it is read, checked and run as any model
    is, on its own: it cannot reach what is not handed to it, and has no loops and no memory.
    Decisions that are none of its ``decides`` stay as they were.
    """

    name: str
    text: str
    model: Model
    decides: tuple[str, ...]

    @property
    def word(self) -> str:
        """Its name as one word, as it stands in the text of a flight."""
        return re.sub(r"\W+", "_", self.name, flags=re.ASCII)[:60] or "_"

    def decide(
        self, seen: Mapping[str, Floats], engine: str = "auto"
    ) -> tuple[dict[str, Floats], dict[int, str]]:
        """What it decides, seeing arrays (boards,), and on which boards it cannot, and why."""
        names = [name for name in self.model.givens if name in seen]
        done = sweep(
            self.model,
            {name: seen[name] for name in names},
            keep=self.decides,
            statistic="final",
            failures="skip",
            engine=engine,
        )
        return dict(done), {at: _why(each.message) for at, each in done.failures.items()}


def read_policy(text: str, game: Game, name: str = "policy") -> Policy:
    """Read a policy of a game, which says what is decided, and what is seen.

    Lines are such as ``price [USD/order] = rival_price * 0.95``, with units; numbers of its own are
    givens. Only a policy of the game itself, word for word, may be called as one of these.
    """
    if not isinstance(text, str):
        raise ModelError(f"a policy is text, not {type(text).__name__}")
    if game.policy_texts.get(name, text) != text:
        # A flight against it would be told as one against the game's own.
        raise ModelError(f"the game has a policy of its own called '{name}'")
    if len(text) > MOST_LETTERS:
        raise ModelError(
            f"this policy has {len(text):,} characters; {MOST_LETTERS:,} are allowed",
            hint="a good policy is a few lines",
        )
    own = read_parts(text)
    if len(own.quantities) > MOST_LINES:
        raise ModelError(
            f"this policy has {len(own.quantities)} quantities; {MOST_LINES} are allowed"
        )
    board = read_parts(game.board)
    _check(own, board, game)
    decides = tuple(each for each in game.decides if each in own.quantities)
    model = Model(
        Parts(title=name, clock=board.clock, quantities={**board.quantities, **own.quantities})
    )
    if model.stocks:
        # What was unfolded is called after the quantity that was written so.
        first = model.stocks[0]
        owner = max((each for each in own.quantities if first.startswith(each)), key=len)
        raise EquationError(
            f"'{owner}' remembers, and a policy has no memory",
            own.quantities[owner].place,
            "say it by what is seen now, or a turn ago: last_price",
        )
    return Policy(name, text, model, decides)


def _check(own: Parts, board: Parts, game: Game) -> None:
    """What a policy may say: decisions in their units, and helpers, from what is seen."""
    if own.clock or own.loops or own.view:
        raise ModelError(
            "a policy has no time line, no loops and no view",
            hint="write only decisions, and what they are computed from",
        )
    if not any(name in own.quantities for name in game.decides):
        raise ModelError(
            "this policy decides nothing", hint=f"it can set: {', '.join(game.decides)}"
        )
    for name, quantity in own.quantities.items():
        if quantity.kind in ("stock", "data"):
            raise EquationError(
                f"'{name}' is a {quantity.kind}, and a policy has no memory",
                quantity.place,
                "say it by what is seen now, or a turn ago: last_price",
            )
        if name in board.quantities:
            raise EquationError(
                f"'{name}' is what you see, and is not yours to set",
                quantity.place,
                f"you decide: {', '.join(game.decides)}",
            )
        if name in game.decides:
            unit = game.decision(name).unit
            if quantity.kind != "computed":
                raise EquationError(
                    f"'{name}' is decided, not given", quantity.place, "leave out the word 'given'"
                )
            if quantity.unit != unit:
                raise EquationError(
                    f"'{name}' is decided in [{unit}], not in [{quantity.unit}]",
                    quantity.place,
                    f"write: {name} [{unit}] = ...",
                )
        known = {*own.quantities, *board.quantities}
        for node in walk(quantity.equation):
            if isinstance(node, Name) and node.name not in known:
                raise EquationError(*_unseen(node, known, game))


def _why(message: str) -> str:
    """Why a policy cannot decide, without the moment and the board: a turn has one moment."""
    return message.partition(", in scenario")[0].replace(" at turn 0", "").replace(" at turn 1", "")


def _unseen(node: Name, known: set[str], game: Game) -> tuple[str, Place | None, str]:
    """Why a name cannot be read in a policy."""
    if node.name == "time":
        return "'time' is not seen by a policy", node.place, "turn is: 1 at the first"
    if game.is_of_model(node.name):
        seen = f"a player of this game sees: {', '.join(game.seen)}"
        return f"'{node.name}' is not seen by a player", node.place, seen
    hint = closest(node.name, known) or f"a player sees: {', '.join(game.seen)}"
    return f"nothing is called '{node.name}'", node.place, hint
