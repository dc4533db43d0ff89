"""Leverage: elasticities in closed form, and the tornado chart."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.causal.leverage import leverage
from flywheel_edu.errors import ModelError
from flywheel_edu.flywheels import load
from flywheel_edu.model import Model
from flywheel_edu.one_page.asked import numbers

SAVINGS = Model.parse("""
time year from 0 to 10 step 0.125
stock savings [USD] = opening
    + interest
    + gifts
interest [USD/year] = savings * rate
gifts [USD/year] = step(gift, gift_from)
doubled [USD] = 2 * savings
given opening [USD] = 100
given rate [1/year] = 0.05 in 0 .. 0.05
given gift [USD/year] = 0
given gift_from [year] = 5
""")


def test_what_starts_twice_as_large_ends_twice_as_large():
    found = leverage(SAVINGS, "savings")
    np.testing.assert_allclose(found.elasticities["opening"], 1.0, rtol=1e-9)


def test_the_elasticity_to_a_rate_is_the_closed_form_of_compound_growth():
    # savings = 100 (1 + r h) ** n, so d ln savings / d ln r = n r h / (1 + r h).
    free = SAVINGS.revise("given rate [1/year] = 0.05 in 0 .. 1")
    found = leverage(free, "doubled", nudge=1e-4)
    n = np.arange(81)
    expected = n * 0.05 * 0.125 / (1 + 0.05 * 0.125)
    np.testing.assert_allclose(found.elasticities["rate"], expected, rtol=1e-6)


def test_a_given_at_the_end_of_its_range_is_moved_to_the_other_side_only():
    found = leverage(SAVINGS, "savings", givens=["rate"], nudge=1e-4)
    assert found.at_end["rate"] == pytest.approx(80 * 0.00625 / 1.00625, rel=1e-3)


def test_givens_at_zero_and_dates_are_no_levers():
    assert list(leverage(SAVINGS, "savings").elasticities) == ["opening", "rate"]


def test_a_seed_of_chance_is_no_lever():
    luck = "luck [1] = noise(dice, 1) + random(coin, 1)\ngiven dice [1] = 3\ngiven coin [1] = 4"
    assert list(leverage(SAVINGS.revise(luck), "savings").elasticities) == ["opening", "rate"]


TRAINED = """\
time month from 0 to 12 step 1
stock hosts [host] = 100
    + won
won [host/month] = hosts * talk * (training / usual_training) ** 0.5
given talk [1/month] = 0.1 in 0 .. 1
given training [USD] = 600 in 0 .. 1000
given usual_training [USD] = 600
"""


ROOM = TRAINED.replace("training", "hosts").replace("given hosts [USD]", "given wish [USD]")


@pytest.mark.parametrize(
    ("text", "name", "kept"),
    [
        (TRAINED, "usual_training", False),
        (TRAINED.replace("(training", "(hosts * training"), "usual_training", False),
        (f"{TRAINED}spent [USD] = 2 * usual_training", "usual_training", True),  # more than that
        (TRAINED.replace("usual_training", "cost"), "cost", True),  # 1 % more of it costs 1 %
        (ROOM.replace("usual_hosts [USD]", "usual_hosts [host]"), "usual_hosts", True),  # no given
    ],
)
def test_what_another_given_is_measured_by_is_no_lever_and_no_number_of_its_own(text, name, kept):
    model = Model.parse(text.replace("[host/month]", "[?]"))
    assert (name in leverage(model).elasticities) == kept
    told = {each.name for each in numbers(model, "hosts", [], {})}
    assert (model[name].label in told) == kept
    assert model["talk"].label in told


def test_the_strongest_come_first():
    found = leverage(load("napkin"), "traffic")
    sizes = found.at_end.abs().dropna().to_list()
    assert sizes == sorted(sizes, reverse=True)


def test_tables_have_the_time_line_of_the_model():
    found = leverage(SAVINGS, "savings")
    assert found.over_time.index.name == "year"
    assert list(found.over_time.columns) == ["opening", "rate"]


def test_a_table_at_some_moments_has_whole_years_and_no_minus_nothing():
    # By the closed form above, r = -0.0001 gives -0.0001 a year, which rounds to -0.00.
    falling = SAVINGS.revise("given rate [1/year] = -0.0001 in -1 .. 1")
    steady = leverage(SAVINGS, "savings", givens=["opening"]).at(0, 10)
    lines = [line.split() for line in str(steady).splitlines()]
    assert lines == [["opening"], ["year"], ["0", "1.0"], ["10", "1.0"]]
    found = leverage(falling, "savings", givens=["rate"])
    assert str(found.at(1, 2)["rate"].to_list()) == "[0.0, 0.0]"
    assert str(found) == "1 % more rate: savings under 0.01 % at year 10"
    assert "rate under 0.01." in found.plot().alt
    with pytest.raises(ModelError, match=r"^the run has no year 11\n  hint: it goes from 0 to 10$"):
        found.at(11)


def test_a_given_whose_nudge_breaks_the_model_is_told_apart():
    brittle = Model.parse("""
time year from 0 to 2 step 1
stock here [1] = 1
    - leaving
leaving [1/year] = share
given share [1/year] = 0.5
""")
    found = leverage(brittle, "here", nudge=0.1)
    assert np.isnan(found.at_end["share"])
    assert str(found) == "share: cannot be told at year 2"


def test_leverage_is_told_in_sentences():
    assert str(leverage(SAVINGS, "savings", nudge=1e-4)) == (
        "1 % more opening: savings +1.00 % at year 10\n1 % more rate: savings +0.50 % at year 10"
    )


def test_the_tornado_says_in_words_what_it_shows():
    assert leverage(SAVINGS, "savings", nudge=1e-4).plot().alt == (
        "Tornado chart: What moves savings. Per cent more savings at year 10 for 1 per cent more "
        "of each given: opening +1.00; rate +0.50."
    )


def test_an_output_that_is_not_computed_is_refused():
    with pytest.raises(ModelError) as caught:
        leverage(SAVINGS, "saving")
    assert str(caught.value) == (
        "'saving' is not computed in this model\n  hint: did you mean 'savings'?"
    )


def test_a_lever_that_is_no_given_is_refused():
    with pytest.raises(ModelError) as caught:
        leverage(SAVINGS, "savings", givens=["rat"])
    assert str(caught.value) == "'rat' is not a given of this model\n  hint: did you mean 'rate'?"


@pytest.mark.parametrize("nudge", [0, -0.1, 1, float("nan")])
def test_a_nudge_that_moves_nothing_or_too_much_is_refused(nudge):
    with pytest.raises(ModelError) as caught:
        leverage(SAVINGS, "savings", nudge=nudge)
    assert str(caught.value) == (
        f"a nudge is a share between 0 and 1, not {nudge:g}\n  hint: 0.01 moves by one per cent"
    )


def test_one_lever_may_be_named_without_a_list():
    assert list(leverage(SAVINGS, "savings", givens="rate").elasticities) == ["rate"]


def test_of_a_list_of_stocks_all_are_measured_together():
    text = """time year from 0 to 5 step 0.5
for side in north, south:
    stock fans [person] = first
        + won
    won [person/year] = fans * rate
    given first [person] = north: 100, south: 300
given rate [1/year] = 0.1"""
    # Both sides grow alike, so of what all come to the south has three quarters.
    at_end = leverage(Model.parse(text), "fans").at_end
    assert str(leverage(Model.parse(text))) == str(leverage(Model.parse(text), "fans"))
    assert at_end["first_south"] == pytest.approx(0.75)
    assert at_end["first_north"] == pytest.approx(0.25)
