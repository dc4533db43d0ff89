"""The functions of XMILE give the numbers that XMILE says they give."""

from __future__ import annotations

import math
import warnings
from statistics import NormalDist

import numpy as np
import pytest

from flywheel_edu import Model, simulate
from flywheel_edu.errors import FlywheelNotice
from flywheel_exchange import read_xmile
from flywheel_exchange.builtins import KNOWN_THERE
from tests.exchange.files import aux, file_of, model_of, refusal

DT = 0.25
T = np.arange(41) * DT
A, B = 2.5, -0.5
GIVENS = aux("2.5", "a") + aux("-0.5", "b")


def jump(t):
    return np.where(t >= 2, 4.0, 1.0)


normal, other = NormalDist(), NormalDist(A, 2)
# What each function is at the times T, by hand. x is 1 and jumps to 4 at time 2.
VALUES = {
    "ABS(b)": abs(B),
    "ARCCOS(b)": math.acos(B),
    "ARCSIN(b)": math.asin(B),
    "ARCTAN(b)": math.atan(B),
    "COS(TIME)": np.cos(T),
    "CGROWTH(21)": (1.21**DT - 1) / DT,
    "COSWAVE(a, 4)": A * np.cos(2 * np.pi * T / 4),
    "COUNTER(1, 4)": 1 + T % 3,
    "DERIVN(TIME * TIME, 1)": np.concatenate([[0], 2 * T[1:] - DT]),
    "DERIVN(TIME * TIME, 2)": np.concatenate([[0, DT / DT], np.full(39, 2.0)]),
    "ENDVAL(TIME + a) + ENDVAL(a, 7)": A + 7,
    "EXP(b)": math.exp(B),
    "NPV(10, 0.1)": np.cumsum(10 * DT / (1 + 0.1 * DT) ** np.arange(41)),
    "NPV(10, 0.1, 4, 2)": 2 * (4 + np.cumsum(10 * DT / (1 + 0.1 * DT) ** np.arange(41))),
    "IF TIME > 3 THEN a ELSE b": np.where(T > 3, A, B),
    "IF THEN ELSE(TIME > 3, a, b)": np.where(T > 3, A, B),
    "INIT(TIME + a)": A,
    "isee.INITIAL(TIME + b)": B,
    "HISTORY(TIME, TIME - 1)": np.maximum(T - 1, 0),
    "HISTORY(TIME + a, TIME - DT)": np.concatenate([[0], T[:-1] + A]),
    "IF TIME > 2 THEN HISTORY(TIME * a, 2) ELSE 0": np.where(T > 2, 2 * A, 0),
    "INT(a) + 10 * INT(b)": 2 - 10,
    "INTEGER(a) + 10 * INTEGER(b * 5)": 2 - 20,
    "COSH(a) + SINH(b)": math.cosh(A) + math.sinh(B),
    "GAME(a) + POWER(a, 2)": A + A**2,
    "QUANTUM(a, 1) + 10 * QUANTUM(b * 5, 2) + 100 * QUANTUM(a, 0 * a)": 2 - 20 + 250,
    "MODULO(-7, 3) + 10 * MODULO(7, 3)": -1 + 10,
    "ROUND(a) + 10 * ROUND(b * 3) + 100 * PERCENT(b)": 3 - 10 - 5000,
    "LN(a)": math.log(A),
    "LOG(a, 2)": math.log2(A),
    "LOG10(a)": math.log10(A),
    "LOGN(a)": math.log(A),
    "MAX(a, b, 3, 1)": 3,
    "MIN(a, b, -3, 1)": -3,
    "(-7) MOD 3 + 10 * MOD(7, 3)": 2 + 10,
    "PI * 2": 2 * math.pi,
    "PREVIOUS(SELF, 5) + 1": 6 + np.arange(41),
    "MAX(5 - TIME, PREVIOUS(SELF, 0))": 5,
    "PREVIOUS(TIME, 9)": np.concatenate([[9], T[:-1]]),
    "PULSE(a)": A / DT,
    "PULSE(a, 2)": np.where(T == 2, A / DT, 0),
    "PULSE(a, 2, 0)": np.where(T == 2, A / DT, 0),
    "PULSE(a, 2, 1.5)": np.where((T >= 2) & ((T - 2) % 1.5 == 0), A / DT, 0),
    "PULSE(a, 1, DT)": np.where(T >= 1, A / DT, 0),
    "RAMP(a, 3)": A * np.maximum(T - 3, 0),
    "RAMP(a, 3, 5)": A * np.clip(T - 3, 0, 2),
    "SAFEDIV(a, b) + SAFEDIV(a, 0 * a)": A / B,
    "SAFEDIV(a, 0 * a, 7)": 7,
    "ROOTN(-8, 3) + ROOTN(16, 4)": 0,
    "SIGN(a) + 10 * SIGN(b) + 100 * SIGN(0 * a)": -9,
    "SWITCH(a, b) + 10 * SWITCH(b, a)": 1,
    "TANH(b)": math.tanh(B),
    "FACTORIAL(a * 2) + COMBINATIONS(5, 3) + 1000 * PERMUTATIONS(5, 3)": 120 + 10 + 60000,
    "GAMMALN(a) + 10 * GAMMA_LN(TIME + 0.01)": [
        math.lgamma(A) + 10 * math.lgamma(t + 0.01) for t in T
    ],
    "NORMALCDF(b, TIME) + 10 * NORMALCDF(b, TIME, a, 2)": [
        normal.cdf(t) - normal.cdf(B) + 10 * (other.cdf(t) - other.cdf(B)) for t in T
    ],
    # What is paid back of 10,000 at 1 % a month in three years, and that against the loan.
    "PMT(0.01, 36, 10000, 0)": -10000 * 0.01 / (1 - 1.01**-36),
    "PMT(0.01, 36, 10000, a) + 10 * PMT(0, 4, 10, a)": -(10000 + A / 1.01**36)
    * 0.01
    / (1 - 1.01**-36)
    - 10 * (10 + A) / 4,
    "PV(0.01, 36, a, 0) + 10 * PV(0, 4, a, 100)": -A * (1 - 1.01**-36) / 0.01 - 10 * (4 * A + 100),
    "FV(0.01, 36, a, 0) + 10 * FV(0, 4, a, 100)": -A * (1.01**36 - 1) / 0.01 - 10 * (4 * A + 100),
    "XIDZ(a, 0 * a, 7) + ZIDZ(a, 0 * a)": 7,
    "SIN(TIME)": np.sin(T),
    "SINWAVE(a, 4)": A * np.sin(2 * np.pi * T / 4),
    "SQRT(a)": math.sqrt(A),
    "STEP(3, 2) + 1": jump(T),
    "TAN(b)": math.tan(B),
    "STARTTIME + STOPTIME + DT + TIME()": 10.25 + T,
    "LOOKUP(line, TIME)": np.interp(T, [0, 5], [0, 50]),
    "line(TIME)": np.interp(T, [0, 5], [0, 50]),
    "LOOKUP FORWARD(line, TIME) + lookup  backward(line, TIME)": (50.0 * (T > 0) + 50.0 * (T >= 5)),
}
LINE = '<gf name="line"><xpts>0,5</xpts><ypts>0,50</ypts></gf>'


