"""What a function changed in its arguments, taken over into the values that a test holds."""

from __future__ import annotations

import io
import random
import sys
from collections import deque
from typing import Any


def merged(old: Any, new: Any) -> Any:
    """The new value: in the old object where that can take it, else by itself.

    >>> inner = [1]
    >>> outer = {"a": inner, "b": 2}
    >>> merged(outer, {"a": [1, 3]}) is outer, outer["a"] is inner, outer
    (True, True, {'a': [1, 3]})
    """
    if type(old) is not type(new):
        return new
    if isinstance(old, (list, deque)):
        kept = [merged(before, now) for before, now in zip(old, new, strict=False)]
        kept += list(new)[len(kept) :]
        old.clear()
        old.extend(kept)
    elif isinstance(old, dict):
        pairs = {key: merged(old[key], new[key]) if key in old else new[key] for key in new}
        old.clear()
        old.update(pairs)
    elif isinstance(old, set):
        old.clear()
        old.update(new)
    elif isinstance(old, bytearray):
        old[:] = new
    elif isinstance(old, io.StringIO):
        old.seek(0)
        old.truncate()
        old.write(new.getvalue())
        old.seek(new.tell())
    elif isinstance(old, random.Random):
        old.setstate(new.getstate())
    else:
        return _in_a_library(old, new)
    return old


def _in_a_library(old: Any, new: Any) -> Any:
    numpy, pandas, networkx = (sys.modules.get(n) for n in ("numpy", "pandas", "networkx"))
    if numpy is not None and isinstance(old, numpy.ndarray):
        if old.shape != new.shape or old.dtype != new.dtype:
            return new
        old[...] = new
    elif numpy is not None and isinstance(old, numpy.random.Generator):
        old.bit_generator.state = new.bit_generator.state
    elif pandas is not None and isinstance(old, (pandas.DataFrame, pandas.Series)):
        old._update_inplace(new)
    elif networkx is not None and isinstance(old, networkx.Graph):
        old.clear()
        old.update(new)
    else:
        return new
    return old
