"""The explorer without a browser: what it offers, what it refuses, what both sides agree on."""

from __future__ import annotations

import json

import numpy as np
import pytest
import traitlets

from flywheel_edu import FlywheelError, Model, ModelError, load, simulate
from flywheel_edu.simulate.print_javascript import javascript
from flywheel_edu.widgets import Explorer, Stage
from flywheel_edu.widgets.explorer.core import slider_step

MODEL = """# Savings grow.
time year from 0 to 40 step 0.25
stock savings [USD] = 100
    + interest
    - fee
interest [USD/year] = savings * rate
# -- Terms
given rate [1/year] = 0.07 in 0 .. 0.2      # paid each year
given fee [USD/year] = 0 in 0 .. 100
given opening [USD] = 100
"""


def explorer(*shown, **wishes):
    return Explorer(Model.parse(MODEL), *(shown or ("savings",)), **wishes)


def send(widget, **state):
    """What the browser sends."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def played(**standing):
    off = {"log": False, "table": False, "small": False}
    return {"of": 1, "values": {}, "pins": [], "stage": 0, "extra": [], **off, **standing}


def test_the_givens_with_ranges_are_the_sliders_with_unit_comment_and_group():
    sliders = {slider["name"]: slider for slider in explorer().given["sliders"]}
    assert list(sliders) == ["rate", "fee"]
    rate = sliders["rate"]
    assert (rate["low"], rate["high"], rate["value"]) == (0, 0.2, 0.07)
    assert (rate["unit"], rate["doc"], rate["group"]) == ("1/year", "paid each year", "Terms")


@pytest.mark.parametrize("name", ["napkin", "retail", "aws", "cash", "limits", "membership"])
def test_every_slider_reaches_its_ends_and_its_own_value(name):
    for slider in Explorer(load(name)).given["sliders"]:
        steps = [(slider[end] - slider["low"]) / slider["step"] for end in ("value", "high")]
        assert steps[0] == pytest.approx(round(steps[0]), abs=1e-6), slider["name"]
        assert steps[1] >= 20, slider["name"]


def test_a_step_is_at_most_a_hundredth_of_the_range():
    chance = np.random.default_rng(5)
    for low, width in zip(chance.uniform(-9, 9, 50), 10 ** chance.uniform(-6, 9, 50), strict=True):
        assert 0 < slider_step(low, low + width, low) <= width / 100 * (1 + 1e-9)


def test_what_the_browser_did_is_known_in_python():
    widget = explorer()
    pins = [{"name": "dear", "values": {"rate": 0.1}}]
    send(widget, played=played(values={"rate": 0.12}, pins=pins, extra=["interest"]))
    assert widget.values == {"rate": 0.12}
    assert widget.model.given_values["rate"] == 0.12
    assert (
        widget.run["savings"][-1] == simulate(Model.parse(MODEL).change(rate=0.12))["savings"][-1]
    )
    table = widget.compare()
    assert table.index.tolist() == ["dear", "now"]
    assert table.columns.tolist() == ["savings", "interest"]
    assert table.loc["dear", "savings"] == pytest.approx(100 * 1.025**160)


def test_code_comes_on_top_of_what_the_browser_did():
    widget = explorer()
    send(widget, played=played(values={"rate": 0.12}, log=True))
    widget.set(fee=5)
    assert widget.given["edition"] == 2
    assert widget.given["log"] is True
    assert widget.values == {"rate": 0.12, "fee": 5.0}
    send(widget, played=played(values={}))  # sent before the browser heard of it
    assert widget.values == {"rate": 0.12, "fee": 5.0}
    widget.reset()
    assert widget.values == {}


def test_two_explorers_that_are_linked_have_one_slider():
    one, other, heard = explorer(), explorer(), []
    traitlets.link((one, "values"), (other, "values"))
    other.observe(lambda change: heard.append(change.new), "values")
    send(one, played=played(values={"rate": 0.12}))
    assert other.values == {"rate": 0.12}
    assert (other.given["edition"], other.given["values"]) == (2, {"rate": 0.12})
    assert one.given["edition"] == 1  # the browser's own word stands
    other.reset()
    assert one.values == {}
    with pytest.raises(ModelError, match="'fees' is not a given of this model"):
        one.values = {"fees": 1.0}
    with pytest.raises(ModelError, match=r"'rate' takes one number in \[1/year\], not 'high'"):
        one.values = {"rate": "high"}
    assert heard == [{"rate": 0.12}, {}]


def test_a_comparison_may_be_made_at_any_time():
    widget = explorer()
    assert widget.compare(0).loc["now", "savings"] == 100


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (
            lambda: explorer("savngs"),
            "'savngs' is not a quantity that changes in this model\n"
            "  hint: did you mean 'savings'?",
        ),
        (
            lambda: explorer(["savings", "interest"]),
            "'['savings', 'interest']' is not a quantity that changes in this model\n"
            "  hint: name them one by one: Explorer(model, 'a', 'b')",
        ),
        (
            lambda: explorer(sliders=["opening"]),
            "'opening' has no range, so it cannot be a slider\n"
            "  hint: write in the model: given opening ... in LOW .. HIGH",
        ),
        (
            lambda: explorer(sliders=["rte"]),
            "'rte' is not a given of this model\n  hint: did you mean 'rate'?",
        ),
        (
            lambda: explorer(stages=[Stage("One", "Do it.", ("rat",))]),
            "the stage 'One' frees 'rat', which is no slider here\n  hint: did you mean 'rate'?",
        ),
        (
            lambda: explorer(data={"savings": [1, 2]}),
            "the series for 'savings' is not made of times and numbers: '[1, 2]'\n"
            "  hint: write {'savings': {1: 110, 2: 122}}, or take a pandas Series whose index is "
            "time in [year]",
        ),
        (
            lambda: explorer(data={"interest": {0: 1}}),
            "there is data for 'interest', which is not shown",
        ),
        (
            lambda: explorer().unlock(),
            "this explorer has no stages\n  hint: give it some: Explorer(model, stages=[...])",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(do, said):
    with pytest.raises(FlywheelError) as caught:
        do()
    assert str(caught.value).startswith(said)


def test_one_slider_may_be_named_without_a_list():
    assert [slider["name"] for slider in explorer(sliders="rate").given["sliders"]] == ["rate"]


def test_a_value_outside_its_range_is_refused_and_nothing_moves():
    widget = explorer()
    with pytest.raises(ModelError):
        widget.set(rate=7)
    assert widget.values == {}


def test_stages_go_on_one_by_one_and_stop_at_the_last():
    widget = explorer(stages=[Stage("A", "a", ("rate",)), Stage("B", "b", ("fee",))])
    widget.unlock()
    widget.unlock()
    assert widget.given["stage"] == 1


def test_measured_points_come_from_a_mapping_or_a_series_without_the_gaps():
    import pandas as pd

    for measured in ({0: 100, 10: 200}, pd.Series({0: 100.0, 5: np.nan, 10: 200.0})):
        given = explorer(data={"savings": measured}).given
        assert given["data"]["savings"]["points"] == [[0.0, 100.0], [10.0, 200.0]]


def test_the_page_holds_plain_data_only():
    json.dumps(Explorer(load("retail")).given, allow_nan=False)


def test_a_flow_that_is_given_runs_in_the_browser_as_in_python(node, tmp_path):
    """A stock's flow may be a given itself: no quantity of the computed ones stands between."""
    import subprocess

    model = Model.parse(MODEL).change(fee=3)
    (tmp_path / "model.mjs").write_text(javascript(model), "utf-8")
    script = tmp_path / "run.mjs"
    script.write_text(
        "import { run } from './model.mjs';\n"
        "console.log(JSON.stringify(['euler', 'rk4'].map("
        "(method) => Array.from(run({}, { method }).series.savings))));\n"
    )
    done = subprocess.run([node, str(script)], capture_output=True, text=True, check=True)
    for theirs, method in zip(json.loads(done.stdout), ("euler", "rk4"), strict=True):
        assert theirs == pytest.approx(simulate(model, method=method)["savings"], rel=1e-12)


