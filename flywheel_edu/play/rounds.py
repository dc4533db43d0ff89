"""A league: every policy against every other, in both seats, over the teacher's seeds."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from flywheel_edu.errors import ModelError, need
from flywheel_edu.files import write_beside
from flywheel_edu.later import pd
from flywheel_edu.play.debriefing import debrief
from flywheel_edu.play.flight import fly
from flywheel_edu.play.flying import fly_boards
from flywheel_edu.play.policy import MOST_LETTERS, Policy, read_policy
from flywheel_edu.play.rules import Game, meant
from flywheel_edu.simulate.on_cluster import spread, threads_of

MOST = 500  # policies
AT_ONCE = 16_000  # boards in memory together, about
_PARTS_EACH = 2  # for each thread of a cluster, so that a slow or lost worker costs little
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
            winners=[(name, self.policies[name].text) for name in own],
            rival=self.game.rival_names[0],
            loops=[(loop, list(row)) for loop, *row in self._loops(own).itertuples()],
            refused=self.refused,
            broken=self.broken,
        )

    def _loops(self, names: Sequence[str]) -> pd.DataFrame:
        """How much each named loop drove of one flight of each, against the game's first rival.

        The loop in which they differ most stands first.
        """
        rival = self.game.rival_names[0]
        flights = {n: fly(self.game, self.policies[n], against=rival, seed="1") for n in names}
        table = pd.DataFrame({n: debrief(each).loops.mean() for n, each in flights.items()})
        apart = table.max(axis=1) - table.min(axis=1)
        return table.loc[apart.sort_values(ascending=False, kind="stable").index]


def league(
    game: Game | str,
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
    game : Game or str
    policies : mapping of str to str
        Their texts, by name. The baselines of the game fly as well.
    seeds : sequence of str
    keep : path, optional
        A file that keeps what is done, so that a league that was stopped goes on.
    told : function, optional
        Is told the flights done, and how many there are.
    scheduler : dask.distributed.Client, optional
        Spreads the flights over a cluster, some seeds to a worker; what is not done there is flown
        here.

    Raises
    ------
    ModelError
        If there are no seeds, or too many policies.

    Examples
    --------
    >>> table = league("two_pages", {"Dear": "price [USD/order] = 40"}, ["1"]).table()
    >>> sorted(table.index)
    ['Asleep', 'Copycat', 'Dear', 'Steady']
    """
    game = meant(game, "league flies")
    need(Mapping, "a league takes texts by their names", policies, 'write {"Dear": "price ..."}')
    seeds = tuple(dict.fromkeys(seeds))
    if not seeds:
        raise ModelError("a league needs at least one seed")
    if len(policies) > MOST:
        raise ModelError(f"these are {len(policies)} policies; {MOST} are allowed")
    flown, refused = _read(game, policies)
    names = list(flown)
    key = _key(game, flown, seeds)
    kept = _kept(keep, key)
    parts: dict[str, Any] = kept["parts"]  # what is done, by the place of its seed
    todo = [at for at in range(len(seeds)) if str(at) not in parts]
    flights = len(names) ** 2
    for found, why in _parts(game, list(flown.values()), seeds, todo, scheduler):
        parts |= found
        kept["broken"] = {**why, **kept["broken"]}
        if keep is not None:
            write_beside(keep, json.dumps(kept))
        told(len(parts) * flights, len(seeds) * flights)
    if not todo:
        told(len(seeds) * flights, len(seeds) * flights)
    done = np.array([parts[str(at)] for at in range(len(seeds))], float)
    done = done.reshape(len(seeds), 2, 2, len(names), len(names))
    # In both seats on average: what the first of a pair reaches, and what it reaches as the second.
    both = (done[:, :, 0] + done[:, :, 1].swapaxes(-1, -2)) / 2
    scores, ruined = both.transpose(1, 2, 3, 0)
    return League(game, flown, seeds, scores, ruined, refused, kept["broken"])


Part = tuple[dict[str, Any], dict[str, str]]


def _parts(
    game: Game, policies: list[Policy], seeds: Sequence[str], todo: list[int], scheduler: Any
) -> Iterator[Part]:
    """What comes of the seeds to do, some at a time, here or on a cluster."""
    many = max(1, AT_ONCE // len(policies) ** 2)
    if scheduler is not None:
        many = min(many, math.ceil(len(todo) / (threads_of(scheduler) * _PARTS_EACH)) or 1)
    work = [
        (game, policies, {at: seeds[at] for at in todo[start : start + many]})
        for start in range(0, len(todo), many)
    ]
    if scheduler is None:
        return itertools.starmap(_fly_part, work)
    return spread(scheduler, _fly_part, work)


def _fly_part(game: Game, policies: list[Policy], seeds: Mapping[int, str]) -> Part:
    """All pairs on some seeds: scores and ruins on both sides, by seed; who could not decide."""
    pairs = list(itertools.product(policies, repeat=2))
    first, second = map(list, zip(*pairs, strict=True))
    many = len(seeds)
    row = [seed for seed in seeds.values() for _ in pairs]
    flights = fly_boards(game, (first * many, second * many), row)
    broken: dict[str, str] = {}
    for (side, board), why in flights.broken.items():
        broken.setdefault(pairs[board % len(pairs)][side].name, why)
    shape = (2, many, len(pairs))
    scores, ruined = flights.scores.reshape(shape), flights.ruined.astype(int).reshape(shape)
    return {
        str(at): [scores[:, n].tolist(), ruined[:, n].tolist()] for n, at in enumerate(seeds)
    }, broken


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
