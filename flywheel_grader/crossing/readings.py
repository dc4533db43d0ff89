"""Models, runs and loops as plain data: a model crosses as its text, and is read anew."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

TAGS = frozenset({"model", "run", "loop", "loops"})

_LOOP = ("quantities", "signs", "delays", "name", "title", "doc")


def reduce(value: Any, inner: Callable[[Any], Any]) -> Any:
    """A model, run, loop or tuple of loops as plain data; None for anything else."""
    rooms = {
        name: sys.modules.get(f"flywheel_edu.{name}")
        for name in ("model", "simulate", "causal.loops")
    }
    if rooms["model"] is not None and isinstance(value, rooms["model"].Model):
        return {"$": "model", "of": inner(str(value))}
    if rooms["simulate"] is not None and isinstance(value, rooms["simulate"].Run):
        series = {name: value[name] for name in value}
        return {
            "$": "run",
            "model": inner(str(value.model)),
            "method": inner(value.method),
            "time": inner(value.time),
            "series": inner(series),
        }
    if rooms["causal.loops"] is not None:
        if isinstance(value, rooms["causal.loops"].Loops):
            loops = [_loop(each, inner) for each in tuple.__iter__(value)]
            return {"$": "loops", "of": loops, "truncated": bool(value.truncated)}
        if isinstance(value, rooms["causal.loops"].Loop):
            return _loop(value, inner)
    return None


def build(data: Mapping[str, Any], inner: Callable[[Any], Any]) -> Any:
    """What the plain data stands for.

    Raises
    ------
    ModelError
        The text of a model is wrong.
    """
    tag = data["$"]
    if tag == "model":
        return _model(data["of"])
    if tag == "run":
        return _run(data, inner)
    from flywheel_edu.causal.loops import Loop, Loops

    if tag == "loop":
        says = {name: inner(data[name]) for name in _LOOP}
        if not all(isinstance(each, str) for each in says["quantities"]):
            raise ValueError("not a loop")
        return Loop(**says)
    return Loops([build(each, inner) for each in data["of"]], truncated=data["truncated"] is True)


def _loop(value: Any, inner: Callable[[Any], Any]) -> dict[str, Any]:
    return {"$": "loop", **{name: inner(getattr(value, name)) for name in _LOOP}}


def _model(text: object) -> Any:
    from flywheel_edu.model import Model

    # Without a folder no file is read, whatever `data ... from` the text holds.
    return Model.parse(str(text))


def _run(data: Mapping[str, Any], inner: Callable[[Any], Any]) -> Any:
    import numpy as np

    from flywheel_edu.simulate import Run
    from flywheel_edu.simulate.plan import plan_of

    model, time, series = _model(data["model"]), inner(data["time"]), inner(data["series"])
    names = plan_of(model).names
    values = np.array([series[name] for name in names], dtype=float)
    if time.ndim != 1 or values.shape != (len(names), len(time)):
        raise ValueError("not a run")
    return Run(model, np.asarray(time, dtype=float), values, str(data["method"]))
