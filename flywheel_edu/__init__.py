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

if TYPE_CHECKING:
    from .causal.graph import causal_graph as causal_graph
    from .causal.loops import Loop as Loop
    from .causal.loops import find_loops as find_loops
    from .errors import EquationError as EquationError
    from .errors import FlywheelError as FlywheelError
    from .errors import ModelError as ModelError
    from .errors import SimulationError as SimulationError
    from .errors import UnitsError as UnitsError
    from .model import Model as Model
    from .model import Quantity as Quantity
    from .simulate import Run as Run
    from .simulate import simulate as simulate
    from .units import Unit as Unit

# Each public name, and the room it comes from.
_ROOMS = {
    "EquationError": "errors",
    "FlywheelError": "errors",
    "Loop": "causal.loops",
    "Model": "model",
    "ModelError": "errors",
    "Quantity": "model",
    "Run": "simulate",
    "SimulationError": "errors",
    "Unit": "units",
    "UnitsError": "errors",
    "causal_graph": "causal.graph",
    "find_loops": "causal.loops",
    "simulate": "simulate",
}

__version__ = "0.1.0"
__all__ = ["__version__", *sorted(_ROOMS)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"flywheel_edu has no '{name}'")
    return getattr(import_module(f".{room}", __name__), name)


def __dir__() -> list[str]:
    return __all__
