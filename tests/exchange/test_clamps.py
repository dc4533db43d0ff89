"""What may not go below zero is written out, conserves what flows, and gives way only where due."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu import simulate
from flywheel_exchange import read_xmile, xmile_text
from tests.exchange.files import MODELS, aux, file_of, model_of

DT = 0.25
NONE = "<non_negative/>"


def stock(name, opening, *flows, kept=NONE):
    tags = {"+": "inflow", "-": "outflow"}
    ways = "".join(f"<{tags[flow[0]]}>{flow[1:]}</{tags[flow[0]]}>" for flow in flows)
    return f'<stock name="{name}"><eqn>{opening}</eqn>{ways}{kept}</stock>'


def flow(name, equation, kept=""):
    return f'<flow name="{name}"><eqn>{equation}</eqn>{kept}</flow>'


def test_an_outflow_is_limited_by_what_there_is_and_what_comes_in(tmp_path):
    quantities = stock("box", 2, "+found", "-lent") + flow("found", "1") + flow("lent", "3")
    model = model_of(tmp_path, quantities)
    assert str(model["lent"]) == "lent [?] = min(3, box / time_step + found)"
    run = simulate(model)
    there = [2.0]
    for _ in run.time[1:]:
        there.append(max(0.0, there[-1] + DT * (1 - 3)))
    np.testing.assert_allclose(run["box"], there, atol=1e-12)
    assert run["lent"][-1] == 1  # only what comes in goes out again


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("named", ["", aux("0.25", "TIME STEP")])
@pytest.mark.parametrize("step", [0.125, 0.5])
def test_a_run_in_another_step_is_that_of_a_file_with_this_step(tmp_path, step, named, method):
    quantities = stock("box", 2, "+found", "-lent") + flow("found", "1") + flow("lent", "5 + a")
    path = file_of(tmp_path, quantities + aux("TIME / DT", "a") + named)
    ours = read_xmile(path)
    text = path.read_text("utf-8").replace("<dt>0.25</dt>", f"<dt>{step}</dt>")
    path.write_text(text.replace("<eqn>0.25</eqn>", f"<eqn>{step}</eqn>"), "utf-8")
    theirs = simulate(read_xmile(path), method=method)
    run = simulate(ours, step=step, method=method)
    for name in ("box", "lent", "a", "time_step"):
        assert run[name].tolist() == theirs[name].tolist()
    again = simulate(ours, step=step, method=method, until=5, start_from={"box": 1})
    assert again["time_step"][0] == simulate(ours, step=step, start_from=again)["time_step"][0]
    assert again["time_step"][0] == step


def test_a_step_that_is_given_by_hand_stays(tmp_path):
    model = model_of(tmp_path, aux("1 / DT"))
    line = "time month from 0 to 10 step 0.5"
    assert model.revise(line)["time_step"].equation.value == 0.5
    with pytest.warns(match="'time_step' is 0.5 now, and the model still goes in steps of 0.25: "):
        assert simulate(model.change(time_step=0.5)).time[1] == 0.25
    by_hand = model.revise(f"{line}\ngiven time_step [month] = 2")
    assert simulate(by_hand, step=0.125)["time_step"][0] == 2


def test_the_outflow_named_first_has_the_first_call(tmp_path):
    quantities = stock("box", 1, "-first", "-second") + flow("first", "3") + flow("second", "3")
    run = simulate(model_of(tmp_path, quantities))
    assert run["first"][:3].tolist() == [3, 0, 0]
    assert run["second"][:3].tolist() == [1, 0, 0]
    assert run["box"][:3].tolist() == [1, 0, 0]


def test_nothing_is_lost_or_made_between_limited_stocks(tmp_path):
    quantities = (
        stock("a", 5, "-ab")
        + stock("b", 0, "+ab", "-bc")
        + stock("c", 0, "+bc")
        + flow("ab", "4")
        + flow("bc", "3")
    )
    run = simulate(model_of(tmp_path, quantities))
    np.testing.assert_allclose(run["a"] + run["b"] + run["c"], 5, rtol=1e-12)
    assert run["c"][-1] == pytest.approx(5)
    assert min(run[name].min() for name in "abc") >= -1e-12


def test_stocks_that_feed_each_other_are_limited_without_a_circle(tmp_path):
    quantities = (
        stock("a", 5, "-ab", "+ba")
        + stock("b", 0, "+ab", "-ba")
        + flow("ab", "9")
        + flow("ba", "7")
    )
    run = simulate(model_of(tmp_path, quantities))
    np.testing.assert_allclose(run["a"] + run["b"], 5, rtol=1e-12)
    assert min(run["a"].min(), run["b"].min()) >= -1e-12


def test_no_limit_is_written_where_the_equations_cannot_empty_the_stock(tmp_path):
    quantities = (
        stock("customers", 5, "-leavers", "-tired", "+change")
        + flow("leavers", "customers * rate")
        + flow("tired", "MAX(0, (customers - some) / 8)")
        + flow("change", "(some - customers) / patience")
        + aux("0.5", "rate")
        + aux("4", "patience")
        + aux("3", "some")
    )
    model = model_of(tmp_path, quantities)
    assert "time_step" not in model
    assert str(model["leavers"]) == "leavers [?] = customers * rate"
    assert model["customers"].range is None  # it still promises to stay at or above zero


def test_a_limit_is_written_where_together_they_could(tmp_path):
    quantities = (
        stock("customers", 5, "-leavers", "-tired")
        + flow("leavers", "customers * 2.5")
        + flow("tired", "customers * 2")
    )
    model = model_of(tmp_path, quantities)
    assert str(model["tired"]) == "tired [?] = min(customers * 2, customers / time_step - leavers)"
    assert simulate(model)["customers"].min() >= -1e-12


def test_an_inflow_that_may_turn_takes_no_more_than_there_is(tmp_path):
    quantities = stock("box", 1, "+change") + flow("change", "TIME - 3")
    model = model_of(tmp_path, quantities)
    assert str(model["change"]) == "change [?] = max(time - 3, -(box / time_step))"
    run = simulate(model)
    there = [1.0]
    for t in run.time[:-1]:
        there.append(max(0.0, there[-1] + DT * (t - 3)))
    np.testing.assert_allclose(run["box"], there, atol=1e-12)


def test_a_flow_that_drains_two_stocks_holds_the_stock_instead(tmp_path):
    """As the test models of the SDXorg suite have it: the flow goes on, the stock stays at zero."""
    quantities = (
        stock("a", 5, "-out", "+into")
        + stock("b", 9, "-out", kept="")
        + flow("out", "4")
        + flow("into", "1")
    )
    run = simulate(model_of(tmp_path, quantities))
    a, b = [5.0], [9.0]
    for _ in run.time[1:]:
        a.append(max(0.0, a[-1] + DT * (1 - 4)))
        b.append(b[-1] - DT * 4)
    np.testing.assert_allclose(run["a"], a, atol=1e-12)
    np.testing.assert_allclose(run["b"], b, atol=1e-12)
    assert set(run["out"]) == {4.0}


def test_a_flow_that_goes_one_way_is_never_negative(tmp_path):
    quantities = stock("s", 0, "+f", kept="") + flow("f", "TIME - 3", NONE) + flow("g", "2", NONE)
    model = model_of(tmp_path, quantities)
    assert str(model["f"]) == "f [?] = max(time - 3, 0)"
    assert model["g"].kind == "given"  # it never is, so nothing is written


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<non_negative/>", True),
        ("<non_negative>true</non_negative>", True),
        ("<non_negative> TruE  </non_negative>", True),
        ("<non_negative>false</non_negative>", False),
        ("<non_negative> FALSE </non_negative>", False),
        ("", False),
    ],
)
def test_a_stock_is_kept_above_zero_only_if_the_file_says_so(tmp_path, said, kept):
    model = model_of(tmp_path, stock("s", 1, "-f", kept=said) + flow("f", "3"))
    assert (model["s"].range is None) == kept
    assert (simulate(model)["s"].min() >= 0) == kept


@pytest.mark.parametrize(
    ("behaviour", "stocks", "flows"),
    [
        ("<non_negative/>", True, True),
        ("<stock><non_negative/></stock>", True, False),
        ("<flow><non_negative/></flow>", False, True),
        ("<all><non_negative/></all>", True, True),
        ("", False, False),
    ],
)
def test_a_file_can_keep_all_its_stocks_or_flows_above_zero(tmp_path, behaviour, stocks, flows):
    quantities = (
        stock("s", 1, "-f", kept="")
        + stock("free", 1, "-f2", kept="<non_negative>false</non_negative>")
        + flow("f", "3")
        + flow("f2", "3")
        + flow("g", "-1")
    )
    more = f"<behavior>{behaviour}</behavior>"
    run = simulate(model_of(tmp_path, quantities, more=more))
    assert (run["s"].min() >= 0) == stocks
    assert run["free"].min() < 0
    assert (run["g"][0] == 0) == flows


def test_what_was_limited_comes_back_from_a_file_as_it_is(tmp_path):
    model = read_xmile(MODELS / "clamps.xmile")
    (tmp_path / "again.xmile").write_text(xmile_text(model))
    assert read_xmile(tmp_path / "again.xmile") == model
    run = simulate(model)
    assert run["water"].min() >= -1e-12
    # What left the tub went into the drain, and nothing else did.
    left = run["water"][0] - run["water"] + DT * np.cumsum([0, *run["filling"][:-1]])
    np.testing.assert_allclose(run["drain"], left, atol=1e-9)
