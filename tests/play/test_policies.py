"""Policies: what they may read and set, and that nothing in them does anything else."""

from __future__ import annotations

import pytest

import flywheel_edu as fw
from flywheel_edu import play

TOWN = play.game("two_pages")


def refused(text):
    with pytest.raises(fw.FlywheelError) as caught:
        TOWN.policy(text)
    return str(caught.value)


def test_what_is_not_seen_is_refused_by_name():
    said = refused("price [USD/order] = 20 [USD/order] if rival_cash < 0 else last_price")
    assert said.startswith(
        "'rival_cash' is not seen by a player\n"
        "  line 1: price [USD/order] = 20 [USD/order] if rival_cash < 0 else last_price\n"
        "                                                ^^^^^^^^^^\n"
        "  hint: a player of this game sees: cash, orders, share,"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("price [USD/order] = custmers", "nothing is called 'custmers'"),
        ("price [USD/order] = cash_them", "'cash_them' is not seen by a player"),
        ("price [USD/order] = price_us", "'price_us' is not seen by a player"),
        ("price [USD/order] = worth", "'worth' is not seen by a player"),
        ("price [USD/order] = demand * last_price", "'demand' is not seen by a player"),
        ("price [USD/order] = last_price * time", "'time' is not seen by a policy"),
        ("price [USD/order] = smooth(last_price, 1)", "'price' remembers, and a policy has no"),
        ("price [USD/order] = delay(rival_price, 2)", "'price' remembers, and a policy has no"),
        ("price [USD] = 20", "'price' is decided in [USD/order], not in [USD]"),
        ("given price [USD/order] = 20", "'price' is decided, not given"),
        ("cash [USD] = 1e9\nprice [USD/order] = 20", "'cash' is what you see, and is not yours"),
        ("rival_price [USD/order] = 60\nprice [USD/order] = 2", "'rival_price' is what you see"),
        ("turn [1] = 1\nprice [USD/order] = 20", "'turn' is what you see, and is not yours to set"),
        ("stock cash [USD] = 1e9", "this policy decides nothing"),
        ("stock mine [USD] = 1\nprice [USD/order] = 20", "'mine' is a stock, and a policy has no"),
        ("data mine [1] = 0: 1, 1: 2\nprice [USD/order] = 20", "'mine' is a data, and a policy"),
        (
            "data mine [1] from /etc/passwd\nprice [USD/order] = 20",
            "there is no folder to look for",
        ),
        ("time quarter from 0 to 9 step 1\nprice [USD/order] = 20", "a policy has no time line"),
        ("", "this policy decides nothing"),
        ("x [1] = 1", "this policy decides nothing"),
        ("price [USD/order] = __import__('os').getcwd()", ""),
        ("price [USD/order] = (lambda: 20)()", ""),
        ("price [USD/order] = last_price.real", ""),
        ("price [USD/order] = x\nx [USD/order] = price", ""),
        ("price [USD/order] = price", ""),
        ("price [USD/order] = 20; fee [1] = 0", ""),
        ("import os", ""),
        ("price [USD/order] = " + "(" * 3000, ""),
        ("price [USD/order] = 20" + " " * 5000, "this policy has 5,022 characters; 4,000 are"),
        (
            "\n".join(f"x{n} [1] = {n}" for n in range(61)) + "\nprice [USD/order] = 2",
            "this policy",
        ),
        ("price [USD/order] = 20 \u202e evil", "an invisible character"),
        ("for a in b, c:\n    price [USD/order] = 20", "this policy decides nothing"),
    ],
)
def test_a_policy_that_reaches_for_more_is_refused(text, said):
    assert refused(text).startswith(said)


def test_a_policy_does_not_take_the_name_of_one_of_the_game():
    with pytest.raises(fw.FlywheelError) as caught:
        TOWN.policy("price [USD/order] = 44", "Builder")
    assert str(caught.value) == "the game has a policy of its own called 'Builder'"
    assert TOWN.policy(TOWN.policy_texts["Builder"], "Builder").decides


def test_a_decision_beyond_its_range_is_cut_to_it():
    flight = play.fly(TOWN, "price [USD/order] = 1e300 [USD/order]\nfee [1] = -5", against="Asleep")
    assert set(flight.table()["price"]) == {44.0}
    assert set(flight.table()["fee"]) == {0.0}


def test_a_policy_sees_the_other_side_a_turn_late():
    flight = play.fly(
        TOWN, "price [USD/order] = rival_price + turn * 0.1 [USD/order]",
        against=TOWN.policy("price [USD/order] = 20 [USD/order] + turn * 1 [USD/order]"),
    )  # fmt: skip
    # The rival asks 21, 22, ...; before the second turn is over nobody has seen the first.
    assert flight.table()["price"].tolist()[:5] == pytest.approx([24.1, 24.2, 21.3, 22.4, 23.5])


def test_a_policy_that_cannot_decide_says_when_and_why():
    with pytest.raises(fw.FlywheelError) as caught:
        play.fly(TOWN, "price [USD/order] = last_price / (turn - 3)", against="Asleep")
    assert str(caught.value) == (
        "the policy cannot decide in turn 3: "
        "'price' cannot be computed: it divides by 'turn - 3', which is 0"
    )
