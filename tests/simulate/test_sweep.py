from __future__ import annotations

import gc
import signal
import threading
import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from flywheel_edu.charts.picture import Picture
from flywheel_edu.errors import FlywheelError, ModelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate import many_runs, simulate
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.sweep import sweep
from tests.simulate.models import running

ENGINES = ["python", "numpy", *(["machine"] if machine() else [])]
WIDE = ENGINES[1:]

SAVINGS = """# Savings at interest.
time year from 0 to 10 step 0.5
stock savings [USD] = opening    # what lies in the bank
    + interest
interest [USD/year] = savings * rate
worth [USD] = savings / prices
given prices [1] = 1 in 0.1 .. 10
given rate [1/year] = 0.1 in 0 .. 0.5
given opening [USD] = 100
"""


@pytest.fixture
def savings():
    return Model.parse(SAVINGS)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_scenario_grows_as_compound_interest_says(savings, engine):
    rates = np.linspace(0, 0.5, 11)
    found = sweep(savings, rate=rates, opening=200, engine=engine)
    exact = 200 * (1 + 0.5 * rates) ** (2 * found.time[:, None])
    assert found["savings"].shape == (21, 11)
    np.testing.assert_allclose(found["savings"], exact, rtol=1e-12)


@pytest.mark.parametrize("engine", WIDE)
@pytest.mark.parametrize(
    "count", [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 257, 1000, 1025, 16384, 20000]
)
def test_every_number_of_scenarios_is_run_each_in_its_place(savings, engine, count):
    rates = np.linspace(0, 0.5, count)
    found = sweep(savings, rate=rates, keep=["worth", "savings"], prices=2, engine=engine)
    exact = 100 * (1 + 0.5 * rates) ** 20
    np.testing.assert_allclose(found["savings"][-1], exact, rtol=1e-12)
    np.testing.assert_allclose(found["worth"][-1], exact / 2, rtol=1e-12)
    assert (found["savings"][0] == 100).all()


@pytest.mark.parametrize("count", [4, 17, 63, 1000, 1001])
def test_rows_of_results_begin_where_a_vector_lies_in_one_line_of_memory(savings, count):
    found = sweep(savings, rate=np.linspace(0, 0.5, count))["savings"]
    assert [found.ctypes.data % 64, found.strides[0] % 64] == [0, 0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("statistic", "of"),
    [
        ("final", lambda curve: curve[-1]),
        ("max", max),
        ("min", min),
        ("mean", lambda curve: sum(curve) / len(curve)),
        (lambda values: values[3] - values[0], lambda curve: curve[3] - curve[0]),
    ],
)
def test_a_statistic_is_that_of_each_scenarios_own_curve(savings, engine, statistic, of):
    rates = [0.0, 0.1, 0.3] * 30
    found = sweep(savings, rate=rates, statistic=statistic, engine=engine)["savings"]
    curves = [simulate(savings.change(rate=rate))["savings"].tolist() for rate in rates]
    np.testing.assert_allclose(found, [of(curve) for curve in curves], rtol=1e-12)


@pytest.mark.parametrize("engine", WIDE)
def test_quantiles_are_exact_however_many_passes_the_memory_asks_for(savings, engine):
    rates = np.random.default_rng(3).uniform(0, 0.5, 500)
    wanted = np.quantile(sweep(savings, rate=rates)["savings"], [0.1, 0.5], axis=1).T
    for memory in (2e9, 20_000):
        found = sweep(savings, rate=rates, quantiles=(0.1, 0.5), engine=engine, memory=memory)
        assert found["savings"].shape == (21, 2)
        np.testing.assert_allclose(found["savings"], wanted, rtol=1e-12)


def test_moments_can_be_kept_less_often(savings):
    found = sweep(savings, rate=[0.1, 0.2], every=2.5)
    assert found.time.tolist() == [0, 2.5, 5, 7.5, 10]
    whole = sweep(savings, rate=[0.1, 0.2])
    assert found["savings"].tolist() == whole["savings"][::5].tolist()


