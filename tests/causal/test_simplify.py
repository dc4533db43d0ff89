"""Large diagrams made small: what is kept, and how much of the run it carries."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.simplify import simplify
from flywheel_edu.errors import FlywheelError
from flywheel_edu.flywheels import library, load
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

VILLAGE = Model.parse("""# A village fills up.
time year from 0 to 40 step 0.25
stock people [person] = 10
    + births
    - leavers
births [person/year] = people * birth_rate * room
leavers [person/year] = people * leave_rate
filled [1] = people / places
room [1] = max(0, 1 - filled)
given birth_rate [1/year] = 0.3 in 0 .. 1
given leave_rate [1/year] = 0.00001 in 0 .. 1
given places [person] = 1000 in 1 .. 5000
loop "Growth" = people -> births -> people
loop "Crowding" = people -> room -> births -> people
""")


def test_the_stocks_of_strong_loops_and_what_their_causes_compete_for_are_shown():
    # Whether people or room moves births changes through the run; room only passes filled on.
    view = simplify(dominance(simulate(VILLAGE)))
    assert view.show == ("people", "births", "filled")


def test_above_one_stocks_are_shown_and_what_keeps_their_loops_apart():
    found = dominance(simulate(load("cash")))
    assert set(simplify(found, link=1.1).show) < set(simplify(found).show)


def test_flows_are_shown_on_request():
    view = simplify(dominance(simulate(VILLAGE)), loop=1e-9, link=1.1, flows=True)
    assert view.show == ("people", "births", "leavers", "filled")


POPULATION = Model.parse("""time year from 0 to 20 step 0.25
stock people [person] = 100
    + births
    - deaths
births [person/year] = people * fertility
deaths [person/year] = people * mortality
given fertility [1/year] = 0.05
given mortality [1/year] = 0.03
""")
# A boat catches fish, which pays for boats; its upkeep is paid from the same profit.
FLEET = Model.parse("""time year from 0 to 10 step 0.125
stock boats [boat] = 20
    + bought
    - scrapped
catch [ton/year] = boats * skill
profit [USD/year] = catch * price - boats * upkeep
bought [boat/year] = max(profit, 0) / boat_cost
scrapped [boat/year] = boats / life
given skill [ton/boat/year] = 40
given price [USD/ton] = 2000
given upkeep [USD/boat/year] = 30000
given boat_cost [USD/boat] = 100000
given life [year] = 15
loop "Greed" = boats -> catch -> profit -> bought -> boats
""")


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (POPULATION, {"R1": "people births", "B1": "people deaths"}),
        (FLEET, {"R1": "boats catch bought", "B1": "boats scrapped", "B2": "boats bought"}),
        (VILLAGE, {"R1": "people births", "B1": "people filled births"}),
    ],
)
def test_loops_of_one_stock_stay_apart_with_their_names_signs_and_arrows(model, told):
    view = simplify(dominance(simulate(model)))
    assert {loop.name: " ".join(loop.quantities) for loop in view.loops} == told
    # By the equations: more births, more people, more births; more deaths, fewer people.
    assert all(loop.sign == {"R": 1, "B": -1}[loop.name[0]] for loop in view.loops)
    assert {loop.edges for loop in find_loops(view.graph)} == {loop.edges for loop in view.loops}


def test_a_loop_too_weak_to_matter_is_left_out():
    view = simplify(dominance(simulate(VILLAGE)))
    assert {loop.title for loop in view.loops} <= {"Growth", "Crowding"}
    assert view.explained == pytest.approx(1.0, abs=0.001)


def test_what_is_explained_is_the_kept_loops_part_of_all_shares():
    found = dominance(simulate(load("napkin")))
    weight = np.abs(found.shares).sum(axis=1) / np.abs(found.shares).sum()
    threshold = float(np.sort(weight)[-2])
    view = simplify(found, loop=threshold * (1 - 1e-6))
    assert view.explained == pytest.approx(np.sort(weight)[-2:].sum(), rel=1e-6)


def test_a_lower_threshold_shows_more_and_explains_more():
    found = dominance(simulate(load("retail")))
    views = [simplify(found, loop=share) for share in (0.05, 0.02, 0.005, 0.0)]
    explained = [view.explained for view in views]
    assert explained == sorted(explained)
    assert explained[-1] == pytest.approx(1.0)
    sizes = [len(view.show) for view in views]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("name", library())
def test_the_small_graph_has_the_loops_of_the_view_under_the_same_letters(name):
    view = simplify(dominance(simulate(load(name))), loop=0.03, link=0.3)
    drawn = {loop.name: loop.edges for loop in find_loops(view.graph)}
    told = {loop.name: loop.edges for loop in view.loops if len(loop.edges) > 1}
    assert told.items() <= drawn.items()
    assert len({loop.name for loop in view.loops}) == len(view.loops)
    assert 0 < view.explained <= 1 + 1e-9


def test_what_a_delay_does_within_itself_is_no_loop_of_the_view():
    view = simplify(dominance(simulate(load("retail"))))
    assert min(len(loop.quantities) for loop in view.loops) > 1


def test_a_view_is_told_in_words():
    told = str(simplify(dominance(simulate(VILLAGE))))
    assert told.startswith("3 quantities and 2 loops ")
    assert "carry 100% of what happens:" in told


def test_thresholds_that_nothing_meets_are_refused_with_what_would_do():
    found = dominance(simulate(load("napkin")))
    with pytest.raises(FlywheelError) as caught:
        simplify(found, loop=0.99)
    strongest = np.abs(found.shares[:, 1:]).mean(axis=1).max()
    assert str(caught.value) == (
        "no loop carries a share of 0.99\n"
        f"  hint: the strongest carries {strongest:.2g}; choose loop= below that"
    )
