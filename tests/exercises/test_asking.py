"""What a self-check says before any hint: loops without end, answers of the wrong kind, calls that
fail; and hints that are asked for."""

from __future__ import annotations

import itertools
import linecache
import signal
import sys
from typing import Any

import pytest

from flywheel_edu.exercises import Exercise, Property, Task, asking, close
from tests import needs

TUB = Exercise(
    "tub",
    [
        Task(
            "level",
            [
                Property("After 0 minutes there is 50.", lambda f, g: close(f(9, 4, 0), 50)),
                Property("It rises by 5 a minute.", lambda f, g: close(f(9, 4, 2), 60)),
            ],
            [],
            ["What runs in?", "What runs out?", "How long?"],
            probes=[(9, 4, 2)],
            gives="number",
        ),
        Task("levels", [Property("Three.", lambda f, g: len(f(3)) == 3)], gives="row"),
        Task("rises", [Property("It does.", lambda f, g: f(3) is True)], gives="truth"),
        Task("name", [Property("Ada.", lambda f, g: f() == "ada")], gives="text"),
    ],
)


def student(*cells: str) -> Any:
    """The self-check of a student who has run these cells."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(cells, 1):
        place = f"<cell {number} of {abs(hash(cell))}>"
        linecache.cache[place] = (len(cell), None, cell.splitlines(keepends=True), place)
        exec(compile(cell, place, "exec"), scope)
    return Exercise(TUB.id, TUB.tasks).begin("", scope)[0]


LEVEL = "def level(inflow, outflow, minutes):\n    "


def test_a_loop_without_end_is_stopped_and_its_line_is_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "LONGEST", 1.0)
    check = student(
        LEVEL + "level = 50\n    while level < 60:\n        for n in range(2):\n"
        "            level = 50\n    return level"
    )
    tracing = sys.gettrace()
    said = check("level")
    assert str(said) == (
        "level: this loop never ends; it was stopped after 1 seconds.\n"
        "  line 3: while level < 60:\n"
        "Does anything in it change what it waits for?"
    ) or "line 4: for n in range(2):" in str(said)
    assert not said.attempts
    assert sys.gettrace() is tracing


def test_a_loop_in_a_function_of_another_cell_is_found_and_nothing_of_the_students_holds_it_up(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(asking, "LONGEST", 0.2)
    check = student(
        "def wait():\n    while True:\n        pass",
        LEVEL + "try:\n        wait()\n    except Exception:\n        return 50",
    )
    assert "  line 2: while True:\n" in str(check("level"))


@pytest.mark.parametrize(
    ("body", "maker"),
    [
        ("return sum(itertools.count())", "count"),
        ("return max(cycle([1, 2]))", "cycle"),
        ("from itertools import repeat\n    return len(list(map(abs, repeat(1))))", "repeat"),
        ("return any(x < 0 for x in iter(int, 1))", "iter"),
        ("return np.fromiter(itertools.count(), float).sum()", "count"),
    ],
)
def test_what_goes_on_for_ever_inside_one_call_is_stopped(body: str, maker: str):
    check = student(
        "import itertools\nfrom itertools import cycle\nimport numpy as np", LEVEL + body
    )
    line = body.count("\n") + 2
    assert str(check("level")) == (
        "level: this loop never ends; it was stopped after 2,000,000 turns.\n"
        f"  line {line}: {body.splitlines()[-1].strip()}\n"
        f"{maker}() goes on for ever here: what is to stop it?"
    )


@pytest.mark.parametrize(
    "body", ["return sum(range(10 ** 12))", "return len(list(range(5, 10 ** 10, 3)))"]
)
def test_a_range_that_nobody_can_go_through_is_stopped(body: str):
    assert str(student(LEVEL + body)("level")) == (
        "level: this takes too long; it was stopped after 10,000,000 turns.\n"
        f"  line 2: {body}\n"
        "range(...) counts very far here: how far should it?"
    )


@needs.alarm
@pytest.mark.parametrize(
    "body", ["return re.match('(a+)+$', 'a' * 60 + 'b')", "return len(bin(7 ** 10 ** 9))"]
)
def test_one_call_that_takes_very_long_is_stopped_where_there_are_signals(
    body: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(asking, "LONGEST", 0.2)
    assert str(student("import re", LEVEL + body)("level")) == (
        "level: this takes too long; it was stopped after 0.2 seconds.\n"
        f"  line 2: {body}\n"
        "Would a smaller number, a shorter text do?"
    )
    assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_what_has_an_end_is_left_alone_and_nothing_of_the_students_is_changed():
    check = student(
        "from itertools import count, repeat\nimport itertools",
        LEVEL + "rise = sum(repeat(5, minutes)) + sum(repeat(0, times=3)) + len(list(iter([])))\n"
        "    return 50 + rise + next(n for n in itertools.count() if n >= 9) - 9",
    )
    true, names = itertools.count, dict(check.names)
    assert check("level").passed
    assert itertools.count is true
    assert dict(check.names) == names


@pytest.mark.parametrize("loop", ["while True: pass", "while 1: continue"])
def test_a_loop_of_one_step_is_stopped(loop: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "LONGEST", 0.2)
    assert f"  line 2: {loop}\n" in str(student(LEVEL + loop)("level"))


@pytest.mark.parametrize(
    ("source", "name", "says"),
    [
        (LEVEL + "print(50)", "printed, not returned",
         "it shows its answer and gives nothing back. Write return in place of print."),
        (LEVEL + "50 + minutes", "no return",
         "it gives nothing back. Its last line begins with the word return."),
        (LEVEL + "if minutes:\n        return 50", "no return",
         "here no line with return is reached, so it gives nothing back."),
        (LEVEL + "if minutes:\n        return 50\n    return None", "no return",
         "it returns None here, which is nothing. What is to come back in this case?"),
        (LEVEL + "found = None\n    for m in range(minutes):\n        found = m\n    return found",
         "no return",
         "it returns None here, which is nothing. What is to come back in this case?"),
        (LEVEL + "for m in range(minutes):\n        return 50", "no return",
         "the return stands inside the loop, so the loop ends in its first turn."),
        (LEVEL + "return [50]", "a list for one number",
         "it gives a list, and one number is asked for."),
        (LEVEL + "return [50, 55, 60]", "a whole row for one number",
         "it gives a row of 3 numbers, and one number is asked for. [0] is the first, [-1] the "
         "last."),
        (LEVEL + "return '50'", "a text for a number",
         "what stands in quotes, in f'...' or in str(...) is a text, not a number."),
        (LEVEL + "return level", "brackets left out",
         "it gives a function. Write () after its name to call it."),
        (LEVEL + "return {}", "names with their values, in braces for one number",
         "it gives names with their values, in braces, and one number is asked for."),
        ("level = 50", "a value for a function",
         "it is no function: begin it with def level(...): and end it with return."),
    ],
)  # fmt: skip
def test_an_answer_of_another_kind_is_named_before_any_hint(source: str, name: str, says: str):
    check = student(source)
    for said in (check("level"), check("level")):
        assert str(said) == f"level: {says}"
        assert said.misconception == name
        assert not said.attempts


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("print(50)", "rise() shows its answer and gives nothing back. Write return in place of "
         "print."),
        ("50 + 5", "rise() gives nothing back. Its last line begins with the word return."),
    ],
)  # fmt: skip
def test_a_function_is_not_blamed_for_one_that_it_calls(body: str, says: str):
    check = student(f"def rise():\n    {body}", LEVEL + "return rise()")
    assert str(check("level")) == f"level: {says}"


def test_a_function_that_runs_elsewhere_is_not_said_to_print_itself():
    class Elsewhere:
        def __call__(self, *_: int) -> None:
            print(50)

    found = Exercise(TUB.id, TUB.tasks).diagnose("level", Elsewhere(), {})
    assert found.says == (
        "it, or a function that it calls, shows its answer and gives nothing back. Write return "
        "in place of print."
    )


@pytest.mark.parametrize(
    "body",
    [
        "return 50 + 5 * minutes if isinstance(range(3), range) else 0",
        "return 50 + 5 * minutes if type(range(3)) == range else 0",
        "return 50 + 5 * minutes if not isinstance(3, (range, count)) else 0",
        "return 50 + 5 * minutes if isinstance(count(), count) else 0",
        "return 50 + 5 * minutes * {range: 1}[type(range(2))]",
        "match range(2):\n        case range():\n            return 50 + 5 * minutes",
    ],
)
def test_what_a_range_is_can_be_asked_while_it_is_given_an_end(body: str):
    check = student("from itertools import count", LEVEL + body)
    assert check("level").passed, str(check("level"))


@pytest.mark.parametrize(
    ("task", "source", "says"),
    [
        ("levels", "def levels(n):\n    for x in range(n):\n        return x",
         "levels: the return stands inside the loop, so the loop ends in its first turn."),
        ("levels", "def levels(n):\n    return n",
         "levels: it gives one number, and a list is asked for."),
        ("rises", "def rises(n):\n    return 'True'",
         "rises: no quotes: what stands in quotes, in f'...' or in str(...) is a text, not a "
         "number."),
        ("name", "def name():\n    return 3", "name: write the name, in quotes."),
    ],
)  # fmt: skip
def test_lists_names_and_true_are_told_from_numbers(task: str, source: str, says: str):
    assert str(student(source)(task)) == says


def test_a_capital_letter_is_named():
    check = student("def Level(inflow, outflow, minutes):\n    return 50")
    assert str(check("level")) == (
        "level: nothing is called 'level' yet. There is 'Level': capital letters count."
    )


def test_a_capital_letter_is_named_beside_what_was_there_before():
    check = student(LEVEL + "return 7", "def Level(inflow, outflow, minutes):\n    return 50")
    assert str(check("level")).endswith("\nThere is 'Level': capital letters count.")


def test_what_a_model_says_is_shown_whole():
    model = 'fw.Model.parse("time month from 0 to 2 step 1\\nstock guests [guest] = gests")'
    check = student("import flywheel_edu as fw", LEVEL + f"return {model}")
    assert (
        "Trying it stopped: nothing is called 'gests'\n"
        "  line 2: stock guests [guest] = gests\n"
        "                                 ^^^^^\n"
        "  hint: did you mean 'guests'?\n"
    ) in str(check("level"))


def test_a_call_that_fails_shows_the_students_line_and_uses_up_no_hint():
    check = student(LEVEL + "return 50 / minutes")
    for _ in range(2):
        said = check("level")
        assert str(said) == (
            "level: not yet. This should hold: After 0 minutes there is 50.\n"
            "Trying it stopped with ZeroDivisionError: division by zero\n"
            "  line 2: return 50 / minutes"
        )
        assert not said.attempts


def test_a_name_from_a_cell_that_was_not_run_says_to_run_from_the_top():
    assert str(student(LEVEL + "return opening + minutes")("level")) == (
        "level: not yet. This should hold: After 0 minutes there is 50.\n"
        "Trying it stopped with NameError: name 'opening' is not defined\n"
        "  line 2: return opening + minutes\n"
        "If a cell above makes that name, run the notebook from the top."
    )


def test_a_hint_can_be_asked_for():
    check = student(LEVEL + "return 7")
    assert str(check("level")).endswith(
        'Hint 1 of 3: What runs in?\nThe next hint: check("level", hint=2)'
    )
    assert str(check("level", hint=2)).endswith(
        "Hint 1 of 3: What runs in?\nHint 2 of 3: What runs out?\n"
        'The next hint: check("level", hint=3)'
    )
    assert str(check("level", hint=9)).endswith("Hint 3 of 3: How long?")


def test_a_check_of_nothing_in_particular_asks_about_every_task():
    check = student("def name():\n    return 'ada'", LEVEL + "raise NotImplementedError")
    said = check()
    assert not said.passed
    assert str(said).split("\n\n")[:3] == [
        "level: not answered yet.",
        "levels: nothing is called 'levels' yet.",
        "rises: nothing is called 'rises' yet.",
    ]


def test_prints_of_a_student_do_not_flood_the_check(capsys: pytest.CaptureFixture[str]):
    student(LEVEL + "print('here')\n    return 50 + 5 * minutes")("level")
    assert capsys.readouterr().out == ""