def test_a_table_holds_scenarios_quantiles_or_statistics(savings):
    table = sweep(savings, rate=[0, 0.2], keep=["savings", "worth"]).table()
    assert table.index.name == "year"
    assert table.loc[0.5, ("worth", 1)] == pytest.approx(110)
    final = sweep(savings, rate=[0, 0.2], statistic="final").table()
    assert list(final.columns) == ["rate", "savings"]
    assert final.loc[0].tolist() == [0, 100]
    spread = sweep(savings, rate=[0, 0.2], quantiles=(0, 1)).table()
    assert spread.loc[0.5, ("savings", 1.0)] == pytest.approx(110)


def test_xarray_gets_names_units_and_the_values_of_each_scenario(savings):
    data = sweep(savings, rate=[0, 0.2]).to_xarray()
    assert data["savings"].dims == ("time", "scenario")
    assert data["savings"].attrs == {"units": "USD"}
    assert float(data["savings"].sel(time=0.5).where(data["rate"] == 0.2).max()) == 110
    assert sweep(savings, rate=[0, 0.2], statistic="final").to_xarray().sizes == {"scenario": 2}
    assert sweep(savings, rate=[0, 0.2], quantiles=(0.5,)).to_xarray().sizes == {
        "time": 21, "quantile": 1
    }  # fmt: skip


def test_a_picture_says_what_its_bands_hold(savings):
    picture = sweep(savings, rate=np.linspace(0, 0.2, 21)).plot(title="Savings")
    assert isinstance(picture, Picture)
    assert "90% of the scenarios" in picture.alt
    outer, inner, _line = picture.figure.axes[0].get_legend().legend_handles
    assert outer.get_facecolor()[3] < inner.get_facecolor()[3] - 0.1  # how dark the swatch is
    assert outer.get_linestyle() != inner.get_linestyle()
    with pytest.raises(FlywheelError) as caught:
        sweep(savings, rate=[0.1], statistic="final").plot()
    assert str(caught.value) == (
        "this sweep kept only one number for each scenario, and a picture over time needs all "
        "moments\n  hint: run it without statistic=..."
    )


def test_a_picture_of_few_scenarios_counts_none_that_are_not_there(savings):
    few = sweep(savings, rate=[0, 0.1, 0.2]).plot()
    assert "Band around all scenarios: lowest to highest" in few.alt
    assert "%" not in few.alt
    low, high = (savings.change(rate=rate) for rate in (0, 0.2))
    (band,) = few.figure.axes[0].collections
    edge = band.get_paths()[0].get_extents()
    assert edge.y0 == pytest.approx(simulate(low)["savings"].min())
    assert edge.y1 == pytest.approx(simulate(high)["savings"].max())
    kept = sweep(savings, rate=[0, 0.1, 0.2], quantiles=(0.1, 0.5, 0.9)).plot()
    assert "between the quantiles 0.1 and 0.9" in kept.alt


@pytest.mark.parametrize("name", ["scenario", None])
def test_the_index_of_a_table_read_from_a_file_is_no_given(savings, tmp_path, name):
    rates = pd.DataFrame({"rate": [0.1, 0.2]}, index=pd.RangeIndex(2, name=name))
    rates.to_csv(tmp_path / "rates.csv")
    read = pd.read_csv(tmp_path / "rates.csv")
    assert len(read.columns) == 2
    assert sweep(savings, read) == sweep(savings, rate=[0.1, 0.2])
    with pytest.raises(ModelError, match="'scenario' is not a given"):
        sweep(savings, {"scenario": [0, 1], "rate": [0.1, 0.2]})


def test_results_cannot_be_written_over(savings):
    rates = np.array([0.1, 0.2])
    found = sweep(savings, rate=rates)
    rates[0] = 0.5
    assert found.scenarios["rate"].tolist() == [0.1, 0.2]
    with pytest.raises(ValueError, match="read-only"):
        found["savings"][0, 0] = 1


