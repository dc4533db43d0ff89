"""A model on one printed page: what one would show to a lender.

    page(model, story="Bread that brings people back.").save("page.html")

asked.py        which givens are guesses, and which matter most
measures.py     the five properties as dials, cash at its lowest, what binds, what drives
leaf.py         the page: its pictures, its HTML with living sliders, and its file
swap.py         somebody's model answered in a short form

``one_page.html`` is the template, ``one_page.css`` how it looks on a screen and on paper.
"""

from __future__ import annotations

from flywheel_edu.one_page.leaf import Leaf, page
from flywheel_edu.one_page.swap import Answer, swap

__all__ = ["Answer", "Leaf", "page", "swap"]
