"""Flights: text that anybody can fly again, to the last digit and by every engine."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu import play
from flywheel_edu.play.flying import fly_boards
from tests import needs
from tests.simulate.node import run_under_node

TOWN = play.game("two_pages")
each_game = pytest.mark.parametrize("name", play.games())


@pytest.fixture(scope="module")
def flight():
    return play.fly(
        TOWN, "price [USD/order] = min(30 [USD/order], rival_price + 1 [USD/order])",
        against="Builder", seed="oak", hand=[{"price": 22, "fee": 0.2}, {"price": 21.7}],
        forecasts=[20_000, 25_000], reasons=["to be seen", "a # sign; and a turn 3: price = 1"],
    )  # fmt: skip


def test_a_flight_is_flown_again_from_its_text_to_the_last_digit(flight):
    again = play.replay(str(flight))
    assert (again.score, again.ruined) == (flight.score, flight.ruined)
    assert str(again) == str(flight)


def test_a_flight_against_a_policy_of_ones_own_carries_that_policy():
    rival = TOWN.policy("price [USD/order] = 20 [USD/order]\n\nfee [1] = 0.1", "Mine")
    flight = play.fly(TOWN, against=rival, seed="ash")
    assert play.replay(str(flight)).score == flight.score


def test_a_rival_of_any_name_stands_in_a_flight_as_a_word():
    flight = play.fly(TOWN, against=TOWN.policy("price [USD/order] = 20", "Team 3\nscore 9"))
    assert "seed 1 against Team_3_score_9\n" in str(flight)
    assert play.replay(str(flight)).score == flight.score


def test_a_table_of_forecasts_goes_back_into_a_flight(flight):
    again = play.fly(TOWN, against="Builder", forecasts=flight.table()["forecast"])
    assert again.forecasts == flight.forecasts


ALL = (
    "range_spending [USD/quarter] = 80000\nreinvested [1] = 0.4\n"
    "capacity_ordered [order/quarter/quarter] = 8000"
)
RISING = [25_000 + 500 * turn for turn in range(20)]


@pytest.mark.parametrize(
    ("slip", "met", "not_met"),
    [
        # Both cheap for some quarters; one alone, or both for two: the copycat begins in turn 3.
        ("price war", ("Copycat", [{"price": 16}] * 20), ("Asleep", [{"price": 16}] * 20)),
        ("price war", ("Copycat", [{"price": 16}] * 5 + [{"price": 24}]),
         ("Copycat", [{"price": 16}] * 4 + [{"price": 24}])),
        # Cheap with no new warehouses; dear with as many as there may be.
        ("capacity too late", ("Asleep", [{"price": 16}]),
         ("Asleep", [{"price": 30, "capacity_ordered": 8000}])),
        ("milked by the fee", ("Asleep", [{"fee": 0.4}]), ("Asleep", [{"fee": 0.2}])),
        # For two quarters is a try; what goes when the fee is low again was not milked.
        ("milked by the fee", ("Asleep", [{"fee": 0.4}] * 4 + [{"fee": 0.1}]),
         ("Asleep", [{"fee": 0.4}] * 2 + [{"fee": 0.1}])),
        # All spent on growth; nothing done, while a rival takes the customers.
        ("cash out while growing", ("Asleep", ALL), ("Grudge", [])),
    ],
)  # fmt: skip
def test_each_slip_is_told_of_who_met_it_and_of_nobody_else(slip, met, not_met):
    for (against, did), told in ((met, True), (not_met, False)):
        how = {"policy": did} if isinstance(did, str) else {"hand": did}
        assert (slip in play.debrief(play.fly(TOWN, against=against, **how)).slips) is told


@pytest.mark.parametrize(
    ("forecasts", "met"),
    [
        (lambda came: RISING, True),
        (lambda came: [24_000, *[each + 3000 for each in came[:-1]]], True),
        (lambda came: [1.1 * each for each in came], False),
        (lambda came: came, False),
        (lambda came: RISING[:3], False),
    ],
)
def test_a_straight_line_is_one_from_the_first_forecast_or_from_each_turn(forecasts, met):
    policy = "capacity_ordered [order/quarter/quarter] = 8000"
    came = list(play.fly(TOWN, policy, against="Asleep").came)
    flight = play.fly(TOWN, policy, against="Asleep", forecasts=forecasts(came))
    assert ("forecasting a straight line" in play.debrief(flight).slips) is met


def test_who_is_ruined_is_told_when_the_cash_ran_out_and_whether_it_grew():
    broke = play.debrief(play.fly(TOWN, ALL, against="Asleep"))
    cash, orders = broke.flight.run["cash_us"], broke.flight.run["orders_us"]
    at = int(np.flatnonzero(cash < 0)[0])
    assert f"ruined, the cash ran out in turn {at // 8 + 1}," in str(broke)
    assert broke.slips["cash out while growing"] == (
        f"The cash ran out in turn {at // 8 + 1}, "
        f"in full growth: orders went from {orders[at - 32]:,.0f} to {orders[at]:,.0f}."
    )
    dear = play.debrief(play.fly(TOWN, "price [USD/order] = 44", against="Builder"))
    assert "ruined, the cash ran out after the last turn," in str(dear)
    assert dear.slips == {}


def test_a_flight_is_an_ordinary_run_of_an_ordinary_model(flight):
    run = flight.run
    assert run["price_us"][0] == 22
    assert run["price_us"][8] == 21.7
    assert run["worth_us"][-1] == flight.score
    # Cash is what was there, and what came in and went out.
    gained = flight.model.clock.step * run["cash_flow_us"][:-1].sum()
    assert run["cash_us"][-1] - run["cash_us"][0] == pytest.approx(gained, rel=1e-9)


def test_a_decision_holds_from_the_first_step_of_its_turn_to_the_last():
    hand = [{"price": 20 + turn} for turn in range(20)]
    price = play.fly(TOWN, hand=hand, against="Asleep").run["price_us"]
    assert price[:-1].tolist() == [20 + min(at // 8, 19) for at in range(224)]


@each_game
@needs.machine_code
@pytest.mark.parametrize("engine", ["numpy", "machine"])
def test_the_engines_fly_the_same_flight(name, engine):
    game = play.game(name)
    players = [game.rival(each) for each in game.rival_names[1:]]
    plain = fly_boards(game, (players, players[::-1]), ["1", "2", "3"], engine="python")
    quick = fly_boards(game, (players, players[::-1]), ["1", "2", "3"], engine=engine)
    assert quick.scores == pytest.approx(plain.scores, rel=1e-12)
    for given, values in plain.numbers.items():
        assert quick.numbers[given] == pytest.approx(values, rel=1e-12)


@each_game
def test_javascript_flies_the_same_flight(name, tmp_path):
    game = play.game(name)
    flight = play.fly(game, game.rival("Builder"), against=game.rival_names[1], seed="oak")
    case = {"text": fw.javascript(game.model), "values": flight.numbers, "options": {}}
    series = run_under_node([case], tmp_path)[0]["series"]
    for each in ("worth_us", "cash_them", f"{game.forecasts}_us"):
        assert series[each] == pytest.approx(flight.run[each].tolist(), rel=1e-12)


def test_luck_comes_of_the_seed_alone_and_on_every_computer():
    digest = hashlib.sha256(b"oak\ndemand\n1").digest()
    chance = int.from_bytes(digest[:6], "big") / 2**48
    luck = TOWN.lucks("oak")
    assert luck["demand_1"] == 0.9 + (1.1 - 0.9) * chance
    slump = [turn for turn in range(1, 21) if luck[f"supply_{turn}"] < 1]
    assert len(slump) == 3
    assert 7 <= slump[0] <= 14


@each_game
def test_both_seats_are_alike(name):
    game = play.game(name)
    one, other = game.rival(game.rival_names[1]), game.rival("Builder")
    boards = fly_boards(game, ([one, other], [other, one]), ["1", "1"], engine="python")
    assert boards.scores[0].tolist() == pytest.approx(boards.scores[1, ::-1].tolist(), rel=1e-9)


@each_game
def test_a_thousand_random_flights_give_the_same_scores_again(name):
    game, rng, count = play.game(name), np.random.default_rng(21), 1000
    hand = [
        {each: rng.uniform(*game.decision(each).range, count) for each in game.decides}
        for _ in range(game.turns)
    ]
    rivals = [game.rival(game.rival_names[at % 4]) for at in range(count)]
    seeds = [str(at % 7) for at in range(count)]
    done = fly_boards(game, ([None] * count, rivals), seeds, hand)
    assert np.isfinite(done.scores).all()
    for at in rng.choice(count, 12, replace=False):
        own = [{each: float(values[at]) for each, values in turn.items()} for turn in hand]
        flight = play.fly(game, against=rivals[at], seed=seeds[at], hand=own)
        assert flight.score == pytest.approx(done.scores[0, at], rel=1e-9)
        assert play.replay(str(flight)).score == flight.score


def changed(text, *pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("score ", "score 9")], "the score in this flight is 9"),
        ([("price = 22", "price = 22.5")], "the score in this flight is"),
        ([("seed oak", "seed elm")], "the score in this flight is"),
        ([("Builder", "Asleep")], "the score in this flight is"),
        ([("Builder", "Nobody")], "this game has no policy 'Nobody'"),
        ([("two_pages", "no_pages")], "there is no game called 'no_pages'"),
        ([("flight 1", "flight 2")], "this flight is written in version 2, not 1"),
        ([("price = 22", "price = 1")], "turn 1: 'price' = 1 is outside 16 .. 44 [USD/order]"),
        ([("price = 22", "price = 1e999")], "turn 1: 'price' = inf is outside 16 .. 44"),
        ([("price = 22", "price = inf")], "turn 1 of this flight cannot be read"),
        ([("price = 22", "price = nan")], "turn 1 of this flight cannot be read"),
        ([("price = 22", "price = 2 * 11")], "turn 1 of this flight cannot be read"),
        ([("price = 22", "cash = 22")], "turn 1 decides 'cash', which is none of this game's"),
        ([("price = 22", "demand_1 = 1.1")], "turn 1 decides 'demand_1', which is none"),
        ([("price = 22", "price_them_1 = 40")], "turn 1 decides 'price_them_1', which is none"),
        ([("price = 22", "price = 22, price = 16")], "turn 1 of this flight decides something"),
        ([("forecast 20000", "forecast 1e999")], "turn 1: a forecast is a finite number"),
        ([("Builder", "Builder\n    price [USD/order] = 44")], "the game has a policy of its own"),
        ([("turn 2:", "turn 3:")], "turn 2 of this flight cannot be read"),
        ([("turn 1:", "turn 0:")], "turn 1 of this flight cannot be read"),
        ([("score ", "score = ")], "the last line is not the score"),
        ([("seed oak against", "seed against")], "line 2 is not how a flight begins"),
        ([("flight 1", "import os; flight 1")], "line 1 is not how a flight begins"),
    ],
)  # fmt: skip
def test_a_flight_that_was_changed_is_told(flight, pairs, said):
    with pytest.raises(fw.FlywheelError) as caught:
        play.replay(changed(str(flight), *pairs))
    assert str(caught.value).startswith(said)


def test_a_flight_of_another_edition_is_told(flight):
    text = str(flight).replace(TOWN.digest, "0" * 16 + " " + "0" * 16)
    with pytest.raises(fw.FlywheelError, match="another edition of 'two_pages'"):
        play.replay(text)


def test_a_flight_on_another_seed_than_asked_for_is_told(flight):
    with pytest.raises(fw.FlywheelError, match="flown on the seed oak, not on elm"):
        play.replay(str(flight), seed="elm")


@pytest.mark.parametrize("text", ["", "\n", "x" * 60_000, "flight", None, 7])
def test_what_is_no_flight_is_refused(text):
    with pytest.raises(fw.FlywheelError):
        play.replay(text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            lambda f: play.fly(7),
            'fly takes a Game, not int\n  hint: make one with play.game("two_pages")',
        ),
        (
            lambda f: play.fly(TOWN, policy=5),
            "a game is flown by a Policy, not int\n  hint: write it as text, or game.policy(...)",
        ),
        (
            lambda f: play.fly(TOWN, against=5),
            "a game is flown by a Policy, not int\n  hint: write it as text, or game.policy(...)",
        ),
        (
            lambda f: play.fly(TOWN, hand=5),
            'hand is a list of decisions, not int\n  hint: write [{"price": 20}]',
        ),
        (
            lambda f: play.fly(TOWN, hand=[5]),
            'turn 1 is decided by names, not int\n  hint: write {"price": 20}',
        ),
        (
            lambda f: play.fly(TOWN, hand=[{"price": "dear"}]),
            "turn 1: 'price' is a number, not str\n  hint: write price=16",
        ),
        (
            lambda f: play.fly(TOWN, forecasts=5),
            "forecasts is a list of numbers, not int\n  hint: write [26000, None, 30000]",
        ),
        (
            lambda f: play.fly(TOWN, forecasts=[1, "much"]),
            "turn 2: a forecast is a number, not str\n  hint: write [26000, None, 30000]",
        ),
        (
            lambda f: play.fly(TOWN, reasons=5),
            'reasons is a list of words, not int\n  hint: write ["the halls are full"]',
        ),
        (
            lambda f: play.debrief("x"),
            "debrief looks at a Flight, not str\n  hint: make one with play.fly(...)",
        ),
        (lambda f: play.debrief(f).again("x"), "there is no turn 'x': this game has turns 1 to 20"),
        (
            lambda f: play.debrief(f).again(0, price=30),
            "there is no turn 0: this game has turns 1 to 20",
        ),
        (
            lambda f: play.debrief(f).again(2, price="x"),
            "turn 2: 'price' is a number, not str\n  hint: write price=16",
        ),
        (
            lambda f: play.league(7, {}, ["1"]),
            'league flies a Game, not int\n  hint: make one with play.game("two_pages")',
        ),
        (
            lambda f: play.league(TOWN, ["price"], ["1"]),
            'a league takes texts by their names, not list\n  hint: write {"Dear": "price ..."}',
        ),
        (lambda f: play.read_game("nowhere/my.game"), "there is no folder 'nowhere'"),
        (
            lambda f: play.read_game(7),
            "read_game takes a file's name, not int\n  hint: write: read_game('my.game')",
        ),
    ],
)
def test_another_kind_of_thing_is_told_in_words(flight, asked, said):
    with pytest.raises(fw.FlywheelError) as caught:
        asked(flight)
    assert str(caught.value) == said


def test_a_game_that_is_not_there_is_told_with_those_that_are(tmp_path):
    for there in ("shops.game", "shop.flywheel"):
        (tmp_path / there).write_text("game on shop.flywheel between us, them\n")
    with pytest.raises(fw.FlywheelError) as caught:
        play.read_game(tmp_path / "shop.game")
    asked = tmp_path / "shop.game"
    assert str(caught.value) == f"there is no file '{asked}'\n  hint: did you mean 'shops.game'?"
