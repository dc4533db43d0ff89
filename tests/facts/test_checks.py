"""`flywheel facts --check`: everything holds, and a wrong figure is noticed."""

from __future__ import annotations

import pytest

from flywheel_edu import facts
from flywheel_edu.facts import checks


@pytest.mark.parametrize("each", facts.check(), ids=lambda each: each.says)
def test_what_the_course_relies_on_holds(each):
    assert each.holds, each.found


def test_a_check_prints_as_one_line():
    assert (
        str(facts.Check("pigs fly", False, "none seen flying"))
        == "FAILS  pigs fly: none seen flying"
    )


def test_a_changed_figure_of_the_letter_is_noticed(monkeypatch):
    rows = facts.table("letter2004_example")
    rows.loc[
        (rows["series"] == "cash_flow: free_cash_flow") & (rows["period"] == "Year 3"), "value"
    ] += 1
    monkeypatch.setattr(checks, "table", lambda name, memory=False: rows)
    failed = [each for each in checks._letter() if not each.holds]
    assert [each.found for each in failed] == [
        "cash_flow: free_cash_flow Year 3: printed -119999, computed -120000"
    ]


def test_a_figure_without_a_source_is_noticed(monkeypatch):
    rows = facts.table("aws")
    rows.loc[4, "source"] = " "
    monkeypatch.setattr(checks, "tables", lambda: ("aws",))
    monkeypatch.setattr(checks, "table", lambda name, memory=False: rows)
    sourced = next(checks._sourced())
    assert not sourced.holds
    assert sourced.found == "aws row 6"
