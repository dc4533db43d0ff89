"""Vensim's files: read by way of a converter in a process of its own, or refused in words."""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from flywheel_edu import FlywheelError, Model, read, simulate
from flywheel_edu.errors import FlywheelNotice
from flywheel_exchange import vensim

FOREIGN = Path(__file__).parent / "foreign"
BY_HAND = (
    "or open it in Vensim and save it as XMILE (File, Save As), or let a program such as xmutil "
    "convert it"
)
TIME_LINE = """
FINAL TIME=10 ~ Month ~|
INITIAL TIME=0 ~ Month ~|
TIME STEP=0.5 ~ Month ~|
SAVEPER=TIME STEP ~~|
"""
T = np.arange(21) * 0.5


def file_of(folder: Path, equations: str) -> Path:
    path = folder / "shop.mdl"
    path.write_text(equations.strip() + TIME_LINE, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FlywheelError) as caught:
        read(path)
    return str(caught.value)


# What each equation gives at the times T, by hand or by a formula.
VALUES = {
    "x= ZIDZ(4, Time - 1)": np.divide(4, T - 1, out=np.zeros(21), where=T != 1),
    "x= XIDZ(4, Time - 1, 7)": np.divide(4, T - 1, out=np.full(21, 7.0), where=T != 1),
    "x= QUANTUM(Time - 3, 2)": 2 * np.trunc((T - 3) / 2),
    "x= POWER(Time, 2) + GAME(1)": T**2 + 1,
    "x= SINH(Time / 5)": np.sinh(T / 5),
    "x= INTEGER(Time - 3)": np.trunc(T - 3),
    "x= MODULO(Time - 3, 2)": np.fmod(T - 3, 2),
    "x= SAMPLE IF TRUE(MODULO(Time, 2) = 0, Time, 9)": 2 * np.floor(T / 2),
    "x= IF THEN ELSE(Time > 2 :AND: :NOT: Time = 4, 3, 1)": np.where((T > 2) & (T != 4), 3, 1),
    "x= PULSE TRAIN(1, 0.5, 3, 8)": ((T >= 1) & (T <= 8) & ((T - 1) % 3 < 0.5)).astype(float),
    "x= LOOKUP EXTRAPOLATE(line, Time)\n~~|\nline((2,10),(4,20))": 5 * T,
    "x= LOOKUP BACKWARD(line, Time)\n~~|\nline((2,10),(4,20))": np.where(T < 4, 10, 20),
    "x= SMOOTHI(6, 2, 1)": 6 - 5 * 0.75 ** np.arange(21),
    "x= SMOOTH N(6, 2, 1, order)\n~~|\norder= 1": 6 - 5 * 0.75 ** np.arange(21),
    "x= y * 2\n~~|\ny= ACTIVE INITIAL(Time + 1, 5)": 2 * (T + 1),
    "x= INTEG(0, y)\n~~|\ny= ACTIVE INITIAL(x * 2, 5)": 5,
    "A: a1, a2, a3 ~~|\ny[A]= 1, 2, 3 ~~|\nB: a2, a3 ~~|\nx= SUM(y[B!]) + ELMCOUNT(A)": 8,
    "A: a1, a2, a3 ~~|\ny[A] :EXCEPT: [a2]= Time ~~|\ny[a2]= 1 ~~|\nx= SUM(y[A!])": 2 * T + 1,
    "A: a1, a2 -> B ~~|\nB: b1, b2 ~~|\ny[A]= 3, 4 ~~|\nz[B]= y[A] * 2 ~~|\nx= z[b2]": 8,
    "A: a1, a2 ~~|\nB: b1, b2 -> C ~~|\nC: c1, c2 -> B ~~|\ny[A,C]= 1, 2; 30, 40; ~~|\n"
    "z[A,B]= y[A,C] ~~|\nx= z[a1,b2] + z[a2,b1]": 32,
    "A: a1, a2, a3 ~~|\nB: a2, a3 ~~|\nC: c1, c2 -> (A: a1, B) ~~|\ny[C]= 1, 20 ~~|\n"
    "z[A]= y[C] ~~|\nx= SUM(z[A!])": 41,
    "A: a1, a2 -> (B: b2, b1) ~~|\nB: b1, b2 ~~|\ny[B]= 5, 7 ~~|\nz[A]= y[B] * Time ~~|\n"
    "x= z[a1] + 10 * z[a2]": 57 * T,
    "A: a1, a2, a3 -> (B: b1, b2, b2) ~~|\nB: b1, b2 ~~|\ny[B]= 1, 2 ~~|\nz[A]= y[B] ~~|\n"
    "x= z[a1] + 10 * z[a2] + 100 * z[a3]": 221,
    "A: a1, a2, a3 ~~|\nB: a2, a3 -> C ~~|\nC: a1, a2 -> B ~~|\ny[A]= 1, 2, 3 ~~|\n"
    "z[B]= y[C] ~~|\nx= z[a2] + 10 * z[a3]": 21,
    "A: a1, a2 ~~|\nB: (b1-b3) ~~|\ny[a1,B]= 1, 2, 3 ~~|\ny[a2,B]= - 4, 5,\\\n\t60 ~~|\n"
    "x= SUM(y[A!,B!])": 67,
    "A: a1, a2 ~~|\nB: A ~~|\ny[B,a1]= 1, 2 ~~|\ny[A,a2]= Time ~~|\n"
    "x= SUM(y[A!,a1]) + SUM(y[A!,a2])": 3 + 2 * T,
    "A: a1, a2, a3 ~~|\ny[A]= A * 2 ~~|\nx= VMAX(y[A!]) + 10 * VMIN(y[A!])": 26,
    "A: a1, a2 ~~|\nB: a1, a2 ~~|\ny[A]= INTEG(0, A) ~~|\nz[A,B]= 1, 2, 3, 4 ~~|\n"
    "x= SUM(z[a1,B!] * y[B!]) + 100 * SUM(z[a2,B!] * y[B!])": 1105,
    "A: a1, a2 ~~|\nB: a1, a2 -> (C: c2, c1) ~~|\nC: c1, c2 ~~|\ny[A]= INTEG(0, A) ~~|\n"
    "z[C]= y[B] ~~|\nx= z[c1] + 10 * z[c2] + 100 * SUM(y[A!] * y[A!])": 512,
    ":MACRO: TWICE(a)\nTWICE= a * two ~~|\ntwo= 2 ~~|\n:END OF MACRO:\nx= TWICE(Time + 1)": (
        2 * T + 2
    ),
    ":MACRO: FILLED(a, z)\nFILLED= INTEG(a, z) ~~|\n:END OF MACRO:\nx= FILLED(3, 2)": 2 + 3 * T,
    ":MACRO: KEPT(a, z)\nKEPT= INTEG(a, z) ~~|\n:END OF MACRO:\nx= KEPT(y * 2, y)\n~~|\ny= 4": (
        4 + 8 * T
    ),
    # The rest by hand and by PySD, save VECTOR ELM MAP, which simlin has.
    "A: a1, a2, a3 ~~|\ny[A]= 21, 10, 20 ~~|\nz[A]= VECTOR RANK(y[A] * 2, 1) ~~|\n"
    "x= z[a1] + 10 * z[a2] + 100 * z[a3]": 213,
    "A: a1, a2, a3 ~~|\ny[A]= 21, 10, 20 ~~|\nz[A]= VECTOR RANK(y[A], 0) ~~|\n"
    "x= z[a1] + 10 * z[a2] + 100 * z[a3]": 231,
    "A: a1, a2, a3 ~~|\ny[a1]= 21 ~~|\ny[a2]= 5 ~~|\ny[a3]= Time ~~|\n"
    "z[A]= VECTOR SORT ORDER(y[A], 1) ~~|\nx= z[a1] + 10 * z[a2] + 100 * z[a3]": np.where(
        T < 5, 12, 21
    ),
    "A: a1, a2 ~~|\nB: b1, b2 ~~|\ny[A,B]= 1, 2; 4, 3; ~~|\nz[A,B]= VECTOR SORT ORDER(y[A,B], 1)"
    " ~~|\nx= z[a1,b1] + 10 * z[a1,b2] + 100 * z[a2,b1] + 1000 * z[a2,b2]": 110,
    "A: a1, a2 ~~|\nB: b1, b2 ~~|\ny[A,B]= 1, 2; 3, 4; ~~|\nz[A]= VECTOR ELM MAP(y[a1,b1], A + 1)"
    " ~~|\nx= z[a1] + 10 * z[a2]": 43,
    "A: a1, a2 ~~|\ny[A]= 1, 2 ~~|\nx= VECTOR ELM MAP(y[a2], Time / 10)": np.where(
        T < 10, 2, -(2.0**109)
    ),
    "A: a1, a2, a3 ~~|\nB: b1, b2 ~~|\ny[A,B]= 1, 0; 2, 0; 3, -1; ~~|\nz[A]= 7, 4, 5 ~~|\n"
    "c1[B]= VECTOR SELECT(y[A!,B], z[A!], -99, 0, 0) ~~|\nx= c1[b1] + 100 * c1[b2]": 30 - 500,
    **{
        "A: a1, a2, a3 ~~|\ny[A]= 0, 2, -3 ~~|\nz[A]= 7, 4, 5 ~~|\n"
        f"x= VECTOR SELECT(y[A!], z[A!], -99, {action}, 0)": right
        for action, right in enumerate((-7, -120, -15, 8, -3.5, 16 / 125, 9, 20, 4, 5, 4.5))
    },
    "A: a1, a2 ~~|\ny[A]= 0 ~~|\nx= VECTOR SELECT(y[A!], y[A!] + 1, -99, 3, 0)": -99,
}


