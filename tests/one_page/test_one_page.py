"""One page of a model, against sums by hand, and against texts that would like to be scripts."""

from __future__ import annotations

import html
import re
import shutil
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu.cli import main
from flywheel_edu.files import LANGUAGE
from flywheel_edu.one_page.asked import how_sure, spans, with_openings
from flywheel_edu.one_page.leaf import _others
from flywheel_edu.one_page.measures import band, dated
from flywheel_edu.study.measured import Measured, read_data
from flywheel_edu.widgets import Canvas

STALL = """# A stall on a market
# Fresh juice where nobody else sells any.
time day from 0 to 20 step 0.5
stock guests [guest] = 10                    # who come every day
    + told
stock cash [EUR] = 100 in -inf .. inf
    + takings
    - costs
told    [guest/day] = 0 * guests * talk + push
takings [EUR/day] = 0 [EUR/guest/day] * guests
costs   [EUR/day] = fee
given fee [EUR/day] = 15                     # contract of 2026
given talk [1/day] = 0.1 in 0 .. 0.4         # a guess
given push [guest/day] = 0 in 0 .. 5
"""


def seen(leaf) -> str:
    """The words of a page, as they are read."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", leaf.html, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def ours(leaf) -> set[str]:
    """The sentences of a page that its author did not write."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", leaf.html.partition("<body>")[2], flags=re.S)
    body = re.sub(r'<(\w+)[^<>]*translate="no".*?</\1>', "", body, flags=re.S)
    texts = map(str.strip, re.findall(">([^<>]+)<", body))
    return {
        said for text in texts for said in re.split(r"(?<=[.?!]) ", html.unescape(text)) if said
    }


@pytest.mark.parametrize("model", ["retail", "cash", "aws", "word_of_mouth", "rented", STALL])
def test_a_page_in_another_language_leaves_no_sentence_in_english(model, monkeypatch):
    made = fw.Model.parse(model) if model == STALL else fw.load(model)
    english = ours(fw.page(made))
    monkeypatch.setenv(LANGUAGE, "de")
    german = fw.page(made)
    assert '<html lang="de">' in german.html
    assert english & ours(german) == set()
    assert f'<h1 translate="no">{html.escape(made.title)}</h1>' in german.html


def test_loops_that_have_no_room_are_named():
    limits = fw.load("limits")
    named = [
        loop for loop in fw.find_loops(fw.causal_graph(limits, show=limits.shown)) if loop.title
    ]
    assert len(named) > 5
    told = seen(fw.page(limits))
    left = [f"{loop.name} {loop.title}" for loop in named[5:]]
    assert "Not told here: " in told
    assert all(each in told.partition("Not told here: ")[2] for each in left)


@pytest.mark.parametrize(
    ("named", "left"),
    [("Talk", "1 more loop without a name."), ("", "")],
)
def test_loops_without_a_name_are_counted_beside_those_that_have_one(named, left):
    # Guests bring guests; a crowd puts them off.
    text = """time week from 0 to 10 step 0.25
stock guests [person] = 10
    + told
told [person/week] = guests * talk * room
room [1] = 1 / (1 + guests / seats)
given talk [1/week] = 0.1
given seats [person] = 100
"""
    text += f'loop "{named}" = guests -> told -> guests' * bool(named)
    told = seen(fw.page(fw.Model.parse(text)))
    assert told.partition("Not told here: ")[2].startswith(left)
    assert ("Not told here: " in told) == bool(left)
    unnamed = [*fw.find_loops(fw.causal_graph(fw.Model.parse(text)))][1:]
    assert _others(unnamed, truncated=True).startswith(f"at least {len(unnamed)} more loop")


def test_what_it_is_about_ends_with_its_sentence_and_not_with_its_line():
    about = "# All is a guess. None counted.\n# Juice (see ch. 2) that nobody\n# else sells. The"
    text = STALL.replace("# Fresh juice where nobody else sells any.", about)
    told = seen(fw.page(fw.Model.parse(text)))
    assert "A stall on a market Juice (see ch. 2) that nobody else sells. The wheel" in told


