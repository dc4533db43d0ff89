"""What holds a run back: each gain against a formula, and what is no limit left out."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu.causal.graph import seen_loops
from flywheel_edu.causal.limits import Limit, Limits, _where_it_limits
from flywheel_edu.causal.relief import relievable

VILLAGE = """\
time year from 0 to 60 step 0.125 method rk4
stock people [person] = 10
    + births
births [person/year] = people * birth_rate * room
room [1] = max(0, 1 - people / places)
given birth_rate [1/year] = 0.3 in 0 .. 1
given places [person] = 1000 in 1 .. 5000
loop "Crowding" = people -> room -> births -> people
"""
# Orders grow by e every ten months until the kitchen, and later the couriers, let no more through.
KITCHEN = """\
time month from 0 to 60 step 0.0625 method rk4
stock guests [guest] = 10
    + joiners
joiners [guest/month] = guests * word_of_mouth + push
served [meal/month] = min(guests * hunger, kitchen, couriers * rounds * months_a_year, season)
season [meal/month] = quiet + ramp(first_rise, 0, 60)
given word_of_mouth [1/month] = 0.1
given push [guest/month] = 0 in 0 .. 10
given hunger [meal/guest/month] = 1
given kitchen [meal/month] = 100 in 10 .. 1000
given couriers [courier] = 13 in 1 .. 100
given months_a_year [month/year] = 12
given rounds [meal*year/courier/month/month] = 0.8333333333333333
given quiet [meal/month] = 900
given first_rise [meal/month/month] = 1
"""


TWICE = """\
time year from 0 to 30 step 0.25
stock trees [tree] = 10
    + sown
yard [tree/year] = space / (1 + trees / init(trees))
seeds [tree/year] = trees * seeding
sown [tree/year] = min(seeds, yard)
given space [tree/year] = 40
given seeding [1/year] = 0.3
"""


def logistic(time, places, rate=0.3, start=10):
    return places / (1 + (places / start - 1) * math.exp(-rate * time))


@pytest.fixture(scope="module")
def village():
    return fw.limits(fw.Model.parse(VILLAGE))


@pytest.fixture(scope="module")
def kitchen():
    return fw.limits(fw.Model.parse(KITCHEN), of="served")


def test_a_capacity_brings_what_the_logistic_curve_says(village):
    (places,) = (limit for limit in village.found if limit.kind == "capacity")
    assert places.name == "places"
    assert places.arrows == (("places", "room"),)
    assert places.tenth == pytest.approx(logistic(60, 1100) / logistic(60, 1000) - 1, rel=1e-6)
    assert places.away == pytest.approx(logistic(60, 1e6) / logistic(60, 1000) - 1, rel=1e-3)


def test_what_a_quantity_is_measured_by_is_no_limit():
    found = fw.limits(fw.Model.parse(VILLAGE.replace("places", "usual_people"))).found
    assert [limit.name for limit in found] == ["Crowding"]


def test_a_loop_relieved_by_a_tenth_lets_it_go_that_much_further(village):
    # Room is gone where 0.9 people + 0.1 of the first ten fill the places.
    crowding = village.found[0]
    assert (crowding.name, crowding.kind) == ("Crowding", "loop")
    assert crowding.tenth == pytest.approx((1000 - 1) / 0.9 / 1000 - 1, rel=1e-3)
    # Without it, room stays at 0.99, and it grows by e to the 0.297 a year.
    assert crowding.away == pytest.approx(10 * math.exp(0.297 * 60) / 1000 - 1, rel=1e-4)


def test_a_limit_binds_from_when_a_tenth_brings_one_per_cent(village):
    # 1.1 (1 + 99 x) / (1 + 109 x) = 1.01, where x = exp(-0.3 t)
    when = -math.log((1.1 - 1.01) / (1.01 * 109 - 1.1 * 99)) / 0.3
    (places,) = (limit for limit in village.found if limit.name == "places")
    assert places.binds == (pytest.approx(when, abs=0.125), 60)


def test_the_story_is_told_of_the_winner(village):
    assert village.binding.name == "Crowding"
    assert village.following is None
    assert "how far it can go hangs on places." in " ".join(village.story.split())


def test_the_narrowest_place_binds_now_and_the_second_one_next(kitchen):
    now, after = kitchen.binding, kitchen.following
    assert (now.name, now.tenth, now.away) == (
        "kitchen", pytest.approx(0.1), pytest.approx(0.3),
    )  # fmt: skip
    assert now.binds[0] == pytest.approx(10 * math.log(10.1), abs=0.0625)
    assert (after.name, after.tenth) == ("couriers", pytest.approx(0.1))
    assert after.binds[0] == pytest.approx(10 * math.log(13.13), abs=0.0625)


def test_pushes_rates_the_calendar_and_the_time_of_the_year_are_no_limits(kitchen):
    named = {limit.name for limit in (*kitchen.found, *kitchen.then)}
    assert named == {"kitchen", "couriers", "rounds"}


def test_what_binds_is_said_in_words(kitchen):
    assert (
        str(kitchen)
        == """\
