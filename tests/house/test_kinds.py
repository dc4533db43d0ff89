"""Each function says in words what it takes, to somebody who hands it another kind of thing."""

from __future__ import annotations

import networkx as nx
import pytest

import flywheel_edu as fw
from flywheel_edu import widgets
from flywheel_edu.causal.sketch import write_sketch
from flywheel_edu.causal.strongest import strongest_loops

MODEL = "make one with load(name), read(path) or Model.parse(text)"
GRAPH = "make one with causal_graph(model) or read_sketch(text)"


@pytest.fixture(scope="module")
def napkin():
    return fw.load("napkin")


@pytest.mark.parametrize(
    ("ask", "message", "hint"),
    [
        (fw.simulate, "simulate runs a Model", MODEL),
        (fw.sweep, "sweep runs a Model", MODEL),
        (fw.javascript, "javascript prints a Model", MODEL),
        (fw.causal_graph, "causal_graph reads a Model", MODEL),
        (lambda x: fw.sample(x, 5), "scenarios are drawn for a Model", MODEL),
        (lambda x: fw.sensitivity(x, "a"), "scenarios are drawn for a Model", MODEL),
        (lambda x: fw.fit(x, {}, []), "fit adjusts a Model", MODEL),
        (lambda x: fw.leverage(x, "a"), "leverage runs a Model", MODEL),
        (lambda x: fw.cut(x, "R1"), "cut changes a Model", MODEL),
        (fw.flywheel_test, "flywheel_test runs a Model", MODEL),
        (lambda x: fw.compare(fw.read_sketch("a -> b +"), x),
         "compare holds a sketch against a Model", MODEL),
        (widgets.Explorer, "Explorer shows a Model", MODEL),
        (lambda x: widgets.Predict(x, "a"), "Predict asks about a Model", MODEL),
        (lambda x: widgets.Story(x, []), "Story is told of a Model", MODEL),
        (fw.find_loops, "find_loops looks at a causal graph", GRAPH),
        (fw.lint, "lint looks at a causal graph", GRAPH),
        (fw.archetypes, "archetypes looks at a causal graph", GRAPH),
        (fw.independent_loops, "independent_loops looks at a causal graph", GRAPH),
        (lambda x: strongest_loops(x, {}), "strongest_loops looks at a causal graph", GRAPH),
        (fw.write_sketch, "write_sketch writes a causal graph", GRAPH),
        (lambda x: fw.compare(x, fw.load("napkin")),
         "compare takes a causal graph", GRAPH),
        (fw.dominance, "dominance looks at a Run", "make one with simulate(model)"),
        (fw.dominance_over, "dominance_over looks at a Sweep",
         "make one with sweep(model, name=[...])"),
        (fw.simplify, "simplify looks at a Dominance",
         "make one with dominance(simulate(model))"),
        (fw.draw, "draw draws a model or a causal graph",
         "make one with load(name), Model.parse(text) or read_sketch(text)"),
    ],
)  # fmt: skip
def test_a_text_in_the_place_of_something_made_of_it_is_answered_with_how_to_make_it(
    ask, message, hint
):
    with pytest.raises(fw.FlywheelError) as caught:
        ask("napkin")
    assert str(caught.value) == f"{message}, not str\n  hint: {hint}"


@pytest.mark.parametrize("ask", [fw.find_loops, fw.lint, fw.archetypes, fw.write_sketch])
def test_a_model_in_the_place_of_its_graph_is_answered_so_too(ask, napkin):
    with pytest.raises(fw.FlywheelError, match="a causal graph, not Model"):
        ask(napkin)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (fw.read, "a model is read from a file, not from Model\n"
                  "  hint: write the file's name, such as read('shop.flywheel')"),
        (fw.read_sketch, "a sketch is read from text, not from Model\n"
                         "  hint: write: price -> visits -"),
    ],
)  # fmt: skip
def test_a_model_in_the_place_of_what_it_is_read_from_is_refused(ask, message, napkin):
    with pytest.raises(fw.ModelError) as caught:
        ask(napkin)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda m: widgets.Explorer(m, stages=["The push"]),
         "a stage is a Stage, not str\n"
         '  hint: write: stages=[Stage("The push", "How much does it need?", ("push",))]'),
        (lambda m: widgets.Story(m, ["traffic"]),
         "step 1 is not a quantity and a sentence\n"
         '  hint: write: Story(model, [("customers", "They come.")])'),
        (lambda m: widgets.Story(m, [("traffic", "They come."), ("sellers",)]),
         "step 2 is not a quantity and a sentence\n"
         '  hint: write: Story(model, [("customers", "They come.")])'),
        (lambda _: widgets.Order("Put in order", ["first", "second"]),
         "each step maps the text of a line to why it stands there: "
         '[{"Prices fall": "Someone has to begin."}, ...]'),
    ],
)  # fmt: skip
def test_a_part_of_a_widget_that_is_another_kind_of_thing_is_answered_with_how_to_write_it(
    ask, message, napkin
):
    with pytest.raises((fw.ModelError, ValueError)) as caught:
        ask(napkin)
    assert str(caught.value) == message


@pytest.mark.parametrize("ask", [fw.find_loops, fw.lint, fw.archetypes, fw.draw])
def test_a_sign_written_as_a_mark_is_refused_with_how_to_write_it(ask):
    graph = nx.DiGraph([("price", "visits", {"sign": "-"}), ("visits", "price", {"sign": 1})])
    with pytest.raises(fw.FlywheelError) as caught:
        ask(graph)
    assert str(caught.value) == (
        "the arrow price -> visits has the sign '-'\n"
        "  hint: a sign is 1 for the same way, -1 for the opposite way, None for open"
    )


@pytest.mark.parametrize(
    "ask", [fw.find_loops, fw.lint, fw.archetypes, lambda graph: fw.draw(graph).alt, write_sketch,
            lambda graph: widgets.Canvas(graph).words()],
)  # fmt: skip
def test_an_open_sign_may_be_written_as_nothing_as_a_plain_graph_has_it(ask):
    graph, plain = (
        nx.DiGraph([("price", "visits", {"sign": sign}), ("visits", "price", {"sign": 1})])
        for sign in (None, 0)
    )
    assert str(ask(plain)) == str(ask(graph))
    assert plain.edges["price", "visits"]["sign"] == 0


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiDiGraph])
def test_a_graph_without_arrows_or_with_two_of_a_kind_is_refused(kind):
    with pytest.raises(fw.FlywheelError, match=f"a causal graph, not {kind.__name__}"):
        fw.find_loops(kind([("price", "visits")]))
