"""The library: flywheels as models, and the published drawings of them as sketches.

>>> from flywheel_edu.flywheels import load, sketch
>>> load("napkin").title
'The napkin of 2001: a better experience draws traffic, traffic draws sellers, sellers bring choice.'
>>> sketch("vanguard").number_of_edges()
5
"""

from __future__ import annotations

from .library import library, load
from .published import sketch, sketches

__all__ = ["library", "load", "sketch", "sketches"]