Binds now: kitchen, from month 23.19 on. With a tenth more of it, served at month 60 is
  +10.0%; with no end of it, +30.0%.
Binds next, once that is away: couriers, from month 25.75 on. With a tenth more of it
  then, +10.0%."""
    )
    table = kitchen.table()
    assert list(table.loc["kitchen"]) == [
        "capacity",
        *[pytest.approx(v) for v in (0.1, 0.3)],
        23.1875,
        60,
    ]


def test_a_capacity_is_relieved_inside_its_min_and_not_in_the_max_beside_it():
    found = fw.limits(
        fw.Model.parse("""\
time year from 0 to 10 step 0.01 method rk4
stock fans [fan] = 100
    + won
won [fan/year] = fans * word * min(united, town) / max(united, town)
given word [1/year] = 0.1
given united [point] = 50
given town [point] = 40
""")
    )
    # Fans grow by 0.1 times 40 of 50 points; by 44 of 50; and, without town, by 50 of 50.
    assert found.binding.name == "town"
    assert found.binding.tenth == pytest.approx(math.exp(0.88 - 0.8) - 1, rel=1e-6)
    assert found.binding.away == pytest.approx(math.exp(1 - 0.8) - 1, rel=1e-6)


def test_what_is_worse_taken_away_than_by_a_tenth_is_told_so_and_nothing_binds_next():
    found = fw.limits(
        fw.Model.parse("""\
time week from 0 to 10 step 0.125
stock guests [guest] = 10
    + joined
joined [guest/week] = served * exp(-served / loved)
served [guest/week] = min(asked, kitchen)
given asked [guest/week] = 100
given kitchen [guest/week] = 10
given loved [guest/week] = 20
""")
    )
    # 10 and ten weeks of 10 exp(-0.5) are 70.7; of 11 exp(-0.55), 73.5; of 100 exp(-5), 16.7.
    # A week brings 6.07 and 6.35: one per cent more from 0.1 / (0.281 - 0.061) = 0.45 weeks on.
    assert str(found) == (
        "Binds now: kitchen, from week 0.5 on. With a tenth more of it, guests at week 10 is\n"
        "  +4.0%; with no end of it, -76.3%, which is less than by a tenth."
    )
    assert found.following is None


def test_of_a_loop_and_its_capacity_it_is_said_how_each_was_taken_away():
    town = fw.Model.parse("""\
time week from 0 to 4 step 0.0625 method rk4
stock guests [guest] = 1
    + joined
