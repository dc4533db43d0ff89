"""Facts told in words: claims with their verdicts, figures with their sources."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flywheel_edu import facts
from flywheel_edu.errors import FactsError

COURSE = Path(__file__).resolve().parents[2] / "course"
ASKED = [
    words
    for path in sorted(COURSE.glob("*.ipynb"))
    for cell in json.loads(path.read_text("utf-8"))["cells"]
    for words in re.findall(r'facts\.claim\("(.*?)"\)', "".join(cell["source"]))
]


def test_a_claim_prints_its_verdict_the_fact_and_where_that_stands():
    assert (
        str(facts.claim("by 2017-18"))
        == """\
Claim:   "by 2017-18, most of the products sold on Amazon came from third-party stores"
Verdict: right only for units
In fact: units: over half for the first time in 2017; VALUE (physical GMS) crossed half
         in 2015 (51%)
Source:  Amazon 2017 letter to shareholders; Amazon 2018 letter to shareholders (read on
         one page)"""
    )


@pytest.mark.parametrize("words", ASKED)
def test_every_claim_that_a_chapter_catches_is_there(words):
    assert facts.claim(words).verdict


def test_capitals_do_not_matter():
    assert facts.claim("THE THEORY") == facts.claim("the theory")


def test_words_that_no_claim_or_several_have_are_answered_in_words():
    with pytest.raises(FactsError) as caught:
        facts.claim("perpetual motion")
    assert str(caught.value) == (
        "no claim that was looked up says 'perpetual motion'\n"
        "  hint: facts.table('popular_claims') has them all"
    )
    with pytest.raises(FactsError, match=r"^\d+ claims say 'sellers'\n  hint: write more of one: "):
        facts.claim("sellers")


def test_a_verdict_from_memory_is_shown_only_when_asked_for():
    with pytest.raises(FactsError):
        facts.claim("Bezonomics")
    assert str(facts.claim("Bezonomics", memory=True)).endswith("(from memory only)")


def test_figures_are_as_printed_with_their_source_below():
    told = facts.figures("working_capital", "amazon_inventories", year=2022)
    assert told.startswith("amazon inventories\n    2022: 34405 USD million\n    source: ")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: facts.figures("aws", "aws_net_salse"),
            "no series of 'aws' has 'aws_net_salse' in its name\n"
            "  hint: did you mean 'aws_net_sales'?",
        ),
        (
            lambda: facts.figures("aws", "aws_net_sales", year=1999),
            "'aws' has no figure for aws_net_sales in 1999",
        ),
    ],
)
def test_figures_that_are_not_there_are_answered_in_words(ask, message):
    with pytest.raises(FactsError) as caught:
        ask()
    assert str(caught.value) == message
