"""The cockpit: what code does in it, and what the board writes, by rules from the run."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

import flywheel_edu as fw
from flywheel_edu.widgets import Cockpit
from flywheel_edu.widgets.shared.module import WIDGETS

TURN = {"decided": {}, "forecast": None, "reason": ""}


def test_a_turn_beyond_its_range_is_refused_and_nothing_is_flown():
    cockpit = Cockpit("two_pages", "Asleep")
    with pytest.raises(fw.FlywheelError) as caught:
        cockpit.turn(price=100)
    assert str(caught.value) == "turn 1: 'price' = 100 is outside 16 .. 44 [USD/order]"
    assert cockpit.words() == "Two pages, one town, against Asleep: 20 turns, none flown yet."


def test_what_the_browser_flew_counts_until_python_writes_again():
    cockpit = Cockpit("two_pages", "Asleep")
    one = {"decided": {"price": 30.0}, "forecast": 1.0, "reason": "dear"}
    cockpit.played = {"of": 1, "hand": [one], "pins": []}
    assert cockpit.flight.decisions[0]["price"] == 30
    cockpit.turn(fee=0.2)
    assert [each["price"] for each in cockpit.flight.decisions[:2]] == [30, 30]
    cockpit.played = {"of": 1, "hand": [], "pins": []}
    assert cockpit.flight.decisions[1]["fee"] == 0.2


def letters(cases):
    """What the board writes in each case: quantities before and after four turns."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node here: apt-get install nodejs")
    script = f"""
    import {{ letter }} from {json.dumps((WIDGETS / "cockpit/letters.js").as_uri())};
    console.log(JSON.stringify({json.dumps(cases)}.map(([g, f, h]) => letter(g, f, h))));"""
    command = [node, "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def case(hand=(TURN,) * 4, **over):
    """A game of one step a turn, with what each quantity is at its opening and in four turns."""
    usual = {"cash": [100] * 5, "load": [0.5] * 5, "share": [0.5] * 5, "sellers": [100] * 5}
    values = {**usual, "rival_price": [24] * 5, **over}
    sees = [
        {"name": name, "sided": [name, name], "opening": row[:1] * 2, "late": 0}
        for name, row in values.items()
    ]
    decisions = [{"name": "price", "value": 24}, {"name": "fee", "value": 0.15}]
    game = {"turns": 20, "steps": 1, "sees": sees, "decisions": decisions, "forecast": "share"}
    game["watched"] = fw.play.game("two_pages").watched
    return [game, {"series": {name: row[1:] for name, row in values.items()}}, list(hand)]


def test_the_board_writes_what_the_run_says_and_the_gravest_first():
    cheap = {**TURN, "decided": {"price": 18}}
    dear = {**TURN, "decided": {"fee": 0.3}}
    wrong = {**TURN, "forecast": 0.6}
    assert letters(
        [
            case(),
            case(share=[0.5, 0.5, 0.5, 0.5, 0.56]),
            case(cash=[100, 90, 80, 70, 50], load=[2] * 5),
            case(load=[0.9, 1, 1, 1, 1.2]),
            case([dear] * 4, sellers=[100, 90, 80, 70, 60]),
            case([cheap] * 4, rival_price=[24, 24, 18, 18, 18]),
            case([wrong] * 4),
            case([TURN] * 3),
        ]
    ) == [
        "In four turns, share hardly moved. Which loop do you think did that?",
        "In four turns, share rose by 12 per cent. Which loop do you think did that?",
        "At this rate the cash lasts 2.5 turns more. What do you stop first?",
        "More is wanted than we can serve, and customers tell others. What opens when?",
        "We had 100 sellers and have 60. What is the fee worth without them?",
        "Both of you are cheap now. Who of you two gains by it, and how would it end?",
        "Your forecasts were off by 20 per cent on average. What have you left out?",
        None,
    ]
