"""A flight: what was decided in a game, as a short text that anybody can fly again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np

from flywheel_edu.errors import FlywheelError, ModelError, need, printable
from flywheel_edu.language import number_text
from flywheel_edu.later import pd
from flywheel_edu.model import Model
from flywheel_edu.play.flying import fly_boards
from flywheel_edu.play.policy import Policy
from flywheel_edu.play.rules import Game, game, games, meant
from flywheel_edu.simulate import Run, simulate

LONGEST = 50_000  # characters of a flight's text
_VERSION = 1
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?"
_TURN = re.compile(
    rf"turn (\d+): ([^;#]*?)(?:; forecast ({_NUMBER}))?\s*(?:# (.{{0,200}}))?", re.ASCII
)
_SET = re.compile(rf"([A-Za-z]\w*) = ({_NUMBER})", re.ASCII)
_HEAD = (
    re.compile(r"flight (?P<version>\d+) of (?P<game>\w+) (?P<digest>[0-9a-f]{16} [0-9a-f]{16})"),
    re.compile(r"seed (?P<seed>\S{1,40}) against (?P<against>\w{1,60})"),
)
_END = re.compile(rf"score ({_NUMBER})")


@dataclass(frozen=True, eq=False)
class Flight:
    """One player's twenty turns, or fewer, and what came of them.

    Attributes
    ----------
    game : Game
    seed : str
    against : Policy
    decisions : tuple of mappings
        What was decided, by turn; after the last of them the policy of the flight went on, and
        without one the last decisions.
    forecasts : tuple of float or None
        What was expected of ``game.forecasts`` at the end of each turn.
    reasons : tuple of str
    score : float
        In the unit of ``game.scores``.
    ruined : bool
    """

    game: Game
    seed: str
    against: Policy
    decisions: tuple[Mapping[str, float], ...]
    forecasts: tuple[float | None, ...]
    reasons: tuple[str, ...]
    numbers: Mapping[str, float]
    came: tuple[float, ...]
    score: float
    rival_score: float
    ruined: bool

    @cached_property
    def model(self) -> Model:
        """The game's model with the numbers of this flight."""
        return self.game.model.change(**self.numbers)

    @cached_property
    def run(self) -> Run:
        """The flight as any run: to plot, to look for loops, to cut them."""
        return simulate(self.model, engine="python")

    @cached_property
    def baselines(self) -> dict[str, float]:
        """What the baselines of the game reach on the same seed, against the same rival."""
        names = self.game.baseline_names
        mine = [self.game.rival(name) for name in names]
        boards = fly_boards(
            self.game, (mine, [self.against] * len(mine)), [self.seed] * len(mine), engine="python"
        )
        return dict(zip(names, boards.scores[0].tolist(), strict=True))

    @property
    def share(self) -> float:
        """The score as a share of the best baseline's; 0 for who is ruined."""
        return 0.0 if self.ruined else max(0.0, self.score) / max(1e-9, *self.baselines.values())

    @property
    def forecast_error(self) -> float:
        """How far off the forecasts were on average, as a share of what came; nan without any."""
        pairs = [(f, c) for f, c in zip(self.forecasts, self.came, strict=True) if f is not None]
        return (
            float(np.mean([abs(f - c) / max(abs(c), 1e-9) for f, c in pairs])) if pairs else np.nan
        )

    def table(self) -> pd.DataFrame:
        """A row for each turn: what was decided, what was forecast, and what was so at its end."""
        ends = [turn * self.game.steps - 1 for turn in range(1, self.game.turns + 1)]
        columns: dict[str, object] = {
            name: [each[name] for each in self.decisions] for name in self.game.decides
        }
        columns["forecast"] = [np.nan if f is None else f for f in self.forecasts]
        for name in self.game.seen:
            columns[name] = self.run[self.game.on_side(name, 0)][ends]
        index = pd.Index(range(1, self.game.turns + 1), name="turn")
        return pd.DataFrame(columns, index=index)

    def __str__(self) -> str:
        lines = [
            f"flight {_VERSION} of {self.game.key} {self.game.digest}",
            f"seed {self.seed} against {self.against.word}",
        ]
        if self.against.name not in self.game.policies:
            lines += [f"    {line}" for line in self.against.text.splitlines() if line.strip()]
        for turn, each in enumerate(self.decisions):
            told = ", ".join(f"{name} = {number_text(each[name])}" for name in self.game.decides)
            forecast, reason = self.forecasts[turn], self.reasons[turn]
            told += "" if forecast is None else f"; forecast {number_text(forecast)}"
            lines.append(f"turn {turn + 1}: {told}" + (f"  # {reason}" if reason else ""))
        return "\n".join([*lines, f"score {number_text(self.score)}"]) + "\n"

    def __repr__(self) -> str:
        return f"<Flight of {self.game.key} against {self.against.name}: {self.score:,.0f}>"


