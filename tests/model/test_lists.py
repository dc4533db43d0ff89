"""What is written once for each of a list, held against the same model written by hand."""

from __future__ import annotations

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu.causal.graph import together
from flywheel_edu.simulate.print_javascript import javascript
from tests.simulate.models import running
from tests.simulate.node import run_under_node

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


def test_a_list_is_written_out_as_it_was_written_and_so_drawn_as_one_again(tmp_path):
    league = fw.Model.parse(f"{LEAGUE}\nshow fans, fame")
    once = """
for club in red, blue, green:
    stock fans [person] = start in 0 .. 1000000000  # people who come
        + joiners
        - leavers

    joiners [person/season] = fans * fame * appeal
    fame [1] = points / sum(points)
    points [fans] = fans * one_point
    leavers [person/season] = fans * away

    given start [person] = red: 100, blue: 200, green: 50 in 0 .. 1000

everyone [person] = sum(fans)
"""
    assert once in str(league)
    (tmp_path / "league.flywheel").write_text(str(league), "utf-8")
    again = fw.read(tmp_path / "league.flywheel")
    assert again == league
    assert fw.draw(again).alt == fw.draw(league).alt
    assert "fans ×3 to fame ×3" in fw.draw(again).alt
    bolder = league.change(start_red=150).revise("given appeal [1/season] = 20%")
    assert "red: 150, blue: 200" in str(bolder)
    assert fw.Model.parse(str(bolder)).together == league.together


def test_the_least_and_the_most_are_taken_over_a_list_as_its_sum_is():
    league = fw.Model.parse(LEAGUE.replace("points / sum(points)", "points / max( points )"))
    league = league.revise("gap [person] = max(fans) - min(fans)")
    red, blue, green = (f"fans_{club}" for club in ("red", "blue", "green"))
    assert league == fw.Model.parse(LEAGUE).revise(
        f"gap [person] = max({red}, {blue}, {green}) - min({red}, {blue}, {green})\n"
        + "".join(
            f"fame_{club} [1] = points_{club} / max(points_red, points_blue, points_green)\n"
            for club in ("red", "blue", "green")
        )
    )
    assert fw.simulate(league)["gap"][0] == 150  # 200 of blue, 50 of green
    for line in ("    fame [1] = points / max(points)\n", "gap [person] = max(fans) - min(fans)\n"):
        assert line in str(league)
    assert fw.Model.parse(str(league)) == league
    alone = fw.Model.parse(
        "time year from 0 to 1 step 1\nfor x in y:\n    a [1] = 7\nb [1] = min(a)"
    )
    assert fw.simulate(alone)["b"][0] == 7
    with pytest.raises(fw.EquationError, match="'fasn' is not of a list"):
        fw.Model.parse(f"{LEAGUE}\nbest [person] = max(fasn)")


@pytest.mark.parametrize(
    "line",
    [
        "joiners_red [person/season] = fans_red * fame_red * appeal * 2",
        "joiners_red [person/season] = max(fans_red * fame_red * appeal, 0 [person/season])",
        "stock fans_red [person] = 5\n    - leavers_red\n    + joiners_red",
        "fame_red [1] = points_red / (points_red + points_blue + points_green)  # of red",
    ],
)
def test_a_list_of_which_one_was_revised_is_written_so_that_it_reads_as_it_is(line):
    revised = fw.Model.parse(LEAGUE).revise(line)
    assert fw.Model.parse(str(revised)) == revised


def test_a_loop_under_a_list_is_named_for_each_and_what_is_outside_is_told_of_them():
    text = LEAGUE.replace('"Fame of club"', '"Fame"')
    names = [loop.name for loop in fw.Model.parse(text).loops]
    assert names == ["Fame red", "Fame blue", "Fame green"]
    with pytest.raises(fw.EquationError) as caught:
        fw.Model.parse(f"{text}\nall [person] = fans\nfans_before_red [person] = fans_red")
    assert "nothing is called 'fans'" in str(caught.value)
    hint = "hint: there are fans_red, fans_blue, fans_green; all of a list are sum(fans)"
    assert hint in str(caught.value)


