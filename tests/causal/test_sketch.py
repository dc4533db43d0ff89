"""Sketches: what a few lines draw, and what is said of lines that draw nothing."""

from __future__ import annotations

import string

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.sketch import read_sketch, write_sketch
from flywheel_edu.errors import DiagramError, FlywheelError


def arrows(text):
    return [(a, b, d["sign"], d["delay"]) for a, b, d in read_sketch(text).edges(data=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("price -> visits -", [("price", "visits", -1, False)]),
        ("price->visits-", [("price", "visits", -1, False)]),
        ("price → visits −", [("price", "visits", -1, False)]),
        ("price --> visits –", [("price", "visits", -1, False)]),
        ("  price   ->\tvisits  +  ", [("price", "visits", 1, False)]),
        ("visits -> sellers + delayed", [("visits", "sellers", 1, True)]),
        ("visits -> sellers - //", [("visits", "sellers", -1, True)]),
        ("visits -> sellers ||", [("visits", "sellers", None, True)]),
        ("fees -> sellers ?", [("fees", "sellers", None, False)]),
        ("fees -> sellers", [("fees", "sellers", None, False)]),
        ("low prices -> customer experience +", [("low prices", "customer experience", 1, False)]),
        ("a -> b + -> c - delayed", [("a", "b", 1, False), ("b", "c", -1, True)]),
        ("a -> orders delayed +", [("a", "orders delayed", 1, False)]),
        ("a -> delayed", [("a", "delayed", None, False)]),
        ("trust -> trust +", [("trust", "trust", 1, False)]),
        ("a -> b + # they come back", [("a", "b", 1, False)]),
        ("# a title\n\na -> b +\r\nb -> a -", [("a", "b", 1, False), ("b", "a", -1, False)]),
        ("", []),
    ],
)
def test_a_line_draws_what_it_says(text, expected):
    assert arrows(text) == expected


def test_a_chain_without_marks_has_open_signs_and_an_arrow_drawn_again_may_close_one():
    assert arrows("a -> b -> c\na -> b +") == [("a", "b", 1, False), ("b", "c", None, False)]


def test_the_first_comment_is_the_title_and_a_comment_behind_an_arrow_belongs_to_it():
    graph = read_sketch("# The napkin\na -> b +  # more of a\n# a later remark\n")
    assert graph.graph["title"] == "The napkin"
    assert graph.edges["a", "b"]["doc"] == "more of a"


def test_a_named_loop_of_a_sketch_gives_its_name_to_the_loop():
    graph = read_sketch(
        'price -> visits -\nvisits -> cost -\ncost -> price +\nloop "Cost" = price -> cost -> price'
    )
    assert find_loops(graph)["Cost"].quantities == ("price", "visits", "cost")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "price visits -",
            """\
this line has no arrow
  line 1: price visits -
          ^^^^^^^^^^^^^^
  hint: write: price -> visits -""",
        ),
        (
            "-> visits -",
            """\
nothing stands before this arrow
  line 1: -> visits -
          ^
  hint: name what it joins""",
        ),
        (
            "price -> +",
            """\
nothing stands behind this arrow
  line 1: price -> +
                   ^
  hint: name what it joins""",
        ),
        (
            "price - -> visits",
            """\
the mark behind 'price' has no arrow before it
  line 1: price - -> visits
          ^^^^^^^
  hint: the sign follows what the arrow points at: price -> visits -""",
        ),
        (
            "price -> visits + -",
            """\
'visits +' ends in more than one sign
  line 1: price -> visits + -
                   ^^^^^^^^^^
  hint: give each arrow one sign: + or - or ?""",
        ),
        (
            "visits -> orders joining plus",
            """\
'plus' may be the sign of this arrow, or a part of a name
  line 1: visits -> orders joining plus
                    ^^^^^^^^^^^^^^^^^^^
  hint: write: visits -> orders joining +""",
        ),
        (
            "price -> visits + -> orders (-) delayed",
            """\
'(-)' may be the sign of this arrow, or a part of a name
  line 1: price -> visits + -> orders (-) delayed
                               ^^^^^^^^^^^^^^^^^^
  hint: write: visits -> orders -""",
        ),
        (
            "price -> -visits",
            """\
'-' may be the sign of this arrow, or a part of a name
  line 1: price -> -visits
                   ^^^^^^^
  hint: write: price -> visits -""",
        ),
        (
            "fees -> sellers +\nfees -> sellers -",
            """\
fees -> sellers is drawn with '+' and with '-'
  line 2: fees -> sellers -
                  ^^^^^^^^^
  hint: if it acts both ways, draw the two ways: name a quantity on each""",
        ),
        (
            'a -> b +\nloop "Turn" = a -> b -> a',
            """\
the loop "Turn" is not drawn: no arrows lead from b to a
  line 2: loop "Turn" = a -> b -> a
                             ^
  hint: draw the missing arrow, or take the step out of the loop""",
        ),
        (
            'price -> visits -\nloop "Turn" = price -> visit -> price',
            """\
nothing is called 'visit'
  line 2: loop "Turn" = price -> visit -> price
                                 ^^^^^
  hint: did you mean 'visits'?""",
        ),
        (
            'a -> b +\nloop "Turn" = a -> b',
            """\
the loop "Turn" does not end where it began, or meets a quantity twice
  line 2: loop "Turn" = a -> b
                       ^^^^^^^
  hint: write: loop "Cost" = price -> visits -> price""",
        ),
    ],
)
def test_a_line_that_draws_nothing_is_shown_with_what_to_write(text, message):
    with pytest.raises(DiagramError) as caught:
        read_sketch(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["Disney plus", "surplus", "non-stop service", "plus"])
def test_a_word_for_a_sign_may_be_in_a_name_beside_a_sign(name):
    assert arrows(f"price -> {name} -") == [("price", name, -1, False)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a -> b\x00c +", "this name holds a character that cannot be shown"),
        (f"a -> {'b' * 81} +", "this name has 81 characters; the longest may have 80"),
        ("a -> b\n" * 20_000, "this text has 140,000 characters; a sketch has at most 100,000"),
    ],
)
def test_a_hostile_sketch_is_refused_in_one_line(text, message):
    with pytest.raises(DiagramError) as caught:
        read_sketch(text)
    assert caught.value.message == message


@settings(deadline=None, max_examples=400)
@given(st.text(alphabet='ab +-?>→/|#\n"=loopdelayed\t\x00', max_size=60))
def test_whatever_is_typed_either_draws_or_is_refused_in_words(text):
    try:
        drawn = read_sketch(text)
    except FlywheelError:
        return
    assert isinstance(drawn, nx.DiGraph)


names = st.text(alphabet=string.ascii_letters + " _", min_size=1, max_size=12).map(str.split)
names = names.filter(bool).map(" ".join).filter(lambda n: n.split()[-1] != "delayed")
marks = st.tuples(st.sampled_from([1, -1, None]), st.booleans())


@settings(deadline=None)
@given(st.dictionaries(st.tuples(names, names), marks, max_size=8))
def test_a_graph_survives_being_written_and_read(drawn):
    graph = nx.DiGraph(title="Round trip")
    for (cause, effect), (sign, delay) in drawn.items():
        graph.add_edge(cause, effect, sign=sign, delay=delay)
    again = read_sketch(write_sketch(graph))
    assert again.graph["title"] == "Round trip"
    assert {(a, b): (d["sign"], d["delay"]) for a, b, d in again.edges(data=True)} == drawn
