"""A number that a reader writes is a number in every place that takes one, or refused in words."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from flywheel_edu import FlywheelError, Model, sample, simulate, sweep

SHOP = Model.parse(
    "time month from 0 to 4 step 1\nstock box [x] = 3\n  + fill\n"
    "fill [x/month] = rate * many\ngiven rate [x/month] = 2\ngiven many [1] = 1"
)
# What a run ends at when the number 3 is written there: by hand.
DOORS = {
    "change": (lambda n: simulate(SHOP.change(rate=n)), 15),
    "start_from": (lambda n: simulate(SHOP, start_from={"box": n}), 11),
    "until": (lambda n: simulate(SHOP, until=n), 9),
    "a list": (lambda n: sweep(SHOP, rate=[n, 1.0]), 15),
    "a list of objects": (lambda n: sweep(SHOP, rate=np.array([n, 1.0], dtype=object)), 15),
    "a column": (lambda n: sweep(SHOP, pd.Series([n, n], dtype=object).to_frame("rate")), 15),
    "for all": (lambda n: sweep(SHOP, rate=[2.0], many=n), 27),
    "a range": (lambda n: sweep(SHOP, sample(SHOP, 64, rate=(1, n)), statistic="max"), None),
    "every": (lambda n: sweep(SHOP, rate=[2.0], every=n), 9),
}
NUMBERS = [3, 3.0, np.float32(3), np.int64(3), Decimal(3), Fraction(3), np.array(3.0)]
NONE = ["3", b"3", "three", True, np.True_, math.nan, math.inf, 10**400, 3j, Decimal("nan"), pd.NA]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_number_of_any_kind_is_taken(door, number):
    run, end = DOORS[door]
    most = np.max(run(number)["box"])
    assert most == end if end else 14.8 < most < 15


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("said", [*NONE, None], ids=lambda said: repr(said)[:20])
def test_a_text_a_truth_value_and_what_is_no_number_are_refused_in_words(door, said):
    if said is None and door in ("until", "every"):  # which is to leave it out
        return
    with pytest.raises(FlywheelError, match=r"number|every=|range of 'rate' is empty"):
        DOORS[door][0](said)
