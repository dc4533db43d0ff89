"""Runs: closed forms, balances, promises, and what is said when one is broken."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from matplotlib.figure import Figure

import flywheel_edu as fw
from flywheel_edu import FlywheelError, Model, SimulationError, simulate
from flywheel_edu.flywheels import library


def growth(step: float) -> tuple[Model, float]:
    model = Model.parse(
        f"time year from 0 to 8 step {step}\nstock people [person] = 100\n    + births\n"
        "births [person/year] = people * rate\ngiven rate [1/year] = 0.25"
    )
    return model, 100 * math.exp(0.25 * 8)


def logistic(step: float) -> tuple[Model, float]:
    model = Model.parse(
        f"time year from 0 to 8 step {step}\nstock people [person] = 10\n    + births\n"
        "births [person/year] = people * rate * (1 - people / room)\n"
        "given rate [1/year] = 0.8\ngiven room [person] = 1000"
    )
    return model, 1000 / (1 + (1000 / 10 - 1) * math.exp(-0.8 * 8))


def bass(step: float) -> tuple[Model, float]:
    """Bass (1969), Management Science 15(5): adopters = m (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t)."""
    model = Model.parse(
        f"time year from 0 to 8 step {step}\nstock adopters [person] = 0\n    + adoption\n"
        "adoption [person/year] = (p + q * adopters / m) * (m - adopters)\n"
        "given p [1/year] = 0.03\ngiven q [1/year] = 0.38\ngiven m [person] = 1000"
    )
    fading = math.exp(-(0.03 + 0.38) * 8)
    return model, 1000 * (1 - fading) / (1 + 0.38 / 0.03 * fading)


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk4", 4)])
@pytest.mark.parametrize("case", [growth, logistic, bass])
def test_halving_the_step_divides_the_error_by_two_to_the_order(case, method, order):
    misses = []
    for step in (1 / 16, 1 / 32, 1 / 64) if method == "euler" else (1.0, 0.5, 0.25):
        model, exact = case(step)
        misses.append(abs(simulate(model, method=method)[model.stocks[0]][-1] - exact))
    ratios = [math.log2(a / b) for a, b in itertools.pairwise(misses)]
    assert ratios == pytest.approx([order] * 2, abs=0.15 if order == 1 else 0.6)


@pytest.mark.parametrize("name", library())
def test_what_a_stock_gains_is_what_flowed_in_less_what_flowed_out(name):
    run = simulate(fw.load(name), method="euler")
    for stock in run.model.stocks:
        gained = run[stock][-1] - run[stock][0]
        flowed = math.fsum(
            entry.sign * run.model.clock.step * value
            for entry in run.model[stock].ledger
            for value in run[entry.flow][:-1]
        )
        turned_over = sum(np.abs(run[e.flow]).sum() for e in run.model[stock].ledger)
        scale = max(np.abs(run[stock]).max(), run.model.clock.step * turned_over, 1e-300)
        assert gained == pytest.approx(flowed, abs=1e-12 * scale), stock


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("name", library())
def test_every_model_of_the_library_runs_and_keeps_its_promises(name, method):
    run = simulate(fw.load(name), method=method)
    for quantity in run.model.values():
        low, high = quantity.limits
        values = run[quantity.name]
        room = 1e-9 * max(1.0, float(np.abs(values).max()))
        assert np.isfinite(values).all()
        assert low - room <= values.min() <= values.max() <= high + room


def test_a_run_is_a_mapping_from_names_to_arrays_that_cannot_be_changed():
    run = simulate(growth(0.5)[0])
    assert list(run) == ["people", "births", "rate"]
    assert run.time.tolist() == [k / 2 for k in range(17)]
    assert run["rate"].tolist() == [0.25] * 17
    assert repr(run) == "<Run of '': year 0 to 8, 17 moments, euler>"
    for array in (run["people"], run["rate"], run.time):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(FlywheelError) as caught:
        run["poeple"]
    assert str(caught.value) == (
        "this run has no quantity 'poeple'\n  hint: did you mean 'people'?"
    )


def test_a_table_has_a_row_for_each_saved_moment_and_a_column_for_what_changes():
    model = growth(0.5)[0]
    table = simulate(model).table()
    assert (table.index.name, list(table.columns), len(table)) == ("year", ["people", "births"], 17)
    yearly = simulate(model.revise("time year from 0 to 8 step 0.5 save 1")).table("births")
    assert yearly.index.tolist() == list(range(9))
    assert yearly["births"].iloc[2] == table["births"].loc[2.0]


def test_a_plot_says_itself_in_words():
    run = simulate(growth(0.5)[0])
    picture = run.plot(title="Growth")
    assert "people" in picture.alt
    assert "rises" in picture.alt
    both = run.plot("people", "births")
    assert len(both.figure.axes) == 2
    assert {axis.get_yscale() for axis in both.figure.axes} == {"linear"}


def test_a_plot_on_axes_of_ones_own_keeps_their_letters_and_says_the_unit():
    from matplotlib import rc_context

    with rc_context({"font.size": 5, "font.family": "DejaVu Serif", "axes.labelsize": 6}):
        ax = Figure().subplots()
        simulate(growth(0.5)[0]).plot("people", ax=ax)
        letters = [ax.xaxis.label, ax.yaxis.label]
        names = ax.texts
    assert [each.get_text() for each in (*letters, *names)] == ["year", "person", "people"]
    assert {(each.get_size(), *each.get_family()) for each in names} == {(5.0, "DejaVu Serif")}
    assert ax.spines["top"].get_visible()
    assert {(each.get_size(), *each.get_family()) for each in letters} == {(6.0, "DejaVu Serif")}


def test_what_has_no_known_unit_shares_an_axis_with_its_like_in_size():
    model = Model.parse("""time day from 0 to 2 step 1
