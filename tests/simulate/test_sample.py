from __future__ import annotations

import math

import numpy as np
import pytest

from flywheel_edu.errors import FlywheelError, FlywheelNotice, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate.sample import sample
from flywheel_edu.simulate.sweep import sweep
from flywheel_edu.study.sensitivity import sensitivity

LINE = """time year from 0 to 1 step 1
stock here [1] = a * weight_a + b * weight_b + c * 0 in -inf .. inf
given a [1] = 0.5 in 0 .. 1
given b [1] = 0.5 in -2 .. 2
given c [1] = 1 in 1 .. 3
given weight_a [1] = 4
given weight_b [1] = 1
"""


@pytest.fixture
def line():
    return Model.parse(LINE)


def test_every_part_of_each_range_is_drawn_once_by_latin_hypercube(line):
    drawn = sample(line, 50, seed=7)
    assert list(drawn.columns) == ["a", "b", "c"]
    for name in drawn:
        low, high = line[name].range
        parts = np.floor((drawn[name] - low) / (high - low) * 50)
        assert sorted(parts) == list(range(50))


def test_a_seed_draws_the_same_with_every_scipy(line):
    """As scipy 1.11 and 1.17 both drew them, which call the seed by different names."""
    assert sample(line, 2, seed=3, a=(0, 1), b=(0, 1)).to_numpy().ravel() == pytest.approx(
        [0.72931518, 0.31066082, 0.05021008, 0.69141075]
    )
    drawn = sample(line, 2, seed=3, way="sobol", a=(0, 1), b=(0, 1)).to_numpy().ravel()
    assert drawn == pytest.approx([0.11320535, 0.93053057, 0.89071569, 0.08766245])


def test_sobol_points_fill_every_half_of_every_range_alike(line):
    drawn = sample(line, 64, seed=7, way="sobol")
    halves = [(drawn[n] > sum(line[n].range) / 2) for n in drawn]
    for one in halves:
        assert one.sum() == 32
    assert (halves[0] & halves[1]).sum() == 16


def test_the_same_seed_draws_the_same_scenarios_and_another_seed_others(line):
    assert sample(line, 9, seed=1).equals(sample(line, 9, seed=1))
    assert not sample(line, 9, seed=1).equals(sample(line, 9, seed=2))
    assert len(sample(line, 1, way="sobol")) == 1


