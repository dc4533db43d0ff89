"""Games flown, many boards side by side: what each player sees, decides, and gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flywheel_edu.errors import ModelError
from flywheel_edu.play.policy import Floats, Policy
from flywheel_edu.play.rules import LAST, Game
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.sweep import sweep

STAGES = 4  # the time line is run to its quarter, half, ... so that early turns cost less


@dataclass
class Flown:
    """What came of so many boards."""

    # The givens of ``game.model``, of shape (boards,): each side's decisions by turn, and the luck.
    numbers: dict[str, Floats]
    scores: Floats  # of shape (2, boards), for both sides
    ruined: Any  # likewise; True as well for who has a broken policy
    # By side and board, why a policy stopped deciding; from then on, what it decided last holds.
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    # Of shape (turns, boards): what is forecast, as it came about for the first side.
    forecast: Floats = field(default_factory=lambda: np.empty((0, 0)))


def fly_boards(
    game: Game,
    players: tuple[Sequence[Policy | None], Sequence[Policy | None]],
    seeds: Sequence[str],
    hand: Sequence[Mapping[str, Any]] = (),
    *,
    engine: str = "auto",
) -> Flown:
    """Fly a game on several boards at once: who flies on each side, and the luck, of each board.

    Who flies without a policy goes on as it began. The first side decides by ``hand`` in the first
    turns, in numbers or arrays of shape (boards,), whatever its policy says.
    """
    if engine == "auto" and machine() is not None:
        engine = "machine"  # each stage is run over and over, so that compiling it pays
    boards = len(seeds)
    numbers = _opening(game, seeds)
    done = Flown(numbers, np.zeros((2, boards)), np.zeros((2, boards), bool))
    groups = _groups(players)
    past: list[dict[str, Floats]] = []  # what was so at the end of each turn, in the model's names
    seen = {game.on_side(name, side) for name in game.seen for side in (0, 1)}
    forecasts = game.on_side(game.forecasts, 0)
    asked = sorted({*seen} - {*game.base.givens} | {forecasts})
    decided = [f"{name}_{side}" for name in game.decides for side in game.sides]
    for turn in range(1, game.turns + 1):
        for side in (0, 1):
            for name in game.decides:
                before = numbers.get(_given(game, name, side, turn - 1))
                first = game.base.given_values[f"{name}_{game.sides[side]}"]
                held = np.full(boards, first) if before is None else before.copy()
                numbers[_given(game, name, side, turn)] = held
        for policy, (sides, at) in groups.items():
            _decide(game, policy, sides, at, turn, past, done, engine)
        if turn <= len(hand):
            for name, value in hand[turn - 1].items():
                numbers[_given(game, name, 0, turn)][:] = value
        at = turn * game.steps - 1
        known = {name: n for name, n in numbers.items() if int(name.rpartition("_")[2]) <= turn}
        ended = sweep(
            game.until(turn, STAGES), known, keep=asked, statistic=lambda values, at=at: values[at],
            failures="skip", engine=engine,
        )  # fmt: skip
        past.append({**ended, **{name: numbers[f"{name}_{turn}"] for name in decided}})
    done.forecast = np.array([each[forecasts] for each in past])
    _count(game, done, engine)
    return done


def _opening(game: Game, seeds: Sequence[str]) -> dict[str, Floats]:
    drawn = {seed: game.lucks(seed) for seed in dict.fromkeys(seeds)}
    names = next(iter(drawn.values()), {})
    return {name: np.array([drawn[seed][name] for seed in seeds]) for name in names}


def _groups(
    players: tuple[Sequence[Policy | None], Sequence[Policy | None]],
) -> dict[Policy, tuple[Any, Any]]:
    """Each policy with the sides and the boards on which it flies."""
    where: dict[Policy, list[tuple[int, int]]] = {}
    for side, row in enumerate(players):
        for board, policy in enumerate(row):
            if policy is not None:
                where.setdefault(policy, []).append((side, board))
    return {policy: tuple(np.array(found).T) for policy, found in where.items()}


def _decide(
    game: Game,
    policy: Policy,
    sides: Any,
    boards: Any,
    turn: int,
    past: list[dict[str, Floats]],
    done: Flown,
    engine: str,
) -> None:
    """Let one policy decide on all its boards; within the ranges, and as before where it cannot."""
    flying = np.array(
        [(side, at) not in done.broken for side, at in zip(sides, boards, strict=True)]
    )
    sides, boards = sides[flying], boards[flying]
    if not len(boards):
        return
    seen = {
        name: _of_sides(sides, boards, [seen_at(game, name, side, turn, past) for side in (0, 1)])
        for name in game.seen
    }
    for name in game.decides:
        now = [done.numbers[_given(game, name, side, turn)] for side in (0, 1)]
        seen[LAST + name] = _of_sides(sides, boards, now)
    seen["turn"] = np.full(len(boards), float(turn))
    # One board in Python, as a run is; many by NumPy: too little work to compile.
    wanted, failed = policy.decide(seen, "python" if engine == "python" else "numpy")
    for at, why in failed.items():
        done.broken[int(sides[at]), int(boards[at])] = f"turn {turn}: {why}"
    for name, values in wanted.items():
        low, high = game.decision(name).range or (-np.inf, np.inf)
        for side in (0, 1):
            mine = (sides == side) & np.isfinite(values)
            given = done.numbers[_given(game, name, side, turn)]
            given[boards[mine]] = np.clip(values[mine], low, high)


def seen_at(game: Game, name: str, side: int, turn: int, past: Sequence[Mapping[str, Any]]) -> Any:
    """What a player sees at the beginning of a turn: the end of the last one, or of one before."""
    ended = turn - 1 - game.late[name]
    sided = game.on_side(name, side)
    if ended < 1:
        return game.opening[sided]
    return past[ended - 1].get(sided, game.opening[sided])


def _of_sides(sides: Any, boards: Any, values: list[Any]) -> Floats:
    """The value on each board, of whichever side; one number holds for all boards."""
    ours, theirs = (each[boards] if np.ndim(each) else each for each in values)
    return np.asarray(np.where(sides == 0, ours, theirs), np.float64)


def _count(game: Game, done: Flown, engine: str) -> None:
    keep = [f"{name}_{side}" for name in (game.scores, game.ruins) for side in game.sides]
    end = sweep(
        game.model, done.numbers, keep=keep, statistic="final", failures="skip",
        engine=engine,
    )  # fmt: skip
    for side, ending in enumerate(game.sides):
        done.scores[side] = end[f"{game.scores}_{ending}"]
        done.ruined[side] = end[f"{game.ruins}_{ending}"] > 0.5
    for at, problem in end.failures.items():
        raise ModelError(f"the model of this game cannot be run on board {at}: {problem}")
    for side, board in done.broken:
        done.scores[side, board], done.ruined[side, board] = 0.0, True


def _given(game: Game, name: str, side: int, turn: int) -> str:
    return f"{name}_{game.sides[side]}_{turn}"
