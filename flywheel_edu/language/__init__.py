"""The equation language: its tree, its functions, and the way from text to tree and back.

``tree``         the closed set of nodes that an equation consists of, and back to its text
``functions``    one row for each function: its meaning, units, signs, and how engines compute it
``elsewhere``    what to write in place of the forms of other languages
``pieces``       the text of an equation cut into words, each with its place
``parser``       from its words to its tree, and what is said of a text that is none
``definitions``  what a function is in the language itself
``page``         the language on one page, its functions from their rows
"""

from flywheel_edu.language.definitions import definition_of, with_values, written_out
from flywheel_edu.language.functions import (
    ANY,
    CONSTANTS,
    ENGINES,
    FUNCTIONS,
    KNOWN,
    POWER,
    UNFOLDED,
    Bounds,
    Engines,
    Function,
    Refusal,
)
from flywheel_edu.language.parser import read_expression
from flywheel_edu.language.pieces import Source
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
    number_text,
    text_of,
    walk,
    with_children,
)

__all__ = [
    "ANY",
    "CONSTANTS",
    "ENGINES",
    "FUNCTIONS",
    "KNOWN",
    "POWER",
    "UNFOLDED",
    "Binary",
    "Both",
    "Bounds",
    "Call",
    "Choice",
    "Compare",
    "Condition",
    "Either",
    "Engines",
    "Expression",
    "Function",
    "Minus",
    "Name",
    "Node",
    "Not",
    "Number",
    "Refusal",
    "Source",
    "Table",
    "children",
    "definition_of",
    "names_in",
    "number_text",
    "read_expression",
    "text_of",
    "walk",
    "with_children",
    "with_values",
    "written_out",
]
