"""The shortest independent loop set."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu.causal.independent import independent_loops
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.sketch import read_sketch

ARMS_RACE = """
a -> a changing -
b -> b changing -
c -> c changing -
a changing -> a +
b changing -> b +
c changing -> c +
a target -> a changing +
b target -> b changing +
c target -> c changing +
b -> a target +
c -> a target +
a -> b target +
c -> b target +
a -> c target +
b -> c target +
"""


def test_the_arms_race_of_three_has_eight_loops_and_six_in_the_set():
    # Eberlein & Schoenberg 2020, section 3: three adjustments and three pairs are in the set,
    # the two loops through all three parties are not.
    graph = read_sketch(ARMS_RACE)
    assert len(find_loops(graph)) == 8
    assert sorted(len(loop.quantities) for loop in independent_loops(graph)) == [2, 2, 2, 6, 6, 6]


def test_the_loops_of_the_set_keep_the_letters_they_have_among_all():
    graph = read_sketch(ARMS_RACE)
    assert set(independent_loops(graph)) < set(find_loops(graph))


def test_named_loops_keep_their_titles():
    graph = read_sketch('a -> b +\nb -> a +\nb -> c + -> a -\nloop "Turn" = a -> b -> a')
    assert [loop.label for loop in independent_loops(graph)] == ["Turn", "B1"]


def test_a_graph_without_a_loop_has_an_empty_set():
    assert independent_loops(read_sketch("a -> b + -> c +")) == ()


arrows = st.sets(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=20)


@settings(deadline=None)
@given(arrows)
def test_the_set_covers_every_arrow_on_a_loop_and_is_no_larger_than_the_cycle_rank(pairs):
    graph = nx.DiGraph(sorted(pairs))
    chosen = independent_loops(graph)
    on_a_loop = {arrow for loop in find_loops(graph) for arrow in loop.edges}
    assert {arrow for loop in chosen for arrow in loop.edges} == on_a_loop
    rank = sum(
        graph.subgraph(part).number_of_edges() - len(part) + 1
        for part in nx.strongly_connected_components(graph)
    )
    assert len(chosen) <= rank


@pytest.mark.timeout(60)
def test_a_dense_graph_of_sixty_quantities_has_its_set():
    names = [f"q{i}" for i in range(60)]
    graph = nx.DiGraph((a, b, {"sign": 1}) for a in names for b in names if a != b)
    chosen = independent_loops(graph)
    # Every pair makes a loop of two, and these cover all arrows.
    assert len(chosen) == 60 * 59 / 2
    assert len({loop.name for loop in chosen}) == len(chosen)
