"""What was computed may be copied, and sent to another process."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu.simulate.machine import machine

SHOP = """# A shop.
time month from 0 to 12 step 0.25
stock customers [customer] = 100
    + joiners
joiners [customer/month] = smooth(customers, hearing) * word_of_mouth * (1 - customers / town)
given hearing [month] = 2 in 1 .. 6
given word_of_mouth [1/month] = 0.2 in 0 .. 0.5
given town [customer] = 10000
"""
RATES = [0.1, 0.2, 0.4]


def last_of(model):
    return float(fw.simulate(model)["customers"][-1])


def sent(thing):
    return pickle.loads(pickle.dumps(thing))


def test_a_process_of_its_own_runs_a_model_that_has_already_run_here():
    model = fw.Model.parse(SHOP)
    models = [model.change(word_of_mouth=rate) for rate in RATES]
    here = [last_of(each) for each in models]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(last_of, models)) == here


def test_a_model_sent_away_comes_back_equal_with_its_changes_and_without_compiled_code():
    model = fw.Model.parse(SHOP).change(town=500)
    fw.sweep(model, word_of_mouth=np.linspace(0, 0.5, 200), engine="numpy")
    back = sent(model)
    assert back == model
    assert hash(back) == hash(model)
    assert str(back) == str(model)
    assert back["town"].equation.value == back.given_values["town"] == 500
    with pytest.raises(TypeError):
        back.given_values["town"] = 1.0
    assert back.change(town=600)["town"].equation.value == 600


def test_models_sent_together_still_share_what_they_share():
    model = fw.Model.parse(SHOP)
    one, other = sent((model, model.change(town=500)))
    assert one.structure is other.structure


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_model_is_the_model(duplicate):
    model = fw.Model.parse(SHOP)
    assert duplicate(model) is model


@pytest.mark.parametrize("duplicate", [sent, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("engine", ["python", *(["machine"] if machine() else [])])
def test_a_run_sent_away_keeps_its_numbers_and_may_not_be_written_to(duplicate, engine):
    run = fw.simulate(fw.Model.parse(SHOP), engine=engine)
    back = duplicate(run)
    assert back == run
    assert hash(back) == hash(run)
    assert back["joiners"].tolist() == run["joiners"].tolist()
    for array in (back.time, back["customers"], back["joiners"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_runs_are_equal_when_their_model_method_and_numbers_are():
    model = fw.Model.parse(SHOP)
    run = fw.simulate(model)
    assert run == fw.simulate(fw.Model.parse(SHOP))
    assert run != fw.simulate(model, method="rk4")
    assert run != fw.simulate(model.change(town=500))
    assert run != dict(run)
    assert len({run, fw.simulate(model)}) == 1


@pytest.mark.parametrize("duplicate", [sent, copy.copy, copy.deepcopy])
def test_a_sweep_sent_away_keeps_its_numbers_and_may_not_be_written_to(duplicate):
    found = fw.sweep(fw.Model.parse(SHOP), word_of_mouth=RATES)
    back = duplicate(found)
    assert back == found
    assert hash(back) == hash(found)
    for array in (back.time, back["customers"], back.scenarios["word_of_mouth"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_sweeps_are_equal_when_all_that_was_asked_and_found_is():
    model = fw.Model.parse(SHOP)
    found = fw.sweep(model, word_of_mouth=RATES)
    assert found == fw.sweep(model, word_of_mouth=RATES)
    assert found != fw.sweep(model, word_of_mouth=[0.1, 0.2, 0.3])
    assert found != fw.sweep(model, hearing=[1, 2, 3])
    assert found != fw.sweep(model, word_of_mouth=RATES, statistic="final")
    assert found != fw.sweep(model, word_of_mouth=RATES, keep=["joiners"])


def test_an_error_sent_away_says_the_same_when_it_comes_back():
    with pytest.raises(fw.EquationError) as caught:
        fw.Model.parse(SHOP.replace("(1 - customers / town)", "unserved"))
    back = sent(caught.value)
    assert (str(back), back.place, back.hint) == (
        str(caught.value), caught.value.place, caught.value.hint
    )  # fmt: skip


def test_a_fit_sent_away_judges_as_before():
    found = fw.fit(
        fw.Model.parse(SHOP),
        {"customers": {1: 115, 2: 140, 4: 210, 6: 310, 9: 560, 11: 800}},
        ["word_of_mouth"],
        until=9,
        starts=2,
    )
    back = sent(found)
    assert str(back) == str(found)
    assert back.scores().equals(found.scores())


def test_a_model_is_never_written_to():
    model = fw.Model.parse(SHOP)
    for each in (model, model.change(town=500), sent(model)):
        with pytest.raises(AttributeError) as caught:
            each.title = "Another shop."
        assert str(caught.value) == (
            "a model does not change, and its 'title' is not set\n"
            "  hint: model.change(name=1) and model.revise(text) give a new one"
        )
        assert each.title == "A shop."


def test_equal_models_have_one_hash_whatever_the_sign_of_their_zero():
    model = fw.Model.parse("time year from 0 to 1 step 1\nstock x [1] = a\ngiven a [1] = 0")
    other = model.change(a=-0.0)
    assert other == model
    assert len({model, other}) == 1
