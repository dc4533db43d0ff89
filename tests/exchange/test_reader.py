"""The rest of a file: its time line, units, comments, drawing, and what we do not have."""

from __future__ import annotations

import warnings

import pytest

from flywheel_edu import Model, simulate
from flywheel_edu.errors import FlywheelNotice
from flywheel_edu.model import Shown
from flywheel_edu.units import Unit
from flywheel_exchange import read_xmile, xmile_text
from tests.exchange.files import MODELS, aux, file_of, model_of, refusal

SPECS = "<start>0</start>\n    <stop>10</stop>\n    <dt>0.25</dt>"


def with_specs(tmp_path, specs: str = 'method="Euler" time_units="Months"', inside: str = SPECS):
    path = file_of(tmp_path, aux("1"), specs=specs)
    path.write_text(path.read_text().replace(SPECS, inside))
    return path


CLOCKS = {
    ("", SPECS): "time period from 0 to 10 step 0.25",
    ('time_units="Years"', SPECS): "time year from 0 to 10 step 0.25",
    ('time_units="Lunar Days"', SPECS): "time Lunar_Days from 0 to 10 step 0.25",
    ('time_units="3 days"', SPECS): "time ? from 0 to 10 step 0.25",
    ('method="RK4" time_units="mo"', SPECS): "time month from 0 to 10 step 0.25 method rk4",
    ('method="rk4, euler"', SPECS): "time period from 0 to 10 step 0.25 method rk4",
    ('isee:save_interval="0.5"', SPECS): "time period from 0 to 10 step 0.25 save 0.5",
    ("", SPECS + "<save_step>1</save_step>"): "time period from 0 to 10 step 0.25 save 1",
    ("", SPECS.replace("<dt>0.25", '<dt reciprocal="true">8')): (
        "time period from 0 to 10 step 0.125"
    ),
    # As files from before the standard say it.
    ("", SPECS + "<method>RK4</method><time_units>Weeks</time_units>"): (
        "time week from 0 to 10 step 0.25 method rk4"
    ),
    ("", "<start> -1.5 </start><stop>2.05e1</stop>"): "time period from -1.5 to 20.5 step 1",
}


@pytest.mark.parametrize(("specs", "inside"), CLOCKS)
def test_the_time_line_is_that_of_the_file(tmp_path, specs, inside):
    model = read_xmile(with_specs(tmp_path, specs or " ", inside))
    assert str(model.clock) == CLOCKS[specs, inside]


def test_numbers_that_stand_for_data_which_was_not_read_are_told(tmp_path):
    asks = aux("0{GET_DIRECT_CONSTANTS('data.csv',_',',_'B2')}")
    asks += aux("INIT(0{GET_XLS_DATA(_'a.xls')})", "y") + aux("0 {forget it}", "z")
    with pytest.warns(FlywheelNotice) as told:
        read_xmile(file_of(tmp_path, asks))
    assert [str(notice.message) for notice in told] == [
        f"{what} asks for data, which was not read; the number beside it stands"
        for what in ("GET_DIRECT_CONSTANTS", "GET_XLS_DATA")
    ]


WRONG_CLOCKS = {
    ('method="Cycle-Time"', SPECS): "there is no method 'cycle-time' here",
    ("", "<start>0</start>"): "<sim_specs> does not say its <stop>",
    ("", SPECS.replace("10", "-1")): "the time line ends at -1, not after its start at 0",
    ("", SPECS.replace("0.25", "soon")): "'soon' is not a number",
    ("", SPECS.replace("<dt>0.25", '<dt reciprocal="true">0')): "the step is 1 divided by 0",
}


@pytest.mark.parametrize(("specs", "inside"), WRONG_CLOCKS)
def test_a_time_line_we_cannot_follow_is_refused(tmp_path, specs, inside):
    said = refusal(with_specs(tmp_path, specs or " ", inside)).split("\n")
    assert said[0] == WRONG_CLOCKS[specs, inside]
    assert said[1].startswith("  line ")


TOLD_CLOCKS = {
    ('method="RK45"', SPECS): (
        "time period from 0 to 10 step 0.25 method rk4",
        "the method is rk4 here, in place of rk45",
    ),
    ("", SPECS.replace("0.25", "0.3")): (
        "time period from 0 to 9.9 step 0.3",
        "the run ends at 9.9, after whole steps of 0.3",
    ),
    ('isee:save_interval="0.3"', SPECS): (
        "time period from 0 to 10 step 0.25",
        "every step is kept, since 0.3 is not a whole number of steps",
    ),
    ("", SPECS.replace("<dt>0.25", "<dt> TIME_STEP=0.5")): (
        "time period from 0 to 10 step 0.5",
        "",
    ),
}


@pytest.mark.parametrize(("specs", "inside"), TOLD_CLOCKS)
def test_a_time_line_that_is_nearly_ours_is_taken_and_told(tmp_path, specs, inside):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model = read_xmile(with_specs(tmp_path, specs or " ", inside))
    clock, notice = TOLD_CLOCKS[specs, inside]
    assert (str(model.clock), "".join(str(n.message) for n in told)) == (clock, notice)