def test_a_sweep_is_told_in_a_line(savings):
    many = {"rate": [0.1] * 1200}
    assert repr(sweep(savings, many)) == (
        "<Sweep of 'Savings at interest.': 1,200 scenarios, 21 moments of savings>"
    )
    assert repr(sweep(savings, many, statistic="final")).endswith("final of savings>")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "this sweep varies nothing\n  hint: give a list for at least one given, such as "
             "sweep(model, prices=[...])"),
        ({"rate": 0.1}, "this sweep varies nothing\n  hint: give a list for at least one given, "
                        "such as sweep(model, prices=[...])"),
        ({"rate": []}, "this sweep has no scenario\n  hint: give at least one value"),
        ({"rate": [0.1, 0.2], "prices": [1]},
         "the lists of values differ in length: 'rate' has 2, 'prices' has 1\n  hint: the first "
         "scenario takes the first of each list, and so on; one number holds for all scenarios"),
        ({"rate": [[0.1], [0.2]]}, "the values of 'rate' have shape (2, 1)\n  hint: give one value "
                                   "for each scenario, in one row"),
        ({"rate": ["much", "more"]}, "the values of 'rate' are not numbers: 'much'"
                                       "\n  hint: give a list of numbers, one for each scenario"),
        ({"rat": [0.1]}, "'rat' is not a given of this model\n  hint: did you mean 'rate'?"),
        ({"rate": [0.1, 0.7]}, "'rate' = 0.7 is outside its range 0 .. 0.5, in scenario 1\n  hint: "
                               "choose a value from 0 to 0.5, in [1/year]"),
        ({"opening": [1, float("nan")]}, "'opening' takes a finite number in [USD], not nan, in "
                                         "scenario 1"),
        ({"rate": [0.1], "keep": ["saving"]}, "this model has no quantity 'saving'\n  hint: did "
                                              "you mean 'savings'?"),
        ({"rate": [0.1], "keep": "rate"},
         "'rate' is a given; a sweep keeps stocks and computed quantities\n  hint: the values of "
         "givens are in Sweep.scenarios"),
        ({"rate": [0.1], "keep": []}, "this sweep keeps nothing\n  hint: name a quantity, or leave "
                                      "out keep"),
        ({"rate": [0.1], "statistic": "mode"}, "there is no statistic 'mode'\n  hint: the "
         "statistics are: final, max, mean, min, or a function of your own"),
        ({"rate": [0.1], "statistic": "max", "quantiles": (0.5,)},
         "a sweep keeps a statistic of each scenario or quantiles over them, not both\n  hint: run "
         "it twice"),
        ({"rate": [0.1], "quantiles": (0.5, 5)}, "5 is not a quantile\n  hint: quantiles lie "
                                                 "between 0 and 1"),
        ({"rate": [0.1], "every": 0.7}, "every=0.7 is not a whole number of steps of 0.5\n  hint: "
                                        "choose a multiple of the step, in [year]"),
        ({"rate": [0.1], "method": "heun"}, "there is no method 'heun'\n  hint: the methods are: "
                                            "euler, rk4"),
        ({"rate": [0.1], "method": "adaptive"}, "adaptive steps are for one run at a time\n  hint: "
                                                "write: simulate(model, method='adaptive')"),
        ({"rate": [0.1], "failures": "hide"}, "failures='hide' is not known\n  hint: failures can "
                                              "be: raise, skip"),
        ({"rate": [0.1] * 1000, "memory": 1e5},
         "the result of this sweep would take 168.0 kB: 1 quantity at 21 moments in 1,000 "
         "scenarios; 100.0 kB are allowed\n  hint: keep fewer quantities, keep moments less often "
         "(every=...), one number for each scenario (statistic='final'), "
         "quantiles=(0.05, 0.5, 0.95), or allow more (memory=...)"),
        ({"rate": [0.1, 0.2], "statistic": lambda values: values.max()},
         "the statistic '<lambda>' gives an array of shape () for values of shape (21, 1)\n  hint: "
         "it should give one number for each scenario, such as lambda values: values.max(axis=0)"),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_refused_in_plain_words(savings, options, message):
    with pytest.raises(FlywheelError) as caught:
        sweep(savings, **options)
    assert str(caught.value) == message


