from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu import read
from flywheel_edu.errors import SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate import METHODS, simulate
from flywheel_edu.simulate.block import Block
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.simulate.scenarios import Work
from flywheel_edu.simulate.sweep import sweep
from flywheel_exchange import write_xmile
from tests import needs
from tests.simulate.models import BREAKING, RUNNING, running
from tests.witnesses import run_in_pysd, run_in_pysimlin

WIDE = ["numpy", *(["machine"] if machine() else [])]


def two_givens(model):
    """Two numbers apart for each given of a model, within its range."""
    for name, value in model.given_values.items():
        low, high = model[name].range or (0.9 * value, 1.1 * value)
        yield name, [value, min(max(0.999 * value + 1e-4 * (high - low), low), high)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", RUNNING)
def test_all_engines_give_the_same_numbers_for_every_quantity(name, method):
    model = running(name)
    keep = [*model.stocks, *model.order]
    alone = [
        simulate(model.change(**scenario), method=method, engine="python")
        for scenario in ({n: v[i] for n, v in two_givens(model)} for i in (0, 1))
    ]
    for engine in WIDE:
        many = sweep(model, dict(two_givens(model)), keep=keep, method=method, engine=engine)
        for quantity in keep:
            wanted = np.array([run[quantity] for run in alone]).T
            room = 1e-12 * np.max(np.abs(wanted), axis=0)
            off = np.abs(many[quantity] - wanted)
            assert (off <= room + 1e-12 * np.abs(wanted)).all(), (engine, quantity)


def asked(model, engine, kept, moments):
    """A work that keeps one quantity at every moment."""
    time, slots = prepare(model).time, np.arange(moments)
    return Work(model, "euler", engine, (kept,), 1, {}, time, slots)


def broken_alone(model, method):
    try:
        simulate(model, method=method, engine="python")
    except SimulationError as error:
        return error
    return None


@pytest.mark.parametrize("engine", WIDE)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_alone_breaks_in_a_sweep_with_the_same_sentence(name, method, engine):
    model = Model.parse(BREAKING[name])
    given = next(name for name in ("rate", "slow") if name in model)
    value = model.given_values[given]
    error = broken_alone(model, method)
    if error is None:  # the finer method comes through
        stock = model.stocks[0]
        many = sweep(model, {given: [value]}, method=method, engine=engine)
        run = simulate(model, method=method, engine="python")
        np.testing.assert_allclose(many[stock][:, 0], run[stock], rtol=1e-12)
        return
    with pytest.raises(SimulationError) as caught:
        sweep(model, {given: [value, value]}, method=method, engine=engine)
    told = f"{error.message}, in scenario 0 ({given} = {value:g})"
    assert str(caught.value) == str(error).replace(error.message, told)
    assert (caught.value.quantity, caught.value.time) == (error.quantity, error.time)


@pytest.mark.parametrize("engine", WIDE)
def test_a_value_that_only_looks_lost_is_given_by_python(engine):
    # 1e200 * 1e200 has no end, but Python goes on to 1 / inf, which is 0.
    model = Model.parse("""time month from 0 to 3 step 1
stock here [?] = 1
    + flow
flow [?] = size / (1e200 * 1e200) + 1
given size [?] = 1
""")
    block = Block(asked(model, engine, "here", 4))
    assert block.run(np.ones((1, 3)), np.empty((1, 4, 3))).all()
    assert sweep(model, size=[1, 2], engine=engine)["here"][:, 1].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("engine", WIDE)
def test_what_a_choice_does_not_choose_may_have_no_value(engine):
    model = Model.parse("""time month from 0 to 4 step 0.5
stock here [?] = 1
    + flow
flow [?] = 1 / ln(here) + 1 / min(here - 1, 5) if here > 1.25 and 1 / (here - 1) > 0 else rate
given rate [?] = 1
""")
    block = Block(asked(model, engine, "here", 9))
    assert not block.run(np.ones((1, 3)), np.empty((1, 9, 3))).any()


@pytest.mark.parametrize("engine", WIDE)
def test_limits_of_what_is_delayed_follow_the_signs_of_each_scenario(engine):
    model = Model.parse("""time month from 0 to 4 step 0.5
stock here [?] = 1
    + flow
flow [?] = 0 * here
late [?] = smooth(free * (1 + step(1, 2)), slow)
given free [?] = 1
given slow [?] = 2
""")
    many = sweep(model, free=[1, -1, 0, 2], keep="late", engine=engine)
    assert (np.sign(many["late"][-1]) == [1, -1, 0, 1]).all()
    bad = sweep(model, free=[1, -1], slow=[0.2, 0.2], engine=engine, failures="skip")
    assert [e.quantity for e in bad.failures.values()] == ["late", "late"]


def test_a_stock_that_misses_zero_by_rounding_is_not_given_to_python():
    model = Model.parse("""time month from 0 to 10 step 0.1
stock box [?] = 0.3
    - out
out [?] = box / whole
given whole [?] = 0.1
""")
    for engine in WIDE:
        block = Block(asked(model, engine, "box", 101))
        assert not block.run(np.full((1, 4), 0.1), np.empty((1, 101, 4))).any()


@pytest.mark.parametrize("engine", WIDE)
def test_what_surely_broke_is_no_number_where_nobody_asks_why(engine):
    model = Model.parse("""time month from 0 to 2 step 1
stock box [?] = 1
    - out
out [?] = rate
share [?] = rate in 0 .. 1
given rate [?] = 0.5
""")
    block, out = Block(replace(asked(model, engine, "box", 3), explains=False)), np.empty((1, 3, 3))
    # 2 lies outside the share's range. With 0.9 the box falls below zero, but how full it was
    # before is not watched: it may have missed zero by rounding, and Python looks.
    assert block.run(np.array([[0.5, 2.0, 0.9]]), out).tolist() == [False, False, True]
    assert out[0, -1].tolist()[0] == 0
    assert np.isnan(out[0, :, 1]).all()


def test_the_tape_checks_where_a_lost_value_could_hide_and_nowhere_else():
    model = Model.parse("""time month from 0 to 1 step 1
stock here [?] = 1
    + flow
part [?] = here / rate
flow [?] = min(part * 2, 1 / part)
seen [?] = here * rate
given rate [?] = 1
""")
    tape = prepare(model).tape
    checked = {tape.ops[value].name: mask for value, mask in tape.checks}
    # part * 2 and 1 / part go into min, part below a division; seen reaches no stock.
    assert sorted(tape.ops[value].name for value, _ in tape.checks) == ["div", "div", "mul", "mul"]
    assert set(checked.values()) == {-1}


def test_engines_watch_the_side_on_which_there_is_a_promise():
    model = Model.parse("""time month from 0 to 1 step 1
stock free [?] = 1 in -inf .. inf
stock box [?] = 1
stock high [?] = 1 in -inf .. 5
part [?] = box in 0 .. 4
slow [?] = smooth(box, rate)
given rate [?] = 1
""")
    assert set(prepare(model).watched) == {
        ("box", True, False), ("high", False, True), ("part", True, True), ("slow", True, True)
    }  # fmt: skip


@pytest.mark.parametrize("engine", ["python", *WIDE])
@pytest.mark.parametrize("witness", ["PySD", "pysimlin"])
def test_other_programs_compute_the_benchmark_model_alike(engine, witness, tmp_path):
    model = running("benchmark")
    run = run_in_pysd if witness == "PySD" else run_in_pysimlin
    found = run(model, tmp_path)
    many = sweep(model, margin=[0.15, 0.15], keep=model.order + model.stocks, engine=engine)
    for name in (*model.stocks, *model.order):
        np.testing.assert_allclose(many[name][:, 1], found[name], rtol=1e-9, err_msg=name)


def test_a_model_from_another_program_costs_no_more_operations_than_in_our_own_text(tmp_path):
    own = running("benchmark")
    file = write_xmile(own, tmp_path / "benchmark.xmile")
    theirs = read(shorn_of_what_is_ours(file))
    assert set(theirs) == set(own)
    assert len(prepare(theirs).tape.ops) <= len(prepare(own).tape.ops)
    assert len(prepare(theirs).watched) <= len(prepare(own).watched)


def shorn_of_what_is_ours(file):
    """A file as another program writes it, whose stocks may be told to stay above zero."""
    text = re.sub(r"<range [^>]*/>|<doc>.*?</doc>|<units>.*?</units>", "", file.read_text("utf-8"))
    file.write_text(text, "utf-8")
    return file


# -- any equation at all

_leaves = st.sampled_from(["here", "a", "b", "time", "2", "0.5", "0", "-1", "3"])


def _deeper(parts):
    two = st.tuples(parts, parts)
    conditions = st.one_of(
        st.tuples(parts, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), parts).map(" ".join)
    )
    joined = st.one_of(
        conditions,
        st.tuples(conditions, st.sampled_from([" and ", " or "]), conditions).map("".join),
        conditions.map("not {}".format),
    )
    return st.one_of(
        st.tuples(parts, st.sampled_from(["+", "-", "*", "/", "**"]), parts).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
        st.tuples(
            st.sampled_from(["exp", "ln", "sqrt", "abs", "int", "sin", "arctan", "log10"]), parts
        ).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(st.sampled_from(["min", "max", "mod"]), parts, parts).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        st.tuples(parts, joined, parts).map(lambda t: f"(({t[0]}) if {t[1]} else ({t[2]}))"),
        two.map(lambda t: f"step({t[0]}, {t[1]})"),
        parts.map("table({}, -1: 2, 0: 1, 1.5: 4)".format),
    )


