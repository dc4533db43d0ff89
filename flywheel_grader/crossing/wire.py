"""What may cross between the student's program and the teacher's tests: plain data, as JSON.

Numbers, texts, lists, dictionaries, arrays, tables, graphs, the data of figures and what a course
knows how to send (`flywheel_grader.courses`) are *reduced* to JSON on one side and built anew on
the other. Reducing uses the methods of the base classes, so that a list that claims to equal
everything arrives as the list it is. What is none of these stays where it is; what crosses is a
number by which to ask for it.
"""

from __future__ import annotations

import base64
import collections
import datetime
import decimal
import fractions
import io
import itertools
import math
import operator
import pathlib
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from flywheel_grader import courses
from flywheel_grader.crossing import figures, pandas_tables

Plain = Any  # what json.loads gives

LONGEST_TEXT = 200_000
MOST_ITEMS = 200_000
DEEPEST = 20
_EXACT = 1 << 53
_ARRAY_KINDS = "biufcmM"
_MOST_BYTES = 1 << 26  # of an array of texts, which can be far larger than what was sent
_LARGEST_EXPONENT = 10_000  # of a decimal number; making a whole number of it takes for ever

_ORDINARY = frozenset({bool, int, float, str, list, tuple, dict, set, frozenset, bytes})
# Classes of Python's own that cross as themselves: they do nothing but make a value.
_TYPES: dict[str, Any] = {
    each.__name__: each
    for each in (
        *_ORDINARY, bytearray, complex, enumerate, filter, map, object, range, reversed, slice,
        type(None), zip, collections.Counter, collections.OrderedDict, collections.defaultdict,
        collections.deque, datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
        decimal.Decimal, fractions.Fraction,
    )
}  # fmt: skip


class NotPlainData(Exception):
    """A value cannot cross."""


class Garbled(Exception):
    """What arrived is not what `reduce` writes."""


def reduce(value: Any, keep: Callable[[Any], Plain], depth: int = 0) -> Plain:
    """The value as JSON data; `NotPlainData` if it is too large or nested too deeply.

    `keep` is given what is not plain data and returns what crosses in its stead.
    """
    if value is None or value is True or value is False:
        return value
    if depth > DEEPEST:
        raise NotPlainData(f"the value is nested more than {DEEPEST} deep")
    deeper: Callable[[Any], Plain] = partial(reduce, keep=keep, depth=depth + 1)
    if type(value) not in _ORDINARY:
        of_course = courses.kind_of(value)
        if ways := courses.ways_across(of_course):
            data = reduce(ways[0](value), _refuse, depth + 1)
            return {"$": "course", "kind": of_course, "of": data}
    if isinstance(value, int):
        number = int.__index__(value)
        if number.bit_length() > 10_000:
            raise NotPlainData("the whole number is too large")
        return number if -_EXACT < number < _EXACT else {"$": "int", "of": hex(number)}
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return _whole(str.__str__(value), len(str.__str__(value)), LONGEST_TEXT)
    if isinstance(value, list):
        return [deeper(each) for each in _items(list.__iter__(value), list.__len__(value))]
    if isinstance(value, tuple):
        return _reduce_tuple(value, deeper)
    if isinstance(value, dict):
        items = _items(dict.items(value), dict.__len__(value))
        data = {"$": "dict", "of": [[deeper(key), deeper(each)] for key, each in items]}
        if isinstance(value, collections.defaultdict):
            makes: Any = vars(collections.defaultdict)["default_factory"]
            return data | {"$": "defaultdict", "makes": deeper(makes.__get__(value))}
        tags = (tag for tag in ("Counter", "OrderedDict") if isinstance(value, _TYPES[tag]))
        return data | {"$": next(tags, "dict")}
    if isinstance(value, (set, frozenset)):
        kind: Any = set if isinstance(value, set) else frozenset
        items = _items(kind.__iter__(value), kind.__len__(value))
        return {"$": kind.__name__, "of": [deeper(each) for each in items]}
    if name := next((name for name, kind in _TYPES.items() if value is kind), ""):
        return {"$": "type", "of": name}
    for tag, (kind, says, _) in _SIMPLE.items():
        if type(value) is kind or (tag not in _EXACTLY and isinstance(value, kind)):
            said = says(value)
            return {"$": tag, "of": said if isinstance(said, str) else deeper(said)}
    from_library = _reduce_from_library(value, deeper)
    return keep(value) if from_library is None else from_library


