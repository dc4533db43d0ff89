"""pandas tables and series as plain data, types of columns and index included."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

Inner = Callable[[Any], Any]  # reduces or builds what is inside

_MOMENTS = ("Timestamp", "Timedelta")
TAGS = frozenset({"frame", "series", "index", "missing", *_MOMENTS})

# The types of columns that are rebuilt by name; anything else arrives as a column of objects.
_NAMED = re.compile(r"(U?Int(8|16|32|64)|Float(32|64)|boolean|string(\[python\])?|str|object)")
_DATES = re.compile(r"datetime64\[(s|ms|us|ns), [\w/+:-]{1,40}\]")


def reduce(pandas: Any, value: Any, inner: Inner) -> Any:
    """The value as plain data, or None if it is not pandas' own."""
    if isinstance(value, pandas.DataFrame):
        columns = [_column(pandas, value.iloc[:, i], inner) for i in range(value.shape[1])]
        index, names = inner(value.index), inner(value.columns)
        return {"$": "frame", "columns": names, "index": index, "of": columns}
    if isinstance(value, pandas.Series):
        column = _column(pandas, value, inner)
        return {"$": "series", "name": inner(value.name), "index": inner(value.index), "of": column}
    if isinstance(value, pandas.Index):
        data = {"$": "index", "names": inner(list(value.names))}
        if isinstance(value, pandas.RangeIndex):
            parts = (value.start, value.stop, value.step)
            return data | {"kind": "range", "of": [int(part) for part in parts]}
        if isinstance(value, pandas.MultiIndex):
            return data | {"kind": "multi", "of": inner(list(value))}
        column = _column(pandas, value.to_series(), inner)
        return data | {"kind": "plain", "of": column, "frequency": getattr(value, "freqstr", None)}
    if value is pandas.NA:
        return {"$": "missing"}
    for tag in _MOMENTS:
        if value is pandas.NaT or isinstance(value, getattr(pandas, tag)):
            return {"$": tag, "of": value.isoformat()}
    return None


def build(data: Mapping[str, Any], inner: Inner) -> Any:
    """The table, series or index that plain data stands for."""
    import pandas

    tag = data["$"]
    if tag in _MOMENTS:
        return getattr(pandas, tag)(str(data["of"])[:60])
    if tag == "missing":
        return pandas.NA
    if tag == "index":
        return _build_index(pandas, data, inner)
    index = inner(data["index"])
    if tag == "series":
        return _build_series(pandas, data["of"], index, inner).rename(inner(data["name"]))
    series = [_build_series(pandas, each, index, inner) for each in data["of"]]
    frame = pandas.concat(series, axis=1) if series else pandas.DataFrame(index=index)
    frame.columns = inner(data["columns"])
    return frame


def _column(pandas: Any, series: Any, inner: Inner) -> dict[str, Any]:
    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        codes, ordered = inner(series.cat.codes.to_numpy()), bool(dtype.ordered)
        categories = inner(dtype.categories)
        return {"type": "category", "ordered": ordered, "categories": categories, "of": codes}
    if isinstance(dtype, pandas.DatetimeTZDtype):
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None)
        return {"type": str(dtype), "of": inner(plain.to_numpy())}
    if getattr(dtype, "kind", "O") in "biufcmM" and type(dtype).__module__.startswith("numpy"):
        return {"type": "array", "of": inner(series.to_numpy())}
    return {"type": str(dtype), "of": inner(list(series))}


def _build_column(pandas: Any, data: Mapping[str, Any], inner: Inner) -> Any:
    name, values = str(data["type"]), inner(data["of"])
    if name == "array":
        return values
    if name == "category":
        ordered = data["ordered"] is True
        return pandas.Categorical.from_codes(values, inner(data["categories"]), ordered=ordered)
    if _DATES.fullmatch(name):
        zone = name.split(", ")[1].rstrip("]")
        return pandas.Series(values).dt.tz_localize("UTC").dt.tz_convert(zone).array
    return pandas.array(values, dtype=name if _NAMED.fullmatch(name) else "object")


def _build_series(pandas: Any, data: Mapping[str, Any], index: Any, inner: Inner) -> Any:
    values = _build_column(pandas, data, inner)
    # A single value would be written out as often as the index is long.
    if not isinstance(index, pandas.Index) or len(values) != len(index):
        raise ValueError("a column and its index have different lengths")
    return pandas.Series(values, index=index)


def _build_index(pandas: Any, data: Mapping[str, Any], inner: Inner) -> Any:
    names = inner(data["names"])
    if data["kind"] == "range":
        start, stop, step = (int(n) for n in data["of"])
        if len(range(start, stop, step)) > 5_000_000:
            raise ValueError("the index is too long")
        return pandas.RangeIndex(start, stop, step, name=names[0])
    if data["kind"] == "multi":
        return pandas.MultiIndex.from_tuples(inner(data["of"]), names=names)
    index = pandas.Index(_build_column(pandas, data["of"], inner), name=names[0])
    frequency = data.get("frequency")
    if isinstance(frequency, str) and isinstance(index, pandas.DatetimeIndex):
        with suppress(ValueError):  # then the dates have no such rhythm
            index.freq = frequency[:20]
    return index
