"""The names in `__all__` are promises: each is there, says what it is, and none is missing."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import tomllib
import warnings
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu.asking import answering
from flywheel_edu.errors import FlywheelNotice

PACKAGE = Path(fw.__file__).parent
PUBLIC_ROOMS = sorted(
    path.parent.name
    for path in PACKAGE.glob("*/__init__.py")
    if "__all__" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", fw.__all__)
def test_a_promised_name_is_there_and_says_what_it_is(name):
    thing = getattr(fw, name)
    if inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing):
        assert inspect.getdoc(thing)


NAMES = [name for name in fw.__all__ if not name.startswith("_")]
FUNCTIONS = [name for name in NAMES if inspect.isfunction(getattr(fw, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_asked_with_a_word_it_does_not_know_says_so(name):
    with pytest.raises(fw.FlywheelError, match=f"^{name} takes no 'sort_of'\n  hint: "):
        getattr(fw, name)(sort_of="new")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_is_one_and_travels_to_another_process(name):
    function = getattr(fw, name)
    assert pickle.loads(pickle.dumps(function)) is function is getattr(fw, name)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            lambda: fw.draw(1, colors={}),
            "draw takes no 'colors'\n  hint: write: draw(graph, colours={})",
        ),
        (lambda: fw.draw(1, ffont=1), "draw takes no 'ffont'\n  hint: did you mean 'font'?"),
        (
            lambda: fw.simulate(fw.load("bass"), until=1).plot(axes=1),
            "plot takes no 'axes'\n  hint: write: plot(ax=1)",
        ),
        (
            lambda: fw.simulate(fw.load("bass"), "rk4"),
            "simulate takes 1 thing without a name, not 2\n  hint: name the others: method=",
        ),
        (lambda: fw.draw(), "draw needs graph\n  hint: write: draw(graph, style)"),
        (lambda: fw.load("bass", name="bass"), "load was given 'name' twice"),
        (
            lambda: fw.leverage(fw.load("bass"), ["adopters"]),
            "leverage takes one name as 'output', not ['adopters']\n"
            "  hint: write: output='adopters'",
        ),
        (
            lambda: fw.limits(fw.load("bass"), ["adopters", "market"]),
            "limits takes one name as 'of', not ['adopters', 'market']\n"
            "  hint: write: of='adopters'",
        ),
        (
            lambda: fw.simulate(fw.load("bass")).__setitem__("adopters", 5),
            "a run does not change, and its 'adopters' is not set\n"
            "  hint: change the model and run that: model.change(name=1)",
        ),
        (
            lambda: fw.sweep(fw.load("bass"), market=[1e7, 2e7]).__setitem__("adopters", 5),
            "a sweep does not change, and its 'adopters' is not set\n"
            "  hint: change the model and run that: model.change(name=1)",
        ),
        (
            lambda: fw.draw(fw.load("bass")).save("bass.png", dpi=300),
            "save takes no 'dpi'\n  hint: for print, save it as .pdf or .svg: sharp at every size",
        ),
        (
            lambda: fw.Unit("month"),
            "Unit holds powers of words, not str\n  hint: write: Unit.parse('month')",
        ),
        (
            lambda: fw.Model("time month"),
            "Model holds what a text says, not str\n  hint: write: Model.parse(text)",
        ),
        (lambda: fw.Model(), "Model needs parts"),
        (
            lambda: fw.load("bass").revise(),
            "revise needs text\n  hint: write: revise(text, folder)",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_answered_in_words(ask, said):
    with pytest.raises(fw.FlywheelError) as caught:
        ask()
    assert str(caught.value).startswith(said)


def test_a_file_that_is_not_there_is_answered_in_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bass, nowhere = fw.load("bass"), tmp_path / "no" / "bass"
    (tmp_path / "sales.csv").write_text("year,adopters\n1,2\n")
    near = "\n  hint: did you mean 'sales.csv'?"
    make = f"\n  hint: make it first: Path('{nowhere.parent}').mkdir(parents=True)"
    for ask, said in (
        (lambda: fw.fit(bass, "sale.csv", ["market"]), f"there is no file 'sale.csv'{near}"),
        (lambda: fw.Run.read("sale.csv"), f"there is no file 'sale.csv'{near}"),
        (lambda: fw.Sweep.read("sale.csv"), f"there is no file 'sale.csv'{near}"),
        (
            lambda: fw.Run.read("run.txt"),
            f"there is no file 'run.txt'\n  hint: what was looked in is {tmp_path}",
        ),
        (
            lambda: fw.simulate(bass).save(nowhere.with_suffix(".csv")),
            f"there is no folder '{nowhere.parent}'{make}",
        ),
        (
            lambda: fw.draw(bass).save(nowhere.with_suffix(".png")),
            f"there is no folder '{nowhere.parent}'{make}",
        ),
        (
            lambda: fw.simulate(bass).plot().save(nowhere.with_suffix(".svg")),
            f"there is no folder '{nowhere.parent}'{make}",
        ),
    ):
        with pytest.raises(fw.FlywheelError) as caught:
            ask()
        assert str(caught.value) == said
        assert isinstance(caught.value, FileNotFoundError)  # as whoever asks the system expects
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(fw.FlywheelError) as caught:
        fw.Run.read("a.csv")
    assert str(caught.value).startswith("the file 'a.csv' cannot be read: it is a folder")


def test_a_notice_points_at_the_line_that_called(tmp_path):
    bass = fw.load("bass")
    small = fw.draw(bass, figsize=(0.6, 0.4))
    drum = fw.Model.parse("""time second from 0 to 9 step 1
