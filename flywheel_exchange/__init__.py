"""Models of other programs: XMILE in and out.

XMILE is the common file of Stella, simlin and PySD (OASIS, XML Interchange Language for System
Dynamics, version 1.0, 2015). What it has and our models have not is refused by name and line,
never read in part.
"""

from __future__ import annotations

from flywheel_exchange.reader import read_xmile
from flywheel_exchange.writer import write_xmile, xmile_text

__all__ = ["read_xmile", "write_xmile", "xmile_text"]
