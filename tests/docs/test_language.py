"""The language on one page: every word is told, and every example is read and run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu.cli import main
from flywheel_edu.language.functions import CONSTANTS, KNOWN, UNIT_RULES
from flywheel_edu.language.page import at_hand
from flywheel_edu.model.lines import RESERVED

COURSE = Path(__file__).resolve().parents[2] / "course"
PAGE = fw.language().text
BLOCKS = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
(REFUSED,) = [block for block in BLOCKS if "hint:" in block]
FIRST, *MORE = [block for block in BLOCKS if block != REFUSED]
SHOP = fw.Model.parse(FIRST)
PATTERNS = (
    "season",
    "S-shaped table",
    "policy",
    "order at a threshold",
    "launch",
    "cohort",
    "competitor",
    "delay",
    "cap",
    "depreciation",
    "league: a list of clubs or products",
)


def pattern(word: str) -> fw.Run:
    """The shop with the lines of one pattern, run."""
    (lines,) = re.findall(r"```text\n(.*?)```", fw.language(word).text, re.DOTALL)
    return fw.simulate(SHOP.revise(lines))


@pytest.mark.parametrize("lines", MORE, ids=lambda lines: lines.split("]")[0])
def test_every_example_is_read_and_run(lines):
    run = fw.simulate(SHOP.revise(lines))
    assert np.isfinite(run["customers"]).all()


def test_the_shop_is_that_of_the_front_page():
    assert f"{fw.simulate(SHOP)['customers'][-1]:.0f}" == "9934"


@pytest.mark.parametrize("word", sorted({*KNOWN, *CONSTANTS, *RESERVED} - {"else", "not", "or"}))
def test_every_word_of_the_language_can_be_asked_for(word):
    assert word in str(fw.language("if" if word in ("and", "in") else word))


def test_every_rule_of_units_is_told_in_words():
    assert {function.units for function in KNOWN.values()} == set(UNIT_RULES)


@pytest.mark.parametrize("function", KNOWN.values(), ids=lambda function: function.name)
def test_a_function_can_be_written_as_the_page_writes_it(function):
    call = f"{function.name}({', '.join(function.arguments)})"
    assert f"| `{call}` |" in PAGE
    times = {"at", "start", "stop", "over", "by", "first", "every"}
    units = {name: "month" if name in times else "1" for name in function.arguments}
    gives = {"pulse": "1/month", "ramp": "month"}.get(function.units, "1")
    if function.name == "pipeline":
        call = "pipeline(x, 2)"
    lines = [f"given {name} [{unit}] = 1" for name, unit in units.items()]
    run = fw.simulate(SHOP.revise("\n".join([*lines, f"answer [{gives}] = {call}"])))
    assert np.isfinite(run["answer"]).all()


@pytest.mark.parametrize("word", PATTERNS)
def test_every_pattern_has_a_section_and_runs(word):
    assert f"### {word}\n" in PAGE
    assert len(pattern(word)["customers"]) == 193


def test_a_season_changes_nothing_over_a_whole_year():
    season = pattern("season")["season"]
    assert np.mean(season[:48]) == pytest.approx(1, abs=1e-12)
    assert season.max() == pytest.approx(1.3)


def test_a_policy_closes_the_gap_from_both_sides():
    (policy,) = re.findall(r"```text\n(.*?)```", fw.language("policy").text, re.DOTALL)
    still = SHOP.revise(policy).change(word_of_mouth=0.0)
    # 100 customers want half a person; the gap of 1.5 shrinks by 1/12 in each of 192 steps.
    staff = fw.simulate(still)["staff"]
    assert staff[-1] == pytest.approx(0.5 + 1.5 * (11 / 12) ** 192, rel=1e-9)


def test_an_order_goes_out_below_the_threshold_only():
    run = pattern("threshold")
    waiting = run["goods"] + run["on_the_way"]
    assert ((run["ordered"] > 0) == (waiting < 1500)).all()
    assert (run["ordered"] > 0).any()


def test_a_launch_lets_in_its_customers_once():
    run = pattern("launch")
    assert run["guests"].sum() * 0.25 == pytest.approx(100)
    assert run["customers"][24] == 0
    assert run["customers"][25] == 100


def test_a_cohort_loses_nobody_on_the_way():
    run = pattern("cohort")
    left = (run["joiners"] - run["early_leavers"] - run["leavers"])[:-1].sum() * 0.25
    there = run["newcomers"][-1] + run["customers"][-1]
    assert there == pytest.approx(100 + left, rel=1e-12)


def test_competitors_at_one_price_share_evenly():
    (lines,) = re.findall(r"```text\n(.*?)```", fw.language("competitor").text, re.DOTALL)
    even = SHOP.revise(lines).change(our_price=1.0)
    assert fw.simulate(even)["our_share"] == pytest.approx(0.5)
    # 1 / 0.81 to 1 are the odds of the cheaper one.
    assert pattern("competitor")["our_share"] == pytest.approx(1 / 0.81 / (1 / 0.81 + 1))


def test_a_cap_turns_away_what_is_above_it():
    run = pattern("cap")
    assert run["served"].max() == 8000
    assert (run["turned_away"] >= 0).all()


def test_what_wears_out_loses_the_same_share_each_month():
    run = pattern("depreciation")
    assert run["machines"][-1] == pytest.approx(10_000 * (1 - 0.25 / 60) ** 192)


def test_a_league_shares_out_what_is_won_and_no_more():
    (lines,) = re.findall(r"```text\n(.*?)```", fw.language("clubs").text, re.DOTALL)
    run = fw.simulate(SHOP.revise(lines).change(leave_rate=0.0))
    assert run["all_fans"] == pytest.approx(run["customers"], rel=1e-12)  # 100 are there at first
    even = fw.simulate(SHOP.revise(lines).change(leave_rate=0.0, stadium_blue=1.0))
    assert even["fans_blue"] == pytest.approx(0.3 * even["customers"], rel=1e-12)


def test_an_editor_offers_every_function_and_every_pattern_as_the_page_writes_it():
    offered = {form["name"]: form["write"] for form in reversed(at_hand())}
    assert {row.usage for row in KNOWN.values()} <= {form["write"] for form in at_hand()}
    for word in PATTERNS:
        assert offered[word.split(":")[0]] in MORE
    assert offered["stock"].startswith("stock cash [USD] = 5000 in -inf .. inf\n    + sales")
    assert REFUSED not in offered.values()
    assert all(form["says"] for form in at_hand())


def test_a_refusal_is_shown_as_it_is_said():
    with pytest.raises(fw.UnitsError) as caught:
        SHOP.revise("joiners [customer/month] = customers * unserved")
    assert str(caught.value) == REFUSED.rstrip()


def test_a_word_tells_its_row_and_where_it_is_used():
    text = str(fw.language("smooth"))
    assert text.startswith(
        "`smooth(x, over)`: x as it is noticed later, as in `smooth(quality, word_spreads)`\n\n"
        "It takes any unit, which the result has; then a time.\n"
    )
    assert "### delay\n" in text
    assert "### season" not in text


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("seson", "did you mean 'season'?"),
        ("lookup", "write: table(a, 0: 0, 1: 0.5, 2: 0.8)"),  # as Vensim calls it
        ("IF THEN ELSE", "write: b if a else c"),
        ("integ", "write a stock that opens at b, with its flows under it"),
    ],
)
def test_a_word_that_is_not_there_is_answered_with_what_is_near(capsys, word, hint):
    assert main(["language", word]) == 1
    assert capsys.readouterr().err == (
        f"flywheel: the language has no word '{word}'\n  hint: {hint}\n"
    )


def test_the_command_prints_what_the_function_gives(capsys):
    assert main(["language"]) == 0
    assert capsys.readouterr().out == PAGE
    assert main(["language", "order", "at", "a", "threshold"]) == 0
    assert capsys.readouterr().out == fw.language("threshold").text


def test_a_notebook_shows_it_as_a_page():
    assert fw.language("season")._repr_markdown_().startswith("### season\n")


def test_the_page_of_the_course_shows_it():
    cells = json.loads((COURSE / "language.ipynb").read_text("utf-8"))["cells"]
    assert cells[-1]["source"] == ["fw.language()"]
