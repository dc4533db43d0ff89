"""The page on the leagues: every number in it is measured here again."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from flywheel_edu import play
from flywheel_edu.play.rounds import policies_in

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "league.md").read_text("utf-8")
SEEDS = ("1", "2", "3", "4")


@cache
def measured(name, **numbers):
    """The league of the ten, on the game's model with these numbers."""
    game = play.game(name)
    game = replace(game, base=game.base.change(**numbers))
    return play.league(game, policies_in(DOCS / "league" / name)[0], SEEDS)


@cache
def told(name, policy, against="Builder"):
    league = measured(name)
    rival = league.policies.get(against, against)
    return play.debrief(play.fly(league.game, league.policies[policy], against=rival, seed="1"))


def percent(share):
    return f"{100 * share:.0f} %"


def table(name):
    league = measured(name)
    names, shares = list(league.policies), league.shares.mean(axis=2)
    rows = ["| policy | mean | worst | ruined | what drove |", "|---|---|---|---|---|"]
    for policy, mean, worst, ruined in league.table().itertuples():
        row = dict(zip(names, shares[names.index(policy)], strict=True))
        del row[policy]
        drove = told(name, policy).loops.mean().nlargest(2).items()
        loops = ", ".join(f"{loop} {percent(share)}" for loop, share in drove)
        against = min(row, key=row.get)
        rows.append(
            f"| {policy} | {mean:.2f} | {worst:.2f}, {against} | {percent(ruined)} | {loops} |"
        )
    return "\n".join(rows)


def sentences():
    """What the text says in numbers, by what is measured."""
    clouds, pages = measured("two_clouds").table(), measured("two_pages").table()
    full = len(told("two_clouds", "Cheap")._full)
    lost = told("two_clouds", "Ahead", "Dear").slips["cash out while growing"]
    yield f"in {full} of 20 turns more is wanted than it can run"
    ruined = percent(clouds.ruined["Ahead"])
    yield f"is ruined in {ruined} of its flights. Against Dear, {lost[4:-1]}"
    for told_as, numbers in (
        ("Where learning is twice as strong", {"learning": 0.5}),
        ("where the market grows half as fast", {"growth": 0.125}),
        ("with twice the cash to begin with", {"first_cash": 50e6}),
    ):
        found = measured("two_clouds", **numbers).table().loc["Ahead"]
        yield f"{told_as}, it reaches {found['mean']:.2f}"
        assert found["ruined"] < clouds.ruined["Ahead"]
    for policy, loop in (("Reader", "Congestion"), ("Above", "Congestion")):
        share = told("two_clouds", policy).loops.mean()[loop]
        yield f"{percent(share)} for {policy}"
    sellers = told("two_pages", "Milker").slips["milked by the fee"].partition("and ")[2]
    yield f"Against the Builder, its {sellers[:-1]}"
    yield f"Host reaches {pages['mean']['Host']:.2f}"
    yield f"falls to {pages['worst']['Reader']:.2f} against Ready"


@pytest.mark.parametrize("name", play.games())
def test_the_tables_are_those_of_the_leagues(name):
    assert table(name) in PAGE


def test_every_number_in_the_text_is_measured():
    text = " ".join(line for line in PAGE.splitlines() if not line.startswith("|"))
    for sentence in sentences():
        assert sentence in text
        text = text.replace(sentence, "")
    assert re.findall(r"\d+", text) == ["53", "4", "2007"]  # where a paper appeared


def test_the_page_is_one_page():
    assert len(PAGE.splitlines()) <= 60
