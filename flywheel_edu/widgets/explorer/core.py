"""What an explorer shows: sliders from a model's givens, groups, stages, measured points."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flywheel_edu.causal.graph import lists_of
from flywheel_edu.causal.whole import as_a_whole
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.files import course_file
from flywheel_edu.model import Model
from flywheel_edu.simulate.print_javascript import javascript
from flywheel_edu.study.calibrate import measured_points
from flywheel_edu.widgets.explorer.small import every_quantity

VIEW = "explorer/view.js"
LOOK = ("shared/curves.css", "explorer/small.css", "explorer/view.css")
_MOST_SHOWN = 6


@dataclass(frozen=True)
class Stage:
    """One step of a guided exploration: what to do, and which sliders become free.

    Attributes
    ----------
    title : str
        What this stage is about, in a few words.
    task : str
        What the student is to do or to find out.
    sliders : tuple of str
        The givens that may be moved from this stage on.
    """

    title: str
    task: str
    sliders: tuple[str, ...] = ()


def read_setting(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a file says of an explorer: the names it shows, its sliders, its stages."""
    name = Path(path).name
    try:
        told = tomllib.loads(course_file(path).read_text("utf-8"))
        stages = [
            Stage(each["title"], each["task"], tuple(each.get("sliders", ())))
            for each in told.get("stages", ())
        ]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise ModelError(
            f"{name} does not say what an explorer shows: {problem}",
            hint='write shows = ["customers"], and for each stage [[stages]], title, task, sliders',
        ) from problem
    return {"shows": told.get("shows", ()), "sliders": told.get("sliders"), "stages": stages}


def opening(model: Model, named: tuple[str, ...]) -> tuple[Model, tuple[str, ...]]:
    """What is drawn, the first stocks if nothing is named, and the model that has it.

    What is written once for several is drawn as the sum of all.
    """
    lists = lists_of(model)
    own = tuple(dict.fromkeys(lists.get(name, name) for name in model.own_stocks))
    whole = model
    for name in lists.values():
        if name in (named or own):
            whole, _ = as_a_whole(whole, name)
    summed = tuple(name for name in own if name in whole)
    return whole, named or (summed or model.own_stocks)[:3] or model.order[:1]


def explored(
    model: Model,
    shown: Iterable[str],
    sliders: str | Iterable[str] | None = None,
    data: Mapping[str, Any] | None = None,
    stages: Iterable[Stage] = (),
    small_graphs: bool = False,
) -> dict[str, Any]:
    """Everything the browser needs to explore a model, as plain data."""
    names = tuple(map(model.called, shown))
    check_shown(model, names)
    if len(names) > _MOST_SHOWN:
        raise ModelError(
            f"{len(names)} curves are too many to tell apart",
            hint=f"show at most {_MOST_SHOWN}; the others can be called up in the widget",
        )
    only = (sliders,) if isinstance(sliders, str) else sliders
    wanted = _sliders(model, None if only is None else tuple(map(model.called, only)))
    known = {slider["name"] for slider in wanted}
    steps = []
    for stage in stages:
        if not isinstance(stage, Stage):
            raise ModelError(
                f"a stage is a Stage, not {type(stage).__name__}",
                hint='write: stages=[Stage("The push", "How much does it need?", ("push",))]',
            )
        for name in stage.sliders:
            if name not in known:
                raise ModelError(
                    f"the stage '{stage.title}' frees '{name}', which is no slider here",
                    hint=closest(name, known) or f"the sliders are: {', '.join(sorted(known))}",
                )
        steps.append({"title": stage.title, "task": stage.task, "sliders": list(stage.sliders)})
    return {
        "title": model.title or "A model",
        "module": javascript(model),
        "shown": list(names),
        "sliders": wanted,
        "data": _points(model, names, data or {}),
        "stages": steps,
        "every": every_quantity(model),
        "values": {},
        "pins": [],
        "log": False,
        "table": False,
        "small": bool(small_graphs),
        "stage": 0,
        "tried": False,
        "extra": [],
    }


def check_shown(model: Model, names: Iterable[str], doing: str = "show") -> None:
    """Refuse to draw what has no curve."""
    changing = (*model.stocks, *model.order)
    for name in names:
        if name not in changing:
            raise ModelError(
                f"'{name}' is not a quantity that changes in this model",
                hint="name them one by one: Explorer(model, 'a', 'b')"
                if not isinstance(name, str)
                else closest(name, changing) or f"{doing} one of: {', '.join(changing[:8])}",
            )


def _sliders(model: Model, wanted: tuple[str, ...] | None) -> list[dict[str, Any]]:
    """The givens with finite ranges, in the model's order, each in the group it is written in."""
    out = []
    group = ""
    for name in model.givens:
        given = model[name]
        if given.notes:
            group = given.notes[-1].strip(" -").rstrip(".")
        if wanted is not None and name not in wanted:
            continue
        if given.range is None or not all(map(math.isfinite, given.range)):
            if wanted is not None:
                raise ModelError(
                    f"'{name}' has no range, so it cannot be a slider",
                    hint=f"write in the model: given {name} ... in LOW .. HIGH",
                )
            continue
        out.append({**slider_of(model, name), "label": given.label, "group": group})
    for name in wanted or ():
        if name not in model.givens:
            raise ModelError(
                f"'{name}' is not a given of this model", hint=closest(name, model.givens)
            )
    if wanted is not None:
        out.sort(key=lambda slider: wanted.index(slider["name"]))
    return out


def slider_of(model: Model, name: str) -> dict[str, Any]:
    """What a slider shows of a given with a range."""
    given, value = model[name], model.given_values[name]
    low, high = given.limits
    return {
        "name": name,
        "unit": str(given.unit),
        "doc": given.doc,
        "low": low,
        "high": high,
        "step": slider_step(low, high, value),
        "value": value,
    }


def slider_step(low: float, high: float, value: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, at least 100 to the range, that meets the value.

    >>> slider_step(0, 0.2, 0.06), slider_step(0, 20e6, 0.0), slider_step(0, 1, 0.333)
    (0.002, 200000.0, 0.001)
    """
    rough = (high - low) / 100
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(each for each in (power, 2 * power, 5 * power) if each <= rough * (1 + 1e-9))
    for finer in (step, power, power / 10, power / 100):
        places = (value - low) / finer
        if abs(places - round(places)) < 1e-6:
            return float(f"{finer:.6g}")
    return float(f"{power / 1000:.6g}")


def _points(model: Model, shown: Iterable[str], data: Mapping[str, Any]) -> dict[str, Any]:
    """Measured points beside the curves: from a mapping, a pandas Series, or a series' name."""
    out: dict[str, Any] = {}
    for name, measured in data.items():
        if name not in shown:
            raise ModelError(
                f"there is data for '{name}', which is not shown", hint=closest(name, shown)
            )
        pairs = measured_points(model, name, measured)
        points = [[t, v] for t, v in pairs if math.isfinite(t) and math.isfinite(v)]
        out[name] = {"label": f"{model[name].label}, measured", "points": points}
    return out
