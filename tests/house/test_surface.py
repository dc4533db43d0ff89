"""The names in `__all__` are promises: each is there, says what it is, and none is missing."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import tomllib
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu.asking import answering

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
    ],
)
def test_a_call_that_does_not_fit_is_answered_in_words(ask, said):
    with pytest.raises(fw.FlywheelError) as caught:
        ask()
    assert str(caught.value).startswith(said)


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
