"""A league: every policy against every other, in both seats, over the teacher's seeds."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flywheel_edu.errors import ModelError
from flywheel_edu.files import write_beside
from flywheel_edu.play.debriefing import debrief
from flywheel_edu.play.flight import fly
from flywheel_edu.play.flying import fly_boards
from flywheel_edu.play.policy import MOST_LETTERS, Policy, read_policy
from flywheel_edu.play.rules import Game

if TYPE_CHECKING:
    import pandas as pd

MOST = 500  # policies
AT_ONCE = 16_000  # boards in memory together, about
_PRINTED = 3  # winners whose policies are printed whole, and whose loops are told
_PAGE = Path(__file__).with_name("league.html.jinja")


@dataclass(frozen=True, eq=False)
class League:
    """What a league came to.

    Attributes
    ----------
    game : Game
    policies : dict of str to Policy
        Those that were flown, the game's baselines among them.
    seeds : tuple of str
    scores : array of shape (policies, policies, seeds)
        What the first reaches against the second, in both seats on average.
    ruined : array of shape (policies, policies, seeds)
        In how many of the two seats it is ruined, as a share.
    refused : dict of str to str
        Policies that could not be read, and why.
    broken : dict of str to str
        Policies that could not decide at some turn, and why.
    """

    game: Game
    policies: Mapping[str, Policy]
    seeds: tuple[str, ...]
    scores: Any
    ruined: Any
    refused: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def shares(self) -> Any:
        """Scores as shares of what the best baseline reaches against the same rival and seed."""
        names = list(self.policies)
        base = [names.index(name) for name in self.game.baseline_names]
        best = self.scores[base].max(axis=0)
        return np.maximum(self.scores, 0) / np.maximum(best, 1e-9)[None]

    def table(self) -> pd.DataFrame:
        """A row for each policy, best first: mean and worst share, and how often it is ruined.

        Flights against itself do not count. The worst is the mean over the seeds against the rival
        it does worst against.
        """
        import pandas as pd

        shares, others = self.shares, ~np.eye(len(self.policies), dtype=bool)
        rows = {}
        for at, name in enumerate(self.policies):
            against = shares[at][others[at]].mean(axis=1)
            rows[name] = {
                "mean": against.mean(),
                "worst": against.min(),
                "ruined": self.ruined[at][others[at]].mean(),
            }
        table = pd.DataFrame(rows).T.rename_axis("policy")
        return table.sort_values(["mean", "worst"], ascending=False, kind="stable")

    def page(self) -> str:
        """The league as a page: the table, the winners' policies whole, and which loops led."""
        from jinja2 import Environment

        table = self.table()
        own = [name for name in table.index if name not in self.game.policies][:_PRINTED]
        page = Environment(autoescape=True, trim_blocks=True).from_string(_PAGE.read_text("utf-8"))
        return page.render(
            title=self.game.title,
            seeds=len(self.seeds),
            rows=[(name, *row) for name, *row in table.itertuples()],
            baselines=self.game.baseline_names,
            winners=[(name, self.policies[name].text, self._led(name)) for name in own],
            refused=self.refused,
            broken=self.broken,
        )

    def _led(self, name: str) -> str:
        """Which loops led how many turns of one flight, against the first rival of the game."""
        flight = fly(self.game, self.policies[name], against=self.game.rival_names[0], seed="1")
        counted = Counter(debrief(flight).leading).most_common()
        return ", ".join(f"{loop} in {count} turns" for loop, count in counted)


