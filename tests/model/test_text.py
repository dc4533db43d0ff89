"""A model's text: what it holds, how it prints, and that nothing of it is lost."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from flywheel_edu import Model, ModelError
from flywheel_edu.units import Unit

SHOP = """\
# The corner shop
# A second line about it.
time month from 0 to 12 step 1/4 save 1 method rk4

# --- people
stock customers [customer] = 100  # people who came last month
    + joiners  # told by a friend
    - leavers

joiners [customer/month] = customers * word_of_mouth * crowding
leavers [customer/month] = customers / stay
crowding [1] = table(customers / room, 0: 1, 1: 0.5, 2: 0) in 0 .. 1

given word_of_mouth [1/month] = 0.06 in 0 .. 0.2  # illustrative
given stay [month] = 20
given room [customer] = 500

data counted [customer] = 0: 100, 6: 130.5, 12: 150  # by hand

loop "Talk" = customers -> joiners -> customers  # more talk

show customers at 0.5 0.9
show joiners
# That is all.
"""


def test_every_part_of_a_text_is_kept():
    shop = Model.parse(SHOP)
    assert shop.title == "The corner shop"
    assert shop.about == ("A second line about it.",)
    assert str(shop.clock) == "time month from 0 to 12 step 0.25 save 1 method rk4"
    customers = shop["customers"]
    assert (customers.kind, customers.doc) == ("stock", "people who came last month")
    assert customers.notes == ("--- people",)
    assert (customers.inflows, customers.outflows) == (("joiners",), ("leavers",))
    assert customers.ledger[0].doc == "told by a friend"
    assert shop["word_of_mouth"].range == (0.0, 0.2)
    assert shop["crowding"].limits == (0.0, 1.0)
    assert shop["counted"].kind == "data"
    assert shop.loops[0].quantities == ("customers", "joiners")
    assert [(s.name, s.x, s.y) for s in shop.view] == [
        ("customers", 0.5, 0.9),
        ("joiners", None, None),
    ]
    assert shop.ending == ("That is all.",)
    assert repr(shop) == "<Model 'The corner shop': 1 stock, 3 computed, 3 givens, 1 data series>"
    waits = shop.revise("felt [1/1] = smooth(init(time / 1 [month]), 2 [month])")
    assert "1 stock, 4 computed," in repr(waits)  # as written, whatever that unfolds into


def test_a_printed_model_reads_back_as_the_same_model():
    shop = Model.parse(SHOP)
    assert Model.parse(str(shop)) == shop
    assert str(Model.parse(str(shop))) == str(shop)
    assert hash(Model.parse(str(shop))) == hash(shop)
    assert shop != shop.change(stay=21)


def test_windows_line_ends_tabs_and_a_byte_order_mark_change_nothing():
    text = "\ufeff" + SHOP.replace("\n", "\r\n").replace("    + joiners", "\t+ joiners")
    assert Model.parse(text) == Model.parse(SHOP)


def test_a_stock_may_be_allowed_below_zero():
    model = Model.parse("time day from 0 to 1 step 1\nstock cash [USD] = 0 in -inf .. inf")
    assert model["cash"].limits == (-math.inf, math.inf)
    assert str(model["cash"]) == "stock cash [USD] = 0 in -inf .. inf"


def test_an_open_bracket_carries_an_equation_on_to_indented_lines():
    model = Model.parse(
        "time day from 0 to 1 step 1\n"
        "x [1] = table(time / one_day,\n"
        "              0: 1,   # at first\n"
        "              1: 2)   # then\n"
        "given one_day [day] = 1"
    )
    assert str(model["x"]) == "x [1] = table(time / one_day, 0: 1, 1: 2)"
    assert model["x"].doc == "at first then"
    with pytest.raises(ModelError) as caught:
        Model.parse("time day from 0 to 1 step 1\nx [1] = max(1,\n        bogus +\n        2)")
    assert str(caught.value) == (
        "nothing is called 'bogus'\n"
        "  line 3:         bogus +\n"
        "                  ^^^^^\n"
        "  hint: add a line: bogus [unit] = equation"
    )


def test_change_gives_a_new_model_and_leaves_the_old_one():
    shop = Model.parse(SHOP)
    other = shop.change(stay=10, word_of_mouth=0.1)
    assert other.given_values == {"word_of_mouth": 0.1, "stay": 10.0, "room": 500.0}
    assert shop.given_values["stay"] == 20.0
    assert other.structure is shop.structure  # so nothing is compiled twice
    assert Model.parse(str(other)) == other
    assert shop.change() is shop


@pytest.mark.parametrize("number", [12, np.float32(12), np.int64(12), np.array(12), Fraction(12)])
def test_a_given_takes_numbers_of_every_kind(number):
    assert Model.parse(SHOP).change(stay=number) == Model.parse(SHOP).change(stay=12.0)


def test_a_variable_that_holds_the_name_of_a_given_is_seen():
    lever = "stay"
    with pytest.raises(ModelError) as caught:
        Model.parse(SHOP).change(lever=0)
    assert str(caught.value) == (
        f"'lever' is not a given of this model\n  hint: lever holds '{lever}': "
        "write change(**{lever: 0})"
    )


def test_a_model_takes_no_number_in_place_and_says_what_gives_another():
    model, lever = Model.parse(SHOP), "stay"
    with pytest.raises(
        AttributeError, match=r"^a model does not change, and its 'stay' is not set"
    ):
        model[lever] = 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stya": 3}, "'stya' is not a given of this model\n  hint: did you mean 'stay'?"),
        (
            {"joiners": 3},
            "'joiners' is not a given of this model\n"
            "  hint: its givens are: word_of_mouth, stay, room",
        ),
        (
            {"word_of_mouth": 0.3},
            "'word_of_mouth' = 0.3 is outside its range 0 .. 0.2\n"
            "  hint: choose a value from 0 to 0.2, in [1/month]",
        ),
        ({"stay": math.nan}, "'stay' takes a finite number in [month], not nan"),
        ({"stay": "long"}, "'stay' takes one number in [month], not 'long'"),
        ({"stay": None}, "'stay' takes one number in [month], not 'None'"),
        ({"stay": "12"}, "'stay' takes one number in [month], not '12'"),
        ({"stay": True}, "'stay' takes one number in [month], not 'True'"),
        ({"stay": np.False_}, "'stay' takes one number in [month], not 'False'"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(changes, message):
    with pytest.raises(ModelError) as caught:
        Model.parse(SHOP).change(**changes)
    assert str(caught.value) == message


@pytest.mark.parametrize("nameless", [4000, {"stay": 3}])
def test_a_change_without_a_name_is_told_how_one_is_written(nameless):
    with pytest.raises(ModelError) as caught:
        Model.parse(SHOP).change(nameless)
    assert str(caught.value) == (
        "change wants each value with the name of its given\n"
        "  hint: write change(name=...), or change(**{name: ...}) if a variable holds it"
    )


def test_revise_replaces_what_it_defines_and_keeps_the_rest():
    shop = Model.parse(SHOP)
    revised = shop.revise(
        "leavers [customer/month] = customers * leave_rate\n"
        "given leave_rate [1/month] = 0.04\n"
        'loop "Leak" = customers -> leavers -> customers'
    )
    assert str(revised["leavers"]) == "leavers [customer/month] = customers * leave_rate"
    assert list(revised.written)[:3] == list(shop.written)[:3]
    assert [loop.name for loop in revised.loops] == ["Talk", "Leak"]
    assert (revised.title, revised.clock, revised.view) == (shop.title, shop.clock, shop.view)
    assert "leave_rate" not in shop
    assert Model.parse(str(revised)) == revised
    assert shop.revise("time month from 0 to 6 step 1").clock.stop == 6


def test_a_quantity_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(ModelError) as caught:
        Model.parse(SHOP)["custmers"]
    assert str(caught.value) == (
        "this model has no quantity 'custmers'\n  hint: did you mean 'customers'?"
    )
    assert Model.parse(SHOP).get("custmers") is None
    assert "customers" in Model.parse(SHOP)


@pytest.mark.parametrize(
    ("text", "printed", "powers"),
    [
        ("1", "1", {}),
        ("USD / order / month", "USD/order/month", {"USD": 1, "order": -1, "month": -1}),
        ("m^2*kg", "m^2*kg", {"m": 2, "kg": 1}),
        ("1/month", "1/month", {"month": -1}),
        ("month/month", "month/month", {}),
        ("$ / order", "$/order", {"$": 1, "order": -1}),
    ],
)
def test_units_read_and_print(text, printed, powers):
    unit = Unit.parse(text)
    assert str(unit) == printed
    assert {word: int(power) for word, power in unit.powers} == powers
    assert Unit.parse(str(unit)) == unit


@pytest.mark.parametrize(
    "text", ["", "/", "USD/", "2 USD", "USD per order", "a^b", "a/(b)", "a^1/0"]
)
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(ValueError, match="is not a unit"):
        Unit.parse(text)


def test_an_unchecked_unit_goes_with_everything():
    model = Model.parse(
        "time month from 0 to 1 step 1\ngiven a [?] = 1\ngiven b [USD] = 2\nc [order] = a + b * a"
    )
    assert str(model["a"].unit) == "?"
    assert Model.parse(str(model)) == model


def test_a_series_is_read_from_the_models_own_folder_and_travels_in_the_text(tmp_path):
    (tmp_path / "sales.csv").write_text("year,sales,other\n2001,3,x\n2002,\n2003,5\n", "utf-8")
    text = "time year from 2001 to 2003 step 1\ndata sales [USD] from sales.csv"
    model = Model.parse(text, folder=tmp_path)
    assert str(model["sales"]) == "data sales [USD] = 2001: 3, 2003: 5"
    assert Model.parse(str(model)) == model


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../sales.csv", "the file '../sales.csv' lies outside the model's folder"),
        ("/etc/passwd", "the file '/etc/passwd' lies outside the model's folder"),
        ("C:/sales.csv", "the file 'C:/sales.csv' lies outside the model's folder"),
        ("none.csv", "the file 'none.csv' cannot be read"),
        ("words.csv", "row 2 of 'words.csv' says 'soon', which is no number"),
        ("comma.csv", "row 3 of 'comma.csv' says '1,220', which is no number"),
        ("endless.csv", "row 2 of 'endless.csv' says '1e400', which is no number"),
        ("short.csv", "the file 'short.csv' has 1 point; a series has 2 to 10,000"),
        ("other.csv", "the file 'other.csv' has no two columns with a heading"),
        ("falls.csv", "row 3 of 'falls.csv' does not rise in time"),
        ("wide.csv", "the file 'wide.csv' has no column 'sales'"),
        ("bytes.csv", "the file 'bytes.csv' is not a CSV table in UTF-8"),
        ("link.csv", "the file 'link.csv' lies outside the model's folder"),
    ],
)
def test_a_series_from_a_file_that_will_not_do_is_refused(tmp_path, name, message):
    folder = tmp_path / "models"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("year,sales\n2001,1\n2002,2\n", "utf-8")
    (folder / "words.csv").write_text("year,sales\nsoon,much\n", "utf-8")
    (folder / "comma.csv").write_text('year,sales\n2001,1\n2002,"1,220"\n', "utf-8")
    (folder / "endless.csv").write_text("year,sales\n2001,1e400\n2002,1\n", "utf-8")
    (folder / "short.csv").write_text("2001,1\n2002,2\n", "utf-8")
    (folder / "other.csv").write_text("year;sales\n2001;1\n2002;2\n", "utf-8")
    (folder / "falls.csv").write_text("year,sales\n2002,1\n2001,2\n", "utf-8")
    (folder / "wide.csv").write_text("year,a,b\n2002,1,1\n2003,2,1\n", "utf-8")
    (folder / "bytes.csv").write_bytes(b"year,sales\n2002,\xff\n2003,\xfe\n")
    try:
        (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    except OSError:  # Windows without the right to link
        if name == "link.csv":
            return
    with pytest.raises(ModelError) as caught:
        Model.parse(
            f"time year from 2001 to 2003 step 1\ndata sales [USD] from {name}", folder=folder
        )
    assert caught.value.message == message
    assert caught.value.place is not None
    assert caught.value.place.line == 2
