"""A model brings its own expectations: read from beside it, and held against it."""

from __future__ import annotations

import re

import pytest

from flywheel_edu.cli import main
from flywheel_edu.errors import ModelError
from flywheel_edu.flywheels import behaviour, expected_of
from flywheel_edu.model import Model

SHOP = """\
# A shop that grows by word of mouth until its town is served.
time month from 0 to 48 step 0.0625
stock customers [customer] = 100
    + joiners
joiners [customer/month] = customers * word_of_mouth * unserved
unserved [1] = max(1 - customers / town, 0)
given word_of_mouth [1/month] = 0.2 in 0 .. 0.5  # illustrative
given town [customer] = 10000 in 1000 .. 50000  # illustrative
loop "Word of mouth" = customers -> joiners -> customers
"""
EXPECTED = """\
[loops]
"Word of mouth" = "fewer customers"
[rest]
[[extreme]]
says = "nobody to begin with: nobody ever"
set = { customers = 0 }
ends = { customers = [0, 0] }
"""


@pytest.fixture
def shop(tmp_path):
    """A place for the model and a way to say what is expected of it."""

    def expecting(text=None, model=SHOP):
        file = tmp_path / "shop.flywheel"
        file.write_text(model, "utf-8")
        if text is not None:
            (tmp_path / "shop.expected").write_text(text, "utf-8")
        return file

    return expecting


def test_a_file_of_ones_own_is_held_against_what_stands_beside_it(shop, capsys):
    assert main(["validate", str(shop(EXPECTED))]) == 0
    out = capsys.readouterr().out
    assert "holds  without the loop Word of mouth, customers would be smaller" in out
    assert "holds  nobody to begin with: nobody ever" in out
    assert "customers ends at 0, otherwise at" in out
    assert "holds  opened where it comes to rest, it stays there" in out
    assert out.endswith("All 6 hold.\n")


def test_a_wrong_expectation_fails(shop, capsys):
    assert main(["validate", str(shop(EXPECTED.replace("fewer", "more")))]) == 1
    out = capsys.readouterr().out
    assert "FAILS  without the loop Word of mouth, customers would be larger" in out
    assert out.endswith("1 of 6 fail.\n")


def test_a_file_without_expectations_is_checked_as_any_model_and_told_so(shop, capsys):
    assert main(["validate", str(shop())]) == 0
    out = capsys.readouterr().out
    assert (
        "What is expected of it is written down nowhere. shop.expected, beside it, would say it as "
        "bass.expected does in the library.\n"
    ) in out
    assert out.endswith("All 3 hold.\n")


def test_several_models_are_validated_one_after_the_other(shop, capsys):
    assert main(["validate", "doom_loop", str(shop(EXPECTED))]) == 0
    out = capsys.readouterr().out
    assert out.startswith("doom_loop\n")
    assert "shop.flywheel\n" in out


def test_a_run_that_breaks_down_is_a_failed_check(shop, capsys):
    drained = SHOP.replace("    + joiners", "    + joiners\n    - leavers") + (
        "leavers [customer/month] = leaving\ngiven leaving [customer/month] = 0 in 0 .. 100\n"
    )
    asked = EXPECTED.replace("customers = 0 }", "leaving = 1000 }")
    assert main(["validate", str(shop(asked, drained))]) == 1
    out, err = capsys.readouterr()
    assert "FAILS  nobody to begin with: nobody ever" in out
    assert re.search(
        r"FAILS  nobody to begin with: nobody ever +'joiners' grows beyond all bounds at month", out
    )
    assert out.endswith("1 of 6 fail.\n")
    assert err == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[loops]\nGrowth = "less customers"',
            "no loop of the model is called 'Growth'\n  hint: there are Word of mouth",
        ),
        (
            '[loops]\n"Word of mouth" = "less custmers"',
            "no quantity of the model is called 'custmers'\n  hint: did you mean 'customers'?",
        ),
        (
            '[loops]\n"Word of mouth" = "weaker customers"',
            "no way a quantity can change is called 'weaker'\n  hint: there are more, less, fewer",
        ),
        (
            "[loop]",
            "no part of a file of expectations is called 'loop'\n  hint: did you mean 'loops'?",
        ),
        (
            "[[extreme]]\nsays = 'x'\nset = { town = 1 }",
            "a part is missing\n"
            "  hint: it is written as bass.expected is, beside the models of the library",
        ),
        (
            "[[extreme]]\nsays = 'x'\nset = { town = 'many' }\nends = { customers = [0, 1] }",
            "could not convert string to float: 'many'\n"
            "  hint: it is written as bass.expected is, beside the models of the library",
        ),
    ],
)
def test_expectations_that_cannot_be_read_are_answered_in_words(shop, text, message):
    file = shop(text)
    with pytest.raises(ModelError) as caught:
        expected_of(Model.parse(SHOP), file)
    assert str(caught.value) == f"shop.expected: {message}"


def test_toml_that_is_none_says_where(shop):
    with pytest.raises(ModelError, match=r"shop.expected: .*line 1") as caught:
        expected_of(Model.parse(SHOP), shop("piles = [cash"))
    assert "hint: it is written as bass.expected is" in str(caught.value)


def test_a_model_without_expectations_still_has_units_arrows_and_a_step():
    assert [check.holds for check in behaviour(Model.parse(SHOP))] == [True] * 3