@pytest.mark.parametrize("equation", VALUES)
def test_a_function_gives_what_is_said_of_it(tmp_path, equation):
    model = model_of(tmp_path, GIVENS + LINE + aux(equation))
    want = np.broadcast_to(VALUES[equation], T.shape)
    np.testing.assert_allclose(simulate(model)["x"], want, rtol=1e-9, atol=1e-9)


def test_the_number_that_a_normal_draw_stays_below(tmp_path):
    """Against Python's own, over the middle and both ends; our formula has seven digits."""
    run = simulate(model_of(tmp_path, aux("INVNORM(0.000001 + TIME / 10.0001)")))
    right = [NormalDist().inv_cdf(1e-6 + t / 10.0001) for t in T]
    np.testing.assert_allclose(run["x"], right, rtol=2e-7)


def by_hand(stages, over, x, opening, material):
    """Smoothing and delays step by step, with Euler's method, as they are defined."""
    each = over / stages
    held = np.full(stages, float(opening))
    seen = []
    for now in x:
        seen.append(held[-1])
        into = np.concatenate([[now], held[:-1]])
        held = held + DT * (into - held) / each
    return np.array(seen)


SMOOTHED = {
    "SMTH1(x, 2)": (1, 2, 1.0),
    "SMTH1(x, 2, 9)": (1, 2, 9.0),
    "SMTH3(x, 3)": (3, 3, 1.0),
    "SMTH3(x, 3, 9)": (3, 3, 9.0),
    "SMTHN(x, 4, 5)": (5, 4, 1.0),
    "SMTHN(x, 4, 2, 9)": (2, 4, 9.0),
    "SMTHN(x, 4, (DT * 24 - 1) * 1)": (5, 4, 1.0),
    "DELAY1(x, 2)": (1, 2, 1.0),
    "DELAY1(x, 2, 9)": (1, 2, 9.0),
    "DELAY3(x, 3)": (3, 3, 1.0),
    "DELAY3(x, 3, 9)": (3, 3, 9.0),
    "DELAYN(x, 4, 5)": (5, 4, 1.0),
    "DELAYN(x, 4, 2, 9)": (2, 4, 9.0),
    # As Vensim calls them.
    "SMOOTH(x, 2)": (1, 2, 1.0),
    "SMOOTHI(x, 2, 9)": (1, 2, 9.0),
    "SMOOTH3(x, 3)": (3, 3, 1.0),
    "SMOOTH3I(x, 3, 9)": (3, 3, 9.0),
    "SMOOTH_N(x, 4, 9, 2)": (2, 4, 9.0),
    "DELAY1I(x, 2, 9)": (1, 2, 9.0),
    "DELAY3I(x, 3, 9)": (3, 3, 9.0),
    "DELAY_N(x, 4, 9, 2)": (2, 4, 9.0),
}


