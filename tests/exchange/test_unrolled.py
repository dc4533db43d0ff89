"""Modules, arrays and macros become quantities of their own, or are refused at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flywheel_edu import Model, draw, simulate
from flywheel_exchange import read_xmile
from tests.exchange.files import aux, file_of, refusal

DIMS = (
    '<dimensions><dim name="Region"><elem name="North"/><elem name="South"/><elem name="West"/>'
    '</dim><dim name="Coast"><elem name="South"/><elem name="West"/></dim>'
    '<dim name="Shop"><elem name="s1"/><elem name="s2"/><elem name="s3"/></dim>'
    '<dim name="Kind"><elem name="hats"/><elem name="shoes"/></dim></dimensions>'
)


def array(name: str, equations: str | list[str], *dims: str, inside: str = "") -> str:
    """An array with one equation for all its elements, or one for each of the first dimension's."""
    listed = "".join(f'<dim name="{dim}"/>' for dim in dims)
    if isinstance(equations, str):
        said = f"<eqn>{equations}</eqn>"
    else:
        names = {"Region": ["North", "South", "West"], "Shop": ["s1", "s2", "s3"]}[dims[0]]
        said = "".join(
            f'<element subscript="{n}"><eqn>{e}</eqn></element>'
            for n, e in zip(names, equations, strict=True)
        )
    return f'<aux name="{name}"><dimensions>{listed}</dimensions>{said}{inside}</aux>'


def whole(folder: Path, variables: str, beside: str = DIMS) -> Path:
    path = file_of(folder, variables)
    path.write_text(path.read_text().replace("<model><", f"{beside}<model><"))
    return path


GOODS = array("goods", ["1", "2", "4"], "Region") + array("rent", ["10", "20", "30"], "Shop")
GOODS += array("kinds", "1", "Kind")
# Where x is in its own array, its value in the West.
ARRAYS = {
    aux("SUM(goods) + 10 * MEAN(goods[*]) + 100 * PROD(goods[1:2])"): 7 + 70 / 3 + 200,
    aux("MAX(goods, 9) + 10 * MIN(3, goods[*]) + 100 * MEAN(goods, 1) + SUM(goods, 3)"): (
        9 + 10 + 200 + 10
    ),
    # The number of the element that is the first, and the last, when they are in order.
    aux("RANK(goods, 1) + 10 * RANK(goods[*] * -1, 1)"): 1 + 30,
    aux("RANK(goods * 0, 1) + 10 * RANK(goods * 0, 1, goods * -1)"): 1 + 30,
    aux("MAX(goods[*]) - MIN(goods[*]) + SIZE(goods) + SIZE(Region)"): 3 + 3 + 3,
    aux("STDDEV(goods) + ARRAYSUM(goods[*])"): np.std([1, 2, 4]) + 7,
    array("y", "goods * 10", "Region") + aux("SUM(goods[*] * y[*])"): 10 + 40 + 160,
    aux("SUM(goods[*]) * SUM(rent)"): 7 * 60,
    aux("SUM(goods[*:Coast])"): 6,
    aux("SUM(goods[Region] * 2)"): 14,
    aux("goods[Region.South] + Region.South"): 2 + 2,
    aux("goods[INT(TIME) + 1]"): 1,
    aux("goods[1 + 1] + goods[south]"): 4,
    array("x", "goods / SUM(goods)", "Region"): 4 / 7,
    array("x", "goods[Region] + Region", "Region"): 4 + 3,
    array("x", "rent[Shop] + goods", "Region"): 30 + 4,
    array("x", "goods[Region] * 2", "Coast"): 8,
    array("x", "10 * SIZE(Region) + Region + SIZE(Coast)", "Region"): 30 + 3 + 2,
    array("x", "MAX(goods[*]) - goods", "Region"): 0,
    array("y", "goods[Region] * Kind", "Region", "Kind")
    + array("x", "SUM(y[Region, *] * goods)", "Region"): 4 * (4 + 8),
    array("y", "goods[Region] * Kind", "Region", "Kind")
    + array("x", "y[@1, shoes] + y[Region, hats]", "Region"): 8 + 4,
    array("x", "TIME + 1", "Region", inside="<gf><xpts>0,2</xpts><ypts>5,7</ypts></gf>"): 6,
    array("t", "1", "Region", inside="").replace(
        "<eqn>1</eqn>", "<gf><xpts>0,2</xpts><ypts>5,7</ypts></gf>"
    )
    + aux("t[West](1) + LOOKUP(t[South], 2)"): 6 + 7,
}


