"""The equation language: its tree, its functions, and the way from text to tree and back."""

from flywheel_edu.language.functions import CONSTANTS, FUNCTIONS, KNOWN, UNFOLDED, Function
from flywheel_edu.language.reader import Source, read_expression
from flywheel_edu.language.text import number_text, text_of
from flywheel_edu.language.tree import (
    Binary,
    Both,
    Call,
    Choice,
    Compare,
    Condition,
    Either,
    Expression,
    Minus,
    Name,
    Node,
    Not,
    Number,
    Table,
    children,
    names_in,
    walk,
)

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "KNOWN",
    "UNFOLDED",
    "Binary",
    "Both",
    "Call",
    "Choice",
    "Compare",
    "Condition",
    "Either",
    "Expression",
    "Function",
    "Minus",
    "Name",
    "Node",
    "Not",
    "Number",
    "Source",
    "Table",
    "children",
    "names_in",
    "number_text",
    "read_expression",
    "text_of",
    "walk",
]