def test_a_loop_and_a_view_outside_a_list_are_of_each_of_it():
    (loop,) = [line for line in LEAGUE.split("\n") if line.strip().startswith("loop")]
    inside = fw.Model.parse(LEAGUE)
    outside = fw.Model.parse(
        f"{LEAGUE.replace(loop, '')}\n{loop.strip()}\nshow fans at 0.2 0.9, fame"
    )
    assert outside.loops == inside.loops
    assert [(shown.name, shown.x) for shown in outside.view] == [
        *((f"fans_{club}", 0.2) for club in ("red", "blue", "green")),
        *((f"fame_{club}", None) for club in ("red", "blue", "green")),
    ]
    assert "fans ×3 to fame ×3" in fw.draw(outside).alt


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
        ("for club in red, blue:\n    fans [1] = 1\nstock all [1] = 1\n    - sum(fans)",
         "a flow is one name\n  line 5:     - sum(fans)\n              ^^^^^^^^^^^\n"
         "  hint: write '+ name' or '- name', and the flow's equation on a line of its own"),
        ("for club in red, blue:\n    stock fans [1] = 1\n        - fans * 2  # out",
         "a flow is one name\n  line 4:         - fans * 2  # out\n"
         "                  ^^^^^^^^^^\n"
         "  hint: write '+ name' or '- name', and the flow's equation on a line of its own"),
        ("part queue(handled):\n    stock waiting [1] = 1\n        - handled\none = queue(2 * 3)",
         "a flow is one name\n  line 4:         - handled\n                  ^^^^^^^^^\n"
         "  hint: write '+ name' or '- name', and the flow's equation on a line of its own"),
        ("for club in red, blue:\n    fans [1] = 1\n    what is mean(fans)",
         "this line is not a quantity\n  line 4:     what is mean(fans)\n"
         "              ^^^^^^^^^^^^^^^^^^\n  hint: write: name [unit] = equation"),
        ("for club in red, blue:\n    given fans [1] = red: 4, blues: 5 in 0 .. 9",
         "each of red, blue needs its own value here, and nothing else\n"
         "  line 3:     given fans [1] = red: 4, blues: 5 in 0 .. 9\n"
         "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: did you mean 'blue'?"),
        ("for club in red, blue:\n    given fans [1] = 0.004, 10% in 0 .. 1  # of all",
         "each of red, blue needs its own value here, and nothing else\n"
         "  line 3:     given fans [1] = 0.004, 10% in 0 .. 1  # of all\n"
         "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: = red: 0.004, blue: 10%"),
        ("for club in red, blue:\n    fans [1] = [0.1, 0.2]",
         "each of red, blue needs its own value here, and nothing else\n"
         "  line 3:     fans [1] = [0.1, 0.2]\n          ^^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: = red: 0.1, blue: 0.2"),
        ("for club in red, blue:\n    fans [ton] = 0.1 [ton],0.2 [ton],3 [ton]",
         "each of red, blue needs its own value here, and nothing else\n"
         "  line 3:     fans [ton] = 0.1 [ton],0.2 [ton],3 [ton]\n"
         "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: = red: 1, blue: 1"),
        ("for club in red, blue:\n    fans [1] = 4,000",
         "this ',' stands in a number\n  line 3:     fans_red [1] = 4,000\n"
         "                              ^\n  hint: write: 4000"),
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


def test_a_switch_asked_by_name_tells_the_numbers_of_its_names():
    lines = (
        "time month from 0 to 1 step 1",
        "switch plan = usual of cheap, usual, bold  # what is on",
    )
    with pytest.raises(fw.ModelError) as caught:
        fw.Model.parse("\n".join(lines)).change(plan="bold")
    assert str(caught.value) == (
        "'plan' takes one number in [1], not 'bold'\n  hint: what is on (0 cheap, 1 usual, 2 bold)"
    )


DESKS = """time week from 0 to 10 step 0.25
part queue(incoming, handled):
    stock waiting [person] = 3   # in a line
        + incoming
        - served
    served [person/week] = min(waiting / patience, handled)
    given patience [week] = 1 in 0.25 .. 4
    loop "The queue" = waiting -> served -> waiting
phone = queue(calls, clerks * 5 [person/week])
counter = queue(coming, 10 [person/week] + 20 [person/week])
coming [person/week] = 20 [person/week] + visits
calls [person/week] = 10 [person/week] * share_waiting
share_waiting [1] = waiting_phone / sum(waiting)
given visits [person/week] = 2 in 0 .. 100
given clerks [1] = 3
"""

