"""A browser's Python as far as an engine sees it: `run_js`, done by Node, and arrays lent to it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from flywheel_edu.simulate.machine import machine
from tests.programs import program

_NODE = """
import { createInterface } from "node:readline";
const made = [];
const buffer = ({ type, bytes, shape }) => {
  const data = new globalThis[type](new Uint8Array(Buffer.from(bytes, "base64")).buffer);
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const lent = { data, shape, strides, offset: 0, open: true, release() { this.open = false; } };
  return { lent, getBuffer: () => lent };
};
for await (const line of createInterface({ input: process.stdin })) {
  const { text, number, given } = JSON.parse(line);
  let answer = null;
  if (text) made.push((0, eval)(text));
  else {
    const args = given.map(each => (typeof each === "string" ? each : buffer(each)));
    made[number](...args);
    const arrays = args.filter(each => each.lent);
    if (arrays.some(each => each.lent.open)) throw new Error("an array was not given back");
    answer = arrays.map(each => Buffer.from(each.lent.data.buffer).toString("base64"));
  }
  console.log(JSON.stringify(answer));
}
"""
_TYPES = {"float64": "Float64Array", "int32": "Int32Array"}


class Browser:
    """Stands for ``pyodide.code``."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            [program("node", package="nodejs"), "--input-type=module", "-e", _NODE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.texts: list[str] = []
        self.calls = 0

    def run_js(self, text: str) -> Any:
        number = len(self.texts)
        self.texts.append(text)
        self._ask(text=text)
        return lambda *given: self._call(number, given)

    def _call(self, number: int, given: tuple[Any, ...]) -> None:
        self.calls += 1
        told = [each if isinstance(each, str) else _sent(each) for each in given]
        arrays = [each for each in given if not isinstance(each, str)]
        for array, back in zip(arrays, self._ask(number=number, given=told), strict=True):
            values = np.frombuffer(base64.b64decode(back), array.dtype).reshape(array.shape)
            if array.flags.writeable:
                array[...] = values
            else:
                assert np.array_equal(array, values, equal_nan=True)

    def _ask(self, **asked: Any) -> Any:
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps(asked) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())

    def close(self) -> None:
        self._node.communicate(timeout=20)


def _sent(array: Any) -> dict[str, Any]:
    bytes_ = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"type": _TYPES[array.dtype.name], "bytes": bytes_, "shape": array.shape}


@contextmanager
def browsers_python() -> Iterator[Browser]:
    """This process, as if it ran in a browser."""
    browser = Browser()
    there = ModuleType("pyodide.code")
    there.run_js = browser.run_js  # a module made by hand
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "pyodide.code", there)
        patched.setattr(sys, "platform", "emscripten")
        machine.cache_clear()
        yield browser
    machine.cache_clear()
    browser.close()
