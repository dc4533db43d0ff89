"""A file that we write can be drawn elsewhere: everything has a place, and no two share one."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from flywheel_edu import Model, library, load
from flywheel_edu.language import names_in
from flywheel_exchange import xmile_text
from flywheel_exchange.places import ends_of, places_of


@pytest.mark.parametrize("name", library())
def test_every_quantity_has_a_place_of_its_own(name):
    model = load(name)
    places = places_of(model)
    assert set(places) >= set(model.written)
    shown = {item.name for item in model.view if item.x is not None}
    for one, other in combinations(places, 2):
        if one not in shown or other not in shown:
            (x, y), (u, v) = places[one], places[other]
            assert abs(x - u) > 50 or abs(y - v) > 35, (one, other)
    assert all(x > 0 or name in shown for name, (x, y) in places.items())


@pytest.mark.parametrize("name", library())
def test_an_arrow_is_drawn_for_every_cause(name):
    model = load(name)
    text = xmile_text(model)
    drawn = set(re.findall(r"<from>\"?(\w+)\"?</from>\s*<to>\"?(\w+)\"?</to>", text))
    computed = [q for q in model.written.values() if q.kind == "computed"]
    assert drawn == {
        (cause, quantity.name)
        for quantity in computed
        for cause in names_in(quantity.equation)
        if cause in model.written
    }


def test_a_flow_begins_and_ends_at_its_stocks():
    model = Model.parse(
        "time month from 0 to 1 step 1\n"
        "stock a [x] = 1\n  - ab\n  + into\nstock b [x] = 1\n  + ab\n  - out\n"
        "ab [x/month] = 1 * a / one\ninto [x/month] = a / one\nout [x/month] = b / one\n"
        "given one [month] = 1\nshow a at 0.2 0.5, b at 0.8 0.5"
    )
    places = places_of(model)
    assert ends_of("ab", model, places) == (places["a"], places["b"])
    begin, end = ends_of("into", model, places)
    assert end == places["a"]
    assert begin[0] < places["into"][0] < places["a"][0]
    begin, end = ends_of("out", model, places)
    assert begin == places["b"]
    assert end[0] > places["out"][0] > places["b"][0]


def many_quantities():
    lines = [f"x{i} [1] = x{i + 1} * x{i + 2}" for i in range(1500)]
    return Model.parse(
        "time month from 0 to 1 step 1\n"
        + "\n".join(lines)
        + "\ngiven x1500 [1] = 1\ngiven x1501 [1] = 1"
    )


@pytest.mark.timeout(60)
def test_places_are_found_for_many_quantities():
    assert len(set(places_of(many_quantities()).values())) == 1502
