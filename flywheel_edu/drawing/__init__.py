"""Causal-loop diagrams, fit for a book or drawn by hand on a napkin.

geometry    points, boxes, arcs and what lies on what
labels      a quantity's name on one to four even lines
titles      a title over a diagram
stress      where many quantities stand
layout      where the quantities stand
ways        arrows' ways, and which come near a place
routes      how the arrows run
leaves      quantities on one arrow, moved to where there is room
symbols     signs, delay bars and loops' letters
page        the plan of it all, before any ink
emphasis    what is wide and what is pale
clean       the plan as in a well-printed book
pen         a hand's strokes and letters
paper       a napkin's tones
napkin      the plan in ink on paper
wording     the diagram in words
shelf       napkins kept, so that none is drawn twice
wishes      size, font and colours of a reader's own
diagram     `draw` and `Drawing`: what a reader asks for
"""

from flywheel_edu.drawing.diagram import Drawing, draw

__all__ = ["Drawing", "draw"]
