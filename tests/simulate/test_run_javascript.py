"""The printed JavaScript as the engine of a browser's Python, under Node in a stand-in."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from flywheel_edu.errors import SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate import METHODS, simulate
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.sweep import sweep
from flywheel_edu.study.calibrate import fit
from tests.simulate.lent import browsers_python
from tests.simulate.models import BREAKING, RUNNING, running
from tests.simulate.test_engines import two_givens


@pytest.fixture(scope="module", autouse=True)
def browser():
    with browsers_python() as here:
        yield here


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", RUNNING)
def test_the_browsers_compiler_gives_the_numbers_of_python(name, method):
    model = running(name)
    keep = [*model.stocks, *model.order]
    many = sweep(model, dict(two_givens(model)), keep=keep, method=method, engine="machine")
    one = simulate(model, method=method, engine="machine")
    for i in (0, 1):
        scenario = {given: values[i] for given, values in two_givens(model)}
        python = simulate(model.change(**scenario), method=method, engine="python")
        for quantity in keep:
            room = 1e-12 * np.max(np.abs(python[quantity]))
            for found in [many[quantity][:, i], *([one[quantity]] if i == 0 else [])]:
                np.testing.assert_allclose(found, python[quantity], rtol=1e-12, atol=room)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_in_python_breaks_there_with_the_same_sentence(name, method):
    model = Model.parse(BREAKING[name])
    told = []
    for engine in ("python", "machine"):
        try:
            told.append(simulate(model, method=method, engine=engine)[model.stocks[0]].tolist())
        except SimulationError as error:
            told.append((str(error), error.quantity, error.time))
    if isinstance(told[0], list):  # the finer method comes through
        assert told[1] == pytest.approx(told[0], rel=1e-12)
    else:
        assert told[1] == told[0]


def test_a_model_of_some_size_is_handed_to_the_browser_at_once_and_a_small_one_never(browser):
    before = browser.calls
    small = Model.parse(BREAKING["a square root"]).revise("flow [?] = 1")
    for _ in range(3):
        simulate(small)
    assert browser.calls == before
    large = running("benchmark")
    first, second = simulate(large), simulate(large)
    assert browser.calls == before + 2
    assert first == second
    assert sweep(large, margin=np.full(500, 0.15), statistic="final").engine == "machine"


def test_a_scenario_that_breaks_is_told_by_its_number_and_the_others_are_kept():
    model = Model.parse(BREAKING["a square root"]).revise("flow [?] = sqrt(rate)")
    swept = sweep(model, rate=[4, -1, 9], engine="machine", failures="skip")
    # 10 at first, then four years of 2, or of 3
    assert swept["here"][-1, [0, 2]].tolist() == [18, 22]
    assert list(swept.failures) == [1]
    assert "in scenario 1 (rate = -1)" in str(swept.failures[1])


def test_a_page_that_forbids_the_compiler_leaves_the_other_engines(browser, monkeypatch):
    def forbidden(text):
        raise RuntimeError("EvalError: refused by the page's policy")

    monkeypatch.setattr(sys.modules["pyodide.code"], "run_js", forbidden)
    machine.cache_clear()
    before = browser.calls
    model = running("benchmark")
    assert machine() is None or machine().triple != "javascript"
    assert len(sweep(model, margin=np.full(40, 0.15), statistic="final")["Customers"]) == 40
    assert len(simulate(model)["Customers"]) == 961
    assert browser.calls == before
    machine.cache_clear()


def test_only_the_printers_own_words_are_handed_over(browser):
    model = running("retail").revise("given process_exit [?] = 1   # `${process.exit(1)}`")
    sweep(model, process_exit=[1, 2], engine="machine")
    text = browser.texts[-1]
    printed = text[: text.index("The fixed part")]
    words = set(re.findall(r"[A-Za-z_]\w*", re.sub(r'"[^"]*"', "", printed)))
    assert "process" not in text
    assert not words & (set(model) - {"stocks", "open"})


def test_a_fit_there_finds_the_numbers_that_made_the_data(browser):
    model = Model.parse("""time year from 0 to 20 step 0.125
stock savings [USD] = 100
    + interest
interest [USD/year] = rate * savings * (1 - savings / ceiling)
given rate [1/year] = 0.2 in 0 .. 1
given ceiling [USD] = 1000 in 500 .. 5000
""")
    before, true = browser.calls, simulate(model.change(rate=0.37, ceiling=3456), engine="python")
    data = dict(zip(true.time[::8], true["savings"][::8], strict=True))
    found = fit(model, {"savings": data}, ["rate", "ceiling"], starts=2)
    assert found.values == pytest.approx({"rate": 0.37, "ceiling": 3456}, rel=1e-5)
    assert browser.calls > before
    assert machine().width == 1
