"""The five properties, on wheels whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flywheel_edu.errors import ModelError, SimulationError
from flywheel_edu.flywheels import flywheel_test, load
from flywheel_edu.model import Model

# A wheel that only runs down: after the push it decays at 10 % a month.
LEAKY = Model.parse("""\
# A bucket with a hole.
time month from 0 to 40 step 0.01
stock water [litre] = 0
    + poured
    - leaking
poured  [litre/month] = push
leaking [litre/month] = water * hole
given push [litre/month] = 100 in 0 .. 1000
given hole [1/month]     = 0.1 in 0 .. 1
""")

# Two states of rest, 0 and 1000, with a tipping point at 200 between them.
TIPPING = Model.parse("""\
# Growth with a tipping point.
time month from 0 to 200 step 0.05
stock users [person] = 0
    + won
    + grown
won   [person/month] = push
grown [person/month] = users * rate * (users / tipping - 1) * (1 - users / full)
given push    [person/month] = 0 in 0 .. 50
given rate    [1/month] = 0.1
given tipping [person]  = 200
given full    [person]  = 1000
""")


def test_a_leaking_bucket_loses_speed_at_the_rate_of_its_hole():
    found = flywheel_test(LEAKY)
    assert found.momentum == pytest.approx(-0.1, rel=1e-3)
    assert math.isinf(found.push_needed)
    assert not found.turns_by_itself


def test_what_a_bucket_stores_is_what_is_left_in_it_divided_by_the_hole():
    found = flywheel_test(LEAKY)
    left = 1000 * (1 - math.exp(-1))  # after 10 months of 100 a month
    assert found.stored == pytest.approx(left / 0.1 * (1 - math.exp(-3)), rel=2e-3)
    assert found.release == pytest.approx(-math.log(1 - 0.5 * (1 - math.exp(-3))) / 0.1, rel=1e-2)


def test_a_blow_to_a_bucket_is_never_made_good():
    found = flywheel_test(LEAKY, blow=0.4)
    assert math.isinf(found.recovery_time)
    assert found.recovered == pytest.approx(0.6, rel=2e-3)


def test_the_push_needed_is_the_one_that_just_passes_the_tipping_point():
    found = flywheel_test(TIPPING)
    below = flywheel_test(TIPPING, strength=0.99 * found.push_needed)
    above = flywheel_test(TIPPING, strength=1.01 * found.push_needed)
    assert below.pushed["users"][-1] < 200 < above.pushed["users"][-1]
    assert np.interp(found.push_ends, above.pushed.time, above.pushed["users"]) > 200


def test_past_its_tipping_point_it_recovers_from_a_small_blow_and_not_from_a_large_one():
    small = flywheel_test(TIPPING, strength=20, push_until=100, blow=0.5)
    large = flywheel_test(TIPPING, strength=20, push_until=100, blow=0.9)
    assert small.recovered == pytest.approx(1.0, abs=0.05)
    assert small.turns_by_itself
    assert large.recovered < 0.2
    assert not large.turns_by_itself


def test_the_blow_takes_exactly_its_share_in_one_step():
    found = flywheel_test(LEAKY, blow=0.25)
    step = found.model.clock.step
    before, after = np.interp(
        [found.hit_at, found.hit_at + step], found.hit.time, found.hit["water"]
    )
    assert after / before == pytest.approx(0.75 - 0.1 * step, abs=1e-4)


def test_rented_traffic_is_told_from_the_retail_flywheel():
    rented = flywheel_test(load("rented"), push="ad_share")
    retail = flywheel_test(load("retail"), output="orders")
    assert not rented.turns_by_itself
    assert retail.turns_by_itself
    assert math.isinf(rented.push_needed)
    assert retail.push_needed == 0
    assert rented.momentum < 0 < retail.momentum
    assert rented.recovered < 0.6 < 0.9 < retail.recovered


def test_the_napkin_needs_a_push_when_it_starts_small():
    model = load("napkin").change(first_traffic=4000)
    small = flywheel_test(model)
    assert 0 < small.push_needed < 50_000
    assert not small.turns_by_itself  # it only just turns, and a blow sends it back
    assert flywheel_test(model, strength=3 * small.push_needed).turns_by_itself


def test_it_prints_a_sentence_for_each_property_and_a_verdict():
    lines = str(flywheel_test(LEAKY)).splitlines()
    assert lines == [
        "Push: however strong 'push' is, once it ends the wheel does not hold by itself.",
        "Momentum: once the push has ended, the decline of water is 10.0% a month.",
        "Energy stored: once the push has ended it delivers 6,006 litre·month more than if never",
        "    pushed, 1.6 times the extra while the push lasted.",
        "Release: half of that is out after 6.45 months.",
        "Hard to stop: 50% of water taken away, the loss of water is not made good by the end,",
        "    and the end is at 50% of what it would have been.",
        "It is not a flywheel of its own: it turns as long as somebody pushes.",
    ]


def test_what_runs_down_to_where_it_would_stand_unpushed_still_turns_by_itself():
    town = Model.parse("""time week from 0 to 60 step 0.25
