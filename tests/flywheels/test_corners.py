"""Corners of the sliders' ranges: each case has a closed form."""

from __future__ import annotations

from flywheel_edu.flywheels.behaviour import EXPLODES, corners, has_ranges
from flywheel_edu.model import Model

LINE = """\
time month from 0 to 10 step 1
stock goods [item] = 1
    + made
made [item/month] = speed
given speed [item/month] = 1 in 0 .. 100
"""
GROWTH = """\
time month from 0 to 10 step 1
stock goods [item] = 1
    + made
made [item/month] = goods * rate
given rate [1/month] = 0.1 in 0 .. 20
"""


def test_the_ends_of_a_range_are_visited():
    # At its fastest, 1 + 10 * 100 in place of 1 + 10; what is made each month, 100 in place of 1.
    assert corners(Model.parse(LINE)) == (
        True,
        "in 128 runs: made rises to 100 times what it usually does",
    )


def test_what_rises_a_thousand_million_times_explodes():
    # goods ends at 21 ** 10 in place of 1.1 ** 10.
    holds, found = corners(Model.parse(GROWTH))
    assert 21**10 / 1.1**10 > EXPLODES
    assert not holds
    most = f"{20 * 21**10 / (0.1 * 1.1**10):.3g}"
    assert found == f"in 128 runs: made rises to {most} times what it usually does"


def test_a_corner_that_breaks_down_is_named_with_its_numbers():
    drained = LINE.replace("+ made", "- made")
    holds, found = corners(Model.parse(drained))
    assert not holds
    assert "of 128 runs break down: the stock 'goods' falls below zero at month 1" in found
    assert "(speed = " in found


def test_a_model_without_sliders_has_no_corners():
    assert has_ranges(Model.parse(LINE))
    assert not has_ranges(Model.parse(LINE.replace(" in 0 .. 100", "")))
