"""Causal-loop diagrams, fit for a book or drawn by hand on a napkin."""

from flywheel_edu.drawing.diagram import Drawing, draw

__all__ = ["Drawing", "draw"]