def test_ranges_can_be_named_and_go_into_a_sweep(line):
    drawn = sample(line, 20, seed=3, weight_a=(1, 2), b=(0, 0.5))
    assert list(drawn.columns) == ["weight_a", "b"]
    assert drawn["weight_a"].between(1, 2).all()
    found = sweep(line, drawn, statistic="final")
    np.testing.assert_allclose(found["here"], drawn["weight_a"] / 2 + drawn["b"], rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n is the number of scenarios, at least 1, not 0"),
        ({"n": 2.5}, "n is the number of scenarios, at least 1, not 2.5"),
        ({"way": "dice"}, "there is no way 'dice' to sample\n  hint: it can be: latin, sobol"),
        ({"a": 3}, "the range of 'a' is not a pair of numbers: '3'\n  hint: write it as "
                   "(low, high)"),
        ({"a": (0.5, 0.5)}, "the range of 'a' is empty: 0.5 .. 0.5\n  hint: write the smaller "
                            "number first"),
        ({"a": (0, 2)}, "'a' = 2 is outside its range 0 .. 1\n  hint: choose a value from 0 to 1, "
                        "in [1]"),
        ({"seed": {"a": (0, 1)}}, "the seed is a whole number from 0 upwards, not \"{'a': (0, 1)}\""
                                  "\n  hint: ranges come by name, such as price=(10, 20)"),
        ({"d": (0, 2)}, "'d' is not a given of this model\n  hint: its givens are: a, b, c, "
                        "weight_a, weight_b"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(line, options, message):
    with pytest.raises(FlywheelError) as caught:
        sample(line, **{"n": 5, **options})
    assert str(caught.value) == message


def test_a_model_without_ranges_asks_for_them():
    model = Model.parse("time year from 0 to 1 step 1\nstock x [1] = a\ngiven a [1] = 1\n")
    with pytest.raises(FlywheelError) as caught:
        sample(model, 5)
    assert str(caught.value) == (
        "no given of this model has a range\n"
        "  hint: name them, such as sample(model, 100, price=(10, 20))"
    )


def test_sobol_indices_share_out_the_variance_of_a_sum(line):
    # Independent terms of variance (4 * 1)^2 / 12 and (1 * 4)^2 / 12: half each, c nothing.
    found = sensitivity(line, "here", n=256, seed=4)
    assert found.loc["a", "total"] == pytest.approx(0.5, abs=0.05)
    assert found.loc["b", "first"] == pytest.approx(0.5, abs=0.05)
    assert found.loc["c", "total"] == pytest.approx(0, abs=1e-9)
    assert found.index[-1] == "c"


def test_sobol_indices_of_the_ishigami_function_are_the_published_ones():
    # Ishigami & Homma 1990, a = 7, b = 0.1: S1 = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437.
    span = f"in {-math.pi!r} .. {math.pi!r}"
    model = Model.parse(f"""time year from 0 to 1 step 1
stock y [1] = sin(a) + 7 * sin(b) ** 2 + 0.1 * c ** 4 * sin(a) in -inf .. inf
given a [1] = 0 {span}
given b [1] = 0 {span}
given c [1] = 0 {span}
""")
    found = sensitivity(model, "y", n=4096, seed=1)
    assert found.loc[["a", "b", "c"], "first"].tolist() == pytest.approx(
        [0.3139, 0.4424, 0], abs=0.02
    )
    assert found.loc[["a", "b", "c"], "total"].tolist() == pytest.approx(
        [0.5576, 0.4424, 0.2437], abs=0.02
    )


def test_morris_moves_are_the_slopes_over_the_whole_range_of_a_sum(line):
    found = sensitivity(line, "here", way="morris", n=8, seed=4)
    assert found.loc[["a", "b", "c"], "size"].tolist() == pytest.approx([4, 4, 0])
    assert found["spread"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)


def test_places_from_which_a_run_breaks_down_are_passed_over_and_said(line):
    from SALib.sample import sobol

    bound = line.revise("stock here [1] = a * weight_a + b * weight_b + c * 0")
    with pytest.raises(SimulationError, match="opens below zero, in scenario"):
        sensitivity(bound, "here", n=64, seed=4)
    bounds = [[0, 1], [-2, 2], [1, 3]]
    problem = {"num_vars": 3, "names": list("abc"), "bounds": bounds}
    a, b, _ = sobol.sample(problem, 64, calc_second_order=False, seed=4).T
    broken = int((4 * a + b < 0).reshape(64, 5).any(axis=1).sum())
    with pytest.warns(FlywheelNotice) as told:
        found = sensitivity(bound, "here", n=64, seed=4, failures="skip")
    assert str(told[0].message).startswith(
        f"{broken} of 64 places are passed over, for a run from there breaks down: "
        "the stock 'here' opens below zero, in scenario"
    )
    assert found.loc["c", "total"] == pytest.approx(0, abs=1e-9)


def test_a_share_below_nothing_is_explained():
    thin = LINE.replace("c * 0", "c * c * a * 0.2")
    with pytest.warns(FlywheelNotice) as told:
        found = sensitivity(Model.parse(thin), "here", n=4, seed=5)
    share = found["first"].min()
    assert share < -0.005
    assert str(told[0].message) == (
        f"no share of a variance is below 0, but by chance the estimate for "
        f"{found['first'].idxmin()} ({share:.2f}) is: read it as 0 within its 'first_off', or "
        "take a larger n"
    )


def test_what_nothing_moves_has_no_indices(line):
    with pytest.raises(FlywheelError) as caught:
        sensitivity(line, "here", n=8, c=(1, 2))
    assert str(caught.value) == (
        "'here' is 2.5 in all scenarios: nothing here moves it\n"
        "  hint: vary other givens, or look at another quantity"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 10}, "n is a power of two here, not 10\n  hint: take 64, 256, 1024 or more"),
        ({"n": -4}, "n is a power of two here, not -4\n  hint: take 64, 256, 1024 or more"),
        ({"way": "morris", "n": 1},
         "n is the number of places to look from, at least 2, not 1"),
        ({"way": "saltelli"}, "there is no way 'saltelli' here\n  hint: it can be: sobol, morris"),
        ({"quantity": "heer"}, "this model has no quantity 'heer'\n  hint: did you mean 'here'?"),
    ],
)  # fmt: skip
def test_indices_asked_for_wrongly_are_refused(line, options, message):
    with pytest.raises(FlywheelError) as caught:
        sensitivity(line, **{"quantity": "here", **options})
    assert str(caught.value) == message
