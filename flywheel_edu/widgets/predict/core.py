"""What is drawn before a run is shown: the empty chart, drawings read, and the verdict on them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from flywheel_edu.asking import numbers, one_number
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.charts.amounts import amount
from flywheel_edu.errors import FlywheelError, ModelError
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run
from flywheel_edu.simulate.print_javascript import javascript
from flywheel_edu.widgets.predict.shapes import BOUNDS, MOMENTS, at_moments, judge

COLUMNS = 24  # of the chart in the browser: a hand draws no finer
HANDLE = 4  # every so many columns stands a point that the arrow keys move


@dataclass(frozen=True)
class Verdict:
    """How a prediction differs from the run. Shown at the end of a cell, it reads as plain text."""

    kind: str  # a head in sayings.toml, such as "right"; "none" where nothing is drawn yet
    title: str
    sentence: str  # what was probably thought, and where to look
    difference: float = math.nan  # the mean absolute one, as a share of the range of the run
    furthest: float = math.nan  # when the two are furthest apart, in the model's time unit
    measured: str = ""  # the two last in words

    @property
    def right(self) -> bool:
        """Whether the drawing is as good as the run."""
        return self.kind == "right"

    @property
    def text(self) -> str:
        """All that is said."""
        return f"{self.title}. {self.sentence}\n{self.measured}".rstrip()

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


NOT_YET = Verdict(
    "none",
    "Nothing is drawn yet",
    "Draw the curve you expect, or write predict.draw([...]) with one value after another.",
)


@cache
def sayings() -> Mapping[str, Mapping[str, str]]:
    """What is said to a drawing, title and sentence by kind."""
    return tomllib.loads(Path(__file__).with_name("sayings.toml").read_text("utf-8"))


def predicted(
    model: Model, name: str, change: Mapping[str, float], run: Run, before: Run
) -> dict[str, Any]:
    """Everything the browser needs to ask for a prediction and to judge it, as plain data.

    The run is not among it: the browser computes it from the equations, when it is to be shown.
    Here it and the run ``before``, without the change, only give the height of the chart.
    """
    quantity, clock = model[name], model.clock
    label = quantity.label
    first_sight = before[name] if change else run[name][:1]
    says = {}
    for kind, said in sayings().items():
        sentence = said["sentence"].replace("{it}", label).replace("{time}", str(clock.unit))
        says[kind] = {**said, "sentence": sentence[:1].upper() + sentence[1:]}
    return {
        "question": question(model, name, change),
        "module": javascript(model),
        "name": name,
        "label": label,
        "unit": str(quantity.unit),
        "change": {given: float(value) for given, value in change.items()},
        "across": str(clock.unit),
        "start": clock.start,
        "stop": clock.stop,
        "first": float(run[name][0]),
        "axis": list(axis([*first_sight, *run[name]], quantity.range)),
        "flows": {"in": list(quantity.inflows), "out": list(quantity.outflows)},
        "waits": waits(model, name),
        "bounds": BOUNDS,
        "moments": MOMENTS,
        "columns": COLUMNS,
        "handle": HANDLE,
        "says": says,
        "drawn": [],
        "shown": False,
        "tries": [],
    }


def question(model: Model, name: str, change: Mapping[str, float]) -> str:
    """What is asked."""
    label = model[name].label
    old = model.given_values
    parts = [
        f"{model[given].label} is {_told(value)} and not {_told(old[given])}"
        for given, value in change.items()
    ]
    if not parts:
        return f"What course will {label} take?"
    return f"What course will {label} take if {', '.join(parts)}?"


def _told(value: float) -> str:
    """A number in a question: large amounts in words, years and shares as they are."""
    return amount(value) if abs(value) >= 1e4 else f"{value:g}"


def axis(values: Iterable[float], limits: tuple[float, float] | None) -> tuple[float, float]:
    """A height for the empty chart that holds the run and does not give it away.

    There is room for at least half as much again as the run needs, and for twice the start, so
    that the top says little about where the run ends; what may be negative has room below zero. A
    range that the model gives and that fits is the chart's own.
    """
    values = [float(value) for value in values]
    needed = max(1.5 * max(abs(value) for value in values), 2 * abs(values[0]))
    if needed == 0:
        top = 1.0
    else:
        power = 10.0 ** math.floor(math.log10(needed))
        top = next(
            each * power for each in (1, 2, 2.5, 5, 10) if each * power >= needed * (1 - 1e-9)
        )
    if limits is not None and needed <= 4 * limits[1] <= 16 * needed:
        return limits
    # A stock that may go below zero says so, whether or not it does in this run.
    below = min(values) < 0 or (limits is not None and limits[0] < 0)
    return (-top if below else 0.0, top)


def waits(model: Model, name: str) -> bool:
    """Whether a delay lies on the way to a quantity."""
    graph = causal_graph(model)
    reached = {name, *nx.ancestors(graph, name)} if name in graph else set()
    return any(late and effect in reached for _, effect, late in graph.edges(data="delay"))


def read_drawing(drawing: Any, start: float, stop: float, first: float) -> list[list[float]]:
    """A prediction written in code, as points [time, value] from the start to the stop.

    Values are spread evenly from one to the other, or stand at given times, as in a mapping or a
    pandas Series, of which the last must be the stop; ``first`` is the value at the start where
    these have none.

    >>> read_drawing([1, 2, 4], 0, 10, 1)
    [[0.0, 1.0], [5.0, 2.0], [10.0, 4.0]]
    >>> read_drawing({10: 4}, 0, 10, 1)
    [[0.0, 1.0], [10.0, 4.0]]
    """
    if isinstance(drawing, Mapping) or hasattr(drawing, "items"):
        pairs = sorted((_number(t), _number(v)) for t, v in drawing.items())
        for time, _ in pairs:
            if not start <= time <= stop:
                raise ModelError(
                    f"the run has no time {time:g}", hint=f"it goes from {start:g} to {stop:g}"
                )
        if not pairs or pairs[0][0] > start:
            pairs.insert(0, (float(start), float(first)))
        if pairs[-1][0] < stop:
            raise ModelError(
                f"the drawing ends at {pairs[-1][0]:g}, the run at {stop:g}",
                hint=f"add the value you expect at {stop:g}",
            )
        return [list(pair) for pair in pairs]
    try:
        values = [_number(value) for value in drawing]
    except TypeError:
        raise ModelError(
            "a drawing is several values, one after another",
            hint="write for example predict.draw([100, 120, 180])",
        ) from None
    if len(values) < 2:
        raise ModelError(
            f"a drawing needs at least two values, got {len(values)}",
            hint="give one for the start, one for the end, and some between",
        )
    last = len(values) - 1
    return [[start + (stop - start) * i / last, value] for i, value in enumerate(values)]


def _number(value: Any) -> float:
    number = one_number(value)
    if number is None or not math.isfinite(number):
        raise ModelError(
            f"{value!r} is no number that can be drawn", hint="write plain numbers, such as 1200"
        )
    return number


def drawing_from_browser(drawn: object, start: float, stop: float) -> list[list[float]]:
    """The points that the browser sent, if they make a whole drawing; else none."""
    if not isinstance(drawn, Sequence) or isinstance(drawn, str) or len(drawn) < 2:
        return []
    points = numbers(drawn)
    if points is None or points.shape != (len(drawn), 2) or not np.isfinite(points).all():
        return []
    times = points[:, 0].tolist()
    whole = times[0] == start and times[-1] == stop and times == sorted(set(times))
    return points.tolist() if whole else []


def moment_text(time: float, span: float) -> str:
    """A moment without digits that tell nothing in a run that long.

    >>> moment_text(7.109375, 15), moment_text(2006.75, 60), moment_text(0.125, 1)
    ('7.1', '2007', '0.13')
    """
    digits = min(6, max(0, math.ceil(-math.log10(span / 60))))
    # A half goes up, as in the browser.
    kept = Decimal(time).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{float(kept):.{6 + digits}g}"


def verdict_on(drawn: Sequence[Sequence[float]], given: Mapping[str, Any], run: Run) -> Verdict:
    """What is said to a drawing once the run is shown."""
    if not drawn:
        raise FlywheelError("nothing is drawn yet\n  hint: predict.draw([...])")
    start, stop = given["start"], given["stop"]

    def at(values: Iterable[float]) -> list[float]:
        pairs = [(float(t), float(v)) for t, v in zip(run.time, values, strict=True)]
        return at_moments(pairs, start, stop)

    flows: list[list[float]] = []
    if given["flows"]["in"]:
        filling = sum((run[name] for name in given["flows"]["in"]), 0 * run.time)
        emptying = sum((run[name] for name in given["flows"]["out"]), 0 * run.time)
        flows = [at(filling), at(filling - emptying)]
    points = [(float(time), float(value)) for time, value in drawn]
    mine = at_moments(points, start, stop)
    judged = judge(mine, at(run[given["name"]]), flows, bool(given["waits"]))
    saying = given["says"][judged.kind]
    furthest = start + (stop - start) * judged.furthest / (MOMENTS - 1)
    share = math.floor(100 * judged.difference + 0.5)
    far = f"{share} % of" if share < 200 else f"{math.floor(share / 100 + 0.5)} times"
    measured = (
        f"On average your curve is {far} the run's range away, "
        f"most at {given['across']} {moment_text(furthest, stop - start)}."
    )
    return Verdict(
        judged.kind, **saying, difference=judged.difference, furthest=furthest, measured=measured
    )
