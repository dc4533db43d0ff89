"""Small graphs of every quantity, without a browser: which, in what order, in words, drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from flywheel_edu import Model, ModelError, load, simulate
from flywheel_edu.widgets import Explorer
from flywheel_edu.widgets.explorer.small import every_quantity, graphed, told

MODEL = """# A shop.
time month from 0 to 12 step 0.25
given price [USD/order] = 20 in 5 .. 50
orders [order/month] = customers * orders_each
noticed [order/month] = smooth(orders, 3)
data counted [customer] = 0: 100, 6: 130, 12: 150   # by hand
stock customers [customer] = 100
    + joiners
    - leavers
joiners [customer/month] = customers * 0.1
leavers [customer/month] = customers * leave_rate
given orders_each [order/customer/month] = 2
given opened [month] = 3
given leave_rate [1/month] = 0.05 in 0 .. 1
stock sold [order] = 0
    + orders
"""
LIBRARY = ["napkin", "retail", "aws", "bass", "cash", "data", "limits", "membership", "rented"]


def shop(**wishes):
    return Explorer(Model.parse(MODEL.replace(" * 0.1", " * 2 * leave_rate")), "sold", **wishes)


def letters(widget):
    """All that is written in a widget's still picture."""
    from matplotlib.text import Text

    return [text.get_text() for text in widget.picture().findobj(Text) if text.get_text()]


