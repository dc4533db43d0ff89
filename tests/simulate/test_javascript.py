from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from flywheel_edu.errors import FlywheelError, ModelError, SimulationError
from flywheel_edu.language import KNOWN, Call, walk
from flywheel_edu.model import Model
from flywheel_edu.simulate import METHODS, simulate
from flywheel_edu.simulate.print_javascript import javascript
from tests.simulate.models import BREAKING, RUNNING, running
from tests.simulate.node import run_under_node

_FIELDS = ("message", "hint", "quantity", "time")


def what_python_says(model, method):
    try:
        run = simulate(model, method=method, engine="python")
    except SimulationError as error:
        return {field: getattr(error, field) for field in _FIELDS}
    assert method == "rk4", "with Euler, each of these models breaks"
    return {"message": None, "hint": None, "quantity": None, "time": run.time.tolist()}


def test_the_model_that_uses_everything_uses_every_function():
    written = running("everything").written.values()
    used = {n.function for q in written for n in walk(q.equation) if isinstance(n, Call)}
    assert used == set(KNOWN)


def test_the_browser_computes_the_same_numbers_as_python(tmp_path):
    models = {name: running(name) for name in RUNNING}
    cases = [(name, method) for name in models for method in METHODS]
    answers = run_under_node(
        [
            {"text": javascript(models[name]), "values": {}, "options": {"method": method}}
            for name, method in cases
        ],
        tmp_path,
    )
    for (name, method), answer in zip(cases, answers, strict=True):
        run = simulate(models[name], method=method, engine="python")
        assert answer["time"] == run.time.tolist()
        assert set(answer["series"]) == {*models[name].stocks, *models[name].order}
        for quantity, values in answer["series"].items():
            wanted = run[quantity]
            room = 1e-12 * np.max(np.abs(wanted))
            np.testing.assert_allclose(
                values, wanted, rtol=1e-12, atol=room, err_msg=f"{name}, {method}: {quantity}"
            )


