"""Texts that mean harm: each is refused as a FlywheelError within a second and runs nothing."""

from __future__ import annotations

import builtins
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu import FlywheelError, Model, simulate

HEAD = "time month from 0 to 12 step 1\n"
OTHER = HEAD + "given a [1] = 1\n"


def equation(text: str) -> str:
    return f"{OTHER}x [1] = {text}"


EQUATIONS = [
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('touch PWNED')",
    'open("PWNED", "w")',
    "open(a)",
    "exec(a)",
    "eval(a)",
    "a.real",
    "a.__class__",
    "(lambda: a)()",
    "lambda: 1",
    "[i for i in a]",
    "{1: 2}",
    "{a}",
    "a[0]",
    "f'{a}'",
    "'text'",
    '"""a"""',
    "b'x'",
    "print(a)",
    "a; import os",
    "a\\",
    "a := 3",
    "*a",
    "**a",
    "a @ a",
    "a // a",
    "a % a",
    "a & a",
    "a | a",
    "~a",
    "a << 2",
    "a ^ a",
    "yield a",
    "await a",
    "True",
    "None",
    "__builtins__",
    "__name__",
    "_a",
    "1j",
    "0x10",
    "0b1",
    "1_000",
    "1e999",
    "-1e999 + 1",
    "9" * 3_000,
    "(" * 3_000 + "1" + ")" * 3_000,
    "(" * 1_500 + "1",
    "-" * 3_000 + "1",
    "+".join(["a"] * 1_000),
    "2" + "**2" * 900,
    "not " * 900 + "a",
    "a if " * 600 + "a",
    "max(" * 700 + "a",
    "exp(" * 200 + "a" + ")" * 200,
    "table(a, " + ", ".join(f"{i}: {i}" for i in range(900)),
    "а + 1",  # Cyrillic a
    "ａ + 1",  # full-width a
    "a\u200b",
    "a\u202e",
    "a\x00",
    "a\x0bb",
    "a\u2028import os",
    "a\x1b[2J",
    "a # comment\x85 b [1] = 1",
    "sqrt",
    "time()",
    "a if a else a",
    "𝐚",
    "a\ud800",
]  # fmt: skip

TEXTS = [
    "",
    "\x00",
    "a",
    "time",
    "\n" * 100_000,
    "#" * 100_000,
    "[" * 100_000,
    HEAD + "x" * 10_000_000,
    HEAD + "x [1] = " + "1+" * 5_000_000,
    HEAD + "# " + "y" * 10_000_000,
    HEAD + "x [" + "m*" * 900 + "m] = 1",
    HEAD + "x [m^999999999] = 1",
    HEAD + "x [1/0] = 1",
    HEAD + "".join(f"x{i} [1] = x{i + 1}\n" for i in range(3_000)) + "x3000 [1] = x0",
    HEAD + "x [1] = y\ny [1] = x",
    HEAD + "stock s [1] = s",
    HEAD + "__class__ [1] = 1",
    HEAD + "given __init__ [1] = 1",
    HEAD + "def f(): [1] = 1",
    HEAD + "import os [1] = 1",
    HEAD + "given " + "n" * 3_000 + " [1] = 1",
    HEAD + "given if [1] = 1",
    HEAD + "given t.v0 [1] = 1",
    HEAD + 'loop "x" = a -> ' + "b -> " * 500 + "a",
    HEAD + 'loop "' + "x" * 3_000 + '" = a -> a',
    HEAD + "loop \"a\" = os.system -> a",
    HEAD + "show " + "a, " * 900 + "a",
    HEAD + "data d [1] from /dev/zero",
    HEAD + "data d [1] from ../../etc/passwd",
    HEAD + "data d [1] = " + "1: 2, " * 600 + "1: 2",
    HEAD + "given a [1] = 1 in 0 .. nan",
    HEAD + "given a [1] = 1 in -inf .. inf .. 3",
    HEAD + "given a [1] = nan",
    "time month from 0 to 1e300 step 1e-300",
    "time month from 0 to 1e999 step 1",
    "time month from 0 to 12 step 0",
    "time month from 0 to 12 step 1/0",
    "time __import__ from a to b step c",
    HEAD + "x [1] = 1\r\rx [1] = 2",
]  # fmt: skip


def hostile_texts():
    return [equation(text) for text in EQUATIONS] + TEXTS


@pytest.mark.timeout(60)
@pytest.mark.parametrize("number", range(len(hostile_texts())))
def test_a_hostile_text_is_refused_and_runs_nothing(number, monkeypatch, tmp_path):
    text = hostile_texts()[number]
    monkeypatch.chdir(tmp_path)
    ran: list[object] = []
    monkeypatch.setattr(builtins, "open", lambda *args, **_: ran.append(args))
    monkeypatch.setattr(os, "system", lambda *args: ran.append(args))
    with pytest.raises(FlywheelError) as caught:
        simulate(Model.parse(text))
    assert len(str(caught.value)) < 1_000
    assert not ran
    assert not list(tmp_path.iterdir())


def test_there_are_at_least_sixty_hostile_texts():
    assert len(set(EQUATIONS)) + len(set(TEXTS)) >= 60


def test_names_like_code_never_reach_the_printed_program():
    from flywheel_edu.simulate.prepared import prepare

    names = "t dt g s rows keep k range f_exp s0 g0 v0 lambda_x class import def return print exec"
    names = [*names.split(), "self", "rates", "half"]
    model = Model.parse(
        HEAD + "".join(f"given {name} [1] = {i}\n" for i, name in enumerate(names))
        + "total [1] = " + " + ".join(names)
    )  # fmt: skip
    assert simulate(model)["total"][0] == sum(range(len(names)))
    source = prepare(model).python.source
    assert "lambda" not in source
    assert "print" not in source


def test_a_comment_never_reaches_the_printed_program():
    from flywheel_edu.simulate.prepared import prepare

    model = Model.parse(
        HEAD + "x [1] = 1 + time / u  # __import__('os')\ngiven u [month] = 1 # '''"
    )
    assert "os" not in prepare(model).python.source


PIECES = st.sampled_from(
    [
        "time month from 0 to 4 step 1\n",
        "stock ",
        "given ",
        "data ",
        'loop "L" = ',
        "show ",
        "a",
        "b",
        " [1] = ",
        " [a] = ",
        " [1/month] = ",
        "1",
        "0.5",
        " + ",
        " - ",
        "\n    + b\n",
        "\n",
        " in 0 .. 1",
        "smooth(",
        "delay3(",
        ", 2)",
        "table(a, 0: 1, 1: 2)",
        " if ",
        " else ",
        " -> ",
        "# x",
        "(",
        ")",
        "**",
        "/",
        "*",
        " < ",
        " and ",
        " not ",
        "init(a)",
        "\t",
        "é",
        "\x00",
        ":",
        ",",
        "from x.csv",
    ]
)


@settings(max_examples=1_500, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_no_text_escapes_the_models_reader_but_as_its_own_error(text):
    try:
        model = Model.parse(text)
    except FlywheelError:
        return
    assert Model.parse(str(model)) == model
    try:
        simulate(model)
    except FlywheelError:
        return


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=200))
def test_no_text_at_all_escapes_the_models_reader(text):
    for whole in (text, HEAD + text, OTHER + "x [1] = " + text):
        try:
            Model.parse(whole)
        except FlywheelError:
            continue
