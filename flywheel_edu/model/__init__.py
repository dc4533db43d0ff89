"""Models: from their text to checked quantities, and back to text.

``parts``       what a model consists of: quantities, the time line, named loops, what is shown
``series``      measured series from a file beside the model
``statements``  from the text of a model to its statements, each with its comment and place
``lists``       what is written once for several, lists and parts, unrolled
``lines``       from statements to the parts of a model, one by one
``check``       what must hold across lines: names, computing order, named loops
``unit_check``  units on both sides of every equation
``unfold``      delays and the like, unfolded into stocks and flows one can see
``bounds``      between which values a quantity must stay
``structure``   what models share that differ only in the numbers of their givens
``writing``     from parts to text, several under one ``for`` again
``model``       the checked model, and how it is changed
"""

from flywheel_edu.model.model import Model, need_model
from flywheel_edu.model.parts import METHODS, Clock, Entry, Kind, NamedLoop, Quantity, Shown
from flywheel_edu.model.statements import Together, UnknownName
from flywheel_edu.model.structure import Structure

__all__ = [
    "METHODS",
    "Clock",
    "Entry",
    "Kind",
    "Model",
    "NamedLoop",
    "Quantity",
    "Shown",
    "Structure",
    "Together",
    "UnknownName",
    "need_model",
]
