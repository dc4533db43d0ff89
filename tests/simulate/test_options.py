from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd
import pytest

from flywheel_edu.errors import FlywheelError
from flywheel_edu.flywheels import load
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.sweep import sweep
from tests.simulate.models import running

BANK = Model.parse("""time month from 0 to 2 step 1
stock savings [USD] = 100
    + interest
interest [USD/month] = savings * rate
given rate [1/month] = 0.1 in 0 .. 1
""")
GARDEN = Model.parse("""time month from 0 to 2 step 1
stock roses [flower] = 3
""")


def test_a_run_may_take_another_step_and_go_to_another_end():
    run = simulate(BANK, step=0.5, until=3)
    assert run.time.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert run["savings"][-1] == pytest.approx(100 * 1.05**6)
    assert run.model.clock.stop == 3
    assert BANK.clock.stop == 2


def test_a_run_may_go_on_from_the_end_of_another():
    first = simulate(BANK)
    second = simulate(BANK.change(rate=0.5), start_from=first)
    assert second.time.tolist() == [2, 3, 4]
    assert second["savings"].tolist() == pytest.approx([121, 181.5, 272.25])
    assert second["interest"][0] == pytest.approx(60.5)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_run_in_two_parts_is_the_run_in_one(method):
    model = running("everything")
    whole = simulate(model, method=method)
    half = simulate(model, method=method, until=12)
    rest = simulate(model, method=method, start_from=half, until=24)
    for name in model.stocks:
        assert rest[name] == pytest.approx(whole[name][96:], rel=1e-9, abs=1e-9), name


def test_a_run_may_start_from_the_numbers_of_some_stocks():
    assert simulate(BANK, start_from={"savings": 50})["savings"][1] == pytest.approx(55)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dt": 0.1}, "simulate takes no 'dt'\n  hint: write: simulate(model, step=0.1)"),
        ({"stop": 9}, "simulate takes no 'stop'\n  hint: write: simulate(model, until=9)"),
        ({"metod": "rk4"}, "simulate takes no 'metod'\n  hint: did you mean 'method'?"),
        (
            {"rate": 0.5},
            "simulate takes no 'rate'\n"
            "  hint: for a given, write: simulate(model.change(rate=0.5))",
        ),
        (
            {"start_from": {"saving": 1}},
            "a run cannot start from 'saving', which is no stock of this model\n"
            "  hint: did you mean 'savings'?",
        ),
        (
            {"start_from": {"savings": "all"}},
            "the stock 'savings' starts from one number in [USD], not 'all'",
        ),
        (
            {"start_from": {"savings": math.inf}},
            "the stock 'savings' starts from one number in [USD], not 'inf'",
        ),
        (
            {"start_from": 5},
            "start_from takes a run, or the numbers of some stocks, not int\n"
            "  hint: write: simulate(model, start_from={'savings': 1})",
        ),
        (
            {"start_from": sweep(BANK, rate=[0.1, 0.2])},
            "start_from takes a run, or the numbers of some stocks, not Sweep\n"
            "  hint: write: simulate(model, start_from={'savings': 1})",
        ),
        (
            {"start_from": simulate(GARDEN)},
            "the run to start from has none of this model's stocks",
        ),
        ({"until": "noon"}, "until='noon' is no number in [month]"),
        (
            {"step": 0.3},
            "steps of 0.3 do not come out even from 0 to 2\n  hint: write: step=0.25",
        ),
        (
            {"step": 0.9, "until": 2.7 + 0.1},
            "steps of 0.9 do not come out even from 0 to 2.8\n  hint: write: step=0.7",
        ),
        (
            {"step": 0},
            "a step is a number above 0, not 0\n  hint: the model's own step is 1, in [month]",
        ),
        (
            {"step": 1e-9},
            "the time line has 2,000,000,000 steps; 1,000,000 are allowed\n"
            "  hint: the model's own step is 1, in [month]",
        ),
        (
            {"until": 1, "start_from": simulate(BANK)},
            "a run that starts at month 2 cannot end at 1\n"
            "  hint: choose a later end, such as until=4",
        ),
    ],
)
def test_what_a_run_cannot_be_asked_for_is_answered_with_what_it_can(arguments, message):
    with pytest.raises(FlywheelError) as caught:
        simulate(BANK, **arguments)
    assert str(caught.value) == message


def test_a_stock_is_not_changed_and_the_answer_says_how():
    with pytest.raises(FlywheelError) as caught:
        BANK.change(savings=50)
    assert str(caught.value) == (
        "'savings' is a stock, and what changes here is a given\n"
        "  hint: to begin elsewhere: simulate(model, start_from={'savings': 50})"
    )


@pytest.mark.parametrize(
    ("unit", "begins", "third"),
    [
        ("day", "2024-02-28", "2024-03-01"),  # over the 29th of a leap year
        ("week", "2024-02-28", "2024-03-13"),
        ("month", "2020-01", "2020-03-01"),
        ("quarter", "2020-01", "2020-07-01"),
        ("year", "1999-05-17", "2001-05-17"),
        ("year", 2024, "2026-01-01"),
        ("year", "2024", "2026-01-01"),
        ("month", "02.2024", "2024-04-01"),
        ("month", datetime.date(2024, 2, 1), "2024-04-01"),
        ("month", np.datetime64("2024-02-01"), "2024-04-01"),
        ("month", pd.Period("2024-02"), "2024-04-01"),
        ("day", pd.Timestamp("2024-02-01 08:00"), "2024-02-03 08:00"),
    ],
)
def test_the_rows_of_a_run_may_have_dates(unit, begins, third):
    model = Model.parse(f"time {unit} from 7 to 9 step 1\nstock box [1] = 1\n")
    table = simulate(model).table(begins=begins)
    assert table.index[2] == pd.Timestamp(third)
    assert table["box"].iloc[2] == 1


def test_half_a_month_is_half_of_its_own_days():
    table = simulate(BANK, step=0.5).table(begins="2023-01")
    assert table.index[3] == pd.Timestamp("2023-02-15")  # February had 28 days


@pytest.mark.parametrize(
    "begins", ["2020-13", "24-02-01", "01.02.2024", "13.02.2024", "03/04/2020", "1.2", 24, 0, "Feb"]
)
def test_a_date_that_could_be_another_is_refused(begins):
    with pytest.raises(FlywheelError) as caught:
        simulate(BANK).table(begins=begins)
    assert str(caught.value) == (
        f"'{begins}' is no date\n"
        '  hint: write the year first: run.table(begins="2020-01"), or "2020-01-31"'
    )


def test_a_time_line_in_parts_of_its_own_has_no_dates():
    parts = Model.parse("time shift from 0 to 2 step 1\nstock box [1] = 1\n")
    with pytest.raises(FlywheelError) as caught:
        simulate(parts).table(begins="2020")
    assert str(caught.value) == (
        "a time line in [shift] has no dates\n"
        "  hint: the units with dates are: day, week, month, quarter, year"
    )


@pytest.mark.parametrize("value", ["3000", True])
def test_a_stock_starts_from_no_words_and_no_truth(value):
    model = load("word_of_mouth")
    stock = model.stocks[0]
    with pytest.raises(FlywheelError) as caught:
        simulate(model, start_from={stock: value})
    assert str(caught.value) == (
        f"the stock '{stock}' starts from one number in [{model[stock].unit}], not '{value}'"
    )