def send(widget, **state):
    """What the browser sends."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def test_stocks_come_first_then_flows_then_the_rest_each_in_the_order_of_the_model():
    groups = {group["title"]: group["names"] for group in shop().given["every"]}
    assert list(groups.items()) == [
        ("Stocks", ["customers", "sold"]),
        ("Flows", ["orders", "joiners", "leavers"]),
        ("Computed", ["noticed"]),
        ("Measured", ["counted"]),
        ("Given", ["price", "orders_each", "opened", "leave_rate"]),
    ]


@pytest.mark.parametrize("name", LIBRARY)
def test_every_written_quantity_is_there_once_and_nothing_that_nobody_wrote(name):
    model = load(name)
    names = [each for group in every_quantity(model) for each in group["names"]]
    assert sorted(names) == sorted(model.written)
    run = simulate(model)
    assert all(len(run[each]) == len(run.time) for each in graphed(model))


def test_a_group_without_members_is_left_out():
    model = Model.parse("time day from 0 to 1 step 1\nstock still_water [litre] = 5\n")
    assert every_quantity(model) == [{"title": "Stocks", "names": ["still_water"]}]


def test_small_graphs_are_closed_until_asked_for_by_code_or_in_the_browser():
    widget = shop()
    assert widget.small_graphs is False
    assert shop(small_graphs=True).small_graphs is True
    now = {**{key: widget.given[key] for key in ("values", "pins", "log", "table", "stage")}}
    send(widget, played={"of": 1, **now, "extra": ["orders"], "small": True})
    assert widget.small_graphs is True
    assert widget.shown == ("sold", "orders")
    widget.set(price=30)  # comes on top of what the browser did
    assert widget.given["small"] is True
    widget.small_graphs = False
    assert widget.given["small"] is False
    assert widget.values == {"price": 30.0}


def test_what_is_called_up_is_shown_large_once_and_can_be_taken_away():
    widget = shop()
    widget.show("orders", "customers", "orders", "sold")
    assert widget.shown == ("sold", "orders", "customers")
    assert widget.compare().columns.tolist() == ["sold", "orders", "customers"]
    widget.hide("orders")
    assert widget.shown == ("sold", "customers")


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (
            lambda widget: widget.show("ordrs"),
            "'ordrs' is not a quantity that changes in this model\n  hint: did you mean 'orders'?",
        ),
        (
            lambda widget: widget.hide("sold"),
            "'sold' was not called up, so it cannot be taken away\n  hint: nothing was",
        ),
        (
            lambda widget: (widget.show("orders", "joiners"), widget.hide("sold")),
            "'sold' was not called up, so it cannot be taken away\n"
            "  hint: called up are: orders, joiners",
        ),
    ],
)
def test_what_cannot_be_shown_or_hidden_is_refused_in_words(do, said):
    widget = shop()
    with pytest.raises(ModelError) as caught:
        do(widget)
    assert str(caught.value) == said


def test_the_words_tell_of_each_quantity_where_it_begins_and_ends_with_its_unit():
    widget = shop(small_graphs=True)
    words = widget.words()
    end = 100 * (1 + 0.25 * 0.05) ** 48
    assert f"customers from 100 to {end:.3g} customer;" in words
    assert "; noticed from 200 to " in words
    assert "Small graphs" not in shop().words()
    flat = Model.parse("time day from 0 to 1 step 1\nstock still_water [litre] = 5\n")
    assert told(flat, simulate(flat)) == "Small graphs: still water 5 litre at both ends."


def test_the_still_picture_has_every_quantity_with_its_number_low_and_high():
    widget = shop(small_graphs=True)
    written = letters(widget)
    for name in widget.model.written:
        assert name.replace("_", " ") in written
    for head in ("Stocks", "Flows", "Computed", "Measured", "Given"):
        assert head in written
    assert "low 100" in written
    assert "20 USD/order" in written
    assert "Stocks" not in letters(shop())


def test_a_moment_among_the_givens_is_written_as_a_moment():
    text = MODEL.replace(" * 0.1", " * leave_rate").replace(
        "opened [month] = 3", "opened [month] = 2005"
    )
    assert "2005 month" in letters(Explorer(Model.parse(text), "sold", small_graphs=True))


def test_the_picture_moves_with_a_slider_and_keeps_the_pinned_curves_behind():
    widget = shop(small_graphs=True)
    before = widget.still()
    lines = len(widget.picture().axes[-1].lines)
    widget.pin("as it began")
    widget.set(leave_rate=0.1)
    assert widget.still() != before
    # One more line for each of the graphs.
    assert len(widget.picture().axes[-1].lines) == lines + len(graphed(widget.model))


@pytest.mark.parametrize("nasty", ["$x^{$", "x" * 10_000, "\u202egnisrever", "a\nb"])
def test_any_title_can_be_drawn(nasty):
    widget = shop(small_graphs=True)
    widget.given = {**widget.given, "title": nasty}
    assert widget.still().startswith(b"\x89PNG")


# -- what the browser computes


def test_a_thinned_curve_keeps_its_ends_and_every_peak(in_node):
    chance = np.random.default_rng(4)
    for count in (1, 2, 3, 50, 131, 132, 133, 961, 4000):
        values = chance.normal(size=count).cumsum()
        spike = int(chance.integers(count))
        values[spike] += 100
        thin = in_node("explorer/thin.js", "thin.thinned(given)", values.tolist())
        at = thin["at"]
        assert at == sorted(set(at))
        assert (at[0], at[-1]) == (0, count - 1)
        assert spike in at
        assert len(at) <= 2 * 66 + 2
        assert thin["low"] == values.min()
        assert thin["high"] == values.max()


@pytest.mark.parametrize(
    ("unit", "values", "words"),
    [
        ("customer", [1000, 3000, 8420], "from 1,000 to 8,420 customer"),
        ("USD/order", [30, 38.5, 33.91], "from 30 to 33.9 USD/order, highest 38.5"),
        ("", [1, -2, 3], "from 1 to 3, lowest −2"),
        ("item", [5, 5, 5], "steady at 5 item"),
        ("USD", [2e9, 87.66e9], "from 2 bn to 87.7 bn USD"),
    ],
)
def test_a_small_graph_says_its_first_and_last_value_and_what_lies_beyond(
    unit, values, words, in_node
):
    run = "thin.graphWords(given[0], given[1], given[2], given[3])"
    assert in_node("explorer/thin.js", run, [unit, values, min(values), max(values)]) == words


def test_the_browser_is_told_the_groups_and_can_draw_each_of_them():
    """Every name with a graph is one that the printed program hands back a curve for."""
    for name in LIBRARY:
        given = Explorer(load(name)).given
        names = re.search(r"^export const names = (\[.*\]);$", given["module"], re.M)[1]
        for group in given["every"]:
            if group["title"] != "Given":
                assert all(f'"{each}"' in names for each in group["names"])
