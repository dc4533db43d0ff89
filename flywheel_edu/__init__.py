"""Flywheels as models: read them, draw them, run them, teach with them.

    import flywheel_edu as fw

    retail = fw.load("retail")
    fw.draw(retail)
    fw.simulate(retail).plot("customers", "sellers")

The names below are promises. Each loads on first use, so that importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import EquationError, FlywheelError, ModelError, SimulationError, UnitsError
from .model import Model, Quantity
from .simulate import Run, simulate  # at once: the room and the function share their name
from .units import Unit

if TYPE_CHECKING:
    from . import cash, facts, widgets
    from .causal.compare import compare
    from .causal.dominance import dominance
    from .causal.graph import causal_graph
    from .causal.independent import independent_loops
    from .causal.lint import lint
    from .causal.loops import Loop, find_loops
    from .causal.sketch import read_sketch
    from .causal.strongest import strongest_loops
    from .drawing import draw
    from .exchange import read_xmile, write_xmile
    from .flywheels import library, load, sketch, sketches
    from .flywheels.properties import flywheel_test
    from .reading import read
    from .simulate.calibrate import fit

# What loads on first use, and the room it comes from.
_LATER = {
    "Loop": "causal.loops",
    "causal_graph": "causal.graph",
    "compare": "causal.compare",
    "dominance": "causal.dominance",
    "draw": "drawing",
    "find_loops": "causal.loops",
    "fit": "simulate.calibrate",
    "flywheel_test": "flywheels.properties",
    "independent_loops": "causal.independent",
    "library": "flywheels",
    "lint": "causal.lint",
    "load": "flywheels",
    "read": "reading",
    "read_sketch": "causal.sketch",
    "read_xmile": "exchange",
    "sketch": "flywheels",
    "sketches": "flywheels",
    "strongest_loops": "causal.strongest",
    "write_xmile": "exchange",
}
_ROOMS = ("cash", "facts", "widgets")

__version__ = "0.1.0"
__all__ = [
    "EquationError",
    "FlywheelError",
    "Loop",
    "Model",
    "ModelError",
    "Quantity",
    "Run",
    "SimulationError",
    "Unit",
    "UnitsError",
    "__version__",
    "cash",
    "causal_graph",
    "compare",
    "dominance",
    "draw",
    "facts",
    "find_loops",
    "fit",
    "flywheel_test",
    "independent_loops",
    "library",
    "lint",
    "load",
    "read",
    "read_sketch",
    "read_xmile",
    "simulate",
    "sketch",
    "sketches",
    "strongest_loops",
    "widgets",
    "write_xmile",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    if name not in _LATER:
        raise AttributeError(f"flywheel_edu has no '{name}'")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
