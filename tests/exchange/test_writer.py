"""What is written as XMILE comes back as the same model, to the last comment."""

from __future__ import annotations

import math
import os
import random
import re
from functools import partial
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu import FlywheelError, Model, library, load, read, simulate
from flywheel_edu.errors import FlywheelNotice
from flywheel_edu.language import (
    FUNCTIONS,
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
    text_of,
)
from flywheel_exchange import read_xmile, write_xmile, xmile_text
from flywheel_exchange.labels import name_of, plain_label
from tests.exchange.files import MODELS, file_of

# What a file of ours that is not read from its own text loses is told in a test of its own.
pytestmark = pytest.mark.filterwarnings("ignore:another program changed this file")
OWN = sorted(path.stem for path in MODELS.glob("*.flywheel"))


def again(model: Model, folder) -> Model:
    return read_xmile(write_xmile(model, folder / "model.xmile"))


def changed(model: Model, folder, old: str = 'of="', new: str = 'of="no longer ') -> Model:
    """What comes back when another program has changed the file, so that only its XMILE counts."""
    path = write_xmile(model, folder / "model.xmile")
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read_xmile(path)


@pytest.mark.parametrize("name", [*library(), *OWN])
def test_a_model_comes_back_from_a_file_unchanged(name, tmp_path):
    model = load(name) if name in library() else read(MODELS / f"{name}.flywheel")
    if name == "everything":  # what XMILE has no word for is written out there
        model = model.revise("chance [?] = 0")
    assert again(model, tmp_path) == model
    assert str(again(model, tmp_path)) == str(model)


FULL = """# A title with & < > " ' and "quotes".
# About it: 1 < 2 & 3.
# And a second line.
time month from -1.5 to 12.25 step 1/8 save 0.25 method rk4

# A note above.
# Another <note>.
stock till [USD] = table(now_at, 0: 1, 1: 2) * coin in -inf .. inf   # the <till> & so on
    + takings   # what comes in
    - rent
    + gifts

stock guests [person] = 5
    + arrivals

rent     [USD/month] = monthly_rent
gifts    [USD/month] = (table(time, 0: 0.5, 3: 1) + table(guests, 0: 1, 9: 3)) * spent in 0 .. 9
arrivals [person/month] = come if time > soon and not guests >= many or guests != many else none
unsure   [?] = smooth(guests + 2, 3)   # a guess (unit: cups/person)
plain    [?] = -guests
data seen [person] = 0: 5, 1: 6.5, 2.25: -7   # counted
takings  [USD/month] = guests * spent_each
come     [person/month] = guests_again / one_month + drawn
given coin [USD] = 2
given spent [USD/month] = 3 in 0 .. 10   # illustrative
given spent_each [USD/person/month] = 3
given one_month [month] = 1
given monthly_rent [USD/month] = 10
given drawn [person/month] = 2 in -inf .. 4
given none [person/month] = 0
given many [person] = 50
given soon [month] = 1e-9
given now_at [1] = 0.5

# Why it grows.
loop "Talk & more" = guests -> guests_again -> guests   # more guests
guests_again [person] = guests
show guests at 0.25 0.75, till, takings at 1.1 -0.2, unsure_adjustment at 0.5 0.5
# The end.
"""


def test_everything_a_model_can_say_comes_back(tmp_path):
    text = FULL.replace(
        "arrivals [person/month] = drawn",
        "arrivals [person/month] = guests_again / month_long + drawn",
    )
    model = Model.parse(text + "given month_long [month] = 1\n# Now.\n")
    assert again(model, tmp_path) == model
    assert model.ending == ("Now.",)
    for theirs in (".stmx", ".xml"):
        assert read(write_xmile(model, tmp_path / f"model{theirs}")) == model


