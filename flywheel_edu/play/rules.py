"""A game: turns, decisions, what is seen, rivals and luck, in a file beside a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from textwrap import fill

from flywheel_edu.errors import EquationError, ModelError, closest, need, wrong_kind
from flywheel_edu.language import number_text
from flywheel_edu.model import Model, Quantity
from flywheel_edu.model.statements import Statement, statements
from flywheel_edu.play.policy import Policy, read_policy
from flywheel_edu.reading import read, text_of
from flywheel_edu.simulate import simulate

FOLDER = Path(__file__).parent
RIVAL, LAST = "rival_", "last_"

_NAME, _NUMBER = r"[A-Za-z]\w*", r"-?\d+(?:\.\d+)?"
_LIST = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_SPAN = rf"(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})"
# Each line of a game by its first word: how it is read, and how it is written.
_LINES = {
    "game": (rf"on (?P<on>[\w.]+) between (?P<us>{_NAME})\s*,\s*(?P<them>{_NAME})",
             "game on shops.flywheel between us, them"),
    "turn": (r"(?P<every>\d+(?:\.\d+)?) for (?P<turns>[1-9]\d*)", "turn 1 for 20"),
    "decide": (rf"(?P<names>{_LIST})", "decide price, fee"),
    "let": (rf"go (?P<settings>{_NAME}\s*=\s*{_NUMBER}(?:\s*,\s*{_NAME}\s*=\s*{_NUMBER})*)",
            "let go spending = 0"),
    "forecast": (rf"(?P<name>{_NAME})", "forecast orders"),
    "see": (rf"(?:late (?P<late>\d+):\s*)?(?P<names>{_LIST})",
            "see cash, orders, or: see late 1: rival_price"),
    "shock": (rf"(?P<name>{_NAME}) in {_SPAN}", "shock demand in 0.9 .. 1.1"),
    "slump": (rf"(?P<name>{_NAME}) to (?P<to>{_NUMBER}) for (?P<turns>[1-9]\d*) between {_SPAN}",
              "slump supply to 0.7 for 3 between 7 .. 14"),
    "score": (rf"(?P<name>{_NAME})", "score worth"),
    "ruin": (rf"(?P<name>{_NAME})", "ruin closed"),
    "rivals": (rf"(?P<names>{_LIST})", "rivals Asleep, Copycat"),
    "money": (rf"(?P<name>{_NAME})", "money cash"),
    "full": (rf"(?P<name>{_NAME})", "full load"),
    "war": (rf"(?P<name>{_NAME})", "war price"),
    "milk": (rf"(?P<name>{_NAME}) of (?P<of>{_NAME})", "milk fee of sellers"),
    "baselines": (rf"(?P<names>{_LIST})", "baselines Asleep, Copycat"),
    "policy": (rf'"(?P<name>{_NAME})":', 'policy "Asleep":'),
}  # fmt: skip
_OFTEN = ("decide", "let", "see", "shock", "slump", "rivals", "baselines", "policy")
_NEEDED = ("game", "turn", "decide", "forecast", "see", "score", "ruin", "rivals", "baselines")


@dataclass(frozen=True)
class Luck:
    """What changes by the seed alone: a given, drawn anew each turn, or a slump of some turns."""

    name: str
    low: float
    high: float
    turns: int = 0  # of a slump, which begins at a turn between low and high
    to: float = 0.0

    def drawn(self, seed: str, turns: int, usual: float) -> list[float]:
        """Its value in each turn, the same on every computer."""
        if not self.turns:
            span = self.high - self.low
            return [self.low + span * _chance(seed, self.name, at) for at in range(1, turns + 1)]
        begins = int(self.low + _chance(seed, self.name, 0) * (self.high - self.low + 1))
        return [
            self.to if begins <= at < begins + self.turns else usual for at in range(1, turns + 1)
        ]


@dataclass(frozen=True, eq=False)
class Game:
    """A game of two players on one model, whose two sides are written alike.

    Attributes
    ----------
    key, title : str
        The name of its file; its first comment line.
    about : str
        The comment lines that follow.
    base : Model
        The model as it stands in its file.
    sides : (str, str)
        How names end in the model on either side.
    every : float
        How long a turn is, in the model's time unit.
    turns : int
    decides, seen : tuple of str
        What a player decides, and sees; ``rival_`` begins what is seen of the other side.
    late : mapping of str to int
        By how many turns each of what is seen is late.
    forecasts, scores, ruins : str
        What is forecast, what counts at the end, and what is 1 once a player has failed.
    watched : mapping of str to str
        What the debrief and the board look at, or "": ``money`` pays, ``full`` says by a number
        above 1 that more is wanted than can be served, ``war`` is the decision that both can make
        too low, ``milk`` the one that, made high, empties ``milked``.
    """

    key: str
    title: str
    about: str
    text: str
    base: Model
    sides: tuple[str, str]
    every: float
    turns: int
    decides: tuple[str, ...]
    let_go: Mapping[str, float]
    late: Mapping[str, int]
    luck: tuple[Luck, ...]
    forecasts: str
    scores: str
    ruins: str
    watched: Mapping[str, str]
    rival_names: tuple[str, ...]
    baseline_names: tuple[str, ...]
    policy_texts: Mapping[str, str] = field(repr=False, default_factory=dict)

    def __str__(self) -> str:
        lines = [self.title, fill(self.about, 88), ""]
        lines += [f"You decide, in each of {self.turns} turns:"]
        for name in self.decides:
            given = self.decision(name)
            span = " to ".join(map(number_text, given.limits))
            told = f"from {span}, at first {self._at_first(given)}: {given.doc}".removesuffix(": ")
            lines.append(f"    {name} [{given.unit}], {told}")
        now = ", ".join(name for name, late in self.late.items() if not late)
        after = ", ".join(name for name, late in self.late.items() if late)
        lines += [fill(f"You see {now}{'; and late, ' * bool(after)}{after}.", 88)]
        lines += [f"You forecast {self.forecasts}. Rivals: {', '.join(self.rival_names)}."]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Game '{self.title}': {self.turns} turns>"

    @property
    def seen(self) -> tuple[str, ...]:
        """What a player sees, by the names that a policy reads."""
        return tuple(self.late)

    @property
    def steps(self) -> int:
        """How many steps of the model's clock a turn has."""
        return round(self.every / self.base.clock.step)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the game's text, and of its model's: 16 hexadecimal digits each."""
        own = hashlib.sha256(self.text.encode()).hexdigest()
        return f"{own[:16]} {self.base.digest[:16]}"

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The policies that come with the game, rivals and baselines among them."""
        return {name: read_policy(text, self, name) for name, text in self.policy_texts.items()}

    def policy(self, text: str, name: str = "policy") -> Policy:
        """A policy of this game, from its text; its errors are those of `read_policy`."""
        return read_policy(text, self, name)

    def rival(self, name: str) -> Policy:
        """A policy that comes with the game, by its name; a `ModelError` if there is none."""
        if name not in self.policies:
            known = ", ".join(self.policies)
            raise ModelError(
                f"this game has no policy '{str(name)[:40]}'",
                hint=closest(str(name), self.policies) or f"it has: {known}",
            )
        return self.policies[name]

    def decision(self, name: str) -> Quantity:
        """What is decided: its unit, range, first value and meaning."""
        return self.base[f"{name}_{self.sides[0]}"]

    def _at_first(self, given: Quantity) -> str:
        return number_text(self.base.given_values[given.name])

    def on_side(self, name: str, side: int) -> str:
        """How what a player calls so is called in the model, for the player on that side."""
        if name.startswith(RIVAL):
            name, side = name.removeprefix(RIVAL), 1 - side
        sided = f"{name}_{self.sides[side]}"
        return sided if sided in self.base else name

    def is_of_model(self, name: str) -> bool:
        """Whether a name is something that the model has, seen or not."""
        return name in self.base or self.on_side(name, 0) in self.base

    @cached_property
    def board(self) -> str:
        """What a policy is handed, as the givens of a model."""
        lines = ["time turn from 0 to 1 step 1", f"given turn [1] = 1 in 0 .. {self.turns}"]
        for name in self.seen:
            lines.append(f"given {name} [{self.base[self.on_side(name, 0)].unit}] = 1")
        for name in self.decides:
            decided = self.decision(name)
            lines.append(f"given {LAST}{name} [{decided.unit}] = {self._at_first(decided)}")
        return "\n".join(lines)

    @cached_property
    def model(self) -> Model:
        """The model with a given for each decision of each turn, and for each turn's luck.

        They are called ``price_us_1`` and so on, and ``demand_1``. What nobody sets stays as the
        model has it; after the last turn, the wheel is let go.
        """
        sided = [
            (f"{name}_{side}", self.let_go.get(name))
            for side in self.sides
            for name in self.decides
        ]
        usual = [(luck.name, self.base.given_values[luck.name]) for luck in self.luck]
        lines = []
        for name, after in sided + usual:
            quantity = self.base[name]
            low, high = quantity.range or (0.0, 0.0)
            span = f"{number_text(low)} .. {number_text(high)}"
            each = [f"{name}_{turn}" for turn in range(1, self.turns + 1)]
            lines += [
                f"given {n} [{quantity.unit}] = {self._at_first(quantity)} in {span}" for n in each
            ]
            end = each[-1] if after is None else f"{number_text(after)} [{quantity.unit}]"
            lines.append(f"{name} [{quantity.unit}] = {self._by_turn([*each, end])}")
        return self.base.revise("\n".join(lines))

    def until(self, turn: int, stages: int) -> Model:
        """The model on a time line that ends early, at or after that turn."""
        stage = -(-turn * stages // self.turns)
        last = -(-stage * self.turns // stages)
        if last not in self._ending:
            clock = self.model.clock
            stop = clock.start + last * self.every
            self._ending[last] = self.model.revise(str(replace(clock, stop=stop)))
        return self._ending[last]

    @cached_property
    def _ending(self) -> dict[int, Model]:
        return {}

    @cached_property
    def opening(self) -> dict[str, float]:
        """What everybody sees before the first turn, by the names of the model."""
        run = simulate(self.base, engine="python")
        return {name: float(run[name][0]) for name in self.base}

    def _by_turn(self, each: list[str], first: int = 0) -> str:
        """Which of these holds when, as an equation that asks few questions."""
        if len(each) == 1:
            return each[0]
        half = len(each) // 2
        clock = self.base.clock
        # Half a step early, so that no rounding of time moves a decision to the next step.
        at = clock.start + (first + half) * self.every - clock.step / 2
        early, late = self._by_turn(each[:half], first), self._by_turn(each[half:], first + half)
        return f"({early} if time < {number_text(at)} [{clock.unit}] else {late})"

    def lucks(self, seed: str) -> dict[str, float]:
        """The luck of a seed, by the givens of `model`."""
        return {
            f"{luck.name}_{turn}": value
            for luck in self.luck
            for turn, value in enumerate(
                luck.drawn(seed, self.turns, self.base.given_values[luck.name]), 1
            )
        }


def games() -> tuple[str, ...]:
    """The names of the games that come with the package.

    Examples
    --------
    >>> games()
    ('two_clouds', 'two_pages')
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.game")))


def game(name: str) -> Game:
    """A game that comes with the package, or a `ModelError`; `read_game` reads a file of your own.

    Examples
    --------
    >>> town = game("two_pages")
    >>> town.title, town.turns
    ('Two pages, one town', 20)
    >>> town.decides
    ('price', 'fee', 'range_spending', 'capacity_ordered', 'reinvested')
    """
    if name not in games():
        raise ModelError(
            f"there is no game called '{str(name)[:60]}'",
            hint=closest(str(name), games()) or f"there are: {', '.join(games())}",
        )
    return _game(name)


def meant(on: Game | str, doing: str) -> Game:
    """The game that is meant: itself, or its name; another kind of thing is told in words."""
    if isinstance(on, str):
        return game(on)
    need(Game, f"{doing} a Game", on, 'make one with play.game("two_pages")')
    return on


@cache
def _game(name: str) -> Game:
    return read_game(FOLDER / f"{name}.game")


def read_game(path: str | PathLike[str]) -> Game:
    """Read a game from its file; the model it is played on lies beside it.

    A `ModelError` shows a line that cannot be read, or says which is missing or names what the
    model does not have.
    """
    if not isinstance(path, str | PathLike):
        raise wrong_kind("read_game takes a file's name", path, "write: read_game('my.game')")
    path = Path(path)
    text = text_of(path)
    said: dict[str, list[tuple[Statement, dict[str, str]]]] = {word: [] for word in _LINES}
    comments: list[str] = []
    texts: dict[str, list[str]] = {}
    inside: list[str] | None = None
    for line in statements(text):
        if line.indent and line.code.strip():
            if inside is None:
                raise EquationError(
                    "this line belongs to no policy", line.place(), _usage("policy")
                )
            # Blank lines keep its places those of the file.
            inside += [""] * (line.number - 1 - len(inside)) + list(line.raw)
            continue
        if not line.code.strip():
            if line.doc and not any(said.values()):
                comments.append(line.doc)
            continue
        inside = None
        word, found = _read(line)
        said[word].append((line, found))
        if word == "policy":
            inside = texts.setdefault(found["name"], [])
    for word in _NEEDED:
        if not said[word]:
            raise ModelError(f"the game has no line '{word}'", hint=_usage(word))
    made = _made(path, text, comments, said, {n: "\n".join(each) for n, each in texts.items()})
    _check(made, said)
    return made


Said = Mapping[str, list[tuple[Statement, dict[str, str]]]]


def _read(line: Statement) -> tuple[str, dict[str, str]]:
    word, _, rest = line.code.strip().partition(" ")
    if word not in _LINES:
        raise EquationError(
            f"a game has no line '{word[:40]}'", line.place(),
            closest(word, _LINES) or f"its lines begin with: {', '.join(_LINES)}",
        )  # fmt: skip
    found = re.fullmatch(_LINES[word][0], rest.strip(), re.ASCII)
    if found is None:
        raise EquationError(f"this line '{word}' cannot be read", line.place(), _usage(word))
    return word, found.groupdict()


def _usage(word: str) -> str:
    return f"write: {_LINES[word][1]}"


def _made(path: Path, text: str, comments: list[str], said: Said, texts: Mapping[str, str]) -> Game:
    def only(word: str) -> dict[str, str]:
        return said[word][0][1] if said[word] else {"name": "", "of": ""}

    settings = [pair for _, found in said["let"] for pair in found["settings"].split(",")]
    shocks = [
        Luck(found["name"], float(found["low"]), float(found["high"]),
             int(found.get("turns", 0)), float(found.get("to", 0)))
        for word in ("shock", "slump") for _, found in said[word]
    ]  # fmt: skip
    model_path = path.parent / only("game")["on"]
    if not model_path.is_file():
        raise ModelError(f"beside the game lies no model '{model_path.name}'")
    return Game(
        key=path.stem,
        title=comments[0] if comments else path.stem,
        about=" ".join(comments[1:]),
        text=text,
        base=read(model_path),
        sides=(only("game")["us"], only("game")["them"]),
        every=float(only("turn")["every"]),
        turns=int(only("turn")["turns"]),
        decides=tuple(_names(said["decide"])),
        let_go={name.strip(): float(value) for name, _, value in
                (pair.partition("=") for pair in settings)},
        late={name: int(found["late"] or 0) for line, found in said["see"]
              for name in _names([(line, found)])},
        luck=tuple(shocks),
        forecasts=only("forecast")["name"],
        scores=only("score")["name"],
        ruins=only("ruin")["name"],
        watched={
            **{word: only(word)["name"] for word in ("money", "full", "war", "milk")},
            "milked": only("milk")["of"],
        },
        rival_names=tuple(_names(said["rivals"])),
        baseline_names=tuple(_names(said["baselines"])),
        policy_texts=texts,
    )  # fmt: skip


def _names(said: Iterable[tuple[Statement, dict[str, str]]]) -> list[str]:
    """The names that these lines are about, without what they are set to."""
    lists = [f.get("names") or f.get("settings") or f.get("name") or "" for _, f in said]
    return [name.partition("=")[0].strip() for each in lists for name in each.split(",")]


def _check(made: Game, said: Said) -> None:
    """Refuse a game that names what is not there, or whose turns do not fit its model."""

    def refuse(line: Statement, message: str, hint: str = "") -> None:
        raise EquationError(message, line.place(), hint or _usage(line.code.split()[0]))

    for word, lines in said.items():
        met: set[str] = set()
        for line, found in lines:
            for name in _names([(line, found)]):
                if met and word not in _OFTEN:
                    refuse(line, f"a game has one line '{word}'")
                if name in met:
                    refuse(line, f"'{name}' stands here a second time")
                met.add(name)
                if wrong := _wrong(made, word, name):
                    refuse(line, *wrong)
    clock = made.base.clock
    steps = made.every / clock.step
    whole = round(steps) > 0 and abs(steps - round(steps)) < 1e-9
    if not whole or made.turns * made.every > clock.stop - clock.start:
        message = f"{made.turns} turns of {made.every:g} do not fit the model's time line"
        refuse(said["turn"][0][0], message)
    _ = made.policies


def _wrong(made: Game, word: str, name: str) -> tuple[str, ...]:
    """What is wrong with a name in a line that begins with this word, and a hint."""
    sided = [f"{name}_{side}" for side in made.sides]
    for each in {"decide": sided, "let": sided, "shock": [name], "slump": [name]}.get(word, ()):
        given = made.base.get(each)
        if given is None or given.kind != "given" or given.range is None:
            return (f"the model has no given '{each}' with a range",)
    if word in ("let", "war", "milk") and name not in made.decides:
        return (f"'{name}' is not decided",)
    seen = {"money": name, "full": name, "milk": made.watched["milked"]}.get(word)
    if seen and seen not in made.seen:
        return (f"'{seen}' is not seen",)
    if word in ("see", "forecast", "score", "ruin") and not made.is_of_model(name):
        return f"the model has no '{made.on_side(name, 0)}'", closest(name, made.base)
    if word in ("rivals", "baselines") and name not in made.policy_texts:
        return f"the game has no policy '{name}'", 'write: policy "NAME":'
    if word == "let":
        made.base.change(**{sided[0]: made.let_go[name]})  # refuses what is out of range
    lucks = [each for each in made.luck if each.name == name and word in ("shock", "slump")]
    if lucks[1:]:
        return ("one given has two kinds of luck here",)
    for luck in lucks:
        for value in (luck.to,) if luck.turns else (luck.low, luck.high):
            made.base.change(**{name: value})
        if luck.low > luck.high:
            return (f"the range {luck.low:g} .. {luck.high:g} is empty",)
        if luck.turns and not 1 <= luck.low <= luck.high <= made.turns:
            return (f"a slump begins in one of the turns 1 to {made.turns}",)
    return ()


def _chance(seed: str, name: str, at: int) -> float:
    """A number from 0 to 1, by chance but the same everywhere."""
    digest = hashlib.sha256(f"{seed}\n{name}\n{at}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
