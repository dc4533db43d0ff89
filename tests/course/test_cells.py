"""The rules for the chapters refuse bad notebooks, and only those."""

from __future__ import annotations

import pytest

from tests.course.cells import (
    documents,
    in_sections,
    left_to_the_student,
    shown_unasked,
    unsourced,
    verdicts_without_a_vote,
)

QUIZ = ("code", 'Quiz.read("questions/02.txt", "disk")')
PLOT = ("code", 'run = fw.simulate(shop)\nrun.plot("customers")')
NUMBERS = ("code", "# NBVAL_CHECK_OUTPUT\nprint(run.table())")


def section(title, *cells):
    return [("markdown", f"## {title}\n\nSome words."), *cells]


def notebook(*cells):
    return in_sections(list(cells))


def test_an_answer_without_a_guess_is_refused():
    (refused,) = shown_unasked(notebook(*section("2 The tub", PLOT)))
    assert refused == '2 The tub: run = fw.simulate(shop)\nrun.plot("customers")'


def test_an_answer_after_its_guess_is_fine():
    assert not shown_unasked(notebook(*section("2 The tub", QUIZ, PLOT)))


def test_a_guess_after_its_answer_comes_too_late():
    assert len(shown_unasked(notebook(*section("2 The tub", PLOT, QUIZ)))) == 1


def test_a_guess_in_another_section_does_not_count():
    assert len(shown_unasked(notebook(*section("2 A", QUIZ), *section("3 B", PLOT)))) == 1


def test_a_guess_above_a_smaller_heading_still_counts():
    closer = ("markdown", "### Closer\n\nLook again.")
    assert not shown_unasked(notebook(*section("2 The tub", QUIZ, closer, PLOT)))


def test_one_guess_serves_two_answers_and_not_a_third():
    assert not shown_unasked(notebook(*section("2 The tub", QUIZ, PLOT, NUMBERS)))
    assert len(shown_unasked(notebook(*section("2 The tub", QUIZ, PLOT, NUMBERS, PLOT)))) == 1
    assert len(shown_unasked(notebook(*section("2 A", QUIZ, QUIZ, PLOT, PLOT, PLOT)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        'guess = Predict(tub, "water")\nguess',
        'Predict(\n    tub, "water",\n)',
        'Order.read("orders/01.txt")',
        "Quiz([question])",
    ],
)
def test_what_counts_as_a_guess(text):
    assert not shown_unasked(notebook(*section("2 The tub", ("code", text), PLOT)))


@pytest.mark.parametrize(
    "text",
    [
        'guess = Predict(tub, "water")',  # never shown
        '# Quiz.read("questions/02.txt", "disk")',
        'print("Quiz")',
        'Explorer(tub, "water")',
    ],
)
def test_what_does_not_count_as_a_guess(text):
    assert len(shown_unasked(notebook(*section("2 The tub", ("code", text), PLOT)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "# NBVAL_CHECK_OUTPUT\nprint(3 * 4)",
        "fw.simulate(shop).plot()",
        'fw.simulate(shop).table("customers")',
        'print(fw.sweep(shop, push=[1, 2], keep="users"))',
        'levered = fw.leverage(shop, "customers")\nlevered',
        "driven = fw.dominance(run)\nfw.draw(shop, widths=driven.at(3).widths)",
        "print(fw.flywheel_test(shop).sentences()[0])",
        "found = retail_fit()\nfound.scores()",
        'fw.facts.plot(fw.facts.series("aws", "aws_net_sales"))',
        "for finding in fw.lint(graph):\n    print(finding.what)",
        "late = fw.simulate(shop)\nlast = late['customers'][-1]\nprint(f'{last:.0f}')",
        "loops = Loops(fw.simulate(shop))\nprint(fw.dominance(fw.simulate(shop)))\nloops",
    ],
)
def test_what_shows_an_answer(text):
    assert len(shown_unasked(notebook(*section("2 The tub", ("code", text))))) == 1


@pytest.mark.parametrize(
    "text",
    [
        'shop = fw.load("retail")\nfw.draw(shop)',
        "run = fw.simulate(shop)",  # computed, and shown to nobody
        'run.plot("customers");\nshop = run = None',
        "loops = Loops(fw.simulate(shop))\nloops",
        'Explorer(shop, "customers", data={"customers": fw.simulate(shop)["customers"]})',
        "print(shop.written['orders'])",
        "# your cell",
        "# run = fw.simulate(shop.change(push=...))\nprint(fw.simulate(shop)['users'][-1])",
    ],
)
def test_what_shows_no_answer(text):
    assert not shown_unasked(notebook(*section("2 The tub", ("code", text))))


def test_an_answer_kept_in_a_name_is_still_one_in_a_later_cell():
    kept = ("code", "test = fw.flywheel_test(shop)")
    assert (
        len(shown_unasked(notebook(*section("2 A", kept), *section("3 B", ("code", "test"))))) == 1
    )
    renamed = ("code", 'test = fw.load("retail")\nfw.draw(test)')
    assert not shown_unasked(notebook(*section("2 A", kept), *section("3 B", renamed)))


def test_nobody_can_know_the_answer_about_a_flywheel_of_ones_own():
    assert not shown_unasked(notebook(*section("8 Your own flywheel", PLOT)))
    assert shown_unasked(notebook(*section("8 Your own", PLOT)))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# your cell", True),
        ("# print(fw.simulate(shop))", True),
        ("later = fw.simulate(retail.change())  # change(fulfilment_from=...)", True),
        ("# NBVAL_CHECK_OUTPUT\nprint(1)", False),
        ("run = fw.simulate(shop)  # as it was", False),
        ('print("# your cell")', False),
    ],
)
def test_what_is_left_to_the_student(text, left):
    assert left_to_the_student(text) is left


