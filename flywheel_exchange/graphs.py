"""Graphical functions: lines through points, in every spelling that files use for the points."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

from flywheel_edu.errors import ExchangeError, Place
from flywheel_edu.language import Binary, Call, Choice, Compare, Expression, Name, Number, Table
from flywheel_exchange.document import Element, number_in

MOST_POINTS = 1_000
# Points that stand in one equation; more are shared out among quantities that are its parts.
_MOST_AT_ONCE = 60

Part = Callable[[str, Expression], Expression]


@dataclass(frozen=True)
class Graph:
    """The points of one graphical function, and how it goes between and beyond them."""

    points: tuple[tuple[float, float], ...]
    kind: str  # continuous, extrapolate or discrete

    def at(self, x: Expression, place: Place, part: Part | None = None) -> Expression:
        if part is not None and len(self.points) > _MOST_AT_ONCE:
            if not isinstance(x, Name | Number):
                x = part("input", x)
            return self.shared_out(x, place, part)
        if self.kind in ("discrete", "forward"):
            return self.stepwise(x, place)
        found: Expression = Table(x, self.points, place)
        if self.kind == "continuous":
            return found
        for ends, closest in ((self.points[:2], "min"), (self.points[-2:], "max")):
            (x0, y0), (x1, y1) = ends
            if y1 != y0:
                edge = x0 if closest == "min" else x1
                beyond = Call(closest, (Binary("-", x, Number(edge)), Number(0.0)))
                slope = Number((y1 - y0) / (x1 - x0))
                found = Binary("+", found, Binary("*", slope, beyond), place)
        return found

    def stepwise(self, x: Expression, place: Place) -> Expression:
        found: Expression = Number(self.points[-1][1])
        forward = self.kind == "forward"
        op, edges = ("<=", self.points[:-1]) if forward else ("<", self.points[1:])
        for (until, _), (_, height) in reversed(list(zip(edges, self.points, strict=False))):
            found = Choice(Compare(op, x, Number(until)), Number(height), found, place)
        return found

    def area(self, x: Expression, place: Place, part: Part) -> Expression:
        if not isinstance(x, Name | Number):
            x = part("input", x)
        sums = [0.0]
        for (x0, y0), (x1, y1) in itertools.pairwise(self.points):
            sums.append(sums[-1] + (x1 - x0) * (y0 if self.kind == "discrete" else (y0 + y1) / 2))
        xs, ys = zip(*self.points, strict=True)
        before, edge, height = (
            part(about, Graph(tuple(zip(xs, values, strict=True)), "discrete").at(x, place, part))
            for about, values in (("area", sums), ("edge", xs), ("height", ys))
        )
        mean = Binary("/", Binary("+", height, self.at(x, place, part)), Number(2.0))
        return Binary("+", before, Binary("*", Binary("-", x, edge), mean), place)

    def shared_out(self, x: Expression, place: Place, part: Part) -> Expression:
        cuts = range(0, len(self.points) - 1, _MOST_AT_ONCE)
        stretches = [Graph(self.points[i : i + _MOST_AT_ONCE + 1], self.kind) for i in cuts]
        found: Expression = part("points", stretches[-1].at(x, place))
        for stretch in reversed(stretches[:-1]):
            here = part("points", stretch.at(x, place))
            found = Choice(Compare("<", x, Number(stretch.points[-1][0])), here, found, place)
        return found


def read_graph(element: Element) -> Graph:
    """The points of a ``<gf>``."""
    kind = element.attributes.get("type", "continuous").strip().lower()
    if element.attributes.get("discrete", "").strip().lower() == "true":
        kind = "discrete"
    if kind not in ("continuous", "extrapolate", "discrete"):
        told = f"a graphical function cannot be '{kind[:40]}'"
        raise ExchangeError(told, element.place, "it is continuous, extrapolate or discrete")
    said = _pairs(element)
    points = tuple(dict.fromkeys(said))
    if len(points) == 1 < len(said):  # a heading of Vensim's
        points = (points[0], (points[0][0] + 1, points[0][1]))
    if not 2 <= len(points) <= MOST_POINTS:
        told = f"a graphical function has 2 to {MOST_POINTS:,} points, not {len(points):,}"
        raise ExchangeError(told, element.place)
    for (before, _), (after, _) in itertools.pairwise(points):
        if after <= before:
            told = "the points of a graphical function must rise from left to right"
            raise ExchangeError(told, element.place, f"{after:g} comes after {before:g}")
    return Graph(points, kind)


def _pairs(element: Element) -> tuple[tuple[float, float], ...]:
    pairs = element.child("pts")
    if pairs is not None:
        inner = [point for point in pairs.children if point.name == "pt"]
        if inner:
            return tuple((_said(point, "x"), _said(point, "y")) for point in inner)
        flat = _numbers(pairs)
        if len(flat) % 2:
            raise ExchangeError("a point without its height", pairs.place, "write: x,y;x,y")
        return tuple(zip(flat[::2], flat[1::2], strict=True))
    heights, across, scale = map(element.child, ("ypts", "xpts", "xscale"))
    if heights is None:
        told = "this graphical function has no points"
        raise ExchangeError(told, element.place, "it needs <ypts>")
    ys = _numbers(heights)
    if across is not None:
        xs = _numbers(across)
        if len(xs) != len(ys):
            told = f"this graphical function has {len(xs)} x and {len(ys)} y"
            raise ExchangeError(told, element.place)
    elif scale is None:
        told = "this graphical function does not say where its points stand"
        raise ExchangeError(told, element.place, "it needs <xscale> or <xpts>")
    else:
        low, high, last = _said(scale, "min"), _said(scale, "max"), max(1, len(ys) - 1)
        xs = [low + (high - low) * i / last for i in range(len(ys))]
    return tuple(zip(xs, ys, strict=True))


def _numbers(element: Element) -> list[float]:
    text = element.text.strip()
    sep = element.attributes.get("sep", "").strip()
    parts = text.split(sep) if sep else re.split(r"[(),;\s]+", text)
    if len(parts) > 2 * MOST_POINTS:
        told = f"a graphical function has at most {MOST_POINTS:,} points"
        raise ExchangeError(told, element.place)
    return [number_in(part, element) for part in parts if part.strip()]


def _said(element: Element, name: str) -> float:
    return number_in(element.attributes.get(name, ""), element)
