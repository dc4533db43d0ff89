"""The published drawings, as sketches in their authors' words."""

from __future__ import annotations

import pytest

from flywheel_edu import facts
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.errors import ModelError
from flywheel_edu.flywheels import sketch, sketches


@pytest.mark.parametrize("name", sketches(memory=True))
def test_every_link_of_a_published_drawing_is_in_its_sketch(name):
    rows = facts.table("flywheels", memory=True)
    rows = rows[rows["name"] == name]
    drawn = {(a, b): sign for a, b, sign in sketch(name).edges(data="sign")}
    assert drawn == {
        (a, b): 1 if sign == "+" else -1
        for a, b, sign in zip(rows["from"], rows["to"], rows["sign"], strict=True)
    }
    assert rows["source"].iloc[0] in sketch(name).graph["title"]


def test_nineteen_versions_are_kept_and_two_are_from_memory():
    assert len(sketches(memory=True)) == 19
    assert set(sketches(memory=True)) - set(sketches()) == {"intel", "giro"}
    assert sketch("giro").graph["title"].endswith("from memory only")


def test_bryar_and_carr_close_the_loop_of_selection_but_not_that_of_cost():
    # Their text does not say which word feeds growth.
    loops = find_loops(sketch("napkin_bryar_carr"))
    assert [set(loop.quantities) for loop in loops] == [
        {"customer experience", "traffic", "sellers", "selection"}
    ]


@pytest.mark.parametrize("name", ["napkin_collins", "vanguard", "costco", "aws_training"])
def test_a_ring_is_one_reinforcing_loop_through_all_its_words(name):
    graph = sketch(name)
    (loop,) = find_loops(graph)
    assert loop.sign == 1
    assert set(loop.quantities) == set(graph.nodes)


def test_an_unknown_drawing_is_answered_with_the_nearest():
    with pytest.raises(ModelError) as caught:
        sketch("vangard")
    assert (
        str(caught.value)
        == "there is no published drawing called 'vangard'\n  hint: did you mean 'vanguard'?"
    )
