"""From a model to numbers: programs, integrators, runs."""

from .javascript import javascript
from .run import METHODS, Run, simulate
from .sample import sample
from .sensitivity import morris_indices, sobol_indices
from .sweep import Sweep, sweep

__all__ = [
    "METHODS",
    "Run",
    "Sweep",
    "javascript",
    "morris_indices",
    "sample",
    "simulate",
    "sobol_indices",
    "sweep",
]
