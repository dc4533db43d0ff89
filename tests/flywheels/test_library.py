"""The library's models: they load, name what they rest on, and behave as expected."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import flywheel_edu
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.errors import ModelError
from flywheel_edu.flywheels import (
    behaviour,
    expected_of,
    layers,
    library,
    load,
    with_numbers,
)
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(flywheel_edu.__file__).parent / "flywheels"
READ_IN_ONE_SITTING = 150  # lines


EXPECTED = {name: expected_of(load(name), FOLDER / name) for name in library()}


def test_the_library_has_every_flywheel_of_the_course():
    assert len(library()) >= 11
    pages = [*ROOT.glob("course/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]
    loaded = {
        n for page in pages for n in re.findall(r'load\(\\"(\w+)\\"\)', page.read_text("utf-8"))
    }
    assert loaded
    assert loaded <= set(library())


@pytest.mark.parametrize("name", library())
def test_what_a_model_should_do_is_written_down_beside_it(name):
    assert set(EXPECTED[name].loops) == {loop.name for loop in load(name).loops}
    assert len(EXPECTED[name].extremes) >= 2
    assert EXPECTED[name].rest is not None


@pytest.mark.parametrize("name", library())
def test_the_model_behaves(name):
    checks = behaviour(load(name), EXPECTED[name])
    assert len(checks) > 3
    assert not [str(check) for check in checks if not check.holds]


@pytest.mark.parametrize("name", library())
def test_the_text_on_disk_and_the_model_say_the_same(name):
    assert Model.parse(str(load(name))) == load(name)


@pytest.mark.parametrize("name", library())
def test_every_named_loop_is_a_loop_of_the_drawing_with_one_sign(name):
    model = load(name)
    drawn = {loop.title: loop for loop in find_loops(causal_graph(model, show=model.shown))}
    for loop in model.loops:
        assert loop.name in drawn, loop.name
        assert drawn[loop.name].sign is not None, loop.name
        assert loop.doc, f"{loop.name} has no story"


@pytest.mark.parametrize("name", library())
def test_the_drawing_is_laid_out_and_nothing_lies_on_anything_else(name):
    view = load(name).view
    assert 4 <= len(view) <= 18
    places = [(shown.x, shown.y) for shown in view]
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in places)
    for i, (x, y) in enumerate(places):
        for a, b in places[i + 1 :]:
            assert abs(x - a) > 0.08 or abs(y - b) > 0.06, f"{view[i].name} at {x} {y}"


@pytest.mark.parametrize("name", library())
def test_every_number_is_called_illustrative_or_names_its_source(name):
    text = (FOLDER / f"{name}.flywheel").read_text(encoding="utf-8")
    head = text.split("\n\n", 1)[0]
    assert re.search(r"illustrative|fitted to", head), "the head says what the numbers rest on"
    assert len(text.splitlines()) <= READ_IN_ONE_SITTING


@pytest.mark.parametrize("name", library())
def test_every_stock_says_what_it_is_in_the_business(name):
    model = load(name)
    silent = [q.name for q in model.written.values() if q.kind == "stock" and not q.doc]
    assert len(silent) <= 2, silent


@pytest.mark.parametrize("name", library())
def test_there_is_a_lever_and_every_slider_can_be_pulled_to_its_ends(name):
    model = load(name)
    sliders = [n for n in model.givens if model[n].range is not None]
    assert sliders
    for lever in sliders:
        for end in model[lever].range:
            simulate(model.change(**{lever: end}))


@pytest.mark.parametrize("name", library())
def test_at_the_corners_of_its_sliders_a_model_still_runs_and_stays_finite(name):
    model = load(name)
    sliders = [n for n in model.givens if model[n].range is not None]
    limits = np.array([model[n].range for n in sliders])
    for ends in np.random.default_rng(17).integers(0, 2, (40, len(sliders))):
        corner = limits[range(len(sliders)), ends]
        simulate(model.change(**dict(zip(sliders, map(float, corner), strict=True))))


def test_aws_can_sell_no_more_than_all_the_work_there_is():
    """Extreme conditions: all the work there is, at the dearest price, and no more."""
    model = load("aws")
    highest = {n: model[n].range[1] for n in ("learning", "price_weight", "deepest", "all_work")}
    for passed_on in (0, 1):
        run = simulate(model.change(**highest, passed_on=passed_on))
        assert np.all(run["use"] <= model["all_work"].range[1])
        assert np.all(run["sales"] <= run["price"] * model["all_work"].range[1])
        assert run["sales"].max() < 20e12


def test_halls_of_aws_keep_up_with_what_is_wanted():
    """What wears out is ordered again, so that capacity is not below plan for good."""
    run = simulate(load("aws"))
    later = run.time > 2014
    assert (run["capacity"] / run["wanted_use"])[later].min() > 1
    calm = load("aws").change(learning=0, word_of_mouth=0, leave_rate=0, deepest=0)
    still = simulate(calm)
    assert still["capacity"][-1] / still["planned_use"][-1] == pytest.approx(1, abs=1e-3)


RETAIL_LAYERS = ("marketplace", "fulfilment", "delivery", "cash", "prime")


def said_lines(file):
    lines = (FOLDER / file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("show ")]


def test_the_core_of_retail_can_be_read_aloud_and_so_can_each_layer():
    assert len(said_lines("retail.flywheel")) <= 40
    for layer in RETAIL_LAYERS:
        assert 15 <= len(said_lines(f"retail.{layer}")) <= 30, layer


LAYERED = {"retail": (6, 5.0), "cash": (2, 2.2), "data": (2, 10.0)}  # layers, and how much it grows


@pytest.mark.parametrize(
    ("name", "depth"), [(name, depth) for name in LAYERED for depth in range(LAYERED[name][0])]
)
def test_each_layer_runs_draws_and_settles_its_arrows(name, depth):
    model = layers(name)[depth]
    run = simulate(model)
    served = model.stocks[0]
    assert run[served][-1] > LAYERED[name][1] * run[served][0]
    graph = causal_graph(model, show=model.shown)
    assert not [arrow for *arrow, sign in graph.edges(data="sign") if sign is None]
    named = {loop.title for loop in find_loops(graph)}
    assert {loop.name for loop in model.loops} <= named
    assert Model.parse(str(model)) == model


@pytest.mark.parametrize("name", ["cash", "data"])
def test_insight_changes_nothing_while_nobody_listens(name):
    core, whole = (simulate(model) for model in layers(name))
    assert all(np.array_equal(core[quantity], whole[quantity]) for quantity in core.model)


def test_what_is_left_over_is_what_the_newsvendor_leaves():
    """Half an error above the mean is ordered; demand is normal: the loss function, by sums."""
    shop = load("cash")
    error = shop.given_values["best_error"] + shop.given_values["learnable"]
    demand = np.random.default_rng(1).normal(1, error, 400_000)
    left = np.maximum(0, 1 + 0.5 * error - demand).mean()
    assert simulate(shop)["marked_down"][0] == pytest.approx(left, rel=0.01)


def test_in_the_core_more_sellers_lower_the_price_and_draw_customers():
    core, *_, whole = layers("retail")
    assert whole == load("retail")
    calm = simulate(core.change(squeeze=0))
    keen = simulate(core)
    assert np.all(keen["price"][1:] < calm["price"][1:])
    assert keen["customers"][-1] > calm["customers"][-1]
    # 31 USD and a margin of 12 %, of which 2 million sellers take 0.3 * (1 - exp(-2 / 0.7))
    sellers = keen["sellers"][-1]
    by_hand = 31 * (1 + 0.12 * (1 - 0.3 * (1 - np.exp(-sellers / 0.7e6))))
    assert keen["price"][-1] == pytest.approx(by_hand)


def test_the_sellers_of_retail_are_as_many_as_the_letters_count():
    run = simulate(load("retail"))
    counted = {2009.9: 1.9e6, 2014.9: 2e6}  # letters for 2009 and 2014
    for year, sellers in counted.items():
        assert np.interp(year, run.time, run["sellers"]) == pytest.approx(sellers, rel=0.3)


def test_the_warehouses_of_retail_replace_what_wears_out_and_wait_for_cash():
    run = simulate(load("retail"))
    assert np.any(run["affordable"] < run["needed"])
    rich = load("retail").revise(
        "stock cash [USD] = 1e12 in -inf .. inf\n + cash_in\n - cash_built"
    )
    assert simulate(rich)["orders"].mean() > 1.1 * run["orders"].mean()
    calm = {"word_of_mouth": 0, "leave_rate": 0, "prime": 0, "sellers_drawn": 0, "exit_rate": 0}
    still = simulate(load("retail").change(**calm, fulfilment=0, marketplace=0))
    planned = still["our_orders"] * (1 + 0.5)
    assert still["capacity"][-1] / planned[-1] == pytest.approx(1, abs=0.01)


def test_the_napkin_opens_at_less_than_twice_the_usual_price():
    run = simulate(load("napkin"))
    assert run["price"][0] / load("napkin").given_values["usual_price"] < 2
    assert run["experience"].max() <= 1


def test_an_unknown_model_is_answered_with_the_nearest():
    with pytest.raises(ModelError) as caught:
        load("retial")
    assert (
        str(caught.value)
        == "the library has no model called 'retial'\n  hint: did you mean 'retail'?"
    )


def test_a_path_is_no_name_of_the_library():
    with pytest.raises(ModelError) as caught:
        load("../flywheels/retail")
    assert "the library has no model called '../flywheels/retail'" in str(caught.value)


def test_loading_twice_gives_one_model():
    assert load("napkin") is load("napkin")


def test_numbers_beyond_the_sliders_can_be_set_for_an_experiment():
    model = with_numbers(load("rented"), {"churn_rate": 2.0, "customers": 10, "cash": -5})
    run = simulate(model)
    assert run["customers"][0] == 10
    assert run["cash"][0] == -5
    assert model["churn_rate"].range is None
    assert model.written["customers"].ledger == load("rented").written["customers"].ledger


def test_nobody_is_won_twice_however_small_the_audience():
    run = simulate(load("rented").change(exhaustion=0, audience=1000, word_of_mouth=0))
    assert run["customers"].max() <= 1000


def test_who_leaves_and_what_closes_is_replaced():
    """Stock management (Sterman, Business Dynamics, ch. 17): losses are ordered, not only gaps."""
    plenty = {"people_around": 1e5, "everybody": 10_000, "profit_each": 20}
    model = load("limits").change(**plenty).revise("time month from 0 to 600 step 0.0625")
    run = simulate(model)
    for have, want in (("staff", "wanted_staff"), ("sites", "wanted_sites")):
        assert run[have][-1] / run[want][-1] == pytest.approx(1, abs=0.001)


def test_an_overdraft_costs_its_interest():
    model = load("cash").change(slump=0.5)
    dear, free = (simulate(model.change(interest_rate=rate)) for rate in (0.01, 0))
    owed = np.maximum(0, -dear["cash"])
    assert dear["interest"] == pytest.approx(0.01 * owed)
    assert owed[-1] > 0
    paid = model.clock.step * dear["interest"][:-1].sum()
    assert free["cash"][-1] - dear["cash"][-1] == pytest.approx(paid)
