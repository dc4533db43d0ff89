"""The library: flywheels as models, and the published drawings of them as sketches.

>>> from flywheel_edu.flywheels import load, sketch
>>> load("napkin").stocks
('traffic', 'sellers', 'price')
>>> sketch("vanguard").number_of_edges()
5
"""

from __future__ import annotations

from .library import library, load
from .published import sketch, sketches

__all__ = ["library", "load", "sketch", "sketches"]
