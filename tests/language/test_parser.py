"""Equations: from text to tree and back, and what is said of those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu import EquationError, FlywheelError
from flywheel_edu.language import (
    KNOWN,
    Binary,
    Both,
    Call,
    Choice,
    Compare,
    Either,
    Minus,
    Name,
    Not,
    Number,
    Table,
    children,
    names_in,
    read_expression,
    text_of,
    walk,
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1+2*3", "1 + 2 * 3"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a-b-c", "a - b - c"),
        ("a/(b*c)", "a / (b * c)"),
        ("a/b*c", "a / b * c"),
        ("-x**2", "-x ** 2"),
        ("(-x)**2", "(-x) ** 2"),
        ("(-2)**x", "(-2) ** x"),
        ("2**-1", "2 ** -1"),
        ("a**b**c", "a ** b ** c"),
        ("(a**b)**c", "(a ** b) ** c"),
        ("-(a+b)", "-(a + b)"),
        ("+a", "a"),
        ("a - -b", "a - -b"),
        ("2*pi", "2 * pi"),
        (".5 + 1e-3 + 1E3", "0.5 + 0.001 + 1000"),
        ("max(a,b,c)", "max(max(a, b), c)"),
        ("table(x,-1:0,1:-.5)", "table(x, -1: 0, 1: -0.5)"),
        ("a if x<y else b", "a if x < y else b"),
        ("(a if x<y else b)+1", "(a if x < y else b) + 1"),
        ("a if x<y else b if u>=v else c", "a if x < y else b if u >= v else c"),
        ("a if (x<y or u<v) and not w==1 else b", "a if (x < y or u < v) and not w == 1 else b"),
        ("a if not (x<y and u<v) else b", "a if not (x < y and u < v) else b"),
        ("a if (x+1)*2 != 3 else b", "a if (x + 1) * 2 != 3 else b"),
        ("10% * a + .5%", "0.1 * a + 0.005"),
        ("a / 12 [ month ]", "a / 12 [month]"),
        ("-2[USD/order] * a", "-2 [USD/order] * a"),
        ("1 if (a if b<c else d) < 2 else 3", "1 if (a if b < c else d) < 2 else 3"),
    ],
)
def test_an_equation_prints_as_it_would_be_written(text, printed):
    tree = read_expression(text)
    assert text_of(tree) == printed
    assert read_expression(printed) == tree


numbers = st.floats(0, 1e12, allow_nan=False).map(Number)
leaves = st.one_of(numbers, st.sampled_from(["a", "b", "price"]).map(Name))


expressions = st.deferred(lambda: st.one_of(leaves, leaves, grown))
comparisons = st.builds(
    Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), expressions, expressions
)
conditions = st.deferred(
    lambda: st.one_of(
        comparisons,
        comparisons,
        st.builds(Both, conditions, conditions),
        st.builds(Either, conditions, conditions),
        st.builds(Not, conditions),
    )
)
points = st.lists(
    st.tuples(st.integers(-50, 50).map(float), st.floats(-9, 9)),
    min_size=2,
    max_size=4,
    unique_by=lambda p: p[0],
).map(lambda ps: tuple(sorted(ps)))
calls = st.sampled_from(sorted(KNOWN)).flatmap(
    lambda f: st.builds(Call, st.just(f), st.tuples(*[expressions] * len(KNOWN[f].arguments)))
)
grown = st.one_of(
    st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "**"]), expressions, expressions),
    expressions.filter(lambda n: not isinstance(n, Number)).map(Minus),
    st.builds(Choice, conditions, expressions, expressions),
    st.builds(Table, expressions, points),
    calls,
)


@settings(max_examples=400, deadline=None)
@given(expressions)
def test_any_tree_reads_back_from_its_text(tree):
    assert read_expression(text_of(tree)) == tree


def test_walk_meets_every_node_once_in_reading_order():
    tree = read_expression("a + max(b, c) * (d if e < f else g)")
    assert names_in(tree) == ("a", "b", "c", "d", "e", "f", "g")
    assert sum(1 for _ in walk(tree)) == 12
    assert children(Number(1.0)) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the equation is empty\n  line 1: \n          ^\n"
             "  hint: write a number, a name or a calculation"),
        ("a +", "the equation stops too early\n  line 1: a +\n             ^\n"
                "  hint: a value is missing at the end"),
        ("a + * b", "a value is missing before '*'\n  line 1: a + * b\n              ^\n"
                    "  hint: write a number or a name there"),
        ("a b", "there is no operator before 'b'\n  line 1: a b\n            ^\n"
                "  hint: put + - * / or ** between them"),
        ("2x", "'2x' is neither a number nor a name\n  line 1: 2x\n          ^^\n"
               "  hint: a name starts with a letter; write * between a number and a name"),
        ("a ^ 2", "'^' is not an operator\n  line 1: a ^ 2\n            ^\n"
                  "  hint: write: a ** 2"),
        ("1,000 * a", "this ',' stands in a number\n  line 1: 1,000 * a\n           ^\n"
                      "  hint: write: 1000"),
        ("max(a, 1,250,000)", "this ',' stands in a number\n  line 1: max(a, 1,250,000)\n"
                              "                  ^\n  hint: write: 1250000"),
        ("a [USD]", "only a number is followed by its unit\n  line 1: a [USD]\n"
                    "            ^^^^^\n  hint: write: 12 [month]"),
        ("fans[red]", "only a number is followed by its unit\n  line 1: fans[red]\n"
                      "              ^^^^^\n  hint: write: fans_red"),
        ("5 [USD/]", "'USD/' is not a unit\n  line 1: 5 [USD/]\n            ^^^^^^\n"
                     "  hint: write words joined by * and /, such as 12 [month] or 5 [USD/order]"),
        ("IF THEN ELSE(goods < 5, lot, 0)",
         "there is no function 'IF THEN ELSE'\n  line 1: IF THEN ELSE(goods < 5, lot, 0)\n"
         "          ^^^^^^^^^^^^\n  hint: write: lot if goods < 5 else 0"),
        ("2 * if(max(a, b) > 1, b, c)",
         "there is no function 'if'\n  line 1: 2 * if(max(a, b) > 1, b, c)\n"
         "              ^^\n  hint: write: b if max(a, b) > 1 else c"),
        ("WITH LOOKUP(price, ((0, 0), (1, 1)))",
         "there is no function 'WITH LOOKUP'\n  line 1: WITH LOOKUP(price, ((0, 0), (1, 1)))\n"
         "          ^^^^^^^^^^^\n  hint: write: table(price, 0: 0, 1: 1)"),
        ("INTEG(joiners - leavers, 100)",
         "there is no function 'INTEG'\n  line 1: INTEG(joiners - leavers, 100)\n"
         "          ^^^^^\n  hint: write a stock that opens at 100, with its flows under it"),
        ("RANDOM_UNIFORM(low, high, 3)",
         "there is no function 'RANDOM_UNIFORM'\n  line 1: RANDOM_UNIFORM(low, high, 3)\n"
         "          ^^^^^^^^^^^^^^\n  hint: write: low + (high - low) * random(seed, 1)"),
        ("log(", "there is no function 'log'\n  line 1: log(\n          ^^^\n"
                 "  hint: write: ln()"),
        ("a = b", "'=' does not compare\n  line 1: a = b\n            ^\n"
                  "  hint: use == to compare two values"),
        ("a < b", "a comparison may only stand inside 'a if x < y else b'\n"
                  "  line 1: a < b\n            ^\n  hint: write: 1 if x < y else 0"),
        ("a if b else c", "this condition compares nothing\n  line 1: a if b else c\n"
                          "               ^^^^^^\n  hint: write: a if x < y else b"),
        ("a if 1 < b < 2 else c",
         "two comparisons stand in a row\n  line 1: a if 1 < b < 2 else c\n"
         "                     ^\n  hint: join them with 'and': x < y and y < z"),
        ("a if b < c", "a 'else' is missing here\n  line 1: a if b < c\n"
                       "                    ^\n"
                       "  hint: a condition needs both cases: a if b < c else 0"),
        ("(a + b", "a ')' is missing here\n  line 1: (a + b\n                ^\n"
                   "  hint: every '(' needs its ')'"),
        ("a + b)", "this ')' closes nothing\n  line 1: a + b)\n               ^\n"
                   "  hint: remove it, or open a '(' before it"),
        ("a * 1,5", "this ',' stands in a number\n  line 1: a * 1,5\n               ^\n"
                    "  hint: write a point: 1.5, not 1,5"),
        ("sqroot(a)", "there is no function 'sqroot'\n  line 1: sqroot(a)\n          ^^^^^^\n"
                      "  hint: did you mean 'sqrt'?"),
        ("max(a)", "'max' takes 2 values, not 1\n  line 1: max(a)\n          ^^^^^^\n"
                   "  hint: write: max(a, b)"),
        ("exp", "'exp' is a function and needs its values in brackets\n  line 1: exp\n"
                "          ^^^\n  hint: write: exp(x)"),
        ("table(x, 0: 0)", "a table has 2 to 1,000 points, not 1\n  line 1: table(x, 0: 0)\n"
                           "          ^^^^^^^^^^^^^^\n"
                           "  hint: write: table(x, 0: 0, 1: 0.5, 2: 0.8)"),
        ("table(x, 1: 0, 0: 0)",
         "the points of a table must rise from left to right\n  line 1: table(x, 1: 0, 0: 0)\n"
         "                         ^^^^\n  hint: 0 comes after 1"),
        ("1e999", "this number is too large\n  line 1: 1e999\n          ^^^^^\n"
                  "  hint: choose a larger unit, such as million_USD"),
        ("a.b", "dots are not part of the equation language\n  line 1: a.b\n           ^\n"
                "  hint: use names, numbers and the functions"),
        ("a and b", "'and' may only stand in the condition of 'a if x < y else b'\n"
                    "  line 1: a and b\n            ^^^\n"
                    "  hint: write: a if x < y and u < v else b"),
        ("prіce", "'і' is not part of an equation\n  line 1: prіce\n            ^\n"
                  "  hint: names and operators are plain ASCII letters, digits and signs"),
        ("users > 9 ? price : fee", "'?' is not part of an equation\n"
                                    "  line 1: users > 9 ? price : fee\n"
                                    "                    ^\n"
                                    "  hint: write: price if users > 9 else fee"),
        ("max(users; 3)", "';' stands between values\n  line 1: max(users; 3)\n"
                          "                   ^\n  hint: write commas: max(users, 3)"),
        ("=users", "an equation begins without a second '='\n  line 1: =users\n"
                   "          ^\n  hint: leave it out"),
        ("smooth(x, over=3)", "'=' does not compare\n  line 1: smooth(x, over=3)\n"
                              "                        ^\n"
                              "  hint: use == to compare two values"),
    ],
)  # fmt: skip
def test_what_is_no_equation_is_refused_in_words(text, message):
    with pytest.raises(EquationError) as caught:
        read_expression(text)
    assert str(caught.value) == message


def test_brackets_behind_a_quantity_are_answered_with_a_times_sign():
    with pytest.raises(EquationError) as caught:
        read_expression("regulars(1 - churn)")
    assert caught.value.hint.startswith("to multiply, write regulars * (...); the functions are: ")


def test_a_long_row_of_operators_asks_for_a_name():
    with pytest.raises(EquationError) as caught:
        read_expression("+".join(["a"] * 500))
    assert caught.value.message == "this equation strings too many operators together"
    assert caught.value.hint == "give a part of it a name of its own"


@settings(max_examples=600, deadline=None)
@given(
    st.text(
        alphabet="abxe_ 0129.+-*/<>=!()[]:,#if else and or not max table\"'\n\t^é\x00", max_size=60
    )
)
def test_no_text_escapes_the_reader_but_as_its_own_error(text):
    try:
        tree = read_expression(text)
    except FlywheelError:
        return
    assert text_of(read_expression(text_of(tree))) == text_of(tree)
