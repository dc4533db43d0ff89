from __future__ import annotations

import math
import subprocess
import sys
import threading
import time

import mpmath
import numpy as np
import pytest

from flywheel_edu.errors import FlywheelError
from flywheel_edu.model import Model
from flywheel_edu.simulate import (
    METHODS,
    block,
    engines,
    machine_run,
    prepared,
    simulate,
    simulation,
)
from flywheel_edu.simulate.machine import compile_kernel, compiler
from flywheel_edu.simulate.machine.vector_math import FUNCTIONS, function_text
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.simulate.sweep import sweep
from tests import needs
from tests.simulate.models import RUNNING, running


def computed_by(name, x, y=None, width=8):
    """The values of one of our functions, computed a vector at a time."""
    kind = f"<{width} x double>"
    both = f", {kind} %vy" if FUNCTIONS[name][1] == 2 else ""
    text = f"""{function_text(name, width)}
define void @run(ptr %x, i64 %s, i64 %n, ptr %y, i64 %t, ptr %o, i64 %l, i64 %p, ptr %a, ptr %b,
                 ptr %c) {{
entry:
  br label %loop
loop:
  %j = phi i64 [0, %entry], [%next, %loop]
  %px = getelementptr double, ptr %x, i64 %j
  %py = getelementptr double, ptr %y, i64 %j
  %po = getelementptr double, ptr %o, i64 %j
  %vx = load {kind}, ptr %px, align 8
  %vy = load {kind}, ptr %py, align 8
  %r = call {kind} @fw_{name}({kind} %vx{both})
  store {kind} %r, ptr %po, align 8
  %next = add i64 %j, {width}
  %done = icmp sge i64 %next, %n
  br i1 %done, label %exit, label %loop
exit:
  ret void
}}
"""
    kernel = compile_kernel(text, width)
    full = -(-len(x) // width) * width
    x = np.resize(np.asarray(x, dtype=float), full)
    y = x if y is None else np.resize(np.asarray(y, dtype=float), full)
    out = np.empty(full)
    at = [array.ctypes.data for array in (x, y, out)]
    kernel.call(at[0], 0, full, at[1], 0, at[2], 0, 0, None, None, None)
    return out


def units_off(got, exact):
    """How far off, in units in the last place of the exact value."""
    worst = 0.0
    for value, true in zip(got.tolist(), exact, strict=True):
        near = float(true)
        if math.isinf(near) or near == 0:
            assert value == near
        else:
            off = abs(mpmath.mpf(value) - true) / mpmath.mpf(math.ulp(near))
            worst = max(worst, float(off))
    return worst


@needs.machine_code
@pytest.mark.parametrize("width", [4, 8, 16])
def test_exp_and_logarithms_are_right_to_two_units_in_the_last_place(width):
    chance = np.random.default_rng(11)
    spread = np.concatenate([
        chance.uniform(-745.5, 710.5, 1500), chance.normal(0, 1, 1500), chance.normal(0, 1e-9, 504)
    ])  # fmt: skip
    positive = np.concatenate([
        np.exp(chance.uniform(-744, 709, 1500)), chance.uniform(0.5, 2, 1500),
        1 + chance.normal(0, 1e-7, 500), [5e-324, 2.3e-308, 1.0, 1.7976931348623157e308],
    ])  # fmt: skip
    with mpmath.workprec(140):
        for name, x, exact in (
            ("exp", spread, mpmath.exp),
            ("ln", positive, mpmath.log),
            ("log10", positive, mpmath.log10),
        ):
            true = [exact(mpmath.mpf(v)) for v in x.tolist()]
            assert units_off(computed_by(name, x, width=width), true) < 1.2, name


@needs.machine_code
def test_powers_are_right_to_two_units_in_the_last_place_over_their_whole_range():
    chance = np.random.default_rng(12)
    x = np.concatenate([
        np.exp(chance.normal(0, 2, 1000)), np.exp(chance.uniform(-740, 709, 1000)),
        1 + chance.normal(0, 1e-3, 1000), chance.uniform(0.7, 1.42, 1000),
    ])  # fmt: skip
    y = chance.uniform(-744, 709.7, 4000) / np.log(x)
    y[:500] = chance.normal(0, 2, 500)
    with mpmath.workprec(140):
        true = [
            mpmath.power(mpmath.mpf(a), mpmath.mpf(b))
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
        ]
        assert units_off(computed_by("pow", x, y), true) < 2


@needs.machine_code
@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [
        (0.0, 2.0, 0.0),
        (0.0, 0.0, 1.0),
        (-2.0, 2.0, 4.0),
        (-2.0, 3.0, -8.0),
        (-0.5, -3.0, -8.0),
        (-3.0, 0.0, 1.0),
        (1.0, 1e300, 1.0),
        (2.0, -1e300, 0.0),
        (-1.0, 2.0**53, 1.0),
    ],
)
def test_powers_of_what_is_not_above_zero_are_those_of_python(base, exponent, power):
    assert math.pow(base, exponent) == power
    assert computed_by("pow", [base], [exponent])[0] == power


