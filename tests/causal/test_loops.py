"""Loops: all of them, in one order, under their letters and names."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import Loop, Loops, find_loops, loop_along
from flywheel_edu.errors import DiagramError
from flywheel_edu.flywheels import library, load


@dataclass(frozen=True)
class Named:
    """A named loop, as a model hands it to its graph."""

    name: str
    quantities: tuple[str, ...]
    doc: str = ""


def diagram(text, *named):
    """A graph from words like ``price>visits-``: cause, effect and sign."""
    graph = nx.DiGraph(loops=named)
    for word in text.split():
        arrow, mark = word[:-1], word[-1]
        cause, effect = arrow.split(">")
        graph.add_edge(cause, effect, sign={"+": 1, "-": -1, "?": None}[mark])
    return graph


def complete(size):
    """Everything acts on everything."""
    names = [f"q{i:02}" for i in range(size)]
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from(((a, b) for a in names for b in names if a != b), sign=1)
    return graph


RETAIL = (
    "customers>sellers+ sellers>selection+ selection>experience+ experience>customers+ "
    "customers>orders+ orders>unit_cost- unit_cost>price+ price>experience- "
    "customers>crowding+ crowding>experience-"
)


def test_each_loop_is_found_once_and_lettered_by_its_kind():
    loops = find_loops(diagram(RETAIL))
    assert [(loop.name, loop.quantities) for loop in loops] == [
        ("B1", ("customers", "crowding", "experience")),
        ("R1", ("customers", "sellers", "selection", "experience")),
        ("R2", ("customers", "orders", "unit_cost", "price", "experience")),
    ]
    assert not loops.truncated


def test_a_loop_with_an_even_number_of_minus_arrows_reinforces():
    loop = Loop(("price", "visits", "orders", "unit_cost"), (-1, 1, -1, 1))
    assert loop.kind == "reinforcing"


def test_a_loop_with_an_odd_number_of_minus_arrows_balances():
    assert Loop(("a", "b", "c"), (-1, -1, -1)).kind == "balancing"


def test_a_loop_with_an_open_sign_is_left_undetermined():
    (loop,) = find_loops(diagram("a>b- b>a?"))
    assert (loop.name, loop.kind, loop.sign) == ("U1", "undetermined", None)


def test_an_arrow_without_any_sign_counts_as_open():
    (loop,) = find_loops(nx.DiGraph([("a", "b"), ("b", "a")]))
    assert loop.name == "U1"


def test_a_quantity_that_acts_on_itself_is_a_loop():
    (loop,) = find_loops(diagram("savings>savings+"))
    assert loop.edges == (("savings", "savings"),)


def test_named_loops_come_first_in_their_authors_order():
    named = (
        Named("Cost", ("orders", "unit_cost", "price"), "scale lowers cost"),
        Named("Selection", ("customers", "sellers", "selection", "experience")),
    )
    loops = find_loops(diagram(RETAIL, *named))
    assert [(loop.name, loop.label) for loop in loops] == [
        ("R1", "Cost"),
        ("R2", "Selection"),
        ("B1", "B1"),
    ]
    assert loops["Cost"].doc == "scale lowers cost"


def test_a_named_loop_begins_where_its_author_began():
    loops = find_loops(diagram(RETAIL, Named("Cost", ("orders", "unit_cost", "price"))))
    assert loops["Cost"].quantities == (
        "orders",
        "unit_cost",
        "price",
        "experience",
        "customers",
    )


def test_the_steps_of_a_named_loop_may_skip_quantities():
    loops = find_loops(diagram(RETAIL, Named("Selection", ("customers", "selection"))))
    assert loops["Selection"].quantities == (
        "customers",
        "sellers",
        "selection",
        "experience",
    )


def test_the_shortest_loop_that_fits_gets_the_name():
    graph = diagram("a>b+ b>a+ b>c+ c>a+", Named("Short", ("a", "b")))
    assert find_loops(graph)["Short"].quantities == ("a", "b")


def test_a_name_does_not_fit_a_loop_that_runs_the_other_way():
    graph = diagram("a>b+ b>c+ c>a+", Named("Backwards", ("a", "c", "b")))
    assert [loop.title for loop in find_loops(graph)] == [""]


def test_a_named_loop_keeps_its_name_when_some_of_its_steps_are_folded_away():
    graph = diagram(
        "customers>sellers+ sellers>customers+",
        Named("S", ("customers", "x", "sellers")),
    )
    assert find_loops(graph)["S"].name == "R1"


def test_one_quantity_left_of_a_named_loop_is_too_little_to_name_a_loop():
    graph = diagram("customers>sellers+ sellers>customers+", Named("S", ("customers", "x")))
    assert [loop.title for loop in find_loops(graph)] == [""]


def test_what_a_graph_hides_of_a_named_loop_must_lie_within_one_arrow():
    # Saturation is customers -> room -> joiners -> customers; with room hidden, a loop that goes
    # from customers to joiners by another way is not it.
    named = Named("Saturation", ("customers", "room", "joiners"))
    around = diagram("customers>orders+ orders>joiners+ joiners>customers+", named)
    assert [loop.title for loop in find_loops(around)] == [""]
    along = diagram("customers>joiners- joiners>customers+", named)
    assert [loop.title for loop in find_loops(along)] == ["Saturation"]


def test_two_names_for_one_path_leave_the_second_without_a_loop():
    graph = diagram("a>b+ b>a+", Named("First", ("a", "b")), Named("Second", ("a", "b")))
    assert [loop.title for loop in find_loops(graph)] == ["First"]


def test_a_reinforcing_story_follows_the_push_round():
    loop = find_loops(diagram("price>visits- visits>unit_cost- unit_cost>price+"))["R1"]
    assert loop.story == (
        "Price up, so visits down, so unit cost up, so price up: "
        "the push comes back the same way, and the loop reinforces it."
    )


def test_stories_told_together_are_broken_between_words():
    around = [f"quantity_{i}>quantity_{(i + 1) % 9}+" for i in range(9)]
    loops = find_loops(diagram(" ".join([*around, "quantity_0>low-", "low>quantity_0+"])))
    lines = loops.stories.split("\n")
    assert max(map(len, lines)) <= 88
    assert [line[:2] for line in lines if not line.startswith(" ")] == [x.name for x in loops]
    told = " ".join(loops.stories.split())
    assert told == " ".join(f"{loop.name} {loop.story}" for loop in loops)
    assert find_loops(diagram("a>b+")).stories == "no loops"
    named = find_loops(causal_graph(load("bass")))["Saturation"]
    assert Loops([named]).stories.startswith(f"{named.name} Saturation: ")


def test_a_balancing_story_ends_in_resistance():
    loop = find_loops(diagram("customers>crowding+ crowding>customers-"))["B1"]
    assert loop.story == (
        "Customers up, so crowding up, so customers down: "
        "the push comes back reversed, and the loop resists it."
    )


def test_a_story_says_where_the_waiting_is():
    graph = diagram("demand>capacity+ capacity>demand+")
    graph.edges["demand", "capacity"]["delay"] = True
    (loop,) = find_loops(graph)
    assert loop.delayed
    assert loop.story.startswith("Demand up, so, after a delay, capacity up, so demand up: ")


def test_a_story_does_not_guess_past_an_open_sign():
    loop = find_loops(diagram("a>b+ b>c? c>a-"))["U1"]
    assert loop.story == (
        "A up, so b up: whether c then rises or falls is open, and with it what the loop does."
    )


def test_loops_print_one_a_line():
    named = Named("Selection", ("customers", "sellers"))
    assert str(
        find_loops(diagram("customers>sellers+ sellers>customers+ sellers>sellers-", named))
    ) == (
        'R1 "Selection" (reinforcing): customers -> sellers -> customers\n'
        "B1 (balancing): sellers -> sellers"
    )


def test_a_notebook_shows_loops_as_they_print():
    from IPython.lib.pretty import pretty

    loops = find_loops(diagram("a>b+ b>a+"))
    assert pretty(loops) == str(loops) == "R1 (reinforcing): a -> b -> a"


def test_a_graph_without_a_loop_has_none_and_says_so():
    loops = find_loops(diagram("a>b+ b>c+"))
    assert loops == ()
    assert str(loops) == "no loops"


def test_a_loop_asked_for_by_a_wrong_name_is_answered_with_the_right_ones():
    loops = find_loops(diagram(RETAIL))
    with pytest.raises(DiagramError) as caught:
        loops["R9"]
    assert str(caught.value) == "no loop is called 'R9'\n  hint: the loops are: B1, R1, R2"


def test_loops_can_be_counted_and_sliced_like_any_tuple():
    loops = find_loops(diagram(RETAIL))
    assert len(loops) == 3
    assert loops[0].name == "B1"
    assert [loop.name for loop in loops[1:]] == ["R1", "R2"]


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_a_complete_graph_has_as_many_loops_as_the_formula_says(size):
    expected = sum(math.comb(size, k) * math.factorial(k - 1) for k in range(2, size + 1))
    assert len(find_loops(complete(size))) == expected


arrows = st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=14)


@settings(deadline=None, max_examples=150)
@given(arrows)
def test_a_cut_search_finds_the_shortest_loops_of_the_full_one(pairs):
    graph = nx.DiGraph(sorted(pairs))
    every = find_loops(graph, seconds=60)
    for most in range(len(every)):
        some = find_loops(graph, most=most, seconds=60)
        assert some.truncated
        assert [len(a.quantities) for a in some] == [len(b.quantities) for b in every[:most]]
        assert {loop.quantities for loop in some} <= {loop.quantities for loop in every}


def test_a_budget_that_is_just_met_is_not_called_truncated():
    loops = find_loops(diagram(RETAIL), most=3)
    assert (len(loops), loops.truncated) == (3, False)


@pytest.mark.timeout(60)
def test_of_sixty_quantities_that_all_act_on_each_other_the_shortest_loops_are_told():
    loops = find_loops(complete(60))
    assert loops.truncated
    assert len(loops) == 1000
    assert {len(loop.quantities) for loop in loops} == {2}


def forty_forks():
    """Forty steps with two ways each: 2**40 loops, every one of them 80 arrows long."""
    graph = nx.DiGraph()
    for i in range(40):
        for way in "ab":
            graph.add_edge(f"s{i}", f"{way}{i}", sign=1)
            graph.add_edge(f"{way}{i}", f"s{(i + 1) % 40}", sign=1)
    return graph


@pytest.mark.timeout(60)
def test_a_sparse_graph_with_too_many_loops_still_keeps_to_its_time():
    loops = find_loops(forty_forks(), seconds=0.5)
    assert loops.truncated


def test_a_named_loop_is_found_even_where_the_search_is_cut_short():
    graph = complete(60)
    graph.graph["loops"] = (Named("Long", ("q05", "q20", "q10", "q40")),)
    loops = find_loops(graph)
    assert loops.truncated
    assert loops[0].title == "Long"
    assert loops[0].quantities == ("q05", "q20", "q10", "q40")


def test_a_cut_search_says_so_when_printed():
    loops = find_loops(diagram(RETAIL), most=1)
    assert str(loops).endswith("... and more: the search stopped at its budget")


def test_letters_and_order_do_not_depend_on_the_run_of_python():
    script = (
        "import networkx as nx, random\n"
        "from flywheel_edu.causal.loops import find_loops\n"
        "r = random.Random(7); names = [f'quantity {i}' for i in range(9)]\n"
        "g = nx.DiGraph(); g.add_nodes_from(names)\n"
        "pairs = [(a, b) for a in names for b in names if r.random() < 0.4]\n"
        "g.add_edges_from(pairs, sign=-1)\n"
        "print(find_loops(g, seconds=60), find_loops(g, most=20, seconds=60))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1


def test_a_loop_can_be_told_along_any_arrows_the_graph_has():
    loop = loop_along(diagram(RETAIL), ["experience", "customers", "crowding"])
    assert loop.kind == "balancing"


def test_loops_compare_as_tuples():
    graph = diagram(RETAIL)
    assert find_loops(graph) == tuple(find_loops(graph)) == Loops(find_loops(graph))


@pytest.mark.parametrize("name", library())
def test_a_letter_means_one_loop_in_every_view_of_a_model(name):
    model = load(name)
    whole = find_loops(causal_graph(model))
    assert len({loop.name for loop in whole}) == len(whole)
    views = [model.shown, [*model.stocks, *model.givens], list(model.written)[::2]]
    for show in views:
        for loop in find_loops(causal_graph(model, show=show)):
            alike = [one for one in whole if looks_like(one, loop, show)]
            assert alike, "round in the drawing, but no loop of the model"
            assert loop.name in {one.name for one in alike} or loop.sign is None
            assert loop.title == alike[0].title


def looks_like(loop, seen, show):
    met = [quantity for quantity in loop.quantities if quantity in show]
    start = met.index(seen.quantities[0]) if seen.quantities[0] in met else 0
    return (*met[start:], *met[:start]) == seen.quantities


def test_named_loops_keep_their_letters_unless_a_drawing_leaves_their_sign_open():
    retail = load("retail")
    whole = {loop.title: loop for loop in find_loops(causal_graph(retail)) if loop.title}
    few = find_loops(causal_graph(retail, show=["customers", "joiners", "sellers"]))
    assert [loop.title for loop in few] == ["Selection", "Word of mouth"]
    some = find_loops(causal_graph(retail, show=[q for q in retail.shown if q != "rivalry"]))
    assert {loop.sign for loop in some if loop.title} >= {1}
    for loop in (*few, *some):
        assert loop.name.startswith(loop.kind[0].upper())
        if loop.title and loop.sign is not None:
            assert loop.name == whole[loop.title].name