def test_a_moved_slider_gives_the_numbers_of_the_changed_model(tmp_path):
    model = running("everything")
    values = {"target": 90.0, "late": 10.25, "small": 0.0, "one_thing": 2}
    [answer] = run_under_node(
        [{"text": javascript(model), "values": values, "options": {}}], tmp_path
    )
    run = simulate(model.change(**values), engine="python")
    np.testing.assert_allclose(answer["series"]["at_first"], run["at_first"], rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_run_that_fails_says_the_same_in_the_browser_as_in_python(method, tmp_path):
    models = {name: Model.parse(text) for name, text in BREAKING.items()}
    answers = run_under_node(
        [
            {"text": javascript(model), "values": {}, "options": {"method": method}}
            for model in models.values()
        ],
        tmp_path,
    )
    for (name, model), answer in zip(models.items(), answers, strict=True):
        said = {field: answer.get(field) for field in _FIELDS}
        assert said == what_python_says(model, method), name


@pytest.mark.parametrize(
    "values",
    [
        {"target": 300},
        {"target": 49.99999},
        {"slope": 1e-30 - 2},
        {"load": 1.5e16},
        {"load": -2.5e-7},
        {"no_such_given": 1},
    ],
)
def test_a_value_out_of_place_is_refused_in_the_words_of_change(values, tmp_path):
    model = running("everything")
    with pytest.raises(ModelError) as caught:
        model.change(**values)
    [answer] = run_under_node(
        [{"text": javascript(model), "values": values, "options": {}}], tmp_path
    )
    assert answer["message"] == str(caught.value)


def test_a_method_that_is_not_there_is_refused(tmp_path):
    [answer] = run_under_node(
        [{"text": javascript(running("everything")), "values": {}, "options": {"method": "heun"}}],
        tmp_path,
    )
    assert answer["message"] == ("there is no method 'heun'\n  hint: the methods are: euler, rk4")


def test_a_delay_is_not_accused_when_a_given_without_a_range_turned_its_sign(tmp_path):
    model = Model.parse("""time month from 0 to 4 step 0.5
stock here [?] = 1
    + flow
flow [?] = 0 * here
late [?] = smooth(free * (1 + step(1, 2)), slow)
given free [?] = 1
given slow [?] = 2
""")
    text = javascript(model)
    [answer] = run_under_node([{"text": text, "values": {"free": -1}, "options": {}}], tmp_path)
    run = simulate(model.change(free=-1), engine="python")
    assert answer["series"]["late"] == run["late"].tolist()


def test_names_that_javascript_gives_meaning_to_are_only_names(tmp_path):
    model = Model.parse("""# `${process.exit(1)}` </script> \\u0022
time month from 0 to 4 step 0.5
stock constructor [?] = 1     # "; throw 1; //
    + toString
toString [?] = constructor * valueOf
given valueOf [?] = 0.5 in 0 .. 1
given hasOwnProperty [?] = 1
""")
    text = javascript(model)
    [answer, bare] = run_under_node(
        [
            {"text": text, "values": {"valueOf": 0.25}, "options": {}},
            {"text": text, "values": {}, "options": {}},
        ],
        tmp_path,
    )
    wanted = simulate(model.change(valueOf=0.25), engine="python")
    assert answer["series"]["constructor"] == wanted["constructor"].tolist()
    assert bare["series"]["toString"] == simulate(model, engine="python")["toString"].tolist()


def test_no_name_and_no_comment_of_an_author_stands_in_the_code():
    model = running("retail")
    text = javascript(model)
    assert text.isascii()
    code = text[text.index("const printed") : text.index("suspects:")]
    code = re.sub(r'"[^"]*"', "", code)
    words = set(re.findall(r"[A-Za-z_]\w*", code))
    assert not words & (set(model) - {"stocks", "open"})


def test_what_the_module_says_of_a_model_is_what_the_model_says():
    model = running("everything")
    text = javascript(model)
    found = json.loads(re.search(r"export const quantities = (.*);", text)[1])
    assert list(found) == list(model)
    for name, quantity in model.items():
        assert found[name]["unit"] == str(quantity.unit)
        assert found[name]["kind"] == quantity.kind
        assert found[name].get("range") == (quantity.range and list(quantity.range))
        assert found[name].get("value") == model.given_values.get(name)


def test_only_a_model_is_printed():
    with pytest.raises(FlywheelError) as caught:
        javascript("a text")
    assert str(caught.value) == (
        "javascript prints a Model, not str\n"
        "  hint: make one with load(name), read(path) or Model.parse(text)"
    )


def test_numbers_in_messages_look_as_in_python(tmp_path):
    fixed = (
        Path(__file__).resolve().parents[2] / "flywheel_edu" / "simulate" / "printed_model.js"
    ).read_text("utf-8")
    chance = np.random.default_rng(5)
    numbers = [0.0, -0.0, 1999.125, 1999.375, 0.5, 1e-5, 123456.5, 999999.5, 1e22, -2.5]
    numbers += (chance.integers(-(10**7), 10**7, 500) / 8).tolist()
    bits = chance.integers(0, 2**64, 2000, dtype=np.uint64, endpoint=False).view(np.float64)
    numbers += bits[~np.isnan(bits)].tolist()
    helpers = fixed[fixed.index("/** The shortest text that reads back") :]
    text = (
        f"{helpers}\nexport const names = [];\n"
        "export const run = (values) => ({time: [], series: Object.fromEntries("
        "values.map((x, i) => [i, [short(Number(x)), exactly(Number(x))]]))});"
    )
    texts = [repr(x).replace("inf", "Infinity") for x in numbers]
    [answer] = run_under_node([{"text": text, "values": texts, "options": {}}], tmp_path)
    for i, x in enumerate(numbers):
        exact = repr(x).removesuffix(".0")
        assert answer["series"][str(i)] == [f"{x:g}", exact]