def fly(
    on: Game | str,
    policy: Policy | str | None = None,
    *,
    against: Policy | str = "",
    seed: str | int = 1,
    hand: Sequence[Mapping[str, float]] = (),
    forecasts: Sequence[float | None] = (),
    reasons: Sequence[str] = (),
) -> Flight:
    """Fly a game against a rival.

    Parameters
    ----------
    on : Game or str
        A game, or the name of one that comes with the package.
    policy : Policy or str, optional
        What decides, as a few lines of the model language; without it, what was decided last goes
        on.
    against : Policy or str
        The rival: a name of the game's, or a policy; the first of the game if left out.
    seed : str or int
        Its luck.
    hand : sequence of mappings of str to float, optional
        What is decided by hand in the first turns, by name; what is left out stays as it was.
    forecasts, reasons : sequences, optional
        What was expected of ``game.forecasts`` at the end of each turn, and why it was decided so.

    Raises
    ------
    ModelError
        If a policy cannot be read, or a decision is none of the game's or outside its range.

    Examples
    --------
    >>> flight = fly("two_pages", "price [USD/order] = 30 [USD/order]", against="Asleep")
    >>> flight.ruined
    False
    >>> replay(str(flight)).score == flight.score
    True
    """
    board = meant(on, "fly takes")
    mine = board.policy(policy) if isinstance(policy, str) else policy
    rival = against or board.rival_names[0]
    other = board.rival(rival) if isinstance(rival, str) else rival
    for each in (mine, other):
        if each is not None:
            need(
                Policy, "a game is flown by a Policy", each, "write it as text, or game.policy(...)"
            )
    if not re.fullmatch(r"\S{1,40}", str(seed), re.ASCII):
        raise ModelError("a seed is a word or a number of at most 40 letters")
    need(Sequence, "hand is a list of decisions", hand, f'write [{{"{board.decides[0]}": 20}}]')
    for turn, decided in enumerate(hand, 1):
        check_decisions(board, turn, decided)
    said = _expected(forecasts)
    need(Iterable, "reasons is a list of words", reasons, 'write ["the halls are full"]')
    done = fly_boards(board, ([mine], [other]), [str(seed)], hand, engine="python")
    if (0, 0) in done.broken:
        raise FlywheelError(f"the policy cannot decide in {done.broken[0, 0]}")
    numbers = {name: float(values[0]) for name, values in done.numbers.items()}
    side = board.sides[0]
    decisions = tuple(
        {name: numbers[f"{name}_{side}_{turn}"] for name in board.decides}
        for turn in range(1, board.turns + 1)
    )
    return Flight(
        board, str(seed), other, decisions,
        tuple([*said, *[None] * board.turns][: board.turns]),
        tuple([printable(str(each))[:200] for each in reasons] + [""] * board.turns)[: board.turns],
        numbers, tuple(done.forecast[:, 0].tolist()),
        float(done.scores[0, 0]), float(done.scores[1, 0]), bool(done.ruined[0, 0]),
    )  # fmt: skip


def _expected(forecasts: Iterable[float | None]) -> list[float | None]:
    """Each a finite number, or None; nan is none, too, as in ``Flight.table``."""
    write = "write [26000, None, 30000]"
    need(Iterable, "forecasts is a list of numbers", forecasts, write)
    for turn, each in enumerate(forecasts, 1):
        if each is not None:
            need(Real, f"turn {turn}: a forecast is a number", each, write)
            if abs(each) == np.inf:
                raise ModelError(f"turn {turn}: a forecast is a finite number")
    return [None if each is None or each != each else float(each) for each in forecasts]