def test_its_pictures_are_sharp_at_any_size_and_need_no_font():
    found = re.findall(r'src="data:([^;]+);base64,([^"]+)"', fw.page(fw.Model.parse(STALL)).html)
    assert [kind for kind, _ in found] == ["image/svg+xml"] * 3  # the wheel, the guests, the cash
    assert all(b"<text" not in b64decode(drawn) for _, drawn in found)


def test_cash_at_its_lowest_has_the_models_own_units_and_words():
    told = seen(fw.page(fw.Model.parse(STALL)))
    # 100 EUR less 15 EUR on each of 20 days.
    assert "Lowest cash: -200 EUR, day 20. So much must be there or be lent." in told
    assert "That is not enough: it still falls when the run ends." in told
    assert "Who lends 200 EUR by day 20, and when is it paid back?" in told
    assert "week" not in told
    assert "USD" not in told
    assert "A stall on a market Fresh juice where nobody else sells any." in told


SAVED = """# A jar of coins
time day from -10 to 20 step 1
stock cash [EUR] = 100 in -inf .. inf
    + saved
    - spent
saved [EUR/day] = 15
spent [EUR/day] = 0 [EUR/day] if time < 5 [day] else 25 [EUR/day]  # by the lease
"""


def test_cash_is_looked_at_from_today_on_not_in_the_past():
    # 100 EUR ten days ago, 325 EUR on day 5, and 10 EUR less each day from there.
    assert "Lowest cash: 175 EUR, day 20." in seen(fw.page(fw.Model.parse(SAVED)))
    counted = {"cash": {-10: 100, 2: 280}}
    risen = SAVED.replace("25", "5")
    assert "Lowest cash: 280 EUR, day 2." in seen(fw.page(fw.Model.parse(risen), counted))
    assert "Lowest cash: 25 EUR, day 20." in seen(
        fw.page(fw.Model.parse(SAVED.replace("-10", "0")))
    )


@pytest.mark.parametrize(
    ("fee", "said", "asked"),
    [
        (30, "Lowest cash inn, the worst of 2: -200 EUR, day 10.",
         "Who lends 200 EUR, missing in cash inn, by day 10, and when is it paid back?"),
        (5, "Lowest cash inn, the worst of 2: 50 EUR, day 10.",
         "At its lowest there is 50 EUR in cash inn, day 10."),
    ],
)  # fmt: skip
def test_of_several_stocks_of_cash_the_worst_is_told_by_name(fee, said, asked):
    # The stand keeps its 900 EUR; the inn has 100 and pays for ten days.
    leaf = fw.page(
        fw.Model.parse(f"""time day from 0 to 10 step 1
for shop in stand, inn:
    stock cash [EUR] = first in -inf .. inf
        - fee
    given first [EUR] = stand: 900, inn: 100
    given fee [EUR/day] = stand: 0, inn: {fee}""")
    )
    assert said in seen(leaf)
    assert asked in seen(leaf)
    assert "cash inn (EUR)" in leaf.html  # its curve is drawn


# Five businesses, as a student draws them; the league as one writes it.
BUSINESSES = {
    "A language app": """
learners -> partners online + -> waiting time - -> talks held -
talks held -> invitations + delayed -> learners +
learners -> open complaints + -> invitations -
learners -> cash +
server bill -> cash -""",
    "A bakery": """
regulars -> practice + -> bread quality + delayed -> word of mouth + -> regulars +
regulars -> crowding + -> bread quality -
regulars -> takings + -> cash +
rent -> cash -""",
    "An open-source project": """
users -> bug reports + -> code quality + delayed -> users +
users -> questions + -> maintainer hours - -> code quality +
users -> contributors + delayed -> maintainer hours +
users -> cash +
server bill -> cash -""",
    "A fund manager": """
track record -> investors + delayed -> assets + -> fees + -> analysts + delayed -> track record +
assets -> track record -
fees -> cash +
analysts -> cash -""",
    "A league": """# A league
time season from 0 to 20 step 0.125
for club in red, blue, green:
    stock fans [person] = red: 9000, blue: 6000, green: 3000   # counted in 2026
        + joiners
        - leavers
    joiners [person/season] = fans * 10% * 1 [1/season] * fame + push
    fame    [1]             = smooth(3 * fans / sum(fans), 2 [season])
    leavers [person/season] = fans * leaving * fans / town
    given push [person/season] = 0 in 0 .. 3000
    loop "Fame of club" = fans -> fame -> joiners -> fans
stock cash [USD] = 1000000 in -inf .. inf
    + gate
    - wages
gate [USD/season] = sum(fans) * ticket
given ticket  [USD/person/season] = 60 in 0 .. 200     # a guess
given wages   [USD/season] = 1200000 in 0 .. 3000000   # contracts of 2026
given leaving [1/season] = 0.1 in 0 .. 1
given town    [person] = 12000 in 1000 .. 100000
show fans, fame, joiners, cash
""",
}