stock guests [person] = 100
    + come
    - go
come [person/week] = guests * talk * max(0, 1 - guests / places) + push
go [person/week] = guests * leave
given talk [1/week] = 0.04 in 0 .. 1
given leave [1/week] = 0.02 in 0 .. 1
given places [person] = 200 in 50 .. 500
given push [person/week] = 0 in 0 .. 50
""")
    found = flywheel_test(town, strength=20)
    assert (found.push_needed, found.momentum < 0, found.turns_by_itself) == (0, True, False)
    assert found.sentences()[0].startswith("Push: it needs none, it turns by itself")
    assert found.verdict == (
        "It turns by itself, but is easily stopped: the blow is not made good by the end."
    )


def test_what_only_fills_from_outside_is_no_flywheel():
    pond = Model.parse("""time month from 0 to 60 step 0.25
stock water [litre] = 100
    + rain
    - leak
rain [litre/month] = 10 [litre/month] + push
leak [litre/month] = water * 0.1 [1/month]
given push [litre/month] = 0 in 0 .. 50
""")
    found = flywheel_test(pond)
    assert found.turns_by_itself
    assert found.verdict == (
        "It keeps on, but is no flywheel: no loop in it reinforces what it does."
    )


SHOP = """time month from 0 to 96 step 0.25
stock guests [person] = 100
    + won
    - lost
lost [person/month] = guests * forget
won [person/month] = guests * word + OUTSIDE + push
given word [1/month] = 0.03 in 0 .. 1
given forget [1/month] = 0.1 in 0 .. 1
given push [person/month] = 0 in 0 .. 50
given reach [person/USD] = 0.05
given marketing [USD/month] = 1000 in 0 .. 5000
given passers [person/month] = 50
"""


# Without it, each loses 0.1 - 0.03 a month: nothing else holds them.
@pytest.mark.parametrize(
    ("outside", "named"),
    [
        ("marketing * reach", "marketing"),
        ("marketing * reach * (1 + guests / 10000 [person])", "marketing"),
        ("50 [person/month]", "50 [person/month]"),
        ("passers", "passers"),
        ("step(passers, 3 [month])", "step(passers, 3 [month])"),
        ("marketing * reach + passers", "marketing"),
    ],
)
def test_what_is_paid_besides_the_push_is_named_and_is_no_flywheel(outside, named):
    found = flywheel_test(Model.parse(SHOP.replace("OUTSIDE", outside)))
    assert found.paid_by[0] == named
    assert found.sentences()[0].endswith(f", as long as there is {' and '.join(found.paid_by)}.")
    assert found.verdict == (
        f"It is no flywheel of its own: it keeps on as long as there is "
        f"{' and '.join(found.paid_by)}, and runs down without."
    )


# Twice the guests bring 2 ** FOLLOW times as many: at 0.1 that is 7 % more, at 1 twice as many.
LEVEL = """time month from 0 to 48 step 0.25
stock guests [person] = 100
    + won
    - lost