joined [guest/week] = talk * guests * free
free [1] = 1 - guests / seats
given talk [1/week] = 1
given seats [guest] = 10
loop "Full" = guests -> free -> joined -> guests
""")
    # From 1 guest it is 10 / (1 + 9 exp(-4)) = 8.585; of 11 seats 9.297, of 10,000 54.31; where
    # free stays at 0.9, exp(3.6) = 36.60.
    said = str(fw.limits(town))
    assert "a tenth more of it, guests at week 4 is\n  +8.3%; with no end of it, 6.33 times" in said
    assert re.search(
        r"\nFull, relieved by a tenth: \+[\d.]+%; taken away, 4.26 times as much\.", said
    )
    assert said.endswith(
        "\nA loop taken away stays as it was at the start; no end of a capacity is a thousand times"
        "\n  as much. So a loop and the capacity that sets its limit may say two numbers."
    )


def test_a_loop_and_what_sets_its_limit_have_their_turn_together():
    # The places bring more than the loop here, and once there are places for all, nothing binds.
    slow = VILLAGE.replace("from 0 to 60", "from 0 to 17")
    found = fw.limits(fw.Model.parse(slow))
    assert found.binding.name in ("places", "Crowding")
    assert found.following is None
    aws = fw.limits(fw.load("aws"))
    assert aws.binding.name == "all_developers"
    assert "Saturation" not in {limit.name for limit in aws.then}


def test_where_nothing_binds_that_is_said():
    free = fw.Model.parse(VILLAGE).change(birth_rate=0)
    assert str(fw.limits(free)) == (
        "No loop or capacity holds people at year 60 back: no tenth brings one per cent."
    )


def test_what_cannot_be_measured_is_refused_in_words():
    with pytest.raises(fw.ModelError) as caught:
        fw.limits(fw.Model.parse(KITCHEN), of="servd")
    assert str(caught.value) == (
        "the model has no quantity 'servd'\n  hint: did you mean 'served'?"
    )


def test_the_loops_of_the_library_that_hold_it_back_are_found():
    limits = fw.limits(fw.load("limits"))
    assert limits.binding.name == "Quality"
    assert limits.following.name == "Attention"


def test_the_loops_of_the_view_are_looked_for_once_however_many_limits_there_are(monkeypatch):
    retail, asked = fw.load("retail"), []
    look = "flywheel_edu.causal.limits.seen_loops"
    monkeypatch.setattr(look, lambda *about: asked.append(1) or seen_loops(*about))
    assert len(fw.limits(retail).found) > 4
    assert len(asked) == 1


def test_what_others_are_only_measured_by_is_no_limit():
    # Streaks cancel: measured in tens or in hundreds, the same learners are nagged away.
    text = """\
time month from 0 to 36 step 0.125 method rk4
stock learners [person] = 100
    + joined
