"""What `revise` takes away is said, and a model is saved without loss."""

from __future__ import annotations

import warnings

import pytest

import flywheel_edu as fw
from flywheel_edu.errors import FlywheelNotice, NoFile

SHOP = """\
time month from 0 to 12 step 1
stock customers [customer] = 100
    + joiners
    - leavers
joiners [customer/month] = customers * talk * room
leavers [customer/month] = customers * leave_rate
room [1] = 1 - customers / town
given talk [1/month] = 0.1
given leave_rate [1/month] = 0.05
given town [customer] = 1000
loop "Talk" = customers -> joiners -> customers
"""


@pytest.fixture
def shop():
    return fw.Model.parse(SHOP)


def told(model, text):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.revise(text)
    assert {(each.category, each.filename) for each in said} <= {(FlywheelNotice, __file__)}
    return [str(each.message) for each in said]


def test_a_flow_that_a_stock_loses_is_said(shop):
    assert told(shop, "stock customers [customer] = 50\n    + joiners") == [
        "'customers' no longer has the flow leavers: a stock's flows are written anew below its "
        "line"
    ]


def test_a_stock_that_keeps_its_flows_is_revised_in_silence(shop):
    assert told(shop, "stock customers [customer] = 50\n    + joiners\n    - leavers") == []


def test_a_name_that_slides_to_a_longer_loop_is_said(shop):
    # Without its own arrow customers -> joiners, the name is left with the loop through room.
    assert told(shop, "joiners [customer/month] = town * talk * room") == [
        'the loop "Talk" now goes another way: customers -> room -> joiners -> customers; if it '
        "is another loop, write its line anew"
    ]


def test_a_loop_stays_itself_when_a_quantity_is_put_into_it_or_its_line_is_written_anew(shop):
    assert told(shop, "joiners [customer/month] = met * talk\nmet [customer] = customers") == []
    anew = 'loop "Talk" = customers -> room -> joiners -> customers'
    assert told(shop, f"joiners [customer/month] = town * talk * room\n{anew}") == []


@pytest.mark.parametrize("name", fw.library())
def test_a_saved_model_is_read_again_as_it_was(name, tmp_path):
    model = fw.load(name)
    assert fw.read(model.save(tmp_path / "it.flywheel")) == model


def test_what_a_saved_model_writes_over_is_kept_and_said(shop, tmp_path):
    path = tmp_path / "shop.flywheel"
    path.write_text("mine")
    with pytest.warns(FlywheelNotice) as said:
        assert shop.save(path) == path
    assert [str(each.message) for each in said] == [
        "what stood in 'shop.flywheel' before is now in 'shop.before-1.flywheel'"
    ]
    assert said[0].filename == __file__
    assert (tmp_path / "shop.before-1.flywheel").read_text() == "mine"
    shop.save(path)  # the same again: nothing to keep, nothing to say
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "shop.before-1.flywheel",
        "shop.flywheel",
    ]


def test_a_model_is_saved_as_text_into_a_folder_that_is_there(shop, tmp_path):
    with pytest.raises(fw.ModelError) as caught:
        shop.save(tmp_path / "shop.xmile")
    assert str(caught.value) == (
        "a model is saved as text, shop.flywheel, not as 'shop.xmile'\n"
        "  hint: for other programs: flywheel_exchange.write_xmile(model, 'model.xmile')"
    )
    with pytest.raises(NoFile) as missing:
        shop.save(tmp_path / "none" / "shop.flywheel")
    assert str(missing.value) == (
        f"there is no folder '{tmp_path / 'none'}'\n"
        f"  hint: make it first: Path('{tmp_path / 'none'}').mkdir(parents=True)"
    )
