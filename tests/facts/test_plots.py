"""Measured series as a picture, with their sources."""

from __future__ import annotations

import pytest

from flywheel_edu import FlywheelError, facts

SHARE = facts.series("third_party_share", "share_of_physical_gross_merchandise_sales")


def test_a_picture_says_what_it_shows_and_where_it_comes_from():
    words = facts.plot(SHARE, title="Sellers").alt
    assert "year, 1999 to 2018" in words
    assert "rises from 3 to 58" in words
    assert words.endswith(
        "Source: Amazon 2018 letter to shareholders (read on two independent pages)."
    )


def test_the_source_stands_on_the_page_below_the_chart():
    figure = facts.plot(SHARE, title="Sellers").figure
    figure.draw_without_rendering()
    source = figure.findobj(lambda part: "Source: " in getattr(part, "get_text", str)())[0]
    box, axes = source.get_window_extent(), figure.axes[0].xaxis.get_tightbbox()
    assert 0 <= box.x0 < box.x1 <= figure.bbox.width
    assert 0 <= box.y0 < box.y1 <= axes.y0


def test_a_part_of_a_series_goes_with_the_whole():
    free = facts.series("amazon_financials", "free_cash_flow_as_first_reported")
    assert facts.plot(free, free.loc[2006:] * 1.0).alt


@pytest.mark.parametrize(
    ("measured", "message"),
    [
        (
            (),
            "0 series cannot be drawn together\n"
            "  hint: give one to 5: facts.plot(facts.series('aws', 'aws_net_sales'))",
        ),
        (
            (SHARE, facts.series("aws", "aws_net_sales")),
            "these series have different units: percent, USD million\n"
            "  hint: draw them apart, or bring them to one unit first",
        ),
    ],
)
def test_what_cannot_be_drawn_together_is_refused_in_words(measured, message):
    with pytest.raises(FlywheelError) as caught:
        facts.plot(*measured)
    assert str(caught.value) == message


def test_events_stand_at_their_dates_with_their_sources():
    picture = facts.plot(SHARE, events=["marketplace_launch", "prime_launch"])
    uprights = [
        line.get_xdata()[0]
        for line in picture.figure.axes[0].lines
        if len(set(line.get_xdata())) == 1
    ]
    assert pytest.approx(2000 + 10 / 12) in uprights  # November 2000: letter for 2001
    assert pytest.approx(2005) in uprights
    assert "marketplace launch at" in picture.alt
    assert "Amazon 2001 letter to shareholders" in picture.alt


def test_an_unknown_event_is_answered_with_the_nearest():
    with pytest.raises(FlywheelError) as caught:
        facts.plot(SHARE, events=["marketplace_lunch"])
    assert str(caught.value) == (
        "no event is called 'marketplace_lunch'\n  hint: did you mean 'marketplace_launch'?"
    )
