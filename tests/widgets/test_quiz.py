"""Quizzes, lines to order and GIFT, without a browser."""

from __future__ import annotations

import itertools
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu.errors import EquationError
from flywheel_edu.widgets import Order, Quiz
from flywheel_edu.widgets.order.core import Lines, read_steps
from flywheel_edu.widgets.quiz.core import LETTERS, Answer, Question, read_questions, shown
from flywheel_edu.widgets.quiz.gift import gift

BANK = """
?signs: A minus leads from price to visits. The price falls.
  What do visits do?
+ They rise.
= Opposite way: price down, visits up.
- They fall.
= That would be a plus: the same way.

?stocks: Which of these pile up?
+ Customers
= They are there when the clock stops.
- Sales a month
= A flow.
+ Cash
= It is there
  when the clock stops.
"""
HOSTILE = "<img src=x onerror=alert(1)> {a} ~ = # : \\ % \u202ertl"


def send(widget, **state):
    """What the browser sends."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


# --- questions


def test_every_answer_is_explained_the_right_one_and_the_others():
    quiz = Quiz(BANK)
    assert str(quiz.answer("b", 1)) == (
        "b. They fall.\nNot this one. That would be a plus: the same way."
    )
    assert str(quiz.answer("a", "signs")) == (
        "a. They rise.\nRight. Opposite way: price down, visits up."
    )
    assert quiz.answers == {"signs": "a"}
    assert not quiz.done


@pytest.mark.parametrize(
    ("given", "right", "verdict"),
    [
        ("a c", True, "Right."),
        ("CA", True, "Right."),
        ("a", False, "Right so far, and there is more."),
        ("a,b", False, "Not all of these."),
        ("b", False, "Not this one."),
    ],
)
def test_where_several_are_right_all_of_them_and_no_other_count(given, right, verdict):
    reply = Quiz(BANK).answer(given, 2)
    assert reply.right is right
    assert verdict in reply.text


def test_answers_from_the_browser_are_kept_and_answers_in_code_come_on_top():
    quiz = Quiz(BANK)
    send(quiz, answered={"of": 1, "answers": {"signs": "b", "stocks": "ac"}})
    assert quiz.answers == {"signs": "b", "stocks": "ac"}
    quiz.answer("a", 1)
    assert quiz.answers == {"signs": "a", "stocks": "ac"}
    assert quiz.done


@pytest.mark.parametrize("answers", [None, [], {"signs": 7}, {"signs": "zz"}, {"other": "a"}])
def test_answers_that_make_no_sense_are_left_out(answers):
    quiz = Quiz(BANK)
    send(quiz, answered={"of": 1, "answers": answers})
    assert quiz.answers == {}


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda: Quiz(BANK).answer("d", 1), "answer with a letter from a to b, got 'd'"),
        (lambda: Quiz(BANK).answer("", 1), "answer with a letter from a to b, got ''"),
        (lambda: Quiz(BANK).answer("ab", 1), "this question has one right answer, got 'ab'"),
        (
            lambda: Quiz(BANK).answer("a"),
            "which question? Write quiz.answer('a', question=1), up to 2",
        ),
        (
            lambda: Quiz(BANK).answer("a", 3),
            "there is no question 3: number them from 1 to 2",
        ),
        (Quiz, "a quiz needs a question: write one that begins with ?"),
        (lambda: Quiz(BANK, BANK), "two questions are called 'signs': give each its own name"),
        (
            lambda: Quiz("?one: Really?\n+ Yes\n= So it is."),
            "'one' has 1 answers: give it 2 to 26",
        ),
        (
            lambda: Quiz("?two: Really?\n- Yes\n= No.\n- No\n= Yes."),
            "'two' has no right answer: mark at least one",
        ),
        (
            lambda: Quiz("?why: Really?\n+ Yes\n- No\n= Think again."),
            "'why': the answer 'Yes' has no explanation: say why it is right, "
            "or what whoever chose it may have thought",
        ),
        (
            lambda: Quiz("?twice: Really?\n+ Yes\n= So.\n- Yes\n= So."),
            "'twice' has the answer 'Yes' twice",
        ),
    ],
)
def test_a_quiz_that_is_not_whole_or_an_answer_that_is_none_is_refused_in_words(do, said):
    with pytest.raises(ValueError) as caught:
        do()
    assert str(caught.value) == said


def test_a_bank_of_questions_reads_line_by_line():
    signs, stocks = read_questions(BANK)
    assert signs.ask == ("A minus leads from price to visits. The price falls. What do visits do?")
    assert [answer.text for answer in stocks.answers] == ["Customers", "Sales a month", "Cash"]
    assert stocks.answers[2].why == "It is there when the clock stops."
    assert stocks.several
    assert not signs.several


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            5,
            "questions are read from text, not from int\n  hint: begin a question with ?",
        ),
        (
            "+ Yes",
            "this line belongs to no question\n  line 1: + Yes\n          ^^^^^\n"
            "  hint: begin a question with ?",
        ),
        (
            "?a: Really?\n= So.",
            "this explanation belongs to no answer\n  line 2: = So.\n          ^^^^^\n"
            "  hint: write the answer first, with + or - before it",
        ),
    ],
)
def test_a_misplaced_line_of_a_bank_is_shown(text, said):
    with pytest.raises(EquationError) as caught:
        read_questions(text)
    assert str(caught.value) == said


def test_a_quiz_is_taken_from_a_file_by_name(tmp_path):
    file = tmp_path / "bank.txt"
    file.write_text(BANK, "utf-8")
    assert [question.name for question in Quiz.read(file, "stocks").questions] == ["stocks"]
    assert len(Quiz.read(file).questions) == 2
    with pytest.raises(ValueError) as caught:
        Quiz.read(file, "loops")
    assert str(caught.value) == (
        "no question in bank.txt is called 'loops'; there are signs, stocks"
    )


# --- lines to order

STEPS = [
    {"import flywheel_edu as fw": "Nothing is known before it is imported."},
    {"aws = fw.load('aws')": "It must be there first.", "shop = fw.load('retail')": "So must it."},
    {"fw.simulate(aws)": "Only what is loaded can be run."},
]


def test_every_order_that_keeps_the_steps_is_right_and_no_other():
    lines = Lines("Order", STEPS)
    step = {letter: line.step for letter, line in zip("abcd", lines.mixed, strict=True)}
    right = 0
    for letters in itertools.permutations("abcd"):
        steps = [step[letter] for letter in letters]
        assert lines.reply("".join(letters)).right is (steps == sorted(steps))
        right += steps == sorted(steps)
    assert right == 2


@given(st.integers(2, 8))
def test_lines_are_never_shown_in_a_right_order(count):
    lines = Lines("Order", [{f"line {number}": "so"} for number in range(count)])
    assert not lines.reply(string.ascii_lowercase[:count]).right


def test_the_first_line_that_stands_too_early_says_why():
    order = Order("Order", STEPS, code=True)
    letter = {line.text: each for each, line in zip("abcd", order.lines, strict=True)}
    wrong = [STEPS[0], STEPS[2], STEPS[1]]
    letters = "".join(letter[text] for step in wrong for text in step)
    assert str(order.answer(letters)) == (
        "The first holds. 'fw.simulate(aws)' stands too early. Only what is loaded can be run."
    )
    assert not order.done
    right = "".join(letter[text] for step in STEPS for text in step)
    assert str(order.answer(right)) == "Right: this order holds."
    assert order.done


def test_an_order_made_in_the_browser_is_the_order_in_python():
    order = Order("Order", STEPS)
    send(order, ordered={"of": 1, "letters": "dcba", "checked": False})
    assert [line.text for line in order.lines] == [
        line.text for line in reversed(Lines("Order", STEPS).mixed)
    ]
    send(order, ordered={"of": 1, "letters": "dd<>", "checked": True})
    assert len({line.text for line in order.lines}) == 4
    assert not order.done


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (
            lambda: Order("Order", STEPS).answer("abc"),
            "give each letter from a to d once, such as 'a b c d', got 'abc'",
        ),
        (
            lambda: Order("Order", [{"one": "so", "two": "so"}]),
            "'Order' needs 2 to 26 lines in at least two steps",
        ),
        (
            lambda: Order("Order", [{"one": "so"}, {"two": ""}]),
            "'Order': the line 'two' has no reason: say why it stands there",
        ),
        (
            lambda: Order("Order", [{"one": "so"}, {"one": "so"}]),
            "'Order' has the line 'one' twice or empty",
        ),
        (lambda: Order(" ", STEPS), "say what is to be put in order: the question is empty"),
    ],
)
def test_lines_that_cannot_be_ordered_are_refused_in_words(do, said):
    with pytest.raises(ValueError) as caught:
        do()
    assert str(caught.value) == said


WRITTEN = """
# The tub
? A tub
. stock water [litre] = 50
= First what is there.
.     + tap
= Its ledger
= stands under it.

