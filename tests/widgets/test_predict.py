"""Predictions without a browser: what a drawing is called, and that both sides agree on it."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from flywheel_edu import FlywheelError, Model, ModelError, load, read, simulate
from flywheel_edu.widgets import Predict
from flywheel_edu.widgets.predict.core import axis, sayings, waits
from flywheel_edu.widgets.predict.shapes import BOUNDS, MOMENTS, at_moments, judge

SAVINGS = """time year from 0 to 40 step 0.25
stock savings [USD] = 100
    + interest
interest [USD/year] = savings * rate
given rate [1/year] = 0.07 in 0 .. 0.2
"""
U = np.linspace(0, 1, MOMENTS)
GROWTH = 100 * np.exp(3 * U)
WAVE = 1000 / (1 + 99 * np.exp(-9 * U))  # an S-curve
GOAL = 100 - 80 * np.exp(-4 * U)
DECAY = 100 * np.exp(-3 * U)
LATE = np.where(U < 0.2, 10, 10 + 90 * (1 - np.exp(-4 * (U - 0.2))))
SWING = 100 - 60 * np.exp(-2 * U) * np.cos(14 * U)
HUMP = 100 * np.sin(0.9 * np.pi * U) + 20
FLOW = np.where(U < 0.5, 100.0, -40.0)
BATH = 500 + np.cumsum(FLOW)


def line(start, end):
    return start + (end - start) * U


# What a student might draw, the run it was drawn for, and what it is called.
DRAWINGS = [
    ("compounds", line(100, 1000), GROWTH),
    ("compounds", line(100, 2000), GROWTH),
    ("right", 1.03 * GROWTH, GROWTH),
    ("right", GROWTH + 40 * np.sin(30 * U), GROWTH),
    ("flat", 100 + 0 * U, GROWTH),
    ("direction", DECAY, GROWTH),
    ("direction", line(100, 140), DECAY),
    ("shrinks", line(100, 0), DECAY),
    ("straight", line(20, 100), GOAL),
    ("limit", line(20, 180), GOAL),
    ("limit", 10 * np.exp(5.3 * U), WAVE),
    ("limit", line(10, 1600), WAVE),
    ("limit", line(20, 200), HUMP),
    ("straight", line(10, 1000), WAVE),
    ("later", 1000 / (1 + 99 * np.exp(-9 * (U + 0.15))), WAVE),
    ("sooner", 1000 / (1 + 99 * np.exp(-9 * (U - 0.2))), WAVE),
    ("larger", WAVE[0] + 0.5 * (WAVE - WAVE[0]), WAVE),
    ("smaller", GOAL[0] + 2.5 * (GOAL - GOAL[0]), GOAL),
    ("swing", 100 - 60 * np.exp(-3 * U), SWING),
    ("still", line(5, 8), 5 + 0 * U),
    ("right", line(5, 5.1), 5 + 0 * U),
    ("other", np.where(U < 0.5, 100, 1500), GROWTH),
]


def judged(drawn, run, flows=(), late=False):
    drawn, run, *flows = (list(map(float, curve)) for curve in (drawn, run, *flows))
    return judge(drawn, run, flows, late)


@pytest.mark.parametrize(("kind", "drawn", "run"), DRAWINGS)
def test_a_drawing_is_called_by_what_sets_it_apart(kind, drawn, run):
    assert judged(drawn, run).kind == kind


PARCELS = """time day from 0 to 24 step 0.25
ordered [parcel/day] = before + step(more, 1)
delivered [parcel/day] = delay3(ordered, on_the_way)
given before [parcel/day] = 10
given more [parcel/day] = 20
given on_the_way [day] = 12
"""
FOLDER = Path(__file__).parents[2] / "course"


def model_of(name):
    """The model of a chapter that has this name there, or one of our own."""
    if name == "parcels":
        return Model.parse(PARCELS)
    for path in sorted(FOLDER.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            text = re.search(rf'^{name} = fw\.Model\.parse\("""(.*?)"""\)', source, re.M | re.S)
            loaded = re.search(rf'^{name} = fw\.load\("(\w+)"\)', source, re.M)
            kept = re.search(rf'^{name} = fw\.read\("(.*)"\)', source, re.M)
            if text or loaded:
                return Model.parse(text[1]) if text else load(loaded[1])
            if kept:
                return read(FOLDER / kept[1])
    raise AssertionError(f"no chapter has a model called {name}")


def asked():
    """Each question of drawings.txt with its drawings, and what each is to be called."""
    text = (Path(__file__).parent / "drawings.txt").read_text("utf-8")
    for part in re.split(r"\n(?=\w.*:$)", text, flags=re.M)[1:]:
        head, *lines = part.strip().splitlines()
        name, quantity, *change = head.rstrip(":").replace(",", "").split()
        changed = {change[0]: float(change[1])} if change else {}
        drawings = [
            (line.split()[0], [float(number) for number in drawing.split()])
            for line in lines
            for drawing in line.split(None, 1)[1].split("|")
        ]
        yield pytest.param(name, quantity, changed, drawings, id=head.rstrip(":"))


@pytest.mark.parametrize(("name", "quantity", "change", "drawings"), list(asked()))
def test_a_natural_drawing_is_told_the_misconception_it_shows(name, quantity, change, drawings):
    predict = Predict(model_of(name), quantity, **change)
    assert [(predict.draw(values).kind, values) for _, values in drawings] == drawings


def test_each_misconception_has_ten_natural_drawings_and_each_chapter_that_asks_has_some():
    questions = [question.values for question in asked()]
    counted = Counter(kind for *_, drawings in questions for kind, _ in drawings)
    few = {kind: counted[kind] for kind in sayings() if counted[kind] < 10}
    assert set(few) == {"still", "other"}  # neither is a misconception
    calls = [
        re.findall(r'\bPredict\((\w+), "(\w+)"', "".join(cell["source"]))
        for path in FOLDER.glob("*.ipynb")
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]
    in_course = {call for found in calls for call in found}
    assert in_course - {("limits", "quality")} <= {(name, of) for name, of, *_ in questions}


def test_a_stock_drawn_in_the_shape_of_its_net_flow_is_found_out():
    drawn = np.where(U < 0.5, 2600.0, 900.0)
    assert judged(drawn, BATH, [np.maximum(FLOW, 0), FLOW]).kind == "inflow"
    assert judged(drawn, BATH).kind == "other"


def test_an_answer_at_once_is_no_delay_only_where_something_waits():
    at_once = 10 + 90 * (1 - np.exp(-4 * U))
    assert judged(at_once, LATE, late=True).kind == "wait"
    assert judged(at_once, LATE, late=False).kind == "later"
    assert judged(LATE, LATE, late=True).kind == "right"


def test_the_list_of_sayings_has_no_kind_that_cannot_come_up():
    called = {kind for kind, _, _ in DRAWINGS} | {"inflow", "wait"}
    assert called == set(sayings())


def test_the_difference_is_the_mean_distance_in_shares_of_the_runs_range():
    run = line(100, 200)
    found = judged(run + 25 * U, run)
    assert found.difference == pytest.approx(0.125)  # from 0 to a quarter, evenly
    assert found.furthest == MOMENTS - 1


def test_the_name_of_a_mistake_does_not_depend_on_the_unit():
    for kind, drawn, run in DRAWINGS:
        assert judged(drawn * 1000, run * 1000).kind == kind
        assert judged(drawn / 1e6, run / 1e6).kind == kind


def test_the_browser_judges_every_drawing_as_python_does(in_node):
    chance = random.Random(11)
    cases = [
        {"drawn": list(map(float, drawn)), "run": list(map(float, run)), "flows": [], "waits": w}
        for _, drawn, run in DRAWINGS
        for w in (False, True)
    ]
    shapes = [GROWTH, WAVE, GOAL, DECAY, LATE, SWING, HUMP, BATH, line(1, 9)]
    for _ in range(300):
        run, drawn, flow = (chance.choice(shapes) for _ in range(3))
        bent = drawn * chance.uniform(0.2, 2) + chance.uniform(-50, 50)
        noisy = bent + np.array([chance.gauss(0, chance.choice([0, 5])) for _ in U])
        cases.append(
            {
                "drawn": list(map(float, noisy)),
                "run": list(map(float, run)),
                "flows": [list(map(float, flow))] if chance.random() < 0.5 else [],
                "waits": chance.random() < 0.5,
            }
        )
    for name, quantity, change, drawings in (question.values for question in asked()):
        predict = Predict(model_of(name), quantity, **change)
        about, run = predict.given, predict._run
        into = sum((run[flow] for flow in about["flows"]["in"]), 0 * run.time)
        out = sum((run[flow] for flow in about["flows"]["out"]), 0 * run.time)
        flows = [into, into - out] if about["flows"]["in"] else []
        ends = (about["start"], about["stop"])
        series = [
            at_moments(list(zip(run.time, each, strict=True)), *ends)
            for each in (run[quantity], *flows)
        ]
        for _, values in drawings:
            points = list(zip(np.linspace(*ends, len(values)), values, strict=True))
            drawn = at_moments(points, *ends)
            waiting = about["waits"]
            cases.append({"drawn": drawn, "run": series[0], "flows": series[1:], "waits": waiting})
    told = in_node(
        "predict/shapes.js",
        "given.cases.map((c) => shapes.judge(c.drawn, c.run, c.flows, c.waits, given.bounds))",
        {"cases": cases, "bounds": BOUNDS},
    )
    kinds = set()
    for case, theirs in zip(cases, told, strict=True):
        ours = judge(case["drawn"], case["run"], case["flows"], case["waits"])
        assert theirs["kind"] == ours.kind
        assert theirs["difference"] == pytest.approx(ours.difference, rel=1e-9, abs=1e-12)
        assert theirs["furthest"] == ours.furthest
        kinds.add(ours.kind)
    assert len(kinds) > 12


def test_the_browser_reads_a_curve_at_the_same_moments(in_node):
    times, values = [0.0, 3.0, 3.5, 10.0], [1.0, 4.0, 2.0, 8.0]
    theirs = in_node(
        "predict/shapes.js",
        "shapes.atMoments(given[0], given[1], 0, 10, given[2])",
        [times, values, MOMENTS],
    )
    assert theirs == pytest.approx(at_moments(list(zip(times, values, strict=True)), 0, 10))
    assert theirs[0] == 1.0
    assert theirs[-1] == 8.0


def test_a_straight_line_for_savings_is_said_to_be_one():
    predict = Predict(Model.parse(SAVINGS), "savings")
    said = predict.draw([100, 380])
    assert str(said) == (
        "A straight line for compounding. You added the same each year. Here each step makes the "
        "next one larger: growth on growth.\n"
        "On average your curve is 20 % of the run's range away, most at year 40."
    )
    assert not said.right
    assert predict.verdict.kind == "compounds"


def test_whoever_draws_the_run_itself_is_right_to_the_last_digit():
    model = Model.parse(SAVINGS)
    run = simulate(model)
    predict = Predict(model, "savings")
    said = predict.draw(dict(zip(run.time, run["savings"], strict=True)))
    assert said.right
    assert said.difference == pytest.approx(0, abs=1e-12)


def test_no_number_of_the_run_is_in_the_page_before_it_is_drawn():
    model = Model.parse(SAVINGS)
    predict = Predict(model, "savings")
    end = simulate(model)["savings"][-1]
    sent = json.dumps(predict.given)
    assert f"{end:.0f}"[:4] not in sent
    assert "the run" not in predict.words().replace("see the run", "")
    with pytest.raises(FlywheelError) as caught:
        predict.table()
    assert str(caught.value) == (
        "the run is hidden until you have drawn what you expect\n"
        "  hint: draw it, or write predict.draw([...])"
    )
    assert str(predict.verdict) == (
        "Nothing is drawn yet. Draw the curve you expect, or write predict.draw([...]) with one "
        "value after another."
    )


def test_the_height_of_the_empty_chart_says_little_about_the_run():
    for end in (101, 120, 130):
        assert axis([100, end], None) == (0.0, 200.0)
    assert axis([0.6, 0.1], (0, 1)) == (0, 1)
    assert axis([10, -3], None) == (-20.0, 20.0)
    assert axis([10, 30], (-np.inf, np.inf)) == (-50.0, 50.0)
    assert axis([0, 0], None) == (0.0, 1.0)


def test_a_change_is_part_of_the_question_and_the_run_is_that_of_the_change():
    predict = Predict(Model.parse(SAVINGS), "savings", rate=0.1)
    assert predict.given["question"] == (
        "What course will savings take if rate is 0.1 and not 0.07?"
    )
    predict.draw([100, 5000])
    assert predict.table()["run"].iloc[-1] == pytest.approx(100 * 1.025**160)


def test_a_large_number_in_the_question_is_told_in_words():
    predict = Predict(load("limits"), "quality", everybody=1e7)
    assert predict.given["question"] == (
        "What course will quality take if everybody is 10 million and not 400,000?"
    )


def test_a_delay_on_the_way_is_known():
    text = SAVINGS + "noticed [USD] = delay(savings, lag)\ngiven lag [year] = 3\n"
    assert waits(Model.parse(text), "noticed")
    assert not waits(Model.parse(text), "savings")


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        (
            [100],
            "a drawing needs at least two values, got 1\n"
            "  hint: give one for the start, one for the end, and some between",
        ),
        (
            {0: 100, 20: 200},
            "the drawing ends at 20, the run at 40\n  hint: add the value you expect at 40",
        ),
        ({50: 100}, "the run has no time 50\n  hint: it goes from 0 to 40"),
        (
            [100, "much"],
            "'much' is no number that can be drawn\n  hint: write plain numbers, such as 1200",
        ),
        (
            [100, float("nan")],
            "nan is no number that can be drawn\n  hint: write plain numbers, such as 1200",
        ),
        (
            7,
            "a drawing is several values, one after another\n"
            "  hint: write for example predict.draw([100, 120, 180])",
        ),
    ],
)
def test_a_drawing_that_cannot_be_read_is_refused_in_words(drawing, said):
    predict = Predict(Model.parse(SAVINGS), "savings")
    with pytest.raises(ModelError) as caught:
        predict.draw(drawing)
    assert str(caught.value) == said
    assert predict.drawn == []


def test_only_what_changes_can_be_predicted():
    with pytest.raises(ModelError) as caught:
        Predict(Model.parse(SAVINGS), "savngs")
    assert str(caught.value) == (
        "'savngs' is not a quantity that changes in this model\n  hint: did you mean 'savings'?"
    )
    with pytest.raises(ModelError) as caught:
        Predict(Model.parse(SAVINGS), "rate")
    assert str(caught.value).startswith("'rate' is not a quantity that changes in this model")


def send(widget, **state):
    """What the browser sends."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def test_what_the_browser_drew_is_known_in_python_and_earlier_tries_are_kept():
    predict = Predict(Model.parse(SAVINGS), "savings")
    drawn = [[0, 100], [20, 200], [40, 380]]
    send(predict, drew={"of": 1, "drawn": drawn, "shown": False, "tries": []})
    assert predict.drawn == [(0, 100), (20, 200), (40, 380)]
    assert predict.verdict.kind == "none"
    send(predict, drew={"of": 1, "drawn": drawn, "shown": True, "tries": []})
    assert predict.verdict.kind == "compounds"
    predict.draw([100, 150, 400, 800, 1600])
    assert predict.tries == 2
    assert predict.given["tries"] == [drawn]


@pytest.mark.parametrize(
    "drawn",
    [None, "no", [[0, 1]], [[0, 1], [20, 5]], [[0, 1], [40, None]], [[40, 1], [0, 2]], [1, 2]],
)
def test_what_the_browser_cannot_have_drawn_counts_as_nothing(drawn):
    predict = Predict(Model.parse(SAVINGS), "savings")
    send(predict, drew={"of": 1, "drawn": drawn, "shown": True, "tries": []})
    assert predict.drawn == []
    assert predict.verdict.kind == "none"


def test_the_still_picture_hides_the_run_until_it_may_be_seen():
    predict = Predict(load("napkin"), "traffic", margin=0.3)
    before = predict.picture().axes[0]
    assert len(before.lines) == 2  # the run as it is, and the start
    predict.draw([20000, 40000])
    after = predict.picture().axes[0]
    assert [len(text.get_text()) > 0 for text in after.texts].count(True) >= 2
    data, meta = predict._repr_mimebundle_()
    assert data["text/plain"] == predict.words()
    assert meta["image/png"]["alt"] == predict.words()
