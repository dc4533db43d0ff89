"""Fitting: known numbers are found again, and what the data cannot say is said so."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from flywheel_edu.errors import FlywheelError, ModelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.sample import latin
from flywheel_edu.study import calibrate, objective
from flywheel_edu.study.bands import student
from flywheel_edu.study.calibrate import fit
from flywheel_edu.study.promise import Promise

GROWTH = Model.parse("""\
# Savings that earn interest, up to a ceiling.
time year from 0 to 20 step 0.125
stock savings [USD] = 100
    + interest
interest [USD/year] = savings * rate * (1 - savings / ceiling)
twice [1] = idle * 2
given rate    [1/year] = 0.1   in 0.01 .. 1
given ceiling [USD]    = 2000  in 200 .. 20000
given idle    [1]      = 1     in 0 .. 2
given bare    [1]      = 1
data noted [USD] = 2: 150, 6: 330, 10: 700, 14: 1200
data in_percent [1] = 2: 15, 6: 33
""")


def truth(**numbers):
    return truth_of(GROWTH, **numbers)


def truth_of(model, **numbers):
    run = simulate(model.change(**numbers))
    return pd.Series(run["savings"][::8], index=run.time[::8])


def test_numbers_that_made_the_data_are_found_again():
    found = fit(GROWTH, {"savings": truth(rate=0.37, ceiling=3456)}, ["rate", "ceiling"])
    assert found.values["rate"] == pytest.approx(0.37, rel=1e-5)
    assert found.values["ceiling"] == pytest.approx(3456, rel=1e-5)
    assert found.at_limit == ()
    assert found.model.given_values["rate"] == found.values["rate"]


def test_without_machine_code_the_same_numbers_are_found(monkeypatch):
    data = {"savings": truth(rate=0.37, ceiling=3456) * (1 + 0.05 * np.sin(np.arange(21)))}
    fine = GROWTH.revise("time year from 0 to 20 step 0.03125")  # long enough for longer steps
    here = [fit(model, data, ["rate", "ceiling"], starts=2) for model in (GROWTH, fine)]
    for module in (calibrate, objective):
        monkeypatch.setattr(module, "machine", lambda: None)
    for model, same in zip((GROWTH, fine), here, strict=True):
        found = fit(model, data, ["rate", "ceiling"], starts=2)
        assert found.values == pytest.approx(same.values, rel=1e-5)


def test_relative_misses_find_them_as_well():
    found = fit(
        GROWTH, {"savings": truth(rate=0.2)}, ["rate", "ceiling"], misses="relative", starts=2
    )
    assert found.values["rate"] == pytest.approx(0.2, rel=1e-5)


def test_held_out_points_do_not_touch_the_fit():
    whole = truth(rate=0.3)
    spoilt = whole.copy()
    spoilt[spoilt.index > 10] = 1.0
    honest = fit(GROWTH, {"savings": whole}, ["rate"], until=10, starts=2)
    blind = fit(GROWTH, {"savings": spoilt}, ["rate"], until=10, starts=2)
    assert honest.values == blind.values
    assert honest.scores().loc["this model", "rmse_held_out"] < 1e-3
    assert blind.scores().loc["this model", "rmse_held_out"] > 100


def test_the_same_seed_gives_the_same_fit():
    noisy = truth(rate=0.3) * (1 + 0.1 * np.random.default_rng(3).standard_normal(21))
    one = fit(GROWTH, {"savings": noisy}, ["rate", "ceiling"], seed=5)
    two = fit(GROWTH, {"savings": noisy}, ["rate", "ceiling"], seed=5)
    assert one.values == two.values
    assert one.costs == two.costs


@pytest.mark.parametrize("grows", [False, True])
def test_standard_errors_are_those_of_many_noisy_repetitions(grows):
    # Noise of a known size, the same everywhere or a tenth of what is measured, drawn afresh: the
    # spread of the fitted rates is what the error claims.
    clean, noise = truth(rate=0.3), np.random.default_rng(1)
    rates, claimed = [], []
    for _ in range(60):
        noisy = clean + (0.1 * clean if grows else 20) * noise.standard_normal(len(clean))
        found = fit(GROWTH, {"savings": noisy}, ["rate"], starts=1)
        rates.append(found.values["rate"])
        claimed.append(found.standard_errors["rate"])
    assert np.std(rates) == pytest.approx(np.mean(claimed), rel=0.25)


def test_a_series_by_itself_is_called_like_what_it_measures():
    clean = truth(rate=0.3)
    found = fit(GROWTH, clean.rename("savings"), ["rate"], starts=1)
    assert found.values["rate"] == pytest.approx(0.3, rel=1e-4)
    with pytest.raises(SimulationError) as caught:
        fit(GROWTH, clean.rename("saving"), ["rate"])
    assert str(caught.value) == (
        "a series is called like what it measures, and this one is 'saving'\n"
        "  hint: did you mean 'savings'?"
    )
    with pytest.raises(SimulationError, match=r"and this one is None\n  hint: write: series"):
        fit(GROWTH, clean.rename(None), ["rate"])


def test_a_number_that_changes_nothing_is_said_not_to_be_settled():
    found = fit(GROWTH, {"savings": truth(rate=0.3)}, ["rate", "idle"], starts=1)
    assert math.isinf(found.standard_errors["idle"])
    assert math.isfinite(found.standard_errors["rate"])
    assert "idle = 1 [1], not settled by these data" in str(found)


def test_a_number_that_stops_at_its_limit_is_named():
    found = fit(GROWTH, {"savings": truth(rate=0.5)}, {"rate": (0.01, 0.3)}, starts=2)
    assert found.at_limit == ("rate",)
    assert "rate = 0.3 [1/year], at the limit of its search" in str(found)


def test_a_series_of_the_model_itself_can_be_named():
    found = fit(GROWTH, {"savings": "noted"}, ["rate", "ceiling"], starts=2)
    assert found.measured["savings"].value.tolist() == [150, 330, 700, 1200]


def test_several_series_of_different_sizes_weigh_alike():
    run = simulate(GROWTH.change(rate=0.3))
    data = {
        "savings": pd.Series(run["savings"][::8], index=run.time[::8]),
        "interest": pd.Series(run["interest"][::8], index=run.time[::8]),
    }
    found = fit(GROWTH, data, ["rate", "ceiling"], starts=2)
    assert found.values["rate"] == pytest.approx(0.3, rel=1e-5)
    assert set(found.measured) == {"savings", "interest"}


def test_every_baseline_stands_beside_the_model():
    scores = fit(GROWTH, {"savings": truth()}, ["rate"], until=10, trend_from=5, starts=1).scores()
    assert set(scores.index) == {
        "this model",
        "last value",
        "last increment",
        "last growth rate",
        "linear trend",
        "quadratic trend",
        "exponential",
        "damped growth",
        "logistic",
        "Gompertz",
        "Bass",
        "linear trend from 5",
    }
    assert scores["rmse_held_out"].is_monotonic_increasing
    held = truth()[lambda s: s.index > 10]
    by_hand = np.sqrt(np.mean((held - truth()[10.0]) ** 2))
    assert scores.loc["last value", "rmse_held_out"] == pytest.approx(by_hand)


def test_a_fit_up_to_the_last_point_or_beyond_says_that_none_is_held_out():
    last = truth().index[-1]
    for until in (last, 1000):
        found = fit(GROWTH, {"savings": truth()}, ["rate"], until=until, starts=1)
        assert f"the last point is of year {last:g}: nothing is held out" in found.told[-1]
    assert not fit(GROWTH, {"savings": truth()}, ["rate"], until=10, starts=1).told


def test_the_picture_says_what_was_held_out():
    found = fit(GROWTH, {"savings": truth()}, ["rate"], until=10, starts=1)
    drawn = found.plot(show=["logistic", "linear trend"])
    colours = [line.get_color() for line in drawn.figure.axes[0].lines if len(line.get_xdata()) > 2]
    assert len(set(colours[:3])) == 3  # two baselines and the model
    words = drawn.alt
    assert "held out" in words
    assert "measured" in words
    assert "linear trend" in words


def test_the_table_has_a_row_for_each_number():
    table = fit(GROWTH, {"savings": truth()}, ["rate", "ceiling"], starts=1).table()
    assert list(table.index) == ["rate", "ceiling"]
    assert table.loc["ceiling", "unit"] == "USD"
    assert table.loc["rate", "to"] == 1


@pytest.mark.parametrize(
    ("data", "adjust", "options", "message"),
    [
        (
            {"saving": {1: 1.0}},
            ["rate"],
            {},
            "the model has no quantity 'saving'\n  hint: did you mean 'savings'?",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0}},
            ["rates"],
            {},
            "'rates' is not a given of this model\n  hint: did you mean 'rate'?",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0}},
            ["bare"],
            {},
            "'bare' has no limits to search within\n"
            "  hint: give them: adjust={'bare': (low, high)}",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0}},
            [],
            {},
            "there is nothing to adjust\n  hint: name at least one given",
        ),
        (
            {"savings": {1: 1.0}},
            ["rate"],
            {},
            "there is 1 number to adjust and only 1 point to fit\n"
            "  hint: there must be more points than numbers, better several times as many",
        ),
        (
            {"savings": {1: 1.0, 30: 2.0}},
            ["rate"],
            {},
            "the series for 'savings' runs from 1 to 30, the model from 0 to 20\n"
            "  hint: leave out the points outside, or widen the model's time line",
        ),
        ({"savings": {}}, ["rate"], {}, "the series for 'savings' has no points"),
        (
            [110, 121],
            ["rate"],
            {},
            "the data of a fit come by name, not as list\n"
            "  hint: write fit(model, {'name': {1: 110, 2: 122}}, ...)",
        ),
        (
            {"savings": [110, 121]},
            ["rate"],
            {},
            "the series for 'savings' is not made of times and numbers: '[110, 121]'\n"
            "  hint: write {'savings': {1: 110, 2: 122}}, or take a pandas Series whose index is "
            "time in [year]",
        ),
        (
            {"savings": {1: "many"}},
            ["rate"],
            {},
            "the series for 'savings' has 'many' at 1, which is no number\n"
            "  hint: write 20000 or 20,000, and leave empty what was not measured",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0}},
            {"bare": 5},
            {},
            "the limits of 'bare' are not a pair of numbers: '5'\n"
            "  hint: write adjust={'bare': (low, high)}",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0}},
            {"bare": (8, 1)},
            {},
            "the limits of 'bare' are empty: 8 .. 1\n  hint: write the smaller number first",
        ),
        (
            {"savings": "note"},
            ["rate"],
            {},
            "'note' is no measured series of this model\n  hint: did you mean 'noted'?",
        ),
        (
            {"savings": "in_percent"},
            ["rate"],
            {},
            "'in_percent' is in [1], but 'savings' is in [USD]\n  hint: measure both in one unit",
        ),
        (
            {"savings": {1: 0.0, 2: 2.0, 3: 4.0}},
            ["rate"],
            {"misses": "relative"},
            "'savings' has points that are not above 0, and so no differences in percent\n"
            "  hint: fit it with misses='absolute'",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0, 3: 4.0}},
            ["rate"],
            {"misses": "squared"},
            "misses are counted 'absolute' or 'relative', not 'squared'",
        ),
        (
            {"savings": {1: 1.0, 2: 2.0, 3: 4.0}},
            ["rate"],
            {"misses": {"saving": "relative"}},
            "'saving' is not fitted\n  hint: did you mean 'savings'?",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(data, adjust, options, message):
    with pytest.raises((ModelError, SimulationError)) as caught:
        fit(GROWTH, data, adjust, **options)
    assert str(caught.value) == message


def test_limits_outside_the_models_own_range_are_refused_before_the_search():
    with pytest.raises(ModelError, match="'rate' = 3 is outside its range"):
        fit(GROWTH, {"savings": truth()}, {"rate": (0.1, 3)})


def test_a_model_that_breaks_everywhere_is_reported():
    broken = GROWTH.revise("interest [USD/year] = savings * rate * 1e300 * savings / ceiling")
    with pytest.raises(SimulationError) as caught:
        fit(broken, {"savings": truth()}, ["rate"], starts=2)
    assert str(caught.value).startswith("no start led to a run that holds\n  hint: run the model")


def test_one_given_may_be_named_without_a_list():
    assert list(fit(GROWTH, {"savings": truth()}, "rate", starts=1).values) == ["rate"]


def test_a_series_of_one_point_beside_another_has_baselines_too():
    found = fit(GROWTH, {"savings": truth(), "interest": {1: 10.0}}, ["rate"], starts=1)
    assert "logistic" not in found.scores("interest").index
    assert found.scores("interest").loc["linear trend", "rmse_fitted"] == 0


def test_a_picture_leaves_out_a_curve_that_the_points_do_not_allow():
    found = fit(GROWTH, {"savings": {1: 110.0, 2: 121.0, 3: 133.0}}, ["rate"], starts=1)
    assert "logistic" not in found.forecasts["savings"]
    assert "logistic" not in found.plot().alt
    assert "exponential" in found.plot(show="exponential").alt


def test_an_unknown_baseline_is_answered_with_the_nearest():
    found = fit(GROWTH, {"savings": truth()}, ["rate"], starts=1)
    with pytest.raises(SimulationError) as caught:
        found.plot(show=["logistics"])
    assert (
        str(caught.value)
        == "there is no baseline called 'logistics'\n  hint: did you mean 'logistic'?"
    )


def test_which_series_must_be_said_when_there_are_two_but_the_first_is_drawn():
    data = {"savings": truth(), "interest": {1: 10.0, 2: 11.0}}
    found = fit(GROWTH, data, ["rate"], starts=1)
    with pytest.raises(SimulationError) as caught:
        found.scores()
    assert str(caught.value) == (
        "say which series\n  hint: write one of 'savings', 'interest' first in the brackets"
    )
    assert found.plot(show=[], level=None).alt.startswith("Chart: savings")  # the first
    assert " nearer to interest where fitted" in found.verdict("interest")


def test_who_comes_nearer_is_said_in_a_sentence():
    straight = {year: 100.0 + 10 * year for year in range(1, 15)}
    found = fit(GROWTH, {"savings": straight}, ["rate"], until=8, starts=1)
    scores = found.scores()["rmse_held_out"]
    nearer = list(scores.index[: list(scores.index).index("this model")])
    assert "linear trend" in nearer
    assert len(nearer) > 1
    assert found.verdict().endswith(f" come nearer where held out: {', '.join(nearer)}.")
    best = fit(
        GROWTH, {"savings": truth(rate=0.3).iloc[1:]}, ["rate", "ceiling"], until=10, starts=1
    )
    assert best.verdict() in (
        "No curve without a story comes nearer where held out than this model.",
        "One curve with no story comes nearer where held out: logistic.",
    )


def test_the_covariance_of_a_straight_line_is_the_textbooks():
    # y = level + slope t by least squares: (X'X)^-1 X' diag(e / (1 - h))^2 X (X'X)^-1 with the
    # misses e and h the diagonal of X (X'X)^-1 X'; the spread s^2 from n - 2 misses
    line = Model.parse("""time year from 0 to 9 step 1