@pytest.mark.parametrize("equation", SMOOTHED)
def test_smoothing_and_delays_move_as_they_are_defined(tmp_path, equation):
    """With a time that stays the same, what is delayed moves as what is smoothed."""
    stages, over, opening = SMOOTHED[equation]
    model = model_of(tmp_path, aux("STEP(3, 2) + 1") + aux(f"{equation} + 1", "y"))
    want = by_hand(stages, over, jump(T), opening, "DELAY" in equation) + 1
    np.testing.assert_allclose(simulate(model)["y"], want, rtol=1e-12)


@pytest.mark.parametrize(
    ("equation", "opening"),
    [
        ("DELAY(x, 1.5)", 1.0),
        ("DELAY_FIXED(x, 1.5, 9)", 9.0),
        ("DELAY(x, 1.5, 9)", 9.0),
        ("DELAY(x, wait, 4 + x)", 5.0),
    ],
)
def test_a_delay_of_a_fixed_time_changes_nothing(tmp_path, equation, opening):
    warnings.simplefilter("ignore", FlywheelNotice)  # of wait, which changes nothing
    model = model_of(tmp_path, aux("STEP(3, 2) + 1") + aux("1.5", "wait") + aux(equation, "y"))
    want = np.concatenate([np.full(6, opening), jump(T)[:-6]])
    np.testing.assert_allclose(simulate(model)["y"], want, rtol=1e-12)


@pytest.mark.parametrize(("by", "steps"), [("0", 1), ("0.1", 1), ("1.1", 4), ("1.125", 5)])
def test_what_is_late_by_no_whole_number_of_steps_is_told(tmp_path, by, steps):
    """As PySD has it: the nearest whole number, the larger of two, and at least one step."""
    with pytest.warns(FlywheelNotice) as told:
        model = model_of(tmp_path, aux("TIME", "t") + aux(f"DELAY(t, {by}, 9)"))
    assert str(told[0].message) == (
        f"what is {by} late is {steps * DT:g} late here, which is whole steps"
    )
    right = np.concatenate([np.full(steps, 9.0), T[:-steps]])
    np.testing.assert_array_equal(simulate(model)["x"], right)