@needs.machine_code
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("exp", 710.0, 0.0),
        ("ln", 0.0, 0.0),
        ("ln", -1.0, 0.0),
        ("ln", math.inf, 0.0),
        ("log10", math.nan, 0.0),
        ("pow", 0.0, -1.0),
        ("pow", -2.0, 0.5),
        ("pow", 10.0, 400.0),
    ],
)
def test_what_has_no_answer_is_not_finite(name, x, y):
    assert not np.isfinite(computed_by(name, [x], [y])[0])


@needs.machine_code
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", RUNNING)
def test_the_package_takes_machine_code_only_with_the_numbers_of_python_to_the_last_bit(
    name, method, monkeypatch
):
    model = running(name)
    wanted = simulate(model, method=method, engine="python")
    monkeypatch.setattr(machine_run, "SLOW", 0.0)
    monkeypatch.setattr(simulation, "_run_python", None)  # is not called
    run = simulate(model, method=method)
    for quantity in wanted:
        assert run[quantity].tolist() == wanted[quantity].tolist(), quantity


@needs.machine_code
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", RUNNING)
def test_machine_code_asked_for_by_name_is_right_to_twelve_digits(name, method):
    model = running(name)
    wanted = simulate(model, method=method, engine="python")
    run = simulate(model, method=method, engine="machine")
    for quantity in wanted:
        room = 1e-12 * np.max(np.abs(wanted[quantity]))
        np.testing.assert_allclose(
            run[quantity], wanted[quantity], rtol=1e-12, atol=room, err_msg=quantity
        )


@needs.machine_code
def test_a_model_that_is_read_again_is_not_compiled_again():
    text = str(running("benchmark"))
    kernels = []
    for other in (text, text, text.replace("step 0.125", "step 0.25")):
        model = Model.parse(other)
        simulate(model, engine="machine")
        kernels.append(prepare(model).kernels["alone", "euler", False])
    assert kernels[0] is kernels[1] is not kernels[2]


@needs.machine_code
def test_a_run_by_machine_code_keeps_its_stocks_when_the_rest_is_asked_for():
    run = simulate(running("benchmark"), engine="machine")
    before = run["Cash"]
    assert len(run["orders"]) == len(run.time)
    assert run["Cash"].tolist() == before.tolist()
    with pytest.raises(ValueError, match="read-only"):
        run["orders"][0] = 1.0


def paid_for_by_two_runs(monkeypatch, model):
    """Let the compiler be worth its while from the third run on."""
    cost = engines.python_seconds(prepare(model), "euler")
    monkeypatch.setattr(machine_run, "SLOW", 1.5 * cost)
    return model


@needs.machine_code
def test_machine_code_is_made_beside_runs_that_have_paid_for_it_and_taken_when_there(monkeypatch):
    model = paid_for_by_two_runs(monkeypatch, running("benchmark"))
    before = threading.active_count()
    key = ("alone", "euler", True)
    first = simulate(model)
    simulate(model)
    assert key not in prepare(model).kernels
    simulate(model)
    deadline = time.monotonic() + 60
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
    assert prepare(model).kernels[key] is not None
    monkeypatch.setattr(simulation, "_run_python", None)  # is not called any more
    assert simulate(model)["Cash"].tolist() == first["Cash"].tolist()
    changed = model.change(margin=0.2)
    assert prepare(changed) is prepare(model)
    assert simulate(changed)["Cash"][-1] != first["Cash"][-1]


@needs.machine_code
def test_a_run_too_long_for_python_is_compiled_at_once():
    model = running("benchmark").revise("time month from 0 to 125000 step 0.125")
    assert engines.python_seconds(prepare(model), "euler") > engines.SLOW
    assert machine_run.run_alone(prepare(model), model, "euler", "auto", whole=False) is not None
    # Of a model of so many quantities the compiler would take far longer than Python.
    much = Model.parse("time month from 0 to 9000 step 1\ny [month] = pipeline(time, 500)")
    assert engines.python_seconds(prepare(much), "euler") > engines.SLOW
    assert machine_run.run_alone(prepare(much), much, "euler", "auto", whole=False) is None


@pytest.fixture
def without_machine(monkeypatch):
    for place in (machine_run, engines, compiler):
        monkeypatch.setattr(place, "machine", lambda: None)