stock beds [?] = 20
stock money [?] = 1000000
stock patients [?] = 150
""")
    run = simulate(model)
    above, below = run.plot().figure.axes
    assert [len(axes.lines) for axes in (above, below)] == [2, 1]
    assert above.get_ylim()[1] < 1000 < below.get_ylim()[1]
    assert len(run.plot(log=True).figure.axes) == 1


def test_every_panel_of_a_plot_takes_the_logarithmic_axis():
    both = simulate(growth(0.5)[0]).plot("people", "births", log=True)
    assert [axis.get_yscale() for axis in both.figure.axes] == ["log", "log"]


def test_a_measured_series_is_drawn_from_its_first_point_to_its_last_and_no_further():
    model = Model.parse(
        "time year from 2000 to 2006 step 1\n"
        "data sold [thing] = 2001: 10, 2003: 30, 2004.5: 24\nmade [thing] = sold"
    )
    run = simulate(model)
    ax = Figure().subplots()
    run.plot("sold", "made", ax=ax)
    sold, made = (line.get_xydata().tolist() for line in ax.lines[:2])
    assert sold == [[2001, 10], [2002, 20], [2003, 30], [2004, 26], [2004.5, 24]]
    assert made[0] == [2000, 10]  # what is computed from it goes on
    assert made[-1] == [2006, 24]
    assert "rises from 10 to 24, highest 30 at 2003" in run.plot("sold").alt


@pytest.mark.parametrize(
    ("equation", "values"),
    [
        ("step(5, 2)", [0, 0, 5, 5, 5]),
        ("step(5, at)", [0, 0, 0, 5, 5]),
        ("pulse(5, 2)", [0, 0, 5, 0, 0]),
        ("ramp(2, 1, 3)", [0, 0, 2, 4, 4]),
        ("ramp(2, 3, 1)", [0, 0, 0, 0, 0]),
        ("time * 2", [0, 2, 4, 6, 8]),
        ("table(time, 1: 10, 3: 30)", [10, 10, 20, 30, 30]),
        ("int(time / 2 - 1)", [-1, -1, 0, 0, 1]),
        ("mod(time - 2, 3)", [1, 2, 0, 1, 2]),
        ("max(1, min(time, 3))", [1, 1, 2, 3, 3]),
        ("1 if time >= 1 and not time == 3 else 0", [0, 1, 1, 0, 1]),
        ("1 if time < 1 or time > 3 else 0", [1, 0, 0, 0, 1]),
        ("abs(time - 2) ** 2", [4, 1, 0, 1, 4]),
        ("-time ** 2", [0, -1, -4, -9, -16]),
    ],
)
def test_each_function_means_what_the_list_says(equation, values):
    model = Model.parse(
        f"time ? from 0 to 4 step 1\nx [?] = {equation}\ngiven at [?] = 3 in 0 .. 9"
    )
    assert simulate(model)["x"].tolist() == values


def test_a_pulse_lets_in_its_amount_whatever_the_step_and_the_method():
    for method in ("euler", "rk4"):
        for step in ("1", "0.5", "0.1", "1/64"):
            model = Model.parse(
                f"time month from 0 to 4 step {step}\nstock tank [litre] = 1\n    + gush\n"
                "gush [litre/month] = pulse(amount, 2)\ngiven amount [litre] = 8"
            )
            assert simulate(model, method=method)["tank"][-1] == pytest.approx(9, rel=1e-12)


BROKEN = {
    "opens below zero": (
        "stock a [x] = k\ngiven k [x] = -5",
        "the stock 'a' opens below zero\n"
        "  hint: open it at zero or above, or let it go below zero: in -inf .. inf",
    ),
    "falls below zero": (
        "stock a [x] = 5\n    - f\nf [x/month] = k\ngiven k [x/month] = 1",
        "the stock 'a' falls below zero at month 6\n"
        "  hint: limit 'f' by what is there, take a smaller step, "
        "or let it go below zero: in -inf .. inf",
    ),
    "leaves its range": (
        "x [1] = time / u in 0 .. 2\ngiven u [month] = 3",
        "'x' is 2.33333 at month 7, outside its range 0 .. 2\n"
        "  hint: widen the range, or look at what drives it there",
    ),
    "divides by zero": (
        "x [1/month] = 1 / (u - time)\ngiven u [month] = 3",
        "'x' cannot be computed at month 3: it divides by 'u - time', which is 0\n"
        "  hint: keep it above zero, such as max(u - time, something small), "
        "or write what should happen then: a if x > y else b",
    ),
    "opens by zero": (
        "stock a [1] = 1 / z\ngiven z [1] = 0",
        "'a' cannot be computed at its start: it divides by 'z', which is 0\n"
        "  hint: keep it above zero, such as max(z, something small), "
        "or write what should happen then: a if x > y else b",
    ),
    "logarithm": (
        "x [1] = ln(1 - time / u)\ngiven u [month] = 3",
        "'x' cannot be computed at month 3: ln of '1 - time / u', which is 0\n"
        "  hint: a logarithm needs a value above zero",
    ),
    "square root": (
        "x [1] = sqrt(1 - time / u)\ngiven u [month] = 3",
        "'x' cannot be computed at month 4: the square root of '1 - time / u', "
        "which is -0.333333\n  hint: a square root needs a value at or above zero",
    ),
    "power": (
        "x [1] = (1 - time / u) ** 0.5\ngiven u [month] = 3",
        "'x' cannot be computed at month 4: '1 - time / u', which is -0.333333, "
        "to the power of '0.5'\n  hint: such a power needs a base above zero",
    ),
    "too large": (
        "x [1] = exp(time / u)\ngiven u [month] = 0.01",
        "'x' cannot be computed at month 8: the result is too large\n"
        "  hint: look for a reinforcing loop without a limit, or a step that is too long",
    ),
    "without end": (
        "stock a [x] = 5\n    + f\nf [x/month] = a * a * a / q\ngiven q [x^2*month] = 0.0001",
        "'f' grows beyond all bounds at month 4\n"
        "  hint: look for a reinforcing loop without a limit, or a step that is too long",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_run_that_leaves_the_models_promises_stops_in_words(case):
    text, message = BROKEN[case]
    with pytest.raises(SimulationError) as caught:
        simulate(Model.parse(f"time month from 0 to 10 step 1\n{text}"))
    assert str(caught.value) == message
    assert caught.value.quantity
    assert caught.value.time is not None


@pytest.mark.parametrize(
    ("left", "other", "told"),
    [
        (3, "y [1] = b / (a + 3 * b)", "falls below zero at month 4"),  # fails only at month 6
        (3, "y [1] = ln(a / b + 1)", "falls below zero at month 4"),  # fails at that moment
        (-1, "y [1] = ln(a / b)", "opens below zero"),
        # Grows as in "without end", which nobody can hold from month 4 on.
        (2, "stock c [x] = 5\n    + g\ng [x/month] = c * c * c / q", "falls below zero at month 3"),
        (3, "stock c [x] = 5\n    + g\ng [x/month] = c * c * c / q", "falls below zero at month 4"),
    ],
)
def test_the_stock_that_broke_its_promise_first_is_what_is_told(left, other, told):
    """It loses 1 a month, so it stands at -1 one month after it is empty."""
    model = Model.parse(
        f"time month from 0 to 10 step 1\nstock a [x] = {left}\n    - f\nf [x/month] = k\n"
        f"given k [x/month] = 1\ngiven b [x] = 1\ngiven q [x^2*month] = 0.0001\n{other}"
    )
    with pytest.raises(SimulationError) as caught:
        simulate(model)
    assert caught.value.message == f"the stock 'a' {told}"
    assert caught.value.quantity == "a"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: simulate("retail"),
            "simulate runs a Model, not str\n"
            "  hint: make one with load(name), read(path) or Model.parse(text)",
        ),
        (
            lambda: simulate(growth(1)[0], method="heun"),
            "there is no method 'heun'\n  hint: the methods are: euler, rk4, adaptive",
        ),
        (
            lambda: growth(1)[0].revise("time year from 0 to 9 step 1 method adaptive"),
            "a time line has no method 'adaptive'\n"
            "  line 1: time year from 0 to 9 step 1 method adaptive\n"
            "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "  hint: the methods are: euler, rk4; for adaptive steps write: "
            "simulate(model, method='adaptive')",
        ),
        (
            lambda: simulate(growth(1)[0])[["people", "births"]],
            "a run gives one quantity by its name, and \"['people', 'births']\" is none\n"
            "  hint: for several at once: run.table('a', 'b'), run.plot('a', 'b')",
        ),
        (
            lambda: simulate(growth(1)[0]).plot(["people"]),
            "a run gives one quantity by its name, and \"['people']\" is none\n"
            "  hint: for several at once: run.table('a', 'b'), run.plot('a', 'b')",
        ),
    ],
)
def test_a_run_asked_for_wrongly_is_refused_in_words(call, message):
    with pytest.raises(FlywheelError) as caught:
        call()
    assert str(caught.value) == message


def test_what_waits_for_a_stock_takes_it_in_as_it_stood_before_the_step():
    # By hand, in steps of one year: 10 people grow by 2 a year, and each year half of those who
    # wait leave. The waiting room opens with 10 * 2 people.
    run = simulate(
        Model.parse("""time year from 0 to 2 step 1
stock people [?] = 10
    + births
births [?] = 2
later [?] = delay(people, 2)
""")
    )
    assert run["people"].tolist() == [10.0, 12.0, 14.0]
    assert run["later_in_transit"].tolist() == [20.0, 20.0, 22.0]
    assert run["later"].tolist() == [10.0, 10.0, 11.0]
