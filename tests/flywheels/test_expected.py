"""A model brings its own expectations: read from beside it, and held against it."""

from __future__ import annotations

import re

import pytest

from flywheel_edu.cli import main
from flywheel_edu.errors import ModelError
from flywheel_edu.flywheels import behaviour, expected_of
from flywheel_edu.model import Model
from flywheel_edu.study.calibrate import fit

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
    assert out.endswith("All 7 hold.\n")


def test_a_wrong_expectation_fails(shop, capsys):
    assert main(["validate", str(shop(EXPECTED.replace("fewer", "more")))]) == 1
    out = capsys.readouterr().out
    assert "FAILS  without the loop Word of mouth, customers would be larger" in out
    assert out.endswith("1 of 7 fail.\n")


def test_a_file_without_expectations_is_checked_as_any_model_and_told_so(shop, capsys):
    assert main(["validate", str(shop())]) == 0
    out = capsys.readouterr().out
    assert (
        "What is expected of it is written down nowhere. shop.expected, beside it, would say it as "
        "bass.expected does in the library.\n"
    ) in out
    assert out.endswith("All 5 hold.\n")
    assert "the loop Word of mouth does something" in out


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
    # 100, then 100 + (19.8 - 1000) / 16 = 38.7, and a step later below zero
    assert re.search(r"nobody ever +the stock 'customers' falls below zero at month 0.125 ", out)
    assert out.endswith("2 of 7 fail.\n")
    assert err == ""


def test_a_figure_that_is_known_is_held_against_the_run(shop, capsys):
    # The logistic curve: 10000 / (1 + 99 exp(-0.2 * 24)), less Euler's error.
    known = """
[[known]]
says = "half the town after two years"
at = 24
lies = { customers = [%s] }
"""
    assert main(["validate", str(shop(EXPECTED + known % "5400, 5600"))]) == 0
    out = capsys.readouterr().out
    assert re.search(
        r"holds  half the town after two years +customers is 5\d\d\d, to lie between 5400 and 5600",
        out,
    )
    assert main(["validate", str(shop(EXPECTED + known % "5600, inf"))]) == 1


def test_a_loop_without_expectations_must_do_something(shop, capsys):
    lazy = SHOP.replace("[1/month] = 0.2 in 0 .. 0.5", "[1/month] = 0")
    assert main(["validate", str(shop(model=lazy))]) == 1
    out = capsys.readouterr().out
    assert re.search(
        r"FAILS  the loop Word of mouth does something +without it, \w+ differs by 0.00%", out
    )


def test_a_promise_is_compared_with_what_came_and_never_adjusted(shop, tmp_path, capsys):
    model = Model.parse(SHOP)
    points = {6: 321, 12: 950, 18: 2600}
    promise = fit(model, {"customers": points}, "word_of_mouth").promise(until=30)
    promise.save(tmp_path / "shop_2027.json")
    (tmp_path / "shop_others.json").write_text("{}")
    (tmp_path / "shop.csv").write_text("month,customers\n18,2600\n24,6000\n")
    kept = (tmp_path / "shop_2027.json").read_bytes()
    assert main(["validate", str(shop('measured = "shop.csv"\n' + EXPECTED))]) == 0
    out = capsys.readouterr().out
    says = promise.says["customers"]
    off = {who: 100 * (said["24"] / 6000 - 1) for who, said in says.items()}
    best = min(off, key=lambda who: abs(off[who]))
    low, high = promise.bands["customers"]["24"]
    came = (
        f"24  customers {says['this model']['24']:.4g}, nine in ten {low:.4g} to {high:.4g}  6000, "
        f"{'inside' if low <= 6000 <= high else 'outside'} the band, the promise off by "
        f"{off['this model']:+.1f} %; nearest: {best} ({off[best]:+.1f} %)"
    )
    assert came in out
    assert "not measured yet" in out
    assert f"shop_2027.json, promised on {promise.made}:" in out
    assert (tmp_path / "shop_2027.json").read_bytes() == kept


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
    assert [check.holds for check in behaviour(Model.parse(SHOP))] == [True] * 5