@settings(max_examples=60)
@given(
    st.lists(st.recursive(_leaves, _deeper, max_leaves=8), min_size=4, max_size=4),
    st.sampled_from(METHODS),
)
def test_any_equation_gives_the_same_in_all_engines_or_fails_in_all(equations, method):
    text = """time 1 from 0 to 2 step 0.5
stock here [?] = 1 in -inf .. inf
    + flow
flow [?] = level * 0 + 1
given a [?] = 1.5
given b [?] = -0.25
"""
    lines = [f"level [?] = {equations[0]}"]
    lines += [f"other{i} [?] = {e}" for i, e in enumerate(equations[1:])]
    model = Model.parse(text + "\n".join(lines) + "\n")
    scenarios = {"a": [1.5, -1.0, 0.0, 0.3, 2.0], "b": [-0.25, 0.75, 0.0, 2.0, 1.0]}
    keep = ["here", "level", "other0", "other1", "other2"]
    options = {"keep": keep, "method": method, "failures": "skip"}
    wanted = sweep(model, scenarios, engine="python", **options)
    for engine in WIDE:
        found = sweep(model, scenarios, engine=engine, **options)
        assert {i: str(e) for i, e in found.failures.items()} == {
            i: str(e) for i, e in wanted.failures.items()
        }
        for name in keep:
            size = np.nanmax(np.abs(wanted[name]), initial=1.0)
            off = np.abs(found[name] - wanted[name]) > 1e-9 * size
            assert not off.any(), (engine, name)


