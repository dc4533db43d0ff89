"""The figures: what is handed out, what is held back, and how a mistake is told."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from flywheel_edu import facts
from flywheel_edu.errors import FactsError

SHARE = "third_party_share_of_physical_gross_merchandise_sales"


def tables_with_confidence():
    return [name for name in facts.tables() if "confidence" in facts.table(name)]


def test_the_share_of_third_parties_is_the_one_the_2018_letter_prints():
    printed = [3, 3, 6, 17, 22, 25, 28, 28, 29, 30, 31, 34, 38, 42, 46, 49, 51, 54, 56, 58]
    assert facts.series("third_party_share", SHARE).to_dict() == dict(
        zip(range(1999, 2019), printed, strict=True)
    )


def test_columns_have_the_types_that_calculations_need():
    rows = facts.table("aws")
    assert rows["value"].dtype == np.float64
    assert rows["year"].dtype == pd.Int64Dtype()
    assert all(isinstance(text, str) for text in rows["source"])


@pytest.mark.parametrize("name", tables_with_confidence())
def test_a_figure_from_memory_is_shown_only_when_asked_for(name):
    assert not (facts.table(name)["confidence"] == facts.FROM_MEMORY).any()
    everything = facts.table(name, memory=True)
    firm = (everything["confidence"] != facts.FROM_MEMORY).sum()
    assert len(facts.table(name)) == firm


def test_a_remembered_year_is_missing_from_its_series():
    assert 2000 not in facts.series("amazon_financials", "operating_cash_flow")
    assert 2000 in facts.series("amazon_financials", "operating_cash_flow", memory=True)


@pytest.mark.parametrize("name", tables_with_confidence())
def test_every_row_names_a_source_and_one_of_the_known_confidences(name):
    rows = facts.table(name, memory=True)
    assert (rows["source"].str.strip() != "").all()
    assert set(rows["confidence"]) <= set(facts.CONFIDENCES)


@pytest.mark.parametrize("name", [n for n in facts.tables() if "value" in facts.table(n)])
def test_every_figure_has_a_unit_and_a_number_or_words(name):
    rows = facts.table(name, memory=True)
    assert (rows["unit"] != "").all()
    assert (rows["printed"] != "").all()


def test_no_source_is_the_address_of_a_copy_of_a_book_letter_or_filing():
    copies = re.compile(r"\.pdf|scribd\.com|financebench|amazon-letters-to-shareholders|annualrep")
    for name in tables_with_confidence():
        rows = facts.table(name, memory=True)
        for column in {"source", "address", "note"} & set(rows):
            assert not rows[column].str.contains(copies).any(), f"{name}.{column}"


def test_quotations_in_the_notes_are_at_most_one_sentence():
    for name in tables_with_confidence():
        rows = facts.table(name, memory=True)
        for column in {"note", "fact"} & set(rows):
            for text in rows[column]:
                for quoted in re.findall(r'"([^"]*)"', text):
                    assert not re.search(r"[.!?] [A-Z]", quoted), f"{name}: {quoted}"


def test_a_bound_is_kept_as_a_bound_and_left_out_of_the_series():
    rows = facts.table("prime_members").set_index("period")
    assert rows.loc["2018-04", "value"] == 100
    assert rows.loc["2018-04", "bound"] == "above"
    assert np.isnan(rows.loc["2014-04", "value"])
    assert rows.loc["2014-04", "printed"] == "tens of millions"
    assert facts.series("prime_members", "prime_members_paid_worldwide").empty


def test_a_series_that_is_not_yearly_is_indexed_by_its_periods():
    price = facts.series("amzn_month_end_price", "amzn_month_price_not_adjusted_for_2022_split")
    assert price.index.name == "period"
    assert price.idxmin() == "2001-09"
    assert price.min() == 5.97


def test_a_series_carries_its_unit_and_source():
    sales = facts.series("aws", "aws_net_sales")
    assert sales.attrs["unit"] == "USD million"
    assert "Form 10-K 2015" in sales.attrs["source"]


def test_a_table_handed_out_can_be_changed_without_changing_the_next():
    mine = facts.table("aws")
    mine["value"] = 0.0
    assert facts.series("aws", "aws_net_sales")[2013] == 3108


def test_years_sets_series_side_by_side_and_leaves_gaps_missing():
    rows = facts.years("amazon_financials", "net_sales", "operating_income")
    assert np.isnan(rows.loc[1997, "operating_income"])
    assert rows.loc[2024, "net_sales"] == 637_959


def test_a_citation_names_each_source_once_with_its_weakest_confidence():
    assert (
        facts.cite("third_party_share", SHARE)
        == "Amazon 2018 letter to shareholders (read on two independent pages)"
    )
    assert "from memory only" in facts.cite("amazon_financials", "operating_cash_flow", 2000)


def test_a_misspelt_table_is_answered_with_the_nearest_name():
    with pytest.raises(FactsError) as caught:
        facts.table("third_party_shares")
    assert (
        str(caught.value)
        == "there is no table of facts called 'third_party_shares'\n"
        + "  hint: did you mean 'third_party_share'?"
    )


def test_a_name_that_is_a_path_reads_no_file():
    with pytest.raises(FactsError, match="there is no table of facts called"):
        facts.table("../facts/aws")


def test_a_misspelt_series_is_answered_with_the_nearest_name():
    with pytest.raises(FactsError) as caught:
        facts.series("aws", "aws_net_sale")
    assert (
        str(caught.value)
        == "'aws' has no series called 'aws_net_sale'\n  hint: did you mean 'aws_net_sales'?"
    )


def test_an_ending_that_fits_several_series_is_refused():
    with pytest.raises(FactsError) as caught:
        facts.series("third_party_share", "gms")
    assert (
        str(caught.value)
        == "'gms' is the end of 3 series of 'third_party_share'\n"
        + "  hint: write one in full: first_party_gms, third_party_gms, ebay_gms"
    )


def test_a_table_of_words_has_no_series():
    with pytest.raises(FactsError) as caught:
        facts.series("popular_claims", "right")
    assert (
        str(caught.value)
        == "'popular_claims' is a table of words, not of figures\n"
        + "  hint: read it with facts.table('popular_claims')"
    )


def test_a_year_without_a_figure_cannot_be_cited():
    with pytest.raises(FactsError, match="'aws' has no figure for aws_net_sales in 1994"):
        facts.cite("aws", "aws_net_sales", 1994)
