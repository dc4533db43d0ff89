"""Models of other programs: XMILE in and out, Vensim in; causal graphs for those that draw.

XMILE is the common file of Stella, simlin and PySD (OASIS, XML Interchange Language for System
Dynamics, version 1.0, 2015). What it has and our models have not is refused by name and line,
never read in part. `flywheel_edu` finds the doors by entry points in `pyproject.toml`.

The files, in the order of the way; each stands on those above it:

    document    an XML file as a small tree that knows its lines
    comments    the comments of quantities
    labels      names there and names here
    unit_text   units as other programs write them
    time_line   from when to when, in which steps
    graphs      graphical functions
    arrays      dimensions, and which element is meant
    variables   the variables of one place, and what our models do not have
    unrolling   modules, arrays and macros as quantities with names of their own
    grammar     the text of an equation as a tree of its words
    pieces      pieces of equations that several files build
    constants   which expressions stay the same for the whole run
    written     what a function that is written out needs to know
    draws       draws by chance
    builtins    what the functions of XMILE are here
    reducing    SUM, MEAN, MIN and MAX over an array
    meaning     what an equation means for one quantity
    quantities  from variables to quantities
    clamps      what may not go below zero, written out
    checking    what was read, held against our own language
    views       where quantities stand in a drawing
    xmile_in    a file to a model: `read_xmile`
    entries     the entries of a Vensim file, made ready for its converter
    vensim      a Vensim file to a model, by way of XMILE: `read_vensim`
    printer     the tree of an equation as a text of XMILE
    places      where every quantity stands on a page
    xmile_out   a model to a file: `write_xmile`
    diagrams    a causal graph to GraphML, Graphviz, Mermaid or Kumu
"""

from __future__ import annotations

from flywheel_exchange.vensim import read_vensim
from flywheel_exchange.xmile_in import read_xmile
from flywheel_exchange.xmile_out import write_xmile, xmile_text

__all__ = ["read_vensim", "read_xmile", "write_xmile", "xmile_text"]
