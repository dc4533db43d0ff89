"""Loops cut open: what is held, what is left, and what the run then does."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.causal.cut import CutPoint, Shared, cut, cut_points
from flywheel_edu.causal.graph import causal_graph, known_loops
from flywheel_edu.causal.loops import Loop, find_loops
from flywheel_edu.errors import DiagramError
from flywheel_edu.flywheels import library, load
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

VILLAGE = Model.parse("""# A village fills up.
time year from 0 to 40 step 0.25
stock people [person] = 10
    + births
    - deaths
births [person/year] = people * birth_rate * room
deaths [person/year] = people * death_rate
room [1] = max(0, 1 - people / places)
given birth_rate [1/year] = 0.3 in 0 .. 1
given death_rate [1/year] = 0.02 in 0 .. 1
given places [person] = 1000 in 1 .. 5000
loop "Growth" = people -> births -> people
loop "Crowding" = people -> room -> births -> people
""")

# That a cut takes other loops along has tests of its own.
shared = pytest.mark.filterwarnings("ignore::flywheel_edu.causal.cut.Shared")


def one_line(text):
    assert all(len(line) <= 88 for line in text.splitlines())
    return " ".join(text.split())


def test_without_crowding_the_village_grows_exponentially():
    run = simulate(cut(VILLAGE, "Crowding"))
    # Room stays at 1 - 10/1000: each step multiplies by 1 + 0.25 (0.3 * 0.99 - 0.02).
    factor = 1 + 0.25 * (0.3 * 0.99 - 0.02)
    np.testing.assert_allclose(run["people"], 10 * factor ** np.arange(161), rtol=1e-12)


def test_a_cut_holds_the_cause_at_its_opening_value_and_says_so():
    model = cut(VILLAGE, "Crowding")
    assert str(model["room"]) == "room [1] = max(0, 1 - people_at_start / places)"
    held = model["people_at_start"]
    assert held.doc == "people as it was at the start: here a loop is cut"
    assert simulate(model)["people_at_start"].tolist() == [10.0] * 161


def test_a_cut_opens_the_loop_and_unnames_it():
    model = cut(VILLAGE, "Crowding")
    assert [loop.name for loop in model.loops] == ["Growth"]
    assert "Crowding" not in [loop.title for loop in find_loops(causal_graph(model))]


def test_a_cut_model_can_be_saved_and_read_again():
    model = cut(VILLAGE, "Crowding")
    assert Model.parse(str(model)) == model


def test_the_arrow_that_the_fewest_other_loops_pass_is_cut():
    points = cut_points(VILLAGE, "Crowding")
    assert [point.arrow for point in points] == [
        ("people", "room"),
        ("room", "births"),
        ("births", "people"),
    ]
    assert [point.also for point in points] == [(), (), ("Growth",)]


@shared
def test_a_loop_can_be_cut_at_the_flow_into_a_stock():
    model = cut(VILLAGE, "Growth", arrow=("births", "people"))
    assert model["people"].inflows == ("births_at_start",)
    run = simulate(model)
    births = 10 * 0.3 * 0.99
    assert run["people"][1] == pytest.approx(10 + 0.25 * (births - 0.2))
    assert run["people"][2] == pytest.approx(run["people"][1] * (1 - 0.25 * 0.02) + 0.25 * births)


def test_a_loop_can_be_cut_where_it_waits():
    model = Model.parse("""
time year from 0 to 4 step 0.25
stock orders [order] = 10
    + more