DESK = """
stock waiting_NAME [person] = 3   # in a line
    + INCOMING
    - served_NAME
served_NAME [person/week] = min(waiting_NAME / patience_NAME, HANDLED)
given patience_NAME [week] = 1 in 0.25 .. 4
loop "The NAME" = waiting_NAME -> served_NAME -> waiting_NAME
"""


def desks_by_hand():
    phone = DESK.replace("INCOMING", "calls").replace("HANDLED", "clerks * 5 [person/week]")
    counter = DESK.replace("INCOMING", "coming").replace(
        "HANDLED", "10 [person/week] + 20 [person/week]"
    )
    head, rest = DESKS[: DESKS.index("part")], DESKS[DESKS.index("coming [") :]
    rest = rest.replace("sum(waiting)", "(waiting_phone + waiting_counter)")
    return fw.Model.parse(
        f"{head}{phone.replace('NAME', 'phone')}{counter.replace('NAME', 'counter')}{rest}"
    )


def test_a_part_used_twice_is_what_one_would_write_by_hand_in_every_engine(tmp_path):
    twice = fw.Model.parse(DESKS)
    by_hand = desks_by_hand()
    assert twice == by_hand
    expected = fw.simulate(by_hand, engine="python")
    assert np.ptp(expected["waiting_phone"]) > 1
    for engine in ("python", "machine"):
        run = fw.simulate(twice, engine=engine)
        for name in by_hand.stocks:
            np.testing.assert_allclose(run[name], expected[name], rtol=1e-12)
    many = fw.sweep(twice, {"visits": [2.0, 5.0]}, engine="numpy")
    (browser,) = run_under_node(
        [{"text": javascript(twice), "values": {}, "options": {}}], tmp_path
    )
    for name in by_hand.stocks:
        np.testing.assert_allclose(many[name][:, 0], expected[name], rtol=1e-12)
        np.testing.assert_allclose(browser["series"][name], expected[name], rtol=1e-12)