class Trees:
    """Equations grown from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def value(self, depth: int):
        some, one = self.random, self.random.choice
        if depth == 0 or some.random() < 0.2:
            number = Number(one([1.0, -2.0, 0.5, 1e-9, 1e30, math.pi, 123456789.25]))
            return one([number, Name("a"), Name("b"), Name("noticed"), Name("time")])
        below = partial(self.value, depth - 1)
        match some.randrange(6):
            case 0:
                inner = below()
                return Number(-inner.value) if isinstance(inner, Number) else Minus(inner)
            case 1:
                return Choice(self.condition(depth - 1), below(), below())
            case 2:
                return Table(below(), ((0.0, 1.0), (2.5, -1.0)))
            case 3:
                function = one(sorted(name for name in FUNCTIONS if KNOWN[name].xmile))
                return Call(function, tuple(below() for _ in KNOWN[function].arguments))
            case 4:
                return Call(one(["smooth", "smooth3", "delay", "delay3"]), (below(), Name("a")))
        return Binary(one(["+", "-", "*", "/", "**"]), below(), below())

    def condition(self, depth: int):
        below = partial(self.value, max(0, depth - 1))
        inner = partial(self.condition, depth - 1)
        match self.random.randrange(6) if depth else 5:
            case 0:
                return Both(inner(), inner())
            case 1:
                return Either(inner(), inner())
            case 2:
                return Not(inner())
        return Compare(self.random.choice(["<", "<=", ">", ">=", "==", "!="]), below(), below())


@pytest.mark.parametrize("seed", range(150))
def test_any_equation_comes_back_from_a_file(tmp_path, seed):
    text = text_of(Trees(seed).value(1 + seed % 5))
    head = "time month from 0 to 8 step 0.25\ngiven a [?] = 2\nnoticed [?] = a * 2\nstock b [?] = 1"
    model = Model.parse(f"{head}\nx [?] = {text}")
    assert again(model, tmp_path) == model
    if "table(" not in text:  # which is a variable of its own there
        assert changed(model, tmp_path)["x"].equation == model["x"].equation


@pytest.mark.parametrize("name", library())
def test_what_other_programs_read_of_our_file_gives_the_same_numbers(name, tmp_path):
    model = load(name)
    there = simulate(changed(model, tmp_path))
    for stock in (name for name in model.stocks if name in model.written):
        right = simulate(model)[stock]
        np.testing.assert_allclose(there[stock], right, rtol=1e-12, err_msg=stock)


def test_the_text_that_a_file_keeps_of_its_model_is_read_as_a_text_and_no_more(tmp_path):
    model = Model.parse("time month from 0 to 1 step 1\na [x] = b\ngiven b [x] = 1")
    with pytest.raises(FlywheelError, match="there is no function '__import__'"):
        changed(model, tmp_path, "a [x] = b", "a [x] = __import__(b)")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_comment_comes_back_from_a_file(tmp_path_factory, note, doc):
    try:
        model = Model.parse(
            f"# {note}\ntime month from 0 to 1 step 1\n# {doc}\n"
            f"stock x [a] = 1  # {doc}\n  + y  # {note}\ny [a/month] = 2  # {note}\n# {note}"
        )
    except FlywheelError:  # a line break in it, or a sign that the language refuses
        return
    assert again(model, tmp_path_factory.getbasetemp()) == model


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    model = load("napkin")
    path = write_xmile(model, tmp_path / "napkin.stmx")
    before = path.read_bytes()
    with pytest.raises(FlywheelError, match="write_xmile writes a Model, not str"):
        write_xmile("napkin", path)
    with pytest.raises(OSError):
        write_xmile(model, tmp_path / "nowhere" / "napkin.stmx")
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["napkin.stmx"]


def test_other_programs_find_every_quantity_in_the_drawing():
    model = load("retail")
    text = xmile_text(model)
    view = text[text.index("<views>") :]
    for name in model.written:
        assert f'name="{name}" x="' in view


def test_a_slider_is_a_range_there_and_here(tmp_path):
    model = Model.parse(
        "time month from 0 to 1 step 1\n"
        "given rate [1] = 0.5 in 0 .. 2\ngiven low [1] = 1 in 0 .. inf"
    )
    text = xmile_text(model)
    assert '<range min="0" max="2"/>' in text
    assert text.count("<range") == 1
    assert again(model, tmp_path)["low"].range == (0, math.inf)


def test_what_another_program_changed_in_our_file_counts(tmp_path):
    """A number became an equation there, and a stock was told to stay above zero."""
    model = Model.parse(
        "time month from 0 to 4 step 1\n"
        "stock box [x] = 3 in -inf .. inf\n  - lent\nlent [x/month] = wish * 2\n"
        "given wish [x/month] = 2 in 0 .. 9\ndata seen [x] = 0: 1, 2: 3"
    )
    text = xmile_text(model).replace("<eqn>3</eqn>", "<eqn>3</eqn><non_negative/>")
    text = text.replace("<eqn>2</eqn>", "<eqn>1 + TIME</eqn>").replace(
        "<eqn>TIME</eqn>", "<eqn>TIME * 2</eqn>"
    )
    (tmp_path / "changed.stmx").write_text(text)
    found = read(tmp_path / "changed.stmx")
    assert str(found["wish"]) == "wish [?] = 1 + time"
    assert str(found["seen"]) == "seen [x] = table(time * 2, 0: 1, 2: 3)"
    assert str(found["lent"]) == "lent [x/month] = min(wish * 2, box / time_step)"
    assert found["box"].range is None


CHANGED = "another program changed this file; the text from before is under <flywheel:own>"
OLDER = "an older flywheel_edu wrote this file; read it there and save it as .flywheel"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("<eqn>3</eqn>", "<eqn>4</eqn>", CHANGED),
        ("(?s)<flywheel:own.*own>", "<flywheel:loops/>", OLDER),
        ("(?s)<stock(.*)<flywheel:own.*own>", r'<stock flywheel:range="0 9"\1', OLDER),
    ],
)
def test_what_only_our_own_words_in_a_file_said_is_read_or_told_to_be_lost(old, new, why, tmp_path):
    model = Model.parse(
        "time month from 0 to 4 step 1\nstock box [x] = 3\n  - lent\nlent [x/month] = box * rate\n"
        'given rate [1/month] = 0.5\nloop "Lending" = box -> lent -> box'
    )
    assert [loop.name for loop in again(model, tmp_path).loops] == ["Lending"]  # and no notice
    path = tmp_path / "other.xmile"
    path.write_text(re.sub(old, new, xmile_text(model)))
    with pytest.warns(FlywheelNotice) as told:
        assert not read_xmile(path).loops
    assert [str(notice.message) for notice in told] == [
        f"{why}; of loops, notes and the ranges of what is no slider none was read"
    ]


@pytest.mark.filterwarnings("ignore:some names are others here")
@given(st.lists(st.text(max_size=30).map(plain_label), min_size=1, max_size=4, unique_by=name_of))
def test_any_name_comes_back_from_a_file(tmp_path_factory, labels):
    labels = [label for label in labels if label and '"' not in label and "\\" not in label]
    folder = tmp_path_factory.getbasetemp()
    quantities = "".join(
        f"<aux name={quoteattr(label)}><eqn>{i}</eqn></aux>" for i, label in enumerate(labels)
    )
    users = "".join(escape(f'"{label}" + ') for label in labels)
    path = file_of(folder, quantities + f"<aux name='the sum of all'><eqn>{users}0</eqn></aux>")
    model = read_xmile(path)
    assert again(model, folder) == model