@pytest.mark.parametrize("name", BUSINESSES)
def test_five_businesses_come_from_a_drawing_to_a_page_that_says_what_the_measures_say(name):
    text = BUSINESSES[name]
    if text.startswith("#"):
        model = fw.Model.parse(text)
    else:
        canvas = Canvas(text)
        assert canvas.notes == []
        model = canvas.spin(name)
    assert not fw.compare(fw.causal_graph(model, show=model.shown), model)
    page, test = seen(fw.page(model)), fw.flywheel_test(model)
    lowest = fw.simulate(model)["cash"].min()
    assert page.startswith(f"{name} {name}")
    assert test.verdict in page
    assert all(said.split(": ", 1)[1] in page for said in test.sentences())
    assert "Lowest cash: " in page
    assert (lowest < 0) == ("So much must be there or be lent." in page)
    measured = str(fw.dominance(fw.simulate(model))).replace("_", " ").splitlines()
    leads = [line for line in measured[:5] if line[0] != "("]
    assert leads
    for line in leads if not model.together else ():
        assert line.replace(" -> ", " → ") in page
    assert page.count("leads from") + page.count("lead from") == len(leads)


@pytest.mark.parametrize(
    "said", ["payroll", "asked five households", "the sponsors' page", "the driver says so"]
)
def test_a_source_is_known_by_the_words_people_use_for_one(said):
    told = f"time day from 0 to 1 step 1\ngiven cash [USD] = 5  # {said}"
    assert how_sure(fw.Model.parse(told)["cash"]) == "source"


def test_a_guess_and_a_source_are_told_apart_by_the_comments():
    model = fw.Model.parse(STALL)
    told = "time day from 0 to 1 step 1\ngiven cash [USD] = 5  # bank statement"
    assert how_sure(fw.Model.parse(told)["cash"]) == "source"
    assert [how_sure(model[name]) for name in ("fee", "talk", "push")] == [
        "source",
        "guess",
        "not said",
    ]
    told = seen(fw.page(model))
    # talk, push, and what the two stocks open with.
    assert "4 of 5 numbers have no source." in told
    assert "guests at start 10 guests not said who come every day" in told
    assert "cash at start 100 EUR not said" in told
    assert "fee 15 EUR/day source contract of 2026" in told


def test_the_band_is_what_a_fifth_more_or_less_of_the_guesses_does():
    from flywheel_edu.one_page.leaf import _guessed

    model = fw.Model.parse(
        "time day from 0 to 10 step 1\nstock sold [1] = 0\n    + sales\n"
        "sales [1/day] = rate\ngiven rate [1/day] = 10  # a guess"
    )
    low, high = band(_guessed(model, ["sold"], spans(model, {}))["sold"])
    # Evenly drawn from 8 to 12 a day: nine tenths lie between 8.2 and 11.8, times ten days.
    assert (low[-1], high[-1]) == pytest.approx((82, 118), abs=0.2)
    opened = fw.Model.parse(str(model).replace("sold [1] = 0", "sold [1] = 100"))
    low, high = band(
        _guessed(with_openings(opened), ["sold"], spans(with_openings(opened), {}))["sold"]
    )
    assert (low[0], high[0]) == pytest.approx((82, 118), abs=0.2)  # what it opens with, as well
    sourced = fw.Model.parse(str(model).replace("a guess", "counted in 2026"))
    assert _guessed(sourced, ["sold"], spans(sourced, {})) == {}