def test_a_delay_is_as_many_steps_long_as_it_has_to_be(tmp_path):
    """More than one pipeline of ours can be, and more than the whole run."""
    there = aux("TIME", "t") + aux("DELAY(t, 150)") + aux("HISTORY(t, TIME - 150)", "y")
    path = file_of(tmp_path, there + aux("DELAY(t + 5, 1000000, 9)", "z"))
    path.write_text(path.read_text().replace("<stop>10<", "<stop>300<"))
    run = simulate(read_xmile(path))
    for name in "xy":
        np.testing.assert_array_equal(run[name], np.maximum(run.time - 150, 0))
    assert set(run["z"]) == {9}


def test_what_stands_in_a_stock_can_be_delayed(tmp_path):
    """A delay that opens at a value of its own is a stock, into which another stock cannot flow."""
    quantities = "<stock name='s'><eqn>1</eqn><inflow>x</inflow></stock>" + aux("3")
    run = simulate(model_of(tmp_path, quantities + aux("DELAY1(s, 2, 9)", "y")))
    np.testing.assert_allclose(run["y"], by_hand(1, 2, 1 + 3 * T, 9.0, True), rtol=1e-12)


def test_a_delay_of_a_fixed_time_is_refused_under_rk4(tmp_path):
    for late in ("DELAY(x, 1)", "PREVIOUS(x, 1)"):
        path = file_of(tmp_path, aux("TIME") + aux(late, "y"), specs='method="RK4"')
        told = refusal(path)
        assert told.split("\n")[0] == (
            f"{late.split('(')[0]} looks back by whole steps, which only the method euler takes"
        )
        assert 'hint: write <sim_specs method="Euler">' in told
        mended = file_of(tmp_path, aux("TIME") + aux(late, "y"), specs='method="Euler"')
        assert read_xmile(mended)["y"]


def test_a_trend_is_the_growth_against_the_smoothed_self(tmp_path):
    model = model_of(tmp_path, aux("EXP(TIME / 5)") + aux("TREND(x, 2, 0.1)", "y"))
    x, usual, seen = np.exp(T / 5), 1 / 1.2, []
    for now in x:
        seen.append((now - usual) / (2 * usual))
        usual += DT * (now - usual) / 2
    np.testing.assert_allclose(simulate(model)["y"], seen, rtol=1e-12)
    assert seen[0] == pytest.approx(0.1)  # it opens at what was given


def test_a_forecast_carries_on_along_the_trend(tmp_path):
    quantities = aux("EXP(TIME / 5)") + aux("TREND(x, 2, 0.1)", "trend")
    quantities += aux("FORCST(x, 2, 3, 0.1)", "y")
    quantities += aux("TREND(x, 2)", "other") + aux("FORECAST(x, 2, 3)", "z")
    run = simulate(model_of(tmp_path, quantities))
    np.testing.assert_allclose(run["y"], run["x"] * (1 + 3 * run["trend"]), rtol=1e-12)
    np.testing.assert_allclose(run["z"], run["x"] * (1 + 3 * run["other"]), rtol=1e-12)


def test_nothing_has_waited_yet_in_an_opening_value(tmp_path):
    stock = "<stock name='s'><eqn>{}</eqn></stock>"
    for equation, opening in {
        "SMTH1(x, 2)": 1,
        "SMTH3(x, 2, 9)": 9,
        "DELAY3(x, 2)": 1,
        "DELAY(x, 2, 7)": 7,
        "INIT(x)": 1,
        "TREND(x, 2, 0.3)": 0.3,
    }.items():
        model = model_of(tmp_path, aux("STEP(3, 2) + 1") + stock.format(equation))
        assert simulate(model)["s"][0] == opening


