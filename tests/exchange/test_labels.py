"""Any text is a name in XMILE; here it becomes plain words, and the author's own is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu import FlywheelError, Model, simulate
from flywheel_edu.errors import FlywheelNotice
from flywheel_edu.model.lines import RESERVED
from flywheel_exchange import read_xmile, xmile_text
from flywheel_exchange.comments import as_comment
from flywheel_exchange.labels import (
    is_guessed,
    label_in,
    name_of,
    plain_label,
    same_name,
    with_label,
)
from flywheel_exchange.unit_text import UnitReader
from flywheel_exchange.variables import split
from tests.exchange.files import MODELS, aux, file_of, model_of, refusal

NAMES = {
    "Teacup Temperature": "teacup_temperature",
    "StockA": "stocka",
    r"Stock with \n Newline": "stock_with_newline",
    "Hyphenated-Stockname": "hyphenated_stockname",
    "Aux with $peC!@| characters": "aux_with_pec_characters",
    "effect__of  it": "effect_of_it",
    "2nd order": "n_2nd_order",
    "given": "given_value",
    "Time": "time_value",
    "Größe": "grosse",
    "crème brûlée": "creme_brulee",
    "β": "beta",
    "人口": "u4eba_u53e3",
    "Flow w/ STEP(call!)": "flow_w_step_call",
    "Ｗｉｄｅ": "wide",
    "???": "unnamed",
}


@pytest.mark.parametrize("label", NAMES)
def test_a_name_becomes_plain_words(label):
    assert name_of(label) == NAMES[label]


def test_names_comments_and_units_are_read_as_people_mean_them():
    assert plain_label(r'"Sales\nForce"') == "Sales Force"
    assert same_name("Teacup  Temperature") == same_name(r'"teacup\nTEMPERATURE"')
    assert is_guessed("Goods[North, hats]", "goods_north_hats")
    assert not is_guessed("Stock", "stock_value")
    assert split('Market."no. 1"') == ("Market", '"no. 1"')
    assert split("price") == ("price", "")
    assert as_comment("  People who\n ordered ") == ((), "People who ordered")
    assert str(UnitReader().read("$/Person-Month")) == "$/person/month"
    assert UnitReader().read("litres (about)") is None


@given(st.text(max_size=80))
def test_whatever_the_name_it_becomes_one_of_ours(label):
    name = name_of(label)
    assert name.isascii()
    assert name.isidentifier()
    assert name == name.lower()
    assert name not in RESERVED
    assert name_of(plain_label(label)) == name or not plain_label(label)


@given(st.text(max_size=80), st.text(max_size=80))
def test_names_that_xmile_takes_for_one_are_one_here(one, other):
    if same_name(one) == same_name(other):
        assert name_of(one) == name_of(other)


def test_the_authors_name_is_kept_in_the_comment_and_goes_back_into_the_file(tmp_path):
    model = model_of(tmp_path, aux("1", "Cash (in &amp; out)") + aux("2", "net worth"))
    assert str(model).splitlines()[3:] == [
        "given cash_in_out [?] = 1  # Cash (in & out)",
        "given net_worth [?] = 2",
    ]
    text = xmile_text(model)
    assert 'name="Cash (in &amp; out)"' in text
    assert 'name="net_worth"' in text


def test_a_name_in_quotes_is_found_however_it_is_written(tmp_path):
    quantities = aux("1", "Cash (in)") + aux('"cash_(IN)" + "Cash\\n(in)" + 1')
    assert str(model_of(tmp_path, quantities)["x"]) == "x [?] = cash_in + cash_in + 1"


def test_long_names_are_cut_and_stay_apart(tmp_path):
    long = "a very long name that goes on " * 8
    quantities = aux("1", long + "one") + aux("2", long + "two") + aux(f'"{long}one" * 3')
    with pytest.warns(FlywheelNotice):
        model = model_of(tmp_path, quantities)
    first, second, _ = model
    assert max(len(first), len(second)) <= 60
    assert first != second
    assert str(model["x"]) == f"x [?] = {first} * 3"
    (tmp_path / "again.xmile").write_text(xmile_text(model))
    assert read_xmile(tmp_path / "again.xmile") == model


def test_two_names_that_differ_in_capitals_only_are_refused(tmp_path):
    path = file_of(tmp_path, f"{aux('1', 'Cash Box')}\n{aux('2', 'cash_box')}")
    assert (
        refusal(path)
        == """\
