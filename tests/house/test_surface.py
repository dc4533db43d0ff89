"""The names in `__all__` are promises: each is there, says what it is, and none is missing."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

import flywheel_edu as fw

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