def test_a_file_without_a_time_line_is_refused(tmp_path):
    path = with_specs(tmp_path)
    text = path.read_text()
    start, end = text.index("  <sim_specs"), text.index("  <model>")
    path.write_text(text[:start] + text[end:])
    assert refusal(path).startswith("this file does not say over which time it runs\n")


# -- what our models do not have

BEYOND = {
    '<module name="shop"/>': "the file holds no model for the module 'shop'",
    '<module name="shop" resource="r:/etc/shop.xmile"/>': (
        "the module 'shop' is in the file 'r:/etc/shop.xmile', which does not lie beside this one"
    ),
    '<stock name="s"><queue/><eqn>1</eqn></stock>': "'s' is a queue, and our models have no queues",
    '<stock name="s"><oven/><eqn>1</eqn></stock>': "'s' is an oven, and our models have no ovens",
    '<flow name="f"><leak/><eqn>1</eqn></flow>': "'f' leaks from no conveyor",
    '<flow name="f"><overflow/></flow>': (
        "'f' is the overflow of a queue, and our models have no queues"
    ),
    '<aux name="a"><dimensions><dim name="Regions"/></dimensions><eqn>1</eqn></aux>': (
        "there is no dimension 'Regions'"
    ),
    '<aux name="a"><element subscript="1"><eqn>1</eqn></element></aux>': (
        "there is no element '1'"
    ),
    '<aux name="a"><eqn>1</eqn><eqn>2</eqn></aux>': ("'a' has several equations"),
    '<aux name="a"/>': "'a' has no equation",
    '<lever name="a"/>': "a model of ours has nothing like <lever>",
    '<stock name="s"><eqn>1</eqn><inflow>nobody</inflow></stock>': "nothing is called 'nobody'",
    '<stock name="s"><eqn>1</eqn><inflow>s</inflow></stock>': (
        "'s' is a stock and cannot flow into 's'"
    ),
}


def test_a_flow_into_and_out_of_one_stock_changes_nothing_in_it(tmp_path):
    """Listed twice as an inflow, it fills it twice as fast."""
    flow = "<flow name='f'><eqn>3</eqn></flow>"
    for also, held in (("<outflow>f</outflow>", 1), ("<inflow>f</inflow>", 1 + 10 * 6)):
        stock = f"<stock name='s'><eqn>1</eqn><inflow>f</inflow>{also}</stock>"
        assert simulate(model_of(tmp_path, stock + flow))["s"][-1] == held


@pytest.mark.parametrize("variables", BEYOND, ids=BEYOND.values())
def test_what_our_models_do_not_have_is_refused_by_name_and_line(tmp_path, variables):
    said = refusal(file_of(tmp_path, f"\n\n{variables}")).split("\n")
    assert said[0] == BEYOND[variables]
    assert said[1].startswith("  line 12: ")


OUTSIDE = {
    "<dimensions><dim name='Regions' size='1000000'/></dimensions>": (
        "the dimension 'Regions' has 1,000,000 elements; 4,000 are allowed"
    ),
    "<dimensions><dim name='Regions'/></dimensions>": "the dimension 'Regions' has no elements",
}


@pytest.mark.parametrize("element", OUTSIDE, ids=OUTSIDE.values())
def test_what_is_wrong_beside_the_model_is_told_too(tmp_path, element):
    path = file_of(tmp_path, aux("1"))
    path.write_text(path.read_text().replace("</xmile>", f"{element}\n</xmile>"))
    said = refusal(path).split("\n")
    assert said[0] == OUTSIDE[element]
    assert said[1].startswith("  line 12: ")


def test_empty_dimensions_and_groups_say_nothing(tmp_path):
    path = file_of(
        tmp_path, aux("1", inside="<dimensions/>") + '<group name="g"><var>x</var></group>'
    )
    path.write_text(path.read_text().replace("</xmile>", "<dimensions></dimensions></xmile>"))
    assert list(read_xmile(path)) == ["x"]


# -- units

UNITS = {
    "person/month": "person/month",
    "People/Months": "person/month",
    "$/Person-Month": "$/person/month",
    "widgets*days / (year)": None,
    "m^2": "m^2",
    "Dmnl": "1",
    "Unitless": "1",
    "1/month": "1/month",
    "per Month": "1/month",
    "people per month": "person/month",
    "per person per_month": "1/person/month",
    "carbon dioxide": "carbon_dioxide",
    "CO2": None,
    "10 percent": None,
}


@pytest.mark.parametrize("said", UNITS)
def test_a_unit_is_kept_where_our_language_can_say_it(tmp_path, said):
    model = model_of(tmp_path, aux("1", inside=f"<units>{said}</units>"))
    if UNITS[said] is None:
        assert str(model["x"].unit) == "?"
        assert model["x"].doc == f"(unit: {said})"
    else:
        assert model["x"].unit == Unit.parse(UNITS[said])
    (tmp_path / "again.xmile").write_text(xmile_text(model))
    assert read_xmile(tmp_path / "again.xmile") == model
    assert f"<units>{UNITS[said] or said}</units>" in xmile_text(model)