@pytest.mark.parametrize("between", ["", "\n", "# a word\n", "given pace [1] = 1\n"])
@pytest.mark.parametrize("part_first", [True, False])
def test_a_use_of_a_part_below_a_list_is_no_part_of_the_list(between, part_first):
    towns = "for town in harbour, hill:\n    stock owners [person] = 5\n"
    queue = "part desk(incoming):\n    stock waiting [person] = incoming\n"
    blocks = (queue, towns) if part_first else (towns, queue)
    model = fw.Model.parse(
        f"time week from 0 to 1 step 1\n{blocks[0]}{blocks[1]}{between}repair = desk(sum(owners))\n"
    )
    assert model.stocks == ("owners_harbour", "owners_hill", "waiting_repair")
    assert fw.simulate(model)["waiting_repair"][0] == 5 + 5


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("part queue:\n    a [1] = 1", "this part cannot be read\n"
         "  line 2: part queue:\n          ^^^^^^^^^^^\n"
         "  hint: write: part queue(incoming, handled):"),
        ("part queue():\na [1] = 1", "nothing stands under this 'part'\n"
         "  line 2: part queue():\n          ^^^^^^^^^^^^^\n  hint: indent its lines"),
        ("part min(a):\n    b [1] = a", "'min' is a function\n"
         "  line 2: part min(a):\n          ^^^^^^^^^^^^\n  hint: give this part another name"),
        ("part queue(a):\n    a [1] = 1", "'a' is handed to this part and defined in it\n"
         "  line 2: part queue(a):\n          ^^^^^^^^^^^^^^\n"
         "  hint: give one of them another name"),
        ("part queue(a):\n    b [1] = a", "the part 'queue' is never used\n"
         "  line 2: part queue(a):\n          ^^^^^^^^^^^^^^\n"
         "  hint: write: first_one = queue(a)"),
        ("part queue(a, b):\n    c [1] = a * b\nphone = queue(max(1, 2))",
         "'queue' is handed a, b, and here are 1\n"
         "  line 4: phone = queue(max(1, 2))\n          ^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: write: phone = queue(a, b)"),
        ("part queue(a):\n    c [1] = a\nphone = queu(1)", "no part is called 'queu'\n"
         "  line 4: phone = queu(1)\n          ^^^^^^^^^^^^^^^\n"
         "  hint: did you mean 'queue'?"),
        ("part queue(a):\n    c [1] = a\nfor x in y, z:\n    d [1] = 1\n    p = queue(1)",
         "a part is used at the left margin\n"
         "  line 6:     p = queue(1)\n              ^^^^^^^^^^^^\n  hint: do not indent it"),
        ("part queue(a):\n    c [1] = a * custmers\ncustomers [1] = 1\nphone = queue(1)",
         "nothing is called 'custmers'\n  line 3: c_phone [1] = 1 * custmers\n"
         "                            ^^^^^^^^\n  hint: did you mean 'customers'?"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_used_is_refused_in_words(lines, message):
    with pytest.raises(fw.FlywheelError) as caught:
        fw.Model.parse(f"time month from 0 to 1 step 1\n{lines}\n")
    assert str(caught.value) == message


def test_what_is_handed_to_a_part_cannot_make_a_small_text_huge():
    handed = " + ".join(["x"] * 900)
    body = " + ".join(["a"] * 900)
    lines = "".join(f"    y{i} [1] = {body}\n" for i in range(20))
    with pytest.raises(fw.ModelError) as caught:
        fw.Model.parse(f"time month from 0 to 1 step 1\npart big(a):\n{lines}one = big({handed})\n")
    assert str(caught.value) == "unrolled, this model has more than 2,000,000 characters"


def test_a_list_and_a_part_are_drawn_once():
    told = fw.draw(fw.Model.parse(LEAGUE)).alt
    assert "fans ×3 to joiners ×3 (plus), points ×3 (plus), leavers ×3 (plus)" in told
    assert "points ×3 to fame ×3 (plus)" in told  # each to its own, though the others lose
    assert 'R1 "Fame of club", reinforcing: fans ×3, points ×3, fame ×3 and joiners ×3' in told
    assert "waiting ×2 to served ×2 (plus)" in fw.draw(fw.Model.parse(DESKS)).alt
    every = fw.Model.parse(LEAGUE)
    assert "fans red to joiners red (plus)" in fw.draw(every, show=every.shown).alt


def test_a_part_that_is_used_once_is_told_without_a_sum():
    model = fw.Model.parse("""time month from 0 to 12 step 1
part queue(calls):
    stock waiting [person] = 3
        + calls
        - served
    served [person/month] = waiting / 2 [month]
phone = queue(rings)
given rings [person/month] = 2
""")
    assert "    served [person/month] = waiting / 2 [month]" in str(model)


def test_the_mark_of_a_loop_that_is_drawn_once_says_how_many_it_stands_for():
    league = fw.draw(fw.Model.parse(LEAGUE))
    whole = fw.find_loops(fw.causal_graph(fw.Model.parse(LEAGUE)))
    assert sum(loop.title.startswith("Fame of ") for loop in whole) == 3
    marks = {mark.loop.name: " ".join(mark.lines) for mark in league.plan.loops}
    assert marks["R1"] == "Fame of club ×3"
    assert "joiners ×3 (3 loops)" in league.alt
    # Across the clubs there are more ways round; those are no loops of what is drawn.
    folded = running("folded")
    below = {mark.loop.name: mark.lines for mark in fw.draw(folded).plan.loops}
    assert below == {"R1": ("×3",), "B1": ("×3",), "B4": ("×2",), "R4": ("×3",)}


def test_a_loop_that_is_drawn_once_has_the_letter_of_the_first_it_stands_for():
    fleets = fw.Model.parse("""# Two fleets in one sea.
time year from 0 to 40 step 0.125
stock fish [ton] = 8000
    - caught
caught [ton/year] = sum(catch)
for fleet in trawl, line:
    stock boats [boat] = 20
        - scrapped
    scrapped [boat/year] = boats / 15 [year]
    catch [ton/year] = fish * boats * skill
    given skill [1/boat/year] = trawl: 0.004, line: 0.001
""")
    drawn = fw.find_loops(together(fleets, fw.causal_graph(fleets)))
    whole = fw.find_loops(fw.causal_graph(fleets))
    assert len(whole) == 4
    assert len(drawn) == 2
    for loop in drawn:
        trawl = {f"{name.removesuffix(' ×2')}_trawl" if "×" in name else name
                 for name in loop.quantities}  # fmt: skip
        assert set(whole[loop.name].quantities) == trawl
        assert f"{loop.name}, balancing" in fw.draw(fleets).alt


def test_two_files_join_where_one_gives_what_the_other_computes():
    shop = """# A shop.
time month from 0 to 12 step 0.5
stock customers [customer] = 100
    + joiners
joiners [customer/month] = customers * talk
given talk [1/month] = 0.1
given city [customer] = 1000
"""
    town = """# A town.
time month from 0 to 99 step 1
given customers [customer] = 5
given city [customer] = 1000
talk [1/month] = 0.1 [1/month] * max(0, 1 - customers / city)
"""
    by_hand = shop.replace(
        "given talk [1/month] = 0.1",
        "talk [1/month] = 0.1 [1/month] * max(0, 1 - customers / city)",
    )
    one, other = fw.Model.parse(shop), fw.Model.parse(town)
    assert one.join(other) == fw.Model.parse(by_hand)
    assert fw.simulate(other.join(one))["talk"][0] == pytest.approx(0.09)
    with pytest.raises(fw.ModelError) as caught:
        one.join(fw.Model.parse(town.replace("city [customer] = 1000", "city [customer] = 10")))
    assert str(caught.value) == (
        "'city' is in both models\n  line 4: given city [customer] = 10\n"
        "          ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: rename one, or make one a given: it then comes from the other"
    )
    with pytest.raises(fw.ModelError) as caught:
        one.join(fw.Model.parse("time week from 0 to 9 step 1\na [1] = 1"))
    assert str(caught.value) == (
        "one counts time in month, the other in week\n"
        "  hint: write both in one unit of time, then join them"
    )


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("everyone [person] = sum(fans) * 2", "= sum(fans)", "= sum(fans) * 2"),
        ("leavers [person/season] = fans * away / 2", "* away\n", "* away / 2\n"),
        ("given start [person] = red: 1, blue: 2, green: 3 in 0 .. 1000",
         "red: 100, blue: 200, green: 50", "red: 1, blue: 2, green: 3"),
        ("stock fans [person] = start in 0 .. 1e9  # come\n    + joiners\n    - leavers\n\n"
         "# All of them.\n"
         "everyone [person] = sum(fans)",
         "# people who come\n", "# come\n"),
        ("for club in red, blue, green:\n    pair [person] = fans * 2\n    two [person] = pair",
         "    leavers [", "    pair [person] = fans * 2\n    two [person] = pair\n    leavers ["),
        ('loop "Of club" = fans -> leavers -> fans\nshow fans', "everyone [",
         'loop "Of club" = fans -> leavers -> fans\nshow fans\neveryone ['),
    ],
)  # fmt: skip
def test_a_line_that_revises_a_list_reads_as_if_it_stood_there(line, before, after):
    revised = fw.Model.parse(LEAGUE).revise(line)
    by_hand = fw.Model.parse(LEAGUE.replace(before, after, 1))
    told = [{str(name): model[name] for name in model.written} for model in (revised, by_hand)]
    if "# All" not in line:
        assert told[0] == told[1]
    assert revised["fans_red"] == by_hand["fans_red"]
    assert (revised.loops, revised.view) == (by_hand.loops, by_hand.view)
    assert fw.Model.parse(str(revised)) == revised
    assert "\nfor club in red, blue, green:\n" in str(revised)