@pytest.mark.parametrize("variables", ARRAYS)
def test_an_element_of_an_array_is_the_one_that_is_meant(tmp_path, variables):
    model = read_xmile(whole(tmp_path, GOODS + variables))
    assert Model.parse(str(model)) == model
    name = "x" if "x" in model else "x_west"
    assert simulate(model)[name][0] == pytest.approx(ARRAYS[variables], rel=1e-12)


def test_a_sum_of_many_products_is_gathered_in_parts(tmp_path):
    """An equation of ours is one line, and this one would be too long for it."""
    long = "what_is_in_the_store_room_of_each_shop"
    variables = array(long, "1 + Region", "Region", "Shop", "Kind", "Kind")
    variables += aux(f"SAFEDIV(3, SUM({long}[*, *, *, *] * {long}[*, *, *, *]), 7)")
    model = read_xmile(whole(tmp_path, variables))
    assert simulate(model)["x"][0] == pytest.approx(3 / (12 * (4 + 9 + 16)), rel=1e-12)


@pytest.mark.filterwarnings("ignore:some names are others here")
def test_an_array_is_told_as_a_list(root):
    model = read_xmile(root / "tests" / "exchange" / "foreign" / "arrays_apply_to_all.xmile")
    assert """\
for region in north, south, west:
    given growth [?] = north: 0.1, south: 0.2, west: -0.05

    stock customers [?] = 100 in -inf .. inf  # Customers
        + joining

    joining [?] = customers * growth * (1 - customers / limit)
""" in str(model)
    assert "orders_south_2 [?] = 2 * customers_south" in str(model)  # one name was taken already
    assert [*model.together] == ["growth", "customers", "joining"]
    assert Model.parse(str(model)).together == model.together
    assert "customers ×3 to joining ×3" in draw(model).alt
    assert model.revise("growth [?] = 0.3")["growth_west"].equation.value == 0.3
    assert simulate(model)["Customers[South]"][0] == 100


def test_elements_that_differ_in_kind_are_told_one_by_one(root):
    model = read_xmile(root / "tests" / "exchange" / "foreign" / "arrays_elements.xmile")
    assert not model.together  # what flows into goods is of no list, so neither is goods
    assert "for region" not in str(model)


def test_a_computed_subscript_moves_and_is_0_outside(tmp_path):
    model = read_xmile(whole(tmp_path, GOODS + aux("goods[TIME]")))
    t = simulate(model).time
    right = np.select([(t >= 1) & (t < 2), (t >= 2) & (t < 3), (t >= 3) & (t < 4)], [1, 2, 4], 0)
    np.testing.assert_array_equal(simulate(model)["x"], right)


WRONG = {
    aux("goods + 1"): (
        "'goods' is an array, and this does not say which element is meant",
        "write the element in square brackets, such as [North]",
    ),
    aux("goods[North, South]"): ("'goods' has 1 dimension, and 2 are written here", ""),
    aux("goods[4]"): ("'goods' has no such element", ""),
    aux("goods[*]"): ("this belongs into SUM, MEAN, MIN or MAX", ""),
    aux("SUM(goods[TIME:3])"): ("the ends of a range are numbers here", ""),
    aux("goods[nowhere]"): ("nothing is called 'nowhere'", ""),
    # A dimension that has nothing to do with that of x.
    array("x", "goods + kinds[Kind]", "Region"): (
        "'kinds' is an array, and this does not say which element is meant",
        "write the element in square brackets, such as [hats]",
    ),
}


@pytest.mark.parametrize("variables", WRONG)
def test_an_element_that_is_not_there_is_told_with_its_line(tmp_path, variables):
    said = refusal(whole(tmp_path, f"{GOODS}\n{variables}")).split("\n")
    message, hint = WRONG[variables]
    assert said[0] == message
    assert said[1].startswith("  line 11: <aux")
    assert said[3:] == ([f"  hint: {hint}"] if hint else [])


def models(*named: tuple[str, str]) -> str:
    return "".join(
        f'<model name="{name}"><variables>{variables}</variables></model>'
        for name, variables in named
    )