def test_what_vensim_says_means_the_same_here(tmp_path):
    """All in one file, each with names of its own, since converting takes a second."""
    texts = []
    for i, equations in enumerate(VALUES):
        names = r"\b(x|y|z|a[123]?|b[12]?|c[12]|A|B|C|line|order|two|TWICE)\b(?!-)"
        texts.append(re.sub(names, rf"\1q{i}", equations))
    macros = [text for text in texts if ":MACRO:" in text]
    rest = [text for text in texts if ":MACRO:" not in text]
    model = read(file_of(tmp_path, "\n".join(f"{text} ~~|" for text in (*macros, *rest))))
    assert Model.parse(str(model)) == model
    run = simulate(model)
    for i, (equations, right) in enumerate(VALUES.items()):
        np.testing.assert_allclose(
            run[f"xq{i}"], np.broadcast_to(right, 21), 1e-9, err_msg=equations
        )


def test_marks_in_quotes_and_reality_checks_are_no_matter(tmp_path):
    """``|`` and ``~`` end an entry, but not in a quoted name; a reality check is no quantity."""
    equations = """
"a | b ~ \\"c\\""= 2 ~~|
never below:THE CONDITION: x < 0 :IMPLIES: y = 0 ~~|
none:TEST INPUT:
    x = RC STEP(x, 0)
    ~~ a check |
x= "a | b ~ \\"c\\"" * 3 ~~|
y= 1 ~~|"""
    model = read(file_of(tmp_path, equations))
    assert simulate(model)["x"][0] == 6
    assert not [name for name in model if "check" in name or name in ("never_below", "none")]


