"""pandas tables and series as plain data, types of columns and index included."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

TAGS = frozenset({"frame", "series", "index", "timestamp", "interval_of_time", "missing"})

# The types of columns that are rebuilt by name; anything else arrives as a column of objects.
_NAMED = re.compile(r"(U?Int(8|16|32|64)|Float(32|64)|boolean|string(\[python\])?|str|object)")
_DATES = re.compile(r"datetime64\[(s|ms|us|ns), [\w/+:-]{1,40}\]")


def reduce(pandas: Any, value: Any, inner: Callable[[Any], Any]) -> Any:
    """The value as plain data, or None if it is not pandas' own."""
    if isinstance(value, pandas.DataFrame):
        columns = [_column(pandas, value.iloc[:, i], inner) for i in range(value.shape[1])]
        return {
            "$": "frame",
            "columns": _index(pandas, value.columns, inner),
            "index": _index(pandas, value.index, inner),
            "of": columns,
        }
    if isinstance(value, pandas.Series):
        return {
            "$": "series",
            "name": inner(value.name),
            "index": _index(pandas, value.index, inner),
            "of": _column(pandas, value, inner),
        }
    if isinstance(value, pandas.Index):
        return _index(pandas, value, inner)
    if isinstance(value, (pandas.Timestamp, pandas.Timedelta)):
        tag = "timestamp" if isinstance(value, pandas.Timestamp) else "interval_of_time"
        return {"$": tag, "of": value.isoformat()}
    if value is pandas.NA or value is pandas.NaT:
        return {"$": "missing", "of": "NaT" if value is pandas.NaT else "NA"}
    return None


def build(data: Mapping[str, Any], inner: Callable[[Any], Any]) -> Any:
    """The table, series or index that plain data stands for."""
    import pandas

    tag = data["$"]
    if tag == "index":
        return _build_index(pandas, data, inner)
    if tag == "timestamp":
        return pandas.Timestamp(str(data["of"])[:60])
    if tag == "interval_of_time":
        return pandas.Timedelta(str(data["of"])[:60])
    if tag == "missing":
        return pandas.NaT if data["of"] == "NaT" else pandas.NA
    index = _build_index(pandas, data["index"], inner)
    if tag == "series":
        series = _build_series(pandas, data["of"], index, inner)
        return series.rename(inner(data["name"]))
    columns = _build_index(pandas, data["columns"], inner)
    series = [_build_series(pandas, each, index, inner) for each in data["of"]]
    frame = pandas.concat(series, axis=1) if series else pandas.DataFrame(index=index)
    frame.columns = columns
    return frame


def _column(pandas: Any, series: Any, inner: Callable[[Any], Any]) -> dict[str, Any]:
    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        return {
            "type": "category",
            "ordered": bool(dtype.ordered),
            "categories": _index(pandas, dtype.categories, inner),
            "of": inner(series.cat.codes.to_numpy()),
        }
    if isinstance(dtype, pandas.DatetimeTZDtype):
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None)
        return {"type": str(dtype), "of": inner(plain.to_numpy())}
    if getattr(dtype, "kind", "O") in "biufcmM" and type(dtype).__module__.startswith("numpy"):
        return {"type": "array", "of": inner(series.to_numpy())}
    return {"type": str(dtype), "of": inner(list(series))}


def _build_column(pandas: Any, data: Mapping[str, Any], inner: Callable[[Any], Any]) -> Any:
    name, values = str(data["type"]), inner(data["of"])
    if name == "array":
        return values
    if name == "category":
        categories = _build_index(pandas, data["categories"], inner)
        return pandas.Categorical.from_codes(values, categories, ordered=data["ordered"] is True)
    if _DATES.fullmatch(name):
        zone = name.split(", ")[1].rstrip("]")
        return pandas.Series(values).dt.tz_localize("UTC").dt.tz_convert(zone).array
    return pandas.array(values, dtype=name if _NAMED.fullmatch(name) else "object")


def _build_series(
    pandas: Any, data: Mapping[str, Any], index: Any, inner: Callable[[Any], Any]
) -> Any:
    values = _build_column(pandas, data, inner)
    # A single value would be written out as often as the index is long.
    if len(values) != len(index):
        raise ValueError("a column and its index have different lengths")
    return pandas.Series(values, index=index)


def _index(pandas: Any, index: Any, inner: Callable[[Any], Any]) -> dict[str, Any]:
    data = {"$": "index", "names": inner(list(index.names))}
    if isinstance(index, pandas.RangeIndex):
        return data | {"kind": "range", "of": [int(index.start), int(index.stop), int(index.step)]}
    if isinstance(index, pandas.MultiIndex):
        return data | {"kind": "multi", "of": inner(list(index))}
    column = _column(pandas, index.to_series(), inner)
    return data | {"kind": "plain", "of": column, "frequency": getattr(index, "freqstr", None)}


def _build_index(pandas: Any, data: Mapping[str, Any], inner: Callable[[Any], Any]) -> Any:
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