TWO = "".join(f'<module name="m{i}" simlin:model_name="{{0}}"/>' for i in (1, 2))
HOSTILE = {
    "a module in itself": (
        '<module name="shop"/>',
        models(("shop", '<module name="inner" simlin:model_name="shop"/>')),
        "the module 'inner' holds itself",
    ),
    "two models in one another": (
        '<module name="a"/>',
        models(("a", '<module name="b"/>'), ("b", '<module name="a"/>')),
        "the module 'a' holds itself",
    ),
    "modules that double": (
        TWO.format("d1"),
        models(*((f"d{i}", TWO.format(f"d{i + 1}")) for i in range(1, 40)), ("d40", aux("1"))),
        "the model has 4,001 quantities or more when its modules, macros and arrays are written",
    ),
    "a macro that calls itself": (
        aux("FACT(3)"),
        "<macro name='FACT'><parm>n</parm><eqn>n * FACT(n - 1)</eqn></macro>",
        "the macro 'FACT' calls itself, and a macro here is written out",
    ),
    "two macros that call each other": (
        aux("PING(3)"),
        "<macro name='PING'><parm>n</parm><eqn>PONG(n)</eqn></macro>"
        "<macro name='PONG'><parm>n</parm><eqn>PING(n)</eqn></macro>",
        "the macro 'PING' calls itself, and a macro here is written out",
    ),
    "macros that double": (
        aux("M0(TIME)"),
        "".join(
            f"<macro name='M{i}'><parm>n</parm><eqn>M{i + 1}(n) + M{i + 1}(n)</eqn></macro>"
            for i in range(60)
        )
        + "<macro name='M60'><parm>n</parm><eqn>n</eqn></macro>",
        "this equation becomes too long when it is written out",
    ),
    "macros with stocks that double": (
        aux("M0(TIME)"),
        "".join(
            f"<macro name='M{i}'><parm>n</parm><eqn>s</eqn><variables><stock name='s'><eqn>"
            f"M{i + 1}(n) + M{i + 1}(n)</eqn></stock></variables></macro>"
            for i in range(60)
        )
        + "<macro name='M60'><parm>n</parm><eqn>n</eqn></macro>",
        "the model has 4,001 quantities or more when its modules, macros and arrays are written",
    ),
    "a million elements": (
        array("x", "1", "Wide", "Wide"),
        '<dimensions><dim name="Wide" size="1000"/></dimensions>',
        "the model has 1,000,001 quantities or more when its modules, macros and arrays are",
    ),
    "a sum of a sum": (
        array("y", "1", "Wide", "Deep") + aux("SUM(y[*, *] * SUM(y[*, *]))"),
        '<dimensions><dim name="Wide" size="60"/><dim name="Deep" size="60"/></dimensions>',
        "'x' and what it is written out with are too much for one model",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)
def test_what_would_never_end_is_refused_at_once(tmp_path, name):
    variables, beside, begins = HOSTILE[name]
    path = whole(tmp_path, variables, beside)
    text = path.read_text().replace("<xmile ", '<xmile xmlns:simlin="https://simlin.com/XMILE" ')
    path.write_text(text)
    said = refusal(path)
    assert said.startswith(begins)


MACROS = """
<macro name="GOAL"><parm>target</parm><parm>time to get there</parm><parm>first</parm>
<eqn>level</eqn><variables>
<stock name="level"><eqn>first</eqn><inflow>gain</inflow></stock>
<flow name="gain"><eqn>(target - level) / time_to_get_there</eqn></flow></variables></macro>
<macro name="TWICE"><parm>x</parm><parm>over</parm>
<eqn>GOAL(GOAL(x, over, 1), over, 1)</eqn></macro>
<macro name="CHAIN"><parm>x</parm><parm>over</parm><eqn>second_leaving</eqn><variables>
<stock name="first"><eqn>x * over</eqn><inflow>coming</inflow><outflow>leaving</outflow></stock>
<flow name="coming"><eqn>x</eqn></flow><flow name="leaving"><eqn>first / over</eqn></flow>
<stock name="second"><eqn>first</eqn><inflow>leaving</inflow>
<outflow>second leaving</outflow></stock>
<flow name="second leaving"><eqn>second / over</eqn></flow></variables></macro>
<macro name="PART"><parm>x</parm><parm default="0.5">share</parm><eqn>x * share</eqn></macro>
"""
# What x is at the first moments, a quarter of a month apart, by hand. A GOAL closes an eighth of
# its gap in each, and a CHAIN moves on a quarter of each of its two stocks.
UNFOLDED = {
    aux("GOAL(9, 2, 1)"): [1, 2, 2.875],
    aux("GOAL(9, 2, 1) + GOAL(9, 2, 5)"): [6, 7.5, 8.8125],
    aux("TWICE(9, 2)"): [1, 1, 1.125],
    aux("CHAIN(STEP(16, 0.25), 1)"): [0, 0, 0, 1],
    aux("PART(8) + 10 * PART(8, 0.25)"): [24, 24],
    array("x", "GOAL(9 * Region, 2, Region)", "Region"): [3, 6, 8.625],
    array("y", "PART(Region)", "Region") + aux("SUM(y[*] * PART(y[*], 2))"): [7, 7],
    '<stock name="x"><eqn>GOAL(9, 2, 7)</eqn></stock>': [7, 7],
    '<module name="shop"/>' + aux("shop.y * 2"): [2, 4, 5.75],
}


@pytest.mark.parametrize("variables", UNFOLDED)
@pytest.mark.filterwarnings("ignore:some names are others here")
def test_a_macro_has_its_own_stocks_wherever_it_is_called(tmp_path, variables):
    shop = models(("shop", aux("GOAL(9, 2, 1)", "y")))
    path = whole(tmp_path, variables, MACROS + DIMS)
    path.write_text(path.read_text().replace("</xmile>", f"{shop}</xmile>"))
    run = simulate(read_xmile(path))
    right = UNFOLDED[variables]
    name = "x" if "x" in run else "x_west"
    np.testing.assert_allclose(run[name][: len(right)], right, rtol=1e-12)


def test_a_macro_with_a_wrong_number_of_values_is_told(tmp_path):
    macro = "<macro name='HALF'><parm>n</parm><eqn>n / 2</eqn></macro>"
    said = refusal(whole(tmp_path, aux("HALF(1, 2)"), macro))
    assert said.startswith("the macro 'HALF' takes 1 values, not 2\n  line 10: ")


def test_an_input_that_another_model_fills_is_told_where_it_is_missing(tmp_path):
    module = '<module name="shop"><connect to="shop.price" from="prize"/></module>'
    path = whole(tmp_path, f"{module}\n{aux('3', 'price')}", models(("shop", aux("1", "price"))))
    assert refusal(path).startswith("nothing is called 'prize'\n  line 10: ")
    path.write_text(path.read_text().replace("shop.price", "shop.prise"))
    assert refusal(path).startswith("nothing is called 'shop.prise'\n  line 10: ")


def test_an_element_without_an_equation_is_left_out_until_somebody_needs_it(tmp_path):
    """Vensim writes arrays of which only some elements are defined: d[A1] = ..."""
    some = array("some", ["1", "2", "4"], "Region").replace(
        '<element subscript="South"><eqn>2</eqn></element>', ""
    )
    run = simulate(read_xmile(whole(tmp_path, some + aux("some[North] + some[West]"))))
    assert run["x"][0] == 5
    assert refusal(whole(tmp_path, some + aux("SUM(some)"))).startswith(
        "'some[South]' has no equation"
    )


def test_a_value_that_stella_hands_up_from_a_module_is_that_of_the_module(tmp_path):
    """Stella says each connection twice, and once without the side that a name is of."""
    connects = """<module name="Shop">
      <connect to=".sales" from="Shop.sales"/><connect2 to="sales" from="Shop.sales"/>
      <connect to="Shop.price" from=".price"/><connect2 to="Shop.price" from="price"/>
    </module>"""
    inputs = aux("Shop", "sales").replace("<aux ", '<aux access="input" ') + aux("3", "price")
    path = file_of(tmp_path, connects + inputs + aux("sales * 2"))
    shop = aux("Shop", "price").replace("<aux ", '<aux access="input" ') + aux("price * 7", "sales")
    inner = f'<model name="Shop"><variables>{shop}</variables></model>'
    path.write_text(path.read_text().replace("</xmile>", f"{inner}</xmile>"))
    assert simulate(read_xmile(path))["x"][0] == 42