def test_each_number_of_a_list_has_the_unit_and_comment_of_the_list(tmp_path):
    equations = "R: r1, r2 ~~|\nC: c1, c2 ~~|\n"
    equations += "p[r1,C]= 1, 2 ~ Month ~ paid |\np[r2,C]= TABBED ARRAY(3\t4) ~ Month ~ paid |"
    model = read(file_of(tmp_path, equations))
    assert str(model).splitlines()[3:7] == [
        f"given p_{name} [month] = {value}  # p[{name.replace('_', ', ')}]: paid"
        for value, name in enumerate(("r1_c1", "r1_c2", "r2_c1", "r2_c2"), 1)
    ]


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(vensim, "find_spec", lambda name: None)
    assert refusal(file_of(tmp_path, "x= 1 ~~|")) == (
        "'shop.mdl' is a file of Vensim, which is read with the help of another package\n"
        f'  hint: python -m pip install "flywheel-edu[vensim]"; {BY_HAND}'
    )


def test_a_converter_that_breaks_off_takes_nobody_with_it(monkeypatch, tmp_path):
    path = file_of(tmp_path, "x= 1 ~~|")
    monkeypatch.setattr(vensim, "_CONVERT", "import os; os.abort()")
    assert refusal(path) == (
        f"'shop.mdl' could not be converted; the converter broke off\n  hint: {BY_HAND}"
    )
    monkeypatch.setattr(vensim, "_CONVERT", "import time; time.sleep(60)")
    monkeypatch.setattr(vensim, "_SECONDS", 0.5)
    assert refusal(path) == (
        f"'shop.mdl' could not be converted within 0.5 seconds\n  hint: {BY_HAND}"
    )
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no_python"))
    assert refusal(path) == (
        "'shop.mdl' is a file of Vensim, and no other program can be started here to convert it\n"
        f"  hint: {BY_HAND}"
    )


