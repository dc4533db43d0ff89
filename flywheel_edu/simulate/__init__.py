"""From a model to numbers, in the order of the way.

``slots``             the model as straight-line work: what every printer needs
``operations``        the same as one list of numbered operations, for engines with many scenarios
``infix``             equations as expressions of a programming language, for two of the printers
``print_python``      the printers: floats,
``print_numpy``       arrays,
``machine``           machine code,
``print_javascript``  and a module for the browser, whose fixed part is ``printed_model.js``
``run_javascript``    that, in a browser's Python, in the place of machine code: ``lent_arrays.js``
``promises``          the limits that every run must keep
``why_failed``        why an equation could not be computed, in its words
``prepared``          all of this for one model, made once and handed on
``engines``           which engine computes
``machine_run``       one run by machine code
``run_options``       another step, end or beginning for one run, and dates for its moments
``saved``             a run in a file, and read again
``adaptive``          a run in steps of a solver's own choosing
``simulation``        one run, and what it gives
``run_chart``         how a run is drawn
``sample``            scenarios drawn over the ranges of givens
``scenarios``         what a sweep is asked to do
``block``             a block of scenarios by NumPy or by machine code
``many_runs``         blocks on all processors
``on_cluster``        blocks on several computers
``sweep``             many runs, and what they give
"""

from flywheel_edu.model import METHODS
from flywheel_edu.simulate.simulation import Run, simulate

__all__ = ["METHODS", "Run", "simulate"]
