"""XMILE's equations, read with XMILE's rules and written in our words."""

from __future__ import annotations

import pytest

from flywheel_edu import simulate
from tests.exchange.files import aux, file_of, model_of, refusal

OTHERS = "\n".join(
    aux(number, name) for name, number in (("a", "2"), ("b", "3"), ("c", "-5"), ("Two Words", "7"))
)

READ = [
    # numbers and names
    (".34", "0.34"),
    ("+.72", "0.72"),
    ("3e-05", "3e-05"),
    ("1.", "1"),
    ("A + B", "a + b"),
    ('two_words + "Two Words" + TWO_Words + "two\\nwords"', None),
    ("{what} a {it is} + b", "a + b"),
    ("a\n\t +\u00a0b", "a + b"),
    # strength of operators
    ("-a^2", "-a ** 2"),
    ("(-a)^2", "(-a) ** 2"),
    ("a^b^c", "a ** b ** c"),
    ("a^-b", "a ** -b"),
    ("2*-3", "2 * -3"),
    ("a - b - c", "a - b - c"),
    ("a - (b - c)", "a - (b - c)"),
    ("a / b / c", "a / b / c"),
    ("a * b MOD c", "mod(a * b, c)"),
    ("a + b mod c", "a + mod(b, c)"),
    ("-a MOD b", "mod(-a, b)"),
    ("--5", "5"),
    ("a // b", "a / b if b != 0 else 0"),
    # conditions
    ("IF a > b THEN 1 ELSE 2", "1 if a > b else 2"),
    ("if (a>b) then 1 else if a = b then 2 else 3", "1 if a > b else 2 if a == b else 3"),
    ("( IF a <> b THEN 1 ELSE 2 ) + 1", "(1 if a != b else 2) + 1"),
    ("IF THEN ELSE(a >= b, 1, 2)", "1 if a >= b else 2"),
    ("IF_THEN_ELSE(a <= b, 1, 2)", "1 if a <= b else 2"),
    ("IF a THEN 1 ELSE 2", "1 if a != 0 else 2"),
    ("IF a AND b OR NOT c THEN 1 ELSE 2", "1 if a != 0 and b != 0 or not c != 0 else 2"),
    ("IF a OR b AND c THEN 1 ELSE 2", "1 if a != 0 or b != 0 and c != 0 else 2"),
    ("IF NoT a > b THEN 1 ELSE 2", "1 if (1 if not a != 0 else 0) > b else 2"),
    ("IF NOT (a > b) THEN 1 ELSE 2", "1 if not a > b else 2"),
    ("IF (a not) THEN 1 ELSE 2", "1 if not a != 0 else 2"),
    ("a > b", "1 if a > b else 0"),
    ("(a > b) * 3 + 1", "(1 if a > b else 0) * 3 + 1"),
    ("a = b = c", "1 if (1 if a == b else 0) == c else 0"),
    ("IF 2 THEN 3 ELSE 4", "3 if 2 != 0 else 4"),
    # constants
    ("PI", "pi"),
    ("PI()", "pi"),
    ("TIME + time()", "time + time"),
    ("STARTTIME + STOPTIME", "0 + 10"),
]


@pytest.mark.parametrize(("there", "here"), READ)
def test_an_equation_there_means_the_same_here(tmp_path, there, here):
    model = model_of(tmp_path, f"{OTHERS}\n{aux(there)}")
    written = str(model["x"]).split(" = ", 1)[1]
    assert written == (here or "two_words + two_words + two_words + two_words")


def test_the_step_of_the_time_line_is_a_quantity(tmp_path):
    model = model_of(tmp_path, aux("a / DT") + aux("3", "a"))
    assert str(model["x"]) == "x [?] = a / time_step"
    assert str(model["time_step"]) == "given time_step [month] = 0.25"
    assert simulate(model)["x"][0] == 12


def test_the_step_that_a_file_names_itself_is_taken(tmp_path):
    model = model_of(tmp_path, aux("a / DT") + aux("3", "a") + aux("0.25", "TIME STEP"))
    assert str(model["x"]) == "x [?] = a / time_step"
    assert model["time_step"].doc == "TIME STEP"
    assert model.givens == ("a", "time_step")


def test_a_name_in_quotes_is_no_word_of_xmile(tmp_path):
    model = model_of(tmp_path, aux('"dt" + 1') + aux("3", "dt"))
    assert str(model["x"]) == "x [?] = dt + 1"


