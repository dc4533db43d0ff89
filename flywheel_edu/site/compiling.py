"""A wheel with bytecode in place of text. This file runs inside the browser's Python."""

from __future__ import annotations

import marshal
import os
from importlib.util import MAGIC_NUMBER
from zipfile import ZIP_DEFLATED, ZipFile

_PLACE = "/lib/python3.12/site-packages"  # for tracebacks: where the wheel is unpacked


def compile_wheel(path: str) -> None:
    """Compile what is Python in a wheel, in place."""
    with ZipFile(path) as whole, ZipFile(f"{path}.new", "w", ZIP_DEFLATED) as wheel:
        for name in whole.namelist():
            data = whole.read(name)
            if name.endswith(".py"):
                code = compile(data, f"{_PLACE}/{name}", "exec", dont_inherit=True)
                name, data = f"{name}c", MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
            wheel.writestr(name, data)
    os.replace(f"{path}.new", path)