def test_a_unit_that_does_not_agree_is_left_unchecked_and_kept_in_the_comment(tmp_path):
    units = "<units>{}</units>".format
    quantities = (
        f"<stock name='box'><eqn>1</eqn><inflow>into</inflow>{units('thing')}</stock>"
        + aux("box / patience", "into", units("thing/day"))
        + aux("3", "patience", units("month"))
        + aux("box * 2 + 5", "more", units("thing"))
        + aux("more", "same", units("thing"))
        + aux("IF TIME > 5 THEN box ELSE 0 * box", "late", units("thing"))
    )
    model = model_of(tmp_path, quantities)
    assert {name: str(model[name].unit) for name in model} == {
        "box": "thing",
        "into": "?",
        "patience": "month",
        "more": "?",
        "same": "thing",
        "late": "?",
    }
    assert model["into"].doc == "(unit: thing/day)"


def test_units_that_the_file_declares_to_be_one_are_one(tmp_path):
    quantities = aux("1", "a", "<units>Cats</units>") + aux("a", "b", "<units>cat</units>")
    path = file_of(tmp_path, quantities)
    alike = '<model_units><unit name="cat"><alias>cats</alias></unit></model_units>'
    path.write_text(path.read_text().replace("</header>", f"</header>{alike}"))
    assert [str(q.unit) for q in read_xmile(path).values()] == ["cat", "cat"]


# -- comments, sliders, drawings


def test_comments_become_comments(tmp_path):
    long = "People who ordered in the last year, wherever they live and whatever it was. " * 2
    quantities = aux("1", "a", "<doc>\t Two\n\t  lines </doc>") + aux(
        "2", "b", f"<doc>{long}</doc>"
    )
    model = model_of(tmp_path, quantities)
    assert model["a"].doc == "Two lines"
    assert " ".join(model["b"].notes) == long.strip()
    assert max(map(len, model["b"].notes)) <= 96


def test_a_number_with_a_range_is_a_slider(tmp_path):
    inside = '<range min="0" max="2"/>'
    quantities = aux("1", "a", inside) + aux("3", "b", inside) + aux("a", "c", inside)
    model = model_of(tmp_path, quantities)
    assert [model[name].range for name in "abc"] == [(0, 2), None, None]
    assert [model[name].kind for name in "abc"] == ["given", "given", "computed"]


def test_a_drawing_keeps_its_places(tmp_path):
    drawn = """<views><view type="interface"/><view>
      <stock name="Cash_Box" x="100" y="50"/><aux name="a" x="300" y="250"/>
      <aux name="TIME_STEP" x="0" y="0"/><aux name="nobody" x="9" y="9"/>
      <flow name="f" x="200" y="50"><pts><pt x="1" y="2"/></pts></flow>
      <connector uid="1"><from>a</from><to>f</to></connector></view></views>"""
    quantities = (
        "<stock name='Cash Box'><eqn>1</eqn><inflow>f</inflow></stock>"
        + aux("1", "a")
        + aux("0.25", "TIME STEP")
        + "<flow name='f'><eqn>a</eqn></flow>"
    )
    model = model_of(tmp_path, quantities, more=drawn)
    assert model.view == (
        Shown("cash_box", 0.05, 0.95),
        Shown("a", 0.95, 0.05),
        Shown("f", 0.5, 0.95),
    )


def test_a_file_of_stella_from_before_the_standard_is_read():
    model = read_xmile(MODELS / "before_the_standard.stmx")
    assert (
        str(model).split("\n\nshow")[0]
        == """\
# Rabbits
time month from 0 to 12 step 0.5

stock rabbits [rabbit] = 10 in -inf .. inf
    + births
    - deaths

births [rabbit/month] = rabbits * birth_rate  # every doe counts
deaths [?] = rabbits / 9  # (unit: rabbit/month)

given birth_rate [1/month] = 0.2"""
    )
    assert [shown.name for shown in model.view] == ["rabbits", "births", "deaths", "birth_rate"]
    assert Model.parse(str(model)) == model


def test_a_model_with_every_kind_of_thing_gives_its_numbers():
    """A shop, worked out by hand beside the file."""
    model = read_xmile(MODELS / "shop.xmile")
    assert Model.parse(str(model)) == model
    run = simulate(model)
    guests, held, price = 100.0, 100.0, 8.0
    for i, t in enumerate(run.time):
        price = 8.0 if t < 6 else 6.0
        drawn = 20 * (1.5 if price < 7 else 1)
        leaving = guests / 10
        assert run["guests"][i] == pytest.approx(guests, rel=1e-12)
        assert run["noticed_guests"][i] == pytest.approx(held, rel=1e-12)
        assert run["price"][i] == price
        held += 0.5 * (guests - held) / 4
        guests += 0.5 * (drawn - leaving)