. given tap [litre/minute] = 12
= Numbers come last.
, given drain [litre/minute] = 5
= They may change places.
"""


def test_lines_are_read_from_text_as_they_stand():
    ask, steps = read_steps(WRITTEN)
    assert ask == "A tub"
    assert steps == [
        {"stock water [litre] = 50": "First what is there."},
        {"    + tap": "Its ledger stands under it."},
        {
            "given tap [litre/minute] = 12": "Numbers come last.",
            "given drain [litre/minute] = 5": "They may change places.",
        },
    ]


def test_an_order_read_from_a_file_is_the_one_written_in_it(tmp_path):
    path = tmp_path / "tub.txt"
    path.write_text(WRITTEN, "utf-8")
    read, made = Order.read(path, code=True), Order(*read_steps(WRITTEN), code=True)
    assert read.given == made.given
    assert read.words() == made.words()


@pytest.mark.parametrize(
    "line", ["= no line yet", ", the first line cannot change places", "no mark", "!loud"]
)
def test_a_line_of_no_kind_is_shown_where_it_stands(line):
    with pytest.raises(EquationError) as caught:
        read_steps(f"? A tub\n{line}\n")
    assert str(caught.value) == (
        "this is neither what is asked, nor a line, nor the reason for one\n"
        f"  line 2: {line}\n"
        f"          {'^' * len(line)}\n"
        "  hint: begin it with ? or . or = (or with , for a line that may change places)"
    )


@pytest.mark.parametrize("mark", [".", ","])
def test_a_line_written_twice_is_refused(tmp_path, mark):
    path = tmp_path / "twice.txt"
    path.write_text(f"? A tub\n. one\n= so\n{mark} one\n= so\n", "utf-8")
    with pytest.raises(ValueError) as caught:
        Order.read(path)
    assert str(caught.value) == "'A tub' has the line 'one' twice or empty"


# --- GIFT, read back by the rules of its documentation


def read_gift(text):
    """Name, question and answers (weight, text, feedback) of each question of a GIFT text."""
    mark = {letter: chr(0xE000 + n) for n, letter in enumerate("\\~=#{}:n")}
    for letter, stand_in in mark.items():
        text = text.replace("\\" + letter, stand_in)

    def plain(part):
        for letter, stand_in in mark.items():
            part = part.replace(stand_in, "\n" if letter == "n" else letter)
        return part.strip()

    for block in re.split(r"\n\s*\n", text.strip()):
        head, body = re.fullmatch(r"(.*?)\{(.*)\}", block.strip(), re.S).groups()
        name, ask = re.fullmatch(r"::(.*?)::\[plain\](.*)", head.strip(), re.S).groups()
        body, _, general = body.partition("####")
        answers = []
        for sign, answer in re.findall(r"([=~])([^=~]*)", body):
            weight = re.match(r"%(-?[\d.]+)%", answer)
            share = float(weight[1]) if weight else 100.0 if sign == "=" else 0.0
            said, _, why = re.sub(r"^%-?[\d.]+%", "", answer).partition("#")
            answers.append((share, plain(said), plain(why)))
        yield plain(name), plain(ask), answers, plain(general)


def test_a_bank_exported_as_gift_reads_back_with_every_answer_and_explanation():
    (signs, stocks) = read_gift(Quiz(BANK).gift())
    assert signs[:2] == ("signs", read_questions(BANK)[0].ask)
    assert signs[2] == [
        (100.0, "They rise.", "Opposite way: price down, visits up."),
        (0.0, "They fall.", "That would be a plus: the same way."),
    ]
    assert [share for share, _, _ in stocks[2]] == [50.0, -100.0, 50.0]


def test_hostile_texts_mean_nothing_to_gift():
    question = Question(HOSTILE, [Answer(HOSTILE, HOSTILE, True), Answer("b", "why")], "na:me")
    ((name, ask, answers, _),) = read_gift(gift([question]))
    assert name == "na:me"
    assert ask == HOSTILE
    assert answers[0][1:] == (HOSTILE, HOSTILE)


def test_three_right_answers_share_the_points_as_moodle_wants_them():
    question = Question("Which?", [Answer(c, "so", c in "abc") for c in "abcd"])
    assert [share for share, _, _ in next(iter(read_gift(gift([question]))))[2]] == [
        33.33333, 33.33333, 33.33333, -100.0,
    ]  # fmt: skip


def test_lines_to_order_become_a_matching_question():
    ((_, ask, answers, general),) = read_gift(Order("Order these", STEPS).gift())
    assert ask == "Order these"
    pairs = {tuple(part.strip() for part in said.split("->")) for _, said, _ in answers}
    assert ("import flywheel_edu as fw", "1") in pairs
    assert ("fw.simulate(aws)", "3") in pairs
    assert "Only what is loaded can be run." in general


def test_a_saved_bank_keeps_what_stood_there(tmp_path):
    file = tmp_path / "bank.gift"
    file.write_text("mine")
    Quiz(BANK).save_gift(file)
    assert (tmp_path / "bank.before-1.gift").read_text() == "mine"
    assert "::signs::" in file.read_text("utf-8")


# --- still pictures


@pytest.mark.parametrize(
    "widget",
    [
        lambda: Quiz(BANK),
        lambda: Order("Order", STEPS, code=True),
        lambda: Quiz(Question(HOSTILE, [Answer(HOSTILE, HOSTILE, True), Answer("x" * 9999, "y")])),
    ],
)
def test_a_notebook_that_runs_no_widget_shows_a_picture_with_its_words(widget):
    shown = widget()
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == shown.words()
    assert 1000 < len(data["image/png"]) < 400_000


def test_a_still_picture_leaves_nothing_of_its_figure_in_memory(monkeypatch):
    quiz = Quiz(BANK)
    figure = quiz.picture()
    monkeypatch.setattr(quiz, "picture", lambda: figure)
    assert figure.get_children()[1:]
    assert quiz.still()
    assert not figure.get_children()[1:]  # the first is the empty sheet


def test_the_words_of_a_quiz_do_not_give_its_answers_away():
    words = Quiz(BANK).words()
    assert "They rise." in words
    assert "Opposite way" not in words


# --- what the browser says as well


def test_the_browser_judges_every_answer_as_python_does(in_node):
    chance = random.Random(3)
    cases, ours = [], []
    for _ in range(300):
        right = [chance.random() < 0.4 for _ in range(chance.randint(2, 6))]
        right[chance.randrange(len(right))] = True
        question = Question("q", [Answer(f"answer {n}", "why", r) for n, r in enumerate(right)])
        letters = "abcdef"[: len(right)]
        most = len(right) if question.several else 1
        written = "".join(sorted(chance.sample(letters, chance.randint(1, most))))
        reply = question.reply(written)
        cases.append([shown([question])[0], written])
        ours.append([reply.right, reply.text.splitlines()[-1].split(" why")[0]])
    run = "given.map(([question, letters]) => view.verdict(question, letters))"
    theirs = [
        [each["right"], re.sub(r" Try (again|another)\.", "", each["words"])]
        for each in in_node("quiz/view.js", run, cases)
    ]
    assert theirs == ours
    assert {words for _, words in ours} == {
        "Right.",
        "Right so far, and there is more.",
        "Not this one.",
        "Not all of these.",
    }


def test_the_browser_finds_the_line_that_stands_too_early_where_python_does(in_node):
    chance = random.Random(5)
    cases, ours = [], []
    for _ in range(300):
        size = chance.randint(2, 4)
        steps = [{f"{n}.{i}": "why" for i in range(chance.choice([1, 1, 2]))} for n in range(size)]
        lines = Lines("order", steps)
        order = list(lines.mixed)
        chance.shuffle(order)
        letters = "".join(LETTERS[lines.mixed.index(line)] for line in order)
        reply = lines.reply(letters)
        wrong = next((n for n, line in enumerate(order) if f"'{line.text}'" in reply.text), -1)
        cases.append([{"step": line.step} for line in order])
        ours.append(-1 if reply.right else wrong)
    assert in_node("order/view.js", "given.map(view.misplaced)", cases) == ours
    assert -1 in ours
    assert len(set(ours)) > 3