def test_in_files_of_vensim_whole_numbers_and_rests_are_those_of_vensim(tmp_path):
    """Vensim's INTEGER drops what is behind the point; its MODULO has the sign of its left side."""
    quantities = aux("INT(-2.5) + 10 * INT(2.5)") + aux("(-7) MOD 3", "y") + aux("7 MOD 3", "z")
    header = '<vendor>Ventana Systems, xmutil</vendor><product lang="en">Vensim, xmutil</product>'
    run = simulate(model_of(tmp_path, quantities, header=header))
    assert [run[name][0] for name in "xyz"] == [-2 + 20, -1, 1]
    run = simulate(model_of(tmp_path, quantities))
    assert [run[name][0] for name in "xyz"] == [-3 + 20, 2, 1]


def test_what_vensim_saves_as_xmile_keeps_its_own_words(tmp_path):
    """PULSE is 1 from a time on and for so long; TIME STEP and its like are no quantities there."""
    header = "<vendor>Ventana Systems, Inc.</vendor><product>Vensim</product>"
    quantities = (
        aux("PULSE_TRAIN(2, 0, 3, 9)", "w")
        + aux("PULSE(2, 1.5) + 10 * PULSE(5, TIME_STEP)")
        + aux("PULSE_TRAIN(1, 0.5, 3, 8)", "y")
        + aux("INITIAL_TIME + FINAL_TIME", "z")
        + aux("0", "gap", "<gf><xpts>0.0,0.0</xpts><ypts>1.0,1.0</ypts></gf>").replace(
            "<eqn>0</eqn>", ""
        )
        + aux("gap(7)", "u")
    )
    run = simulate(model_of(tmp_path, quantities, header=header))
    np.testing.assert_array_equal(run["x"], ((T >= 2) & (T < 3.5)) + 10.0 * (T == 5))
    np.testing.assert_array_equal(run["y"], (T >= 1) & (T <= 8) & ((T - 1) % 3 < 0.5))
    np.testing.assert_array_equal(run["w"], (T >= 2) & (T <= 9) & ((T - 2) % 3 == 0))
    assert [run[name][0] for name in "zu"] == [10, 1]


# Draws over 1001 steps: their mean and spread, by the formula of each distribution.
DRAWN = {
    "UNIFORM(2, 6, 5)": (4, 4 / math.sqrt(12)),
    "RANDOM(2, 6)": (4, 4 / math.sqrt(12)),
    "NORMAL(3, 2)": (3, 2),
    "NORMAL(3, 2, 5, -100, 100)": (3, 2),
    "EXPRND(4, 5)": (4, 4),
    "LOGNORMAL(3, 2, 5)": (3, 2),
    "RANDOM_UNIFORM(2, 6, 5)": (4, 4 / math.sqrt(12)),
    "RANDOM_NORMAL(-100, 100, 3, 2, 5)": (3, 2),
    "LOGISTIC(3, 2, 5)": (3, 2 * math.pi / math.sqrt(3)),
    "PARETO(5, 2, 5)": (5 * 2 / 4, math.sqrt(4 * 5 / (16 * 3))),
    "TRIANGULAR(1, 2, 6, 5)": (3, math.sqrt((1 + 4 + 36 - 2 - 6 - 12) / 18)),
    "WEIBULL(2, 3, 5)": (3 * math.sqrt(math.pi) / 2, 3 * math.sqrt(1 - math.pi / 4)),
    # Of so many in a unit of time, and of so many percent in one; a step is a quarter of it.
    "POISSON(12, 5)": (3, math.sqrt(3)),
    "POISSON(a * 160)": (100, 10),
    "MONTECARLO(40, 5)": (0.1, 0.3),
    "BINOMIAL(10, 0.3, 5)": (3, math.sqrt(2.1)),
    "GEOMETRIC(0.3, 5)": (1 / 0.3, math.sqrt(0.7) / 0.3),
    # Those of Vensim lie between two bounds, and are moved up and stretched before.
    "RANDOM_BINOMIAL(0, 99, 0.3, 10, 1, 2, 5)": (1 + 2 * 3, 2 * math.sqrt(2.1)),
    "RANDOM_EXPONENTIAL(0, 99, 1, 2, 5)": (1 + 2, 2),
    "RANDOM_POISSON(0, 99, 3, 1, 2, 5)": (1 + 2 * 3, 2 * math.sqrt(3)),
    "RANDOM_TRIANGULAR(0, 99, 1, 2, 6, 5)": (3, math.sqrt((1 + 4 + 36 - 2 - 6 - 12) / 18)),
    "RANDOM_WEIBULL(0, 99, 2, 1, 3, 5)": (
        1 + 3 * math.sqrt(math.pi) / 2,
        3 * math.sqrt(1 - math.pi / 4),
    ),
}


