"""What crosses between the student's program and the tests arrives as it was, or not at all."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import json
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from flywheel_grader.crossing.wire import Garbled, NotPlainData, build, reduce


def _nothing_is_kept(*_asked: Any) -> Any:
    raise AssertionError("this is plain data")


def _crossed(value: Any) -> Any:
    return build(json.loads(json.dumps(reduce(value, _nothing_is_kept))), _nothing_is_kept)


@pytest.mark.parametrize(
    "value",
    [
        fractions.Fraction(1, 3),
        fractions.Fraction(10**40, 7),
        decimal.Decimal("1.50"),
        decimal.Decimal("-1e-300"),
        10**200,
        range(3, 9, 2),
        range(0),
        bytearray(b"x"),
        datetime.time(12, 30, 0, 5),
        {1: {2, 3}, "a": frozenset({4})},
        collections.Counter("banana"),
        collections.namedtuple("Purse", "coins notes")(1, [2]),
    ],
    ids=str,
)
def test_plain_data_arrives_as_it_was(value: Any):
    arrived = _crossed(value)
    assert arrived == value
    assert type(arrived).__name__ == type(value).__name__


@pytest.mark.parametrize(
    "kind",
    [range, slice, zip, map, bytearray, collections.OrderedDict, decimal.Decimal, datetime.date],
)
def test_a_class_of_pythons_that_only_makes_values_arrives_as_itself(kind: type):
    assert _crossed(kind) is kind


def test_a_column_keeps_its_name_and_a_graph_what_is_said_of_it():
    column = pd.Series([1.0, 2.0], index=["a", "b"], name="sales")
    pd.testing.assert_series_equal(_crossed(column), column)
    graph = nx.DiGraph([("a", "b")])
    graph.graph.update(title="A wheel", incoming_graph_data="mine")
    assert _crossed(graph).graph == {"title": "A wheel", "incoming_graph_data": "mine"}


class _OwnWords(fractions.Fraction):
    def __str__(self) -> str:
        return "1e999999999"


def test_a_number_arrives_as_it_is_and_not_as_it_writes_itself():
    assert _crossed(_OwnWords(1, 3)) == fractions.Fraction(1, 3)


@pytest.mark.parametrize(
    "value",
    [range(10**12), range(-(10**300), 10**300), decimal.Decimal("1e20000"), 1 << 20_000],
    ids=lambda value: type(value).__name__,
)
def test_what_would_be_too_large_here_does_not_arrive(value: Any):
    with pytest.raises((Garbled, NotPlainData), match="too l"):
        _crossed(value)


_ROWS = {"$": "index", "kind": "range", "names": [None], "of": [0, 4_000_000, 1]}


@pytest.mark.parametrize(
    "forged",
    [
        {"$": "fraction", "of": "1e999999999"},
        {"$": "fraction", "of": [1, 0]},
        {"$": "decimal", "of": "8" * 6000},
        {"$": "int", "of": "f" * 6000},
        {"$": "int", "of": None},
        {"$": "range", "of": [0, 1e9, 1]},
        {"$": "array", "dtype": "<U40000", "shape": [40_000], "of": [""] * 40_000},
        {"$": "array", "dtype": "O", "shape": [10**9], "of": []},
        {"$": "array", "dtype": "V8", "shape": [1], "of": "AAAAAAAAAAA="},
        {"$": "series", "name": None, "index": _ROWS, "of": {"type": "array", "of": 1.5}},
        {"$": "series", "name": None, "index": _ROWS, "of": {"type": "str", "of": "x"}},
        {"$": "graph", "kind": "os", "nodes": [], "edges": [], "about": {}},
        {"$": "namedtuple", "name": "x y", "fields": ["a"], "of": [1]},
        {"$": "namedtuple", "name": "X", "fields": ["a"] * 2, "of": [1, 2]},
        {"$": "view", "of": [9, []]},
        {"$": "dict", "of": [[[], 1]]},
        {"$": "timedelta", "of": [10**30]},
    ],
    ids=lambda forged: f"{forged['$']} {str(forged.get('of'))[:12]}",
)
def test_what_reduce_would_not_write_is_refused(forged: dict[str, Any]):
    with pytest.raises(Garbled):
        build(forged, _nothing_is_kept)


def test_arrays_of_texts_arrive_up_to_a_size():
    texts = np.array(["a", "word " * 1000])
    assert (_crossed(texts) == texts).all()
