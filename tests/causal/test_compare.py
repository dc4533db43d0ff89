"""A sketch held against the equations."""

from __future__ import annotations

import pytest

from flywheel_edu.causal.compare import compare
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.errors import DiagramError
from flywheel_edu.flywheels import load
from flywheel_edu.model import Model

SHOP = Model.parse("""
time month from 0 to 12 step 1
stock customers [customer] = 100
    + joiners
    - leavers
joiners [customer/month] = customers * word_of_mouth * appeal
leavers [customer/month] = customers * leave_rate
appeal [1] = usual_price / price
price [USD/order] = unit_cost * mark_up
unit_cost [USD/order] = handling + fixed_cost / orders
orders [order/month] = customers * orders_each
given word_of_mouth [1/month] = 0.1 in 0 .. 1
given leave_rate [1/month] = 0.05 in 0 .. 1
given usual_price [USD/order] = 30 in 1 .. 100
given mark_up [1] = 1.2 in 1 .. 2
given handling [USD/order] = 10 in 0 .. 50
given fixed_cost [USD/month] = 1000 in 0 .. 5000
given orders_each [order/month/customer] = 1.5 in 0 .. 9
""")

RIGHT = """
customers -> price -
price -> customers -
"""


def said(text, model=SHOP):
    return [str(difference) for difference in compare(read_sketch(text), model)]


def test_a_sketch_that_says_what_the_equations_say_has_no_difference():
    assert said(RIGHT) == []


def test_a_wrong_sign_is_told_with_the_way_the_equations_take():
    assert said(RIGHT.replace("customers -> price -", "customers -> price +")) == [
        "customers -> price is drawn '+', the equations say '-' (by way of orders, unit_cost)"
    ]


def test_a_missing_arrow_is_told_with_its_sign_and_way():
    assert said("customers -> price -") == [
        "price -> customers is missing; the equations have it with '-' (by way of appeal, joiners)"
    ]


def test_an_arrow_that_nothing_carries_is_told():
    assert said(RIGHT + "price -> mark_up +\nmark_up -> price +") == [
        "price -> mark_up is drawn, but nothing in the equations carries it"
    ]


def test_an_arrow_without_a_sign_is_told_the_sign():
    assert said(RIGHT.replace("customers -> price -", "customers -> price")) == [
        "customers -> price is drawn without a sign, the equations say '-' "
        "(by way of orders, unit_cost)"
    ]


def test_a_sign_that_the_equations_leave_open_is_said_to_be_open():
    model = SHOP.revise("appeal [1] = price / usual_price * (2 - price / usual_price)")
    assert said("price -> appeal -\nappeal -> price -", model) == [
        "price -> appeal is drawn '-', the equations leave the sign open"
    ]


def test_a_stock_that_acts_on_itself_leaves_the_signs_of_the_ways_through_it_alone():
    # customers, who bring customers and leave, lie on the way; the way has one sign all the same.
    assert said("unit_cost -> orders +")[0] == (
        "unit_cost -> orders is drawn '+', the equations say '-' "
        "(by way of price, appeal, joiners, customers)"
    )


def test_a_quantity_the_model_does_not_know_is_named_with_what_may_be_meant():
    assert said(RIGHT + "customers -> custmers +") == [
        "'custmers' is drawn, but the model has no such quantity: did you mean 'customers'?"
    ]


def test_a_way_through_a_delay_is_told_by_the_quantity_that_waits():
    firm = Model.parse("""\
time month from 0 to 12 step 0.125
stock staff [person] = 10
    + hired
hired [person/month] = delay3(wanted, wait) / wait
given wait [month] = 3
wanted [person] = takings / pay
takings [USD] = staff * pay
given pay [USD/person] = 100
""")
    drawn = read_sketch("staff -> takings +\ntakings -> wanted +")
    told = [str(each) for each in compare(drawn, firm)]
    assert told == ["wanted -> staff is missing; the equations have it with '+' (by way of hired)"]


def test_an_arrow_by_way_of_an_unknown_quantity_still_counts_as_drawn():
    text = "customers -> economies of scale + -> price -\nprice -> customers -"
    assert said(text) == ["'economies of scale' is drawn, but the model has no such quantity"]


def test_names_may_be_spelt_with_spaces_and_capitals():
    assert said("Orders -> Unit cost -\nUNIT COST -> orders -") == []


def test_a_sketch_of_something_else_is_refused_with_what_the_model_has():
    with pytest.raises(DiagramError) as caught:
        compare(read_sketch("sun -> rain +"), SHOP)
    assert str(caught.value) == (
        "the model has none of the quantities drawn\n"
        "  hint: its quantities are: customers, joiners, leavers, appeal, price, unit_cost, "
        "orders, word_of_mouth, leave_rate, usual_price, mark_up, handling, fixed_cost, "
        "orders_each"
    )


def test_an_empty_sketch_has_no_difference():
    assert said("") == []


def test_wrong_signs_come_before_extra_and_missing_arrows_and_unknown_quantities():
    text = "customers -> price +\nfame -> price +\nprice -> handling +"
    kinds = [difference.kind for difference in compare(read_sketch(text), SHOP)]
    assert kinds == ["sign", "extra", "missing", "missing", "unknown"]


def test_the_napkin_as_sketched_agrees_with_the_napkin_as_a_model():
    sketch = read_sketch("""
        experience -> traffic +
        traffic -> sellers +
        sellers -> selection +
        selection -> experience +
        traffic -> growth +
        growth -> cost_structure -
        cost_structure -> price +
        price -> experience -
    """)
    assert [str(difference) for difference in compare(sketch, load("napkin"))] == []
