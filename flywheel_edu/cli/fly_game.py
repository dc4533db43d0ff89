"""`flywheel fly`: a game flown by a policy, or a flight flown again from its text."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flywheel_edu.charts.amounts import in_full
from flywheel_edu.cli.say import say, say_table
from flywheel_edu.errors import CommandError
from flywheel_edu.files import write_beside

if TYPE_CHECKING:
    from flywheel_edu.play import Game

_LARGEST = 100_000  # bytes of a text that is read


def add(commands: Any) -> None:
    """Add the command to the parser."""
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
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fly once."""
    from flywheel_edu import play

    on = game_of(args.game)
    if args.replay:
        text = text_of(args.replay)
        named = text.partition(" of ")[2].partition(" ")[0]
        board = play.game(named) if named in play.games() else on
        flight = play.replay(text, board, seed=args.seed)
        say(f"The score holds: {flight.score:,.0f}.", strong=True)
    else:
        policy = text_of(args.policy) if args.policy else None
        flight = play.fly(on, policy, against=args.against, seed=args.seed or "1")
    say(str(play.debrief(flight)))
    say()
    table = flight.table()[[*flight.game.decides, *flight.game.seen[:4]]]
    heads = ("turn", *table.columns)
    rows = [(str(turn), *(in_full(each, 4) for each in row)) for turn, *row in table.itertuples()]
    say_table(heads, rows, right=heads)
    if args.out:
        write_beside(args.out, str(flight))
        say(f"Written: {args.out}")
    return 0


def game_of(named: str) -> Game:
    """A game of the package by its name, or one from a file."""
    from flywheel_edu import play

    return play.read_game(named) if named.endswith(".game") else play.game(named)


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
