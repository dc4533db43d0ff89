"""The played loops without a browser: what they show of a run, and what a nudge brings back."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest

from flywheel_edu import Model, ModelError, causal_graph, find_loops, load, simulate
from flywheel_edu.causal.dominance import dominance
from flywheel_edu.widgets import Loops
from flywheel_edu.widgets.loops.core import MOST_LOOPS, spread
from tests.simulate.models import RUNNING

VILLAGE = RUNNING["village"].read_text("utf-8")


def send(widget, **state):
    """What the browser sends."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("name", ["napkin", "retail", "aws", "bass", "limits"])
def test_the_moments_hold_what_loop_dominance_says_of_the_same_run(name):
    model = load(name)
    loops = Loops(model)
    found = dominance(simulate(model))
    seen = found.as_seen(model.shown)
    letters = [loop.name for loop in seen.found]
    drawn = [(arrow["from"], arrow["to"]) for arrow in loops.given["drawing"]["arrows"]]
    assert drawn == list(causal_graph(model, model.shown).edges)
    for moment in loops.given["moments"][::10]:
        there = found.at(moment["time"], model.shown)
        assert moment["strengths"] == pytest.approx(
            [min(1.0, abs(there.links.get(arrow, 0.0))) for arrow in drawn], abs=1e-4
        )
        row = int(np.argmin(np.abs(found.run.time - moment["time"])))
        assert moment["shares"] == pytest.approx(
            [seen.shares[letters.index(told["name"]), row] for told in loops.given["loops"]],
            abs=1e-4,
        )


def test_the_listed_loops_have_the_letters_and_stories_of_the_drawing():
    model = load("retail")
    known = {loop.name: loop for loop in find_loops(causal_graph(model, model.shown))}
    given = Loops(model).given
    assert len(given["loops"]) == MOST_LOOPS
    seen = dominance(simulate(model)).as_seen(model.shown).found
    assert given["more"] == len(seen) - MOST_LOOPS
    for told in given["loops"]:
        assert tuple(told["quantities"]) == known[told["name"]].quantities
        assert told["story"] == known[told["name"]].story
    assert {loop.name for loop in known.values() if loop.title} <= {
        told["name"] for told in given["loops"]
    }


def test_growth_leads_first_and_crowding_last():
    loops = Loops(Model.parse(VILLAGE))
    assert [(lead["title"], lead["start"], lead["stop"]) for lead in loops.given["leads"]] == [
        ("Growth", 0.25, 15.75),
        ("Crowding", 16.0, 40.0),
    ]
    loops.at(5)
    assert (loops.time, loops.leading) == (5.0, "R1")
    loops.at(30)
    assert loops.leading == "B1"


def test_a_nudge_comes_back_the_same_way_or_reversed_and_says_how_much():
    loops = Loops(Model.parse(VILLAGE))
    loops.at(16)
    assert loops.nudge("people").splitlines()[:1] == ["year 16: people up."]
    same, back = loops.nudge("people", -1).splitlines()[1:]
    assert same.startswith("Growth (R1): comes back the same way, with ")
    assert back.startswith("Crowding (B1): comes back reversed, with ")
    parts = [int(line.rsplit("with ", 1)[1].split("%")[0]) for line in (same, back)]
    assert sum(parts) == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (
            lambda loops: loops.at(50),
            "the run has no year 50\n  hint: it goes from 0 to 40",
        ),
        (
            lambda loops: loops.nudge("poeple"),
            "'poeple' is not in the drawing\n  hint: did you mean 'people'?",
        ),
        (
            lambda loops: loops.light("R7"),
            "no listed loop is called 'R7'\n  hint: there are: R1, Growth, B1, Crowding",
        ),
    ],
)
def test_what_is_not_there_is_said_in_words(do, said):
    with pytest.raises(ModelError) as caught:
        do(Loops(Model.parse(VILLAGE)))
    assert str(caught.value) == said


def test_a_model_without_a_loop_is_refused():
    text = "time year from 0 to 2 step 1\nstock a [1] = 1\n    + b\ngiven b [1/year] = 1\n"
    with pytest.raises(ModelError) as caught:
        Loops(Model.parse(text))
    assert str(caught.value) == (
        "this model has no feedback loop to play\n"
        "  hint: let a quantity act back on one that drives it"
    )


def test_where_the_browser_stands_is_known_and_code_comes_on_top():
    loops = Loops(Model.parse(VILLAGE))
    send(loops, turned={"of": 1, "at": 20, "loop": "B1", "revealed": 1})
    assert loops.time == 20.0
    loops.reveal(2)
    assert loops.given["at"] == 20
    assert loops.given["revealed"] == 2
    loops.light("Growth")
    assert loops.given["loop"] == "R1"
    loops.light()
    assert loops.given["loop"] == ""


def test_a_run_of_ones_own_is_played_as_it_went():
    model = load("napkin")
    other = simulate(model.change(margin=0.3))
    assert Loops(other).given["moments"] != Loops(model).given["moments"]
    assert Loops(other).given["moments"] == Loops(model.change(margin=0.3)).given["moments"]


def test_the_drawing_fills_its_sheet():
    variables = Loops(load("bass")).given["drawing"]["variables"]
    for axis in ("x", "y"):
        places = [variable[axis] for variable in variables]
        assert (min(places), max(places)) == (0.0, 1.0)
    alone = {"variables": [{"name": "a", "x": 0.3, "y": 0.3}]}
    assert spread(alone) == alone


def test_everything_sent_to_the_browser_is_plain_data_and_small():
    for name in ("napkin", "retail", "cash"):
        assert len(json.dumps(Loops(load(name)).given, allow_nan=False)) < 60_000


def test_the_words_and_the_picture_speak_of_the_moment():
    loops = Loops(Model.parse(VILLAGE))
    loops.at(5)
    assert loops.words().splitlines()[:3] == [
        "Loops of A village fills up.",
        "At year 5: R1 leads.",
        f"Growth (R1): {loops.given['loops'][0]['story']}",
    ]
    assert loops.picture().get_size_inches()[0] > 2
    data, meta = loops._repr_mimebundle_()
    assert meta["image/png"]["alt"] == data["text/plain"] == loops.words()


def test_a_push_is_passed_on_as_strongly_as_its_arrow_says(in_node):
    graph = nx.DiGraph([("a", "b"), ("b", "c")])
    arrows = [
        {"from": a, "to": b, "sign": 1, "delay": False, "strength": strength}
        for (a, b), strength in zip(graph.edges, (0.5, 0.1), strict=True)
    ]
    run = """(() => {
      const wave = new pulses.Wave(given);
      wave.nudge("a", 1, () => 1);
      const met = [];
      while (wave.moving) {
        met.push(wave.pulses.map((pulse) => [pulse.arrow.to, pulse.push])[0]);
        wave.advance(1, () => 1);
      }
      return met;
    })()"""
    assert in_node("shared/pulses.js", run, arrows) == [["b", 0.5]]