two quantities are called 'cash_box'
  line 11: <aux name="cash_box"><eqn>2</eqn></aux>
           ^^^^^^^^^^^^^^^^^^^^^
  hint: the first is on line 10; capitals and spaces do not tell them apart"""
    )


def test_two_names_that_become_one_here_are_told_apart_by_a_number(tmp_path):
    path = file_of(tmp_path, aux("1", "a+b") + aux("2", "a-b") + aux('"a+b" + 3 * "a-b"'))
    said = "some names are others here: 'a-b' is a_b_2; the old names answer, too"
    with pytest.warns(FlywheelNotice, match=f"^{said}$"):
        model = read_xmile(path)
    assert str(model["x"]) == "x [?] = a_b + 3 * a_b_2"
    assert (model["a-b"].name, model["A+B"].name) == ("a_b_2", "a_b")


def test_a_name_as_it_was_there_answers_where_it_is_another_here(tmp_path):
    path = file_of(tmp_path, aux("1", "Data") + aux("Data + 1", "Größe der Welt"))
    with pytest.warns(FlywheelNotice) as told:
        model = read_xmile(path)
    assert [str(notice.message) for notice in told] == [
        "some names are others here: 'Data' is data_value, 'Größe der Welt' is grosse_der_welt; "
        "the old names answer, too"
    ]
    assert simulate(model)["größe_der welt"][-1] == 2
    assert simulate(model.change(data_value=4))["Größe der Welt"][-1] == 5
    assert model.revise("data_value [?] = 2")["DATA"].equation.value == 2
    with pytest.raises(FlywheelError, match="has no quantity 'Welt'"):
        simulate(model)["Welt"]


def test_a_quantity_without_a_name_is_refused(tmp_path):
    assert refusal(file_of(tmp_path, "<aux><eqn>1</eqn></aux>")).startswith(
        "this <aux> has no name\n"
    )


def test_names_of_every_kind_come_back_from_a_file():
    with pytest.warns(FlywheelNotice):
        model = read_xmile(MODELS / "names.xmile")
    assert Model.parse(str(model)) == model
    assert list(model) == [
        "the_till",
        "money_in",
        "money_out",
        "sales_per_day",
        "a_b_ratio",
        "pi_value",
        "n_1st_price",
        "data_value",
        "alpha",
    ]
    assert model["the_till"].inflows == ("money_in",)
    assert str(model["money_in"]) == "money_in [?] = sales_per_day * n_1st_price * a_b_ratio"


@given(st.text(max_size=60).map(plain_label), st.text(max_size=40))
def test_a_label_put_into_a_comment_is_found_again(label, doc):
    doc = " ".join("".join(c if c.isprintable() else " " for c in doc).split())
    name = name_of(label)
    found = label_in(with_label(label, name, doc), name)
    if label and '"' not in label and ": " not in label and label_in(doc, name)[0] == name:
        expected = (name, doc) if label in (name, name.replace("_", " ")) else (label, doc)
        assert found == expected


@pytest.mark.parametrize("word", ["dt", "log", "counter", "uniform", "sum", "smth1", "then", "inf"])
def test_a_name_of_ours_that_is_a_word_of_xmile_is_written_otherwise(tmp_path, word):
    ours = Model.parse(f"time month from 0 to 1 step 1\ngiven {word} [1] = 2\nx [1] = {word} * 3")
    text = xmile_text(ours)
    assert f'name="{word}"' not in text.replace("flywheel:name", "")
    (tmp_path / "ours.xmile").write_text(text)
    assert read_xmile(tmp_path / "ours.xmile") == ours
