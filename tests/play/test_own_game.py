"""A teacher's own game, as the guide writes it: the package's games are needed nowhere by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu import play
from flywheel_edu.cli import main
from flywheel_edu.widgets import Cockpit

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide.md"
BLOCKS = re.findall(r"^```text\n(# Two kiosks.*?)^```", GUIDE.read_text("utf-8"), re.M | re.S)
DEAR = "asked [EUR/cup] = 5 [EUR/cup]"


@pytest.fixture
def path(tmp_path):
    for name, text in zip(("kiosks.flywheel", "kiosks.game"), BLOCKS, strict=True):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / "kiosks.game"


def test_a_game_written_as_the_guide_says_is_flown_replayed_and_talked_over(path):
    kiosks = play.read_game(path)
    flight = play.fly(kiosks, DEAR, against="Mimic", forecasts=[60.0] * 14)
    assert play.replay(str(flight), kiosks).score == flight.score
    assert "    asked [EUR/cup], from 1 to 5, at first 3: what a cup costs\n" in str(kiosks)
    with pytest.raises(fw.ModelError, match=r"own: replay\(text, read_game\('FILE.game'\)\)"):
        play.replay(str(flight))
    with pytest.raises(fw.ModelError, match="name the game it was flown on: --game, or replay"):
        play.replay(str(flight), play.game("two_pages"))
    told = play.debrief(flight)
    guests = flight.table()["guests"]
    assert told.slips["milked by the asked"].endswith(
        f"and {guests[1]:.1f} guests became {guests[14]:.1f}."
    )
    assert set(told.loops) == {"Talk", "Queue"}
    cheap = play.debrief(play.fly(kiosks, "asked [EUR/cup] = 1 [EUR/cup]", against="Mimic"))
    assert {"price war", "capacity too late", "cash out while growing"} <= set(cheap.slips)
    assert "The purse ran out in turn" in cheap.slips["cash out while growing"]


def test_a_league_a_cockpit_and_the_commands_take_it(path, capsys, monkeypatch):
    monkeypatch.chdir(path.parent)
    kiosks = play.read_game(path)
    assert (
        Cockpit(kiosks, "Mimic").words() == "Two kiosks, against Mimic: 14 turns, none flown yet."
    )
    (path.parent / "Dear.policy").write_text(DEAR)
    assert main(["fly", "Dear.policy", "--game", "kiosks.game", "--out", "flown.txt"]) == 0
    assert main(["fly", "--replay", "flown.txt", "--game", "kiosks.game"]) == 0
    assert "The score holds" in capsys.readouterr().out
    assert main(["league", ".", "--game", "kiosks.game"]) == 0
    assert "League: Two kiosks" in Path("league.html").read_text("utf-8")


def test_a_model_that_names_no_loops_is_talked_over_without_them(path):
    model = path.with_suffix(".flywheel")
    model.write_text(re.sub(r"(?m)^ *loop .*\n", "", model.read_text("utf-8")), "utf-8")
    kiosks = play.read_game(path)
    told = play.debrief(play.fly(kiosks, against="Mimic"))
    assert len(told.leading) == 0
    assert "What drove" not in str(told)
    assert "<h2>1. Dear</h2>" in play.league(kiosks, {"Dear": DEAR}, ["a"]).page()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("money purse", "money gold", "'gold' is not seen"),
        ("full queue", "full wages", "'wages' is not seen"),
        ("war asked", "war guests", "'guests' is not decided"),
        ("milk asked of guests", "milk guests of asked", "'guests' is not decided"),
        ("slump dry", "slump sun", "one given has two kinds of luck here"),
        ("milk asked of guests", "milk asked", "this line 'milk' cannot be read"),
        ("sun in 0.7 .. 1.3", "sun in 1.3 .. 0.7", "the range 1.3 .. 0.7 is empty"),
        ("sun in 0.7 .. 1.3", "sun in 0.2 .. 1.3", "'sun' = 0.2 is outside its range 0.5 .. 1.5"),
        ("dry to 0.5", "dry to 2", "'dry' = 2 is outside its range 0 .. 1"),
        ("between 4 .. 10", "between 4 .. 40", "a slump begins in one of the turns 1 to 14"),
        ("turn 1 for 14", "turn 0 for 14", "14 turns of 0 do not fit the model's time line"),
        ("turn 1 for 14", "turn 1 for 0", "this line 'turn' cannot be read"),
        ("ruin broke", "let go helpers = 9\nruin broke", "'helpers_left' = 9 is outside its range"),
        ("ruin broke", "let go guests = 9\nruin broke", "the model has no given 'guests_left'"),
        ("ruin broke", "ruin broke\nscore guests", "a game has one line 'score'\n  line 13: score"),
        (
            "late 1: rival_asked",
            "late 1: guests",
            "'guests' stands here a second time\n  line 8: see",
        ),
        (
            "decide asked",
            "decide asked, asked",
            "'asked' stands here a second time\n  line 5: decide",
        ),
        ("score purse", "score gold", "the model has no 'gold'\n  line 11: score gold"),
    ],
)
def test_what_is_watched_is_seen_or_decided(path, old, new, said):
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(fw.FlywheelError) as caught:
        play.read_game(path)
    assert str(caught.value).startswith(said)