stock y [1] = level
    + grows
grows [1/year] = slope
given level [1] = 1 in -50 .. 50
given slope [1/year] = 1 in -50 .. 50
""")
    time = np.arange(10.0)
    value = 3 + 2 * time + np.random.default_rng(4).standard_normal(10)
    found = fit(line, {"y": pd.Series(value, time)}, ["level", "slope"], starts=1)
    design = np.column_stack([np.ones(10), time])
    level, slope = np.linalg.lstsq(design, value, rcond=None)[0]
    misses = value - level - slope * time
    spread = np.sum(misses**2) / 8
    inverse = np.linalg.inv(design.T @ design)
    shares = np.diag(design @ inverse @ design.T)
    by_book = inverse @ design.T @ np.diag((misses / (1 - shares)) ** 2) @ design @ inverse
    np.testing.assert_allclose(found.covariances.to_numpy(), by_book, rtol=1e-3)
    assert found.spreads["y"] * np.mean(np.abs(value)) == pytest.approx(np.sqrt(spread), rel=1e-4)
    # and so is the band: t (s^2 (1 + x' (X'X)^-1 x))^1/2
    band = found.predict(method="profile", times=[0.0, 9.0])
    for at, half in zip((0.0, 9.0), (band["high"] - band["low"]) / 2, strict=True):
        x = np.array([1, at])
        by_book = 1.8595 * np.sqrt(spread * (1 + x @ np.linalg.inv(design.T @ design) @ x))
        assert half == pytest.approx(by_book, rel=0.01)


@pytest.mark.parametrize("kind", ["absolute", "relative"])
@pytest.mark.parametrize("method", ["bootstrap", "profile"])
def test_nine_in_ten_new_measurements_fall_into_the_band(kind, method):
    # In 120 sets, 50 fresh ones each: 0.886 and 0.889 by bootstrap, 0.902 and 0.902 by profile.
    clean = truth(rate=0.3).iloc[1:16]
    held = []
    for seed in range(40 if method == "bootstrap" else 20):
        chance = np.random.default_rng(seed)
        draws = [
            clean + 60 * chance.standard_normal(15)
            if kind == "absolute"
            else clean * np.exp(0.1 * chance.standard_normal(15))
            for _ in range(2)
        ]
        found = fit(
            GROWTH, {"savings": draws[0]}, ["rate", "ceiling"], starts=1, until=12, misses=kind
        )
        band = found.predict(method=method, times=clean.index[4::5], refits=80)
        fresh = draws[1].to_numpy()[4::5]
        held.append(np.mean((band["low"] <= fresh) & (fresh <= band["high"])))
    assert 0.85 <= np.mean(held) <= 0.95


@pytest.mark.parametrize(
    ("pull", "off"),
    [(0.1, 0.02), (6.0, 0.0)],  # steps four times as long overshoot a pull of 6 ever more
)
def test_refits_in_longer_steps_find_the_band_of_the_models_own_steps(monkeypatch, pull, off):
    warm = Model.parse(f"""time hour from 0 to 40 step 0.125