joined [person/month] = 10 [person/month] * learners / init(learners) / (1 + nagging)
streaks [streak] = usual_streaks * learners / init(learners)
nagging [1] = streaks / usual_streaks
given usual_streaks [streak] = 30
loop "Nagging" = learners -> streaks -> nagging -> joined -> learners
"""
    found = fw.limits(fw.Model.parse(text))
    assert [limit.name for limit in found.found] == ["Nagging"]
    assert str(found.binding and found.binding.name) == "Nagging"
    # With x + ln(x) = 1.72 at the end, and exp(0.36) without: 1.4333 / 1.3904.
    still = fw.limits(fw.Model.parse(text.replace("10 [person", "2 [person")))
    assert str(still) == (
        "No loop or capacity relieved by a tenth brings one per cent more learners at month 36.\n"
        "  Nagging, taken away: +3.1%."
    )


def test_one_model_runs_all_reliefs_and_each_is_run_once(monkeypatch):
    # As it is; each of two loops by a tenth and wholly; the places by a tenth, wholly and at
    # their own line, which tells that they are no yardstick. Then the model without what binds,
    # alone and with the other loop relieved, by a tenth and wholly.
    from flywheel_edu.causal import relief

    seen, run = [], relief.run_scenarios
    monkeypatch.setattr(
        relief, "run_scenarios", lambda work, failed: seen.append(work) or run(work, failed)
    )
    fw.limits(fw.Model.parse(VILLAGE))
    assert [work.count for work in seen] == [1 + 2 * 2 + 3, 1 + 2]
    assert len({id(work.model.structure) for work in seen}) == 1


def test_a_capacity_and_a_loop_at_one_arrow_are_relieved_one_at_a_time():
    # The yard limits what is grown from it, by itself and by way of the loop it stands on.
    model = fw.Model.parse(TWICE)
    by_hand = {
        name: fw.simulate(fw.Model.parse(TWICE.replace(*change)))["trees"][-1]
        for name, change in {
            "yard": ("min(seeds, yard)", "min(seeds, 1.1 * yard)"),
            "Shade": ("min(seeds, yard)", "min(seeds, 0.9 * yard + 0.1 * init(yard))"),
        }.items()
    }
    whole = relievable(
        model, [("loop", "yard", "sown"), ("capacity", "yard", "sown")], _where_it_limits
    )
    arrows = [("yard", "sown")]
    runs = whole.runs(
        [whole.relieved("capacity", arrows, 0.1), whole.relieved("loop", arrows, 0.1), {}], "trees"
    )
    assert runs[:, -1].tolist() == [*by_hand.values(), fw.simulate(model)["trees"][-1]]


def test_a_relief_without_a_model_is_left_out_and_the_others_stay(monkeypatch):
    from flywheel_edu.causal import relief

    whole, refused = relief._relievable, ("loop", "seeds", "sown")

    def waiting(model, reliefs, put):
        if refused in reliefs:
            raise fw.ModelError("these wait for each other")
        return whole(model, reliefs, put)

    monkeypatch.setattr(relief, "_relievable", waiting)
    found = relievable(fw.Model.parse(TWICE), [refused, ("loop", "yard", "sown")])
    assert [*found.givens] == [("loop", "yard", "sown")]
    assert found.relieved("loop", [("seeds", "sown")], 0.1) is None
    kept = found.relieved("loop", [("yard", "sown")], 0.1)
    runs = found.runs([None, kept], "trees")
    assert [bool(np.isnan(run).all()) for run in runs] == [True, False]


def test_a_loop_that_feeds_a_drain_holds_back():
    # x' = r - y and y' = a y: the more that eat, the more there will be of them.
    text = """\
time year from 0 to 10 step 0.01 method rk4
stock fish [fish] = 1000
    + spawned
    - eaten
stock seals [seal] = 10
    + born
spawned [fish/year] = spawning
eaten [fish/year] = seals * appetite
born [seal/year] = seals * birth_rate
given spawning [fish/year] = 100
given appetite [fish/seal/year] = 5
given birth_rate [1/year] = 0.1
loop "More seals" = seals -> born -> seals
"""
    found = fw.limits(fw.Model.parse(text), of="fish")
    # Seals: 10 exp(a t); fed by 0.9 of them and 0.1 of the first ten: a (0.9 y + 1); by ten: a 10.
    end = 1000 + 1000 - 500 * (math.e - 1)
    slower = ((10 + 1 / 0.9) * (math.exp(0.9) - 1) / 0.09 - 10 / 0.9) * 5
    assert found.binding.name == "More seals"
    assert found.binding.tenth == pytest.approx((2000 - slower) / end - 1, rel=1e-6)
    assert found.binding.away == pytest.approx((2000 - 5 * (100 + 50)) / end - 1, rel=1e-6)


SHOP = """\
time week from 0 to 20 step 0.125
stock guests [person] = 100
    + joined
