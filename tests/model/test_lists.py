"""What is written once for each of a list, held against the same model written by hand."""

from __future__ import annotations

import pytest

import flywheel_edu as fw

LEAGUE = """# A league of three.
time season from 0 to 10 step 0.5

for club in red, blue, green:
    stock fans [person] = start in 0 .. 1e9   # people who come
        + joiners
        - leavers

    joiners [person/season] = (fans * fame
        * appeal)
    fame    [1]             = points / sum(points)
    points  [fans]          = fans * one_point
    leavers [person/season] = fans * away
    given start [person] = red: 100, blue: 200, green: 50 in 0 .. 1000
    loop "Fame of club" = fans -> points -> fame -> joiners -> fans

everyone [person] = sum(fans)
usual    [person] = mean(fans)
given one_point [fans/person] = 1
given appeal [1/season] = 10%
given away [1/season] = 5%
"""

CLUB = """
stock fans_NAME [person] = start_NAME in 0 .. 1000000000  # people who come
    + joiners_NAME
    - leavers_NAME
joiners_NAME [person/season] = fans_NAME * fame_NAME * appeal
fame_NAME [1] = points_NAME / (points_red + points_blue + points_green)
points_NAME [fans] = fans_NAME * one_point
leavers_NAME [person/season] = fans_NAME * away
given start_NAME [person] = START in 0 .. 1000
loop "Fame of NAME" = fans_NAME -> points_NAME -> fame_NAME -> joiners_NAME -> fans_NAME
"""

BY_HAND = (
    "# A league of three.\ntime season from 0 to 10 step 0.5\n"
    + "".join(
        CLUB.replace("NAME", name).replace("START", start)
        for name, start in (("red", "100"), ("blue", "200"), ("green", "50"))
    )
    + """
everyone [person] = fans_red + fans_blue + fans_green
usual [person] = (fans_red + fans_blue + fans_green) / 3
given one_point [fans/person] = 1
given appeal [1/season] = 0.1
given away [1/season] = 0.05
"""
)


def test_a_list_unrolls_into_what_one_would_write_by_hand():
    league, by_hand = fw.Model.parse(LEAGUE), fw.Model.parse(BY_HAND)
    assert league == by_hand
    assert fw.Model.parse(str(league)) == league
    run = fw.simulate(league)
    total = run["fans_red"] + run["fans_blue"] + run["fans_green"]
    assert run["everyone"].tolist() == total.tolist()


def test_a_unit_called_like_a_quantity_stays_as_it_is():
    assert str(fw.Model.parse(LEAGUE)["points_red"].unit) == "fans"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("for club in red, blue\n    fans [1] = 1", "this list cannot be read\n"
         "  line 2: for club in red, blue\n          ^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: for club in red, blue, green:"),
        ("for club in red, 2:\n    fans [1] = 1", "'2' is not a name\n"
         "  line 2: for club in red, 2:\n          ^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: for club in red, blue, green:"),
        ("for club in red, red:\n    fans [1] = 1", "a list has up to 50 items, each of them once\n"
         "  line 2: for club in red, red:\n          ^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: for club in red, blue, green:"),
        ("for club in red, blue:\nfans [1] = 1", "nothing stands under this 'for'\n"
         "  line 2: for club in red, blue:\n          ^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: indent the lines it is for"),
        ("for club in red, blue:\n    given fans [1] = red: 1",
         "each of red, blue needs its own value here, and nothing else\n"
         "  line 3:     given fans [1] = red: 1\n          ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: = red: 1, blue: 1"),
        ("for club in red, blue:\n    fans [1] = fams",
         "nothing is called 'fams'\n  line 3:     fans_red [1] = fams\n"
         "                             ^^^^\n  hint: add a line: fams [unit] = equation"),
        ("for club in red, blue:\n    for day in one, two:\n        fans [1] = 1",
         "a 'for' cannot stand under another\n  line 3:     for day in one, two:\n"
         "          ^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: write one list after the other"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_unrolled_is_refused_in_words(lines, message):
    with pytest.raises(fw.FlywheelError) as caught:
        fw.Model.parse(f"time month from 0 to 1 step 1\n{lines}\n")
    assert str(caught.value) == message


def test_a_list_cannot_make_a_small_text_huge():
    items = ", ".join(f"item_{i}" for i in range(50))
    line = "    x{} [1] = " + " + ".join(["1"] * 60) + "\n"
    text = f"time month from 0 to 1 step 1\nfor each in {items}:\n"
    text += "".join(line.replace("{}", str(i)) for i in range(300))
    with pytest.raises(fw.ModelError) as caught:
        fw.Model.parse(text)
    assert str(caught.value) == "unrolled, this model has more than 2,000,000 characters"


def test_many_names_under_a_list_are_read_in_time_in_proportion():
    lines = "".join(f"    n{k} [1] = 1\n" for k in range(3000))
    names = fw.Model.parse(f"time month from 0 to 1 step 1\nfor each in one, two:\n{lines}")
    assert len(names) == 6000


def test_a_switch_stands_at_one_of_its_names():
    text = """time month from 0 to 1 step 1
switch plan = usual of cheap, usual, bold   # what is on
fee [1] = 3 if plan == cheap else 5 if plan != bold else 8
"""
    shop = fw.Model.parse(text)
    assert str(shop["plan"]) == "given plan [1] = 1 in 0 .. 2"
    assert shop["plan"].doc == "what is on (0 cheap, 1 usual, 2 bold)"
    fees = [fw.simulate(shop.change(plan=at))["fee"][0] for at in (0, 1, 2, 0.4, 1.6)]
    assert fees == [3, 5, 8, 3, 8]
    assert fw.Model.parse(str(shop)) == shop
    with pytest.raises(fw.EquationError) as caught:
        fw.Model.parse(text.replace("= usual of", "= usul of"))
    assert str(caught.value) == (
        "this switch cannot be read\n"
        "  line 2: switch plan = usul of cheap, usual, bold   # what is on\n"
        "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: write: switch plan = usual of cheap, usual, bold"
    )
    with pytest.raises(fw.EquationError) as caught:
        fw.Model.parse(text.replace("plan != bold", "plan != bald"))
    assert caught.value.message == "nothing is called 'bald'"
