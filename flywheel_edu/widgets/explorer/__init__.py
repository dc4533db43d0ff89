"""Sliders beside the curves they move.

``core.py``     what the browser is to know: sliders, groups, stages, measured points
``small.py``    small graphs of every quantity: which, in words, in the still picture
``widget.py``   the shell: what code can do, and what was done in the browser
``view.js``     one view: it reads where things stand, tells what changed, follows the others
``desk.js``     what a view works on: the program, the run, where the sliders stand
``sliders.js``  a row for each given that may be moved
``bar.js``      buttons, stages, pinned scenarios
``plots.js``    a chart for each unit, the readout, the table
``small.js``    the panel of small graphs
``thin.js``     a curve thinned to what a small graph can show, as a path and in words
"""
