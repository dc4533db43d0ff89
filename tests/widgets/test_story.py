"""A story without a browser: what is in the picture at each step."""

from __future__ import annotations

import pytest

from flywheel_edu import Model, ModelError, causal_graph, load, simulate
from flywheel_edu.widgets import Story
from flywheel_edu.widgets.story.core import Step

STEPS = [
    ("traffic", "Visits are where it begins."),
    (["sellers", "selection"], "Visitors draw sellers, who bring choice.", "sellers"),
    Step("experience", "Choice is what brings people back.", "traffic"),
]


def send(widget, **state):
    """What the browser sends."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def test_each_step_adds_to_what_was_there_and_keeps_it_where_it_stood():
    pages = Story(load("napkin"), STEPS).given["steps"]
    names = [[v["name"] for v in page["drawing"]["variables"]] for page in pages]
    assert names == [
        ["traffic"],
        ["traffic", "sellers", "selection"],
        ["traffic", "sellers", "selection", "experience"],
    ]
    assert [page["fresh"] for page in pages] == [
        ["traffic"],
        ["sellers", "selection"],
        ["experience"],
    ]
    last = {v["name"]: (v["x"], v["y"]) for v in pages[-1]["drawing"]["variables"]}
    for page in pages:
        for variable in page["drawing"]["variables"]:
            assert (variable["x"], variable["y"]) == last[variable["name"]]


def test_the_arrows_of_a_step_are_those_of_the_model_seen_through_its_quantities():
    model = load("napkin")
    for page in Story(model, STEPS).given["steps"]:
        names = [variable["name"] for variable in page["drawing"]["variables"]]
        graph = causal_graph(model, names)
        told = {(a["from"], a["to"]): a["sign"] for a in page["drawing"]["arrows"]}
        assert told == {(a, b): sign for a, b, sign in graph.edges(data="sign")}


def test_a_loop_gets_its_letter_at_the_step_that_closes_it():
    pages = Story(load("napkin"), STEPS).given["steps"]
    assert [any(loop["title"] == "Selection" for loop in page["loops"]) for page in pages] == [
        False,
        True,  # by way of what is not shown yet
        True,
    ]


def test_a_curve_is_that_of_the_run_from_its_start_to_its_end():
    model = load("napkin")
    run = simulate(model)
    first, second, third = Story(model, STEPS).given["steps"]
    assert first["curve"] is None
    assert second["curve"]["values"][0] == run["sellers"][0]
    assert third["curve"]["values"][-1] == run["traffic"][-1]
    assert third["curve"]["time"][-1] == run.time[-1]
    assert len(third["curve"]["time"]) < 260


def test_code_and_buttons_turn_the_same_page():
    story = Story(load("napkin"), STEPS)
    assert story.at == 1
    story.next()
    story.next()
    story.next()
    assert story.at == 3
    send(story, turned={"of": story.given["edition"], "at": 0})
    assert story.at == 1
    story.back()
    assert story.at == 1
    story.go(2)
    send(story, turned={"of": 1, "at": 0})  # said before Python spoke
    assert story.at == 2
    assert story.words().splitlines()[1:] == [
        "1. Visits are where it begins.",
        "2. Visitors draw sellers, who bring choice.",
    ]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], 'a story needs a step\n  hint: write: Story(model, [("customers", "They come.")])'),
        (
            [("trafic", "They come.")],
            "step 1 shows 'trafic', which the model does not have\n  hint: did you mean 'traffic'?",
        ),
        ([("traffic", " ")], "step 1 says nothing\n  hint: give it a sentence"),
        (
            [("traffic", "They come.", "margin")],
            "step 1 draws 'margin', which does not change in this model",
        ),
        (
            [((), "They come.")],
            "the first step shows nothing\n  hint: name the quantity to begin with",
        ),
    ],
)
def test_a_story_that_cannot_be_told_is_refused_in_words(steps, said):
    with pytest.raises(ModelError) as caught:
        Story(load("napkin"), steps)
    assert str(caught.value).startswith(said)


def test_a_step_that_is_not_there_is_refused():
    with pytest.raises(ModelError) as caught:
        Story(load("napkin"), STEPS).go(4)
    assert str(caught.value) == "the story has no step 4\n  hint: it has steps 1 to 3"


def test_the_picture_shows_as_much_as_is_told():
    story = Story(load("napkin"), STEPS)
    sizes = []
    for step in (1, 3):
        story.go(step)
        sizes.append(len(story.still()))
    assert sizes[1] > 1.5 * sizes[0]


def test_names_with_markup_stay_names():
    model = Model.parse(
        "time year from 0 to 2 step 1\nstock a [1] = 1 # <img onerror=x>\n    + b\n"
        "b [1/year] = a / c\ngiven c [year] = 1\n"
    )
    story = Story(model, [("a", "<script>alert(1)</script>")])
    assert story.given["steps"][0]["text"] == "<script>alert(1)</script>"
    assert story.given["steps"][0]["drawing"]["variables"][0]["doc"] == "<img onerror=x>"


def test_a_model_with_named_loops_is_told_loop_by_loop():
    story = Story(load("retail"))
    model = load("retail")
    assert [page["text"].split(":")[0] for page in story.given["steps"]] == [
        loop.name for loop in model.loops
    ]
    whole = {variable["name"] for variable in story.given["steps"][-1]["drawing"]["variables"]}
    assert {"sellers", "unit_cost", "delivery_days", "rivalry"} <= whole
    with pytest.raises(ModelError) as caught:
        Story(Model.parse("time day from 0 to 1 step 1\nstock water [litre] = 5\n"))
    assert str(caught.value).startswith("the model names no loop to tell")
