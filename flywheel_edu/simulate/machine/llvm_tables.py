"""Tables as LLVM's own code: straight lines between points, found by comparing or by halving."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from flywheel_edu.simulate.machine.vector_math import Lanes, float_bits

Points = tuple[tuple[float, float], ...]

# Longer tables are searched by halving; shorter ones compare with every point.
_LONGEST_CHAIN = 16


def table_constants(tables: Sequence[Points]) -> list[str]:
    """The columns of each table that is searched, as constants of the module."""
    lines = []
    for number, points in enumerate(tables):
        for column, values in zip("xyz", _columns(points), strict=True):
            if len(points) > _LONGEST_CHAIN:
                listed = ", ".join(f"double {float_bits(value)}" for value in values)
                kind = f"[{len(values)} x double]"
                lines.append(
                    f"@table{number}{column} = private unnamed_addr constant {kind} [{listed}]"
                )
    return lines


def interpolated(lanes: Lanes, number: int, points: Points, x: str, fast: str) -> str:
    """The value at x of the table with this number."""
    if len(points) > _LONGEST_CHAIN:
        result = _searched(lanes, number, points, x, fast)
        early = lanes.compare("ole", x, lanes.number(points[0][0]))
        result = lanes.select(early, lanes.number(points[0][1]), result)
    else:
        result = lanes.number(points[0][1])
        for (x0, y0), (x1, y1) in pairwise(points):
            along = lanes.op("fsub", x, lanes.number(x0), fast)
            risen = lanes.op("fmul", lanes.number((y1 - y0) / (x1 - x0)), along, fast)
            height = lanes.op("fadd", lanes.number(y0), risen, fast)
            reached = lanes.compare("ogt" if x0 == points[0][0] else "oge", x, lanes.number(x0))
            result = lanes.select(reached, height, result)
    end = lanes.compare("oge", x, lanes.number(points[-1][0]))
    return lanes.select(end, lanes.number(points[-1][1]), result)


def _searched(lanes: Lanes, number: int, points: Points, x: str, fast: str) -> str:
    at, half = lanes.integer(0), len(_columns(points)[0]) // 2
    while half:
        ahead = lanes.on_bits("add", at, lanes.integer(half))
        reached = lanes.compare("oge", x, _gathered(lanes, f"table{number}x", ahead))
        chosen = f"{lanes.whole} {ahead}, {lanes.whole} {at}"
        at = lanes.write(f"select {lanes.flags} {reached}, {chosen}")
        half //= 2
    x0, y0, slope = (_gathered(lanes, f"table{number}{c}", at) for c in "xyz")
    risen = lanes.op("fmul", slope, lanes.op("fsub", x, x0, fast), fast)
    return lanes.op("fadd", y0, risen, fast)


def _gathered(lanes: Lanes, array: str, at: str) -> str:
    if lanes.width == 1:
        cell = lanes.write(f"getelementptr double, ptr @{array}, i64 {at}")
        return lanes.write(f"load double, ptr {cell}, align 8")
    cells = lanes.write(f"getelementptr double, ptr @{array}, {lanes.whole} {at}")
    return lanes.write(
        f"call {lanes.floats} @llvm.masked.gather.v{lanes.width}f64.v{lanes.width}p0("
        f"<{lanes.width} x ptr> {cells}, i32 8, {lanes.flags} {lanes.true}, {lanes.floats} undef)"
    )


def _columns(
    points: tuple[tuple[float, float], ...],
) -> tuple[list[float], list[float], list[float]]:
    """Where each piece begins, its height there and its slope, filled up to a power of two."""
    size = 1 << (len(points) - 1).bit_length()
    filling = size - len(points)
    xs = [x for x, _ in points] + [math.inf] * filling
    ys = [y for _, y in points] + [points[-1][1]] * filling
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    return xs, ys, slopes + [0.0] * (filling + 1)
