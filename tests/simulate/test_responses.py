"""Equations on arrays: the same numbers as the run that computed them one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flywheel_edu.flywheels import library, load
from flywheel_edu.language import FUNCTIONS, Call, read_expression, walk
from flywheel_edu.model import Clock, Model
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.print_numpy import response_of
from flywheel_edu.units import ONE

CLOCK = Clock(ONE, 0.0, 2.0, 1.0)
EVERYTHING = Path(__file__).parents[1] / "models" / "everything.flywheel"


def check(model):
    run = simulate(model)
    values = {**run, "time": run.time}
    for name in model.order:
        with np.errstate(all="ignore"):
            again = response_of(model[name].equation, model.clock)(values)
        np.testing.assert_allclose(
            np.broadcast_to(again, run.time.shape), run[name], rtol=1e-12, atol=1e-12, err_msg=name
        )


@pytest.mark.parametrize("name", library())
def test_every_equation_of_the_library_gives_on_arrays_what_the_run_gave(name):
    check(load(name))


def test_every_part_of_the_language_gives_on_arrays_what_the_run_gave():
    model = Model.parse(EVERYTHING.read_text("utf-8"), EVERYTHING.parent)
    used = {
        node.function
        for quantity in model.values()
        for node in walk(quantity.equation)
        if isinstance(node, Call)
    }
    assert used == set(FUNCTIONS), "the model that uses everything leaves out a function"
    check(model)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a if not (a < 2 or b > 5) and a != 3 else -b", [-4.0, 2.0, -6.0]),
        ("a if a <= 2 and b >= 5 else b", [4.0, 2.0, 6.0]),
        ("a if a == 2 else 0", [0.0, 2.0, 0.0]),
        ("1 / (a - 2) if a > 2 else 0", [0.0, 0.0, 1.0]),
        ("table(a, 1: 10, 2: 30)", [10.0, 30.0, 30.0]),
        ("step(5, 1)", [0.0, 5.0, 5.0]),
        ("pulse(5, 1)", [0.0, 5.0, 0.0]),
        ("ramp(2, 1, 1.5)", [0.0, 0.0, 1.0]),
        ("mod(b, 4)", [0.0, 1.0, 2.0]),
        ("int(a / 2)", [0.0, 1.0, 1.0]),
    ],
)
def test_an_equation_gives_one_number_for_each_moment(text, expected):
    values = {
        "a": np.array([1.0, 2.0, 3.0]),
        "b": np.array([4.0, 5.0, 6.0]),
        "time": np.array([0.0, 1.0, 2.0]),
    }
    with np.errstate(all="ignore"):
        assert response_of(read_expression(text), CLOCK)(values).tolist() == expected
