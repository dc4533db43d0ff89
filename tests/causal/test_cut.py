"""Loops cut open: what is held, what is left, and what the run then does."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.causal.cut import cut, cut_points
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
    assert [len(point.also) for point in points] == [0, 0, 1]


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