joined [person/week] = gain * guests * talk / (1 + queue)
queue [1] = guests / init(guests) / ovens ** help
ovens [1] = guests / init(guests)
talk [1] = queue ** 0.5
given gain [1/week] = 0.1
given help [1] = 0.1
"""
SHOP_LOOPS = """\
loop "Talk" = guests -> queue -> talk -> joined -> guests
loop "Impatience" = guests -> queue -> joined -> guests
loop "Ovens" = guests -> ovens -> queue -> joined -> guests
"""


def test_a_loop_that_shares_each_arrow_with_what_drives_is_relieved_where_that_brings_most():
    # guests -> queue feeds the talk, queue -> joined is also the way of the ovens.
    found = fw.limits(fw.Model.parse(SHOP + SHOP_LOOPS))
    now = found.binding
    assert (now.name, now.arrows, now.also) == ("Impatience", (("queue", "joined"),), ("Ovens",))
    whole, tenth, away = (
        fw.simulate(fw.Model.parse(SHOP.replace("1 + queue", brake)))["guests"][-1]
        for brake in ("1 + queue", "1 + 0.9 * queue + 0.1 * init(queue)", "1 + init(queue)")
    )
    assert now.tenth == pytest.approx(tenth / whole - 1, rel=1e-9)
    assert now.away == pytest.approx(away / whole - 1, rel=1e-9)
    assert now.tenth > 0.01


def test_a_loop_that_no_arrow_tells_apart_is_not_left_out_in_silence():
    # Ovens cut the queue, which feeds the talk: there is less wherever the wait is relieved.
    quick = SHOP.replace("given help [1] = 0.1", "given help [1] = 1.5")
    found = fw.limits(fw.Model.parse(quick + SHOP_LOOPS))
    assert found.untold == ("Impatience",)
    assert str(found).endswith("Not told apart from the loops that drive: Impatience.")


def test_balancing_loops_relieved_with_another_are_named_and_the_others_counted():
    also, way = ("Odd", "B4", "R2", "R3"), "guests -> queue"
    limit = Limit("B1", "loop", (("queue", "joined"),), also, way, tenth=0.02, away=0.5)
    found = Limits(fw.Model.parse(SHOP), "guests", (limit,))
    assert str(found).startswith("Binds now: B1 (guests -> queue; with Odd, B4 and 2 other loops).")


def test_a_stock_is_no_capacity_where_it_acts_on_a_loop_of_its_own():
    # The sick infect, the recovered thin out: both stand on the loops about infection.
    sir = fw.Model.parse("""\
time day from 0 to 160 step 0.25
stock S [person] = 990
    - infection
stock I [person] = 10
    + infection
    - recovery
stock R [person] = 0
    + recovery
infection [person/day] = beta * S * I / (S + I + R)
recovery [person/day] = I / duration
given beta [1/day] = 0.3
given duration [day] = 10
""")
    assert {limit.kind for limit in fw.limits(sir, of="S").found} == {"loop"}


def test_of_a_list_all_are_held_back_together_as_if_their_sum_were_written():
    # The north grows into its hall, the south has no limit and is hardly there.
    text = """time year from 0 to 40 step 0.25
for side in north, south:
    stock fans [person] = first
        + won
    won [person/year] = fans * rate * (1 - fans / hall)
    given first [person] = north: 100, south: 1
    given hall [person] = north: 1000, south: 100000
given rate [1/year] = 0.2"""
    by_hand = text + "\nall_fans [person] = sum(fans)"
    whole = fw.limits(fw.Model.parse(text))
    assert whole.of == "fans"
    assert str(whole) == str(fw.limits(fw.Model.parse(text), "fans"))
    expected = fw.limits(fw.Model.parse(by_hand), "all_fans")
    assert [(each.name, each.tenth) for each in whole.found] == [
        (each.name, pytest.approx(each.tenth)) for each in expected.found
    ]
    assert fw.limits(fw.Model.parse(text), "fans_south").of == "fans_south"


SIDES = """time year from 0 to 30 step 0.25
for side in north, south:
    stock fans [person] = first
        + won
    won [person/year] = fans * rate * room
    given first [person] = north: 100, south: 300