def test_a_comment_below_a_list_is_of_the_line_that_follows():
    league = fw.Model.parse(LEAGUE.replace("\neveryone", "\n# All of them.\neveryone"))
    assert league["everyone"].notes == ("All of them.",)
    assert league.revise("leavers [person/season] = fans / 9 [season]\n# New.\nx [1] = 1")[
        "x"
    ].notes == ("New.",)


def test_a_list_over_the_items_of_another_means_what_is_under_that():
    more = f"{LEAGUE}\nfor team in red, blue, green:\n    pair [person] = fans * 2\n"
    by_hand = BY_HAND + "".join(
        f"pair_{name} [person] = fans_{name} * 2\n" for name in ("red", "blue", "green")
    )
    assert fw.Model.parse(more) == fw.Model.parse(by_hand)
    plain = more.replace("fans * 2", "usual * 2")
    assert str(fw.Model.parse(plain)["pair_red"]) == "pair_red [person] = usual * 2"
    own = "for team in red, blue, green:\n    usual [1] = 1\n"
    both = fw.Model.parse(plain + own)  # a quantity that stands by itself is meant first
    assert str(both["pair_red"]) == "pair_red [person] = usual * 2"
    assert str(both.revise("usual [person] = mean(fans) * 2")["usual_red"]) == "usual_red [1] = 1"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("all [1] = sum(usual)", "'usual' is not of a list\n"
         "  line 2: all [1] = sum(usual)\n                        ^^^^^\n"
         "  hint: sum(...) takes a name that stands under a 'for'; or write a + b"),
        ("all [1] = (1 +\n    mean(fan))\nfor club in red, blue:\n    fans [1] = 1",
         "'fan' is not of a list\n  line 3:     mean(fan))\n                   ^^^\n"
         "  hint: did you mean 'fans'?"),
        ("all [1] = sum(usual, other)", "'sum' takes one name, which stands under a 'for'\n"
         "  line 2: all [1] = sum(usual, other)\n                    ^^^\n"
         "  hint: give the rest a name of its own there; to add a few names, write a + b"),
        ("for club in red, blue:\n    fans [1] = 1\nall [1] = mean(fans * 2)",
         "'mean' takes one name, which stands under a 'for'\n"
         "  line 4: all [1] = mean(fans * 2)\n                    ^^^^\n"
         "  hint: give the rest a name of its own there; to add a few names, write a + b"),
    ],
)  # fmt: skip
def test_a_sum_over_what_is_no_list_is_refused_in_words(line, message):
    with pytest.raises(fw.EquationError) as caught:
        fw.Model.parse(f"time month from 0 to 1 step 1\n{line}\nusual [1] = 5")
    assert str(caught.value) == message