def test_only_a_model_is_swept():
    with pytest.raises(FlywheelError) as caught:
        sweep("savings", rate=[1])
    assert str(caught.value) == (
        "sweep runs a Model, not str\n"
        "  hint: make one with load(name), read(path) or Model.parse(text)"
    )


def test_what_was_not_kept_is_said_with_what_was(savings):
    found = sweep(savings, rate=[0.1])
    with pytest.raises(ModelError) as caught:
        found["worth"]
    assert str(caught.value) == (
        "this sweep has not kept 'worth'\n  hint: it kept: savings; name more with keep=[...]"
    )


def test_memory_is_refused_before_anything_is_taken(savings):
    rates = np.full(1_000_000, 0.1)
    tracemalloc.start()
    with pytest.raises(FlywheelError, match=r"would take 168\.0 MB"):
        sweep(savings, rate=rates, memory=1e8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


@pytest.mark.parametrize("engine", WIDE)
def test_a_statistic_takes_little_more_memory_than_its_result(savings, engine):
    rates = np.linspace(0, 0.5, 200_000)
    sweep(savings, rate=rates[:2000], statistic="max", engine=engine)  # what is made only once
    tracemalloc.start()
    found = sweep(savings, rate=rates, statistic="max", engine=engine)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_allclose(found["savings"], 100 * (1 + 0.5 * rates) ** 20, rtol=1e-12)
    whole = 8 * 21 * len(rates)
    assert peak < whole / 2


DRAINED = """time year from 0 to 10 step 0.5
stock tank [litre] = 10
    - leak
leak [litre/year] = rate
given rate [litre/year] = 0.5 in 0 .. 5
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_scenario_that_fails_is_named(engine):
    rates = np.full(700, 0.5)
    rates[[13, 500, 650]] = [2, 4, 3]
    with pytest.raises(SimulationError) as caught:
        sweep(Model.parse(DRAINED), rate=rates, engine=engine)
    assert str(caught.value) == (
        "the stock 'tank' falls below zero at year 5.5, in scenario 13 (rate = 2)\n"
        "  hint: limit 'leak' by what is there, take a smaller step, or let it go below zero: "
        "in -inf .. inf"
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("statistic", [None, "min"])
def test_scenarios_that_fail_can_be_passed_over(engine, statistic):
    rates = np.full(300, 0.5)
    rates[[13, 250]] = [2, 4]
    found = sweep(
        Model.parse(DRAINED), rate=rates, failures="skip", statistic=statistic, engine=engine
    )
    assert list(found.failures) == [13, 250]
    assert found.failures[250].time == 3
    values = found["tank"]
    assert np.isnan(values[..., [13, 250]]).all()
    assert np.isfinite(np.delete(values, [13, 250], axis=-1)).all()
    middle = sweep(Model.parse(DRAINED), rate=rates, failures="skip", quantiles=(0.5,))
    assert middle["tank"][-1, 0] == pytest.approx(5)


@pytest.fixture
def interruptible():
    """Interrupts are heard, also where the shell that began the suite ignores them (`nohup`)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.timeout(60)  # to the end it would take far longer
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupt_stops_a_sweep_at_once_and_leaves_no_thread_behind(engine):
    model = running("benchmark")
    before = threading.active_count()
    gc.collect()  # Python loses an interrupt that comes while it tells of models that are gone

    def interrupt():
        time.sleep(0.3)
        signal.raise_signal(signal.SIGINT)

    helper = threading.Thread(target=interrupt)
    helper.start()
    margins = np.full(1_000_000, 0.15)  # far more than there is time for
    with pytest.raises(KeyboardInterrupt):
        sweep(model, margin=margins, statistic="final", engine=engine)
    helper.join()
    assert threading.active_count() == before


@pytest.mark.parametrize("engine", WIDE)
def test_an_error_in_a_statistic_leaves_no_thread_behind(savings, engine):
    before = threading.active_count()

    def broken(values):
        raise ZeroDivisionError("of the reader's own")

    with pytest.raises(ZeroDivisionError, match="of the reader's own"):
        sweep(savings, rate=np.full(5000, 0.1), statistic=broken, engine=engine)
    assert threading.active_count() == before


@pytest.mark.parametrize("engine", WIDE)
def test_one_processor_needs_no_thread(engine, savings, monkeypatch):
    monkeypatch.setattr(many_runs, "ThreadPoolExecutor", None)  # there are none in the browser
    monkeypatch.setattr(many_runs, "cores", lambda: 1)
    rates = np.linspace(0, 0.5, 20_000)
    found = sweep(savings, rate=rates, statistic="final", engine=engine)
    np.testing.assert_allclose(found["savings"], 100 * (1 + 0.5 * rates) ** 20, rtol=1e-12)
    tank = Model.parse(DRAINED)
    with pytest.raises(SimulationError, match="in scenario 3 "):
        sweep(tank, rate=[0.5, 0.5, 0.5, 4, 5], engine=engine)


def test_a_computer_without_the_memory_says_so(savings, monkeypatch):
    def full(*_args, **_options):
        raise MemoryError

    monkeypatch.setattr(many_runs.np, "empty", full)
    with pytest.raises(FlywheelError) as caught:
        sweep(savings, rate=[0.1, 0.2])
    assert str(caught.value) == (
        "this computer has no 0.3 kB for the result of this sweep\n"
        "  hint: keep less, or set memory= to what there is"
    )


@pytest.mark.parametrize("scenarios", [[0.1, 0.2], [{"rate": 0.1}, {"rate": 0.2}], 0.1, "rate"])
def test_scenarios_without_names_are_refused_in_plain_words(savings, scenarios):
    with pytest.raises(FlywheelError) as caught:
        sweep(savings, scenarios)
    assert str(caught.value) == (
        "the scenarios of a sweep come as a mapping or a DataFrame, not as "
        f"{type(scenarios).__name__}\n"
        "  hint: write sweep(model, {'name': [1, 2, 3]}) or sweep(model, name=[1, 2, 3])"
    )


def test_bands_of_what_was_varied_and_quantiles_above_one_are_refused(savings):
    found = sweep(savings, rate=[0.1, 0.2])
    with pytest.raises(FlywheelError) as caught:
        found.plot("rate")
    assert str(caught.value) == (
        "'rate' was varied, and is the same at every moment\n  hint: this sweep kept: savings"
    )
    with pytest.raises(FlywheelError) as caught:
        found.quantile_bands("savings", (0.5, 95))
    assert str(caught.value) == "95 is not a quantile\n  hint: quantiles lie between 0 and 1"


def test_bands_pass_over_the_scenarios_that_failed():
    model = Model.parse("""time month from 0 to 10 step 1
stock box [thing] = 10
    - sold
sold [thing/month] = rate
given rate [thing/month] = 0.5 in 0 .. 3
""")
    found = sweep(model, rate=[0.1, 2, 0.3], failures="skip")
    assert found.quantile_bands("box", (0, 0.5, 1))[-1].tolist() == pytest.approx([7, 8, 9])
    none_left = sweep(model, rate=[2, 3], failures="skip")
    assert np.isnan(none_left.quantile_bands("box")).all()
    with pytest.raises(FlywheelError) as caught:
        none_left.plot()
    assert str(caught.value) == (
        "no scenario of this sweep could be run\n  hint: Sweep.failures says why"
    )