room [1] = max(0, 1 - sum(fans) / town)
given rate [1/year] = 0.2
given town [person] = 5000
loop "A town served" = fans -> room -> won -> fans
"""


def test_a_loop_of_a_list_is_relieved_for_all_of_it_at_once():
    found = fw.limits(fw.Model.parse(SIDES))
    now = found.binding
    assert now is not None
    assert (now.name, now.also) == ("A town served", ())
    assert now.arrows == (("room", "won_north"), ("room", "won_south"))
    assert "side" not in str(found)
    by_hand = SIDES.replace("max(0, 1 - sum(fans) / town)", "1 - 400 [person] / town")
    ends = [fw.simulate(fw.Model.parse(text.partition("loop")[0])) for text in (SIDES, by_hand)]
    held, free = (run["fans_north"][-1] + run["fans_south"][-1] for run in ends)
    assert now.away == pytest.approx(free / held - 1, rel=1e-12)


def test_what_a_stock_does_to_itself_unseen_is_no_limit_of_the_view():
    model = fw.Model.parse("""time year from 0 to 30 step 0.25
stock people [person] = 10
    + births
    - deaths
births [person/year] = people * birth_rate * room
deaths [person/year] = people * death_rate
room [1] = max(0, 1 - people / hall)
given birth_rate [1/year] = 0.4
given death_rate [1/year] = 0.1
given hall [person] = 1000
show people, room""")
    loops = [limit.way for limit in fw.limits(model).found if limit.kind == "loop"]
    assert loops == ["people -> room"]


# Clubs draw from one village, the louder one more.
POOL = """\
time month from 0 to 120 step 0.25
for club in {clubs}:
    stock fans [person] = 100
        + won
        - lost
    fame [person] = smooth(min(fans, ground), noticed)
    won [person/month] = idle * hears * fame / sum(fame)
    lost [person/month] = fans * tired
    given ground [person] = 5000
{idle}
given village [person] = 3000
given hall [person] = 9000
given hears [1/month] = 0.03
given tired [1/month] = 0.03
given noticed [month] = 4
"""


@pytest.mark.parametrize("clubs", ["red, blue", "red, blue, green", "red, blue, green, grey"])
@pytest.mark.parametrize(
    "idle",
    [
        "village - sum(fans)",
        "max(village - sum(fans), 0)",
        "max(0, village - sum(fans))",
        "village - min(sum(fans), village)",
        "village - sum(fans) if sum(fans) < village else 0",
        "village * table(sum(fans) / village, 0: 1, 1: 0)",
        "max(min(village, hall) - sum(fans), 0)",
        "max(village - smooth(sum(fans), noticed), 0)",
    ],
)
def test_a_pool_that_several_share_is_a_capacity_however_its_floor_is_written(idle, clubs):
    text = POOL.format(clubs=clubs, idle=f"idle [person] = {idle}")
    model = fw.Model.parse(text)
    runs = [fw.simulate(each) for each in (model, model.change(village=3300))]
    held, free = (sum(run[f"fans_{club}"][-1] for club in clubs.split(", ")) for run in runs)
    now = fw.limits(model).binding
    assert now is not None
    assert now.name == "village"
    assert now.tenth == pytest.approx(free / held - 1, rel=1e-9)


def test_what_is_measured_is_never_said_to_hold_itself_back():
    text = POOL.format(clubs="red, blue", idle="idle [person] = max(village - sum(fans), 0)")
    text = text.replace("ground [person] = 5000", "ground [person] = 3000")
    for of, own in {"fans": {"fans_red", "fans_blue"}, "fans_red": {"fans_red"}}.items():
        found = fw.limits(fw.Model.parse(text), of)
        assert own.isdisjoint(limit.name for limit in (*found.found, *found.then))
        assert found.binding is not None
        assert found.binding.name == "village"