def test_the_words_and_the_picture_tell_what_was_moved():
    widget = explorer()
    widget.pin("as it began")
    widget.set(rate=0.1)
    assert widget.words().endswith("Moved: rate at 0.1.")
    assert "savings, as it began" in widget.words()
    data, meta = widget._repr_mimebundle_()
    assert meta["image/png"]["alt"] == data["text/plain"]
    assert len(widget.picture().axes[0].lines) >= 2


def test_an_explorer_is_read_from_a_file_beside_the_questions(tmp_path):
    file = tmp_path / "01.toml"
    file.write_text(
        'shows = ["savings"]\nsliders = ["rate", "fee"]\n'
        '[[stages]]\ntitle = "Rate"\ntask = "Double it."\nsliders = ["rate"]\n'
    )
    widget = Explorer.read(file, Model.parse(MODEL))
    assert widget.shown == ("savings",)
    assert [slider["name"] for slider in widget.given["sliders"]] == ["rate", "fee"]
    assert widget.given["stages"] == [{"title": "Rate", "task": "Double it.", "sliders": ["rate"]}]
    file.write_text('[[stages]]\ntitle = "Rate"\n')
    with pytest.raises(ModelError) as caught:
        Explorer.read(file, Model.parse(MODEL))
    assert str(caught.value) == (
        "01.toml does not say what an explorer shows: 'task'\n"
        '  hint: write shows = ["customers"], and for each stage [[stages]], title, task, sliders'
    )


CLUBS = """
time month from 0 to 2 step 1
for club in Red, Blue:
    stock quality [1] = 1
    stock fans [person] = Red: 30, Blue: 20
        + push
    given push [person/month] = 0 in 0 .. 10
stock cash [EUR] = 1 in -inf .. inf
"""


def test_a_list_opens_as_the_sum_of_all_with_one_push_for_each():
    explorer = Explorer(Model.parse(CLUBS))
    assert explorer.shown == ("fans", "cash")
    assert [slider["name"] for slider in explorer.given["sliders"]] == ["push"]
    explorer.set(push=5)
    assert explorer.compare()["fans"].tolist() == [30 + 20 + 2 * 2 * 5]
    assert Explorer(Model.parse(CLUBS), "fans").shown == ("fans",)


def test_one_of_a_list_is_drawn_by_its_own_name_and_a_share_is_not_summed():
    clubs = Model.parse(CLUBS)
    explorer = Explorer(clubs, "fans_Red", "quality_Blue")
    assert explorer.model == clubs
    assert explorer.shown == ("fans_Red", "quality_Blue")
    with pytest.raises(ModelError, match="'quality' is a list of quality_Red, quality_Blue"):
        Explorer(clubs, "quality")
