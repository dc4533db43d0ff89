"""The cockpit: what code does in it, and what the board writes, by rules from the run."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu import play
from flywheel_edu.widgets import Cockpit
from flywheel_edu.widgets.cockpit.core import flown
from flywheel_edu.widgets.shared.module import WIDGETS
from tests.programs import program

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


def in_node(script, given):
    """What a script with the engine, the letters and ``given`` in its hands says."""
    sources = [
        json.dumps((WIDGETS / f"cockpit/{name}.js").as_uri()) for name in ("engine", "letters")
    ]
    script = f"""
    import * as engine from {sources[0]};
    import {{ letter }} from {sources[1]};
    import {{ readFileSync }} from "node:fs";
    const given = JSON.parse(readFileSync(0, "utf8"));
    const programOf = text => import("data:text/javascript," + encodeURIComponent(text));
    const say = made => console.log(JSON.stringify(made));
    {script}"""
    command = [program("node", package="nodejs"), "--input-type=module", "-e", script]
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def letters(cases):
    """What the board writes in each case: quantities before and after four turns."""
    return in_node("say(given.map(each => letter(...each)));", cases)


FLY = """
const made = [];
for (const { game, hand } of given) {
  const [world, rival] = await Promise.all([game.module, game.rival.module].map(programOf));
  const flown = engine.fly(game, world, rival, hand);
  const text = engine.textOf(game, flown, hand);
  const again = engine.readFlight(game, text);
  let runs = 0;
  const counted = { run: values => (runs += 1, world.run(values)) };
  for (let n = 1; n < game.turns; n += 1) engine.fly(game, counted, rival, hand.slice(0, n));
  const scores = [hand, again.hand].map(each => engine.fly(game, counted, rival, each).score);
  const same = scores.every(each => each === flown.score) && runs;
  const series = Object.fromEntries(Object.entries(flown.series).map(([n, row]) => [n, [...row]]));
  made.push({ ...flown, series, text, same });
}
say(made);"""
STOPS = "price [USD/order] = rival_price / (4 - turn)"  # a rival that cannot decide in turn 4


def random_flight(game, at, rng):
    """One of the game's rivals, or one of one's own, a seed, and decisions within their ranges."""
    rivals = [*game.policies.values()]
    if game.key == "two_pages":
        rivals.append(game.policy(STOPS, "Stops"))
    rival = rivals[at % len(rivals)]
    ranges = {name: game.decision(name).limits for name in game.decides}
    low = rng.uniform(0, 0.5)  # some flights begin anywhere, others near the lower ends
    turns = [
        {
            name: float(rng.uniform(a, a + (b - a) * max(low, 0.2)))
            for name, (a, b) in ranges.items()
        }
        for _ in range(game.turns)
    ]
    hand = [{"decided": d, "forecast": float(rng.uniform(0, 1e5)), "reason": "so"} for d in turns]
    return rival, f"s{at}", hand


@pytest.mark.parametrize("name", play.games())
def test_a_flight_in_javascript_is_the_flight_in_python(name):
    game, rng = play.game(name), np.random.default_rng(12)
    flights = [random_flight(game, at, rng) for at in range(24)]
    given = [{"game": flown(game, rival, seed), "hand": hand} for rival, seed, hand in flights]
    ruined = 0
    for (rival, seed, hand), there in zip(flights, in_node(FLY, given), strict=True):
        here = play.fly(
            game, against=rival, seed=seed, hand=[each["decided"] for each in hand],
            forecasts=[each["forecast"] for each in hand], reasons=["so"] * game.turns,
        )  # fmt: skip
        assert there["numbers"] == pytest.approx(dict(here.numbers), rel=1e-12)
        assert there["score"] == pytest.approx(here.score, rel=1e-12)
        assert there["rivalScore"] == pytest.approx(here.rival_score, rel=1e-12)
        assert there["ruined"] == here.ruined
        for each, row in there["series"].items():
            scale = max(map(abs, row)) or 1
            assert np.abs(here.run[each] - row).max() <= 1e-12 * scale, each
        assert there["text"].splitlines()[:-1] == str(here).splitlines()[:-1]
        assert play.replay(there["text"]).score == here.score
        assert there["same"] == 2 * game.turns  # turn by turn, a run each; then all at once
        ruined += here.ruined
    if name == "two_pages":
        assert 0 < ruined < len(flights)


def test_a_text_that_is_no_flight_of_this_game_is_told_in_words():
    game = play.game("two_pages")
    right = str(play.fly(game, against="Asleep", seed="oak"))
    cases = [
        "",
        "Dear diary",
        right.replace("flight 1 of two_pages", "flight 1 of two_clouds"),
        right.replace("seed oak", "seed elm"),
        right.replace("against Asleep", "against Builder"),
        right.replace("turn 3:", "turn 4:"),
        right.replace("turn 2: price = 24", "turn 2: price = 240"),
        right.replace("turn 2: price = 24", "turn 2: prize = 24"),
        right.replace("turn 2: price = 24", "turn 2: price = alert(1)"),
        "\n".join(right.splitlines()[:-1]),
    ]
    script = """say(given.texts.map(text => {
      try { return engine.readFlight(given.game, text).hand.length; }
      catch (problem) { return problem.message; }
    }));"""
    shown = flown(game, game.rival("Asleep"), "oak")
    head = "here it is 'seed oak against Asleep'."
    unread = "of this flight cannot be read, or decides what is not allowed."
    assert in_node(script, {"game": shown, "texts": [right, *cases]}) == [
        20,
        *["This is no flight: take the whole text of one, from its first line."] * 2,
        "This flight is of another game, or of another edition of it.",
        f"This flight has 'seed elm against Asleep'; {head}",
        f"This flight has 'seed oak against Builder'; {head}",
        f"Turn 3 {unread}",
        *[f"Turn 2 {unread}"] * 3,
        "The last line of this flight is not its score.",
    ]


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
