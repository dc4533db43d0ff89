"""What comes back can be looked at in a glance, and pickled."""

from __future__ import annotations

import functools
import pickle

import pytest

import flywheel_edu as fw


@functools.cache
def retail():
    return fw.load("retail")


@functools.cache
def driven():
    return fw.dominance(fw.simulate(retail()))


@functools.cache
def fitted():
    seen = {3: 3.0e6, 6: 1.0e7, 9: 3.0e7, 12: 5.0e7}
    return fw.fit(fw.load("bass"), {"adopters": seen}, ["market"])


@functools.cache
def swept():
    return fw.sweep(fw.load("bass"), market=[1e7, 2e7])


# Of each kind, most from the largest model there is.
RESULTS = {
    "model": retail,
    "quantity": lambda: retail()["customers"],
    "run": lambda: fw.simulate(retail()),
    "sweep": swept,
    "loops": lambda: fw.find_loops(fw.causal_graph(retail())),
    "independent loops": lambda: fw.independent_loops(fw.causal_graph(retail())),
    "findings": lambda: fw.lint(fw.causal_graph(retail())),
    "archetypes": lambda: fw.archetypes(fw.causal_graph(retail())),
    "differences": lambda: fw.compare(fw.read_sketch("customers -> orders -"), retail()),
    "dominance": driven,
    "dominance told": lambda: driven().told,
    "leads": lambda: driven().lead(),
    "lead": lambda: driven().lead()[0],
    "moment": lambda: driven().at(2005),
    "dominance over": lambda: fw.dominance_over(swept()),
    "leverage": lambda: fw.leverage(retail(), "customers"),
    "limits": lambda: fw.limits(retail()),
    "cuts": lambda: fw.cut(retail(), "Scale", arrow="all"),
    "simple view": lambda: fw.simplify(driven()),
    "drawing": lambda: fw.draw(retail()),
    "fit": fitted,
    "measured": lambda: fitted().measured["adopters"],
    "promise": lambda: fitted().promise(15),
    "rolling": lambda: fitted().rolling(origins=[9]),
    "page": lambda: fw.page(fw.load("bass")),
    "test": lambda: fw.flywheel_test(fw.load("word_of_mouth")),
}
PLOTTED = ("run", "sweep", "dominance", "dominance over", "leverage", "fit", "rolling", "test")


@functools.cache
def result(name):
    return RESULTS[name]()


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_shows_itself_in_few_lines(name):
    shown = repr(result(name))
    assert 0 < len(shown.splitlines()) <= 20
    assert len(shown) <= 3400


def test_what_is_left_out_is_counted():
    loops = result("loops")
    shown, whole = repr(loops).splitlines(), str(loops).splitlines()
    assert shown[-1] == f"... and {len(whole) - 19} lines more: print() shows all"


@pytest.mark.parametrize("name", PLOTTED)
def test_a_picture_of_a_result_can_be_pickled(name):
    picture = result(name).plot()
    assert pickle.loads(pickle.dumps(picture)).alt == picture.alt
    assert pickle.loads(pickle.dumps(picture.figure)).axes


def test_every_result_that_can_be_plotted_is_pickled_here():
    assert {name for name in RESULTS if hasattr(result(name), "plot")} == {
        *PLOTTED,
        "dominance told",
    }


def test_a_drawing_can_be_pickled():
    drawing = result("drawing")
    assert pickle.loads(pickle.dumps(drawing)).alt == drawing.alt