VERDICT = ("code", 'fw.facts.claim("began in 2000")')


def test_a_verdict_before_the_vote_is_refused():
    assert verdicts_without_a_vote(notebook(*section("7 Catch the claim", VERDICT, QUIZ)))
    assert verdicts_without_a_vote(
        notebook(*section("6 A", QUIZ), *section("7 Catch the claim", VERDICT))
    )
    assert not verdicts_without_a_vote(notebook(*section("7 Catch the claim", QUIZ, VERDICT)))


SERIES = 'share = fw.facts.series("third_party_share", "gross_merchandise_sales")'
READ = ("code", SERIES + "\nprint(share[2018])")


def test_figures_without_a_source_are_refused():
    assert unsourced(notebook(*section("2 The share", READ))) == [f"2 The share: {READ[1]}"]


@pytest.mark.parametrize(
    "line",
    [
        'print(fw.facts.cite("third_party_share"))',
        'print(share.attrs["source"])',
        'fw.facts.plot(share, title="The share")',
    ],
)
def test_a_cell_can_show_its_own_source(line):
    assert not unsourced(notebook(*section("2 The share", ("code", f"{READ[1]}\n{line}"))))


def test_a_source_that_is_not_shown_names_nothing():
    kept = ("code", f'{READ[1]}\nsource = fw.facts.cite("third_party_share")')
    assert unsourced(notebook(*section("2 The share", kept)))
    own = ("code", f"{READ[1]}\nfw.facts.plot(guesses)")
    assert unsourced(notebook(*section("2 The share", own)))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("The letter to shareholders for 2018 prints it.", True),
        ("The share (Amazon's letter\nfor 2018) rose.", True),
        ("The letter for 1955 prints it.", False),  # no figure of the table is from it
        ("The letter to shareholders prints it.", False),
        ("In 2018 the share was larger.", False),
    ],
)
def test_the_text_beside_a_cell_can_name_the_source(words, named):
    for cells in ([("markdown", words), READ], [READ, ("markdown", words)]):
        assert bool(unsourced(notebook(*cells))) is not named
    far = [("markdown", words), ("code", "fw.library()"), ("markdown", "Now look."), READ]
    assert unsourced(notebook(*far))


def test_figures_are_followed_to_the_cell_that_shows_them():
    sourced = ("markdown", "From the letter to shareholders for 2018.")
    kept = [sourced, ("code", SERIES), ("markdown", "Now look.")]
    shown = ("code", 'half = share / 2\nExplorer(retail, "share", data={"share": half})')
    assert len(unsourced(notebook(*kept, shown))) == 1
    assert not unsourced(notebook(*kept, ("code", "print(2 + 2)")))


def test_documents_are_found_with_their_years():
    assert documents("The letters to\nshareholders for 2001, 2008 and 2018 say so.") == [
        "letters to shareholders for 2001, 2008 and 2018"
    ]
    assert documents("Form 10-K 2022, and *Working Backwards* (2021)") == [
        "10-K 2022",
        "*Working Backwards* (2021",
    ]
