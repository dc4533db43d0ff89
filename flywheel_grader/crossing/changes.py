"""What a function changed in its arguments, taken over into the values that a test holds."""

from __future__ import annotations

import io
import random
from collections import deque
from typing import Any

from flywheel_grader.courses import loaded


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
    elif isinstance(old, set) or isinstance(old, loaded("networkx", "Graph")):
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
    elif isinstance(old, loaded("numpy", "ndarray")):
        if old.shape != new.shape or old.dtype != new.dtype:
            return new
        old[...] = new
    elif isinstance(old, loaded("numpy.random", "Generator")):
        old.bit_generator.state = new.bit_generator.state
    elif isinstance(old, loaded("pandas", "DataFrame Series")):
        old._update_inplace(new)
    else:
        return new
    return old
