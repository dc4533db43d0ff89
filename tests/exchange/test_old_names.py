"""What another program calls a quantity is understood wherever the name of one is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flywheel_edu import (
    FlywheelError,
    Sweep,
    causal_graph,
    draw,
    find_loops,
    fit,
    flywheel_test,
    leverage,
    limits,
    sample,
    simulate,
    sweep,
)
from flywheel_edu.causal.cut import cut_points
from flywheel_edu.widgets import Explorer
from flywheel_exchange import read_xmile
from tests.exchange.files import aux, model_of

STOCK = "<stock name='Open Orders'><eqn>10</eqn><inflow>New Orders</inflow></stock>"
FLOW = "<flow name='New Orders'><eqn>Open_Orders * Order_Rate + Ads</eqn></flow>"
SPAN = "<range min='0' max='1'/>"


@pytest.fixture
def model(tmp_path):
    quantities = STOCK + FLOW + aux("0.1", "Order Rate", SPAN) + aux("0", "Ads", SPAN)
    return model_of(tmp_path, quantities)


@pytest.mark.parametrize("engine", ["auto", "python", "numpy", "machine"])
@pytest.mark.parametrize("count", [4, 120])
def test_a_sweep_keeps_varies_saves_and_reads(model, tmp_path, engine, count):
    rates = np.linspace(0.1, 0.2, count)
    asked = {"Order Rate": rates}
    theirs = sweep(model, asked, keep=["Open Orders", "open_orders"], engine=engine)
    ours = sweep(model, order_rate=rates, keep=["open_orders"], engine=engine)
    assert theirs == ours
    assert list(theirs) == ["open_orders"]
    assert np.array_equal(theirs["Open Orders"], ours["open_orders"])
    assert np.array_equal(theirs["Order Rate"], rates)
    assert Sweep.read(theirs.save(tmp_path / "sweep.csv")) == ours
    assert list(sample(model, 8, **{"Order Rate": (0, 1)})) == ["order_rate"]


ASKED = {
    "Explorer": lambda model, stock, given: Explorer(model, stock, sliders=[given]).given,
    "change": lambda model, stock, given: model.change(**{given: 0.3}),
    "start_from": lambda model, stock, given: simulate(model, start_from={stock: 7}),
    "leverage": lambda model, stock, given: str(leverage(model, stock, givens=[given])),
    "limits": lambda model, stock, given: str(limits(model, of=stock)),
    "causal_graph": lambda model, stock, given: list(
        causal_graph(model, show=[stock, given]).edges
    ),
    "draw": lambda model, stock, given: draw(model, show=[stock, given]).alt,
    "cut_points": lambda model, stock, given: cut_points(
        model, next(iter(find_loops(causal_graph(model)))), of=stock
    ),
    "flywheel_test": lambda model, stock, given: str(
        flywheel_test(model, push="Ads" if stock[0] == "O" else "ads", output=stock, wheel=stock)
    ),
    "fit": lambda model, stock, given: (
        fit(
            model,
            {stock: {1: 11, 2: 13, 5: 17, 8: 24}},
            {given: (0, 1)},
            misses={stock: "relative"},
            weights={stock: 2},
            starts=1,
        ).values
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_the_old_name_is_as_good_as_the_new_one(model, asked):
    theirs = ASKED[asked](model, "Open Orders", "Order Rate")
    assert theirs == ASKED[asked](model, "open_orders", "order_rate")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Goods", "did you mean one of: goods_north, goods_south, goods_west?"),
        ("Goods[*]", "did you mean one of: goods_north, goods_south, goods_west?"),
        ("Sold []", "did you mean one of: sold_north, sold_south, sold_west?"),
    ],
)
def test_an_array_without_an_element_is_told_which_there_are(name, hint):
    folder = Path(__file__).parent / "foreign"
    run = simulate(read_xmile(folder / "arrays_nonnegative.xmile"))
    with pytest.raises(FlywheelError) as caught:
        run[name]
    assert str(caught.value) == f"this run has no quantity '{name}'\n  hint: {hint}"