@pytest.mark.parametrize("equation", DRAWN)
@pytest.mark.filterwarnings("ignore:random numbers are drawn by seed here")
def test_a_draw_has_the_mean_and_the_spread_of_its_kind(tmp_path, equation):
    path = file_of(tmp_path, GIVENS + aux(equation) + aux(equation, "y"))
    path.write_text(path.read_text().replace("<stop>10<", "<stop>250<"))
    run = simulate(read_xmile(path))
    mean, spread = DRAWN[equation]
    assert run["x"].mean() == pytest.approx(mean, abs=4.5 * spread / math.sqrt(1001))
    assert run["x"].std() == pytest.approx(spread, rel=0.2)
    if equation.startswith(("POISSON", "BINOMIAL", "MONTECARLO", "GEOM")):
        assert (run["x"] == np.rint(run["x"])).all()
    alike = bool((run["x"] == run["y"]).all())
    assert alike == (", 5" in equation)  # by one seed the same draws, without one others


@pytest.mark.parametrize("equation", ["POISSON(TIME)", "POISSON(a * 10000)", "BINOMIAL(3, a)"])
@pytest.mark.filterwarnings("ignore:random numbers are drawn by seed here")
def test_counts_are_drawn_where_their_shares_can_be_known(tmp_path, equation):
    name = equation.split("(")[0]
    assert refusal(file_of(tmp_path, GIVENS + aux(equation))).split("\n")[0] == (
        f"the values of {name} must stay the same here, and it draws numbers below 1,000"
    )


@pytest.mark.parametrize(
    ("equation", "reason", "hint"),
    [
        ("GAMMA(2, 3)", "draws random numbers in a way", "draw from NORMAL, UNIFORM, EXPRND"),
        ("CAP(a)", "belongs to conveyors and queues", "make the conveyor a stock with DELAY"),
        ("IRR(a, 0.1)", "has no counterpart", "where its values stay the same, work it out"),
        ("NAN(a, b)", "says what this depends on and not how", "write the equation"),
        ("CLOCKTIME()", "has no counterpart", "where its values stay the same, work it out"),
    ],
)
def test_a_function_without_a_place_here_is_refused_with_a_way_round(
    tmp_path, equation, reason, hint
):
    told = refusal(file_of(tmp_path, GIVENS + aux(equation)))
    assert told.startswith(f"{equation.split('(')[0]} {reason}")
    assert f"hint: {hint}" in told


def test_every_function_we_know_is_tried_here():
    other = "DELAY( DELAY_FIXED( TREND( FORCST( FORECAST( PULSE_TRAIN( INVNORM("
    tried = " ".join([*VALUES, *SMOOTHED, *DRAWN, other])
    assert [name for name in KNOWN_THERE if name not in tried] == []


def test_a_reader_sees_their_own_stocks_and_not_those_of_which_a_delay_consists(tmp_path):
    """Whatever the model is read from: another program's file, or our text of it."""
    variables = "<stock name='Box'><eqn>1</eqn></stock>" + aux("Box * 2 + TIME")
    model = model_of(tmp_path, variables + aux("SMTH3(x, 4, 9) + DELAY1(x, 2, 5)", "late"))
    assert len(model.stocks) == 5
    for each in (model, Model.parse(str(model))):
        assert each.own_stocks == ("box",)
        assert len(simulate(each).plot().figure.axes[0].get_lines()) == 1
