"""Models of other programs: XMILE in and out, Vensim in; causal graphs for those that draw.

XMILE is the common file of Stella, simlin and PySD (OASIS, XML Interchange Language for System
Dynamics, version 1.0, 2015). What it has and our models have not is refused by name and line,
never read in part. `flywheel_edu` finds the doors by entry points in `pyproject.toml`.

The files, in the order of the way; each stands on those before it, and its first line says more:

    document, comments, labels, unit_text   what stands in a file, its names and its units
    time_line, graphs, arrays               its time line, graphical functions and dimensions
    variables, unrolling                    its variables; modules, arrays and macros written out
    grammar, pieces, constants, written     equations as trees of words, and pieces of ours
    draws, likely, builtins                 what the functions of XMILE are here
    reducing, allocating, conveyors         those that look through arrays, and its conveyors
    meaning, quantities, clamps, checking   from variables to quantities that our language can say
    views, xmile_in                         a file to a model: `read_xmile`
    entries, vensim                         a Vensim file to a model, by XMILE: `read_vensim`
    printer, places, xmile_out              a model to a file: `write_xmile`
    diagrams                                a causal graph to GraphML, Graphviz, Mermaid or Kumu
"""

from __future__ import annotations

from flywheel_exchange.vensim import read_vensim
from flywheel_exchange.xmile_in import read_xmile
from flywheel_exchange.xmile_out import write_xmile, xmile_text

__all__ = ["read_vensim", "read_xmile", "write_xmile", "xmile_text"]
