"""The library: flywheels as models, the published drawings of them, and what must hold of them.

A model is ``NAME.flywheel`` and, beside it, what is expected of it, ``NAME.expected``.

loading      the models, and published drawings as sketches, by name
expected     what is written down beside a model, read
replaced     is what wears out ordered again?
behaviour    a model held against that, and against what must hold of any model
validation   the fits of the library's models, their verdicts, and promises kept beside a model
outside      what pays for a wheel besides its push
properties   is a model a flywheel at all? five properties, measured

>>> from flywheel_edu.flywheels import load, sketch
>>> load("napkin").stocks
('traffic', 'sellers', 'price')
>>> sketch("vanguard").number_of_edges()
5
"""

from __future__ import annotations

from flywheel_edu.flywheels.behaviour import behaviour, with_numbers
from flywheel_edu.flywheels.expected import Expected, expected_of
from flywheel_edu.flywheels.loading import layers, library, load, sketch, sketches
from flywheel_edu.flywheels.properties import FlywheelTest, flywheel_test
from flywheel_edu.flywheels.validation import aws_fit, aws_promise, bass_fit, retail_fit, validate

__all__ = [
    "Expected",
    "FlywheelTest",
    "aws_fit",
    "aws_promise",
    "bass_fit",
    "behaviour",
    "expected_of",
    "flywheel_test",
    "layers",
    "library",
    "load",
    "retail_fit",
    "sketch",
    "sketches",
    "validate",
    "with_numbers",
]
