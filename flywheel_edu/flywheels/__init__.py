"""The library: flywheels as models, the published drawings of them, and what must hold of them.

>>> from flywheel_edu.flywheels import load, sketch
>>> load("napkin").stocks
('traffic', 'sellers', 'price')
>>> sketch("vanguard").number_of_edges()
5
"""

from __future__ import annotations

from flywheel_edu.flywheels.behaviour import behaviour, with_numbers
from flywheel_edu.flywheels.loading import library, load
from flywheel_edu.flywheels.properties import FlywheelTest, flywheel_test
from flywheel_edu.flywheels.published import sketch, sketches
from flywheel_edu.flywheels.validation import aws_fit, bass_fit, retail_fit, validate

__all__ = [
    "FlywheelTest",
    "aws_fit",
    "bass_fit",
    "behaviour",
    "flywheel_test",
    "library",
    "load",
    "retail_fit",
    "sketch",
    "sketches",
    "validate",
    "with_numbers",
]
