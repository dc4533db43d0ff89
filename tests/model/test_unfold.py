"""Delays and smoothing unfold into stocks one can see, and move as the textbook says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flywheel_edu import Model, SimulationError, causal_graph, find_loops, simulate

CLOCK = "time month from 0 to 40 step 1/64 method rk4\n"
JUMP = CLOCK + "x [item/month] = step(height, 0) + base\ngiven height [item/month] = {height}\n"


def model(equation: str, height: float = 8.0) -> Model:
    return Model.parse(
        f"{JUMP.format(height=height)}given base [item/month] = 2\n"
        f"y [item/month] = {equation}\ngiven wait [month] = 5 in 1 .. 12"
    )


def test_what_a_delay_unfolds_into():
    seen = {
        form: {q.name: str(q) for q in model(f"{form}(x, wait)").values() if q.name[0] == "y"}
        for form in ("smooth", "delay")
    }
    assert seen == {
        "smooth": {
            "y": "stock y [item/month] = x in -inf .. inf",
            "y_adjustment": "y_adjustment [item/month^2] = (x - y) / wait",
        },
        "delay": {
            "y_in_transit": "stock y_in_transit [item] = x * wait in -inf .. inf",
            "y": "y [item/month] = y_in_transit / wait",
        },
    }
    assert model("smooth(x, wait)")["y_adjustment"].part_of == "y"
    assert list(model("smooth3(x, wait)").stocks) == ["y", "y_stage_1", "y_stage_2"]
    assert list(model("delay3(x, wait)").stocks) == [f"y_in_transit_{i}" for i in (1, 2, 3)]


def test_the_text_keeps_the_delay_as_it_was_written():
    written = model("2 * smooth(x, wait) + delay(x, 3)")
    assert str(written.written["y"]) == "y [item/month] = 2 * smooth(x, wait) + delay(x, 3)"
    assert Model.parse(str(written)) == written
    assert {"y_smooth", "y_delay", "y_delay_in_transit"} < set(written)


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("form", ["smooth", "delay"])
def test_the_answer_to_a_pulse_of_news_is_the_erlang_curve(form, order):
    """After a jump from 2 to 10, an order-n delay has let through the Erlang share of it.

    Sterman, Business Dynamics (2000), appendix to ch. 11. The jump happens at the very start, so
    the delay opens at 10; it is opened at 2 by letting x be 2 for the first instant only.
    """
    name = form if order == 1 else f"{form}3"
    late = Model.parse(
        CLOCK.replace("to 40", "to 48")
        + "x [item/month] = base + step(height, begin)\n"
        + "given height [item/month] = 8\ngiven base [item/month] = 2\ngiven begin [month] = 8\n"
        + f"y [item/month] = {name}(x, wait)\ngiven wait [month] = 5"
    )
    run = simulate(late)
    t = np.maximum(run.time - 8, 0) * order / 5
    share = 1 - np.exp(-t) * sum(t**k / math.factorial(k) for k in range(order))
    # The step falls between two looks of the method, which costs half a step of accuracy.
    np.testing.assert_allclose(run["y"], 2 + 8 * share, atol=8 / 64 / 5 * order)


def test_nothing_is_lost_in_transit():
    run = simulate(model("delay3(x, wait)"), method="euler")
    inside = sum(run[f"y_in_transit_{i}"] for i in (1, 2, 3))
    step = run.model.clock.step
    gained = np.cumsum((run["x"] - run["y"])[:-1]) * step
    np.testing.assert_allclose(inside[1:] - inside[0], gained, rtol=1e-12, atol=1e-9)


def test_init_holds_the_value_of_the_start():
    run = simulate(model("init(x) + 0 * x"))
    assert set(run["y"]) == {10.0}
    assert run.model["y_init"].ledger == ()


def test_a_chain_of_openings_is_computed_in_its_own_order():
    chained = Model.parse(
        CLOCK + "stock a [x] = 2 * b\nstock b [x] = c + 1 * d\nc [x] = e\nstock d [x] = 3\n"
        "e [x] = d * two\ngiven two [1] = 2"
    )
    run = simulate(chained)
    assert [run[name][0] for name in "abcd"] == [18.0, 9.0, 6.0, 3.0]


def test_a_loop_shows_where_it_waits():
    shop = Model.parse(
        CLOCK + "stock people [person] = 10\n    + joiners\n"
        "joiners [person/month] = people * noticed * rate\n"
        "noticed [1] = smooth(quality, wait)\n"
        "quality [1] = room / (room + people)\n"
        "given room [person] = 90\ngiven rate [1/month] = 0.2\ngiven wait [month] = 5 in 1 .. 9"
    )
    graph = causal_graph(shop, show=["people", "quality", "noticed", "joiners"])
    assert graph.edges["quality", "noticed"] == {"sign": 1, "delay": True}
    assert [(loop.kind, loop.delayed) for loop in find_loops(graph)] == [
        ("reinforcing", False),
        ("balancing", True),
    ]


def test_what_a_smoothed_quantity_can_be_is_what_comes_in():
    noticed = Model.parse(
        CLOCK + "x [1] = table(time / wait, 0: 0.2, 2: 0.9)\ny [1] = smooth3(x, wait)\n"
        "z [1] = 1 - y\ngiven wait [month] = 5 in 1 .. 12"
    )
    assert noticed.bounds["y"] == (0.2, 0.9)
    assert noticed.bounds["z"] == pytest.approx((0.1, 0.8))


def test_a_delay_shorter_than_the_step_stops_the_run_in_words():
    short = Model.parse(
        "time month from 0 to 12 step 1\nx [1] = 1 + 5 * int(mod(time, two) / one_month)\n"
        "y [1] = smooth(x, wait)\n"
        "given wait [month] = 0.4\ngiven two [month] = 2\ngiven one_month [month] = 1"
    )
    with pytest.raises(Exception) as caught:
        simulate(short)
    assert str(caught.value) == (
        "the delay in 'y' overshoots at month 3\n"
        "  hint: take a step shorter than the time of the delay"
    )


def test_a_delay_with_a_time_below_zero_is_told_which():
    back = Model.parse(
        "time month from 0 to 12 step 1\nx [1] = time / one_month\ny [1] = smooth(x, wait)\n"
        "given wait [month] = -2\ngiven one_month [month] = 1"
    )
    with pytest.raises(SimulationError) as caught:
        simulate(back)
    assert str(caught.value) == (
        "the delay in 'y' runs backwards at month 2\n"
        "  hint: 'wait' is -2: give it a value above zero"
    )


def test_delays_inside_one_another_are_quantities_of_their_own():
    run = simulate(model("1 * smooth(smooth(x, wait), wait)"), method="euler")
    assert {"y_smooth", "y_smooth_2"} < set(run.model)
    once = simulate(model("smooth(x, wait)"), method="euler")["y"]
    step, twice = run.model.clock.step, [once[0]]
    for value in once[:-1]:
        twice.append(twice[-1] + step * (value - twice[-1]) / 5)
    np.testing.assert_allclose(run["y"], twice, rtol=1e-12)