def test_what_the_converter_says_is_handed_on(tmp_path):
    said = refusal(file_of(tmp_path, "R: r1, r2 ~~|\né[R]= 1,\n2 ~~|\nx= (1 + ~~|"))
    assert said == (
        "'shop.mdl' could not be converted: unexpected ~ while parsing expression\n"
        f"  line 4: x= (1 + ~~|\n          ^^^^^^^^^^^\n  hint: {BY_HAND}"
    )


def test_a_variable_whose_values_are_data_is_named_with_its_line():
    assert (
        refusal(FOREIGN / "vensim_data.mdl")
        == """\
'visits' has no equation; its values are data from another file, which are not read
  line 8: visits
          ^^^^^^
  hint: give it an equation, or WITH LOOKUP(Time, ...) with its numbers"""
    )


def test_numbers_from_a_spreadsheet_are_named_with_their_line():
    assert (
        refusal(FOREIGN / "vensim_get_xls.mdl")
        == """\
'rent' has no equation; in its place stands: GET XLS('numbers.xlsx','Rent','B1')
  line 14: rent=
           ^^^^"""
    )


def test_numbers_that_are_got_directly_are_named_with_their_line(tmp_path):
    path = file_of(tmp_path, "y= 2 ~~|\nrent= GET DIRECT CONSTANTS('a.xlsx', 'S', 'B1') ~~|")
    assert (
        refusal(path)
        == """\
GET DIRECT CONSTANTS takes its values from another file, which is not read
  line 2: rent= GET DIRECT CONSTANTS('a.xlsx', 'S', 'B1') ~~|
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  hint: write the numbers here, or WITH LOOKUP(Time, ...) with its numbers"""
    )


def test_a_variable_without_an_equation_is_shown_in_the_words_of_vensim(tmp_path):
    path = file_of(
        tmp_path, "R: r1, r2 ~~|\ny= A FUNCTION OF(z) ~~|\ny= 2 ~~|\nz= A FUNCTION OF()~~|"
    )
    assert (
        refusal(path)
        == """\
A FUNCTION OF says what this depends on and not how
  line 4: z= A FUNCTION OF()~~|
          ^
  hint: write the equation"""
    )
    # There is no array along the last subscript of what it is for.
    path = file_of(tmp_path, "R: r1, r2 ~~|\nq[R]= 2, 1 ~~|\nz[R]= VECTOR RANK(q[r1], 1) ~~|")
    assert refusal(path).startswith("RANK cannot put these arrays in order\n  line 3: z[R]= VECTOR")
    path = file_of(tmp_path, "R: r1, r2 ~~|\nz[R]= ALLOCATE AVAILABLE(Time, Time, 1) ~~|")
    assert (
        refusal(path)
        == """\
a profile is an element of an array here
  line 2: z[R]= ALLOCATE AVAILABLE(Time, Time, 1) ~~|
          ^"""
    )


