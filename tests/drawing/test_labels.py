"""Names on even lines, no letter lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu.charts.lettering import width
from flywheel_edu.drawing.labels import label, wrapped


@given(st.text(st.characters(codec="ascii", categories=["Ll", "Lu"]), min_size=1, max_size=12))
def test_a_short_word_stays_on_one_line(word):
    assert wrapped(word) == (word,)


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=12), min_size=1, max_size=30))
def test_no_letter_is_lost_and_none_is_added(words):
    assert " ".join(wrapped("_".join(words))).split() == words


@given(st.text("abc", min_size=23, max_size=300))
def test_a_word_too_long_for_a_line_is_broken_with_hyphens(word):
    lines = wrapped(word)
    assert all(line.endswith("-") for line in lines[:-1])
    assert "".join(lines).replace("-", "").replace(" ", "") == word


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("customer_experience", ("customer", "experience")),
        ("lower cost structure", ("lower cost", "structure")),
        ("share of parcels delivered on time", ("share of", "parcels delivered", "on time")),
    ],
)
def test_lines_are_as_even_as_the_words_allow(name, lines):
    widest = max(map(len, lines))
    assert len(wrapped(name)) == len(lines)
    assert max(map(len, wrapped(name))) <= widest


@pytest.mark.parametrize("face", ["Open Sans", "Kalam"])
def test_a_label_is_as_wide_as_its_widest_line(face):
    one = label("customer experience", 12.0, face)
    assert one.width == max(width(line, 12.0, face, True) for line in one.lines)
    assert one.half == (one.width / 2, one.height / 2)
    two = label("customer experience", 24.0, face)
    assert two.width == pytest.approx(2 * one.width)
    assert two.height == pytest.approx(2 * one.height)
