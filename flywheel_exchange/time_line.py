"""The time line of a file: ``<sim_specs>``."""

from __future__ import annotations

import re

from flywheel_edu.errors import EquationError, ExchangeError, printable
from flywheel_edu.model import Clock
from flywheel_edu.model.lines import read_parts
from flywheel_edu.units import UNCHECKED, Unit
from flywheel_exchange.document import Element, number_in
from flywheel_exchange.unit_text import UnitReader


def read_time_line(root: Element, model: Element, units: UnitReader, told: list[str]) -> Clock:
    """The time line of a file, which may stand in the model too; ``told`` takes what is another."""
    specs = model.child("sim_specs") or root.child("sim_specs")
    if specs is None:
        message = "this file does not say over which time it runs"
        raise ExchangeError(message, root.place, "it needs <sim_specs>")
    start, stop = (_number(specs, name) for name in ("start", "stop"))
    dt = specs.child("dt")
    step = 1.0 if dt is None else _number(specs, "dt")
    if dt is not None and dt.attributes.get("reciprocal", "").strip().lower() == "true":
        if step == 0:
            raise ExchangeError("the step is 1 divided by 0", dt.place)
        step = 1 / step
    steps = (stop - start) / step if step else 0.0
    if 1 <= steps < 1e9 and abs(steps - round(steps)) > 1e-6 * steps:
        stop = start + int(steps) * step
        told.append(f"the run ends at {stop:g}, after whole steps of {step:g}")
    saved = [_number(specs, name) for name in ("save_step", "savestep") if specs.child(name)]
    save = saved[-1] if saved else 0.0
    if interval := specs.attributes.get("isee:save_interval", "").strip():
        save = number_in(interval, specs)
    if save and step and abs(save / step - max(1, round(save / step))) > 1e-6:
        told.append(f"every step is kept, since {save:g} is not a whole number of steps")
        save = 0.0
    word = specs.attributes.get("time_units", specs.said("time_units")).strip()
    unit = units.read(word) if word else Unit.parse("period")
    unit = unit if unit is not None and (unit.powers or not unit.checked) else UNCHECKED
    clock = Clock(unit, start, stop, step, 0.0 if save == step else save, _method(specs, told))
    try:
        found = read_parts(str(clock)).clock
    except EquationError as error:
        raise ExchangeError(error.message, specs.place) from None
    assert found is not None
    return found


def _method(specs: Element, told: list[str]) -> str:
    """The first method that we have too; XMILE falls back on rk4 from those of Runge and Kutta."""
    named = specs.attributes.get("method", specs.said("method")).lower()
    for method in re.split(r"[,\s]+", named.strip()):
        if method in ("", "euler", "rk4"):
            return method or "euler"
    if re.match(r"rk|gear", named.strip()):
        told.append(f"the method is rk4 here, in place of {printable(named[:40].strip())}")
        return "rk4"
    message = f"there is no method '{printable(named[:40])}' here"
    raise ExchangeError(message, specs.place, "the methods are: euler, rk4")


def _number(element: Element, name: str) -> float:
    found = element.child(name)
    if found is None:
        raise ExchangeError(f"<{element.name}> does not say its <{name}>", element.place)
    return number_in(found.text.rpartition("=")[2], found)  # Vensim: TIME_STEP=0.25