def test_a_loop_may_be_named_like_a_sum():
    assert fw.Model.parse(LEAGUE.replace("Fame of", "sum(usual) of")).loops[0].name == (
        "sum(usual) of red"
    )


CLUB = """
stock fans_CLUB [person] = START
    + joiners_CLUB
    - leavers_CLUB
joiners_CLUB [person/month] = fans_CLUB * 0.1 [1/month] * fame_CLUB + push_CLUB
fame_CLUB [1] = smooth(3 * fans_CLUB / (fans_red + fans_blue + fans_green), 2 [month])
leavers_CLUB [person/month] = fans_CLUB * leaving * ((fans_red + fans_blue + fans_green) / 3) / town
given push_CLUB [person/month] = PUSH
"""
LINE = """
stock waiting_NAME [person] = 3
    + INCOMING
    - served_NAME
served_NAME [person/month] = min(waiting_NAME / patience_NAME, HANDLED)
given patience_NAME [month] = 1 in 0.25 .. 4
"""
REST = """
at_shop [person/month] = joiners_blue + joiners_green
fee [USD/person] = (3 if plan < 0.5 else 5 if plan < 1.5 else 8) * 1 [USD/person]
given plan [1] = 1 in 0 .. 2
stock cash [USD] = 0 in -inf .. inf
    + takings
takings [USD/month] = (served_gate + served_shop) * fee + owed * 1 [USD/person/month]
owed [person] = 0 if clerks == 2 else (waiting_gate + waiting_shop) / (clerks - 2)
given leaving [1/month] = 0.1 in 0 .. 1
given town [person] = 1200 in 1000 .. 9000
given clerks [1] = 2
"""