def test_cash_that_holds_only_if_the_guesses_do_is_told_so():
    # Evenly drawn from 8 to 12 a day for ten days, less a loan of 100: half the runs fall short,
    # and nine tenths stay above -18.
    shop = """time day from 0 to 10 step 1
stock cash [EUR] = 100 in -inf .. inf    # bank statement
    - costs
costs [EUR/day] = rate
given rate [EUR/day] = RATE              # a guess"""
    told = seen(fw.page(fw.Model.parse(shop.replace("RATE", "10"))))
    assert "Lowest cash: 0 EUR, day 10." in told
    found = re.search(
        r"In (\d+) of 200 runs with guesses a fifth off it falls below 0, and the band goes down "
        r"to (-[\d.]+) EUR\.", told
    )  # fmt: skip
    assert found is not None
    assert int(found[1]) == pytest.approx(100, abs=1)
    assert float(found[2]) == pytest.approx(-18, abs=0.2)
    assert (
        "What if takings come late, or guesses are off? At its lowest there is 0 EUR, day 10; "
        f"in {found[1]} of 200 runs with guesses a fifth off it falls below 0."
    ) in told
    # At most 9.6 a day: never below zero.
    assert "falls below 0" not in seen(fw.page(fw.Model.parse(shop.replace("RATE", "8"))))


def test_how_a_file_was_read_stands_in_the_notebook_and_not_on_the_page(tmp_path: Path):
    (tmp_path / "counted.csv").write_text("day;guests;comment\n0;10,0;start\n10;12,5;end\n")
    leaf = fw.page(fw.Model.parse(STALL), str(tmp_path / "counted.csv"))
    assert "comma" not in seen(leaf)
    assert "comment" not in seen(leaf)
    notebook = leaf._repr_html_().partition("<iframe")[0]
    assert "a comma stands before decimals: 10,0 is read as 10.0" in notebook
    assert "the column &#x27;comment&#x27; is no quantity of the model" in notebook


def test_one_paragraph_spells_a_quantity_in_one_way():
    text = """time day from 0 to 6 step 1
for side in north, south:
    stock fans [person] = 100
        + won
    won [person/day] = fans * rate
given rate [1/day] = 0.1 in 0 .. 1"""
    counted = {each: {0: 100, 2: 120, 4: 150, 6: 170} for each in ("fans_north", "fans_south")}
    told = seen(fw.page(fw.Model.parse(text), fw.fit(fw.Model.parse(text), counted, "rate")))
    assert "fans north is" in told
    assert "nearer to fans north" in told
    assert "fans_north" not in told


def test_what_was_measured_is_drawn_and_judged():
    told = fw.page(
        fw.Model.parse(STALL), {"cash": {0: 100, 10: -100}}, "Juice, and nobody else has it."
    )
    assert told.of == "guests"  # as flywheel_test has it; what was measured is drawn as well
    # 150 below 100 is -50 at day 10, where -100 was counted: half off there, nothing at day 0.
    assert "Against 2 measured points, cash is 25 % off on average." in seen(told)
    assert "Points measured (EUR)" in told.html
    assert "Juice, and nobody else has it." in seen(told)


def test_all_that_was_measured_is_judged():
    counted = {"cash": {0: 100, 10: -100}, "guests": {0: 10, 10: 20}}
    told = seen(fw.page(fw.Model.parse(STALL), counted))
    guests = fw.simulate(fw.Model.parse(STALL))["guests"]
    off = abs(guests[-1] / 20 - 1) * 100 / 2  # at day 0 there are the 10 that were counted
    assert (
        "Against 2 measured points, cash is 25 % off on average. "
        f"Against 2 measured points, guests is {off:.0f} % off on average. "
        "No number was fitted to them."
    ) in told


