"""What is said of a model that does not hold together, word for word."""

from __future__ import annotations

import pytest

from flywheel_edu import EquationError, Model, ModelError, UnitsError

TIME = "time month from 0 to 12 step 1\n"
PEOPLE = TIME + "stock people [person] = 10\n    + births\nbirths [person/month] = people * rate\n"

CASES = {
    "no time line": (
        "given a [1] = 1",
        "the model has no time line\n  hint: write: time month from 0 to 60 step 0.25",
    ),
    "two time lines": (
        TIME + TIME,
        "the time line is already set\n"
        "  line 2: time month from 0 to 12 step 1\n"
        "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: keep one of the two",
    ),
    "time backwards": (
        "time month from 12 to 0 step 1",
        "the time line ends at 0, not after its start at 12\n"
        "  line 1: time month from 12 to 0 step 1\n"
        "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: write: time month from 0 to 60 step 0.25",
    ),
    "too many steps": (
        "time month from 0 to 12 step 1e-9",
        "the time line has 12,000,000,000 steps; 1,000,000 are allowed\n"
        "  line 1: time month from 0 to 12 step 1e-9\n"
        "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: write: time month from 0 to 60 step 0.25",
    ),
    "no unit": (
        TIME + "price = 3",
        "'price' has no unit\n"
        "  line 2: price = 3\n"
        "          ^^^^^\n"
        "  hint: write: price [unit] = ..., with [1] for a pure number",
    ),
    "a blank in a name": (
        TIME + "stock price of bread [USD] = 3",
        "a name has no blank in it, as 'price of bread' has\n"
        "  line 2: stock price of bread [USD] = 3\n"
        "                ^^^^^^^^^^^^^^\n"
        "  hint: write: price_of_bread",
    ),
    "a comma in a range": (
        TIME + "given price [USD] = 3 in 0 .. 1,000",
        "this range cannot be read\n"
        "  line 2: given price [USD] = 3 in 0 .. 1,000\n"
        "                                   ^^^^^^^^^^\n"
        "  hint: write: in 0 .. 1000",
    ),
    "no equation": (
        TIME + "price [USD]",
        "an '=' is missing after 'price [USD]'\n"
        "  line 2: price [USD]\n"
        "                    ^\n"
        "  hint: write: name [unit] = equation",
    ),
    "bad unit": (
        TIME + "price [USD per order] = 3",
        "'USD per order' is not a unit\n"
        "  line 2: price [USD per order] = 3\n"
        "                 ^^^^^^^^^^^^^\n"
        "  hint: write words joined by * and /, such as order/customer/month; 1 is a pure number",
    ),
    "reserved": (
        TIME + "step [month] = 3",
        "'step' is a word of the language\n"
        "  line 2: step [month] = 3\n"
        "          ^^^^\n"
        "  hint: choose another name",
    ),
    "twice": (
        TIME + "given a [1] = 1\ngiven a [1] = 2",
        "'a' is already defined on line 2\n"
        "  line 3: given a [1] = 2\n"
        "                ^\n"
        "  hint: give this one another name",
    ),
    "capitals": (
        TIME + "given price [1] = 1\ngiven Price [1] = 2",
        "'Price' and 'price' differ only in capitals\n"
        "  line 3: given Price [1] = 2\n"
        "                ^^^^^\n"
        "  hint: readers and other programs would take them for one; rename one of them",
    ),
    "given computed": (
        TIME + "given a [1] = 1 + 1",
        "'a' is a given, and a given is one number\n"
        "  line 2: given a [1] = 1 + 1\n"
        "                        ^^^^^\n"
        "  hint: leave out the word 'given' to compute it",
    ),
    "given outside": (
        TIME + "given a [1] = 3 in 0 .. 1",
        "'a' = 3 lies outside its range 0 .. 1\n"
        "  line 2: given a [1] = 3 in 0 .. 1\n"
        "                        ^\n"
        "  hint: change the number or widen the range",
    ),
    "range backwards": (
        TIME + "given a [1] = 3 in 5 .. 1",
        "the range 5 .. 1 is empty\n"
        "  line 2: given a [1] = 3 in 5 .. 1\n"
        "                             ^^^^^^\n"
        "  hint: write the smaller number first",
    ),
    "misspelt": (
        PEOPLE + "given rat [1/month] = 0.1",
        "nothing is called 'rate'\n"
        "  line 4: births [person/month] = people * rate\n"
        "                                           ^^^^\n"
        "  hint: did you mean 'rat'?",
    ),
    "missing flow": (
        TIME + "stock people [person] = 10\n    + birth",
        "nothing is called 'birth'\n"
        "  line 3:     + birth\n"
        "                ^^^^^\n"
        "  hint: add a line: birth [unit] = equation",
    ),
    "flow without stock": (
        TIME + "given a [1] = 1\n    + births",
        "this flow belongs to no stock\n"
        "  line 3:     + births\n"
        "              ^^^^^^^^\n"
        "  hint: flows stand right under the line of their stock",
    ),
    "flow with equation": (
        TIME + "stock people [person] = 10\n    + people * 3",
        "a flow is one name\n"
        "  line 3:     + people * 3\n"
        "              ^^^^^^^^^^^^\n"
        "  hint: write '+ name' or '- name', and the flow's equation on a line of its own",
    ),
    "stock flows": (
        TIME + "stock a [x] = 1\nstock b [x] = 1\n    + a",
        "'a' is a stock and cannot flow into 'b'\n"
        "  line 4:     + a\n"
        "                ^\n"
        "  hint: name what flows between them as a quantity of its own",
    ),
    "waiting": (
        TIME + "a [1] = b\nb [1] = c\nc [1] = a + 1",
        "these quantities wait for each other: a -> c -> b -> a\n"
        "  line 2: a [1] = b\n"
        "          ^^^^^^^^^\n"
        "  hint: a feedback loop must pass through at least one stock",
    ),
    "openings wait": (
        TIME + "stock a [x] = b\nstock b [x] = a",
        "these opening values wait for each other: a -> b -> a\n"
        "  line 2: stock a [x] = b\n"
        "          ^^^^^^^^^^^^^^^\n"
        "  hint: one of them must open at a number of its own",
    ),
    "unit of equation": (
        TIME + "given p [USD/order] = 3\ngiven q [order] = 2\ncost [order] = p * q",
        "'cost' is declared in [order] but its equation gives [USD]\n"
        "  line 4: cost [order] = p * q\n"
        "                         ^^^^^\n"
        "  hint: change the unit, or bring in a factor in [order/USD]",
    ),
    "unit lacks time": (
        TIME + "stock a [x] = 1\n    + f\nf [x/month] = a",
        "'f' is declared in [x/month] but its equation gives [x]\n"
        "  line 4: f [x/month] = a\n"
        "                        ^\n"
        "  hint: the equation lacks a length of time: "
        "it should be divided by something in [month]",
    ),
    "unit of flow": (
        TIME + "stock a [x] = 1\n    + f\nf [x] = a",
        "'f' is in [x], but what flows into 'a' is in [x/month]\n"
        "  line 3:     + f\n"
        "                ^\n"
        "  hint: a flow is what it changes, per month",
    ),
    "unit of sum": (
        TIME + "given a [x] = 1\nb [x] = a + 5",
        "'a' is in [x] and '5' is in [1]; they cannot be added\n"
        "  line 3: b [x] = a + 5\n"
        "                  ^^^^^\n"
        "  hint: give the number a name and a unit: given NAME [x] = 5",
    ),
    "unit of comparison": (
        TIME + "given a [x] = 1\ngiven b [y] = 1\nc [x] = a if a < b else 0",
        "'a' is in [x] and 'b' is in [y]; they cannot be compared\n"
        "  line 4: c [x] = a if a < b else 0\n"
        "                       ^^^^^\n"
        "  hint: nothing is converted silently: bring both to one unit by a named factor",
    ),
    "unit of exponent": (
        TIME + "given a [x] = 1\nb [1] = 2 ** a",
        "the exponent 'a' is in [x]; an exponent is a pure number\n"
        "  line 3: b [1] = 2 ** a\n"
        "                       ^\n"
        "  hint: divide it by a usual value in the same unit",
    ),
    "unit of base": (
        TIME + "given a [x] = 1\ngiven n [1] = 2\nb [x] = a ** n",
        "'a' is in [x]; only a pure number can be raised to 'n'\n"
        "  line 4: b [x] = a ** n\n"
        "                  ^^^^^^\n"
        "  hint: divide it by a usual value in the same unit first",
    ),
    "unit of exp": (
        TIME + "given a [x] = 1\nb [1] = exp(a)",
        "'a' is in [x], but 'exp' takes a pure number\n"
        "  line 3: b [1] = exp(a)\n"
        "                      ^\n"
        "  hint: divide it by a usual value in the same unit",
    ),
    "unit of delay": (
        TIME + "given a [x] = 1\ngiven d [year] = 1\nb [x] = smooth(a, d)",
        "'d' is in [year], but 'smooth' needs a time in [month]\n"
        "  line 4: b [x] = smooth(a, d)\n"
        "                            ^\n"
        "  hint: the model's time line is in [month]",
    ),
    "loop not there": (
        PEOPLE + 'given rate [1/month] = 0.1\nloop "Growth" = people -> rate -> births -> people',
        "the loop \"Growth\" fails at 'people -> rate': nothing leads from 'people' to 'rate'\n"
        '  line 6: loop "Growth" = people -> rate -> births -> people\n'
        "                                    ^^^^\n"
        "  hint: 'people' leads to 'births'",
    ),
    "loop open": (
        PEOPLE + 'given rate [1/month] = 0.1\nloop "Growth" = people -> births',
        'the loop "Growth" does not come back to where it starts\n'
        '  line 6: loop "Growth" = people -> births\n'
        "                                    ^^^^^^\n"
        "  hint: end it with '-> people'",
    ),
    "view": (
        TIME + "given price [1] = 1\nshow prize at 0 1",
        "nothing is called 'prize'\n"
        "  line 3: show prize at 0 1\n"
        "               ^^^^^^^^^^^^\n"
        "  hint: did you mean 'price'?",
    ),
    "delay in opening": (
        TIME + "given a [x] = 1\nstock b [x] = smooth(a, 3)",
        "the opening value of 'b' cannot wait for anything\n"
        "  line 3: stock b [x] = smooth(a, 3)\n"
        "                        ^^^^^^^^^^^^\n"
        "  hint: use smooth, delay and init in a computed quantity",
    ),
    "unfolded name taken": (
        TIME + "given a [x] = 1\nb [x] = smooth(a, 3)\nb_adjustment [x] = a",
        "the name 'b_adjustment' is needed for the delay in 'b'\n"
        "  line 4: b_adjustment [x] = a\n"
        "          ^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: choose another name for this quantity",
    ),
    "series falls": (
        TIME + "data d [x] = 3: 1, 2: 5",
        "the points of a series must rise in time\n"
        "  line 2: data d [x] = 3: 1, 2: 5\n"
        "          ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: 2 comes after 3",
    ),
    "plural of what piles up": (
        TIME + "stock a [persons] = 3\n    + f\nf [person/month] = a * r\ngiven r [1/month] = 0.1",
        "'f' is in [person/month], but what flows into 'a' is in [persons/month]\n"
        "  line 3:     + f\n"
        "                ^\n"
        "  hint: person and persons are two units: write person everywhere",
    ),
    "plural that does not cancel": (
        TIME + "given a [boxes] = 3\ngiven p [USD/box] = 2\nb [USD] = a * p",
        "'b' is declared in [USD] but its equation gives [USD*boxes/box]\n"
        "  line 4: b [USD] = a * p\n"
        "                    ^^^^^\n"
        "  hint: box and boxes are two units: write box everywhere",
    ),
    "plural of a sum": (
        TIME + "given a [people] = 3\ngiven b [person] = 4\nc [people] = a + b",
        "'a' is in [people] and 'b' is in [person]; they cannot be added\n"
        "  line 4: c [people] = a + b\n"
        "                       ^^^^^\n"
        "  hint: person and people are two units: write person everywhere",
    ),
    "plural of a time": (
        TIME + "given a [1] = 3\ngiven w [months] = 4\nc [1] = smooth(a, w)",
        "'w' is in [months], but 'smooth' needs a time in [month]\n"
        "  line 4: c [1] = smooth(a, w)\n"
        "                            ^\n"
        "  hint: month and months are two units: write month everywhere",
    ),
    "look-alike": (
        TIME + "given pr\u0456ce [1] = 1",
        "'\u0456' cannot stand in a name or an equation\n"
        "  line 2: given pr\u0456ce [1] = 1\n"
        "                  ^\n"
        "  hint: use plain ASCII letters, digits and _; comments may hold anything",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_model_that_does_not_hold_together_is_refused_in_words(case):
    text, message = CASES[case]
    with pytest.raises(ModelError) as caught:
        Model.parse(text)
    assert str(caught.value) == message


def test_errors_of_equations_and_of_units_can_be_told_apart():
    with pytest.raises(EquationError):
        Model.parse(CASES["misspelt"][0])
    with pytest.raises(UnitsError):
        Model.parse(CASES["unit of sum"][0])


def test_a_model_is_read_from_text_only():
    with pytest.raises(ModelError) as caught:
        Model.parse(None)
    assert str(caught.value) == (
        "a model is read from text, not from NoneType\n"
        "  hint: use read(path) for a file, load(name) for a flywheel of the library"
    )


@pytest.mark.parametrize("name", ["fish.flywheel", "my models/fish.mdl\n", r"C:\models\fish.xmile"])
def test_the_name_of_a_file_is_no_text(name):
    with pytest.raises(ModelError) as caught:
        Model.parse(name)
    assert str(caught.value) == (
        "a model is read from text, not from the name of a file\n"
        "  hint: use read(path) for a file, load(name) for a flywheel of the library"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Population= INTEG (\n\tbirths - deaths,\n\t\t100)\n\t~\tperson\n\t~\t\t|\n",
         "this looks like Vensim's own text\n"
         "  line 1: Population= INTEG (\n          ^^^^^^^^^^\n"
         "  hint: save the model there as a file, my_model.mdl, and write: "
         "fw.read('my_model.mdl')"),
        ("{UTF-8}\nbirths=\n\tPopulation*birth rate\n\t~\tperson/Month\n\t~\t\t|\n",
         "this looks like Vensim's own text\n  line 1: {UTF-8}\n          ^^^^^^^\n"
         "  hint: save the model there as a file, my_model.mdl, and write: "
         "fw.read('my_model.mdl')"),
        ("Fish(t) = Fish(t - dt) + (births - catch) * dt\nINIT Fish = 100\n",
         "this looks like Stella's own text\n"
         "  line 1: Fish(t) = Fish(t - dt) + (births - catch) * dt\n"
         "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
         "  hint: save the model there as a file, my_model.stmx, and write: "
         "fw.read('my_model.stmx')"),
        ('<?xml version="1.0"?>\n<xmile version="1.0"></xmile>\n',
         "this looks like an XMILE file's own text\n"
         '  line 1: <?xml version="1.0"?>\n          ^^^^^^^^^^^^^^^^^^^^^\n'
         "  hint: save the model there as a file, my_model.xmile, and write: "
         "fw.read('my_model.xmile')"),
    ],
)  # fmt: skip
def test_the_text_of_another_program_is_known(text, message):
    with pytest.raises(ModelError) as caught:
        Model.parse(text)
    assert str(caught.value) == message


def test_a_comment_may_tell_of_another_program():
    text = f"# Population= INTEG (births, 100), Fish(t) = Fish(t - dt)\n{TIME}people = 3"
    with pytest.raises(EquationError, match=r"^'people' has no unit"):
        Model.parse(text)