@pytest.mark.parametrize("plan", [0, 1, 2])
@pytest.mark.parametrize("clerks", [2, 3])
def test_what_is_written_once_runs_as_if_it_were_written_out_by_hand(root, plan, clerks):
    """All engines run the same file in tests/simulate, with the page's JavaScript."""
    folded = fw.read(root / "tests" / "models" / "folded.flywheel")
    clubs = [("red", "900", "1"), ("blue", "600", "2"), ("green", "300", "3")]
    text = "time month from 0 to 24 step 0.125\n" + "".join(
        CLUB.replace("CLUB", club).replace("START", start).replace("PUSH", push)
        for club, start, push in clubs
    )
    for name, incoming, handled in (
        ("gate", "joiners_red", "40 [person/month]"),
        ("shop", "at_shop", "clerks * 15 [person/month]"),
    ):
        line = LINE.replace("NAME", name).replace("INCOMING", incoming)
        text += line.replace("HANDLED", handled)
    by_hand = fw.Model.parse(text + REST).change(plan=plan, clerks=clerks)
    run, other = fw.simulate(folded.change(plan=plan, clerks=clerks)), fw.simulate(by_hand)
    for name in (*folded.written,):
        if name in by_hand and name in run:
            np.testing.assert_allclose(run[name], other[name], rtol=1e-12, atol=0)
    assert {"cash", "fans_red", "waiting_shop", "takings"} <= {*run} & {*other}


def test_a_part_is_used_again_in_a_revision_that_holds_its_lines():
    """A model keeps what was made of a part and not the part, and says so."""
    lines = "part box(into):\n    stock held [x] = 0\n        + into\n"
    model = fw.Model.parse(
        f"time month from 0 to 1 step 1\n{lines}one = box(come)\ncome [x/month] = 2 * per\n"
        "given per [x/month] = 1"
    )
    with pytest.raises(fw.ModelError) as caught:
        model.revise("two = box(come)")
    assert str(caught.value) == (
        "the part 'box' is not among these lines, and a model keeps only what was made of it\n"
        "  line 1: two = box(come)\n                ^^^\n"
        "  hint: write its lines here once more, above: two = box(come)"
    )
    assert model.revise(f"{lines}two = box(come)").stocks == ("held_one", "held_two")


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model["fans"],
        lambda model: model.change(fans=50),
        lambda model: fw.simulate(model)["fans"],
        lambda model: fw.simulate(model).plot("fans"),
        lambda model: fw.simulate(model, start_from={"fans": 50}),
        lambda model: fw.sweep(model, {"rate": [0.1, 0.2]}, keep=["fans"]),
        lambda model: fw.fit(model, {"fans": {0: 1, 1: 2, 2: 3}}, ["rate"]),
    ],
)
def test_a_list_where_one_is_wanted_is_refused_with_its_members(ask):
    model = fw.Model.parse("""time year from 0 to 5 step 0.5
for side in north, south:
    stock fans [person] = 100
        + fans_gained
    fans_gained [person/year] = fans * rate
given rate [1/year] = 0.1""")
    with pytest.raises(fw.FlywheelError) as caught:
        ask(model)
    assert str(caught.value) == (
        "'fans' is a list of fans_north, fans_south\n  hint: name one of them: 'fans_north'"
    )
    assert model.get("fans") is None
    assert "fans" not in model


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('loop "Friends [red] red" = fans[red] -> songs_red -> fans_red', "fans[red]"),
        ("show word, songs [red] at 0.2 0.3", "songs [red]"),
    ],
)
def test_one_of_a_list_in_brackets_is_refused_as_it_was_written(line, wrong):
    text = """time week from 0 to 2
for club in red, blue:
    stock fans [person] = 1
        + songs
    songs [person/week] = fans * word
given word [1/week] = 0.1
"""
    with pytest.raises(fw.ModelError) as caught:
        fw.Model.parse(text + line + "\n")
    said, where, mark, hint = str(caught.value).splitlines()
    assert (said, where) == (f"'{wrong}' is not a name", f"  line 7: {line}")
    assert mark.index("^") - where.index(line) == line.index(wrong, line.find("=") + 1)
    assert hint == f"  hint: write: {wrong.replace(' ', '').replace('[', '_')[:-1]}"