def test_a_fit_brings_its_own_numbers_and_verdict():
    bass = fw.load("bass")
    found = fw.fit(bass, {"adopters": {6: 1.0e7, 9: 3.0e7, 12: 5.0e7}}, "market")
    leaf = fw.page(bass, found)
    assert leaf.model.given_values == found.model.given_values
    assert re.search(
        r"market [\d,.]+ \w+ \w+ fitted what was counted, give or take [\d,.]+", seen(leaf)
    )
    off = found.scores().loc["this model", "mape_fitted"]
    assert f"Against 3 measured points, adopters is {off:.2g} % off where fitted, on" in seen(leaf)
    assert found.verdict().split(".")[0] in seen(leaf)


COUNTED = "date,guests\n2025-05-04,4\n2025-05-14,5\n2025-05-24,6\n"


def test_counts_by_dates_bring_dates_to_the_page_and_name_their_file(tmp_path: Path):
    (tmp_path / "counted.csv").write_text(COUNTED, "utf-8")
    stall = fw.Model.parse(STALL)
    leaf = fw.page(stall, str(tmp_path / "counted.csv"))
    # Day 20 after the fourth of May.
    assert "Lowest cash: -200 EUR, day 20 (2025-05-24)." in seen(leaf)
    assert "Dates are counted in days from 2025-05-04, which is day 0." in seen(leaf)
    assert (
        "Guests opens with 10 at day 0, where 4 was counted: if that is its value today, write "
        "what was there then." in seen(leaf)
    )
    from flywheel_edu.one_page.leaf import _curve

    since, _ = read_data(stall, str(tmp_path / "counted.csv"))
    drawn = _curve(fw.simulate(stall), "cash", {}, None, dated(stall, since.values()), "").figure
    drawn.draw_without_rendering()
    shown = [label.get_text() for label in drawn.axes[0].get_xticklabels()]
    assert {"2025-05-04", "2025-05-14", "2025-05-24"} <= {*shown}
    (tmp_path / "counted.csv").write_text("day,guests\n0,10\n5,16\n10,19\n15,26\n", "utf-8")
    push = fw.fit(stall, str(tmp_path / "counted.csv"), ["push"])
    assert " fitted counted.csv, give or take " in seen(fw.page(stall, push))


@pytest.mark.parametrize(
    ("unit", "count", "when"),
    [
        ("week", 2, "2025-12-15"),
        ("month", 1.5, "2026-01"),
        ("quarter", -1, "2025-09"),
        ("year", 3, "2028-12"),
    ],
)
def test_moments_are_dates_from_the_first_one_on(unit, count, when):
    clock = f"time {unit} from 0 to 4 step 0.5\nstock a [1] = 1\n"
    series = Measured(np.zeros(1), np.ones(1), "2025-12-01")
    assert dated(fw.Model.parse(clock), [series])(count) == when
    assert dated(fw.Model.parse(clock), ())(count) == ""


def test_a_loop_that_leads_and_decides_nothing_is_told_so():
    model = fw.Model.parse(
        """time month from 0 to 24 step 0.125
stock guests [person] = 100
    + told
    + walk_ins
told [person/month] = guests * talk
given walk_ins [person/month] = 500
given talk [1/month] = TALK
loop "Talk" = guests -> told -> guests""".replace("TALK", "0.00001")
    )
    # 12 100 in the end, and the loop brings 1.2 % of 1 % of them.
    told = seen(fw.page(model))
    assert "Without Talk, guests at month 24 is nearly the same: it leads, and decides" in told
    # 100 exp(2.4), and 500 a month on top of it, against 240 + 12 000 + 100.
    grown = 100 * 1.0125**192 + 500 * (1.0125**192 - 1) / 0.1
    lower = 1 - (100 + 24 * 10 + 24 * 500) / grown
    told = fw.page(model.change(talk=0.1))
    assert f"Without Talk, guests at month 24 is {lower:.0%}".replace("%", " % lower.") in seen(
        told
    )
    assert f"{100 * lower:.0f}\N{NO-BREAK SPACE}% lower" in told.html  # never broken over a line
    assert "What leads moves most at that moment" in seen(told)