def check_decisions(board: Game, turn: int, decided: Mapping[str, float]) -> None:
    """Refuse what is no decision of the game, or outside its range."""
    if turn not in range(1, board.turns + 1):
        raise ModelError(f"there is no turn {turn!r:.40}: this game has turns 1 to {board.turns}")
    need(
        Mapping, f"turn {turn} is decided by names", decided, f'write {{"{board.decides[0]}": 20}}'
    )
    for name, value in decided.items():
        if name not in board.decides:
            raise ModelError(
                f"turn {turn} decides '{str(name)[:40]}', which is none of this game's decisions",
                hint=f"they are: {', '.join(board.decides)}",
            )
        low, high = board.decision(name).limits
        need(Real, f"turn {turn}: '{name}' is a number", value, f"write {name}={number_text(low)}")
        if not low <= value <= high:
            raise ModelError(
                f"turn {turn}: '{name}' = {number_text(float(value))} is outside "
                f"{number_text(low)} .. {number_text(high)} [{board.decision(name).unit}]"
            )


def replay(text: str, on: Game | None = None, *, seed: str | None = None) -> Flight:
    """Fly a flight again from its text, and compare the score that stands in it.

    Nothing in the text is run as Python: it is read as numbers, and a rival's policy as a model.

    Parameters
    ----------
    text : str
    on : Game, optional
        The game, if it is not one that comes with the package.
    seed : str, optional
        The seed it has to be flown on.

    Raises
    ------
    ModelError
        If the text is no flight, or one of another game, edition or seed, or its score is not what
        comes of its decisions.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ModelError(f"a flight is a text of at most {LONGEST:,} characters")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    found: dict[str, str] = {}
    for number, pattern in enumerate(_HEAD):
        read = pattern.fullmatch(lines[number]) if number < len(lines) else None
        if read is None:
            raise ModelError(
                f"line {number + 1} is not how a flight begins", hint="take the whole text of it"
            )
        found |= read.groupdict()
    board = _board(found, on)
    if seed is not None and found["seed"] != seed:
        raise ModelError(f"this flight was flown on the seed {found['seed']}, not on {seed}")
    own = [line for line in lines[2:] if line.startswith("    ")]
    rest = [line for line in lines[2:] if not line.startswith("    ")]
    against = (
        board.policy("\n".join(own), found["against"]) if own else board.rival(found["against"])
    )
    hand, forecasts, reasons = _turns(board, rest[:-1])
    end = _END.fullmatch(rest[-1]) if rest else None
    if end is None:
        raise ModelError("the last line is not the score", hint="write: score 1000000")
    flown = fly(
        board, against=against, seed=found["seed"], hand=hand, forecasts=forecasts, reasons=reasons
    )
    said = float(end[1])
    if abs(said - flown.score) > 1e-12 * max(1.0, abs(flown.score)):
        raise ModelError(
            f"the score in this flight is {number_text(said)}, and its decisions bring "
            f"{number_text(flown.score)}"
        )
    return flown


def _board(found: Mapping[str, str], on: Game | None) -> Game:
    """The game that a flight names, if it is the same edition."""
    if found["version"] != str(_VERSION):
        raise ModelError(f"this flight is written in version {found['version']}, not {_VERSION}")
    if on is None:
        if found["game"] not in games():
            raise ModelError(
                f"there is no game called '{found['game'][:60]}'",
                hint="for one of your own: replay(text, read_game('FILE.game'))",
            )
        on = game(found["game"])
    if found["game"] != on.key:
        raise ModelError(
            f"this is a flight of '{found['game'][:60]}', not of '{on.key}'",
            hint="name the game it was flown on: --game, or replay(text, game)",
        )
    if found["digest"] != on.digest:
        raise ModelError(
            f"this flight was flown on another edition of '{on.key}' or of its model",
            hint="fly it again on this one",
        )
    return on


def _turns(
    board: Game, lines: Sequence[str]
) -> tuple[list[dict[str, float]], list[float | None], list[str]]:
    hand: list[dict[str, float]] = []
    forecasts: list[float | None] = []
    reasons: list[str] = []
    for number, line in enumerate(lines, 1):
        read = _TURN.fullmatch(line)
        sets = [_SET.fullmatch(part.strip()) for part in read[2].split(",")] if read else []
        if read is None or int(read[1]) != number or not all(sets):
            raise ModelError(
                f"turn {number} of this flight cannot be read",
                hint=f"write: turn {number}: {board.decides[0]} = 20, ...",
            )
        hand.append({each[1]: float(each[2]) for each in sets if each})
        if len(hand[-1]) < len(sets):
            raise ModelError(f"turn {number} of this flight decides something twice")
        check_decisions(board, number, hand[-1])
        forecasts.append(float(read[3]) if read[3] else None)
        reasons.append((read[4] or "").strip())
    return hand, forecasts, reasons