_DECIDED = {
    "quotients": "int(3 * size / size) + int(5 * size / size) + int(7 * size / size)",
    "quotients compared": "1 if 3 * size / size >= 3 and 49 * size / size >= 49 else 0",
    "what is left of a quotient": "mod(3 * size / size, 3)",
    "a logarithm": "int(log10(10 ** int(size / 20)))",
    "a power": "int((size * size) ** 0.5)",
    "a product joined with a sum": "1 if 0.1 * size - size / 10 == 0 else 0",
    "a sum carried in a stock": "int(held / 0.1)",
}


@pytest.mark.parametrize("engine", WIDE)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("decided", _DECIDED)
def test_where_the_last_bit_decides_all_engines_decide_as_python(decided, method, engine):
    model = Model.parse(f"""time 1 from 0 to 4 step 0.5
stock held [1] = 0
    + more
more [1] = 0.2 * size / 10
jumps [1] = {_DECIDED[decided]}
given size [1] = 49 in 1 .. 200
""")
    sizes = np.arange(1.0, 201.0)
    wanted = sweep(model, size=sizes, keep=["jumps"], method=method, engine="python")
    found = sweep(model, size=sizes, keep=["jumps"], method=method, engine=engine)
    np.testing.assert_array_equal(found["jumps"], wanted["jumps"])
    if engine == "machine":
        for number, size in enumerate(sizes):
            run = simulate(model.change(size=size), method=method, engine=engine)
            np.testing.assert_array_equal(run["jumps"], wanted["jumps"][:, number])


def test_a_small_sweep_stays_in_python_and_a_large_one_goes_to_the_fastest_engine():
    model = running("benchmark")
    assert sweep(model, margin=np.full(5, 0.15)).engine == "python"
    fastest = "machine" if machine() else "numpy"
    assert sweep(model, margin=np.full(500, 0.15), statistic="final").engine == fastest


@needs.machine_code
def test_a_model_too_large_to_take_its_functions_in_computes_the_same():
    small = running("benchmark")
    powers = "".join(f"more{i} [?] = scale ** {1 + i / 1000!r}\n" for i in range(200))
    large = small.revise(powers)
    assert len(prepare(small).tape.ops) < 300 < len(prepare(large).tape.ops)
    keep = ["Customers", "Unit_cost"]
    one = sweep(small, margin=[0.1, 0.2], keep=keep, engine="machine")
    other = sweep(large, margin=[0.1, 0.2], keep=keep, engine="machine")
    for name in keep:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-12)


def test_a_table_of_a_table_looks_up_in_its_own_points():
    # At half way, the inner table gives 10, and the outer one 10 for 10.
    model = Model.parse("""time year from 0 to 1 step 1
stock kept [?] = start in -inf .. inf
    + looked_up
looked_up [?] = table(table(given_place, 0: 0, 1: 20), 0: 0, 10: 10, 20: -5)
given start [?] = 1
given given_place [?] = 0.5 in 0 .. 1
""")
    for engine in ("python", *WIDE):
        found = sweep(model, given_place=[0.5, 1.0], keep=["looked_up"], engine=engine)
        assert found["looked_up"].tolist() == [[10.0, -5.0], [10.0, -5.0]], engine
