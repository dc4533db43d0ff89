"""The adaptive method against closed forms, and what it refuses; a run saved and read again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import flywheel_edu as fw
from flywheel_edu.errors import FlywheelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.simulate.sweep import Sweep

# One part 8000 times as fast as the other, in steps of 0.125.
STIFF = Model.parse("""time year from 0 to 4 step 0.125
stock fast [?] = 3 in -inf .. inf
    + chase
chase [?] = eager * (cos(time * per_year) - fast)
stock slow [?] = 2
    - fade
fade [?] = slow * rate
given eager [?] = 1000
given per_year [?] = 1
given rate [?] = 0.125
""")


def test_a_stiff_model_comes_to_its_closed_form_where_a_fixed_step_explodes():
    # y' = a (cos t - y): y = (a cos t + sin t) a / (1 + a^2) + c exp(-a t)
    with pytest.raises(SimulationError, match="'chase' grows beyond all bounds"):
        simulate(STIFF.revise("time year from 0 to 40 step 0.125"))
    run, a = simulate(STIFF, method="adaptive"), 1000
    t = run.time
    settled = a * (a * np.cos(t) + np.sin(t)) / (1 + a**2)
    wanted = settled + (3 - settled[0]) * np.exp(-a * t)
    np.testing.assert_allclose(run["fast"], wanted, atol=1e-7)
    np.testing.assert_allclose(run["slow"], 2 * np.exp(-t / 8), rtol=1e-7)
    np.testing.assert_allclose(run["fade"], run["slow"] / 8, rtol=1e-15)
    assert run.method == "adaptive"


def test_what_leaves_one_stock_and_enters_another_stays_in_the_sum_and_a_step_is_met():
    model = Model.parse("""time year from 0 to 8 step 0.25
stock one [?] = 5
    - moved
stock other [?] = 0
    + moved
moved [?] = one * rate
stock late [?] = 0
    + begun
begun [?] = step(height, start)
given rate [?] = 3
given height [?] = 2
given start [?] = 1.3
""")
    run = simulate(model, method="adaptive")
    np.testing.assert_allclose(run["one"] + run["other"], 5, rtol=1e-12)
    np.testing.assert_allclose(run["late"], 2 * np.maximum(0, run.time - 1.3), atol=1e-6)


def test_a_run_goes_on_from_another_and_a_model_without_stocks_runs():
    first = simulate(STIFF, method="adaptive", until=2)
    rest = simulate(STIFF, method="adaptive", start_from=first, until=4)
    assert rest["slow"][-1] == pytest.approx(2 * np.exp(-0.5), rel=1e-7)
    bare = Model.parse("time year from 0 to 2 step 1\nsize [?] = time * 2")
    assert simulate(bare, method="adaptive")["size"].tolist() == [0, 2, 4]


def test_a_stock_that_falls_below_zero_is_told_at_the_first_moment_it_is_seen():
    model = Model.parse("""time year from 0 to 4 step 0.5
stock here [?] = 1
    - out
out [?] = rate
given rate [?] = 0.8
""")
    with pytest.raises(SimulationError) as caught:
        simulate(model, method="adaptive")
    assert caught.value.message == "the stock 'here' falls below zero at year 1.5"


def test_what_cannot_be_computed_is_told_with_its_quantity():
    model = Model.parse("""time year from 0 to 4 step 0.5
stock here [?] = 1 in -inf .. inf
    - out
out [?] = rate + 0 * sqrt(here)
given rate [?] = 1
""")
    with pytest.raises(SimulationError, match="'out' cannot be computed at year 1") as caught:
        simulate(model, method="adaptive")
    assert caught.value.time == pytest.approx(1, abs=0.5)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("pulse(size, first)", "'inflow' has a pulse, which lasts one step"),
        ("pulses(size, first, every)", "'inflow' has a pulses, which lasts one step"),
        ("random(dice, every)", "'inflow' has a random, which is drawn anew from step to step"),
        ("noise(dice, every)", "'inflow' has a noise, which is drawn anew from step to step"),
        ("pipeline(size, 1)", "'inflow' has a pipeline, which moves on by whole steps"),
    ],
)
def test_what_is_told_in_steps_is_refused_in_words(form, said):
    model = Model.parse(f"""time year from 0 to 4 step 0.5
stock here [?] = 1 in -inf .. inf
    + inflow
