"""Models: from their text to checked quantities, and back to text."""

from flywheel_edu.model.asked import need_model
from flywheel_edu.model.model import Model, Structure, UnknownName
from flywheel_edu.model.parts import Clock, Entry, Kind, NamedLoop, Quantity, Shown

__all__ = [
    "Clock",
    "Entry",
    "Kind",
    "Model",
    "NamedLoop",
    "Quantity",
    "Shown",
    "Structure",
    "UnknownName",
    "need_model",
]