def test_a_loop_that_shares_each_arrow_and_decides_nothing_is_told_with_the_others():
    # Two ways from guests to the rumour, two from there to who comes: four loops, no arrow of one.
    text = """time month from 0 to 24 step 0.125
stock guests [person] = 100
    + told
    + walk_ins
mails [person] = guests * most
calls [person] = guests * (1 - most)
rumour [person] = mails + calls
friends [person] = rumour * most
family [person] = rumour * (1 - most)
told [person/month] = (friends + family) * talk
given walk_ins [person/month] = 500
given most [1] = 0.9
given talk [1/month] = 0.00001
loop "Mails" = guests -> mails -> rumour -> friends -> told -> guests
loop "Relatives" = guests -> mails -> rumour -> family -> told -> guests
loop "Calls" = guests -> calls -> rumour -> friends -> told -> guests
loop "Aunts" = guests -> calls -> rumour -> family -> told -> guests
"""
    model = fw.Model.parse(text)
    told = seen(fw.page(model))
    assert "Mails (R1) leads from month" in told
    assert (
        "Without Mails, and Relatives with it, guests at month 24 is nearly the same: it leads, "
        "and together they decide little."
    ) in told
    assert "Without Mails" not in seen(fw.page(model.change(talk=0.1)))


def test_what_cannot_be_measured_is_said_and_the_page_is_still_there():
    model = fw.Model.parse("# Two\ntime year from 0 to 2 step 1\nstock here [1] = 1\n    + in_\n"
                           "in_ [1/year] = here * 10% * 1 [1/year]")  # fmt: skip
    told = seen(fw.page(model))
    assert "The five properties were not measured: " in told
    assert "It holds no cash." in told
    assert "Everything here acts at once. Where does it take time?" in told


def test_no_text_of_an_author_becomes_a_script():
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    text = STALL.replace("A stall on a market", evil).replace("who come every day", evil)
    text += f'loop "{evil[:60]}" = cash -> cash_seen -> costs -> cash  # {evil}\n'
    text = text.replace("= fee\n", "= fee + 0 * cash_seen\n") + "cash_seen [EUR/day] = cash / one\n"
    leaf = fw.page(fw.Model.parse(text + "given one [day] = 1\n"), story=evil)
    assert leaf.html.count("<script") == leaf.html.count("</script>") == 4
    assert "<img src=x" not in leaf.html
    assert "script-src 'sha256-" in leaf.html


def test_the_same_model_gives_the_same_page():
    model = fw.Model.parse(STALL)
    assert fw.page(model).html == fw.page(model).html


def test_a_page_needs_something_that_moves():
    with pytest.raises(fw.ModelError) as caught:
        fw.page(fw.Model.parse(STALL), of="gests")
    assert str(caught.value) == (
        "the model has no quantity 'gests' that moves\n  hint: did you mean 'guests'?"
    )


def test_the_command_writes_the_page(tmp_path: Path, capsys):
    (tmp_path / "stall.flywheel").write_text(STALL, "utf-8")
    (tmp_path / "counted.csv").write_text("day,guests,rain\n0,10,1\n10,12,0\n", "utf-8")
    made = tmp_path / "page.html"
    given = [str(tmp_path / "stall.flywheel"), "--out", str(made)]
    assert main(["page", *given, "--data", str(tmp_path / "counted.csv")]) == 0
    assert "Against 2 measured points, guests is 8\N{NO-BREAK SPACE}% off" in made.read_text(
        "utf-8"
    )
    notes, _, written = capsys.readouterr().out.partition("Written: ")
    assert notes.splitlines() == [f"({each})" for each in fw.page(
        fw.Model.parse(STALL), str(tmp_path / "counted.csv")
    ).told]  # fmt: skip
    assert "rain" in notes
    assert written == f"{made}\n"
    assert main(["page", given[0], "--out", str(tmp_path / "page.doc")]) == 1
    assert capsys.readouterr().err == (
        "flywheel: a page is written as .html or .pdf, not as '.doc'\n  hint: rename 'page.doc'\n"
    )


