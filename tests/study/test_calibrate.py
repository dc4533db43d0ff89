"""Fitting: known numbers are found again, and what the data cannot say is said so."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from flywheel_edu.errors import ModelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from flywheel_edu.study.calibrate import fit

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
    run = simulate(GROWTH.change(**numbers))
    return pd.Series(run["savings"][::8], index=run.time[::8])


def test_numbers_that_made_the_data_are_found_again():
    found = fit(GROWTH, {"savings": truth(rate=0.37, ceiling=3456)}, ["rate", "ceiling"])
    assert found.values["rate"] == pytest.approx(0.37, rel=1e-5)
    assert found.values["ceiling"] == pytest.approx(3456, rel=1e-5)
    assert found.at_limit == ()
    assert found.model.given_values["rate"] == found.values["rate"]


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


def test_standard_errors_are_those_of_many_noisy_repetitions():
    # Noise of a known size, drawn afresh: the spread of the fitted rates is what the error claims.
    clean, noise = truth(rate=0.3), np.random.default_rng(1)
    rates, claimed = [], []
    for _ in range(30):
        noisy = clean + 20 * noise.standard_normal(len(clean))
        found = fit(GROWTH, {"savings": noisy}, ["rate"], starts=1)
        rates.append(found.values["rate"])
        claimed.append(found.standard_errors["rate"])
    assert np.std(rates) == pytest.approx(np.mean(claimed), rel=0.4)


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
    assert list(scores.index) == [
        "this model",
        "last value",
        "linear trend",
        "exponential",
        "logistic",
        "linear trend from 5",
    ]
    held = truth()[lambda s: s.index > 10]
    by_hand = np.sqrt(np.mean((held - truth()[10.0]) ** 2))
    assert scores.loc["last value", "rmse_held_out"] == pytest.approx(by_hand)


def test_the_picture_says_what_was_held_out():
    found = fit(GROWTH, {"savings": truth()}, ["rate"], until=10, starts=1)
    words = found.plot(show=["logistic", "linear trend"]).alt
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
            "the series for 'savings' is not made of times and numbers: \"{1: 'many'}\"\n"
            "  hint: write {'savings': {1: 110, 2: 122}}, or take a pandas Series whose index is "
            "time in [year]",
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
    assert list(found.scores("interest").index) == [
        "this model", "last value", "linear trend", "exponential"
    ]  # fmt: skip
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


def test_which_series_must_be_said_when_there_are_two():
    data = {"savings": truth(), "interest": {1: 10.0, 2: 11.0}}
    found = fit(GROWTH, data, ["rate"], starts=1)
    with pytest.raises(SimulationError) as caught:
        found.scores()
    assert str(caught.value) == "say which series\n  hint: the series are savings, interest"