def build(data: Plain, find: Callable[[Mapping[str, Any], str], Any], path: str = "") -> Any:
    """The value that JSON data stands for; `Garbled` if it is not what `reduce` writes.

    `find` is given the JSON object of what was kept on the other side, and its path: how the value
    was come by, "growth()", "totals[]".
    """
    try:
        return _build(data, find, path)
    except Garbled:
        raise
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError
    ) as problem:  # fmt: skip
        raise Garbled(f"{type(problem).__name__} in what was sent") from None


def _build(data: Plain, find: Callable[[Mapping[str, Any], str], Any], path: str) -> Any:
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    inner = f"{path}[]"
    if isinstance(data, list):
        return [_build(each, find, inner) for each in data]
    if not isinstance(data, dict):
        raise Garbled("not JSON data")
    tag, of = data.get("$"), data.get("of")
    # Keys made to collide take quadratic time: put in one by one, so that a clock can ring.
    if tag in ("tuple", "set", "frozenset"):
        items = [_build(each, find, inner) for each in of or ()]
        if tag == "tuple":
            return tuple(items)
        members: set[Any] = set()
        for each in items:
            members.add(each)
        return members if tag == "set" else frozenset(members)
    if tag in ("dict", "defaultdict", "Counter", "OrderedDict"):
        pairs = [(_build(k, find, inner), _build(v, find, inner)) for k, v in of or ()]
        made = _TYPES[tag]()
        if tag == "defaultdict":
            made.default_factory = _build(data["makes"], find, f"{path}.default_factory")
        for key, each in pairs:
            made[key] = each
        return made
    if tag == "namedtuple":
        record = collections.namedtuple(data["name"], data["fields"])  # type: ignore[misc]
        return record(*[_build(each, find, inner) for each in of or ()])
    if tag == "int":
        return int(_short_number(of), 16)
    if tag == "type":
        return _TYPES[str(of)]
    if tag in _SIMPLE:
        return _SIMPLE[tag][2](_build(of, find, path))
    if tag == "array":
        return _build_array(data, lambda each: _build(each, find, inner))
    if tag in pandas_tables.TAGS:
        return pandas_tables.build(data, lambda each: _build(each, find, inner))
    if tag == "graph":
        return _build_graph(data, lambda each: _build(each, find, inner))
    if tag in ("figure", "axes"):
        return figures.build(data)
    if tag == "course":
        return _build_of_course(data)
    if tag == "generator":
        return _build_generator(_build(of, find, path))
    return find(data, path)


def _refuse(value: Any) -> Plain:
    raise NotPlainData(f"something of type {type(value).__name__} cannot be sent")


def _build_of_course(data: Mapping[str, Any]) -> Any:
    """An object of a course's own, of data that stands for nothing kept on the other side."""

    def find(_data: Mapping[str, Any], _path: str) -> Any:
        raise Garbled("not plain data")

    ways = courses.ways_across(str(data["kind"]))
    if ways is None:
        raise Garbled("no course here has such a kind")
    of = build(data["of"], find)
    try:
        return ways[1](of)
    except Exception as problem:
        raise Garbled(f"{type(problem).__name__} in what was sent") from None


def _whole(value: Any, size: int, most: int) -> Any:
    if size > most:
        raise NotPlainData(f"the value is too large: {size} items or characters")
    return value


def _items(items: Iterable[Any], size: int) -> Iterable[Any]:
    _whole(None, size, MOST_ITEMS)
    return itertools.islice(items, MOST_ITEMS)


