"""Forms of the language against what they stand for, written by hand; and chance against theory."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import flywheel_edu as fw
from flywheel_edu.errors import FlywheelNotice
from flywheel_exchange import read_xmile, write_xmile

HEAD = "time month from 0 to 12 step 0.25\nstock shop [USD] = 0 in -inf .. inf\n    + flow\n"


def flow(equation: str, more: str = "") -> np.ndarray:
    text = f"{HEAD}flow [USD/month] = {equation}\n{more}"
    return fw.simulate(fw.Model.parse(text))["flow"]


def test_a_number_may_say_its_unit():
    assert flow("24 [USD] / 12 [month]")[0] == 2
    text = str(fw.Model.parse(f"{HEAD}flow [USD/month] = 24 [USD] / 12 [month]\n"))
    assert "flow [USD/month] = 24 [USD] / 12 [month]" in text
    assert fw.Model.parse(text) == fw.Model.parse(f"{HEAD}flow [USD/month] = 24[USD]/12[month]\n")


def test_the_unit_of_a_number_is_checked():
    with pytest.raises(fw.UnitsError) as caught:
        flow("24 [USD] / 2 [year]")
    assert str(caught.value) == (
        "'flow' is declared in [USD/month] but its equation gives [USD/year]\n"
        "  line 4: flow [USD/month] = 24 [USD] / 2 [year]\n"
        "                             ^^^^^^^^^^^^^^^^^^^\n"
        "  hint: change the unit, or bring in a factor in [year/month]"
    )
    with pytest.raises(fw.UnitsError) as caught:
        fw.Model.parse(HEAD + "flow [USD/month] = 0\ngiven wait [month] = 2 [year]")
    assert caught.value.message == ("'wait' is declared in [month] but its equation gives [year]")


def test_a_percentage_is_a_share():
    assert flow("rate * 200 [USD/month]", "given rate [1] = 7% in 0% .. 50%\n")[0] == pytest.approx(
        14
    )


def test_nothing_divided_by_nothing_is_nothing():
    found = flow("divide(8 [USD], step(4 [month], 6))")
    assert found.tolist() == [0.0] * 24 + [2.0] * 25
    with pytest.raises(fw.UnitsError):
        flow("divide(8 [USD], 4)")


def test_pulses_let_in_their_amount_at_each_of_their_times():
    found = flow("pulses(3 [USD], 1, 2.5)")
    # Let in during one step of a quarter of a month, at months 1, 3.5, 6, 8.5 and 11.
    assert np.flatnonzero(found).tolist() == [4, 14, 24, 34, 44]
    assert set(found[found > 0]) == {12.0}


@pytest.mark.parametrize("start", [0, 2000, -1e4])
def test_pulses_fall_on_their_steps_wherever_time_begins(start):
    text = HEAD.replace("from 0 to 12 step 0.25", f"from {start} to {start + 100} step 0.1")
    model = fw.Model.parse(f"{text}flow [USD/month] = pulses(1 [USD], {start}, 0.7)\n")
    assert np.flatnonzero(fw.simulate(model)["flow"]).tolist() == list(range(0, 1001, 7))


def chance(form: str, months: int = 20_000) -> np.ndarray:
    text = f"time month from 0 to {months} step 1\nstock box [1] = 0\ndrawn [1] = {form}\n"
    return fw.simulate(fw.Model.parse(text))["drawn"]


def alone(draws: np.ndarray) -> float:
    """How far a draw goes with the next, in standard errors."""
    return abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) * math.sqrt(len(draws))


@pytest.mark.parametrize("seed", [0, 1, 2, 1000, 987654321])
def test_random_numbers_are_even_and_do_not_follow_from_each_other(seed):
    draws = chance(f"random({seed}, 1)")
    assert 0 < draws.min()
    assert draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > 1e-3
    assert alone(draws) < 4
    counts = np.histogram2d(draws[:-1], draws[1:], bins=20, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(counts.ravel()).pvalue > 1e-3


def test_noise_has_the_bell_curve_of_chance():
    draws = chance("noise(5, 1)")
    assert stats.kstest(draws, "norm").pvalue > 1e-3
    assert alone(draws) < 4


def test_a_seed_says_the_draws_and_another_seed_others():
    first, again, other = (chance(f"random({seed}, 1)", 5000) for seed in (3, 3.9, 4))
    assert first.tolist() == again.tolist()  # a seed is a whole number
    assert abs(np.corrcoef(first, other)[0, 1]) * math.sqrt(5000) < 4


def test_chance_is_drawn_anew_every_so_often_whatever_the_step():
    text = "time month from 0 to 6 step {}\nstock box [1] = 0\ndrawn [1] = random(1, 0.5)\n"
    coarse = fw.simulate(fw.Model.parse(text.format(0.5)))["drawn"]
    fine = fw.simulate(fw.Model.parse(text.format(0.125)))["drawn"]
    assert np.repeat(coarse, 4)[:-3].tolist() == fine.tolist()
    assert len(set(coarse)) == 13


def test_seeds_make_a_sweep_of_chances():
    model = fw.Model.parse(
        "time month from 0 to 30 step 1\nstock wealth [1] = 0 in -inf .. inf\n    + luck\n"
        "luck [1/month] = noise(dice, 1) / 1 [month]\ngiven dice [1] = 0 in 0 .. 100000\n"
    )
    ends = fw.sweep(model, dice=np.arange(4000.0), statistic="final")["wealth"]
    # The sum of thirty independent draws: mean 0, variance 30.
    assert ends.mean() == pytest.approx(0, abs=4 * math.sqrt(30 / 4000))
    assert ends.std() == pytest.approx(math.sqrt(30), rel=4 / math.sqrt(2 * 4000))


def test_chance_is_written_out_for_other_programs(tmp_path):

    model = fw.Model.parse(
        f"{HEAD}flow [?] = random(dice, 1) + noise(dice, 2)\ngiven dice [1] = 4\n"
    )
    write_xmile(model, tmp_path / "dice.xmile")
    back = fw.simulate(read_xmile(tmp_path / "dice.xmile"))["flow"]
    np.testing.assert_allclose(back, fw.simulate(model)["flow"], rtol=1e-12)


def test_in_xmile_a_number_has_no_unit_and_the_numbers_stay_the_same(tmp_path):
    model = fw.Model.parse(f"{HEAD}flow [USD/month] = 24 [USD] / 12 [month]\n")
    path = write_xmile(model, tmp_path / "plain.xmile")
    assert read_xmile(path) == model
    path.write_text(path.read_text("utf-8").replace('of="', 'of="not '), encoding="utf-8")
    with pytest.warns(FlywheelNotice, match="another program changed this file"):
        back = read_xmile(path)
    assert str(back["flow"]) == "flow [?] = 24 / 12"
    assert fw.simulate(back)["flow"][0] == 2


def test_chance_inside_chance_is_not_written_out_for_other_programs(tmp_path):
    model = fw.Model.parse(f"{HEAD}flow [?] = random(1 + noise(2, 1), 1)\n")
    with pytest.raises(fw.FlywheelError) as caught:
        write_xmile(model, tmp_path / "deep.xmile")
    assert str(caught.value) == (
        "'noise' inside 'random' is too long for XMILE\n"
        "  line 4: flow [?] = random(1 + noise(2, 1), 1)\n"
        "                                ^^^^^^^^^^^\n"
        "  hint: give noise(...) a name of its own"
    )


# As Excel, R, Python, C and a pen write it, and what is to be written here; the rest as it stands.
ELSEWHERE = """
IF(guests > places, 0, guests * talk) -> write: 0 if guests > places else guests * talk
WENN(guests > places; 0; guests * talk) -> write: 0 if guests > places else guests * talk
ifelse(guests > places, 0, talk) -> write: 0 if guests > places else talk
if guests > places: 0 else: talk -> write: 0 if guests > places else talk
if guests > places then 0 else talk -> write: 0 if guests > places else talk
talk if guests < places -> a condition needs both cases: talk if guests < places else 0
SUM(guests, places) -> write: guests + places
SUMME(guests; places) -> write: guests + places
AVERAGE(guests, places) -> write: (guests + places) / 2
talk if AND(guests > 1, guests < 5) else 0 -> write: guests > 1 and guests < 5
talk if guests > 1 && guests < 9 else 0 -> write: talk if guests > 1 and guests < 9 else 0
talk if guests > 10 || guests < 5 else 0 -> write: talk if guests > 10 or guests < 5 else 0
talk if guests <> places else 0 -> write: talk if guests != places else 0
talk if guests ≤ places else 0 -> write: talk if guests <= places else 0
talk if guests ≥ places else 0 -> write: talk if guests >= places else 0
guests ^ 2 -> write: guests ** 2
(guests / places)^0.7 -> write: (guests / places) ** 0.7
guests ^ 2.5 -> write: guests ** 2.5
1 // nothing yet -> write: 1 # nothing yet
40_000_000 * talk -> write: 40000000 * talk
IF(guests > 40; 0,5; 1) -> write: 0.5 if guests > 40 else 1
IF(guests > 40; MAX(talk; 1,5); 1) -> write: MAX(talk, 1.5) if guests > 40 else 1
IF(guests > 40, 0,5, 1) -> write: b if a else c
lookup(guests, 0, 0, 1, 1, 2, 1.5) -> write: table(guests, 0: 0, 1: 1, 2: 1.5)
WITH LOOKUP(guests, ([(0,0)-(9,9)],(0,0),(9,1))) -> write: table(guests, 0: 0, 9: 1)
GRAPH(guests) (0, 0.1), (1, 0.5) -> write: table(guests, 0: 0.1, 1: 0.5)
lookup(guests, 2, 0, 1, 1) -> write: table(guests, 0: 0, 1: 0.5, 2: 0.8), with points of your own
RANDOM NORMAL(0, 9, 5, 2, 1) -> write: min(max(5 + 2 * noise(seed, 1), 0), 9)
€60000 -> write: 60000
guests % 5 -> write: mod(guests, 5)
10 % * guests -> write: 10% * guests
5 percent * guests -> write: 5% * guests
guests // places -> write: guests / places
guests × talk -> write: guests * talk
guests x talk -> write: guests * talk
guests ÷ places -> write: guests / places
guests − places -> write: guests - places
guests² -> write: guests ** 2
√guests -> write: sqrt(guests)
π * guests -> write: pi * guests
1 000 * talk -> write: 1000 * talk
1'000 * talk -> write: 1000 * talk
5 k * talk -> write: 5000 * talk
€5 * guests -> write: 5 [EUR] * guests
5€ * guests -> write: 5 [EUR] * guests
$5 * guests -> write: 5 [USD] * guests
guests * 0,1 -> write a point: 1.5, not 1,5
guests ± 5 -> a range makes a given a slider: = 5 in 4 .. 6
guests := 5 -> leave it out
guests += 5 -> write: + FLOW in a line under the stock
ROUND(guests, 2) -> write: int(guests + 0.5)
CEILING(guests) -> write: -int(-guests)
MAX(guests; 5) -> write commas: MAX(guests, 5)
previous(guests) -> write: delay(guests, by)
"""


@pytest.mark.parametrize("line", ELSEWHERE.strip().splitlines())
def test_what_is_written_elsewhere_is_answered_with_what_to_write_here(line):
    theirs, hint = line.split(" -> ")
    with pytest.raises(fw.ModelError) as caught:
        fw.Model.parse(f"{HEAD}flow [USD/month] = {theirs}\n")
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("0-1", "0 .. 1"),
        ("[0, 1]", "0 .. 1"),
        ("5% to 10%", "5% .. 10%"),
        ("-2 - 1,000", "-2 .. 1000"),
        ("1_000 .. 20_000", "1000 .. 20000"),
    ],
)
def test_a_range_as_others_write_it_keeps_its_two_numbers(theirs, ours):
    with pytest.raises(fw.ModelError) as caught:
        fw.Model.parse(f"{HEAD}given talk [1] = 0.1 in {theirs}\n")
    assert caught.value.hint == f"write: in {ours}"


def test_what_is_answered_with_a_form_can_be_read_in_that_form():
    known = "given talk [1] = 1\ngiven guests [1] = 4\ngiven places [1] = 9\n"
    for line in ELSEWHERE.strip().splitlines():
        said, _, ours = line.split(" -> ")[1].partition("write: ")
        if (
            ours
            and not said
            and not any(
                word in ours
                for word in (
                    "FLOW",
                    "[",
                    " and guests < 5",
                    "by",
                    "MAX",
                    "seed",
                    "b if",
                    "own",
                    "#",
                )
            )
        ):
            fw.Model.parse(f"{HEAD}flow [USD/month] = 0 [USD/month] * ({ours})\n{known}")
    assert flow("-int(-guests) * 1 [USD/month]", "given guests [1] = 4.2")[0] == 5
