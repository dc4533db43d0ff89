"""A model unfolded piece by piece.

``core.py``     the steps, checked and made into pages; loop by loop if none are given
``widget.py``   the shell: next, back, go
``view.js``     one view: the sentence, the diagram so far, a curve below
"""
