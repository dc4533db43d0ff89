"""Flywheels as models: read them, draw them, run them, teach with them.

    import flywheel_edu as fw

    retail = fw.load("retail")
    fw.draw(retail)
    fw.simulate(retail).plot("customers", "sellers")

The names below are promises. Each loads on first use, so that importing the package is quick.

The rooms, in the order of the way; each imports only from those above it:

files        files that are there whole or as they were, and the course's own
words        our sentences in the reader's language
later        pandas, loaded when first asked for
errors       what is refused, and how a place in a text is shown
asking       a call that does not fit, answered in words
units        products of powers of words: customer/month
charts       one look for all charts
language     the text of equations as a tree; a row for each function
model        named quantities with units, checked
simulate     from a model to numbers
causal       from a model to arrows, signs, loops, and which of them drives
cash         what a business earns, ties up and is worth
facts        public figures, each with its source
study        a model fitted, and held against simpler curves
flywheels    the library, and what is expected of each model in it
reading      models from files of ours and of other programs
drawing      causal-loop diagrams
play         games of two players on one model, flown and replayed
widgets      what moves in a notebook
exercises    what a student's kernel needs of an exercise
grading      the name that `exercises` had
in_browser   what differs in the browser's own Python
notebook     what any notebook can load: tables in full
site         the course as a web site
one_page     a model on one printed page
cli          the `flywheel` command
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

from flywheel_edu.asking import answering
from flywheel_edu.errors import (
    EquationError,
    FlywheelError,
    ModelError,
    SimulationError,
    UnitsError,
)
from flywheel_edu.language.page import language  # at once: the room has the function's name
from flywheel_edu.model import Model, Quantity
from flywheel_edu.simulate import Run, simulate  # likewise
from flywheel_edu.units import Unit

if TYPE_CHECKING:
    from flywheel_edu import cash, facts, play, widgets
    from flywheel_edu.causal.archetypes import archetypes
    from flywheel_edu.causal.compare import compare
    from flywheel_edu.causal.cut import cut
    from flywheel_edu.causal.dominance import Dominance, dominance
    from flywheel_edu.causal.graph import causal_graph
    from flywheel_edu.causal.independent import independent_loops
    from flywheel_edu.causal.leverage import leverage
    from flywheel_edu.causal.limits import limits
    from flywheel_edu.causal.lint import lint
    from flywheel_edu.causal.loops import Loop, find_loops
    from flywheel_edu.causal.simplify import simplify
    from flywheel_edu.causal.sketch import read_sketch, write_sketch
    from flywheel_edu.causal.uncertainty import dominance_over
    from flywheel_edu.drawing import Drawing, draw
    from flywheel_edu.flywheels import library, load, sketch
    from flywheel_edu.flywheels.properties import flywheel_test
    from flywheel_edu.one_page import page, swap
    from flywheel_edu.reading import read
    from flywheel_edu.simulate.print_javascript import javascript
    from flywheel_edu.simulate.sample import sample
    from flywheel_edu.simulate.sweep import Sweep, sweep
    from flywheel_edu.study.calibrate import Fit, fit
    from flywheel_edu.study.sensitivity import sensitivity

# What loads on first use, by the room it comes from.
_LATER = {
    "causal.archetypes": "archetypes",
    "causal.compare": "compare",
    "causal.cut": "cut",
    "causal.dominance": "Dominance dominance",
    "causal.graph": "causal_graph",
    "causal.independent": "independent_loops",
    "causal.leverage": "leverage",
    "causal.limits": "limits",
    "causal.lint": "lint",
    "causal.loops": "Loop find_loops",
    "causal.simplify": "simplify",
    "causal.sketch": "read_sketch write_sketch",
    "causal.uncertainty": "dominance_over",
    "drawing": "Drawing draw",
    "flywheels": "library load sketch",
    "flywheels.properties": "flywheel_test",
    "one_page": "page swap",
    "reading": "read",
    "simulate.print_javascript": "javascript",
    "simulate.sample": "sample",
    "simulate.sweep": "Sweep sweep",
    "study.calibrate": "Fit fit",
    "study.sensitivity": "sensitivity",
}
_HOME = {name: room for room, names in _LATER.items() for name in names.split()}
_ROOMS = ("cash", "facts", "play", "widgets")

if sys.platform == "emscripten":
    import_module("flywheel_edu.in_browser")

__version__ = "0.2.0"
__all__ = [
    "Dominance",
    "Drawing",
    "EquationError",
    "Fit",
    "FlywheelError",
    "Loop",
    "Model",
    "ModelError",
    "Quantity",
    "Run",
    "SimulationError",
    "Sweep",
    "Unit",
    "UnitsError",
    "__version__",
    "archetypes",
    "cash",
    "causal_graph",
    "compare",
    "cut",
    "dominance",
    "dominance_over",
    "draw",
    "facts",
    "find_loops",
    "fit",
    "flywheel_test",
    "independent_loops",
    "javascript",
    "language",
    "leverage",
    "library",
    "limits",
    "lint",
    "load",
    "page",
    "play",
    "read",
    "read_sketch",
    "sample",
    "sensitivity",
    "simplify",
    "simulate",
    "sketch",
    "swap",
    "sweep",
    "widgets",
    "write_sketch",
]


_ANSWERING: dict[str, Any] = {}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    if name not in _HOME:
        raise AttributeError(f"flywheel_edu has no '{name}'")
    thing = getattr(import_module(f".{_HOME[name]}", __name__), name)
    if isinstance(thing, FunctionType) and not hasattr(thing, "__wrapped__"):
        if name not in _ANSWERING:
            _ANSWERING[name] = answering(thing)
            _ANSWERING[name].__module__ = __name__  # pickle finds it where it is taken from
        return _ANSWERING[name]
    return thing


def __dir__() -> list[str]:
    return __all__
