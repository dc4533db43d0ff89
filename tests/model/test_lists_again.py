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
    return fw.Model.parse(text.replace("green:", "green, white:"))


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


def test_who_divides_by_three_point_nothing_means_three():
    printed = hold_together(f"{GIVEN}all [1] = sum(fans) / 3.0 + mean(fans)\n")
    assert "\nall [1] = sum(fans) / 3 + mean(fans)\n" in printed


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


STOCKS = f"""# A league.
time month from 0 to 4 step 1

{ITEMS}
    stock fans [person] = 3
        + won
        - lost
    won [person/month] = fans * room / 2 [month]
    lost [person/month] = fans / mean(fans) * 1 [person/month]
room [1] = max(0, 1 - sum(fans) / 60 [person])
"""


@pytest.mark.parametrize(
    "tail",
    [
        'loop "Talk" = fans -> won -> fans  # they bring others\n'
        '# They leave.\nloop "Leaving of club" = fans -> lost -> fans\n',
        'loop "Full" = room -> won -> fans -> room\n\nshow fans at 0.2 0.3\nshow won\nshow room\n',
        f'{ITEMS}\n    # They bring others.\n    loop "Talk" = fans -> won -> fans\n'
        '    loop "club leaving" = fans -> lost -> fans  # some\n'
        'loop "Full" = fans -> room -> won -> fans\n',
        "show room\nshow fans_red\nshow fans_green at 0.1 0.2\n",
        'loop "Reds" = fans_red -> won_red -> fans_red\n\nshow fans_blue\n',
        "show fans_green\nshow fans_blue\nshow fans_red\n",
        f"{ITEMS}\n    show fans\n    show won at 0.1 0.2\nshow room\n",
    ],
)
def test_what_stands_outside_a_list_is_printed_as_it_was_written(tail):
    assert hold_together(f"{STOCKS}\n{tail}").endswith(f"\n\n{tail}")


def test_loops_under_a_list_stand_there_once_each():
    inside = (
        '    loop "Talk of club" = fans -> won -> fans\n    loop "Leaving" = fans -> lost -> fans\n'
    )
    printed = hold_together(STOCKS.replace("room [1] =", f"{inside}room [1] ="))
    assert printed.endswith(f"\n\n{ITEMS}\n{inside}")


def test_a_loop_of_which_one_was_revised_is_printed_for_each():
    league = fw.Model.parse(f'{STOCKS}loop "Talk" = fans -> won -> fans\n')
    revised = league.revise('loop "Talk red" = won_red -> fans_red -> won_red')
    told = str(revised)
    assert 'loop "Talk red" = won_red -> fans_red -> won_red\nloop "Talk blue" = fans_blue' in told
    assert ITEMS in told
    assert fw.Model.parse(told) == revised


def test_a_loop_may_pass_what_stands_under_another_for_of_the_same_list():
    more = f"for team in {ITEMS[12:]}\n    pair [person] = fans * 2\n"
    loop = 'loop "Pairs" = fans -> pair -> lost -> fans\n'
    text = STOCKS.replace("= fans / mean(fans)", "= pair / mean(fans)")
    assert hold_together(f"{text}{more}{loop}").endswith(f"\n{loop}")