stock beats [1] = 0
    + beating
given beating [1/second] = 2""")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fw.cut(fw.load("retail"), "Selection")
        small.save(tmp_path / "small.svg")  # by way of functools
        drum.revise("stock beats [1] = 1")
    assert [each.filename for each in told] == [__file__] * 3


def test_a_file_of_the_course_that_is_read_for_want_of_ones_own_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.warns(FlywheelNotice) as told:
        fw.read("models/shop.flywheel")
    (said,) = (str(each.message) for each in told)
    assert said.startswith("there is no 'models/shop.flywheel' here: what is read is the course's")
    assert told[0].filename == __file__


def test_an_error_from_within_a_function_stays_what_it_is():
    def broken(number: int) -> str:
        return number + ""

    with pytest.raises(TypeError, match="unsupported operand"):
        answering(broken)(1)


def test_the_promises_are_sorted_and_said_once():
    assert sorted(set(NAMES)) == NAMES


def test_what_a_reader_sees_by_completion_is_what_is_promised():
    assert [name for name in dir(fw) if not name.startswith("_")] == NAMES


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert fw.__version__ == project["project"]["version"]


def test_a_name_that_is_not_there_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = fw.no_such_thing


@pytest.mark.parametrize("room", PUBLIC_ROOMS)
def test_a_room_has_every_name_it_promises(room):
    module = importlib.import_module(f"flywheel_edu.{room}")
    for name in module.__all__:
        assert getattr(module, name) is not None


@pytest.mark.parametrize("room", PUBLIC_ROOMS)
def test_a_room_promises_every_name_its_first_page_brings_in(room):
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
    brought = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(f"flywheel_edu.{room}")
        for alias in node.names
    }
    promised = set(importlib.import_module(f"flywheel_edu.{room}").__all__)
    assert {name for name in brought if not name.startswith("_")} <= promised


def test_every_promised_function_has_types_on_all_it_takes_and_gives():
    untyped = []
    for name in NAMES:
        if inspect.isfunction(thing := getattr(fw, name)):
            signature = inspect.signature(thing)
            taken = [p.annotation for p in signature.parameters.values()]
            if signature.empty in (*taken, signature.return_annotation):
                untyped.append(name)
    assert not untyped