def league(
    game: Game,
    policies: Mapping[str, str],
    seeds: Sequence[str],
    *,
    keep: str | os.PathLike[str] | None = None,
    told: Callable[[int, int], None] = lambda done, whole: None,
    scheduler: Any = None,
) -> League:
    """Fly all pairs of policies, in both seats and on all seeds.

    A policy that cannot be read is refused and told; one that cannot decide loses that flight. No
    other flight is touched.

    Parameters
    ----------
    game : Game
    policies : mapping of str to str
        Their texts, by name. The baselines of the game fly as well.
    seeds : sequence of str
    keep : path, optional
        A file that keeps what is done, so that a league that was stopped goes on.
    told : function, optional
        Is told the flights done, and how many there are.
    scheduler : dask.distributed.Client, optional
        Spreads the flights over a cluster.

    Raises
    ------
    ModelError
        If there are no seeds, or too many policies.

    Examples
    --------
    >>> from flywheel_edu.play.rules import game
    >>> table = league(game("two_pages"), {"Dear": "price [USD/order] = 40"}, ["1"]).table()
    >>> sorted(table.index)
    ['Asleep', 'Copycat', 'Dear', 'Steady']
    """
    seeds = tuple(dict.fromkeys(seeds))
    if not seeds:
        raise ModelError("a league needs at least one seed")
    if len(policies) > MOST:
        raise ModelError(f"these are {len(policies)} policies; {MOST} are allowed")
    flown, refused = _read(game, policies)
    names = list(flown)
    pairs = [(one, other) for one in range(len(names)) for other in range(len(names))]
    key = _key(game, flown, seeds)
    kept = _kept(keep, key)
    scores = np.zeros((len(names), len(names), len(seeds)))
    ruined = np.zeros_like(scores)
    broken: dict[str, str] = dict(kept.get("broken", {}))
    many = max(1, AT_ONCE // len(pairs))
    players = tuple([flown[names[pair[seat]]] for pair in pairs] for seat in (0, 1))
    whole = len(pairs) * len(seeds)
    for start in range(0, len(seeds), many):
        some = seeds[start : start + many]
        done = kept["parts"].get(str(start))
        if done is None:
            row = [seed for seed in some for _ in pairs]
            sides = (players[0] * len(some), players[1] * len(some))
            flights = fly_boards(game, sides, row, scheduler=scheduler)
            for (side, board), why in flights.broken.items():
                broken.setdefault(names[pairs[board % len(pairs)][side]], why)
            done = [flights.scores.tolist(), flights.ruined.astype(int).tolist()]
            kept["parts"][str(start)] = done
            if keep is not None:
                write_beside(keep, json.dumps({**kept, "broken": broken}))
        shape = (2, len(some), len(names), len(names))
        for into, values in zip((scores, ruined), done, strict=True):
            first, second = np.reshape(values, shape)
            both = (first + second.transpose(0, 2, 1)) / 2
            into[:, :, start : start + len(some)] = both.transpose(1, 2, 0)
        told(min(whole, (start + len(some)) * len(pairs)), whole)
    return League(game, flown, seeds, scores, ruined, refused, broken)


def policies_in(folder: str | os.PathLike[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of the ``*.policy`` files of a folder by their names, and why others are left out.

    Links are not followed, and only the beginning of a file that is too long is read.
    """
    texts: dict[str, str] = {}
    refused: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.policy")):
        name = path.stem[:60]
        if path.is_symlink() or not path.is_file():
            refused[name] = "this is no file"
            continue
        with path.open("rb") as file:
            raw = file.read(4 * MOST_LETTERS + 1)
        try:
            texts[name] = raw.decode("utf-8")
        except UnicodeDecodeError:
            refused[name] = "this file is no text"
    return texts, refused


def _read(game: Game, policies: Mapping[str, str]) -> tuple[dict[str, Policy], dict[str, str]]:
    flown = {name: game.rival(name) for name in game.baseline_names}
    refused: dict[str, str] = {}
    for name, text in policies.items():
        if name in game.policies:
            refused[name] = "a policy of the game has this name"
            continue
        try:
            flown[name] = read_policy(text, game, name)
        except (ModelError, RecursionError) as problem:
            refused[name] = str(problem)
    return flown, refused


def _key(game: Game, flown: Mapping[str, Policy], seeds: Sequence[str]) -> str:
    """What a league that goes on must have in common with the one that began."""
    all_of_it = [game.digest, {name: policy.text for name, policy in flown.items()}, list(seeds)]
    return hashlib.sha256(json.dumps(all_of_it).encode()).hexdigest()


def _kept(keep: str | os.PathLike[str] | None, key: str) -> dict[str, Any]:
    """What is done of the same league, from its file."""
    fresh: dict[str, Any] = {"key": key, "parts": {}, "broken": {}}
    if keep is None or not Path(keep).is_file():
        return fresh
    try:
        kept = json.loads(Path(keep).read_text("utf-8"))
    except ValueError:
        return fresh
    return kept if isinstance(kept, dict) and kept.get("key") == key else fresh