@pytest.mark.usefixtures("without_machine")
def test_where_there_is_no_machine_code_python_and_numpy_carry_on_silently():
    model = running("benchmark").revise("time month from 0 to 20 step 0.125")
    for _ in range(3):
        run = simulate(model)
    many = sweep(model, margin=np.linspace(0.1, 0.2, 400))
    assert many.engine == "numpy"
    assert sweep(model, margin=[0.15])["Cash"][:, 0].tolist() == run["Cash"].tolist()


@pytest.mark.usefixtures("without_machine")
@pytest.mark.parametrize("run", [simulate, sweep])
def test_machine_code_asked_for_by_name_is_refused_where_there_is_none(run):
    with pytest.raises(FlywheelError) as caught:
        run(running("benchmark"), engine="machine")
    assert str(caught.value) == (
        "there is no machine code on this computer: llvmlite is missing, or does not know its "
        "processor\n  hint: engine='auto' takes NumPy and Python instead"
    )


@pytest.mark.parametrize(
    ("run", "known"), [(simulate, "auto, python, machine"), (sweep, "auto, python, numpy, machine")]
)
def test_an_engine_that_is_not_there_is_refused(run, known):
    with pytest.raises(FlywheelError) as caught:
        run(running("benchmark"), engine="steam")
    assert str(caught.value) == (f"there is no engine 'steam'\n  hint: the engines are: {known}")


def test_python_carries_on_where_the_compiler_refuses(monkeypatch):
    def refuse(*_args):
        raise RuntimeError("LLVM refuses")

    monkeypatch.setattr(prepared, "compile_kernel", refuse)
    model = running("benchmark").revise("time month from 0 to 20 step 0.125")
    paid_for_by_two_runs(monkeypatch, model)
    before = threading.active_count()
    runs = [simulate(model)["Cash"].tolist() for _ in range(4)]
    while threading.active_count() > before:
        time.sleep(0.01)
    assert runs[0] == runs[2] == runs[3] == simulate(model)["Cash"].tolist()


@needs.machine_code
def test_an_llvmlite_too_old_for_us_is_as_good_as_none(monkeypatch):
    import llvmlite

    monkeypatch.setattr(llvmlite, "__version__", "0.44.0")
    assert compiler.machine.__wrapped__() is None


@needs.machine_code
def test_machine_code_asks_for_a_processor_that_joins_products_and_sums(monkeypatch):
    import llvmlite.binding as llvm

    if "avx2" not in llvm.get_host_cpu_features():
        pytest.skip("not a processor of this kind")
    monkeypatch.setattr(llvm, "get_host_cpu_features", lambda: {"avx2": True, "fma": False})
    assert compiler.machine.__wrapped__() is None


def test_python_carries_on_where_no_thread_may_start(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    model = running("benchmark").revise("time month from 0 to 20 step 0.125")
    paid_for_by_two_runs(monkeypatch, model)
    runs = [simulate(model)["Cash"].tolist() for _ in range(4)]
    assert runs[0] == runs[2] == runs[3]


SPLIT = """
import os, signal, threading
import flywheel_edu as fw
from flywheel_edu.simulate.machine import compiler

clock = "time year from 0 to 10 step 0.01\\nstock x [?] = 1\\n    + grown\\n"
terms = [f"a{i} [?] = x * exp(-x / {i + 1}) + ln(1 + x * {i + 2})" for i in range(300)]
large = fw.Model.parse(clock + "grown [?] = a0\\n" + "\\n".join(terms))
small = fw.Model.parse(clock + "grown [?] = x * rate\\ngiven rate [?] = 0.1 in 0 .. 1")
compiler.machine()
thread = threading.Thread(target=lambda: fw.simulate(large, engine="machine"))
thread.start()
while compiler._LOCK.acquire(blocking=False):
    compiler._LOCK.release()
child = os.fork()
if not child:
    signal.alarm(20)
    fw.sweep(small, rate=[0.1] * 50, engine="machine")
    os._exit(0)
raise SystemExit(os.waitpid(child, 0)[1])
"""


@needs.machine_code
@needs.fork
def test_a_process_split_off_while_machine_code_is_made_makes_its_own():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SPLIT], check=False)
    assert done.returncode == 0


@needs.machine_code
@pytest.mark.parametrize("name", RUNNING)
def test_code_made_quickly_for_few_runs_gives_the_numbers_of_good_code(name, monkeypatch):
    found = []
    for few in (0, 10**9):
        monkeypatch.setattr(block, "FEW", few)
        model = running(name)
        given = next(iter(model.given_values))
        values = np.full(20, model.given_values[given])
        found.append(sweep(model, {given: values}, engine="machine"))
        kinds = {key[-1] for key in prepare(model).kernels}
        assert ("quick" in kinds) == (few > 0)
    assert found[0] == found[1]