more [order/year] = orders * rate * heard
heard [1] = smooth(fame, wait)
fame [1] = orders / usual
given rate [1/year] = 0.1
given usual [order] = 10
given wait [year] = 1
loop "Fame" = orders -> fame -> heard -> more -> orders
""")
    cut_off = cut(model, "Fame", arrow=("fame", "heard_adjustment"))
    assert str(cut_off.written["heard"]) == "heard [1] = smooth(fame_at_start, wait)"
    assert set(simulate(cut_off)["heard"]) == {1.0}


def test_a_loop_may_be_given_as_a_loop():
    loop = known_loops(VILLAGE).loops["Crowding"]
    turned = Loop((*loop.quantities[1:], loop.quantities[0]), loop.signs)
    assert cut(VILLAGE, turned) == cut(VILLAGE, "Crowding")


def test_a_loop_the_model_does_not_have_is_refused():
    with pytest.raises(DiagramError) as caught:
        cut(VILLAGE, Loop(("people", "places"), (1, 1)))
    assert str(caught.value) == (
        "the model has no loop people -> places -> people\n"
        "  hint: take one of find_loops(causal_graph(model)), with nothing folded away"
    )


def test_an_arrow_off_the_loop_is_refused_with_those_on_it():
    with pytest.raises(DiagramError) as caught:
        cut(VILLAGE, "Growth", arrow=("people", "deaths"))
    assert str(caught.value) == (
        "the loop cannot be cut at people -> deaths\n"
        "  hint: it can be cut at: people -> births, births -> people"
    )


def first_step(model):
    """The model's run, cut short: a loop that is cut may well carry a stock below zero later."""
    clock = model.clock
    stop = clock.start + clock.step
    return simulate(
        model.revise(f"time {clock.unit} from {clock.start!r} to {stop!r} step {clock.step!r}")
    )


@shared
@pytest.mark.parametrize("name", library())
def test_every_named_loop_of_the_library_can_be_cut_and_the_first_step_is_the_same(name):
    model = load(name)
    whole = first_step(model)
    for loop in known_loops(model).loops:
        if loop.title:
            opened = cut(model, loop)
            left = {frozenset(one.edges) for one in find_loops(causal_graph(opened))}
            assert frozenset(loop.edges) not in left
            # What is held stands at its opening value, so nothing differs yet.
            run = first_step(opened)
            for stock in model.stocks:
                assert run[stock][1] == pytest.approx(whole[stock][1], rel=1e-12), loop.title


SHOP = Model.parse("""# Sales pay for tools and for looks, and both draw users.
time year from 0 to 8 step 0.125
stock users [user] = 100
    + won
won [user/year] = sales * drawn * (tools + looks)
sales [USD/year] = users * price
shown_sales [1] = sales / unit_sales
tools [1] = sales / tool_cost
looks [1] = sales / look_cost
given drawn [user/USD] = 0.5
given price [USD/user/year] = 1
given unit_sales [USD/year] = 1
given tool_cost [USD/year] = 1000
given look_cost [USD/year] = 2000
loop "Tools" = users -> sales -> tools -> won -> users
loop "Looks" = users -> sales -> looks -> won -> users
""")


@pytest.mark.parametrize(
    ("measured", "held"),
    [("sales", {"sales"}), ("shown_sales", {"sales", "shown_sales"}), ("users", {"users"})],
)
def test_what_is_measured_is_never_held_still_nor_what_it_is_another_name_of(measured, held):
    points = cut_points(SHOP, "Tools", of=measured)
    assert points
    assert not held.intersection(point.arrow[1] for point in points)


def test_a_loop_with_an_arrow_of_its_own_is_cut_there_and_runs_as_the_model_without_it():
    by_hand = Model.parse(
        str(SHOP)
        .replace("tools [1] = sales / tool_cost", "tools [1] = opened / tool_cost")
        .replace('loop "Tools" = users -> sales -> tools -> won -> users', "")
        + "given opened [USD/year] = 100\n"
    )
    opened = cut(SHOP, "Tools")
    np.testing.assert_allclose(simulate(opened)["users"], simulate(by_hand)["users"], rtol=1e-12)
    found = cut(SHOP, "Tools", arrow="all", of="users")
    assert found.values[CutPoint(("sales", "tools"), ())] == simulate(by_hand)["users"][-1]
    assert one_line(found.verdict).endswith(
        "cut at sales -> tools or tools -> won, where no other loop goes with it."
    )