def test_a_macro_that_gives_several_values_is_named_with_its_line(tmp_path):
    """The converter leaves out what such a macro is used for."""
    path = file_of(
        tmp_path, "y= 2 ~~|\n:MACRO: F(a: b)\nF= a ~~|\nb= 1 ~~|\n:END OF MACRO:\nx= F(y: z)~~|"
    )
    assert (
        refusal(path)
        == """\
this macro gives more than one value, which is not read
  line 2: :MACRO: F(a: b)
          ^^^^^^^^^^^^^^^
  hint: write a macro for each of its values"""
    )


def test_a_range_behind_a_unit_is_the_range_of_the_given(tmp_path):
    equations = "chance= 0.03 ~ Dmnl [0,0.2,0.005] ~ of a sale |\nR: r1, r2 ~~|\n"
    equations += (
        '"a [b]"= 2 ~ day [1,20] ~|\nopen end= 2 ~ day [0,?] ~|\np[R]= 1, 2 ~ Dmnl [0,3] ~|'
    )
    model = read(file_of(tmp_path, equations))
    spans = {name: model[name].range for name in ("chance", "a_b", "open_end", "p_r1", "p_r2")}
    assert spans == {
        "chance": (0, 0.2), "a_b": (1, 20), "open_end": None, "p_r1": (0, 3), "p_r2": (0, 3)
    }  # fmt: skip


def test_a_fixed_delay_may_close_a_loop_and_says_that_its_time_is_a_number(tmp_path):
    """Two steps late: 100 twice, then the births of then, half of the herd."""
    path = file_of(
        tmp_path,
        "herd= INTEG(births - sold, 200) ~~|\nbirths= (herd + sold) / 2 ~~|\n"
        "sold= DELAY FIXED(births, wait, 100) ~~|\nwait= 1 ~~|",
    )
    with pytest.warns(UserWarning, match="a change of wait changes no DELAY: it is 1 late"):
        run = simulate(read(path))
    births, sold, herd = [], [], 200.0
    for i in range(5):
        sold.append(births[i - 2] if i > 1 else 100.0)
        births.append((herd + sold[i]) / 2)
        herd += (births[i] - sold[i]) / 2
    np.testing.assert_allclose(run["sold"][:5], sold, 1e-12)


def test_an_equation_without_an_order_is_shown_in_the_file_of_vensim(tmp_path):
    path = file_of(tmp_path, ":MACRO: M(a)\nM= a ~~|\n:END OF MACRO:\nx= y ~~|\ny= x + M(1) ~~|")
    assert "line 4: x= y ~~|" in refusal(path) or "line 5: y= x" in refusal(path)


def test_an_empty_file_is_refused_and_one_in_utf_16_is_read(tmp_path):
    path = tmp_path / "shop.mdl"
    path.write_bytes(b"")
    assert refusal(path) == "the file 'shop.mdl' is empty"
    path.write_bytes(("{UTF-16}\nx= 3 ~~|" + TIME_LINE).encode("utf-16"))
    assert simulate(read(path))["x"][0] == 3


# By two ranges that nothing holds together the converter keeps only the first equation.
APART = "A: a1, a2 ~~|\nA': A ~~|\nB: b1, b2 ~~|\nB': B ~~|\ny= 3 ~~|\nx[A,A']= y ~~|\n"


def test_an_equation_that_the_converter_loses_is_named_with_its_line(tmp_path):
    path = file_of(tmp_path, APART + "x[B,B']= 10 * y ~~|\nz= x[a1,a2] + x[b1,b2] ~~|")
    assert (
        refusal(path)
        == """\
'x[B,B']' is lost on the way by XMILE
  line 7: x[B,B']= 10 * y ~~|
          ^^^^^^^^^^^^^^^^^^^
  hint: where one name is over several ranges, give it another name over each of them"""
    )
    path.write_text(path.read_text().replace("x[B,B']", "w[B,B']").replace("x[b1", "w[b1"))
    assert simulate(read(path))["z"][0] == 33


