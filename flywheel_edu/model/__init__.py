"""Models: from their text to checked quantities, and back to text."""

from .asked import need_model
from .model import Model, Structure, UnknownName
from .parts import Clock, Entry, Kind, NamedLoop, Quantity, Shown

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