@shared
def test_a_loop_that_shares_every_arrow_is_told_as_a_range_with_those_that_go_with_it():
    aws = load("aws")
    found = cut(aws, "Tools", arrow="all", of="sales")
    values = [simulate(cut(aws, "Tools", arrow=point.arrow))["sales"][-1] for point in found.values]
    np.testing.assert_allclose(list(found.values.values()), values, rtol=1e-12)
    assert all(point.also for point in found.values)
    assert found.whole == simulate(aws)["sales"][-1]
    assert max(values) < found.whole
    assert one_line(found.verdict).endswith(
        "each arrow is shared with other loops, so there is no single number."
    )
    with pytest.warns(Shared) as said:
        cut(aws, "Tools")
    assert str(said[0].message) == (
        "Tools cannot be taken out alone: cut at use -> sales, Tools goes with R5; "
        "arrow='all' shows what each arrow gives"
    )


@shared
def test_a_loop_whose_cuts_lie_on_both_sides_says_that_no_single_effect_can_be_told():
    found = cut(load("membership"), "Renewal", arrow="all", of="members")
    assert min(found.values.values()) < found.whole < max(found.values.values())
    assert one_line(found.verdict).endswith(
        "lower or higher by where it is cut, so no single effect can be told."
    )


def test_a_loop_that_never_binds_is_said_to_have_done_nothing():
    # the halls of aws are never full: there is always room
    aws = load("aws")
    run = simulate(aws)
    assert np.all(run["fullness"] < 1)
    assert one_line(cut(aws, "Congestion", arrow="all").verdict) == (
        "Congestion did nothing in this run: at no moment did a change go all the way round it. "
        "What the cuts change is done by others that pass the same arrows."
    )
    with pytest.warns(Shared, match=r"^Congestion did nothing in this run$"):
        cut(aws, "Congestion")


def test_the_two_loops_of_bass_have_one_number_each_where_they_are_alone():
    # without imitation the rest is p: adopters = m (1 - exp(-p t)); see the model's givens
    bass = load("bass")
    found = cut(bass, "Word of mouth", arrow="all", of="adopters")
    held = [value for point, value in found.values.items() if not point.also]
    assert len(held) == 1
    assert one_line(found.verdict).startswith(
        "Without Word of mouth, adopters at year 15 is 6.4 million, "
    )


def test_a_name_in_other_letters_and_a_gap_left_open_are_told():
    with pytest.raises(DiagramError, match="did you mean 'Tools'"):
        cut(SHOP, "tools")
    with pytest.raises(DiagramError) as caught:
        cut(SHOP, ...)
    assert str(caught.value) == ("no loop is named yet\n  hint: put a loop's name in place of ...")


@pytest.mark.parametrize("name", library())
def test_a_verdict_does_not_hang_on_the_arrow_or_says_that_it_does(name):
    model = load(name)
    for loop in model.loops:
        found = cut(model, loop.name, arrow="all")
        alone = [value for point, value in found.values.items() if not point.also]
        values = alone or list(found.values.values())
        one_way = all(v <= found.whole for v in values) or all(v >= found.whole for v in values)
        honest = ("no single", "did nothing", "does not run", "no other loop goes with it")
        assert one_way or any(words in one_line(found.verdict) for words in honest), found.verdict


def test_two_quantities_in_place_of_a_loop_are_told_how_to_name_an_arrow():
    with pytest.raises(DiagramError) as refused:
        cut(load("word_of_mouth"), "users", "room")
    assert str(refused.value) == (
        "cut opens one loop, and is told the arrow by name\n"
        "  hint: write: cut(model, LOOP, arrow=('users', 'room'))"
    )


def test_a_name_does_not_slide_from_the_loop_that_was_cut_to_a_longer_one():
    loops = find_loops(causal_graph(cut(load("bass"), "Word of mouth")))
    assert [(loop.title, loop.quantities[1:]) for loop in loops] == [
        ("Saturation", ("remaining", "imitation", "adoption")),
        ("", ("remaining", "innovation", "adoption")),
    ]