def test_a_pdf_needs_a_browser_and_says_so(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(fw.FlywheelError) as caught:
        fw.page(fw.Model.parse(STALL)).save(tmp_path / "page.pdf")
    assert str(caught.value) == (
        "no browser was found that prints a PDF\n"
        "  hint: save the page as .html, open it, and print it to a PDF there"
    )


@pytest.mark.usefixtures("chromium")
def test_a_browser_prints_it_on_one_sheet(tmp_path: Path, root: Path):
    bakery = fw.read(root / "course" / "models" / "bakery.flywheel")
    made = fw.page(bakery).save(tmp_path / "page.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1


FUND = """# Numbers without a source are illustrative.
time month from 0 to 120 step 0.25
stock investors [person] = 2000  # register, June 2025
    + joiners
    - leavers
joiners [person/month] = investors * word * max(record, 0) * room + push
leavers [person/month] = investors * leaving
room [1] = max(1 - investors / savers, 0)
given word [1/month] = 0.06 in 0 .. 0.2
given leaving [1/month] = 0.02 in 0 .. 0.1
given savers [person] = 20000 in 5000 .. 50000  # households in three towns, a guess
given push [person/month] = 0 in 0 .. 200
assets [USD] = investors * balance
given balance [USD/person] = 25000 in 5000 .. 60000  # custodian, June 2025
gain [1/month] = skill / (1 + assets / capacity) - expenses
given skill [1/month] = 0.012 in 0 .. 0.03
given capacity [USD] = 300000000 in 50000000 .. 1000000000  # a guess
expenses [1/month] = fee_rate + fund_costs / assets
given fee_rate [1/month] = 0.0008 in 0 .. 0.002  # prospectus, 2025
given fund_costs [USD/month] = 30000 in 10000 .. 90000  # invoices, 2025
record [1] = smooth(gain / usual_gain, seen)
given usual_gain [1/month] = 0.008 in 0.002 .. 0.02
given seen [month] = 12 in 1 .. 36  # three year figures are read late
fees [USD/month] = assets * fee_rate
stock cash [USD] = 300000 in -inf .. inf  # bank statement, June 2025
    + fees
    - costs
costs [USD/month] = fund_costs + investors * service
given service [USD/person/month] = 5 in 0 .. 20
loop "Good name" = investors -> joiners -> investors
loop "Size bites" = investors -> assets -> gain -> record -> joiners -> investors
loop "Cheaper by size" = investors -> assets -> expenses -> gain -> record -> joiners -> investors
loop "Served" = investors -> room -> joiners -> investors
show investors, joiners, room, assets, expenses, gain, record, cash
"""


@pytest.mark.usefixtures("chromium")
def test_four_named_loops_and_three_fitted_columns_are_one_sheet(tmp_path: Path):
    model = fw.Model.parse(FUND)
    run, times = fw.simulate(model), np.arange(0.0, 37.0, 3.0)
    wobble = 1 + 0.05 * np.sin(times)
    counted = {
        name: dict(zip(times, np.interp(times, run.time, run[name]) * wobble, strict=True))
        for name in ("investors", "assets", "cash")
    }
    leaf = fw.page(model, fw.fit(model, counted, ["word", "leaving", "service"], until=24), "Ours.")
    told = seen(leaf)
    assert told.count("nearer") == 3
    assert told.count("held out: ") <= 1  # which curves, of the first alone
    made = leaf.save(tmp_path / "page.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1


def test_a_length_of_time_is_no_date_and_a_year_is_no_length():
    text = "time year from START to STOP step 1\nstock a [1] = 1\n    + b\nb [1/year] = a / wait\n"
    text += "given wait [year] = VALUE\n"
    for start, stop, value, told in (
        ("0", "9", "3", "3 year"),
        ("2000", "2009", "2003", "year 2003"),
    ):
        model = text.replace("START", start).replace("STOP", stop).replace("VALUE", value)
        assert f"wait {told}" in seen(fw.page(fw.Model.parse(model)))


def test_dials_speak_of_quantities_in_words():
    hall = fw.Model.parse("""time week from 0 to 52 step 0.25
stock loyal_climbers [person] = 40
    + new_climbers
new_climbers [person/week] = push + loyal_climbers * talk * (1 - loyal_climbers / town)
given push [person/week] = 0 in 0 .. 20
given talk [1/week] = 0.1
given town [person] = 900""")
    told = seen(fw.page(hall))
    assert "once the push has ended, the growth of loyal climbers is" in told
    assert "loyal_climbers" not in told


def test_what_a_stock_opens_with_has_the_source_that_stands_at_the_stock():
    text = "# Numbers without a source are illustrative.\ntime month from 0 to 24 step 0.25\n"
    text += "for club in red, blue:\n    stock fans [person] = first_fans  # counted in May 2026\n"
    text += "        + joiners\n    joiners [person/month] = fans * talk\n"
    text += "    given first_fans [person] = red: 140, blue: 60\ngiven talk [1/month] = 0.1\n"
    told = seen(fw.page(fw.Model.parse(text)))
    assert "first fans red 140 people source counted in May 2026" in told
    assert "first fans blue 60 people source counted in May 2026" in told
    own = text.replace("blue: 60\n", "blue: 60  # a guess\n")
    assert "first fans red 140 people guess a guess" in seen(fw.page(fw.Model.parse(own)))


def test_loops_of_a_list_are_told_once_as_they_are_drawn():
    text = "time month from 0 to 24 step 0.25\nfor shop in east, west:\n    stock guests [1] = 5\n"
    text += "        + told\n    told [1/month] = guests * talk\ngiven talk [1/month] = 0.1\n"
    told = seen(fw.page(fw.Model.parse(text + 'loop "Talk" = guests -> told -> guests')))
    assert "R1 Talk , for each shop: Guests up, so told up, so guests up" in told
    assert told.count("the push comes back") == 1


def test_what_counts_under_a_list_is_all_of_them_together():
    league = fw.Model.parse(BUSINESSES["A league"])
    page, run = fw.page(league), fw.simulate(league)
    told = seen(page)
    assert "What counts here is fans, of red, blue and green together." in told
    assert "fans red grows" not in told
    # Loops go by what is drawn, once for all three.
    assert "B3 (fans → leavers → fans), which is not drawn, leads from season" in told
    assert "Fame of club (R1) leads from season" in told
    total = sum(run[f"fans_{club}"] for club in ("red", "blue", "green"))
    assert fw.simulate(page.model)["fans"].tolist() == pytest.approx(total.tolist(), rel=1e-12)
    # Each is pushed as hard, and each loses half.
    test = fw.flywheel_test(league, strength=100)
    fans = [f"fans_{club}" for club in ("red", "blue", "green")]
    at = test.hit.time.tolist().index(test.hit_at) + 1
    for club in fans:
        assert test.hit[club][at] == pytest.approx(test.pushed[club][at - 1] / 2, rel=0.05)
        assert test.pushed[club][1] - test.unpushed[club][1] == pytest.approx(100 / 8)
    assert test.recovered == test.hit["fans"][-1] / test.pushed["fans"][-1]


def test_one_of_a_list_asked_for_by_name_stays_one():
    league = fw.Model.parse(BUSINESSES["A league"])
    assert fw.page(league, of="fans_blue").of == "fans_blue"
    assert fw.page(league, of="fans").of == "fans"
    assert fw.flywheel_test(league, output="fans_blue").wheel == "fans_blue"


def test_a_fitted_number_is_as_unsure_as_its_fit_says():
    # Only their difference moves fans: 10 to 14 in four days, at 1 a day.
    text = """time day from 0 to 4 step 1
stock fans [person] = 10     # counted
    + won
    - lost
won [person/day] = rate
lost [person/day] = loss
given rate [person/day] = 2 in 0.5 .. 8   # counted
given loss [person/day] = 1.5 in 0.5 .. 8 # counted"""
    counted = {"fans": {0: 10, 1: 11.2, 2: 11.9, 3: 12.8, 4: 14.1}}
    fitted = fw.fit(fw.Model.parse(text), counted, ["rate", "loss"])
    apart = "These data cannot tell rate and loss apart: what one does, another can undo."
    assert apart in " ".join(str(fitted).split())
    for name, (low, high) in fitted.plausible.items():
        assert 0.5 <= low < fitted.values[name] < high <= 8
    leaf = fw.page(fitted.model, fitted)
    told = seen(leaf)
    assert apart in told
    assert "How do you know that rate is" in told
    assert "How do you know that loss is" in told
    assert "rate and loss" not in str(fw.fit(fw.Model.parse(text), counted, "rate"))