won [person/month] = gain_rate * init(guests)MOVED + push
lost [person/month] = guests * forget
known [1] = guests / init(guests)
given gain_rate [1/month] = 0.1 in 0 .. 1
given forget [1/month] = 0.02 in 0 .. 1
given push [person/month] = 0 in 0 .. 50
"""


@pytest.mark.parametrize(
    ("moved", "paid"),
    [
        ("", ("gain rate * init(guests)",)),
        (" * known ** 0.1", ("gain rate * init(guests)",)),
        (" * known", ()),
        (" * known ** 0.5", ()),
    ],
)
def test_an_inflow_that_hardly_moves_with_its_stock_is_paid_from_outside(moved, paid):
    # Beside a loop that reinforces, fame: without any, no verdict speaks of a flywheel.
    fame = "stock fame [1] = 1\n    + heard\nheard [1/month] = fame * 0.01 [1/month]\n"
    found = flywheel_test(Model.parse(LEVEL.replace("MOVED", moved) + fame))
    assert found.paid_by == paid
    assert found.push_needed == 0
    named = (
        "It is no flywheel of its own: it keeps on as long as there is gain rate * init(guests), "
    )
    assert found.verdict.startswith(named) == bool(paid)


def test_a_wheel_that_holds_without_what_is_paid_is_one():
    shop = Model.parse(SHOP.replace("OUTSIDE", "marketing * reach")).change(word=0.11)
    assert flywheel_test(shop).verdict == "It is a flywheel: it keeps turning when nobody pushes."


def test_what_is_paid_and_brings_nobody_is_no_push():
    shop = Model.parse(SHOP.replace("OUTSIDE", "0")).change(word=0.11)
    rent = shop.revise(
        "stock cash [USD] = 0 in -inf .. inf\n    - rent\ngiven rent [USD/month] = 5"
    )
    assert flywheel_test(rent).paid_by == ()


def test_what_grows_unpushed_and_does_not_recover_is_said_to_be_easily_stopped():
    found = flywheel_test(load("rented").change(word_of_mouth=0.1), push="ad_share")
    assert found.push_needed == 0
    assert found.momentum > 0
    assert not found.turns_by_itself
    assert found.verdict == (
        "It turns by itself, but is easily stopped: the blow is not made good by the end."
    )


def test_its_numbers_come_as_a_table_and_its_runs_as_a_picture():
    found = flywheel_test(load("word_of_mouth"))
    assert found.table().loc["push needed", "unit"] == "person/month"
    words = found.plot().alt
    for part in ("never pushed", "pushed, then let go", "hit", "push ends"):
        assert part in words


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"push": "pusch"},
            "this model has no given 'pusch', so nobody can push it\n  hint: did you mean 'push'?",
        ),
        (
            {"push": "talk"},
            "this model has no given 'talk', so nobody can push it\n"
            "  hint: write: given talk [litre/month] = 0 in 0 .. 10, "
            "and add it to what fills water",
        ),
        (
            {"push": "leaking"},
            "'leaking' is no given of this model, so nobody can set how hard it is pushed\n"
            "  hint: name one: push, hole",
        ),
        (
            {"output": "watter"},
            "the model has no quantity 'watter' to watch\n  hint: did you mean 'water'?",
        ),
        (
            {"wheel": "leaking"},
            "only a stock can be hit, and 'leaking' is none",
        ),
        (
            {"push_until": 50},
            "the push cannot end at 50: the model runs from 0 to 40\n"
            "  hint: choose a moment in between, so that something is left to watch",
        ),
        (
            {"blow": 1.5},
            "a blow takes away a share between 0 and 1, not 1.5\n  hint: 0.5 is half of it",
        ),
        (
            {"strength": -1},
            "a push has a strength above 0, not -1\n  hint: the test lets go by itself",
        ),
        (
            {"strength": 1e6},
            "'push' = 1000000 is outside its range 0 .. 1000\n"
            "  hint: choose a value from 0 to 1000, in [litre/month]",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused_in_words(options, message):
    with pytest.raises((ModelError, SimulationError)) as caught:
        flywheel_test(LEAKY, **options)
    assert str(caught.value) == message


def test_a_push_that_cannot_be_zero_is_refused():
    with pytest.raises(ModelError) as caught:
        flywheel_test(load("bass"), push="innovators")
    assert str(caught.value) == (
        "'innovators' cannot be 0, so nobody can stop pushing\n"
        "  hint: choose a given that may be 0, or widen its range 0.0001 .. 0.2"
    )


def test_a_push_of_each_of_a_list_is_that_of_what_is_watched():
    pair = Model.parse("""time month from 0 to 24 step 0.25
for tank in near, far:
    stock water [litre] = 5 in 0 .. 100
        + push
        - out
    out [litre/month] = water * leak
    given push [litre/month] = 0 in 0 .. 10
given leak [1/month] = 0.1""")
    assert flywheel_test(pair, output="water_near").push == "push_near"
    assert flywheel_test(pair, output="water_far").push == "push_far"
    both = flywheel_test(pair)
    assert (both.push, both.output) == ("push", "water")
    apart = Model.parse(str(pair.revise("out_far [litre/month] = water_far * leak * 2")))
    assert flywheel_test(apart, output="water_far").push == "push_far"


SATURATED = Model.parse(
    "time month from 0 to 60 step 0.25\n"
    "stock fans [person] = 50\n    + won\n"
    "won [person/month] = (fans * talk + push) * (1 - fans / all)\n"
    "given talk [1/month] = 0.1\ngiven all [person] = 1000\n"
    "given push [person/month] = 0 in 0 .. 100\n"
)


def test_a_blow_that_is_all_but_made_good_is_said_to_be_nearly_so():
    found = flywheel_test(SATURATED, strength=100)
    assert math.isinf(found.recovery_time)
    assert 0.9 <= found.recovered < 1
    assert "fans is nearly made good by the end" in found.sentences()[-1]
    assert found.verdict == "It is a flywheel: it keeps turning when nobody pushes."


def test_a_push_that_no_equation_uses_is_refused():
    idle = SATURATED.revise("won [person/month] = fans * talk * (1 - fans / all)")
    with pytest.raises(ModelError) as caught:
        flywheel_test(idle)
    assert str(caught.value) == (
        "'push' is in no equation, so pushing it moves nothing\n"
        "  hint: add it to what fills fans, or name another given: push='...'"
    )
