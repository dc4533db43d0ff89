"""Where every quantity stands on the page of a file, so that a program that draws can draw it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

import numpy as np

from flywheel_edu.language import names_in
from flywheel_edu.model import Model
from flywheel_exchange.views import PAGE

Point = tuple[float, float]

# The room that one quantity and its name take, in points.
_WIDE, _HIGH = 110, 80


def places_of(model: Model) -> dict[str, Point]:
    """The places of all written quantities, in points across and down."""
    places: dict[str, Point] = {}
    for item in model.view:
        if item.x is not None and item.y is not None:
            places[item.name] = (round(item.x * PAGE, 3), round((1 - item.y) * PAGE, 3))
    taken = {_cell(place) for place in places.values()}
    cells = product(range(1, 20 + 2 * math.isqrt(len(model.quantities))), repeat=2)
    free = np.array([cell for cell in cells if cell not in taken])
    near = _neighbours(model)
    flows = {entry.flow for quantity in model.written.values() for entry in quantity.ledger}
    rest = [item.name for item in model.view] + list(model.written)
    ranks = {"stock": 0, "computed": 2, "data": 3, "given": 4}
    rest.sort(key=lambda name: 1 if name in flows else ranks[model[name].kind])
    for name in dict.fromkeys(rest):
        if name in places:
            continue
        wanted = [places[other] for other in near.get(name, ()) if other in places]
        x, y = np.mean(wanted, axis=0) if wanted else (PAGE / 2, PAGE / 2)
        if name in flows and wanted:
            side = -_WIDE if any(name in model[stock].inflows for stock in near[name]) else _WIDE
            x, y = wanted[0][0] + side, wanted[0][1]
        nearest = int(np.abs(free - _cell((x, y))).sum(axis=1).argmin())
        across, down = free[nearest].tolist()
        free = np.delete(free, nearest, axis=0)
        places[name] = (float(across * _WIDE), float(down * _HIGH))
    return places


def ends_of(flow: str, model: Model, places: Mapping[str, Point]) -> tuple[Point, Point]:
    """Where a flow begins and ends: at its stocks, or beside itself where there is none."""
    x, y = places[flow]
    begin: Point | None = None
    end: Point | None = None
    for name, quantity in model.written.items():
        if flow in quantity.inflows:
            end = places[name]
        elif flow in quantity.outflows:
            begin = places[name]
    away = 60.0 if (begin or end or (x + 1, y))[0] < x else -60.0
    return begin or (x + (away if end else -60), y), end or (x + (away if begin else 60), y)


def _neighbours(model: Model) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {name: [] for name in model.written}
    pairs = [(name, entry.flow) for name, q in model.written.items() for entry in q.ledger]
    pairs += [(name, cause) for name, q in model.written.items() for cause in names_in(q.equation)]
    for name, other in pairs:
        if other in near:
            near[name].append(other)
            near[other].append(name)
    return near


def _cell(place: Point) -> tuple[int, int]:
    return round(place[0] / _WIDE), round(place[1] / _HIGH)
