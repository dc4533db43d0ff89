"""The text of a model with a list, printed and given one more member, is what its author meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flywheel_edu as fw

ITEMS = "for club in red, blue, green:"
GIVEN = f"""time month from 0 to 4 step 1
{ITEMS}
    given fans [1] = 3
    given fame [1] = 2
"""


def with_one_more(text: str) -> fw.Model:
    assert ITEMS in text
    return fw.Model.parse(text.replace(ITEMS, f"{ITEMS[:-1]}, white:"))


def hold_together(text: str) -> str:
    """The text as it is printed, which means the same with one more member and prints alike."""
    printed = str(fw.Model.parse(text))
    assert str(fw.Model.parse(printed)) == printed
    assert with_one_more(printed) == with_one_more(text)
    return printed


@pytest.mark.parametrize("whole", ["sum", "mean", "min", "max"])
@pytest.mark.parametrize(
    "equation",
    [
        "fans / {}(fans)",
        "smooth({}(fans), 2 [month])",
        "max({}(fans), fame)",
        "-{}(fame) ** 2",
        "fame if {}(fans) > fans else 1 - {}(fame)",
        "{}(fans) / 3",  # by three, however many there are
    ],
)
def test_what_all_of_a_list_come_to_is_printed_as_it_was_said(whole, equation):
    line = f"share [1] = {equation.replace('{}', whole)}\n"
    assert f"    {line}" in hold_together(f"{GIVEN}    {line}")
    outside = f"all [1] = 1 - {whole}(fans) / 2\n"
    assert f"\n{outside}" in hold_together(f"{GIVEN}{outside}")


EQUATIONS = st.recursive(
    st.sampled_from(["fans", "fame", "2", "3"])
    | st.builds(
        "{}({})".format,
        st.sampled_from(["sum", "mean", "min", "max"]),
        st.sampled_from(["fans", "fame"]),
    ),
    lambda parts: st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from("+-*/"), parts),
        st.builds("max({}, {})".format, parts, parts),
        st.builds("({} if {} > {} else {})".format, parts, parts, parts, parts),
    ),
    max_leaves=6,
)


@settings(max_examples=40)
@given(EQUATIONS)
def test_any_equation_of_a_list_means_the_same_with_one_more_member(equation):
    hold_together(f"{GIVEN}    share [1] = {equation}\n")
