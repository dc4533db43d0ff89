"""`flywheel fly`: a game flown by a policy, or a flight again; `league`: a folder of policies."""

from __future__ import annotations

import argparse
import secrets
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flywheel_edu as fw
from flywheel_edu.charts.amounts import in_full
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError, printable
from flywheel_edu.files import write_beside

if TYPE_CHECKING:
    from flywheel_edu.play import Game

_LARGEST = 100_000  # bytes of a text that is read
_SEEDS = 20
_ANSWER = 10  # seconds within which a cluster has to answer


def add(commands: Any) -> None:
    """Add both commands to the parser."""
    parser = commands.add_parser(
        "fly",
        help="fly a game by a policy, or a flight again from its text",
        description="Fly a game with a policy from a file and print what came of it; or, with "
        "--replay, fly a flight again and say whether its score is what comes of its decisions.",
    )
    parser.add_argument("policy", metavar="POLICY", nargs="?", help="a file with a policy")
    parser.add_argument(
        "--game", metavar="GAME", default="two_pages", help="a game's name, or its file"
    )
    parser.add_argument("--against", metavar="NAME", default="", help="a rival of the game")
    parser.add_argument("--seed", metavar="WORD", help="its luck; with --replay, what it must be")
    parser.add_argument("--replay", metavar="FILE", help="a flight to be flown again")
    parser.add_argument("--out", metavar="FILE", help="where to keep the flight as text")
    parser.set_defaults(run=run_fly)
    parser = commands.add_parser(
        "league",
        help="fly all policies of a folder against one another",
        description="Fly every NAME.policy of a folder against every other, in both seats and on "
        "all seeds, with the baselines of the game among them. What is done is kept, so that a "
        "league that was stopped goes on.",
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--game", default="two_pages", help="a game's name, or its file")
    parser.add_argument(
        "--seeds", metavar="FILE", type=Path, default=Path("league.seeds"),
        help=f"the teacher's seeds, one to a line; {_SEEDS} are made if it is new",
    )  # fmt: skip
    parser.add_argument("--out", metavar="FILE", type=Path, default=Path("league.html"))
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster to fly on")
    parser.set_defaults(run=run_league)


def run_fly(args: argparse.Namespace) -> int:
    """Fly once."""
    on = game_of(args.game)
    if args.replay:
        text = text_of(args.replay)
        named = text.partition(" of ")[2].partition(" ")[0]
        board = fw.play.game(named) if named in fw.play.games() else on
        flight = fw.play.replay(text, board, seed=args.seed)
        say(f"The score holds: {flight.score:,.0f}.", strong=True)
    else:
        policy = text_of(args.policy) if args.policy else None
        flight = fw.play.fly(on, policy, against=args.against, seed=args.seed or "1")
    say(str(fw.play.debrief(flight)))
    say()
    table = flight.table()[[*flight.game.decides, *flight.game.seen[:4]]]
    heads = ("turn", *table.columns)
    rows = [(str(turn), *(in_full(each, 4) for each in row)) for turn, *row in table.itertuples()]
    say_table(heads, rows, right=heads)
    if args.out:
        write_beside(args.out, str(flight))
        say(f"Written: {args.out}")
    return 0


def run_league(args: argparse.Namespace) -> int:
    """Fly the league."""
    from tqdm import tqdm

    from flywheel_edu.play.rounds import policies_in

    if not args.folder.is_dir():
        raise CommandError(f"there is no folder {args.folder}")
    texts, left_out = policies_in(args.folder)
    if not texts:
        raise CommandError(
            f"{args.folder} has no policies", "each is a file NAME.policy with a few lines"
        )
    if not args.seeds.is_file():
        made = "".join(f"{secrets.token_hex(6)}\n" for _ in range(_SEEDS))
        write_beside(args.seeds, made)
    seeds = text_of(str(args.seeds)).split()
    with _client(args.scheduler) as client, tqdm(total=1, unit="flight", leave=False) as bar:

        def told(done: int, whole: int) -> None:
            bar.total, bar.n = whole, done
            bar.refresh()

        found = fw.play.league(
            game_of(args.game), texts, seeds, keep=args.out.with_suffix(".json"), told=told,
            scheduler=client,
        )  # fmt: skip
    table = found.table()
    say_table(
        ("policy", "mean", "worst", "ruined"),
        [(str(n), f"{m:.2f}", f"{w:.2f}", f"{100 * r:.0f} %") for n, m, w, r in table.itertuples()],
        right=("mean", "worst", "ruined"),
    )
    for name, why in {**left_out, **found.refused}.items():
        say(f"Not flown: {name}. {why.splitlines()[0]}")
    for name, why in found.broken.items():
        say(f"Could not decide: {name}. {why}")
    write_beside(args.out, found.page())
    say(f"Written: {args.out}")
    return 0


def _client(address: str | None) -> Any:
    if address is None:
        return nullcontext()
    try:
        from distributed import Client
    except ImportError:
        raise CommandError(
            "a cluster needs Dask", "python -m pip install flywheel-edu[dask]"
        ) from None
    try:
        return Client(address, timeout=_ANSWER)
    except (OSError, ValueError):
        raise CommandError(
            f"no Dask cluster answers at {printable(address)}",
            "it prints its own address when it starts, such as tcp://192.168.1.5:8786",
        ) from None


def game_of(named: str) -> Game:
    """A game of the package by its name, or one from a file."""
    return fw.play.read_game(named) if named.endswith(".game") else fw.play.game(named)


def text_of(path: str) -> str:
    """The text of a small file."""
    with Path(path).open("rb") as file:
        raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise CommandError(f"{path} is larger than {_LARGEST:,} bytes", "a policy is a few lines")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{path} is no text") from None
