"""From a model to numbers: programs, integrators, runs."""

from flywheel_edu.simulate.print_javascript import javascript
from flywheel_edu.simulate.run import METHODS, Run, simulate
from flywheel_edu.simulate.sample import sample
from flywheel_edu.simulate.sweep import Sweep, sweep

__all__ = [
    "METHODS",
    "Run",
    "Sweep",
    "javascript",
    "sample",
    "simulate",
    "sweep",
]
