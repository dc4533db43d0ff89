"""A wheel with bytecode in place of text. This file runs inside the browser's Python."""

from __future__ import annotations

import marshal
import os
from importlib.util import MAGIC_NUMBER
from zipfile import ZIP_DEFLATED, ZipFile

# For tracebacks: where the browser's Python finds its own library, and where wheels are unpacked.
_LIBRARY, _PLACE = "/lib/python312.zip", "/lib/python3.12/site-packages"


def compile_wheel(path: str) -> None:
    """Compile what is Python in a wheel, or in Python's own library, in place."""
    place = _LIBRARY if path.endswith("_stdlib.zip") else _PLACE
    with ZipFile(path) as whole, ZipFile(f"{path}.new", "w", ZIP_DEFLATED) as wheel:
        for name in whole.namelist():
            data = whole.read(name)
            if name.endswith(".py"):
                code = compile(data, f"{place}/{name}", "exec", dont_inherit=True)
                name, data = f"{name}c", MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
            wheel.writestr(name, data)
    os.replace(f"{path}.new", path)