stock heat [degC] = 90
    - cooling
cooling [degC/hour] = (heat - room) * pull
given room [degC] = 20 in 0 .. 40
given pull [1/hour] = {pull} in 0.01 .. 7
""")
    time = np.arange(0.25, 30.0)
    heat = np.interp(time, simulate(warm).time, simulate(warm)["heat"])
    data = pd.Series(heat + np.random.default_rng(3).standard_normal(len(time)), time)
    found = fit(warm, {"heat": data}, ["room", "pull"], starts=1)
    band = found.predict(times=[0.25, 3.0, 20.0])
    monkeypatch.setattr(objective.Objective, "in_longer_steps", None)
    own = found.predict(times=[0.25, 3.0, 20.0])
    width = (own["high"] - own["low"]).to_numpy()[:, None]
    assert np.all(np.abs(band - own) <= off * width)
    assert np.any(band != own) == (off > 0)  # another way, or the very same


def test_each_series_has_a_spread_of_its_own():
    chance = np.random.default_rng(2)
    run = simulate(GROWTH.change(rate=0.3))
    time = run.time[8::8]
    clean = {name: pd.Series(run[name][8::8], time) for name in ("savings", "interest")}
    data = {
        "savings": clean["savings"] * np.exp(0.01 * chance.standard_normal(len(time))),
        "interest": clean["interest"] * np.exp(0.2 * chance.standard_normal(len(time))),
    }
    found = fit(GROWTH, data, ["rate", "ceiling"], misses="relative", starts=1)
    assert found.spreads["savings"] == pytest.approx(0.01, rel=0.5)
    assert found.spreads["interest"] == pytest.approx(0.2, rel=0.5)


def test_a_weight_draws_the_fit_to_its_series():
    run = simulate(GROWTH.change(rate=0.3))
    time = run.time[8::8]
    data = {
        "savings": pd.Series(run["savings"][8::8], time),
        "interest": pd.Series(2 * run["interest"][8::8], time),
    }
    even, heavy = (
        fit(GROWTH, data, ["rate"], weights=weights, starts=1)
        for weights in (None, {"savings": 30})
    )
    assert abs(heavy.values["rate"] - 0.3) < abs(even.values["rate"] - 0.3)
    with pytest.raises(SimulationError) as caught:
        fit(GROWTH, data, ["rate"], weights={"savings": 0})
    assert str(caught.value) == (
        "the weight of 'savings' is 0\n  hint: a weight is above 0; 2 counts double"
    )


def test_forecasts_from_many_origins_know_the_past_only():
    found = fit(GROWTH, {"savings": truth(rate=0.3).iloc[1:16]}, ["rate", "ceiling"], starts=1)
    rolling = found.rolling(origins=[6, 8, 10], horizon=3)
    naive = rolling.forecasts.query("who == 'last value' and ahead == 2")
    data = truth(rate=0.3)
    assert naive["said"].tolist() == [data[origin] for origin in (6.0, 8.0, 10.0)]
    by_hand = np.mean([100 * (1 - data[o] / data[o + 2]) for o in (6.0, 8.0, 10.0)])
    assert rolling.table().loc["last value", 2] == pytest.approx(by_hand)
    assert rolling.table().loc["this model"].max() < 0.1
    assert "this model" in rolling.plot().alt
    far = rolling.table().mean(axis=1)
    assert rolling.verdict == (
        f"This model comes nearest ({far.iloc[0]:.3g} %), then {far.index[1]} "
        f"({far.iloc[1]:.3g} %)."
    )
    broken = truth(rate=0.3).iloc[1:16].copy()
    broken.iloc[11:] = 1.0  # what comes later changes nothing of what was said before
    other = fit(GROWTH, {"savings": broken}, ["rate", "ceiling"], starts=1)
    again = other.rolling(origins=[6, 8, 10], horizon=3)
    assert again.forecasts["said"].tolist() == rolling.forecasts["said"].tolist()


def test_a_promise_is_kept_as_it_was_made_and_never_written_over(tmp_path):
    data = truth(rate=0.3)
    found = fit(GROWTH, {"savings": data.iloc[1:13]}, ["rate", "ceiling"], starts=1)
    promise = found.promise(until=16)
    path = promise.save(tmp_path / "savings.json")
    again = Promise.read(path)
    assert again.digest == found.model.digest
    assert list(again.says["savings"]["this model"]) == ["13", "14", "15", "16"]
    low, high = again.bands["savings"]["13"]
    came = again.kept(GROWTH, "savings", {5: 1.0, 13: (low + high) / 2, 14: 10 * high})
    ours = came[came["who"] == "this model"]
    assert ours["time"].tolist() == [13.0, 14.0]  # what was known already is not counted
    assert ours["inside"].tolist() == [True, False]
    assert ours["error"].iloc[1] == pytest.approx(100 * (ours["said"].iloc[1] / (10 * high) - 1))
    assert came[came["who"] == "last value"]["said"].tolist() == [data[12.0]] * 2
    with pytest.raises(SimulationError) as caught:
        promise.save(path)
    assert str(caught.value) == (
        "there is a promise in savings.json already\n"
        "  hint: keep it, and give the new one another name"
    )
    with pytest.raises(SimulationError, match="no time of 'savings' is still to come up to 5"):
        found.promise(until=5)


@pytest.mark.parametrize("kind", [int, np.float32, Decimal, Fraction])
def test_limits_and_weights_are_numbers_of_any_kind(kind):
    data = {"savings": truth(rate=0.3).iloc[1:13]}
    asked = {"rate": (0.01, kind(1))}
    found = fit(GROWTH, data, asked, weights={"savings": kind(2)}, starts=1)
    assert found.values["rate"] == pytest.approx(0.3, rel=1e-6)


@pytest.mark.parametrize("none", ["1", "one", True, None, math.nan, math.inf, 1j, [1]])
def test_what_is_no_number_is_no_limit_and_no_weight(none):
    data = {"savings": truth(rate=0.3).iloc[1:13]}
    with pytest.raises(FlywheelError, match=r"^the limits of 'rate' are not|^'rate' has no limits"):
        fit(GROWTH, data, {"rate": (0, none)}, starts=1)
    with pytest.raises(FlywheelError, match=r"^the weight of 'savings' is"):
        fit(GROWTH, data, ["rate"], weights={"savings": none}, starts=1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"adjust": 5},
            "adjust names givens, not int\n  hint: write adjust=['one', 'other']",
        ),
        (
            {"until": "x"},
            "until is a time of the model, not str\n  hint: write a number: until=2012",
        ),
        (
            {"weights": 3},
            "weights are given by name, not int\n  hint: write weights={'sales': 2}",
        ),
    ],
)
def test_another_kind_of_thing_is_told_to_fit(asked, said):
    with pytest.raises(FlywheelError) as refused:
        fit(GROWTH, {"savings": truth(rate=0.3).iloc[1:13]}, **{"adjust": ["rate"], **asked})
    assert str(refused.value) == said


MONTHLY = Model.parse(
    str(GROWTH.revise("time year from 0 to 24 step 0.125")).replace("year", "month")
)


@pytest.mark.parametrize(
    ("date", "number"),
    [
        ("2026-03", 8),  # the eighth month after July, to its end
        ("03.2026", 8),
        ("2026-03-01", 8),
        (pd.Timestamp("2026-03-16"), 8 + 15 / 31),
        (pd.Period("2026-03"), 8),
        ("2026", 12),  # the last that was counted in that year
        (8, 8),
    ],
)
def test_a_time_of_a_fit_may_be_a_date_where_the_data_carry_dates(date, number):
    made = truth_of(MONTHLY, rate=0.2).iloc[:13]
    dated = {"savings": made.set_axis(pd.date_range("2025-07-01", periods=13, freq="MS"))}
    found = fit(MONTHLY, dated, ["rate", "ceiling"], until=date, trend_from="2025-09", starts=1)
    assert found.until == pytest.approx(number)
    assert found.trend_from == 2
    if number == 12:
        promised = found.promise("2026-09").says["savings"]["this model"]
        assert list(promised) == ["13", "14"]


def test_a_month_of_dates_at_its_end_is_fitted_to_its_end_and_years_of_the_calendar_stay_years():
    ends = pd.date_range("2025-07-31", periods=13, freq=pd.offsets.MonthEnd())
    dated = {"savings": truth_of(MONTHLY, rate=0.2).iloc[:13].set_axis(ends)}
    found = fit(MONTHLY, dated, ["rate", "ceiling"], until="2026-03", starts=1)
    assert found.until == pytest.approx(8)
    yearly = GROWTH.revise("time year from 2000 to 2020 step 0.125")
    dated = {"savings": truth_of(yearly, rate=0.2).iloc[:13]}
    dated["savings"].index = pd.to_datetime(
        [f"{year:.0f}-01-01" for year in dated["savings"].index]
    )
    assert fit(yearly, dated, ["rate", "ceiling"], until="2006-01", starts=1).until == 2006


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (
            "soon",
            "until is a time of the model or a date, not 'soon'\n"
            "  hint: write a date as 2024-01-31: until='2024-01-31'",
        ),
        ("2024-01", "until is 2024-01, before the first count, which is of 2025-07-01"),
        (
            "03/04/2026",
            "until is a time of the model or a date, not '03/04/2026'\n"
            "  hint: write a date as 2024-01-31: until='2024-01-31'",
        ),
    ],
)
def test_a_date_that_is_none_or_too_early_is_refused(date, said):
    months = pd.date_range("2025-07-01", periods=13, freq="MS")
    dated = {"savings": truth_of(MONTHLY, rate=0.2).iloc[:13].set_axis(months)}
    with pytest.raises(SimulationError) as refused:
        fit(MONTHLY, dated, ["rate"], until=date, starts=1)
    assert str(refused.value) == said


def test_another_kind_of_thing_and_too_late_a_time_are_told_to_a_fit():
    found = fit(GROWTH, {"savings": truth(rate=0.3).iloc[1:13]}, ["rate", "ceiling"], starts=1)
    with pytest.raises(FlywheelError, match="horizon counts measured steps, not str"):
        found.rolling(horizon="x")
    with pytest.raises(FlywheelError, match="until is a time of the model, not str"):
        found.promise(until="x")
    stop = GROWTH.clock.stop
    with pytest.raises(SimulationError) as refused:
        found.promise(until=stop + 1)
    assert str(refused.value) == (
        f"the model's time ends at {stop:g}, before {stop + 1:g}\n"
        "  hint: let its time line run on, and fit it again"
    )


@pytest.mark.parametrize("spare", [1, 2, 3, 4, 9, 10, 200])
def test_students_t_leaves_the_share_above_it_that_the_incomplete_beta_function_says(spare):
    for share in (0.6, 0.9, 0.975, 0.9995):  # Abramowitz and Stegun, 26.7.1
        value = student(share, spare)
        above = mpmath.betainc(spare / 2, 0.5, 0, spare / (spare + value**2), regularized=True) / 2
        assert float(above) == pytest.approx(1 - share, rel=1e-9)


def test_the_places_that_a_search_starts_from_are_scipys():
    drawn = stats.qmc.LatinHypercube(d=3, seed=5).random(7)
    assert np.array_equal(latin(7, 3, np.random.default_rng(5)), drawn)