def test_a_lost_equation_that_nobody_reads_is_only_told(tmp_path):
    path = file_of(tmp_path, APART + "x[ B , B' ]= y ~~|\nz= y * 2 ~~|")
    said = "^'x\\[ B , B' \\]' on line 7 was not read; nothing else needs it$"
    with pytest.warns(FlywheelNotice, match=said):
        run = simulate(read(path))
    assert (run["z"][0], run["x_a1_a2"][0]) == (6, 3)


def test_of_two_equations_for_the_same_none_is_chosen(tmp_path):
    equations = "A: a1, a2 ~~|\ny[A,a1]= 1 ~~|\ny[A,a2]= 2 ~~|\nY [A, a1]= 3 ~~|"
    assert (
        refusal(file_of(tmp_path, equations))
        == """\
there are two equations for 'Y [A, a1]'
  line 4: Y [A, a1]= 3 ~~|
          ^^^^^^^^^^^^^^^^
  hint: keep one"""
    )


def test_all_that_vensim_lets_stand_before_an_equation_arrives(tmp_path):
    """The names of the file are compared with those of XMILE; none may be missed wrongly."""
    equations = """
{a} " two  blanks " {b} = 1 ~~|
R: (r1-r3) ~~|
S: r2, r3 ~~|
far  name [R] :EXCEPT: [S], [r1]= 1 ~~|
far name[S]== 2 ~~|
far name[r1]:= 3 ~~|
line[S]((0,0),(2,2)) ~~|
once= A FUNCTION OF(x) ~~|
once= WITH LOOKUP(x, ((0,0),(9,9))) ~~|
x= SUM(far name[R!]) + line[r2](1) ~~|"""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", ".* was not read")
        assert simulate(read(file_of(tmp_path, equations)))["x"][0] == 7 + 1


@pytest.mark.parametrize("kind", ["RAW", "INTERPOLATE", "hold backward", "LOOK FORWARD"])
def test_data_between_which_something_is_chosen_are_data(kind, tmp_path):
    said = refusal(file_of(tmp_path, f"y= d * 2 ~~|\nd :{kind}: ~~|"))
    assert said.startswith(f"'d :{kind}:' has no equation; its values are data from another file,")


def test_a_mapping_that_leaves_the_element_open_is_refused(tmp_path):
    equations = "A: a1, a2, a3 -> (B: b1, b2, b2) ~~|\nB: b1, b2 ~~|\n"
    equations += "y[A]= 1, 2, 3 ~~|\nz[B]= y[A] ~~|"
    assert (
        refusal(file_of(tmp_path, equations))
        == """\
'y' is an array, and this does not say which element is meant
  line 4: z[B]= y[A] ~~|
          ^
  hint: write the element in square brackets, such as [a1]"""
    )


def test_what_is_refused_is_shown_in_the_file_of_vensim(tmp_path):
    path = file_of(tmp_path, "y= 2 ~~|\nmy price= IRR(y, 0.1, 0, 1) ~~|")
    assert (
        refusal(path)
        == """\
IRR has no counterpart in our language
  line 2: my price= IRR(y, 0.1, 0, 1) ~~|
          ^^^^^^^^
  hint: where its values stay the same, work it out and write the number; else a graphical \
function comes close"""
    )


def test_a_file_in_an_old_encoding_is_read(tmp_path):
    path = tmp_path / "shop.mdl"
    path.write_bytes(("Größe= 3 ~~|\nx= Größe * 2 ~~|" + TIME_LINE).encode("cp1252"))
    with pytest.warns(UserWarning, match="'größe' is grosse"):
        assert simulate(read(path))["x"][0] == 6
