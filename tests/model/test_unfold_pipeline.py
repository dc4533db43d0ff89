"""A pipeline gives back what went in, unchanged and whole steps later."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu import EquationError, Model, simulate

TEXT = """time month from 0 to 10 step 0.25
x [item] = ramp(slope, 1, 8) * sin(time / cycle)
given slope [item/month] = 3
given cycle [month] = 2
y [item] = pipeline(x, 1.5)
"""


def test_a_pipeline_gives_what_went_in_whole_steps_ago():
    run = simulate(Model.parse(TEXT))
    np.testing.assert_allclose(run["y"][6:], run["x"][:-6], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(run["y"][:6], run["x"][0])


def test_a_pipeline_unfolds_into_one_stock_for_each_step():
    model = Model.parse(TEXT)
    assert model.stocks == ("y", *(f"y_stage_{i}" for i in range(1, 6)))
    assert str(model.written["y"]) == "y [item] = pipeline(x, 1.5)"
    assert model["y_stage_5"].waits
    assert model["y_stage_5"].part_of == "y"


def refusal(text: str) -> str:
    with pytest.raises(EquationError) as caught:
        Model.parse(text)
    return str(caught.value)


def test_the_length_of_a_pipeline_is_a_plain_number():
    assert (
        refusal(TEXT.replace("1.5", "cycle"))
        == """\
the length of a pipeline is a plain number
  line 5: y [item] = pipeline(x, cycle)
                                 ^^^^^
  hint: write: pipeline(x, 2), or use delay for a time that has a name"""
    )


@pytest.mark.parametrize("length", ["1.6", "0", "-1", "1000", "1e300"])
def test_a_pipeline_is_whole_steps_long(length):
    found = refusal(TEXT.replace("1.5", length))
    shown = f"{float(length):g}"
    assert found.split("\n")[0] == (
        f"a pipeline is 1 to 500 whole steps of 0.25 long, and {shown} is not"
    )


def test_a_pipeline_moves_by_steps_of_euler():
    assert (
        refusal(TEXT.replace("step 0.25", "step 0.25 method rk4"))
        == """\
a pipeline moves on by whole steps, which only the method euler takes
  line 5: y [item] = pipeline(x, 1.5)
                     ^^^^^^^^^^^^^^^^
  hint: leave out 'method' in the time line, or use delay or delay3"""
    )


def test_what_stands_in_an_unchecked_equation_is_not_checked():
    model = Model.parse(TEXT.replace("y [item] = pipeline(x, 1.5)", "y [?] = smooth(x + 2, 3) + 1"))
    assert not model["y_smooth"].unit.checked