def _reduce_tuple(value: tuple[Any, ...], deeper: Callable[[Any], Plain]) -> Plain:
    items = [deeper(each) for each in _items(tuple.__iter__(value), tuple.__len__(value))]
    fields = getattr(type(value), "_fields", None)
    if isinstance(fields, tuple) and len(fields) == len(items):
        names = [str(each) for each in fields]
        return {"$": "namedtuple", "name": type(value).__name__, "fields": names, "of": items}
    return {"$": "tuple", "of": items}


def _short_number(text: Any) -> str:
    if not isinstance(text, str) or len(text) > 5000:
        raise Garbled("not a number")
    return text


def _build_decimal(of: Any) -> decimal.Decimal:
    made = decimal.Decimal(_short_number(of))
    if made.is_finite() and abs(made.adjusted()) > _LARGEST_EXPONENT:
        raise Garbled("the number is too large")
    return made


def _build_range(of: Any) -> range:
    made = range(*of)
    # Taken step by step: the length of a very long range cannot be said.
    if made[MOST_ITEMS:]:
        raise Garbled("the range is too long")
    return made


def _build_text(of: Any) -> io.StringIO:
    made = io.StringIO(of[0])
    made.seek(of[1])
    return made


def _build_random(of: Any) -> random.Random:
    made = random.Random()
    made.setstate((3, tuple(map(int, of)), None))
    return made


def _parts(*parts: Any) -> Callable[[Any], list[Any]]:
    """The parts of a value as its base class tells them, whatever its own class says."""
    return lambda value: [part.__get__(value) for part in parts]


def _in_base64(value: Any) -> str:
    return base64.b64encode(_whole(value, len(value), 1 << 23)).decode()