inflow [?] = {form} + 0 * (size + first + every + dice)
given size [?] = 1
given first [?] = 1
given every [?] = 1
given dice [?] = 1
""")
    with pytest.raises(SimulationError) as caught:
        simulate(model, method="adaptive")
    assert str(caught.value) == (
        f"{said}; the adaptive method has no steps of one length\n"
        "  hint: leave out method='adaptive', or write it as a smooth, a delay or a step"
    )


def test_a_sweep_takes_steps_of_one_length():
    with pytest.raises(FlywheelError, match="adaptive steps are for one run at a time"):
        fw.sweep(STIFF, rate=[0.1, 0.2], method="adaptive")


@pytest.mark.parametrize("name", ["retail", "bass", "aws"])
def test_a_run_that_was_saved_is_read_to_the_last_digit(name, tmp_path):
    run = simulate(fw.load(name).change(), method="rk4" if name == "bass" else None)
    path = run.save(tmp_path / "run.csv")
    again = Run.read(path)
    assert again == run
    assert again.method == run.method
    table = pd.read_csv(path, comment="#", index_col=0, dtype=str)  # old ones round
    stock = run.model.stocks[0]
    column = table[f"{stock} [{run.model[stock].unit}]"]
    assert [*map(float, column)] == run[stock].tolist()
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_that_holds_no_whole_run_is_refused(tmp_path):
    path = simulate(STIFF, method="adaptive").save(tmp_path / "run.csv")
    lines = path.read_text().splitlines(keepends=True)
    head = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    renamed = [line.replace("fast [", "quick [") if i == head else line for i, line in
               enumerate(lines)]  # fmt: skip
    broken = (lines[:-1], lines[1:], lines[: head + 1], renamed, [], ["a,b\n", "1,2\n"],
              [*lines[:-1], lines[-1].replace(",", ",x", 1)])  # fmt: skip
    for contents in broken:
        path.write_text("".join(contents))
        with pytest.raises(FlywheelError) as caught:
            Run.read(path)
        assert str(caught.value) == (
            "'run.csv' holds no whole run\n"
            "  hint: it is read as run.save('run.csv') wrote it; another table: pandas.read_csv"
        )
    with pytest.raises(FlywheelError) as caught:
        simulate(STIFF, method="adaptive").save(tmp_path / "run.xlsx")
    assert str(caught.value) == (
        "a run is saved as a table, run.csv, not as 'run.xlsx'\n"
        "  hint: write run.save('run.csv'); for other kinds: run.table().to_parquet(...)"
    )


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"keep": ["slow", "fade"], "every": 1.0},
        {"statistic": "final", "keep": ["slow", "fast"]},
        {"quantiles": (0.25, 0.5), "keep": ["fade"]},
    ],
)
def test_a_sweep_that_was_saved_is_read_to_the_last_digit(asked, tmp_path):
    calm = STIFF.change(eager=1)
    swept = fw.sweep(calm, rate=[0.125, 0.25, 1 / 3], **asked)
    again = Sweep.read(swept.save(tmp_path / "sweep.csv"))
    assert again == swept
    assert again.engine == swept.engine
    assert (again.table().to_numpy() == swept.table().to_numpy()).all()
    with pytest.raises(FlywheelError, match="holds no whole run"):
        Run.read(tmp_path / "sweep.csv")


def test_half_a_sweep_is_refused(tmp_path):
    path = fw.sweep(STIFF.change(eager=1), rate=[0.125, 0.25]).save(tmp_path / "sweep.csv")
    text = path.read_text()
    head = text.splitlines()[0]
    for contents in (
        text.replace(head, '# a sweep of flywheel_edu: {"method": "euler"}'),
        text.replace(head, "# a sweep of flywheel_edu: []"),
        text.replace(",slow [", ",low ["),
        "".join(line.rpartition(",")[0] + "\n" for line in text.splitlines() if line[0] != "#"),
    ):
        path.write_text(contents)
        with pytest.raises(FlywheelError, match=r"'sweep.csv' holds no whole sweep"):
            Sweep.read(path)


def test_one_axes_is_drawn_on_and_several_are_refused_in_words():
    from matplotlib.figure import Figure

    axes = Figure().subplots(2)
    run = simulate(STIFF, method="adaptive")
    with pytest.raises(FlywheelError) as caught:
        run.plot("slow", ax=axes)
    assert str(caught.value) == (
        "ax takes one Axes, not ndarray\n  hint: of several, name one: ax=axes[0]"
    )
    shares = fw.dominance(simulate(fw.load("bass")))
    assert shares.plot(ax=axes[1]) is axes[1]
    assert axes[1].collections


def test_another_case_of_a_name_is_answered_with_the_name():
    model = Model.parse("time year from 0 to 1 step 1\nstock AWS [?] = 1")
    with pytest.raises(FlywheelError) as caught:
        simulate(model)["aws"]
    assert str(caught.value) == "this run has no quantity 'aws'\n  hint: did you mean 'AWS'?"