REFUSED = [
    ("a +", "the equation stops too early", 3),
    ("a b", "there is no operator before 'b'", 2),
    ("(a", "a ')' is missing here", 2),
    ("a)", "this ')' belongs to no bracket", 1),
    ("a * * b", "a value is missing before '*'", 4),
    ("IF a THEN b", "a 'ELSE' is missing here", 11),
    ("custmers", "nothing is called 'custmers'", 0),
    ("VALUE(a, b)", "there is no function VALUE in our language", 0),
    ("a(3)", "'a' is no graphical function, and takes no value in brackets", 0),
    ("LOOKUP(a, 3)", "'a' is no graphical function, and takes no value in brackets", 0),
    ("INVERT MATRIX(a, b)", "INVERT_MATRIX has no counterpart in our language", 0),
    ("VECTOR ELM MAP(a, b)", "VECTOR ELM MAP begins at a fixed element, one of at most 60", 0),
    ("VECTOR ELM MAP(3, b)", "VECTOR ELM MAP takes an element of an array, and how far on", 0),
    (
        "VECTOR SELECT(a, b, 0, TIME, 0)",
        "VECTOR SELECT takes 5 values, and the fourth is a number from 0 to 10",
        0,
    ),
    ("VECTOR RANK(a, 1)", "RANK cannot put these arrays in order", 0),
    ("ABS(a, b)", "ABS takes 1 value, not 2", 0),
    ("SAFEDIV(a)", "SAFEDIV takes 2 or 3 values, not 1", 0),
    ("RANK(a)", "RANK takes 2 or 3 values, not 1", 0),
    ("BETA(a, 3)", "BETA draws random numbers in a way that our language has not", 0),
    (
        "HISTORY(a, TIME * b)",
        "HISTORY looks back to a moment that is computed, which our equations cannot",
        0,
    ),
    ("a[1]", "'a' is no array", 0),
    ("a[1", "a ']' is missing here", 3),
    ("shop.a", "nothing is called 'shop.a'", 0),
    ("a + {b", "this comment has no '}'", 4),
    ('a + "b', "this name in quotes has no closing quote", 4),
    ("a ? b", "'?' is not part of an XMILE equation", 2),
    ("1e999", "this number is too large", 0),
    ("DELAY(a, b + TIME)", "the time of DELAY is computed, and here it must stay the same", 0),
    ("SMTHN(a, 2, b / 2 + TIME)", "the order of SMTHN is not a whole number from 1 to 50 here", 0),
    ("PULSE(a, 2, -1)", "how often a PULSE repeats is below 0 here", 0),
    ("{ Place right hand side here }", "'x' has no equation", -5),
]


@pytest.mark.parametrize(("equation", "message", "at"), REFUSED)
def test_what_cannot_be_said_here_is_refused_at_its_place(tmp_path, equation, message, at):
    path = file_of(tmp_path, f"{OTHERS}\n    {aux(equation)}")
    said = refusal(path).split("\n")
    assert said[0] == message
    assert said[1].startswith("  line 14:     <aux name=")
    assert said[2].index("^") == len('  line 14:     <aux name="x"><eqn>') + at


def test_a_refusal_says_what_line_and_what_to_try(tmp_path):
    assert (
        refusal(file_of(tmp_path, aux("1", "customers") + "\n" + aux("2 * custmers")))
        == """\
nothing is called 'custmers'
  line 11: <aux name="x"><eqn>2 * custmers</eqn></aux>
                                  ^^^^^^^^
  hint: did you mean 'customers'?"""
    )


def test_the_place_is_right_behind_signs_that_xml_spells_out(tmp_path):
    said = refusal(file_of(tmp_path, aux("1 < 2 & 3"))).split("\n")
    assert said[0] == "'&' is not part of an XMILE equation"
    assert said[1][said[2].index("^") :].startswith("&amp;")


def test_the_place_is_right_on_the_second_line_of_an_equation(tmp_path):
    assert (
        refusal(file_of(tmp_path, aux("1 +\n      2 * nobody")))
        == """\
nothing is called 'nobody'
  line 11:       2 * nobody</eqn></aux>
                     ^^^^^^"""
    )


@pytest.mark.parametrize(
    "equation",
    [
        "(" * 160 + "1" + ")" * 160,
        "1+" * 200 + "1",
        "-" * 200 + "a",
        "ABS(" * 160 + "1" + ")" * 160,
    ],
)
def test_an_equation_too_deep_for_us_is_refused(tmp_path, equation):
    said = refusal(file_of(tmp_path, f"{OTHERS}\n{aux(equation)}"))
    assert said.split("\n")[0] in (
        "this equation nests too deeply",
        "this equation strings too many operators together",
    )


def test_functions_that_double_their_values_do_not_explode(tmp_path):
    equation = "(1 // " * 25 + "a" + ")" * 25
    said = refusal(file_of(tmp_path, f"{OTHERS}\n{aux(equation)}"))
    assert said.startswith("this equation becomes too long when it is written out\n")