_deque, _fraction = collections.deque, fractions.Fraction
_OF_VIEW: dict[str, Any] = {
    "keys": dict.fromkeys, "values": lambda items: dict(enumerate(items)), "items": dict
}  # fmt: skip
_from_base64 = partial(base64.b64decode, validate=True)
_said = operator.methodcaller("isoformat")
# By tag a class, what is said of its values in plainer data, and how they are made anew of that.
_SIMPLE: dict[str, tuple[Any, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "complex": (complex, _parts(complex.real, complex.imag), lambda of: complex(*of)),
    "bytes": (bytes, _in_base64, _from_base64),
    "bytearray": (bytearray, _in_base64, lambda of: bytearray(_from_base64(of))),
    "view": (
        (type({}.keys()), type({}.values()), type({}.items())),
        lambda value: [type(value).__name__.partition("_")[2], list(value)],
        lambda of: getattr(_OF_VIEW[of[0]](of[1]), of[0])(),
    ),
    "deque": (
        _deque,
        lambda value: [list(_deque.__iter__(value)), _deque.maxlen.__get__(value)],
        lambda of: _deque(*of),
    ),
    "text": (io.StringIO, lambda value: [io.StringIO.getvalue(value), value.tell()], _build_text),
    "path": (pathlib.PurePath, str, pathlib.Path),
    "slice": (slice, operator.attrgetter("start", "stop", "step"), lambda of: slice(*of)),
    "range": (range, operator.attrgetter("start", "stop", "step"), _build_range),
    "fraction": (
        _fraction,
        _parts(_fraction.numerator, _fraction.denominator),
        lambda of: _fraction(*map(operator.index, of)),
    ),
    "decimal": (decimal.Decimal, decimal.Decimal.__str__, _build_decimal),
    "random": (random.Random, lambda value: value.getstate()[1], _build_random),
    "datetime": (datetime.datetime, _said, datetime.datetime.fromisoformat),
    "date": (datetime.date, _said, datetime.date.fromisoformat),
    "time": (datetime.time, _said, datetime.time.fromisoformat),
    "timedelta": (
        datetime.timedelta,
        operator.attrgetter("days", "seconds", "microseconds"),
        lambda of: datetime.timedelta(*of),
    ),
}  # fmt: skip
_EXACTLY = frozenset({"random", "datetime", "date", "time", "timedelta"})  # no class below these


def _reduce_from_library(value: Any, deeper: Callable[[Any], Plain]) -> Plain:
    """Arrays, tables, graphs and figures, of libraries that are loaded already."""
    if isinstance(value, courses.loaded("numpy", "generic ndarray")):
        return _reduce_array(sys.modules["numpy"], value, deeper)
    if isinstance(value, courses.loaded("numpy.random", "Generator")):
        return {"$": "generator", "of": deeper(value.bit_generator.state)}
    if isinstance(value, courses.loaded("networkx", "Graph")):
        return _reduce_graph(value, deeper)
    pandas = sys.modules.get("pandas")
    table = pandas and pandas_tables.reduce(pandas, value, deeper)
    return table or figures.reduce(value)


def _reduce_array(numpy: Any, value: Any, deeper: Callable[[Any], Plain]) -> Plain:
    if isinstance(value, numpy.generic) and value.dtype.kind in "biufcU":
        return deeper(value.item())
    array = numpy.asarray(value)
    _whole(None, array.size, 2_000_000)
    data: dict[str, Any] = {"$": "array", "shape": list(array.shape)}
    if array.dtype.kind in _ARRAY_KINDS:
        plain = numpy.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
        data["dtype"] = plain.dtype.str
        data["of"] = base64.b64encode(plain.tobytes()).decode()
    elif array.dtype.kind in "US":
        data["dtype"] = array.dtype.str
        data["of"] = [deeper(each) for each in array.ravel().tolist()]
    elif array.dtype.kind == "O":
        data["dtype"] = "O"
        data["of"] = [deeper(each) for each in _items(array.ravel().tolist(), array.size)]
    else:
        raise NotPlainData(f"an array of {array.dtype} cannot be sent")
    return data


def _build_array(data: Mapping[str, Any], inner: Callable[[Plain], Any]) -> Any:
    import numpy

    name, shape = data["dtype"], tuple(int(n) for n in data["shape"])
    if not isinstance(name, str) or any(n < 0 for n in shape) or math.prod(shape) > 2_000_000:
        raise Garbled("not an array")
    if name == "O":
        flat = numpy.empty(math.prod(shape), dtype=object)
        flat[:] = [inner(each) for each in data["of"]]
        return flat.reshape(shape)
    dtype = numpy.dtype(name)
    if dtype.kind in _ARRAY_KINDS:
        return numpy.frombuffer(base64.b64decode(data["of"]), dtype=dtype).reshape(shape).copy()
    if dtype.kind in "US" and dtype.itemsize * math.prod(shape) <= _MOST_BYTES:
        return numpy.array([inner(each) for each in data["of"]], dtype=dtype).reshape(shape)
    raise Garbled("not an array of plain data")


def _build_generator(state: Any) -> Any:
    import numpy

    if state["bit_generator"] not in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
        raise Garbled("not a generator of numbers")
    bits = getattr(numpy.random, state["bit_generator"])()
    bits.state = state
    return numpy.random.Generator(bits)


def _reduce_graph(value: Any, deeper: Callable[[Any], Plain]) -> Plain:
    kind = ("Multi" if value.is_multigraph() else "") + ("Di" if value.is_directed() else "")
    edges = value.edges(keys=True, data=True) if value.is_multigraph() else value.edges(data=True)
    about = {k: v for k, v in value.graph.items() if isinstance(v, (str, int, float))}
    of = deeper([about, list(value.nodes(data=True)), list(edges)])
    return {"$": "graph", "kind": f"{kind}Graph", "of": of}


def _build_graph(data: Mapping[str, Any], inner: Callable[[Plain], Any]) -> Any:
    import networkx

    if data["kind"] not in ("Graph", "DiGraph", "MultiGraph", "MultiDiGraph"):
        raise Garbled("not a graph")
    graph = getattr(networkx, data["kind"])()
    about, nodes, edges = inner(data["of"])
    graph.graph.update(about)
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph
